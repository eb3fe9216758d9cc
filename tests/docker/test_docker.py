"""The container files: real linters find no fault in them and the faults in others, and what they say is so.

No engine runs here. What would run in the container runs as a process: its command, its environment, its health check.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import ROOT, Engines
from servers.neo4j_server import lts

from api.settings import Settings

FOLDER = ROOT / "docker"
DOCKERFILE = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
TOKEN = "a-token-of-the-test"


def check(*files: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([FOLDER / "check", *files], capture_output=True, text=True, check=False, timeout=600)


@pytest.fixture(scope="module")
def resolved() -> dict[str, Any]:
    """The compose file as an engine would be asked for it."""
    done = check()
    assert done.returncode == 0, done.stdout + done.stderr
    done = compose_config({"PROVGRAPH_PASSWORD": "checked", "PROVGRAPH_TOKEN": "checked"})
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def compose_config(given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """What the check's own program says of our file; the newest, where others are left from before."""
    programs = (ROOT / ".cache" / "docker").glob("*/compose-check")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PROVGRAPH_")}
    command = [max(programs, key=lambda path: path.stat().st_mtime), FOLDER / "compose.yaml"]
    return subprocess.run(command, env=kept | given, capture_output=True, text=True, check=False, timeout=60)


# --- the linters ---


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("USER 10001:10001", "USER root", "DL3002"),
        ("WORKDIR /tmp\n", "WORKDIR tmp\n", "DL3000"),
        ("python:3.12-slim-bookworm\n", "python\n", "DL3006"),
        ('CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]', "CMD serve --host 0.0.0.0", "DL3025"),
        ("USER 10001", "RUN apt-get install curl\nUSER 10001", "DL3008"),
    ],
)
def test_a_fault_in_the_dockerfile_is_found(tmp_path: Path, before: str, after: str, rule: str) -> None:
    assert before in DOCKERFILE
    wrong = tmp_path / "Dockerfile"
    wrong.write_text(DOCKERFILE.replace(before, after))
    done = check(wrong)
    assert done.returncode == 1
    assert rule in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("mem_limit", "mem_limt", "mem_limt"),
        ("service_healthy", "service_helthy", "depends_on.neo4j.condition"),
        ("  neo4j-logs:\n", "", "undefined volume neo4j-logs"),
        ("read_only: true", "privileged: true", "CL-0002"),
        ("127.0.0.1:8000", "0.0.0.0:8000", "CL-0005"),
        ("cap_drop: [ALL]", "cap_drop: [MKNOD]", "CL-0006"),
        ("no-new-privileges:true", "no-new-privileges:false", "CL-0003"),
    ],
)
def test_a_fault_in_the_compose_file_is_found(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in COMPOSE
    wrong = tmp_path / "compose.yaml"
    wrong.write_text(COMPOSE.replace(before, after))
    done = check(FOLDER / "Dockerfile", wrong)
    assert done.returncode == 1
    assert said in done.stdout + done.stderr


# --- what they promise ---


def test_the_api_can_change_nothing_and_answers_nobody_outside(resolved: dict[str, Any]) -> None:
    api = resolved["services"]["api"]
    assert api["read_only"] is True
    assert api["cap_drop"] == ["ALL"]
    assert api["security_opt"] == ["no-new-privileges:true"]
    assert [mount.partition(":")[0] for mount in api["tmpfs"]] == ["/tmp"]
    assert "volumes" not in api
    assert api["depends_on"]["neo4j"]["condition"] == "service_healthy"
    for service in resolved["services"].values():
        assert {port["host_ip"] for port in service["ports"]} == {"127.0.0.1"}
        assert int(service["mem_limit"]) > 1 << 30


def test_neo4j_keeps_its_data_and_its_memory_fits(resolved: dict[str, Any]) -> None:
    neo4j = resolved["services"]["neo4j"]
    assert neo4j["image"] == f"neo4j:{lts()}-community"
    assert {mount["target"]: mount["type"] for mount in neo4j["volumes"]} == {"/data": "volume", "/logs": "volume"}
    sizes = neo4j["environment"]
    heap, cache = (sizes[f"NEO4J_server_memory_{name}"] for name in ("heap_max__size", "pagecache_size"))
    assert (int(heap.removesuffix("g")) + int(cache.removesuffix("g"))) << 30 < int(neo4j["mem_limit"])
    assert "cypher-shell" in neo4j["healthcheck"]["test"][1]
    assert neo4j["environment"]["NEO4J_AUTH"] == "neo4j/checked"


@pytest.mark.parametrize("name", ["PROVGRAPH_PASSWORD", "PROVGRAPH_TOKEN"])
def test_without_its_secrets_nothing_starts(resolved: dict[str, Any], name: str) -> None:
    assert resolved
    done = compose_config({"PROVGRAPH_PASSWORD": "x", "PROVGRAPH_TOKEN": "y"} | {name: ""})
    assert done.returncode == 1
    assert name in done.stderr


def test_settings_in_the_files_are_settings_of_ours(resolved: dict[str, Any]) -> None:
    known = {f"PROVGRAPH_{name.upper()}" for name in Settings.model_fields}
    used = {name for name in resolved["services"]["api"]["environment"] if name.startswith("PROVGRAPH_")}
    example = set(re.findall(r"^(PROVGRAPH_\w+)=", (FOLDER / "env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert used <= known
    assert example == {"PROVGRAPH_PASSWORD", "PROVGRAPH_TOKEN"} <= used


def test_what_is_copied_is_enough_to_build_the_wheel(tmp_path: Path) -> None:
    """And the list of what goes to the builder holds it."""
    copied = [name for line in re.findall(r"^COPY (?!--)(.*)$", DOCKERFILE, re.MULTILINE) for name in line.split()[:-1]]
    allowed = set(
        re.findall(r"^!(.*)$", (FOLDER / "Dockerfile.dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert set(copied) == allowed
    for name in copied:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--wheel-dir", tmp_path / "wheels", tmp_path], check=True, timeout=300)
    (wheel,) = (tmp_path / "wheels").iterdir()
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {"api/cli.py", "api/exports/assets/page.html", "cypher/queries/injection/injections.cypher"} <= names


# --- what would run ---


def health_check(port: int) -> int:
    (command,) = re.findall(r"^    CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    _, *arguments = json.loads(command)
    here = [argument.replace(":8000/", f":{port}/") for argument in arguments]
    return subprocess.run([sys.executable, *here], capture_output=True, check=False, timeout=30).returncode


@contextmanager
def contained(environment: dict[str, str], port: int) -> Iterator[subprocess.Popen[str]]:
    """The command of the image with this environment, and nothing of ours."""
    (entry,) = re.findall(r"^ENTRYPOINT (\[.*\])$", DOCKERFILE, re.MULTILINE)
    (command,) = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert json.loads(entry) == ["provgraph"]
    arguments = [word.replace("8000", str(port)) for word in json.loads(command)]
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    program = f"import sys; sys.argv[1:] = {arguments!r}; from api.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, env=kept | environment, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_the_command_serves_neo4j_and_the_health_check_tells(engines: Engines, resolved: dict[str, Any]) -> None:
    bolt, port = engines.bolt(f"neo4j-{lts()}"), free_port()
    here = {"PROVGRAPH_URI": bolt.uri, "PROVGRAPH_PASSWORD": bolt.password, "PROVGRAPH_TOKEN": TOKEN}
    environment = resolved["services"]["api"]["environment"] | here
    assert health_check(port) != 0
    with contained(environment, port) as process:
        assert process.stderr is not None
        assert "serves on http://0.0.0.0:" in process.stderr.readline()
        assert health_check(port) == 0
        asked = f"http://127.0.0.1:{port}/v1/queries"
        assert httpx.get(asked).status_code == 401
        assert httpx.get(asked, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_the_command_refuses_to_start_without_a_token(engines: Engines) -> None:
    bolt = engines.bolt(f"neo4j-{lts()}")
    with contained({"PROVGRAPH_URI": bolt.uri, "PROVGRAPH_PASSWORD": bolt.password}, free_port()) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "a token is required" in said
