"""The loaders in the order in which they are asked, and which logs something given by the user holds.

The order matters: Mark II asks for its own header, so it goes first, and Cuckoo 3 for the id of its task or for its
kinds of events; Cuckoo takes any JSON object and says itself when it is no report.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graph_model.errors import EmptyLogError, InputError, NotALogError
from graph_model.events import Event
from loaders.cuckoo import mongodb, mongodb_log
from loaders.cuckoo.loader import CuckooLoader
from loaders.cuckoo3.folder import one_for_each_task
from loaders.cuckoo3.loader import Cuckoo3Loader
from loaders.drift import Drift
from loaders.mark2.loader import Mark2Loader
from loaders.protocol import Context, Loader, Log
from loaders.source import GZIP_MAGIC, Source

LOADERS: tuple[Loader, ...] = (Mark2Loader(), Cuckoo3Loader(), CuckooLoader())
_SUFFIXES = frozenset({".json", ".gz", ".log", ".txt", ".jsonl", ".ndjson"})


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


def logs_at(given: str | Path, limit: int) -> Iterator[Log]:
    """The logs that a path, or the address of a MongoDB, means.

    Each is known to begin well, so a load of it can only fail on a later part.

    In a folder, JSON of other kinds is left out; a file that the user named must be a log.
    """
    if mongodb.is_uri(str(given)):
        yield from map(_checked, mongodb_log.logs(str(given)))
        return
    path = _reachable(Path(given))
    for file in _files_below(path):
        source = Source(file, limit)
        try:
            yield _checked(FileLog(loader_for(source), source))
        except NotALogError:
            if not path.is_dir():
                raise


def _reachable(path: Path) -> Path:
    """The path, where the system can say what is there."""
    try:
        path.stat()
    except FileNotFoundError:
        pass  # said where its files are looked for, with what a path may be
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be read: {reason}", path=f"{path!s:.200}", hint="check the path") from error
    return path


def _checked(log: Log) -> Log:
    """Read as far as the first event: a loader raises before it where the log cannot be used."""
    next(log.events(Context(), Drift(log.where)), None)
    return log


def _files_below(path: Path) -> list[Path]:
    """The file itself, or what may be a log in a folder and its subfolders, sorted; other files in it are left out.

    Of the files of one task of Cuckoo 3, one stands for all.
    """
    if path.is_dir():
        return sorted(one_for_each_task(_candidates_in(path)))
    if path.is_file():
        return list(one_for_each_task([path]))
    if path.exists():
        raise InputError("neither a file nor a folder", path=str(path), hint="give a regular file or a folder")
    raise InputError("there is no such file or folder", path=str(path), hint="check the spelling of the path")


def _candidates_in(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.suffix.lower() in _SUFFIXES and path.is_file() and _recognised(Source(path)):
            yield path


def _recognised(source: Source) -> bool:
    try:
        return any(loader.detect(source.head) for loader in LOADERS)
    except InputError:
        return True  # damaged: the load itself says what is wrong with it
