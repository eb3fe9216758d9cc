"""An analysis in Cuckoo's or CAPE's MongoDB as a log like any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from graph_model.events import Event
from loaders.cuckoo import mongodb
from loaders.cuckoo.loader import told
from loaders.cuckoo.model import Document, Process, RawCall, decoded
from loaders.drift import Drift
from loaders.protocol import Context

if TYPE_CHECKING:
    from loaders.cuckoo.mongodb_store import Analysis


@dataclass(frozen=True)
class MongoLog:
    """One analysis; its connection lasts as long as its events are gone through."""

    analysis: Analysis
    format = "cuckoo"
    size = 0  # a database does not tell

    @property
    def where(self) -> str:
        """The database and the task, without user and password."""
        return self.analysis.name

    def events(self, context: Context, drift: Drift) -> Iterator[Event]:
        """What the report says."""
        with self.document() as found:
            yield from told(found, context, drift)
            for lack in self.analysis.missing:
                drift.not_understood("database", "missing", lack)

    @contextmanager
    def document(self) -> Iterator[Document]:
        """The report before it is read, while the connection lasts."""
        with self.analysis as found:
            sections = {name: msgspec.Raw(section) for name, section in found.sections().items()}
            yield Document(found.name, found.name, found.key, None, sections, self._calls)

    def _calls(self, index: int, _: Process, drift: Drift, last: bool) -> Iterator[list[RawCall]]:
        return (decoded(calls, drift) for calls in self.analysis.calls(index))


def logs(uri: str) -> Iterator[MongoLog]:
    """The analyses that the address means."""
    return map(MongoLog, mongodb.analyses(uri))
