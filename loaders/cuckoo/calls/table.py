"""The one table from API name to handler; an API that is not in it is counted for its process, never lost."""

from __future__ import annotations

from loaders.cuckoo.calls import files, memory, modules, network, processes, registry, services, threads
from loaders.cuckoo.state import Handler

# Only calls that succeeded get to these; failed ones are counted.
HANDLERS: dict[str, Handler] = {
    **processes.HANDLERS,
    **threads.HANDLERS,
    **memory.HANDLERS,
    **files.HANDLERS,
    **registry.HANDLERS,
    **network.HANDLERS,
    **services.HANDLERS,
    **modules.HANDLERS,
}
