"""What BSON can hold and JSON cannot, as the driver reads it from the bytes that a server sends."""

from __future__ import annotations

import json
import zlib
from typing import Any

import bson
import pytest
from bson import Binary, Code, DatetimeMS, DBRef, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp
from hypothesis import given
from hypothesis import strategies as st

from loaders.cuckoo.mongodb_values import ANALYSES, CALLS, to_json

ID = ObjectId("65a0b0c0d0e0f00010203040")


def through(value: Any, *, document: bool = False) -> Any:
    """The value written by the driver, read with our options, as JSON."""
    decoded = bson.decode(bson.encode({"v": value}), ANALYSES if document else CALLS)
    return json.loads(to_json(decoded))["v"]


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (ID, str(ID)),
        ([["a", [1]], [ID]], [["a", [1]], [str(ID)]]),
        ([ID, {"a": ID}], [str(ID), {"a": str(ID)}]),
        (DatetimeMS(1_500_000_000_123), 1_500_000_000.123),
        (DatetimeMS(-1750), -1.75),
        (DatetimeMS(2**62), 2**62 / 1000),
        (Int64(2**63 - 1), 2**63 - 1),
        (Decimal128("1.5"), 1.5),
        (Decimal128("NaN"), None),
        (Decimal128("sNaN"), None),
        (Decimal128("-Infinity"), None),
        (float("nan"), None),
        (float("inf"), None),
        (Regex("a.c", "i"), "a.c"),
        (Code("return 1"), "return 1"),
        (Code("return a", {"a": 1}), "return a"),
        (Timestamp(1_500_000_000, 1), 1_500_000_000),
        (DBRef("fs.files", ID), {"$ref": "fs.files", "$id": str(ID)}),
        (MinKey(), None),
        (MaxKey(), None),
        (b"abc", "abc"),
        (b"a\xffb", "a\\xffb"),
        (Binary(b"a\x80", 5), "a\\x80"),
        (Binary(b"0123456789abcdef", 4), "0123456789abcdef"),
        ("a\x00b \U0001f600", "a\x00b \U0001f600"),
        ({"a.b": 1, "$c": 2, "": 3}, {"a.b": 1, "$c": 2, "": 3}),
    ],
)
def test_every_type_becomes_json(stored: Any, read: Any) -> None:
    assert through(stored) == read
    assert through(stored, document=True) == read


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (b"ab\xff\xfe", "ab\\xff\\xfe"),
        (b"ab\xed\xa0\x80", "ab?"),
        (b"ab\xed\xa0z", "ab\\xed\\xa0z"),
        (b"abc\xed\xa0", "abc\\xed\\xa0"),
        (b"ab\xe2\x82\xac", "ab\u20ac"),
    ],
)
def test_text_that_is_no_utf8_becomes_readable(stored: bytes, read: str) -> None:
    """Python 2 could store lone surrogates; other damage may come from anywhere."""
    place = "x" * len(stored)
    raw = bson.encode({"v": place}).replace(place.encode(), stored)
    assert json.loads(to_json(bson.decode(raw, CALLS))) == {"v": read}


def test_a_section_that_cape_compressed_is_the_section_again() -> None:
    payloads = {"payloads": [{"sha256": "1" * 64, "name": "ü"}]}
    for level in (1, 6, 9):
        assert through(zlib.compress(json.dumps(payloads).encode(), level), document=True) == payloads


@pytest.mark.parametrize("data", [b"\x78", b"\x78\x9cnonsense", zlib.compress(b"no json"), zlib.compress(b"[1]")[:-1]])
def test_bytes_that_only_begin_like_a_compressed_section_are_text(data: bytes) -> None:
    assert isinstance(through(data, document=True), str)


def test_what_a_program_sent_is_not_taken_for_a_compressed_section() -> None:
    """A buffer in the arguments of a call may well be compressed JSON."""
    assert through(zlib.compress(b'{"a": 1}')).startswith("x")


@given(st.binary())
def test_any_bytes_become_text(data: bytes) -> None:
    assert isinstance(through(data), str)
    through(data, document=True)
