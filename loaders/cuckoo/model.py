"""A foreign report through a small model: only the fields that are used, none of them trusted.

Fields are ``Any`` because reports in the wild hold every type in every field; the call lists stay raw bytes until
their process's turn comes. Seen but unused in 2.0.x: ``buffer`` files; in CAPE: ``enhanced``, ``encryptedbuffers``,
``network_map`` (the calls say the same).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
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
_KNOWN_ELSEWHERE = frozenset({"statistics", "curtain", "suricata", "metadata"})
_ANALYSIS = frozenset({"id", "started", "ended", "duration", "machine"})
_READ_WHOLE = ("info", "target", "file", "network", "dropped", "signatures")
# Decoded when their turn comes; see :func:`later`.
_READ_LATER = frozenset(
    {
        "static",
        "virustotal",
        "strings",
        "debug",
        "CAPE",
        "procdump",
        "procmemory",
        "ttps",
        "malscore",
        "malfamily",
        "malfamily_tag",
        "detections",
    }
)
_CHUNK = 1 << 20
# a part of a valid report that does not have its shape, or is nested too deeply
_UNUSABLE = (msgspec.ValidationError, RecursionError)
_NO_UTF8 = re.compile("[\udc80-\udcff]")
_LONE_SURROGATE = re.compile(
    rb"(?<!\\)((?:\\\\)*)\\u(?:d[89ab][0-9a-f]{2}(?!\\ud[c-f])|(?<!\\ud[89ab]..\\u)d[c-f][0-9a-f]{2})", re.IGNORECASE
)
# Python writes these three where JSON has no word for them.
_NO_NUMBER = re.compile(rb"(?<=[\[,:\s])(?:-?Infinity|NaN)(?=[\],}\s])")


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
    file_activities: Any = None
    calls: msgspec.Raw = msgspec.Raw(b"[]")


class Behavior(msgspec.Struct):
    """``behavior``; the process list is decoded entry by entry."""

    processes: msgspec.Raw = msgspec.Raw(b"[]")


@dataclass(frozen=True)
class Report:
    """The top level: the names of all its sections, and those that are read; ``file`` is the sample before 0.6."""

    sections: frozenset[str]
    behavior: msgspec.Raw
    info: Any
    target: Any
    file: Any
    network: Any
    dropped: Any
    signatures: Any
    later: dict[str, msgspec.Raw]


class Summaries(msgspec.Struct):
    """What else ``behavior`` holds that is read."""

    generic: msgspec.Raw = msgspec.Raw(b"null")
    apistats: msgspec.Raw = msgspec.Raw(b"null")
    summary: msgspec.Raw = msgspec.Raw(b"null")


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


_NULL = msgspec.Raw(b"null")
_KEYS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ANY = msgspec.json.Decoder()
_BEHAVIOR = msgspec.json.Decoder(Behavior)
_SUMMARIES = msgspec.json.Decoder(Summaries)
_RAW_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_PROCESS = msgspec.json.Decoder(Process)
_CALLS = msgspec.json.Decoder(list[RawCall])
_CALL = msgspec.json.Decoder(RawCall)
_TIMES = msgspec.json.Decoder(list[CallTime])
_TIME = msgspec.json.Decoder(CallTime)


def parse(data: bytes, path: str, drift: Drift) -> Report:
    """The report, or an error that names the file and what is wrong with it."""
    text = data if _is_utf8(data) else _with_escapes(data)
    try:
        sections = _sections(text, path, drift)
    except msgspec.ValidationError as error:
        raise NotALogError("JSON, but not an object as a sandbox report is", path=path) from error
    except msgspec.DecodeError as error:
        raise BrokenLogError(f"not valid JSON ({error})", path=path) from error
    except RecursionError as error:
        raise BrokenLogError("nested too deeply to be a report", path=path) from error
    if text is not data:
        drift.repair("invalid UTF-8", path)
    _must_be_a_report(sections, path)
    return Report(
        frozenset(sections),
        sections.get("behavior", _NULL),
        **{name: _section(name, sections, drift) for name in _READ_WHOLE},
        later={name: raw for name, raw in sections.items() if name in _READ_LATER},
    )


def _sections(text: bytes, path: str, drift: Drift) -> dict[str, msgspec.Raw]:
    """The raw sections; where that fails, once more without lone surrogates, which encoded buffers may hold."""
    try:
        return _KEYS.decode(text)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        repaired = _NO_NUMBER.sub(b"null", _LONE_SURROGATE.sub(rb"\1?", text))
        if repaired == text:
            raise
        sections = _KEYS.decode(repaired)
        drift.repair("lone surrogates, or NaN and Infinity", path)
        return sections


def _section(name: str, sections: dict[str, msgspec.Raw], drift: Drift) -> Any:
    raw = sections.get(name, _NULL)
    try:
        return _ANY.decode(raw)
    except _UNUSABLE as error:
        drift.not_understood("section", name, error)
        return None


def later(report: Report, name: str, drift: Drift) -> Any:
    """A section that is not kept decoded, or ``None`` where the report lacks it."""
    return _section(name, report.later, drift)


def summaries(report: Report, drift: Drift) -> dict[str, Any]:
    """The parts of ``behavior`` beside the processes that are read, decoded."""
    try:
        found = _SUMMARIES.decode(report.behavior) if report.behavior != _NULL else Summaries()
    except _UNUSABLE:
        return {}  # what is wrong with it is told where the processes are read
    parts = {"generic": found.generic, "apistats": found.apistats, "summary": found.summary}
    return {name: _section(f"behavior.{name}", {f"behavior.{name}": raw}, drift) for name, raw in parts.items()}


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK], final=start + _CHUNK >= len(data))
    except UnicodeDecodeError:
        return False
    return True


def _with_escapes(data: bytes) -> bytes:
    r"""Bytes that are no UTF-8 as `\xff`, which is how the sandboxes themselves print such bytes."""
    text = data.decode("utf-8", "surrogateescape")
    return _NO_UTF8.sub(lambda match: f"\\\\x{ord(match[0]) - 0xDC00:02x}", text).encode()


def _must_be_a_report(sections: dict[str, msgspec.Raw], path: str) -> None:
    """`behavior` is enough; an `info` alone must be that of an analysis, since other formats have one too."""
    if not sections:
        raise EmptyLogError("an empty JSON object: no section of a report is there", path=path)
    if "behavior" in sections or _about_an_analysis(sections):
        return
    found = ", ".join(sorted(sections)[:5])
    raise NotALogError(f"JSON, but no sandbox report: no `behavior`, no `info` of one (found: {found})", path=path)


def _about_an_analysis(sections: dict[str, msgspec.Raw]) -> bool:
    if "info" not in sections:
        return False
    info = _section("info", sections, Drift(""))
    known = {*SECTIONS, *_KNOWN_ELSEWHERE} & set(sections)
    return len(known) > 1 or (isinstance(info, dict) and bool(_ANALYSIS & set(info)))


def processes(report: Report, drift: Drift) -> list[Process]:
    """The entries of the process list; what is none is counted."""
    raw: list[msgspec.Raw] = []
    try:
        listed = _BEHAVIOR.decode(report.behavior).processes if report.behavior != _NULL else _NULL
        raw = _RAW_LIST.decode(listed) if listed != _NULL else []
    except _UNUSABLE:
        drift.not_understood("section", "behavior", bytes(report.behavior)[:80])
    return [process for entry in raw if (process := _process(entry, drift))]


def _process(entry: msgspec.Raw, drift: Drift) -> Process | None:
    try:
        return _PROCESS.decode(entry)
    except _UNUSABLE:
        drift.not_understood("process", "not an object", bytes(entry)[:80])
        return None


def calls(process: Process, drift: Drift) -> list[RawCall]:
    """The calls of a process, at the index where the report has them; what is none becomes an empty call."""
    try:
        return _CALLS.decode(process.calls)
    except _UNUSABLE:
        return [_call(raw, drift) for raw in _entries(process, drift)]


def _call(raw: msgspec.Raw, drift: Drift) -> RawCall:
    try:
        return _CALL.decode(raw)
    except _UNUSABLE:
        drift.not_understood("call", "not an object", bytes(raw)[:80])
        return RawCall()


def times(process: Process) -> list[CallTime]:
    """Only the times of the calls, without the memory that the calls themselves need."""
    try:
        return _TIMES.decode(process.calls)
    except _UNUSABLE:
        return [_time(raw) for raw in _entries(process, Drift(""))]  # `calls` tells of what is wrong


def _time(raw: msgspec.Raw) -> CallTime:
    try:
        return _TIME.decode(raw)
    except _UNUSABLE:
        return CallTime()


def _entries(process: Process, drift: Drift) -> list[msgspec.Raw]:
    try:
        return _RAW_LIST.decode(process.calls)
    except _UNUSABLE:
        if process.calls != _NULL:
            drift.not_understood("section", "calls", bytes(process.calls)[:80])
        return []


def unread_sections(report: Report) -> list[str]:
    """Sections that are there and that no mapping reads."""
    used = {*_READ_WHOLE, *_READ_LATER, "behavior"}
    return sorted(report.sections - used - _KNOWN_ELSEWHERE)
