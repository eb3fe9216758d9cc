"""Windows' own files of events (`.evtx`), as the lines of JSON that evtx_dump makes of them.

Chunks of 64 KiB hold the records. What is damaged is counted and left out: a record, or a chunk from there on. A file
that ends within a chunk is read up to where it ends.
"""

from __future__ import annotations

import io
import struct
import zlib
from array import array
from collections.abc import Iterator

from loaders.drift import Drift
from loaders.windows_events import chunks
from loaders.windows_events.lines import Lines

_MAGIC = b"ElfFile\x00"
_HEADER_SIZE = 4_096
# magic, first chunk, last chunk, next record, size of what follows, version 3.1, size of the header, number of chunks
_HEADER = struct.Struct("<8sQQQIHHHH")


class Damage(str):
    """Why a record or chunk cannot be read."""

    __slots__ = ()


def is_binary(data: bytes) -> bool:
    """Whether it begins as these files do."""
    return data.startswith(_MAGIC)


def is_empty(data: bytes) -> bool:
    """Whether there is nothing behind the header of the file but zeros."""
    return not data[_HEADER_SIZE:].strip(b"\x00")


def records(data: bytes) -> Iterator[tuple[int, str] | Damage]:
    """Each record with its number, or why it cannot be read."""
    from evtx import PyEvtxParser  # noqa: PLC0415 - most logs need no such reader

    try:
        found = PyEvtxParser(io.BytesIO(_whole(data)), number_of_threads=1, indent=False).records_json()
    except (OSError, RuntimeError, ValueError) as error:
        yield Damage(error)
        return
    while True:
        try:
            record = next(found)
        except StopIteration:
            return
        except RuntimeError as error:
            yield Damage(error)
        else:
            if record:
                yield record["event_record_id"], record["data"]


def lines(data: bytes, drift: Drift) -> Lines:
    """All records as lines with their own numbers; what is damaged is counted."""
    numbers, found = array("Q"), bytearray()
    for record in records(data):
        if isinstance(record, Damage):
            drift.not_understood("record", "damaged", record)
        else:
            numbers.append(record[0])
            found += record[1].encode("utf-8", "backslashreplace") + b"\n"
    for number in _altered(data):
        drift.repair("a chunk whose checksum does not agree: what it holds may be damaged", f"chunk {number}")
    missing = _missing(data)
    if missing:
        sample = f"{missing} bytes of the last chunk are not there"
        drift.not_understood("record", "cut off where the file ends", sample)
    return Lines(bytes(found), numbers)


def _altered(data: bytes) -> Iterator[int]:
    """The whole chunks, counted from 0, that are not as they were written; some of a log in use are among them."""
    for number, start in enumerate(range(_HEADER_SIZE, len(data) - chunks.SIZE + 1, chunks.SIZE)):
        chunk = data[start : start + chunks.SIZE]
        if not chunk.startswith(chunks.MAGIC):
            continue
        free, of_records = struct.unpack_from("<II", chunk, 48)
        (of_header,) = struct.unpack_from("<I", chunk, 124)
        header = zlib.crc32(chunk[:120] + chunk[128:512])
        if header != of_header or zlib.crc32(chunk[512:free]) != of_records:
            yield number


def _whole(data: bytes) -> bytes:
    """The chunks below a header of our own, the last filled up with what is no part of a record.

    The reader leaves out a last chunk that is cut, and looks for as many chunks as the header names, however many.
    """
    starts = range(_HEADER_SIZE, len(data), chunks.SIZE)
    whole = (chunks.ending(data[start : start + chunks.SIZE].ljust(chunks.SIZE, b"\xff")) for start in starts)
    last, count = max(0, len(starts) - 1), min(len(starts), 0xFFFF)
    header = _HEADER.pack(_MAGIC, 0, last, 1, 128, 1, 3, _HEADER_SIZE, count)
    return header.ljust(_HEADER_SIZE, b"\x00") + b"".join(whole)


def _missing(data: bytes) -> int:
    return -(len(data) - _HEADER_SIZE) % chunks.SIZE if len(data) > _HEADER_SIZE else 0
