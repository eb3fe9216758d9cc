"""Damaged and hostile reports: an error that names the file, or events; never a traceback, never silence."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
from helpers.graphs import Graph, violations
from helpers.reports import Program, call, cape, cuckoo, found, read
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_model import events as ev
from graph_model.builder import build
from graph_model.errors import BrokenLogError, EmptyLogError, InputError, NotALogError, ProvgraphError

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "cuckoo"
CALLS = [
    call("CreateProcessInternalW", process_identifier=8, process_handle="0xb4", thread_handle="0xb0", creation_flags=4),
    call("NtAllocateVirtualMemory", process_handle="0xb4", base_address="0x1000", region_size=4096, protection=64),
    call("WriteProcessMemory", process_handle="0xb4", base_address="0x1000", buffer="MZ"),
    call("NtCreateSection", section_handle="0xdc", section_page_protection=64),
    call("NtMapViewOfSection", section_handle="0xdc", process_handle="0xb4", base_address="0x2000", view_size=4096),
    call("NtSetContextThread", thread_handle="0xb0", registers={"eip": 1, "eax": 2}),
    call("NtResumeThread", thread_handle="0xb0", suspend_count=1),
    call("NtCreateFile", file_handle="0x94", filepath=r"C:\x", status_info=2),
    call("RegSetValueExW", regkey=r"HKEY_CURRENT_USER\a\b", regkey_r="b", value="c"),
    call("NtDuplicateObject", source_handle="0x94", target_handle="0x98", options=2),
    call("connect", ip_address="192.0.2.1", port=80),
    call("NtClose", handle="0x94"),
]
SECTIONS = {
    "target": {"file": {"sha256": "ab" * 32, "size": 7, "type": "PE32", "name": "x", "yara": [{"name": "y"}]}},
    "dropped": [{"filepath": r"C:\x", "md5": "cd" * 16, "pids": [4]}, {"sha1": "ef" * 20, "name": "z"}],
    "network": {
        "tcp": [{"src": "10.0.0.5", "sport": 1, "dst": "192.0.2.1", "dport": 80, "time": 1.5, "process_id": 4}],
        "udp": [{"src": "10.0.0.1", "sport": 53, "dst": "10.0.0.5", "dport": 9}],
        "icmp": [{"src": "10.0.0.5", "dst": "192.0.2.1", "type": 8}],
        "dns": [{"request": "a.b", "answers": [{"type": "CNAME", "data": "c.d"}, {"type": "A", "data": "192.0.2.1"}]}],
        "domains": [{"domain": "a.b", "ip": "192.0.2.9"}, "e.f"],
        "http": [{"uri": "http://a.b/", "method": "GET", "user-agent": "x", "host": "a.b", "count": 2}],
        "https_ex": [{"host": "a.b", "uri": "/", "dport": 8443, "status": 200, "request": "GET / x\r\nUser-Agent: y"}],
        "smtp": [{"dst": "192.0.2.3", "raw": "EHLO a\r\nMAIL FROM:<b>"}],
        "smtp_ex": [{"dst": "192.0.2.3", "dport": 587, "req": {"mail_to": ["x"], "headers": {"Subject": "s"}}}],
        "irc": [{"type": "client", "command": "JOIN", "params": "#x"}],
        "dead_hosts": [["192.0.2.4", 443]],
        "hosts": ["192.0.2.1", {"ip": "192.0.2.5"}],
        "dns_servers": ["192.0.2.6"],
        "tls": [{"session_id": "0"}],
    },
    "signatures": [
        {
            "name": "s",
            "severity": 1,
            "families": ["f"],
            "ttp": {"T1055": {"short": "x"}},
            "marks": [
                {"type": "call", "pid": 4, "cid": 0, "call": {"time": 1.0}},
                {"type": "ioc", "ioc": "x"},
                {"type": "generic", "a": ["b"]},
            ],
            "markcount": 9,
        },
        {"name": "t", "data": [{"process": {"process_id": 8}, "signs": [{"type": "api", "value": {"cid": 1}}]}]},
    ],
    "ttps": [{"ttp": "T1055.012", "signature": "s"}, {"signature": "t", "ttps": ["T1027"]}],
    "static": {
        "pe_imports": [{"dll": "k.dll", "imports": [{"name": "f"}]}],
        "pe_sections": [{"name": ".text", "virtual_size": "0x10", "size_of_data": "0x10", "entropy": 1.5}],
        "pe_resources": [{"name": "RT_ICON", "size": "0x1"}],
        "pe_versioninfo": [{"name": "CompanyName", "value": "c"}],
        "pe_exports": [{"name": "e"}],
        "signature": [{"common_name": "n"}],
        "pe_timestamp": "2017-01-01 00:00:00",
        "peid_signatures": ["UPX"],
    },
    "virustotal": {
        "scan_date": "2017-03-04 05:06:07",
        "positives": 2,
        "total": 60,
        "normalized": ["Zbot"],
        "scans": {"A": {"detected": True, "result": "Trojan.Zbot"}, "B": {"detected": True, "result": "W32/Zbot!tr"}},
    },
    "strings": ["http://a.b/", "nothing of note"],
    "debug": {
        "log": ["2017 [analyzer] DEBUG: Starting analyzer from: C:\\abc\n"],
        "cuckoo": [{"level": "warning", "message": "m"}],
        "errors": ["e"],
        "action": ["vmrouting"],
    },
    "CAPE": {"payloads": [{"sha256": "12" * 32, "pid": 4, "target_pid": "8", "cape_type": "Injected PE Image"}]},
    "procdump": [{"sha256": "34" * 32, "pid": "4,8", "virtual_address": "0x1000"}],
    "procmemory": [{"pid": 4, "extracted": [{"sha1": "56" * 20}]}],
    "malfamily": "z",
}
BEHAVIOR = {
    "apistats": {"4": {"NtClose": 9}, "12": {"NtClose": 3}},
    "generic": [
        {
            "pid": 16,
            "process_name": "b.exe",
            "summary": {
                "file_written": [r"C:\w"],
                "file_moved": [[r"C:\a", r"C:\b"]],
                "file_opened": [r"C:\o"],
                "regkey_written": [r"HKEY_CURRENT_USER\a\b"],
                "connects_ip": ["192.0.2.1"],
                "connects_host": ["g.h"],
                "fetches_url": ["http://a.b/"],
                "mutex": ["m"],
                "dll_loaded": ["k.dll", r"C:\k.dll"],
                "command_line": ["x y"],
            },
        }
    ],
    "summary": {"files": [r"C:\s"], "mutexes": ["n"], "executed_commands": ["z"], "resolved_apis": ["k.f"]},
}
VALID = [make(Program(4, CALLS), Program(8, ppid=4, seen=2), **SECTIONS) for make in (cuckoo, cape)]
for _report in VALID:
    _report["behavior"] |= BEHAVIOR


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

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(
        [0, -1, 4, 8, 2**31, 2**63, 2**64 + 5, 10**30, "0x" + "f" * 40, "-", "4", "\x00", "\udc80", "1e5"]
    )
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value below this one."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, inner in below for place in [(*at, key), *places(inner, (*at, key))]]


PLACES = [places(report) for report in VALID]


@given(st.data())
@settings(max_examples=600, deadline=None)
def test_a_report_with_wrong_values_anywhere_gives_events_that_fit_the_schema(data: st.DataObject) -> None:
    which = data.draw(st.sampled_from([0, 1]))
    report = copy.deepcopy(VALID[which])
    for place in data.draw(st.lists(st.sampled_from(PLACES[which]), min_size=1, max_size=4)):
        put(report, place, data.draw(ANYTHING))
    try:
        events, drift = read(report)
    except ProvgraphError as error:
        assert isinstance(error, InputError)
        return
    assert len(events) >= 2
    assert violations(Graph(build(events))) == []
    assert json.dumps(drift.as_dict())


def put(report: Any, place: tuple[Any, ...], value: Any) -> None:
    for key in place[:-1]:
        try:
            report = report[key]
        except (TypeError, KeyError, IndexError):
            return  # another mutation took this place away
    try:
        report[place[-1]] = value
    except (TypeError, IndexError):
        return


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
