"""From host to host, in both formats, told by the source, by the target and by both; and what is no movement."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import emptied
from helpers.hosts import FORMATS, MARK2, SYSTEM32, WINDOWS, Machine

from api.load import load
from api.settings import Settings
from cypher import runner
from graph_model.store import Store
from loaders.protocol import Context

JSON = dict[str, Any]
A_IP, B_IP = "10.0.0.5", "10.0.0.7"
NOT = "not recorded"
EXE, DLL = "C:\\Windows\\x.exe", "C:\\Windows\\System32\\wlbsctrl.dll"
PSEXEC = {"Product": "Sysinternals PsExec", "Description": "Execute processes remotely"}
PSEXESVC = {"Product": "Sysinternals PsExec", "Description": "PsExec Service"}

Story = Callable[[Machine, Machine], None]


def pair() -> tuple[Machine, Machine]:
    a, b = Machine("WS5", A_IP), Machine("WS6", B_IP)
    a.starts(1, 1000, "cmd.exe", parent=800)
    return a, b


def movements(store: Store, *paths: Path) -> list[JSON]:
    load(store, list(paths), Context(), Settings())
    return runner.run(store, "lateral-movement", {"min_confidence": "weak"}).rows


def seen(row: JSON) -> JSON:
    """What the tables below say of a movement."""
    told = {
        "from": (row["source_host"], row["source_process"]),
        "to": (row["target_host"], row["target_process"]),
        "how": (row["method"], row["confidence"]),
        "technique": row["technique"],
        "file": row["copied_file"],
    }
    return {name: value for name, value in told.items() if value != NOT}


# --- the stories ---------------------------------------------------------------------------------


def psexec(a: Machine, b: Machine) -> None:
    """Renamed, against an address, with a renamed service."""
    a.writes(9, 1000, f"\\\\{B_IP}\\admin$\\x.exe")
    a.starts(
        10, 1100, "C:\\Users\\Public\\upd.dat", f"\\\\{B_IP} -accepteula -s -r mysvc {EXE} -a", parent=1000, **PSEXEC
    )
    a.connects(11, 1100, B_IP, 445, 51000)
    b.accepts(11, 4, A_IP, 51000)
    b.writes(11.1, 4, EXE)
    b.writes(11.2, 4, "C:\\Windows\\mysvc.exe")
    b.installs(11.3, "mysvc", "%SystemRoot%\\mysvc.exe")
    b.starts(11.4, 2000, "C:\\Windows\\mysvc.exe", user="NT AUTHORITY\\SYSTEM", **PSEXESVC)
    b.makes_pipe(11.5, 2000, "mysvc-WS5-1100-stdin")
    b.starts(11.6, 2100, EXE, "-a", parent=2000)


def services(a: Machine, b: Machine) -> None:
    """Copied by cmd, then a service by sc, by name and by FQDN."""
    a.writes(10, 1000, "\\\\ws6\\c$\\Windows\\x.exe")
    a.starts(11, 1100, "sc.exe", f'\\\\ws6 create Upd binPath= "{EXE} -k" start= demand', parent=1000)
    a.starts(12, 1101, "sc.exe", "\\\\ws6 start upd", parent=1000)
    b.accepts(9, 4, A_IP, 51000)
    b.writes(10.1, 4, EXE)
    b.installs(11.1, "Upd", f"{EXE} -k")
    b.starts(12.1, 2000, EXE, "-k")


def task(a: Machine, b: Machine) -> None:
    a.writes(10, 1000, f"\\\\{B_IP}\\c$\\Windows\\x.exe")
    a.starts(
        11, 1100, "schtasks.exe", f'/create /s {B_IP} /ru SYSTEM /sc once /st 12:05 /tn upd /tr "{EXE} -t"', parent=1000
    )
    b.writes(10.1, 4, EXE)
    b.starts(300, 2000, EXE, "-t", parent=800)


def at_job(a: Machine, b: Machine) -> None:
    a.starts(11, 1100, "at.exe", f"\\\\ws6 12:05 {EXE} -t", parent=1000)
    b.images[801] = (f"{SYSTEM32}taskeng.exe", "")
    b.starts(300, 2000, EXE, "-t", parent=801)


def wmi(a: Machine, b: Machine) -> None:
    a.writes(10, 1000, "\\\\ws6\\admin$\\x.exe")
    a.starts(11, 1100, f"{SYSTEM32}wbem\\WMIC.exe", f'/node:ws6 process call create "{EXE} -w"', parent=1000)
    b.writes(10.1, 4, EXE)
    b.starts(11.2, 2000, EXE, "-w", parent=900)


def remote_shell(a: Machine, b: Machine) -> None:
    a.starts(11, 1100, "winrs.exe", "-r:ws6 ipconfig /all", parent=1000)
    b.starts(11.1, 2000, "winrshost.exe", "-Embedding", parent=800)
    b.starts(11.2, 2001, "cmd.exe", '/C "ipconfig /all"', parent=2000)


SOURCE = ("WS5", "cmd.exe")
STORIES: dict[str, tuple[Story, JSON, JSON | None, JSON]] = {
    # story: what the source alone, the target alone and both tell
    "PsExec": (
        psexec,
        {"from": ("WS5", "upd.dat"), "to": (B_IP, NOT), "how": ("PsExec", "likely"), "file": EXE,
         "technique": "T1021.002, T1569.002, T1570"},
        {"from": ("ws5", NOT), "to": ("WS6", "x.exe"), "how": ("PsExec", "confirmed"), "file": EXE,
         "technique": "T1021.002, T1569.002, T1570"},
        {"from": ("WS5", "upd.dat"), "to": ("WS6", "x.exe"), "how": ("PsExec", "confirmed"), "file": EXE,
         "technique": "T1021.002, T1569.002, T1570"},
    ),
    "a service": (
        services,
        {"from": ("WS5", "sc.exe"), "to": ("ws6", NOT), "how": ("service", "likely"), "file": EXE,
         "technique": "T1021.002, T1543.003, T1569.002, T1570"},
        {"from": (A_IP, NOT), "to": ("WS6", "x.exe"), "how": ("service", "likely"), "file": EXE,
         "technique": "T1021.002, T1543.003, T1569.002, T1570"},
        {"from": ("WS5", "sc.exe"), "to": ("WS6", "x.exe"), "how": ("service", "confirmed"), "file": EXE,
         "technique": "T1021.002, T1543.003, T1569.002, T1570"},
    ),
    "a task": (
        task,
        {"from": ("WS5", "schtasks.exe"), "to": (B_IP, NOT), "how": ("scheduled task", "likely"), "file": EXE,
         "technique": "T1053.005, T1570"},
        None,
        {"from": ("WS5", "schtasks.exe"), "to": ("WS6", "x.exe"), "how": ("scheduled task", "confirmed"), "file": EXE,
         "technique": "T1053.005, T1570"},
    ),
    "a task by at": (
        at_job,
        {"from": ("WS5", "at.exe"), "to": ("ws6", NOT), "how": ("scheduled task", "likely"), "technique": "T1053.002"},
        None,
        {"from": ("WS5", "at.exe"), "to": ("WS6", "x.exe"), "how": ("scheduled task", "confirmed"),
         "technique": "T1053.002"},
    ),
    "WMI": (
        wmi,
        {"from": ("WS5", "WMIC.exe"), "to": ("ws6", NOT), "how": ("WMI", "likely"), "file": EXE,
         "technique": "T1047, T1570"},
        None,
        {"from": ("WS5", "WMIC.exe"), "to": ("WS6", "x.exe"), "how": ("WMI", "confirmed"), "file": EXE,
         "technique": "T1047, T1570"},
    ),
    "WinRM": (
        remote_shell,
        {"from": ("WS5", "winrs.exe"), "to": ("ws6", NOT), "how": ("WinRM", "likely"), "technique": "T1021.006"},
        None,
        {"from": ("WS5", "winrs.exe"), "to": ("WS6", "cmd.exe"), "how": ("WinRM", "confirmed"),
         "technique": "T1021.006"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("name", STORIES)
def test_a_movement_is_told_by_either_log_and_by_both(
    embedded_store: Store, tmp_path: Path, name: str, format_: str
) -> None:
    story, *expected = STORIES[name]
    a, b = pair()
    story(a, b)
    logs = [machine.write(tmp_path, format_) for machine in (a, b)]
    for part, told in zip(([logs[0]], [logs[1]], logs), expected, strict=True):
        emptied(embedded_store)
        assert [seen(row) for row in movements(embedded_store, *part)] == ([] if told is None else [told])
    both = runner.run(embedded_store, "lateral-movement").rows
    emptied(embedded_store)
    movements(embedded_store, logs[1])
    assert movements(embedded_store, logs[0]) == both


@pytest.mark.parametrize("format_", FORMATS)
def test_a_program_that_psexec_itself_copies(embedded_store: Store, tmp_path: Path, format_: str) -> None:
    a, b = pair()
    a.starts(10, 1100, "C:\\t\\PsExec.exe", "\\\\ws6 -accepteula -f -c C:\\tools\\x.exe -a", parent=1000, **PSEXEC)
    a.writes(11, 1100, "\\\\ws6\\ADMIN$\\PSEXESVC.exe")
    a.writes(11.3, 1100, "\\\\ws6\\ADMIN$\\x.exe")
    b.writes(11.4, 4, EXE)
    b.starts(12, 2000, "C:\\Windows\\PSEXESVC.exe", user="NT AUTHORITY\\SYSTEM", **PSEXESVC)
    b.starts(12.1, 2100, EXE, "-a", parent=2000)
    (row,) = movements(embedded_store, *(machine.write(tmp_path, format_) for machine in (a, b)))
    assert seen(row)["file"] == EXE
    assert (row["technique"], row["confidence"]) == ("T1021.002, T1569.002, T1570", "confirmed")


@pytest.mark.parametrize("name", [B_IP, "ws6", "WS6.corp.example", "fd00--7.ipv6-literal.net"])
def test_a_network_path_is_the_file_of_the_host_that_bears_the_name(
    embedded_store: Store, tmp_path: Path, name: str
) -> None:
    a, b = pair()
    b.address += ",fd00::7"
    a.writes(10, 1000, f"\\\\{name}\\admin$\\x.exe")
    b.writes(10.1, 4, EXE)
    b.starts(20, 2000, EXE, parent=800)
    logs = [machine.write(tmp_path, MARK2) for machine in (a, b)]
    for order in (logs, logs[::-1]):
        emptied(embedded_store)
        load(embedded_store, order, Context(), Settings())
        track = runner.run(embedded_store, "track-forward", {"from": "1000@WS5"}).rows
        assert [row["host"] for row in track if row["type"] == "EXECUTED_AS"] == ["WS6"]
    emptied(embedded_store)
    load(embedded_store, logs[:1], Context(), Settings())
    (written,) = runner.run(embedded_store, "track-forward", {"from": "1000@WS5"}).rows
    assert (written["type"], written["host"]) == (
        "WROTE",
        name.strip("[]").replace("--7.ipv6-literal.net", "::7").lower(),
    )


# --- on the own machine --------------------------------------------------------------------------

OWN_NAMES = ("WS5", "ws5.corp.example", A_IP, "127.0.0.1", "localhost", "::1")


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("own", OWN_NAMES)
def test_what_is_asked_of_the_own_machine_is_no_movement(
    embedded_store: Store, tmp_path: Path, own: str, format_: str
) -> None:
    a, _ = pair()
    a.starts(10, 1100, "C:\\t\\PsExec64.exe", f"\\\\{own} -accepteula -s cmd", parent=1000, **PSEXEC)
    a.accepts(11, 4, A_IP, 51000)
    a.writes(11.1, 4, "C:\\Windows\\PSEXESVC.exe")
    a.installs(11.3, "PSEXESVC", "%SystemRoot%\\PSEXESVC.exe")
    a.starts(11.4, 2000, "C:\\Windows\\PSEXESVC.exe", user="NT AUTHORITY\\SYSTEM", **PSEXESVC)
    a.makes_pipe(11.5, 2000, "PSEXESVC-WS5-1100-stdin")
    a.starts(11.6, 2100, "cmd.exe", parent=2000)
    a.starts(20, 1101, "sc.exe", f"\\\\{own} create x binPath= {EXE}", parent=1000)
    a.starts(21, 1102, "sc.exe", f"\\\\{own} start x", parent=1000)
    a.starts(22, 1103, f"{SYSTEM32}wbem\\WMIC.exe", f"/node:{own} process call create x.exe", parent=1000)
    a.starts(23, 1104, "schtasks.exe", f"/create /s {own} /tn x /tr {EXE} /sc once /st 12:05", parent=1000)
    a.writes(24, 1000, f"\\\\{own.replace('::1', 'localhost')}\\c$\\Windows\\x.exe")
    assert movements(embedded_store, a.write(tmp_path, format_)) == []


@pytest.mark.parametrize("format_", FORMATS)
def test_what_administrators_and_windows_do_is_no_movement(embedded_store: Store, tmp_path: Path, format_: str) -> None:
    a, b = pair()
    a.starts(10, 1100, "C:\\t\\PsExec64.exe", "-s -i cmd", parent=1000, **PSEXEC)
    a.starts(10.5, 2000, "C:\\Windows\\PSEXESVC.exe", user="NT AUTHORITY\\SYSTEM", **PSEXESVC)
    a.starts(
        10.7, 1107, "C:\\t\\PsExec64.exe", "-accepteula -s -i cmd.exe /c net use \\\\ws6\\share", parent=1000, **PSEXEC
    )
    a.starts(11, 1101, "sc.exe", "\\\\ws6 query", parent=1000)
    a.starts(11.5, 1108, "winrs.exe", "-r:0.0.0.0 cmd", parent=1000)
    a.starts(12, 1102, "sc.exe", "\\\\ws6 start RemoteRegistry", parent=1000)
    a.starts(13, 1103, "net.exe", "use \\\\ws6\\c$ /user:ann", parent=1000)
    a.starts(14, 1104, "C:\\t\\PsInfo.exe", "\\\\ws6 -accepteula disk", parent=1000, Product="Sysinternals PsInfo")
    a.starts(15, 1105, "schtasks.exe", "/query /s ws6", parent=1000)
    a.starts(16, 1106, f"{SYSTEM32}wbem\\WMIC.exe", "/node:ws6 os get caption", parent=1000)
    a.writes(17, 1000, "\\\\ws6\\docs\\report.docx")
    a.writes(17.5, 1000, "\\\\ws6\\home$\\ann\\x.tmp")
    a.connects(18, 1000, B_IP, 445, 51000)
    b.accepts(18, 4, A_IP, 51000)
    b.starts(60, 2000, "svchost.exe", "-k netsvcs")
    b.starts(61, 2001, "C:\\Program Files\\AV\\av.exe")
    b.installs(62, "Updater", "C:\\Program Files\\U\\u.exe")
    b.starts(63, 2002, "C:\\Program Files\\U\\u.exe")
    b.starts(64, 2003, "C:\\Program Files\\Agent\\script.exe", parent=900)
    b.starts(65, 2004, "taskhostw.exe", parent=800)
    b.shares(66, A_IP, "x64\\3\\unidrv.dll", share="print$", folder="C:\\Windows\\System32\\spool\\drivers")
    b.loads(67, 2000, "C:\\Windows\\System32\\spool\\drivers\\x64\\3\\unidrv.dll")
    b.logs_on(68, A_IP, "0x6002", kind=10)
    b.audits_service(69, "Foo", "C:\\foo.exe", "0x6002")
    b.starts(70, 2005, "C:\\foo.exe")
    found = movements(embedded_store, *(machine.write(tmp_path, format_) for machine in (a, b)))
    assert [seen(row) for row in found if row["copied_file"].endswith("unidrv.dll")] == (
        [] if format_ == MARK2 else [PRINTER_DRIVER]
    )
    assert [seen(row) for row in found if not row["copied_file"].endswith("unidrv.dll")] == []


PRINTER_DRIVER = {
    "from": ("WS5", NOT),
    "to": ("WS6", NOT),
    "how": ("copy", "weak"),
    "technique": "T1570",
    "file": "C:\\Windows\\System32\\spool\\drivers\\x64\\3\\unidrv.dll",
}


def test_hosts_whose_clocks_are_hours_apart(embedded_store: Store, tmp_path: Path) -> None:
    a, b = pair()
    a.starts(10, 1100, "C:\\t\\PsExec.exe", "\\\\WS6 -s cmd.exe /c ver", parent=1000, **PSEXEC)
    behind = 9 * 3600
    b.writes(behind + 11, 4, "C:\\Windows\\PSEXESVC.exe")
    b.starts(behind + 11.4, 2000, "C:\\Windows\\PSEXESVC.exe", user="NT AUTHORITY\\SYSTEM", **PSEXESVC)
    b.makes_pipe(behind + 11.5, 2000, "PSEXESVC-WS5-1100-stdin")
    b.starts(behind + 11.6, 2100, "cmd.exe", "/c ver", parent=2000)
    (row,) = movements(embedded_store, a.write(tmp_path, WINDOWS), b.write(tmp_path, WINDOWS))
    assert (row["source_pid"], row["target_pid"], row["confidence"]) == (1100, 2100, "confirmed")


def test_a_copy_that_both_logs_tell_is_told_once(embedded_store: Store, tmp_path: Path) -> None:
    a, b = pair()
    a.writes(10, 1000, "\\\\ws6\\home$\\ann\\putty.exe")
    b.shares(10, A_IP, "ann\\putty.exe", share="home$", folder="E:\\home")
    (row,) = movements(embedded_store, a.write(tmp_path, WINDOWS), b.write(tmp_path, WINDOWS))
    assert (row["source_pid"], row["copied_file"]) == (1000, "\\\\ws6\\home$\\ann\\putty.exe")


# --- addresses that move -------------------------------------------------------------------------


@pytest.mark.parametrize("format_", FORMATS)
def test_an_address_means_the_host_that_bore_it_then(embedded_store: Store, tmp_path: Path, format_: str) -> None:
    a, _ = pair()
    first, second = Machine("WS6", B_IP), Machine("WS7", "10.0.0.99")
    for pid, minute in ((1100, 1), (1200, 30)):
        a.writes(60 * minute, 1000, f"\\\\{B_IP}\\admin$\\x.exe")
        ordered = f'/node:{B_IP} process call create "{EXE} {minute}"'
        a.starts(60 * minute + 1, pid, f"{SYSTEM32}wbem\\WMIC.exe", ordered, parent=1000)
    first.starts(62, 2000, EXE, "1", parent=900)
    first.connects(600, 800, "192.0.2.1", 53, 50001)
    first.address = "10.0.0.98"
    first.connects(900, 800, "192.0.2.1", 53, 50002)
    second.address = B_IP
    second.connects(1200, 800, "192.0.2.1", 53, 50003)
    second.writes(1800, 4, EXE)
    second.starts(1802, 2000, EXE, "30", parent=900)
    second.connects(2400, 800, "192.0.2.1", 53, 50004)
    rows = movements(embedded_store, *(machine.write(tmp_path, format_) for machine in (a, second, first)))
    assert [(row["target_host"], row["target_command_line"][-2:].strip(), row["confidence"]) for row in rows] == [
        ("WS6", "1", "confirmed"),
        ("WS7", "30", "confirmed"),
    ]
    track = runner.run(embedded_store, "track-forward", {"from": "1000@WS5"}).rows
    same = {row["host"] for row in track if row["type"] == "ALTERNATE_OF" and row["target"].endswith("x.exe")}
    assert same == {"WS6", "WS7"}


def test_a_name_and_an_address_are_one_host_where_dns_says_so(embedded_store: Store, tmp_path: Path) -> None:
    a, _ = pair()
    a.asks_dns(9, 800, "ws6.corp.example", B_IP)
    a.writes(10, 1000, f"\\\\{B_IP}\\c$\\Windows\\x.exe")
    a.starts(11, 1100, "sc.exe", f"\\\\ws6 create upd binPath= {EXE}", parent=1000)
    (row,) = movements(embedded_store, a.write(tmp_path, WINDOWS))
    assert (row["method"], row["target_host"], row["copied_file"]) == ("service", "ws6", EXE)


# --- as the audit of the target tells it ---------------------------------------------------------


def by_smbexec(b: Machine) -> None:
    command = "%COMSPEC% /Q /c echo whoami ^> \\\\127.0.0.1\\C$\\__output 2^>^&1 > %TEMP%\\execute.bat"
    b.logs_on(9, A_IP, "0x1a2b")
    b.installs(10, "BTOBTO", command)
    b.starts(10.2, 2000, "cmd.exe", command.removeprefix("%COMSPEC% "), user="NT AUTHORITY\\SYSTEM")
    b.starts(10.3, 2001, "cmd.exe", "/Q /c %TEMP%\\execute.bat", parent=2000, user="NT AUTHORITY\\SYSTEM")


def by_remcom(b: Machine) -> None:
    """Impacket's psexec: a service and a program of random names, RemCom's pipes."""
    b.logs_on(9, A_IP, "0x1a2b")
    b.shares(9.5, A_IP, "kGtYHbQw.exe")
    b.writes(9.6, 4, "C:\\Windows\\kGtYHbQw.exe")
    b.installs(10, "fBqy", "%systemroot%\\kGtYHbQw.exe")
    b.starts(10.2, 2000, "C:\\Windows\\kGtYHbQw.exe", user="NT AUTHORITY\\SYSTEM")
    b.makes_pipe(10.3, 2000, "RemCom_communicaton")
    b.starts(10.4, 2001, "cmd.exe", parent=2000, user="NT AUTHORITY\\SYSTEM")


def by_wmiexec(b: Machine) -> None:
    b.logs_on(9, A_IP, "0x1a2b")
    b.starts(10, 2000, "cmd.exe", "/Q /c whoami 1> \\\\127.0.0.1\\ADMIN$\\__1 2>&1", parent=900, logon="0x1a2b")
    b.starts(10.1, 2001, "whoami.exe", parent=2000, logon="0x1a2b")


def by_planted_dll(b: Machine) -> None:
    b.shares(9, A_IP, "System32\\wlbsctrl.dll", share="C$", folder="C:\\Windows")
    b.starts(60, 2000, "svchost.exe", "-k netsvcs -s IKEEXT")
    b.loads(61, 2000, DLL)


def by_network_path(b: Machine) -> None:
    """Cobalt Strike names the service's program by the share of the machine itself."""
    b.shares(9, A_IP, "a1b2c3d.exe")
    b.installs(10, "a1b2c3d", "\\\\WS6\\ADMIN$\\a1b2c3d.exe")
    b.starts(10.1, 2000, "\\\\WS6\\ADMIN$\\a1b2c3d.exe", user="NT AUTHORITY\\SYSTEM")
    b.logs_on(8, A_IP, "0x1a2b")


AUDITED = {
    by_network_path: ("service", "likely", "a1b2c3d.exe", "C:\\Windows\\a1b2c3d.exe",
                      "T1021.002, T1543.003, T1569.002, T1570"),
    by_smbexec: ("smbexec", "likely", "cmd.exe", NOT, "T1021.002, T1569.002"),
    by_remcom: ("RemCom", "confirmed", "cmd.exe", "C:\\Windows\\kGtYHbQw.exe", "T1021.002, T1569.002, T1570"),
    by_wmiexec: ("WMI", "confirmed", "cmd.exe", NOT, "T1047"),
    by_planted_dll: ("planted DLL", "confirmed", "svchost.exe", DLL, "T1574.001, T1570, T1021.002"),
}  # fmt: skip


@pytest.mark.parametrize("story", AUDITED)
def test_the_audit_of_the_target_tells_where_it_came_from(
    store: Store, tmp_path: Path, story: Callable[[Machine], None]
) -> None:
    _, b = pair()
    story(b)
    (row,) = movements(store, b.write(tmp_path, WINDOWS))
    told = tuple(row[name] for name in ("method", "confidence", "target_process", "copied_file", "technique"))
    assert told == AUDITED[story]
    assert (row["source_host"], row["source_process"], row["account"]) == (A_IP, NOT, "CORP\\ann")


@pytest.mark.parametrize("story", AUDITED)
def test_the_same_from_the_own_address_is_no_movement(
    embedded_store: Store, tmp_path: Path, story: Callable[[Machine], None]
) -> None:
    b = Machine("WS6", A_IP)
    story(b)
    assert movements(embedded_store, b.write(tmp_path, WINDOWS)) == []
