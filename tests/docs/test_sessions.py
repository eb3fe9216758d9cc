"""What the pages show of a session at the command line is what the commands print."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("lateral-movement", "lineage", "signers")
_SESSION = re.compile(r"```console\n(\$ provgraph load .*?)```", re.DOTALL)


def steps(page: str) -> list[tuple[str, str]]:
    """Each command of the page's session, with what it is shown to print."""
    (session,) = _SESSION.findall((ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8"))
    commands = (part.partition("\n") for part in session.removeprefix("$ ").split("\n$ "))
    return [(command, printed.strip()) for command, _, printed in commands]


@pytest.mark.parametrize("page", PAGES)
def test_the_page_shows_what_is_printed(page: str, tmp_path: Path) -> None:
    found = {"PROVGRAPH_DATA": str(tmp_path), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for command, printed in steps(page):
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=ROOT,
            env=os.environ | found,
            capture_output=True,
            text=True,
            check=True,
        )
        assert not printed or done.stdout.strip() == printed
