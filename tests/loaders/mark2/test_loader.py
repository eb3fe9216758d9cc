"""Whole logs: lines as the Soliton Dataset prints them, and the traps of the format, with the events they mean."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from helpers.mark2_lines import (
    BY_R,
    CMD,
    HOST,
    PSEXEC,
    PSEXEC_MD5,
    PSEXEC_SHA256,
    SHARED,
    START,
    TMID,
    R,
    file,
    line,
    of,
    one,
    process,
    read,
)
from hypothesis import given
from hypothesis import strategies as st

from graph_model import events as ev
from graph_model.errors import BrokenLogError, EmptyLogError
from graph_model.identity import run_uid
from loaders.mark2.loader import Mark2Loader
from loaders.mark2.mapping import COUNTED, COUNTED_EVENTS, MAPPED
from loaders.source import Source


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "mwc01.log"


# --- the lines of the seed ----------------------------------------------------------------------


def test_a_start_line_describes_the_started_process_and_its_parent(log: Path) -> None:
    keys = (
        f'{BY_R} cmd="027cc.dll #1" psID=3344 parentGUID={CMD} parentPath="C:\\Windows\\System32\\cmd.exe" '
        'psuser="admin1" psDomain="MWC01" arc=x86 sha1=892503b20247b341cfd20dda5fdacfa41527a087 '
        'md5=c648901695e275c8f2ad04b687a68ce2 company="Microsoft Corporation" size=45056 sig=Valid '
        'signer="Microsoft Windows" issuer="Microsoft Windows Verification PCA" fileDesc="Windows ホスト プロセス"'
    )
    events, drift = read(line("ps/start", keys, 20612), log, case="mws", label="malicious", dataset="soliton")
    digest = Source(log).digest
    host = ev.HostRef("mws", TMID)
    at = {"seq": 1, "position": f"{TMID}:20612", "time": START}
    child, parent = process(R, 3344, host), process(CMD, None, host)
    path = "C:\\Windows\\System32\\rundll32.exe"
    facts = ev.FileFacts(
        hashes=ev.Hashes(sha1="892503b20247b341cfd20dda5fdacfa41527a087", md5="c648901695e275c8f2ad04b687a68ce2"),
        size=45056,
        signature="Valid",
        signer="Microsoft Windows",
        issuer="Microsoft Windows Verification PCA",
        company="Microsoft Corporation",
        description="Windows ホスト プロセス",
    )
    run = run_uid("mark2", digest)
    properties = {"tool": "mark2", "name": "mwc01.log", "digest": digest, "case": "mws"}
    properties |= {"label": "malicious", "dataset": "soliton"}
    times = {"started_us": START, "ended_us": START}
    assert events == [
        ev.RunObserved(seq=0, position=f"{run[:8]}:1", time=START, run=run, properties=properties | times),
        ev.HostObserved(
            **at,
            host=host,
            name="MWC01",
            domain="WORKGROUP",
            addresses=("172.31.48.118", "fe80::5992:af4e:8c90:5591"),
        ),
        ev.ProcessObserved(**at, process=parent, name="cmd.exe", path="C:\\Windows\\System32\\cmd.exe", guid=CMD),
        ev.ProcessObserved(
            **at,
            process=child,
            name="rundll32.exe",
            path=path,
            command_line="027cc.dll #1",
            guid=R,
            user="admin1",
            user_domain="MWC01",
            started=START,
            recorded=True,
        ),
        ev.ProcessStarted(
            **at,
            actor=parent,
            api="ps/start",
            process=child,
            image=file(path, host),
            facts=facts,
            command_line="027cc.dll #1",
        ),
    ]
    assert drift.read == {"ps/start": 1}
    assert not drift.unknown
    assert {what for what, _ in drift.lacks} >= {"memory and thread calls", "module loads"}


def test_a_close_line_with_written_bytes_is_a_write_with_all_facts(log: Path) -> None:
    keys = (
        f'{BY_R} path="C:\\Windows\\dllhost.dat" drvType=HDD read=0 write=381816 pe=1 arc=x86 '
        f'sha256={PSEXEC_SHA256} md5={PSEXEC_MD5} product="Sysinternals PsExec" productVer="1.98" '
        'fileDesc="Execute processes remotely" sig=Valid signer="Microsoft Corporation" '
        'validTo="03/08/2011 07:40:29.000"'
    )
    events, _ = read(line("file/close", keys, 20626), log)
    written = one(ev.FileWritten, events)
    assert (written.file, written.bytes, written.actor) == (file("C:\\Windows\\dllhost.dat"), 381816, process(R))
    assert written.facts == ev.FileFacts(
        hashes=ev.Hashes(sha256=PSEXEC_SHA256, md5=PSEXEC_MD5),
        pe=True,
        signature="Valid",  # expired is not invalid
        signer="Microsoft Corporation",
        product="Sysinternals PsExec",
        product_version="1.98",
        description="Execute processes remotely",
    )
    assert not of(ev.FileRead, events)


def test_the_story_of_the_seed_comes_in_the_order_of_time_and_sn(log: Path) -> None:
    start = (
        f'psGUID={PSEXEC} psPath="C:\\Windows\\dllhost.dat" cmd="\\\\172.31.48.79 -accepteula -s -d '
        'C:\\Windows\\System32\\rundll32.exe ""C:\\Windows\\027cc.dll"",#1 55" psID=4032 '
        f'parentGUID={R} parentPath="C:\\Windows\\System32\\rundll32.exe" psUser="admin1" desc="Execute"'
    )
    copy = f'{BY_R} path="C:\\Users\\admin1\\Desktop\\027cc.dll" dstPath="{SHARED}" dstDrv=Net size=362360'
    close = f'{BY_R} path="{SHARED}" drvType=Net read=0 write=362360 pe=1 sig=Invalid signer="Microsoft Corporation"'
    lines = [
        line("file/create", f'{BY_R} path="{SHARED}" drvType=Net', 22085, "13:18:34.449"),
        line("file/close", close, 22088, "13:18:34.459"),
        line("ps/start", start, 22086, "13:18:34.460"),
        line("file/copy", copy, 22087, "13:18:34.459"),
    ]
    events, drift = read("\n".join(lines) + "\n", log)
    told = [(event.seq, event.position.rpartition(":")[2], type(event).__name__) for event in events if event.api]
    assert told == [
        (1, "22085", "FileCreated"),
        (2, "22087", "FileCopied"),
        (3, "22088", "FileWritten"),
        (4, "22086", "ProcessStarted"),
    ]
    copied, written, started = one(ev.FileCopied, events), one(ev.FileWritten, events), one(ev.ProcessStarted, events)
    assert (copied.file, copied.target) == (file("C:\\Users\\admin1\\Desktop\\027cc.dll"), file(SHARED))
    assert (written.facts.signature, written.facts.signer) == ("Invalid", "Microsoft Corporation")
    assert written.facts.company is None
    assert started.process == process(PSEXEC, 4032)
    assert started.command_line == (
        '\\\\172.31.48.79 -accepteula -s -d C:\\Windows\\System32\\rundll32.exe "C:\\Windows\\027cc.dll",#1 55'
    )
    assert started.facts.description == "Execute"
    assert not drift.unknown
    assert not drift.repaired


def test_yen_signs_are_backslashes(log: Path) -> None:
    keys = f'psGUID={R} psPath="C:¥Windows¥rundll32.exe" cmd="¥¥172.31.48.79 -s" psID=1'
    events, _ = read(line("ps/start", keys), log)
    started = one(ev.ProcessStarted, events)
    assert started.image == file("C:\\Windows\\rundll32.exe")
    assert started.command_line == "\\\\172.31.48.79 -s"
    assert one(ev.ProcessObserved, events).name == "rundll32.exe"


# --- encodings, endings, damage -----------------------------------------------------------------

GOOD_LINE = line("session/logon", "", 0, "13:13:00.000")
TWO_LINES = [
    line("file/create", f'{BY_R} path="C:\\表示\\ソフト.txt"', 1),
    line("file/del", f'{BY_R} path="C:\\表示\\ソフト.txt"', 2),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_every_encoding_and_line_ending_gives_the_same_events(
    log: Path, encoding: str, ending: str, last: bool
) -> None:
    expected, _ = read("\n".join(TWO_LINES), log)
    events, drift = read((ending.join(TWO_LINES) + ending * last).encode(encoding), log)
    assert events[1:] == expected[1:]
    assert one(ev.FileDeleted, events).file == file("C:\\表示\\ソフト.txt")
    assert not drift.unknown
    assert not drift.repaired


def test_a_gzip_of_a_log_is_the_same_run(log: Path) -> None:
    plain, _ = read("\n".join(TWO_LINES), log)
    zipped, _ = read(gzip.compress("\n".join(TWO_LINES).encode()), log)
    assert zipped == plain


def test_bytes_of_no_encoding_are_kept_as_escapes_and_counted(log: Path) -> None:
    good = "\n".join(TWO_LINES * 3).encode()
    bad = line("file/create", BY_R, 3).encode() + b' path="C:\\x\xff\xfe.txt"'
    events, drift = read(good + b"\n" + bad, log)
    assert of(ev.FileCreated, events)[-1].file == file("C:\\x\\xff\\xfe.txt")
    assert drift.repaired == {"bytes that are not utf-8": 1}
    assert drift.repairs == ["line 7: bytes that are not utf-8"]


def test_a_line_that_is_cut_inside_quotes_is_counted_and_the_rest_is_read(log: Path) -> None:
    whole = "\n".join(TWO_LINES)
    for cut in range(1, len("ソフト.txt")):
        events, drift = read(whole[: -1 - cut], log)
        assert len(of(ev.FileEvent, events)) == 1
        assert drift.unknown == {("line", "cut inside quotes"): 1}


def test_a_log_cut_anywhere_says_nothing_that_is_not_so(log: Path) -> None:
    first = TWO_LINES[0].encode() + b"\n"
    whole, _ = read(first, log)
    second = line("file/del", f'ip=172.31.48.118 {BY_R} path="C:\\a"', 2, "13:13:14.000").encode()
    for end in range(len(second)):
        events, drift = read(first + second[:end], log)
        assert events[1:] == whole[1:]
        assert sum(drift.unknown.values()) == min(end, 1)


def test_garbage_lines_are_counted_and_the_others_are_read(log: Path) -> None:
    lines = ["# header", "", line("file/del", f'{BY_R} path="C:\\a"'), "99/99/2017 13:13:13.890 +0900 evt=ps", "x" * 9]
    lines.append("06/30/2017 13:13:13.890 +0900 loc=ja-JP type=ITM2 sn=4")
    events, drift = read("\n".join(lines), log)
    assert one(ev.FileDeleted, events).file == file("C:\\a")
    assert drift.unknown == {
        ("line", "no header"): 2,
        ("line", "impossible date"): 1,
        ("line", "no evt or subEvt"): 1,
    }


@pytest.mark.parametrize("data", [b"", b"\n\r\n \t\n", b"\xef\xbb\xbf", b"\x00\x00"])
def test_a_log_without_lines_is_empty(log: Path, data: bytes) -> None:
    with pytest.raises(EmptyLogError) as error:
        read(data, log)
    assert error.value.path == str(log)
    assert "type=ITM2" in error.value.hint


@pytest.mark.parametrize(
    "data", ["hello", "06/30/2017 13:13:13.890 +0900 a=b", '06/30/2017 13:13:13.890 +0900 evt=ps subEvt=stop cmd="']
)
def test_a_log_without_a_usable_line_is_broken(log: Path, data: str) -> None:
    with pytest.raises(BrokenLogError) as error:
        read(data, log)
    assert error.value.path == str(log)
    assert "type=ITM2" in error.value.hint


@given(st.lists(st.sampled_from(sorted(MAPPED)), min_size=1, max_size=5), st.data())
def test_no_keys_make_a_line_fatal(tmp_path_factory: pytest.TempPathFactory, kinds: list[str], data: Any) -> None:
    names = "psGUID psID psPath tpsGUID parentGUID path dstPath read write url size srcIP dstIP srcPort dstPort "
    keys = st.sampled_from((names + "dstHost entry valStr sha256 pe ip new odd").split())
    values = st.sampled_from(
        ["{A}", "{A", "1", "-1", "x", "1.2.3.4", "fe80::1%4", "\\\\.\\C:", "\\\\h\\pipe\\p", "", "-"]
    )
    lines = [GOOD_LINE] + [
        line(kind, " ".join(f'{key}="{value}"' for key, value in data.draw(st.lists(st.tuples(keys, values)))), number)
        for number, kind in enumerate(kinds, 1)
    ]
    events, _ = read("\n".join(lines), tmp_path_factory.mktemp("logs") / "random.log")
    assert isinstance(events[0], ev.RunObserved)
    done = [event.seq for event in events if not isinstance(event, ev.HostObserved)]  # told once it has changed
    assert done == sorted(done)


# --- who: hosts and processes -------------------------------------------------------------------


def test_each_line_belongs_to_the_terminal_that_it_names(log: Path) -> None:
    other = 'com="MWC02" tmid=79797979-0000-4000-8000-50524F564752 ip=172.31.48.79'
    lines = [
        line("file/del", f'{BY_R} path="C:\\a"', 1),
        line("file/del", f'{BY_R} path="C:\\a"', 2, common=other),
        line("file/del", f'{BY_R} path="C:\\a"', 3),
    ]
    events, _ = read("\n".join(lines), log)
    second = ev.HostRef("default", "79797979-0000-4000-8000-50524f564752")
    assert [event.file.host for event in of(ev.FileDeleted, events)] == [HOST, second, HOST]
    assert [event.actor.host for event in of(ev.FileDeleted, events)] == [HOST, second, HOST]
    assert [event.name for event in of(ev.HostObserved, events)] == ["MWC01", "MWC02", "MWC01"]
    assert [event.process.host for event in of(ev.ProcessObserved, events)] == [HOST, second]
    assert of(ev.FileDeleted, events)[1].position == "79797979-0000-4000-8000-50524F564752:2"


def test_a_host_is_observed_when_its_addresses_change_and_where_they_last_were_its_own(log: Path) -> None:
    lists = ["10.0.0.1,fe80::1%11", "fe80::1,10.0.0.1", "-", "10.0.0.2", "10.0.0.1,fe80::1"]
    lines = [
        line("file/del", f'{BY_R} path="C:\\a"', number, common=f"com=A tmid=T ip={text}")
        for number, text in enumerate(lists)
    ]
    events, _ = read("\n".join(lines), log)
    seen = [(event.seq, event.addresses) for event in of(ev.HostObserved, events)]
    both = ("10.0.0.1", "fe80::1")
    assert seen == [(1, both), (3, both), (4, ("10.0.0.2",)), (5, both)]


def test_without_tmid_the_name_is_the_host_and_the_line_is_the_citation(log: Path) -> None:
    events, _ = read(line("file/del", f'{BY_R} path="C:\\a"', common="com=MWC01"), log)
    deleted, run = one(ev.FileDeleted, events), events[0]
    assert isinstance(run, ev.RunObserved)
    assert deleted.file.host == ev.HostRef("default", "mwc01")
    assert deleted.position == f"{run.run[:8]}:1"


def test_without_sn_the_line_is_the_citation(log: Path) -> None:
    events, _ = read("\n\n" + line("file/del", f'{BY_R} path="C:\\a"', sn=None), log)
    run = events[0]
    assert isinstance(run, ev.RunObserved)
    assert one(ev.FileDeleted, events).position == f"{run.run[:8]}:3"


def test_an_actor_is_observed_once_and_again_when_its_path_becomes_known(log: Path) -> None:
    lines = [
        line("file/del", f'psGUID={R} path="C:\\a"', 1),
        line("file/del", f'psGUID={R.lower()} path="C:\\a"', 2),
        line("file/del", f'{BY_R} path="C:\\a"', 3),
        line("file/del", f'{BY_R} path="C:\\a"', 4),
    ]
    events, _ = read("\n".join(lines), log)
    seen = [(event.seq, event.name, event.recorded) for event in of(ev.ProcessObserved, events)]
    assert seen == [(1, None, False), (3, "rundll32.exe", False)]
    assert {event.actor for event in of(ev.FileDeleted, events)} == {process(R)}


def test_without_a_guid_a_pid_means_the_process_alive_then(log: Path) -> None:
    def keys(more: str = "") -> str:
        return f'psPath="C:\\a.exe" psID=7 {more}'

    lines = [
        line("ps/start", keys(), 1, "13:13:13.890"),
        line("file/del", keys("path=x"), 2, "13:13:14.000"),
        line("ps/stop", keys(), 3, "13:13:15.000"),
        line("file/del", keys("path=x"), 4, "13:13:16.000"),
        line("ps/start", keys(), 5, "13:13:17.000"),
        line("file/del", keys("path=x"), 6, "13:13:18.000"),
    ]
    events, _ = read("\n".join(lines), log)
    first, unknown, second = f"7@{START}", f"pid:7@{START + 2_110_000}", f"7@{START + 3_110_000}"
    assert [event.actor.key for event in of(ev.FileDeleted, events)] == [first, unknown, second]
    assert one(ev.ProcessEnded, events).process.key == first
    assert {event.guid for event in of(ev.ProcessObserved, events)} == {None}


def test_a_pid_alone_finds_the_process_with_a_guid(log: Path) -> None:
    lines = [line("ps/start", f"{BY_R} psID=7", 1), line("file/del", "psID=7 path=x", 2)]
    events, _ = read("\n".join(lines), log)
    assert one(ev.FileDeleted, events).actor == process(R, 7)


def test_without_guid_and_pid_the_path_stands_for_the_process(log: Path) -> None:
    events, _ = read(line("file/del", 'psPath="C:\\a.exe" path=x'), log)
    assert one(ev.FileDeleted, events).actor == process("path:C:\\a.exe")


@pytest.mark.parametrize("guid", ["{31E60", "{00000000-0000-0000-0000-000000000000}", "-", ""])
def test_a_cut_or_empty_guid_identifies_nothing(log: Path, guid: str) -> None:
    events, drift = read(line("file/del", f"psGUID={guid} psID=7 path=x"), log)
    assert one(ev.FileDeleted, events).actor.pid == 7
    assert one(ev.FileDeleted, events).actor.key.startswith("pid:7@")
    assert drift.repaired == ({"a cut psGUID is passed over": 1} if guid == "{31E60" else {})


def test_a_process_that_ran_before_is_recorded_without_a_start_time(log: Path) -> None:
    lines = [
        line("ps/run", f"{BY_R} psID=7 parentGUID={CMD} parentPath=C:\\cmd.exe", 1),
        line("ps/run", f'psGUID={PSEXEC} psPath="C:\\p.exe" md5={PSEXEC_MD5}', 2),
    ]
    events, _ = read("\n".join(lines), log)
    recorded = [event for event in of(ev.ProcessObserved, events) if event.recorded]
    assert [(event.process, event.started) for event in recorded] == [(process(R, 7), None), (process(PSEXEC), None)]
    started = one(ev.ProcessStarted, events)
    assert (started.actor, started.process, started.api) == (process(CMD), process(R, 7), "ps/run")
    assert one(ev.ContentObserved, events).file == file("C:\\p.exe")


def test_the_clicking_tool_is_tagged_and_not_hidden(log: Path) -> None:
    events, _ = read(line("file/del", 'psGUID={A} psPath="C:\\tool\\CrazyClicker.exe" path=x'), log)
    assert one(ev.ProcessObserved, events).sandbox
    assert of(ev.FileDeleted, events)


# --- injections ---------------------------------------------------------------------------------


def test_an_injection_that_the_product_reports_names_both_processes(log: Path) -> None:
    keys = f'{BY_R} api=CreateRemoteThread tpsGUID={CMD} tpsPath="C:\\Windows\\System32\\cmd.exe" psUser=admin1'
    events, _ = read(line("ps/inject", keys, 5), log)
    injected = one(ev.InjectionReported, events)
    assert (injected.actor, injected.target, injected.api) == (process(R), process(CMD), "CreateRemoteThread")
    seen = {event.process.key: (event.name, event.user) for event in of(ev.ProcessObserved, events)}
    assert seen == {R: ("rundll32.exe", "admin1"), CMD: ("cmd.exe", None)}


def test_a_blocked_injection_is_no_injection(log: Path) -> None:
    events, drift = read(line("ps/guardInject", f"{BY_R} api=x tpsGUID={CMD}"), log)
    assert [type(event) for event in events] == [ev.RunObserved, ev.HostObserved]
    assert drift.read == {"ps/guardInject": 1}
    assert not drift.unknown


def test_an_injection_without_its_target_is_counted(log: Path) -> None:
    events, drift = read(f"{GOOD_LINE}\n{line('ps/inject', BY_R)}", log)
    assert not of(ev.InjectionReported, events)
    assert drift.unknown == {("event", "ps/inject without tpsGUID"): 1}


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("read=0 write=5", {ev.FileWritten: 5}),
        ("read=3 write=0", {ev.FileRead: 3}),
        ("read=3 write=5", {ev.FileRead: 3, ev.FileWritten: 5}),
        ("read=0 write=0", {}),
        ("read=- write=", {}),
        ("", {}),
        ("read=-1 write=many", {}),
        (f"write={2**63}", {}),
    ],
)
def test_close_says_by_its_counts_what_happened(log: Path, keys: str, expected: dict[type[ev.Event], int]) -> None:
    events, _ = read(line("file/close", f'{BY_R} path="C:\\a" {keys}'), log)
    assert {
        type(event): event.bytes for event in events if isinstance(event, (ev.FileWritten, ev.FileRead))
    } == expected


def test_a_count_that_is_no_number_is_drift(log: Path) -> None:
    _, drift = read(line("file/close", f'{BY_R} path="C:\\a" read=-1 write=many'), log)
    assert drift.unknown == {("value", "read"): 1, ("value", "write"): 1}


@pytest.mark.parametrize("kind", ["file/open", "file/close"])
def test_a_file_that_was_neither_read_nor_written_counts_only_with_its_hash(log: Path, kind: str) -> None:
    events, _ = read(line(kind, f'{BY_R} path="C:\\a" md5={PSEXEC_MD5}'), log)
    assert one(ev.ContentObserved, events).facts.hashes == ev.Hashes(md5=PSEXEC_MD5)
    events, drift = read(line(kind, f'{BY_R} path="C:\\a" size=5'), log)
    assert not of(ev.FileEvent, events)
    assert drift.read == {kind: 1}


def test_a_damaged_hash_is_left_out_and_counted(log: Path) -> None:
    keys = f'{BY_R} path="C:\\a" write=1 sha1=cd23b7c9eueder184930 md5={PSEXEC_MD5.upper()}'
    events, drift = read(line("file/close", keys), log)
    assert one(ev.FileWritten, events).facts.hashes == ev.Hashes(md5=PSEXEC_MD5)
    assert drift.unknown == {("value", "sha1"): 1}


def test_renames_downloads_and_uploads_are_what_they_say(log: Path) -> None:
    lines = [
        line("file/rename", f"{BY_R} path=C:\\a dstPath=C:\\b", 1),
        line("file/download", f"{BY_R} path=C:\\c url=http://x/c", 2),
        line("file/upload", f"{BY_R} path=C:\\d", 3),
    ]
    events, _ = read("\n".join(lines), log)
    renamed = one(ev.FileRenamed, events)
    assert (renamed.file, renamed.target) == (file("C:\\a"), file("C:\\b"))
    downloaded = one(ev.FileDownloaded, events)
    assert (downloaded.file, downloaded.url, downloaded.actor) == (file("C:\\c"), "http://x/c", process(R))
    assert one(ev.HttpRequested, events).url == "http://x/c"
    assert one(ev.FileRead, events).file == file("C:\\d")


@pytest.mark.parametrize(("kind", "missing"), [("file/copy", "dstPath"), ("file/rename", "dstPath")])
def test_a_line_without_the_key_it_needs_is_counted(log: Path, kind: str, missing: str) -> None:
    events, drift = read(f"{GOOD_LINE}\n{line(kind, f'{BY_R} path=x')}", log)
    assert not of(ev.FileEvent, events)
    assert drift.unknown == {("event", f"{kind} without {missing}"): 1}
    assert drift.read == {"session/logon": 1}


@pytest.mark.parametrize("device", ["\\\\.\\PhysicalDrive0", "\\\\.\\C:", "\\Device\\Harddisk0\\DR0"])
def test_writing_a_raw_disk_is_no_write_of_a_file(log: Path, device: str) -> None:
    events, _ = read(line("file/close", f'{BY_R} path="{device}" read=512 write=10240'), log)
    disk = one(ev.DiskWritten, events)
    assert (disk.device, disk.host, disk.actor) == (device, HOST, process(R))
    assert not of(ev.FileEvent, events)
    events, _ = read(line("file/close", f'{BY_R} path="{device}" read=512 write=0'), log)
    assert not of(ev.DiskWritten, events)


def test_a_pipe_is_no_file_and_lies_on_the_host_that_the_path_names(log: Path) -> None:
    lines = [
        line("file/create", f'{BY_R} path="\\\\.\\pipe\\psexecsvc"', 1),
        line("file/open", f'{BY_R} path="\\\\172.31.48.79\\pipe\\PSEXESVC-MWC01-4032-stdin"', 2),
        line("file/create", f'{BY_R} path="\\\\172.31.48.79\\share\\pipe\\x.txt"', 3),
    ]
    events, _ = read("\n".join(lines), log)
    there = ev.HostRef("default", "address:172.31.48.79")
    assert [(event.host, event.name) for event in of(ev.PipeUsed, events)] == [
        (HOST, "psexecsvc"),
        (there, "PSEXESVC-MWC01-4032-stdin"),
    ]
    assert one(ev.FileCreated, events).file == file("\\\\172.31.48.79\\share\\pipe\\x.txt")


# --- registry and network -----------------------------------------------------------------------


def test_registry_lines_give_keys_values_and_data(log: Path) -> None:
    key = "HKEY_CURRENT_USER\\Software\\Sysinternals\\PsExec"
    lines = [
        line("reg/create", f'{BY_R} path="{key}"', 1),
        line("reg/setVal", f'{BY_R} path="{key}" entry="EulaAccepted" valType=REG_DWORD valNum=1', 2),
        line("reg/setVal", f'{BY_R} path="{key}" entry="" valStr="a b"', 3),
        line("reg/delVal", f'{BY_R} path="{key}" entry="EulaAccepted"', 4),
        line("reg/delKey", f'{BY_R} path="{key}" entry="-"', 5),
    ]
    events, _ = read("\n".join(lines), log)
    told = [
        (type(event), event.key, getattr(event, "name", None), getattr(event, "data", None))
        for event in of(ev.RegistryEvent, events)
    ]
    assert told == [
        (ev.RegistryKeyCreated, key, None, None),
        (ev.RegistryValueSet, key, "EulaAccepted", "1"),
        (ev.RegistryValueSet, key, "", "a b"),
        (ev.RegistryValueDeleted, key, "EulaAccepted", None),
        (ev.RegistryKeyDeleted, key, None, None),
    ]
    assert {event.actor for event in of(ev.RegistryEvent, events)} == {process(R)}


OUR, THEIR = "172.31.48.118", "172.31.48.79"
OUT = f"srcIP={OUR} srcPort=49281 dstIP={THEIR} dstPort=445"
IN = f"srcIP={THEIR} srcPort=50000 dstIP={OUR} dstPort=445"
IN_TURNED = f"srcIP={OUR} srcPort=445 dstIP={THEIR} dstPort=50000"
ABROAD = "srcIP=10.0.0.1 srcPort=1 dstIP=10.0.0.2 dstPort=2"


@pytest.mark.parametrize(
    ("kind", "keys", "expected"),
    [
        ("net/con", OUT, (THEIR, 445, False)),
        ("net/acpt", IN, (THEIR, 50000, True)),
        ("net/acpt", IN_TURNED, (THEIR, 50000, True)),
        ("net/est", OUT, (THEIR, 445, False)),
        ("net/est", IN, (THEIR, 50000, True)),
        ("net/dcon", OUT, (THEIR, 445, False)),
        ("net/con", ABROAD, ("10.0.0.2", 2, False)),
        ("net/acpt", ABROAD, ("10.0.0.1", 1, True)),
        ("net/con", f"srcIP=::ffff:{OUR} dstIP=::FFFF:{THEIR} dstPort=445", (THEIR, 445, False)),
        ("net/con", f"dstIP={THEIR}", (THEIR, None, False)),
    ],
)
def test_the_other_side_is_the_one_that_is_not_ours(
    log: Path, kind: str, keys: str, expected: tuple[str, int, bool]
) -> None:
    events, _ = read(line(kind, f"{BY_R} {keys}"), log)
    flow = one(ev.NetworkFlow, events)
    assert (flow.address, flow.port, flow.inbound) == expected
    assert (flow.protocol, flow.host, flow.actor) == ("tcp", HOST, process(R))


def test_a_connection_that_was_accepted_stays_inbound_until_it_ends(log: Path) -> None:
    kinds = ["net/acpt", "net/est", "net/dcon", "net/est"]
    lines = [line(kind, f"{BY_R} {IN_TURNED} send=5 recv=7", number) for number, kind in enumerate(kinds)]
    events, _ = read("\n".join(lines), log)
    assert [event.inbound for event in of(ev.NetworkFlow, events)] == [True, True, True, False]
    assert {event.bytes for event in of(ev.NetworkFlow, events)} == {12}


def test_udp_sockets_without_another_side_are_only_counted(log: Path) -> None:
    lines = [
        line("net/openUDP", f"{BY_R} srcIP=0.0.0.0 srcPort=500", 1),
        line("net/openUDP", f"{BY_R} srcIP={OUR} dstIP={THEIR} dstPort=53", 2),
        line("net/lsn", f"{BY_R} srcIP=0.0.0.0 srcPort=445", 3),
    ]
    events, drift = read("\n".join(lines), log)
    flow = one(ev.NetworkFlow, events)
    assert (flow.protocol, flow.address, flow.port) == ("udp", THEIR, 53)
    assert drift.read == {"net/openUDP": 2, "net/openUDP without another side": 1, "net/lsn": 1}


def test_names_and_urls_are_told_with_the_process_that_asked(log: Path) -> None:
    lines = [
        line("net/dnsQuery", f'{BY_R} dstHost="time.windows.com" url="" dstIP=10.0.0.53', 1),
        line("net/webURL", f'{BY_R} url="http://example.com/?a=b c=d"', 2),
        line("net/con", BY_R, 3),
    ]
    events, drift = read("\n".join(lines), log)
    resolved = one(ev.DnsResolved, events)
    assert (resolved.name, resolved.addresses, resolved.actor) == ("time.windows.com", (), process(R))
    assert one(ev.HttpRequested, events).url == "http://example.com/?a=b c=d"
    assert drift.unknown == {("event", "net/con without an address of the other side"): 1}


# --- drift --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*sorted(COUNTED), *(f"{event}/anything" for event in sorted(COUNTED_EVENTS))])
def test_what_is_known_but_not_mapped_is_counted(log: Path, kind: str) -> None:
    events, drift = read(line(kind, f"{BY_R} path=C:\\a strange=1"), log)
    assert [type(event) for event in events] == [ev.RunObserved, ev.HostObserved]
    assert drift.read == {kind: 1}
    assert not drift.unknown


def test_unknown_events_are_counted_with_a_sample(log: Path) -> None:
    lines = [line("file/shred", BY_R, 1), line("file/shred", BY_R, 2), line("quantum/leap", BY_R, 3), GOOD_LINE]
    _, drift = read("\n".join(lines), log)
    assert drift.unknown == {("event", "file/shred"): 2, ("event", "quantum/leap"): 1}
    assert drift.samples["event", "quantum/leap"].startswith("06/30/2017 13:13:13.890 +0900 loc=ja-JP type=ITM2 sn=3")
    assert drift.read == {"session/logon": 1}


def test_an_unknown_key_is_counted_once_and_one_in_other_capitals_is_read(log: Path) -> None:
    text = line("file/del", "psguid={A} PSPATH=C:\\a.exe Path=C:\\x sessionId=1 brandNew=2")
    events, drift = read(f"{text}\n{text}", log)
    assert of(ev.FileDeleted, events)[0].file == file("C:\\x")
    assert of(ev.FileDeleted, events)[0].actor == process("{A}")
    assert drift.unknown == {("key", "brandNew"): 1}
    assert drift.samples["key", "brandNew"] == "2"


def test_a_repeated_key_is_a_repair(log: Path) -> None:
    events, drift = read(line("file/del", f"{BY_R} lv=5 path= path=C:\\x path=C:\\y lv=7"), log)
    assert one(ev.FileDeleted, events).file == file("C:\\x")
    assert drift.repaired == {
        "lv stands more than once, the first value counts": 1,
        "path stands more than once, the first value counts": 1,
    }


# --- detection and repetition -------------------------------------------------------------------

LINE = line("file/del", f"{BY_R} path=C:\\x").encode()


@pytest.mark.parametrize(
    "head",
    [
        LINE,
        b"\xef\xbb\xbf" + LINE,
        b"\r\n\r\n# garbage\r\n  " + LINE,
        LINE.replace(b" type=ITM2", b""),
        "\n".join(TWO_LINES).encode("cp932"),
        LINE[:70],
    ],
)
def test_a_log_of_this_product_is_detected(head: bytes) -> None:
    assert Mark2Loader().detect(head)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\x00" * 100,
        b'{"evt=": "subEvt= 06/30/2017 13:13:13.890 +0900 type=ITM2"}',
        b"06/30/2017 13:13:13.890 +0900 something else",
        b"type=ITM2 evt=ps subEvt=start",
    ],
)
def test_other_text_is_not_detected(head: bytes) -> None:
    assert not Mark2Loader().detect(head)


@given(st.binary(max_size=200))
def test_detection_never_raises(head: bytes) -> None:
    Mark2Loader().detect(head)


def test_reading_twice_gives_the_same_events(log: Path) -> None:
    first, _ = read("\n".join(TWO_LINES), log)
    second, _ = read("\n".join(TWO_LINES), log)
    assert first == second


@given(st.permutations(range(4)))
def test_shuffled_lines_give_the_same_events(tmp_path_factory: pytest.TempPathFactory, order: list[int]) -> None:
    lines = [
        line("ps/start", f"{BY_R} psID=7", 20612, "13:13:13.890"),
        line("file/create", f"{BY_R} path=C:\\a", 22088, "13:13:14.000"),
        line("file/close", f"{BY_R} path=C:\\a write=3", 22087, "13:13:14.001"),
        line("ps/stop", BY_R, 22089, "13:13:14.001"),
    ]
    folder = tmp_path_factory.mktemp("logs")
    expected, _ = read("\n".join(lines), folder / "a.log")
    events, _ = read("\n".join(lines[number] for number in order), folder / "b.log")
    assert events[1:] == expected[1:]


def test_the_loader_says_what_it_is() -> None:
    assert Mark2Loader.name == "mark2"
    assert "Soliton" in Mark2Loader.doc
