"""The answer sheet: which calls of which pair, with which tags, and in words how it works."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import EXAMPLES
from helpers import tasks
from helpers.monitors import MONITORS, Layout, by_cuckoomon, by_the_oldest
from helpers.reports import Program, call, cuckoo
from helpers.seed_logs import OPENING, log1, log2, log3
from helpers.sheets import quoted, rows, sheets, written

from api.attack import NAMES
from api.mwscup import sheet as sheet_of
from api.mwscup.text import lines, notes
from api.mwscup.words import how
from cypher.catalogue import rules
from graph_model.errors import ProvgraphError
from graph_model.store import Store

LOG = EXAMPLES / "cuckoo"
# (injector, target, technique, confidence) and the calls, by hand from the slides
EXPECTED: dict[str, list[tuple[Any, ...]]] = {
    "log1.json": [
        (3972, 384, "[MEM]", "step", "3972.0#25", "NtAllocateVirtualMemory=>0"),
        (3972, 384, "[WRITE]", "step", "3972.0#26", "WriteProcessMemory=>1"),
        (3972, 384, "[EXEC]", "step", "3972.0#27", "CreateRemoteThread=>172"),
    ],
    "log2.json": [
        (3548, 4020, "[MEM]", "further", "3548.0#20", "NtCreateSection=>0"),
        (3548, 4020, "[MEM]", "further", "3548.0#21", "NtMapViewOfSection=>0"),
        (3548, 4020, "[PROC]", "step", "3548.0#27", "CreateProcessInternalW=>1"),
        (3548, 4020, "[MEM]", "step", "3548.0#28", "NtMapViewOfSection=>0"),
        (3548, 4020, "[EXEC]", "step", "3548.0#29", "NtSetContextThread=>0"),
        (3548, 4020, "[EXEC]", "step", "3548.0#30", "NtResumeThread=>0"),
    ],
    "log3.json": [
        (3292, 3428, "[PROC]", "step", "3292.0#20", "CreateProcessInternalW=>1"),
        (3292, 3428, "[EXEC]", "step", "3292.0#21", "NtSetContextThread=>0"),
        (3292, 3428, "[EXEC]", "step", "3292.0#22", "NtResumeThread=>0"),
        (3428, 3604, "[PROC]", "step", "3428.0#19", "CreateProcessInternalW=>1"),
        (3428, 3604, "[MEM]", "step", "3428.0#20", "NtMapViewOfSection=>0"),
        (3428, 3604, "[EXEC]", "step", "3428.0#21", "NtQueueApcThread=>0"),
        (3428, 3604, "[EXEC]", "step", "3428.0#22", "NtResumeThread=>0"),
    ],
    "innocent.json": [],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_seeds_injections_with_their_calls(embedded_store: Store, tmp_path: Path, name: str) -> None:
    (done,) = sheets(embedded_store, [LOG / name], tmp_path)
    assert quoted(done) == EXPECTED[name]


def test_every_call_and_argument_of_a_sheet_is_that_of_the_report(embedded_store: Store, tmp_path: Path) -> None:
    for name in ("log1.json", "log2.json", "log3.json"):
        report = json.loads((LOG / name).read_text(encoding="utf-8"))
        there = {
            f"{process['pid']}.0#{index}": (call["api"], str(call["return_value"]), call["arguments"])
            for process in report["behavior"]["processes"]
            for index, call in enumerate(process["calls"])
        }
        (done,) = sheets(embedded_store, [LOG / name], tmp_path)
        found = [quote for _, step in done.sheet.steps() for quote in step.quotes]
        assert found
        for quote in found:
            assert (quote.api, quote.returned, quote.arguments) == there[quote.citation.partition(":")[2]]


def test_a_sheet_shows_the_pairs_of_its_own_log_only(embedded_store: Store, tmp_path: Path) -> None:
    sheets(embedded_store, [LOG], tmp_path)
    (done,) = sheets(embedded_store, [LOG / "log1.json"], tmp_path)
    assert [pair.facts["injector_pid"] for pair in done.sheet.pairs] == [3972]
    assert [chain["pids"] for chain in done.sheet.chains] == [[3972, 384]]


def test_pairs_and_chains_stand_in_the_order_of_time(embedded_store: Store, tmp_path: Path) -> None:
    (done,) = sheets(embedded_store, [LOG / "log3.json"], tmp_path)
    assert [pair.injection for pair in done.sheet.pairs] == ["T1055.012 likely", "T1055.004 confirmed"]
    assert [chain["pids"] for chain in done.sheet.chains] == [[3292, 3428, 3604]]


def _steps(log: str, layout: Layout) -> list[tuple[str, str, str]]:
    """(tag, API, place) of the steps, by hand from what the monitor prints."""
    old = layout in (by_cuckoomon, by_the_oldest)
    mapped = "ZwMapViewOfSection" if old else "NtMapViewOfSection"
    context = [("[EXEC]", "NtSetContextThread"), ("[EXEC]", "NtResumeThread")]
    created = ("[PROC]", "CreateProcessInternalW")
    if log == "log1":
        opening = [] if layout is cuckoo else [("[PROC]", "NtOpenProcess")]
        memory = [] if layout is by_the_oldest else [("[MEM]", "NtAllocateVirtualMemory")]
        calls = [*opening, *memory, ("[WRITE]", "WriteProcessMemory"), ("[EXEC]", "CreateRemoteThread")]
        return [(*found, f"3972.0#{index}") for index, found in enumerate(calls)]
    if log == "log2":
        return [(*found, f"3548.0#{index}") for index, found in enumerate([created, ("[MEM]", mapped), *context])]
    queued = [] if old else [("[EXEC]", "NtQueueApcThread"), ("[EXEC]", "NtResumeThread")]
    first = [(*found, f"3292.0#{index}") for index, found in enumerate([created, *context])]
    return [*first, *((*found, f"3428.0#{index}") for index, found in enumerate([created, ("[MEM]", mapped), *queued]))]


@pytest.mark.parametrize("layout", MONITORS, ids=lambda layout: layout.__name__)
@pytest.mark.parametrize("log", [log1, log2, log3], ids=lambda log: log.__name__)
def test_every_layout_is_quoted_in_its_own_words(
    embedded_store: Store, tmp_path: Path, log: Any, layout: Layout
) -> None:
    programs = log()
    if log is log1 and layout is not cuckoo:
        programs[0].calls = [OPENING, *programs[0].calls]
    (done,) = sheets(embedded_store, [written(layout(*programs), tmp_path)], tmp_path, min_confidence="weak")
    found = quoted(done)
    steps = [(tag, called.partition("=>")[0], place) for _, _, tag, part, place, called in found if part == "step"]
    assert steps == _steps(log.__name__, layout)
    shapes = r"\d+" if layout is cuckoo else r"0x[0-9a-f]{8}"
    assert all(re.fullmatch(shapes, called.partition("=>")[2]) for *_, called in found)


def _writable_first() -> list[Program]:
    """Memory is made writable, written, and only then executable: the allocation belongs to the injection."""
    target = {"process_identifier": 400, "process_handle": "0x90"}
    calls = [
        call("NtAllocateVirtualMemory", base_address="0x500000", region_size=4096, protection=4, **target),
        call("NtAllocateVirtualMemory", base_address="0x900000", region_size=4096, protection=4, **target),
        call("NtUnmapViewOfSection", base_address="0x700000", **target),
        call("WriteProcessMemory", base_address="0x500000", buffer="abc", **target),
        call("NtProtectVirtualMemory", base_address="0x500000", length=4096, protection=32, **target),
        call("NtCreateThreadEx", function_address="0x500000", thread_handle="0x94", **target),
    ]
    return [Program(100, calls)]


def test_memory_that_becomes_executable_later_is_a_step_and_what_lies_elsewhere_is_not(
    embedded_store: Store, tmp_path: Path
) -> None:
    (done,) = sheets(embedded_store, [written(cuckoo(*_writable_first()), tmp_path)], tmp_path)
    assert [(tag, part, place) for _, _, tag, part, place, _ in quoted(done)] == [
        ("[MEM]", "step", "100.0#0"),
        ("[MEM]", "further", "100.0#1"),
        ("[MEM]", "further", "100.0#2"),
        ("[WRITE]", "step", "100.0#3"),
        ("[MEM]", "step", "100.0#4"),
        ("[EXEC]", "step", "100.0#5"),
    ]


def test_weak_pairs_are_told_and_shown_on_demand(embedded_store: Store, tmp_path: Path) -> None:
    (program,) = log2()
    program.calls = program.calls[:2]  # memory in a child, and nothing that runs it
    path = written(cuckoo(program), tmp_path)
    (done,) = sheets(embedded_store, [path], tmp_path)
    before = rows(done.written[0])
    (weak,) = sheets(embedded_store, [path], tmp_path, min_confidence="weak")
    assert (len(done.sheet.pairs), done.sheet.weaker) == (0, 1)
    assert (len(weak.sheet.pairs), weak.sheet.weaker) == (1, 0)
    told = list(notes(done.sheet))
    assert told[0].startswith("report.json: no injection of the confidence that was asked for is recorded")
    assert told[1] == "report.json: 1 weaker pair not shown (--min-confidence weak shows all)."
    assert {row["Injection"] for row in before} == {""}
    assert {row["Injection"] for row in rows(weak.written[0])} == {"T1055 weak"}


def test_the_words_say_how_the_code_came_there_how_it_ran_and_what_is_not_known(
    embedded_store: Store, tmp_path: Path
) -> None:
    done = sheets(embedded_store, [LOG / f"log{number}.json" for number in (1, 2, 3)], tmp_path)
    told = {pair.facts["target_pid"]: how(pair) for one in done for pair in one.sheet.pairs}
    assert "allocates memory in the target at 0x00ba0000, PAGE_EXECUTE_READWRITE (NtAllocateVirtualMemory)" in told[384]
    assert "A thread is created in the target" in told[384]
    assert told[384].endswith("The creation or opening of the target: not recorded.")
    assert "maps a section into the target at 0x00200000, PAGE_EXECUTE_READWRITE (NtMapViewOfSection)" in told[4020]
    assert "In the injector itself the section is created or opened and mapped (NtCreateSection" in told[4020]
    lacking = "How memory was made for the code in the target and the writing of the code: not recorded."
    assert told[3428].endswith(lacking)
    assert "An APC is queued" in told[3604]


def test_how_a_section_was_written_in_the_injector_is_said_and_not_called_unknown(
    embedded_store: Store, tmp_path: Path
) -> None:
    (program,) = log2()
    own = {"process_handle": "0xffffffff", "base_address": "0x00510000"}
    prepared = [
        call("NtCreateSection", section_handle="0x128", section_page_protection=64),
        call("NtMapViewOfSection", section_handle="0x128", view_size=122880, win32_protect=64, **own),
        call("NtWriteVirtualMemory", buffer="MZ", **own),
    ]
    program.calls = [*prepared, *program.calls]
    (done,) = sheets(embedded_store, [written(cuckoo(program), tmp_path)], tmp_path)
    (pair,) = done.sheet.pairs
    told = how(pair)
    assert "the section is created or opened, mapped and written (NtCreateSection, NtMapViewOfSection, Nt" in told
    assert "not recorded" not in told
    assert [step.tag for step in pair.further] == ["[MEM]", "[MEM]", "[WRITE]"]


def test_a_report_that_says_something_else_than_the_graph_is_our_fault(embedded_store: Store, tmp_path: Path) -> None:
    (done,) = sheets(embedded_store, [LOG / "log1.json"], tmp_path)
    with pytest.raises(ProvgraphError, match="there is no call") as caught:
        sheet_of.quote(done.sheet, {})
    assert caught.value.exit_code == 1
    other = {"3972.0#25": sheet_of.Quote("x", "NtClose")}
    with pytest.raises(ProvgraphError, match="cited as NtAllocateVirtualMemory, there is NtClose"):
        sheet_of.quote(done.sheet, other)


def test_long_buffers_are_cut(embedded_store: Store, tmp_path: Path) -> None:
    (program,) = log1()
    program.calls[1].arguments["buffer"] = "MZ" + "\x1b" * 100_000
    (done,) = sheets(embedded_store, [written(cuckoo(program), tmp_path)], tmp_path)
    (write,) = done.sheet.pairs[0].tagged("[WRITE]")
    assert len(write.quotes[0].arguments["buffer"]) < 200
    page = "\n".join(lines(done.sheet, {(done.sheet.run, *done.sheet.pairs[0].key): "x"}, 100))
    assert "\x1b" not in page


def test_the_words_stay_few_where_steps_alternate(embedded_store: Store, tmp_path: Path) -> None:
    (program,) = log1()
    allocated, write, thread = program.calls
    program.calls = [*[allocated, write] * 50, thread]
    (done,) = sheets(embedded_store, [written(cuckoo(program), tmp_path)], tmp_path)
    told = how(done.sheet.pairs[0])
    assert told.count("It allocates") == told.count("It writes") == 1
    assert "(WriteProcessMemory, 50 times)" in told


def test_of_very_many_calls_a_page_shows_the_first(embedded_store: Store, tmp_path: Path) -> None:
    """More writes than a relationship keeps as evidence: what made the code run is a step all the same."""
    (program,) = log1()
    allocated, write, thread = program.calls
    program.calls = [allocated, *[write] * 300, thread]
    (done,) = sheets(embedded_store, [written(cuckoo(program), tmp_path)], tmp_path)
    (pair,) = done.sheet.pairs
    assert len(pair.tagged("[WRITE]")) == 300
    assert [step.apis for step in pair.tagged("[EXEC]")] == [["CreateRemoteThread"]]
    page = list(lines(done.sheet, {(done.sheet.run, *pair.key): "x"}, 100))
    assert sum("WriteProcessMemory=>" in line for line in page) == 20
    assert any("280 more calls" in line for line in page)


def test_a_report_without_calls_does_not_say_that_nothing_was_injected(embedded_store: Store, tmp_path: Path) -> None:
    (done,) = sheets(embedded_store, [written(cuckoo(Program(4)), tmp_path)], tmp_path)
    assert next(notes(done.sheet)).startswith("report.json: the report holds no calls")


def test_a_format_without_calls_has_a_sheet_and_no_list(embedded_store: Store, tmp_path: Path) -> None:
    (done,) = sheets(embedded_store, [EXAMPLES / "mark2" / "mwc01.log"], tmp_path)
    assert done.written == []
    assert any("holds no list of calls" in note for note in notes(done.sheet))


def test_an_injection_that_an_edr_log_reports_is_cited_and_not_quoted(embedded_store: Store, tmp_path: Path) -> None:
    """The example's log, with an injection of rundll32.exe into the dllhost.dat that it started."""
    lines_of_log = (EXAMPLES / "mark2" / "mwc01.log").read_text(encoding="utf-8").splitlines()
    started = next(line for line in lines_of_log if "sn=22086" in line)
    head = started.partition(" psGUID=")[0].replace("subEvt=start", "subEvt=inject").replace("sn=22086", "sn=22090")
    injector, target = "{4EEBA2F1-FB65-42BF-A258-4121E64FB1D7}", "{31E60C0D-E002-4000-8000-50524F564752}"
    injected = f"{head} psGUID={injector} api=CreateRemoteThread tpsGUID={target}"
    log = tmp_path / "edr.log"
    log.write_text("\n".join([*lines_of_log, injected]) + "\n", encoding="utf-8")
    (done,) = sheets(embedded_store, [log], tmp_path)
    (pair,) = done.sheet.pairs
    found = {(step.tag, step.further, quote.citation, quote.called) for step in pair.steps for quote in step.quotes}
    terminal = "e4009d1d-9311-4249-9487-a373cde7192c"
    assert ("[EXEC]", False, f"{terminal}:22090", "CreateRemoteThread") in found
    assert ("[PROC]", False, f"{terminal}:22086", "ps/start") in found
    assert pair.injection == "T1055 likely"
    assert [path.suffix for path in done.written] == [".html"]
    assert "The product that wrote the log reports the injection itself" in how(pair)


def test_an_injection_in_a_task_of_cuckoo_3_is_cited_by_its_line(embedded_store: Store, tmp_path: Path) -> None:
    injects = tasks.acting(
        "process_injection", 2600, action="create_remote_thread", dstpid=3440, dstprocid=tasks.PARENT
    )
    report = tasks.post(processes=[tasks.entry(tasks.SAMPLE, 1), tasks.entry(tasks.PARENT, 1)])
    (done,) = sheets(embedded_store, [tasks.on_disk(tmp_path, report, injects)], tmp_path)
    assert [row[2:] for row in quoted(done)] == [("[EXEC]", "step", "process_injection:1", "create_remote_thread")]
    page = "\n".join(lines(done.sheet, {(done.sheet.run, *done.sheet.pairs[0].key): "x"}, 100))
    assert f"[EXEC]   {done.sheet.short}:process_injection:1  create_remote_thread" in page


def test_techniques_that_rules_of_injection_name_have_names() -> None:
    found = {name for rule in rules().values() if rule.header.derives == "INJECTED_INTO" for name in rule.header.attack}
    assert found
    assert found <= set(NAMES)
