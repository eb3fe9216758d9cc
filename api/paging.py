"""Long answers by the page: a cursor names the row after which the next page begins.

A cursor belongs to one question with its parameters. It holds how many rows were given and which was the last: what is
loaded between two pages may move that row, and the next page still begins after it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from graph_model.errors import UsageError

_DIGEST = 12
_LONGEST = 256


class _Cursor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the text of a cursor says."""

    question: str
    given: int
    last: str


@dataclass(frozen=True)
class Page:
    """Which part of an answer is wanted: ``size`` rows after the first ``given``, or after the row ``last``."""

    question: str
    size: int
    given: int = 0
    last: str = ""

    @property
    def rows_needed(self) -> int:
        """How many rows of the answer must be known."""
        return self.given + self.size

    def cut(self, rows: Sequence[Mapping[str, Any]], *, more: bool) -> tuple[list[Mapping[str, Any]], str | None]:
        """The rows of this page, and the cursor of the next one, if there is one."""
        start = self._start(rows)
        found = list(rows[start : start + self.size])
        if not found or (start + len(found) >= len(rows) and not more):
            return found, None
        return found, _text(_Cursor(self.question, start + len(found), _digest(found[-1])))

    def _start(self, rows: Sequence[Mapping[str, Any]]) -> int:
        if not self.given or (self.given <= len(rows) and _digest(rows[self.given - 1]) == self.last):
            return self.given
        return next((at + 1 for at, row in enumerate(rows) if _digest(row) == self.last), self.given)


def page(name: str, parameters: Mapping[str, Any], size: int, cursor: str | None) -> Page:
    """The page of a question that a cursor names, else its first page."""
    question = _digest({"query": name, "parameters": dict(parameters)})
    if cursor is None:
        return Page(question, size)
    said = _read(cursor)
    if said.question != question or said.given < 0:
        raise UsageError(
            "the cursor belongs to another question", hint="take the cursor from `next` and leave all else as it was"
        )
    return Page(question, size, said.given, said.last)


def _text(cursor: _Cursor) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def _read(text: str) -> _Cursor:
    try:
        if len(text) > _LONGEST:
            raise ValueError
        padded = text + "=" * (-len(text) % 4)
        return msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type=_Cursor)
    except (ValueError, binascii.Error, msgspec.DecodeError) as error:
        raise UsageError("this is no cursor", hint="take the cursor from `next` of the page before") from error


def _digest(value: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()[:_DIGEST]
