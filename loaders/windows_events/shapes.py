"""One event out of the JSON of any exporter: the dialects differ in where they put things, not in what Windows said.

- flat: everything beside everything (Security-Datasets of OTRF, NXLog)
- `winlog` with `event_data` (Winlogbeat from 7), or `event_data` at the top (Winlogbeat before 7); the Sysmon module of
  Winlogbeat gives fields other names and places (see :mod:`loaders.windows_events.ecs`)
- `System` and `EventData` as in the event's XML, below `Event` or alone (evtx_dump, Velociraptor, XML converters)

Each may lie below `_source`, as Elasticsearch exports it. Flat rows carry the exporter's own fields too: NXLog's
`ExecutionProcessID`, `AccountName` and `host` speak of the service that wrote the event and of the collector, never of
what happened, so fields are asked for by their exact names.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

import msgspec

from loaders.windows_events import ecs

_PROVIDERS = {
    "microsoft-windows-sysmon": "sysmon",
    "microsoft-windows-security-auditing": "security",
    "service control manager": "system",
}
_CHANNELS = {"microsoft-windows-sysmon/operational": "sysmon", "security": "security", "system": "system"}
_FLAT_PROVIDER = ("SourceName", "ProviderName", "Provider", "provider_name", "source_name")
_FLAT_CHANNEL = ("Channel", "channel", "LogName", "log_name")
_FLAT_ID = ("EventID", "EventId", "event_id")
_FLAT_HOST = ("Hostname", "Computer", "ComputerName", "computer_name", "MachineName")
# when it happened, before when somebody received it
_FLAT_TIME = ("TimeCreated", "SystemTime", "EventTime", "@timestamp", "EventReceivedTime")

_AUDIT_FAILURE = "audit failure"
_AUDIT_FAILURE_BIT = 1 << 52
_NO_UTF8 = re.compile("[\udc80-\udcff]")

_Object = dict[str, Any]


class Row(msgspec.Struct):
    """One event: ``source`` is our word for who wrote it, ``stamp`` the field that dates it with its value."""

    source: str
    event_id: int
    computer: str | None
    fields: _Object
    stamp: tuple[str, Any] | None
    keywords: Any = None

    @property
    def failed(self) -> bool:
        """Whether it audits an attempt that failed."""
        return _AUDIT_FAILURE in _keywords(self.keywords)


def decoded(line: bytes) -> Any:
    """The JSON of a line; ValueError where it is none. Bytes that are no UTF-8 and lone surrogates are no reason."""
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        text = _NO_UTF8.sub(_escaped, line.decode("utf-8", "surrogateescape"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    try:
        return json.loads(text, strict=False)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def is_utf8(line: bytes) -> bool:
    """Whether all of it is."""
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _escaped(byte: re.Match[str]) -> str:
    """A byte that is no UTF-8 as JSON's text of its number."""
    return f"\\\\x{ord(byte[0]) - 0xDC00:02x}"


def row_of(found: Any) -> Row | None:
    """The event in some JSON, or ``None`` where it is no Windows event."""
    if not isinstance(found, dict):
        return None
    found = _part(found, "_source") or found
    event = _part(found, "Event") or found
    system = _part(event, "System")
    if system:
        return _as_xml(system, event)
    log = _part(found, "winlog") or found
    return _winlogbeat(found, log) if isinstance(log.get("event_data"), dict) or log is not found else _flat(found)


def _as_xml(system: _Object, event: _Object) -> Row | None:
    time = _attribute(system, "TimeCreated", "SystemTime")
    return _row(
        _attribute(system, "Provider", "Name"),
        _value(system.get("Channel")),
        system.get("EventID"),
        _value(system.get("Computer")),
        _event_data(event.get("EventData")),
        None if time is None else ("SystemTime", time),
        _value(system.get("Keywords")),
    )


def _winlogbeat(found: _Object, log: _Object) -> Row | None:
    row = _row(
        _first(log, _FLAT_PROVIDER),
        _first(log, _FLAT_CHANNEL),
        _first(log, _FLAT_ID) or (_part(found, "event") or {}).get("code"),
        _first(log, _FLAT_HOST),
        _part(log, "event_data") or {},
        _stamp(found),
        log.get("keywords"),
    )
    if row and row.source == "sysmon" and ecs.is_renamed(found):
        row.fields = ecs.fields(found, row.event_id, row.fields)
    return row


def _flat(found: _Object) -> Row | None:
    return _row(
        _first(found, _FLAT_PROVIDER),
        _first(found, _FLAT_CHANNEL),
        _first(found, _FLAT_ID),
        _first(found, _FLAT_HOST),
        found,
        _stamp(found),
        found.get("Keywords"),
    )


def _row(
    provider: Any,
    channel: Any,
    event_id: Any,
    computer: Any,
    fields: _Object,
    stamp: tuple[str, Any] | None,
    keywords: Any,
) -> Row | None:
    number = _number(_value(event_id))
    source = _source(provider if isinstance(provider, str) else "", channel if isinstance(channel, str) else "")
    if number is None or not source:
        return None
    name = computer.strip() if isinstance(computer, str) else ""
    return Row(source, number, name or None, fields, stamp, keywords)


def _keywords(found: Any) -> list[str]:
    """Their names in lower case, whether they stand there as names or as bits, with a sign or without."""
    if isinstance(found, str) and found[:2].lower() == "0x":
        try:
            found = int(found, 16)
        except ValueError:
            return []
    if isinstance(found, int):
        return [_AUDIT_FAILURE] if found & _AUDIT_FAILURE_BIT else []
    names = found if isinstance(found, list) else [found]
    return [name.strip().lower() for name in names if isinstance(name, str)]


def _event_data(found: Any) -> _Object:
    """Named values; XML converters list them as `Data` with a name each."""
    if not isinstance(found, dict):
        return {}
    listed = found.get("Data")
    if not isinstance(listed, list):
        return found
    named = {_name_of(item): _value(item) for item in listed if isinstance(item, dict)}
    return {**found, **{name: value for name, value in named.items() if isinstance(name, str)}}


def _name_of(item: _Object) -> Any:
    attributes = _part(item, "#attributes") or item
    return attributes.get("Name", attributes.get("@Name"))


def _attribute(system: _Object, element: str, name: str) -> Any:
    for holder in (_part(system, element), _part(system, f"{element}_attributes")):
        if holder:
            attributes = _part(holder, "#attributes") or holder
            return attributes.get(name, attributes.get(f"@{name}"))
    return None


def _value(found: Any) -> Any:
    """The text of an element, which has attributes beside it in some dialects."""
    return found.get("#text", found.get("Value")) if isinstance(found, dict) else found


def _stamp(found: _Object) -> tuple[str, Any] | None:
    for name in _FLAT_TIME:
        value = found.get(name)
        if isinstance(value, dict):
            value = value.get("SystemTime")
        if value:
            return name, value
    return None


def _part(found: _Object, name: str) -> _Object | None:
    value = found.get(name)
    return value if isinstance(value, dict) else None


def _first(found: _Object, names: tuple[str, ...]) -> Any:
    for name in names:  # faster than an expression, and this is asked four times a row
        value = found.get(name)
        if value is not None:
            return value
    return None


@lru_cache(maxsize=10_000)
def _source(provider: str, channel: str) -> str:
    """Our word for who wrote an event, else the channel or provider itself."""
    provider, channel = provider.strip().lower(), channel.strip().lower()
    return _PROVIDERS.get(provider) or _CHANNELS.get(channel) or channel or provider


def _number(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    try:
        number = int(value)
    except ValueError:
        return None
    return number if 0 <= number <= 0xFFFF else None
