"""Every dependency has its reason written down."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = list(project["project"]["dependencies"])
    for extra in project["project"]["optional-dependencies"].values():
        listed += extra
    return set(map(_name, [*listed, *project["build-system"]["requires"]])) - {"provgraph"}


def _name(requirement: str) -> str:
    return re.split(r"[\s\[<>=!~;@]", requirement, maxsplit=1)[0]


def explained() -> set[str]:
    return set(re.findall(r"^\| `([^`]+)` \|", TEXT, flags=re.MULTILINE))


@pytest.mark.parametrize("name", sorted(declared()))
def test_a_dependency_is_explained(name: str) -> None:
    assert name in explained(), f"docs/dependencies.md does not say what {name} is for"


def test_what_is_explained_is_a_dependency() -> None:
    assert explained() - declared() == set()
