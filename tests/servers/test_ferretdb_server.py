"""The MongoDB that other tests rest on: it answers, only to this machine, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from conftest import IN_CI
from pymongo import MongoClient
from servers import ferretdb_server
from servers.ferretdb_server import Lack, missing, running

OWN = "PROVGRAPH_TEST_MONGODB_URI"
PARENT = """\
import sys, time
from pathlib import Path
from servers.ferretdb_server import running
with running(Path(sys.argv[1])) as uri:
    print(uri, flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def no_server_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(OWN, raising=False)


@pytest.fixture
def uri(tmp_path: Path) -> Iterator[str]:
    try:
        with running(tmp_path) as found:
            yield found
    except Lack as lack:
        pytest.fail(str(lack)) if IN_CI else pytest.skip(str(lack))


def test_it_keeps_what_it_is_given(uri: str) -> None:
    with MongoClient[dict[str, int]](uri) as client:
        client["cuckoo"]["analysis"].insert_one({"number": 7})
        assert [found["number"] for found in client["cuckoo"]["analysis"].find()] == [7]


def test_only_this_machine_reaches_it(uri: str) -> None:
    port = urlsplit(uri).port
    listening = [
        found.laddr.ip
        for child in psutil.Process().children()
        for found in child.net_connections("tcp")
        if found.status == psutil.CONN_LISTEN and found.laddr.port == port
    ]
    assert listening == ["127.0.0.1"]


def test_it_ends_with_the_block_and_its_data_with_it(tmp_path: Path) -> None:
    if sentence := missing():
        pytest.fail(sentence) if IN_CI else pytest.skip(sentence)
    before = set(psutil.Process().children())
    with running(tmp_path):
        (child,) = set(psutil.Process().children()) - before
    assert not child.is_running()
    assert not (tmp_path / "data").exists()


def test_it_ends_with_a_test_run_that_is_killed(tmp_path: Path) -> None:
    if sentence := missing():
        pytest.fail(sentence) if IN_CI else pytest.skip(sentence)
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    tests = Path(__file__).resolve().parents[1]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent)])}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        assert parent.stdout.readline().startswith(b"mongodb://127.0.0.1:")
        (child,) = psutil.Process(parent.pid).children()
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the server outlives the run that started it"
        time.sleep(0.05)


def test_a_machine_without_go_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(ferretdb_server, "_CACHE", tmp_path / "never built")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("go") is None
    with pytest.raises(Lack, match=f"install Go .* or set {OWN}"), running(tmp_path):
        pass


def test_a_server_of_the_users_must_not_name_a_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(OWN, "mongodb://somewhere/precious")
    with pytest.raises(Lack, match="names a database"), running(tmp_path):
        pass
