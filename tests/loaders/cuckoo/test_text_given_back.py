"""The text of calls goes as they are read: nothing that is said depends on it, and nothing is held in the end."""

from __future__ import annotations

import gc
import json
from typing import Any

import pytest
from helpers.reports import LAYOUTS, Program, call, read

from graph_model import events as ev
from loaders import pages
from loaders.cuckoo.model import Process

WRITTEN = 3_000


def program(pid: int, **extra: Any) -> Program:
    calls = [
        call("NtWriteFile", at=n / 100, filepath=f"C:\\Temp\\{pid}-{n}.txt", buffer="x" * 100) for n in range(WRITTEN)
    ]
    return Program(pid, calls, extra=extra)


def report(layout: Any) -> Any:
    """With something before, between and behind the calls."""
    made = layout(program(4), program(8, environ={"ComputerName": "pc7"}), program(12))
    made["behavior"] |= {
        "processtree": [{"pid": 16, "name": "tree.exe"}],
        "summary": {"mutexes": ["m"], "mutex": ["m"]},
    }
    made["signatures"] = [{"name": "s", "description": "d" * 9_000}]
    return made


@pytest.fixture
def given_back(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    lengths: list[int] = []
    give_back = pages.give_back

    def noted(whole: memoryview, part: memoryview) -> None:
        lengths.append(len(part))
        give_back(whole, part)

    monkeypatch.setattr(pages, "give_back", noted)
    return lengths


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_report_says_the_same_whether_its_text_goes_or_stays(
    layout: Any, mark: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = mark + json.dumps(report(layout)).encode()
    going = read(data)
    monkeypatch.setattr(pages, "give_back", lambda _whole, _part: None)
    staying = read(data)
    assert going == staying
    assert len([event for event in going[0] if isinstance(event, ev.FileWritten)]) == 3 * WRITTEN
    assert [event.name for event in going[0] if isinstance(event, ev.SignatureMatched)] == ["s"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nearly_all_of_a_report_is_given_back_and_in_parts(layout: Any, given_back: list[int]) -> None:
    data = json.dumps(report(layout)).encode()
    read(data)
    assert 0.9 * len(data) < sum(given_back) < len(data)
    assert max(given_back) < 0.3 * len(data)


@pytest.mark.parametrize("damage", [b'"x": NaN, ', b'"x": "\\ud800", ', b'"x": "\xff", '])
def test_a_text_that_had_to_be_put_right_goes_just_so(damage: bytes, given_back: list[int]) -> None:
    data = json.dumps(report(LAYOUTS[0])).encode()
    events, drift = read(b"{" + damage + data[1:])
    assert len([event for event in events if isinstance(event, ev.FileWritten)]) == 3 * WRITTEN
    assert sum(drift.repaired.values()) == 2  # the text, and the process of the tree
    assert sum(given_back) > 0.9 * len(data)


def test_a_report_that_was_read_is_let_go_of_at_once() -> None:
    data = json.dumps(report(LAYOUTS[0])).encode()
    gc.collect()
    gc.disable()
    try:
        read(data)
        assert not [held for held in gc.get_objects() if isinstance(held, Process)]
    finally:
        gc.enable()
