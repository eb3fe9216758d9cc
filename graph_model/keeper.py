"""The process that keeps one embedded engine alive exactly as long as somebody uses it.

A command line call, a server and a notebook may use one database folder at the same time, and each may
be killed at any moment. So none of them owns the engine: this small process does. It holds the folder's
lock, runs Java as its child, and keeps one open connection per client. The kernel closes a client's
connection however the client dies; when the last one is closed, the keeper stops Java and goes.

Said over a connection, one line each way, each with a secret from ``engine.json``:

===========  ==========================================================================
``hold``     counts as a client until closed; answered ``ready`` or ``failed REASON``
``status``   answered ``status JSON``
``stop``     ends the engine for all; answered ``stopping``, and closed when it is gone
===========  ==========================================================================
"""

from __future__ import annotations

import argparse
import contextlib
import hmac
import json
import os
import secrets
import selectors
import signal
import socket
import sys
import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import filelock
import psutil

from graph_model.engine_folder import EngineFolder, Record
from graph_model.engine_java import Launch, is_ready, port_of, reserve_port, start_java
from graph_model.errors import EngineStartError, ProvgraphError

STRANGER_SECONDS = 5.0  # how long a connection may stay without showing the token
LINE_LIMIT = 256
LOG_LIMIT = 1_000_000  # bytes; one older log of that size is kept


@dataclass(frozen=True)
class Terms:
    """What the client that starts an engine asks for."""

    memory: str
    statement_timeout: float
    start_timeout: float
    patience: float  # how long to run for a first client that never comes
    grace: float  # how long Java may take to stop before it is killed


class Log:
    """``engine.log``: what Java and the keeper say, in bounded size."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tail: deque[str] = deque(maxlen=60)
        self._open()

    def _open(self) -> None:
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for standard in (1, 2):  # a client's pipes must not stay open in us
            os.dup2(descriptor, standard)
        self.size = os.fstat(descriptor).st_size
        os.close(descriptor)

    def write(self, data: bytes) -> None:
        """Append, and begin a new log where this one is full."""
        self.tail.extend(data.decode("utf-8", "replace").splitlines())
        with contextlib.suppress(OSError):  # a full disk must not end the engine: it reports that itself
            os.write(1, data)
            self.size += len(data)
            if self.size > LOG_LIMIT:
                self.path.replace(self.path.with_suffix(".log.1"))
                self._open()

    def say(self, text: str) -> None:
        """A line of the keeper's own."""
        # Java's lines begin with a line feed and do not end with one.
        self.write(f"\n{datetime.now(UTC):%Y-%m-%d %H:%M:%S} keeper {os.getpid()}: {text}\n".encode())

    def cause(self) -> str:
        """The line that most likely says why Java ended."""
        lines = [line.strip() for line in self.tail if line.strip() and not line.startswith(("\tat ", "- "))]
        telling = [line for line in lines if "Exception" in line or "Error: " in line or " SEVER " in line]
        return next(reversed(telling or lines), "it said nothing").removeprefix("Caused by: ")


class Peer:
    """One connection to the keeper."""

    def __init__(self, link: socket.socket) -> None:
        self.link = link
        self.since = time.monotonic()
        self.heard = b""
        self.verb = ""

    def say(self, *words: str) -> None:
        """Answer with one line; who does not listen is noticed when it closes."""
        with contextlib.suppress(OSError):
            self.link.sendall((" ".join(words) + "\n").encode())


class Keeper:
    """One engine, its clients, and the loop between them."""

    def __init__(self, folder: EngineFolder, terms: Terms, log: Log) -> None:
        self.folder = folder
        self.terms = terms
        self.log = log
        self.selector = selectors.DefaultSelector()
        self.peers: set[Peer] = set()
        self.begun = time.monotonic()
        self.ready = False
        self.end: str | None = None  # why the engine is to stop

    def start(self) -> None:
        """Start Java and publish where it and we are to be found."""
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.listener.setblocking(False)
        self.reserved = [reserve_port(), reserve_port()]
        bolt, self.http_port = (port_of(held) for held in self.reserved)
        launch = Launch(
            bolt_port=bolt,
            http_port=self.http_port,
            password=secrets.token_hex(24),
            reader_password=secrets.token_hex(24),
            memory=self.terms.memory,
            statement_timeout=self.terms.statement_timeout,
        )
        self.java = start_java(self.folder, launch)
        try:
            self.record = self._describe(launch)
            self.folder.write_record(self.record)
        except BaseException:
            self._kill_java()
            raise
        self._watch()

    def _describe(self, launch: Launch) -> Record:
        return Record(
            keeper_pid=os.getpid(),
            keeper_port=self.listener.getsockname()[1],
            token=secrets.token_hex(24),
            answer=secrets.token_hex(24),
            java_pid=self.java.pid,
            java_born=psutil.Process(self.java.pid).create_time(),
            bolt_port=launch.bolt_port,
            password=launch.password,
            reader_password=launch.reader_password,
            started=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    def _watch(self) -> None:
        assert self.java.stdout is not None  # noqa: S101  start_java asked for the pipe
        os.set_blocking(self.java.stdout.fileno(), False)
        self.selector.register(self.java.stdout, selectors.EVENT_READ, self._hear_java)
        self.selector.register(self.listener, selectors.EVENT_READ, self._welcome)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: self.finish("told to by SIGTERM"))

    def run(self) -> None:
        """Serve until there is a reason to end, then end Java."""
        try:
            while self.end is None:
                self._step(1.0 if self.ready else 0.02)
                self._check()
            self.log.say(f"ending: {self.end}")
            self._close()
        finally:
            self._kill_java()

    def _close(self) -> None:
        self.folder.forget()  # before the listener: nobody else is to come
        self.selector.unregister(self.listener)
        self.listener.close()
        self._stop_java()

    def finish(self, reason: str) -> None:
        """Give the loop a reason to end; the first one counts."""
        self.end = self.end or reason

    def _step(self, seconds: float) -> None:
        for key, _ in self.selector.select(seconds):
            if self.end is None:  # nobody is promised an engine that has begun to end
                key.data()

    def _check(self) -> None:
        """Everything that is a matter of time."""
        if self.java.poll() is not None:
            while self._hear_java():  # the reason may still be in the pipe
                pass
            self._fail(f"the engine ended with status {self.java.returncode}: {self.log.cause()}")
        elif not self.ready:
            self._check_start()
        now = time.monotonic()
        for peer in [peer for peer in self.peers if not peer.verb and now - peer.since > STRANGER_SECONDS]:
            self._drop(peer)
        if now - self.begun > self.terms.patience and not self._clients():
            self.finish("no client came")

    def _check_start(self) -> None:
        if is_ready(self.http_port):
            self.ready = True
            self.folder.arguments.unlink(missing_ok=True)
            for held in self.reserved:
                held.close()
            for peer in self._clients():
                peer.say("ready", self.record.answer)
        elif time.monotonic() - self.begun > self.terms.start_timeout:
            self._fail(f"it did not answer within {self.terms.start_timeout:g} s")

    def _fail(self, reason: str) -> None:
        for peer in self._clients():
            peer.say("failed", self.record.answer, reason)
        self.finish(reason)

    def _clients(self) -> list[Peer]:
        return [peer for peer in self.peers if peer.verb == "hold"]

    def _hear_java(self) -> bool:
        assert self.java.stdout is not None  # noqa: S101
        data = self.java.stdout.read(65536)
        if data:
            self.log.write(data)
        elif data == b"":
            with contextlib.suppress(KeyError):  # unregistered before
                self.selector.unregister(self.java.stdout)
        return bool(data)

    def _welcome(self) -> None:
        with contextlib.suppress(OSError):
            link, _ = self.listener.accept()
            link.setblocking(False)
            peer = Peer(link)
            self.peers.add(peer)
            self.selector.register(link, selectors.EVENT_READ, lambda: self._hear(peer))

    def _hear(self, peer: Peer) -> None:
        try:
            data = peer.link.recv(LINE_LIMIT)
        except OSError:  # reset by a killed client
            data = b""
        if not data:
            self._left(peer)
            return
        peer.heard += data
        if b"\n" in peer.heard and not peer.verb:
            self._obey(peer, peer.heard.decode("ascii", "replace").split())
        elif len(peer.heard) > LINE_LIMIT:
            self._drop(peer)

    def _obey(self, peer: Peer, words: list[str]) -> None:
        verb, token = words if len(words) == 2 else ("", "")
        if not hmac.compare_digest(token.encode(), self.record.token.encode()):
            self._drop(peer)
            return
        peer.verb = verb
        if verb == "hold" and self.ready:
            peer.say("ready", self.record.answer)
        elif verb == "status":
            peer.say("status", self.record.answer, json.dumps({"clients": len(self._clients())}))
        elif verb == "stop":
            peer.say("stopping", self.record.answer)
            self.finish("told to stop")

    def _left(self, peer: Peer) -> None:
        """A client is gone; the last one's connection stays open until the engine is gone too."""
        if peer.verb == "hold" and len(self._clients()) == 1:
            self.selector.unregister(peer.link)
            self.finish("the last client is gone")
        else:
            self._drop(peer)

    def _drop(self, peer: Peer) -> None:
        self.selector.unregister(peer.link)
        self.peers.discard(peer)
        peer.link.close()

    def _stop_java(self) -> None:
        """Ask, wait, then kill; its output is read meanwhile, or it would block on the pipe."""
        self.java.terminate()
        deadline = time.monotonic() + self.terms.grace
        while self.java.poll() is None and time.monotonic() < deadline:
            self._hear_java()
            time.sleep(0.01)

    def _kill_java(self) -> None:
        if self.java.poll() is None:
            self.log.say("Java does not end by itself and is killed")
            self.java.kill()
        self.java.wait()


class Starter:
    """The client that started us: it waits on a pipe for one word on how that went."""

    def __init__(self) -> None:
        self.pipe: int | None = os.dup(1)

    def tell(self, outcome: dict[str, str]) -> None:
        """Say it, once, and let go of the pipe, so that the client does not wait for our end."""
        if self.pipe is not None:
            with contextlib.suppress(OSError):  # it may be gone already
                os.write(self.pipe, json.dumps(outcome).encode())
            os.close(self.pipe)
            self.pipe = None


def keep(folder: EngineFolder, terms: Terms, log: Log, starter: Starter) -> None:
    """Own the folder and its engine until the last client is gone."""
    with contextlib.ExitStack() as held:
        if not own(folder, terms.start_timeout, held):
            starter.tell({})
            return
        clear_remains(folder)
        held.callback(folder.forget)
        folder.check_database()
        keeper = Keeper(folder, terms, log)
        keeper.start()
        starter.tell({})
        keeper.run()


def own(folder: EngineFolder, seconds: float, held: contextlib.ExitStack) -> bool:
    """Take the folder's lock; False when another keeper came first and serves already."""
    lock = filelock.FileLock(folder.lock, mode=0o600)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            held.enter_context(lock.acquire(timeout=0))
        except filelock.Timeout:
            record = folder.read_record()
            if record and psutil.pid_exists(record.keeper_pid):
                return False
            time.sleep(0.02)
        else:
            return True
    raise EngineStartError(f"{folder.root} is in use by an engine that is ending and does not end")


def clear_remains(folder: EngineFolder) -> None:
    """End what a killed keeper left; the process id alone proves nothing, it may be another's by now."""
    record = folder.read_record()
    if record is not None:
        with contextlib.suppress(psutil.Error):
            java = psutil.Process(record.java_pid)
            if abs(java.create_time() - record.java_born) < 1:
                java.kill()
                java.wait(10)
    folder.forget()


def detach() -> None:
    """Become nobody's child, with no terminal: a client that lives long need not bury us."""
    os.umask(0o077)
    os.chdir("/")
    if os.fork():
        os._exit(0)
    os.setsid()


def main(arguments: list[str] | None = None) -> int:
    """``python -m graph_model.keeper FOLDER``: what a client runs; people have ``provgraph engine``."""
    parser = argparse.ArgumentParser(prog="graph_model.keeper", description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--memory", default="2g")
    parser.add_argument("--statement-timeout", type=float, default=600.0)
    parser.add_argument("--start-timeout", type=float, default=60.0)
    parser.add_argument("--patience", type=float, default=20.0)
    parser.add_argument("--grace", type=float, default=30.0)
    given = vars(parser.parse_args(arguments))
    folder = EngineFolder(given.pop("folder"))
    detach()
    starter = Starter()
    try:
        log = Log(folder.log)
        keep(folder, Terms(**given), log, starter)
    except ProvgraphError as error:
        starter.tell({"error": error.message, "hint": error.hint})
        return error.exit_code
    except OSError as error:
        starter.tell({"error": f"{folder.root} cannot be used: {error.strerror or error}"})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
