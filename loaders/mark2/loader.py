"""The loader for Mark II logs: two passes over the bytes, the second in the order in which things happened."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph_model.errors import BrokenLogError, EmptyLogError
from graph_model.events import Event, HostObserved, HostRef, RunObserved
from graph_model.identity import run_uid
from loaders.drift import Drift
from loaders.mark2 import mapping
from loaders.mark2.keys import KNOWN, SPELLINGS
from loaders.mark2.line import fields, is_whole
from loaders.mark2.record import MissingKeyError, Record
from loaders.mark2.scan import NO_SN, Entry, encoding, entries
from loaders.mark2.terminal import Terminal
from loaders.protocol import Context
from loaders.source import Source

_HEADER_LINE = re.compile(
    rb"^(?:\xef\xbb\xbf|[ \t\x00])*[0-9]{2}/[0-9]{2}/[0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3} [+-][0-9]{4}[ \t]",
    re.MULTILINE,
)
_HINT = "a Mark II log has lines such as `06/30/2017 13:13:13.890 +0900 loc=ja-JP type=ITM2 sn=20612 evt=ps …`"
_LACKS = (
    ("memory and thread calls", "which API wrote the memory: only the product's own injection events tell"),
    ("module loads", "which DLLs a process loaded: only command lines name them"),
    ("service calls", "who installed and started a service: only registry values and parents tell"),
)


class Mark2Loader:
    """Reads logs of InfoTrace Mark II for Cyber, as in the Soliton Dataset."""

    name = "mark2"
    doc = "InfoTrace Mark II for Cyber (Soliton Dataset 2018): one event per line, Key=Value"

    def detect(self, head: bytes) -> bool:
        """Whether a line has the header and the text has the keys of this product."""
        return bool(_HEADER_LINE.search(head)) and (b"type=ITM2" in head or (b"evt=" in head and b"subEvt=" in head))

    def events(self, source: Source, context: Context, drift: Drift) -> Iterator[Event]:
        """Yield what the log says, ordered by (time, sn)."""
        data = source.read()
        lines = entries(data, drift)
        run = run_uid(self.name, source.digest)
        body = _Reader(data, run, context, drift).events(lines)
        first = next(body, None)
        if first is None:
            raise _unusable(data, source)
        for lack in _LACKS:
            drift.lack(*lack)
        yield _run(run, source, context, lines)
        yield first
        yield from body


def _unusable(data: bytes, source: Source) -> EmptyLogError | BrokenLogError:
    path = str(source.path)
    if not data.strip(b" \t\r\n\x00\x1a\xef\xbb\xbf"):
        return EmptyLogError("the log has no lines", path=path, hint=_HINT)
    return BrokenLogError("no line of it can be read as a Mark II event", path=path, hint=_HINT)


def _run(run: str, source: Source, context: Context, lines: list[Entry]) -> RunObserved:
    known = context.of_run(
        tool=Mark2Loader.name,
        name=source.path.name,
        digest=source.digest,
        started_us=lines[0].time,
        ended_us=lines[-1].time,
    )
    return RunObserved(seq=0, position=f"{run[:8]}:1", time=lines[0].time, run=run, properties=known)


class _Reader:
    """The second pass: each line decoded, given to its terminal, and mapped."""

    def __init__(self, data: bytes, run: str, context: Context, drift: Drift) -> None:
        self.data = data
        self.encoding = encoding(data)
        self.prefix = run[:8]
        self.case = context.case
        self.drift = drift
        self.terminals: dict[str, Terminal] = {}
        self.odd_keys: set[str] = set()

    def events(self, lines: list[Entry]) -> Iterator[Event]:
        """The events of all lines; ``seq`` of a line is its rank from 1, the run itself has 0."""
        for seq, entry in enumerate(lines, 1):
            yield from self._line(seq, entry)
        for terminal in dict.fromkeys(self.terminals.values()):
            last: list[Event] = []
            terminal.close(last)
            yield from last
            yield from terminal.texts.noted(len(lines), self.drift)

    def _line(self, seq: int, entry: Entry) -> list[Event]:
        text = self._text(entry)
        if not is_whole(text):
            self.drift.not_understood("line", "cut inside quotes", text)
            return []
        values, repeated = fields(text)
        for key in repeated:
            self.drift.repair(f"{key} stands more than once, the first value counts", f"line {entry.number}")
        usual = KNOWN.issuperset(values)
        if not usual:
            _respell(values)
        event, sub_event = values.get("evt"), values.get("subEvt")
        if event is None or sub_event is None:
            self.drift.not_understood("line", "no evt or subEvt", text)
            return []
        position = self._position(values, entry)
        record = Record(values, mapping.usual_kind(f"{event}/{sub_event}"), seq, position, entry.time, self.drift)
        return self._events(record, text, usual=usual)

    def _text(self, entry: Entry) -> str:
        line = self.data[entry.start : entry.end]
        try:
            text = line.decode(self.encoding)
        except UnicodeDecodeError:
            self.drift.repair(f"bytes that are not {self.encoding}", f"line {entry.number}")
            text = line.decode(self.encoding, "backslashreplace")
        return text.rstrip("\r\x00\x1a")

    def _position(self, values: dict[str, str], entry: Entry) -> str:
        terminal = values.get("tmid")
        if terminal is None or entry.sn == NO_SN:
            return f"{self.prefix}:{entry.number}"
        return f"{terminal}:{entry.sn}"

    def _events(self, record: Record, text: str, *, usual: bool) -> list[Event]:
        handler = mapping.MAPPED.get(record.kind)
        if handler:
            if not usual:
                self._check_keys(record.fields)
        elif not mapping.is_counted(record.kind):
            self.drift.not_understood("event", record.kind, text)
            return []
        out: list[Event] = []
        terminal = self._terminal(record)
        terminal.observe(record, out)
        try:
            if handler:
                handler(record, terminal, out)
        except MissingKeyError as missing:
            self.drift.not_understood("event", f"{record.kind} without {missing}", text)
            terminal.doubt()
            return [found for found in out if not isinstance(found, HostObserved)]
        self.drift.count(record.kind)
        return out

    def _terminal(self, record: Record) -> Terminal:
        """The host of the line: by terminal id, else by name, else the log itself stands for it."""
        get = record.fields.get
        name = get("tmid") or get("com") or f"log:{self.prefix}"
        terminal = self.terminals.get(name)
        if terminal is None:
            key = name.lower()
            terminal = self.terminals.get(key) or Terminal(HostRef(self.case, key))
            self.terminals[name] = self.terminals[key] = terminal
        return terminal

    def _check_keys(self, values: dict[str, str]) -> None:
        """A key that nothing reads is counted once."""
        for key in sorted(values.keys() - KNOWN - self.odd_keys):
            if key.lower() not in SPELLINGS:
                self.odd_keys.add(key)
                self.drift.not_understood("key", key, values[key])


def _respell(values: dict[str, str]) -> None:
    """Keys in other capitals count as the usual ones."""
    for key in sorted(values.keys() - KNOWN):
        usual = SPELLINGS.get(key.lower())
        if usual:
            values.setdefault(usual, values[key])
