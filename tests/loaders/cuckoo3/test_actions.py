"""Lines of event files become events: by what was done, not by the effect that Cuckoo 3 prints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.graphs import Graph, violations
from helpers.reports import of
from helpers.tasks import CHILD, MACHINE, SAMPLE, STARTED_US, TEMP, acting, file, on_disk, post, process, read, registry

from graph_model import events as ev
from graph_model.builder import build

RUN_KEY = "\\REGISTRY\\MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run"


def told(tmp_path: Path, *lines: Any) -> list[ev.Event]:
    """The events after those of the run and its host, which fit the schema."""
    events, _ = read(on_disk(tmp_path, None, *lines))
    assert violations(Graph(build(events))) == []
    return events[2:]


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("open_read", ev.FileRead),
        ("open_modify", ev.FileWritten),
        ("create_read", ev.FileCreated),
        ("create_modify", ev.FileCreated),
        ("delete", ev.FileDeleted),
        ("truncate", ev.FileWritten),
    ],
)
def test_a_file_event_is_what_the_action_says(tmp_path: Path, action: str, kind: type[ev.Event]) -> None:
    (event,) = told(tmp_path, file(action, 2500, f"{TEMP}a.dll"))
    assert isinstance(event, ev.FileEvent)
    assert type(event) is kind
    assert (event.file.path, event.api) == (f"{TEMP}a.dll", action)
    assert event.actor is not None
    assert (event.actor.key, event.actor.pid) == ("73", 5000)
    assert event.time == STARTED_US + 2_500_000
    assert event.position.partition(":")[2] == "file:1"


def test_a_rename_goes_from_source_to_target(tmp_path: Path) -> None:
    (event,) = told(tmp_path, file("rename", 1, f"{TEMP}a.tmp", dst=f"{TEMP}a.exe"))
    assert isinstance(event, ev.FileRenamed)
    assert (event.file.path, event.target.path) == (f"{TEMP}a.tmp", f"{TEMP}a.exe")


def test_an_action_of_no_known_meaning_is_counted_whatever_its_effect(tmp_path: Path) -> None:
    task = on_disk(tmp_path, None, file("MoveSomewhere", 1, "C:\\x"), file("rename", 2, "C:\\x"), file("delete", 3, ""))
    events, drift = read(task)
    assert events[2:] == []
    assert {name for kind, name in drift.unknown if kind == "file event"} == {
        "action 'MoveSomewhere'",
        "rename without a target",
        "no path",
    }


def test_pipes_are_pipes_and_devices_are_no_files(tmp_path: Path) -> None:
    pipe, device = file("open_modify", 1, "\\Device\\NamedPipe\\lsass"), file("open_modify", 2, "\\Device\\Afd\\x")
    (event,) = told(tmp_path, pipe, device)
    assert isinstance(event, ev.PipeUsed)
    assert event.name == "lsass"


@pytest.mark.parametrize(
    ("action", "kind", "key", "name"),
    [
        ("create_key", ev.RegistryKeyCreated, f"{RUN_KEY}\\x", None),
        ("create_key_ex", ev.RegistryKeyCreated, f"{RUN_KEY}\\x", None),
        ("delete_key", ev.RegistryKeyDeleted, f"{RUN_KEY}\\x", None),
        ("set_value", ev.RegistryValueSet, RUN_KEY, "x"),
        ("query_value_key", ev.RegistryValueRead, RUN_KEY, "x"),
        ("delete_value_key", ev.RegistryValueDeleted, RUN_KEY, "x"),
    ],
)
def test_a_value_is_the_last_part_of_its_path(
    tmp_path: Path, action: str, kind: type[ev.Event], key: str, name: str | None
) -> None:
    (event,) = told(tmp_path, registry(action, 1, f"{RUN_KEY}\\x"))
    assert isinstance(event, ev.RegistryEvent)
    assert type(event) is kind
    assert (event.key, getattr(event, "name", None)) == (key, name)


@pytest.mark.parametrize("status", [0xC0000034, 0x80000005, -1073741772])
def test_what_failed_did_not_happen(tmp_path: Path, status: int) -> None:
    denied = acting("mutant", 2, action="create", status=status, path="x")
    events, drift = read(on_disk(tmp_path, None, registry("set_value", 1, f"{RUN_KEY}\\x", status=status), denied))
    assert events[2:] == []
    assert drift.read["registry events that failed"] == drift.read["mutant events that failed"] == 1


def test_looks_at_keys_are_counted_by_action(tmp_path: Path) -> None:
    _, drift = read(on_disk(tmp_path, None, registry("open_key", 1, RUN_KEY), registry("open_key", 2, RUN_KEY)))
    assert drift.read["registry open_key, without a place in the graph"] == 2
    assert drift.unknown == {}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("\\Sessions\\1\\BaseNamedObjects\\Global\\I98B68E3C", "Global\\I98B68E3C"),
        ("\\BaseNamedObjects\\x", "x"),
        ("x", "x"),
    ],
)
def test_a_mutant_has_the_name_that_programs_use(tmp_path: Path, path: str, name: str) -> None:
    (event,) = told(tmp_path, acting("mutant", 1, action="create", status=0x40000000, path=path))
    assert isinstance(event, ev.MutexUsed)
    assert event.name == name


def flow(**ends: Any) -> dict[str, Any]:
    usual = {"proto_number": 6, "srcip": MACHINE, "srcport": 49_715, "dstip": "41.220.119.246", "dstport": 80}
    return acting("networkflow", 1, effect="network_flow", **(usual | ends))


def test_traffic_of_a_process_goes_to_the_far_end(tmp_path: Path) -> None:
    inbound = flow(proto_number=17, srcip="192.0.2.9", srcport=4000, dstip=MACHINE, dstport=69)
    out, back = told(tmp_path, flow(), inbound)
    assert isinstance(out, ev.NetworkFlow)
    assert isinstance(back, ev.NetworkFlow)
    assert (out.address, out.port, out.protocol, out.inbound) == ("41.220.119.246", 80, "tcp", False)
    assert (back.address, back.port, back.protocol, back.inbound) == ("192.0.2.9", 4000, "udp", True)


def test_an_injection_is_reported_under_the_monitors_own_word(tmp_path: Path) -> None:
    line = acting("process_injection", 2600, action="queue_user_apc", dstpid=5040, dstprocid=CHILD)
    (event,) = told(tmp_path, line)
    assert isinstance(event, ev.InjectionReported)
    assert event.actor is not None
    assert (event.actor.key, event.target.key, event.target.pid) == ("73", "74", 5040)
    assert (event.api, event.position.partition(":")[2]) == ("queue_user_apc", "process_injection:1")


def test_memory_written_in_another_process_is_no_report_of_an_injection(tmp_path: Path) -> None:
    write = acting("suspicious_event", 2600, name="WriteProcessMemory", args=[5040])
    own = acting("suspicious_event", 2700, name="WriteProcessMemory", args=[5000])
    begun = [process("created", 1000, SAMPLE), process("created", 2000, CHILD, parent=SAMPLE)]
    events = told(tmp_path, *begun, write, own)
    (event,) = of(ev.RemoteOperation, events)
    assert isinstance(event, ev.MemoryWritten)
    assert (event.target.key, event.api, event.executable) == ("74", "WriteProcessMemory", None)


def test_suspicious_events_without_a_place_in_the_graph_are_counted_and_new_ones_told(tmp_path: Path) -> None:
    lines = [acting("suspicious_event", 1, name=name, args=[1, 2]) for name in ("SetThreadContext", "NewTrick")]
    events, drift = read(on_disk(tmp_path, None, *lines))
    assert events[2:] == []
    assert drift.read["suspicious SetThreadContext, without a place in the graph"] == 1
    assert drift.unknown == {("suspicious_event event", "NewTrick"): 1}


def test_a_dropped_dll_is_loaded_where_its_path_is_told(tmp_path: Path) -> None:
    lines = [acting("suspicious_event", 1, name="LoadsDroppedDLL", args=[arg]) for arg in (f"{TEMP}a.dll", 17)]
    (event,) = told(tmp_path, *lines)
    assert isinstance(event, ev.ModuleLoaded)
    assert event.file.path == f"{TEMP}a.dll"


def test_lines_of_all_files_are_ranked_by_time_and_each_file_keeps_its_order(tmp_path: Path) -> None:
    lines = [file("open_read", ts, f"C:\\{ts}") for ts in (10, 5, 30)]
    lines += [registry("set_value", 20, f"{RUN_KEY}\\x"), process("created", 10, SAMPLE)]
    events = told(tmp_path, *lines)
    ranked = [(event.seq, event.position.partition(":")[2]) for event in events]
    assert ranked == [
        (1, "process:1"),
        (1, "process:1"),
        (2, "file:1"),
        (3, "file:2"),
        (4, "registry:1"),
        (5, "file:3"),
    ]


def test_a_line_without_a_process_is_counted(tmp_path: Path) -> None:
    events, drift = read(on_disk(tmp_path, None, file("delete", 1, "C:\\x", procid=None, pid=None)))
    assert events[2:] == []
    assert drift.unknown == {("file event", "no process"): 1}


def test_a_pid_means_the_process_that_bore_it_then(tmp_path: Path) -> None:
    old = [process("created", 10, 8, pid=700), process("terminated", 20, 8, pid=700)]
    new = [process("created", 30, 9, pid=700)]
    lines = [file("delete", ts, "C:\\x", procid=None, pid=700) for ts in (15, 25, 35)]
    events = of(ev.FileDeleted, told(tmp_path, *old, *new, *lines))
    assert [event.actor.key for event in events] == ["8", "pid 700", "9"]


def test_events_have_no_time_where_nothing_tells_when_the_task_ran(tmp_path: Path) -> None:
    events, drift = read(on_disk(tmp_path, None, file("delete", 5, "C:\\x"), documents=False))
    assert [event.time for event in events[2:]] == [None]
    assert "when the task ran" in {what for what, _ in drift.lacks}


@pytest.mark.parametrize("ts", [-1, 2**32, 1e300, "soon", None, [], True])
def test_a_ts_that_the_monitor_cannot_have_given_is_no_time(tmp_path: Path, ts: Any) -> None:
    line = file("delete", 5, "C:\\x") | {"ts": ts}
    (event,) = told(tmp_path, line)
    assert event.time is None


def test_without_the_analysis_times_count_from_the_day_of_the_tasks_id(tmp_path: Path) -> None:
    task = on_disk(tmp_path, post(), file("delete", 5, "C:\\x"), documents=False)
    assert of(ev.FileDeleted, read(task)[0])[0].time == 1_625_616_000_005_000  # 2021-07-07 00:00:00.005 UTC
