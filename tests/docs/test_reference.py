"""The reference pages say what the code declares, about everything that it declares."""

from __future__ import annotations

from pathlib import Path

import pytest

from api import reference
from cypher.catalogue import queries, rules
from graph_model import errors, schema
from loaders.cuckoo.calls import counted
from loaders.cuckoo.calls.table import UNDERSTOOD

PAGES = reference.pages()


def test_the_pages_are_those_that_the_code_makes() -> None:
    assert reference.stale() == [], "run `python -m api.reference`"


def test_nothing_else_lies_in_their_folder() -> None:
    assert {path.name for path in reference.FOLDER.iterdir()} == set(PAGES)


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("schema.md", [f"### {name}\n" for name in (*schema.NODES, *schema.RELATIONSHIPS)]),
        ("schema.md", [f"| {name} |" for name in schema.SUBSETS]),
        ("queries.md", [f"## {name}\n" for name in queries()]),
        ("rules.md", [f"## {name}\n" for name in rules()]),
        ("cuckoo-calls.md", [f"| `{name}` |" for name in UNDERSTOOD]),
        ("cuckoo-calls.md", [f"`{name}`" for name in counted.NAMES]),
        (
            "errors.md",
            [
                f"| `{name}` | {kind.exit_code} |"
                for name, kind in vars(errors).items()
                if isinstance(kind, type) and issubclass(kind, errors.ProvgraphError)
            ],
        ),
    ],
)
def test_everything_that_is_declared_is_there(page: str, names: list[str]) -> None:
    assert names
    assert [name for name in names if name not in PAGES[page]] == []


def test_no_sentence_is_missing() -> None:
    for name, text in PAGES.items():
        assert "|  |" not in text, f"{name}: an empty cell"


def test_a_page_that_is_missing_or_changed_is_stale(tmp_path: Path) -> None:
    assert reference.stale(tmp_path) == list(PAGES)
    reference.write(tmp_path)
    assert reference.stale(tmp_path) == []
    with (tmp_path / "rules.md").open("a", encoding="utf-8") as page:
        page.write("more\n")
    assert reference.stale(tmp_path) == ["rules.md"]


def test_the_command_checks_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reference, "stale", lambda: ["rules.md"])
    assert reference.main(["--check"]) == 1
    assert capsys.readouterr().err == "docs/reference/rules.md is stale: run `python -m api.reference`\n"
    assert reference.main(["--chek"]) == 2
