"""The arrows of the house: who may import whom, and who may speak to the database's driver."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAY_IMPORT = {
    "graph_model": set[str](),
    "loaders": {"graph_model"},
    "cypher": {"graph_model"},
    "api": {"graph_model", "loaders", "cypher"},
}
DRIVER = {"graph_model/store.py"}
MONGODB = {f"loaders/cuckoo/mongodb_{part}.py" for part in ("connection", "store", "values")}
PY2NEO = {"graph_model/py2neo_objects.py", "graph_model/py2neo_subgraphs.py"}
MODULES = sorted(path for package in MAY_IMPORT for path in (ROOT / package).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Every module that is imported anywhere in the file, inside of functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield node.module or ""


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_run_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    ours = {module.split(".")[0] for module in imported(path)} & set(MAY_IMPORT)
    assert ours - {package} <= MAY_IMPORT[package]


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_only_the_store_speaks_to_the_driver(path: Path) -> None:
    speaks = any(module.split(".")[0] == "neo4j" for module in imported(path))
    assert not speaks or named(path) in DRIVER


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_only_the_source_for_mongodb_speaks_to_its_driver(path: Path) -> None:
    """The driver is an extra: all else must run without it."""
    speaks = any(module.split(".")[0] in {"pymongo", "bson"} for module in imported(path))
    assert not speaks or named(path) in MONGODB


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_only_what_is_for_notebooks_speaks_to_py2neo(path: Path) -> None:
    """The library is an extra; `graph_model.notebook` imports these when they are asked for."""
    speaks = any(module.split(".")[0] == "py2neo" for module in imported(path))
    assert not speaks or named(path) in PY2NEO
    assert not PY2NEO & {module.replace(".", "/") + ".py" for module in imported(path)}


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_opens_with_why_it_exists(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_packages_hold_no_logic_in_their_first_file(path: Path) -> None:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    assert path.name != "__init__.py" or len(body) == 1, "only a docstring belongs there"


def test_the_packages_of_the_wheel_are_those_of_the_arrows() -> None:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert found == set(MAY_IMPORT)


def test_no_module_imports_in_a_circle() -> None:
    """A circle would have to be patched with imports inside of functions."""
    known = {named(path).removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in MODULES}
    arrows = {name: _top_level(path, set(known)) for name, path in known.items()}
    while arrows:
        free = {name for name, targets in arrows.items() if not targets & set(arrows)}
        assert free, f"a circle among {sorted(arrows)}"
        arrows = {name: targets for name, targets in arrows.items() if name not in free}


def _top_level(path: Path, known: set[str]) -> set[str]:
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = {f"{node.module}.{alias.name}" for alias in node.names} & known
            found |= parts or {node.module or ""}
    return found & known
