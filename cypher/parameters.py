"""Values for the parameters of a query: checked by name and type, read from text where a command line gives them."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any

from cypher.catalogue import Query
from cypher.header import Parameter
from graph_model.errors import UsageError
from graph_model.reduction import MAX_INTEGER

_TRUE, _FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


def bind(query: Query, given: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters of the query: given, else default; unknown, missing or ill-typed ones are errors."""
    declared = query.header.params
    for name in given:
        if name not in declared:
            near = difflib.get_close_matches(name, declared, n=1)
            names = ", ".join(declared) or "none"
            hint = f"did you mean `{near[0]}`?" if near else f"its parameters: {names}"
            raise UsageError(f"query `{query.name}` has no parameter `{name}`", hint=hint)
    return {name: _value(query, name, parameter, given) for name, parameter in declared.items()}


def _value(query: Query, name: str, parameter: Parameter, given: Mapping[str, Any]) -> Any:
    if name in given:
        return convert(parameter, given[name], f"parameter `{name}` of `{query.name}`")
    if parameter.required:
        hint = f"add `-p {name}=…`: {parameter.doc}"
        raise UsageError(f"query `{query.name}` needs the parameter `{name}`", hint=hint)
    return parameter.default


def convert(parameter: Parameter, value: Any, what: str) -> Any:
    """The value as the declared type, within its bounds."""
    try:
        found = _CONVERTERS[parameter.type](value)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{what}: {value!r} is no {parameter.type}", hint=parameter.doc) from error
    if parameter.choices and found not in parameter.choices:
        raise UsageError(f"{what}: {value!r} is none of {', '.join(parameter.choices)}", hint=parameter.doc)
    if parameter.least is not None and found < parameter.least:
        raise UsageError(f"{what}: {value} is less than {parameter.least}", hint=parameter.doc)
    return found


def _integer(value: Any) -> int:
    if isinstance(value, (bool, float)):
        raise TypeError
    number = int(value, 0) if isinstance(value, str) else int(value)
    if abs(number) >= MAX_INTEGER:  # one below the databases' greatest, since the runner asks for one row more
        raise ValueError
    return number


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in _TRUE | _FALSE:
        return text in _TRUE
    raise ValueError


def _string(value: Any) -> str:
    if value is None or isinstance(value, (dict, list)):
        raise TypeError
    return str(value)


def _strings(value: Any) -> list[str]:
    parts = value.split(",") if isinstance(value, str) else list(value)
    return [_string(part) for part in parts]


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "string": _string,
    "integer": _integer,
    "float": float,
    "boolean": _boolean,
    "list[string]": _strings,
}
