"""What is shipped: the wheel, in an environment that holds nothing else, away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from conftest import EXAMPLES, ROOT


def run(*words: str | Path, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, env=env, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment with only the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    run(*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("provgraph-*.whl")
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    constraints = ROOT / "constraints.txt"
    run(python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "-c", constraints, wheel, cwd=folder)
    return python.parent


def test_the_installed_command_loads_queries_and_exports(installed: Path, tmp_path: Path) -> None:
    command = installed / "provgraph"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PROVGRAPH_", "PYTHON"))}
    env = {**kept, "PROVGRAPH_DATA": str(tmp_path / "data")}
    run(command, "load", EXAMPLES / "cuckoo", EXAMPLES / "mark2", cwd=tmp_path, env=env)
    found = json.loads(run(command, "query", "injection-paths", "--format", "json", cwd=tmp_path, env=env).stdout)
    assert [3292, 3428, 3604] in [row["pids"] for row in found]
    moves = json.loads(run(command, "query", "lateral-movement", "--format", "json", cwd=tmp_path, env=env).stdout)
    assert [row["target_process"] for row in moves] == ["rundll32.exe"]
    run(command, "export", "html", "injection-paths", "-o", "paths.html", cwd=tmp_path, env=env)
    assert "iexplore.exe" in (tmp_path / "paths.html").read_text(encoding="utf-8")
    names = {row["name"] for row in json.loads(run(command, "queries", "--format", "json", cwd=tmp_path).stdout)}
    assert len(names) >= 15


def test_the_wheel_needs_no_test_tools(installed: Path, tmp_path: Path) -> None:
    listed = run(installed / "python", "-m", "pip", "list", "--format", "json", cwd=tmp_path).stdout
    names = {package["name"].lower() for package in json.loads(listed)}
    assert not names & {"pytest", "hypothesis", "ruff", "mypy"}
