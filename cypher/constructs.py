"""What a stored text must not hold: writes, unbounded walks, and what one of the two engines does not answer rightly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from cypher.tokens import Token, around, at, is_keyword, keywords, opens_subquery

Found = Iterator[tuple[int, str]]

_WRITING = ("CREATE", "MERGE", "SET", "DELETE", "DETACH", "REMOVE", "FOREACH", "DROP", "ALTER", "GRANT", "REVOKE")
_SERVER = ("LOAD", "USE", "SHOW", "TERMINATE", "START", "STOP")
_AGGREGATES = frozenset(
    "AVG COLLECT COUNT MAX MIN PERCENTILECONT PERCENTILEDISC STDEV STDEVP SUM".split()  # noqa: SIM905 - reads better
)
_ADDRESSES = frozenset({"address", "end", "parameter", "instruction_pointer", "entry_point"})


def forbidden(found: Sequence[Token]) -> Found:
    """Line and message of every construct that must not be there."""
    for check in _CHECKS:
        yield from check(found)


def _writes(found: Sequence[Token]) -> Found:
    for index in keywords(found, *_WRITING, *_SERVER):
        if at(found, index + 1) not in ("(", ".", ",", ")") or found[index].word == "FOREACH":
            yield found[index].line, f"`{found[index].word}`: stored texts only read"
    for index in keywords(found, "CALL"):
        if at(found, index + 1) not in ("(", "{"):
            yield found[index].line, "`CALL` of a procedure: only subqueries are allowed"
    for index in keywords(found, "TRANSACTIONS"):
        yield found[index].line, "`IN TRANSACTIONS`: stored texts only read"


def _unbounded(found: Sequence[Token]) -> Found:
    """``*``, ``*2..`` and the quantifiers ``+``, ``*`` and ``{2,}`` of a path pattern."""
    inner = around(found)
    for index, token in enumerate(found):
        star = token.text == "*" and token.kind == "symbol"
        bracket = inner[index]
        if star and at(found, bracket) == "[" and at(found, bracket - 1) in ("-", "<-") and not _has_end(found, index):
            yield token.line, "a path of variable length without a greatest length"
        quantified = at(found, index - 1) in (")", "->") and at(found, index + 1) in ("(", "-", "<-")
        if token.text in ("*", "+") and quantified and at(found, index - 1) == "->":
            yield token.line, "a quantified path without a greatest length"
        if token.text == "," and at(found, index + 1) == "}" and found[index - 1].kind == "number":
            yield token.line, "a quantified path without a greatest length"


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
    inside = [at_ for at_ in range(index + 2, len(found)) if found[at_].depth > found[index].depth]
    return any(
        found[at_].text in (":", "{") and at(found, inner[at_]) == "(" and inner[at_] > index + 1 for at_ in inside
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
        if token.text != "uid" or at(found, index - 1) != "{" or opens_subquery(found, index - 1):
            continue
        opening = next((at_ for at_ in range(index - 2, -1, -1) if found[at_].text in ("(", "[", "{")), -1)
        pattern = [part.text for part in found[opening + 1 : index - 1]]
        if at(found, opening) == "(" and (":" not in pattern or "|" in pattern) and len(pattern) <= 1 + 2 * len(pattern):
            yield token.line, "a look-up by uid reads `(:Entity {uid: …})`"


_CHECKS: tuple[Callable[[Sequence[Token]], Found], ...] = (
    _writes,
    _unbounded,
    _shortest,
    _elsewhere,
    _aggregates,
    _scans,
)
