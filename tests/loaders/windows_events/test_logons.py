"""Who logged on, from where, and which shares and credentials were used."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.graphs import Graph
from helpers.windows import GUID_A, HOST, JSON, of, one, read, security, sysmon

from graph_model import events as ev
from graph_model.builder import build

STAMP = "2020-10-19 12:00:00.300"
LOGON = {
    "SubjectUserSid": "S-1-0-0", "SubjectUserName": "-", "SubjectDomainName": "-", "SubjectLogonId": "0x0",
    "TargetUserName": "ann", "TargetDomainName": "CORP", "TargetLogonId": "0x4E13B2E", "LogonType": "3",
    "WorkstationName": "-", "ProcessId": "0x0", "ProcessName": "-", "IpAddress": "10.0.0.7", "IpPort": "62782",
}  # fmt: skip
WS6, ADDRESS = ev.HostRef("default", "name:ws6"), ev.HostRef("default", "address:10.0.0.7")


def logon(host: str = "WS5", stamp: str = STAMP, **fields: Any) -> JSON:
    return security(4624, stamp, host, **(LOGON | fields))


def test_a_logon_has_account_type_session_and_where_it_came_from() -> None:
    event = one(ev.LoggedOn, [logon()])
    assert (event.host, event.account, event.domain, event.logon_type) == (HOST, "ann", "CORP", 3)
    assert (event.logon_id, event.client, event.actor) == ("0x4e13b2e", ADDRESS, None)


@pytest.mark.parametrize(
    ("said", "session"),
    [
        ("0x4E13B2E", "0x4e13b2e"),
        ("0X4E13B2E", "0x4e13b2e"),
        ("0x0000000004e13b2e", "0x4e13b2e"),
        ("81869614", "0x4e13b2e"),
        (81_869_614, "0x4e13b2e"),
        ("0x3e7", "0x3e7"),
        ("0x0", None),
        (0, None),
        ("-", None),
        ("4e13b2e", None),
        (None, None),
    ],
)
def test_a_session_is_one_in_every_spelling(said: object, session: str | None) -> None:
    assert one(ev.LoggedOn, [logon(TargetLogonId=said)]).logon_id == session


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("10.0.0.7", ADDRESS),
        ("::ffff:10.0.0.7", ADDRESS),
        ("fe80::1%12", ev.HostRef("default", "address:fe80::1")),
        ("2001:DB8:0::7", ev.HostRef("default", "address:2001:db8::7")),
        ("127.0.0.1", None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
        ("0.0.0.0", None),
        ("-", None),
        ("", None),
        (None, None),
        ("LOCAL", None),
    ],
)
def test_a_logon_comes_from_its_address_unless_that_is_the_machine_itself(
    address: str | None, client: ev.HostRef | None
) -> None:
    assert one(ev.LoggedOn, [logon(IpAddress=address)]).client == client


@pytest.mark.parametrize(
    ("machine", "kind", "name", "client"),
    [
        ("WS5", "3", "WS6", WS6),
        ("WS5", "3", r"\\WS6", WS6),
        ("WS5", "8", "WS6", WS6),
        ("WS5", "10", "ws6.corp.example", ev.HostRef("default", "name:ws6.corp.example")),
        ("WS5", "3", "WS5", None),
        ("WS5.corp.example", "3", "ws5", None),
        ("WS5", "3", "ws5.corp.example", None),
        ("WS5.corp.example", "3", "WS5.other.example", ev.HostRef("default", "name:ws5.other.example")),
        ("WS5.corp.example", "3", "WS51", ev.HostRef("default", "name:ws51")),
        ("workstation-of-ann.corp.example", "3", "WORKSTATION-OF-", None),
        ("WS5", "3", "localhost", None),
        ("WS5", "3", "-", None),
        ("WS5", "3", "a b;c", None),
        ("WS5", "2", "WS6", None),
        ("WS5", "5", "WS6", None),
        ("WS5", "9", "WS6", None),
        ("WS5", None, "WS6", None),
    ],
)
def test_without_an_address_a_logon_over_the_network_comes_from_its_workstation(
    machine: str, kind: str | None, name: str, client: ev.HostRef | None
) -> None:
    row = logon(machine, LogonType=kind, WorkstationName=name, IpAddress="-")
    assert one(ev.LoggedOn, [row]).client == client


def test_a_loopback_address_is_not_put_aside_for_a_name() -> None:
    assert one(ev.LoggedOn, [logon(IpAddress="::1", WorkstationName="WS6")]).client is None


@pytest.mark.parametrize(("account", "domain"), [("WS6$", "CORP"), ("ANONYMOUS LOGON", "NT AUTHORITY"), ("ann", None)])
def test_machines_and_nobody_log_on_too(account: str, domain: str | None) -> None:
    event = one(ev.LoggedOn, [logon(TargetUserName=account, TargetDomainName=domain or "-")])
    assert (event.account, event.domain) == (account, domain)


def test_a_logon_was_asked_for_by_its_process() -> None:
    rows = [
        sysmon(1, -60, ProcessGuid=GUID_A, ProcessId="712", Image=r"C:\Windows\System32\services.exe"),
        logon(LogonType="5", ProcessId="0x2c8", ProcessName=r"C:\Windows\System32\services.exe", IpAddress="-"),
    ]
    assert one(ev.LoggedOn, rows).actor == ev.ProcessRef(HOST, GUID_A, 712)


def test_a_row_that_stands_there_twice_is_one_logon_and_another_session_is_another() -> None:
    found, drift = read([logon(), logon(), logon(TargetLogonId="0x4e13b2f")])
    assert [event.logon_id for event in of(ev.LoggedOn, found)] == ["0x4e13b2e", "0x4e13b2f"]
    assert drift.read["security/4624 Logon, told before"] == 1


@pytest.mark.parametrize("name", [None, "-", "", 7.5, []])
def test_a_logon_of_no_account_is_told(name: object) -> None:
    found, drift = read([logon(TargetUserName=name)])
    assert not of(ev.LoggedOn, found)
    assert drift.unknown == {("event", "security/4624 Logon without TargetUserName"): 1}


def test_logons_are_relationships_of_account_and_client_with_the_host() -> None:
    found = Graph(build(iter(read([logon(), logon(TargetLogonId="0x1")])[0])))
    assert found.triples("LOGGED_ON_TO") == {("ann", "LOGGED_ON_TO", "WS5"), ("10.0.0.7", "LOGGED_ON_TO", "WS5")}
    rows = [row for row in found.relationships.values() if row["type"] == "LOGGED_ON_TO"]
    assert sorted(row["logon_ids"] for row in rows) == [["0x1"], ["0x1"], ["0x4e13b2e"], ["0x4e13b2e"]]
    assert {(*row["accounts"], *row["logon_types"]) for row in rows} == {(r"CORP\ann", 3)}


GIVEN = {
    "SubjectUserName": "ann", "SubjectDomainName": "CORP", "SubjectLogonId": "0xC61D9", "TargetUserName": "adm",
    "TargetDomainName": "CORP", "TargetServerName": "WS6", "TargetInfo": "WS6", "ProcessId": "0x4d",
    "ProcessName": r"C:\a.exe", "IpAddress": "-",
}  # fmt: skip


def given_credentials(**fields: Any) -> JSON:
    return security(4648, STAMP, "WS5.corp.example", **(GIVEN | fields))


def test_credentials_are_used_by_a_process_for_the_server_that_it_named() -> None:
    event = one(ev.CredentialsUsed, [given_credentials()])
    assert (event.actor.pid, event.target, event.account, event.logon_id) == (77, WS6, r"CORP\adm", "0xc61d9")


@pytest.mark.parametrize("server", ["localhost", "LOCALHOST", "127.0.0.1", "::1", "WS5", "ws5.corp.example", r"\\WS5"])
def test_credentials_for_the_machine_itself_are_counted(server: str) -> None:
    found, drift = read([given_credentials(TargetServerName=server)])
    assert not of(ev.CredentialsUsed, found)
    assert drift.read["security/4648 ExplicitCredentials, for the machine itself"] == 1


@pytest.mark.parametrize("server", ["-", "", None, "cifs/ws6", "a b"])
def test_credentials_for_no_server_are_told(server: str | None) -> None:
    found, drift = read([given_credentials(TargetServerName=server)])
    assert not of(ev.CredentialsUsed, found)
    assert sum(drift.unknown.values()) == 1


def test_credentials_are_a_relationship_of_the_process_or_else_the_host() -> None:
    for pid, who in (("0x4d", "a.exe"), ("0x0", "WS5.corp.example")):
        found = Graph(build(iter(read([given_credentials(ProcessId=pid)])[0])))
        assert found.triples("USED_CREDENTIALS_FOR") == {(who, "USED_CREDENTIALS_FOR", "ws6")}


SHARE = {"ShareName": r"\\*\ADMIN$", "IpAddress": "10.0.0.7", "SubjectUserName": "ann", "SubjectDomainName": "CORP"}


@pytest.mark.parametrize(
    ("address", "client"),
    [("10.0.0.7", ADDRESS), ("::ffff:10.0.0.7", ADDRESS), ("127.0.0.1", HOST), ("::1", HOST)],
)
def test_a_share_was_opened_by_a_client(address: str, client: ev.HostRef) -> None:
    event = one(ev.ShareOpened, [security(5140, STAMP, **(SHARE | {"IpAddress": address}))])
    assert (event.host, event.client, event.share, event.account) == (HOST, client, "ADMIN$", r"CORP\ann")


@pytest.mark.parametrize("fields", [{"IpAddress": "-"}, {"IpAddress": "WS6"}, {"ShareName": None}, {"IpAddress": {}}])
def test_a_share_without_client_or_name_is_told(fields: JSON) -> None:
    found, drift = read([security(5140, STAMP, **(SHARE | fields))])
    assert not of(ev.ShareOpened, found)
    assert sum(drift.unknown.values()) == 1


@pytest.mark.parametrize("channel", ["security", "SECURITY", "Security"])
@pytest.mark.parametrize("stamp", ["2020-10-19 12:00:00.300", "2020-10-19T12:00:00.300Z", 1_603_108_800_300])
def test_channels_in_any_capitals_and_times_in_any_spelling_say_the_same(channel: str, stamp: object) -> None:
    row = logon() | {"Channel": channel, "SourceName": None, "TimeCreated": stamp}
    assert one(ev.LoggedOn, [row]).time == one(ev.LoggedOn, [logon()]).time
