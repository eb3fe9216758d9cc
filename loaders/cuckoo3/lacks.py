"""What Cuckoo 3, or this task of it, does not hold, and which questions that leaves open."""

from __future__ import annotations

from loaders.cuckoo3.documents import Papers
from loaders.cuckoo3.folder import Task
from loaders.cuckoo3.shapes import mapping_of
from loaders.cuckoo3.state import TaskState

_ALWAYS = (
    ("API calls", "how memory was written and code made to run: only the monitor's own reports of injections tell"),
    ("the status of file events", "whether a file that was to be opened, written or deleted was there"),
    ("the data of registry values", "what a value was set to"),
    ("hashes of files", "which bytes were dropped: only the submitted sample is known by its hash"),
)
_KINDS = {
    "process": "processes that the report does not track, and when they ended",
    "file": "what happened to files, but for what signatures name",
    "registry": "what happened to the registry, but for what signatures name",
}
_READ = {"task_id", "signatures", "processes", "network", "score", "screenshot"}


def note(task: Task, papers: Papers, state: TaskState) -> None:
    """Tell the drift report."""
    for lack in _ALWAYS:
        state.drift.lack(*lack)
    for kind, question in _KINDS.items():
        if not state.drift.read[f"{kind} events"]:
            state.drift.lack(f"events of the kind `{kind}`", question)
    if not task.post:
        state.drift.lack("the report", "signatures, traffic, and which processes were tracked")
    if mapping_of(papers.post.get("processes")).get("truncated") is True:
        state.drift.lack("all tracked processes in the report", "processes beyond the number that Cuckoo lists")
    if task.raw_logs:
        names = ", ".join(task.raw_logs)
        state.drift.lack(f"the monitor's own log ({names}): protobuf is not read", "what Cuckoo 3 did not pass on")
    _times(papers, state)
    for name in sorted(papers.post.keys() - _READ):
        if papers.post[name]:
            state.drift.not_understood("section", name, "present, not mapped")


def _times(papers: Papers, state: TaskState) -> None:
    if state.begin is None:
        state.drift.lack("when the task ran", "the times of what it did: only their order is known")
    elif papers.begin is None:
        state.drift.lack("when the task ran", "the times of its events: they count from the day of its id")
    elif papers.moment("started_on") is None:
        state.drift.lack("when the task started", "the times of its events: they count from its submission")
    else:
        state.drift.lack("when the monitor began", "the seconds between the start of the task and its first event")
