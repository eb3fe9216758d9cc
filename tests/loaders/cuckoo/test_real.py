"""Real CAPE reports: the loader's numbers against a plain reading of the JSON."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from functools import cache
from typing import Any

import pytest
from helpers.real import real_file
from helpers.reports import JSON, cited, of, read

from graph_model import events as ev

FSUTIL, AMBER, EMPTY, MINER = (
    f"cape/cape-{name}.json.gz" for name in ("2.2-55dcd387", "2.2-d4690038", "2.4-2ebadd04", "2.4-41ce492f")
)
ALL = [FSUTIL, AMBER, EMPTY, MINER]
OWN = ("0xffffffff", "0xffffffffffffffff")


@cache
def plain(name: str) -> JSON:
    report: JSON = json.loads(gzip.decompress(real_file(name).read_bytes()))
    return report


@cache
def loaded(name: str) -> list[ev.Event]:
    return read(gzip.decompress(real_file(name).read_bytes()))[0]


def calls_of(name: str) -> list[tuple[int, int, JSON, dict[str, Any]]]:
    """(pid, index, call, arguments) of every call."""
    return [
        (process["process_id"], index, call, {a["name"]: a["value"] for a in call["arguments"]})
        for process in plain(name)["behavior"]["processes"]
        for index, call in enumerate(process["calls"])
    ]


def into_others(name: str, api: str) -> list[str]:
    """`pid.0#index` of the successful calls on a handle that is not the own process."""
    found = [row for row in calls_of(name) if row[2]["api"] == api and row[2]["status"]]
    return [f"{pid}.0#{index}" for pid, index, _, arguments in found if arguments["ProcessHandle"] not in OWN]


@pytest.mark.parametrize(
    ("name", "processes", "calls"), [(FSUTIL, 1, 116), (AMBER, 1, 105), (EMPTY, 0, 0), (MINER, 10, 2602)]
)
def test_processes_and_calls_are_as_many_as_the_file_holds(name: str, processes: int, calls: int) -> None:
    assert len(calls_of(name)) == calls
    assert len(of(ev.ProcessObserved, loaded(name))) == processes
    true = Counter[str]()
    failed = Counter[str]()
    for _, _, call, _ in calls_of(name):
        true[call["api"]] += 1 + call["repeated"]
        failed[call["api"]] += (1 + call["repeated"]) * (not call["status"])
    counted, counted_failed = Counter[str](), Counter[str]()
    for event in of(ev.ApiCounted, loaded(name)):
        counted[event.api] += event.count
        counted_failed[event.api] += event.failed
    assert counted == true
    assert +counted_failed == +failed


@pytest.mark.parametrize("name", [FSUTIL, AMBER, EMPTY])
def test_quiet_reports_have_no_operation_on_another_process(name: str) -> None:
    kinds = (ev.MemoryOperation, ev.ThreadOperation, ev.SectionMapped)
    assert of(kinds, loaded(name)) == []


@pytest.mark.parametrize(
    ("api", "kind", "number"),
    [
        ("NtAllocateVirtualMemory", ev.MemoryAllocated, 8),
        ("NtWriteVirtualMemory", ev.MemoryWritten, None),
        ("NtProtectVirtualMemory", ev.MemoryProtected, None),
        ("NtMapViewOfSection", ev.SectionMapped, 0),
        ("NtUnmapViewOfSection", ev.MemoryUnmapped, 0),
    ],
)
def test_every_memory_call_on_another_process_is_an_operation(
    api: str, kind: type[ev.Event], number: int | None
) -> None:
    expected = into_others(MINER, api)
    assert [cited(event) for event in of(kind, loaded(MINER)) if event.api == api] == expected
    assert number is None or len(expected) == number


def test_no_memory_of_another_process_is_executable_and_no_image_is_written() -> None:
    assert not [event for event in of(ev.MemoryOperation, loaded(MINER)) if getattr(event, "executable", None)]
    assert not [event for event in of(ev.MemoryWritten, loaded(MINER)) if event.image or event.module]


def test_garbage_pids_are_those_of_the_resumes() -> None:
    started = [e for e in of(ev.ProcessStarted, loaded(MINER)) if e.api == "NtCreateUserProcess"]
    children = {(event.actor.pid, cited(event).partition("#")[2]): event.process.pid for event in started}
    assert {key: pid for key, pid in children.items() if key in {(760, "130"), (600, "234"), (600, "264")}} == {
        (760, "130"): 1084,
        (600, "234"): 3264,
        (600, "264"): 5404,
    }
    assert children[600, "300"] is None, "sppsvc.exe is in no list, and its resume says 0"


def test_writes_go_to_the_process_that_the_call_before_created() -> None:
    targets = {cited(event): event.target.pid for event in of(ev.MemoryWritten, loaded(MINER))}
    expected = {"760.0#133": 1084, "760.0#134": 1084, "760.0#477": 5496, "600.0#237": 3264, "600.0#268": 5404}
    assert expected.items() <= targets.items()


def test_parents_are_those_of_the_list_and_one_child_that_is_in_no_list() -> None:
    listed = {(p["parent_id"], p["process_id"]) for p in plain(MINER)["behavior"]["processes"]}
    started = {(e.actor.pid, e.process.pid) for e in of(ev.ProcessStarted, loaded(MINER)) if e.process.pid}
    assert started == {*listed, (600, 344)}


def test_every_process_is_started_once() -> None:
    started = Counter(e.process.key for e in of(ev.ProcessStarted, loaded(MINER)))
    assert set(started.values()) == {1}


@pytest.mark.parametrize("name", ALL)
def test_hosts_and_runs_have_their_names(name: str) -> None:
    run, host, *_ = loaded(name)
    assert isinstance(run, ev.RunObserved)
    assert isinstance(host, ev.HostObserved)
    assert (run.properties["tool"], run.properties["task_id"]) == ("cape", str(plain(name)["info"]["id"]))
    environments = [p["environ"].get("ComputerName") for p in plain(name)["behavior"]["processes"]]
    assert host.name == (environments[0] if environments else plain(name)["info"]["machine"]["name"])
