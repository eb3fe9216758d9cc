"""One line, read: its keys, when it happened, how it is cited; and the helpers that turn it into events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from graph_model.events import Event, FileFacts, Hashes, ProcessRef
from graph_model.identity import checked_hashes
from loaders.drift import Drift

E = TypeVar("E", bound=Event)

_LARGEST = 2**63 - 1
_PE = {"1": True, "0": False}
_HASHES = frozenset({"sha256", "sha1", "md5"})
_NO_HASHES = Hashes()
_FACTS = frozenset(
    "sha256 sha1 md5 size pe sig signer issuer company product productVer fileDesc desc".split()  # noqa: SIM905
)


class MissingKeyError(Exception):
    """The line lacks a key without which its event says nothing; caught by the loader and counted."""


class Record(msgspec.Struct, gc=False):
    """One line; ``kind`` is ``evt/subEvt``, ``fields`` holds only keys that have a value."""

    fields: dict[str, str]
    kind: str
    seq: int
    position: str
    time: int
    drift: Drift

    def need(self, key: str) -> str:
        """The value of a key without which the event says nothing."""
        value = self.fields.get(key)
        if value is None:
            raise MissingKeyError(key)
        return value

    def path(self, key: str) -> str | None:
        """A path or command line, its ¥ read as the backslash that it is."""
        value = self.fields.get(key)
        return value.replace("¥", "\\") if value else None

    def need_path(self, key: str) -> str:
        """A path without which the event says nothing."""
        return self.need(key).replace("¥", "\\")

    def number(self, key: str) -> int | None:
        """A count, size, port or pid; what is no such number is counted as drift."""
        text = self.fields.get(key)
        if text is None:
            return None
        try:
            value = int(text)
        except ValueError:
            value = -1
        if 0 <= value <= _LARGEST:
            return value
        self.drift.not_understood("value", key, text)
        return None

    def event(self, kind: Callable[..., E], actor: ProcessRef | None = None, **rest: Any) -> E:
        """An event of this line."""
        return kind(seq=self.seq, position=self.position, time=self.time, actor=actor, **rest)

    def act(self, kind: Callable[..., E], actor: ProcessRef | None, **rest: Any) -> E:
        """An event of this line that names the line's kind as its API."""
        return kind(seq=self.seq, position=self.position, time=self.time, actor=actor, api=self.kind, **rest)

    def facts(self) -> FileFacts | None:
        """What the line says of the file's bytes: checked hashes, signature, version information."""
        fields = self.fields
        if _FACTS.isdisjoint(fields):
            return None
        get = fields.get
        return FileFacts(
            hashes=_NO_HASHES if _HASHES.isdisjoint(fields) else self._hashes(),
            size=self.number("size"),
            pe=_PE.get(get("pe", "")),
            signature=get("sig"),
            signer=get("signer"),
            issuer=get("issuer"),
            company=get("company"),
            product=get("product"),
            product_version=get("productVer"),
            description=get("fileDesc") or get("desc"),
        )

    def _hashes(self) -> Hashes:
        get = self.fields.get
        checked = checked_hashes(get("sha256"), get("sha1"), get("md5"))
        for name in _HASHES & self.fields.keys():
            if getattr(checked, name) is None:
                self.drift.not_understood("value", name, self.fields[name])
        return checked
