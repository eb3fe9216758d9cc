"""What a stored text must not hold: writes, unbounded walks, and what one of the two engines answers wrongly."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

from cypher.tokens import Token, around, at, is_keyword, keywords, opens_subquery

Found = Iterator[tuple[int, str]]

_WRITING = ("CREATE", "MERGE", "SET", "DELETE", "DETACH", "REMOVE", "FOREACH", "DROP", "ALTER", "GRANT", "REVOKE")
_SERVER = ("LOAD", "USE", "SHOW", "TERMINATE", "START", "STOP")
_AGGREGATES = frozenset(
    "AVG COLLECT COUNT MAX MIN PERCENTILECONT PERCENTILEDISC STDEV STDEVP SUM".split()  # noqa: SIM905 - reads better
)
_OPENING = ("(", "[", "{")
_ADDRESSES = frozenset({"address", "end", "parameter", "instruction_pointer", "entry_point"})


def forbidden(found: Sequence[Token]) -> Found:
    """Line and message of every construct that must not be there."""
    for check in _CHECKS:
        yield from check(found)


def writes(found: Sequence[Token]) -> Found:
    """Clauses that write, and commands to the server."""
    for index in keywords(found, *_WRITING):
        yield found[index].line, f"`{found[index].word}`: stored texts only read"
    for index in keywords(found, *_SERVER):
        following = found[index + 1] if index + 1 < len(found) else found[index]
        if following.word not in {"", "AS", "IN", "IS", "AND", "OR"}:
            yield found[index].line, f"`{found[index].word} {following.word}`: stored texts only read"
    for index in keywords(found, "CALL"):
        if at(found, index + 1) not in ("(", "{"):
            yield found[index].line, "`CALL` of a procedure: only subqueries are allowed"
    for index in keywords(found, "TRANSACTIONS"):
        yield found[index].line, "`IN TRANSACTIONS`: stored texts only read"


def _unbounded(found: Sequence[Token]) -> Found:
    """``*`` and ``*2..`` of a relationship; ``+``, ``*`` and ``{2,}`` behind one."""
    inner = around(found)
    for index, token in enumerate(found):
        star = token.text == "*" and _in_relationship(found, inner[index])
        quantified = token.text in ("*", "+") and at(found, index - 1) == "->"
        open_ended = token.text == "," and at(found, index + 1) == "}" and found[index - 1].kind == "number"
        if (star and not _has_end(found, index)) or quantified or open_ended:
            yield token.line, "a path of variable length without a greatest length"


def _in_relationship(found: Sequence[Token], bracket: int) -> bool:
    return bracket >= 0 and found[bracket].text == "[" and at(found, bracket - 1) in ("-", "<-")


def _has_end(found: Sequence[Token], star: int) -> bool:
    index = star + 1
    if index < len(found) and found[index].kind == "number":
        index += 1
        if at(found, index) != "..":
            return True
    return at(found, index) == ".." and index + 1 < len(found) and found[index + 1].kind == "number"


def _shortest(found: Sequence[Token]) -> Found:
    for index, token in enumerate(found):
        if is_keyword(found, index, "SHORTEST"):
            yield token.line, "`SHORTEST` is not known to both engines"
        if token.word in ("SHORTESTPATH", "ALLSHORTESTPATHS") and _inline_ends(found, index):
            yield token.line, "`shortestPath` with its ends inline: bind them first"


def _inline_ends(found: Sequence[Token], index: int) -> bool:
    """Whether a node pattern inside says more than a name."""
    inner = around(found)
    inside = itertools.takewhile(lambda place: found[place].depth > found[index].depth, range(index + 2, len(found)))
    return any(
        found[place].text in (":", "{") and at(found, inner[place]) == "(" and inner[place] > index + 1
        for place in inside
    )


def _elsewhere(found: Sequence[Token]) -> Found:
    for index, token in enumerate(found):
        if token.word in ("ELEMENTID", "ID") and at(found, index + 1) == "(" and at(found, index - 1) != ".":
            yield token.line, f"`{token.text}`: identity is `uid`"
        if token.word == "APOC" and at(found, index + 1) == ".":
            yield token.line, "`apoc` is not there on every server"
        if index == 0 and token.word in ("CYPHER", "EXPLAIN", "PROFILE"):
            yield token.line, f"a text must not begin with `{token.word}`"
        if token.text == "$" and at(found, index + 1) == "(":
            yield token.line, "a type or label that is a parameter: one engine ignores it and returns every type"


def _aggregates(found: Sequence[Token]) -> Found:
    """``{n: count(x)}`` and ``n {.*, c: count(x)}``."""
    inner = around(found)
    for index, token in enumerate(found):
        if token.word in _AGGREGATES and at(found, index + 1) == "(" and _in_map(found, inner, index):
            yield token.line, f"`{token.text}()` inside of a map: aggregate first, then make the map"
        if token.word in ("MIN", "MAX") and at(found, index + 1) == "(" and at(found, index + 4) in _ADDRESSES:
            yield token.line, f"`{token.text}()` of an address loses digits: order and take the first"


def _in_map(found: Sequence[Token], inner: list[int], index: int) -> bool:
    bracket = inner[index]
    while bracket >= 0:
        if found[bracket].text == "{":
            return not opens_subquery(found, bracket)
        bracket = inner[bracket]
    return False


def _scans(found: Sequence[Token]) -> Found:
    """Looking up by uid without a label, or with one of several, reads every node on one engine."""
    for index, token in enumerate(found):
        if token.text == "uid" and at(found, index - 1) == "{" and at(found, index + 1) == ":":
            pattern = _pattern_before(found, index - 1)
            if pattern is not None and (":" not in pattern or "|" in pattern):
                yield token.line, "a look-up by uid reads `(:Entity {uid: …})`"


def _pattern_before(found: Sequence[Token], brace: int) -> list[str] | None:
    """What stands between the bracket of a node pattern and its map; ``None`` where it is no node pattern."""
    opening = next((place for place in range(brace - 1, -1, -1) if found[place].text in _OPENING), -1)
    pattern = found[opening + 1 : brace]
    plain = all(token.kind == "name" or token.text in (":", "|", "&") for token in pattern)
    function = opening > 0 and found[opening - 1].kind == "name" and found[opening - 1].word != "MATCH"
    is_node = at(found, opening) == "(" and plain and not function
    return [token.text for token in pattern] if is_node else None


_CHECKS: tuple[Callable[[Sequence[Token]], Found], ...] = (
    writes,
    _unbounded,
    _shortest,
    _elsewhere,
    _aggregates,
    _scans,
)
