"""Times, ranks and encodings: what the first pass takes from the bytes."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.drift import Drift
from loaders.mark2.scan import NO_SN, encoding, entries
from loaders.mark2.times import HEADER, microseconds

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1601, 1, 1), datetime(9990, 1, 1), timezones=ZONES)


def stamped(moment: datetime) -> str:
    return moment.strftime(f"%m/%d/{moment.year:04d} %H:%M:%S.{moment.microsecond // 1000:03d} %z")


def time_of(header: bytes) -> int:
    match = HEADER.match(header)
    assert match
    return microseconds(match)


def scanned(*lines: str) -> list[tuple[int, int]]:
    """Line number and sn, in rank order."""
    found = entries("\n".join(lines).encode(), Drift("log"))
    return [(entry.number, entry.sn) for entry in found]


def test_the_zone_of_the_header_leads_to_utc() -> None:
    assert time_of(b"06/30/2017 13:13:13.890 +0900") == 1_498_795_993_890_000
    assert time_of(b"06/30/2017 00:13:13.890 -0400") == 1_498_795_993_890_000
    assert time_of(b"06/30/2017 04:13:13.890 +0000") == 1_498_795_993_890_000


@given(MOMENTS)
def test_times_are_those_of_the_calendar(moment: datetime) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    assert time_of(stamped(moment).encode()) == since // timedelta(microseconds=1)


@pytest.mark.parametrize(
    "header",
    [
        "02/30/2017 13:13:13.890 +0900",
        "13/01/2017 13:13:13.890 +0900",
        "06/30/0000 13:13:13.890 +0900",
        "06/30/2017 24:13:13.890 +0900",
        "06/30/2017 13:60:13.890 +0900",
        "06/30/2017 13:13:60.890 +0900",
        "06/30/2017 13:13:13.890 +9900",
    ],
)
def test_an_impossible_date_is_counted_and_not_fatal(header: str) -> None:
    drift = Drift("log")
    assert entries(f"{header} evt=ps subEvt=start".encode(), drift) == []
    assert drift.unknown == {("line", "impossible date"): 1}


def test_lines_are_ranked_by_time_then_sn() -> None:
    lines = (
        "06/30/2017 13:18:34.459 +0900 sn=22088",
        "06/30/2017 13:18:34.460 +0900 sn=22086",
        "06/30/2017 13:18:34.459 +0900 sn=22087",
        "06/30/2017 05:18:34.460 +0100 sn=9",
    )
    assert scanned(*lines) == [(3, 22087), (1, 22088), (4, 9), (2, 22086)]


def test_equal_times_and_numbers_keep_the_order_of_the_file() -> None:
    line = "06/30/2017 13:18:34.459 +0900 sn=1"
    assert scanned(line, line, line) == [(1, 1), (2, 1), (3, 1)]


@pytest.mark.parametrize(
    ("keys", "sn"),
    [
        ('cmd="x sn=1 y" sn=2', 2),
        ('cmd="x ""sn=1"" sn=3 y" sn=2', 2),
        ("sn= sn=- sn=2 sn=3", 2),
        ('sn="2"', 2),
        ("sn=2a sn=x", NO_SN),
        ("xsn=4", NO_SN),
        ("sn=" + "9" * 400, NO_SN),
    ],
)
def test_sn_is_the_first_that_has_a_number_outside_of_quotes(keys: str, sn: int) -> None:
    assert scanned(f"06/30/2017 13:18:34.459 +0900 {keys}") == [(1, sn)]


def test_many_numbers_inside_quotes_do_not_make_the_scan_slow() -> None:
    start = time.perf_counter()
    assert scanned('06/30/2017 13:18:34.459 +0900 cmd="' + " sn=1" * 200_000) == [(1, NO_SN)]
    assert time.perf_counter() - start < 2


def test_lines_without_a_header_are_counted_and_blank_ones_are_not() -> None:
    drift = Drift("log")
    data = b"# a comment\r\n\r\n   \n\xff\xfe\n06/30/2017 13:18:34.459 +0900 sn=1\n\x1a"
    assert [entry.number for entry in entries(data, drift)] == [5]
    assert drift.unknown == {("line", "no header"): 2}
    assert drift.samples["line", "no header"].startswith("# a comment")


def test_a_bom_or_blanks_before_the_header_are_passed_over() -> None:
    line = b"06/30/2017 13:18:34.459 +0900 sn=1"
    data = b"\n".join([b"\xef\xbb\xbf" + line, b"  " + line, b"\xef\xbb\xbf" + line])
    found = entries(data, Drift("log"))
    assert [data[entry.start : entry.end] for entry in found] == [line] * 3


def test_utf8_is_tried_first_and_cp932_second() -> None:
    text = "06/30/2017 13:18:34.459 +0900 fileDesc=ホスト表示\n"
    assert encoding(text.encode()) == "utf-8"
    assert encoding(text.encode("cp932")) == "cp932"
    assert encoding(b"plain") == "utf-8"


def test_one_damaged_line_does_not_change_the_encoding_of_the_others() -> None:
    lines = ["fileDesc=ホスト プロセス".encode()] * 5
    assert encoding(b"\n".join([*lines, b"path=\xff"])) == "utf-8"
    assert encoding(b"\n".join([*lines, "fileDesc=ホスト".encode()[:-1], b""])) == "utf-8"


def test_a_sign_cut_at_the_end_of_the_file_is_no_fault_of_the_encoding() -> None:
    assert encoding("fileDesc=表".encode()[:-1]) == "utf-8"


@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    entries(data, Drift("log"))
    assert encoding(data) in {"utf-8", "cp932"}
