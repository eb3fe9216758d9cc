"""A task of Cuckoo 3 from its folder to answers, on the embedded engine."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers.rest import settings_for
from helpers.snapshots import snapshot
from helpers.tasks import (
    CHILD,
    MACHINE,
    PARENT,
    SAMPLE,
    TASK_ID,
    TEMP,
    acting,
    entry,
    file,
    matched,
    on_disk,
    post,
    process,
    signature,
)

from api.load import LoadReport, load
from cypher import runner
from graph_model.store import Store
from loaders.protocol import Context

RUN_VALUE = "\\REGISTRY\\MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\updater"
DROPPED = f"{TEMP}dropped.exe"


@pytest.fixture
def task(tmp_path: Path) -> Path:
    """explorer starts the sample, which drops a file, starts a child and injects into explorer."""
    lines = (
        process("existing", 0, PARENT, image="C:\\Windows\\explorer.exe", commandline="explorer.exe"),
        process("created", 1829, SAMPLE, parent=PARENT),
        process("created", 2485, CHILD, parent=SAMPLE, image=DROPPED, commandline="dropped.exe --22af7e3b"),
        file("create_modify", 2000, DROPPED),
        acting("suspicious_event", 2486, name="WriteProcessMemory", args=[5040]),
        acting("process_injection", 2600, action="create_remote_thread", dstpid=3440, dstprocid=PARENT),
    )
    found = (
        signature("registry_write_runkey", matched("Set registry key value", RUN_VALUE, CHILD)),
        signature("file_drops_user", matched("Created file", DROPPED)),
    )
    listed = (entry(SAMPLE, 1829, parent=PARENT), entry(PARENT, 0, injected=True))
    return on_disk(tmp_path, post(*found, processes=listed), *lines)


def loaded(store: Store, *paths: Path) -> LoadReport:
    return load(store, paths, Context(), settings_for(paths[0]))


def rows(store: Store, name: str, **parameters: Any) -> list[dict[str, Any]]:
    return runner.run(store, name, parameters).rows


def test_the_process_tree_is_that_of_the_task(embedded_store: Store, task: Path) -> None:
    loaded(embedded_store, task)
    tree = [(row["depth"], row["pid"], row["name"], row["started"]) for row in rows(embedded_store, "process-tree")]
    assert tree == [
        (0, 3440, "explorer.exe", "not recorded"),
        (1, 5000, "p73.exe", "2021-07-07T16:01:16.857462Z"),
        (2, 5040, "dropped.exe", "2021-07-07T16:01:17.513462Z"),
    ]


def test_the_machine_bears_the_address_that_the_sandbox_gave_it(embedded_store: Store, task: Path) -> None:
    loaded(embedded_store, task)
    (host,) = rows(embedded_store, "hosts")
    assert (host["host"], host["addresses"]) == ("win10x64_1", [MACHINE])


def test_an_address_that_only_the_traffic_suggests_is_not_the_machines(embedded_store: Store, task: Path) -> None:
    (task / "machine.json").unlink()
    loaded(embedded_store, task)
    (host,) = rows(embedded_store, "hosts")
    assert host["addresses"] == []


def test_the_injection_is_the_one_that_the_monitor_reports(embedded_store: Store, task: Path) -> None:
    loaded(embedded_store, task)
    (row,) = rows(embedded_store, "injections", min_confidence="weak")
    assert (row["injector_pid"], row["target_pid"], row["host"]) == (5000, 3440, "win10x64_1")
    assert (row["confidence"], row["execution"], row["write"]) == ("likely", "create_remote_thread", "not recorded")
    assert [citation.partition(":")[2] for citation in row["evidence"]] == ["process_injection:1"]


def test_an_ioc_that_no_event_told_is_in_the_graph_under_its_signature(embedded_store: Store, task: Path) -> None:
    loaded(embedded_store, task)
    text = "MATCH (p:Process)-[r:SET]->(v) RETURN p.pid AS pid, v.name AS name, r.apis AS apis, r.positions AS at"
    (row,) = embedded_store.read(text).rows()
    assert (row["pid"], row["name"], row["apis"]) == (5040, "updater", ["signature registry_write_runkey"])
    assert [citation.partition(":")[2] for citation in row["at"]] == ["post.signatures[0].iocs[0]"]
    wrote = embedded_store.read("MATCH (:Process)-[r:WROTE]->(f:File) RETURN f.name AS name, r.apis AS apis").rows()
    assert wrote == [{"name": "dropped.exe", "apis": ["create_modify"]}], "an event told of this one"


def test_the_dropped_file_leads_from_the_sample_to_the_child(embedded_store: Store, task: Path) -> None:
    loaded(embedded_store, task)
    found = [(row["type"], row["target"]) for row in rows(embedded_store, "track-forward", **{"from": DROPPED})]
    assert found[0] == ("EXECUTED_AS", "dropped.exe (5040)")


def test_loading_again_and_from_another_of_its_files_changes_nothing(embedded_store: Store, task: Path) -> None:
    loaded(embedded_store, task)
    before = snapshot(embedded_store)
    loaded(embedded_store, task / "events" / "file.json", task.parent)
    assert snapshot(embedded_store) == before
    (run,) = rows(embedded_store, "runs")
    assert (run["name"], run["tool"], run["processes"], run["sample"]) == ("task_1", "cuckoo3", 3, "ab" * 32)


def test_a_report_that_was_taken_out_joins_the_run_of_its_task(
    embedded_store: Store, task: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "post.json"
    shutil.copy(task / "report.json", alone)
    loaded(embedded_store, alone)
    assert {row["started"] for row in rows(embedded_store, "process-tree")} == {"not recorded"}
    loaded(embedded_store, task)
    assert len(rows(embedded_store, "runs")) == 1
    started = [row["started"] for row in rows(embedded_store, "process-tree")]
    assert started == ["not recorded", "2021-07-07T16:01:16.857462Z", "2021-07-07T16:01:17.513462Z"]
    found = embedded_store.read("MATCH (r:Run) RETURN r.task_id AS task").rows()
    assert found == [{"task": TASK_ID}]
    assert embedded_store.read("MATCH (p:Process) RETURN count(p) AS n").rows() == [{"n": 3}]
