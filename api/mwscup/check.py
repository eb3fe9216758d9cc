"""An analyst's answers against the sheet: which calls are steps of an injection, and which steps are not named."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from api.mwscup.answers import Answer
from api.mwscup.sheet import TAGS, Pair, Quote, Sheet, Step, place_of
from api.output import numbered
from cypher.answer import Row
from loaders.cuckoo.printed import PrintedCall

RIGHT, WRONG, NO_STEP, NOT_THERE, MISSING = "right", "wrong category", "not a step", "not in the log", "missing"
COLUMNS = ("line", "verdict", "category", "api", "pid", "target_pid", "citation", "why")


class Log:
    """What one log holds of the calls that are named in the answers."""

    def __init__(self, sheet: Sheet, answers: Sequence[Answer]) -> None:
        self.sheet = sheet
        self.callers: dict[str, set[int | None]] = defaultdict(set)
        self.at: dict[str, str] = {}
        self._apis = {answer.api.casefold() for answer in answers}
        self._cited = {answer.citation for answer in answers if answer.citation}

    def take(self, call: PrintedCall) -> None:
        """Note who calls what is named, and what is called where an answer cites."""
        name = call.api.casefold()
        if name in self._apis:
            self.callers[name].add(call.process.pid)
        if self._cited:
            for citation in (f"{self.sheet.short}:{call.place}", call.place):
                if citation in self._cited:
                    self.at[citation] = call.api

    def take_from_graph(self) -> None:
        """For a log without calls: what the sheet itself quotes."""
        for pair, step in self.sheet.steps():
            for quoted in step.quotes:
                self.callers[quoted.api.casefold()].add(pair.facts["injector_pid"])
                self.at[quoted.citation] = quoted.api


@dataclass(frozen=True)
class _Known:
    """One quoted call of one pair."""

    pair: Pair
    step: Step
    quoted: Quote

    def fits(self, answer: Answer) -> bool:
        facts = self.pair.facts
        return (
            self.quoted.api.casefold() == answer.api.casefold()
            and (not answer.pids or facts["injector_pid"] in answer.pids)
            and (not answer.targets or facts["target_pid"] in answer.targets)
        )


class _Index:
    """The quoted calls by name and by citation: files of answers may be as long as the sheet."""

    def __init__(self, logs: Sequence[Log]) -> None:
        self._by_name: dict[str, list[_Known]] = defaultdict(list)
        self._by_citation: dict[str, list[_Known]] = defaultdict(list)
        for log in logs:
            for pair, step in log.sheet.steps():
                for quoted in step.quotes if step.apis else ():
                    self._add(_Known(pair, step, quoted))

    def _add(self, known: _Known) -> None:
        citation = known.quoted.citation
        self._by_name[known.quoted.api.casefold()].append(known)
        for name in {citation, place_of(citation) or citation}:
            self._by_citation[name].append(known)

    def fitting(self, answer: Answer) -> list[_Known]:
        """The calls that an answer may mean."""
        known = self._by_citation if answer.citation else self._by_name
        found = known.get(answer.citation or answer.api.casefold(), [])
        return [one for one in found if one.fits(answer)]


@dataclass
class Checked:
    """The verdicts, one row for each answer, then one for each thing that is missing."""

    rows: list[Row] = field(default_factory=list)

    @property
    def faults(self) -> str:
        """What is not as it should be, in words; empty when all is right."""
        found = Counter(row["verdict"] for row in self.rows)
        return ", ".join(
            f"{found[verdict]:,} {verdict}" for verdict in (WRONG, NO_STEP, NOT_THERE, MISSING) if found[verdict]
        )

    @property
    def summary(self) -> str:
        """One line."""
        answers = sum(row["verdict"] != MISSING for row in self.rows)
        right = sum(row["verdict"] == RIGHT for row in self.rows)
        return f"{numbered(answers, 'answer')}: {right:,} right{f', {self.faults}' if self.faults else ''}"


def check(answers: Sequence[Answer], logs: Sequence[Log]) -> Checked:
    """Judge every answer; naming any of several calls with one tag is enough for a pair."""
    index = _Index(logs)
    judge = cache(lambda answer: _judged(answer, index, logs))
    named: set[tuple[int, str]] = set()
    checked = Checked()
    for answer in answers:
        row, steps = judge(replace(answer, line=0))
        checked.rows.append(row | {"line": answer.line})
        named |= steps
    checked.rows += [row for log in logs for pair in log.sheet.pairs for row in _missing(pair, named)]
    return checked


def _judged(answer: Answer, index: _Index, logs: Sequence[Log]) -> tuple[Row, set[tuple[int, str]]]:
    """The row of an answer, and the pairs and tags for which it names a step."""
    fitting = index.fitting(answer)
    right = [found for found in fitting if answer.category in ("", found.step.tag)]
    right.sort(key=lambda found: found.step.further)
    if right:
        steps = {(id(found.pair), found.step.tag) for found in right if not found.step.further}
        return _row(answer, RIGHT, _which(right), right[0]), steps
    if fitting:
        tags = " or ".join(dict.fromkeys(found.step.tag for found in fitting))
        return _row(answer, WRONG, f"it is {tags}", fitting[0]), set()
    why = _not_there(answer, logs)
    if why:
        return _row(answer, NOT_THERE, why), set()
    return _row(answer, NO_STEP, "called, but no step of an injection on the sheet"), set()


def _which(right: list[_Known]) -> str:
    pairs = dict.fromkeys(f"{one.pair.facts['injector_pid']} → {one.pair.facts['target_pid']}" for one in right)
    return ", ".join(pairs)


def _not_there(answer: Answer, logs: Sequence[Log]) -> str:
    """Why the log does not hold the call; empty where it does."""
    callers = {pid for log in logs for pid in log.callers.get(answer.api.casefold(), ())}
    if not callers:
        return "no process calls it"
    if answer.pids and not answer.pids & callers:
        known = ", ".join(str(pid) for pid in sorted(callers, key=str)[:5])
        return f"{', '.join(map(str, sorted(answer.pids)))} does not call it; {known} does"
    if answer.citation:
        there = next((log.at[answer.citation] for log in logs if answer.citation in log.at), None)
        if there is None or there.casefold() != answer.api.casefold():
            return f"the cited call is {there}" if there else "there is no call at the citation"
    return ""


def _missing(pair: Pair, named: set[tuple[int, str]]) -> Iterator[Row]:
    for tag in TAGS:
        steps = pair.tagged(tag)
        if steps and (id(pair), tag) not in named:
            quotes = [quoted for step in steps for quoted in step.quotes]
            apis = ", ".join(dict.fromkeys(quoted.api for quoted in quotes))
            first = quotes[0].citation if quotes else None
            yield _cells(None, MISSING, tag, apis, pair, first, "no answer names such a step of this pair")


def _row(answer: Answer, verdict: str, why: str, found: _Known | None = None) -> Row:
    citation = found.quoted.citation if found else answer.citation or None
    row = _cells(answer.line, verdict, answer.category, answer.api, found.pair if found else None, citation, why)
    if found is None:
        row["pid"] = next(iter(sorted(answer.pids)), None)
        row["target_pid"] = next(iter(sorted(answer.targets)), None)
    return row


def _cells(
    line: int | None, verdict: str, category: str, api: str, pair: Pair | None, citation: str | None, why: str
) -> Row:
    pid, target = (pair.facts["injector_pid"], pair.facts["target_pid"]) if pair else (None, None)
    return dict(zip(COLUMNS, (line, verdict, category, api, pid, target, citation, why), strict=True))
