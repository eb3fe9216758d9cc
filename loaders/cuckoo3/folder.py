"""Which files make up one task: its report, its event files, and what describes it beside and above them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from graph_model.errors import InputError
from loaders.cuckoo3.recognise import is_events, is_post
from loaders.cuckoo3.records import KINDS
from loaders.source import Source

_REPORTS = ("report.json", "post.json")
_EVENT_FILES = tuple(f"{kind}.json" for kind in KINDS)
_DOCUMENTS = ("task.json", "machine.json", "run_errors.json", "processing_errors.json")
_EVENTS = "events"


@dataclass(frozen=True)
class Task:
    """The files of one task; ``root`` is its folder, or ``None`` for a file that was taken out of it.

    ``unreadable`` are event files without one line that can be read, beside others that have some.
    """

    root: Path | None
    post: Source | None
    events: tuple[Source, ...]
    unreadable: tuple[str, ...] = ()

    @property
    def members(self) -> tuple[Source, ...]:
        """Report and event files; the first stands for the task."""
        return (*((self.post,) if self.post else ()), *self.events)

    def describing(self, name: str) -> Path | None:
        """A file that describes the task or its analysis: in the task's folder, else in the one above."""
        folders = (self.root, self.root.resolve().parent) if self.root else ()
        return next((folder / name for folder in folders if (folder / name).is_file()), None)

    @property
    def raw_logs(self) -> list[str]:
        """The monitor's own files, which are protobuf."""
        folder = self.root / "logs" if self.root else None
        return sorted(path.name for path in folder.glob("*.pb")) if folder and folder.is_dir() else []


def task_of(source: Source) -> Task:
    """The task that a file belongs to by its name and place; under any other name the file stands alone."""
    root = _root(source.path)
    if root is None or not source.path.is_file():
        post = is_post(source.head)
        return Task(None, source if post else None, () if post else (source,))
    posts = (_as_source(root / name, source) for name in _REPORTS)
    post_source = next((found for found in posts if found and is_post(found.head)), None)
    found = [event for path in _event_files(root) if (event := _as_source(path, source))]
    events = tuple(event for event in found if is_events(event.head))
    unreadable = (event for event in found if event.head and event not in events and _among_events(event.path))
    return Task(root, post_source, events, tuple(event.path.name for event in unreadable))


def one_for_each_task(paths: Iterable[Path]) -> set[Path]:
    """One file of each task instead of all of its files, so that a task is one log; other files stay."""
    known: dict[Path, tuple[Path, ...]] = {}
    return {_standing_for(path, known) for path in paths}


def _standing_for(path: Path, known: dict[Path, tuple[Path, ...]]) -> Path:
    root = _root(path)
    if root is None:
        return path
    if root not in known:
        known[root] = _members(path)
    members = known[root]
    belongs = path.name in _DOCUMENTS or _among_events(path) or path in members
    return members[0] if members and belongs else path


def _members(path: Path) -> tuple[Path, ...]:
    try:
        return tuple(member.path for member in task_of(Source(path)).members)
    except InputError:
        return ()  # the load itself says what is wrong


def _root(path: Path) -> Path | None:
    if _among_events(path):
        return path.parent.parent
    return path.parent if path.name in (*_REPORTS, *_DOCUMENTS, *_EVENT_FILES) else None


def _among_events(path: Path) -> bool:
    return path.suffix == ".json" and path.parent.name == _EVENTS


def _event_files(root: Path) -> Iterator[Path]:
    """In the order in which lines of the same time are read: processes before what they do."""
    for folder in (root / _EVENTS, root):
        yield from (folder / name for name in _EVENT_FILES)
    yield from sorted(path for path in (root / _EVENTS).glob("*.json") if path.name not in _EVENT_FILES)


def _as_source(path: Path, given: Source) -> Source | None:
    if path == given.path:
        return given
    return Source(path, given.limit) if path.is_file() else None
