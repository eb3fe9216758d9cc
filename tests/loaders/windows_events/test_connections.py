"""Security's rows of connections, and of registry values."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.real import real_file
from helpers.windows import GUID_A, HOST, JSON, of, one, read, security, sysmon

from graph_model import events as ev

STAMP = "2020-10-19 12:00:00.300"
OWN, OTHER = "10.0.0.5", "10.0.0.7"
OUT, IN = "%%14593", "%%14592"
ROW = {
    "ProcessID": "77", "Application": r"\device\harddiskvolume2\windows\system32\svchost.exe", "Direction": OUT,
    "SourceAddress": OWN, "SourcePort": "50005", "DestAddress": OTHER, "DestPort": "445", "Protocol": "6",
}  # fmt: skip
ACCEPTED = {"Direction": IN, "SourceAddress": OTHER, "SourcePort": "62782", "DestAddress": OWN, "DestPort": "445"}
ACCEPTED_OF_OLD = {
    "Direction": IN,
    "SourceAddress": OWN,
    "SourcePort": "445",
    "DestAddress": OTHER,
    "DestPort": "62782",
}


def allowed(stamp: str = STAMP, **fields: Any) -> JSON:
    return security(5156, stamp, **(ROW | fields))


def flows(rows: list[JSON]) -> list[tuple[str, int | None, bool]]:
    return [(flow.address, flow.port, flow.inbound) for flow in of(ev.NetworkFlow, read(rows)[0])]


def test_a_connection_has_its_process_and_the_far_end() -> None:
    found, _ = read([allowed()])
    (flow,) = of(ev.NetworkFlow, found)
    assert (flow.host, flow.address, flow.port, flow.protocol, flow.inbound) == (HOST, OTHER, 445, "tcp", False)
    (process,) = of(ev.ProcessObserved, found)
    assert (process.process, process.name, process.path) == (flow.actor, "svchost.exe", None)
    assert [host.addresses for host in of(ev.HostObserved, found) if host.addresses] == [(OWN,)]


@pytest.mark.parametrize("inbound", [ACCEPTED, ACCEPTED_OF_OLD])
def test_an_accepted_connection_came_from_the_end_that_is_not_the_own_one(inbound: JSON) -> None:
    assert flows([allowed(**inbound), allowed(SourcePort="1")]) == [(OTHER, 62782, True), (OTHER, 445, False)]


def test_where_the_own_end_is_not_known_nobody_is_said_to_have_connected() -> None:
    found, drift = read([allowed(**ACCEPTED)])
    assert not of(ev.NetworkFlow, found)
    assert [name for name in drift.read if name.endswith("own one is not known")]


@pytest.mark.parametrize("group", ["224.0.0.252", "ff02::fb", "255.255.255.255", "0.0.0.0"])
def test_what_was_sent_to_many_came_from_the_other_end(group: str) -> None:
    row = allowed(
        Direction=IN, SourceAddress=group, SourcePort="5355", DestAddress="10.0.0.9", DestPort="1", Protocol="17"
    )
    assert flows([row]) == [("10.0.0.9", 1, True)]


def test_a_connection_of_the_machine_with_itself_has_no_far_end() -> None:
    both = {"SourceAddress": OWN, "DestAddress": OWN}
    assert flows([allowed(**both), allowed(Direction=IN, **both)]) == [(OWN, 445, False)]


@pytest.mark.parametrize("mapped", [{"SourceAddress": f"::ffff:{OWN}"}, {"DestAddress": f"::FFFF:{OTHER}"}])
def test_addresses_are_one_in_every_spelling(mapped: JSON) -> None:
    assert flows([allowed(**mapped)]) == [(OTHER, 445, False)]


@pytest.mark.parametrize(
    ("number", "word"), [("6", "tcp"), ("17", "udp"), ("1", "icmp"), ("0x6", "tcp"), ("47", "ip protocol 47")]
)
def test_a_protocol_has_its_name(number: str, word: str) -> None:
    assert one(ev.NetworkFlow, [allowed(Protocol=number)]).protocol == word


@pytest.mark.parametrize(
    ("fields", "pid"),
    [({"ProcessID": None, "ProcessId": "77"}, 77), ({"ProcessID": "0"}, None), ({"ProcessID": None}, None)],
)
def test_the_process_is_named_in_either_spelling_or_not_at_all(fields: JSON, pid: int | None) -> None:
    actor = one(ev.NetworkFlow, [allowed(**fields)]).actor
    assert (actor.pid if actor else None) == pid


@pytest.mark.parametrize(
    "fields",
    [{"Direction": "sideways"}, {"Direction": None}, {"SourceAddress": "-"}, {"DestAddress": "WS6"}, {"Protocol": "x"}],
)
def test_a_connection_that_is_none_is_told(fields: JSON) -> None:
    found, drift = read([allowed(**fields)])
    assert not of(ev.NetworkFlow, found)
    assert drift.unknown


ENDS = {"SourceIp": OWN, "SourcePort": "50005", "DestinationIp": OTHER, "DestinationPort": "445", "Initiated": "true"}


@pytest.mark.parametrize(("seconds", "told"), [(0, True), (3, True), (60, False)])
@pytest.mark.parametrize("direction", [OUT, IN])
def test_a_connection_that_sysmon_tells_as_well_is_told_once(direction: str, seconds: float, *, told: bool) -> None:
    accepted = {
        "SourceIp": OTHER,
        "SourcePort": "62782",
        "DestinationIp": OWN,
        "DestinationPort": "445",
        "Initiated": "false",
    }
    ends, row = (ENDS, {}) if direction == OUT else (accepted, ACCEPTED)
    rows = [allowed(**row), sysmon(3, seconds, ProcessGuid=GUID_A, ProcessId="77", Protocol="tcp", **ends)]
    found, drift = read(rows)
    assert len(of(ev.NetworkFlow, found)) == (1 if told else 2)
    assert drift.read["security/5156 ConnectionAllowed, told by Sysmon as well"] == (1 if told else 0)


def test_who_connected_to_whom_in_a_real_log_of_three_machines() -> None:
    """Both sides of the connections that the file server and the domain controller accepted."""
    import gzip

    data = gzip.decompress(real_file("sysmon/covenant_copy_smb_CreateRequest_2020-09-22145302.json.gz").read_bytes())
    found = of(ev.NetworkFlow, read(data)[0])
    inbound = {(flow.host.key.partition(".")[0], flow.address, flow.port) for flow in found if flow.inbound}
    assert {("workstation6", "172.18.39.5", 62782), ("mordordc", "172.18.39.5", 62783)} <= inbound
    assert {address for host, address, _ in inbound if host == "mordordc"} == {"172.18.39.5"}


VALUE = {
    "ObjectName": r"\REGISTRY\MACHINE\SOFTWARE\k", "ObjectValueName": "v", "NewValue": "x", "ProcessId": "0x4d",
    "ProcessName": r"C:\a.exe",
}  # fmt: skip


@pytest.mark.parametrize(
    ("done", "kind"),
    [("%%1904", ev.RegistryValueSet), ("%%1905", ev.RegistryValueSet), ("%%1906", ev.RegistryValueDeleted)],
)
def test_what_happened_to_a_value(done: str, kind: type[ev.RegistryEvent]) -> None:
    event = one(kind, [security(4657, STAMP, OperationType=done, **VALUE)])
    assert (event.actor.pid, event.key, event.name) == (77, r"\REGISTRY\MACHINE\SOFTWARE\k", "v")
    assert getattr(event, "data", "x") == "x"


@pytest.mark.parametrize("done", [None, "-", "%%1907", 1904])
def test_a_value_of_which_nobody_says_what_was_done_is_told(done: object) -> None:
    found, drift = read([security(4657, STAMP, OperationType=done, **VALUE)])
    assert not [event for event in found if isinstance(event, ev.RegistryEvent)]
    assert sum(drift.unknown.values()) == 1
