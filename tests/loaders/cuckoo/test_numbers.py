"""Numbers that are none: Python's JSON writes them, other readers refuse them."""

from __future__ import annotations

import json
import math

import pytest
from helpers.reports import Program, call, cuckoo, read

from graph_model import events as ev


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_repaired_and_told(number: float) -> None:
    report = cuckoo(
        Program(100, [call("NtWriteFile", filepath="C:\\a.txt", length=number)]), static={"entropy": number}
    )
    events, drift = read(json.dumps(report).encode())
    assert [event.file.path for event in events if isinstance(event, ev.FileWritten)] == ["C:\\a.txt"]
    assert drift.repaired["lone surrogates, or NaN and Infinity"] == 1
