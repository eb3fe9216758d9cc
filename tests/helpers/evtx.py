"""Writes small `.evtx` files: a header, chunks, and records of binary XML without templates.

After "[MS-EVEN6]: EventLog Remoting Protocol", binary XML, and libevtx's description of the file format. Windows itself
writes records with templates, which the reader of such files knows; what is tested here is what we make of records.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

JSON = dict[str, Any]
HEADER, CHUNK, CHUNK_HEADER = 4_096, 65_536, 512
_FRAGMENT, _END, _TEXT = b"\x0f\x01\x01\x00", b"\x00", 1
_OPEN, _OPEN_WITH_ATTRIBUTES, _CLOSE_START, _CLOSE_EMPTY, _CLOSE, _VALUE, _ATTRIBUTE = 0x01, 0x41, 2, 3, 4, 5, 6
_EPOCH_1601 = 11_644_473_600


def evtx(rows: Sequence[JSON], per_chunk: int = 100, first: int = 1) -> bytes:
    """Flat rows of Sysmon or Security (see `helpers.windows`) as a file; records are numbered from ``first``."""
    numbered = list(enumerate(rows, first))
    chunks = [_chunk(numbered[start : start + per_chunk]) for start in range(0, len(numbered), per_chunk)]
    head = b"ElfFile\x00" + struct.pack(
        "<QQQIHHHH", 0, max(0, len(chunks) - 1), first + len(rows), 128, 1, 3, HEADER, len(chunks)
    )
    head = head.ljust(120, b"\x00")
    return (head + struct.pack("<II", 0, zlib.crc32(head))).ljust(HEADER, b"\x00") + b"".join(chunks)


def _chunk(rows: list[tuple[int, JSON]]) -> bytes:
    data, last = bytearray(CHUNK_HEADER), 0
    for number, row in rows:
        last = len(data)
        data += _record(number, row, last)
    ids = (rows[0][0], rows[-1][0])
    head = b"ElfChnk\x00" + struct.pack("<QQQQIIII", *ids, *ids, 128, last, len(data), zlib.crc32(data[CHUNK_HEADER:]))
    head = head.ljust(120, b"\x00")
    data[:128] = head + struct.pack("<II", 0, zlib.crc32(head + bytes(CHUNK_HEADER - 128)))
    assert len(data) <= CHUNK, "too many rows for a chunk"
    return bytes(data).ljust(CHUNK, b"\x00")


def _record(number: int, row: JSON, offset: int) -> bytes:
    stamp = row.get("TimeCreated") or row["UtcTime"]
    seconds = datetime.fromisoformat(f"{stamp.removesuffix('Z')}+00:00").timestamp() + _EPOCH_1601
    body = _FRAGMENT + _event(number, row, stamp, offset + 24 + len(_FRAGMENT)) + _END
    size = 24 + len(body) + 4
    return struct.pack("<IIQQ", 0x2A2A, size, number, round(seconds * 10_000_000)) + body + struct.pack("<I", size)


def _event(number: int, row: JSON, stamp: str, offset: int) -> bytes:
    own = {"EventID", "Channel", "SourceName", "Hostname", "TimeCreated"}
    system = [
        ("Provider", {"Name": row["SourceName"]}, None), ("EventID", {}, str(row["EventID"])),
        ("TimeCreated", {"SystemTime": stamp}, None), ("EventRecordID", {}, str(number)),
        ("Channel", {}, row["Channel"]), ("Computer", {}, row["Hostname"]),
    ]  # fmt: skip
    data = [("Data", {"Name": name}, str(value)) for name, value in row.items() if name not in own]
    return _element(offset, "Event", {}, [("System", {}, system), ("EventData", {}, data)])


def _element(offset: int, name: str, attributes: dict[str, str], content: Any) -> bytes:
    """An element at this place of its chunk; names stand where they are used."""
    token = _OPEN_WITH_ATTRIBUTES if attributes else _OPEN
    head = struct.pack("<BI", token, 0)
    head += _name(offset + len(head), name)
    if attributes:
        listed = b""
        for key, value in attributes.items():
            place = offset + len(head) + 4 + len(listed)
            listed += bytes([_ATTRIBUTE]) + _name(place + 1, key) + _text(value)
        head += struct.pack("<I", len(listed)) + listed
    if content is None:
        return head + bytes([_CLOSE_EMPTY])
    head += bytes([_CLOSE_START])
    if isinstance(content, str):
        return head + _text(content) + bytes([_CLOSE])
    for child in content:
        head += _element(offset + len(head), *child)
    return head + bytes([_CLOSE])


def _name(offset: int, name: str) -> bytes:
    return struct.pack("<IIHH", offset + 4, 0, 0, len(name)) + name.encode("utf-16-le") + b"\x00\x00"


def _text(value: str) -> bytes:
    return struct.pack("<BBH", _VALUE, _TEXT, len(value)) + value.encode("utf-16-le")
