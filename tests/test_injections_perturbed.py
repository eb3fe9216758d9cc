"""An injection stays what it is among other calls, and is no longer confirmed when a step that it needs is taken out.

Every Hypothesis example makes several reports and loads them together; each is a run, and so a host, of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from conftest import emptied
from helpers.monitors import by_capemon
from helpers.reports import JSON, SELF_32, Call, Program, call, cape, cuckoo
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.load import load
from api.settings import Settings
from cypher import runner
from graph_model.store import Store
from loaders.protocol import Context

ME, TARGET, BYSTANDER, SHELL = 100, 200, 300, 900
PROCESS, THREAD = {"process_handle": "0x00000040"}, {"thread_handle": "0x00000044"}
BASE, ENTRY = "0x00400000", "0x00401234"
Layout = Callable[..., JSON]


@dataclass(frozen=True)
class Attack:
    """Calls of one process, and which of them the confirmed answer needs."""

    title: str
    technique: str
    calls: Sequence[Call]
    needed: frozenset[int]
    layouts: tuple[Layout, ...] = (cuckoo, cape, by_capemon)
    target: int = TARGET


def _attack(title: str, technique: str, *steps: Call | tuple[Call], **more: Any) -> Attack:
    """Steps in brackets are those that the answer needs."""
    calls = [step[0] if isinstance(step, tuple) else step for step in steps]
    needed = frozenset(number for number, step in enumerate(steps) if isinstance(step, tuple))
    return Attack(title, technique, calls, needed, **more)


OPENED = call("NtOpenProcess", process_identifier=TARGET, **PROCESS)
CREATED = call("CreateProcessInternalW", process_identifier=TARGET, thread_identifier=204, creation_flags=4,
               filepath="C:\\Windows\\System32\\svchost.exe", **PROCESS, **THREAD)  # fmt: skip
RESUMED = call("NtResumeThread", suspend_count=1, **THREAD)
CONTEXT = call("NtSetContextThread", registers={"eip": 0x77001000, "eax": 0x410000}, **THREAD)
STOPPED = call("NtSuspendThread", suspend_count=0, **THREAD)
THREAD_OPENED = call("NtOpenThread", thread_identifier=204, process_identifier=TARGET, **THREAD)
APC = call("NtQueueApcThread", function_address="0x0", parameter="0x0", **THREAD)
VIEW = call("NtMapViewOfSection", section_handle="0x60", base_address=BASE, view_size=4096, win32_protect=64, **PROCESS)
UNMAPPED = call("NtUnmapViewOfSection", base_address=BASE, region_size=4096, **PROCESS)


def _memory(protection: int) -> Call:
    return call("NtAllocateVirtualMemory", base_address=BASE, region_size=4096, protection=protection, **PROCESS)


def _write(buffer: str = "\\xfc\\xe8", address: str = BASE) -> Call:
    return call("WriteProcessMemory", base_address=address, buffer=buffer, **PROCESS)


def _thread(address: str, parameter: str = "0x0") -> Call:
    start = {"function_address": address, "parameter": parameter, "thread_identifier": 808}
    return call("CreateRemoteThread", returned=0x88, creation_flags=0, **start, **PROCESS)


def _protected(address: str) -> Call:
    return call("NtProtectVirtualMemory", base_address=address, length=4096, protection=64, **PROCESS)


WINDOW = {"WindowHandle": "0x0001003a"}
ATTACKS = [
    _attack("shellcode", "T1055.002", OPENED, _memory(64), (_write(),), (_thread(BASE),)),
    _attack("code away from the start of the thread", "T1055.002", OPENED, (_memory(64),), (_write(),),
            (_thread("0x00400800"),)),
    _attack("made executable later", "T1055.002", OPENED, _memory(4), (_write(),), (_protected(BASE),),
            (_thread("0x00400800"),)),
    _attack("a library", "T1055.001", OPENED, _memory(4), (_write("C:\\evil.dll"),), (_thread("0x77001000", BASE),)),
    _attack("a thread redirected", "T1055.003", OPENED, THREAD_OPENED, STOPPED, (_memory(64),), (_write(),),
            (CONTEXT,), (RESUMED,)),
    _attack("an APC", "T1055.004", OPENED, THREAD_OPENED, (_memory(64),), (_write(),), (APC,)),
    _attack("early bird", "T1055.004", CREATED, (VIEW,), (APC,), (RESUMED,)),
    _attack("a section and a new context", "T1055.012", CREATED, (VIEW,), (CONTEXT,), (RESUMED,)),
    _attack("an image and a new context", "T1055.012", CREATED, _memory(64), (_write("MZ\\x90"),), (CONTEXT,),
            (RESUMED,)),
    _attack("the image replaced", "T1055.012", CREATED, (UNMAPPED,), (_memory(64),), (_write(),), (RESUMED,)),
    _attack("the entry point patched", "T1055.012", CREATED, (_protected("0x00401000"),), (_write(address=ENTRY),),
            (RESUMED,)),
    _attack("the window of the shell", "T1055.011",
            call("NtOpenProcess", process_identifier=SHELL, **PROCESS), _memory(64), (_write(),),
            (call("SetWindowLongA", Index=0, NewLong=BASE, **WINDOW),),
            (call("SendNotifyMessageA", Message="0x0000000f", **WINDOW),), layouts=(cape,), target=SHELL),
    _attack("a file that was undone", "T1055.013",
            (call("CreateFileTransactedW", returned=0x210, FileHandle="0x210", FileName="C:\\x.exe",
                  TransactionHandle="0x20c"),),
            (call("NtCreateSection", SectionHandle="0x214", FileHandle="0x210"),),
            (call("NtRollbackTransaction", TransactionHandle="0x20c"),),
            (call("NtCreateProcessEx", SectionHandle="0x214", ProcessId=TARGET, **PROCESS),),
            (call("NtCreateThreadEx", StartAddress="0x401000", CreateFlags=0, **PROCESS),), layouts=(cape,)),
]  # fmt: skip

SPARE = "0x00000090"  # a handle that no attack uses
NOISE: tuple[tuple[Call, ...], ...] = (
    (call("NtAllocateVirtualMemory", process_handle=SELF_32, base_address=BASE, region_size=4096, protection=64),),
    (call("NtReadFile", file_handle="0x00000094", buffer="x", length=1),),
    (call("NtOpenFile", file_handle=SPARE, filepath="C:\\quiet.txt"), call("NtClose", handle=SPARE)),
    (
        call("NtOpenProcess", process_identifier=BYSTANDER, process_handle=SPARE),
        call("ReadProcessMemory", process_handle=SPARE, base_address=BASE, buffer="MZ"),
        call("NtClose", handle=SPARE),
    ),
    (
        call("NtOpenThread", thread_handle=SPARE, thread_identifier=304, process_identifier=BYSTANDER),
        call("NtSuspendThread", thread_handle=SPARE, suspend_count=0),
        call("NtResumeThread", thread_handle=SPARE, suspend_count=1),
        call("NtClose", handle=SPARE),
    ),
    (
        call("NtOpenProcess", process_identifier=BYSTANDER, process_handle=SPARE),
        call("NtClose", handle=SPARE),
        call("NtCreateFile", file_handle=SPARE, filepath="C:\\out.txt", create_disposition=2),
        call("NtWriteFile", file_handle=SPARE, filepath="C:\\out.txt", buffer="x", length=1),
        call("NtClose", handle=SPARE),
    ),
    (call("WriteProcessMemory", base_address=BASE, buffer="MZ", ok=False, **PROCESS),),
    (call("NtCreateSection", section_handle=SPARE), call("NtClose", handle=SPARE)),
)
# Between these the noise may stand: before, behind and among the steps.
PLACES = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(NOISE)), max_size=8)
TURNS = st.lists(st.sampled_from([11, 12, 13]), min_size=10, max_size=10)


def _among(calls: Sequence[Call], noise: Sequence[tuple[int, tuple[Call, ...]]], threads: Sequence[int]) -> list[Call]:
    """The steps in their order, by several threads, with other calls between them."""
    found: list[Call] = []
    for number, step in enumerate([*calls, None]):
        found += [other for place, others in noise if min(place, len(calls)) == number for other in others]
        if step is not None:
            found.append(replace(step, tid=threads[number]))
    return found


def _answers(store: Store, layout: Layout, variants: Sequence[Sequence[Call]]) -> list[list[tuple[Any, ...]]]:
    """(injector, target, technique, confidence) of each variant, loaded together as analyses of their own."""
    emptied(store)
    with TemporaryDirectory() as folder:
        for number, calls in enumerate(variants):
            others = (Program(BYSTANDER, name="b.exe"), Program(SHELL, name="explorer.exe"))
            report = layout(Program(ME, calls, "me.exe"), *others)
            report["info"] |= {"id": number + 1, "machine": {"name": f"pc{number}"}}
            Path(folder, f"{number:03d}.json").write_text(json.dumps(report), encoding="utf-8")
        load(store, [Path(folder)], Context(), Settings())
    answers: list[list[tuple[Any, ...]]] = [[] for _ in variants]
    tasks = store.read("MATCH (h:Host)-[:RECORDED_IN]->(r:Run) RETURN h.uid AS uid, r.task_id AS task").rows()
    hosts = {row["uid"]: row["task"] for row in tasks}
    for row in runner.run(store, "injections", {"min_confidence": "weak"}).rows:
        found = (row["injector_pid"], row["target_pid"], row["technique"], row["confidence"])
        answers[int(hosts[row["host_uid"]]) - 1].append(found)
    return answers


LAYOUTS = pytest.mark.parametrize("layout", [cuckoo, cape, by_capemon], ids=lambda layout: layout.__name__)
SLOW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _of(layout: Layout) -> list[Attack]:
    """The attacks that this layout can express."""
    return [attack for attack in ATTACKS if layout in attack.layouts]


@LAYOUTS
@given(data=st.data())
@SLOW
def test_other_calls_between_the_steps_change_nothing(
    embedded_store: Store, layout: Layout, data: st.DataObject
) -> None:
    attacks = _of(layout)
    variants = [_among(attack.calls, data.draw(PLACES), data.draw(TURNS)) for attack in attacks]
    found = _answers(embedded_store, layout, variants)
    expected = {attack.title: [(ME, attack.target, attack.technique, "confirmed")] for attack in attacks}
    assert {attack.title: rows for attack, rows in zip(attacks, found, strict=True)} == expected


@LAYOUTS
@given(data=st.data())
@SLOW
def test_without_any_one_step_that_it_needs_nothing_is_confirmed(
    embedded_store: Store, layout: Layout, data: st.DataObject
) -> None:
    lacking = [(attack, data.draw(st.sampled_from(sorted(attack.needed)))) for attack in _of(layout)]
    calls = [[c for place, c in enumerate(attack.calls) if place != missing] for attack, missing in lacking]
    variants = [_among(steps, data.draw(PLACES), data.draw(TURNS)) for steps in calls]
    found = _answers(embedded_store, layout, variants)
    assert _confirmed([attack.title for attack, _ in lacking], found) == {}


@LAYOUTS
@given(data=st.data())
@SLOW
def test_in_another_order_nothing_is_confirmed(embedded_store: Store, layout: Layout, data: st.DataObject) -> None:
    """The first and the last step that are needed change places."""
    attacks = _of(layout)
    variants = [_among(_exchanged(attack), data.draw(PLACES), [11] * 10) for attack in attacks]
    found = _answers(embedded_store, layout, variants)
    assert _confirmed([attack.title for attack in attacks], found) == {}


def _exchanged(attack: Attack) -> list[Call]:
    calls = list(attack.calls)
    first, last = min(attack.needed), max(attack.needed)
    calls[first], calls[last] = calls[last], calls[first]
    return calls


def _confirmed(titles: Sequence[str], found: Sequence[Sequence[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    rows = {
        title: [row for row in answer if row[3] == "confirmed"] for title, answer in zip(titles, found, strict=True)
    }
    return {title: answer for title, answer in rows.items() if answer}
