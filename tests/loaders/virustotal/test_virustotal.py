"""VirusTotal's reports beside logs: what they say of the bytes, and what is none of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers.sidecars import HASHES, MD5, SCANNED, SHA256, version_2, version_3
from hypothesis import given
from hypothesis import strategies as st

from graph_model import events as ev
from graph_model.errors import BrokenLogError, NotALogError
from loaders.drift import Drift
from loaders.protocol import Context
from loaders.registry import loader_for
from loaders.source import HEAD_BYTES, Source
from loaders.virustotal.loader import VirusTotalLoader


def read(report: Any, path: Path, **context: Any) -> tuple[list[ev.Event], Drift]:
    path.write_text(report if isinstance(report, str) else json.dumps(report), encoding="utf-8")
    drift = Drift(str(path))
    return list(VirusTotalLoader().events(Source(path), Context(**context), drift)), drift


def run(events: list[ev.Event]) -> ev.RunObserved:
    first = events[0]
    assert isinstance(first, ev.RunObserved)
    return first


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "anything.json"


@pytest.mark.parametrize("report", [version_2(), version_3(), version_3()["data"]], ids=["2", "3", "3, not wrapped"])
def test_every_version_says_the_same_of_the_bytes(path: Path, report: Any) -> None:
    events, drift = read(report, path, label="malicious")
    told = run(events)
    assert told.properties["tool"] == "virustotal"
    assert told.properties["label"] == "malicious"
    assert told.sample
    assert told.sample.hashes == ev.Hashes(**HASHES)
    assert told.scan
    assert (told.scan.positives, told.scan.total, told.scan.scanned_us) == (3, 4, SCANNED * 1_000_000)
    assert told.scan.labels == ("A: Ransom:Win32/Petya.A", "B: Trojan.Ransom.Petya.C", "C: Win32.Petya")
    assert told.scan.family == "petya"
    assert drift.read == {"scanners": 4}
    assert not drift.unknown


def test_version_3_also_says_names_size_and_type(path: Path) -> None:
    events, _ = read(version_3(), path)
    described = events[1]
    assert isinstance(described, ev.ContentDescribed)
    assert described.static.names == ("027cc.dll", "perfc.dat")
    assert (described.facts.size, described.facts.type) == (362360, "Win32 DLL")


def test_a_hash_that_was_asked_for_is_enough(path: Path) -> None:
    report = {"response_code": 0, "resource": MD5, "verbose_msg": "The requested resource is not among the finished"}
    events, drift = read(report, path)
    told = run(events)
    assert told.sample == ev.FileFacts(hashes=ev.Hashes(md5=MD5))
    assert told.scan is None
    assert [what for what, _ in drift.lacks] == ["a scan: VirusTotal did not know the file"]


@pytest.mark.parametrize("damage", [{"sha256": 5, "sha1": None, "md5": "x", "resource": "x"}])
def test_a_report_of_no_file_is_refused(path: Path, damage: dict[str, Any]) -> None:
    with pytest.raises(BrokenLogError, match="without a hash"):
        read(version_2(**damage), path)
    with pytest.raises(BrokenLogError, match="not valid JSON"):
        read(json.dumps(version_2())[:-5], path)
    report = version_3()
    report["data"]["type"] = "url"
    with pytest.raises(NotALogError, match="not of a file"):
        read(report, path)


@pytest.mark.parametrize("odd", [5, "x", [], {}, None, {"A": 5}, {"A": {"category": [], "result": {}}}])
def test_odd_parts_are_no_reason_to_refuse(path: Path, odd: Any) -> None:
    for report in (version_2(scans=odd), version_3(last_analysis_results=odd, last_analysis_stats=odd, names=odd)):
        assert run(read(report, path)[0]).sample


@pytest.mark.parametrize("indent", [None, 4])
@pytest.mark.parametrize("padding", [0, HEAD_BYTES])
def test_a_report_is_recognised_by_its_beginning(path: Path, indent: int | None, padding: int) -> None:
    for report in (version_2(zzz="x" * padding), version_3(zzz="x" * padding)):
        text = "\ufeff" + json.dumps(report, indent=indent)
        path.write_text(text, encoding="utf-8")
        assert loader_for(Source(path)).name == "virustotal"
        assert run(read(text, path)[0]).sample


@pytest.mark.parametrize(
    "other",
    [
        {"info": {"id": 1}, "behavior": {}, "virustotal": version_2()},
        {"virustotal": version_2(), "behavior": {}},
        {"scans": {}, "name": "x"},
        {"data": {"attributes": {"sha256": SHA256}}},
        {"data": [version_3()["data"]]},
        [version_2()],
        {"a": version_2()},
    ],
)
def test_other_json_is_none(other: Any) -> None:
    assert not VirusTotalLoader().detect(json.dumps(other).encode())


@given(st.binary(max_size=200))
def test_detection_never_raises(head: bytes) -> None:
    VirusTotalLoader().detect(head)
    VirusTotalLoader().detect(b"{" + head)
