"""Killed, doubled and crowded: what happens when a load does not go as planned."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import EXAMPLES
from helpers.commands import begun, gone, processes_of, provgraph
from helpers.snapshots import snapshot

from graph_model.embedded import EmbeddedEngine, status
from graph_model.store import Store

FILES = 10_000


def large_report(path: Path) -> Path:
    """A report whose load takes seconds: one process that writes thousands of files, and then injects."""
    start = 1_500_000_000.0
    calls: list[dict[str, Any]] = [
        _call(start + number / 1_000, "NtCreateFile", {"filepath": f"C:\\x\\{number}.txt", "status_info": 2})
        for number in range(FILES)
    ]
    target = {"process_identifier": 500, "process_handle": "0x00000040", "base_address": "0x00400000"}
    calls += [
        _call(start + 20, "NtAllocateVirtualMemory", {**target, "region_size": 4096, "protection": 64}),
        _call(start + 20.5, "WriteProcessMemory", {**target, "buffer": "MZ"}),
        _call(start + 21, "CreateRemoteThread", {**target, "function_address": "0x00400000"}),
    ]
    process = {"pid": 400, "ppid": 4, "process_name": "a.exe", "first_seen": start - 1, "calls": calls}
    info = {"id": 7, "started": start - 5, "ended": start + 60, "version": "2.0.1", "machine": {"name": "vm"}}
    path.write_text(json.dumps({"info": info, "behavior": {"processes": [process]}}), encoding="utf-8")
    return path


def _call(when: float, api: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"api": api, "time": when, "tid": 1, "status": 1, "return_value": 0, "arguments": arguments}


def nodes_in(data: Path) -> int:
    with EmbeddedEngine(data) as found, Store(found.uri, found.user, found.password, found.database) as store:
        return int(store.read("MATCH (n:Entity) RETURN count(n) AS n").rows()[0]["n"])


def whole(data: Path) -> object:
    with EmbeddedEngine(data) as found, Store(found.uri, found.user, found.password, found.database) as store:
        return snapshot(store)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> object:
    """The graph of the large report, loaded without a disturbance."""
    place = tmp_path_factory.mktemp("clean")
    assert provgraph(place / "data", "load", large_report(place / "report.json")).returncode == 0
    return whole(place / "data")


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT], ids=lambda sign: sign.name)
def test_a_killed_load_leaves_no_process_and_loading_again_completes_the_graph(
    tmp_path: Path, clean: object, sign: signal.Signals
) -> None:
    report = large_report(tmp_path / "report.json")
    data = tmp_path / "data"
    load = begun(data, "load", report)
    wait_until_writing(data)
    load.send_signal(sign)
    assert load.wait(60) != 0
    assert gone(data), processes_of(data)
    assert nodes_in(data) < FILES, "the load was over before it was killed"
    again = provgraph(data, "load", report)
    assert again.returncode == 0, again.stderr
    assert whole(data) == clean
    (row,) = json.loads(provgraph(data, "query", "injections", "--format", "json").stdout)
    assert (row["injector_pid"], row["target_pid"], row["confidence"]) == (400, 500, "confirmed")


def wait_until_writing(data: Path) -> None:
    """Wait until the first rows of the load are in the database, seen by a second client of the same engine."""
    deadline = time.monotonic() + 60
    while not status(data).running:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    while nodes_in(data) == 0:
        assert time.monotonic() < deadline


def test_two_loads_at_once_make_the_graph_of_one_after_the_other(tmp_path: Path) -> None:
    both = tmp_path / "both"
    loads = [begun(both, "load", EXAMPLES / "mark2" / name) for name in ("mwc01.log", "mwc02.log")]
    assert [load.wait(120) for load in loads] == [0, 0]
    apart = tmp_path / "apart"
    for name in ("mwc01.log", "mwc02.log"):
        assert provgraph(apart, "load", EXAMPLES / "mark2" / name).returncode == 0
    assert whole(both) == whole(apart)


def test_the_same_log_loaded_twice_at_once_is_there_once(tmp_path: Path) -> None:
    both = tmp_path / "both"
    loads = [begun(both, "load", EXAMPLES / "cuckoo") for _ in range(2)]
    assert [load.wait(120) for load in loads] == [0, 0]
    once = tmp_path / "once"
    assert provgraph(once, "load", EXAMPLES / "cuckoo").returncode == 0
    assert whole(both) == whole(once)


def test_a_reader_that_closes_the_pipe_is_no_error(tmp_path: Path) -> None:
    assert provgraph(tmp_path / "data", "load", EXAMPLES / "cuckoo").returncode == 0
    done = provgraph(tmp_path / "data", "query", "process-tree", "--format", "csv")
    assert done.returncode == 0
