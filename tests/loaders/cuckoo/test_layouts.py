"""One story in the layouts of all versions: what the loader says of it is the same."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.reports import ALL_LAYOUTS, JSON, Program, call, cited, cuckoo, found, of, pair, read
from helpers.stories import RUN, SHARE, Layout, story

from graph_model import events as ev


@pytest.fixture(params=ALL_LAYOUTS, ids=lambda layout: layout.__name__)
def layout(request: pytest.FixtureRequest) -> Layout:
    made: Layout = request.param
    return made


def test_the_steps_of_the_injection_have_the_same_target(layout: Layout) -> None:
    steps = found(story(layout), ev.MemoryWritten, ev.ThreadContextSet, ev.ThreadResumed)
    assert [(type(step).__name__, pair(step)) for step in steps] == [
        ("MemoryWritten", ("1000.0", "2000.0")),
        ("ThreadContextSet", ("1000.0", "2000.0")),
        ("ThreadResumed", ("1000.0", "2000.0")),
    ]
    assert [step.thread_id for step in steps[1:]] == [2004, 2004]
    (written,) = of(ev.MemoryWritten, steps)
    assert (written.address, written.image) == (0x400000, True)


def test_the_child_is_started_once_and_suspended(layout: Layout) -> None:
    started = found(story(layout), ev.ProcessStarted)
    children = [event for event in started if event.process.pid == 2000]
    assert [(event.actor.key, event.suspended) for event in children] == [("1000.0", True)]


def test_the_file_on_the_share_is_written_as_often_as_the_calls_say(layout: Layout) -> None:
    written = found(story(layout), ev.FileWritten)
    assert sum(event.count for event in written) == 3
    assert {event.file.path.lstrip("\\") for event in written} == {SHARE.lstrip("\\")}
    counted = {event.api: event.count for event in found(story(layout), ev.ApiCounted)}
    assert counted["NtWriteFile"] == 3


def test_the_registry_value_is_the_same(layout: Layout) -> None:
    (value,) = found(story(layout), ev.RegistryValueSet)
    assert (value.key, value.name, value.data) == (RUN, "x", "C:\\x.exe")


def test_the_sample_and_the_times_are_the_same(layout: Layout) -> None:
    events, _ = read(story(layout))
    (run,) = of(ev.RunObserved, events)
    assert run.sample.hashes.sha256 == "ab" * 32
    assert run.sample.size == 77
    first = min(event.time for event in events if event.time and isinstance(event, ev.FileEvent))
    assert first == 1_500_000_001_000_000


def test_a_handle_that_was_closed_means_the_thread_no_more(layout: Layout) -> None:
    report = story(layout)
    again = {"api": "NtResumeThread", "arguments": {"thread_handle": "0x00000054"}, "status": 1, "time": 1.5e9 + 11}
    listed = [{"name": "ThreadHandle", "value": "0x00000054"}]
    old = {"api": "NtResumeThread", "arguments": listed, "status": True, "timestamp": "2017-07-14 02:40:11,000"}
    report["behavior"]["processes"][0]["calls"].append(again if layout is cuckoo else old)
    events, drift = read(report)
    assert [cited(event) for event in of(ev.ThreadResumed, events)] == [
        cited(e) for e in found(story(layout), ev.ThreadResumed)
    ]
    assert drift.unknown["target", "NtResumeThread"] == 1


def test_a_status_in_words_counts_as_well(layout: Layout) -> None:
    report = story(layout)
    if layout is cuckoo:
        return
    for entry in report["behavior"]["processes"][0]["calls"]:
        entry["status"] = "SUCCESS" if entry["api"] != "NtWriteFile" else "FAILURE"
    assert found(report, ev.FileWritten) == []
    assert len(found(report, ev.MemoryWritten)) == 1


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("Device\\HarddiskVolume1\\Windows\\x.exe", "C:\\Windows\\x.exe"),
        ("172.31.48.79\\admin$\\x", "\\\\172.31.48.79\\admin$\\x"),
        ("C:\\a.txt", "C:\\a.txt"),
    ],
)
def test_paths_without_their_beginning_are_understood(printed: str, meant: str) -> None:
    from graph_model.paths import clean

    assert clean(printed) == meant


@pytest.mark.parametrize("device", [".\\PHYSICALDRIVE0", "Device\\Harddisk0\\DR0", "\\\\.\\PhysicalDrive0"])
def test_a_disk_without_its_beginning_is_a_disk(layout: Layout, device: str) -> None:
    calls = [
        call("NtOpenFile", filepath=device, file_handle="0x40"),
        call("NtWriteFile", file_handle="0x40", buffer="x"),
    ]
    assert len(found(layout(Program(4, calls)), ev.DiskWritten)) == 1


@pytest.mark.parametrize("pipe", [".\\pipe\\psexecsvc", "Device\\NamedPipe\\psexecsvc", "\\??\\pipe\\psexecsvc"])
def test_a_pipe_without_its_beginning_is_a_pipe(pipe: str) -> None:
    calls = [call("NtCreateFile", filepath=pipe, file_handle="0x40")]
    assert [event.name for event in found(cuckoo(Program(4, calls)), ev.PipeUsed)] == ["psexecsvc"]


def tree(*nodes: JSON) -> JSON:
    return {"processtree": list(nodes)}


def in_tree(pid: Any, ppid: Any, *children: JSON) -> JSON:
    return {"pid": pid, "ppid": ppid, "process_name": f"p{pid}.exe", "children": list(children)}


def with_tree(report: JSON, *nodes: JSON) -> JSON:
    report["behavior"] |= tree(*nodes)
    return report


def test_a_process_that_only_the_tree_holds_is_taken_from_it(layout: Layout) -> None:
    report = with_tree(layout(Program(400)), in_tree(400, 1632, in_tree(404, None)))
    events, drift = read(report)
    assert [(e.process.key, e.name) for e in of(ev.ProcessObserved, events)] == [
        ("400.0", "one.exe"),
        ("404.0", "p404.exe"),
    ]
    assert ("400.0", "404.0") in [(e.actor.key, e.process.key) for e in of(ev.ProcessStarted, events)]
    assert drift.repaired["a process that only the process tree holds"] == 1


def test_where_tree_and_list_disagree_the_list_counts_and_it_is_told(layout: Layout) -> None:
    report = with_tree(layout(Program(400), Program(404, ppid=400)), in_tree(400, 1632), in_tree(404, 9999))
    events, drift = read(report)
    assert [e.actor.key for e in of(ev.ProcessStarted, events) if e.process.pid == 404] == ["400.0"]
    assert any("404: the list says 400, the tree 9999" in line for line in drift.repairs)


def test_a_tree_of_nonsense_is_survived(layout: Layout) -> None:
    for nonsense in (None, 5, "x", [None, 3, {"pid": "x"}, {"pid": 0, "children": 7}], {"a": 1}):
        report = layout(Program(400))
        report["behavior"]["processtree"] = nonsense
        assert len(found(report, ev.ProcessObserved)) == 1
