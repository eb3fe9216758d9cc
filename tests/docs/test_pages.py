"""What the pages promise about files and commands is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from api.cli import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
_COMMAND = re.compile(r"`provgraph ([a-z][a-z-]*)")
_CODE = re.compile(r"```.*?```", re.DOTALL)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    assert [target for target in _LINK.findall(text) if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_that_are_named_exist(page: Path) -> None:
    known = set(typer.main.get_group(app).commands)
    assert set(_COMMAND.findall(page.read_text(encoding="utf-8"))) <= known


def test_concepts_stay_short() -> None:
    assert len((ROOT / "docs" / "concepts.md").read_text(encoding="utf-8").splitlines()) <= 200
