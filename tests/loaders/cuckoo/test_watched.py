"""Calls that are watched: which are kept with their arguments, and how often they are told."""

from __future__ import annotations

import pytest
from helpers.calls import every
from helpers.reports import Call, Program, call, cuckoo, cuckoo_04, of, read

from graph_model import events as ev
from loaders.cuckoo import watched
from loaders.protocol import WatchedCall

WINDOWS = WatchedCall("rules/debugger:window", ("FindWindowA",), ("classname", "windowname"), r"\Aolly")
CODES = WatchedCall("rules/disk:size", ("DeviceIoControl",), ("controlcode", "iocontrolcode"), r"\A7\Z")
CURSOR = WatchedCall("rules/human:cursor", ("GetCursorPos",))
OPENED = WatchedCall("rules/any:opened", ("NtCreateFile",), ("filepath",))


def seen(
    *calls: Call, layout: object = cuckoo, of_what: tuple[WatchedCall, ...] = (WINDOWS, CODES, CURSOR)
) -> list[ev.CallWatched]:
    events, _ = read(layout(Program(4, calls)), watched=of_what)  # type: ignore[operator]
    return of(ev.CallWatched, events)


@every
def test_a_call_is_kept_where_an_argument_matches(layout: object) -> None:
    calls = [
        call("FindWindowA", class_name="OLLYDBG", window_name="", ok=False),
        call("FindWindowA", class_name="jolly", window_name="x"),
        call("OtherCall", class_name="OLLYDBG"),
    ]
    (found,) = seen(*calls, layout=layout)
    assert (found.api, found.arguments, found.watched_by) == (
        "FindWindowA",
        ("classname=OLLYDBG",),
        ("rules/debugger:window",),
    )
    assert (found.count, found.failed, found.position.partition(":")[2]) == (1, 1, "4.0#0")


@pytest.mark.parametrize("spelt", [7, "7", "0x00000007"])
def test_a_number_is_the_same_in_every_spelling(spelt: object) -> None:
    (found,) = seen(call("DeviceIoControl", control_code=spelt))
    assert found.arguments == ("controlcode=7",)


def test_without_a_pattern_every_call_is_kept_and_its_arguments_are_not() -> None:
    assert [found.arguments for found in seen(call("GetCursorPos", x=1), call("GetCursorPos", x=2))] == [(), ()]


def test_what_two_watch_is_kept_once() -> None:
    also = WatchedCall("rules/other:window", ("FindWindowA",), ("classname",), "dbg")
    (found,) = seen(call("FindWindowA", class_name="OLLYDBG", window_name="t"), of_what=(WINDOWS, also))
    assert found.watched_by == ("rules/debugger:window", "rules/other:window")
    assert found.arguments == ("classname=OLLYDBG", "windowname=t")


def test_a_handled_call_is_kept_beside_what_it_means() -> None:
    events, _ = read(cuckoo(Program(4, [call("NtCreateFile", filepath="C:\\x", status_info=1)])), watched=(OPENED,))
    assert [found.arguments for found in of(ev.CallWatched, events)] == [("filepath=C:\\x",)]
    without, _ = read(cuckoo(Program(4, [call("NtCreateFile", filepath="C:\\x", status_info=1)])))
    assert [event for event in events if not isinstance(event, ev.CallWatched)] == without


def test_the_first_calls_are_told_one_by_one_and_the_others_together() -> None:
    found = seen(*(call("GetCursorPos", at=float(n), ok=n % 2 == 0) for n in range(50)))
    assert [event.count for event in found] == [1] * 20 + [30]
    assert sum(event.failed for event in found) == 25
    assert found[-1].position.endswith("#49")


def test_repeats_of_old_layouts_count() -> None:
    (found,) = seen(call("GetCursorPos", repeated=9), layout=cuckoo_04)
    assert found.count == 10


def test_more_distinct_arguments_than_a_graph_can_bear_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "MOST_ARGUMENTS", 3)
    events, drift = read(
        cuckoo(Program(4, [call("NtCreateFile", filepath=f"C:\\{n}") for n in range(5)])), watched=(OPENED,)
    )
    assert len(of(ev.CallWatched, events)) == 3
    assert [
        count for (kind, what), count in drift.unknown.items() if kind == "left out" and "NtCreateFile" in what
    ] == [2]


def test_an_argument_that_is_an_object_is_looked_at_as_text() -> None:
    watch = WatchedCall("rules/vm:insn", ("__exception__",), ("exception",), r"\bin eax, dx\b")
    (found,) = seen(call("__exception__", exception={"instruction": "in eax, dx"}), of_what=(watch,))
    assert "in eax, dx" in found.arguments[0]
