"""``debug``: the sandbox's own logs, of which warnings and errors are kept and the rest is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from graph_model import events as ev
from loaders.cuckoo.model import Report, later
from loaders.cuckoo.sections.shapes import chosen, list_of, of_shape, scalar, scalars
from loaders.cuckoo.state import ReportState

_KEPT = 200
_LENGTH = 1_024
_WARNS = re.compile(r"\b(?:WARNING|ERROR|CRITICAL|Traceback)\b")
_KNOWN = frozenset({"log", "cuckoo", "errors", "action", "dbgview"})
_LOUD = frozenset({"warning", "error", "critical"})


def noted(report: Report, state: ReportState) -> Iterator[ev.Event]:
    """What the logs say, for the run."""
    section = of_shape(later(report, "debug", state.drift), dict, "debug", state.drift)
    for name in sorted(set(section) - _KNOWN):
        state.drift.not_understood("debug", name, section[name])
    logs = [*lines_of(section.get("log")), *lines_of(section.get("cuckoo"))]
    warnings = {line for line in logs if _WARNS.search(line)} | set(lines_of(section.get("dbgview")))
    errors = {text.strip() for text in scalars(section.get("errors"))}
    state.drift.count("log lines", len(logs))
    properties = {
        "errors": chosen(errors, _KEPT, _LENGTH),
        "error_count": len(errors),
        "debug": chosen(warnings, _KEPT, _LENGTH),
        "debug_count": len(warnings),
        "log_lines": len(logs),
        "actions": chosen(scalars(section.get("action")), _KEPT),
    }
    if section:
        known = {name: value for name, value in properties.items() if value != ()}
        yield ev.Noted(seq=0, position=f"{state.cited}:debug", properties=known)


def lines_of(log: Any) -> Iterator[str]:
    """A log as one text (CAPE, 1.x), as a list of lines (2.x), or as a list of objects (the server's log in 2.x)."""
    if isinstance(log, str):
        yield from filter(None, log.splitlines())
    for line in list_of(log):
        text = _of_object(line) if isinstance(line, dict) else scalar(line)
        if text and text.strip():
            yield text.rstrip("\r\n")


def _of_object(line: dict[str, Any]) -> str:
    """``{time, module, level, message, …}`` as one line; the level first, as in the other logs."""
    level = str(scalar(line.get("level")) or "")
    message = scalar(line.get("message")) or ""
    loud = level.upper() if level.lower() in _LOUD else level
    return f"{loud}: {message}" if level else message
