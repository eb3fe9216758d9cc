"""A long JSON list in pieces, so that no more of it is decoded at once than a window holds.

A cut is guessed where an element begins as the first one did (``{"category"``); it is right when all before it
decodes as a list, since a cut inside a text or a nested value would leave that open. Where elements begin in other
ways, the last commas are guesses; where no guess is right, a scan for brackets finds the exact place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

WINDOW = 1 << 16
_GUESSES = 4
_SPACE = b" \t\r\n"
_BEGINS = re.compile(rb'\{\s*"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_BRACKET_OR_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\],]', re.DOTALL)
_ANYTHING = msgspec.json.Decoder(list[msgspec.Raw])


def pieces(raw: msgspec.Raw | bytes, window: int = WINDOW) -> Iterator[bytes]:
    """Yield JSON lists whose elements, one list after the other, are those of ``raw``, which is a valid JSON list."""
    with memoryview(raw) as whole:
        at, end = _inside(whole)
        opening = _BEGINS.match(bytes(whole[at : at + window]))
        while at < end:
            text = bytes(whole[at : min(at + window, end)])
            if at + window >= end:
                cut = len(text)
            else:
                guess = (_guessed(text, opening[0]) if opening else None) or _guessed(text)
                cut = guess or _scanned(whole, at, end, window)
            yield b"[" + (text[:cut] if cut <= len(text) else bytes(whole[at : at + cut])) + b"]"
            at = _next(whole, at + cut, end)


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


def _guessed(text: bytes, opening: bytes = b"") -> int | None:
    """Behind the last element that is whole, by how elements begin; where they do in no way, by their commas."""
    at = len(text)
    for _ in range(_GUESSES):
        at = text.rfind(opening or b",", 1, at)
        if at < 0:
            return None
        before = text[:at].rstrip(_SPACE) if opening else text[: at + 1]
        if before.endswith(b",") and _is_list(before[:-1]):
            return len(before) - 1
    return None


def _is_list(text: bytes) -> bool:
    try:
        _ANYTHING.decode(b"[" + text + b"]")
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _scanned(whole: memoryview, at: int, end: int, window: int) -> int:
    """Behind the last element that fits into the window, or behind the first where none does."""
    depth, cut = 0, None
    for found in _BRACKET_OR_TEXT.finditer(whole[at:end]):
        token = found[0]
        if depth == 0 and token == b",":
            if found.start() > window:
                return cut if cut is not None else found.start()
            cut = found.start()
        elif token in (b"{", b"["):
            depth += 1
        elif token in (b"}", b"]"):
            depth -= 1
    return cut if cut is not None and end - at > window else end - at
