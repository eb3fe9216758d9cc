"""What the page on notebooks shows is what Python prints, on every engine that it speaks of."""

from __future__ import annotations

import doctest
from collections.abc import Iterator

import pytest
from conftest import ENGINES, EXAMPLES, ROOT, Engines, emptied

from api.load import Progress, load_found
from loaders.finding import find
from loaders.protocol import Context

NETWORKX, PY2NEO = (ROOT / "docs" / "notebook.md").read_text(encoding="utf-8").split("## py2neo", 1)


@pytest.fixture(params=ENGINES)
def shown(request: pytest.FixtureRequest, engines: Engines, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The part of the page that holds for an engine, which the environment names and which holds the examples."""
    bolt = engines.bolt(request.param)
    with bolt.store() as store:
        emptied(store)
        load_found(store, find([EXAMPLES / "cuckoo", EXAMPLES / "mark2"], 1 << 30), Context(), Progress())
    for name in ("uri", "user", "password", "database"):
        monkeypatch.setenv(f"PROVGRAPH_{name.upper()}", getattr(bolt, name))
    yield NETWORKX if request.param == "embedded" else NETWORKX + PY2NEO
    with bolt.store() as store:
        emptied(store)


def test_the_page_shows_what_python_prints(shown: str) -> None:
    session = doctest.DocTestParser().get_doctest(shown, {}, "notebook.md", "notebook.md", 0)
    assert len(session.examples) > 10
    told: list[str] = []
    failed, tried = doctest.DocTestRunner().run(session, out=told.append)
    assert failed == 0, "".join(told)
    assert tried == len(session.examples)
