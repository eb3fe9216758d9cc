"""Logs whose calls can be quoted as they are printed: those that hold calls, wherever they lie."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from loaders.cuckoo import model
from loaders.cuckoo.loader import CuckooLoader
from loaders.cuckoo.mongodb_log import MongoLog
from loaders.cuckoo.printed import PrintedReport
from loaders.drift import Drift
from loaders.protocol import Log
from loaders.registry import FileLog


@contextmanager
def quoted(log: Log) -> Iterator[PrintedReport | None]:
    """The report behind a log, or ``None`` where its format has no calls."""
    if isinstance(log, MongoLog):
        with log.document() as found:
            yield PrintedReport(found)
    elif isinstance(log, FileLog) and isinstance(log.loader, CuckooLoader):
        yield PrintedReport(model.document(log.source, Drift(log.where)))
    else:
        yield None
