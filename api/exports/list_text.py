"""A block list as text for firewalls and hosts files, or as CSV or JSON for programs."""

from __future__ import annotations

import io
import json
from dataclasses import asdict

from api.exports.block_list import BlockList, Indicator
from api.output import ListFormat, numbered, one_line, write_csv
from cypher.answer import Answer
from graph_model.schema import NOT_RECORDED

_NOWHERE = "0.0.0.0"  # noqa: S104 - where a hosts file sends names that shall lead nowhere


def written(listed: BlockList, fmt: ListFormat, answer: Answer) -> str:
    """The list as text of this format; the parameters of the query stand in its head, and whether a limit cut it."""
    if fmt is ListFormat.json:
        return json.dumps([asdict(found) for found in listed.indicators], ensure_ascii=False, indent=2) + "\n"
    if fmt is ListFormat.csv:
        file = io.StringIO()
        write_csv(file, list(Indicator.__annotations__), [asdict(found) for found in listed.indicators])
        return file.getvalue()
    prefix = f"{_NOWHERE} " if fmt is ListFormat.hosts else ""
    given = ", ".join(f"{name}={value}" for name, value in answer.parameters.items() if value and name != "limit")
    lines = [f"# provgraph block list: {listed.counts()}", f"# asked with {one_line(given)}", f"# {_extent(answer)}"]
    for found in listed.indicators:
        lines += [f"# {_said(found)}", prefix + found.indicator]
    return "\n".join(lines) + "\n"


def _extent(answer: Answer) -> str:
    limit = answer.parameters["limit"]
    if answer.truncated:
        return f"NOT COMPLETE: more was contacted than the limit of {limit:,} let through; raise it with -p limit=…"
    return f"complete: the limit of {limit:,} cut nothing off"


def _said(found: Indicator) -> str:
    ports = f" ({', '.join(found.ports)})" if found.ports else ""
    return (
        f"{found.kind}{ports}: {numbered(found.samples, 'sample')} in {numbered(found.runs, 'run')}, "
        f"{_days(found)}, evidence {', '.join(found.evidence[:2])}"
    )


def _days(found: Indicator) -> str:
    """The days are enough for readers; CSV and JSON have the times."""
    first, last = (time if time == NOT_RECORDED else time[:10] for time in (found.first_seen, found.last_seen))
    return first if first == last else f"{first} to {last}"
