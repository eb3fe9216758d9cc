"""The answer sheet for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from api.attack import named
from api.exports.words import type_words
from api.mwscup import looks_text
from api.mwscup.sheet import TAGS, Pair, Quote, Sheet, Step
from api.output import numbered, printable, wrapped
from cypher.answer import Row
from graph_model.schema import NOT_RECORDED

_CALLS_SHOWN = 20  # for each tag: --format json gives all
_INDENT = 3
_TAG_WIDTH = 9
_UNBROKEN = "\u00a0"  # a name stays with its value; in what a log says it is written out


def lines(sheet: Sheet, how: dict[tuple[str, str, str], str], width: int) -> Iterator[str]:
    """The sheet line by line; what a log says is written out, never obeyed by a terminal."""
    yield from map(printable, _lines(sheet, how, width))


def _lines(sheet: Sheet, how: dict[tuple[str, str, str], str], width: int) -> Iterator[str]:
    title = f"MWS Cup 2017, task 3: {sheet.name} (run {sheet.short})"
    yield title
    yield "=" * min(len(title), width)
    yield from _task_3_1(sheet, how, width)
    yield from looks_text.lines(sheet.behaviour, sheet.looks, width)
    yield from _task_3_3(sheet, width)


def _task_3_3(sheet: Sheet, width: int) -> Iterator[str]:
    """Which data would be needed: what the log lacks tells."""
    if sheet.lacks:
        yield ""
        yield "3-3  What this log lacks, and which questions that leaves open"
    for what, question in sheet.lacks:
        yield from wrapped(f"{what}: {question}", width, _INDENT, 2 * _INDENT)


def _task_3_1(sheet: Sheet, how: dict[tuple[str, str, str], str], width: int) -> Iterator[str]:
    yield ""
    yield f"3-1  Code injection: {numbered(len(sheet.pairs), 'pair')} of injector and target"
    for number, pair in enumerate(sheet.pairs, 1):
        yield ""
        yield from _pair(pair, number, how[sheet.run, *pair.key], width)
    if sheet.chains:
        yield ""
        yield "Chains"
        yield from (line for chain in sheet.chains for line in _chain(chain, width))
    for note in notes(sheet):
        yield ""
        yield note


def notes(sheet: Sheet) -> Iterator[str]:
    """What a reader must know beside the pairs."""
    if not sheet.pairs and sheet.quotable and not sheet.calls:
        yield f"{sheet.name}: the report holds no calls, so that nobody can tell whether code was injected."
    elif not sheet.pairs:
        sure = " of the confidence that was asked for" if sheet.weaker else ""
        yield f"{sheet.name}: no injection{sure} is recorded: no process is seen to put code into another and run it."
    if sheet.weaker:
        yield f"{sheet.name}: {numbered(sheet.weaker, 'weaker pair')} not shown (--min-confidence weak shows all)."
    if sheet.truncated:
        yield f"{sheet.name}: more is recorded than the {len(sheet.answer.rows):,} steps that were looked at."
    if not sheet.quotable:
        yield f"{sheet.name}: the format holds no list of calls: citations name its own records, and there is no CSV."


def _pair(pair: Pair, number: int, how: str, width: int) -> Iterator[str]:
    facts = pair.facts
    yield f"{number}. {facts['injector_pid']} {facts['injector_name']}"
    yield f"   → {facts['target_pid']} {facts['target_name']}"
    yield f"   {named(facts['technique'])}, {facts['confidence']}"
    for tag in TAGS:
        yield from _section(tag, pair.tagged(tag), width) if pair.tagged(tag) else _untold(tag, pair)
    if pair.further:
        yield "   further evidence"
        yield from _section("", pair.further, width)
    yield from wrapped(f"How it works: {how}", width, _INDENT, _INDENT)


def _untold(tag: str, pair: Pair) -> Iterator[str]:
    yield f"   {tag:<{_TAG_WIDTH}}{'not among the steps that were looked at' if pair.cut else NOT_RECORDED}"


def _section(tag: str, steps: Sequence[Step], width: int) -> Iterator[str]:
    """The calls below each other, the tag before the first."""
    quotes = [(step, quoted) for step in steps for quoted in step.quotes]
    for number, (step, quoted) in enumerate(quotes[:_CALLS_SHOWN]):
        before = step.tag if not tag else tag if not number else ""
        yield from _call(f"   {before:<{_TAG_WIDTH}}", step, quoted, width)
    if len(quotes) > _CALLS_SHOWN:
        more = numbered(len(quotes) - _CALLS_SHOWN, "more call")
        yield f"   {'':<{_TAG_WIDTH}}… and {more} (--format json gives all)"


def _call(before: str, step: Step, quoted: Quote, width: int) -> Iterator[str]:
    told = quoted.called if step.apis else f"{type_words(step.kind)}, by no call that is recorded"
    yield f"{before}{quoted.citation}  {told}"
    if quoted.arguments:
        text = printable(json.dumps(quoted.arguments, ensure_ascii=False))
        indent = _INDENT + _TAG_WIDTH + 2
        together = text.replace('": ', f'":{_UNBROKEN}')
        yield from (line.replace(_UNBROKEN, " ") for line in wrapped(together, width, indent, indent + 1))


def _chain(chain: Row, width: int) -> Iterator[str]:
    processes = zip(chain["pids"], chain["names"], strict=True)
    yield from wrapped(" → ".join(f"{pid} {name}" for pid, name in processes), width, _INDENT, _INDENT + 2)
    techniques = ", ".join(map(named, chain["techniques"]))
    yield from wrapped(f"{techniques}; {chain['confidence']}", width, 2 * _INDENT, 2 * _INDENT)
