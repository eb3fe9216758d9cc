"""Which labels, relationship types and properties a Cypher text names, as far as the text alone shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cypher.tokens import Token, around, at, opens_subquery
from graph_model import schema

Named = tuple[str, int]  # a name and its line


@dataclass
class Names:
    """What the text names. ``properties`` come with the kinds of which at least one must declare them."""

    labels: list[Named] = field(default_factory=list)
    types: list[list[Named]] = field(default_factory=list)
    properties: list[tuple[Named, frozenset[str]]] = field(default_factory=list)
    loose: list[Named] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)


def names(found: Sequence[Token]) -> Names:
    """Read labels, types and properties off the tokens."""
    inner = around(found)
    result = Names()
    kinds = _bound(found, inner, result)
    given = _given(found)
    _maps(found, inner, result)
    for index, token in enumerate(found):
        if at(found, index - 1) == "." and token.kind == "name" and at(found, index + 1) != "(":
            owner = found[index - 2].text if found[index - 2].kind == "name" else ""
            known = kinds.get(owner)
            if known:
                result.properties.append(((token.text, token.line), frozenset(known)))
            elif owner not in given:
                result.loose.append((token.text, token.line))
    return result


def _given(found: Sequence[Token]) -> set[str]:
    """Variables that run through the rows of a parameter: ``UNWIND $frontier AS f``."""
    return {
        found[index + 2].text
        for index, token in enumerate(found[:-2])
        if token.kind == "parameter" and found[index + 1].word == "AS" and at(found, index - 1).upper() == "UNWIND"
    }


def _bound(found: Sequence[Token], inner: list[int], result: Names) -> dict[str, set[str]]:
    """Kinds by variable; a variable of any kind is left out. A predicate ``n:File`` adds to what patterns say."""
    kinds: dict[str, set[str]] = {}
    asked: list[tuple[str, set[str]]] = []
    for index, token in enumerate(found):
        if token.text != ":" or not _begins_kinds(found, inner, index):
            continue
        listed = list(_listed(found, index))
        if _is_relationship(found, inner[index]):
            result.types.append(listed)
        else:
            result.labels.extend(listed)
        known = _kinds(name for name, _ in listed)
        if found[index - 1].kind == "name" and _in_pattern(found, inner, index):
            kinds.setdefault(found[index - 1].text, set()).update(known)
        elif found[index - 1].kind == "name":
            asked.append((found[index - 1].text, known))
    for variable, known in asked:
        if variable in kinds:
            kinds[variable] |= known
    return {variable: known for variable, known in kinds.items() if schema.ENTITY not in known}


def _in_pattern(found: Sequence[Token], inner: list[int], colon: int) -> bool:
    """Whether the name before the colon is the variable of a pattern: it comes first in its bracket."""
    return colon - 2 == inner[colon] and at(found, inner[colon]) in ("(", "[")


def _begins_kinds(found: Sequence[Token], inner: list[int], index: int) -> bool:
    """Whether the colon begins labels or types: not that of a map key, and not the second one of ``:A:B``."""
    if inner[index] >= 0 and found[inner[index]].text == "{" and not opens_subquery(found, inner[index]):
        return False
    return at(found, index - 2) not in (":", "|", "&") or found[index - 1].kind != "name"


def _listed(found: Sequence[Token], index: int) -> Iterator[Named]:
    """``:A|B`` and ``:A:B``, one by one."""
    while at(found, index) in (":", "|", "&", "!"):
        index += 1
        if index < len(found) and found[index].kind == "name":
            yield found[index].text, found[index].line
            index += 1


def _is_relationship(found: Sequence[Token], bracket: int) -> bool:
    return at(found, bracket) == "[" and at(found, bracket - 1) in ("-", "<-")


def _kinds(listed: Iterator[str]) -> set[str]:
    """A label beside ``:Entity`` says more than it."""
    found = set(listed)
    return found - {schema.ENTITY} or found


def _maps(found: Sequence[Token], inner: list[int], result: Names) -> None:
    """Keys of maps: properties where the map belongs to a pattern, words of the text's own elsewhere."""
    for index, token in enumerate(found):
        brace = inner[index]
        if token.text != ":" or brace < 0 or found[brace].text != "{" or opens_subquery(found, brace):
            continue
        if at(found, index - 2) not in ("{", ","):
            continue  # a label inside of an expression
        kinds = _pattern_kinds(found, inner, brace)
        if kinds:
            result.properties.append(((found[index - 1].text, found[index - 1].line), frozenset(kinds)))
        else:
            result.keys.add(found[index - 1].text)


def _pattern_kinds(found: Sequence[Token], inner: list[int], brace: int) -> set[str]:
    """The kinds in the pattern that the map closes, as in ``(n:File {uid: x})``."""
    opening = inner[brace]
    if opening < 0 or found[opening].text == "{":
        return set()
    colon = next((index for index in range(opening + 1, brace) if found[index].text == ":"), None)
    if colon is None or colon - opening > 2:
        return set()
    return _kinds(name for name, _ in _listed(found, colon))
