"""One event, read: its fields, when it happened, how it is cited; and the helpers that turn it into events of ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from graph_model.events import Event, FileFacts, Hashes, ProcessRef
from graph_model.identity import checked_hash, checked_hashes
from loaders.drift import Drift
from loaders.windows_events import values

E = TypeVar("E", bound=Event)

_HASHES = frozenset({"sha256", "sha1", "md5"})
_NO_IMPHASH = "0" * 32


class MissingFieldError(Exception):
    """The row lacks a field without which its event says nothing; caught by the loader and counted."""


class Record(msgspec.Struct):
    """One row; ``kind`` names its event (`sysmon/ProcessCreate`), ``time`` is ``None`` where it has none."""

    fields: dict[str, Any]
    kind: str
    seq: int
    position: str
    time: int | None
    drift: Drift

    def text(self, *names: str) -> str | None:
        """What the first of these fields says that says something."""
        for name in names:
            said = values.text(self.fields.get(name))
            if said is not None:
                return said
        return None

    def need(self, *names: str) -> str:
        """The same of fields without which the event says nothing."""
        said = self.text(*names)
        if said is None:
            raise MissingFieldError(names[0])
        return said

    def number(self, name: str) -> int | None:
        """A count, port, pid or address; what is no such number is counted as drift."""
        said = self.text(name)
        if said is None:
            return None
        found = values.number(said)
        if found is None:
            self.drift.not_understood("value", name, said)
        return found

    def guid(self, *names: str) -> str | None:
        """A process GUID; what has not its form is counted as drift."""
        said = self.text(*names)
        if said is None:
            return None
        found = values.guid(said)
        if found is None and said.strip("{}0-"):
            self.drift.not_understood("value", names[0], said)
        return found

    def logon_id(self, *names: str) -> str | None:
        """The logon session that the first of these fields names that names one."""
        for name in names:
            if self.number(name):
                return values.logon_id(self.need(name))
        return None

    def account(self, which: str) -> str | None:
        r"""The account of one side (`Subject`, `Target`) as ``DOMAIN\\name``, as far as the row names it."""
        name, domain = self.text(f"{which}UserName"), self.text(f"{which}DomainName")
        return f"{domain}\\{name}" if name and domain else name

    def event(self, kind: Callable[..., E], actor: ProcessRef | None = None, **rest: Any) -> E:
        """An event of this row."""
        return kind(seq=self.seq, position=self.position, time=self.time, actor=actor, **rest)

    def act(self, kind: Callable[..., E], actor: ProcessRef | None, **rest: Any) -> E:
        """An event of this row that names the row's kind as its API."""
        return kind(seq=self.seq, position=self.position, time=self.time, actor=actor, api=self.kind, **rest)

    def facts(self) -> FileFacts:
        """What the row says of a file's bytes: checked hashes, signature, version information."""
        return FileFacts(
            hashes=self._hashes(),
            pe=True if self.imphash() else None,  # only executables have imports to hash
            signature=self.text("SignatureStatus"),
            signer=self.text("Signature"),
            company=self.text("Company"),
            product=self.text("Product"),
            description=self.text("Description"),
            original_name=self.text("OriginalFileName"),
        )

    def imphash(self) -> str | None:
        """The hash of what an executable imports, which has the form of an MD5; zeros stand for none."""
        found = checked_hash("md5", _digests(self._listed()).get("imphash"))
        return None if found == _NO_IMPHASH else found

    def _listed(self) -> str:
        return self.text("Hashes", "Hash") or ""

    def _hashes(self) -> Hashes:
        digests = _digests(self._listed())
        checked = _checked(self._listed())
        for name in _HASHES & digests.keys():
            if getattr(checked, name) is None:
                self.drift.not_understood("value", name, digests[name])
        return checked


@lru_cache(maxsize=10_000)  # modules are loaded many times
def _digests(listed: str) -> dict[str, str]:
    """`SHA1=…,MD5=…,SHA256=…,IMPHASH=…`, in any choice and order."""
    pairs = (part.strip().partition("=") for part in listed.split(","))
    return {name.strip().lower(): digest.strip().lower() for name, _, digest in pairs if digest}


@lru_cache(maxsize=10_000)
def _checked(listed: str) -> Hashes:
    digests = _digests(listed)
    return checked_hashes(digests.get("sha256"), digests.get("sha1"), digests.get("md5"))


def account(said: str | None) -> tuple[str | None, str | None]:
    r"""``DOMAIN\\name`` as name and domain."""
    if said is None:
        return None, None
    domain, separator, name = said.rpartition("\\")
    return (name or None, domain or None) if separator else (said, None)
