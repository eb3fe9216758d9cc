"""A long JSON list in pieces: the same elements, in bounded windows, however they are written."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.cuckoo import chunks
from loaders.cuckoo.chunks import pieces

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='ab"\\{}[],é\u2028', max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
SEPARATORS = ((",", ":"), (", ", ": "), (" ,\n ", " : "))


def decoded(piece: bytes) -> list[Any]:
    return [json.loads(bytes(element)) for element in msgspec.json.decode(piece, type=list[msgspec.Raw])]


def joined(data: bytes, window: int) -> list[Any]:
    return [element for piece in pieces(data, decoded, window) for element in piece]


@given(st.lists(ANY_JSON, max_size=20), st.sampled_from(SEPARATORS), st.integers(8, 200))
@settings(max_examples=400, deadline=None)
def test_the_pieces_hold_the_elements_of_the_list(elements: list[Any], separators: Any, window: int) -> None:
    data = json.dumps(elements, separators=separators).encode()
    assert joined(data, window) == elements


@given(st.lists(st.fixed_dictionaries({"api": st.text(max_size=5), "arguments": ANY_JSON}), max_size=20))
@settings(max_examples=200, deadline=None)
def test_calls_that_begin_alike_are_cut_between_calls(calls: list[Any]) -> None:
    assert joined(json.dumps(calls, indent=1).encode(), 64) == calls


@pytest.mark.parametrize("text", ["[]", "[ ]", " [\n] ", "[{}]", "[[]]", '["]"]', "[1 , 2]"])
def test_short_lists(text: str) -> None:
    assert joined(text.encode(), 16) == json.loads(text)


def test_a_text_that_looks_like_a_cut_is_none() -> None:
    calls = [{"api": 'x"}, {"api": "y'}, {"api": '}, {"api'}] * 50
    assert joined(json.dumps(calls).encode(), 100) == calls


def test_a_piece_is_no_longer_than_the_window_where_elements_are_not() -> None:
    alike, unlike = [{"api": "NtClose"}] * 5_000, [{str(n): n} for n in range(5_000)]
    for calls in (alike, unlike):
        found = [*pieces(json.dumps(calls).encode(), lambda piece: [(len(piece), *decoded(piece))], 1_000)]
        assert max(length for ((length, *_),) in found) <= 1_002


def test_an_element_longer_than_the_window_is_one_piece() -> None:
    calls = [{"api": "a"}, {"api": "b" * 5_000}, {"api": "c"}]
    assert joined(json.dumps(calls).encode(), 100) == calls


@given(st.lists(st.fixed_dictionaries({"api": st.text(max_size=5), "arguments": ANY_JSON}), max_size=20))
@settings(max_examples=200, deadline=None)
def test_text_that_is_done_with_is_not_looked_at_again(calls: list[Any]) -> None:
    data = bytearray(json.dumps(calls).encode())

    def wipe(part: memoryview) -> None:
        part[:] = bytes(len(part))

    with patch.object(chunks, "_STRETCH", 1):
        assert [element for piece in pieces(data, decoded, 64, wipe) for element in piece] == calls
    assert not calls or data == b"[" + bytes(len(data) - 2) + b"]"
