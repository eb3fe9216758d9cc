"""Which logs are meant by what the user gave: files, folders of files, the address of a MongoDB.

Each log is read as far as its first event, so that one that cannot be used is found out before anything is written.
One damaged log never hides the others: what cannot be used is told beside what can.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graph_model.errors import EmptyLogError, InputError, NotALogError
from loaders.cuckoo import mongodb, mongodb_log
from loaders.cuckoo3.folder import one_for_each_task
from loaders.drift import Drift
from loaders.protocol import Context, Log
from loaders.registry import FileLog, loader_for
from loaders.source import Source

_SUFFIXES = frozenset({".json", ".gz", ".log", ".txt", ".jsonl", ".ndjson", ".evtx"})


@dataclass
class Found:
    """The logs, each once, and why other files are not among them.

    ``refused`` says why what the user named, or a loader recognised, cannot be used; ``passed_over`` counts by reason
    the files in folders that no loader recognises, and names the first of each.
    """

    logs: list[Log] = field(default_factory=list)
    refused: dict[str, InputError] = field(default_factory=dict)
    passed_over: dict[str, tuple[int, str]] = field(default_factory=dict)

    def leave(self, where: str, error: InputError, *, named: bool) -> None:
        """A file that no loader recognises: an error where the user named it, else only counted."""
        if named:
            self.refused[where] = error
            return
        number, first = self.passed_over.get(error.reason, (0, where))
        self.passed_over[error.reason] = (number + 1, first)


def find(given: Sequence[str | Path], limit: int) -> Found:
    """Look at all that was given; ``limit`` bounds the bytes of one log, decompressed."""
    if not given:
        raise InputError("no path given", hint="`provgraph load PATH…` takes logs and folders of logs")
    found = Found()
    for one in given:
        try:
            _look(one, limit, found)
        except InputError as error:
            found.refused[str(one)] = error
    found.logs = list({log.where: log for log in found.logs}.values())
    return found


def _look(given: str | Path, limit: int, found: Found) -> None:
    before = len(found.logs) + len(found.refused)
    for log in _meant(given, limit, found):
        try:
            _read_to_its_first_event(log)
        except NotALogError as error:
            found.leave(log.where, error, named=not _is_folder(given))
        except InputError as error:
            found.refused[log.where] = error
        else:
            found.logs.append(log)
    if len(found.logs) + len(found.refused) == before:
        hint = "give a folder that holds report.json files or EDR logs, or name the file itself"
        raise InputError("no log in this folder or below it", path=str(given), hint=hint)


def _meant(given: str | Path, limit: int, found: Found) -> Iterator[Log]:
    """The logs in a database, or the files that a loader recognises."""
    if mongodb.is_uri(str(given)):
        yield from mongodb_log.logs(str(given))
        return
    for file in _files_below(Path(given)):
        source = Source(file, limit)
        try:
            yield FileLog(loader_for(source), source)
        except (NotALogError, EmptyLogError) as error:
            found.leave(source.where, error, named=not _is_folder(given))
        except InputError as error:
            found.refused[source.where] = error


def _read_to_its_first_event(log: Log) -> None:
    """A loader raises before it where the log cannot be used."""
    next(log.events(Context(), Drift(log.where)), None)


def _files_below(path: Path) -> list[Path]:
    """The file itself, or what may be a log in a folder and its subfolders, sorted; other files in it are left out.

    Of the files of one task of Cuckoo 3, one stands for all.
    """
    if _exists(path) and _is_folder(path):
        return sorted(one_for_each_task(_candidates_in(path)))
    if path.is_file():
        return list(one_for_each_task([path]))
    if path.exists():
        raise InputError("neither a file nor a folder", path=str(path), hint="give a regular file or a folder")
    raise InputError("there is no such file or folder", path=str(path), hint="check the spelling of the path")


def _is_folder(given: str | Path) -> bool:
    return Path(given).is_dir()


def _exists(path: Path) -> bool:
    """Raises where the system cannot say so."""
    try:
        path.stat()
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be read: {reason}", path=f"{path!s:.200}", hint="check the path") from error
    return True


def _candidates_in(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES and path.is_file())
