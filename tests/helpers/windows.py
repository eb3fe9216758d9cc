"""Rows of Windows event logs, in the dialects of their exporters, and what the loader makes of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from graph_model import events as ev
from loaders.drift import Drift
from loaders.protocol import Context
from loaders.source import Source
from loaders.windows_events.loader import WindowsEventsLoader

JSON = dict[str, Any]
SYSMON = "Microsoft-Windows-Sysmon"
SYSMON_CHANNEL = f"{SYSMON}/Operational"
AUDITING = "Microsoft-Windows-Security-Auditing"
HOST = ev.HostRef("default", "ws5")
GUID_A, GUID_B, GUID_C = (f"{{39E4A257-0000-5F8D-000{digit}-000000000700}}" for digit in "ABC")
NOON = 1_603_108_800_000_000  # 2020-10-19 12:00:00 UTC


def at(seconds: float = 0) -> str:
    """``UtcTime`` so many seconds after noon."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"2020-10-19 {12 + hours:02}:{minutes:02}:{rest:06.3f}"


def sysmon(number: int, seconds: float | None = 0, host: str | None = "WS5", /, **fields: Any) -> JSON:
    """A flat row of Sysmon."""
    row = {"EventID": number, "Channel": SYSMON_CHANNEL, "SourceName": SYSMON, "Hostname": host, **fields}
    return row if seconds is None else {"UtcTime": at(seconds), **row}


def security(number: int, stamp: str, host: str = "WS5", /, **fields: Any) -> JSON:
    """A flat row of the Security log."""
    row = {"EventID": number, "Channel": "Security", "SourceName": AUDITING, "Hostname": host, "TimeCreated": stamp}
    return {**row, **fields}


def lines(rows: Iterable[JSON]) -> bytes:
    """One row a line."""
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def read(data: bytes | Iterable[JSON], **context: Any) -> tuple[list[ev.Event], Drift]:
    """All events of a log, and its drift report."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.json"
        path.write_bytes(data if isinstance(data, bytes) else lines(data))
        drift = Drift(str(path))
        return list(WindowsEventsLoader().events(Source(path), Context(**context), drift)), drift


def of(kind: type[ev.Event], found: Sequence[ev.Event]) -> list[Any]:
    """The events of a kind."""
    return [event for event in found if isinstance(event, kind)]


def one(kind: type[ev.Event], data: bytes | Iterable[JSON]) -> Any:
    """The only event of a kind in a log."""
    (event,) = of(kind, read(data)[0])
    return event


def line_of(event: ev.Event) -> int:
    """The line that it cites."""
    return int(event.position.split(":")[1])


def flat(number: int, fields: JSON, stamp: str) -> JSON:
    """As Security-Datasets and NXLog print it."""
    return {
        "EventID": number, "Channel": SYSMON_CHANNEL.upper(), "Hostname": "WS5", "EventTime": stamp,
        "host": "collector.example", "ExecutionProcessID": 3172, "AccountName": "SYSTEM", **fields,
    }  # fmt: skip


def winlogbeat(number: int, fields: JSON, stamp: str) -> JSON:
    """As Winlogbeat from version 7 prints it."""
    log = {
        "provider_name": SYSMON, "channel": SYSMON_CHANNEL, "event_id": str(number), "computer_name": "WS5",
        "process": {"pid": 3172}, "event_data": fields,
    }  # fmt: skip
    return {"@timestamp": stamp, "host": {"name": "collector"}, "event": {"code": str(number)}, "winlog": log}


def winlogbeat_module(number: int, fields: JSON, stamp: str) -> JSON:
    """As Winlogbeat's Sysmon module prints the fields of a creation."""
    names = {"entity_id": "ProcessGuid", "pid": "ProcessId", "executable": "Image", "command_line": "CommandLine"}
    process: JSON = {name: fields[field] for name, field in names.items()}
    process["parent"] = {name: fields[f"Parent{field}"] for name, field in names.items()}
    hashes = [part.split("=") for part in fields["Hashes"].split(",")]
    process["hash"] = {name.lower(): digest.lower() for name, digest in hashes}
    domain, name = fields["User"].split("\\")
    moved = {*names.values(), *(f"Parent{field}" for field in names.values()), "Hashes", "User", "UtcTime"}
    row = winlogbeat(number, {field: value for field, value in fields.items() if field not in moved}, stamp)
    event = {"code": str(number), "module": "sysmon", "created": "2020-10-19T21:00:01Z"}
    return {**row, "event": event, "process": process, "user": {"domain": domain, "name": name, "id": "S-1-5-18"}}


def old_winlogbeat(number: int, fields: JSON, stamp: str) -> JSON:
    """As Winlogbeat before version 7 prints it."""
    row = {"source_name": SYSMON, "log_name": SYSMON_CHANNEL, "event_id": number, "computer_name": "WS5"}
    return {"@timestamp": stamp, "beat": {"name": "collector"}, **row, "event_data": fields}


def evtx_dump(number: int, fields: JSON, stamp: str) -> JSON:
    """As evtx_dump prints it."""
    system = {
        "Provider": {"#attributes": {"Name": SYSMON, "Guid": "5770385F-C22A-43E0-BF4C-06F5698FFBD9"}},
        "EventID": {"#attributes": {"Qualifiers": 0}, "#text": number},
        "TimeCreated": {"#attributes": {"SystemTime": stamp}},
        "Execution": {"#attributes": {"ProcessID": 3172, "ThreadID": 1}},
        "Channel": SYSMON_CHANNEL, "Computer": "WS5",
    }  # fmt: skip
    return {"Event": {"#attributes": {"xmlns": "http://schemas"}, "System": system, "EventData": fields}}


def evtx_dump_apart(number: int, fields: JSON, stamp: str) -> JSON:
    """As evtx_dump prints it with `--separate-json-attributes`."""
    system = {
        "Provider_attributes": {"Name": SYSMON}, "EventID": number, "TimeCreated_attributes": {"SystemTime": stamp},
        "Channel": SYSMON_CHANNEL, "Computer": "WS5",
    }  # fmt: skip
    return {"Event": {"System": system, "EventData": fields}}


def converted_xml(number: int, fields: JSON, stamp: str) -> JSON:
    """As converters of the event's XML print it."""
    system = {
        "Provider": {"@Name": SYSMON}, "EventID": str(number), "TimeCreated": {"@SystemTime": stamp},
        "Channel": SYSMON_CHANNEL, "Computer": "WS5",
    }  # fmt: skip
    data = [{"@Name": name, "#text": value} for name, value in fields.items()]
    return {"Event": {"System": system, "EventData": {"Data": data}}}


def velociraptor(number: int, fields: JSON, stamp: str) -> JSON:
    """As Velociraptor prints it."""
    system = {
        "Provider": {"Name": SYSMON}, "EventID": {"Value": number}, "TimeCreated": {"SystemTime": stamp},
        "Channel": SYSMON_CHANNEL, "Computer": "WS5",
    }  # fmt: skip
    return {"System": system, "EventData": fields}


def exported_from_elasticsearch(number: int, fields: JSON, stamp: str) -> JSON:
    """As a search exports it."""
    return {"_index": "winlogbeat-7", "_id": "x", "_source": winlogbeat(number, fields, stamp)}


DIALECTS = (
    flat, winlogbeat, winlogbeat_module, old_winlogbeat, evtx_dump, evtx_dump_apart, converted_xml, velociraptor,
    exported_from_elasticsearch,
)  # fmt: skip
