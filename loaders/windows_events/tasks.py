"""Security's rows of scheduled tasks (4698 created, 4702 changed), which hold the task's XML.

Source: "Task Scheduler Schema" of Microsoft's documentation.
"""

from __future__ import annotations

from xml.etree import ElementTree

from graph_model.events import TaskRegistered
from loaders.windows_events import requests
from loaders.windows_events.machine import Machine, Out
from loaders.windows_events.record import Record

_PROGRAM = "{*}Actions/{*}Exec"


def registered(record: Record, machine: Machine, out: Out) -> None:
    """A task was created or changed."""
    name, content = record.need("TaskName"), record.text("TaskContentNew", "TaskContent")
    command = _command(content, record) if content else None
    actor, asked = requests.client(record, machine), requests.asked_by(record)
    out.append(record.act(TaskRegistered, actor, host=machine.ref, name=name, command=command, **asked))


def _command(content: str, record: Record) -> str | None:
    """The programs that the task runs, with their arguments; a task may run COM classes instead."""
    task = _task(content)
    if task is None:
        record.drift.not_understood("value", "TaskContent", content)
        return None
    lines = (_line(program) for program in task.iterfind(_PROGRAM))
    return "; ".join(line for line in lines if line) or None


def _line(program: ElementTree.Element) -> str:
    parts = (program.findtext(f"{{*}}{name}") or "" for name in ("Command", "Arguments"))
    return " ".join(part.strip() for part in parts if part.strip())


def _task(content: str) -> ElementTree.Element | None:
    """The XML; a document type could declare entities, which no task has."""
    if "<!DOCTYPE" in content:
        return None
    # it says UTF-16 of itself, and comes to us as text
    parser = ElementTree.XMLParser(encoding="utf-8")  # noqa: S314 - there are no entities to expand
    try:
        parser.feed(content.encode("utf-8", "replace"))
        return parser.close()
    except (ElementTree.ParseError, ValueError):
        return None
