"""The embedded engine against the real one: start, share, end, and every way of being killed."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import neo4j
import neo4j.exceptions
import psutil
import pytest

from graph_model import embedded
from graph_model.embedded import Connection, EmbeddedEngine, EngineSettings
from graph_model.engine_folder import EngineFolder, Record
from graph_model.engine_java import argument_file
from graph_model.errors import EngineStartError

CLIENT = """
import sys
from pathlib import Path
from graph_model.embedded import EmbeddedEngine
with EmbeddedEngine(Path(sys.argv[1])) as connection:
    assert not {"jpype", "arcadedb_embedded"} & set(sys.modules)
    print(connection.uri, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "data"
    yield place
    embedded.stop(place)


@contextmanager
def driver_of(connection: Connection, *, reader: bool = False) -> Iterator[neo4j.Driver]:
    user = connection.reader_user if reader else connection.user
    password = connection.reader_password if reader else connection.password
    with neo4j.GraphDatabase.driver(connection.uri, auth=(user, password)) as driver:
        yield driver


def ask(connection: Connection, text: str, *, reader: bool = False, **parameters: Any) -> list[list[Any]]:
    with driver_of(connection, reader=reader) as driver:
        return [r.values() for r in driver.execute_query(text, parameters, database_=connection.database).records]


def record_of(folder: Path) -> Record:
    record = EngineFolder(folder).read_record()
    assert record is not None
    return record


def wait_until(true: Callable[[], bool], seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return true()


def is_gone(*pids: int) -> bool:
    return not any(psutil.pid_exists(pid) for pid in pids)


def accepted_by(pid: int) -> list[Any]:
    return [link for link in psutil.Process(pid).net_connections() if link.status == psutil.CONN_ESTABLISHED]


@contextmanager
def client_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", CLIENT, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def uri_from(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end_well(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(60) == 0


def test_a_folder_with_any_name_opens_and_answers_over_bolt(tmp_path: Path) -> None:
    with EmbeddedEngine(tmp_path / 'グラフ "x" #1\\n' / "deep") as connection:
        assert connection.uri.startswith("bolt://127.0.0.1:")
        assert ask(connection, "RETURN 1") == [[1]]


def test_data_persists_and_the_secrets_of_the_last_run_do_not(folder: Path) -> None:
    with EmbeddedEngine(folder) as first:
        ask(first, "CREATE (:Entity {uid: 'a'})")
    assert not (folder / "engine.json").exists()
    with EmbeddedEngine(folder) as second:
        assert ask(second, "MATCH (n:Entity) RETURN n.uid") == [["a"]]
        assert ask(second, "MATCH (n:Entity) RETURN n.uid", reader=True) == [["a"]]
        assert not {first.password, first.reader_password} & {second.password, second.reader_password}
        with pytest.raises(neo4j.exceptions.AuthError):
            ask(replace(second, password=first.password), "RETURN 1")


def test_two_processes_share_an_engine_and_either_may_end_first(folder: Path) -> None:
    with client_process(folder) as starter, EmbeddedEngine(folder) as mine:
        assert uri_from(starter) == mine.uri
        with driver_of(mine) as driver:
            assert embedded.status(folder).clients == 2
            end_well(starter)
            with client_process(folder) as guest:
                assert uri_from(guest) == mine.uri
                end_well(guest)
            assert driver.execute_query("RETURN 1", database_=mine.database).records[0].values() == [1]
        record = record_of(folder)
    assert wait_until(lambda: is_gone(record.keeper_pid, record.java_pid))


def test_a_killed_client_leaves_no_process_behind(folder: Path) -> None:
    with client_process(folder) as client:
        assert uri_from(client)
        record = record_of(folder)
        client.kill()
        assert wait_until(lambda: is_gone(record.keeper_pid, record.java_pid))
    assert not embedded.status(folder).running


def test_a_killed_keeper_takes_java_along_and_the_next_open_works(folder: Path) -> None:
    engine = EmbeddedEngine(folder)
    with engine as first:
        ask(first, "CREATE (:Entity {uid: 'a'})")
        record = record_of(folder)
        os.kill(record.keeper_pid, signal.SIGKILL)
        assert wait_until(lambda: is_gone(record.keeper_pid, record.java_pid))
        assert not embedded.status(folder).running
        second = engine.open()  # the same object notices that its hold is lost
        assert second.uri != first.uri or second.password != first.password
        assert ask(second, "MATCH (n:Entity) RETURN n.uid") == [["a"]]


def test_what_was_committed_survives_a_killed_java(folder: Path) -> None:
    committed = 0
    with (
        EmbeddedEngine(folder) as connection,
        driver_of(connection) as driver,
        driver.session(database="provgraph") as s,
    ):
        s.run("CREATE CONSTRAINT e IF NOT EXISTS FOR (n:Entity) REQUIRE n.uid IS UNIQUE").consume()
        for committed in range(1, 31):
            s.run("UNWIND range(1, 100) AS i CREATE (:Entity {uid: $b * 1000 + i})", b=committed).consume()
        transaction = s.begin_transaction()
        transaction.run("CREATE (:Entity {uid: 'never committed'})").consume()
        record = record_of(folder)
        os.kill(record.java_pid, signal.SIGKILL)
        with suppress(neo4j.exceptions.DriverError, neo4j.exceptions.Neo4jError, OSError):
            transaction.close()
        assert wait_until(lambda: is_gone(record.keeper_pid, record.java_pid))
    assert not (folder / "engine.json").exists()
    with EmbeddedEngine(folder) as connection:
        assert ask(connection, "MATCH (n:Entity) RETURN count(n)") == [[committed * 100]]
        assert ask(connection, "MATCH (n:Entity {uid: 30100}) RETURN n.uid") == [[30100]]


def test_the_reader_reads_and_cannot_write(folder: Path) -> None:
    writes = [
        "CREATE (:Entity {uid: 'b'})",
        "CREATE (:New {uid: 'b'})",
        "MATCH (n:Entity) SET n.x = 2",
        "MATCH (n:Entity) SET n:New",
        "MATCH (n:Entity) REMOVE n.x",
        "MATCH (n:Entity) DELETE n",
        "MERGE (n:Entity {uid: 'c'})",
        "MATCH (n:Entity) CREATE (n)-[:KNOWS]->(n)",
        "CREATE CONSTRAINT c FOR (n:Entity) REQUIRE n.y IS UNIQUE",
        "LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line",
        "LOAD CSV FROM 'http://127.0.0.1/x' AS line RETURN line",
    ]
    with EmbeddedEngine(folder) as connection:
        ask(connection, "CREATE (:Entity {uid: 'a', x: 1})")
        for text in writes:
            with pytest.raises(neo4j.exceptions.ClientError):
                ask(connection, text, reader=True)
        everything = "MATCH (n) RETURN labels(n), n.uid, n.x"
        assert ask(connection, everything, reader=True) == [[["Entity"], "a", 1]]
        with pytest.raises(neo4j.exceptions.ClientError, match="file:/// URLs are disabled"):
            ask(connection, "LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line")


def test_secrets_are_private_and_nothing_listens_to_the_outside(folder: Path) -> None:
    with EmbeddedEngine(folder) as connection:
        record = record_of(folder)
        said = [" ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"])]
        secrets = [record.password, record.reader_password, record.token, record.answer]
        assert not [line for line in said if any(secret in line for secret in secrets)]
        assert connection.password == record.password
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}
        assert {name: mode for name, mode in modes.items() if mode & 0o077} == {}
        assert "engine.args" not in modes
        written = {
            path.name
            for path in folder.rglob("*")
            if path.is_file() and record.password in path.read_text(errors="replace")
        }
        assert written == {"engine.json"}
        for pid in (record.keeper_pid, record.java_pid):
            listening = [c.laddr.ip for c in psutil.Process(pid).net_connections() if c.status == psutil.CONN_LISTEN]
            assert {ip.removeprefix("::ffff:") for ip in listening} == {"127.0.0.1"}


def test_processes_that_start_at_one_moment_get_one_engine(folder: Path) -> None:
    with client_process(folder) as a, client_process(folder) as b, client_process(folder) as c:
        assert len({uri_from(process) for process in (a, b, c)}) == 1
        assert embedded.status(folder).clients == 3
        keepers = [p for p in psutil.process_iter(["cmdline"]) if str(folder) in (p.info["cmdline"] or [])[4:5]]
        assert len(keepers) == 1
        for process in (a, b, c):
            end_well(process)
    assert not embedded.status(folder).running


def test_clients_that_come_while_the_engine_goes_get_a_new_one(folder: Path) -> None:
    with client_process(folder) as first:
        assert uri_from(first)
        assert first.stdin is not None
        first.stdin.close()  # it is about to close, or closing, when the second one comes
        with EmbeddedEngine(folder) as connection:
            assert ask(connection, "RETURN 1") == [[1]]


def test_nobody_is_promised_an_engine_that_has_begun_to_end(folder: Path) -> None:
    """The last client goes, and the next one asks, between two looks of the keeper."""
    with client_process(folder) as last:
        assert uri_from(last)
        record = record_of(folder)
        with socket.create_connection(("127.0.0.1", record.keeper_port), timeout=20) as late:
            assert wait_until(lambda: len(accepted_by(record.keeper_pid)) == 2)
            os.kill(record.keeper_pid, signal.SIGSTOP)
            last.kill()
            last.wait()
            late.sendall(f"hold {record.token}\n".encode())
            os.kill(record.keeper_pid, signal.SIGCONT)
            with suppress(ConnectionError):
                assert late.recv(100) == b""
    assert wait_until(lambda: is_gone(record.java_pid, record.keeper_pid), 20)


def test_status_tells_what_runs_and_starts_nothing(folder: Path) -> None:
    nothing = embedded.status(folder)
    assert (nothing.running, nothing.uri, nothing.pid, nothing.clients, nothing.started) == (False, None, None, 0, None)
    assert not folder.exists()
    with EmbeddedEngine(folder) as connection:
        status = embedded.status(folder)
        assert (status.running, status.uri, status.clients) == (True, connection.uri, 1)
        assert status.pid == record_of(folder).java_pid
        assert (status.started or "").endswith("+00:00")
        assert status.database_bytes > 0


def test_stop_ends_the_engine_for_all_clients(folder: Path) -> None:
    assert embedded.stop(folder) is False
    with EmbeddedEngine(folder), client_process(folder) as other:
        assert uri_from(other)
        record = record_of(folder)
        assert embedded.stop(folder) is True
        assert is_gone(record.java_pid)
        assert embedded.stop(folder) is False
        end_well(other)


def test_a_stranger_without_the_token_is_no_client_and_learns_nothing(folder: Path) -> None:
    with EmbeddedEngine(folder):
        for said in (b"hold wrong\n", b"stop \xff\n", b"\n", b"x" * 5000):
            address = ("127.0.0.1", record_of(folder).keeper_port)
            with socket.create_connection(address, timeout=30) as link, suppress(ConnectionError):
                link.sendall(said)
                assert link.recv(100) == b""
        assert embedded.status(folder).clients == 1


def test_a_stale_record_ends_no_innocent_process(folder: Path) -> None:
    with EmbeddedEngine(folder):
        record = record_of(folder)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as innocent:
        EngineFolder(folder).write_record(replace(record, java_pid=innocent.pid, keeper_pid=innocent.pid))
        with EmbeddedEngine(folder) as connection:
            assert ask(connection, "RETURN 1") == [[1]]
        assert innocent.poll() is None
        innocent.kill()


def test_a_damaged_record_is_as_none(folder: Path) -> None:
    folder.mkdir()
    (folder / "engine.lock").touch()
    (folder / "engine.json").write_text('{"keeper_pid": 1')
    assert not embedded.status(folder).running
    assert embedded.stop(folder) is False


def start_keeper(folder: Path, *options: str) -> Record:
    EngineFolder(folder).prepare()
    command = [sys.executable, "-m", "graph_model.keeper", str(folder), *options]
    assert subprocess.run(command, capture_output=True, timeout=60, check=True).stdout == b"{}"
    return record_of(folder)


def test_a_keeper_whose_first_client_never_comes_ends(folder: Path) -> None:
    record = start_keeper(folder, "--patience", "0.3")
    assert wait_until(lambda: is_gone(record.keeper_pid, record.java_pid))
    assert sorted(path.name for path in folder.glob("engine.*")) == ["engine.lock", "engine.log"]


def test_a_keeper_ignores_ctrl_c_and_obeys_sigterm_while_java_starts(folder: Path) -> None:
    record = start_keeper(folder)
    os.kill(record.keeper_pid, signal.SIGINT)
    assert os.getsid(record.keeper_pid) != os.getsid(0)
    assert embedded.status(folder).running
    os.kill(record.keeper_pid, signal.SIGTERM)
    assert wait_until(lambda: is_gone(record.keeper_pid, record.java_pid))
    assert not (folder / "engine.json").exists()


def test_output_pipes_of_the_starting_client_do_not_hang(folder: Path) -> None:
    with client_process(folder) as starter:
        uri = uri_from(starter)
        with EmbeddedEngine(folder) as connection:
            assert connection.uri == uri
            assert starter.communicate(timeout=30)[0] == ""


def test_the_log_stays_in_bounds(folder: Path) -> None:
    folder.mkdir()
    (folder / "engine.lock").touch()
    (folder / "engine.log").write_bytes(b"x" * 1_500_000)
    with EmbeddedEngine(folder):
        pass
    assert (folder / "engine.log").stat().st_size < 100_000
    assert (folder / "engine.log.1").exists()


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    path = tmp_path / "graph.db"
    path.touch()
    with pytest.raises(EngineStartError, match=r"graph\.db is a file") as caught:
        EmbeddedEngine(path).open()
    assert "--data" in caught.value.hint
    with pytest.raises(EngineStartError, match="Not a directory"):
        EmbeddedEngine(path / "below").open()


@pytest.mark.skipif(sys.platform != "linux", reason="LACKS /proc: a place where even root cannot write")
def test_a_folder_that_cannot_be_written_is_named() -> None:
    with pytest.raises(EngineStartError, match="/proc/nowhere cannot hold the embedded database"):
        EmbeddedEngine(Path("/proc/nowhere")).open()
    with pytest.raises(EngineStartError, match="/proc/self holds something else"):
        EmbeddedEngine(Path("/proc/self")).open()


def test_a_folder_that_holds_something_else_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "neostore").touch()
    before = tmp_path.stat().st_mode
    with pytest.raises(EngineStartError, match=r"holds something else \(neostore\)"):
        EmbeddedEngine(tmp_path).open()
    assert [path.name for path in tmp_path.iterdir()] == ["neostore"]
    assert tmp_path.stat().st_mode == before


def test_a_missing_wheel_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "arcadedb_embedded", None)
    with pytest.raises(EngineStartError, match="arcadedb-embedded is missing") as caught:
        EmbeddedEngine(folder).open()
    assert "pip install arcadedb-embedded" in caught.value.hint


def test_java_that_cannot_start_tells_why(folder: Path) -> None:
    with pytest.raises(EngineStartError, match=r"did not start: .*Too small maximum heap") as caught:
        EmbeddedEngine(folder, EngineSettings(memory="1k")).open()
    assert "engine.log" in caught.value.hint
    assert not (folder / "engine.json").exists()


def test_a_damaged_schema_is_refused_and_never_taken_for_an_empty_database(folder: Path) -> None:
    with EmbeddedEngine(folder) as connection:
        ask(connection, "CREATE (:Entity {uid: 'a'})")
    schemas = {path: path.read_bytes() for path in folder.rglob("schema*.json")}
    for path in schemas:
        path.write_text("this is no schema")
    with pytest.raises(EngineStartError, match=r"did not start: .*schema\.json is damaged") as caught:
        EmbeddedEngine(folder).open()
    assert "copy" in caught.value.hint
    for path, content in schemas.items():
        path.write_bytes(content)
    with EmbeddedEngine(folder) as connection:
        assert ask(connection, "MATCH (n:Entity) RETURN n.uid") == [["a"]]


def test_a_damaged_database_tells_why(folder: Path) -> None:
    EngineFolder(folder).prepare()
    (folder / "databases").mkdir()
    (folder / "databases" / "provgraph").write_text("not a folder")
    with pytest.raises(EngineStartError, match=r"did not start: .*Not a directory"):
        EmbeddedEngine(folder).open()


def test_an_engine_that_takes_too_long_is_given_up_and_ends(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVGRAPH_ENGINE_TIMEOUT", "0.4")
    with pytest.raises(EngineStartError, match=r"within 0|within 0\.4 s"):
        EmbeddedEngine(folder).open()
    assert wait_until(lambda: not (folder / "engine.json").exists() and not embedded.status(folder).running)


@pytest.mark.parametrize(
    ("name", "value"),
    [("MEMORY", "much"), ("MEMORY", "2g -version"), ("TIMEOUT", "soon"), ("TIMEOUT", "-1"), ("TIMEOUT", "nan")],
)
def test_a_setting_that_is_none_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"PROVGRAPH_ENGINE_{name}", value)
    with pytest.raises(EngineStartError, match=f"PROVGRAPH_ENGINE_{name} is no "):
        EmbeddedEngine(folder).open()


def test_an_argument_file_quotes_whatever_a_path_holds() -> None:
    assert argument_file(['-Da=b c"d\\e#\n']) == '"-Da=b c\\"d\\\\e#\\n"\n'
