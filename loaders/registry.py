"""The loaders in the order in which they are asked, and what a path given by the user holds.

The order matters: Mark II asks for its own header, so it goes first, and Cuckoo 3 for the id of its task or for its
kinds of events; Cuckoo takes any JSON object and says itself when it is no report.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graph_model.errors import EmptyLogError, InputError, NotALogError
from loaders.cuckoo.loader import CuckooLoader
from loaders.cuckoo3.folder import one_for_each_task
from loaders.cuckoo3.loader import Cuckoo3Loader
from loaders.mark2.loader import Mark2Loader
from loaders.protocol import Loader
from loaders.source import Source

LOADERS: tuple[Loader, ...] = (Mark2Loader(), Cuckoo3Loader(), CuckooLoader())
_SUFFIXES = frozenset({".json", ".gz", ".log", ".txt", ".jsonl", ".ndjson"})


def loader_for(source: Source) -> Loader:
    """The loader that recognises the content; raises when none does."""
    head = source.head
    if not head:
        raise EmptyLogError("the file is empty", path=str(source.path), hint="give a log that holds something")
    for loader in LOADERS:
        if loader.detect(head):
            return loader
    known = "; ".join(loader.doc for loader in LOADERS)
    raise NotALogError("not a log that provgraph knows", path=str(source.path), hint=f"it reads: {known}")


def files_below(path: Path) -> list[Path]:
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
