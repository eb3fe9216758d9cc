"""The header of a stored file: TOML in comments, with the Cypher text below it."""

from __future__ import annotations

import pytest

from cypher.header import HeaderError, Parameter, split, value_fits

TEXT = '// /// query\n// summary = "what"\n// [params.n]\n//   type = "integer"\n//\n// ///\n\nRETURN 1\n'


def test_a_header_is_toml_and_the_rest_is_the_text() -> None:
    assert split(TEXT) == ("query", {"summary": "what", "params": {"n": {"type": "integer"}}}, "RETURN 1\n")


def test_a_rule_says_that_it_is_one() -> None:
    assert split(TEXT.replace("query", "rule"))[0] == "rule"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: expected `// /// query` or `// /// rule`"),
        ("RETURN 1", "line 1: expected"),
        ("// /// query\n// summary = 'x'\nRETURN 1\n", "has no end"),
        ("// /// query\nsummary = 'x'\n// ///\n", "line 2: a header line begins with `//`"),
        ("// /// query\n// a = 1\n// = 2\n// c = 3\n// ///\n", "not valid TOML: .*at line 3"),
    ],
)
def test_a_header_that_cannot_be_read_says_where(text: str, message: str) -> None:
    with pytest.raises(HeaderError, match=message):
        split(text)


def test_toml_in_the_text_itself_is_left_alone() -> None:
    text = "// /// query\n// a = 1\n// ///\n// b = 2\nRETURN 1 // ///\n"
    assert split(text)[1:] == ({"a": 1}, "// b = 2\nRETURN 1 // ///\n")


@pytest.mark.parametrize(
    ("type_", "default", "fits"),
    [
        ("string", "x", True),
        ("string", 1, False),
        ("integer", 1, True),
        ("integer", "1", False),
        ("integer", True, False),
        ("float", 1.5, True),
        ("boolean", False, True),
        ("boolean", 0, False),
        ("list[string]", ["x"], True),
        ("list[string]", "x", False),
        ("string", None, True),
    ],
)
def test_a_default_is_of_the_declared_type(type_: str, default: object, fits: bool) -> None:
    assert value_fits(Parameter(type=type_, doc="", default=default), default) is fits  # type: ignore[arg-type]
