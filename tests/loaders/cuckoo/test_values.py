"""Foreign values: numbers, times and names in every spelling that the layouts have."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.cuckoo import protections, values

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (12, 12),
        ("12", 12),
        (" 12 ", 12),
        ("0x0000000c", 12),
        ("0X0C", 12),
        (12.0, 12),
        ("-1", -1),
        (0, 0),
        ("0x00000000", 0),
        ("67108868", 0x4000004),
        ("0x04000004", 0x4000004),
        (True, None),
        ("", None),
        ("0x", None),
        ("c", None),
        ("1.5", None),
        (None, None),
        ([], None),
        ({}, None),
        (float("inf"), None),
        (float("nan"), None),
        ("9" * 5000, None),
    ],
)
def test_a_number_in_every_spelling(value: Any, number: int | None) -> None:
    assert values.number(value) == number


@pytest.mark.parametrize(
    ("value", "pid"),
    [
        (4020, 4020),
        ("4020", 4020),
        ("0x00000fb4", 4020),
        (0, None),
        (-4, None),
        (657129999288, None),
        ("657129999288", None),
        ("140707423585340", None),
        (None, None),
        ("", None),
    ],
)
def test_a_pid_is_one_that_windows_could_give(value: Any, pid: int | None) -> None:
    assert values.pid(value) == pid


@pytest.mark.parametrize(
    ("value", "micros"),
    [
        (1493811716.636417, 1_493_811_716_636_417),
        (1493811716, 1_493_811_716_000_000),
        ("2017-05-03 11:41:56", 1_493_811_716_000_000),
        ("2017-05-03 11:41:56,281", 1_493_811_716_281_000),
        ("2017-05-03 11:41:56.281", 1_493_811_716_281_000),
        ("2017-05-03T11:41:56.281234", 1_493_811_716_281_234),
        ("2017-05-03T20:41:56+09:00", 1_493_811_716_000_000),
        ("2017-05-03T20:41:56.281+09:00", 1_493_811_716_281_000),
        ("2017-05-03T11:41:56Z", 1_493_811_716_000_000),
        ("1493811716.636417", 1_493_811_716_636_417),
        ("1493811716", 1_493_811_716_000_000),
        ("", None),
        ("yesterday", None),
        (None, None),
        (True, None),
        (0, None),
        (-1, None),
        (1e300, None),
        (float("nan"), None),
        ([], None),
    ],
)
def test_a_time_of_every_layout(value: Any, micros: int | None) -> None:
    assert values.micros(value) == micros


@given(st.datetimes(datetime(1970, 1, 2), datetime(9990, 1, 1)))
@settings(max_examples=200, deadline=None)
def test_both_layouts_say_the_same_time(moment: datetime) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    since = moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    exact = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    printed = f"{moment.year:04d}-{moment:%m-%d %H:%M:%S},{moment.microsecond // 1000:03d}"
    assert values.micros(printed) == exact


@given(ANYTHING)
@settings(max_examples=300, deadline=None)
def test_nothing_raises(value: Any) -> None:
    for reading in (values.number, values.pid, values.micros, values.text):
        reading(value)
    protections.name(values.number(value))
    protections.executable(values.number(value))


@pytest.mark.parametrize(
    ("names", "one"),
    [
        (["process_identifier", "process_identifer", "ProcessId", "ProcessIdentifier"], "processidentifier"),
        (["thread_identifier", "thread_identifer", "ThreadId"], "threadidentifier"),
        (["process_handle", "ProcessHandle"], "processhandle"),
        (["function_address", "StartRoutine", "StartAddress", "ApcRoutine"], "functionaddress"),
        (["parameter", "Parameter", "StartParameter"], "parameter"),
        (["filepath", "FileName", "ApplicationName"], "filepath"),
    ],
)
def test_an_argument_has_one_name_in_all_layouts(names: list[str], one: str) -> None:
    assert {values.squashed(name) for name in names} == {one}


@pytest.mark.parametrize(
    ("buffer", "length"),
    [("", 0), ("MZ", 2), ("MZ\\x90\\x00", 4), ("C\\x00:\\x00\\\\x00", 6), ("a\nb", 3), ("\\n", 2), ("MZ\x90", 3)],
)
def test_a_printed_byte_counts_once(buffer: str, length: int) -> None:
    assert values.byte_length(buffer) == length


@pytest.mark.parametrize(
    ("protection", "name", "executable"),
    [
        (4, "PAGE_READWRITE", False),
        (0x20, "PAGE_EXECUTE_READ", True),
        (64, "PAGE_EXECUTE_READWRITE", True),
        (0x80, "PAGE_EXECUTE_WRITECOPY", True),
        (0x104, "PAGE_READWRITE", False),
        (0x140, "PAGE_EXECUTE_READWRITE", True),
        (0, "0x0", False),
        (None, None, None),
    ],
)
def test_protections_are_named_as_in_winnt_h(protection: int | None, name: str | None, executable: bool | None) -> None:
    assert (protections.name(protection), protections.executable(protection)) == (name, executable)
