"""The embedded default engine, as a client sees it: open a folder, get an address for the Bolt driver.

Nobody who tries provgraph should have to install a database first. :class:`EmbeddedEngine` finds the
engine that serves a folder, or starts one, and holds it for as long as it is needed::

    with EmbeddedEngine(Path("~/graphs").expanduser()) as connection:
        driver = neo4j.GraphDatabase.driver(connection.uri, auth=(connection.user, connection.password))

The engine itself lives in processes of its own, see :mod:`graph_model.keeper`.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from graph_model.engine_folder import DATABASE, EngineFolder, Record
from graph_model.engine_java import READER, USER, find_engine
from graph_model.errors import EngineStartError

# what the engine and its keeper have no use for
_SECRETS = frozenset({"PROVGRAPH_PASSWORD", "PROVGRAPH_TOKEN"})
CLOSE_SECONDS = 10.0  # how long close() waits for the engine's end; the keeper goes on alone if need be
STOP_SECONDS = 60.0


@dataclass(frozen=True)
class Connection:
    """What a Bolt driver needs. The reader's name is refused every write by the engine itself."""

    uri: str
    user: str
    password: str
    database: str
    reader_user: str
    reader_password: str


@dataclass(frozen=True)
class EngineStatus:
    """What is known of the engine of a folder without starting it."""

    running: bool
    folder: Path
    uri: str | None
    pid: int | None
    clients: int
    started: str | None
    database_bytes: int


@dataclass(frozen=True)
class EngineSettings:
    """What can be tuned when an engine is started; a running one keeps what it was started with."""

    memory: str = "2g"  # Java's heap at most, as for -Xmx
    start_timeout: float = 60.0  # seconds; recovery after a crash takes longer on a large database
    statement_timeout: float = 600.0  # seconds a single statement may run

    @classmethod
    def from_environment(cls) -> EngineSettings:
        """``PROVGRAPH_ENGINE_MEMORY``, ``…_TIMEOUT`` (start) and ``…_STATEMENT_TIMEOUT``, where set."""
        memory = os.environ.get("PROVGRAPH_ENGINE_MEMORY", cls.memory)
        if not re.fullmatch(r"[1-9][0-9]*[kmgKMG]?", memory):
            raise EngineStartError(
                f"PROVGRAPH_ENGINE_MEMORY is no amount of memory: {memory!r}", hint="write it as 512m or 4g"
            )
        return cls(
            memory=memory,
            start_timeout=_seconds("PROVGRAPH_ENGINE_TIMEOUT", cls.start_timeout),
            statement_timeout=_seconds("PROVGRAPH_ENGINE_STATEMENT_TIMEOUT", cls.statement_timeout),
        )


def _seconds(name: str, default: float) -> float:
    text = os.environ.get(name, "")
    try:
        seconds = float(text) if text else default
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise EngineStartError(f"{name} is no number of seconds: {text!r}", hint="write it as 60 or 0.5")
    return seconds


class EmbeddedEngine:
    """One client's hold on the engine of a folder; also a context manager."""

    def __init__(self, folder: Path, settings: EngineSettings | None = None) -> None:
        self.folder = EngineFolder(folder.absolute())
        self._settings = settings
        self._link: socket.socket | None = None
        self._connection: Connection | None = None
        self._process = 0

    def open(self) -> Connection:
        """Attach to the folder's engine, starting it where none runs; again after it was lost."""
        if self._link is not None and self._connection is not None and _still_open(self._link):
            return self._connection
        self.close()
        if sys.platform == "win32":
            raise EngineStartError(
                "the embedded engine does not run on Windows yet", hint="use WSL, or a Neo4j server with --uri"
            )
        settings = self._settings or EngineSettings.from_environment()
        find_engine()
        self.folder.prepare()
        self._link, record = _attach_or_start(self.folder, settings)
        self._process = os.getpid()
        self._connection = Connection(record.uri, USER, record.password, DATABASE, READER, record.reader_password)
        return self._connection

    def close(self) -> None:
        """Let go; the last client to do so waits until the engine is gone."""
        link, self._link, self._connection = self._link, None, None
        if link is None:
            return
        with link:
            if os.getpid() == self._process:  # a forked child must not end its parent's hold
                _wait_for_end(link, CLOSE_SECONDS)

    def __enter__(self) -> Connection:
        return self.open()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def status(folder: Path) -> EngineStatus:
    """What runs on a folder. Starts nothing, changes nothing."""
    place = EngineFolder(folder.absolute())
    record = place.read_record()
    clients = 0
    link = _call(record, "status", 5) if record else None
    if record and link:
        with link:
            answer = _answer(link, record)
        record = record if answer else None
        clients = int(json.loads(answer[1])["clients"]) if answer else 0
    else:
        record = None
    return EngineStatus(
        running=record is not None,
        folder=place.root,
        uri=record.uri if record else None,
        pid=record.java_pid if record else None,
        clients=clients,
        started=record.started if record else None,
        database_bytes=place.database_bytes(),
    )


def stop(folder: Path) -> bool:
    """Stop the engine of a folder for all its clients; False when none ran."""
    record = EngineFolder(folder.absolute()).read_record()
    link = _call(record, "stop", 5) if record else None
    if record is None or link is None:
        return False
    with link:
        heard = _answer(link, record) is not None
        if heard:
            _wait_for_end(link, STOP_SECONDS)
    return heard


def _attach_or_start(folder: EngineFolder, settings: EngineSettings) -> tuple[socket.socket, Record]:
    """Several clients may do this at once: whichever keeper wins the folder's lock serves them all."""
    deadline = time.monotonic() + settings.start_timeout
    while (left := deadline - time.monotonic()) > 0:
        record = folder.read_record()
        link = _attach(folder, record, left) if record else None
        if record and link:
            return link, record
        _launch(folder, settings, left)
    raise _not_started(folder, f"no answer within {settings.start_timeout:g} s")


def _attach(folder: EngineFolder, record: Record, seconds: float) -> socket.socket | None:
    """A hold on a running engine; None when it is none, or just going down."""
    link = _call(record, "hold", seconds)
    if link is None:
        return None
    try:
        answer = _answer(link, record)
    except TimeoutError as error:
        link.close()
        raise _not_started(folder, f"no answer within {seconds:.0f} s") from error
    except BaseException:
        link.close()
        raise
    if answer and answer[0] == "ready":
        return link
    with link:
        if answer and answer[0] == "failed":
            _wait_for_end(link, CLOSE_SECONDS)
            raise _not_started(folder, answer[1])
    return None


def _call(record: Record, verb: str, seconds: float) -> socket.socket | None:
    """Say one word to the keeper; None when nobody listens there any more."""
    try:
        link = socket.create_connection(("127.0.0.1", record.keeper_port), timeout=seconds)
    except OSError:
        return None
    try:
        link.sendall(f"{verb} {record.token}\n".encode())
    except OSError:
        link.close()
        return None
    return link


def _answer(link: socket.socket, record: Record) -> tuple[str, str] | None:
    """The keeper's word and what follows it; None from a keeper that goes, or from a stranger."""
    heard = b""
    try:
        while not heard.endswith(b"\n") and len(heard) < 65536:
            data = link.recv(4096)
            if not data:
                return None
            heard += data
    except ConnectionError:  # a keeper that goes resets whom it did not hear any more
        return None
    word, proof, rest = [*heard.decode("utf-8", "replace").rstrip("\n").split(" ", 2), "", ""][:3]
    return (word, rest) if proof == record.answer else None


def _still_open(link: socket.socket) -> bool:
    link.setblocking(False)
    try:
        return link.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def _wait_for_end(link: socket.socket, seconds: float) -> None:
    """The keeper closes at once while others use the engine, else when the engine is gone."""
    link.settimeout(seconds)
    with contextlib.suppress(OSError):
        link.shutdown(socket.SHUT_WR)
        while link.recv(4096):
            pass


def _launch(folder: EngineFolder, settings: EngineSettings, seconds: float) -> None:
    """Start a keeper, and wait until it or another one owns the folder."""
    try:
        log = os.open(folder.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        raise _not_started(folder, f"{folder.log.name}: {error.strerror}") from error
    try:
        said = _run_keeper(folder, settings, log, seconds)
    except subprocess.TimeoutExpired as error:
        raise _not_started(folder, f"no answer within {seconds:.0f} s") from error
    finally:
        os.close(log)
    _understand(folder, said)


def _run_keeper(folder: EngineFolder, settings: EngineSettings, log: int, seconds: float) -> bytes:
    command = [
        *(sys.executable, "-P", "-m", "graph_model.keeper", str(folder.root)),
        *("--memory", settings.memory),
        *("--start-timeout", str(settings.start_timeout)),
        *("--statement-timeout", str(settings.statement_timeout)),
    ]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
        env=_environment(),
        start_new_session=True,  # Ctrl-C in the terminal is for the client only
    ) as process:
        try:
            return process.communicate(timeout=seconds)[0]
        except BaseException:
            process.kill()
            raise


def _environment() -> dict[str, str]:
    """Ours without the secrets; from a checkout that is not installed, with the way to our packages."""
    environment = {name: value for name, value in os.environ.items() if name not in _SECRETS}
    home = Path(__file__).resolve().parent.parent
    if home.name not in ("site-packages", "dist-packages"):
        ways = [environment.get("PYTHONPATH", ""), str(home)]
        environment["PYTHONPATH"] = os.pathsep.join(way for way in ways if way)
    return environment


def _understand(folder: EngineFolder, said: bytes) -> None:
    try:
        outcome = json.loads(said)
    except ValueError:
        raise _not_started(folder, folder.last_words() or "its keeper ended without a word") from None
    if "error" in outcome:
        raise _not_started(folder, outcome["error"], outcome.get("hint"))


def _not_started(folder: EngineFolder, cause: str, hint: str | None = None) -> EngineStartError:
    hint = hint or f"{folder.log} tells more; PROVGRAPH_ENGINE_TIMEOUT gives it more seconds to start"
    return EngineStartError(f"the embedded database in {folder.root} did not start: {cause}", hint=hint)
