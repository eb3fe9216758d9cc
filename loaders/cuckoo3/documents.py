"""The JSON documents of a task: its report, and those that say which task, machine and sample it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from graph_model import events as ev
from graph_model.errors import BrokenLogError, InputError, NotALogError
from graph_model.identity import checked_hashes
from loaders.cuckoo import values
from loaders.cuckoo3.folder import Task
from loaders.cuckoo3.recognise import task_id
from loaders.cuckoo3.shapes import decoded, list_of, mapping_of
from loaders.drift import Drift
from loaders.source import Source

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ID = re.compile(r"[0-9]{8}-[A-Z0-9]{6}_[0-9]{1,3}\Z")


@dataclass
class Papers:
    """Everything that is not an event: ``task_id`` is the task's own key, ``entry`` what its analysis says of it."""

    task_id: str | None = None
    post: dict[str, Any] = field(default_factory=dict)
    task: dict[str, Any] = field(default_factory=dict)
    machine: dict[str, Any] = field(default_factory=dict)
    analysis: dict[str, Any] = field(default_factory=dict)
    pre: dict[str, Any] = field(default_factory=dict)

    @property
    def entry(self) -> dict[str, Any]:
        """The task in the analysis's list of tasks."""
        tasks = map(mapping_of, list_of(self.analysis.get("tasks")))
        return next((task for task in tasks if task.get("id") == self.task_id), {})

    def moment(self, name: str) -> int | None:
        """A time of the task itself (``started_on``, ``stopped_on``)."""
        return moment(self.entry.get(name)) or moment(self.task.get(name))

    @property
    def begin(self) -> int | None:
        """Where relative times are counted from: the task's start, else when it was submitted."""
        return self.moment("started_on") or moment(self.analysis.get("created_on"))

    @property
    def day(self) -> int | None:
        """The day that the task's id names; it serves for the order of events where nothing else tells a date."""
        try:
            return _micros(datetime.strptime((self.task_id or "")[:8], "%Y%m%d").replace(tzinfo=UTC))
        except ValueError:
            return None

    @property
    def machine_name(self) -> str | None:
        """What the sandbox calls the machine."""
        names = (self.machine.get("name"), self.machine.get("label"), self.task.get("machine"))
        return next((text for name in names if (text := values.text(name))), None)

    @property
    def sample(self) -> ev.FileFacts | None:
        """The submitted file, as the first document that has its hashes describes it."""
        targets = (self.analysis.get("target"), self.analysis.get("submitted"), self.pre.get("target"))
        described = map(_facts, map(mapping_of, targets))
        return next((facts for facts in described if facts.hashes != ev.Hashes()), None)


def moment(value: Any) -> int | None:
    """A time as the web API writes it, or as it lies on the disk: ``{"__isodt__": "2021-07-07T16:01:11.028462"}``."""
    text = value.get("__isodt__") if isinstance(value, dict) else value
    return values.micros(text) if isinstance(text, str) else None


def _micros(when: datetime) -> int:
    return int(when.timestamp()) * 1_000_000


def _facts(target: dict[str, Any]) -> ev.FileFacts:
    kind = values.text(target.get("filetype")) or values.text(target.get("type"))
    return ev.FileFacts(
        hashes=checked_hashes(target.get("sha256"), target.get("sha1"), target.get("md5")),
        size=values.number(target.get("size")),
        type=kind,
        pe=kind.startswith(("PE32", "MS-DOS executable")) if kind else None,
    )


def read(task: Task, drift: Drift) -> Papers:
    """All documents of a task; one that is damaged or another task's is counted and left out."""
    papers = Papers()
    if task.post:
        papers.task_id = task_id(task.post.head)
        papers.post = _post(task.post, bool(task.events), drift)
    papers.task = _document(task, "task.json", drift)
    known = papers.task.get("id")
    if papers.task_id is None and isinstance(known, str) and _ID.match(known):
        papers.task_id = known
    papers.task = _own(papers.task, "id", papers.task_id, "task.json", drift)
    if papers.task_id:
        analysis_id = papers.task_id.partition("_")[0]
        papers.machine = _document(task, "machine.json", drift)
        papers.analysis = _own(_document(task, "analysis.json", drift), "id", analysis_id, "analysis.json", drift)
        papers.pre = _own(_document(task, "pre.json", drift), "analysis_id", analysis_id, "pre.json", drift)
    return papers


def _post(source: Source, has_events: bool, drift: Drift) -> dict[str, Any]:
    """The report; where it is damaged the event files tell what they can."""
    path = str(source.path)
    try:
        found = decoded(source.read().removeprefix(_BYTE_ORDER_MARK))
    except ValueError as error:
        if not has_events:
            raise BrokenLogError(f"not valid JSON ({error})", path=path) from error
        drift.not_understood("file", source.path.name, error)
        drift.lack("the report (it is damaged)", "signatures, traffic, and which processes were tracked")
        return {}
    if not isinstance(found, dict):
        raise NotALogError("JSON, but not an object as the report of a task is", path=path)
    return found


def _document(task: Task, name: str, drift: Drift) -> dict[str, Any]:
    path = task.describing(name)
    if path is None:
        return {}
    try:
        return mapping_of(decoded(Source(path).read().removeprefix(_BYTE_ORDER_MARK)))
    except (ValueError, InputError) as error:
        drift.not_understood("file", name, error)
        return {}


def _own(document: dict[str, Any], key: str, wanted: str | None, name: str, drift: Drift) -> dict[str, Any]:
    """A document that belongs to this task."""
    if document and document.get(key) != wanted:
        drift.not_understood("file", f"{name} of another task", document.get(key))
        return {}
    return document


def listed_processes(post: dict[str, Any], drift: Drift) -> Iterator[tuple[int, dict[str, Any]]]:
    """The report's list of tracked processes, in both of its layouts."""
    section = post.get("processes")
    listed = section.get("process_list") if isinstance(section, dict) else section
    for index, entry in enumerate(list_of(listed)):
        if isinstance(entry, dict):
            yield index, entry
        else:
            drift.not_understood("process", "not an object", entry)
