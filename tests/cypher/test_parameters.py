"""Parameters: given, else default; names and types are checked, texts from a command line are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cypher.catalogue import Query
from cypher.header import Parameter, QueryHeader
from cypher.parameters import bind, convert
from graph_model.errors import UsageError


def query(**params: Parameter) -> Query:
    header = QueryHeader(summary="", columns={}, examples=[], params=params)
    return Query("stored", "area", header, "RETURN 1", "", Path("stored.cypher"))


HOST = Parameter(type="string", doc="name of a host", default="")
LIMIT = Parameter(type="integer", doc="most rows", default=10)
FILE = Parameter(type="string", doc="a path", required=True)


def test_what_is_not_given_takes_its_default() -> None:
    assert bind(query(host=HOST, limit=LIMIT), {"host": "pc"}) == {"host": "pc", "limit": 10}


def test_a_misspelt_name_is_an_error_that_suggests_the_right_one() -> None:
    with pytest.raises(UsageError) as caught:
        bind(query(host=HOST, limit=LIMIT), {"hots": "pc"})
    assert caught.value.message == "query `stored` has no parameter `hots`"
    assert caught.value.hint == "did you mean `host`?"


def test_a_name_like_no_other_is_an_error_that_lists_them() -> None:
    with pytest.raises(UsageError) as caught:
        bind(query(host=HOST, limit=LIMIT), {"xyz": "pc"})
    assert caught.value.hint == "its parameters: host, limit"


def test_a_query_without_parameters_takes_none() -> None:
    with pytest.raises(UsageError) as caught:
        bind(query(), {"host": "pc"})
    assert caught.value.hint == "its parameters: none"


def test_a_required_parameter_must_be_given() -> None:
    with pytest.raises(UsageError) as caught:
        bind(query(file=FILE), {})
    assert caught.value.message == "query `stored` needs the parameter `file`"
    assert caught.value.hint == "add `-p file=…`: a path"


@pytest.mark.parametrize(
    ("type_", "given", "value"),
    [
        ("string", "x", "x"),
        ("string", 8, "8"),
        ("integer", 8, 8),
        ("integer", "8", 8),
        ("integer", " -8 ", -8),
        ("integer", "0x1F", 31),
        ("float", "0.5", 0.5),
        ("float", 1, 1.0),
        ("boolean", True, True),
        ("boolean", "Yes", True),
        ("boolean", "0", False),
        ("boolean", " FALSE ", False),
        ("list[string]", "a,b", ["a", "b"]),
        ("list[string]", ["a", 1], ["a", "1"]),
        ("list[string]", (), []),
    ],
)
def test_a_value_becomes_its_type(type_: Any, given: object, value: object) -> None:
    converted = convert(Parameter(type=type_, doc=""), given, "it")
    assert (converted, type(converted)) == (value, type(value))


@pytest.mark.parametrize(
    ("type_", "given"),
    [
        ("string", ["x"]),
        ("string", {"x": 1}),
        ("string", None),
        ("integer", "x"),
        ("integer", ""),
        ("integer", "1.5"),
        ("integer", 1.5),
        ("integer", True),
        ("integer", None),
        ("integer", 2**63 - 1),
        ("integer", "-0x8000000000000000"),
        ("float", "x"),
        ("float", None),
        ("boolean", "maybe"),
        ("boolean", 2),
        ("list[string]", 5),
        ("list[string]", [["x"]]),
    ],
)
def test_a_value_that_does_not_fit_is_an_error_with_the_doc_as_hint(type_: Any, given: object) -> None:
    with pytest.raises(UsageError) as caught:
        convert(Parameter(type=type_, doc="what it is for"), given, "parameter `x`")
    assert caught.value.message == f"parameter `x`: {given!r} is no {type_}"
    assert caught.value.hint == "what it is for"
