"""Damaged and hostile reports: an error that names the file, or events; never a traceback, never silence."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
from helpers.graphs import Graph, violations
from helpers.mutations import as_bytes, damaged, mutated
from helpers.reports import Program, call, cuckoo, found, read
from helpers.rich import RICH
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_model import events as ev
from graph_model.builder import build
from graph_model.errors import BrokenLogError, EmptyLogError, InputError, NotALogError, ProvgraphError

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "cuckoo"
VALID = [RICH["cuckoo"], RICH["cape"]]


# --- encodings -----------------------------------------------------------------------------------


def written(buffer: bytes) -> Any:
    """What the loader makes of a buffer with these bytes between its quotes."""
    write = call("WriteProcessMemory", process_identifier=8, base_address=1, buffer="HERE")
    data = json.dumps(cuckoo(Program(4, [write]))).encode().replace(b"HERE", buffer)
    (event,) = found(data, ev.MemoryWritten)
    return event.buffer


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"MZ\xff\xfe", "MZ\\xff\\xfe"),
        (b"MZ\\\\x90\xff", "MZ\\x90\\xff"),
        (b"\xe3\x83\x95\xff", "フ\\xff"),
        (b"\xed\xa0\x80", "\\xed\\xa0\\x80"),
        (rb"MZ\ud800", "MZ?"),
        (rb"\udc00MZ", "?MZ"),
        (rb"\ud83d\ude00", "😀"),
        (rb"\ud83d\ud83d\ude00", "?😀"),
        (rb"\ud83d\ude00\ude00", "😀?"),
        (rb"\\ud800", "\\ud800"),
        (rb"\\\ud800", "\\?"),
        (rb"\ud800" + b"\xff", "?\\xff"),
        (rb"MZ\u0000", "MZ\x00"),
    ],
)
def test_damaged_text_is_repaired_and_the_rest_is_kept(raw: bytes, text: str) -> None:
    assert written(raw) == text


def test_a_repair_is_told() -> None:
    data = json.dumps(cuckoo(Program(4, name="HERE"))).encode().replace(b"HERE", b"\xff")
    assert sum(read(data)[1].repaired.values()) == 1


@given(st.binary(min_size=1, max_size=12).filter(lambda raw: not set(raw) & {*b'"\\', *range(32)}))
@settings(max_examples=200, deadline=None)
def test_any_bytes_inside_a_string_are_read(raw: bytes) -> None:
    data = json.dumps(cuckoo(Program(4, name="HERE"))).encode().replace(b"HERE", raw)
    events, _ = read(data)
    assert violations(Graph(build(events))) == []


@given(
    st.lists(st.sampled_from([rb"\ud800", rb"\udc00", rb"\\", b"x", rb"\u0041", rb"\ud83d\ude00"]), max_size=6).map(
        b"".join
    )
)
@settings(max_examples=200, deadline=None)
def test_any_escapes_inside_a_string_are_read(raw: bytes) -> None:
    data = json.dumps(cuckoo(Program(4, name="HERE"))).encode().replace(b"HERE", raw)
    events, _ = read(data)
    assert violations(Graph(build(events))) == []


# --- what is no report ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"{}", EmptyLogError),
        (b"[]", NotALogError),
        (b"7", NotALogError),
        (b'{"a": 1}', NotALogError),
        (b'{"info": {}}', NotALogError),
        (b'{"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {}}', NotALogError),
        (b'{"sections": 1, "info": 7}', NotALogError),
        (b"", BrokenLogError),
        (b"{", BrokenLogError),
        (b'{"behavior": {}', BrokenLogError),
        (b'{"behavior": {}}}', BrokenLogError),
        (b'{"behavior": {}}{"behavior": {}}', BrokenLogError),
        (b'{"behavior": nan}', BrokenLogError),
        (b'{"behavior": \xff}', BrokenLogError),
        (b'{"behavior": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", BrokenLogError),
    ],
)
def test_what_is_no_report_is_refused_with_the_files_name(data: bytes, error: type[InputError]) -> None:
    with pytest.raises(error, match=r"^report\.json: ") as caught:
        read(data)
    assert type(caught.value) is error
    assert caught.value.exit_code == 2
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("key", ["sections", "path", "__class__", "file", "behavior "])
def test_a_key_with_any_name_does_no_harm(key: str) -> None:
    assert len(read(cuckoo(Program(4)) | {key: 1})[0]) == len(read(cuckoo(Program(4)))[0])


def cuts() -> list[int]:
    size = (EXAMPLES / "log1.json").stat().st_size
    return sorted({*random.Random(11).sample(range(size), 200), 0, 1, size - 1, size - 2})


@pytest.mark.parametrize("cut", cuts())
def test_a_truncated_report_is_refused(cut: int) -> None:
    data = (EXAMPLES / "log1.json").read_bytes().rstrip()[:cut]
    if data == (EXAMPLES / "log1.json").read_bytes().rstrip():
        return
    with pytest.raises((BrokenLogError, NotALogError, EmptyLogError), match=r"^report\.json: "):
        read(data)


def test_a_report_cut_within_a_character_is_refused() -> None:
    data = json.dumps(cuckoo(Program(4, name="フ")), ensure_ascii=False).encode()
    for cut in range(1, len(data)):
        with pytest.raises(InputError):
            read(data[:cut])


# --- mutations -----------------------------------------------------------------------------------


@given(st.sampled_from(sorted(RICH)), st.randoms(use_true_random=False))
@settings(max_examples=1_200, deadline=None, derandomize=True)
def test_a_report_with_anything_anywhere_gives_rows_that_fit_or_an_error(layout: str, chance: random.Random) -> None:
    survives(as_bytes(mutated(RICH[layout], chance)))


@given(st.sampled_from(sorted(RICH)), st.randoms(use_true_random=False))
@settings(max_examples=800, deadline=None, derandomize=True)
def test_a_report_with_damaged_bytes_gives_rows_that_fit_or_an_error(layout: str, chance: random.Random) -> None:
    survives(damaged(as_bytes(RICH[layout]), chance))


def survives(data: bytes) -> None:
    """Never a traceback, never silence."""
    try:
        events, drift = read(data)
    except ProvgraphError as error:
        assert error.exit_code == 2
        assert error.message.startswith("report.json: ")
        assert "\n" not in error.message
        return
    graph = Graph(build(events))
    assert len(graph.nodes) >= 2
    assert violations(graph) == []
    assert json.dumps(drift.as_dict(), ensure_ascii=False).encode()


def put(report: Any, place: tuple[Any, ...], value: Any) -> None:
    for key in place[:-1]:
        report = report[key]
    report[place[-1]] = value


@pytest.mark.parametrize("depth", [100, 500, 950, 990, 1000, 1100])
@pytest.mark.parametrize("place", [("info", "id"), ("behavior", "processes", 0, "process_name"), ("network", "tcp")])
def test_deep_nesting_is_read_or_refused(depth: int, place: tuple[Any, ...]) -> None:
    report = copy.deepcopy(VALID[0])
    put(report, place, "HERE")
    data = json.dumps(report).encode().replace(b'"HERE"', b"[" * depth + b"]" * depth)
    try:
        assert violations(Graph(build(read(data)[0]))) == []
    except BrokenLogError:
        assert depth > 500


def test_a_number_of_thousands_of_digits_is_read() -> None:
    data = json.dumps(cuckoo(Program(4, [call("HERE", x="THERE")]))).encode()
    for digits in (300, 4_000, 10_000):
        events, _ = read(data.replace(b'"THERE"', b"9" * digits))
        assert violations(Graph(build(events))) == []
