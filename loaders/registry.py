"""The loaders in the order in which they are asked, and a file as a log of one of them.

The order matters: Mark II asks for its own header, so it goes first, Cuckoo 3 for the id of its task or for its kinds
of events, Windows events for a number with the channel or provider that gives it a meaning, VirusTotal for the keys of
its interface, and run notes for words that people use; Cuckoo takes any JSON object and says itself when it is none of
its reports.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from graph_model.errors import EmptyLogError, NotALogError
from graph_model.events import Event
from loaders.cuckoo.loader import CuckooLoader
from loaders.cuckoo3.loader import Cuckoo3Loader
from loaders.drift import Drift
from loaders.mark2.loader import Mark2Loader
from loaders.protocol import Context, Loader
from loaders.run_notes.loader import RunNotesLoader
from loaders.source import GZIP_MAGIC, Source
from loaders.virustotal.loader import VirusTotalLoader
from loaders.windows_events.loader import WindowsEventsLoader

LOADERS: tuple[Loader, ...] = (
    Mark2Loader(),
    Cuckoo3Loader(),
    WindowsEventsLoader(),
    VirusTotalLoader(),
    RunNotesLoader(),
    CuckooLoader(),
)


@dataclass(frozen=True)
class FileLog:
    """A file with the loader that recognised it."""

    loader: Loader
    source: Source

    @property
    def where(self) -> str:
        """The path."""
        return self.source.where

    @property
    def format(self) -> str:
        """The loader's name."""
        return self.loader.name

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        try:
            return self.source.path.stat().st_size
        except OSError:
            return 0  # gone meanwhile: reading it says so

    def events(self, context: Context, drift: Drift) -> Iterator[Event]:
        """What the log says."""
        return self.loader.events(self.source, context, drift)


def loader_for(source: Source) -> Loader:
    """The loader that recognises the content; raises when none does."""
    head = source.head
    if not head:
        raise EmptyLogError("the file is empty", path=source.where, hint="give a log that holds something")
    encoding = _foreign_encoding(head)
    if encoding:
        hint = f"write it as UTF-8: `iconv -f {encoding} -t UTF-8`"
        raise NotALogError(f"text in {encoding}, where logs are in UTF-8", path=source.where, hint=hint)
    for loader in LOADERS:
        if loader.detect(head):
            return loader
    if head.startswith(GZIP_MAGIC):
        raise NotALogError("gzip data inside gzip data", path=source.where, hint="decompress it once by hand")
    known = "; ".join(loader.doc for loader in LOADERS)
    raise NotALogError("not a log that provgraph knows", path=source.where, hint=f"it reads: {known}")


def _foreign_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32, with or without its mark, where text begins in it."""
    encoding = json.detect_encoding(head)
    first = head[:8].decode(encoding, "ignore").removeprefix("\ufeff")[:1]
    return encoding.upper() if encoding.startswith(("utf-16", "utf-32")) and first and first.isprintable() else None
