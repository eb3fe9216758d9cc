"""A foreign report through a small model: only the fields that are used, none of them trusted.

Fields are ``Any`` because reports in the wild hold every type in every field; the call lists stay raw bytes until
their process's turn comes. Seen but unused in 2.0.x: ``behavior.apistats`` and ``.generic`` (the calls say the same),
``buffer`` files; in CAPE: ``enhanced``, ``encryptedbuffers``, ``network_map``.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from graph_model.errors import BrokenLogError, EmptyLogError, NotALogError
from loaders.drift import Drift

SECTIONS = (
    "info",
    "target",
    "behavior",
    "network",
    "dropped",
    "signatures",
    "static",
    "virustotal",
    "strings",
    "debug",
)
_KNOWN_ELSEWHERE = frozenset({"statistics", "CAPE", "procdump", "procmemory", "curtain", "suricata", "metadata"})
_LONE_SURROGATE = re.compile(
    rb"(?<!\\)((?:\\\\)*)\\u(?:d[89ab][0-9a-f]{2}(?!\\ud[c-f])|(?<!\\ud[89ab]..\\u)d[c-f][0-9a-f]{2})", re.IGNORECASE
)


class Process(msgspec.Struct):
    """One entry of ``behavior.processes``, in the words of every layout."""

    pid: Any = None
    process_id: Any = None
    ppid: Any = None
    parent_id: Any = None
    process_name: Any = None
    process_path: Any = None
    module_path: Any = None
    command_line: Any = None
    first_seen: Any = None
    threads: Any = None
    environ: Any = None
    calls: msgspec.Raw = msgspec.Raw(b"[]")


class Behavior(msgspec.Struct):
    """``behavior``; the process list is decoded entry by entry."""

    processes: msgspec.Raw = msgspec.Raw(b"[]")


class Report(msgspec.Struct):
    """The top level, each section raw until it is needed."""

    info: Any = None
    target: Any = None
    behavior: msgspec.Raw = msgspec.Raw(b"null")
    network: Any = None
    dropped: Any = None
    signatures: Any = None
    sections: frozenset[str] = frozenset()


class RawCall(msgspec.Struct):
    """One call, in the words of every layout; ``return`` is a Python word, hence the rename."""

    api: Any = None
    time: Any = None
    timestamp: Any = None
    tid: Any = None
    thread_id: Any = None
    status: Any = None
    return_value: Any = None
    returned: Any = msgspec.field(default=None, name="return")
    arguments: Any = None
    repeated: Any = 0


class CallTime(msgspec.Struct):
    """Only the time of a call, for the order of all calls."""

    time: Any = None
    timestamp: Any = None


_KEYS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_REPORT = msgspec.json.Decoder(Report)
_BEHAVIOR = msgspec.json.Decoder(Behavior)
_RAW_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_PROCESS = msgspec.json.Decoder(Process)
_CALLS = msgspec.json.Decoder(list[RawCall])
_CALL = msgspec.json.Decoder(RawCall)
_TIMES = msgspec.json.Decoder(list[CallTime])
_TIME = msgspec.json.Decoder(CallTime)


def parse(data: bytes, path: str, drift: Drift) -> Report:
    """The report, or an error that names the file and what is wrong with it."""
    try:
        sections = _KEYS.decode(data)
    except msgspec.ValidationError as error:
        raise NotALogError("JSON, but not an object as a sandbox report is", path=path) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _parse_repaired(data, path, drift, error)
    except RecursionError as error:
        raise BrokenLogError("nested too deeply to be a report", path=path) from error
    _must_be_a_report(sections, path)
    return msgspec.structs.replace(_REPORT.decode(data), sections=frozenset(sections))


def _parse_repaired(data: bytes, path: str, drift: Drift, error: Exception) -> Report:
    """A second try without invalid UTF-8 and lone surrogates, which encoded buffers may hold."""
    repaired = data.decode("utf-8", "backslashreplace").replace("\\x", "\\\\x").encode() if _bad_utf8(data) else data
    repaired = _LONE_SURROGATE.sub(rb"\1?", repaired)
    if repaired == data:
        raise BrokenLogError(f"not valid JSON ({error})", path=path) from error
    drift.repair("invalid UTF-8 or a lone surrogate", path)
    return parse(repaired, path, drift)


def _bad_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return True
    return False


def _must_be_a_report(sections: dict[str, msgspec.Raw], path: str) -> None:
    if not sections:
        raise EmptyLogError("an empty JSON object: no section of a report is there", path=path)
    if not {"behavior", "info"} & set(sections):
        found = ", ".join(sorted(sections)[:5])
        raise NotALogError(f"JSON, but no sandbox report: neither `info` nor `behavior` (found: {found})", path=path)


def processes(report: Report, drift: Drift) -> list[Process]:
    """The entries of the process list; what is none is counted."""
    try:
        raw = _RAW_LIST.decode(_BEHAVIOR.decode(report.behavior).processes)
    except (msgspec.ValidationError, RecursionError):
        if bytes(report.behavior) != b"null":
            drift.not_understood("section", "behavior", bytes(report.behavior)[:80])
        return []
    return [process for entry in raw if (process := _process(entry, drift))]


def _process(entry: msgspec.Raw, drift: Drift) -> Process | None:
    try:
        return _PROCESS.decode(entry)
    except msgspec.ValidationError:
        drift.not_understood("process", "not an object", bytes(entry)[:80])
        return None


def calls(process: Process, drift: Drift) -> list[RawCall]:
    """The calls of a process, at the index where the report has them; what is none becomes an empty call."""
    try:
        return _CALLS.decode(process.calls)
    except msgspec.ValidationError:
        return [_call(raw, drift) for raw in _entries(process, drift)]


def _call(raw: msgspec.Raw, drift: Drift) -> RawCall:
    try:
        return _CALL.decode(raw)
    except msgspec.ValidationError:
        drift.not_understood("call", "not an object", bytes(raw)[:80])
        return RawCall()


def times(process: Process, drift: Drift) -> list[CallTime]:
    """Only the times of the calls, without the memory that the calls themselves need."""
    try:
        return _TIMES.decode(process.calls)
    except msgspec.ValidationError:
        return [_time(raw) for raw in _entries(process, drift)]


def _time(raw: msgspec.Raw) -> CallTime:
    try:
        return _TIME.decode(raw)
    except msgspec.ValidationError:
        return CallTime()


def _entries(process: Process, drift: Drift) -> list[msgspec.Raw]:
    try:
        return _RAW_LIST.decode(process.calls)
    except msgspec.ValidationError:
        drift.not_understood("section", "calls", bytes(process.calls)[:80])
        return []


def unread_sections(report: Report) -> list[str]:
    """Sections that are there and that no mapping reads."""
    used = {"info", "target", "behavior", "network", "dropped", "signatures"}
    return sorted(report.sections - used - _KNOWN_ELSEWHERE)
