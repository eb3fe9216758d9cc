"""The one table from API name to handler.

An API that is not in it is counted for its process; what is not even in :mod:`~loaders.cuckoo.calls.counted` is told.
"""

from __future__ import annotations

from loaders.cuckoo.calls import (
    creations,
    devices,
    files,
    hives,
    internet,
    memory,
    modules,
    moves,
    names,
    objects,
    processes,
    registry,
    services,
    sockets,
    threads,
    transactions,
    windows,
)
from loaders.cuckoo.state import Handler

# A failed call is counted, and gets to these alone: nothing comes of it, but a later call may build on it.
FAILED: dict[str, Handler] = sockets.FAILED

# Only calls that succeeded get to these.
UNDERSTOOD: dict[str, Handler] = {
    **creations.HANDLERS,
    **processes.HANDLERS,
    **threads.HANDLERS,
    **memory.HANDLERS,
    **files.HANDLERS,
    **moves.HANDLERS,
    **devices.HANDLERS,
    **registry.HANDLERS,
    **hives.HANDLERS,
    **sockets.HANDLERS,
    **internet.HANDLERS,
    **names.HANDLERS,
    **services.HANDLERS,
    **objects.HANDLERS,
    **modules.HANDLERS,
    **transactions.HANDLERS,
    **windows.HANDLERS,
}
