"""Each event of Sysmon as the words that it means."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.windows import GUID_A, GUID_B, HOST, NOON, at, of, one, read, sysmon

from graph_model import events as ev
from loaders.windows_events.sysmon import COUNTED, MAPPED

BY_A = {"ProcessGuid": GUID_A, "ProcessId": "7", "Image": r"C:\a.exe"}
A = ev.ProcessRef(HOST, GUID_A, 7)
B = ev.ProcessRef(HOST, GUID_B, 8)
SHA256, SHA1, MD5, IMPHASH = "ab" * 32, "cd" * 20, "ef" * 16, "12" * 16
HASHES = f"SHA1={SHA1.upper()},MD5={MD5.upper()},SHA256={SHA256.upper()},IMPHASH={IMPHASH.upper()}"
BETWEEN = {
    "SourceProcessGuid": GUID_A, "SourceProcessId": "7", "SourceImage": r"C:\a.exe",
    "TargetProcessGuid": GUID_B, "TargetProcessId": "8", "TargetImage": r"C:\b.exe",
}  # fmt: skip


def file(path: str) -> ev.FileRef:
    return ev.FileRef(HOST, path)


def test_a_creation_has_parent_image_facts_account_and_command_line() -> None:
    row = sysmon(
        1, CommandLine="a.exe -x", User=r"CORP\ann", Hashes=HASHES, Company="C", Product="P", Description="D",
        ParentProcessGuid=GUID_B, ParentProcessId="8", ParentImage=r"C:\b.exe", ParentCommandLine="b.exe -y",
        ParentUser=r"CORP\bob", **BY_A,
    )  # fmt: skip
    found, _ = read([row])
    start = one(ev.ProcessStarted, [row])
    assert (start.process, start.actor, start.time, start.image) == (A, B, NOON, file(r"C:\a.exe"))
    assert start.facts.hashes == ev.Hashes(SHA256, SHA1, MD5)
    assert (start.facts.pe, start.facts.company, start.facts.product, start.facts.description) == (True, "C", "P", "D")
    parent, process = of(ev.ProcessObserved, found)
    assert (parent.process, parent.path, parent.command_line, parent.user) == (B, r"C:\b.exe", "b.exe -y", "bob")
    assert not parent.recorded
    assert (process.user, process.user_domain, process.command_line, process.started) == (
        "ann", "CORP", "a.exe -x", NOON,
    )  # fmt: skip
    assert process.recorded
    assert one(ev.ContentDescribed, [row]).static.imphash == IMPHASH


def test_a_creation_that_an_export_holds_twice_is_told_once() -> None:
    row = sysmon(1, CommandLine="a.exe", **BY_A)
    found, drift = read([row, row])
    assert len(of(ev.ProcessStarted, found)) == 1
    assert drift.read["sysmon/ProcessCreate, told before"] == 1


def test_an_end_is_one_and_an_access_says_with_which_rights() -> None:
    assert one(ev.ProcessEnded, [sysmon(5, **BY_A)]).process == A
    opened = one(ev.ProcessOpened, [sysmon(10, GrantedAccess="0x1410", **BETWEEN)])
    assert (opened.actor, opened.target, opened.access) == (A, B, "0x1410")


def test_an_access_is_never_an_injection() -> None:
    row = sysmon(10, GrantedAccess="0x1fffff", **BETWEEN)
    assert not of(ev.InjectionReported, read([row])[0])


@pytest.mark.parametrize(
    ("start", "module"),
    [
        ({"StartModule": r"C:\k.dll", "StartFunction": "LoadLibraryW"}, r"C:\k.dll!LoadLibraryW"),
        ({"StartModule": r"C:\k.dll", "StartFunction": "-"}, r"C:\k.dll"),
        ({"StartModule": "-", "StartFunction": "-"}, "-"),
        ({"StartModule": "", "StartFunction": ""}, "-"),
        ({"StartModule": None, "StartFunction": None}, "-"),
        ({}, None),
    ],
)
def test_a_remote_thread_says_where_it_starts(start: dict[str, Any], module: str | None) -> None:
    row = sysmon(8, NewThreadId="10204", StartAddress="0x00007FFB9285E540", **BETWEEN, **start)
    event = one(ev.InjectionReported, [row])
    assert (event.actor, event.target, event.api) == (A, B, "CreateRemoteThread")
    assert (event.thread_id, event.address, event.module) == (10204, 0x7FFB9285E540, module)


def test_a_module_is_loaded_by_its_process_and_its_bytes_and_signature_are_known() -> None:
    row = sysmon(
        7, ImageLoaded=r"C:\x.dll", Hashes=HASHES, Signed="true", Signature="Vendor", SignatureStatus="Expired", **BY_A
    )
    loaded, content = one(ev.ModuleLoaded, [row]), one(ev.ContentObserved, [row])
    assert (loaded.actor, loaded.file, content.file) == (A, file(r"C:\x.dll"), file(r"C:\x.dll"))
    assert (content.facts.signature, content.facts.signer, content.facts.hashes.sha256) == (
        "Expired", "Vendor", SHA256,
    )  # fmt: skip


def test_a_driver_is_bytes_at_a_place_and_no_process_loaded_it() -> None:
    content = one(ev.ContentObserved, [sysmon(6, ImageLoaded=r"C:\d.sys", Hashes=HASHES, SignatureStatus="Valid")])
    assert (content.actor, content.file, content.facts.signature) == (None, file(r"C:\d.sys"), "Valid")


@pytest.mark.parametrize(
    ("hashes", "known"),
    [
        (f"MD5={MD5}", ev.Hashes(md5=MD5)),
        (f"sha256={SHA256}", ev.Hashes(sha256=SHA256)),
        (f"SHA256={SHA1},MD5={MD5}", ev.Hashes(md5=MD5)),
        ("MD5=xyz", ev.Hashes()),
        ("-", ev.Hashes()),
        ("", ev.Hashes()),
        ("=,==,MD5", ev.Hashes()),
    ],
)
def test_hashes_are_checked_one_by_one(hashes: str, known: ev.Hashes) -> None:
    assert one(ev.ProcessStarted, [sysmon(1, Hashes=hashes, **BY_A)]).facts.hashes == known


def test_an_imphash_of_zeros_is_none() -> None:
    row = sysmon(1, Hashes=f"MD5={MD5},IMPHASH={'0' * 32}", **BY_A)
    assert one(ev.ProcessStarted, [row]).facts.pe is None
    assert not of(ev.ContentDescribed, read([row])[0])


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (2, ev.FileAttributesChanged),
        (11, ev.FileCreated),
        (23, ev.FileDeleted),
        (26, ev.FileDeleted),
        (29, ev.FileCreated),
    ],
)
def test_what_happens_to_files(number: int, kind: type[ev.FileEvent]) -> None:
    event = one(kind, [sysmon(number, TargetFilename=r"C:\f.exe", **BY_A)])
    assert (event.actor, event.file) == (A, file(r"C:\f.exe"))


def test_the_hash_of_a_deleted_file_is_kept() -> None:
    row = sysmon(23, TargetFilename=r"C:\f.exe", Hashes=HASHES, **BY_A)
    assert one(ev.FileDeleted, [row]).facts.hashes.md5 == MD5


def test_the_hash_of_a_stream_is_that_of_the_file_that_has_it() -> None:
    row = sysmon(15, TargetFilename=r"C:\d\f.exe:Zone.Identifier", Hash=f"SHA256={SHA256}", **BY_A)
    assert one(ev.FileWritten, [row]).file == file(r"C:\d\f.exe:Zone.Identifier")
    content = one(ev.ContentObserved, [row])
    assert (content.file, content.facts.hashes.sha256) == (file(r"C:\d\f.exe"), SHA256)


ZONE = "[ZoneTransfer]\r\nZoneId=3\r\n"


@pytest.mark.parametrize(
    ("contents", "url", "archive"),
    [
        (f"{ZONE}ReferrerUrl=http://a.example/\r\nHostUrl=http://a.example/f.exe\r\n", "http://a.example/f.exe", None),
        ("[ZoneTransfer]  ZoneId=3  HostUrl=https://a.example/f.exe  ", "https://a.example/f.exe", None),
        (f"{ZONE}HostUrl=about:internet\r\n", None, None),
        (f"{ZONE}ReferrerUrl=C:\\a b\\x.zip\r\n", None, r"C:\a b\x.zip"),
        (
            r"[ZoneTransfer]  ZoneId=3  ReferrerUrl=C:\a b\x.zip  HostUrl=http://a.example/x",
            "http://a.example/x",
            r"C:\a b\x.zip",
        ),
        ("-", None, None),
    ],
)
def test_the_mark_of_the_web_says_where_a_file_is_from(contents: str, url: str | None, archive: str | None) -> None:
    row = sysmon(15, TargetFilename=r"C:\d\f.exe:Zone.Identifier", Contents=contents, **BY_A)
    found, _ = read([row])
    assert [(event.file, event.url, event.actor) for event in of(ev.FileDownloaded, found)] == (
        [(file(r"C:\d\f.exe"), url, A)] if url else []
    )
    assert [(event.file, event.actor) for event in of(ev.FileRead, found)] == ([(file(archive), A)] if archive else [])


def test_another_stream_says_nothing_of_where_the_file_is_from() -> None:
    row = sysmon(15, TargetFilename=r"C:\d\f.exe:x", Contents="HostUrl=http://a.example/f.exe", **BY_A)
    assert of(ev.FileDownloaded, read([row])[0]) == []


@pytest.mark.parametrize(
    ("number", "said", "kind"),
    [
        (12, "CreateKey", ev.RegistryKeyCreated),
        (12, "DeleteKey", ev.RegistryKeyDeleted),
        (12, "DeleteValue", ev.RegistryValueDeleted),
        (13, "SetValue", ev.RegistryValueSet),
    ],
)
def test_what_happens_to_the_registry(number: int, said: str, kind: type[ev.RegistryEvent]) -> None:
    row = sysmon(number, EventType=said, TargetObject=r"HKLM\Software\k\v", Details="DWORD (0x00000001)", **BY_A)
    event = one(kind, [row])
    whole = kind in (ev.RegistryKeyCreated, ev.RegistryKeyDeleted)
    assert (event.actor, event.key) == (A, r"HKLM\Software\k\v" if whole else r"HKLM\Software\k")
    assert whole or event.name == "v"
    assert getattr(event, "data", "DWORD (0x00000001)") == "DWORD (0x00000001)"


def test_a_renamed_key_is_gone_under_its_old_name() -> None:
    row = sysmon(14, EventType="RenameKey", TargetObject=r"HKLM\a\old", NewName=r"HKLM\a\new", **BY_A)
    assert one(ev.RegistryKeyDeleted, [row]).key == r"HKLM\a\old"
    assert one(ev.RegistryKeyCreated, [row]).key == r"HKLM\a\new"


def test_without_a_word_for_what_was_done_to_a_key_nothing_is_said_but_who_did_it() -> None:
    """NXLog puts its own word where Sysmon's stood."""
    row = sysmon(12, EventType="INFO", TargetObject=r"HKLM\a", **BY_A)
    found, drift = read([row])
    assert not [event for event in found if isinstance(event, ev.RegistryEvent)]
    assert [event.process for event in of(ev.ProcessObserved, found)] == [A]
    assert sum(drift.unknown.values()) == 1


@pytest.mark.parametrize("number", [17, 18])
def test_a_pipe_has_the_name_that_it_has_everywhere(number: int) -> None:
    event = one(ev.PipeUsed, [sysmon(number, PipeName=r"\PSEXESVC-WS5-1-stdin", **BY_A)])
    assert (event.actor, event.host, event.name) == (A, HOST, "PSEXESVC-WS5-1-stdin")


def test_an_anonymous_pipe_is_only_counted() -> None:
    found, drift = read([sysmon(17, PipeName="<Anonymous Pipe>", **BY_A)])
    assert not of(ev.PipeUsed, found)
    assert drift.read["pipes without a name"] == 1


ENDS = {"SourceIp": "10.0.0.5", "SourcePort": "62782", "DestinationIp": "10.0.0.6", "DestinationPort": "445"}


@pytest.mark.parametrize(
    ("initiated", "flow", "own"),
    [("true", ("10.0.0.6", 445, False), "10.0.0.5"), (False, ("10.0.0.5", 62782, True), "10.0.0.6")],
)
def test_a_connection_is_seen_from_the_side_that_logs_it(
    initiated: object, flow: tuple[str, int, bool], own: str
) -> None:
    found, _ = read([sysmon(3, Initiated=initiated, Protocol="tcp", **ENDS, **BY_A)])
    (event,) = of(ev.NetworkFlow, found)
    assert (event.actor, (event.address, event.port, event.inbound)) == (A, flow)
    assert [host.addresses for host in of(ev.HostObserved, found) if host.addresses] == [(own,)]


@pytest.mark.parametrize("own", ["127.0.0.1", "0:0:0:0:0:0:0:1", "239.255.255.250", "ff02::fb", "0.0.0.0"])
def test_an_address_that_every_host_has_is_not_its_own(own: str) -> None:
    found, _ = read([sysmon(3, Initiated="true", **(ENDS | {"SourceIp": own}), **BY_A)])
    assert not [host for host in of(ev.HostObserved, found) if host.addresses]


@pytest.mark.parametrize(
    ("results", "addresses", "aliases"),
    [
        ("::ffff:140.82.121.4;", ("140.82.121.4",), ()),
        ("type:  5 a.fastly.net;::ffff:1.2.3.4;", ("1.2.3.4",), ("a.fastly.net",)),
        ("type: 5 a;type: 5 b;2001:DB8::1;192.0.2.7;", ("2001:db8::1", "192.0.2.7"), ("a", "b")),
        ("type: 28 x;type: 33 y;", (), ()),
        ("type: 5 ;type:;;x", (), ()),
        ("-", (), ()),
        (None, (), ()),
    ],
)
def test_answers_to_a_question_are_addresses_and_names(
    results: str | None, addresses: tuple[str, ...], aliases: tuple[str, ...]
) -> None:
    event = one(ev.DnsResolved, [sysmon(22, QueryName="github.com", QueryResults=results, **BY_A)])
    assert (event.name, event.addresses, event.aliases) == ("github.com", addresses, aliases)


@pytest.mark.parametrize("number", sorted(COUNTED))
def test_what_has_no_word_is_counted(number: int) -> None:
    found, drift = read([sysmon(number, **BY_A)])
    assert {type(event) for event in found} == {ev.RunObserved, ev.Noted, ev.HostObserved}
    assert drift.read == {f"sysmon/{COUNTED[number]}": 1}


@pytest.mark.parametrize("number", [0, 30, 254, 65_535])
def test_what_is_not_known_is_told(number: int) -> None:
    assert read([sysmon(number)])[1].unknown == {("event", f"sysmon/{number}"): 1}


@pytest.mark.parametrize("number", sorted(MAPPED))
def test_a_row_without_what_its_event_needs_is_told_and_never_fatal(number: int) -> None:
    """All fields gone but those of the process, and those too."""
    for fields in ({}, {"ProcessGuid": GUID_A}, {"ProcessGuid": ["x"], "ProcessId": {"a": 1}, "Hashes": 7}):
        _, drift = read([sysmon(number, **fields)])
        assert sum(drift.unknown.values()) + sum(drift.read.values()) >= 1


@pytest.mark.parametrize("value", ["-", "", " ", None, "<unknown process>"])
def test_a_field_that_says_nothing_is_as_if_it_were_not_there(value: object) -> None:
    start = one(ev.ProcessStarted, [sysmon(1, CommandLine=value, **(BY_A | {"Image": value}))])
    assert (start.image, start.command_line) == (None, None)


def test_a_row_at_another_time_has_that_time() -> None:
    assert one(ev.ProcessEnded, [sysmon(5, 61.5, **BY_A)]).time == NOON + 61_500_000
    assert at(61.5) == "2020-10-19 12:01:01.500"
