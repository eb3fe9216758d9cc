"""The three logs of MWS Cup 2017, task 3-1, as each layout prints them: the same injections, as far as it records them.

The numbers are those of the slides. Only 2.0.x prints the target's pid with a memory call, so the other layouts need
the opening of Log1's target, which the slides do not print.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers.monitors import MONITORS, Layout, by_capemon, by_cuckoomon, by_the_oldest
from helpers.reports import Program, call, cuckoo, found, of, read
from helpers.seed_logs import OPENING, log1, log2, log3

from api.load import load
from api.settings import Settings
from cypher import runner
from graph_model import events as ev
from graph_model.store import Store
from loaders.protocol import Context

NOT = "not recorded"
OLD = (by_cuckoomon, by_the_oldest)
CONTEXT = "NtSetContextThread, NtResumeThread"


def expected(log: str, layout: Layout) -> list[tuple[Any, ...]]:
    """(injector, target, technique, confidence, memory, write, execution), by hand from what the monitor prints."""
    mapped = "ZwMapViewOfSection" if layout in OLD else "NtMapViewOfSection"
    if log == "log1":
        memory = NOT if layout is by_the_oldest else "NtAllocateVirtualMemory"
        return [(3972, 384, "T1055.002", "confirmed", memory, "WriteProcessMemory", "CreateRemoteThread")]
    if log == "log2":
        return [(3548, 4020, "T1055.012", "confirmed", mapped, NOT, CONTEXT)]
    queued = ("T1055", "weak", mapped, NOT, NOT)  # the APC is not hooked, so that nothing is known to run
    if layout not in OLD:
        queued = ("T1055.004", "confirmed", mapped, NOT, "NtQueueApcThread, NtResumeThread")
    return [(3292, 3428, "T1055.012", "likely", NOT, NOT, CONTEXT), (3428, 3604, *queued)]


@pytest.mark.parametrize("layout", MONITORS, ids=lambda layout: layout.__name__)
@pytest.mark.parametrize("log", [log1, log2, log3], ids=lambda log: log.__name__)
def test_every_layout_tells_the_same_injections(
    embedded_store: Store, tmp_path: Path, log: Any, layout: Layout
) -> None:
    programs = log()
    if log is log1 and layout is not cuckoo:
        programs[0].calls = [OPENING, *programs[0].calls]
    report = tmp_path / "report.json"
    report.write_text(json.dumps(layout(*programs)), encoding="utf-8")
    load(embedded_store, [report], Context(), Settings())
    rows = runner.run(embedded_store, "injections", {"min_confidence": "weak"}).rows
    columns = ("injector_pid", "target_pid", "technique", "confidence", "memory", "write", "execution")
    assert [tuple(row[name] for name in columns) for row in rows] == expected(log.__name__, layout)


@pytest.mark.parametrize("layout", MONITORS, ids=lambda layout: layout.__name__)
def test_the_life_of_the_section_in_the_injector_belongs_to_the_evidence(
    embedded_store: Store, tmp_path: Path, layout: Layout
) -> None:
    """The slide says of Log2: where the code was written can be followed through the handle of the section."""
    section, own = "0x00000128", "0xffffffff"
    prepared = [
        call("NtCreateSection", section_handle=section, section_page_protection=64),
        call("NtMapViewOfSection", section_handle=section, process_handle=own, base_address="0x00510000",
             view_size=122880, win32_protect=64),
        call("NtWriteVirtualMemory", process_handle=own, base_address="0x00510000", buffer="MZ"),
        call("NtClose", handle="0x00000700"),
    ]  # fmt: skip
    (program,) = log2()
    program.calls = [*prepared, *program.calls]
    report = tmp_path / "report.json"
    report.write_text(json.dumps(layout(program)), encoding="utf-8")
    load(embedded_store, [report], Context(), Settings())
    (row,) = runner.run(embedded_store, "injections").rows
    cited = [citation.partition(":")[2] for citation in row["evidence"]]
    assert cited == [f"3548.0#{index}" for index in (0, 1, 2, 4, 5, 6, 7)]


@pytest.mark.parametrize("layout", OLD, ids=lambda layout: layout.__name__)
def test_without_the_opening_an_old_log_cannot_tell_the_target_and_says_so(layout: Layout) -> None:
    _, drift = read(layout(*log1()))
    untold = {api for (kind, api), count in drift.unknown.items() if kind == "target" and count}
    memory = {"NtAllocateVirtualMemory"} if layout is by_cuckoomon else set()
    assert untold == {"WriteProcessMemory", "CreateRemoteThread"} | memory


def test_a_pid_that_one_call_prints_explains_the_handle_to_others() -> None:
    """Log1, where the thread is started by a call that prints no pid."""
    (program,) = log1()
    started = call("CreateRemoteThreadEx", process_handle="0x000000fc", function_address="0x00ba0000", returned=172)
    events, drift = read(cuckoo(Program(3972, [*program.calls[:2], started])))
    assert [event.target.pid for event in of(ev.ThreadCreated, events)] == [384]
    assert not [key for key in drift.unknown if key[0] == "target"]


def test_cape_names_the_target_where_it_prints_its_pid() -> None:
    (program,) = log1()
    assert [event.target.pid for event in found(by_capemon(program), ev.ThreadCreated)] == [384]
