"""Logs become the same batches in this process and in others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers.reports import ALL_LAYOUTS, Program, call

from api import reading
from api.settings import Settings
from graph_model.errors import BrokenLogError
from graph_model.reduction import Batch, together
from loaders.finding import find
from loaders.protocol import Context, Log
from loaders.registry import FileLog
from loaders.source import Source


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, layout in enumerate(ALL_LAYOUTS):
        report = layout(Program(400, [call("NtCreateMutant", mutant_name=f"m{n}") for n in range(40)]))
        report["info"]["id"] = number
        (tmp_path / f"{number}.json").write_text(json.dumps(report))
    return tmp_path


def found(logs: list[Log]) -> list[Any]:
    return [
        (one.log.where, [(b.nodes, b.relationships, b.completes) for b in one.batches], one.runs, one.drift.as_dict())
        for one in reading.read(logs, Context())
    ]


def test_a_pool_reads_what_one_process_reads(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logs = find([folder], Settings().max_log_bytes).logs
    alone = found(logs)
    monkeypatch.setattr(reading, "_WORTH_A_POOL", 0)
    assert found(logs) == alone
    assert len(alone) == len(ALL_LAYOUTS)
    monkeypatch.setattr(reading, "_TOO_LARGE_TO_SEND", 0)
    assert found(logs) == alone


def test_an_error_in_another_process_names_the_file_and_keeps_its_hint(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs = find([folder], Settings().max_log_bytes).logs
    damaged = folder / "1.json"
    damaged.write_text(damaged.read_text()[:-50])
    monkeypatch.setattr(reading, "_WORTH_A_POOL", 0)
    with pytest.raises(BrokenLogError) as caught:
        found(logs)
    assert str(damaged) in caught.value.message
    assert "damaged" in caught.value.hint


def test_rows_of_several_runs_become_one_batch_with_each_node_once(folder: Path) -> None:
    logs = find([folder], Settings().max_log_bytes).logs
    batches: list[Batch] = [batch for one in reading.read(logs, Context()) for batch in one.batches]
    joined = together(batches)
    rows = [(label, row["uid"]) for label, listed in joined.nodes.items() for row in listed]
    assert len(rows) == len(set(rows))
    before = {(label, row["uid"]) for batch in batches for label, listed in batch.nodes.items() for row in listed}
    assert set(rows) == before
    runs = {row["uid"]: row["props"] for row in joined.nodes["Run"]}
    assert all(props["complete"] and props["task_id"] for props in runs.values())
    assert sum(len(batch) for batch in batches) > len(joined)


def test_a_log_can_be_sent_to_another_process(folder: Path) -> None:
    import pickle

    (log, *_) = find([folder], Settings().max_log_bytes).logs
    assert isinstance(log, FileLog)
    again = pickle.loads(pickle.dumps(log))
    assert again.where == log.where
    assert isinstance(again.source, Source)
