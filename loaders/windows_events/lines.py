"""A log as lines of JSON with the numbers by which they are cited, whatever the file is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from loaders.places import line_places

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])


class Lines(NamedTuple):
    """``numbers`` are those of the lines, where they are not counted from 1."""

    data: bytes
    numbers: Sequence[int] | None = None

    def places(self) -> Iterator[tuple[int, int, int]]:
        """The number of each line, and where it begins and ends."""
        for index, (start, end) in enumerate(line_places(self.data)):
            yield self.numbers[index] if self.numbers else index + 1, start, end


def one_a_line(data: bytes) -> bytes:
    """A JSON list of events as lines, each counted as one; anything else stays as it is."""
    if not data.removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(b"["):
        return data
    try:
        items = _ARRAY.decode(data.removeprefix(_BYTE_ORDER_MARK))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return data  # damaged: what has an event a line can still be read
    return b"\n".join(bytes(item).replace(b"\n", b" ") for item in items)
