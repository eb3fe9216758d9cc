"""Calls as a report prints them: in every layout, and at the places that citations name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import EXAMPLES
from helpers.mongo import MongoDatabase, cuckoo_2
from helpers.reports import ALL_LAYOUTS, InMemory, Program, call, cape, cuckoo, cuckoo_04
from hypothesis import given
from hypothesis import strategies as st

from graph_model import events as ev
from loaders.cuckoo import model
from loaders.cuckoo.loader import CuckooLoader
from loaders.cuckoo.printed import PrintedCall, PrintedReport
from loaders.drift import Drift
from loaders.finding import find
from loaders.mark2.loader import Mark2Loader
from loaders.protocol import Context
from loaders.quoting import quoted
from loaders.registry import FileLog
from loaders.source import Source

JSON = dict[str, Any]


def printed(report: JSON | bytes) -> PrintedReport:
    data = report if isinstance(report, bytes) else json.dumps(report).encode()
    return PrintedReport(model.document(InMemory(data), Drift("report.json")))


def calls(report: JSON | bytes) -> list[PrintedCall]:
    return list(printed(report).calls())


def cited(source: Source) -> list[ev.Event]:
    """Events that cite a call and name its API."""
    events = CuckooLoader().events(source, Context(), Drift("report.json"))
    return [event for event in events if event.api and "#" in event.position]


@pytest.mark.parametrize("layout", ALL_LAYOUTS)
def test_a_call_is_quoted_as_its_layout_prints_it(layout: Any) -> None:
    report = layout(Program(4, [call("NtClose", handle="0x10", returned=3), call("Sleep", milliseconds=5)], "a.exe"))
    first, second = calls(report)
    old = layout is not cuckoo
    assert (first.place, first.api, first.process.name, first.process.pid) == ("4.0#0", "NtClose", "a.exe", 4)
    assert first.returned == ("0x00000003" if old else "3")
    assert first.arguments == ({"Handle": "0x10"} if old else {"handle": "0x10"})
    assert second.arguments == ({"Milliseconds": "5"} if old else {"milliseconds": 5})


def test_processes_bear_the_keys_of_citations_also_where_pids_are_odd() -> None:
    report = cuckoo(Program(4, name="a.exe"), Program(8), Program(4, name="b.exe"), Program(0), Program(0))
    assert [(p.key, p.pid) for p in printed(report).processes] == [
        ("4.0", 4), ("8.0", 8), ("4.1", 4), ("unknown.0", None), ("unknown.1", None),
    ]  # fmt: skip


def test_a_process_without_a_name_is_called_after_its_image() -> None:
    named = Program(4, name="", extra={"process_path": "C:\\x\\y.exe"})
    assert [process.name for process in printed(cuckoo(named, Program(8, name=""))).processes] == ["y.exe", None]


def test_what_is_no_call_keeps_its_index_and_says_nothing() -> None:
    report = cuckoo(Program(4, [call("NtClose")]))
    report["behavior"]["processes"][0]["calls"][:0] = [5, None, {"api": 7, "arguments": "x"}]
    assert [(found.index, found.api, found.returned, found.arguments) for found in calls(report)] == [
        (0, "", "", {}), (1, "", "", {}), (2, "", "", {}), (3, "NtClose", "0", {}),
    ]  # fmt: skip


def test_a_list_of_arguments_that_is_damaged_gives_what_can_be_read() -> None:
    report = cape(Program(4, [call("NtClose", handle="0x10")]))
    report["behavior"]["processes"][0]["calls"][0]["arguments"] += [7, {"value": 1}, {"name": "a"}]
    assert calls(report)[0].arguments == {"Handle": "0x10", "a": None}


@given(st.lists(st.tuples(st.sampled_from([4, 8, 0, "12", None, -1, 2**40]), st.integers(0, 4)), max_size=6))
def test_every_citation_leads_to_the_api_that_it_names(listed: list[tuple[Any, int]]) -> None:
    """Pids of any kind and any number of times: the keys are those that the loader gives."""
    opened = call("NtOpenProcess", process_identifier=640, process_handle="0x20", desired_access="0x1f0fff")
    programs = [Program(pid, [*[call("NtClose", handle="0x1")] * before, opened, opened]) for pid, before in listed]
    for layout in (cuckoo, cuckoo_04):
        source = InMemory(json.dumps(layout(*programs)).encode())
        there = {found.place: found.api for found in calls(source.data)}
        events = cited(source)
        assert len(events) == 2 * len(programs)
        assert [there[event.position.partition(":")[2]] for event in events] == [event.api for event in events]


@pytest.mark.parametrize("path", sorted((EXAMPLES / "cuckoo").glob("*.json")), ids=lambda path: path.name)
def test_every_citation_of_an_example_leads_to_its_api(path: Path) -> None:
    _all_lead(path)


def test_every_citation_of_a_real_report_leads_to_its_api(real: Path) -> None:
    paths = sorted((real / "cape").glob("*.gz"))
    assert paths
    for path in paths:
        _all_lead(path)


def _all_lead(path: Path) -> None:
    with quoted(FileLog(CuckooLoader(), Source(path))) as report:
        assert report is not None
        there = {found.place: found.api for found in report.calls()}
    events = cited(Source(path))
    assert all(there[event.position.partition(":")[2]] == event.api for event in events)
    assert events or not there


def test_a_report_in_mongodb_is_quoted_like_its_file(mongodb: MongoDatabase) -> None:
    report = cuckoo(Program(4, [call("NtClose", handle=f"0x{n:x}") for n in range(250)]), Program(8, [call("Sleep")]))
    mongodb.store(report, cuckoo_2)
    (log,) = find([mongodb.uri], 1 << 30).logs
    with quoted(log) as found:
        assert found is not None
        stored = [(one.place, one.api, one.returned, one.arguments) for one in found.calls()]
    assert stored == [(one.place, one.api, one.returned, one.arguments) for one in calls(report)]
    assert len(stored) == 251


def test_a_format_without_calls_cannot_be_quoted() -> None:
    with quoted(FileLog(Mark2Loader(), Source(EXAMPLES / "mark2" / "mwc01.log"))) as found:
        assert found is None
