"""Movements as tools and Windows write them, with answers worked out by hand; and habits of Windows that are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from helpers.hosts import FORMATS, SYSTEM32, WINDOWS, Machine

from api.load import load
from api.settings import Settings
from cypher import runner
from graph_model.store import Store
from loaders.protocol import Context

Hosts = tuple[Machine, Machine, Machine]
Story = Callable[[Machine, Machine, Machine], None]
Told = tuple[str, str, str, str, str, str]

NOT = "not recorded"
A_IP, B_IP, C_IP, STRANGER = "10.0.0.5", "10.0.0.7", "10.0.0.9", "10.0.0.66"
EXE, SYSTEM, SESSION = "C:\\Windows\\x.exe", "NT AUTHORITY\\SYSTEM", "0x5a5a5"
WMIC, WMI_HOST = f"{SYSTEM32}wbem\\WMIC.exe", 900
POWERSHELL = f"{SYSTEM32}WindowsPowerShell\\v1.0\\powershell.exe"
PSEXEC = {"Product": "Sysinternals PsExec", "Description": "Execute processes remotely"}
PSEXESVC = {"Product": "Sysinternals PsExec", "Description": "PsExec Service"}


def hosts() -> Hosts:
    found = Machine("WS5", A_IP), Machine("WS6", B_IP), Machine("WS7", C_IP)
    for machine in found:
        machine.starts(1, 1000, "cmd.exe", parent=800, logon="0x1111")
    return found


def movements(store: Store, folder: Path, machines: Sequence[Machine], format_: str) -> list[Told]:
    """Source host and process, target host and process, method, confidence."""
    load(store, [machine.write(folder, format_) for machine in machines], Context(), Settings())
    columns = ("source_host", "source_process", "target_host", "target_process", "method", "confidence")
    rows = runner.run(store, "lateral-movement", {"min_confidence": "weak"}).rows
    return [tuple(row[column] for column in columns) for row in rows]


def psexec(a: Machine, b: Machine, line: str, *, second: float = 10, pid: int = 1100, ran: int = 2100) -> None:
    """PsExec on one host, its service and the program on the other."""
    a.starts(second, pid, "C:\\t\\PsExec.exe", line, parent=1000, **PSEXEC)
    a.connects(second + 1, pid, b.address, 445, 51_000 + int(second))
    b.accepts(second + 1, 4, a.address, 51_000 + int(second))
    b.writes(second + 1.2, 4, "C:\\Windows\\PSEXESVC.exe")
    b.installs(second + 1.3, "PSEXESVC", "%SystemRoot%\\PSEXESVC.exe")
    b.starts(second + 1.4, ran - 100, "C:\\Windows\\PSEXESVC.exe", user=SYSTEM, **PSEXESVC)
    b.makes_pipe(second + 1.5, ran - 100, f"PSEXESVC-{a.name}-{pid}-stdin")
    b.starts(second + 1.6, ran, "cmd.exe", parent=ran - 100)


def moved(source: str, target: str, process: str = "cmd.exe") -> Told:
    return (source, "PsExec.exe", target, process, "PsExec", "confirmed")


# --- from the source's side ----------------------------------------------------------------------


def hosts_in_a_file(a: Machine, b: Machine, _: Machine) -> None:
    psexec(a, b, "@C:\\t\\hosts.txt -s cmd.exe")


def several_hosts(a: Machine, b: Machine, c: Machine) -> None:
    psexec(a, b, "\\\\ws6,ws7 -s cmd.exe")
    c.accepts(14, 4, A_IP, 51_999)
    c.writes(14.2, 4, "C:\\Windows\\PSEXESVC.exe")
    c.starts(14.4, 2000, "C:\\Windows\\PSEXESVC.exe", user=SYSTEM, **PSEXESVC)
    c.makes_pipe(14.5, 2000, "PSEXESVC-WS5-1100-stdin")
    c.starts(14.6, 2100, "cmd.exe", parent=2000)


def chain(a: Machine, b: Machine, c: Machine) -> None:
    psexec(a, b, "\\\\WS6 -s cmd.exe")
    psexec(b, c, "\\\\WS7 -s cmd.exe", second=60, pid=1200, ran=3100)


def there_and_back(a: Machine, b: Machine, _: Machine) -> None:
    psexec(a, b, "\\\\WS6 -s cmd.exe")
    psexec(b, a, "\\\\WS5 -s cmd.exe", second=60, pid=1200, ran=3100)


def clock_seven_minutes_late(a: Machine, b: Machine, _: Machine) -> None:
    b.clock = -420
    psexec(a, b, "\\\\WS6 -s cmd.exe")


def address_literal(a: Machine, b: Machine, _: Machine) -> None:
    a.address, b.address = "fd00::5", "fd00::7"
    for machine in (a, b):
        machine.connects(2, 800, "fd00::1", 53, 50_001)
    psexec(a, b, "\\\\fd00--7.ipv6-literal.net -s cmd.exe")


def two_nodes(a: Machine, b: Machine, c: Machine) -> None:
    a.starts(10, 1100, WMIC, '/node:"ws6","ws7" /user:CORP\\ann process call create "cmd.exe /c ver"', parent=1000)
    for machine in (b, c):
        machine.starts(10.5, 2000, "cmd.exe", "/c ver", parent=WMI_HOST)


def copied_by_address_started_by_name(a: Machine, b: Machine, _: Machine) -> None:
    a.starts(9, 1050, POWERSHELL, f"-c Copy-Item C:\\t\\x.exe \\\\{B_IP}\\admin$\\x.exe", parent=1000)
    a.writes(9.5, 1050, f"\\\\{B_IP}\\admin$\\x.exe")
    b.writes(9.5, 4, EXE)
    a.starts(11, 1100, "sc.exe", f"\\\\ws6 create Upd binPath= {EXE}", parent=1000)
    a.starts(12, 1101, "sc.exe", "\\\\ws6 start Upd", parent=1000)
    b.installs(11.1, "Upd", EXE)
    b.starts(12.1, 2000, EXE, user=SYSTEM)


def two_sources_at_once(a: Machine, b: Machine, c: Machine) -> None:
    for machine, word in ((a, "1"), (c, "2")):
        machine.starts(50, 1100, WMIC, f'/node:ws6 process call create "{EXE} {word}"', parent=1000)
        b.starts(50.5, 2000 + int(word), EXE, word, parent=WMI_HOST)


def something_else_starts_there(a: Machine, b: Machine, _: Machine) -> None:
    a.starts(50, 1100, WMIC, f"/node:ws6 process call create {EXE}", parent=1000)
    b.starts(51, 2000, "C:\\Windows\\CCM\\other.exe", parent=WMI_HOST, user=SYSTEM)


def remoting(a: Machine, b: Machine, _: Machine) -> None:
    a.starts(10, 1100, POWERSHELL, '-c "Invoke-Command -ComputerName ws6 -ScriptBlock { whoami }"', parent=1000)
    b.starts(10.3, 2000, "wsmprovhost.exe", "-Embedding", parent=800)
    b.starts(10.5, 2001, "whoami.exe", parent=2000)


def own_service_code(a: Machine, b: Machine, _: Machine) -> None:
    """Malware that copies itself and speaks to the service manager itself."""
    a.starts(5, 1100, "C:\\Users\\u\\mal.exe", parent=1000)
    a.writes(10, 1100, "\\\\ws6\\admin$\\x.exe")
    b.accepts(9, 4, A_IP, 51_000)
    b.writes(10.1, 4, EXE)
    b.installs(10.5, "rnd", EXE)
    b.starts(11, 2000, EXE, user=SYSTEM)


BOTH_SIDES: dict[str, tuple[Story, set[Told]]] = {
    "hosts in a file": (hosts_in_a_file, {moved("WS5", "WS6")}),
    "several hosts": (several_hosts, {moved("WS5", "WS6"), moved("WS5", "WS7")}),
    "a chain": (chain, {moved("WS5", "WS6"), moved("WS6", "WS7")}),
    "there and back": (there_and_back, {moved("WS5", "WS6"), moved("WS6", "WS5")}),
    "clocks apart": (clock_seven_minutes_late, {moved("WS5", "WS6")}),
    "an address as a name": (address_literal, {moved("WS5", "WS6")}),
    "two nodes": (
        two_nodes,
        {("WS5", "WMIC.exe", host, "cmd.exe", "WMI", "confirmed") for host in ("WS6", "WS7")},
    ),
    "two names of a host": (
        copied_by_address_started_by_name,
        {("WS5", "sc.exe", "WS6", "x.exe", "service", "confirmed")},
    ),
    "two sources at once": (
        two_sources_at_once,
        {(host, "WMIC.exe", "WS6", "x.exe", "WMI", "confirmed") for host in ("WS5", "WS7")},
    ),
    "something else starts": (something_else_starts_there, {("WS5", "WMIC.exe", "WS6", NOT, "WMI", "likely")}),
    "remoting": (remoting, {("WS5", "powershell.exe", "WS6", "wsmprovhost.exe", "WinRM", "confirmed")}),
    "own service code": (own_service_code, {("WS5", "mal.exe", "WS6", "x.exe", "service", "confirmed")}),
}


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("name", BOTH_SIDES)
def test_both_logs_tell_each_step_once(embedded_store: Store, tmp_path: Path, name: str, format_: str) -> None:
    story, expected = BOTH_SIDES[name]
    machines = hosts()
    story(*machines)
    found = movements(embedded_store, tmp_path, machines, format_)
    assert (set(found), len(found)) == (expected, len(expected))


# --- tools of attackers, as the target's Windows log has them --------------------------------------


def smbexec(b: Machine) -> None:
    line = "/Q /c echo cd ^> \\\\WS6\\C$\\__output 2^>^&1 > C:\\Windows\\qw.bat & C:\\Windows\\qw.bat"
    b.audits_service(10.2, "BTOBTO", f"%COMSPEC% {line}", SESSION)
    b.starts(10.4, 2000, "cmd.exe", line, user=SYSTEM)


def wmiexec(b: Machine) -> None:
    line = "/Q /c cd \\ 1> \\\\127.0.0.1\\ADMIN$\\__1603108800.12 2>&1"
    b.starts(10.4, 2000, "cmd.exe", line, parent=WMI_HOST, logon=SESSION)


def dcomexec(b: Machine) -> None:
    b.starts(10.4, 2000, "mmc.exe", "-Embedding", parent=800, logon=SESSION)
    b.starts(10.8, 2001, "cmd.exe", "/Q /c ver", parent=2000, logon=SESSION)


def remote_shell(b: Machine) -> None:
    b.starts(10.4, 2000, "wsmprovhost.exe", "-Embedding", parent=800, logon=SESSION)
    b.starts(11, 2001, "whoami.exe", parent=2000, logon=SESSION)


def own_service_program(b: Machine) -> None:
    """As Metasploit's psexec and Cobalt Strike's jump do."""
    b.shares(10.1, STRANGER, "QWmcHnzD.exe")
    b.writes(10.1, 4, "C:\\Windows\\QWmcHnzD.exe")
    b.audits_service(10.2, "MEkW", "%SYSTEMROOT%\\QWmcHnzD.exe", SESSION)
    b.starts(10.4, 2000, "C:\\Windows\\QWmcHnzD.exe", user=SYSTEM)
    b.starts(10.9, 2100, "rundll32.exe", parent=2000, user=SYSTEM)


TOOLS: dict[str, tuple[Callable[[Machine], None], set[str], str]] = {
    "smbexec": (smbexec, {"cmd.exe"}, "smbexec"),
    "wmiexec": (wmiexec, {"cmd.exe"}, "WMI"),
    "dcomexec": (dcomexec, {"cmd.exe", "mmc.exe"}, "DCOM"),
    "a remote shell": (remote_shell, {"whoami.exe", "wsmprovhost.exe"}, "WinRM"),
    "a service program": (own_service_program, {"QWmcHnzD.exe", "rundll32.exe"}, "service"),
}


@pytest.mark.parametrize("name", TOOLS)
def test_the_target_alone_names_the_address_that_logged_on(embedded_store: Store, tmp_path: Path, name: str) -> None:
    story, processes, method = TOOLS[name]
    _, b, _ = hosts()
    b.logs_on(10, STRANGER, SESSION)
    story(b)
    ((source, by, target, process, how, confidence),) = movements(embedded_store, tmp_path, [b], WINDOWS)
    assert (source, by, target, how) == (STRANGER, NOT, "WS6", method)
    assert process in processes
    assert confidence in ("likely", "confirmed")


# --- what is none --------------------------------------------------------------------------------


def management_agents(b: Machine) -> None:
    """Agents run programs through WMI in the machine's own session, whoever is logged on."""
    b.logs_on(6, STRANGER, SESSION)
    b.starts(7, 2000, "C:\\Windows\\CCM\\CcmExec.exe", user=SYSTEM)
    b.starts(8, 2001, "C:\\Windows\\CCM\\SCClient.exe", "/SilentInstall", parent=WMI_HOST, user=SYSTEM)
    b.starts(9, 2002, POWERSHELL, "-File C:\\Windows\\CCM\\a.ps1", parent=WMI_HOST, user=SYSTEM)
    b.audits_service(9.6, "App", "C:\\Program Files\\App\\app.exe", "0x3e7", user="WS6$")
    b.starts(9.9, 2003, "C:\\Program Files\\App\\app.exe", user=SYSTEM)


def busy_server(b: Machine) -> None:
    """A domain controller: everybody logs on, and services start."""
    for number in range(60):
        client = f"10.0.2.{number + 1}"
        b.logs_on(10 + number, client, f"0x9{number:03}")
        b.accepts(10 + number, 4, client, 49_152 + number)
    for number in range(10):
        b.starts(12 + 5 * number, 2000 + number, f"C:\\Program Files\\S\\{number}.exe", user=SYSTEM)
        b.starts(13 + 5 * number, 2100 + number, f"C:\\Program Files\\A\\{number}.exe", parent=WMI_HOST, user=SYSTEM)
    b.installs(50, "Agent", "C:\\Program Files\\A\\agent.exe")
    b.starts(51, 2500, "C:\\Program Files\\A\\agent.exe", user=SYSTEM)


def at_the_console(b: Machine) -> None:
    """Who sits there makes a service and a task while others are logged on from elsewhere."""
    b.logs_on(5, "127.0.0.1", "0x6002", kind=2)
    b.logs_on(9, STRANGER, SESSION)
    b.starts(10, 2000, "sc.exe", "create Foo binPath= C:\\foo.exe", parent=1000, logon="0x6002")
    b.audits_service(10.1, "Foo", "C:\\foo.exe", "0x6002")
    b.audits_task(10.2, "mine", "C:\\foo.exe", "0x6002")
    b.starts(11, 2001, "C:\\foo.exe", user=SYSTEM)


def remote_desktop(b: Machine) -> None:
    b.logs_on(10, STRANGER, "0x6002", kind=10)
    b.starts(11, 2000, "C:\\Windows\\explorer.exe", parent=800, logon="0x6002")
    b.starts(12, 2001, WMIC, "process call create notepad.exe", parent=2000, logon="0x6002")
    b.starts(12.5, 2002, "notepad.exe", parent=WMI_HOST, logon="0x6002")


def names_in_texts(b: Machine) -> None:
    """Words of a command line that names hosts only for others to read, or in variables."""
    lines = (
        ("notepad.exe", "C:\\docs\\psexec \\\\ws7 howto.txt"),
        ("cmd.exe", "/c echo psexec \\\\ws7 -s cmd"),
        ("findstr.exe", '"psexec \\\\ws7" C:\\notes.txt'),
        ("C:\\Program Files\\Git\\git.exe", 'commit -m "wmic /node:ws7 process call create"'),
        ("cmd.exe", "/c for /f %i in (h.txt) do psexec \\\\%i -s cmd"),
        (POWERSHELL, "-c foreach($c in gc h.txt){Invoke-Command -ComputerName $c -ScriptBlock {hostname}}"),
    )
    for number, (image, rest) in enumerate(lines):
        b.starts(10 + number, 2000 + number, image, rest, parent=1000)


INNOCENT = {
    "agents of management": management_agents,
    "a busy server": busy_server,
    "at the console": at_the_console,
    "a remote desktop": remote_desktop,
    "names in texts": names_in_texts,
}


@pytest.mark.parametrize("name", INNOCENT)
def test_what_happens_while_others_are_logged_on_is_no_movement(
    embedded_store: Store, tmp_path: Path, name: str
) -> None:
    a, b, _ = hosts()
    INNOCENT[name](b)
    assert movements(embedded_store, tmp_path, [a, b], WINDOWS) == []
