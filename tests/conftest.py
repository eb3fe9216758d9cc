"""The databases and real files that tests stand on: real engines, never stand-ins."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from helpers.mongo import MongoDatabase, new_database
from servers import ferretdb_server
from servers.neo4j_server import Lack, running, versions

from graph_model.embedded import EmbeddedEngine
from graph_model.store import Store

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
REAL = Path(os.environ.get("PROVGRAPH_TEST_REAL") or ROOT.parent / "shared" / "data" / "real")
IN_CI = os.environ.get("CI") == "true"
ENGINES = ("embedded", *(f"neo4j-{version}" for version in versions()))


@dataclass(frozen=True)
class Bolt:
    """How to reach a database."""

    uri: str
    user: str
    password: str
    database: str

    def store(self) -> Store:
        return Store(self.uri, self.user, self.password, self.database)


class Engines:
    """Starts each engine when the first test asks for it; all end with the run."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack = stack
        self._folder = folder
        self._known: dict[str, Bolt] = {}

    def bolt(self, name: str) -> Bolt:
        if name not in self._known:
            self._known[name] = self._start(name)
            with self._known[name].store() as store:
                store.prepare()
        return self._known[name]

    def _start(self, name: str) -> Bolt:
        if name == "embedded":
            found = self._stack.enter_context(EmbeddedEngine(self._folder / "embedded"))
            return Bolt(found.uri, found.user, found.password, found.database)
        workdir = self._folder / name
        workdir.mkdir()
        try:
            server = self._stack.enter_context(running(name.removeprefix("neo4j-"), workdir))
        except Lack as lack:
            pytest.fail(str(lack)) if IN_CI else pytest.skip(str(lack))
        return Bolt(server.uri, server.user, server.password, server.database)


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """All engines, started on demand."""
    with ExitStack() as stack:
        yield Engines(stack, tmp_path_factory.mktemp("engines"))


def emptied(store: Store) -> Store:
    """Nothing but the schema is left."""
    while store.change("MATCH (n) WITH n LIMIT 20000 DETACH DELETE n RETURN count(n) AS n")[0]["n"]:
        pass
    return store


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, engines: Engines) -> Iterator[Store]:
    """An empty database with its constraints, on every engine in turn."""
    with engines.bolt(request.param).store() as found:
        yield emptied(found)


@pytest.fixture
def embedded_store(engines: Engines) -> Iterator[Store]:
    """An empty database on the embedded engine."""
    with engines.bolt("embedded").store() as found:
        yield emptied(found)


@pytest.fixture(scope="session")
def mongodb_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that speaks MongoDB's protocol."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(ferretdb_server.running(tmp_path_factory.mktemp("mongodb")))
        except Lack as lack:
            pytest.fail(str(lack)) if IN_CI else pytest.skip(str(lack))


@pytest.fixture
def mongodb(mongodb_server: str) -> Iterator[MongoDatabase]:
    """A database of its own in MongoDB, dropped afterwards."""
    with new_database(mongodb_server) as found:
        yield found


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real files; under CI it must be there."""
    if not REAL.is_dir():
        pytest.fail(f"no real files at {REAL}: set PROVGRAPH_TEST_REAL")
    return REAL


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A clone without the real files leaves out the tests that need them, and says so."""
    if REAL.is_dir() or IN_CI:
        return
    needing = [item for item in items if "real" in getattr(item, "fixturenames", ()) or "test_real" in item.nodeid]
    config.hook.pytest_deselected(items=needing)
    items[:] = [item for item in items if item not in needing]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was left out."""
    if not REAL.is_dir():
        terminalreporter.write_line(
            f"NOT RUN: the tests on real files, since there are none at {REAL} (set PROVGRAPH_TEST_REAL)", yellow=True
        )
