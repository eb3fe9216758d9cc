"""Whole reports: who the run is, in which order things happened, and what is left when a section is not there."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.reports import ALL_LAYOUTS, BEGIN_US, JSON, Program, call, cape, cuckoo, found, of, read
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_model import events as ev
from loaders.cuckoo.loader import CuckooLoader
from loaders.drift import Drift
from loaders.protocol import Context
from loaders.source import Source

Layout = Callable[..., JSON]
every = pytest.mark.parametrize("layout", ALL_LAYOUTS)
SHA256, MD5 = "ab" * 32, "cd" * 16
SAMPLE = {"category": "file", "file": {"sha256": SHA256, "md5": MD5, "size": 7, "type": "PE32 executable", "name": "x"}}


def run_of(report: JSON | bytes, **context: Any) -> ev.RunObserved:
    first = read(report, **context)[0][0]
    assert isinstance(first, ev.RunObserved)
    return first


# --- detection -----------------------------------------------------------------------------------


@pytest.mark.parametrize("head", [b"{", b"  \n{", b"\xef\xbb\xbf{", b'\xef\xbb\xbf\n {"info":'])
def test_an_object_may_be_a_report(head: bytes) -> None:
    assert CuckooLoader().detect(head)


@given(st.binary(max_size=30))
@settings(max_examples=200, deadline=None)
def test_detection_never_raises(head: bytes) -> None:
    assert CuckooLoader().detect(head) in (True, False)


@pytest.mark.parametrize("head", [b"", b"[", b"\x1f\x8b", b"06/30/2017 13:13", b"\xff"])
def test_anything_else_is_no_report(head: bytes) -> None:
    assert not CuckooLoader().detect(head)


# --- the run -------------------------------------------------------------------------------------


@every
def test_the_first_event_is_the_run_and_the_second_its_host(layout: Layout) -> None:
    events, _ = read(layout(Program(4)), case="c", label="malicious", dataset="d")
    assert [type(event) for event in events[:2]] == [ev.RunObserved, ev.HostObserved]
    properties = events[0].properties
    expected = {"case": "c", "label": "malicious", "dataset": "d", "task_id": "7", "started_us": BEGIN_US - 60_000_000}
    assert expected.items() <= properties.items()
    assert properties["tool"] == ("cape" if layout is cape else "cuckoo")
    assert events[0].position == events[0].run[:8]
    assert events[1].host.scope == events[0].run


def test_the_sample_is_known_by_its_hashes() -> None:
    facts = run_of(cuckoo(target=SAMPLE)).sample
    assert facts is not None
    assert (facts.hashes.sha256, facts.hashes.md5, facts.size, facts.pe) == (SHA256, MD5, 7, True)
    assert run_of(cuckoo(file=SAMPLE["file"])).sample == facts, "the oldest layout has it at the top"


def test_a_damaged_hash_of_the_sample_is_left_out() -> None:
    facts = run_of(cuckoo(target={"file": {"sha256": SHA256[:-3], "md5": MD5}})).sample
    assert facts is not None
    assert facts.hashes == ev.Hashes(md5=MD5)


def test_a_run_is_the_analysis_whatever_else_the_file_holds() -> None:
    report = cuckoo(Program(4), target=SAMPLE)
    spaced = json.dumps(report | {"debug": {}}, indent=3).encode()
    assert run_of(report).run == run_of(spaced).run
    assert run_of(report).properties["digest"] != run_of(spaced).properties["digest"]


def test_another_task_start_tool_or_sample_is_another_run() -> None:
    report = cuckoo(Program(4), target=SAMPLE)
    others = [report | {"info": report["info"] | change} for change in ({"id": 8}, {"started": 1_500_000_001.5})]
    others += [report | {"CAPE": {}}, report | {"target": {"file": {"sha256": "ef" * 32}}}]
    assert len({run_of(other).run for other in [report, *others]}) == 5


@pytest.mark.parametrize("missing", ["id", "started"])
def test_without_a_key_of_its_own_a_run_is_its_content(missing: str) -> None:
    report = cuckoo(Program(4))
    del report["info"][missing]
    assert run_of(report).run == run_of(report).run
    assert run_of(report).run != run_of(report | {"debug": {}}).run


def test_a_case_or_a_label_changes_nothing_about_identity() -> None:
    assert run_of(cuckoo(Program(4))).run == run_of(cuckoo(Program(4)), case="other", label="benign").run


def from_file(path: Path) -> list[ev.Event]:
    return list(CuckooLoader().events(Source(path), Context(), Drift(str(path))))


@pytest.mark.parametrize("own_key", [True, False])
def test_a_gzip_of_a_report_is_the_same_run_with_the_same_events(tmp_path: Path, own_key: bool) -> None:
    report = cuckoo(Program(4, [call("NtCreateMutant", mutant_name="x")]))
    if not own_key:
        del report["info"]
    data = json.dumps(report).encode()
    plain, zipped = tmp_path / "report.json", tmp_path / "zipped" / "report.json"
    zipped.parent.mkdir()
    plain.write_bytes(data)
    zipped.write_bytes(gzip.compress(data))
    assert from_file(plain) == from_file(zipped)


def test_a_byte_order_mark_does_no_harm() -> None:
    report = json.dumps(cuckoo(Program(4))).encode()
    assert run_of(b"\xef\xbb\xbf" + report).run == run_of(report).run


# --- order ---------------------------------------------------------------------------------------


def mutexes(report: JSON) -> list[str]:
    return [event.name for event in sorted(found(report, ev.MutexUsed), key=lambda event: event.seq)]


def use(name: str, at: float) -> Any:
    return call("NtCreateMutant", at=at, mutant_name=name)


@every
def test_calls_of_all_processes_are_ranked_by_time(layout: Layout) -> None:
    report = layout(Program(4, [use("a", 1), use("d", 4)]), Program(8, [use("b", 2), use("c", 3)]))
    assert mutexes(report) == ["a", "b", "c", "d"]
    assert [event.time for event in found(report, ev.MutexUsed)] == [BEGIN_US + n * 1_000_000 for n in (1, 2, 3, 4)]


@every
def test_the_order_within_a_process_holds_even_where_its_clock_runs_backwards(layout: Layout) -> None:
    report = layout(Program(4, [use("a", 5), use("b", 1), use("c", 6)]), Program(8, [use("x", 4), use("y", 5.5)]))
    assert mutexes(report) == ["x", "a", "b", "y", "c"]


@given(st.lists(st.lists(st.integers(0, 9), max_size=6), max_size=4))
@settings(max_examples=100, deadline=None)
def test_every_call_has_a_rank_of_its_own_that_keeps_the_order_of_its_process(times: list[list[int]]) -> None:
    programs = [
        Program(4 * n + 4, [use(f"{n}.{i}", at) for i, at in enumerate(found_times)])
        for n, found_times in enumerate(times)
    ]
    names = mutexes(cuckoo(*programs))
    assert sorted(names) == sorted(f"{n}.{i}" for n, found_times in enumerate(times) for i in range(len(found_times)))
    for n, found_times in enumerate(times):
        assert [name for name in names if name.startswith(f"{n}.")] == [f"{n}.{i}" for i in range(len(found_times))]


@every
def test_calls_without_a_time_keep_their_place(layout: Layout) -> None:
    report = layout(Program(4, [use("a", 5), use("b", 6), use("c", 7)]))
    for entry in report["behavior"]["processes"][0]["calls"][1:]:
        entry.pop("time", None)
        entry.pop("timestamp", None)
    assert mutexes(report) == ["a", "b", "c"]
    assert [event.time for event in found(report, ev.MutexUsed)] == [BEGIN_US + 5_000_000, None, None]


def test_a_citation_counts_from_the_calls_own_place_in_the_list() -> None:
    report = cuckoo(Program(4, [call("NtBrandNew"), use("a", 1)]))
    report["behavior"]["processes"][0]["calls"].insert(0, "no call")
    (event,) = found(report, ev.MutexUsed)
    assert event.position == f"{run_of(report).run[:8]}:4.0#2"


# --- sections ------------------------------------------------------------------------------------

FULL = cuckoo(
    Program(4, [use("a", 1)]),
    target=SAMPLE,
    network={
        "tcp": [{"dst": "192.0.2.1", "dport": 80}],
        "udp": [{"dst": "192.0.2.2", "dport": 53}],
        "dns": [{"request": "example.com", "answers": [{"type": "A", "data": "192.0.2.1"}, {"data": "x"}]}],
        "http": [{"uri": "http://example.com/"}],
    },
    dropped=[
        {"filepath": r"C:\a\x.exe", "sha256": SHA256, "pids": [4]},
        {"guest_paths": [r"C:\b", r"C:\c"], "md5": MD5},
    ],
    signatures=[{"name": "s", "severity": 3, "marks": [{"pid": 4}, {"pid": 4}, {}], "markcount": 9}, {"name": "t"}],
)
SECTIONS = ["info", "behavior", "target", "network", "dropped", "signatures"]


def test_every_section_is_read() -> None:
    events, drift = read(FULL)
    flows = {(event.protocol, event.address, event.port) for event in events if isinstance(event, ev.NetworkFlow)}
    assert flows == {("tcp", "192.0.2.1", 80), ("udp", "192.0.2.2", 53)}
    assert [(e.name, e.addresses) for e in events if isinstance(e, ev.DnsResolved)] == [("example.com", ("192.0.2.1",))]
    assert [event.url for event in events if isinstance(event, ev.HttpRequested)] == ["http://example.com/"]
    contents = [(e.file.path, e.facts.hashes) for e in events if isinstance(e, ev.ContentObserved) and e.facts]
    assert contents == [
        (r"C:\a\x.exe", ev.Hashes(SHA256)),
        (r"C:\b", ev.Hashes(md5=MD5)),
        (r"C:\c", ev.Hashes(md5=MD5)),
    ]
    writers = [
        (event.actor.key, event.file.path) for event in events if isinstance(event, ev.FileWritten) and event.actor
    ]
    assert writers == [("4.0", r"C:\a\x.exe")]
    matched = [
        (e.name, e.actor.key if e.actor else None, e.marks) for e in events if isinstance(e, ev.SignatureMatched)
    ]
    assert matched == [("s", None, 9), ("s", "4.0", 2), ("t", None, 0)]
    assert not [key for key in drift.unknown if key[0] != "api"]


@pytest.mark.parametrize("section", SECTIONS)
def test_an_absent_section_leaves_the_others(section: str) -> None:
    events, drift = read({name: value for name, value in FULL.items() if name != section})
    assert isinstance(events[0], ev.RunObserved)
    assert (f"section `{section}`" in {what for what, _ in drift.lacks}) == (section != "info")
    assert bool([e for e in events if isinstance(e, ev.MutexUsed)]) == (section != "behavior")


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize(
    "value", [None, {}, [], "", 0, "text", 7, True, [None], [[]], {"x": None}, {"processes": None}]
)
def test_a_section_of_any_shape_leaves_the_others(section: str, value: Any) -> None:
    events, _ = read(FULL | {section: value})
    assert isinstance(events[0], ev.RunObserved)
    assert isinstance(events[1], ev.HostObserved)
    assert bool([e for e in events if isinstance(e, ev.MutexUsed)]) == (section != "behavior")


@every
def test_a_report_without_processes_is_a_report(layout: Layout) -> None:
    events, drift = read(layout())
    assert [type(event) for event in events] == [ev.RunObserved, ev.HostObserved]
    assert "API calls" in {what for what, _ in drift.lacks}


@pytest.mark.parametrize("calls", [None, [], {}, "x", 7, [None], [[]], ["x"], [{}], [{"api": None}], [{"api": ["x"]}]])
def test_calls_of_any_shape_leave_their_process(calls: Any) -> None:
    report = cuckoo(Program(4), Program(8, [use("a", 1)]))
    report["behavior"]["processes"][0]["calls"] = calls
    assert mutexes(report) == ["a"]
    assert [event.process.key for event in found(report, ev.ProcessObserved)] == ["4.0", "8.0"]


@pytest.mark.parametrize(
    "arguments", [None, [], {}, "x", 7, [None], [{}], [{"name": 7}], [{"name": "x"}], {"x": {"y": []}}]
)
def test_arguments_of_any_shape_leave_their_call(arguments: Any) -> None:
    report = cuckoo(Program(4, [call("WriteProcessMemory"), use("a", 1)]))
    report["behavior"]["processes"][0]["calls"][0]["arguments"] = arguments
    assert mutexes(report) == ["a"]
    assert [(e.api, e.count) for e in found(report, ev.ApiCounted)] == [
        ("NtCreateMutant", 1),
        ("WriteProcessMemory", 1),
    ]


def test_an_entry_without_a_pid_keeps_its_calls_and_is_told_as_repaired() -> None:
    report = cuckoo(Program(4, [use("a", 1)]), Program(8))
    report["behavior"]["processes"][0]["pid"] = 657129999288
    report["behavior"]["processes"].append("no process")
    events, drift = read(report)
    assert [event.process.key for event in of(ev.ProcessObserved, events)] == ["unknown.0", "8.0"]
    assert [(event.actor.key, event.name) for event in of(ev.MutexUsed, events)] == [("unknown.0", "a")]
    assert drift.repairs[0] == "behavior.processes[0]: 657129999288: a process without a usable pid"
    assert drift.unknown["process", "not an object"] == 1


def test_hooks_that_never_show_are_told_with_the_question_they_leave_open() -> None:
    lacks = {what.partition(" (")[0] for what, _ in read(cuckoo(Program(4, [call("NtResumeThread")])))[1].lacks}
    assert {"APCs queued", "thread contexts set", "handles closed"} <= lacks
    assert "threads resumed" not in lacks


@pytest.mark.parametrize(
    ("listed", "expected"),
    [(["8.8.8.8", "8.8.8.8", "::1", "dns", 7, None], ("8.8.8.8", "::1")), ("8.8.8.8", ()), (None, ()), ({}, ())],
)
def test_the_host_knows_where_its_dns_questions_went(listed: Any, expected: tuple[str, ...]) -> None:
    (host,) = found(cuckoo(network={"dns_servers": listed}), ev.HostObserved)
    assert host.dns_servers == expected


@pytest.mark.parametrize("value", ["yesterday", {}, [1]])
def test_a_start_that_is_no_time_is_told(value: Any) -> None:
    report = cuckoo(Program(4))
    report["info"]["started"] = value
    _, drift = read(report)
    assert drift.unknown["time", "info.started, not usable"] == 1
