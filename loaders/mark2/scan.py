"""The first pass over a log: where its lines are, when they happened and in which order.

Lines stand about in time order while ``sn`` does not follow it, and a collection joins several terminals: the rank of
a line by (time, sn) needs all of them. This pass takes only the header and ``sn`` from the bytes, and leaves the rest
for the second pass, so that memory stays near the size of the file.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from loaders.drift import Drift
from loaders.mark2.times import HEADER, microseconds
from loaders.places import line_places

NO_SN = -1
_SN = re.compile(rb'[ \t][sS][nN]="?([0-9]{1,18})(?=["\s]|\Z)')
# a header with its first keys, none of them in quotes, up to `sn`: how the product prints them
_USUAL = re.compile(
    HEADER.pattern + rb'(?:[ \t](?!sn=)[^ \t\r\n"=]++=[^ \t\r\n"]*+)*+[ \t]sn=([0-9]{1,18})(?=[ \t\r]|\Z)'
)
_JUNK = re.compile(rb"(?:\xef\xbb\xbf|[ \t\x00])+")
_CHUNK = 1 << 20
_SAMPLE = 200


class Entry(NamedTuple):
    """One line: ``number`` counts from 1, ``start`` and ``end`` are its place in the bytes, header first."""

    time: int
    sn: int
    number: int
    start: int
    end: int


def entries(data: bytes, drift: Drift) -> list[Entry]:
    """The lines that have a header, ordered by (time, sn); the others are counted."""
    found = []
    for number, (start, end) in enumerate(line_places(data), 1):
        entry = _entry(data, number, start, end, drift)
        if entry is not None:
            found.append(entry)
    found.sort()
    return found


def _entry(data: bytes, number: int, start: int, end: int, drift: Drift) -> Entry | None:
    header = _USUAL.match(data, start, end)
    usual = header is not None
    if header is None:
        header = HEADER.match(data, start, end)
    if header is None:
        junk = _JUNK.match(data, start, end)
        header = HEADER.match(data, junk.end(), end) if junk else None
    if header is None:
        _not_a_line(data[start:end], drift)
        return None
    try:
        time = microseconds(header)
    except ValueError:
        drift.not_understood("line", "impossible date", _shown(data[start:end]))
        return None
    sn = int(header[5]) if usual else _sn(data, header.end(), end)
    return Entry(time, sn, number, header.start(), end)


def _not_a_line(line: bytes, drift: Drift) -> None:
    if line.strip(b" \t\r\x00\x1a\xef\xbb\xbf"):
        drift.not_understood("line", "no header", _shown(line))


def _shown(line: bytes) -> str:
    return line[:_SAMPLE].decode("utf-8", "backslashreplace")


def _sn(data: bytes, start: int, end: int) -> int:
    """The first ``sn`` that has a number and does not stand inside quotes."""
    quotes, counted = 0, start
    for match in _SN.finditer(data, start, end):
        quotes += data.count(b'"', counted, match.start())
        if quotes % 2 == 0:
            return int(match[1])
        counted = match.start()
    return NO_SN


def encoding(data: bytes) -> str:
    """UTF-8 where all of it is; else CP932, unless most lines that are not ASCII are good UTF-8.

    One damaged line must not turn the Japanese of a whole file into other signs, and CP932 accepts nearly any bytes,
    so what counts is how many lines are UTF-8. A sign that the end of the file cuts in two is no fault of the encoding.
    """
    if _is_utf8(data):
        return "utf-8"
    lines = (data[start:end] for start, end in line_places(data))
    good = [_decodes(line, "utf-8") for line in lines if not line.isascii()]
    return "utf-8" if 2 * sum(good) >= len(good) else "cp932"


def _is_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(view[start : start + _CHUNK])
    except UnicodeDecodeError:
        return False
    return True


def _decodes(line: bytes, name: str) -> bool:
    try:
        line.decode(name)
    except UnicodeDecodeError:
        return False
    return True
