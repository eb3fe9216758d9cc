"""Cypher text as tokens: enough to read names, parameters and clauses without being fooled by strings and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, cast

Kind = Literal["name", "parameter", "string", "number", "symbol"]

_PATTERN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
       |(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
       |(?P<parameter>\$(?:[A-Za-z_]\w*|`[^`]+`))
       |(?P<name>[A-Za-z_]\w*|`[^`]+`)
       |(?P<number>0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
       |(?P<space>\s+)
       |(?P<symbol>\.\.|->|<-|<=|>=|<>|\+=|=~|.)""",
    re.VERBOSE | re.DOTALL,
)
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_NAMES_FOLLOW = frozenset({".", ":", "|", "&", "!"})  # what follows these is a name, even where it looks like a keyword
_SUBQUERY_WORDS = frozenset({"EXISTS", "COUNT", "COLLECT", "CALL"})


@dataclass(frozen=True)
class Token:
    """One token; ``depth`` counts the brackets around it, and a bracket itself lies outside of what it encloses."""

    kind: Kind
    text: str
    line: int
    depth: int

    @property
    def word(self) -> str:
        """The text in capitals, for keywords and functions; empty for anything but a name."""
        return self.text.upper() if self.kind == "name" else ""


def tokens(text: str, first_line: int = 1) -> list[Token]:
    """All tokens, without white space and comments."""
    return list(_tokens(text, first_line))


def _tokens(text: str, line: int) -> Iterator[Token]:
    depth = 0
    for match in _PATTERN.finditer(text):
        kind, found = match.lastgroup, match.group()
        if kind in ("name", "parameter", "string", "number", "symbol"):
            depth -= kind == "symbol" and found in _CLOSE
            plain = found.replace("`", "") if kind in ("name", "parameter") else found
            yield Token(cast(Kind, kind), plain, line, depth)
            depth += kind == "symbol" and found in _OPEN
        line += found.count("\n")


def at(found: Sequence[Token], index: int) -> str:
    """The text of a token, empty outside of the text."""
    return found[index].text if 0 <= index < len(found) else ""


def is_keyword(found: Sequence[Token], index: int, *words: str) -> bool:
    """Whether the token is one of these keywords, and no label, type, property, alias or key of that name."""
    if found[index].word not in words or at(found, index + 1) == ":":
        return False
    return at(found, index - 1) not in _NAMES_FOLLOW and at(found, index - 1).upper() != "AS"


def keywords(found: Sequence[Token], *words: str, depth: int | None = None) -> list[int]:
    """Where these keywords stand, at one depth or at all."""
    return [
        index for index, token in enumerate(found) if depth in (None, token.depth) and is_keyword(found, index, *words)
    ]


def opens_subquery(found: Sequence[Token], index: int) -> bool:
    """Whether this brace opens a subquery; otherwise it opens a map."""
    return at(found, index - 1) == ")" or at(found, index - 1).upper() in _SUBQUERY_WORDS


def around(found: Sequence[Token]) -> list[int]:
    """For each token, the index of the innermost bracket around it, or -1."""
    inner: list[int] = []
    stack = [-1]
    for index, token in enumerate(found):
        if token.kind == "symbol" and token.text in _CLOSE and len(stack) > 1:
            stack.pop()
        inner.append(stack[-1])
        if token.kind == "symbol" and token.text in _OPEN:
            stack.append(index)
    return inner


def parts(found: Sequence[Token], start: int, end: int) -> list[list[Token]]:
    """The tokens between two places, cut at the commas that lie as deep as the first of them."""
    cut: list[list[Token]] = [[]]
    for token in found[start:end]:
        if token.text == "," and token.kind == "symbol" and token.depth == found[start].depth:
            cut.append([])
        else:
            cut[-1].append(token)
    return [part for part in cut if part]


def columns(found: Sequence[Token]) -> list[dict[str, list[Token]]]:
    """For each branch of a UNION, the columns of its RETURN with the expressions behind them."""
    return [_returned(found, index) for index in keywords(found, "RETURN", depth=0)]


def _returned(found: Sequence[Token], index: int) -> dict[str, list[Token]]:
    end = next((at_ for at_ in keywords(found, "ORDER", "LIMIT", "SKIP", "UNION", depth=0) if at_ > index), len(found))
    start = index + (2 if at(found, index + 1).upper() == "DISTINCT" else 1)
    return dict(named(item) for item in parts(found, start, end))


def named(item: list[Token]) -> tuple[str, list[Token]]:
    """Name and expression of one item of a RETURN or WITH."""
    if len(item) > 2 and item[-2].word == "AS":
        return item[-1].text, item[:-2]
    return "".join(token.text for token in item), item
