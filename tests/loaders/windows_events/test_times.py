"""When rows happened: every spelling of a time, and stamps in other zones than Sysmon's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from helpers.windows import GUID_A, GUID_B, NOON, at, flat, line_of, of, one, read, security, sysmon
from hypothesis import given
from hypothesis import strategies as st

from graph_model import events as ev
from loaders.windows_events.times import microseconds

HOUR = 3_600_000_000


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2020-10-19 12:00:00.000", NOON),
        ("2020-10-19T12:00:00Z", NOON),
        ("2020-10-19T12:00:00.1234567Z", NOON + 123_456),
        ("2020-10-19 12:00:00,5", NOON + 500_000),
        ("2020-10-19 12:00:00.000000 UTC", NOON),
        ("2020-10-19T21:00:00+09:00", NOON),
        ("2020-10-19T08:30:00-0330", NOON),
        ("/Date(1603108800000)/", NOON),
        (1_603_108_800, NOON),
        (1_603_108_800.25, NOON + 250_000),
        (1_603_108_800_000, NOON),
        ("2020-10-19 12:00:60", None),
        ("2020-13-19 12:00:00", None),
        ("2020-02-30 12:00:00", None),
        ("2020-10-19 24:00:00", None),
        ("1601-01-01 00:00:00", None),
        ("12:00", None),
        ("-", None),
        (0, None),
        (-5.0, None),
        (float("nan"), None),
        (10**30, None),
        (True, None),
        (None, None),
        ([], None),
    ],
)
def test_every_spelling_of_a_time(value: Any, expected: int | None) -> None:
    assert microseconds(value) == expected


@given(st.text(max_size=40) | st.floats() | st.integers())
def test_no_value_makes_it_raise(value: object) -> None:
    found = microseconds(value)
    assert found is None or isinstance(found, int)


def exited(stamp: str, host: str = "WS5", pid: int = 99) -> dict[str, Any]:
    return security(4689, stamp, host, ProcessId=hex(pid), ProcessName=r"C:\a.exe")


def ends_of(rows: list[dict[str, Any]]) -> dict[int, int | None]:
    return {line_of(event): event.time for event in of(ev.ProcessEnded, read(rows)[0])}


def test_rows_without_utctime_take_the_offset_of_their_host() -> None:
    """Each host has its zone: one is 4 hours behind, the other 9 ahead."""
    rows = [
        sysmon(5, 0, "WS5", ProcessGuid=GUID_A, TimeCreated="2020-10-19 08:00:00.010"),
        sysmon(5, 0, "WS6", ProcessGuid=GUID_B, TimeCreated="2020-10-19T21:00:01.000Z"),
        exited("2020-10-19 08:00:07.000", "WS5"),
        exited("2020-10-19 21:00:08.000", "WS6"),
    ]
    assert ends_of(rows) == {1: NOON, 2: NOON, 3: NOON + 7_000_000, 4: NOON + 8_000_000}


def test_a_host_without_rows_of_both_takes_what_the_others_agree_on() -> None:
    rows = [
        sysmon(5, 0, "WS5", ProcessGuid=GUID_A, TimeCreated="2020-10-19 08:00:00.010"),
        exited("2020-10-19 08:00:07.000", "DC"),
    ]
    assert ends_of(rows)[2] == NOON + 7_000_000


def test_where_the_others_do_not_agree_a_stamp_is_utc() -> None:
    rows = [
        sysmon(5, 0, "WS5", ProcessGuid=GUID_A, TimeCreated="2020-10-19 08:00:00.010"),
        sysmon(5, 0, "WS6", ProcessGuid=GUID_B, TimeCreated="2020-10-19 21:00:00.010"),
        exited("2020-10-19 12:00:07.000", "DC"),
    ]
    assert ends_of(rows)[3] == NOON + 7_000_000


def test_an_offset_belongs_to_one_field() -> None:
    rows = [
        flat(5, {"UtcTime": at(), "ProcessGuid": GUID_A}, "2020-10-19 08:00:00"),
        exited("2020-10-19 12:00:07.000"),
    ]
    assert ends_of(rows)[2] == NOON + 7_000_000


def test_late_rows_do_not_spoil_the_offset_and_those_that_differ_are_told() -> None:
    rows = [
        sysmon(22, 0, QueryName="a", ProcessGuid=GUID_A, TimeCreated="2020-10-19 08:00:03.000"),
        sysmon(5, 1, ProcessGuid=GUID_A, TimeCreated="2020-10-19 08:00:01.010"),
        sysmon(5, 2, ProcessGuid=GUID_B, TimeCreated="2020-10-19 09:00:02.010"),
        exited("2020-10-19 08:00:07.000"),
    ]
    found, drift = read(rows)
    assert {line_of(event): event.time for event in of(ev.ProcessEnded, found)}[4] == NOON + 7_000_000
    assert drift.unknown["time", "TimeCreated of ws5: rows that differ from UTC otherwise"] == 1
    assert drift.repaired == {"TimeCreated is +4 hours from UTC": 1}


@pytest.mark.parametrize(("stamp", "lacks"), [("2020-10-19T12:00:00.000Z", 0), ("2020-10-19 12:00:00.000", 1)])
def test_a_log_without_sysmon_is_in_utc_and_tells_where_it_names_no_zone(stamp: str, lacks: int) -> None:
    found, drift = read([exited(stamp)])
    assert [event.time for event in of(ev.ProcessEnded, found)] == [NOON]
    assert [what for what, _ in drift.lacks].count("the zone of TimeCreated of some hosts") == lacks


def test_rows_are_told_in_the_order_of_time_then_of_lines() -> None:
    rows = [sysmon(5, seconds, ProcessGuid=GUID_A) for seconds in (3, 1, 2, 1)]
    found = of(ev.ProcessEnded, read(rows)[0])
    assert [line_of(event) for event in found] == [2, 4, 3, 1]
    assert [event.seq for event in found] == [1, 2, 3, 4]


@pytest.mark.parametrize("spoil", [lambda row: row.pop("UtcTime"), lambda row: row.update(UtcTime="yesterday")])
def test_a_row_without_a_time_stays_behind_the_row_before_it(spoil: Callable[[dict[str, Any]], object]) -> None:
    rows = [sysmon(5, seconds, ProcessGuid=GUID_A) for seconds in (2, 2, 1)]
    spoil(rows[1])
    found, drift = read(rows)
    assert [(line_of(event), event.time is None) for event in of(ev.ProcessEnded, found)] == [
        (3, False), (1, False), (2, True),
    ]  # fmt: skip
    assert drift.unknown["time", "a row without a usable time"] == 1


def test_a_run_lasts_from_its_first_row_to_its_last() -> None:
    run = one(ev.Noted, [sysmon(5, seconds, ProcessGuid=GUID_A) for seconds in (3, 1, 2)])
    assert (run.properties["started_us"], run.properties["ended_us"]) == (NOON + 1_000_000, NOON + 3_000_000)
