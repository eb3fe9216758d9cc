"""Damaged tasks: what can be read is read and the rest is counted; where nothing can, an error names the file."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from helpers.graphs import Graph, violations
from helpers.mutations import as_bytes, mutated
from helpers.mutations import damaged as damaged_bytes
from helpers.reports import InMemory, of
from helpers.tasks import (
    CHILD,
    SAMPLE,
    acting,
    entry,
    file,
    logs,
    matched,
    on_disk,
    post,
    process,
    read,
    registry,
    signature,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_model import events as ev
from graph_model.builder import build
from graph_model.errors import BrokenLogError, EmptyLogError, InputError, NotALogError, ProvgraphError
from loaders.cuckoo3.loader import Cuckoo3Loader
from loaders.drift import Drift
from loaders.protocol import Context

GOOD = file("delete", 1, "C:\\good")
WHOLE = json.dumps(GOOD).encode()
GARBAGE = (b"garbage", WHOLE[:40], b"\xff\xfe\x00{", b"{" * 50_000, b"[" * 50_000, b'{"a":' * 9_000)
LINES = [
    process("created", 1, SAMPLE, parent=64),
    process("terminated", 9, SAMPLE),
    file("rename", 2, "C:\\a", dst="C:\\b"),
    file("open_modify", 2, "\\Device\\NamedPipe\\x"),
    registry("set_value", 3, "\\REGISTRY\\MACHINE\\x"),
    acting("mutant", 4, action="create", status=0, path="\\BaseNamedObjects\\x"),
    acting("process_injection", 5, action="queue_user_apc", dstpid=5040, dstprocid=CHILD),
    acting("suspicious_event", 6, name="WriteProcessMemory", args=[5040]),
    acting("networkflow", 7, proto_number=6, srcip="192.0.2.1", srcport=1, dstip="192.0.2.2", dstport=2),
]
FLOW = {"ts": 1.5, "srcip": "192.0.2.1", "srcport": 1, "dstip": "192.0.2.2", "dstport": 53, "type": "A", "name": "a"}
REPORT = post(
    signature("s", matched("Created file", "C:\\x"), {"process_id": 1, "target_process_id": 2}),
    processes=[entry(SAMPLE, 1, 2, parent=64)],
    network={
        "tcp": [FLOW],
        "dns": {"query": [FLOW], "response": [FLOW | {"data": "192.0.2.3"}]},
        "http": [{"request": {"url": "http://x"}}],
        "host": ["192.0.2.9"],
        "domain": ["b"],
    },
)


def damaged(drift: Drift) -> dict[str, int]:
    return {name: count for (kind, name), count in drift.unknown.items() if kind == "line"}


def test_a_line_that_is_cut_at_the_end_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    task = on_disk(tmp_path, None, GOOD, GOOD)
    path = task / "events" / "file.json"
    path.write_bytes(path.read_bytes()[:-20])
    events, drift = read(task)
    assert len(of(ev.FileDeleted, events)) == 1
    assert damaged(drift) == {"file.json: cut short at the end of the file": 1}
    assert drift.samples["line", "file.json: cut short at the end of the file"].startswith("line 2: ")


@pytest.mark.parametrize("line", GARBAGE)
def test_a_damaged_line_is_counted_with_its_number(tmp_path: Path, line: bytes) -> None:
    events, drift = read(on_disk(tmp_path, None, GOOD, line, GOOD))
    assert [event.position.partition(":")[2] for event in of(ev.FileDeleted, events)] == ["file:1", "file:3"]
    (name,) = damaged(drift)
    assert drift.samples["line", name].startswith("line 2: ")


@pytest.mark.parametrize("line", [b"7", b"[]", b"null", b"{}", b'{"kind":"debug","ts":1}', b'{"kind":7}', b'"x"'])
def test_a_line_of_no_known_kind_is_counted(tmp_path: Path, line: bytes) -> None:
    events, drift = read(on_disk(tmp_path, None, GOOD, line))
    assert len(of(ev.FileDeleted, events)) == 1
    assert damaged(drift) == {"file.json: no event of a known kind": 1}


def test_empty_lines_and_a_tail_of_zeros_are_nothing(tmp_path: Path) -> None:
    _, drift = read(on_disk(tmp_path, None, GOOD, b"", b"\x00" * 4_096))
    assert drift.unknown == {}


def test_invalid_utf_8_and_lone_surrogates_are_read(tmp_path: Path) -> None:
    lines = (WHOLE.replace(b"good", b"g\xffod"), WHOLE.replace(b"good", rb"g\ud800od"))
    events, drift = read(on_disk(tmp_path, None, *lines, GOOD))
    paths = [event.file.path for event in of(ev.FileDeleted, events)]
    assert paths == ["C:\\g\\xffod", "C:\\g?od", "C:\\good"]
    assert drift.unknown == {}
    assert violations(Graph(build(events))) == []


def test_an_endless_line_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loaders.cuckoo3.records._LONGEST_LINE", 1_000)
    events, drift = read(on_disk(tmp_path, None, GOOD, b"x" * 5_500, GOOD))
    assert [event.position.partition(":")[2] for event in of(ev.FileDeleted, events)] == ["file:1", "file:3"]
    assert sum(damaged(drift).values()) == 1


def test_an_empty_event_file_beside_others_is_no_error(tmp_path: Path) -> None:
    task = on_disk(tmp_path, None, GOOD)
    (task / "events" / "mutant.json").write_bytes(b"")
    assert len(of(ev.FileDeleted, read(task)[0])) == 1


@pytest.mark.parametrize("content", GARBAGE)
def test_an_event_file_without_one_good_line_is_told_and_the_others_are_read(tmp_path: Path, content: bytes) -> None:
    task = on_disk(tmp_path, None, GOOD)
    (task / "events" / "mutant.json").write_bytes(content)
    for path in (task, task / "events" / "mutant.json"):
        events, drift = read(path)
        assert len(of(ev.FileDeleted, events)) == 1
        assert drift.unknown == {("file", "mutant.json"): 1}


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("report.json", b"", EmptyLogError),
        ("report.json", b"garbage", NotALogError),
        ("report.json", json.dumps(REPORT).encode()[:-9], BrokenLogError),
        ("report.json", json.dumps(REPORT).encode() + b"x", BrokenLogError),
        ("file.json", b"", EmptyLogError),
        ("file.json", b"garbage", NotALogError),
        ("file.json", WHOLE[:40], BrokenLogError),
        ("file.json", b"\n\n", NotALogError),
    ],
)
def test_a_file_that_says_nothing_is_an_error_that_names_it(
    tmp_path: Path, name: str, content: bytes, error: type[InputError]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(error) as caught:
        logs(path)
    assert caught.value.path == str(path)


def test_a_damaged_report_leaves_the_events(tmp_path: Path) -> None:
    task = on_disk(tmp_path, json.dumps(REPORT).encode()[:-9], GOOD)
    events, drift = read(task)
    assert len(of(ev.FileDeleted, events)) == 1
    assert events[0].properties["task_id"] == "20210707-6UZJTX_1"  # type: ignore[attr-defined]
    assert ("file", "report.json") in drift.unknown
    assert "the report (it is damaged)" in {what for what, _ in drift.lacks}


def test_a_report_that_found_nothing_is_a_run(tmp_path: Path) -> None:
    events, _ = read(on_disk(tmp_path, {"task_id": "20210707-6UZJTX_1", "score": 0, "signatures": []}))
    assert [type(event) for event in events] == [ev.RunObserved, ev.HostObserved]


@given(st.randoms(use_true_random=False))
@settings(max_examples=600, deadline=None, derandomize=True)
def test_anything_anywhere_gives_rows_that_fit_or_an_error(chance: random.Random) -> None:
    survives(as_bytes(mutated(REPORT, chance)))
    survives(b"\n".join(as_bytes(mutated(line, chance)) for line in LINES))


@given(st.randoms(use_true_random=False))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_damaged_bytes_give_rows_that_fit_or_an_error(chance: random.Random) -> None:
    survives(damaged_bytes(as_bytes(REPORT), chance))
    survives(damaged_bytes(b"\n".join(map(as_bytes, LINES)), chance))


def survives(data: bytes) -> None:
    """Never a traceback, never silence."""
    drift = Drift("x")
    try:
        events = list(Cuckoo3Loader().events(InMemory(data), Context(), drift))
    except ProvgraphError as error:
        assert error.exit_code == 2
        assert error.message.startswith("report.json: ")
        return
    graph = Graph(build(events))
    assert len(graph.nodes) >= 2
    assert violations(graph) == []
    assert json.dumps(drift.as_dict(), ensure_ascii=False).encode()
