"""Identities depend on the thing alone: not on the machine, the hash seed, or what separators a name holds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graph_model.events import FileFacts, Hashes, HostRef, ProcessRef
from graph_model.identity import (
    checked_hash,
    checked_hashes,
    content_uid,
    has_content,
    host_uid,
    is_address,
    is_loopback,
    plain_address,
    process_uid,
    referred_host,
    relationship_uid,
    run_uid,
    uid,
)

ROOT = Path(__file__).resolve().parents[2]
SHA256 = "027cc450ef5f8c5f653329641ec1fed91f694e0d229928963b30f6b0d7d3a745"
SHA1 = "34f917aaba5684fbe56d3c57d48ef2a1aa7cf06d"
MD5 = "aeee996fd3484f28e5cd85fe26b6bdcd"
PARTS = st.lists(st.text(), min_size=1, max_size=4).map(tuple)


@given(PARTS, PARTS)
@settings(max_examples=300, deadline=None)
def test_different_kinds_or_parts_give_different_uids(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assume(one != other)
    assert uid(*one) != uid(*other)
    assert relationship_uid("T", "a", "b", *one) != relationship_uid("T", "a", "b", *other)


def test_a_separator_inside_a_part_does_not_shift_the_parts() -> None:
    spellings = {uid("K", "a\x1fb", "c"), uid("K", "a", "b\x1fc"), uid("K", "a", "b", "c"), uid("K", "a\x1eb", "c")}
    assert len(spellings) == 4
    assert uid("K", "a\x1f", "b") != uid("K", "a", "\x1fb")
    assert uid("K", "\x1e1") != uid("K", "\x1f")


def test_a_uid_is_32_hexadecimal_digits() -> None:
    assert len(uid("File", "x")) == 32
    assert set(uid("File", "x")) <= set("0123456789abcdef")


def test_a_lone_surrogate_has_an_identity_too() -> None:
    assert uid("File", "\udc80") != uid("File", "\udc81")


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_uids_do_not_depend_on_the_hash_seed(seed: str) -> None:
    code = "from graph_model.identity import *;"
    code += "print(uid('A', 'b'), relationship_uid('T', 'a', 'b', 'r'), run_uid('x', 7))"
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == [uid("A", "b"), relationship_uid("T", "a", "b", "r"), run_uid("x", 7)]


def test_the_key_of_a_run_counts_not_its_type() -> None:
    assert run_uid("cuckoo", 7, 100) == run_uid("cuckoo", "7", "100")
    assert len({run_uid("cuckoo", 7, 100), run_uid("cape", 7, 100), run_uid("cuckoo", 7, 101)}) == 3


def test_hosts_are_kept_apart_by_scope_and_joined_over_case() -> None:
    assert host_uid(HostRef("a", "PC1")) == host_uid(HostRef("a", "pc1"))
    assert host_uid(HostRef("a", "PC1")) != host_uid(HostRef("b", "PC1"))


def test_processes_are_kept_apart_by_host_and_key() -> None:
    one, other = HostRef("a", "x"), HostRef("a", "y")
    keys = {process_uid(ProcessRef(host, key)) for host in (one, other) for key in ("4.0", "4.1")}
    assert len(keys) == 4
    assert process_uid(ProcessRef(one, "{AB}", pid=4)) == process_uid(ProcessRef(one, "{ab}"))


# --- hashes --------------------------------------------------------------------------------------


def test_content_is_known_by_its_strongest_hash() -> None:
    assert content_uid(Hashes(SHA256, SHA1, MD5)) == content_uid(Hashes(SHA256))
    assert content_uid(Hashes(None, SHA1, MD5)) == content_uid(Hashes(None, SHA1))
    assert content_uid(Hashes(None, None, MD5)) == content_uid(Hashes(md5=MD5))
    assert len({content_uid(Hashes(SHA256)), content_uid(Hashes(None, SHA1)), content_uid(Hashes(md5=MD5))}) == 3


def test_content_without_a_hash_has_no_identity() -> None:
    assert content_uid(Hashes()) is None
    assert not has_content(None)
    assert not has_content(FileFacts(size=3))
    assert has_content(FileFacts(hashes=Hashes(md5=MD5)))


@pytest.mark.parametrize("value", [SHA256, SHA256.upper(), f" {SHA256}\n"])
def test_a_hash_is_lower_case_without_blanks(value: str) -> None:
    assert checked_hash("sha256", value) == SHA256


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        7,
        [],
        SHA256[:-1],
        SHA256 + "0",
        SHA1,
        "g" + SHA256[1:],
        SHA256[:30] + " " + SHA256[31:],
        "-",
        "０" * 64,
    ],
)
def test_a_damaged_hash_is_none(value: object) -> None:
    assert checked_hash("sha256", value) is None


@given(st.text() | st.integers() | st.none() | st.binary())
@settings(max_examples=100, deadline=None)
def test_no_value_of_a_hash_field_raises(value: object) -> None:
    assert checked_hashes(value, value, value) == Hashes()


# --- addresses and names -------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["172.31.48.79", "::1", "fe80::5992:af4e:8c90:5591%11", "FE80::1"])
def test_addresses_are_addresses(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize("text", ["", "MWC01", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4:80", "fe80", "%1"])
def test_names_and_damage_are_no_addresses(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize(
    ("server", "key"),
    [
        ("172.31.48.79", "address:172.31.48.79"),
        ("MWC02", "name:mwc02"),
        ("Files.Example.COM", "name:files.example.com"),
        ("FE80:0:0:0:0:0:0:1", "address:fe80::1"),
        ("fe80--1s4.ipv6-literal.net", "address:fe80::1"),
        ("::ffff:172.31.48.79", "address:172.31.48.79"),
    ],
)
def test_a_host_that_is_referred_to_is_known_by_address_or_name(server: str, key: str) -> None:
    assert referred_host("case", server) == HostRef("case", key)


def test_an_address_has_one_spelling() -> None:
    assert plain_address("FE80:0::0001%eth0") == plain_address("fe80::1")


@pytest.mark.parametrize("server", ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1", "0--1.ipv6-literal.net"])
def test_loopback_names_are_loopback(server: str) -> None:
    assert is_loopback(referred_host("case", server))


@pytest.mark.parametrize("server", ["172.31.48.79", "localhost.example.com", "MWC01"])
def test_other_names_are_not_loopback(server: str) -> None:
    assert not is_loopback(referred_host("case", server))


def test_a_terminal_of_its_own_log_is_not_loopback() -> None:
    assert not is_loopback(HostRef("case", "localhost"))
