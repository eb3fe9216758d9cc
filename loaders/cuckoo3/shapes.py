"""JSON of any shape: what is expected, or an empty stand-in; and decoding of all that Python's writer lets through."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

_UNREADABLE = (ValueError, RecursionError)
_NO_UTF8 = re.compile("[\udc80-\udcff]")


def mapping_of(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def decoded(data: bytes) -> Any:
    """Any JSON; ValueError where it is none."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return leniently(data)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def leniently(data: bytes) -> Any:
    r"""JSON with NaN, lone surrogates (then `?`) or invalid UTF-8 (then `\xff`); ValueError where it is none at all."""
    try:
        text = _NO_UTF8.sub(_as_escape, data.decode("utf-8", "surrogateescape"))
        found = json.loads(text, parse_constant=lambda _: None)
        return msgspec.json.decode(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    except _UNREADABLE as error:
        raise ValueError(str(error) or "nested too deeply") from error


def _as_escape(byte: re.Match[str]) -> str:
    return f"\\\\x{ord(byte[0]) - 0xDC00:02x}"
