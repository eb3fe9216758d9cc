"""Bytes of a log: plain or gzip, with limits, and errors that name the file."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_model.errors import BrokenLogError, InputError, LimitError
from loaders.drift import Drift
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
