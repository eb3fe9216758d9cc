"""The handles of one process: what each stands for until it is closed or given out again.

The same number is a process in one program and a thread in another, and numbers are reused at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from graph_model.events import Event, ProcessRef

CURRENT_PROCESS = frozenset({0xFFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, -1})
CURRENT_THREAD = frozenset({0xFFFF_FFFE, 0xFFFF_FFFF_FFFF_FFFE, -2})


@dataclass(frozen=True)
class ProcessHandle:
    """A process."""

    process: ProcessRef


@dataclass(frozen=True)
class ThreadHandle:
    """A thread of a process."""

    process: ProcessRef
    thread_id: int | None = None


@dataclass(frozen=True)
class FileHandle:
    """A file, pipe or device by its path as printed; ``transaction`` is the handle of the one it was opened in."""

    path: str
    transaction: int | None = None


@dataclass(frozen=True)
class KeyHandle:
    """A registry key by its path as printed."""

    path: str


@dataclass(frozen=True)
class NamedHandle:
    """A service, or the server side of a WinINet or WinHTTP connection."""

    name: str


@dataclass
class SectionHandle:
    """A section; its life is kept back until it is ``shared`` with a process other than its ``owner``.

    ``transaction`` is that of the file behind it. ``image``: ``None`` where the log does not say.
    """

    section: str
    owner: ProcessRef
    image: bool | None = False
    transaction: int | None = None
    life: list[Event] = field(default_factory=list)
    shared: bool = False


Meaning = ProcessHandle | ThreadHandle | FileHandle | KeyHandle | NamedHandle | SectionHandle
M = TypeVar("M", bound=Meaning)


class HandleTable:
    """Handle numbers and their meanings at this point of the log."""

    def __init__(self) -> None:
        self._open: dict[int, Meaning] = {}

    def bind(self, handle: int | None, meaning: Meaning | None) -> None:
        """From now on the number stands for this; for something unknown where there is no meaning."""
        if handle and meaning is not None:
            self._open[handle] = meaning
        else:
            self.close(handle)

    def get(self, handle: int | None, kind: type[M]) -> M | None:
        """What the number stands for, if it is of that kind."""
        meaning = self._open.get(handle) if handle is not None else None
        return meaning if isinstance(meaning, kind) else None

    def sections(self) -> list[SectionHandle]:
        """All sections to which a handle is open, each once."""
        found = (meaning for meaning in self._open.values() if isinstance(meaning, SectionHandle))
        return list({section.section: section for section in found}.values())

    def close(self, handle: int | None) -> None:
        """The number stands for nothing any more."""
        if handle is not None:
            self._open.pop(handle, None)

    def meaning(self, handle: int | None) -> Meaning | None:
        """What the number stands for, of whatever kind."""
        return self._open.get(handle) if handle is not None else None
