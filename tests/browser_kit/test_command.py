"""`provgraph browser-kit`: what it writes, what it never overwrites, and what it serves."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

import pytest

from api import browser_kit
from cypher.browser import kit
from graph_model.errors import UsageError


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "api.cli", "browser-kit", *arguments], capture_output=True, text=True, check=False
    )


def test_it_writes_the_kit_and_says_so(tmp_path: Path) -> None:
    done = run(str(tmp_path / "new" / "kit"))
    assert done.returncode == 0, done.stderr
    written = [Path(line) for line in done.stdout.splitlines()]
    assert {path.name: path.read_bytes() for path in written} == kit.files()


def test_an_older_kit_is_replaced(tmp_path: Path) -> None:
    browser_kit.write(tmp_path)
    (tmp_path / kit.STYLE).write_text("older")
    browser_kit.write(tmp_path)
    assert (tmp_path / kit.STYLE).read_bytes() == kit.files()[kit.STYLE]


@pytest.mark.parametrize("name", [kit.GUIDE, browser_kit.NOTE])
def test_a_file_of_somebody_else_is_not_replaced(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('{"mine": 1}')
    done = run(str(tmp_path))
    assert done.returncode == 2
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["error", "hint"]
    assert name in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == '{"mine": 1}'


@pytest.mark.parametrize("below", [False, True])
def test_a_file_is_no_folder(tmp_path: Path, below: bool) -> None:
    file = tmp_path / "file"
    file.write_text("")
    done = run(str(file / "kit" if below else file))
    assert done.returncode == 2
    assert "no folder for the kit" in done.stderr
    assert "hint: name a folder" in done.stderr


def test_a_note_that_claims_too_much_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / browser_kit.NOTE).write_text(json.dumps({"made_by": "somebody", "files": [kit.GUIDE]}))
    (tmp_path / kit.GUIDE).write_text("mine")
    with pytest.raises(UsageError, match="not a file of a kit"):
        browser_kit.write(tmp_path)


def test_the_guide_is_served_to_another_origin_and_nothing_else_is() -> None:
    with browser_kit.serving(0) as url:
        with urllib.request.urlopen(f"{url}?some=thing") as answer:
            assert answer.read() == kit.files()[kit.GUIDE]
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
        with pytest.raises(HTTPError) as refused:
            urllib.request.urlopen(url.replace(kit.GUIDE, "../pyproject.toml"))
        refused.value.close()
        assert refused.value.code == 404


def test_a_port_that_is_taken_is_told() -> None:
    with browser_kit.serving(0) as url:
        port = int(url.split(":")[2].split("/")[0])
        with pytest.raises(UsageError, match=f"port {port}"), browser_kit.serving(port):
            pass
