"""What bites in this format, one by one, and all together: however a log is written, it says the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.mark2_lines import BY_R, CMD, HOST, PSEXEC_MD5, TMID, R, file, line, of, one, process, read
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_model import events as ev

KEY = "HKEY_LOCAL_MACHINE\\SOFTWARE\\表示"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "mwc01.log"


# Characters whose second byte in CP932 is 0x5C, a backslash, also where a quote or a folder follows.
@pytest.mark.parametrize("sign", list("ソ表能十予申貼構暴噂欺圭"))
def test_the_second_byte_of_a_japanese_character_is_no_backslash(log: Path, sign: str) -> None:
    assert sign.encode("cp932")[1:] == b"\\"
    text = line("file/del", f'{BY_R} path="C:\\{sign}\\{sign}" com2="{sign}" drvType={sign}')
    events, drift = read(text.encode("cp932"), log)
    assert one(ev.FileDeleted, events).file == file(f"C:\\{sign}\\{sign}")
    assert drift.unknown == {("key", "com2"): 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_line_ends_may_be_mixed(log: Path, encoding: str) -> None:
    lines = [line("file/del", f'{BY_R} path="C:\\表示{number}"', number) for number in range(4)]
    text = f"{lines[0]}\n{lines[1]}\r\n\r\n\n{lines[2]}\r\r\n{lines[3]}"
    events, drift = read(text.encode(encoding), log)
    assert [event.file.path for event in of(ev.FileDeleted, events)] == [f"C:\\表示{number}" for number in range(4)]
    assert not drift.unknown


def test_a_mark_of_utf_8_may_stand_before_any_line(log: Path) -> None:
    lines = [line("file/del", f"{BY_R} path=C:\\{number}", number) for number in range(3)]
    events, drift = read("".join(f"\ufeff{text}\r\n" for text in lines), log)
    assert len(of(ev.FileDeleted, events)) == 3
    assert not drift.unknown


@pytest.mark.parametrize("tail", ["\x00" * 512, "\x00\r\n", "\r\n\x1a", "\n" + "\x00" * 512])
def test_nul_bytes_behind_the_last_line_are_no_part_of_it(log: Path, tail: str) -> None:
    events, drift = read(line("file/del", f"{BY_R} path=C:\\a") + tail, log)
    assert one(ev.FileDeleted, events).file == file("C:\\a")
    assert not drift.unknown


def test_nul_bytes_between_lines_hide_none(log: Path) -> None:
    text = line("file/del", f"{BY_R} path=C:\\a", 1)
    events, _ = read(f"{text}\n{bytes(64).decode()}{text}\n", log)
    assert len(of(ev.FileDeleted, events)) == 2


def test_hosts_that_change_places_are_told_apart_on_every_line(log: Path) -> None:
    """Two terminals swap their addresses (DHCP): whose end of a connection is ours depends on the line."""
    a, b = "10.0.0.1,fe80::1", "10.0.0.2,fe80::2"
    ends = "srcIP=10.0.0.1 srcPort=50000 dstIP=10.0.0.9 dstPort=445"
    six = "srcIP=fe80::2%11 srcPort=50001 dstIP=fe80::9 dstPort=445"
    keys = [("A", a, ends), ("B", b, six), ("A", b, six), ("B", a, ends)]
    lines = [
        line("net/con", f"{BY_R} {flow}", number, common=f"com={name} tmid={name}-1 ip={addresses}")
        for number, (name, addresses, flow) in enumerate(keys)
    ]
    events, _ = read("\n".join(lines), log)
    flows = [(event.host.key, event.address, event.inbound) for event in of(ev.NetworkFlow, events)]
    assert flows == [
        ("a-1", "10.0.0.9", False),
        ("b-1", "fe80::9", False),
        ("a-1", "fe80::9", False),
        ("b-1", "10.0.0.9", False),
    ]
    seen = [(event.seq, event.host.key, event.addresses) for event in of(ev.HostObserved, events)]
    first, second = ("10.0.0.1", "fe80::1"), ("10.0.0.2", "fe80::2")
    assert seen == [(1, "a-1", first), (2, "b-1", second), (3, "a-1", second), (4, "b-1", first)]


def test_keys_in_any_capitals_say_the_same(log: Path) -> None:
    """Also the keys by which lines are put in order and their host is found."""
    text = line("file/close", f'{BY_R} path="C:\\a" write=5 md5={PSEXEC_MD5} sig=Valid')
    expected, _ = read(text, log)
    for turned in (str.lower, str.upper):
        words = [word if "=" not in word else _with_key(word, turned) for word in text.split(" ")]
        events, drift = read(" ".join(words), log)
        assert events[1:] == expected[1:]
        assert not drift.unknown


def _with_key(word: str, turned: Any) -> str:
    key, _, value = word.partition("=")
    return f"{turned(key)}={value}"


def test_a_value_that_looks_like_the_line_itself_is_only_a_value(log: Path) -> None:
    nested = line("file/del", f"{BY_R} path=C:\\real").replace('"', '""')
    keys = f'{BY_R} cmd="{nested} sn=9 tmid=evil com=EVIL psGUID={{X}}" psID=7 parentGUID={CMD}'
    events, drift = read(line("ps/start", keys), log)
    started = one(ev.ProcessStarted, events)
    assert (started.process, started.position) == (process(R, 7), f"{TMID}:1")
    assert started.command_line.startswith("06/30/2017 13:13:13.890 +0900 loc=ja-JP type=ITM2 sn=1 evt=file subEvt=del")
    assert started.command_line.endswith("sn=9 tmid=evil com=EVIL psGUID={X}")
    assert one(ev.HostObserved, events).host == HOST
    assert not drift.unknown


def test_a_key_in_the_block_of_the_terminal_and_behind_it_counts_once(log: Path) -> None:
    """The block is read once for all lines; what repeats its keys elsewhere in a line is still noticed."""
    lines = [line("file/del", f"{BY_R} path=C:\\{number} {more}", number) for number, more in enumerate(["", "com=X"])]
    events, drift = read("\n".join([*lines, lines[0]]), log)
    assert {event.name for event in of(ev.HostObserved, events)} == {"MWC01"}
    assert drift.repaired == {"com stands more than once, the first value counts": 1}


# --- all together -------------------------------------------------------------------------------

Pairs = list[tuple[str, str]]


def pairs(kind: str, sn: int, **keys: str) -> Pairs:
    event, sub_event = kind.split("/")
    common = [
        ("com", "MWC01"),
        ("domain", "作業 グループ"),
        ("tmid", TMID),
        ("ip", "172.31.48.118,fe80::5992"),
        ("usr", ""),
    ]
    acting = [("psGUID", R), ("psPath", "C:\\Windows\\System32\\rundll32.exe"), ("company", "-")]
    head = [("loc", "ja-JP"), ("type", "ITM2"), ("sn", str(sn)), ("evt", event), ("subEvt", sub_event)]
    return [*head, *common, *acting, *keys.items()]


STORY = [
    pairs("ps/start", 22086, cmd='-s "C:\\ソ\\027cc.dll",#1 sn=1 evt=net x="" ', psID="4032", parentGUID=CMD),
    pairs("file/create", 22085, path="\\\\172.31.48.79\\admin$\\表.dll", drvType="Net"),
    pairs("file/close", 22088, path="C:\\a b", read="0", write="5", md5=PSEXEC_MD5, fileDesc='a ""quoted"" name'),
    pairs("reg/setVal", 22087, path=KEY, entry="a=b", valStr=' lead "and" trail '),
    pairs("net/con", 22084, srcIP="172.31.48.118", srcPort="1", dstIP="172.31.48.79", dstPort="445"),
    pairs("ps/stop", 22090),
]


def written(kind: Pairs, always_quoted: bool) -> str:
    """A line in the order of these pairs; quotes where they are needed, or everywhere."""
    words = []
    for key, value in kind:
        quoted = always_quoted or not value or set(value) & set(' \t"')
        words.append('{}="{}"'.format(key, value.replace('"', '""')) if quoted else f"{key}={value}")
    return "06/30/2017 13:18:34.459 +0900 " + " ".join(words)


@settings(max_examples=50)
@given(
    st.permutations(STORY).flatmap(lambda story: st.tuples(*(st.permutations(kind) for kind in story))),
    st.lists(st.sampled_from(["\n", "\r\n", "\r\n\r\n", "\n \t\n"]), min_size=len(STORY), max_size=len(STORY)),
    st.booleans(),
    st.sampled_from(["utf-8", "utf-8-sig", "cp932"]),
)
def test_no_order_of_keys_and_lines_and_no_line_end_changes_anything(
    tmp_path_factory: pytest.TempPathFactory, story: tuple[Pairs, ...], ends: list[str], quoted: bool, encoding: str
) -> None:
    folder = tmp_path_factory.mktemp("logs")
    expected, _ = read("\n".join(written(kind, False) for kind in STORY), folder / "a.log")
    text = "".join(written(kind, quoted) + end for kind, end in zip(story, ends, strict=True))
    events, drift = read(text.encode(encoding), folder / "b.log")
    assert events[1:] == expected[1:]
    assert len(events) > len(STORY)
    assert not drift.unknown
