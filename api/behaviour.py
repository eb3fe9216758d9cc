"""What a sample did, in a few sentences; the facts come from the stored query ``behaviour``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from api.output import listed, numbered
from cypher import runner
from cypher.answer import Answer, Row
from graph_model.store import Store

RUNS_TOLD = 5  # more of them in one answer, and the overview would hide it
_PROCESSES_TOLD = 5


def above(store: Store, answer: Answer, timeout: float | None = None) -> list[str]:
    """The sentences about the runs that an answer speaks of; each begins with the log where there are several."""
    runs = {row["run_uid"]: row["log"] for row in answer.rows}
    told = []
    for run, log in list(runs.items())[:RUNS_TOLD]:
        told += [f"{log}: {said}" if len(runs) > 1 else said for said in sentences(store, run, timeout)]
    left = len(runs) - RUNS_TOLD
    return [*told, f"Of {numbered(left, 'more run')} no overview is given."] if left > 0 else told


def sentences(store: Store, run_uid: str, timeout: float | None = None) -> list[str]:
    """A few sentences about one run: short, and nothing that is not recorded."""
    facts: dict[str, list[Row]] = defaultdict(list)
    for row in runner.run(store, "behaviour", {"run": run_uid}, timeout).rows:
        facts[row["fact"]].append(row)
    return [
        *_processes(facts),
        *_files(facts),
        *_persistence(facts),
        *_network(facts),
        *_fingerprinting(facts),
        *_signatures(facts),
    ]


def _processes(facts: dict[str, list[Row]]) -> Iterator[str]:
    for row in facts["processes"]:
        yield f"The log shows {numbered(row['number'], 'process', 'processes')}{_named(row)}."
    if not facts["processes"]:
        yield "No process is recorded."
    yield from _each(facts["started"], lambda number: f"started {number}")
    yield from _each(facts["injected"], lambda number: f"injected code into {number}")
    if not facts["injected"]:
        yield "No likely injection of code is recorded."


def _each(rows: list[Row], did: Callable[[str], str]) -> Iterator[str]:
    """A sentence for each of the first processes, and one for the others."""
    for row in rows[:_PROCESSES_TOLD]:
        yield f"{row['subject']} {did(numbered(row['number'], 'process', 'processes'))}{_named(row)}."
    if len(rows) > _PROCESSES_TOLD:
        yield f"{numbered(len(rows) - _PROCESSES_TOLD, 'more process', 'more processes')} did so too."


def _files(facts: dict[str, list[Row]]) -> Iterator[str]:
    programs = facts["programs"]
    for row in facts["written"]:
        of_them = f", {programs[0]['number']:,} of them programs or scripts{_named(programs[0])}" if programs else ""
        yield f"{_were(row, 'file')} written{of_them or _named(row)}."
    for row in facts["deleted"]:
        yield f"{_were(row, 'file')} deleted{_named(row)}."
    if not facts["written"]:
        yield "No writing of files is recorded."


def _persistence(facts: dict[str, list[Row]]) -> Iterator[str]:
    for row in facts["autostart"]:
        yield f"{_were(row, 'registry value')} set by which programs start again with Windows{_named(row)}."
    for row in facts["services"]:
        yield f"{_were(row, 'service')} installed or changed{_named(row)}."


def _network(facts: dict[str, list[Row]]) -> Iterator[str]:
    for row in facts["domains"]:
        yield f"{_were(row, 'domain name')} asked for{_named(row)}."
    for row in facts["addresses"]:
        yield f"Traffic went to or came from {numbered(row['number'], 'address', 'addresses')}{_named(row)}."
    if not facts["domains"] and not facts["addresses"]:
        yield "No network traffic is recorded."


def _fingerprinting(facts: dict[str, list[Row]]) -> Iterator[str]:
    for row in facts["looked for"]:
        yield f"It looked for signs of analysis: {listed(row['names'])}."
    if not any(row["number"] for row in facts["calls"]):
        yield "The log holds no calls: whether anything looked for a sandbox cannot be told."
    elif not facts["looked for"]:
        yield "No call that probably looks for a sandbox, a debugger or a virtual machine is recorded."
    for row in facts["slept"]:
        yield f"Processes asked to sleep {_duration(row['number'])} in all{_named(row)}."


def _duration(milliseconds: int) -> str:
    return f"{milliseconds / 1000:,.0f} s" if milliseconds >= 10_000 else f"{milliseconds:,} ms"


def _signatures(facts: dict[str, list[Row]]) -> Iterator[str]:
    for row in facts["signatures"]:
        matched = numbered(row["number"], "signature")
        yield f"{matched} of the sandbox matched; the most severe first: {listed(row['names'])}."
    if not facts["signatures"]:
        yield "No signature of the sandbox matched, or none is recorded."


def _were(row: Row, one: str, many: str = "") -> str:
    return f"{numbered(row['number'], one, many)} {'was' if row['number'] == 1 else 'were'}"


def _named(row: Row) -> str:
    """The names, and whether there are more of them; nothing where nothing has a name."""
    more = ", …" if row["number"] > len(row["names"]) and row["fact"] != "slept" else ""
    return f": {', '.join(row['names'])}{more}" if row["names"] else ""
