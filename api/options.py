"""Options that several commands share, and what they turn into."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from api.output import Format
from api.settings import Settings
from cypher.header import Parameter
from graph_model.errors import UsageError


class Label(StrEnum):
    """What a run is known to be."""

    benign = "benign"
    malicious = "malicious"
    unknown = "unknown"


class TokenScope(StrEnum):
    """What a client may do with its token."""

    read = "read"
    write = "write"


class Confidence(StrEnum):
    """How sure a finding must be."""

    weak = "weak"
    likely = "likely"
    confirmed = "confirmed"


_GLOBAL = ("--data", "--uri", "--user", "--database")


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"provgraph {metadata.version('provgraph')}")
        raise typer.Exit


Data = Annotated[Path | None, typer.Option("--data", help="Folder of the embedded database [PROVGRAPH_DATA].")]
Uri = Annotated[str | None, typer.Option("--uri", help="Bolt address of a Neo4j [PROVGRAPH_URI].")]
User = Annotated[str | None, typer.Option("--user", help="User name for --uri [PROVGRAPH_USER].")]
Database = Annotated[str | None, typer.Option("--database", help="Database for --uri [PROVGRAPH_DATABASE].")]
Version = Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")]
Formats = Annotated[Format, typer.Option("--format", help="table for people, json or csv for programs.")]
Parameters = Annotated[list[str] | None, typer.Option("--param", "-p", help="name=value; may be repeated.")]
QueryNames = Annotated[str, typer.Argument(help="Name of a stored query; `provgraph queries` lists them.")]
Outputs = Annotated[Path | None, typer.Option("--output", "-o", help="File to write, else NAME with the usual ending.")]
Limits = Annotated[int | None, typer.Option("--limit", min=1, help="Short for -p limit=…")]
Cases = Annotated[str, typer.Option("--case", help="The incident that EDR logs belong to; keeps incidents apart.")]
Labels = Annotated[Label | None, typer.Option("--label", help="What the runs are.")]
Datasets = Annotated[str | None, typer.Option("--dataset", help="The data set that the runs come from.")]
Confidences = Annotated[Confidence, typer.Option("--min-confidence", help="Least confidence of what is shown.")]


def hoisted(arguments: Sequence[str]) -> list[str]:
    """Global options first, wherever they were given: ``provgraph load x --data d`` works as one would expect."""
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for word in waiting:
        if word == "--":
            rest += [word, *waiting]
        elif word in _GLOBAL:
            front += [word, *([value] if (value := next(waiting, None)) is not None else [])]
        elif word.startswith(tuple(f"{option}=" for option in _GLOBAL)):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def settings(given: dict[str, Any]) -> Settings:
    """Settings from options, then environment."""
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise UsageError(
            f"setting `{name}`: {first['msg']}", hint=f"check PROVGRAPH_{name.upper()} and the option"
        ) from error


def parameters(given: Sequence[str] | None, limit: int | None) -> dict[str, Any]:
    """``name=value`` pairs; values keep their text until the query's declaration says what they are."""
    found: dict[str, Any] = {}
    for pair in given or ():
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise UsageError(f"{pair!r} is no parameter", hint="write it as -p name=value")
        found[name] = value
    if limit is not None:
        found["limit"] = limit
    return found


def described(name: str, parameter: Parameter) -> str:
    """One parameter on one line."""
    default = "required" if parameter.required else f"default {parameter.default!r}"
    return f"{name} ({parameter.type}, {default}): {parameter.doc}"


def reflow(group: typer.Typer) -> None:
    """Make each paragraph of the commands' docstrings one line, which the terminal then breaks where it is full."""
    for command in group.registered_commands:
        paragraphs = inspect.getdoc(command.callback) or ""
        command.help = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs.split("\n\n"))
