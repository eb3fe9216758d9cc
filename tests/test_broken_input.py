"""Broken input by command: two lines that say what is wrong and what to do, exit code 2, and nothing is written."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest
from helpers.commands import provgraph
from helpers.reports import Program, call, cape, cuckoo

from graph_model.embedded import EmbeddedEngine
from graph_model.store import Store

GOOD = json.dumps(cuckoo(Program(4, [call("NtCreateMutant", mutant_name="m")]))).encode()
HURT = b'{"behavior":{"processes":[{"pid":4,"calls":[' + b"{}," * 9_999_999 + b"{}]}]}}"
BROKEN: dict[str, bytes] = {
    "empty": b"",
    "truncated": GOOD[:-20],
    "two reports": GOOD * 2,
    "another kind of JSON": b'{"a": 1}',
    "zeros": bytes(10_000),
    "nested too deeply": b'{"behavior": ' + b"[" * 1_000_000,
    "UTF-16": GOOD.decode().encode("utf-16"),
    "truncated gzip": gzip.compress(GOOD)[:-20],
    "gzip in gzip": gzip.compress(gzip.compress(GOOD)),
    "gzip with a tail": gzip.compress(GOOD) + b"tail",
    "gzip bomb": gzip.compress(b'{"behavior": "' + b" " * 50_000_000, 1),
    "tiny values": HURT,
}


def complaints(stderr: str) -> list[str]:
    """What stands below the progress bar."""
    return [line for line in stderr.splitlines() if line.startswith(("error: ", "hint: "))]


@pytest.mark.parametrize("kind", BROKEN)
def test_it_is_told_in_two_lines_and_the_others_are_loaded(tmp_path: Path, kind: str) -> None:
    folder, data = tmp_path / "logs", tmp_path / "data"
    folder.mkdir()
    (folder / "a.json").write_bytes(GOOD)
    path = folder / "b.json"
    path.write_bytes(BROKEN[kind])
    extra = {"PROVGRAPH_MAX_LOG_BYTES": "40000000"}
    done = provgraph(data, "load", folder / "a.json", path, extra=extra)
    assert done.returncode == 2
    error, hint = complaints(done.stderr)
    assert error.startswith(f"error: {path}: ")
    assert hint.startswith("hint: ")
    assert str(path) not in done.stdout
    with EmbeddedEngine(data) as found, Store(found.uri, found.user, found.password, found.database) as store:
        runs = store.read("MATCH (r:Run) RETURN r.name AS name, r.complete AS complete").rows()
    assert runs == [{"name": "a.json", "complete": True}]


@pytest.mark.parametrize("kind", ["empty", "truncated", "UTF-16", "gzip bomb"])
def test_where_nothing_can_be_used_no_engine_is_started(tmp_path: Path, kind: str) -> None:
    path, data = tmp_path / "report.json", tmp_path / "data"
    path.write_bytes(BROKEN[kind])
    done = provgraph(data, "load", path, extra={"PROVGRAPH_MAX_LOG_BYTES": "40000000"})
    assert (done.returncode, done.stdout) == (2, "")
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["error", "hint"]
    assert not data.exists()


def test_a_folder_is_loaded_but_for_what_cannot_be_used_and_all_of_that_is_told(tmp_path: Path) -> None:
    folder, data = tmp_path / "logs", tmp_path / "data"
    for number in range(30):
        (folder / str(number)).mkdir(parents=True)
        (folder / str(number) / "report.json").write_bytes(GOOD[:-20])
    others = {
        "good.json": GOOD,
        "task.json": b'{"a": 1}',
        "a.txt": b"notes",
        "u.json": BROKEN["UTF-16"],
    }
    for name, content in others.items():
        (folder / name).write_bytes(content)
    done = provgraph(data, "load", folder)
    assert done.returncode == 2
    *errors, more, hint = complaints(done.stderr)
    assert len(errors) == 20
    assert all(f"{folder}/" in line and line.startswith("error: ") for line in errors)
    assert more == "error: the same of 10 more (`--format json` lists all)"
    assert hint.startswith("hint: ")
    assert f"{folder}/good.json (cuckoo)" in done.stdout
    passed_over = [line for line in done.stdout.splitlines() if line.startswith("passed over in folders: ")]
    assert sum("UTF-16" in line for line in passed_over) == 1
    assert sum("a.txt" in line or "task.json" in line for line in passed_over) >= 1
    rows = json.loads(provgraph(data, "load", folder, "--format", "json").stdout)
    assert sum(row["error"] is None for row in rows) == 1
    assert sum(str(row["error"]).startswith(row["path"]) for row in rows) == 30


@pytest.mark.parametrize("name", ["pipe", "none", "x" * 300, "loop"])
def test_a_path_to_no_file_is_told_in_two_lines(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    done = provgraph(tmp_path / "data", "load", tmp_path / name)
    assert done.returncode == 2
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["error", "hint"]


def test_what_is_cut_is_told(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    child = call("CreateProcessInternalW", process_identifier=8, command_line="x" * 5_000, filepath="C:\\a.exe")
    flow = {"src": "10.0.0.5", "sport": 1, "dst": "192.0.2.1", "dport": hex(2**70)}
    path.write_text(json.dumps(cape(Program(4, [child]), network={"tcp": [flow]})))
    done = provgraph(tmp_path / "data", "load", path, "--format", "json")
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)
    left_out = {entry["name"]: entry["count"] for entry in row["not_understood"] if entry["kind"] == "left out"}
    assert set(left_out) == {"ends of texts longer than 4,096 characters", "numbers beyond 64 bits"}
