"""The process tree beside the process list: what it adds, and where the two disagree.

The list counts, since the calls hang on it: 0.6 follows only the first process in its tree, and a pid that was given
out twice is there only once. What the tree alone holds (a list cut short) is taken from it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from loaders.cuckoo import values
from loaders.cuckoo.model import MOST_PROCESSES, Process
from loaders.cuckoo.process_table import Entry
from loaders.cuckoo.state import ReportState


def merge(tree: Any, state: ReportState) -> list[Entry]:
    """Fill the table with what the tree knows and the list does not; the entries that are new."""
    added = []
    for node, above in _nodes(tree):
        pid = values.pid(node.get("pid"))
        if pid is None:
            state.drift.not_understood("process tree", "no pid", node.get("name") or node.get("process_name"))
            continue
        parent = values.pid(node.get("ppid", node.get("parent_id"))) or above
        listed = state.table.first(pid)
        if listed is None and len(state.table.entries) >= MOST_PROCESSES:
            state.drift.not_understood("left out", "processes of the process tree", f"more than {MOST_PROCESSES:,}")
        elif listed is None:
            state.drift.repair("a process that only the process tree holds", f"process tree: pid {pid}")
            added.append(state.table.add(_as_listed(node, parent), pid))
        elif listed.parent_pid is None:
            listed.parent_pid = parent
        elif parent not in (None, listed.parent_pid):
            where = f"pid {pid}: the list says {listed.parent_pid}, the tree {parent}"
            state.drift.repair("the process tree names another parent than the process list, which counts", where)
    return added


def _nodes(tree: Any) -> Iterator[tuple[dict[str, Any], int | None]]:
    """Every node with the pid of the one above it, from the root down."""
    waiting: deque[tuple[Any, int | None]] = deque((node, None) for node in _list(tree))
    while waiting:
        node, above = waiting.popleft()
        if not isinstance(node, dict):
            continue
        yield node, above
        pid = values.pid(node.get("pid"))
        waiting.extend((child, pid) for child in _list(node.get("children")))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _as_listed(node: dict[str, Any], parent: int | None) -> Process:
    return Process(
        pid=node.get("pid"),
        ppid=parent,
        process_name=node.get("process_name") or node.get("name"),
        module_path=node.get("module_path"),
        command_line=node.get("command_line"),
        first_seen=node.get("first_seen"),
        environ=node.get("environ"),
    )
