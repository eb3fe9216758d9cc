"""The command line as users and scripts see it: formats, exit codes, errors of two lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ENGINES, EXAMPLES, Engines, emptied
from helpers.commands import gone, kept_open, provgraph

from api import options
from api.cli import export_app, run
from api.exports.formats import FORMATS
from graph_model.embedded import EmbeddedEngine

LOG3 = EXAMPLES / "cuckoo" / "log3.json"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with the examples loaded."""
    folder = tmp_path_factory.mktemp("cli") / "data"
    done = provgraph(folder, "load", EXAMPLES / "cuckoo", EXAMPLES / "mark2")
    assert done.returncode == 0, done.stderr
    assert gone(folder)
    with kept_open(folder):
        yield folder


def complaint(stderr: str) -> tuple[str, str]:
    lines = stderr.strip().splitlines()
    assert len(lines) == 2, stderr
    assert lines[0].startswith("error: ")
    assert lines[1].startswith("hint: ")
    return lines[0], lines[1]


def test_json_is_one_array_of_objects_keyed_by_column(data: Path) -> None:
    done = provgraph(data, "query", "injection-paths", "--format", "json")
    assert done.returncode == 0
    assert done.stderr == ""
    (path,) = [row for row in json.loads(done.stdout) if row["hops"] == 2]
    assert path["pids"] == [3292, 3428, 3604]


def test_csv_has_a_header_and_a_line_for_each_row(data: Path) -> None:
    done = provgraph(data, "query", "injections", "--format=csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {(row["injector_pid"], row["target_pid"]) for row in rows} == {
        ("3972", "384"),
        ("3548", "4020"),
        ("3292", "3428"),
        ("3428", "3604"),
    }


def test_a_table_shows_the_evidence(data: Path) -> None:
    done = provgraph(data, "query", "lateral-movement")
    assert "e4009d1d-9311-4249-9487-a373cde7192c:22085, 22087, 22088" in done.stdout
    assert "Sysinternals PsExec 1.98" in done.stdout


@pytest.mark.parametrize(("columns", "widest"), [("70", 70), ("300", 300), ("", 200), ("wide", 200), ("0", 200)])
def test_a_table_in_a_pipe_is_as_wide_as_columns_says(data: Path, columns: str, widest: int) -> None:
    text = "RETURN " + ", ".join(f"'{'word ' * 10}' AS a{n}" for n in range(12))
    done = provgraph(data, "cypher", text, extra={"COLUMNS": columns})
    assert widest - 20 < max(map(len, done.stdout.splitlines())) <= widest


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["process-tree", "-p", "host=NOPE"], "there is no host `NOPE`: there is "),
        (["injection-paths", "-p", "host=NOPE"], "`mwc01`"),
        (["api-counts", "-p", "case=NOPE"], "there is no case `NOPE`: there is `default`; `provgraph query names`"),
        (["mutex-counts", "-p", "dataset=NOPE"], "there is no data set `NOPE`: there is none at all"),
    ],
)
@pytest.mark.parametrize("fmt", ["table", "json"])
def test_a_name_that_nothing_bears_is_told_beside_an_empty_answer(
    data: Path, words: list[str], said: str, fmt: str
) -> None:
    done = provgraph(data, "query", *words, "--format", fmt)
    assert done.returncode == 0
    assert done.stdout.strip().endswith("[]" if fmt == "json" else "nothing found")
    assert done.stderr.startswith("note: ")
    assert said.casefold() in done.stderr.casefold()


def test_an_empty_answer_about_a_host_that_is_there_needs_no_note(data: Path) -> None:
    done = provgraph(data, "query", "injection-paths", "-p", "host=mwc01")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("nothing found\n")


def test_parameters_are_given_by_name(data: Path) -> None:
    done = provgraph(data, "query", "file-lineage", "-p", "file=027cc.dll", "--limit", "3", "--format", "json")
    assert len(json.loads(done.stdout)) == 3
    assert "there is more" in done.stderr


def test_global_options_may_stand_anywhere(data: Path, tmp_path: Path) -> None:
    done = provgraph(tmp_path / "elsewhere", "query", "runs", "--data", data, "--format", "json")
    assert len(json.loads(done.stdout)) == 6
    assert options.hoisted(["load", "x", "--data=d", "--", "--uri"]) == ["--data=d", "load", "x", "--", "--uri"]


def test_queries_lists_names_and_parameters(data: Path) -> None:
    rows = json.loads(provgraph(data, "queries", "--format", "json").stdout)
    names = {row["name"] for row in rows}
    assert {"injections", "injection-paths", "lateral-movement", "file-lineage", "process-tree"} <= names
    assert {"track-forward", "track-backward", "runs", "hosts", "api-counts"} <= names


def test_cypher_of_the_users_own_reads(data: Path) -> None:
    text = "MATCH (p:Process {pid: 3972}) RETURN p.name AS name, p"
    (row,) = json.loads(provgraph(data, "cypher", text, "--format", "json").stdout)
    assert row["name"] == "iexplore.exe"
    assert row["p"]["labels"] == ["Process"]


@pytest.mark.parametrize("text", ["CREATE (n:File)", "MATCH (n) DETACH DELETE n", "MATCH (n:Run) SET n.name = 'x'"])
def test_cypher_of_the_users_own_cannot_write(data: Path, text: str) -> None:
    before = provgraph(data, "query", "runs", "--format", "json").stdout
    done = provgraph(data, "cypher", text)
    assert done.returncode == 2, done.stderr
    complaint(done.stderr)
    assert provgraph(data, "query", "runs", "--format", "json").stdout == before


def test_wrong_cypher_is_an_error_of_the_user(data: Path) -> None:
    done = provgraph(data, "cypher", "MATCH (p RETURN p")
    assert done.returncode == 2
    complaint(done.stderr)


def test_the_html_export_names_the_file_it_wrote(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "moves.html"
    done = provgraph(data, "export", "html", "lateral-movement", "-o", target)
    assert done.stdout.strip() == str(target)
    assert "dllhost.dat" in target.read_text(encoding="utf-8")


def test_an_export_without_nodes_writes_no_file(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "none.html"
    done = provgraph(data, "export", "html", "file-lineage", "-p", "file=nosuch", "-o", target)
    assert done.returncode == 2
    complaint(done.stderr)
    assert not target.exists()


@pytest.mark.parametrize("name", ["endpoint-counts", "runs"])
def test_a_query_that_counts_or_lists_has_no_picture_and_says_what_to_use(
    data: Path, tmp_path: Path, name: str
) -> None:
    done = provgraph(data, "export", "html", name, "-o", tmp_path / "none.html")
    assert done.returncode == 2
    assert complaint(done.stderr) == (
        f"error: query `{name}` counts or lists, and has no picture",
        f"hint: `provgraph query {name} --format csv` (or json) gives its rows",
    )


def test_the_picture_of_a_host_that_is_not_there_names_those_that_are(data: Path, tmp_path: Path) -> None:
    done = provgraph(data, "export", "html", "process-tree", "-p", "host=NOPE", "-o", tmp_path / "none.html")
    assert done.returncode == 2
    assert complaint(done.stderr)[1].startswith("hint: there is no host `NOPE`: there is `")


def test_the_picture_of_the_process_tree_holds_the_processes(data: Path, tmp_path: Path) -> None:
    done = provgraph(data, "export", "html", "process-tree", "-p", "host=MWC01", "-o", tmp_path / "tree.html")
    assert done.returncode == 0
    assert "drawn: 9 nodes, " in done.stderr
    assert "schtasks.exe" in (tmp_path / "tree.html").read_text(encoding="utf-8")


def test_an_export_replaces_no_device(data: Path) -> None:
    done = provgraph(data, "export", "html", "injections", "-o", "/dev/null")
    assert done.returncode == 2
    complaint(done.stderr)
    assert Path("/dev/null").is_char_device()


def test_the_load_report_writes_control_characters_out(tmp_path: Path) -> None:
    log = tmp_path / "a\x1b[31m[bold]\nerror: b.json"
    log.write_bytes(LOG3.read_bytes())
    done = provgraph(tmp_path / "data", "load", log)
    assert done.returncode == 0, done.stderr
    assert "a\\x1b[31m[bold]\\x0aerror: b.json" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr


def test_the_engine_tells_its_state_and_stops(tmp_path: Path) -> None:
    def told(*words: str) -> str:
        return provgraph(tmp_path / "data", "engine", *words).stdout.strip()

    with EmbeddedEngine(tmp_path / "data"):
        (row,) = json.loads(told("status", "--format", "json"))
        assert (row["running"], row["clients"]) == (True, 1)
        assert told("stop") == "stopped"
    (row,) = json.loads(told("status", "--format", "json"))
    assert row["running"] is False
    assert row["database_bytes"] > 0
    assert told("stop") == "no engine runs for this folder"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["query", "injektions"], "did you mean `injections`"),
        (["query", "file-lineage"], "-p file="),
        (["query", "injections", "-p", "limit=many"], "most rows"),
        (["query", "injections", "-p", "nolimit=3"], "did you mean `limit`"),
        (["query", "injections", "-p", "limit"], "name=value"),
        (["query"], "provgraph query --help"),
        (["frobnicate"], "provgraph --help"),
        (["load"], "provgraph load --help"),
        (["query", "track-forward", "-p", "from=x", "--bogus"], "--help"),
    ],
)
def test_wrong_usage_is_two_lines_and_exit_code_2(
    words: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    _, hint = complaint(capsys.readouterr().err)
    assert expected in hint


def test_tracking_from_an_unknown_start_is_an_error_not_an_empty_answer(data: Path) -> None:
    done = provgraph(data, "query", "track-forward", "-p", "from=1@nowhere")
    assert done.returncode == 2
    complaint(done.stderr)


@pytest.mark.parametrize("uri", ["bolt://127.0.0.1:1", "http://x", "foo://x", "bolt://[::1"])
def test_an_unreachable_database_is_exit_code_3(tmp_path: Path, uri: str) -> None:
    done = provgraph(tmp_path, "query", "runs", "--uri", uri)
    assert done.returncode == 3
    complaint(done.stderr)


@pytest.mark.parametrize(
    "command", [[], ["load"], ["query"], ["cypher"], ["export", "html"], ["engine"], ["serve"], ["mwscup"]]
)
def test_every_command_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command, "--help"]) == 0
    assert "Usage: provgraph" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("notalog.bin", b"\x00\x01\x02 nothing of a log", "not a log"),
        ("plain.txt", b"hello\nworld\n", "not a log"),
        ("empty.json", b"", "empty"),
        ("object.json", b"{}", "empty JSON object"),
        ("list.json", b"[1, 2]", "not a log"),
        ("other.json", b'{"a": 1}', "no sandbox report"),
        ("cut.json", LOG3.read_bytes()[:5000], "JSON"),
        ("cut.json.gz", b"\x1f\x8b\x08\x00\x00", "gzip"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_the_other_is_loaded(
    tmp_path: Path, name: str, content: bytes, expected: str
) -> None:
    bad = tmp_path / name
    bad.write_bytes(content)
    data = tmp_path / "data"
    done = provgraph(data, "load", LOG3, bad)
    assert done.returncode == 2, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith(("error: ", "hint: "))]
    assert len(lines) == 2, done.stderr
    assert str(bad) in lines[0]
    assert expected in lines[0]
    assert "Traceback" not in done.stderr
    (run,) = json.loads(provgraph(data, "query", "runs", "--format", "json").stdout)
    assert run["name"] == "log3.json"


def test_a_folder_without_logs_and_a_missing_path_are_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.md").write_text("no log", encoding="utf-8")
    for path in (tmp_path / "empty", tmp_path / "missing"):
        done = provgraph(tmp_path / "data", "load", path)
        assert done.returncode == 2
        error, _ = complaint(done.stderr)
        assert str(path) in error
        assert not (tmp_path / "data").exists()


def test_json_of_another_kind_in_a_folder_is_left_out_but_not_when_it_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "analyses" / "1"
    folder.mkdir(parents=True)
    (folder / "report.json").write_bytes(LOG3.read_bytes())
    task = folder / "task.json"
    task.write_text('{"id": 1, "package": "exe"}', encoding="utf-8")
    data = tmp_path / "data"
    done = provgraph(data, "load", tmp_path / "analyses", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert [Path(row["path"]).name for row in json.loads(done.stdout)] == ["report.json"]
    done = provgraph(data, "load", task)
    assert done.returncode == 2
    assert str(task) in complaint(done.stderr)[0]


def test_the_command_works_with_a_neo4j_of_the_users_own(engines: Engines) -> None:
    bolt = engines.bolt(next(name for name in ENGINES if name.startswith("neo4j")))
    with bolt.store() as store:
        emptied(store)
    there = {"PROVGRAPH_URI": bolt.uri, "PROVGRAPH_USER": bolt.user, "PROVGRAPH_PASSWORD": bolt.password}
    done = provgraph(Path("unused"), "load", EXAMPLES / "cuckoo", extra=there)
    assert done.returncode == 0, done.stderr
    found = json.loads(provgraph(Path("unused"), "query", "injections", "--format", "json", extra=there).stdout)
    assert len(found) == 4
    assert provgraph(Path("unused"), "cypher", "CREATE (n:File)", extra=there).returncode == 2
    wrong = there | {"PROVGRAPH_PASSWORD": "wrong"}
    refused = provgraph(Path("unused"), "query", "runs", extra=wrong)
    assert refused.returncode == 3
    complaint(refused.stderr)


def test_a_query_that_does_not_end_is_given_up_and_leaves_no_process(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert provgraph(data, "load", LOG3).returncode == 0
    endless = (
        "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b UNWIND range(1, 1000) AS c RETURN sum(a * b * c)"
    )
    done = provgraph(data, "cypher", endless, extra={"PROVGRAPH_QUERY_TIMEOUT": "6"})
    assert done.returncode == 2
    assert "longer than 6 s" in complaint(done.stderr)[0]
    assert gone(data, 40)
    assert provgraph(data, "query", "injections").returncode == 0


def test_loading_again_without_words_keeps_what_was_said_before(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert provgraph(data, "load", LOG3, "--case", "x1", "--label", "malicious").returncode == 0
    assert provgraph(data, "load", LOG3).returncode == 0
    names = json.loads(provgraph(data, "query", "names", "-p", "kind=case", "--format", "json").stdout)
    assert [row["name"] for row in names] == ["x1"]


def test_the_evidence_of_a_pair_has_a_picture_and_a_search_for_texts_has_none(data: Path, tmp_path: Path) -> None:
    pair = ("-p", "injector=3548", "-p", "target=4020")
    done = provgraph(data, "export", "html", "injection-evidence", *pair, "-o", tmp_path / "pair.html")
    assert done.returncode == 0, done.stderr
    assert "drawn: 3 nodes, 4 relationships" in done.stderr
    done = provgraph(data, "export", "html", "strings", "-p", "contains=a", "-o", tmp_path / "strings.html")
    assert done.returncode == 2
    assert "has no picture" in done.stderr


def test_a_statement_that_writes_is_told_that_it_can_only_read(data: Path) -> None:
    done = provgraph(data, "cypher", "CREATE (n:X) RETURN n")
    assert done.returncode == 2
    assert "hint: statements given here can only read" in done.stderr


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "html"])
def test_an_export_writes_its_format_under_its_own_name(data: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / f"moves{FORMATS[name].suffix}"
    done = provgraph(data, "export", name, "lateral-movement", "-o", target)
    assert (done.returncode, done.stdout.strip()) == (0, str(target)), done.stderr
    assert "drawn: " in done.stderr
    assert target.stat().st_size > 1_000


def test_every_format_has_a_command() -> None:
    assert set(FORMATS) <= {command.name for command in export_app.registered_commands}
