"""Memory that is given back part by part: what is kept stays as it is, what is given back is gone."""

from __future__ import annotations

import mmap
import sys
import weakref
from typing import cast

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders import pages

PAGE = mmap.PAGESIZE
ONLY_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes pages back at once")


@given(st.lists(st.binary(max_size=3 * PAGE), max_size=6))
@settings(max_examples=50, deadline=None)
def test_chunks_are_held_one_behind_the_other(chunks: list[bytes]) -> None:
    assert pages.held(chunks) == b"".join(chunks)


def test_more_than_was_expected_is_held() -> None:
    chunks = [bytes([number]) * 1_000_003 for number in range(1, 8)]
    assert pages.held(chunks) == b"".join(chunks)


def test_where_pages_cannot_be_given_back_all_of_it_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_TAKEN_BACK", False)
    whole = pages.held([b"x" * PAGE, b"y" * PAGE])
    pages.give_back(whole, whole)
    assert whole == b"x" * PAGE + b"y" * PAGE


@ONLY_LINUX
@given(st.integers(0, 5 * PAGE), st.integers(0, 5 * PAGE), st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_pages_within_the_part_are_gone_and_no_byte_beside_them(start: int, length: int, mark: int) -> None:
    data = b"x" * (6 * PAGE + 7)
    whole = pages.held([data])[mark:]  # as behind a byte order mark
    end = min(start + length, len(whole))
    part = whole[start:end]
    pages.give_back(whole, part)
    first, last = -(-(start + mark) // PAGE), (end + mark) // PAGE
    gone = range(first * PAGE, last * PAGE)
    assert whole == bytes(0 if at in gone else ord("x") for at in range(mark, len(data)))


@ONLY_LINUX
def test_a_value_that_msgspec_left_in_place_is_such_a_part() -> None:
    text = b'{"before": "%b", "calls": "%b", "after": "%b"}' % (b"b" * PAGE, b"c" * 4 * PAGE, b"a" * PAGE)
    whole = pages.held([text])
    members = msgspec.json.decode(whole, type=dict[str, msgspec.Raw])
    pages.give_back(whole, memoryview(members["calls"]))
    assert msgspec.json.decode(members["before"]) == "b" * PAGE
    assert msgspec.json.decode(members["after"]) == "a" * PAGE
    assert bytes(members["calls"]).count(0) in (3 * PAGE, 4 * PAGE)


@ONLY_LINUX
def test_the_memory_lasts_as_long_as_a_value_that_lies_in_it() -> None:
    whole = pages.held([b'{"outer": {"inner": [1, 2]}}'])
    held = weakref.ref(cast(mmap.mmap, whole.obj))
    outer = msgspec.json.decode(whole, type=dict[str, msgspec.Raw])["outer"]
    del whole
    inner = msgspec.json.decode(outer, type=dict[str, msgspec.Raw])["inner"]
    del outer
    assert held() is not None
    assert msgspec.json.decode(inner) == [1, 2]
    del inner
    assert held() is None


@ONLY_LINUX
def test_too_little_memory_is_no_damage_to_a_file() -> None:
    some = mmap.mmap(-1, PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with pytest.raises(MemoryError, match="bytes"):
        pages._grow(some, 1 << 62)


def test_what_is_no_part_of_it_is_refused() -> None:
    whole, other = pages.held([b"x" * 3 * PAGE]), b"y" * 3 * PAGE
    if sys.platform == "linux":
        with pytest.raises(ValueError, match="not a part"):
            pages.give_back(whole, memoryview(other))
    pages.give_back(memoryview(other), memoryview(other))
    assert (whole, other) == (b"x" * 3 * PAGE, b"y" * 3 * PAGE)
