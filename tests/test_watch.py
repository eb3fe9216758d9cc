"""`provgraph watch`: reports are loaded when they are finished, once, also over restarts."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from helpers.commands import arguments, environment, provgraph
from helpers.reports import JSON, Program, call, cuckoo
from helpers.rest import settings_for

from api.output import Format
from api.watch import NAMES, Watch
from api.watch_text import tell
from graph_model.store import Store
from loaders.finding import find
from loaders.protocol import Context

SECONDS = 60
Lines = Callable[[int], list[Any]]


def report(task: int, name: str = "a") -> JSON:
    found = cuckoo(Program(400 + 4 * task, [call("NtCreateMutant", mutant_name=f"{name}{task}")]))
    found["info"]["id"] = task
    return found


def place(storage: Path, task: int) -> Path:
    path = storage / str(task) / "reports" / "report.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


@pytest.fixture
def storage(tmp_path: Path) -> Path:
    folder = tmp_path / "analyses"
    folder.mkdir()
    return folder


@contextmanager
def watching(
    data: Path, storage: Path, *more: str
) -> Iterator[tuple[subprocess.Popen[str], Callable[[int], list[Any]]]]:
    """The command at work, and a function that waits for so many lines of it."""
    words = arguments("watch", storage, "--settle", "0.5", "--format", "json", *more)
    with subprocess.Popen(
        words, env=environment(data), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:

        def lines(number: int) -> list[Any]:
            assert process.stdout
            return [json.loads(process.stdout.readline()) for _ in range(number)]

        try:
            assert process.stderr
            assert "watching" in process.stderr.readline()
            yield process, lines
        finally:
            process.kill()


def tasks(data: Path) -> list[str]:
    done = provgraph(
        data, "cypher", "MATCH (r:Run) WHERE r.complete RETURN r.task_id AS task ORDER BY task", "--format", "json"
    )
    assert done.returncode == 0, done.stderr
    return [row["task"] for row in json.loads(done.stdout)]


def test_reports_are_loaded_when_they_are_finished_and_once(storage: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    place(storage, 1).write_text(json.dumps(report(1)))
    with watching(data, storage) as (process, lines):
        assert [row["path"] for row in lines(1)] == [str(place(storage, 1))]
        text = json.dumps(report(2))
        slow = place(storage, 2)
        slow.write_text(text[: len(text) // 2])
        place(storage, 3).write_text(json.dumps(report(3)))
        assert lines(1)[0]["path"].endswith("3/reports/report.json")
        slow.write_text(text)
        assert lines(1)[0]["path"] == str(slow)
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0
    assert tasks(data) == ["1", "2", "3"]
    place(storage, 4).write_text(json.dumps(report(4)))
    with watching(data, storage) as (process, lines):
        assert lines(1)[0]["path"] == str(place(storage, 4))
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
        assert process.stdout
        assert process.stdout.read() == ""
    assert tasks(data) == ["1", "2", "3", "4"]


def test_a_report_that_changed_is_loaded_again(storage: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    path = place(storage, 1)
    path.write_text(json.dumps(report(1)))
    first = provgraph(data, "watch", str(storage), "--once")
    assert (first.returncode, len(first.stdout.splitlines())) == (0, 1)
    assert provgraph(data, "watch", str(storage), "--once").stdout == ""
    path.write_text(json.dumps(report(1, "other")))
    assert "loaded" in provgraph(data, "watch", str(storage), "--once").stdout


def test_what_cannot_be_read_is_told_and_the_others_are_loaded(storage: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    place(storage, 1).write_text('{"info": {"id": 1}, "behavior": {')
    place(storage, 2).write_text('["no report"]')
    place(storage, 3).write_text(json.dumps(report(3)))
    done = provgraph(data, "watch", str(storage), "--once")
    assert done.returncode == 2
    assert "3/reports/report.json" in done.stdout
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["error", "hint"] * 2
    assert tasks(data) == ["3"]
    place(storage, 1).write_text(json.dumps(report(1)))
    assert len(provgraph(data, "watch", str(storage), "--once").stdout.splitlines()) == 1
    assert tasks(data) == ["1", "3"]


def test_a_watch_that_was_killed_goes_on(storage: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    for task in range(10):
        place(storage, task).write_text(json.dumps(report(task)))
    with watching(data, storage) as (process, _):
        time.sleep(1.2)
        process.kill()
    provgraph(data, "watch", str(storage), "--once")
    assert tasks(data) == sorted(map(str, range(10)))
    assert provgraph(data, "watch", str(storage), "--once").stdout == ""


def test_only_the_names_that_are_asked_for_are_reports(storage: Path, tmp_path: Path) -> None:
    (storage / "x.json").write_text(json.dumps(report(1)))
    place(storage, 2).write_text(json.dumps(report(2)))
    assert "x.json" in provgraph(tmp_path / "data", "watch", str(storage), "--once", "--name", "x*.json").stdout
    assert tasks(tmp_path / "data") == ["1"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    done = provgraph(tmp_path / "data", "watch", str(tmp_path / "none"))
    assert done.returncode == 2
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["error", "hint"]


def test_a_report_that_goes_or_changes_while_it_is_read_leaves_the_others(
    storage: Path,
    tmp_path: Path,
    embedded_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for task in (1, 2, 3):
        place(storage, task).write_text(json.dumps(report(task)))

    def gone_after(given: Any, limit: int) -> Any:
        found = find(given, limit)
        if "/2/" in found.logs[0].where:
            place(storage, 2).unlink()
        if "/3/" in found.logs[0].where:
            place(storage, 3).write_text("{")
        return found

    monkeypatch.setattr("api.watch.find", gone_after)
    watched = Watch(storage, embedded_store, settings_for(tmp_path), Context(), NAMES)
    watched.everything()
    done = watched.load(0)
    assert [log.path for log in done.report.logs] == [str(place(storage, 1))]
    assert [str(path) for path in sorted(done.refused)] == [str(place(storage, task)) for task in (2, 3)]
    tell(done, Format.json)
    told = capsys.readouterr()
    assert [json.loads(line)["path"] for line in told.out.splitlines()] == [str(place(storage, 1))]
    assert [line.partition(":")[0] for line in told.err.splitlines()] == ["error", "hint"] * 2


@pytest.mark.parametrize("anew", [False, True])
def test_a_folder_that_is_deleted_or_replaced_ends_the_watch_with_an_error(
    storage: Path, tmp_path: Path, anew: bool
) -> None:
    with watching(tmp_path / "data", storage) as (process, lines):
        place(storage, 1).write_text(json.dumps(report(1)))
        lines(1)
        storage.rename(tmp_path / "elsewhere")
        if anew:
            storage.mkdir()
        assert process.wait(SECONDS) == 2
        assert process.stderr
        assert [line.partition(":")[0] for line in process.stderr.read().splitlines()] == ["error", "hint"]
