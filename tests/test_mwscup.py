"""`provgraph mwscup` as a user runs it, and the page about it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ENGINES, EXAMPLES, ROOT, Engines, emptied
from helpers.commands import kept_open, provgraph
from helpers.mongo import MongoDatabase, cuckoo_2
from helpers.reports import Program, call, cuckoo

LOG = EXAMPLES / "cuckoo"
PAGE = ROOT / "docs" / "mwscup.md"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("mwscup") / "data"
    with kept_open(folder):
        yield folder


def test_the_sheet_is_printed_and_a_list_and_a_picture_are_written(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    done = provgraph(data, "mwscup", LOG / "log1.json", "-o", out)
    assert done.returncode == 0, done.stderr
    assert "3972 iexplore.exe\n   → 384 not recorded\n   T1055.002 Portable Executable Injection" in done.stdout
    assert "[PROC]   not recorded" in done.stdout
    assert "3972.0#27  CreateRemoteThread=>172" in done.stdout
    assert sorted(path.name for path in out.iterdir()) == ["log1.json.csv", "log1.json.html"]
    assert f"wrote {out / 'log1.json.csv'}" in done.stderr


def test_json_is_one_array_with_a_row_for_each_call(data: Path, tmp_path: Path) -> None:
    for _ in range(2):  # loading again changes nothing
        done = provgraph(data, "mwscup", LOG / "log1.json", LOG / "log3.json", "-o", tmp_path, "--format", "json")
        assert done.returncode == 0, done.stderr
        rows = json.loads(done.stdout)
        columns = ("injector_pid", "target_pid", "tag", "api", "returned")
        assert [tuple(row[name] for name in columns) for row in rows[:3]] == [
            (3972, 384, "[MEM]", "NtAllocateVirtualMemory", "0"),
            (3972, 384, "[WRITE]", "WriteProcessMemory", "1"),
            (3972, 384, "[EXEC]", "CreateRemoteThread", "172"),
        ]  # fmt: skip
        assert len(rows) == 10
        assert rows[1]["arguments"]["base_address"] == "0x00ba0000"
        assert rows[0]["how"].startswith("It allocates memory in the target")


def test_csv_holds_the_arguments_as_json(data: Path, tmp_path: Path) -> None:
    done = provgraph(data, "mwscup", LOG / "log1.json", "-o", tmp_path, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert json.loads(rows[2]["arguments"])["function_address"] == "0x00ba0000"
    assert provgraph(data, "mwscup", LOG / "log1.json", "--check", _file(tmp_path, done.stdout)).returncode == 0


def _file(folder: Path, text: str) -> Path:
    path = folder / "answers.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("fmt", ["table", "json"])
def test_a_report_without_injections_says_so(data: Path, tmp_path: Path, fmt: str) -> None:
    done = provgraph(data, "mwscup", LOG / "innocent.json", "-o", tmp_path, "--format", fmt)
    assert done.returncode == 0, done.stderr
    said = done.stdout if fmt == "table" else done.stderr
    assert "innocent.json: no injection is recorded" in said
    assert [path.name for path in tmp_path.iterdir()] == ["innocent.json.csv"]
    assert fmt == "table" or json.loads(done.stdout) == []


def test_a_log_that_cannot_be_used_does_not_stop_the_others(data: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{", encoding="utf-8")
    done = provgraph(data, "mwscup", bad, LOG / "log1.json", "-o", tmp_path)
    assert done.returncode == 2
    assert "log1.json" in done.stdout
    assert f"error: {bad}: " in done.stderr
    alone = provgraph(data, "mwscup", bad)
    assert (alone.returncode, alone.stdout) == (2, "")


def test_right_answers_are_exit_code_0_and_others_2(data: Path, tmp_path: Path) -> None:
    good = "Category,API\n[MEM],NtAllocateVirtualMemory\n[WRITE],WriteProcessMemory=>1\n[EXEC],CreateRemoteThread\n"
    done = provgraph(data, "mwscup", LOG / "log1.json", "--check", _file(tmp_path, good))
    assert done.returncode == 0, done.stderr
    assert "3 answers: 3 right" in done.stderr
    wrong = _file(tmp_path, good.replace("CreateRemoteThread", "NtQueueApcThread"))
    done = provgraph(data, "mwscup", LOG / "log1.json", "--check", wrong, "--format", "json")
    assert done.returncode == 2
    verdicts = [row["verdict"] for row in json.loads(done.stdout)]
    assert verdicts == ["right", "right", "not in the log", "missing"]
    error, hint = [line for line in done.stderr.splitlines() if line.startswith(("error: ", "hint: "))]
    assert error == f"error: {wrong}: 3 answers: 2 right, 1 not in the log, 1 missing"
    assert hint.startswith("hint: ")
    assert [path.name for path in tmp_path.iterdir()] == ["answers.csv"]


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"a,b\n1,2\n"])
def test_answers_that_are_none_are_refused_before_anything_is_loaded(tmp_path: Path, content: bytes) -> None:
    answers = tmp_path / "answers.csv"
    answers.write_bytes(content)
    done = provgraph(tmp_path / "data", "mwscup", LOG / "log1.json", "--check", answers)
    assert done.returncode == 2
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["error", "hint"]
    assert not (tmp_path / "data").exists()


def test_a_folder_that_cannot_be_made_is_the_users_error(data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = provgraph(data, "mwscup", LOG / "log1.json", "-o", tmp_path / "file")
    assert done.returncode == 2
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["error", "hint"]


def test_a_log_from_mongodb_has_the_sheet_of_its_file(mongodb: MongoDatabase, data: Path, tmp_path: Path) -> None:
    target = {"process_identifier": 384, "process_handle": "0xfc"}
    calls = [
        call("NtAllocateVirtualMemory", base_address="0xba0000", region_size=4096, protection=64, **target),
        *[call("NtClose", handle="0x1")] * 150,
        call("CreateRemoteThread", function_address="0xba0000", **target),
    ]
    report = cuckoo(Program(3972, calls, "iexplore.exe"))
    mongodb.store(report, cuckoo_2)
    done = provgraph(data, "mwscup", mongodb.uri, "-o", tmp_path, "--format", "json")
    assert done.returncode == 0, done.stderr
    found = [(row["tag"], row["citation"].partition(":")[2]) for row in json.loads(done.stdout)]
    assert found == [("[MEM]", "3972.0#0"), ("[EXEC]", "3972.0#151")]
    (listed,) = tmp_path.glob("*.csv")
    assert listed.name.endswith("_task_7.csv")


def test_a_report_and_its_gzip_are_one_sheet(data: Path, tmp_path: Path) -> None:
    zipped = tmp_path / "log1.json.gz"
    zipped.write_bytes(gzip.compress((LOG / "log1.json").read_bytes()))
    done = provgraph(data, "mwscup", LOG / "log1.json", zipped, "-o", tmp_path / "out", "--format", "json")
    assert len(json.loads(done.stdout)) == 3
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["log1.json.csv", "log1.json.html"]


def test_it_works_with_a_neo4j_of_the_users_own(engines: Engines, tmp_path: Path) -> None:
    bolt = engines.bolt(next(name for name in ENGINES if name.startswith("neo4j")))
    with bolt.store() as store:
        emptied(store)
    there = {"PROVGRAPH_URI": bolt.uri, "PROVGRAPH_USER": bolt.user, "PROVGRAPH_PASSWORD": bolt.password}
    done = provgraph(Path("unused"), "mwscup", LOG, "-o", tmp_path, "--format", "json", extra=there)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) == 3 + 6 + 7


def _blocks() -> list[tuple[str, str]]:
    """Each command of the page with what it says is printed."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.findall(r"```console\n\$ (provgraph mwscup [^\n]*)\n(.*?)```", text, re.DOTALL)
    return [(command, printed) for command, printed in found if printed.strip()]


@pytest.mark.parametrize(("command", "printed"), _blocks(), ids=[command for command, _ in _blocks()])
def test_the_page_shows_what_is_printed(data: Path, tmp_path: Path, command: str, printed: str) -> None:
    words = [str(ROOT / word) if word.startswith("examples/") else word for word in command.split()[1:]]
    _file(tmp_path, _answers_of_the_page())
    words = [str(tmp_path / word) if word == "answers.csv" else word for word in words]
    beside = [] if "--check" in words else ["-o", str(tmp_path)]
    done = provgraph(data, *words, *beside, extra={"COLUMNS": "110"})
    shown = [line.rstrip() for line in (done.stdout + done.stderr).replace(str(tmp_path) + "/", "").splitlines()]
    expected = [line.rstrip() for line in printed.splitlines() if line.strip() not in ("", "…")]
    assert expected
    assert [line for line in expected if line not in shown] == []


def _answers_of_the_page() -> str:
    found = re.search(r"```csv\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]
