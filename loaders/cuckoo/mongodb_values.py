"""Stored documents become the JSON that the same report has as a file.

What BSON has and JSON has not: ids become their hexadecimal text; dates become epoch seconds, as Cuckoo 2.0 writes
them; bytes, and text that is no UTF-8, become text with ``\\xff`` for what cannot be read, as the sandboxes print such
bytes; numbers that are none become null.

BSON dates hold milliseconds, so ``info.started``, ``first_seen`` and the times of Cuckoo 2.0's calls lack the
microseconds that ``report.json`` has: they are cut off, never rounded up.

CAPE may store whole sections as compressed JSON, which come out as the sections that they were.
"""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Callable
from typing import Any

import msgspec
from bson import Binary, Code, DatetimeMS, DBRef, Decimal128, Int64, ObjectId, Regex, Timestamp
from bson.codec_options import CodecOptions, DatetimeConversion, TypeDecoder, TypeRegistry

_HANDLER = "provgraph-stored-text"
_ZLIB_BEGINS = b"\x78"  # what zlib.compress writes first at every level
_MOST_INFLATED = 1 << 28
_SURROGATE_BYTES = 3


def to_json(value: Any) -> bytes:
    """The value as JSON."""
    return _ENCODER.encode(value)


def text_of(data: bytes) -> str:
    """Bytes as text, whatever they hold."""
    return bytes(data).decode("utf-8", _HANDLER)


def _unreadable(error: UnicodeError) -> tuple[str, int]:
    r"""``?`` for a lone surrogate, which Python 2 could store and report.json is read as, ``\xff`` for other bytes."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    three = error.object[error.start : error.start + _SURROGATE_BYTES]
    if len(three) == _SURROGATE_BYTES and three[0] == 0xED and 0xA0 <= three[1] <= 0xBF and 0x80 <= three[2] <= 0xBF:
        return "?", error.start + _SURROGATE_BYTES
    return f"\\x{error.object[error.start]:02x}", error.start + 1


codecs.register_error(_HANDLER, _unreadable)


def _seconds(moment: DatetimeMS) -> float:
    """As Cuckoo 2.0's own report does it: whole seconds, and the fraction added as a float."""
    milliseconds = int(moment)
    return milliseconds // 1000 + milliseconds % 1000 / 1000


def _decimal(value: Decimal128) -> float | None:
    found = value.to_decimal()
    return float(found) if found.is_finite() else None


_FORMS: dict[type, Callable[[Any], Any]] = {
    ObjectId: str,
    DatetimeMS: _seconds,
    Int64: int,
    Decimal128: _decimal,
    Regex: lambda regex: regex.pattern,
    Code: str,
    Timestamp: lambda stamp: stamp.time,
    DBRef: lambda reference: dict(reference.as_doc()),
}


def _form(value: object) -> Any:
    """What the encoder does not know; the types that are left (the least and the greatest key) say nothing."""
    form = _FORMS.get(type(value))
    return form(value) if form else None


_ENCODER = msgspec.json.Encoder(enc_hook=_form)


def _unpacked(data: bytes) -> Any:
    """A section that CAPE compressed, or the bytes as text."""
    if data[:1] != _ZLIB_BEGINS:
        return text_of(data)
    try:
        inflater = zlib.decompressobj()
        found = inflater.decompress(data, _MOST_INFLATED)
        return msgspec.json.decode(found) if inflater.eof else text_of(data)
    except (zlib.error, msgspec.DecodeError, RecursionError):
        return text_of(data)


def _decoder(kind: type, change: Callable[[bytes], Any]) -> TypeDecoder:
    class Decoder(TypeDecoder):
        @property
        def bson_type(self) -> type:
            return kind

        def transform_bson(self, value: bytes) -> Any:
            return change(value)

    return Decoder()


def _options(change: Callable[[bytes], Any]) -> CodecOptions[dict[str, Any]]:
    return CodecOptions(
        type_registry=TypeRegistry([_decoder(bytes, change), _decoder(Binary, text_of)]),
        unicode_decode_error_handler=_HANDLER,
        datetime_conversion=DatetimeConversion.DATETIME_MS,
    )


ANALYSES = _options(_unpacked)
CALLS = _options(text_of)
