"""Run notes: what is recognised, and what becomes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers.sidecars import HASHES, MD5, SHA256, run_notes, version_2, version_3
from hypothesis import given
from hypothesis import strategies as st

from graph_model import events as ev
from graph_model.errors import BrokenLogError, NotALogError
from loaders.drift import Drift
from loaders.protocol import Context
from loaders.registry import loader_for
from loaders.run_notes.loader import RunNotesLoader
from loaders.source import HEAD_BYTES, Source

STARTED = 1_498_795_980_000_000  # 2017-06-30 04:13:00 UTC


def read(notes: Any, path: Path, **context: Any) -> tuple[list[ev.Event], Drift]:
    path.write_bytes(notes if isinstance(notes, bytes) else json.dumps(notes).encode())
    drift = Drift(str(path))
    return list(RunNotesLoader().events(Source(path), Context(**context), drift)), drift


def told(notes: Any, path: Path, **context: Any) -> ev.RunObserved:
    first = read(notes, path, **context)[0][0]
    assert isinstance(first, ev.RunObserved)
    return first


def detected(notes: Any) -> bool:
    return RunNotesLoader().detect(json.dumps(notes).encode())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "anything.json"


def test_notes_are_properties_of_a_run(path: Path) -> None:
    run = told(run_notes(label="Malicious", dataset="soliton"), path)
    known = dict(run.properties)
    assert run.sample == ev.FileFacts(hashes=ev.Hashes(sha256=SHA256))
    assert known.pop("notes") == (
        "arguments: rundll32.exe 027cc.dll #1",
        "dataset: soliton",
        "ended: 06/30/2017 13:28:00.000 +0900",
        "environment.clicking_tool: true",
        "environment.filters: off",
        "environment.os: Windows 7 32bit",
        "label: Malicious",
        "logs: mwc01.log",
        "remarks: ran 15 minutes",
        "remarks: 表示",
        "sample.name: 027cc.dll",
        f"sample.sha256: {SHA256}",
        "started: 2017-06-30T13:13:00+09:00",
        "terminals: 172.31.48.79",
        "terminals: MWC02",
        "terminals: e4009d1d-9311-4249-9487-a373cde7192c",
    )
    assert known == {
        "tool": "run_notes",
        "name": "anything.json",
        "digest": Source(path).digest,
        "case": "default",
        "label": "malicious",
        "dataset": "soliton",
        "started_us": STARTED,
        "ended_us": STARTED + 15 * 60_000_000,
        "sample_name": "027cc.dll",
        "logs": ("mwc01.log",),
    }


def test_what_the_user_says_at_load_time_counts_before_the_notes(path: Path) -> None:
    known = told(run_notes(label="malicious", dataset="a"), path, label="benign", dataset="b", case="c").properties
    assert (known["label"], known["dataset"], known["case"]) == ("benign", "b", "c")


def test_terminals_are_hosts_that_the_notes_tell_of(path: Path) -> None:
    events, _ = read(run_notes(), path, case="c")
    hosts = [event for event in events if isinstance(event, ev.HostObserved)]
    assert [(event.host.scope, event.host.key, event.name, event.addresses) for event in hosts] == [
        ("c", "address:172.31.48.79", "172.31.48.79", ("172.31.48.79",)),
        ("c", "name:mwc02", "mwc02", ()),
        ("c", "e4009d1d-9311-4249-9487-a373cde7192c", None, ()),
    ]
    assert not any(event.recorded for event in hosts)


@pytest.mark.parametrize(
    ("notes", "hashes"),
    [
        ({**HASHES, "notes": "x"}, HASHES),
        ({"Sample SHA-256": SHA256.upper(), "Remarks": ""}, {"sha256": SHA256}),
        ({"hash": MD5, "tmid": "x"}, {"md5": MD5}),
        ({"sample": SHA256, "note": "x"}, {"sha256": SHA256}),
        ({"検体": {"ハッシュ値": MD5}, "実行引数": "#1"}, {"md5": MD5}),
        ({"sample": "a.exe", "remarks": "x"}, {}),
    ],
)
def test_the_sample_is_known_by_any_hash_that_is_one(path: Path, notes: Any, hashes: dict[str, str]) -> None:
    assert detected(notes)
    sample = told(notes, path).sample
    assert sample
    assert sample.hashes == ev.Hashes(**hashes)


def test_notes_in_the_encoding_of_japanese_windows_are_read(path: Path) -> None:
    data = json.dumps({"検体": "ソ.exe", "備考": "表示"}, ensure_ascii=False).encode("cp932")
    assert RunNotesLoader().detect(data)
    assert told(data, path).properties["notes"] == ("備考: 表示", "検体: ソ.exe")


def test_a_time_and_a_label_that_are_none_are_drift(path: Path) -> None:
    events, drift = read(run_notes(started="yesterday", label="evil", ended="99/99/2017 13:28:00.000 +0900"), path)
    assert isinstance(events[0], ev.RunObserved)
    assert not {"started_us", "ended_us", "label"} & set(events[0].properties)
    assert drift.unknown == {("time", "started"): 1, ("time", "ended"): 1, ("value", "label"): 1}


def test_of_endless_notes_a_choice_is_kept_and_told(path: Path) -> None:
    events, drift = read(run_notes(remarks=[f"{number:05}" for number in range(500)]), path)
    assert isinstance(events[0], ev.RunObserved)
    assert len(events[0].properties["notes"]) == 200
    assert drift.unknown["left out", "notes"] > 300


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"notes": "x"},
        {"remarks": "x", "sha256": "not a hash"},
        {"sha256": SHA256},
        {"sha256": SHA256, "names": []},
        {"file": "a.exe", "log": "a.log"},
        {"sample": "a.exe", "environment": "production"},
        {"sample": True, "notes": "x"},
        {"sample": None, "arguments": []},
        {"name": "x", "description": "y", "environment": {}},
        {**run_notes(), "behavior": {}},
        {**run_notes(), "info": {}},
        {**run_notes(), "EventID": 1},
        {**run_notes(), "task_id": "20240101-ABCDEF_1"},
        version_2(notes="x"),
        version_3(),
        [run_notes()],
        "notes",
        5,
    ],
)
def test_other_json_is_no_note(other: Any) -> None:
    assert not detected(other)


def test_what_is_too_long_for_a_note_is_none() -> None:
    assert not detected(run_notes(more="x" * HEAD_BYTES))


def test_unknown_json_is_still_refused(path: Path) -> None:
    path.write_text('{"a": 1}')
    source = Source(path)
    with pytest.raises(NotALogError, match="no sandbox report"):
        list(loader_for(source).events(source, Context(), Drift("")))


def test_notes_that_are_damaged_meanwhile_are_refused(path: Path) -> None:
    with pytest.raises(BrokenLogError):
        read(b"{", path)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_any_value_can_be_noted(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    notes = {"sample": value, "sha256": SHA256, "remarks": value, "terminals": value, "started": value, "label": value}
    run = told(notes, tmp_path_factory.mktemp("notes") / "n.json")
    assert run.sample
    assert run.sample.hashes.sha256 == SHA256


@given(st.binary(max_size=200))
def test_detection_never_raises(head: bytes) -> None:
    RunNotesLoader().detect(head)
    RunNotesLoader().detect(b"{" + head)
