"""A long JSON list in pieces, so that no more of it is decoded at once than a window holds.

A cut is guessed where an element begins as the first one did (``{"category"``); it is right when all before it
decodes as a list, since a cut inside a text or a nested value would leave that open. So the decoding that is wanted
anyway is also the proof, and nothing is gone through twice. Where elements begin in other ways, the last commas are
guesses; where no guess is right, a scan for brackets finds the exact place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TypeVar

import msgspec

WINDOW = 1 << 16
_GUESSES = 4
_STRETCH = 1 << 18
_SPACE = b" \t\r\n"
_BEGINS = re.compile(rb'\{\s*"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_BRACKET_OR_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\],]', re.DOTALL)
T = TypeVar("T")
Decode = Callable[[bytes], list[T]]


def pieces(
    raw: msgspec.Raw | bytes,
    decode: Decode[T],
    window: int = WINDOW,
    done: Callable[[memoryview], None] | None = None,
) -> Iterator[list[T]]:
    """Yield lists whose elements, one list after the other, are those of ``raw``, which is a valid JSON list.

    ``decode`` makes such a list of a JSON list, and raises ``DecodeError`` where that is not valid. ``done`` is told
    of the text that was gone through, a long stretch at a time.
    """
    with memoryview(raw) as whole:
        at, end = _inside(whole)
        found = _BEGINS.match(bytes(whole[at : at + window]))
        openings = (found[0], b"") if found else (b"",)
        told = at
        while at < end:
            cut, piece = _piece(whole[at:end], decode, window, openings)
            at = _next(whole, at + cut, end)
            if done and (at - told >= _STRETCH or at == end):
                done(whole[told:at])
                told = at
            yield piece


def _piece(rest: memoryview, decode: Decode[T], window: int, openings: tuple[bytes, ...]) -> tuple[int, list[T]]:
    """The elements at the beginning of the rest, and where they end."""
    if len(rest) > window:
        text = bytes(rest[:window])
        guessed = next(filter(None, (_guessed(text, decode, opening) for opening in openings)), None)
        if guessed:
            return guessed
    cut = _scanned(rest, window) if len(rest) > window else len(rest)
    return cut, decode(b"".join((b"[", rest[:cut], b"]")))


def _inside(whole: memoryview) -> tuple[int, int]:
    """The first and the last place between the outer brackets, blanks left out."""
    at, end = 0, len(whole)
    while whole[at] in _SPACE:
        at += 1
    while whole[end - 1] in _SPACE:
        end -= 1
    return _next(whole, at + 1, end - 1), end - 1


def _next(whole: memoryview, at: int, end: int) -> int:
    """Where the next element begins, behind blanks and the comma."""
    while at < end and whole[at] in b", \t\r\n":
        at += 1
    return at


def _guessed(text: bytes, decode: Decode[T], opening: bytes) -> tuple[int, list[T]] | None:
    """All to the last element that is whole, by how elements begin; where they do in no way, by their commas."""
    at = len(text)
    for _ in range(_GUESSES):
        at = text.rfind(opening or b",", 1, at)
        if at < 0:
            return None
        before = text[:at].rstrip(_SPACE) if opening else text[: at + 1]
        if before.endswith(b","):
            with suppress(msgspec.DecodeError, RecursionError):
                return len(before) - 1, decode(b"[%b]" % before[:-1])
    return None


def _scanned(rest: memoryview, window: int) -> int:
    """Behind the last element that fits into the window, or behind the first where none does."""
    depth, cut = 0, None
    for found in _BRACKET_OR_TEXT.finditer(rest):
        token = found[0]
        if depth == 0 and token == b",":
            if found.start() > window:
                return cut if cut is not None else found.start()
            cut = found.start()
        elif token in (b"{", b"["):
            depth += 1
        elif token in (b"}", b"]"):
            depth -= 1
    return cut if cut is not None else len(rest)
