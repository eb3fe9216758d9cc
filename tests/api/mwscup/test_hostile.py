"""Reports with anything in any place: a sheet says what the report says, or the report is refused."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from conftest import EXAMPLES, emptied
from helpers.mutations import ODD, as_bytes, mutated
from helpers.reports import Program, cape, cuckoo
from helpers.seed_logs import OPENING, log1, log2, log3
from helpers.sheets import rows, sheets

from api.load import Progress
from api.mwscup.command import Done, Wish, answered
from api.mwscup.text import lines
from api.mwscup.words import how
from graph_model.store import Store
from loaders.finding import find
from loaders.protocol import Context


def _documents(chance: random.Random, number: int) -> list[Any]:
    """Reports of the seed's programs whose calls are changed, and whole examples that are."""
    programs = [Program(3972, [OPENING, *log1()[0].calls]), *log2(), *log3()]
    plain = [cuckoo(*programs), cape(*programs), json.loads((EXAMPLES / "cuckoo" / "log2.json").read_text("utf-8"))]
    found = []
    for index in range(number):
        document = json.loads(json.dumps(plain[index % len(plain)]))
        process = chance.choice([one for one in document["behavior"]["processes"] if one["calls"]])
        process["calls"] = mutated(process["calls"], chance)
        found.append(document if chance.random() < 0.7 else mutated(document, chance))
    return found


def _read_through(done: Done) -> int:
    """The sheet as text, its list and its words; how many calls it quotes."""
    how_each = {(done.sheet.run, *pair.key): how(pair) for pair in done.sheet.pairs}
    page = "\n".join(lines(done.sheet, how_each, 100))
    assert all(sign.isprintable() or sign == "\n" for sign in page)
    for path in done.written:
        if path.suffix == ".csv":
            listed = rows(path)
            assert all(row["Category"] and row["Citation"] for row in listed)
            assert all(isinstance(json.loads(row["Arg"]), dict) for row in listed)
    return sum(len(step.quotes) for _, step in done.sheet.steps())


@pytest.mark.parametrize("seed", range(2))
def test_a_changed_report_has_a_true_sheet_or_is_refused(embedded_store: Store, tmp_path: Path, seed: int) -> None:
    """That every quote is at its citation the sheet checks itself, and raises where it is not."""
    quotes = made = 0
    for index, document in enumerate(_documents(random.Random(seed), 15)):
        path = tmp_path / f"{index}.json"
        path.write_bytes(as_bytes(document))
        found = find([path], 1 << 30)
        if found.refused:
            continue
        store = emptied(embedded_store)  # changed late, a report is the same run as another one
        report, done = answered(store, found, Context(), Progress(), Wish(tmp_path, "weak", 60))
        made += len(done)
        quotes += sum(map(_read_through, done))
        assert len(done) == len(report.runs)
    assert made > 8
    assert quotes > 20


def test_odd_values_as_arguments_and_return_values_are_quoted(embedded_store: Store, tmp_path: Path) -> None:
    """In each call one more argument, and in each process another return value."""
    programs = []
    for number, odd in enumerate(value for value in ODD if _is_json(value)):
        (program,) = log1()
        for one in program.calls:
            one.arguments = {**one.arguments, "odd": odd}
        program.calls[-1].returned = odd if isinstance(odd, (int, str)) else 0
        program.pid = 4 * (number + 1000)
        programs.append(program)
    path = tmp_path / "report.json"
    path.write_text(json.dumps(cuckoo(*programs)), encoding="utf-8")
    (done,) = sheets(embedded_store, [path], tmp_path)
    assert _read_through(done) == 3 * len(programs)


def _is_json(value: Any) -> bool:
    try:
        text = json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return "\\ud" not in text and "99999" not in text and len(text) < 3_000
