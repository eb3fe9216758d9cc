"""Processes by procid: from the monitor's events, and from the report where no event told."""

from __future__ import annotations

from pathlib import Path

from helpers.graphs import Graph, violations
from helpers.reports import of
from helpers.tasks import CHILD, PARENT, SAMPLE, STARTED_US, TEMP, entry, on_disk, post, process, read

from graph_model import events as ev
from graph_model.builder import build

EVENTS = (
    process("existing", 0, PARENT, image="\\??\\C:\\Windows\\explorer.exe", commandline="explorer.exe"),
    process("created", 1829, SAMPLE, parent=PARENT),
    process("created", 2485, CHILD, parent=SAMPLE),
    process("terminated", 2688, SAMPLE, parent=PARENT),
)
LISTED = (entry(SAMPLE, 1829, 2688, parent=PARENT), entry(CHILD, 2485, parent=SAMPLE))


def graph(tmp_path: Path, *events: object, **report: object) -> Graph:
    task = on_disk(tmp_path, post(processes=LISTED, **report), *events)  # type: ignore[arg-type]
    found = Graph(build(read(task)[0]))
    assert violations(found) == []
    return found


def named(found: Graph) -> dict[str, dict[str, object]]:
    return {node.get("name", "?"): node for node in found.of("Process")}


def test_the_tree_is_that_of_the_procids(tmp_path: Path) -> None:
    found = graph(tmp_path, *EVENTS)
    assert found.triples("SPAWNED") == {("explorer.exe", "SPAWNED", "p73.exe"), ("p73.exe", "SPAWNED", "p74.exe")}
    assert {row["api"] for row in found.between("SPAWNED")} == {"created"}
    assert {row["first_us"] - STARTED_US for row in found.between("SPAWNED")} == {1_829_000, 2_485_000}


def test_what_is_known_of_a_process(tmp_path: Path) -> None:
    sample = named(graph(tmp_path, *EVENTS))["p73.exe"]
    assert (sample["pid"], sample["path"], sample["command_line"]) == (5000, f"{TEMP}p73.exe", "p73.exe --x")
    assert (sample["started_us"], sample["ended_us"]) == (STARTED_US + 1_829_000, STARTED_US + 2_688_000)
    assert sample["tracked"] is sample["recorded"] is True


def test_a_process_from_before_the_monitor_has_no_start_and_is_not_tracked(tmp_path: Path) -> None:
    explorer = named(graph(tmp_path, *EVENTS))["explorer.exe"]
    assert explorer["path"] == "C:\\Windows\\explorer.exe"
    assert {"started_us", "tracked"} & set(explorer) == set()


def test_the_parent_of_a_process_from_before_the_monitor_is_known_at_no_time(tmp_path: Path) -> None:
    found = graph(tmp_path, process("existing", 0, 1), process("existing", 0, 2, parent=1))
    (spawned,) = [row for row in found.between("SPAWNED") if found.nodes[row["b"]]["name"] == "p2.exe"]
    assert (spawned["source"], spawned.get("first_us")) == ("process list", None)


def test_the_report_alone_tells_of_tracked_processes(tmp_path: Path) -> None:
    found = graph(tmp_path)
    sample = named(found)["p73.exe"]
    assert (sample["started_us"], sample["ended_us"]) == (STARTED_US + 1_829_000, STARTED_US + 2_688_000)
    assert [row["source"] for row in found.between("SPAWNED")] == ["process list", "process list"]
    assert ("p73.exe", "SPAWNED", "p74.exe") in found.triples("SPAWNED")


def test_the_report_repeats_nothing_that_events_told(tmp_path: Path) -> None:
    events, _ = read(on_disk(tmp_path, post(processes=LISTED), *EVENTS))
    assert len(of(ev.ProcessStarted, events)) == 2
    assert len(of(ev.ProcessEnded, events)) == 1


def test_an_injected_process_may_be_older_than_the_monitor(tmp_path: Path) -> None:
    listed = [entry(9, 0, injected=True)]
    events, _ = read(on_disk(tmp_path, post(processes=listed)))
    (observed,) = of(ev.ProcessObserved, events)
    assert (observed.started, observed.tracked) == (None, True)
    assert of(ev.ProcessStarted, events) == []


def test_the_older_layout_of_the_list_is_read(tmp_path: Path) -> None:
    events, _ = read(on_disk(tmp_path, post() | {"processes": [entry(SAMPLE, 1829)]}))
    assert [event.process.key for event in of(ev.ProcessObserved, events)] == ["73"]


def test_two_processes_with_one_pid_are_two(tmp_path: Path) -> None:
    lines = [process("created", 1, 8, pid=700), process("terminated", 2, 8, pid=700), process("created", 3, 9, pid=700)]
    found = Graph(build(read(on_disk(tmp_path, None, *lines))[0]))
    assert sorted((node["name"], node["pid"]) for node in found.of("Process")) == [("p8.exe", 700), ("p9.exe", 700)]


def test_a_status_of_no_known_meaning_is_counted(tmp_path: Path) -> None:
    events, drift = read(on_disk(tmp_path, None, process("hidden", 1, SAMPLE), process("created", 1, None, pid=None)))
    assert events[2:] == []
    assert set(drift.unknown) == {("process event", "status 'hidden'"), ("process event", "no process")}


def test_a_list_that_was_cut_is_told(tmp_path: Path) -> None:
    report = post() | {"processes": {"truncated": True, "count": 400, "process_list": list(LISTED)}}
    assert "all tracked processes in the report" in {what for what, _ in read(on_disk(tmp_path, report))[1].lacks}
