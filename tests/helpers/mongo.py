"""Reports as the sandboxes' own reporting modules store them in MongoDB.

A report is given in the form of ``report.json``; dates that Cuckoo 2.0 holds as such are turned back into dates.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from bson import ObjectId
from pymongo import MongoClient
from pymongo.database import Database

JSON = dict[str, Any]
PAGE = 100
# What CAPE keeps once for all analyses of a file.
_FACTS = (
    "crc32",
    "md5",
    "sha1",
    "sha256",
    "sha512",
    "sha3_384",
    "ssdeep",
    "tlsh",
    "size",
    "pe",
    "type",
    "yara",
    "strings",
)


@dataclass(frozen=True)
class MongoDatabase:
    """A database with its address as a user would write it."""

    uri: str
    database: Database[JSON]

    def asking(self, query: str) -> str:
        """The address with this at its end, beside the options that the server's own address may have."""
        return f"{self.uri}{'&' if '?' in self.uri else '?'}{query}"

    def store(self, report: JSON, layout: Layout | None = None) -> ObjectId:
        """Store a report as Cuckoo 2.0 does, or as another layout says."""
        return (layout or cuckoo_2)(self.database, deepcopy(report))


Layout = Callable[[Database[JSON], JSON], ObjectId]


@contextmanager
def new_database(server: str) -> Iterator[MongoDatabase]:
    """A database that no other test uses; it is dropped at the end."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    parts = urlsplit(server)
    with MongoClient[JSON](server) as client:
        try:
            yield MongoDatabase(parts._replace(path=f"/{name}").geturl(), client[name])
        finally:
            client.drop_database(name)


def cuckoo_2(database: Database[JSON], report: JSON) -> ObjectId:
    """Cuckoo 2.0: dates are dates, chunks bear the pid, files are in GridFS and the report holds their ids."""
    info = report["info"]
    for name in ("started", "ended"):
        if name in info:
            info[name] = _date(info[name])
    for process in _processes(report):
        process["first_seen"] = _date(process["first_seen"])
        for call in process["calls"]:
            call["time"] = _date(call["time"])
    report.setdefault("network", {})
    for entry in report.setdefault("dropped", []):
        entry["object_id"] = ObjectId()
    report["shots"] = []
    _store_calls(database, report, lambda process: {"pid": process["pid"]})
    return _inserted(database, report)


def cuckoo_1(database: Database[JSON], report: JSON) -> ObjectId:
    """Cuckoo 1.x: times are text, and a process's pid is its ``process_id``."""
    report["shots"] = [ObjectId()]
    _store_calls(database, report, lambda process: {"pid": process["process_id"]})
    return _inserted(database, report)


def cape(database: Database[JSON], report: JSON) -> ObjectId:
    """CAPE: chunks bear the task too, and facts of files are kept apart under their SHA-256."""
    task = report["info"]["id"]
    _store_calls(database, report, lambda process: {"pid": process["process_id"], "task_id": task})
    report.setdefault("network", {})
    report["shots"] = []
    for entry in _file_entries(report):
        facts = {name: entry.pop(name) for name in _FACTS if name in entry}
        entry["file_ref"] = facts["sha256"]
        update = {"$set": facts, "$addToSet": {"_task_ids": task}}
        database["files"].update_one({"_id": facts["sha256"]}, update, upsert=True)
    return _inserted(database, report)


def _file_entries(report: JSON) -> list[JSON]:
    target = [report["target"]["file"]] if "target" in report else []
    suricata = [entry["file_info"] for entry in report.get("suricata", {}).get("files", []) if "file_info" in entry]
    payloads: list[JSON] = report.get("CAPE", {}).get("payloads", [])
    return [*target, *report.get("dropped", []), *payloads, *report.get("procdump", []), *suricata]


def _processes(report: JSON) -> list[JSON]:
    found: list[JSON] = report.get("behavior", {}).get("processes", [])
    return found


def _store_calls(database: Database[JSON], report: JSON, beside: Callable[[JSON], JSON]) -> None:
    for process in _processes(report):
        calls = process["calls"]
        pages = [calls[start : start + PAGE] for start in range(0, len(calls), PAGE)]
        process["calls"] = [
            database["calls"].insert_one(beside(process) | {"calls": page}).inserted_id for page in pages
        ]


def _inserted(database: Database[JSON], report: JSON) -> ObjectId:
    stored = database["analysis"].insert_one(report).inserted_id
    assert isinstance(stored, ObjectId)
    return stored


def _date(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
