"""A real server that speaks MongoDB's protocol, built from a Go module: nothing but Go need be installed.

FerretDB answers MongoDB's drivers and keeps its data in SQLite files. What it does not hold (numbers that are none,
keys with dots, lists in lists, more than one way to log in) is tested on the bytes that the driver itself makes.

`PROVGRAPH_TEST_MONGODB_URI` names a server to use in its place, a real MongoDB for example. Tests make databases of
their own there and drop them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from filelock import FileLock, Timeout
from servers.neo4j_server import DidNotStartError, Lack

if TYPE_CHECKING:
    from collections.abc import Iterator

_MODULE = Path(__file__).with_name("ferretdb")
_CACHE = Path(__file__).resolve().parents[2] / ".cache" / "ferretdb"
_OWN = "PROVGRAPH_TEST_MONGODB_URI"
_BUILD_SECONDS = 900
_START_SECONDS = 60


def missing() -> str | None:
    """Say in one sentence why no server can run here, or return None when one can."""
    if _OWN in os.environ or _program().is_file() or shutil.which("go"):
        return None
    return f"FerretDB is built with Go, and there is no go: install Go 1.22 or newer, or set {_OWN} to a server."


@contextmanager
def running(workdir: Path) -> Iterator[str]:
    """Give the address of a server for the length of the block; its data and logs are in `workdir`."""
    if sentence := missing():
        raise Lack(sentence)
    if _OWN in os.environ:
        yield _own_server()
        return
    with _started(program(), workdir.resolve()) as uri:
        yield uri


def _own_server() -> str:
    uri = os.environ[_OWN]
    if urlsplit(uri).path.strip("/"):
        raise Lack(f"{_OWN} names a database, and tests use their own: leave it out, and name authSource if need be.")
    return uri


def program() -> Path:
    """Return the server's program, built once per checkout and state of its source."""
    built = _program()
    if built.is_file():
        return built
    built.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(built.with_name("lock"), timeout=_BUILD_SECONDS):
            if not built.is_file():
                _build(built)
    except Timeout as error:
        raise Lack(f"Another run has been building FerretDB for {_BUILD_SECONDS} s: wait for it.") from error
    return built


def _program() -> Path:
    sources = [_MODULE / name for name in ("go.mod", "go.sum", "main.go")]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    return _CACHE / digest[:16] / "ferretdb"


def _build(built: Path) -> None:
    """Build into a folder beside it and rename at the end, so that the program is whole or not there."""
    with tempfile.TemporaryDirectory(dir=built.parent, prefix="part-") as part:
        target = Path(part) / built.name
        _go(target)
        target.rename(built)


def _go(target: Path) -> None:
    """Without C: SQLite's translation to Go needs no compiler of the machine's."""
    go = shutil.which("go")
    if not go:
        raise Lack(missing())
    command = [go, "build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags=-s -w", "-o", str(target), "."]
    environment = os.environ | {"CGO_ENABLED": "0", "GOFLAGS": ""}
    try:
        subprocess.run(
            command,
            cwd=_MODULE,
            env=environment,
            check=True,
            timeout=_BUILD_SECONDS,
            capture_output=True,
            text=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise Lack(f"Go could not build FerretDB: {_complaint(error)}") from error


def _complaint(error: subprocess.CalledProcessError | subprocess.TimeoutExpired) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"not done after {error.timeout} s."
    return (error.stderr.strip().splitlines() or [f"it ended with {error.returncode}."])[-1]


@contextmanager
def _started(executable: Path, home: Path) -> Iterator[str]:
    """Start it with a pipe as its input, which closes with this process, however that ends."""
    data = home / "data"
    data.mkdir(parents=True)
    with (home / "address").open("wb") as address, (home / "console.log").open("wb") as console:
        process = subprocess.Popen([executable, data], stdin=subprocess.PIPE, stdout=address, stderr=console)
    try:
        yield _ready(process, home)
    finally:
        process.kill()
        process.communicate()
        shutil.rmtree(data, ignore_errors=True)


def _ready(process: subprocess.Popen[bytes], home: Path) -> str:
    """Wait for the line with the address: it listens by then."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        line = (home / "address").read_text(encoding="utf-8")
        if line.endswith("\n"):
            return line.strip()
        if process.poll() is not None:
            raise _did_not_start(home, f"it ended with {process.returncode}")
        time.sleep(0.02)
    raise _did_not_start(home, f"it names no address after {_START_SECONDS} s")


def _did_not_start(home: Path, reason: str) -> DidNotStartError:
    log = (home / "console.log").read_text(encoding="utf-8", errors="replace").splitlines()
    quoted = "\n".join(log[-40:])
    return DidNotStartError(f"FerretDB did not come up: {reason}\n{quoted}")
