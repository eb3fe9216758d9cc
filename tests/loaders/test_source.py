"""Bytes of a log: plain or gzip, with limits, and errors that name the file."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_model.errors import BrokenLogError, EmptyLogError, InputError, LimitError, NotALogError
from loaders.drift import Drift
from loaders.finding import find
from loaders.protocol import Context, Log
from loaders.source import HEAD_BYTES, Source

DATA = b'{"info": {}}' * 20_000


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_bytes(DATA)
    return path


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    path = tmp_path / "report.json.gz"
    path.write_bytes(gzip.compress(DATA))
    return path


def test_a_gzip_reads_like_the_log_itself(plain: Path, zipped: Path) -> None:
    one, other = Source(plain), Source(zipped)
    assert one.read() == other.read() == DATA
    assert one.head == other.head == DATA[:HEAD_BYTES]
    assert one.digest == other.digest == hashlib.sha256(DATA).hexdigest()


def test_the_digest_is_the_same_before_and_after_reading(zipped: Path) -> None:
    before, after = Source(zipped), Source(zipped)
    after.read()
    assert before.digest == after.digest


def test_a_gzip_is_known_by_its_bytes_not_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(gzip.compress(DATA))
    assert Source(path).read() == DATA


def test_a_gzip_of_several_parts_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(b"one") + gzip.compress(b"two"))
    assert Source(path).read() == b"onetwo"


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"")
    assert (Source(path).head, Source(path).read()) == (b"", b"")


@pytest.mark.parametrize("cut", [2, 5, 12, 40, -9, -5, -1])
def test_a_truncated_gzip_is_broken_and_named(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(DATA)[:cut])
    with pytest.raises(BrokenLogError, match="gzip") as caught:
        Source(path).read()
    assert caught.value.path == str(path)


@given(st.integers(10, 200), st.integers(0, 255))
@settings(max_examples=60, deadline=None)
def test_a_gzip_with_a_changed_byte_is_broken_or_the_same(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: int
) -> None:
    data = bytearray(gzip.compress(DATA))
    data[at % len(data)] = byte
    path = tmp_path_factory.mktemp("gzip") / "x.gz"
    path.write_bytes(data)
    try:
        assert Source(path).read() == DATA
    except BrokenLogError as error:
        assert error.path == str(path)


@pytest.mark.parametrize("compress", [True, False])
def test_a_log_beyond_the_limit_is_refused_with_a_hint(tmp_path: Path, compress: bool) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(gzip.compress(bytes(3_000_000)) if compress else bytes(3_000_000))
    with pytest.raises(LimitError, match="2,000,000 bytes") as caught:
        Source(path, limit=2_000_000).read()
    assert "PROVGRAPH_MAX_LOG_BYTES" in caught.value.hint


def test_a_log_of_exactly_the_limit_is_read(plain: Path) -> None:
    assert len(Source(plain, limit=len(DATA)).read()) == len(DATA)


def test_a_missing_file_or_a_folder_is_an_input_error(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(InputError, match="cannot be read") as caught:
            _ = Source(path).head
        assert caught.value.path == str(path)


# --- the drift report ----------------------------------------------------------------------------


def test_what_was_not_understood_is_counted_with_its_first_sample() -> None:
    drift = Drift("x")
    for sample in ("first", "second"):
        drift.not_understood("api", "NtNew", sample)
    drift.not_understood("api", "NtOther", "z", number=5)
    assert drift.as_dict()["not_understood"] == [
        {"kind": "api", "name": "NtOther", "count": 5, "sample": "z"},
        {"kind": "api", "name": "NtNew", "count": 2, "sample": "first"},
    ]


def test_repairs_are_all_counted_and_some_are_told() -> None:
    drift = Drift("x")
    for number in range(60):
        drift.repair("put right", f"p{number}")
    assert drift.as_dict()["repaired"] == {"put right": 60}
    assert len(drift.repairs) == 50
    assert drift.repairs[0] == "p0: put right"


def test_samples_are_short_and_always_printable() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    drift = Drift("x")
    for number, sample in enumerate(("y" * 1000, b"\xff", 10**10_000, deep)):
        drift.not_understood("value", str(number), sample)
    assert all(len(sample) <= 160 for sample in drift.samples.values())


# --- what a path may lead to ---------------------------------------------------------------------

REPORT = json.dumps({"info": {"id": 1}, "behavior": {"processes": [{"pid": 4, "process_name": "a.exe"}]}}).encode()
LIMIT = 1 << 30


def only_log(path: Path) -> Log:
    """The log that a path means; raises why it is none."""
    found = find([path], LIMIT)
    for error in found.refused.values():
        raise error
    (log,) = found.logs
    return log


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_an_encoding_that_no_log_has_is_named(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(REPORT.decode().encode(encoding))
    with pytest.raises(NotALogError, match=encoding[:6].upper()) as caught:
        only_log(path)
    assert "iconv" in caught.value.hint


def test_zeros_are_no_encoding(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(bytes(100))
    with pytest.raises(NotALogError, match="not a log that provgraph knows"):
        only_log(path)


def test_a_gzip_in_a_gzip_is_told(tmp_path: Path) -> None:
    path = tmp_path / "report.json.gz"
    path.write_bytes(gzip.compress(gzip.compress(REPORT)))
    with pytest.raises(NotALogError, match="gzip data inside gzip data"):
        only_log(path)


@pytest.mark.parametrize("rest", [b"garbage", b"\x1f\x8b", gzip.compress(b"x" * 9_999, mtime=0)[:-9]])
def test_a_gzip_with_something_else_behind_it_is_broken(tmp_path: Path, rest: bytes) -> None:
    path = tmp_path / "report.json.gz"
    path.write_bytes(gzip.compress(REPORT) + rest)
    with pytest.raises(BrokenLogError, match="gzip"):
        only_log(path)


def test_a_gzip_that_was_filled_up_with_zeros_is_read(tmp_path: Path) -> None:
    path = tmp_path / "report.json.gz"
    path.write_bytes(gzip.compress(REPORT) + bytes(512))
    assert only_log(path).where == str(path)


def test_an_empty_gzip_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "report.json.gz"
    path.write_bytes(gzip.compress(b""))
    with pytest.raises(EmptyLogError):
        only_log(path)


def test_what_is_no_file_is_refused_without_being_opened(tmp_path: Path) -> None:
    pipe, loop = tmp_path / "pipe.json", tmp_path / "loop.json"
    os.mkfifo(pipe)
    loop.symlink_to(loop)
    for path in (pipe, loop, tmp_path / ("x" * 300), Path("a\0b"), tmp_path / "none"):
        with pytest.raises(InputError):
            only_log(path)
    (error,) = find([tmp_path], LIMIT).refused.values()
    assert "no log in this folder" in error.message


def test_loops_and_thousands_of_empty_files_in_a_folder_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "up").symlink_to(tmp_path)
    (tmp_path / "folder.json").mkdir()
    for number in range(2_000):
        (tmp_path / f"{number}.json").write_bytes(b"")
    (tmp_path / "report.json").write_bytes(REPORT)
    found = find([tmp_path], LIMIT)
    assert [log.where for log in found.logs] == [str(tmp_path / "report.json")]
    assert found.passed_over == {"the file is empty": (2_000, str(tmp_path / "0.json"))}
    assert not found.refused


def test_a_file_that_is_gone_meanwhile_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(REPORT)
    log = only_log(path)
    path.unlink()
    assert log.size == 0
    with pytest.raises(InputError, match="cannot be read") as caught:
        list(log.events(Context(), Drift(log.where)))
    assert caught.value.path == str(path)


# --- the drift report is bounded -----------------------------------------------------------------


def test_names_that_a_report_makes_up_are_counted_together_when_they_are_too_many() -> None:
    drift = Drift("x")
    for number in range(3_000):
        drift.not_understood("section", f"k{number}")
    drift.not_understood("section", "k0")
    assert len(drift.unknown) == 2_001
    assert drift.unknown["section", "(further names)"] == 1_000
    assert drift.unknown["section", "k0"] == 2


def test_an_endless_name_is_cut() -> None:
    drift = Drift("x")
    for _ in range(2):
        drift.not_understood("api", "a" * 100_000)
    assert drift.unknown == {("api", "a" * 160): 2}
