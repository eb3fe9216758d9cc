"""One task is one run, from whichever of its files it is loaded; documents of other tasks are not believed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from helpers.reports import Program, cuckoo, of
from helpers.tasks import (
    CREATED_US,
    MD5,
    SAMPLE,
    SHA1,
    SHA256,
    STARTED_US,
    TASK_ID,
    TEMP,
    file,
    logs,
    on_disk,
    post,
    process,
    read,
    registry,
    signature,
)

from graph_model import events as ev
from graph_model.errors import InputError

LINES = (process("created", 1, SAMPLE), file("delete", 2, f"{TEMP}a"), registry("set_value", 3, "\\REGISTRY\\x\\y"))


@pytest.fixture
def task(tmp_path: Path) -> Path:
    return on_disk(tmp_path, post(signature("x")), *LINES)


def run_of(path: Path) -> ev.RunObserved:
    first = read(path)[0][0]
    assert isinstance(first, ev.RunObserved)
    return first


def test_the_run_is_described_by_its_documents(task: Path) -> None:
    properties = dict(run_of(task).properties)
    assert len(properties.pop("digest")) == 64
    assert properties == {
        "tool": "cuckoo3",
        "name": "task_1",
        "case": "default",
        "task_id": TASK_ID,
        "machine": "win10x64_1",
        "started_us": STARTED_US,
        "ended_us": 1_625_673_980_000_000,
    }


def test_the_sample_is_what_was_analysed(task: Path) -> None:
    sample = run_of(task).sample
    assert sample is not None
    assert (sample.hashes.sha256, sample.hashes.sha1, sample.hashes.md5) == (SHA256, SHA1, MD5)
    assert (sample.size, sample.pe) == (393_216, True)


def test_every_file_of_a_task_means_the_whole_task(task: Path) -> None:
    whole = read(task)
    for path in (
        task / "report.json",
        task / "task.json",
        *sorted((task / "events").iterdir()),
        task.parent,
        task.parents[2],
    ):
        assert read(path)[0] == whole[0], path
    (source,) = logs(*sorted((task / "events").iterdir()), task, task / "report.json")
    assert Path(source.where) == task / "report.json"


def test_without_a_report_the_event_files_are_one_run_by_the_id_of_the_task(task: Path) -> None:
    with_report = run_of(task).run
    (task / "report.json").unlink()
    events, drift = read(task)
    assert events[0] == run_of(task / "events" / "file.json")
    assert run_of(task).run == with_report
    assert {"process events", "file events", "registry events"} <= set(drift.read)
    assert "the report" in {what for what, _ in drift.lacks}


def test_event_files_alone_are_one_run_by_their_content(task: Path, tmp_path: Path) -> None:
    for name, where in (("one", "one/events"), ("two", "two")):
        shutil.copytree(task / "events", tmp_path / where)
        assert [len(of(kind, read(tmp_path / name)[0])) for kind in (ev.FileDeleted, ev.RegistryValueSet)] == [1, 1]
    assert run_of(tmp_path / "one").run == run_of(tmp_path / "two").run
    assert run_of(tmp_path / "one").run != run_of(task).run


def test_a_report_that_was_taken_out_is_the_same_run(task: Path, tmp_path: Path) -> None:
    for name in ("post.json", "other name.json"):
        path = tmp_path / "taken" / name
        path.parent.mkdir(exist_ok=True)
        shutil.copy(task / "report.json", path)
        assert run_of(path).run == run_of(task).run
        assert "started_us" not in run_of(path).properties


def test_an_event_file_under_another_name_stands_alone(task: Path) -> None:
    alone = task / "events of a.ndjson"
    shutil.copy(task / "events" / "file.json", alone)
    assert [type(event) for event in read(alone)[0][2:]] == [ev.FileDeleted]


def test_the_report_may_be_called_post(task: Path) -> None:
    whole = read(task)[0]
    (task / "report.json").rename(task / "post.json")
    assert run_of(task).run == whole[0].run  # type: ignore[attr-defined]
    assert len(read(task)[0]) == len(whole)


def test_two_tasks_of_one_analysis_are_two_runs(task: Path) -> None:
    other = task.parent / "task_2"
    shutil.copytree(task, other)
    report = json.loads((other / "report.json").read_text()) | {"task_id": TASK_ID[:-1] + "2"}
    (other / "report.json").write_text(json.dumps(report))
    sources = logs(task.parent)
    assert [Path(source.where).parent.name for source in sources] == ["task_1", "task_2"]
    assert run_of(task).run != run_of(other).run


def test_documents_of_another_task_are_not_believed(task: Path) -> None:
    (task / "task.json").write_text(json.dumps({"id": "20210707-AAAAAA_1", "machine": "pc9"}))
    (task.parent / "analysis.json").write_text(
        json.dumps({"id": "20210707-AAAAAA", "created_on": "2020-01-01T00:00:00"})
    )
    events, drift = read(task)
    assert "started_us" not in run_of(task).properties
    assert run_of(task).sample is None
    assert {name for kind, name in drift.unknown if kind == "file"} == {
        "task.json of another task",
        "analysis.json of another task",
    }
    assert len(events) > 2


@pytest.mark.parametrize("name", ["task.json", "machine.json", "../analysis.json", "../pre.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b'{"id": {"a": 1}, "tasks": 7, "target": []}'])
def test_a_damaged_document_costs_only_what_it_says(task: Path, name: str, content: bytes) -> None:
    run = run_of(task).run
    (task / name).write_bytes(content)
    assert run_of(task).run == run
    assert len(of(ev.FileDeleted, read(task)[0])) == 1


def test_without_the_start_of_the_task_times_count_from_its_submission(task: Path) -> None:
    analysis = json.loads((task.parent / "analysis.json").read_text())
    (task.parent / "analysis.json").write_text(json.dumps(analysis | {"tasks": []}))
    events, drift = read(task)
    assert [event.time for event in of(ev.FileDeleted, events)] == [CREATED_US + 2_000]
    assert "when the task started" in {what for what, _ in drift.lacks}


def test_the_answer_of_the_web_api_spells_times_plainly(task: Path) -> None:
    tasks = [{"id": TASK_ID, "started_on": "2021-07-07T16:01:15.028462"}]
    (task.parent / "analysis.json").write_text(json.dumps({"id": TASK_ID[:-2], "tasks": tasks}))
    assert run_of(task).properties["started_us"] == STARTED_US


def test_protobuf_is_not_read_and_said_to_be_there(task: Path) -> None:
    (task / "logs" / "threemon.pb").write_bytes(b"\x08\x00\x00\x01")
    assert any("threemon.pb" in what for what, _ in read(task)[1].lacks)


def test_a_report_of_cuckoo_2_in_the_folder_is_a_log_of_its_own(task: Path) -> None:
    (task / "report.json").write_text(json.dumps(cuckoo(Program(4))))
    assert sorted(Path(log.where).name for log in logs(task)) == ["process.json", "report.json"]
    assert Path(logs(task / "report.json")[0].where).name == "report.json"


def test_a_folder_of_a_task_without_anything_is_no_log(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no log in this folder"):
        logs(on_disk(tmp_path, None))
