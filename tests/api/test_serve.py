"""The server as a process: how it starts, what it says, and that nothing is left when it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil
import pytest
from helpers.rest import problem

from api.cli import run
from graph_model import embedded

COMMAND = "from api.cli import main; main()"
SLOW = """
import api.serve
from cypher import runner
api.serve._GRACE_SECONDS = 0.5
runner.run = lambda store, *_: store.read(
    "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE a * b % 7 = 8 RETURN count(*)")
"""


@contextmanager
def served(folder: Path, prelude: str = "", *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The server's process and its address."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PROVGRAPH_")}
    command = [sys.executable, "-c", prelude + COMMAND, "--data", str(folder), "serve", "--port", "0", *options]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            assert line.startswith("provgraph serves on http://127.0.0.1:"), line + process.stderr.read()
            yield process, line.split()[3]
        finally:
            process.kill()
            embedded.stop(folder)


def processes_on(folder: Path) -> list[psutil.Process]:
    """Whatever runs for a data folder: the server, the keeper of its engine, the engine."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if str(folder) in process.cmdline() or process.cwd() == str(folder):
                found.append(process)
    return found


def test_sigterm_ends_the_server_and_its_engine(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with served(folder) as (process, address):
        assert httpx.get(f"{address}v1/health").json()["reachable"]
        running = processes_on(folder)
        assert len(running) == 3
        process.terminate()
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "", "")
        _, alive = psutil.wait_procs(running, timeout=30)
        assert not alive


def test_ctrl_c_ends_the_server_while_a_query_runs(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with served(folder, SLOW) as (process, address):
        running = processes_on(folder)
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(httpx.get, f"{address}v1/queries/runs/run", timeout=30)
            time.sleep(1)
            process.send_signal(signal.SIGINT)
            problem(asked.result(), 503, "database-unreachable")
        assert process.communicate(timeout=60) == ("", "")
        assert process.returncode == 0
        _, alive = psutil.wait_procs(running, timeout=30)
        assert not alive


def test_a_port_in_use_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert run(["--data", str(tmp_path / "data"), "serve", "--port", port]) == 2
    said = capsys.readouterr()
    error, hint = said.err.splitlines()
    assert error == f"error: port {port} on 127.0.0.1 is in use"
    assert hint.startswith("hint: ") and "--port" in hint
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])
def test_an_address_that_others_reach_is_refused_without_a_token(
    tmp_path: Path, host: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PROVGRAPH_TOKEN", raising=False)
    assert run(["--data", str(tmp_path / "data"), "serve", "--host", host, "--port", "0"]) == 2
    assert "PROVGRAPH_TOKEN" in capsys.readouterr().err.splitlines()[1]
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("host", ["no such host", "192.0.2.1", "x" * 300, "127.0.0.1:80"])
def test_an_address_that_is_not_ours_is_told_in_one_line(
    tmp_path: Path, host: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROVGRAPH_TOKEN", "t")
    assert run(["--data", str(tmp_path / "data"), "serve", "--host", host, "--port", "0"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_a_database_that_does_not_answer_is_told_before_serving(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--uri", "bolt://127.0.0.1:1", "serve", "--port", "0"]) == 3
    error, hint = capsys.readouterr().err.splitlines()
    assert error.startswith("error: bolt://127.0.0.1:1") and hint.startswith("hint: ")
