"""A real Neo4j for the test-suite, with nothing installed but Maven and a Java runtime.

What users run must be what tests run against, so this fetches the Community server's own jars (one
long-term release, one current) and starts the entry point that its packages start. A server lives as
long as its `with` block, or its parent process if that is shorter. A machine that lacks something
says so in one sentence (`missing`), for a skip or a failure to repeat.

`PROVGRAPH_TEST_NEO4J_URI` (with `_USER`, `_PASSWORD`, `_DATABASE`) names a server to use in place of
the long-term release. Its database must be empty, because tests empty it.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from filelock import FileLock, Timeout
from neo4j import Driver, GraphDatabase, ManagedTransaction
from neo4j.exceptions import DriverError, Neo4jError

if TYPE_CHECKING:
    from collections.abc import Iterator

_POM = Path(__file__).with_name("neo4j") / "pom.xml"
_CACHE = Path(__file__).resolve().parents[2] / ".cache" / "neo4j"
_BROWSER = "5.24.0"  # the last of Neo4j Browser 5, which the packages of Neo4j 5.26 carry
_OWN = "PROVGRAPH_TEST_NEO4J_"
_FETCH_SECONDS = 900
_START_SECONDS = 120
_FIRST_PASSWORD = "neo4j"


class Lack(Exception):  # noqa: N818 - it is no error, it is a reason to skip
    """Something that this machine does not have: what, and how to get it, in one sentence."""


class DidNotStartError(Exception):
    """Everything was there and the server still did not come up; the message quotes its logs."""


@dataclass(frozen=True)
class RunningNeo4j:
    """Where a server answers. `pid` is None for a server that we did not start; `browser` is Neo4j Browser's page."""

    version: str
    uri: str
    user: str
    password: str = field(repr=False)
    database: str
    pid: int | None
    browser: str = ""


@dataclass(frozen=True)
class _Release:
    """A version of Neo4j, the oldest Java that runs it, and the class that its own scripts start."""

    version: str
    java: int
    entry: str


_LTS = _Release("5.26.30", 17, "org.neo4j.server.CommunityEntryPoint")
_CURRENT = _Release("2026.08.1", 21, "org.neo4j.server.Neo4jCommunity")
_RELEASES = {release.version: release for release in (_LTS, _CURRENT)}


def lts() -> str:
    """Return the long-term release, which every run of the suite needs."""
    return _LTS.version


def current() -> str:
    """Return the newest calendar release that we know."""
    return _CURRENT.version


def versions() -> tuple[str, ...]:
    """Return what a run of the suite covers: both releases, or the user's own server in place of the first."""
    return (lts(),) if f"{_OWN}URI" in os.environ else (lts(), current())


def missing(version: str) -> str | None:
    """Say in one sentence why this version cannot run here, or return None when it can."""
    if f"{_OWN}URI" in os.environ:
        return None if version == lts() else f"{_OWN}URI is set: tests use that server and start no Neo4j {version}."
    return _missing_java(_RELEASES[version]) or _missing_jars(version)


def _missing_java(release: _Release) -> str | None:
    if _java(release.java):
        return None
    found = ", ".join(map(str, sorted(set(_javas().values())))) or "none"
    return (
        f"Neo4j {release.version} needs Java {release.java} or newer (found: {found}): "
        f"install a runtime, or set JAVA_HOME to one."
    )


def _missing_jars(version: str) -> str | None:
    if _lib(version).is_dir() or shutil.which("mvn"):
        return None
    return f"Neo4j {version} is fetched with Maven, and there is no mvn: install Maven, or set {_OWN}URI to a server."


def java(version: str) -> Path:
    """Return the Java that runs this version: the oldest that is new enough."""
    release = _RELEASES[version]
    found = _java(release.java)
    if not found:
        raise Lack(_missing_java(release))
    return found


def _java(oldest: int) -> Path | None:
    enough = [(major, path) for path, major in _javas().items() if major >= oldest]
    return min(enough)[1] if enough else None


def _javas() -> dict[Path, int]:
    """Find every Java here with its major version (CI images name several in JAVA_HOME_17_X64 and the like)."""
    homes = [Path(value) for name, value in os.environ.items() if name.startswith("JAVA_HOME")]
    folders = [home / "bin" for home in (*homes, *Path("/usr/lib/jvm").glob("*"))]
    folders += map(Path, os.get_exec_path())
    found = {(folder / "java").resolve() for folder in folders if (folder / "java").is_file()}
    return {path: major for path in found if (major := _major(path))}


@cache
def _major(path: Path) -> int | None:
    """Return 17 for `openjdk version "17.0.15"` and 8 for `"1.8.0"`, None for what does not run."""
    try:
        said = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=60, check=False).stderr
    except (OSError, subprocess.TimeoutExpired):
        return None
    number = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(number[1]) if number else None


def jars(version: str) -> Path:
    """Return the folder with this version's jars, fetched once per checkout."""
    lib = _lib(version)
    if lib.is_dir():
        return lib
    lib.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lib.with_name("lock"), timeout=_FETCH_SECONDS):
            if not lib.is_dir():
                _fetch(version, lib)
    except Timeout as error:
        raise Lack(f"Another run has been fetching Neo4j {version} for {_FETCH_SECONDS} s: wait for it.") from error
    return lib


def browser_jar() -> Path:
    """Return the jar that makes a server serve Neo4j Browser, fetched once per checkout."""
    jar = _CACHE / f"neo4j-browser-{_BROWSER}.jar"
    if not jar.is_file():
        _CACHE.mkdir(parents=True, exist_ok=True)
        with FileLock(_CACHE / "browser-lock", timeout=_FETCH_SECONDS), tempfile.TemporaryDirectory(dir=_CACHE) as part:
            artifact = f"org.neo4j.client:neo4j-browser:{_BROWSER}"
            _maven("dependency:copy", f"-Dartifact={artifact}", lts(), Path(part), f"Neo4j Browser {_BROWSER}")
            (Path(part) / jar.name).rename(jar)
    return jar


def _lib(version: str) -> Path:
    return _CACHE / version / "lib"


def _fetch(version: str, lib: Path) -> None:
    """Copy into a folder beside it and rename at the end, so that `lib` is whole or not there."""
    for left_over in lib.parent.glob("part-*"):  # by a run that was killed; we hold the lock
        shutil.rmtree(left_over)
    with tempfile.TemporaryDirectory(dir=lib.parent, prefix="part-") as part:
        target = Path(part) / "lib"
        _maven("dependency:copy-dependencies", "", version, target, f"Neo4j {version}")
        target.rename(lib)


def _maven(goal: str, option: str, version: str, target: Path, what: str) -> None:
    mvn = shutil.which("mvn")
    if not mvn:
        raise Lack(f"{what} is fetched with Maven, and there is no mvn: install Maven.")
    options = ["--batch-mode", "--quiet", "--strict-checksums", "-f", str(_POM), f"-Dneo4j.version={version}"]
    wanted = [goal, f"-DoutputDirectory={target}", *filter(None, [option])]
    try:
        subprocess.run(
            _tethered([mvn, *options, *wanted]),
            check=True,
            timeout=_FETCH_SECONDS,
            capture_output=True,
            text=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise Lack(f"Maven could not fetch {what}: {_complaint(error)}") from error


def _complaint(error: subprocess.CalledProcessError | subprocess.TimeoutExpired) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"not done after {error.timeout} s."
    lines = [text for line in error.stdout.splitlines() if (text := line.partition("[ERROR] ")[2])]
    return lines[0] if lines else f"it ended with {error.returncode}."


@contextmanager
def running(version: str, workdir: Path) -> Iterator[RunningNeo4j]:
    """Run a server of its own in `workdir` for the length of the block; its logs stay there."""
    if sentence := missing(version):
        raise Lack(sentence)
    context = _own_server() if f"{_OWN}URI" in os.environ else _started(_RELEASES[version], workdir.resolve())
    with context as server:
        yield server


@contextmanager
def with_browser(workdir: Path) -> Iterator[RunningNeo4j]:
    """Run the long-term release with Neo4j Browser, also where the user's own server is what other tests use."""
    if sentence := _missing_java(_LTS) or _missing_jars(_LTS.version):
        raise Lack(sentence)
    with _started(_LTS, workdir.resolve(), browser_jar()) as server:
        yield server


@contextmanager
def _started(release: _Release, home: Path, browser: Path | None = None) -> Iterator[RunningNeo4j]:
    """End it with SIGKILL: a good-bye takes Neo4j ten seconds, and its data are thrown away."""
    _configure(home, http=browser is not None)
    command = _command(release, home, browser)
    with (home / "console.log").open("wb") as console:
        process = subprocess.Popen(
            _tethered(command), stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True
        )
    try:
        yield _ready(release, process, home, listeners=1 if browser is None else 2)
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(home / "data", ignore_errors=True)


# Port 0 lets the kernel choose: nobody can take the port between our choice and the start. Neo4j then
# advertises the port that it got, so neo4j:// addresses work too. The sizes suit small graphs.
_CONFIGURATION = """\
server.bolt.enabled=true
server.bolt.listen_address=127.0.0.1:0
server.bolt.advertised_address=127.0.0.1:0
server.http.enabled={http}
server.http.listen_address=127.0.0.1:0
server.https.enabled=false
dbms.security.auth_enabled=true
dbms.security.allow_csv_import_from_file_urls=false
dbms.usage_report.enabled=false
# tests empty and fill the database all the time: plans need not follow its statistics
dbms.cypher.min_replan_interval=24h
db.logs.query.enabled=OFF
db.tx_log.preallocate=false
server.memory.pagecache.size=64m
"""


def _configure(home: Path, *, http: bool) -> None:
    (home / "conf").mkdir(parents=True, exist_ok=True)
    text = _CONFIGURATION.format(http=str(http).lower())
    (home / "conf" / "neo4j.conf").write_text(text, encoding="utf-8")


def _command(release: _Release, home: Path, browser: Path | None) -> list[str]:
    """Spare the tests' processor: one thread for the collector, and the quick compiler only."""
    options = ["-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    path = os.pathsep.join([f"{jars(release.version)}/*", *([str(browser)] if browser else [])])
    classes = ["-cp", path, release.entry]
    return [str(java(release.version)), *options, *classes, f"--home-dir={home}", f"--config-dir={home / 'conf'}"]


# Java cannot ask to be killed with its parent, so a line of Python asks (PR_SET_PDEATHSIG is 1) and
# becomes the command; the request outlives exec. It holds for the thread that started it: the main thread,
# under pytest. Not `preexec_fn`, which warns in processes with threads from Python 3.12 on.
_TETHER = """\
import ctypes, os, signal, sys
parent, *command = sys.argv[1:]
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
if os.getppid() == int(parent):
    os.execv(command[0], command)
"""


def _tethered(command: list[str]) -> list[str]:
    if sys.platform != "linux":
        return command
    return [sys.executable, "-I", "-S", "-c", _TETHER, str(os.getpid()), *command]


def _ready(release: _Release, process: subprocess.Popen[bytes], home: Path, listeners: int) -> RunningNeo4j:
    ports = _ports(release, process, home, listeners)
    pages = [page for port in ports if listeners > 1 and _is_page(page := f"http://127.0.0.1:{port}/browser/")]
    bolt = next(port for port in ports if not any(f":{port}/" in page for page in pages))
    uri, password = f"bolt://127.0.0.1:{bolt}", secrets.token_urlsafe(24)
    try:
        _replace_first_password(uri, password)
    except (Neo4jError, DriverError) as error:
        raise _did_not_start(release, home, str(error)) from error
    return RunningNeo4j(release.version, uri, "neo4j", password, "neo4j", process.pid, *pages)


def _is_page(url: str) -> bool:
    """The Bolt port answers to HTTP too, but has no pages."""
    try:
        with urllib.request.urlopen(url, timeout=_START_SECONDS) as answer:
            return bool(answer.headers.get_content_type() == "text/html")
    except OSError:
        return False


def _ports(release: _Release, process: subprocess.Popen[bytes], home: Path, number: int) -> list[int]:
    """Wait until it listens. Its log names the port that we asked for (0), so the kernel is asked."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise _did_not_start(release, home, f"it ended with {process.returncode}")
        if len(ports := _listening(process.pid)) >= number:
            return ports
        time.sleep(0.05)
    raise _did_not_start(release, home, f"it does not listen after {_START_SECONDS} s")


def _listening(pid: int) -> list[int]:
    try:
        sockets = psutil.Process(pid).net_connections("tcp")
    except psutil.Error:
        return []
    return [socket.laddr.port for socket in sockets if socket.status == psutil.CONN_LISTEN]


def _replace_first_password(uri: str, password: str) -> None:
    """Over Bolt, so that the new password stands in no file and on no command line."""
    change = "ALTER CURRENT USER SET PASSWORD FROM $first TO $new"
    with GraphDatabase.driver(uri, auth=("neo4j", _FIRST_PASSWORD)) as driver:
        driver.execute_query(change, first=_FIRST_PASSWORD, new=password, database_="system")
    with GraphDatabase.driver(uri, auth=("neo4j", password)) as driver:
        driver.execute_query("RETURN 1", database_="neo4j")


def _did_not_start(release: _Release, home: Path, reason: str) -> DidNotStartError:
    logs = [home / "console.log", home / "logs" / "neo4j.log"]
    quoted = "\n".join(f"--- {log}\n{_end_of(log)}" for log in logs if log.is_file())
    return DidNotStartError(f"Neo4j {release.version} did not come up: {reason}\n{quoted}")


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-40:])


@contextmanager
def _own_server() -> Iterator[RunningNeo4j]:
    """Hand out the user's server, if it answers and nothing in it would be lost; leave it empty."""
    user, password, database = (
        os.environ.get(f"{_OWN}{name}", default)
        for name, default in (("USER", "neo4j"), ("PASSWORD", ""), ("DATABASE", "neo4j"))
    )
    uri = os.environ[f"{_OWN}URI"]
    with GraphDatabase.driver(uri, auth=(user, password)) as driver:
        try:
            version = _version_when_empty(driver, database)
        except (Neo4jError, DriverError) as error:
            raise Lack(f"{_OWN}URI names {uri}, which does not let us in: {error}") from error
        try:
            yield RunningNeo4j(version, uri, user, password, database, None)
        finally:
            clean(driver, database)


def _version_when_empty(driver: Driver, database: str) -> str:
    driver.verify_connectivity()  # the queries below would be retried for half a minute
    if driver.execute_query("MATCH (n) RETURN 1 LIMIT 1", database_=database).records or _schema(driver, database):
        raise Lack(f"Tests empty the database they use, and {database} at {_OWN}URI is not empty: name an empty one.")
    kernel = "CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0]"
    return str(driver.execute_query(kernel, database_=database).records[0][0])


def clean(driver: Driver, database: str, *, keep_schema: bool = False) -> None:
    """Empty a database: constraints and indexes first, which makes deleting cheaper, then the data.

    To drop and declare all of provgraph's constraints takes near a second, to delete a small graph 30 ms:
    tests that all want the same schema can keep it.
    """
    drops = [] if keep_schema else _schema(driver, database)
    with driver.session(database=database) as session:
        session.execute_write(_run_each, drops)
        session.run("MATCH ()-[r]->() CALL (r) { DELETE r } IN TRANSACTIONS OF 10000 ROWS").consume()
        session.run("MATCH (n) CALL (n) { DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()


def _run_each(transaction: ManagedTransaction, drops: list[tuple[str, str]]) -> None:
    for drop, name in drops:
        transaction.run(drop, name=name).consume()


def _schema(driver: Driver, database: str) -> list[tuple[str, str]]:
    """List what tests may have declared, each with its DROP; the token look-ups belong to Neo4j."""
    constraints = driver.execute_query("SHOW CONSTRAINTS YIELD name", database_=database).records
    declared = "SHOW INDEXES YIELD name, type, owningConstraint WHERE type <> 'LOOKUP' AND owningConstraint IS NULL"
    indexes = driver.execute_query(declared, database_=database).records
    drops = [("DROP CONSTRAINT $name", record["name"]) for record in constraints]
    return drops + [("DROP INDEX $name", record["name"]) for record in indexes]
