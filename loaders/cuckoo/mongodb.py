"""Cuckoo's and CAPE's MongoDB as a place where analyses are: which there are, and which the user means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from graph_model.errors import EmptyLogError, UsageError
from loaders.cuckoo import mongodb_address
from loaders.cuckoo.mongodb_address import Address, is_uri

if TYPE_CHECKING:
    from loaders.cuckoo.mongodb_store import Analysis

__all__ = ["analyses", "is_uri"]

_KNOWN_AT_MOST = 5
_DATABASE_HINT = (
    "the name after the host is the database's, as in mongodb://host/cuckoo; is mongodb enabled in reporting.conf?"
)


def analyses(uri: str, *, task: str | int | None = None) -> Iterator[Analysis]:
    """The analyses of a database in the order in which they were stored: all, or those of the tasks that are named.

    Tasks are named in the address (``?task=7&task=8``) or beside it. A task that was processed again is there more than
    once. Each analysis makes its own connection: read it in a ``with`` block, or close it.
    """
    address = mongodb_address.parse(uri, () if task is None else (str(task),))
    try:
        from loaders.cuckoo.mongodb_connection import connect, told  # noqa: PLC0415 - the driver is an extra
        from loaders.cuckoo.mongodb_store import Analysis  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"pymongo", "bson"}:
            raise
        message = f"{address.name}: reading from MongoDB needs the package pymongo"
        raise UsageError(message, hint="pip install 'provgraph[mongodb]'") from error
    with connect(address) as client, told(address):
        stored = client[address.database]["analysis"]
        found = [(entry["_id"], _task(entry)) for entry in stored.find(_wanted(address), {"info.id": 1}).sort("_id")]
        lacking = [task for task in address.tasks if task not in {task for _, task in found}]
        if lacking or not found:
            newest = stored.find({"info.id": {"$exists": True}}, {"info.id": 1}).sort("_id", -1).limit(_KNOWN_AT_MOST)
            raise _none(address, lacking, [known for entry in newest if (known := _task(entry))])
    return (Analysis(address, identifier, task) for identifier, task in found)


def _wanted(address: Address) -> dict[str, Any]:
    return {"info.id": {"$in": address.stored_tasks()}} if address.tasks else {}


def _task(entry: dict[str, Any]) -> str | None:
    info = entry.get("info")
    task = info.get("id") if isinstance(info, dict) else None
    if isinstance(task, float) and task.is_integer():
        task = int(task)
    return str(task) if isinstance(task, (int, str)) else None


def _none(address: Address, lacking: list[str], known: list[str]) -> EmptyLogError:
    of = f" of task {', '.join(lacking)}" if lacking else ""
    hint = f"the newest tasks there are {', '.join(dict.fromkeys(known))}" if known else _DATABASE_HINT
    return EmptyLogError(f"the database `{address.database}` holds no analysis{of}", path=address.name, hint=hint)
