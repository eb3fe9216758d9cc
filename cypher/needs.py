"""What a rule cannot do without: relationship types that its text asks for in any case.

A database that holds none of them needs not plan and run the rule. Most logs bring a few kinds of relationships only,
and planning the texts of all rules takes a fresh engine longer than loading a small log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from cypher.catalogue import Rule
from cypher.tokens import Token, around, at, keywords, tokens
from graph_model import schema

_CLAUSES = ("MATCH", "OPTIONAL", "WHERE", "WITH", "UNWIND", "CALL", "RETURN", "ORDER", "LIMIT")
_RECORDED = frozenset(kind.type for kind in schema.RELATIONSHIPS.values() if not kind.derived)


def can_find(rule: Rule, present: frozenset[str]) -> bool:
    """Whether the rule could find anything where, of what logs record, only these types are present."""
    return all(types & present or not types <= _RECORDED for types in needs(rule.text))


def recorded_types() -> frozenset[str]:
    """The relationship types that logs bring; what rules derive may come while they run."""
    return _RECORDED


@cache
def needs(text: str) -> tuple[frozenset[str], ...]:
    """Of each relationship in a MATCH that is neither optional nor in a subquery, the types of which one must be."""
    found = tokens(text)
    if keywords(found, "UNION", depth=0):
        return ()
    return tuple(types for start in keywords(found, "MATCH", depth=0) for types in _of_match(found, start))


def _of_match(found: Sequence[Token], start: int) -> Iterator[frozenset[str]]:
    if at(found, start - 1).upper() == "OPTIONAL":
        return
    end = next((index for index in keywords(found, *_CLAUSES, depth=0) if index > start), len(found))
    inner = around(found)
    for index in range(start, end):
        if found[index].text == "[" and at(found, index - 1) in ("-", "<-"):
            inside = [token for place, token in enumerate(found[:end]) if inner[place] == index]
            types = frozenset(token.text for token in inside if token.text in schema.RELATIONSHIPS)
            if types and not any(token.text == "*" for token in inside):
                yield types
