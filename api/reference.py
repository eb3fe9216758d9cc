"""The reference pages, made from what the code declares: ``python -m api.reference [--check]``.

Schema, stored queries, rules, the calls of a sandbox that are understood, and errors are declared once, in code or in
the headers of ``.cypher`` files. These pages say the same for readers; the test-suite fails when they say it no longer.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

from cypher.catalogue import Query, Rule, queries, rules
from cypher.header import Example, Parameter, Watch
from graph_model import errors, schema
from loaders.cuckoo.calls import counted
from loaders.cuckoo.calls.table import UNDERSTOOD

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
_NOTE = "<!-- Made by `python -m api.reference`; do not edit. -->"
_USAGE = "usage: python -m api.reference [--check]"


def pages() -> dict[str, str]:
    """All reference pages by file name."""
    return {
        "schema.md": _page(schema_page()),
        "queries.md": _page(queries_page()),
        "rules.md": _page(rules_page()),
        "cuckoo-calls.md": _page(calls_page()),
        "errors.md": _page(errors_page()),
    }


def schema_page() -> Iterator[str]:
    """Nodes, relationships and subsets."""
    yield "# Schema"
    yield (
        "Every node also bears the label `Entity` and has a unique `uid`; every relationship has a unique `uid`. "
        "Times are integer microseconds UTC. A property that is not known is absent."
    )
    yield "## Nodes"
    for node in schema.NODES.values():
        yield from _node(node)
    yield "## Relationships"
    yield "Properties that all recorded relationships have:"
    yield _properties(schema.RECORDED)
    yield "Properties that derived relationships have, unless they are said to have fewer:"
    yield _properties(schema.DERIVED)
    for relationship in schema.RELATIONSHIPS.values():
        yield from _relationship(relationship)
    yield "## Subsets"
    yield "Named sets of relationships that queries, screens and clients share."
    yield _table(("Subset", "Relationships"), ((name, _codes(types)) for name, types in schema.SUBSETS.items()))


def _node(kind: schema.NodeKind) -> Iterator[str]:
    yield f"### {kind.label}"
    yield kind.doc + (" A track ends here." if kind.ends_a_track else "")
    yield _properties(kind.properties)


def _relationship(kind: schema.RelationshipKind) -> Iterator[str]:
    yield f"### {kind.type}"
    origin = "derived by rules" if kind.derived else "recorded"
    repeats = "; repeats within one run are merged" if kind.merged else ""
    flow = "; tracking follows it" if kind.flow else ""
    yield f"{kind.doc} It is {origin}{repeats}{flow}."
    yield "\n".join(f"- `(:{start})-[:{kind.type}]->(:{end})`" for start, end in kind.ends)
    common = schema.DERIVED if kind.derived else schema.RECORDED
    own = {name: prop for name, prop in kind.properties.items() if name not in common}
    lacking = [name for name in common if name not in kind.properties]
    if own:
        yield _properties(own)
    if lacking:
        yield f"It has no {_codes(lacking)}."


def _properties(properties: dict[str, schema.Property]) -> str:
    rows = ((f"`{name}`", prop.type, prop.doc) for name, prop in properties.items())
    return _table(("Property", "Type", "Meaning"), rows)


def queries_page() -> Iterator[str]:
    """Every stored query with its parameters and columns."""
    yield "# Stored queries"
    yield "`provgraph query NAME -p parameter=value` answers one; the files paste into Neo4j Browser as they are."
    yield _table(
        ("Query", "Answers"), ((f"[{query.name}](#{query.name})", query.header.summary) for query in queries().values())
    )
    for query in queries().values():
        yield from _query(query)


def _query(query: Query) -> Iterator[str]:
    yield f"## {query.name}"
    yield f"{query.header.summary}. File: `cypher/queries/{query.area}/{query.name}.cypher`."
    if query.header.answer != "rows":
        yield _ANSWERS[query.header.answer]
    yield from _attack(query.header.attack)
    if query.header.params:
        yield _table(("Parameter", "Type", "Default", "Meaning"), map(_parameter, query.header.params.items()))
    yield _columns(query.header.columns)
    yield from _example(query.header.examples)


_ANSWERS = {
    "waves": "The text is one wave of the track; `cypher/waves.py` sends it again for what was just reached.",
    "lineage": "The text is one wave; `cypher/lineage.py` sends it again for what was just reached.",
    "chains": "The text gives the links; `cypher/chains.py` puts the chains together.",
    "paths": "The text is one wave; `cypher/paths.py` sends it again for what was just reached, and finds the paths.",
}


def _parameter(item: tuple[str, Parameter]) -> tuple[str, ...]:
    name, parameter = item
    default = "required" if parameter.required else f"`{json.dumps(parameter.default, ensure_ascii=False)}`"
    return f"`{name}`", parameter.type, default, parameter.doc


def rules_page() -> Iterator[str]:
    """Every rule with what it derives."""
    yield "# Rules"
    yield (
        "Rules derive relationships and movements from what was recorded, stage by stage. "
        "Where several rules derive the same thing, the surest names it, then the most specific."
    )
    rows = (
        (f"[{name}](#{_anchor(name)})", f"`{rule.header.derives}`", str(rule.header.stage), rule.header.summary)
        for name, rule in rules().items()
    )
    yield _table(("Rule", "Derives", "Stage", "When"), rows)
    for name, rule in rules().items():
        yield from _rule(name, rule)


def _rule(name: str, rule: Rule) -> Iterator[str]:
    header = rule.header
    yield f"## {name}"
    yield f"{header.summary}. File: `cypher/rules/{name}.cypher`."
    seen = "the runs just loaded" if header.scope == "run" else "the whole graph"
    yield f"It derives `{header.derives}` in stage {header.stage}, from {seen}; specificity {header.specificity}."
    yield from _attack(header.attack)
    if header.how:
        yield header.how
    if header.watches:
        yield _table(("Watch", "APIs", "Arguments", "Matches"), map(_watch, header.watches))
    yield _columns(header.columns)
    yield from _example(header.examples)


def _watch(watch: Watch) -> tuple[str, ...]:
    matches = f"`{watch.matches}`".replace("|", "\\|") if watch.matches else "any"
    return watch.name, ", ".join(watch.apis), ", ".join(watch.arguments) or "none", matches


def _attack(techniques: list[str]) -> Iterator[str]:
    if techniques:
        links = (f"[{name}](https://attack.mitre.org/techniques/{name.replace('.', '/')}/)" for name in techniques)
        yield f"ATT&CK: {', '.join(links)}."


def _columns(columns: dict[str, str]) -> str:
    return _table(("Column", "Meaning"), ((f"`{name}`", doc) for name, doc in columns.items()))


def _example(examples: list[Example]) -> Iterator[str]:
    """The first example that finds something."""
    found = next((example for example in examples if example.rows), None)
    if found is None:
        return
    yield f"Example: {found.title}."
    yield f"```cypher\n{found.graph.strip()}\n```"
    if found.params:
        yield f"asked with `{json.dumps(found.params, ensure_ascii=False)}` gives, among other columns,"
    else:
        yield "gives, among other columns,"
    yield "```json\n" + "\n".join(json.dumps(row, ensure_ascii=False) for row in found.rows) + "\n```"


def calls_page() -> Iterator[str]:
    """Which calls of a Cuckoo or CAPE report become events, by module, and which are only counted."""
    yield "# Calls of Cuckoo and CAPE"
    yield (
        f"These {len(UNDERSTOOD)} calls are understood: they become events, or tell what a handle stands for. "
        f"Another {len(counted.NAMES)} are known and only counted for their process (`CALLED`). "
        "A call that is neither is counted too, and named in the drift report."
    )
    by_module: dict[str, list[str]] = {}
    for name, handler in UNDERSTOOD.items():
        by_module.setdefault(handler.__module__, []).append(name)
    for module in sorted(by_module):
        yield f"## {module.rsplit('.', 1)[-1]}"
        yield _first_line(sys.modules[module])
        rows = ((f"`{name}`", _first_line(UNDERSTOOD[name])) for name in sorted(by_module[module]))
        yield _table(("Call", "What is made of it"), rows)
    yield "## Only counted"
    yield "What these do has no word in the graph, or is told by another call."
    reasons = ((reason[0].upper() + reason[1:], _codes(sorted(names))) for reason, names in counted.REASONS.items())
    yield _table(("Why", "Calls"), reasons)


def errors_page() -> Iterator[str]:
    """The hierarchy as the module draws it, and what each error says by default."""
    yield "# Errors"
    yield "Every error that is raised on purpose is one line and one `hint:`. The exit code says whose turn it is."
    yield "```text\n" + _drawing(errors) + "\n```"
    base = errors.ProvgraphError
    kinds = [kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, base)]
    rows = ((f"`{kind.__name__}`", str(kind.exit_code), _first_line(kind), kind.default_hint) for kind in kinds)
    yield _table(("Error", "Exit code", "Meaning", "Hint"), rows)


def _drawing(module: ModuleType) -> str:
    """The block after ``::`` in the docstring."""
    lines = inspect.cleandoc(module.__doc__ or "").split("::\n", 1)[1].splitlines()
    block = [line for line in lines if not line or line.startswith(" ")]
    return inspect.cleandoc("\n" + "\n".join(block)).strip()


def _first_line(thing: object) -> str:
    return (inspect.getdoc(thing) or "").strip().split("\n", 1)[0].replace("``", "`")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _codes(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _anchor(title: str) -> str:
    return title.replace("/", "")


def _page(blocks: Iterable[str]) -> str:
    return "\n\n".join((_NOTE, *blocks)) + "\n"


def stale(folder: Path = FOLDER) -> list[str]:
    """Names of the pages that are missing or say something else than the code."""
    return [name for name, text in pages().items() if not _says(folder / name, text)]


def _says(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def write(folder: Path = FOLDER) -> None:
    """Write all pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` only say which are stale; 1 when any is."""
    if arguments not in ([], ["--check"]):
        print(_USAGE, file=sys.stderr)
        return 2
    if not arguments:
        write()
        return 0
    found = stale()
    for name in found:
        print(f"docs/reference/{name} is stale: run `python -m api.reference`", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
