"""What calls of a sandbox report say, in a form that tests can compare."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.reports import ALL_LAYOUTS, Call, Program, cape, cuckoo, cuckoo_1, read

from graph_model import events as ev
from loaders.drift import Drift

_BESIDE = (ev.RunObserved, ev.HostObserved, ev.ProcessObserved, ev.ProcessStarted, ev.ApiCounted)
every = pytest.mark.parametrize("layout", ALL_LAYOUTS)
as_printed = pytest.mark.parametrize("layout", [cuckoo, cape, cuckoo_1])  # 0.6 strips the beginning of every path


def events(*calls: Call, layout: Any = cuckoo, name: str = "one.exe") -> list[Any]:
    """What the calls of one process say, without counts and the process itself."""
    found, _ = read(layout(Program(4, calls, name)))
    return [event for event in found if not isinstance(event, _BESIDE)]


def said(*calls: Call, layout: Any = cuckoo, name: str = "one.exe") -> list[tuple[str, str]]:
    """The same as kind and object."""
    return [(type(event).__name__, _object(event)) for event in events(*calls, layout=layout, name=name)]


def drift_of(*calls: Call, layout: Any = cuckoo) -> Drift:
    """What the drift report of these calls is."""
    return read(layout(Program(4, calls)))[1]


def untold(*calls: Call, layout: Any = cuckoo) -> list[str]:
    """The calls whose target the drift report says to be unknown."""
    return [api for (kind, api), count in drift_of(*calls, layout=layout).unknown.items() if kind == "target" and count]


def _object(event: Any) -> str:
    if isinstance(event, ev.RegistryEvent):
        return "|".join(part for part in (event.key, getattr(event, "name", None)) if part is not None)
    if isinstance(event, (ev.FileRenamed, ev.FileCopied)):
        return f"{event.file.path}>{event.target.path}"
    if isinstance(event, (ev.NetworkFlow, ev.PortListened)):
        return f"{event.protocol} {'<' if getattr(event, 'inbound', False) else ''}{event.address}:{event.port}"
    file = getattr(event, "file", None)
    names = (getattr(event, name, None) for name in ("name", "device", "url"))
    return str(file.path if file else next((name for name in names if name), None))
