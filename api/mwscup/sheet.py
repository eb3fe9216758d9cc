"""What the graph knows of the injections of one run: pairs of processes, their calls by tag, and chains of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any

from api.behaviour import sentences
from cypher import runner
from cypher.answer import Answer, Row
from graph_model.errors import ProvgraphError
from graph_model.schema import CONFIDENCES, NOT_RECORDED
from graph_model.store import Store

TAGS = ("[PROC]", "[MEM]", "[WRITE]", "[EXEC]")
STEPS = "injection-steps"
_CHAINS = "injection-paths"
_LOOKS = "fingerprinting"
_CALL = re.compile(r"[0-9a-f]{8}:(.+#\d+)\Z")
_MOST_STEPS = 100_000
_ANOTHER = (
    "the report changed meanwhile, or the database holds another one of the same task and start: take a database of "
    "its own with --data; else this is a fault of provgraph, please report it"
)
_PAIR = ("injector_uid", "target_uid")


@dataclass(frozen=True)
class Quote:
    """One citation: the call as the report prints it, or only its name where the log has no calls to quote."""

    citation: str
    api: str
    returned: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """``API=>return value``, as the task writes it."""
        return f"{self.api}=>{self.returned}" if self.returned else self.api


@dataclass
class Step:
    """One recorded operation; ``further`` when it stands beside the injection and is no part of it."""

    tag: str
    kind: str
    further: bool
    apis: list[str]
    citations: list[str]
    address: str | None = None
    size: int | None = None
    protection: str | None = None
    quotes: list[Quote] = field(default_factory=list)


@dataclass
class Pair:
    """An injector and its target; of one that is ``cut`` not all steps were looked at."""

    facts: Row
    steps: list[Step]
    cut: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from other pairs."""
        return self.facts["injector_uid"], self.facts["target_uid"]

    @property
    def injection(self) -> str:
        """Technique and confidence."""
        return f"{self.facts['technique']} {self.facts['confidence']}"

    def tagged(self, tag: str) -> list[Step]:
        """The steps that belong into this section of the sheet."""
        return [step for step in self.steps if step.tag == tag and not step.further]

    @property
    def further(self) -> list[Step]:
        """What else is recorded."""
        return [step for step in self.steps if step.further]


@dataclass
class Sheet:
    """The sheet of one run; ``weaker`` pairs are known and not shown, ``truncated`` pairs and steps neither.

    ``behaviour`` are sentences about what the sample did, ``looks`` the rows of its fingerprinting of the sandbox.
    ``lacks`` says what the log does not hold, and which question that leaves open. Only a ``quotable`` one has
    ``calls``.
    """

    run: str
    name: str
    where: str
    pairs: list[Pair]
    weaker: int
    truncated: bool
    chains: list[Row]
    answer: Answer
    behaviour: list[str] = field(default_factory=list)
    looks: list[Row] = field(default_factory=list)
    lacks: list[tuple[str, str]] = field(default_factory=list)
    quotable: bool = True
    calls: int = 0

    @property
    def short(self) -> str:
        """The run as citations name it."""
        return self.run[:8]

    def steps(self) -> Iterator[tuple[Pair, Step]]:
        """Every step of every pair."""
        return ((pair, step) for pair in self.pairs for step in pair.steps)


def place_of(citation: str) -> str | None:
    """The call within its run (``3972.0#25``), or ``None`` where the citation names no call."""
    found = _CALL.match(citation)
    return found[1] if found else None


def gather(store: Store, run: str, where: str, min_confidence: str, timeout: float | None) -> Sheet:
    """Ask the graph."""
    answer = runner.run(store, STEPS, {"run": run, "min_confidence": CONFIDENCES[0], "limit": _MOST_STEPS}, timeout)
    known = [_pair(list(rows)) for _, rows in groupby(answer.rows, key=lambda row: [row[name] for name in _PAIR])]
    if answer.truncated and known:
        known[-1].cut = True
    least = CONFIDENCES.index(min_confidence)
    pairs = [pair for pair in known if CONFIDENCES.index(pair.facts["confidence"]) >= least]
    return Sheet(
        run=run,
        name=where.rpartition("/")[2],
        where=where,
        pairs=pairs,
        weaker=len(known) - len(pairs),
        truncated=answer.truncated,
        chains=_chains(store, pairs, min_confidence, timeout),
        answer=answer,
        behaviour=sentences(store, run, timeout),
        looks=runner.run(store, _LOOKS, {"run": run}, timeout).rows,
    )


def _pair(rows: list[Row]) -> Pair:
    return Pair(rows[0], [_step(row) for row in rows])


def _step(row: Row) -> Step:
    return Step(
        tag=row["tag"],
        kind=row["step"],
        further=row["part"] != "step",
        apis=row["apis"],
        citations=row["positions"],
        address=row["address"],
        size=row["size"],
        protection=row["protection"],
    )


def _chains(store: Store, pairs: list[Pair], min_confidence: str, timeout: float | None) -> list[Row]:
    """The chains that consist of these pairs; on a host of an EDR log other runs may have more."""
    hosts = dict.fromkeys(pair.facts["host_uid"] for pair in pairs)
    known = {pair.key for pair in pairs}
    asked = ({"host": host, "min_confidence": min_confidence} for host in hosts)
    rows = [row for given in asked for row in runner.run(store, _CHAINS, given, timeout).rows]
    return [row for row in rows if _hops_in(row["uids"], known) == row["hops"]]


def _hops_in(uids: list[str], known: set[tuple[str, str]]) -> int:
    return sum(link in known for link in pairwise(uids))


def quote(sheet: Sheet, found: dict[str, Quote]) -> None:
    """Give every step its calls as printed; a citation that does not lead to the API it names is our fault."""
    for _, step in sheet.steps():
        step.quotes = list(_quotes(step, sheet, found))


def _quotes(step: Step, sheet: Sheet, found: dict[str, Quote]) -> Iterator[Quote]:
    for citation in step.citations:
        place = place_of(citation)
        if place is None or not sheet.quotable:
            yield Quote(citation, ", ".join(step.apis) or NOT_RECORDED)
            continue
        printed = found.get(place)
        if printed is None or printed.api not in step.apis:
            there = printed.api if printed else "no call"
            raise ProvgraphError(
                f"{sheet.where}: {citation}: cited as {', '.join(step.apis)}, there is {there}", hint=_ANOTHER
            )
        yield printed


def rows(sheets: Iterable[Sheet], how: dict[tuple[str, str, str], str]) -> list[Row]:
    """One row for each quoted call, for programs."""
    return [
        _row(sheet, pair, step, quoted, how[sheet.run, *pair.key])
        for sheet in sheets
        for pair, step in sheet.steps()
        for quoted in step.quotes
    ]


_PAIR_COLUMNS = ("injector_pid", "injector_name", "target_pid", "target_name", "technique", "confidence")
COLUMNS = ("run", *_PAIR_COLUMNS, "tag", "part", "citation", "api", "returned", "arguments", "how", "log", "run_uid")


def _row(sheet: Sheet, pair: Pair, step: Step, quoted: Quote, how: str) -> Row:
    found = {
        "run": sheet.short,
        **{name: pair.facts[name] for name in _PAIR_COLUMNS},
        "tag": step.tag,
        "part": "further" if step.further else "step",
        "citation": quoted.citation,
        "api": quoted.api,
        "returned": quoted.returned,
        "arguments": quoted.arguments,
        "how": how,
        "log": sheet.where,
        "run_uid": sheet.run,
    }
    return {name: found[name] for name in COLUMNS}


def flat(row: Row) -> Row:
    """The row for a CSV, where arguments are JSON text."""
    return row | {"arguments": json.dumps(row["arguments"], ensure_ascii=False)}
