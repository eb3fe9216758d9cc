"""The header of a stored ``.cypher`` file: TOML in ``//`` comments, so that the file pastes into Neo4j Browser.

::

    // /// query
    // summary = "One line: the question that it answers"
    // attack = ["T1055"]
    // [params.min_confidence]
    // type = "string"
    // default = "likely"
    // doc = "weak, likely or confirmed"
    // [columns]
    // host = "Name of the host"
    // [[examples]]
    // title = "what it shows"
    // graph = "CREATE (:Process:Entity {uid: 'p'})"
    // rows = [{ host = "…" }]
    // ///

A rule begins with ``// /// rule`` and says what it derives.
"""

from __future__ import annotations

import tomllib
from typing import Any, Literal

import msgspec

ParameterType = Literal["string", "integer", "float", "boolean", "list[string]"]
_PYTHON: dict[str, type] = {"string": str, "integer": int, "float": float, "boolean": bool, "list[string]": list}


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One parameter; ``choices`` are the only texts, ``least`` the smallest number.

    ``names``: what the text is the name of, so that an answer without rows can tell that there is none. ``example``: a
    value to begin with, where one must be given; of the examples that come with provgraph, where it can be.
    """

    type: ParameterType
    doc: str
    choices: list[str] = []
    least: int | None = None
    names: Literal["", "host", "dataset", "case"] = ""
    default: Any = None
    required: bool = False
    example: Any = None


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A small graph and the rows that come of it; rows may name some of the columns only."""

    title: str
    graph: str
    rows: list[dict[str, Any]]
    params: dict[str, Any] = {}


class QueryHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``answer``: how rows come of the text: as they are, by waves in time, as chains put together from links, by
    waves as the lineage of a file, or as paths put together from waves.

    ``table``: the columns that a table on a terminal shows; JSON and CSV always hold all of them.
    ``searches``: what it looks through of which the graph may keep a part only. ``overview``: a table has an overview
    of the behaviour of its runs above it; the columns ``log`` and ``run_uid`` name them.
    """

    summary: str
    columns: dict[str, str]
    examples: list[Example]
    params: dict[str, Parameter] = {}
    attack: list[str] = []
    answer: Literal["rows", "waves", "chains", "lineage", "paths"] = "rows"
    direction: Literal["forward", "backward"] = "forward"
    table: list[str] = []
    searches: Literal["", "texts"] = ""
    overview: bool = False


class Watch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Calls that a rule needs with their arguments: of these APIs, where one of the arguments matches.

    ``arguments`` in lower case without underscores, as all layouts have them in common; ``matches`` is a regular
    expression without regard to case, to be found in one of them, where numbers stand in decimal. Without it every
    call counts. Relationships CALLED_WITH name the watch in ``watched_by``, as `area/rule:name`.
    """

    name: str
    apis: list[str]
    arguments: list[str] = []
    matches: str = ""


class RuleHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``derives`` names the kind; ``stage`` orders rules that build on others; ``specificity`` decides who names it.

    ``scope``: ``run`` when the rule looks at ``$runs`` only, ``graph`` when it looks at everything.
    ``how``: in words, how that works, for answers that explain themselves. ``watches``: the calls that loaders keep
    with their arguments for it.
    """

    summary: str
    derives: str
    columns: dict[str, str]
    examples: list[Example]
    how: str = ""
    attack: list[str] = []
    scope: Literal["run", "graph"] = "run"
    stage: int = 2
    specificity: int = 0
    params: dict[str, Parameter] = {}
    watches: list[Watch] = []


class HeaderError(ValueError):
    """The header cannot be read; the message says where."""


def split(text: str) -> tuple[str, dict[str, Any], str]:
    """Kind (``query`` or ``rule``), header as plain values, and the Cypher text below it."""
    lines = text.splitlines()
    if not lines or not lines[0].startswith("// /// "):
        raise HeaderError("line 1: expected `// /// query` or `// /// rule`")
    kind = lines[0].removeprefix("// /// ").strip()
    try:
        end = lines.index("// ///", 1)
    except ValueError:
        raise HeaderError("the header has no end: a line `// ///`") from None
    toml = "\n".join(["", *(_uncommented(line, number) for number, line in enumerate(lines[1:end], 2))])
    try:
        return kind, tomllib.loads(toml), "\n".join(lines[end + 1 :]).strip() + "\n"
    except tomllib.TOMLDecodeError as error:
        raise HeaderError(f"the header is not valid TOML: {error}") from error


def _uncommented(line: str, number: int) -> str:
    if not line.startswith("//"):
        raise HeaderError(f"line {number}: a header line begins with `//`")
    return line.removeprefix("//").removeprefix(" ")


def value_fits(parameter: Parameter, value: Any) -> bool:
    """Whether a default or example is of the declared type."""
    return value is None or type(value) is _PYTHON[parameter.type]
