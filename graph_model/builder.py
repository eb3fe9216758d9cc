"""Events become nodes and relationships, in batches of bounded size.

The builder holds what repeats (see :mod:`graph_model.reduction`) until ``limit`` elements are held, then hands on a
batch; the same log always gives the same batches.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from graph_model import events as ev
from graph_model.mapping import contents, files, logons, memory, network, processes, registry, runs, services, summaries
from graph_model.mapping.context import Handlers, Mapping
from graph_model.reduction import Batch

ELEMENTS_HELD = 200_000

_HANDLERS: Handlers = {
    **runs.HANDLERS,
    **processes.HANDLERS,
    **files.HANDLERS,
    **registry.HANDLERS,
    **network.HANDLERS,
    **memory.HANDLERS,
    **services.HANDLERS,
    **logons.HANDLERS,
    **contents.HANDLERS,
    **summaries.HANDLERS,
}


def build(
    events: Iterable[ev.Event], limit: int = ELEMENTS_HELD, left_out: Counter[str] | None = None
) -> Iterator[Batch]:
    """Yield batches of rows for the events of one log; the last one marks the run as complete.

    What no database holds (endless texts, numbers beyond 64 bits) is cut or left out and counted in ``left_out``.
    """
    mapping = Mapping(left_out)
    number = 0
    for number, event in enumerate(events, 1):  # noqa: B007
        _HANDLERS[type(event)](mapping, event)
        if len(mapping.held) >= limit:
            yield mapping.held.take(mapping.run)
    if number:
        yield mapping.held.take(mapping.run)
        # only when everything else is written: a load that is killed before leaves a run that is not complete
        runs.completed(mapping, number)
        yield mapping.held.take(mapping.run, completes=True)


def handled() -> frozenset[type[ev.Event]]:
    """The event types that have a place in the graph."""
    return frozenset(_HANDLERS)
