"""Cypher as tokens: strings and comments never look like anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cypher import tokens


def texts(text: str) -> list[str]:
    return [token.text for token in tokens.tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RETURN 1 // $x 'y'\n, 2", ["RETURN", "1", ",", "2"]),
        ("/* RETURN\n $x */ n", ["n"]),
        ("'it\\'s // no comment' + \"$x\"", ["'it\\'s // no comment'", "+", '"$x"']),
        ("*0..5", ["*", "0", "..", "5"]),
        ("0x1F 1.5 2e3", ["0x1F", "1.5", "2e3"]),
        ("$`a b`", ["$a b"]),
        ("(:`A B`)", ["(", ":", "A B", ")"]),
        ("<-[r]->", ["<-", "[", "r", "]", "->"]),
        ("a<>b", ["a", "<>", "b"]),
    ],
)
def test_text_becomes_tokens(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_a_token_knows_its_line_and_depth() -> None:
    found = tokens.tokens("MATCH (n\n{uid: [1]})")
    assert [(token.text, token.line, token.depth) for token in found if token.text in ("MATCH", "n", "1", ")")] == [
        ("MATCH", 1, 0),
        ("n", 1, 1),
        ("1", 2, 3),
        (")", 2, 0),
    ]


@pytest.mark.parametrize("text", ["[r:SET]", "[r:X|SET]", "n.set", "1 AS set", "{set: 1}"])
def test_a_name_is_no_keyword(text: str) -> None:
    assert tokens.keywords(tokens.tokens(text), "SET") == []


def test_columns_are_aliases_or_the_expressions_themselves() -> None:
    text = "CALL (n) { RETURN 1 AS x } RETURN DISTINCT n.uid, count(n, [a, b]) AS c, {d: 1, e: 2} AS f ORDER BY c"
    assert [list(branch) for branch in tokens.columns(tokens.tokens(text))] == [["n.uid", "c", "f"]]


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    found = tokens.tokens(text)
    assert len(tokens.around(found)) == len(found)
    tokens.columns(found)
