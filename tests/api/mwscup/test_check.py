"""What an analyst named, against what the log holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import EXAMPLES
from helpers.sheets import sheets

from api.mwscup.answers import Answer, read
from api.mwscup.check import Checked, check
from graph_model.store import Store

LOG = EXAMPLES / "cuckoo"
LOG1 = [("[MEM]", "NtAllocateVirtualMemory"), ("[WRITE]", "WriteProcessMemory"), ("[EXEC]", "CreateRemoteThread")]


def checked(
    store: Store, folder: Path, answers: Sequence[Answer], *names: str, min_confidence: str = "likely"
) -> Checked:
    paths = [LOG / name for name in names or ("log1.json",)]
    done = sheets(store, paths, folder, answers=answers, min_confidence=min_confidence)
    assert all(not one.written for one in done)
    return check(answers, [one.checked for one in done if one.checked])


def verdicts(found: Checked) -> list[tuple[Any, ...]]:
    return [(row["verdict"], row["category"], row["api"]) for row in found.rows]


def named(category: str, api: str, **more: Any) -> Answer:
    return Answer(2, category, api, **more)


def test_all_steps_named_is_all_right(embedded_store: Store, tmp_path: Path) -> None:
    found = checked(embedded_store, tmp_path, [named(*step) for step in LOG1])
    assert verdicts(found) == [("right", *step) for step in LOG1]
    assert (found.faults, found.summary) == ("", "3 answers: 3 right")


def test_what_is_not_named_is_missing(embedded_store: Store, tmp_path: Path) -> None:
    found = checked(embedded_store, tmp_path, [named(*LOG1[0])])
    assert verdicts(found)[1:] == [("missing", *step) for step in LOG1[1:]]
    assert [row["citation"].partition(":")[2] for row in found.rows[1:]] == ["3972.0#26", "3972.0#27"]
    assert found.summary == "1 answer: 1 right, 2 missing"


def test_a_step_under_another_tag_is_the_wrong_category_and_stays_missing(
    embedded_store: Store, tmp_path: Path
) -> None:
    found = checked(embedded_store, tmp_path, [named("[EXEC]", "WriteProcessMemory"), *(named(*s) for s in LOG1[::2])])
    assert verdicts(found)[0] == ("wrong category", "[EXEC]", "WriteProcessMemory")
    assert found.rows[0]["why"] == "it is [WRITE]"
    assert verdicts(found)[-1] == ("missing", "[WRITE]", "WriteProcessMemory")


def test_without_a_category_naming_the_call_is_enough(embedded_store: Store, tmp_path: Path) -> None:
    assert checked(embedded_store, tmp_path, [named("", api) for _, api in LOG1]).faults == ""


@pytest.mark.parametrize(
    ("answer", "verdict", "why"),
    [
        (named("[EXEC]", "NtQueueApcThread"), "not in the log", "no process calls it"),
        (named("[MEM]", "NtAllocateVirtualMemoryy"), "not in the log", "no process calls it"),
        (named("[MEM]", "NtClose"), "not a step", "called, but no step of an injection"),
        (named("[EXEC]", "CreateRemoteThread", pids=frozenset({384})), "not in the log", "384 does not call it; 3972"),
        (named("[EXEC]", "CreateRemoteThread", targets=frozenset({1})), "not a step", "no step"),
        (named("[EXEC]", "CreateRemoteThread", citation="3972.0#25"), "not in the log", "is NtAllocateVirtualMemory"),
        (named("[EXEC]", "CreateRemoteThread", citation="3972.0#9999"), "not in the log", "no call at the citation"),
        (named("[EXEC]", "CreateRemoteThread", citation="deadbeef:3972.0#27"), "not in the log", "no call at"),
        (named("[EXEC]", "createremotethread", citation="3972.0#27"), "right", "3972 → 384"),
        (
            named("[EXEC]", "CreateRemoteThread", pids=frozenset({3972}), targets=frozenset({384})),
            "right",
            "3972 → 384",
        ),
    ],
)
def test_an_answer_is_judged_by_all_that_it_says(
    embedded_store: Store, tmp_path: Path, answer: Answer, verdict: str, why: str
) -> None:
    row = checked(embedded_store, tmp_path, [answer]).rows[0]
    assert row["verdict"] == verdict
    assert why in row["why"]
    assert row["line"] == 2


def test_of_two_pairs_the_one_that_is_named_counts(embedded_store: Store, tmp_path: Path) -> None:
    first = [named("[PROC]", "CreateProcessInternalW", pids=frozenset({3292})), named("[EXEC]", "NtResumeThread")]
    found = checked(embedded_store, tmp_path, first, "log3.json")
    assert verdicts(found)[2:] == [
        ("missing", "[PROC]", "CreateProcessInternalW"),
        ("missing", "[MEM]", "NtMapViewOfSection"),
    ]
    assert {row["pid"] for row in found.rows[2:]} == {3428}


def test_further_evidence_is_right_and_stands_for_no_step(embedded_store: Store, tmp_path: Path) -> None:
    found = checked(embedded_store, tmp_path, [named("[MEM]", "NtCreateSection")], "log2.json")
    assert verdicts(found) == [
        ("right", "[MEM]", "NtCreateSection"),
        ("missing", "[PROC]", "CreateProcessInternalW"),
        ("missing", "[MEM]", "NtMapViewOfSection"),
        ("missing", "[EXEC]", "NtSetContextThread, NtResumeThread"),
    ]


def test_answers_to_several_logs_are_looked_for_in_all(embedded_store: Store, tmp_path: Path) -> None:
    found = checked(embedded_store, tmp_path, [named("[EXEC]", "NtQueueApcThread")], "log1.json", "log3.json")
    assert verdicts(found)[0][0] == "right"
    assert sum(row["verdict"] == "missing" for row in found.rows) == 3 + 2 + 2


@pytest.mark.parametrize("name", ["log1.json", "log2.json", "log3.json", "innocent.json"])
def test_our_own_list_checks_clean(embedded_store: Store, tmp_path: Path, name: str) -> None:
    (done,) = sheets(embedded_store, [LOG / name], tmp_path)
    answers = read(done.written[0])
    found = checked(embedded_store, tmp_path, answers, name)
    assert found.faults == ""
    assert len(found.rows) == len(answers)


def test_in_a_log_without_calls_what_the_sheet_names_is_there(embedded_store: Store, tmp_path: Path) -> None:
    done = sheets(embedded_store, [EXAMPLES / "mark2" / "mwc01.log"], tmp_path, answers=[named("", "NtClose")])
    found = check([named("", "NtClose")], [one.checked for one in done if one.checked])
    assert verdicts(found) == [("not in the log", "", "NtClose")]
