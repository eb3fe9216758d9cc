"""The Neo4j that other tests rest on: it answers, keeps strangers out, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import psutil
import pytest
from neo4j import GraphDatabase
from neo4j.exceptions import AuthError, ClientError
from servers import neo4j_server
from servers.neo4j_server import DidNotStartError, Lack, RunningNeo4j, clean, current, lts, missing, running, versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from neo4j import Driver

OWN = "PROVGRAPH_TEST_NEO4J_"
PARENT = """\
import sys, time
from pathlib import Path
from servers.neo4j_server import running
with running(sys.argv[1], Path(sys.argv[2])):
    time.sleep(600)
"""


def lacking(sentence: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="module", autouse=True)
def no_server_of_the_users() -> Iterator[None]:
    """Here it is our own starting that is tested, wherever the rest of the suite runs."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv(f"{OWN}URI", raising=False)
        yield


@pytest.fixture(params=[lts(), current()])
def version(request: pytest.FixtureRequest) -> str:
    if sentence := missing(request.param):
        lacking(sentence)
    return str(request.param)


@pytest.fixture(scope="module", params=[lts(), current()])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNeo4j]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running(request.param, tmp_path_factory.mktemp("neo4j")))
        except Lack as lack:
            lacking(str(lack))
        yield server


@pytest.fixture
def driver(server: RunningNeo4j) -> Iterator[Driver]:
    with GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver:
        yield driver


def count(driver: Driver, text: str) -> int:
    return len(driver.execute_query(text).records)


def fill(driver: Driver) -> None:
    driver.execute_query("CREATE CONSTRAINT FOR (n:Entity) REQUIRE n.uid IS UNIQUE")
    driver.execute_query("CREATE CONSTRAINT `with a ``tick` FOR ()-[r:WROTE]-() REQUIRE r.uid IS UNIQUE")
    driver.execute_query("CREATE INDEX FOR (n:Process) ON (n.name)")
    driver.execute_query("CREATE FULLTEXT INDEX FOR (n:Process) ON EACH [n.name]")
    driver.execute_query(
        "CREATE (hub:Entity {uid: 'hub'}) "
        "WITH hub UNWIND range(1, 1000) AS i CREATE (hub)-[:WROTE {uid: i}]->(:Entity:Process {uid: i})"
    )


def wait_until(condition: Callable[[], object], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)


def is_gone(process: psutil.Process) -> bool:
    """Count the dead whom nobody has buried yet as gone: some containers have no init that does it."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_it_answers_over_bolt_with_our_password(server: RunningNeo4j, driver: Driver) -> None:
    records = driver.execute_query("CALL dbms.components() YIELD name, versions RETURN name, versions").records
    assert ("Neo4j Kernel", [server.version]) in [(record["name"], record["versions"]) for record in records]


def test_it_refuses_the_first_password(server: RunningNeo4j) -> None:
    with GraphDatabase.driver(server.uri, auth=("neo4j", "neo4j")) as stranger, pytest.raises(AuthError):
        stranger.verify_connectivity()


def test_its_password_shows_neither_in_processes_nor_in_files(
    server: RunningNeo4j, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert server.password not in " ".join(psutil.Process(server.pid).cmdline())
    assert server.password not in repr(server)
    readable = [path for path in tmp_path_factory.getbasetemp().rglob("*") if path.is_file()]
    assert not [path for path in readable if server.password.encode() in path.read_bytes()]


def test_it_listens_on_this_machine_only_and_only_for_bolt(server: RunningNeo4j) -> None:
    sockets = psutil.Process(server.pid).net_connections("inet")
    listening = [socket.laddr for socket in sockets if socket.status == psutil.CONN_LISTEN]
    assert [address.ip.removeprefix("::ffff:") for address in listening] == ["127.0.0.1"]
    assert server.uri == f"bolt://127.0.0.1:{listening[0].port}"


def test_clients_that_ask_for_routing_find_it_too(server: RunningNeo4j) -> None:
    routed = server.uri.replace("bolt:", "neo4j:")
    with GraphDatabase.driver(routed, auth=(server.user, server.password)) as driver:
        assert driver.execute_query("RETURN 1", database_=server.database).records[0][0] == 1


def test_it_reads_no_local_files(driver: Driver, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("secret\n")
    with pytest.raises(ClientError, match="allow_csv_import_from_file_urls"):
        driver.execute_query("LOAD CSV FROM $url AS row RETURN row", url=(tmp_path / "secret.csv").as_uri())


def test_cleaning_leaves_no_data_and_no_schema(server: RunningNeo4j, driver: Driver) -> None:
    fill(driver)
    clean(driver, server.database)
    assert count(driver, "MATCH (n) RETURN n") == 0
    assert count(driver, "SHOW CONSTRAINTS") == 0
    assert count(driver, "SHOW INDEXES YIELD type WHERE type <> 'LOOKUP'") == 0


def test_cleaning_keeps_the_look_ups_of_neo4j_itself(server: RunningNeo4j, driver: Driver) -> None:
    clean(driver, server.database)
    assert count(driver, "SHOW INDEXES YIELD type WHERE type = 'LOOKUP'") == 2


def test_cleaning_a_small_graph_is_quick(server: RunningNeo4j, driver: Driver) -> None:
    fill(driver)
    clean(driver, server.database)  # the first one compiles its statements
    fill(driver)
    before = time.perf_counter()
    clean(driver, server.database)
    assert time.perf_counter() - before < 1


def test_a_server_of_the_users_own_is_used_and_left_empty(
    server: RunningNeo4j, driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_as_own(monkeypatch, server)
    assert versions() == (lts(),)
    with running(lts(), tmp_path) as own:
        assert (own.version, own.uri, own.pid) == (server.version, server.uri, None)
        fill(driver)
    assert count(driver, "MATCH (n) RETURN n") == count(driver, "SHOW CONSTRAINTS") == 0


def test_a_server_of_the_users_own_is_left_alone_when_it_holds_data(
    server: RunningNeo4j, driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_as_own(monkeypatch, server)
    driver.execute_query("CREATE (:Precious)")
    with pytest.raises(Lack, match="not empty"), running(lts(), tmp_path):
        pass
    assert count(driver, "MATCH (n:Precious) RETURN n") == 1
    clean(driver, server.database)


def test_a_server_of_the_users_own_that_does_not_let_us_in_is_a_lack(
    server: RunningNeo4j, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_as_own(monkeypatch, server)
    monkeypatch.setenv(f"{OWN}PASSWORD", "not the password")
    with pytest.raises(Lack, match="does not let us in"), running(lts(), tmp_path):
        pass


def name_as_own(monkeypatch: pytest.MonkeyPatch, server: RunningNeo4j) -> None:
    monkeypatch.setenv(f"{OWN}URI", server.uri)
    monkeypatch.setenv(f"{OWN}USER", server.user)
    monkeypatch.setenv(f"{OWN}PASSWORD", server.password)
    monkeypatch.setenv(f"{OWN}DATABASE", server.database)


def test_leaving_the_block_ends_it_and_keeps_its_logs(version: str, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), running(version, tmp_path) as server:
        process = psutil.Process(server.pid)
        raise ZeroDivisionError
    assert is_gone(process)
    assert "Started." in (tmp_path / "logs" / "neo4j.log").read_text()
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=lambda how: how.name)
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_a_killed_parent_leaves_no_server_behind(version: str, how: signal.Signals, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(neo4j_server.__file__).parents[1])}
    with subprocess.Popen([sys.executable, "-c", PARENT, version, tmp_path], env=environment) as parent:
        try:
            wait_until((tmp_path / "logs" / "neo4j.log").exists, seconds=30)
            [server] = psutil.Process(parent.pid).children()
        finally:
            parent.send_signal(how)
    wait_until(lambda: is_gone(server), seconds=5)


def test_a_server_that_does_not_come_up_says_what_its_log_says(version: str, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder must be")
    with pytest.raises(DidNotStartError, match=r"(?s)neo4j\.log\n.*Unable to write"), running(version, tmp_path):
        pass


def test_a_machine_without_a_new_enough_java_is_told_which_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    future = neo4j_server._Release("2099.01.0", 99, "org.neo4j.Future")
    monkeypatch.setitem(neo4j_server._RELEASES, future.version, future)
    assert "needs Java 99 or newer" in str(missing(future.version))


def test_a_machine_without_maven_is_told_to_install_it(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neo4j_server, "_CACHE", tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").symlink_to(neo4j_server.java(version))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert "there is no mvn" in str(missing(version))
