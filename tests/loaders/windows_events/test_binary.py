"""Windows' own files of events: the same events as from JSON, with the numbers of the records, as far as they go."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import msgspec
import pytest
from helpers.evtx import CHUNK, CHUNK_HEADER, HEADER, evtx
from helpers.windows import GUID_A, GUID_B, JSON, line_of, lines, of, read, security, sysmon

from graph_model import events as ev
from graph_model.errors import BrokenLogError, EmptyLogError
from loaders.drift import Drift
from loaders.protocol import Context
from loaders.registry import loader_for
from loaders.source import Source

STAMP = "2020-10-19 12:00:00.300"
ROWS = [
    sysmon(
        1, 0, ProcessGuid=GUID_B, ProcessId=77, Image=r"C:\a.exe", CommandLine="a \u00e9 \u2028 <&>", LogonId="0x3E7"
    ),
    sysmon(11, 1, ProcessGuid=GUID_B, ProcessId=77, TargetFilename="C:\\f\u00e9\n.exe"),
    security(4624, STAMP, TargetUserName="ann", TargetLogonId="0x1", LogonType=3, IpAddress="10.0.0.7"),
    security(
        4698, STAMP, TaskName="t", TaskContent="<Task><Actions><Exec><Command>c</Command></Exec></Actions></Task>"
    ),
    sysmon(5, 2, ProcessGuid=GUID_B, ProcessId=77),
]
MANY = [sysmon(5, number, ProcessGuid=GUID_A, ProcessId=77) for number in range(30)]


def said(data: bytes | list[JSON]) -> list[ev.Event]:
    return [
        msgspec.structs.replace(event, position="") for event in read(data)[0] if not isinstance(event, ev.RunObserved)
    ]


def ended(data: bytes) -> list[int]:
    """The records that were read."""
    return [line_of(event) for event in of(ev.ProcessEnded, read(data)[0])]


def damages(drift: Drift) -> int:
    return drift.unknown["record", "damaged"]


def test_it_says_what_the_same_events_say_as_json() -> None:
    assert said(evtx(ROWS)) == said(ROWS)


def test_events_cite_the_numbers_of_their_records() -> None:
    data = evtx(MANY, per_chunk=10, first=4_711)
    assert ended(data) == list(range(4_711, 4_711 + len(MANY)))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_it_is_recognised_by_how_it_begins_under_any_name(tmp_path: Path, pack: type[bytes]) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(pack(evtx(ROWS)))
    assert loader_for(Source(path)).name == "windows_events"


def test_gzip_and_plain_are_one_run_and_json_is_another(tmp_path: Path) -> None:
    runs = []
    for name, data in (("a", evtx(ROWS)), ("b", gzip.compress(evtx(ROWS))), ("c", lines(ROWS))):
        path = tmp_path / name
        path.write_bytes(data)
        source = Source(path)
        first = next(loader_for(source).events(source, Context(), Drift(name)))
        assert isinstance(first, ev.RunObserved)
        runs.append(first.run)
    assert runs[0] == runs[1] != runs[2]


def start_of(data: bytes, record: int) -> int:
    """Where a record of the first chunk begins."""
    place = HEADER + CHUNK_HEADER
    for _ in range(record - 1):
        place += int.from_bytes(data[place + 4 : place + 8], "little")
    return place


def test_a_damaged_record_is_counted_and_the_others_are_read() -> None:
    data = bytearray(evtx(MANY, per_chunk=10))
    data[start_of(data, 3) + 28] = 0xEE
    assert ended(bytes(data)) == [1, 2, *range(4, 31)]
    assert damages(read(bytes(data))[1]) == 1


def test_behind_a_record_whose_size_is_damaged_the_next_chunk_is_read() -> None:
    data = bytearray(evtx(MANY, per_chunk=10))
    data[start_of(data, 3) + 4] ^= 0x08
    found, drift = read(bytes(data))
    assert {1, 2, *range(11, 31)} <= set(map(line_of, of(ev.ProcessEnded, found)))
    assert damages(drift) >= 1


def test_a_damaged_chunk_is_counted_and_the_others_are_read() -> None:
    data = bytearray(evtx(MANY, per_chunk=10))
    data[HEADER + CHUNK : HEADER + CHUNK + 8] = bytes(8)
    data[HEADER + CHUNK + 40] = 0xFF
    assert ended(bytes(data)) == [*range(1, 11), *range(21, 31)]


@pytest.mark.parametrize("chunks", [0, 1])
@pytest.mark.parametrize("within", [0, 3, 10, 24, 100, 400, 700])
def test_a_file_that_ends_within_a_chunk_is_read_up_to_there(chunks: int, within: int) -> None:
    data = evtx(MANY, per_chunk=10, first=100)
    found, drift = read(data[: start_of(data, 6) + chunks * CHUNK + within])
    assert [line_of(event) for event in of(ev.ProcessEnded, found)] == list(range(100, 100 + 10 * chunks + 5))
    assert drift.unknown["record", "cut off where the file ends"] == 1
    assert {kind for kind, _ in drift.unknown} == {"record"}


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (slice(8, 44), bytes(36)),  # as while the log is being written
        (slice(16, 24), b"\x00\x00\x00\x00\x00\x41\x00\x00"),  # a last chunk far behind the end
        (slice(8, 128), b"\xff" * 120),
    ],
)
def test_the_header_of_a_file_is_not_trusted(place: slice, value: bytes) -> None:
    data = bytearray(evtx(MANY, per_chunk=10))
    data[place] = value
    assert ended(bytes(data)) == list(range(1, 31))


@pytest.mark.parametrize("table", [0, 63, 64, 95])
def test_a_chain_of_names_that_leads_back_to_itself_is_not_followed(table: int) -> None:
    """The 64 chains of names and the 32 of templates begin at byte 128 of the chunk; a name has the next one first."""
    data = bytearray(evtx(MANY))
    name = start_of(data, 2) + 24 + 4 + 9 - HEADER
    data[HEADER + name : HEADER + name + 4] = name.to_bytes(4, "little")
    data[HEADER + 128 + 4 * table : HEADER + 132 + 4 * table] = name.to_bytes(4, "little")
    assert ended(bytes(data)) == list(range(1, 31))


@pytest.mark.parametrize("data", [evtx([]), evtx([]) + bytes(CHUNK), evtx([])[:200], b"ElfFile\x00"])
def test_a_file_without_records_is_an_error(data: bytes) -> None:
    with pytest.raises(EmptyLogError, match="no records") as raised:
        read(data)
    assert raised.value.hint


@pytest.mark.parametrize("at", [0, 100])
def test_a_file_of_which_nothing_can_be_read_is_an_error(at: int) -> None:
    data = evtx(ROWS)
    hurt = data[: HEADER + at] + b"\xee" * (len(data) - HEADER - at)
    with pytest.raises(BrokenLogError, match="no record of it") as raised:
        read(hurt)
    assert raised.value.hint


def test_a_file_of_other_events_is_read_and_tells_so() -> None:
    row = security(4104, STAMP) | {"Channel": "Other", "SourceName": "Other"}
    assert read(evtx([row]))[1].unknown == {("event", "other/4104"): 1}


@pytest.mark.parametrize("seed", range(40))
def test_no_damage_is_fatal(seed: int) -> None:
    """Bytes anywhere but in the magic may be anything."""
    chance = random.Random(seed)
    data = bytearray(evtx(ROWS))
    end = start_of(data, len(ROWS))
    for _ in range(chance.choice((1, 3, 30))):
        data[chance.choice((chance.randrange(8, 130), chance.randrange(HEADER, end)))] = chance.randrange(256)
    try:
        read(bytes(data))
    except (BrokenLogError, EmptyLogError) as error:
        assert error.hint
