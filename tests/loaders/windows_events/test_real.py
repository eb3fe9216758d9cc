"""The four real logs: what the loader says against a plain reading of the rows."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from functools import cache

import pytest
from helpers.real import real_file
from helpers.windows import JSON, line_of, of, read

from graph_model import events as ev
from loaders.drift import Drift

PSEXEC, COVENANT, MAVINJECT, PURPLESHARP = (
    f"sysmon/{name}.json.gz"
    for name in (
        "cmd_psexec_lsa_secrets_dump_2020-10-1903305471",
        "covenant_copy_smb_CreateRequest_2020-09-22145302",
        "psh_mavinject_dll_notepad_2020-10-2121410529",
        "purplesharp_pe_injection_createremotethread_2020-10-2303121085",
    )
)
ALL = [PSEXEC, COVENANT, MAVINJECT, PURPLESHARP]
KINDS: dict[int, tuple[type[ev.Event], ...]] = {
    1: (ev.ProcessStarted,),
    3: (ev.NetworkFlow,),
    7: (ev.ModuleLoaded,),
    8: (ev.InjectionReported,),
    10: (ev.ProcessOpened,),
    11: (ev.FileCreated,),
    12: (ev.RegistryKeyCreated, ev.RegistryKeyDeleted, ev.RegistryValueDeleted),
    13: (ev.RegistryValueSet,),
    22: (ev.DnsResolved,),
}


@cache
def plain(name: str) -> list[JSON]:
    return [json.loads(line) for line in gzip.decompress(real_file(name).read_bytes()).splitlines()]


@cache
def loaded(name: str) -> tuple[list[ev.Event], Drift]:
    return read(gzip.decompress(real_file(name).read_bytes()))


def events(name: str) -> list[ev.Event]:
    return loaded(name)[0]


def rows(name: str, number: int) -> dict[int, JSON]:
    """Rows of Sysmon by line."""
    listed = enumerate(plain(name), 1)
    return {line: row for line, row in listed if "Sysmon" in row["Channel"] and row["EventID"] == number}


def names(name: str) -> dict[str, str]:
    """Image by GUID, as all rows print them."""
    found = {}
    for row in plain(name):
        for who in ("", "Source", "Target", "Parent"):
            guid = row.get(f"{who}ProcessGuid", row.get(f"{who}ProcessGUID"))
            if guid and guid.strip("{}0-") and row.get(f"{who}Image"):
                found[guid.upper()] = row[f"{who}Image"].rpartition("\\")[2].casefold()
    return found


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("number", KINDS)
def test_each_row_that_says_what_happened_is_one_event_that_cites_it(name: str, number: int) -> None:
    told = {line for line, row in rows(name, number).items() if number != 12 or "EventType" in row}
    found = [event for kind in KINDS[number] for event in of(kind, events(name))]
    elsewhere = {line for line, row in enumerate(plain(name), 1) if row["EventID"] == 5156}
    assert Counter(line for line in map(line_of, found) if line not in elsewhere) == Counter(told)


@pytest.mark.parametrize("name", ALL)
def test_every_row_is_read_or_counted_as_not_mapped(name: str) -> None:
    drift = loaded(name)[1]
    extra = (
        "pipes without a name", "told by Sysmon as well", "of no file", "without the right to write",
        "of which the own one is not known", "told before", "for the machine itself",
    )  # fmt: skip
    read_rows = sum(number for what, number in drift.read.items() if not what.endswith(extra))
    assert read_rows + sum(drift.unknown.values()) == len(plain(name))


@pytest.mark.parametrize("name", ALL)
def test_processes_are_the_guids_of_the_rows_with_their_names(name: str) -> None:
    known: dict[str, str] = {}
    for event in of(ev.ProcessObserved, events(name)):
        if event.guid:
            known[event.guid] = (event.name or known.get(event.guid, "")).casefold()
    assert known == names(name)


@pytest.mark.parametrize("name", ALL)
def test_parents_are_those_of_the_rows(name: str) -> None:
    true = {(row["ParentProcessGuid"].upper(), row["ProcessGuid"].upper()) for row in rows(name, 1).values()}
    assert {(event.actor.key, event.process.key) for event in of(ev.ProcessStarted, events(name))} == true


@pytest.mark.parametrize("name", ALL)
def test_events_come_in_the_order_of_time_which_is_that_of_utctime(name: str) -> None:
    found = [event for event in events(name) if not isinstance(event, (ev.RunObserved, ev.HostObserved, ev.Noted))]
    times = [event.time for event in found if event.time is not None]
    assert times == sorted(times)
    assert [event.seq for event in found] == sorted(event.seq for event in found)
    by_line = {line_of(event): event.time for event in found}
    for line, row in enumerate(plain(name), 1):
        if "UtcTime" in row and line in by_line:
            assert by_line[line] == utc(row["UtcTime"])


def utc(text: str) -> int:
    day, hour, minute, second, milli = map(int, re.findall(r"\d+", text)[2:])
    assert text.startswith(("2020-09", "2020-10"))
    days = {"2020-09": 18_506, "2020-10": 18_536}[text[:7]] + day - 1
    return ((days * 24 + hour) * 60 + minute) * 60_000_000 + second * 1_000_000 + milli * 1_000


@pytest.mark.parametrize(
    ("name", "stamp", "hours"),
    [(PSEXEC, "TimeCreated", 4), (COVENANT, "EventTime", 4), (MAVINJECT, "TimeCreated", 16)],
)
def test_rows_without_utctime_are_put_right_by_the_others(name: str, stamp: str, hours: int) -> None:
    repaired = loaded(name)[1].repaired
    assert set(repaired) == {f"{stamp} is +{hours} hours from UTC"}
    for event in of(ev.ProcessEnded, events(name)):
        row = plain(name)[line_of(event) - 1]
        shown = re.sub(r"[TZ]", " ", row[stamp]).strip()
        if "UtcTime" not in row:
            assert event.time == utc(shown if "." in shown else f"{shown}.000") + hours * 3_600_000_000


def test_mavinject_makes_a_thread_at_loadlibrary_in_notepad() -> None:
    (event,) = of(ev.InjectionReported, events(MAVINJECT))
    assert (event.actor.pid, event.target.pid, line_of(event)) == (3224, 3440, 391)
    assert (event.address, event.thread_id) == (0x7FFB9285E540, 10204)
    assert event.module == r"C:\windows\System32\KERNEL32.DLL!LoadLibraryW"


def test_purplesharp_makes_a_thread_outside_all_modules_of_its_child() -> None:
    (event,) = of(ev.InjectionReported, events(PURPLESHARP))
    assert (event.actor.pid, event.target.pid, line_of(event)) == (8972, 9908, 239)
    assert (event.address, event.module) == (0x23FAD900000, "-")
    assert (8972, 9908) in {
        (start.actor.pid, start.process.pid) for start in of(ev.ProcessStarted, events(PURPLESHARP))
    }


def test_services_starts_psexesvc_which_starts_reg() -> None:
    started = {(start.actor.pid, start.process.pid) for start in of(ev.ProcessStarted, events(PSEXEC))}
    assert {(716, 1460), (1460, 824)} <= started


@pytest.mark.parametrize(("name", "hosts"), [(PSEXEC, {"workstation5"}), (COVENANT, {
    "workstation5.theshire.local", "workstation6.theshire.local", "mordordc.theshire.local",
})])  # fmt: skip
def test_hosts_are_the_computers_that_logged(name: str, hosts: set[str]) -> None:
    assert {event.host.key for event in of(ev.HostObserved, events(name))} == hosts


def test_both_ends_of_the_copy_know_the_connection_and_their_own_address() -> None:
    flows = {
        (flow.host.key.partition(".")[0], flow.address, flow.port, flow.inbound)
        for flow in of(ev.NetworkFlow, events(COVENANT))
    }
    assert {("workstation5", "172.18.39.6", 445, False), ("workstation6", "172.18.39.5", 62782, True)} <= flows
    borne = {
        (event.host.key.partition(".")[0], address)
        for event in of(ev.HostObserved, events(COVENANT))
        for address in event.addresses
    }
    assert borne == {("workstation5", "172.18.39.5"), ("workstation6", "172.18.39.6"), ("mordordc", "172.18.38.5")}


def test_the_account_that_copied_logged_on_from_the_other_workstation_in_the_session_of_its_accesses() -> None:
    found = {(event.host.key.partition(".")[0], event.account): event for event in of(ev.LoggedOn, events(COVENANT))}
    copied, own = found["workstation6", "pgustavo"], found["mordordc", "MORDORDC$"]
    assert (copied.client, copied.logon_type) == (ev.HostRef("default", "address:172.18.39.5"), 3)
    assert (copied.logon_id, copied.domain) == ("0x4e13b2e", "THESHIRE.LOCAL")
    assert (own.client, own.logon_id) == (None, "0x7b90596")
    accounts = {event.account for event in of(ev.ShareOpened, events(COVENANT)) if event.client == copied.client}
    assert accounts == {r"THESHIRE\pgustavo"}


def test_psexec_installed_its_service_in_the_session_that_it_ran_in() -> None:
    sessions = {event.process.pid: event.logon_id for event in of(ev.ProcessObserved, events(PSEXEC)) if event.logon_id}
    installed = {event.api.partition("/")[0]: event for event in of(ev.ServiceInstalled, events(PSEXEC))}
    by_audit, by_control = installed["security"], installed["system"]
    assert installed.keys() == {"security", "system", "sysmon"}  # and the registry's
    assert (by_audit.account, by_audit.logon_id) == (r"WORKSTATION5\wardog", sessions[7256])
    assert (by_control.account, by_control.name) == (None, by_audit.name)


def test_what_security_tells_of_processes_that_sysmon_tells_too_makes_none_of_its_own() -> None:
    assert loaded(PSEXEC)[1].read["security/4688 ProcessCreated, told by Sysmon as well"] == 4
    ended = {(event.process.pid, event.process.key[:1]) for event in of(ev.ProcessEnded, events(PSEXEC))}
    assert {pid for pid, _ in ended} == {0x338, 0x2304, 0x5B4, 0x1C58}
    assert {first for _, first in ended} == {"{"}
