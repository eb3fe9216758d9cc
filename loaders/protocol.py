"""What a loader is, and what it is given: a source to read, a context to place it in, a drift report to fill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from graph_model.events import Event
from graph_model.kinds import DEFAULT_CASE
from loaders.drift import Drift
from loaders.source import Source


@dataclass(frozen=True)
class WatchedCall:
    """Calls that are wanted with their arguments: of any of ``apis``, where one of ``arguments`` matches.

    ``arguments`` are names without capitals and underscores; without ``matches`` every call of these APIs is wanted.
    """

    name: str
    apis: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    matches: str = ""


@dataclass(frozen=True)
class Context:
    """What the user says about the logs; and which calls are ``watched``, where a log has calls."""

    case: str = DEFAULT_CASE
    label: str | None = None
    dataset: str | None = None
    watched: tuple[WatchedCall, ...] = ()

    def of_run(self, **told: Any) -> dict[str, Any]:
        """The properties of a run: what the log tells, beside what the user says; what nobody says has none."""
        found = {"case": self.case, "label": self.label, "dataset": self.dataset, **told}
        return {name: value for name, value in found.items() if value is not None}


class Log(Protocol):
    """One log that some loader can read, wherever it lies; it can be sent to another process.

    ``where`` names it in messages, ``format`` is the loader's word for it, ``size`` its bytes as stored (0: unknown).
    """

    @property
    def where(self) -> str: ...  # noqa: D102

    @property
    def format(self) -> str: ...  # noqa: D102

    @property
    def size(self) -> int: ...  # noqa: D102

    def events(self, context: Context, drift: Drift) -> Iterator[Event]:
        """Yield what the log says; the first event is a :class:`~graph_model.events.RunObserved`.

        Raises BrokenLogError or EmptyLogError before the first event where the log cannot be used.
        """
        ...


class Loader(Protocol):
    """Reads one format. ``name`` is the word for it everywhere; ``doc`` one line for the help text."""

    name: str
    doc: str

    def detect(self, head: bytes) -> bool:
        """Whether the first 64 KiB (decompressed) look like this format. Never raises."""
        ...

    def events(self, source: Source, context: Context, drift: Drift) -> Iterator[Event]:
        """Yield what the log says, as :meth:`Log.events` describes."""
        ...
