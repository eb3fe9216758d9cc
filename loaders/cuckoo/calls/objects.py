"""Named objects: mutexes and pipes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph_model import events as ev
from graph_model.paths import pipe_name
from loaders.cuckoo import values
from loaders.cuckoo.calls.targets import pipe_host, unknown
from loaders.cuckoo.handles import FileHandle
from loaders.cuckoo.state import Call, Handler, ProcessState

_BELOW_THE_PIPE_DEVICE = re.compile(r"(?:\A|\\)(?:pipe|namedpipe)\\(.+)", re.IGNORECASE | re.DOTALL)
_HANDLE_RETURNED = frozenset({"CreateNamedPipeA", "CreateNamedPipeW"})


def mutex(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A named mutex; one without a name serves its own process only."""
    name = call.text("mutantname", "name")
    if name:
        yield state.event(ev.MutexUsed, call, name=name)


def pipe(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A named pipe, created or waited for."""
    printed = call.text("pipename", "namedpipename", "name", "filepath")
    if printed is None:
        unknown(state, call)
        return
    name = _name(printed)
    returned = values.number(call.returned) if call.api in _HANDLE_RETURNED else None
    handle = call.number("namedpipehandle", "filehandle") or returned
    if handle is not None:
        state.handles.bind(handle, FileHandle(f"\\\\.\\pipe\\{name}"))
    host = pipe_host(state, printed) if pipe_name(printed) else state.host
    yield state.event(ev.PipeUsed, call, host=host, name=name)


def _name(printed: str) -> str:
    r"""The name below the pipe device; some monitors put a drive before it (``C:\Device\NamedPipe\x``)."""
    below = _BELOW_THE_PIPE_DEVICE.search(printed)
    return pipe_name(printed) or (below[1] if below else printed)


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("NtCreateMutant", "NtOpenMutant"), mutex),
    **dict.fromkeys(("CreateMutexA", "CreateMutexW", "CreateMutexExA", "CreateMutexExW"), mutex),
    **dict.fromkeys(("OpenMutexA", "OpenMutexW"), mutex),
    **dict.fromkeys(("NtCreateNamedPipeFile", "CreateNamedPipeA", "CreateNamedPipeW"), pipe),
    **dict.fromkeys(("WaitNamedPipeA", "WaitNamedPipeW", "CallNamedPipeA", "CallNamedPipeW"), pipe),
}
