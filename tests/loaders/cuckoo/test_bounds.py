"""Reports that are made to hurt: memory and time in proportion to the file, and what is left out is told."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from helpers.reports import Program, call, cuckoo, found, read

from graph_model import events as ev
from graph_model.errors import LimitError

MEASURED = """
import sys
from pathlib import Path
from graph_model.builder import build
from graph_model.errors import InputError
from loaders.drift import Drift
from loaders.protocol import Context
from loaders.registry import loader_for
from loaders.source import Source

source, drift = Source(Path(sys.argv[1])), Drift("x")
try:
    for batch in build(loader_for(source).events(source, Context(), drift)):
        pass
except InputError:
    pass  # refused in time
# what getrusage tells of a child begins with the memory of the process that started it
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(int(peak.split()[1]) * 1024 // 1_000_000)
"""
SECONDS = 60


def many(text: str, number: int) -> str:
    return "[" + ",".join(text.replace("%", str(4 * n + 4)) for n in range(number)) + "]"


def report(processes: str = '[{"pid":4,"calls":[]}]', behavior: str = "", top: str = "") -> str:
    return f'{{"info":{{"id":7}},"behavior":{{"processes":{processes}{behavior}}}{top}}}'


def calls(listed: str) -> str:
    return report(f'[{{"pid":4,"calls":{listed}}}]')


def section(name: str, listed: str) -> str:
    return report(top=f',"{name}":{listed}')


def tree(listed: str) -> str:
    return report(behavior=f',"processtree":{listed}')


def keys(text: str, number: int) -> str:
    return "{" + many(text, number)[1:-1] + "}"


CASES: dict[str, Callable[[], str]] = {
    "empty objects for calls": lambda: calls(many("{}", 10_000_000)),
    "empty lists for dropped files": lambda: section("dropped", many("[]", 10_000_000)),
    "lists in a section that nobody reads": lambda: section("network", '{"x":' + many("[1]", 5_000_000) + "}"),
    "tiny calls": lambda: calls(many('{"api":"x"}', 500_000)),
    "as many functions as calls": lambda: calls(many('{"api":"x%"}', 500_000)),
    "an endless text": lambda: calls('[{"api":"NtDeleteFile","arguments":{"filepath":"C:/' + "a" * 30_000_000 + '"}}]'),
    "arguments without end": lambda: calls('[{"api":"NtClose","arguments":' + keys('"a%":1', 500_000) + "}]"),
    "processes without calls": lambda: report(many('{"pid":%}', 300_000)),
    "processes of one pid": lambda: report(many('{"pid":4,"ppid":8,"first_seen":%}', 300_000)),
    "a deep process tree": lambda: tree('[{"children":' * 500_000 + "[]" + "}]" * 500_000),
    "a wide process tree": lambda: tree(many('{"pid":%}', 200_000)),
    "a signature marked by every process": lambda: section(
        "signatures", '[{"name":"s","marks":' + many('{"type":"call","pid":%,"cid":1}', 40_000) + "}]"
    ),
    "names without end": lambda: section("network", keys('"k%":[1]', 300_000)),
}


@pytest.mark.parametrize("name", CASES)
def test_memory_and_time_stay_in_proportion(tmp_path: Path, name: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(CASES[name]())
    begun = time.monotonic()
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", MEASURED, str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 300 + 10 * path.stat().st_size / 1e6
    assert time.monotonic() - begun < SECONDS


def left_out(report: Any) -> dict[str, int]:
    _, drift = read(report)
    return {name: number for (kind, name), number in drift.unknown.items() if kind == "left out"}


def test_a_process_list_that_no_sandbox_writes_is_refused_with_its_place() -> None:
    with pytest.raises(LimitError, match=r"^report\.json: behavior\.processes: ") as caught:
        read(calls(many("[]", 10_000_000)).encode())
    assert caught.value.exit_code == 2


def test_a_section_that_no_sandbox_writes_is_left_out_and_the_rest_is_read() -> None:
    hurt = report(top=f',"dropped":{many("[]", 6_000_000)},"signatures":[{{"name":"s"}}]').encode()
    assert left_out(hurt) == {"section dropped": 1}
    assert [event.name for event in found(hurt, ev.SignatureMatched)] == ["s"]


def test_text_full_of_brackets_is_no_such_section() -> None:
    text = "{[" * 30_000
    assert left_out(cuckoo(Program(4), strings=[text] * 100)) == {}


def test_processes_beyond_any_real_number_are_counted() -> None:
    assert left_out(report(many('{"pid":%}', 10_003)).encode()) == {"behavior.processes": 3}


def test_a_pid_that_is_given_out_too_often_is_no_pid_but_its_calls_are_read() -> None:
    programs = [Program(8, [call("NtCreateMutant", mutant_name=f"m{n}")], seen=n / 100) for n in range(103)]
    events, drift = read(cuckoo(*programs))
    mutexes = [event for event in events if isinstance(event, ev.MutexUsed)]
    assert len(mutexes) == 103
    assert len({event.actor.key for event in mutexes if event.actor and event.actor.pid == 8}) == 100
    assert drift.repaired["a process without a usable pid"] == 3


def test_entries_beyond_any_real_number_are_counted() -> None:
    listed = [{"filepath": f"C:\\{n}", "md5": f"{n:032x}"} for n in range(50_002)]
    assert left_out(cuckoo(Program(4), dropped=listed)) == {"dropped": 2}


def test_functions_beyond_any_real_number_are_counted_together() -> None:
    counts = {event.api: event.count for event in found(calls(many('{"api":"x%"}', 5_010)).encode(), ev.ApiCounted)}
    assert len(counts) == 5_001
    assert counts["(others)"] == 10


# --- what is not read is told --------------------------------------------------------------------


def told(report: Any) -> set[tuple[str, str]]:
    return set(read(report)[1].unknown)


def kinds(names: Iterable[str]) -> set[tuple[str, str]]:
    return {("section", name) for name in names}


def test_sections_of_an_odd_type_are_told() -> None:
    odd = {"dropped": 5, "signatures": {"a": 1}, "target": "x", "network": {"tcp": 7, "hosts": "x", "dns": {"a": 1}}}
    found = told(cuckoo(Program(4), **odd))
    assert kinds(("dropped", "signatures", "target", "network.tcp", "network.hosts", "network.dns")) <= found


def test_entries_of_an_odd_type_are_told() -> None:
    found = told(cuckoo(Program(4), dropped=[5, {}], CAPE={"payloads": ["x"]}, procdump=[[]]))
    assert {(name, "not an object") for name in ("dropped", "CAPE.payloads", "procdump")} <= found


def test_times_that_are_none_are_told() -> None:
    data = cuckoo(Program(4, [call("NtCreateMutant", mutant_name="m")] * 3))
    data["behavior"]["processes"][0]["first_seen"] = "yesterday"
    for entry in data["behavior"]["processes"][0]["calls"][:2]:
        entry["time"] = -1
    _, drift = read(data)
    assert drift.unknown["time", "first_seen, not usable"] == 1
    assert drift.unknown["time", "of a call, not usable"] == 2


def test_a_call_without_a_time_is_no_odd_one() -> None:
    data = cuckoo(Program(4, [call("NtCreateMutant", mutant_name="m")]))
    del data["behavior"]["processes"][0]["calls"][0]["time"]
    assert not [key for key in told(data) if key[0] == "time"]


@pytest.mark.parametrize(("address", "owner"), [("0x510fff", "4.0#1"), ("0x511000", "4.0#3"), ("0x512000", None)])
def test_a_write_belongs_to_the_view_that_it_lies_in(address: str, owner: str | None) -> None:
    opened = call("NtOpenProcess", process_handle="0xa4", process_identifier=8)
    made = [opened]
    for handle, base in (("0xdc", "0x510000"), ("0xe0", "0x511000")):
        own = {"section_handle": handle, "process_handle": "0xffffffff", "base_address": base, "view_size": 4096}
        made += [call("NtCreateSection", section_handle=handle), call("NtMapViewOfSection", **own)]
    given = [{"section_handle": handle, "process_handle": "0xa4", "base_address": "0x1"} for handle in ("0xdc", "0xe0")]
    made += [call("NtMapViewOfSection", **one) for one in given]
    made += [call("NtWriteVirtualMemory", process_handle="0xffffffff", base_address=address, buffer="MZ")]
    written = found(cuckoo(Program(4, made), Program(8)), ev.SectionWritten)
    assert [event.section for event in written] == ([owner] if owner else [])
