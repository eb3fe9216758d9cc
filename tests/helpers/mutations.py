"""Valid documents made invalid: other values in any place, parts gone, doubled or swapped, damaged bytes."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

Place = tuple[Any, str | int]  # a dict or list, and the key or index in it


def _deep(levels: int) -> Any:
    found: Any = []
    for level in range(levels):
        found = [found] if level % 2 else {"a": found}
    return found


_NUMBERS: tuple[Any, ...] = (
    *(None, True, False, -1, 0, 1, 4, 8, 0.5, -0.0, 1e308, 5e-324, float("nan"), float("inf"), float("-inf")),
    *(2**31, 2**32 - 1, 2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 2**64 + 5, 10**30, -(10**400), 10**4_000),
)
_TEXTS: tuple[str, ...] = (
    *("", " ", "x", "-", "0", "4", "-4", "0x", "0x" + "f" * 40, "9" * 70, "1e5", "nan", "T1055"),
    *("2017-13-40 25:61:61,999", "0001-01-01 00:00:00", "9999-12-31 23:59:59.9", "1500000000.5", "20130125132144.590"),
    *("\x00", "a\x00b", "\ud800", "\udc80x", "\x1b[31m", "\x1e\x1f", "\r\n", "\u202e", "\ufeff", "\U0001f600"),
    *("\u0661\u0662", "\u00b2", "y" * 5_000, "x" * 70_000, "\\", "\\" * 3_000, "%" * 3_000),
    *("C:\\" + "y" * 5_000, "C:", "C:\\a:b:c", "\\\\?\\", "\\\\", "\\??\\C:\\", "\\\\1.2.3.4\\c$\\x"),
    *("HKEY_CURRENT_USER", "\\registry\\user", "::1%x", "[::", "http://", "http://[", "//"),
)
_SHAPES: tuple[Any, ...] = (
    *([], {}, [[]], [None], ["a", 1, None, {}, []], [[1, 2], "x"], list(range(300)), ["x"] * 300),
    *({"": 0}, {"a": [1]}, {"\x00": {}}, {"\ud800": "\ud800"}, {"pid": {}, "name": []}, {"k" * 5_000: 1}),
    *(_deep(5), _deep(40), _deep(400)),
)
# what may stand in any place of a document; some of the numbers only Python's own writer knows
ODD = (*_NUMBERS, *_TEXTS, *_SHAPES)
_KEYS = ("", "pid", "name", "__class__", "\x00", "\ud800", "k" * 5_000, "calls")
_NO_UTF8 = (b"\xff", b"\x00", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf5\x80\x80\x80", b"\xe3\x83", b"\xef\xbb\xbf")
_TOKENS = (
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b'"',
    b"\\",
    b"\\u",
    rb"\ud800",
    b"NaN",
    b"-Infinity",
    b"null",
    b"1e999",
    b"-",
)


def mutated(document: Any, chance: random.Random) -> Any:
    """The document with some parts changed."""
    found = copy.deepcopy(document)
    for _ in range(chance.randint(1, 4)):
        chance.choice(_CHANGES)(found, chance)
    return found


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with some of them changed, gone or added."""
    for _ in range(chance.randint(1, 3)):
        at, length = chance.randrange(len(data) + 1), chance.choice((0, 1, 2, 40))
        what = chance.choice((b"", *_NO_UTF8, *_TOKENS, bytes([chance.randrange(256)]), data[at : at + 60]))
        data = data[:at] if chance.random() < 0.1 else data[:at] + what + data[at + length :]
    return data


def as_bytes(document: Any) -> bytes:
    """As JSON, with the numbers and surrogates that only Python's writer lets through."""
    return json.dumps(document).encode()


def _place(document: Any, chance: random.Random) -> Place:
    """Any place, whether it lies in a large part of the document or in a small one."""
    at = document
    while True:
        key = chance.choice(list(at) if isinstance(at, dict) else range(len(at)))
        if not isinstance(at[key], (dict, list)) or not at[key] or chance.random() < 0.2:
            return at, key
        at = at[key]


def _replaced(document: Any, chance: random.Random) -> None:
    at, key = _place(document, chance)
    at[key] = copy.deepcopy(chance.choice(ODD))


def _deleted(document: Any, chance: random.Random) -> None:
    at, key = _place(document, chance)
    if len(document) > 1 or at is not document:
        del at[key]


def _doubled(document: Any, chance: random.Random) -> None:
    at, key = _place(document, chance)
    if isinstance(at, list):
        at.insert(0, copy.deepcopy(at[key]))
    else:
        at[chance.choice(_KEYS)] = copy.deepcopy(at[key])


def _swapped(document: Any, chance: random.Random) -> None:
    (at, key), (other, name) = _place(document, chance), _place(document, chance)
    one, two = copy.deepcopy(at[key]), copy.deepcopy(other[name])
    at[key] = two
    other[name] = one


_Change = Callable[[Any, random.Random], None]
_CHANGES: tuple[_Change, ...] = (_replaced, _replaced, _replaced, _deleted, _doubled, _swapped)
