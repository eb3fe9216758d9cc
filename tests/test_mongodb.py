"""Analyses from a MongoDB end to end: the same runs, findings and citations as from their report.json."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import emptied
from helpers import mongo
from helpers.commands import provgraph
from helpers.mongo import MongoDatabase
from helpers.monitors import by_cuckoomon, by_the_oldest
from helpers.reports import JSON, Program, call, cape, cuckoo, cuckoo_1
from helpers.snapshots import Snapshot, snapshot

from api.load import load
from api.settings import Settings
from cypher import runner
from graph_model.store import Store
from loaders.protocol import Context

LAYOUTS = {
    "cuckoo": (cuckoo, mongo.cuckoo_2),
    "cape": (cape, mongo.cape),
    "1.x": (by_cuckoomon, mongo.cuckoo_1),
    "0.4": (by_the_oldest, mongo.cuckoo_1),
}


def report(layout: Any, calls: int) -> JSON:
    """A program that injects into its child, after as many other calls as asked for."""
    child = "0x00000080"
    quiet = [call("NtCreateMutant", at=n / 100, mutant_name=f"m{n}") for n in range(calls)]
    attack = [
        call("CreateProcessInternalW", at=20, process_identifier=2000, thread_identifier=2004, process_handle=child,
             thread_handle="0x84", filepath="C:\\Windows\\System32\\notepad.exe", creation_flags=4),
        call("NtAllocateVirtualMemory", at=21, process_handle=child, process_identifier=2000, base_address="0x400000",
             region_size=4096, protection=64),
        call("WriteProcessMemory", at=22, process_handle=child, process_identifier=2000, base_address="0x400000",
             buffer="MZ"),
        call("CreateRemoteThread", at=23, process_handle=child, process_identifier=2000, function_address="0x400010",
             thread_identifier=2008),
    ]  # fmt: skip
    return layout(Program(1000, [*quiet, *attack], name="one.exe"), Program(2000, [], name="notepad.exe", ppid=1000))


@contextmanager
def dying_after(uri: str, most: int) -> Iterator[str]:
    """The address of a way to the server that is gone for good when so many bytes have come from there."""
    parts = urlsplit(uri)
    door = socket.create_server(("127.0.0.1", 0))
    left, open_ends = [most], [door]

    def pump(source: socket.socket, sink: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                left[0] -= len(data) if counted else 0
                if left[0] < 0:
                    break
                sink.sendall(data)
        for end in open_ends if left[0] < 0 else (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def serve() -> None:
        with suppress(OSError):
            while True:
                near, _ = door.accept()
                far = socket.create_connection((parts.hostname or "", parts.port or 27017))
                open_ends.extend((near, far))
                for way in ((near, far, False), (far, near, True)):
                    threading.Thread(target=pump, args=way, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"mongodb://127.0.0.1:{door.getsockname()[1]}{parts.path}?directConnection=true"
    finally:
        door.close()


def loaded(store: Store, *given: Any) -> Any:
    return load(store, [str(one) for one in given], Context(), Settings())


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_a_report_from_a_file_a_gzip_and_the_database_is_one_run(
    layout: str, embedded_store: Store, mongodb: MongoDatabase, tmp_path: Path
) -> None:
    make, stored_as = LAYOUTS[layout]
    found = report(make, 250)
    plain, zipped = tmp_path / "report.json", tmp_path / "report.json.gz"
    plain.write_text(json.dumps(found))
    zipped.write_bytes(gzip.compress(plain.read_bytes()))
    mongodb.store(found, stored_as)
    graphs = []
    for given in (plain, zipped, mongodb.uri):
        emptied(embedded_store)
        runs = loaded(embedded_store, given).runs
        found_pairs = embedded_store.read("MATCH ()-[i:INJECTED_INTO]->() RETURN i.technique AS technique").rows()
        assert [row["technique"] for row in found_pairs] == ["T1055.002"]
        graphs.append((runs, without_source(snapshot(embedded_store))))
    assert graphs[0] == graphs[1] == graphs[2]
    assert loaded(embedded_store, plain, zipped, mongodb.uri).runs == runs * 3
    assert without_source(snapshot(embedded_store)) == graphs[0][1]


def without_source(graph: Snapshot) -> Snapshot:
    """The graph without what names the place of the log."""
    nodes = {(labels, tuple(p for p in props if p[0] not in ("name", "digest")) if "Run" in labels else props)
             for labels, props in graph[0]}  # fmt: skip
    return frozenset(nodes), graph[1]


def test_one_task_of_several_is_loaded(embedded_store: Store, mongodb: MongoDatabase) -> None:
    for task in (7, 8, 9):
        found = report(cuckoo, 3)
        found["info"]["id"] = task
        mongodb.store(found)
    assert len(loaded(embedded_store, mongodb.asking("task=8")).runs) == 1
    rows = embedded_store.read("MATCH (r:Run) RETURN r.task_id AS task, r.complete AS complete").rows()
    assert rows == [{"task": "8", "complete": True}]
    assert len(loaded(embedded_store, mongodb.uri).runs) == 3


def test_calls_are_counted_as_often_as_they_happened_and_not_as_documents(
    embedded_store: Store, mongodb: MongoDatabase
) -> None:
    """Two of three chunks are full, every call was repeated twice, and another analysis has the same pids."""
    delays = [call("NtDelayExecution", at=n / 100, repeated=2) for n in range(250)]
    for task in (7, 8):
        found = cuckoo_1(Program(1000, delays), Program(2000, delays[:1]))
        found["info"]["id"] = task
        mongodb.store(found, mongo.cuckoo_1)
    mongodb.database["cuckoo_schema"].insert_one({"version": "1.0"})
    loaded(embedded_store, mongodb.asking("task=7"))
    rows = runner.run(embedded_store, "api-counts").rows
    assert [(row["api"], row["calls"]) for row in rows] == [("NtDelayExecution", 3 * 251)]


def test_the_command_loads_from_a_database_and_tells_of_chunks_that_are_missing(
    mongodb: MongoDatabase, tmp_path: Path
) -> None:
    mongodb.store(report(cuckoo, 250))
    first = mongodb.database["calls"].find_one({"pid": 1000})
    assert first
    mongodb.database["calls"].delete_one({"_id": first["_id"]})
    done = provgraph(tmp_path / "data", "load", mongodb.uri, "--format", "json")
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)
    assert [entry["name"] for entry in row["not_understood"]] == ["missing"]
    assert "calls[0]" in row["not_understood"][0]["sample"]
    assert row["read"]["calls"] == 154


def test_a_database_that_does_not_answer_is_one_line_and_a_hint(tmp_path: Path) -> None:
    address = "mongodb://me:secret@127.0.0.1:9/cuckoo?serverSelectionTimeoutMS=300"
    done = provgraph(tmp_path / "data", "load", address)
    assert done.returncode == 2
    assert "secret" not in done.stderr
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["error", "hint"]


@pytest.mark.parametrize("most", [3_000, 60_000])
def test_a_server_that_dies_meanwhile_is_told_in_two_lines(mongodb: MongoDatabase, tmp_path: Path, most: int) -> None:
    mongodb.store(report(cuckoo, 5_000), mongo.cuckoo_2)
    with dying_after(mongodb.uri, most) as uri:
        done = provgraph(tmp_path / "data", "load", uri)
    assert done.returncode == 2, done.stderr
    error, hint = done.stderr.splitlines()
    assert error.startswith("error: mongodb://127.0.0.1:")
    assert hint.startswith("hint: ")
    complete = provgraph(tmp_path / "data", "cypher", "MATCH (r:Run) WHERE r.complete RETURN r.uid", "--format", "json")
    assert json.loads(complete.stdout) == []
