"""Which machine and which process a row speaks of."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.windows import GUID_A, GUID_B, GUID_C, HOST, JSON, of, one, read, security, sysmon

from graph_model import events as ev
from graph_model.paths import locate


def hosts(rows: list[JSON]) -> dict[str, str | None]:
    return {event.host.key: event.name for event in of(ev.HostObserved, read(rows)[0])}


def ended(host: str | None, **fields: Any) -> JSON:
    return sysmon(5, 0, host, **{"ProcessGuid": GUID_A, **fields})


@pytest.mark.parametrize(
    ("names", "keys"),
    [
        (["WS5", "ws5"], {"ws5"}),
        (["WS5", "WS5.corp.example", "ws5.CORP.example"], {"ws5.corp.example"}),
        (["WS5", "WS5.a.example", "WS5.b.example"], {"ws5", "ws5.a.example", "ws5.b.example"}),
        (["WS5", "WS51.corp.example"], {"ws5", "ws51.corp.example"}),
        (["10", "10.0.0.5"], {"10", "10.0.0.5"}),
    ],
)
def test_a_short_name_is_the_full_one_where_only_one_begins_with_it(names: list[str], keys: set[str]) -> None:
    assert set(hosts([ended(name) for name in names])) == keys
    assert set(hosts([ended(name) for name in reversed(names)])) == keys


def test_a_host_is_named_as_printed_with_its_domain() -> None:
    event = one(ev.HostObserved, [ended("WS5.corp.example")])
    assert (event.host, event.name, event.domain) == (
        ev.HostRef("default", "ws5.corp.example"), "WS5.corp.example", "corp.example",
    )  # fmt: skip


def test_rows_without_a_name_are_of_the_only_host_and_else_of_one_of_their_own() -> None:
    assert set(hosts([ended("WS5"), ended(None)])) == {"ws5"}
    found, drift = read([ended("WS5"), ended("WS6"), ended(None)])
    keys = {event.host.key for event in of(ev.HostObserved, found)}
    (nameless,) = keys - {"ws5", "ws6"}
    assert nameless.startswith("log:")
    assert "the name of the computer in some rows" in dict(drift.lacks)


def test_cases_keep_hosts_apart() -> None:
    found, _ = read([ended("WS5")], case="other")
    assert {event.host for event in of(ev.HostObserved, found)} == {ev.HostRef("other", "ws5")}


@pytest.mark.parametrize("guid", [GUID_A, GUID_A.lower(), GUID_A.strip("{}"), f" {GUID_A} "])
def test_a_guid_is_one_in_every_spelling(guid: str) -> None:
    assert one(ev.ProcessEnded, [ended("WS5", ProcessGuid=guid)]).process.key == GUID_A


@pytest.mark.parametrize("guid", ["{00000000-0000-0000-0000-000000000000}", None, "-", "{39E4A257-"])
def test_without_a_guid_the_pid_is_the_process_that_other_rows_name(guid: str | None) -> None:
    rows = [
        sysmon(1, 0, ProcessGuid=GUID_B, ProcessId="77"),
        sysmon(11, 5, ProcessGuid=guid, ProcessId="77", TargetFilename=r"C:\f"),
        sysmon(5, 9, ProcessGuid=GUID_B, ProcessId="77"),
    ]
    assert one(ev.FileCreated, rows).actor == ev.ProcessRef(HOST, GUID_B, 77)


def wrote(seconds: float, pid: str = "77") -> JSON:
    return sysmon(11, seconds, ProcessId=pid, TargetFilename=r"C:\f")


@pytest.mark.parametrize(("seconds", "guid"), [(5, GUID_B), (15, None), (25, GUID_C), (35, GUID_C)])
def test_a_pid_that_was_given_out_again_is_the_process_alive_then(seconds: float, guid: str | None) -> None:
    rows = [
        sysmon(1, 0, ProcessGuid=GUID_B, ProcessId="77"),
        sysmon(5, 10, ProcessGuid=GUID_B, ProcessId="77"),
        sysmon(1, 20, ProcessGuid=GUID_C, ProcessId="77"),
        wrote(seconds),
    ]
    actor = one(ev.FileCreated, rows).actor
    assert actor.pid == 77
    assert (actor.key == guid) if guid else actor.key.startswith("pid:77@")


def test_a_process_that_ran_before_the_log_is_meant_before_its_first_row_too() -> None:
    rows = [wrote(1), sysmon(11, 60, ProcessGuid=GUID_B, ProcessId="77", TargetFilename=r"C:\g")]
    first, _ = of(ev.FileCreated, read(rows)[0])
    assert first.actor.key == GUID_B


def test_the_same_pid_on_another_host_is_another_process() -> None:
    rows = [sysmon(1, 0, "WS6", ProcessGuid=GUID_B, ProcessId="77"), wrote(1)]
    actor = one(ev.FileCreated, rows).actor
    assert actor.host == HOST
    assert actor.key.startswith("pid:77@")


def test_a_pid_of_which_nothing_is_known_stays_one_process_until_it_ends() -> None:
    rows = [wrote(1), wrote(2), sysmon(5, 3, ProcessId="77"), wrote(4)]
    first, second, third = (event.actor.key for event in of(ev.FileCreated, read(rows)[0]))
    assert first == second != third


def test_a_new_process_takes_the_pid_from_one_of_which_nothing_is_known() -> None:
    rows = [wrote(1), sysmon(1, 20, ProcessGuid=GUID_C, ProcessId="77"), wrote(25)]
    first, second = (event.actor.key for event in of(ev.FileCreated, read(rows)[0]))
    assert first.startswith("pid:77@")
    assert second == GUID_C


def test_a_process_that_only_security_tells_of_is_not_an_older_one_of_sysmon() -> None:
    rows = [
        sysmon(11, 0, ProcessGuid=GUID_B, ProcessId="77", TargetFilename=r"C:\f"),
        security(4688, "2020-10-19 12:01:00.000", **NEW),
        wrote(90),
    ]
    found, _ = read(rows)
    (start,) = of(ev.ProcessStarted, found)
    assert of(ev.FileCreated, found)[-1].actor == start.process


def test_a_process_without_a_creation_gets_its_name_from_its_image() -> None:
    image = r"C:\Windows\System32\svchost.exe"
    row = sysmon(11, ProcessGuid=GUID_A, ProcessId="4", Image=image, TargetFilename="C:\\f")
    event = one(ev.ProcessObserved, [row, row])
    assert (event.name, event.path, event.recorded) == ("svchost.exe", image, False)


def test_a_name_and_an_account_that_come_later_are_told_later() -> None:
    rows = [
        sysmon(11, 0, ProcessGuid=GUID_A, TargetFilename="C:\\f"),
        sysmon(11, 1, ProcessGuid=GUID_A, TargetFilename="C:\\f", Image=r"C:\a.exe"),
        sysmon(11, 2, ProcessGuid=GUID_A, TargetFilename="C:\\f", Image=r"C:\b.exe", User="ann"),
    ]
    found = of(ev.ProcessObserved, read(rows)[0])
    assert [(event.path, event.user) for event in found] == [(None, None), (r"C:\a.exe", None), (None, "ann")]


STAMP = "2020-10-19 12:00:00.300"
NEW = {"NewProcessId": "0x4d", "NewProcessName": r"C:\a.exe", "ProcessId": "0x8", "SubjectUserName": "ann"}


def test_security_alone_tells_of_creations_with_parent_account_and_command_line() -> None:
    row = security(
        4688,
        STAMP,
        ParentProcessName=r"C:\b.exe",
        CommandLine="a -x",
        SubjectDomainName="CORP",
        TargetUserName="-",
        **NEW,
    )
    found, _ = read([row, security(4689, "2020-10-19 12:00:01", ProcessId="0x4d", ProcessName=r"C:\a.exe")])
    (start,), (end,) = of(ev.ProcessStarted, found), of(ev.ProcessEnded, found)
    assert (start.process.pid, start.actor.pid, start.command_line) == (77, 8, "a -x")
    assert start.process == end.process
    parent, process = of(ev.ProcessObserved, found)
    assert (parent.name, process.name, process.user, process.user_domain) == ("b.exe", "a.exe", "ann", "CORP")


def test_the_account_that_a_process_was_started_for_is_its_own() -> None:
    row = security(4688, STAMP, TargetUserName="bob", TargetDomainName="CORP", **NEW)
    assert [event.user for event in of(ev.ProcessObserved, read([row])[0]) if event.user] == ["bob"]


@pytest.mark.parametrize(
    ("seconds", "image", "told"),
    [(0, r"C:\a.exe", True), (1.5, r"C:\A.EXE", True), (0, r"C:\c.exe", False), (30, r"C:\a.exe", False)],
)
def test_a_creation_that_sysmon_tells_as_well_is_told_once(seconds: float, image: str, *, told: bool) -> None:
    rows = [security(4688, STAMP, **NEW), sysmon(1, seconds, ProcessGuid=GUID_A, ProcessId="77", Image=image)]
    found, drift = read(rows)
    assert len(of(ev.ProcessStarted, found)) == (1 if told else 2)
    assert drift.read["security/4688 ProcessCreated, told by Sysmon as well"] == (1 if told else 0)


@pytest.mark.parametrize(
    "row",
    [
        security(4697, STAMP, ServiceName="PSEXESVC", ServiceFileName=r"%SystemRoot%\PSEXESVC.exe"),
        {"EventID": 7045, "Channel": "System", "Hostname": "WS5", "ServiceName": "PSEXESVC",
         "ImagePath": r"%SystemRoot%\PSEXESVC.exe"},
    ],
)  # fmt: skip
def test_a_service_that_was_installed_has_its_name_and_image(row: JSON) -> None:
    event = one(ev.ServiceInstalled, [row])
    assert (event.host, event.name, event.image, event.actor) == (
        HOST, "PSEXESVC", r"%SystemRoot%\PSEXESVC.exe", None,
    )  # fmt: skip


def test_events_of_other_logs_are_told_as_not_mapped() -> None:
    row = {"EventID": 4104, "Channel": "Microsoft-Windows-PowerShell/Operational", "Hostname": "WS5"}
    _, drift = read([row, security(9999, STAMP)])
    assert drift.unknown == {
        ("event", "microsoft-windows-powershell/operational/4104"): 1,
        ("event", "security/9999"): 1,
        ("time", "a row without a usable time"): 1,
    }


ACCESS = {
    "ShareName": r"\\*\C$", "ShareLocalPath": "\\??\\C:\\", "RelativeTargetName": r"ProgramData\x.exe",
    "AccessMask": "0x17019f", "IpAddress": "172.18.39.5", "SubjectUserName": "ann", "SubjectDomainName": "CORP",
}  # fmt: skip
SUCCESS, FAILURE = 0x8020000000000000, 0x8010000000000000


def accessed(**fields: Any) -> JSON:
    return security(5145, STAMP, **(ACCESS | fields))


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("172.18.39.5", ev.HostRef("default", "address:172.18.39.5")),
        ("::ffff:172.18.39.5", ev.HostRef("default", "address:172.18.39.5")),
        ("::1", HOST),
        ("127.0.0.1", HOST),
    ],
)
def test_a_file_that_a_client_opened_to_write_has_its_path_on_the_host(address: str, client: ev.HostRef) -> None:
    event = one(ev.SharedFileOpened, [accessed(IpAddress=address)])
    assert (event.client, event.file.host, event.share, event.account) == (client, HOST, "C$", r"CORP\ann")
    assert locate(event.file).path == r"C:\ProgramData\x.exe"


@pytest.mark.parametrize(
    "fields",
    [
        {"AccessMask": "0x1"},
        {"AccessMask": "0x80"},
        {"AccessMask": None},
        {"ShareName": r"\\*\IPC$", "ShareLocalPath": None, "RelativeTargetName": "PSEXESVC"},
        {"RelativeTargetName": "\\"},
        {"IpAddress": "-"},
        {"IpAddress": "WS6"},
        {"Keywords": hex(FAILURE)},
        {"Keywords": FAILURE - 2**64},
        {"Keywords": ["Audit Failure"]},
    ],
)
def test_other_accesses_are_counted(fields: JSON) -> None:
    found, drift = read([accessed(**fields)])
    assert not of(ev.SharedFileOpened, found)
    assert sum(drift.read.values()) + sum(drift.unknown.values()) >= 1


@pytest.mark.parametrize("keywords", [hex(SUCCESS), SUCCESS - 2**64, ["Audit Success"], "Audit Success", None, "0xzz"])
def test_an_audit_of_what_succeeded_counts(keywords: object) -> None:
    assert one(ev.SharedFileOpened, [accessed(Keywords=keywords)]).share == "C$"


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (security(4625, STAMP), "security/4625 LogonFailed"),
        (security(4634, STAMP), "security/4634 Logoff"),
        (security(4647, STAMP), "security/4647 LogoffByUser"),
        (security(4672, STAMP), "security/4672 SpecialLogon"),
        (security(1102, STAMP) | {"SourceName": "Microsoft-Windows-Eventlog"}, "security/1102 LogCleared"),
        (security(7036, STAMP) | {"Channel": "System", "SourceName": "Service Control Manager"},
         "system/7036 ServiceStateChanged"),
        (security(104, STAMP) | {"Channel": "SYSTEM", "SourceName": "Microsoft-Windows-Eventlog"},
         "system/104 LogCleared"),
    ],
)  # fmt: skip
def test_what_has_no_word_is_counted_by_its_name(row: JSON, name: str) -> None:
    found, drift = read([row])
    assert {type(event) for event in found} == {ev.RunObserved, ev.Noted, ev.HostObserved}
    assert (drift.read, drift.unknown) == ({name: 1}, {})


def test_what_either_log_tells_is_not_missing() -> None:
    both = [security(4688, STAMP, **NEW), sysmon(3, DestinationIp="10.0.0.7", Initiated="true", ProcessGuid=GUID_A)]
    missing = {question for _, question in read(both)[1].lacks}
    assert "from which bytes processes were started" in missing
    assert not missing & {"who started whom", "which process spoke with whom, and the host's addresses"}
    assert "who started whom" in {question for _, question in read([sysmon(4)])[1].lacks}


SESSION = "0x4e13b2e"


@pytest.mark.parametrize(
    ("row", "session"),
    [
        (sysmon(1, ProcessGuid=GUID_A, LogonId="0x4E13B2E"), SESSION),
        (sysmon(1, ProcessGuid=GUID_A, LogonId=81_869_614), SESSION),
        (sysmon(1, ProcessGuid=GUID_A, LogonId="81869614"), SESSION),
        (sysmon(1, ProcessGuid=GUID_A, LogonId="0x0"), None),
        (sysmon(1, ProcessGuid=GUID_A, LogonId="-"), None),
        (sysmon(1, ProcessGuid=GUID_A), None),
        (security(4688, STAMP, **NEW, TargetLogonId=SESSION, SubjectLogonId="0x3e7"), SESSION),
        (security(4688, STAMP, **NEW, TargetLogonId="0x0", SubjectLogonId="0x3E7"), "0x3e7"),
        (security(4688, STAMP, **NEW, SubjectLogonId="0x3e7"), "0x3e7"),
    ],
)
def test_a_process_has_its_logon_session(row: JSON, session: str | None) -> None:
    (process,) = [event for event in of(ev.ProcessObserved, read([row])[0]) if event.recorded]
    assert process.logon_id == session


@pytest.mark.parametrize("own", [{}, {"LogonId": SESSION}])
def test_a_creation_that_both_tell_has_its_logon_session_once(own: JSON) -> None:
    rows = [
        sysmon(1, 0, ProcessGuid=GUID_A, ProcessId="77", Image=r"C:\a.exe", **own),
        security(4688, STAMP, **NEW, TargetLogonId="0x0", SubjectLogonId=SESSION),
    ]
    found = [event for event in of(ev.ProcessObserved, read(rows)[0]) if event.logon_id]
    assert [(event.process.key, event.logon_id) for event in found] == [(GUID_A, SESSION)]
