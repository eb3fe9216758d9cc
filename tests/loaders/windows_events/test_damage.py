"""Damaged and hostile logs: read as far as they go, or refused in two lines."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest
from helpers.graphs import Graph, violations
from helpers.real import real_file
from helpers.windows import GUID_A, lines, of, read, security, sysmon
from hypothesis import given
from hypothesis import strategies as st

from graph_model import events as ev
from graph_model.builder import build
from graph_model.errors import BrokenLogError, EmptyLogError
from loaders.drift import Drift
from loaders.protocol import Context
from loaders.registry import loader_for
from loaders.source import Source
from loaders.windows_events.security import MAPPED as SECURITY

ROW = sysmon(11, ProcessGuid=GUID_A, Image=r"C:\a.exe", TargetFilename=r"C:\f")
LINE = json.dumps(ROW).encode()
MAVINJECT = "sysmon/psh_mavinject_dll_notepad_2020-10-2121410529.json.gz"


def made(data: bytes) -> Graph:
    return Graph(build(iter(read(data)[0])))


def test_broken_lines_are_counted_and_the_others_are_read() -> None:
    data = b"\n".join([LINE, b"# comment", LINE[:-9], b'{"a": 1}', b"[1]", b"", b"\x00\x00", b"\xff{", LINE])
    found, drift = read(data)
    assert [event.position.split(":")[1] for event in of(ev.FileCreated, found)] == ["1", "9"]
    assert drift.unknown == {("line", "not JSON"): 3, ("line", "no Windows event"): 2}


def test_a_log_that_ends_in_the_middle_of_a_row_is_read_up_to_it() -> None:
    found, drift = read(LINE + b"\n" + LINE[:100])
    assert len(of(ev.FileCreated, found)) == 1
    assert drift.unknown["line", "not JSON"] == 1


def test_a_list_that_is_cut_is_read_as_far_as_it_has_an_event_a_line() -> None:
    found, drift = read(b"[\n" + LINE + b",\n" + LINE + b",\n" + LINE[:50])
    assert len(of(ev.FileCreated, found)) == 2
    assert drift.unknown["line", "not JSON"] == 1


@pytest.mark.parametrize(("path", "name"), [(b"C:\\\\\xe9", r"C:\\xe9"), (b"C:\\\\\\ud800", "C:\\\ud800")])
def test_text_that_is_no_utf8_is_read_all_the_same(path: bytes, name: str) -> None:
    found, drift = read(LINE.replace(b"C:\\\\f", path))
    assert [event.file.path for event in of(ev.FileCreated, found)] == [name]
    assert sum(drift.repaired.values()) == (b"\xe9" in path)
    assert not violations(made(LINE.replace(b"C:\\\\f", path)))


@pytest.mark.parametrize("data", [b"", b"\n\r\n \n", b"\xef\xbb\xbf\n"])
def test_nothing_is_an_error(data: bytes) -> None:
    with pytest.raises(EmptyLogError, match="no lines"):
        read(data)


@pytest.mark.parametrize("data", [b"{}", b"[]", b"[[[", b"x\n" * 9, b'{"EventID": 1}\n', b"[" * 100_000])
def test_a_log_without_one_event_is_refused(data: bytes) -> None:
    with pytest.raises((BrokenLogError, EmptyLogError)) as raised:
        read(data)
    assert raised.value.hint


_FIELDS = (
    "UtcTime", "Hostname", "Channel", "ProcessGuid", "ProcessId", "Image", "Hashes", "TargetObject", "EventType",
    "SourceProcessGuid", "TargetProcessId", "StartAddress", "StartModule", "SourceIp", "DestinationIp", "Initiated",
    "QueryName", "QueryResults", "PipeName", "TargetFilename", "User", "ImageLoaded", "NewProcessId", "ServiceName",
    "TargetUserName", "TargetDomainName", "TargetLogonId", "SubjectLogonId", "LogonId", "LogonType", "IpAddress",
    "WorkstationName", "TargetServerName", "ShareName", "ClientProcessId", "TaskName", "TaskContent", "TaskContentNew",
    "Direction", "SourceAddress", "DestAddress", "SourcePort", "DestPort", "Protocol", "Application", "ProcessID",
    "ObjectName", "ObjectValueName", "OperationType", "NewValue", "SubjectUserName", "AccessMask", "ShareLocalPath",
)  # fmt: skip
_LIKELY = (
    "%%14592",
    "%%1904",
    "::1",
    "10.0.0.5",
    "fe80::1%3",
    "0x3e7",
    "6",
    "WS6",
    r"\\*\C$",
    "<Task/>",
    "<!DOCTYPE a>",
)
_VALUES = (
    st.sampled_from(_LIKELY)
    | st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text(), max_size=2)
    | st.dictionaries(st.text(), st.integers(), max_size=2)
)  # fmt: skip


@given(st.integers(0, 30), st.sampled_from(sorted(SECURITY)), st.dictionaries(st.sampled_from(_FIELDS), _VALUES))
def test_no_value_makes_a_row_fatal(number: int, audit: int, fields: dict[str, object]) -> None:
    data = lines([sysmon(4), sysmon(number, **fields), security(audit, "x", **fields), security(audit, "x", **fields)])
    assert not violations(made(data))


def test_loading_twice_says_the_same() -> None:
    data = gzip.decompress(real_file(MAVINJECT).read_bytes())
    assert read(data)[0] == read(data)[0]


def test_lines_in_another_order_say_the_same_of_the_same_things() -> None:
    """The run and its citations differ, as the file does; what happened, when, and by whom does not."""
    rows = gzip.decompress(real_file(MAVINJECT).read_bytes()).splitlines(keepends=True)
    first = happened(b"".join(rows))
    assert happened(b"".join(reversed(rows))) == first
    random.Random(7).shuffle(rows)
    assert happened(b"".join(rows)) == first


def happened(data: bytes) -> set[tuple[object, ...]]:
    graph = made(data)
    kept = {uid for uid, label in graph.labels.items() if label != "Run"}
    return {
        (row["type"], row["a"], row["b"], row["count"], tuple(row.get("times_us", ())))
        for row in graph.relationships.values()
        if row["a"] in kept and row["b"] in kept
    }


def test_a_real_log_makes_a_graph_that_the_schema_allows() -> None:
    graph = made(gzip.decompress(real_file(MAVINJECT).read_bytes()))
    assert not violations(graph)
    assert ("mavinject.exe", "REPORTED_INJECTION_INTO", "notepad.exe") in graph.triples()


def test_gzip_and_plain_are_one_run(tmp_path: Path) -> None:
    runs = set()
    for name, data in (("a.json", LINE), ("b.json.gz", gzip.compress(LINE))):
        path = tmp_path / name
        path.write_bytes(data)
        source = Source(path)
        first = next(loader_for(source).events(source, Context(), Drift(str(path))))
        assert isinstance(first, ev.RunObserved)
        runs.add(first.run)
    assert len(runs) == 1
