"""How the database server inside the ``arcadedb-embedded`` wheel is started.

The wheel's Python package runs Java inside our own process, with faults at signals and at exit. We
only use what it carries (a Java runtime and the server's jars) and never import it.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from graph_model.engine_folder import DATABASE, EngineFolder, write_private
from graph_model.errors import EngineStartError

USER = "root"  # the server knows its administrator by no other name
READER = "reader"
SERVER = "com.arcadedb.server.ArcadeDBServer"

# Doors that nobody here goes through: other protocols, remote tools, importers, an in-process bridge.
UNUSED_JARS = ("console", "graphql", "integration", "mcp", "postgresw", "python-bridge", "redisw")

LOGGING = """\
handlers = java.util.logging.ConsoleHandler
.level = INFO
io.undertow.level = WARNING
org.xnio.level = WARNING
org.jboss.level = WARNING
com.arcadedb.query.polyglot.level = SEVERE
java.util.logging.ConsoleHandler.level = INFO
java.util.logging.ConsoleHandler.formatter = com.arcadedb.log.LogFormatter
"""

_ALL_RIGHTS = ["createRecord", "readRecord", "updateRecord", "deleteRecord"]
_ADMIN_RIGHTS = ["updateSecurity", "updateSchema", "updateDatabaseSettings"]


@dataclass(frozen=True)
class Launch:
    """What one start of the server is given."""

    bolt_port: int
    http_port: int
    password: str
    reader_password: str
    memory: str
    statement_timeout: float


def find_engine() -> Path:
    """The folder of the wheel, without importing it (that could start Java in our process)."""
    spec = importlib.util.find_spec("arcadedb_embedded")
    places = list(spec.submodule_search_locations or []) if spec else []
    for place in map(Path, places):
        if java_of(place).is_file() and (place / "jars").is_dir():
            return place
    raise EngineStartError(
        "the embedded engine is not installed: the package arcadedb-embedded is missing or incomplete",
        hint="`pip install arcadedb-embedded`, or use a Neo4j server with --uri",
    )


def java_of(wheel: Path) -> Path:
    """The Java launcher in the wheel."""
    return wheel / "jre" / "bin" / ("java.exe" if sys.platform == "win32" else "java")


def start_java(folder: EngineFolder, launch: Launch) -> subprocess.Popen[bytes]:
    """Start the server; its output comes through the pipe ``stdout``."""
    wheel = find_engine()
    _write_config(folder)
    # An argument file, because a command line can be read by every user of the machine.
    write_private(folder.arguments, argument_file(_arguments(wheel, launch)))
    return subprocess.Popen(
        [java_of(wheel), f"@{folder.arguments.name}"],
        cwd=folder.root,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=_die_with_parent(),  # noqa: PLW1509  the keeper has one thread
    )


def _arguments(wheel: Path, launch: Launch) -> list[str]:
    settings = {
        "java.awt.headless": "true",
        "java.util.logging.config.file": "config/logging.properties",
        # Paths are relative to the folder: Java never has to decode the folder's name.
        "arcadedb.server.rootPath": ".",
        "arcadedb.server.databaseDirectory": "databases",
        "arcadedb.server.rootPassword": launch.password,
        "arcadedb.server.defaultDatabases": f"{DATABASE}[{USER},{READER}:{launch.reader_password}:readonly]",
        # Hashing slowly protects weak passwords; ours are random and live as long as the process.
        "arcadedb.server.saltIterations": "1000",
        "arcadedb.server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        "arcadedb.bolt.host": "127.0.0.1",
        "arcadedb.bolt.port": str(launch.bolt_port),
        "arcadedb.bolt.defaultDatabase": DATABASE,
        "arcadedb.bolt.maxMessageSize": "134217728",
        # The server always opens HTTP, there is no switch. The keeper asks it whether the engine is ready.
        "arcadedb.server.httpIncomingHost": "127.0.0.1",
        "arcadedb.server.httpIncomingPort": str(launch.http_port),
        "arcadedb.server.httpWorkerThreads": "2",
        "arcadedb.server.httpsIoThreads": "1",
        "arcadedb.serverMetrics": "false",
        "arcadedb.command.timeout": str(int(launch.statement_timeout * 1000)),
        "arcadedb.opencypher.loadCsv.allowFileUrls": "false",
        "arcadedb.opencypher.loadCsv.allowRemoteUrls": "false",
        # Commits reach the disk: a log once loaded survives a power cut too.
        "arcadedb.txWalFlush": "1",
    }
    return [
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-XX:-UsePerfData",  # its shared file would repeat the arguments, secrets included
        "-XX:+ExitOnOutOfMemoryError",  # half a server, without its flush thread, would lose writes
        f"-Xmx{launch.memory}",
        "--enable-native-access=ALL-UNNAMED",
        *(f"-D{name}={value}" for name, value in settings.items()),
        "-cp",
        os.pathsep.join(str(jar) for jar in _jars(wheel)),
        SERVER,
    ]


def _jars(wheel: Path) -> list[Path]:
    unused = tuple(f"arcadedb-{name}" for name in UNUSED_JARS)
    return [jar for jar in sorted((wheel / "jars").glob("*.jar")) if not jar.name.startswith(unused)]


def argument_file(arguments: list[str]) -> str:
    """The text of an argument file of ``java``: every argument quoted, whatever it holds."""
    escapes = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})
    return "".join(f'"{argument.translate(escapes)}"\n' for argument in arguments)


def _write_config(folder: EngineFolder) -> None:
    # The server reads passwords from its settings only while it knows no users, and keeps one more
    # event log per start.
    shutil.rmtree(folder.config, ignore_errors=True)
    shutil.rmtree(folder.events, ignore_errors=True)
    folder.config.mkdir(mode=0o700)
    write_private(folder.config / "logging.properties", LOGGING)
    write_private(folder.config / "server-groups.json", json.dumps(_groups()))


def _groups() -> dict[str, object]:
    groups = {
        "admin": _group(_ADMIN_RIGHTS, _ALL_RIGHTS),
        "readonly": _group([], ["readRecord"]),
        "*": _group([], []),
    }
    return {"version": 2, "databases": {"*": {"groups": groups}}}


def _group(access: list[str], on_records: list[str]) -> dict[str, object]:
    return {"resultSetLimit": -1, "readTimeout": -1, "access": access, "types": {"*": {"access": on_records}}}


def _environment() -> dict[str, str]:
    """Nothing of the user's own Java options, and a locale in which Java can read any path."""
    kept = ("PATH", "HOME", "TMPDIR", "TZ", "SYSTEMROOT", "TEMP")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C.UTF-8"}


def _die_with_parent() -> Callable[[], None] | None:
    """On Linux the kernel kills Java when the keeper dies, however it dies."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)  # loaded before the fork, where little is safe
    parent = os.getpid()

    def ask_the_kernel() -> None:
        libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask_the_kernel


def reserve_port() -> socket.socket:
    """A free loopback port, kept from others until Java has bound it."""
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held


def port_of(held: socket.socket) -> int:
    """The port of a reservation; given up at once where the system would keep it from Java too."""
    port: int = held.getsockname()[1]
    if sys.platform != "linux":
        held.close()
    return port


def is_ready(http_port: int) -> bool:
    """Whether the server says that everything is up; Bolt listens before the database is open."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", http_port), timeout=1) as asked:
        asked.settimeout(1)
        asked.sendall(b"GET /api/v1/ready HTTP/1.0\r\n\r\n")
        return asked.recv(64).split(b" ")[1:2] == [b"204"]
    return False
