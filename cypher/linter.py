"""Reads every stored file and says what is wrong with it: ``python -m cypher.linter``.

The examples in the headers are run by the test-suite; all that can be seen without a database is looked at here:
header, parameters, columns, names of the schema, and that the text only reads, is bounded and is ordered.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from cypher import constructs, patterns, tokens
from cypher.catalogue import FOLDER, Picture, Query, Rule, read_picture, read_query, read_rule
from cypher.header import value_fits
from cypher.patterns import Named
from cypher.tokens import Token
from graph_model import schema
from graph_model.errors import ProvgraphError

Stored = Query | Rule
Found = Iterator[tuple[int, str]]

_ATTACK = re.compile(r"T\d{4}(\.\d{3})?\Z")
_MENTIONED = re.compile(r"\bT\d[\d.]*\w*")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_SQUASHED = re.compile(r"[a-z0-9]+\Z")
_LINE = re.compile(r"line (\d+)")
# parameters that the runner itself takes, and those that it gives to the text, by kind of answer
_TAKEN = {
    "rows": set[str](),
    "waves": {"from", "until", "limit"},
    "chains": {"max_hops", "limit"},
    "lineage": {"file", "limit"},
    "paths": {"from", "to", "shortest", "max_hops", "limit"},
}
_GIVEN = {
    "rows": set[str](),
    "waves": {"frontier", "cap"},
    "chains": set[str](),
    "lineage": {"frontier", "cap", "alike"},
    "paths": {"frontier", "cap"},
}
_STEP_FUNCTIONS = frozenset({"COLLECT", "COALESCE", "HEAD"})


class Problem(NamedTuple):
    """What is wrong, and where."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def lint(folder: Path = FOLDER) -> list[Problem]:
    """All problems of the files in ``queries``, ``browser/pictures`` and ``rules`` of this folder, by path and line."""
    problems: list[Problem] = []
    queries = list(_readable(folder / "queries", read_query, problems))
    pictures = list(_readable(folder / "browser" / "pictures", read_picture, problems))
    rules = list(_readable(folder / "rules", read_rule, problems))
    for stored in (*queries, *pictures, *rules):
        problems += [Problem(stored.path, line, message) for line, message in _in_file(stored)]
    problems += _clashes(queries)
    problems += _split_scopes(rules)
    return sorted(problems)


def _readable(folder: Path, read: Callable[[Path], Stored], problems: list[Problem]) -> Iterator[Stored]:
    for path in sorted(folder.rglob("*.cypher")):
        try:
            yield read(path)
        except (ProvgraphError, UnicodeDecodeError) as error:
            line = _LINE.search(str(error))
            problems.append(Problem(path, int(line[1]) if line else 1, str(error)))


def _in_file(stored: Stored) -> Found:
    text = tokens.tokens(stored.source)
    for check in (_name, _attack, _examples, _defaults, _parameters, _returned, _schema, _order):
        yield from check(stored, text)
    yield from constructs.forbidden(text)
    if isinstance(stored, Rule):
        yield from _rule(stored, text)
    else:
        yield from _query(stored, text)


def _line_of(stored: Stored, text: str) -> int:
    """The first line that holds this text."""
    lines = stored.source.splitlines()
    return next((number for number, line in enumerate(lines, 1) if text in line), 1)


def _name(stored: Stored, _: list[Token]) -> Found:
    if not _NAME.match(stored.name):
        yield 1, f"the file name `{stored.name}` is not in lower case with hyphens"
    if not stored.header.summary.strip() or "\n" in stored.header.summary:
        yield _line_of(stored, "summary"), "the summary is not one line"


def _attack(stored: Stored, text: list[Token]) -> Found:
    for technique in stored.header.attack:
        if not _ATTACK.match(technique):
            yield _line_of(stored, "attack"), f"`{technique}` is no ATT&CK id"
    for token in text:
        for mentioned in _MENTIONED.findall(token.text) if token.kind == "string" else ():
            if not _ATTACK.match(mentioned):
                yield token.line, f"`{mentioned}` is no ATT&CK id"


def _examples(stored: Stored, _: list[Token]) -> Found:
    examples = stored.header.examples
    if not any(example.rows for example in examples):
        yield 1, "no example finds something"
    if all(example.rows for example in examples):
        yield 1, "no example finds nothing"
    for title, number in Counter(example.title for example in examples).items():
        if number > 1:
            yield _line_of(stored, title), f"{number} examples are called `{title}`"
    for example in examples:
        line = _line_of(stored, example.title)
        yield from _undeclared(line, "parameter", set(example.params), set(stored.header.params))
        shown = {name for row in example.rows for name in row}
        yield from _undeclared(line, "column", shown, set(stored.header.columns))
        required = {name for name, parameter in stored.header.params.items() if parameter.required}
        for name in sorted(required - set(example.params)):
            yield line, f"the example `{example.title}` lacks the parameter `{name}`"
        yield from _known(patterns.names(tokens.tokens(example.graph, line)), f"the example `{example.title}`: ")


def _undeclared(line: int, what: str, used: set[str], declared: set[str]) -> Found:
    for name in sorted(used - declared):
        yield line, f"the {what} `{name}` is not declared"


def _defaults(stored: Stored, _: list[Token]) -> Found:
    for name, parameter in stored.header.params.items():
        line = _line_of(stored, f"[params.{name}]")
        for what, value in (("default", parameter.default), ("example", parameter.example)):
            if not value_fits(parameter, value):
                yield line, f"the {what} of `{name}` is no {parameter.type}"
        if parameter.required == (parameter.default is not None):
            yield line, f"`{name}` must be required or have a default, and not both"
        if parameter.required != (parameter.example is not None):
            yield line, f"`{name}` must have an example if it is required, and only then"


def _parameters(stored: Stored, text: list[Token]) -> Found:
    used = {token.text[1:]: token.line for token in reversed(text) if token.kind == "parameter"}
    given, taken = {"runs"}, set[str]()
    if isinstance(stored, Query):
        given, taken = _GIVEN[stored.header.answer], _TAKEN[stored.header.answer]
    declared = set(stored.header.params)
    for name in sorted(set(used) - declared - given):
        yield used[name], f"the parameter `${name}` is used and not declared"
    for name in sorted(declared - set(used) - taken):
        yield _line_of(stored, f"[params.{name}]"), f"the parameter `{name}` is declared and not used"
    for name in sorted(taken - declared):
        yield 1, f"the parameter `{name}` is needed for this kind of answer and not declared"


def _returned(stored: Stored, text: list[Token]) -> Found:
    branches = tokens.columns(text)
    if not branches:
        yield len(stored.source.splitlines()), "there is no RETURN"
        return
    last = text[tokens.keywords(text, "RETURN", depth=0)[-1]].line
    for branch in branches[:-1]:
        if list(branch) != list(branches[-1]):
            yield last, "the branches of the UNION return different columns"
    if isinstance(stored, Rule) or stored.header.answer == "rows":
        yield from _columns_differ(last, list(stored.header.columns), list(branches[-1]))


def _columns_differ(line: int, declared: list[str], returned: list[str]) -> Found:
    for name in declared:
        if name not in returned:
            yield line, f"the column `{name}` is declared and not returned"
    for name in returned:
        if name not in declared:
            yield line, f"the column `{name}` is returned and not declared"
    if sorted(declared) == sorted(returned) and declared != returned:
        yield line, "the columns are declared in another order than they are returned"


def _schema(_: Stored, text: list[Token]) -> Found:
    yield from _known(patterns.names(text), "")


def _known(names: patterns.Names, where: str) -> Found:
    for label, line in names.labels:
        if label not in schema.NODES and label != schema.ENTITY:
            yield line, f"{where}the schema has no label `{label}`"
    for type_, line in (named for listed in names.types for named in listed):
        if type_ not in schema.RELATIONSHIPS:
            yield line, f"{where}the schema has no relationship `{type_}`"
    for (name, line), kinds in names.properties:
        known = [declared for declared in map(declared_by, kinds) if declared is not None]
        if known and not any(name in declared for declared in known):
            yield line, f"{where}`{name}` is no property of {' or '.join(sorted(kinds))}"
    yield from _loose(names.loose, names.keys, where)


def _loose(named: list[Named], keys: set[str], where: str) -> Found:
    """A property of something whose kind the text does not show: some kind, or a map of the text, must have it."""
    anything = declared_by(schema.ENTITY) or set()
    anything = anything.union(*(kind.properties for kind in schema.RELATIONSHIPS.values()), keys)
    for name, line in named:
        if name not in anything:
            yield line, f"{where}nothing in the schema has a property `{name}`"


def declared_by(kind: str) -> set[str] | None:
    """The properties of a label or relationship type; ``None`` where there is no such kind."""
    if kind == schema.ENTITY:
        return {"uid"}.union(*(node.properties for node in schema.NODES.values()))
    if kind in schema.NODES:
        return {"uid", *schema.NODES[kind].properties}
    return set(schema.RELATIONSHIPS[kind].properties) if kind in schema.RELATIONSHIPS else None


def _order(_: Stored, text: list[Token]) -> Found:
    """Rows come in one order everywhere: before every LIMIT, and at the end."""
    for index in tokens.keywords(text, "LIMIT"):
        if not _ordered_before(text, index):
            yield text[index].line, "LIMIT without ORDER BY: which rows are kept is left to chance"
    for index in tokens.keywords(text, "RETURN", depth=0):
        ends = [end for end in tokens.keywords(text, "UNION", depth=0) if end > index]
        branch = text[index : ends[0] if ends else len(text)]
        if not tokens.keywords(branch, "ORDER", depth=0):
            yield text[index].line, "RETURN without ORDER BY: the order of the rows is left to chance"


def _ordered_before(text: list[Token], limit: int) -> bool:
    depth = text[limit].depth
    clauses = [at for at in tokens.keywords(text, "ORDER", "WITH", "RETURN", depth=depth) if at < limit]
    return bool(clauses) and text[clauses[-1]].word == "ORDER"


def _query(query: Query, text: list[Token]) -> Found:
    yield from _undeclared(_line_of(query, "table"), "column", set(query.header.table), set(query.header.columns))
    if query.header.overview:
        missing = {"log", "run_uid"} - set(query.header.columns)
        yield from ((_line_of(query, "overview"), f"an overview needs the column `{name}`") for name in sorted(missing))
    if query.header.answer == "rows":
        yield from _bounded(text, by_number=isinstance(query, Picture))
    if query.header.answer in ("waves", "paths"):
        yield from _flow(text)


def _bounded(text: list[Token], *, by_number: bool) -> Found:
    """A picture without other parameters bounds itself by a number: then one statement draws it at once."""
    limits = tokens.keywords(text, "LIMIT", depth=0)
    bound = tokens.at(text, limits[-1] + 1) if limits else ""
    if bound != "$limit" and not (by_number and bound.isdecimal()):
        yield text[-1].line, "no `LIMIT $limit`: the answer has no bound"
    elif any(index > limits[-1] for index in tokens.keywords(text, "MATCH", "CALL", depth=0)):
        yield text[-1].line, "after `LIMIT $limit` the text reads on: the answer has no bound"


def _flow(text: list[Token]) -> Found:
    followed = [listed for listed in patterns.names(text).types if len(listed) > 1]
    if not followed:
        yield 1, "no relationship is followed"
    for listed in followed:
        found, flow = {name for name, _ in listed}, set(schema.SUBSETS["FLOW"])
        for name in sorted(flow - found):
            yield listed[0][1], f"tracking does not follow `{name}`, which is in FLOW"
        for name in sorted(found - flow):
            yield listed[0][1], f"tracking follows `{name}`, which is not in FLOW"


def _rule(rule: Rule, text: list[Token]) -> Found:
    kind, line = rule.header.derives, _line_of(rule, "derives")
    relationship, node = schema.RELATIONSHIPS.get(kind), schema.NODES.get(kind)
    if relationship is None and node is None:
        yield line, f"the schema has no `{kind}`"
    elif (relationship and not relationship.derived) or (node and "rule" not in node.properties):
        yield line, f"`{kind}` is recorded, not derived"
    else:
        yield from _rule_columns(rule, text)
    if rule.header.stage < 0:
        yield _line_of(rule, "stage"), "the stage is less than 0"
    yield from _watches(rule, text)
    looks_at_runs = any(token.kind == "parameter" and token.text == "$runs" for token in text)
    if looks_at_runs != (rule.header.scope == "run"):
        yield _line_of(rule, "scope"), "scope `run` goes with `$runs`, scope `graph` without"


def _watches(rule: Rule, text: list[Token]) -> Found:
    """What a header watches can be looked for, and the text speaks of it."""
    prefix = f"'{rule.area}/{rule.name}:"
    for watch in rule.header.watches:
        line = _line_of(rule, f'name = "{watch.name}"')
        if not _NAME.match(watch.name) or not watch.apis:
            yield line, f"the watch `{watch.name}` has no name in lower case with hyphens, or no APIs"
        if watch.matches and not watch.arguments:
            yield line, f"the watch `{watch.name}` says what arguments match, and names none"
        for name in watch.arguments:
            if not _SQUASHED.match(name):
                yield line, f"the argument `{name}` is not in lower case without underscores"
        try:
            re.compile(watch.matches)
        except re.error as error:
            yield line, f"what the watch `{watch.name}` matches is no regular expression: {error}"
    speaks = any(token.kind == "string" and token.text.startswith(prefix) for token in text)
    if speaks != bool(rule.header.watches):
        yield 1, f"the text and the watches do not belong together: `{prefix}…'` in one of them only"


def _rule_columns(rule: Rule, text: list[Token]) -> Found:
    """What is derived can be written: its ends or key, properties of the schema, links, and lists of steps."""
    kind, columns = rule.header.derives, (tokens.columns(text) or [{}])[-1]
    needed = {"key"} if kind in schema.NODES else {"source", "target"}
    for name in sorted(needed - set(columns)):
        yield 1, f"what is derived has no `{name}`"
    known = needed | (declared_by(kind) or set()) | _links(kind)
    steps = _step_names(text)
    for name, expression in columns.items():
        if name not in known and not _holds_steps(expression, steps):
            yield _line_of(rule, f"// {name} ="), f"`{name}` is no property of {kind} and holds no steps"


def _links(label: str) -> set[str]:
    """Derived relationships that a derived node of this label may have."""
    kinds = schema.RELATIONSHIPS.values()
    return {kind.type for kind in kinds if kind.derived and any(label in ends for ends in kind.ends)}


def _step_names(text: list[Token]) -> set[str]:
    """Names that stand for relationships or lists of them, followed through every WITH."""
    found = {
        tokens.at(text, index + 1)
        for index, token in enumerate(text)
        if token.text == "[" and tokens.at(text, index - 1) in ("-", "<-") and tokens.at(text, index + 2) == ":"
    }
    for index in tokens.keywords(text, "WITH", "RETURN"):
        end = next((at for at in range(index + 1, len(text)) if _ends_clause(text, at, text[index].depth)), len(text))
        for item in tokens.parts(text, index + 1, end):
            name, expression = tokens.named(item)
            if _holds_steps(expression, found):
                found.add(name)
    return found


def _ends_clause(text: list[Token], index: int, depth: int) -> bool:
    words = ("MATCH", "OPTIONAL", "UNWIND", "WITH", "WHERE", "RETURN", "ORDER", "LIMIT", "CALL", "UNION")
    return text[index].depth < depth or (text[index].depth == depth and tokens.is_keyword(text, index, *words))


def _holds_steps(expression: list[Token], steps: set[str]) -> bool:
    """Whether the value is made of relationships: a name that is one, outside of functions that give something else."""
    inner = tokens.around(expression)
    for index, token in enumerate(expression):
        if token.kind != "name" or token.text not in steps or tokens.at(expression, index + 1) in (".", ":"):
            continue
        opening = inner[index]
        function = expression[opening - 1].word if opening > 0 and expression[opening].text == "(" else ""
        if function in _STEP_FUNCTIONS or not function:
            return True
    return False


def _clashes(queries: list[Stored]) -> Iterator[Problem]:
    seen: dict[str, Stored] = {}
    for stored in queries:
        first = seen.setdefault(stored.name, stored)
        if first is not stored:
            yield Problem(stored.path, 1, f"`{first.area}` has a query of this name already")


def _split_scopes(rules: list[Stored]) -> Iterator[Problem]:
    """Rules of one stage that derive one kind are brought up to date together, so they look at the same runs."""
    scopes: dict[tuple[int, str], str] = {}
    for stored in rules:
        if isinstance(stored, Rule):
            header = stored.header
            if scopes.setdefault((header.stage, header.derives), header.scope) != header.scope:
                yield Problem(stored.path, _line_of(stored, "scope"), "another rule of this stage has another scope")


def main() -> int:
    """Print the problems; 1 when there are any."""
    problems = lint()
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
