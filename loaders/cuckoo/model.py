"""A foreign report through a small model: only the fields that are used, none of them trusted.

Fields are ``Any`` because reports in the wild hold every type in every field; the call lists stay raw bytes until
their process's turn comes. Seen but unused in 2.0.x: ``buffer`` files; in CAPE: ``enhanced``, ``encryptedbuffers``,
``network_map`` (the calls say the same).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from graph_model.errors import BrokenLogError, EmptyLogError, LimitError, NotALogError
from loaders import pages
from loaders.cuckoo import density
from loaders.cuckoo.chunks import pieces
from loaders.cuckoo.sections.shapes import bounded
from loaders.drift import Drift
from loaders.source import Source

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
_KNOWN_ELSEWHERE = frozenset({"statistics", "shots", "suricata", "metadata"})
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
        "curtain",
    }
)
MOST_PROCESSES = 10_000  # a hundred times what sandboxes record; each costs memory before the first call is read
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# a part of a valid report that does not have its shape, or is nested too deeply
_UNUSABLE = (msgspec.ValidationError, RecursionError)
_NO_UTF8 = re.compile("[\udc80-\udcff]")
_LONE_SURROGATE = re.compile(
    rb"(?<!\\)((?:\\\\)*+)\\u(?:d[89ab][0-9a-f]{2}(?!\\ud[c-f])|(?<!\\ud[89ab]..\\u)d[c-f][0-9a-f]{2})", re.IGNORECASE
)
# Python writes these three where JSON has no word for them.
_REPAIRABLE = (rb"\ud", rb"\uD", b"NaN", b"Infinity")
_SHORT = max(map(len, _REPAIRABLE))
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
    """``behavior``, taken apart once since it is most of a report; the process list is decoded entry by entry."""

    processes: msgspec.Raw = msgspec.Raw(b"[]")
    processtree: msgspec.Raw = msgspec.Raw(b"[]")
    generic: msgspec.Raw = msgspec.Raw(b"null")
    apistats: msgspec.Raw = msgspec.Raw(b"null")
    summary: msgspec.Raw = msgspec.Raw(b"null")


@dataclass(frozen=True)
class Document:
    """A report before it is read, wherever it lies: a file, or a database.

    ``where`` names it in messages, ``key`` identifies it where the report itself does not. ``calls`` gives the calls of
    the process at an index, some at a time, and again from the first each time it is asked, until it is asked for them
    for the ``last`` time: then the memory that they lie in goes as they are gone through.
    """

    where: str
    name: str
    key: str
    digest: str | None
    sections: dict[str, msgspec.Raw]
    calls: Callable[[int, Process, Drift, bool], Iterator[list[RawCall]]]


@dataclass(frozen=True)
class Report:
    """The top level: the names of all its sections, and those that are read; ``file`` is the sample before 0.6."""

    sections: frozenset[str]
    behavior: Behavior
    info: Any
    target: Any
    file: Any
    network: Any
    dropped: Any
    signatures: Any
    later: dict[str, msgspec.Raw]


class Argument(msgspec.Struct, gc=False):
    """One argument of the list layouts."""

    name: str
    value: Any = None


class RawCall(msgspec.Struct, gc=False):
    """One call, in the words of every layout; ``return`` is a Python word, hence the rename.

    The arguments stay undecoded, since most calls of a report are only counted.
    """

    api: Any = None
    time: Any = None
    timestamp: Any = None
    tid: Any = None
    thread_id: Any = None
    status: Any = None
    return_value: Any = None
    returned: Any = msgspec.field(default=None, name="return")
    arguments: msgspec.Raw = msgspec.Raw(b"null")
    repeated: Any = 0

    @property
    def result(self) -> Any:
        """The return value as the report spells it."""
        return self.returned if self.return_value is None else self.return_value


_NULL = msgspec.Raw(b"null")
_KEYS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ANY = msgspec.json.Decoder()
_BEHAVIOR = msgspec.json.Decoder(Behavior)
_RAW_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_PROCESS = msgspec.json.Decoder(Process)
_CALLS = msgspec.json.Decoder(list[RawCall])
_CALL = msgspec.json.Decoder(RawCall)
_ARGUMENTS = msgspec.json.Decoder(dict[str, Any] | list[Argument])


def document(source: Source, drift: Drift) -> Document:
    """The report in a file, or an error that names the file and what is wrong with it."""
    data, where = source.held(), source.where
    data = data[len(_BYTE_ORDER_MARK) :] if data[: len(_BYTE_ORDER_MARK)] == _BYTE_ORDER_MARK else data
    well = _is_utf8(data)
    try:
        sections, text = _sections(data if well else _with_escapes(data), where, drift)
    except msgspec.ValidationError as error:
        raise NotALogError("JSON, but not an object as a sandbox report is", path=where) from error
    except msgspec.DecodeError as error:
        raise BrokenLogError(f"not valid JSON ({error})", path=where) from error
    except RecursionError as error:
        raise BrokenLogError("nested too deeply to be a report", path=where) from error
    if not well:
        drift.repair("invalid UTF-8", where)
    return Document(where, source.name, source.digest, source.digest, sections, partial(_listed_calls, text))


def _listed_calls(text: memoryview, _: int, process: Process, drift: Drift, last: bool) -> Iterator[list[RawCall]]:
    """The calls that stand in the process entry itself, which is a part of the text."""
    if bytes(memoryview(process.calls)[:1]) != b"[":
        return iter(())
    done = partial(pages.give_back, text) if last else None
    return pieces(process.calls, partial(decoded, drift=drift), done=done)


def parse(found: Document, drift: Drift) -> Report:
    """The sections that are read whole, or an error that says that this is no report."""
    sections = found.sections
    _must_be_a_report(sections, found.where)
    return Report(
        frozenset(sections),
        _behavior(sections.get("behavior", _NULL), drift),
        **{name: _section(name, sections.get(name, _NULL), drift) for name in _READ_WHOLE},
        later={name: raw for name, raw in sections.items() if name in _READ_LATER},
    )


def _sections(text: memoryview, path: str, drift: Drift) -> tuple[dict[str, msgspec.Raw], memoryview]:
    """The raw sections, and the text that they are parts of.

    Where that fails, once more without lone surrogates, which encoded buffers may hold.
    """
    try:
        return _KEYS.decode(text), text
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        if not any(word in part for part in pages.parts(text, _SHORT) for word in _REPAIRABLE):
            raise
        repaired = _NO_NUMBER.sub(b"null", _LONE_SURROGATE.sub(lambda found: found[1] + b"?", text))
        if repaired == text:
            raise
        sections = _KEYS.decode(repaired)
        drift.repair("lone surrogates, or NaN and Infinity", path)
        return sections, memoryview(repaired)


def _behavior(raw: msgspec.Raw, drift: Drift) -> Behavior:
    try:
        return _BEHAVIOR.decode(raw) if raw != _NULL else Behavior()
    except _UNUSABLE:
        drift.not_understood("section", "behavior", _beginning(raw))
        return Behavior()


def _beginning(raw: msgspec.Raw) -> bytes:
    """Enough of it for a sample."""
    return bytes(memoryview(raw)[:80])


def _section(name: str, raw: msgspec.Raw, drift: Drift) -> Any:
    try:
        if density.too_dense(raw):
            drift.not_understood("left out", f"section {name}", density.REASON)
            return None
        return _ANY.decode(raw)
    except _UNUSABLE as error:
        drift.not_understood("section", name, error)
        return None


def later(report: Report, name: str, drift: Drift) -> Any:
    """A section that is not kept decoded, or ``None`` where the report lacks it."""
    return _section(name, report.later.get(name, _NULL), drift)


def summaries(report: Report, drift: Drift) -> dict[str, Any]:
    """The parts of ``behavior`` beside the processes that are read, decoded."""
    found = report.behavior
    parts = {"generic": found.generic, "apistats": found.apistats, "summary": found.summary}
    return {name: _section(f"behavior.{name}", raw, drift) for name, raw in parts.items()}


def _is_utf8(data: memoryview) -> bool:
    if all(part.isascii() for part in pages.parts(data)):
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for part in pages.parts(data):
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _with_escapes(data: memoryview) -> memoryview:
    r"""Bytes that are no UTF-8 as `\xff`, which is how the sandboxes themselves print such bytes."""
    text = str(data, "utf-8", "surrogateescape")
    return memoryview(_NO_UTF8.sub(lambda match: f"\\\\x{ord(match[0]) - 0xDC00:02x}", text).encode())


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
    info = _section("info", sections["info"], Drift(""))
    known = {*SECTIONS, *_KNOWN_ELSEWHERE} & set(sections)
    return len(known) > 1 or (isinstance(info, dict) and bool(_ANALYSIS & set(info)))


def processes(report: Report, where: str, drift: Drift) -> dict[int, Process]:
    """The entries of the process list by their index in it; what is none is counted."""
    raw: list[msgspec.Raw] = []
    listed = report.behavior.processes
    if density.too_many(listed):
        raise LimitError(density.REASON, path=where, pointer="behavior.processes", hint=density.HINT)
    try:
        raw = _RAW_LIST.decode(listed) if listed != _NULL else []
    except _UNUSABLE:
        drift.not_understood("section", "behavior", _beginning(listed))
    raw = bounded(raw, MOST_PROCESSES, "behavior.processes", drift)
    found = {index: _process(entry, drift) for index, entry in enumerate(raw)}
    return {index: process for index, process in found.items() if process is not None}


def process_tree(report: Report, drift: Drift) -> Any:
    """``behavior.processtree``, whatever it holds."""
    return _section("behavior.processtree", report.behavior.processtree, drift)


def _process(entry: msgspec.Raw, drift: Drift) -> Process | None:
    try:
        return _PROCESS.decode(entry)
    except _UNUSABLE:
        drift.not_understood("process", "not an object", _beginning(entry))
        return None


def calls(found: Document, index: int, process: Process, drift: Drift) -> Iterator[list[RawCall]]:
    """The calls of a process for the last time, some at a time, each at the index where the report has it."""
    beginning = _beginning(process.calls)
    if not beginning.startswith(b"[") and beginning != b"null":
        drift.not_understood("section", "calls", beginning)
    return found.calls(index, process, drift, True)


def decoded(piece: bytes, drift: Drift) -> list[RawCall]:
    """The calls of a JSON list; what is none becomes an empty call, so that all others keep their index."""
    try:
        return _CALLS.decode(piece)
    except _UNUSABLE:
        return [_call(raw, drift) for raw in _RAW_LIST.decode(piece)]


def _call(raw: msgspec.Raw, drift: Drift) -> RawCall:
    try:
        return _CALL.decode(raw)
    except _UNUSABLE:
        drift.not_understood("call", "not an object", _beginning(raw))
        return RawCall()


def arguments(call: RawCall) -> Any:
    """The arguments as an object (2.x) or a list of :class:`Argument` (the others); anything else as it is."""
    try:
        return _ARGUMENTS.decode(call.arguments)
    except _UNUSABLE:
        return _section("arguments", call.arguments, Drift(""))


def unread_sections(report: Report) -> list[str]:
    """Sections that are there and that no mapping reads."""
    used = {*_READ_WHOLE, *_READ_LATER, "behavior"}
    return sorted(report.sections - used - _KNOWN_ELSEWHERE)
