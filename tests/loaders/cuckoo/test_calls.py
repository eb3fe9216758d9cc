"""The table of calls: which are understood, which only counted, which unknown, and that no argument breaks one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.calls import drift_of, events, every
from helpers.reports import Program, call, cape, cuckoo, found, read

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo.calls import counted, verdicts
from loaders.cuckoo.calls.table import UNDERSTOOD

_LINES = Path(__file__).with_name("hooks.txt").read_text("utf-8").splitlines()
HOOKED = {line for line in _LINES if line and not line.startswith(("#", "["))}


def test_every_name_in_the_table_is_spelt_as_a_monitor_spells_it() -> None:
    assert (set(UNDERSTOOD) | counted.NAMES) - HOOKED == set()


def test_every_call_of_the_monitors_is_understood_or_said_to_be_only_counted() -> None:
    assert len(HOOKED) > 700
    assert HOOKED - set(UNDERSTOOD) - counted.NAMES == set()


def test_no_call_is_both_understood_and_only_counted_or_counted_for_two_reasons() -> None:
    assert set(UNDERSTOOD) & set(counted.NAMES) == set()
    assert sum(len(names) for names in counted.REASONS.values()) == len(counted.NAMES)


def test_an_unknown_api_is_counted_and_named_in_the_drift_report() -> None:
    report = cuckoo(Program(4, [call("NtBrandNew"), call("NtBrandNew")]))
    _, drift = read(report)
    assert drift.unknown["api", "NtBrandNew"] == 2
    assert drift.samples["api", "NtBrandNew"].endswith(":4.0#0")
    assert [(event.api, event.count) for event in found(report, ev.ApiCounted)] == [("NtBrandNew", 2)]


@every
def test_a_call_that_is_only_counted_is_no_event_and_no_drift(layout: Any) -> None:
    calls = [call("GetFileAttributesW", filepath=r"C:\a"), call("CreateDirectoryW", dirpath=r"C:\a")]
    assert events(*calls, layout=layout) == []
    assert drift_of(*calls, layout=layout).unknown == {}
    report = layout(Program(4, calls))
    assert sorted(event.api for event in found(report, ev.ApiCounted)) == ["CreateDirectoryW", "GetFileAttributesW"]


@every
@pytest.mark.parametrize("api", sorted(UNDERSTOOD))
def test_a_call_that_failed_is_only_counted(api: str, layout: Any) -> None:
    assert events(call(api, ok=False, returned=0xC000_0022, **_EVERYTHING), layout=layout) == []


# every argument name that any handler asks for, squashed as the loader does
_ASKED_FOR = (
    "filepath filepathr filehandle handlename oldfilepath newfilepath replacedfilename replacementfilename url length "
    "fileinformationclass fileinformation flags disposition createoptions statusinfo existedbefore fileattributes "
    "symlinkfilename devicehandle controlcode regkey fullname objectattributes objectattributeshandle basehandle "
    "registry keyhandle handle subkey regkeyr keyname valuename value data keyinformation keyinformationclass newname "
    "targetkey sourcefile socket type ipaddress port clientsocket sent received bufferlength hostname name "
    "servicename servicehandle servicemanagerhandle machinename driverservicename binarypathname connecthandle "
    "internethandle requesthandle path service accesstype proxyname bytesread mutantname pipename namedpipehandle "
    "modulename dllname lplibfilename processhandle threadhandle processidentifier threadidentifier baseaddress "
    "regionsize protection buffer sectionhandle registers commandline creationflags suspendcount options "
    "sourcehandle targethandle sourceprocesshandle targetprocesshandle createsuspended functionaddress"
)
_NAMES = _ASKED_FOR.split()
_EVERYTHING = dict.fromkeys(_NAMES, "0x10")


@pytest.mark.parametrize("rubbish", ["", "x", "0x10", -1, 0, 2**70, 1.5, True, None, [], {}, "\ud800", "C:\\a", "\\"])
def test_no_argument_breaks_a_handler(rubbish: Any) -> None:
    calls = [call(api, **dict.fromkeys(_NAMES, rubbish)) for api in (*UNDERSTOOD, *UNDERSTOOD)]
    read(cuckoo(Program(4, calls)))
    read(cape(Program(4, [call(api) for api in UNDERSTOOD])))


def test_the_names_above_are_what_the_loader_makes_of_them() -> None:
    assert [name for name in _NAMES if values.squashed(name) != name] == []


@pytest.mark.parametrize(
    ("api", "returned", "verdict", "succeeded"),
    [
        ("WSASend", 0, False, True),  # Cuckoo 2.0.x asks for more than zero
        ("WSARecv", "0x00000000", False, True),
        ("WSASend", -1, False, False),
        ("WSASend", "0xffffffff", False, False),
        ("send", 0, False, False),
        ("NtWow64WriteVirtualMemory64", 0, False, True),  # an NTSTATUS that was read as a truth value
        ("NtWow64WriteVirtualMemory64", "0xc0000005", True, False),
        ("NtWow64WriteVirtualMemory64", -1073741819, True, False),
        ("NtWow64WriteVirtualMemory64", None, True, True),
        ("NtWriteFile", 0, False, False),
    ],
)
def test_wrong_verdicts_of_monitors_are_put_right(api: str, returned: Any, verdict: bool, succeeded: bool) -> None:
    assert verdicts.succeeded(api, returned, verdict) is succeeded


def test_a_send_that_2_0_took_for_a_failure_is_an_event() -> None:
    calls = [
        call("connect", socket=7, ip_address="192.0.2.1", port=80),
        call("WSASend", ok=False, returned=0, socket=7, buffer="x"),
    ]
    assert len(events(*calls)) == 2
