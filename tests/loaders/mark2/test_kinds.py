"""Every kind of line that the product writes, and what it becomes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.mark2_lines import BY_R, CMD, COMMON, HOST, PSEXEC_MD5, TMID, R, file, line, of, one, process, read

from graph_model import events as ev
from graph_model.builder import build
from graph_model.reduction import Batch, together
from loaders.drift import Drift
from loaders.mark2.loader import Mark2Loader
from loaders.mark2.mapping import COUNTED, MAPPED
from loaders.powershell import KEPT, LENGTH
from loaders.protocol import Context
from loaders.source import Source


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "mwc01.log"


# What the product's kinds of lines become beside hosts and processes that are observed; nothing: only counted.
ENDS = "srcIP=172.31.48.118 srcPort=49281 dstIP=172.31.48.79 dstPort=445"
KINDS: dict[str, tuple[str, list[type[ev.Event]]]] = {
    "ps/start": (f"psID=7 parentGUID={CMD}", [ev.ProcessStarted]),
    "ps/stop": ("", [ev.ProcessEnded]),
    "ps/run": (f"parentGUID={CMD}", [ev.ProcessStarted]),
    "ps/inject": (f"tpsGUID={CMD}", [ev.InjectionReported]),
    "ps/guardInject": (f"tpsGUID={CMD}", []),
    "file/create": ("path=C:\\a", [ev.FileCreated]),
    "file/createDir": ("path=C:\\a", []),
    "file/open": (f"path=C:\\a md5={PSEXEC_MD5}", [ev.ContentObserved]),
    "file/close": ("path=C:\\a read=1 write=2", [ev.FileRead, ev.FileWritten]),
    "file/copy": ("path=C:\\a dstPath=C:\\b", [ev.FileCopied]),
    "file/rename": ("path=C:\\a dstPath=C:\\b", [ev.FileRenamed]),
    "file/renameDir": ("path=C:\\a dstPath=C:\\b", [ev.FileRenamed]),
    "file/del": ("path=C:\\a", [ev.FileDeleted]),
    "file/delDir": ("path=C:\\a", []),
    "file/chgAttr": ("path=C:\\a", [ev.FileAttributesChanged]),
    "file/download": ("path=C:\\a url=http://x/a", [ev.FileDownloaded, ev.HttpRequested]),
    "file/upload": ("path=C:\\a url=http://x/a", [ev.FileRead, ev.HttpRequested]),
    "reg/create": ("path=HKLM\\a", [ev.RegistryKeyCreated]),
    "reg/setVal": ("path=HKLM\\a entry=b valStr=c", [ev.RegistryValueSet]),
    "reg/delKey": ("path=HKLM\\a", [ev.RegistryKeyDeleted]),
    "reg/delVal": ("path=HKLM\\a entry=b", [ev.RegistryValueDeleted]),
    "reg/renameKey": ("path=HKLM\\a dstPath=HKLM\\b", [ev.RegistryKeyDeleted, ev.RegistryKeyCreated]),
    "net/con": (ENDS, [ev.NetworkFlow]),
    "net/acpt": (ENDS, [ev.NetworkFlow]),
    "net/est": (ENDS, [ev.NetworkFlow]),
    "net/dcon": (ENDS, [ev.NetworkFlow]),
    "net/lsn": ("srcIP=0.0.0.0 srcPort=4444", [ev.PortListened]),
    "net/openUDP": (ENDS, [ev.NetworkFlow]),
    "net/dnsQuery": ("dstHost=time.windows.com", [ev.DnsResolved]),
    "net/webURL": ("url=http://x/", [ev.HttpRequested]),
    "session/logon": ("", [ev.LoggedOn]),
    "session/logoff": ("", []),
    "session/lock": ("", []),
    "os/evtLog": ("evtID=4624 evtUsr=admin1", [ev.LoggedOn]),
    "dev/add": ("", []),
    "wmi/psCreate": ("cmd=calc.exe dstHost=MWC02", [ev.HostNamed, ev.Noted]),
    "powerShell/exec": ("script=Get-Date path=C:\\a.ps1", [ev.ModuleLoaded, ev.Noted]),
    "win/active": ("", []),
    "clip/copy": ("", []),
    "sys/start": ("", []),
}
_AROUND = (ev.RunObserved, ev.HostObserved, ev.ProcessObserved)


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_becomes_what_its_kind_says(log: Path, kind: str) -> None:
    keys, expected = KINDS[kind]
    events, drift = read(line(kind, f"{BY_R} {keys}"), log)
    assert [type(event) for event in events if not isinstance(event, _AROUND)] == expected
    assert drift.read == {kind: 1}
    assert not drift.unknown


def test_no_kind_is_without_an_example() -> None:
    assert {*MAPPED, *COUNTED} <= set(KINDS)


def test_kinds_are_read_in_any_capitals(log: Path) -> None:
    text = line("file/del", f"{BY_R} path=C:\\a").replace("evt=file subEvt=del", "EVT=File SubEvt=DEL")
    events, drift = read(text.replace(" sn=", " SN="), log)
    assert one(ev.FileDeleted, events).position == f"{TMID}:1"
    assert drift.read == {"file/del": 1}


@pytest.mark.parametrize("kind", ["os/boot", "wmi/query", "powerShell/load", "ps/guess", "net/guess"])
def test_other_lines_of_these_groups_are_not_understood(log: Path, kind: str) -> None:
    _, drift = read(f"{line('session/lock', '')}\n{line(kind, BY_R)}", log)
    assert drift.unknown == {("event", kind): 1}
    assert f"evt={kind.split('/', maxsplit=1)[0]}" in drift.samples["event", kind]


# --- logons -------------------------------------------------------------------------------------

LOGON = 'channel="Security" evtID=4624 evtLogonID=0x2F41C7 evtUsr="admin1" evtDomain="MWC02" logonType="Network(3)"'


def logged_on(log: Path, keys: str) -> Any:
    return one(ev.LoggedOn, read(line("os/evtLog", keys), log)[0])


def test_a_logon_names_account_session_type_and_client(log: Path) -> None:
    found = logged_on(log, f'{LOGON} wsName="MWC09" wsIp="172.31.48.79" wsPort=49281')
    assert (found.host, found.account, found.domain) == (HOST, "admin1", "MWC02")
    assert (found.logon_type, found.logon_id) == (3, "0x2f41c7")
    assert found.client == ev.HostRef("default", "address:172.31.48.79")
    assert found.actor is None


@pytest.mark.parametrize(
    ("keys", "client"),
    [
        ("wsName=MWC09", "name:mwc09"),
        ("wsName=\\\\MWC09 wsIp=-", "name:mwc09"),
        ("wsName=MWC09 wsIp=0.0.0.0", "name:mwc09"),
        ("wsName=mwc01 wsIp=::ffff:172.31.48.79", "address:172.31.48.79"),
        ("wsName=mwc01", None),
        ("wsName=MWC01.corp.example", None),
        ("wsName=MWC09 wsIp=127.0.0.1", None),
        ("wsName=MWC09 wsIp=172.31.48.118", None),
        ("wsName=-", None),
        ("", None),
    ],
)
def test_the_client_of_a_network_logon_is_another_host(log: Path, keys: str, client: str | None) -> None:
    found = logged_on(log, f"{LOGON} {keys}").client
    assert (found.key if found else None) == client


@pytest.mark.parametrize("written", ["Interactive(2)", "2", "Unlock", "Service(5)", "-"])
def test_a_logon_at_the_machine_itself_comes_from_no_client(log: Path, written: str) -> None:
    assert logged_on(log, f"evtID=4624 evtUsr=a logonType={written} wsName=MWC09").client is None


@pytest.mark.parametrize(
    ("written", "logon_type"),
    [
        ("3", 3),
        ("Network(3)", 3),
        ("Network (3)", 3),
        ("RemoteInteractive", 10),
        ("Remote Interactive", 10),
        ("network", 3),
    ],
)
def test_a_type_of_logon_is_read_as_number_and_as_word(log: Path, written: str, logon_type: int) -> None:
    assert logged_on(log, f'evtID=4624 evtUsr=a logonType="{written}"').logon_type == logon_type


def test_a_type_and_a_session_that_are_none_are_drift(log: Path) -> None:
    events, drift = read(line("os/evtLog", "evtID=4624 evtUsr=a logonType=sideways evtLogonID=x7"), log)
    found = one(ev.LoggedOn, events)
    assert (found.logon_type, found.logon_id) == (None, None)
    assert drift.unknown == {("value", "logonType"): 1, ("value", "evtLogonID"): 1}


def test_who_sits_at_the_machine_is_not_who_logged_on(log: Path) -> None:
    """`usr` stands on every line of the terminal; the account of a relayed event is only its own."""
    events, drift = read(line("os/evtLog", "evtID=4624 logonType=3 wsName=MWC09"), log)
    assert "usr=" in COMMON
    assert not of(ev.LoggedOn, events)
    assert drift.read == {"os/evtLog": 1, "os/evtLog 4624 that does not say who or what": 1}


def test_other_events_of_windows_are_counted_by_their_number(log: Path) -> None:
    numbers = ("4625 evtUsr=admin1", "4625", "7036 channel=System", "4624 channel=Application evtUsr=a")
    events, drift = read("\n".join(line("os/evtLog", f"evtID={keys}", sn) for sn, keys in enumerate(numbers)), log)
    assert {type(event) for event in events} == {ev.RunObserved, ev.HostObserved}
    assert drift.read == {"os/evtLog": 4, "os/evtLog 4625": 2, "os/evtLog 7036": 1, "os/evtLog 4624": 1}


@pytest.mark.parametrize("number", ["", "evtID=-", "evtID=x", "evtID=65536"])
def test_an_event_of_windows_without_its_number_is_not_understood(log: Path, number: str) -> None:
    _, drift = read(f"{line('session/lock', '')}\n{line('os/evtLog', number)}", log)
    assert drift.unknown["event", "os/evtLog without evtID"] == 1


def test_an_installed_service_is_one_only_with_its_name(log: Path) -> None:
    lines = [
        line("os/evtLog", 'channel=System evtID=7045 serviceName=PSEXESVC imagePath="%SystemRoot%\\PSEXESVC.exe"', 1),
        line("os/evtLog", "evtID=4697 serviceName=X evtUsr=admin1 evtDomain=MWC02 evtLogonID=0x3e7", 2),
        line("os/evtLog", "channel=System evtID=7045", 3),
    ]
    events, drift = read("\n".join(lines), log)
    installed = [(event.name, event.image, event.account, event.logon_id) for event in of(ev.ServiceInstalled, events)]
    assert installed == [
        ("PSEXESVC", "%SystemRoot%\\PSEXESVC.exe", None, None),
        ("X", None, "MWC02\\admin1", "0x3e7"),
    ]
    assert drift.read["os/evtLog 7045 that does not say who or what"] == 1


def test_a_session_begins_with_the_account_of_its_line(log: Path) -> None:
    found = one(ev.LoggedOn, read(line("session/logon", ""), log)[0])
    assert (found.host, found.account, found.domain, found.logon_type) == (HOST, "admin1", "MWC01", None)


def test_a_session_of_nobody_is_counted(log: Path) -> None:
    events, drift = read(line("session/logon", "", common=f"com=MWC01 tmid={TMID}"), log)
    assert not of(ev.LoggedOn, events)
    assert drift.read == {"session/logon": 1, "session/logon that does not say who": 1}


# --- what processes had others run --------------------------------------------------------------


def noted(log: Path, *lines: str) -> dict[str | None, dict[str, Any]]:
    events = of(ev.Noted, read("\n".join(lines), log)[0])
    return {event.process.key if event.process else None: event.properties for event in events}


def test_commands_for_wmi_are_those_of_the_process_that_asked(log: Path) -> None:
    commands = ['cmd="calc.exe /a"', 'path="C:\\b.exe"', 'path="C:\\c.exe" cmd="/x"', 'path="C:\\d.exe" cmd="d.exe /y"']
    lines = [line("wmi/psCreate", f"{BY_R} {keys}", sn) for sn, keys in enumerate([*commands, commands[0]])]
    assert noted(log, *lines) == {R: {"commands": ("C:\\b.exe", "C:\\c.exe /x", "C:\\d.exe /y", "calc.exe /a")}}


def test_a_command_of_nobody_is_the_runs(log: Path) -> None:
    assert noted(log, line("wmi/psCreate", "cmd=calc.exe")) == {None: {"commands": ("calc.exe",)}}


@pytest.mark.parametrize(
    ("keys", "hosts"),
    [
        ("dstHost=MWC02 dstIP=172.31.48.79", ["name:mwc02", "address:172.31.48.79"]),
        ("host=\\\\MWC02 server=MWC02", ["name:mwc02"]),
        ("dstHost=localhost dstIP=127.0.0.1", []),
        ("dstHost=mwc01", []),
    ],
)
def test_wmi_on_another_host_names_it(log: Path, keys: str, hosts: list[str]) -> None:
    events, _ = read(line("wmi/psCreate", f"{BY_R} cmd=calc.exe {keys}"), log)
    assert [(event.host.key, event.actor) for event in of(ev.HostNamed, events)] == [(key, process(R)) for key in hosts]


def test_scripts_are_texts_of_their_process(log: Path) -> None:
    lines = [
        line("powerShell/exec", f'{BY_R} script="iex ""a b"""', 1),
        line("powerShell/exec", f"{BY_R} cmd=Get-Date", 2),
        line("powerShell/exec", f"{BY_R} cmd=Get-Date", 3),
    ]
    assert noted(log, *lines) == {R: {"powershell": ("Get-Date", 'iex "a b"'), "powershell_count": 2}}


def test_a_choice_of_many_scripts_is_kept_and_how_many_there_were(log: Path) -> None:
    lines = [line("powerShell/exec", f"{BY_R} script={number:0{LENGTH}}", number) for number in range(KEPT + 5)]
    events, drift = read("\n".join(lines), log)
    told = one(ev.Noted, events).properties
    assert (len(told["powershell"]), told["powershell_count"]) == (KEPT, KEPT + 5)
    assert drift.unknown == {("left out", "PowerShell texts"): 5}


@pytest.mark.parametrize(
    ("path", "loads"), [("C:\\a\\x.ps1", True), ("C:\\x.PSM1", True), ("x.ps1", False), ("C:\\x.txt", False)]
)
def test_a_script_file_is_loaded_only_where_it_surely_is_one(log: Path, path: str, loads: bool) -> None:
    events, _ = read(line("powerShell/exec", f"{BY_R} path={path}"), log)
    assert [event.file for event in of(ev.ModuleLoaded, events)] == ([file(path)] if loads else [])


@pytest.mark.parametrize(("kind", "missing"), [("wmi/psCreate", "cmd"), ("powerShell/exec", "script")])
def test_a_line_that_names_nothing_to_run_is_not_understood(log: Path, kind: str, missing: str) -> None:
    _, drift = read(f"{line('session/lock', '')}\n{line(kind, BY_R)}", log)
    assert drift.unknown == {("event", f"{kind} without {missing}"): 1}


# --- the others ---------------------------------------------------------------------------------


@pytest.mark.parametrize("new", ["dstPath=HKLM\\a\\new", "dstPath=new", "entry=new"])
def test_a_renamed_key_is_gone_and_there_under_its_new_name(log: Path, new: str) -> None:
    events, _ = read(line("reg/renameKey", f"{BY_R} path=HKLM\\a\\old {new}"), log)
    assert one(ev.RegistryKeyDeleted, events).key == "HKLM\\a\\old"
    assert one(ev.RegistryKeyCreated, events).key == "HKLM\\a\\new"


@pytest.mark.parametrize(("keys", "missing"), [("srcPort=1", "srcIP"), ("srcIP=0.0.0.0", "srcPort")])
def test_a_listening_port_needs_both_ends_of_its_name(log: Path, keys: str, missing: str) -> None:
    _, drift = read(f"{line('session/lock', '')}\n{line('net/lsn', f'{BY_R} {keys}')}", log)
    assert drift.unknown == {("event", f"net/lsn without {missing}"): 1}


def test_a_download_without_a_url_is_a_write(log: Path) -> None:
    events, _ = read(line("file/download", f"{BY_R} path=C:\\a write=5"), log)
    assert one(ev.FileWritten, events).bytes == 5
    assert not of(ev.HttpRequested, events)


def rows(log: Path, *lines: str) -> Batch:
    log.write_text("\n".join(lines), encoding="utf-8")
    return together(build(Mark2Loader().events(Source(log), Context(), Drift("log"))))


def test_the_new_kinds_have_their_place_in_the_graph(log: Path) -> None:
    batch = rows(
        log,
        line("os/evtLog", f"{LOGON} wsIp=172.31.48.79", 1),
        line("file/download", f"{BY_R} path=C:\\a url=http://x/a write=5", 2),
        line("wmi/psCreate", f"{BY_R} cmd=calc.exe dstIP=172.31.48.79", 3),
        line("file/renameDir", f"{BY_R} path=C:\\a dstPath=C:\\b", 4),
    )
    found = batch.relationships
    assert sorted(row["props"]["apis"] for row in found["LOGGED_ON_TO"]) == [["os/evtLog"]] * 2
    (named,), (downloaded,), (renamed,) = found["NAMED_HOST"], found["DOWNLOADED_TO"], found["RENAMED_TO"]
    assert named["props"]["apis"] == ["wmi/psCreate"]
    assert downloaded["props"]["bytes"] == 5
    assert renamed["a"] == downloaded["b"]
    assert {row["props"].get("name") for row in batch.nodes["User"]} == {"admin1"}
