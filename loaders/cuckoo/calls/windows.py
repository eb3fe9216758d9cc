"""Windows of the shell: their extra memory is a place from which code can be run in another process.

No monitor prints whose window it is. The windows of the task bar and of the desktop are those of `explorer.exe`; the
monitors that print a change of a window's extra memory do so for the task bar of another process and for nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo.calls.targets import unknown
from loaders.cuckoo.state import Call, Handler, ProcessState

_SHELL = "explorer.exe"
_SHELL_CLASSES = frozenset({"shell_traywnd", "progman"})
_MOST_WINDOWS = 10_000


def found(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A window by its class."""
    window = values.number(call.returned)
    if window and (call.text("classname") or "").casefold() in _SHELL_CLASSES:
        state.other_windows.discard(window)
    elif window and len(state.other_windows) < _MOST_WINDOWS:
        state.other_windows.add(window)
    yield from ()


def memory_set(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """The first word of a window's extra memory: for the task bar a pointer to an object with code."""
    window = call.number("windowhandle")
    if call.number("index") != 0 or not window or window in state.other_windows:
        return
    shell = state.report.called(_SHELL, call.time)
    if shell is None:
        unknown(state, call)
    elif shell != state.process:
        state.prepared_windows.add(window)
        yield state.event(ev.WindowMemorySet, call, target=shell, address=call.number("newlong"))


def messaged(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A message to a window of the shell that was prepared; programs send it many other ones."""
    prepared = call.number("windowhandle") in state.prepared_windows
    shell = state.report.called(_SHELL, call.time) if prepared else None
    if shell is not None and shell != state.process:
        yield state.event(ev.WindowMessaged, call, target=shell)


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("FindWindowA", "FindWindowW", "FindWindowExA", "FindWindowExW"), found),
    **dict.fromkeys(("SetWindowLongA", "SetWindowLongW", "SetWindowLongPtrA", "SetWindowLongPtrW"), memory_set),
    **dict.fromkeys(("SendNotifyMessageA", "SendNotifyMessageW", "SendMessageA", "SendMessageW"), messaged),
    **dict.fromkeys(("PostMessageA", "PostMessageW"), messaged),
}
