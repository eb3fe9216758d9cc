"""What a load says at its end: each log by itself, or those of one tool together where there are many."""

from __future__ import annotations

from api.drift_text import lines
from api.load import LoadReport
from loaders.drift import Drift


def drift(number: int, tool: str = "cape") -> Drift:
    made = Drift(f"{number}.json", "cuckoo", tool)
    made.count("calls", 1_000)
    made.not_understood("section", "curtain")
    made.lack("APCs queued", "code run by an APC")
    made.lack(f"a common clock ({number} minutes)", "when things happened")
    return made


def report(*drifts: Drift) -> LoadReport:
    return LoadReport(logs=list(drifts), runs=[""] * len(drifts))


def test_few_logs_are_told_one_by_one() -> None:
    said = list(lines(report(drift(1), drift(2, "cuckoo"))))
    assert [line for line in said if not line.startswith(" ")][:2] == ["1.json (cape)", "2.json (cuckoo)"]
    assert said[1:3] == ["  read: 1,000 calls", "  not mapped: section curtain (1)"]
    assert "  lacks APCs queued; leaves open: code run by an APC" in said


def test_many_logs_are_told_together_by_tool() -> None:
    said = list(lines(report(*map(drift, range(30)), drift(30, "cuckoo"))))
    assert said[:4] == [
        "30 logs (cape; `--format json` tells of each)",
        "  read: 30,000 calls",
        "  not mapped: section curtain (30)",
        "  lacks APCs queued (in 30); leaves open: code run by an APC",
    ]
    assert "  and 19 more that single logs lack (`--format json` lists all)" in said
    assert "1 log (cuckoo; `--format json` tells of each)" in said
    assert len(said) < 30


def test_what_was_passed_over_is_counted_and_one_is_named() -> None:
    passed_over = {"the file is empty": (3, "a.json"), "not a log": (1, "b\x1b.txt")}
    said = list(lines(LoadReport(passed_over=passed_over)))
    assert said[:2] == [
        "passed over in folders: 3 × the file is empty (a.json, …)",
        "passed over in folders: 1 × not a log (b\\x1b.txt)",
    ]
