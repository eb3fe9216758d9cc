"""Every dialect says the same; what the exporter says of itself is never taken for what Windows said."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from helpers.windows import (
    AUDITING,
    DIALECTS,
    GUID_A,
    GUID_B,
    HOST,
    JSON,
    NOON,
    SYSMON_CHANNEL,
    at,
    flat,
    lines,
    of,
    one,
    read,
    sysmon,
)

from graph_model import events as ev
from loaders.registry import LOADERS
from loaders.source import HEAD_BYTES
from loaders.windows_events.loader import WindowsEventsLoader
from loaders.windows_events.recognise import is_events
from loaders.windows_events.shapes import row_of

Dialect = Callable[[int, JSON, str], JSON]
CREATED = {
    "UtcTime": at(1), "ProcessGuid": GUID_A.lower(), "ProcessId": "7256", "Image": r"C:\x\PsExec.exe",
    "CommandLine": "PsExec.exe -s reg", "User": r"CORP\ann", "ParentProcessGuid": GUID_B, "ParentProcessId": "2128",
    "ParentImage": r"C:\Windows\System32\cmd.exe", "ParentCommandLine": "cmd.exe", "Hashes": "MD5=" + "AB" * 16,
}  # fmt: skip


def without_positions(found: list[ev.Event]) -> list[ev.Event]:
    return [msgspec.structs.replace(event, position="") for event in found if not isinstance(event, ev.RunObserved)]


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.__name__)
def test_dialects_say_the_same(dialect: Dialect) -> None:
    found, drift = read([dialect(1, CREATED, "2020-10-19T12:00:01.000Z")])
    assert without_positions(found) == without_positions(read([flat(1, CREATED, "2020-10-19 12:00:01")])[0])
    assert (drift.read["sysmon/ProcessCreate"], drift.unknown) == (1, {})
    (start,) = of(ev.ProcessStarted, found)
    assert (start.process, start.actor) == (ev.ProcessRef(HOST, GUID_A, 7256), ev.ProcessRef(HOST, GUID_B, 2128))
    assert start.time == NOON + 1_000_000


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.__name__)
def test_every_dialect_is_recognised_and_by_no_other_loader(dialect: Dialect) -> None:
    head = lines([dialect(1, CREATED, "2020-10-19T12:00:01Z")] * 3)
    assert next(loader.name for loader in LOADERS if loader.detect(head)) == "windows_events"


def test_numbers_that_are_numbers_count_like_those_in_text() -> None:
    fields = CREATED | {"ProcessId": 7256, "ParentProcessId": 2128}
    assert without_positions(read([flat(1, fields, "x")])[0]) == without_positions(read([flat(1, CREATED, "x")])[0])


def test_a_channel_is_known_in_any_capitals_and_a_forwarded_event_by_its_provider() -> None:
    for row in ({"Channel": "security"}, {"Channel": "ForwardedEvents", "SourceName": AUDITING.upper()}):
        found = row_of({"EventID": 4688, **row})
        assert found
        assert found.source == "security"


def test_the_collector_and_the_account_of_the_service_are_not_those_of_the_event() -> None:
    found, _ = read([flat(5, {"UtcTime": at(), "ProcessGuid": GUID_A, "Domain": "NT AUTHORITY"}, "x")])
    assert [event.name for event in of(ev.HostObserved, found)] == ["WS5"]
    (process,) = of(ev.ProcessObserved, found)
    assert (process.process.pid, process.user) == (None, None)


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"EventID": 1},
        {"EventID": "one", "Channel": "Security"},
        {"EventID": True, "Channel": "Security"},
        {"EventID": -1, "Channel": "Security"},
        {"EventID": 1, "Channel": ""},
        {"Event": {"System": {}}},
        {"Event": {"System": {"EventID": None}}},
        {"winlog": {}},
        [],
        "text",
        None,
    ],
)
def test_what_is_no_event_is_none(row: object) -> None:
    assert row_of(row) is None


@pytest.mark.parametrize("text", [
    '[{0}, {0}]', '[\n{0},\n{0}\n]', '\ufeff[\r\n {0},\r\n {0}\r\n]\r\n', '{0}\r\n{0}\r\n', '\ufeff{0}\n\n{0}',
])  # fmt: skip
def test_a_list_and_lines_with_any_ends_hold_the_same(text: str) -> None:
    data = text.replace("{0}", json.dumps(sysmon(5, ProcessGuid=GUID_A))).encode()
    assert WindowsEventsLoader().detect(data)
    assert len(of(ev.ProcessEnded, read(data)[0])) == 2


def test_a_list_whose_elements_take_several_lines_is_counted_by_elements() -> None:
    rows = [sysmon(5, ProcessGuid=GUID_A), sysmon(5, 1, ProcessGuid=GUID_B)]
    data = json.dumps(rows, indent=2).encode()
    assert WindowsEventsLoader().detect(data)
    found, drift = read(data)
    assert [event.position.split(":")[1] for event in of(ev.ProcessEnded, found)] == ["1", "2"]
    assert not drift.unknown


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"{}",
        b"[]",
        b"[1, 2]",
        b'{"info": {"id": 1}, "behavior": {"processes": []}}',
        b'{"ts": 1, "kind": "process", "effect": "x", "pid": 1, "EventID": 1}\n',
        b'{"task_id": "20210101-ABCDEF_1"}',
        b"[" * 60_000,
        b'{"EventID": 1, "Channel": "Sec',
    ],
)
def test_other_files_are_left_to_others(head: bytes) -> None:
    assert not WindowsEventsLoader().detect(head)


def test_an_event_behind_some_broken_lines_is_found() -> None:
    assert WindowsEventsLoader().detect(b"# exported\n\x00\xff\n" + lines([sysmon(5)]))


def test_unnamed_values_of_an_event_are_nothing() -> None:
    row: JSON = {"Event": {"System": {"EventID": 5, "Channel": SYSMON_CHANNEL}, "EventData": {"Data": ["a", None]}}}
    found, drift = read([row])
    assert not of(ev.ProcessEnded, found)
    assert ("event", "sysmon/ProcessTerminate without ProcessGuid") in drift.unknown


def test_a_row_of_elasticsearch_below_its_source_keeps_its_line() -> None:
    row = {"_source": sysmon(5, ProcessGuid=GUID_A)}
    assert one(ev.ProcessEnded, [sysmon(4), row]).position.endswith(":2")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_first_event_longer_than_what_is_looked_at_is_recognised(dialect: Any) -> None:
    parent = {"ParentProcessGuid": GUID_B, "ParentProcessId": 4, "ParentImage": "C:\\b.exe", "ParentCommandLine": "b"}
    about = {"User": "WS5\\ann", "Hashes": f"MD5={'a' * 32}", "CommandLine": "x" * (2 * HEAD_BYTES)}
    fields = {"ProcessGuid": GUID_A, "ProcessId": 7, "Image": "C:\\a.exe", **parent, **about}
    head = lines([dialect(1, fields, "2020-10-19T12:00:00Z")])[:HEAD_BYTES]
    assert is_events(head)
