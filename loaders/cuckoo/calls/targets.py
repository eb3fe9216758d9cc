"""What a call is about, where that is a file; and the word for calls that do not tell."""

from __future__ import annotations

from graph_model.events import HostRef
from graph_model.paths import locate, rooted
from loaders.cuckoo.state import Call, ProcessState, on_disk


def unknown(state: ProcessState, call: Call) -> None:
    """The log does not say what the call was about: a line in the drift report, and nothing else."""
    state.report.drift.not_understood("target", call.api, state.position(call))


def file_of(state: ProcessState, call: Call) -> str | None:
    """The file that a call is about; devices and pipes are none, and what is not told is drift."""
    path = state.path_of(call)
    if path and on_disk(path):
        return path
    if not (path and rooted(path).startswith("\\")):  # a name without a folder, or a handle that nothing explains
        unknown(state, call)
    return None


def pipe_host(state: ProcessState, path: str) -> HostRef:
    r"""The host whose pipe it is (``\\server\pipe\x``)."""
    return locate(state.file(path)).host
