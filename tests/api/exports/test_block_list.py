"""The block list: what gets on it, what must never be on it, and how it is written."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import emptied
from helpers.commands import provgraph
from helpers.reports import JSON, Program, call, cuckoo
from hypothesis import given, settings
from hypothesis import strategies as st

from api.exports.allow_list import AllowList, read_allow_list
from api.exports.block_list import BlockList, gather, select
from api.exports.hosts import Reason, address_of, ascii_name
from api.exports.list_text import written
from api.exports.writing import write_whole
from api.load import load
from api.output import ListFormat
from api.settings import Settings
from cypher.answer import Answer
from graph_model.errors import InputError
from graph_model.store import Store
from loaders.protocol import Context

NOTHING_ALLOWED = AllowList()


def row(kind: str, indicator: str, **more: Any) -> dict[str, Any]:
    times = {"first_seen": "2017-07-14T02:40:00.000000Z", "last_seen": "2017-07-15T02:40:00.000000Z"}
    facts = {"samples": 1, "runs": 1, "resolver": False, "ports": [], "evidence": ["r:4.0#1", "r:4.0#2", "r:4.0#3"]}
    return {"kind": kind, "indicator": indicator, **facts, **times, **more}


def listed(*rows: dict[str, Any], allow: AllowList = NOTHING_ALLOWED, hosts_file: bool = False) -> list[str]:
    return [found.indicator for found in select(rows, allow, hosts_file).indicators]


def reasons(*rows: dict[str, Any], allow: AllowList = NOTHING_ALLOWED, hosts_file: bool = False) -> dict[str, int]:
    return {reason.name: number for reason, number in select(rows, allow, hosts_file).left_out.items()}


# --- spelling ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C2.Example.COM.", "c2.example.com"),
        ("_dmarc.a-b.net", "_dmarc.a-b.net"),
        ("faß.de", "xn--fa-hia.de"),
        ("日本語.jp", "xn--wgv71a119e.jp"),
        ("xn--wgv71a119e.jp", "xn--wgv71a119e.jp"),
        ("wpad", "wpad"),
        ("a..b", None),
        ("", None),
        ("a b.com", None),
        ("a.com\nevil.org", None),
        ("-a.com", None),
        ("1.2.3.4", None),
        ("a." * 200 + "com", None),
        ("b" * 64 + ".com", None),
        ("\u200d.com", None),
    ],
)
def test_a_name_has_one_spelling_or_is_none(text: str, expected: str | None) -> None:
    assert ascii_name(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("45.33.0.1", "45.33.0.1"),
        ("[2606:4700:0::1111]", "2606:4700::1111"),
        ("::ffff:45.33.0.1", "45.33.0.1"),
        ("fe80::1%12", "fe80::1"),
        ("45.33.0.999", "None"),
    ],
)
def test_an_address_has_one_spelling(text: str, expected: str) -> None:
    assert str(address_of(text)) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://C2.Example.COM:8080/A?b=C#d", "http://c2.example.com:8080/A?b=C"),
        ("http://c2.example.com./a", "http://c2.example.com/a"),
        ("http://日本語.jp/ぱす", "http://xn--wgv71a119e.jp/%E3%81%B1%E3%81%99"),
        ("http://[2606:4700:0::1111]:80/x", "http://[2606:4700::1111]:80/x"),
        ("http://u:p@c2.example.com/", "http://u:p@c2.example.com/"),
        ("http://c2.example.com/a b%20c\x1b[31m", "http://c2.example.com/a%20b%20c%1B[31m"),
        ("ftp://45.33.0.1/x", "ftp://45.33.0.1/x"),
    ],
)
def test_a_url_has_one_spelling_on_one_line(url: str, expected: str) -> None:
    assert listed(row("url", url)) == [expected]


@pytest.mark.parametrize(
    "url", ["c2.example.com/x", "http://", "http://a b/", "http://c2.example.com:99999/", "http://[::1/", "\n"]
)
def test_what_is_no_url_is_left_out(url: str) -> None:
    assert reasons(row("url", url)) == {"malformed": 1}


# --- what must not be blocked ----------------------------------------------------------------------

NOT_PUBLIC = [
    *("10.1.2.3", "172.16.0.1", "192.168.56.1", "127.0.0.1", "169.254.1.1", "100.64.0.1", "0.0.0.0"),
    *("224.0.0.252", "224.0.1.1", "239.255.255.250", "255.255.255.255", "240.0.0.1"),
    *("192.0.2.1", "198.51.100.7", "203.0.113.9", "::1", "::", "fe80::1", "fe80::1%3", "fc00::1"),
    *("ff02::1:3", "ff0e::1", "2001:db8::1", "::ffff:10.0.0.1"),
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_never_listed(address: str) -> None:
    assert reasons(row("address", address)) == {"not_public": 1}
    shown = f"[{address}]" if ":" in address else address
    assert reasons(row("url", f"http://{shown}/x")) == {"not_public": 1}


@pytest.mark.parametrize("address", ["45.33.0.1", "8.8.8.8", "2606:4700::1111"])
def test_a_public_address_is_listed(address: str) -> None:
    assert listed(row("address", address)) == [address]


def test_a_dns_server_is_never_listed_nor_what_is_asked_from_it_by_address() -> None:
    rows = [row("address", "8.8.8.8", resolver=True), row("url", "https://8.8.8.8/dns-query"), row("domain", "c2.net")]
    assert listed(*rows) == ["c2.net"]
    assert reasons(*rows) == {"resolver": 2}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("wpad", "no_dot"),
        ("LOCALHOST.", "no_dot"),
        ("250.255.255.239.in-addr.arpa", "special"),
        ("1.0.0.2.ip6.arpa", "special"),
        ("printer.local", "special"),
        ("x.test", "special"),
        ("dc01.corp.internal", "special"),
        ("a b.com", "malformed"),
    ],
)
def test_some_names_are_never_listed(name: str, reason: str) -> None:
    assert reasons(row("domain", name)) == {reason: 1}


def test_the_allow_list_protects_names_below_a_domain_and_addresses_in_a_network(tmp_path: Path) -> None:
    path = tmp_path / "allow.txt"
    path.write_bytes(
        "\ufeff# ours\nExample.COM.\n*.vendor.net  # theirs\n\n45.33.0.0/16\n2606:4700::/32\n日本語.jp\n".encode()
    )
    allow = read_allow_list(path)
    protected = ["example.com", "a.b.example.com", "vendor.net", "x.vendor.net", "日本語.jp"]
    assert reasons(*(row("domain", name) for name in protected), allow=allow) == {"allowed": 5}
    rows = [row("address", "45.33.200.1"), row("address", "2606:4700::1"), row("url", "http://A.example.com:81/x")]
    assert reasons(*rows, row("url", "http://45.33.1.1/"), allow=allow) == {"allowed": 4}
    kept = [row("domain", "notexample.com"), row("domain", "com.evil.net"), row("address", "45.34.0.1")]
    assert listed(*kept, allow=allow) == ["com.evil.net", "notexample.com", "45.34.0.1"]


@pytest.mark.parametrize("line", ["not a name", "45.33.0.0/99", "http://example.com/", "exa_mple..com", "*"])
def test_a_line_that_would_protect_nothing_is_an_error(tmp_path: Path, line: str) -> None:
    path = tmp_path / "allow.txt"
    path.write_text(f"example.com\n{line}\n")
    with pytest.raises(InputError, match=r"allow\.txt:2: .* is no domain, address or network"):
        read_allow_list(path)


def test_an_allow_list_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "utf16.txt").write_bytes("example.com".encode("utf-16"))
    for path in (tmp_path, tmp_path / "none.txt", tmp_path / "utf16.txt"):
        with pytest.raises(InputError, match=path.name):
            read_allow_list(path)


def test_two_spellings_of_one_thing_are_one_line() -> None:
    (found,) = select(
        [row("domain", "日本語.jp", samples=2), row("domain", "xn--wgv71a119e.jp", samples=5)], AllowList()
    ).indicators
    assert (found.indicator, found.samples) == ("xn--wgv71a119e.jp", 5)


def test_the_list_is_in_order() -> None:
    rows = [row("url", "http://b.net/"), row("address", "45.33.0.1"), row("domain", "b.net"), row("domain", "a.net")]
    assert listed(*rows, row("domain", "z.net", samples=2)) == ["z.net", "a.net", "b.net", "45.33.0.1", "http://b.net/"]


# --- formats -----------------------------------------------------------------------------------

ROWS = [
    row("domain", "c2.net", samples=1200, runs=1300),
    row("address", "45.33.0.1", ports=["tcp/80", "udp/53"]),
    row("url", "http://c2.net/a,b"),
]
ASKED = Answer([], [], "", {"kind": "any", "label": "not-benign", "dataset": "", "least_samples": 1, "limit": 7000})


def test_the_text_has_one_indicator_a_line_under_a_comment() -> None:
    assert written(select(ROWS, AllowList()), ListFormat.text, ASKED) == (
        "# provgraph block list: 1 domain, 1 address, 1 URL\n"
        "# asked with kind=any, label=not-benign, least_samples=1\n"
        "# complete: the limit of 7,000 cut nothing off\n"
        "# domain: 1,200 samples in 1,300 runs, 2017-07-14 to 2017-07-15, evidence r:4.0#1, r:4.0#2\n"
        "c2.net\n"
        "# address (tcp/80, udp/53): 1 sample in 1 run, 2017-07-14 to 2017-07-15, evidence r:4.0#1, r:4.0#2\n"
        "45.33.0.1\n"
        "# url: 1 sample in 1 run, 2017-07-14 to 2017-07-15, evidence r:4.0#1, r:4.0#2\n"
        "http://c2.net/a,b\n"
    )


@pytest.mark.parametrize("fmt", [ListFormat.text, ListFormat.hosts])
def test_a_list_that_was_cut_says_so_in_its_head(fmt: ListFormat) -> None:
    text = written(select(ROWS, AllowList()), fmt, replace(ASKED, truncated=True))
    assert "# NOT COMPLETE: more was contacted than the limit of 7,000 let through" in text.splitlines()[2]


def test_a_time_that_is_not_known_is_said_once() -> None:
    unknown = row("domain", "c2.net", first_seen="not recorded", last_seen="not recorded")
    assert "in 1 run, not recorded, evidence" in written(select([unknown], AllowList()), ListFormat.text, ASKED)


def test_a_hosts_file_sends_names_nowhere_and_holds_nothing_else() -> None:
    found = select(ROWS, AllowList(), hosts_file=True)
    lines = written(found, ListFormat.hosts, ASKED).splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["0.0.0.0 c2.net"]
    assert found.left_out == {Reason.no_name: 2}


def test_csv_and_json_say_the_same() -> None:
    found = select(ROWS, AllowList())
    table = list(csv.DictReader(io.StringIO(written(found, ListFormat.csv, ASKED))))
    objects = json.loads(written(found, ListFormat.json, ASKED))
    assert [line["indicator"] for line in table] == [one["indicator"] for one in objects] == listed(*ROWS)
    assert table[1]["ports"] == "tcp/80; udp/53"
    assert list(table[0]) == list(objects[0])
    assert objects[0]["evidence"] == ["r:4.0#1", "r:4.0#2", "r:4.0#3"]


def test_csv_holds_no_formula() -> None:
    text = written(
        select([row("domain", "c2.net", evidence=["=cmd|' /C calc'!A0"])], AllowList()), ListFormat.csv, ASKED
    )
    (line,) = csv.DictReader(io.StringIO(text))
    assert line["evidence"] == "'=cmd|' /C calc'!A0"


@given(
    st.lists(
        st.tuples(st.sampled_from(["domain", "address", "url"]), st.text() | st.text().map("http://{}".format)),
        max_size=6,
    )
)
@settings(max_examples=300, deadline=None)
def test_whatever_a_log_says_a_line_of_the_list_is_one_indicator(pairs: list[tuple[str, str]]) -> None:
    found = select([row(kind, text) for kind, text in pairs], AllowList())
    lines = written(found, ListFormat.text, ASKED).splitlines()
    assert [line for line in lines if not line.startswith("#")] == [one.indicator for one in found.indicators]
    assert all(line.isascii() and line.isprintable() for line in lines)
    assert sum(found.left_out.values()) + len(found.indicators) <= len(pairs)


# --- from logs to a list -----------------------------------------------------------------------


def report(number: int, *names: str, servers: tuple[str, ...] = ()) -> JSON:
    calls = [call("getaddrinfo", hostname=name) for name in names]
    calls.append(call("connect", ip_address="45.33.0.1", port=443))
    info = {"id": number, "started": 1_500_000_000.0 + number}
    network = {"udp": [{"dst": server, "dport": 53} for server in ("8.8.8.8", "192.168.56.1")], "dns_servers": servers}
    return cuckoo(Program(4, calls), info=info, network=network)


def labelled(folder: Path, label: str, *reports: JSON) -> Path:
    (folder / label).mkdir()
    for number, made in enumerate(reports):
        (folder / label / f"{number}.json").write_text(json.dumps(made))
    return folder / label


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    bad = [report(1, "c2.evil.net", "WPAD", servers=["9.9.9.9"]), report(2, "c2.evil.net", "once.evil.net")]
    return [labelled(tmp_path, "malicious", *bad), labelled(tmp_path, "benign", report(3, "good.net"))]


def test_what_benign_runs_contact_is_no_candidate(store: Store, folders: list[Path]) -> None:
    for folder in folders:
        load(store, [folder], Context(label=folder.name), Settings())
    found = select(gather(store, {}).rows, AllowList())
    assert [one.indicator for one in found.indicators] == ["c2.evil.net", "once.evil.net", "45.33.0.1"]
    assert found.left_out == {Reason.no_dot: 1, Reason.resolver: 3}
    assert [
        one.indicator
        for one in select(gather(store, {"label": "benign", "kind": "domain"}).rows, AllowList()).indicators
    ] == ["good.net"]
    often = select(gather(store, {"least_samples": 2, "kind": "domain"}).rows, AllowList())
    assert [(one.indicator, one.samples) for one in often.indicators] == [("c2.evil.net", 2)]


def test_without_runs_the_list_is_empty(store: Store) -> None:
    emptied(store)
    assert select(gather(store, {}).rows, AllowList()) == BlockList()


def test_the_command_writes_the_list_and_says_what_it_left_out(tmp_path: Path, folders: list[Path]) -> None:
    data = tmp_path / "data"
    assert provgraph(data, "load", folders[0], "--label", "malicious").returncode == 0
    done = provgraph(data, "export", "block-list", "-p", "limit=2")
    assert (done.returncode, done.stdout.splitlines()[4::2]) == (0, ["45.33.0.1"])
    assert done.stdout.splitlines()[2].startswith("# NOT COMPLETE: more was contacted than the limit of 2 let")
    assert "more was contacted than was looked at" in done.stderr
    allow = tmp_path / "allow.txt"
    allow.write_text("once.evil.net\n")
    target = tmp_path / "list.txt"
    done = provgraph(data, "export", "block-list", "-o", target, "--allow", allow, "-p", "kind=domain")
    assert (done.returncode, done.stdout) == (0, f"{target}\n")
    assert target.read_text().splitlines()[4:] == ["c2.evil.net"]
    assert target.read_text().splitlines()[2].startswith("# complete")
    remarks = {"1 domain, 0 addresses, 0 URLs", "left out: 1, on the allow list", "left out: 1, name without a dot"}
    assert set(done.stderr.splitlines()) == remarks
    for words in (["--allow", tmp_path / "none"], ["-p", "least_samples=0"], ["-o", "/dev/null"], ["--format", "xml"]):
        done = provgraph(data, "export", "block-list", *words)
        assert done.returncode == 2, words
        assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["error", "hint"]


def test_a_file_below_a_file_is_the_users_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot write the file: Not a directory"):
        write_whole("x", tmp_path / "file" / "list.txt")
