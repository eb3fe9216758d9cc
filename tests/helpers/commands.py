"""The provgraph command as a user runs it: another process, its own data folder."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from graph_model.embedded import EmbeddedEngine

_ALONE = {"PROVGRAPH_URI", "PROVGRAPH_DATA", "PROVGRAPH_TOKEN", "PROVGRAPH_USER", "PROVGRAPH_PASSWORD"}


def environment(data: Path) -> dict[str, str]:
    """The environment without the user's own settings, with this data folder."""
    kept = {name: value for name, value in os.environ.items() if name not in _ALONE}
    return {**kept, "PROVGRAPH_DATA": str(data), "COLUMNS": "160", "PYTHONWARNINGS": "default"}


def arguments(*words: str | Path) -> list[str]:
    """How to start the command with the interpreter that runs the tests."""
    return [sys.executable, "-c", "from api.cli import main; main()", *map(str, words)]


def provgraph(
    data: Path, *words: str | Path, stdin: str | None = None, extra: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run(
        arguments(*words),
        env=environment(data) | (extra or {}),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        encoding="utf-8",
    )


@contextmanager
def kept_open(data: Path) -> Iterator[Path]:
    """The data folder with its engine held open, so that commands begin at once; all of it is gone at the end."""
    with EmbeddedEngine(data):
        yield data
    assert gone(data)


def begun(data: Path, *words: str | Path) -> subprocess.Popen[bytes]:
    """Start it and go on."""
    return subprocess.Popen(
        arguments(*words), env=environment(data), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def processes_of(data: Path) -> list[psutil.Process]:
    """Processes whose command line or working folder speaks of the data folder, the tests' own aside."""
    found = []
    for process in psutil.process_iter():
        try:
            words = " ".join(process.cmdline())
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
        if process.pid != os.getpid() and str(data) in words:
            found.append(process)
    return found


def gone(data: Path, seconds: float = 60) -> bool:
    """Whether all of them end within the time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not processes_of(data):
            return True
        time.sleep(0.1)
    return False
