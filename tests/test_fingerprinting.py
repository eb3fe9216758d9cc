"""What is sandbox fingerprinting and what is not, in all layouts: answers by hand from what Windows and monitors do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import Engines, emptied
from helpers.monitors import MONITORS, by_capemon, by_cuckoomon, by_the_oldest
from helpers.reports import Call, Program, call, cuckoo

from api.load import load
from api.settings import Settings
from api.watched_calls import watched_calls
from cypher import runner
from cypher.catalogue import rules
from graph_model.store import Store
from loaders.cuckoo.calls import counted
from loaders.cuckoo.calls.table import UNDERSTOOD
from loaders.protocol import Context

HKLM = "HKEY_LOCAL_MACHINE\\"
SERVICES = "SYSTEM\\CurrentControlSet\\Services\\"
DRIVERS = "C:\\WINDOWS\\system32\\drivers\\"
BIOS = "HARDWARE\\DESCRIPTION\\System"
NEW, OLD = (cuckoo, by_capemon), (by_cuckoomon, by_the_oldest)
LAYOUTS = MONITORS


def key(path: str, *, there: bool = False) -> Call:
    return call("RegOpenKeyExA", regkey=HKLM + path, regkey_r=path, ok=there)


def value(path: str, name: str) -> Call:
    return call("RegQueryValueExA", regkey=f"{HKLM}{path}\\{name}", regkey_r=name)


def file(path: str, *, there: bool = False, api: str = "NtCreateFile") -> Call:
    return call(api, filepath=path, ok=there)


def window(class_name: str, title: str = "") -> Call:
    return call("FindWindowA", class_name=class_name, window_name=title, ok=False)


def module(name: str) -> Call:
    return call("LdrGetDllHandle", module_name=name, ok=False)


def function(name: str) -> Call:
    return call("LdrGetProcedureAddress", function_name=name, ok=False)


def wmi(query: str) -> Call:
    return call("IWbemServices_ExecQuery", query=query)


def asked(api: str, number: int) -> Call:
    return call(api, information_class=number)


def slept(milliseconds: int, times: int = 1) -> list[Call]:
    return [call("NtDelayExecution", milliseconds=milliseconds, skipped=0, repeated=times - 1)]


def looked(api: str = "GetCursorPos", times: int = 30) -> list[Call]:
    return [call(api, x=1, y=1) for _ in range(times)]


@dataclass
class Case:
    """Calls of one process, and how sure it is that they look for ``kind``; not at all where that is ``None``.

    ``layouts``: the monitors that print what it takes; for others it is ``elsewhere``.
    """

    kind: str
    title: str
    calls: Sequence[Call]
    confidence: str | None = None
    layouts: Sequence[Any] = LAYOUTS
    elsewhere: str | None = None

    def answer(self, layout: Any) -> str | None:
        return self.confidence if layout in self.layouts else self.elsewhere


PRODUCTS = [
    Case("VirtualBox", "ACPI table", [key("HARDWARE\\ACPI\\DSDT\\VBOX__")], "likely"),
    Case("VirtualBox", "driver", [file(DRIVERS + "VBoxMouse.sys")], "likely"),
    Case(
        "VirtualBox",
        "DLL by its attributes",
        [file("C:\\WINDOWS\\system32\\vboxmrxnp.dll", api="GetFileAttributesW")],
        "likely",
        [cuckoo, by_capemon],
    ),
    Case("VirtualBox", "device", [file("\\\\.\\VBoxMiniRdrDN")], "likely"),
    Case("VirtualBox", "window", [window("VBoxTrayToolWndClass")], "likely"),
    Case("VirtualBox", "window title", [window("", "VBoxTrayToolWnd")], "likely"),
    Case("VirtualBox", "provider", [call("WNetGetProviderNameW", net_type="0x00250000")], "likely", NEW),
    Case("VirtualBox", "key and file", [key(SERVICES + "VBoxGuest"), file(DRIVERS + "VBoxGuest.sys")], "confirmed"),
    Case("VirtualBox", "WMI", [wmi("SELECT * FROM Win32_BIOS WHERE SerialNumber LIKE '%VBOX%'")], "likely", NEW),
    Case("VirtualBox", "services listed", [key(SERVICES + "VBoxGuest", there=True)], "weak"),
    Case("VirtualBox", "network provider", [key(SERVICES + "VBoxSF\\NetworkProvider", there=True)]),
    Case("VirtualBox", "network provider loaded", [file("C:\\Windows\\System32\\VBoxMRXNP.dll", there=True)]),
    Case(
        "VirtualBox",
        "graphics driver loaded",
        [file("C:\\Windows\\System32\\VBoxOGL.dll", there=True, api="NtOpenFile")],
    ),
    Case("VirtualBox", "own file", [file("C:\\Users\\u\\Documents\\vboxguest notes.txt")]),
    Case(
        "VirtualBox",
        "firmware answered",
        [
            call(
                "RegQueryValueExA",
                regkey=HKLM + BIOS + "\\SystemProductName",
                regkey_r="SystemProductName",
                value="VirtualBox",
            )
        ],
    ),
    Case("VMware", "tools", [key("SOFTWARE\\VMware, Inc.\\VMware Tools")], "likely"),
    Case("VMware", "device", [file("\\??\\HGFS")], "likely"),
    Case("VMware", "driver and device", [file(DRIVERS + "vmmouse.sys"), file("\\\\.\\vmci")], "confirmed"),
    Case(
        "VMware",
        "instruction",
        [
            call(
                "__exception__",
                exception={"instruction_r": "ed 81 fb", "instruction": "in eax, dx", "exception_code": "0xc0000096"},
            )
        ],
        "likely",
    ),
    Case("VMware", "network provider", [key(SERVICES + "vmhgfs\\NetworkProvider", there=True)]),
    Case("VMware", "a DLL on the search path", [file("C:\\Program Files\\VMware\\VMware Tools\\version.dll")]),
    Case("VMware", "Workstation's own key", [key("SOFTWARE\\VMware, Inc.\\VMware Workstation")]),
    Case("VMware", "an ordinary exception", [call("__exception__", exception={"instruction": "mov eax, [edx]"})]),
    Case("QEMU", "guest agent", [file("C:\\Program Files\\qemu-ga\\qemu-ga.exe")], "likely"),
    Case("QEMU", "key", [key("SOFTWARE\\QEMU\\QEMU guest agent")], "likely"),
    Case("QEMU", "WMI", [wmi("SELECT Model FROM Win32_DiskDrive WHERE Model LIKE 'QEMU%'")], "likely", NEW),
    Case(
        "QEMU", "disk listed by Windows", [key("SYSTEM\\CurrentControlSet\\Enum\\IDE\\DiskQEMU_HARDDISK__", there=True)]
    ),
    Case("QEMU", "services listed", [key(SERVICES + "qemu-ga", there=True)], "weak"),
    Case("QEMU", "own file", [file("D:\\vm\\qemu-img.exe", there=True)]),
    Case("QEMU", "WMI for any disk", [wmi("SELECT Model FROM Win32_DiskDrive")]),
    Case("Bochs", "ACPI table", [key("HARDWARE\\ACPI\\DSDT\\BOCHS_")], "likely"),
    Case("Bochs", "other ACPI table", [key("HARDWARE\\ACPI\\DSDT\\DELL__")]),
    Case("Bochs", "all ACPI tables", [key("HARDWARE\\ACPI\\DSDT", there=True)]),
    Case("Bochs", "own file", [file("C:\\games\\bochsmap.dat")]),
    Case("Wine", "function", [function("wine_get_unix_file_name")], "likely"),
    Case("Wine", "key", [key("Software\\Wine")], "likely"),
    Case("Wine", "function and key", [function("wine_get_version"), key("Software\\Wine")], "confirmed"),
    Case("Wine", "another function", [function("GetWindowTextW")]),
    Case("Wine", "another key", [key("Software\\WineCellar")]),
    Case("Wine", "a function that holds the word", [function("twine_get_version")]),
    Case("Sandboxie", "DLL", [module("SbieDll.dll")], "likely"),
    Case(
        "Sandboxie",
        "mutex",
        [call("NtOpenMutant", mutant_name="Sandboxie_SingleInstanceMutex_Control", ok=False)],
        "likely",
    ),
    Case("Sandboxie", "another DLL", [module("shell32.dll")]),
    Case("Sandboxie", "another mutex", [call("NtOpenMutant", mutant_name="Local\\MSCTF", ok=False)]),
    Case("Sandboxie", "own file", [file("C:\\Users\\u\\sbiedll.dll.txt")]),
    Case("Cuckoo", "pipe", [file("\\??\\PIPE\\cuckoo")], "likely"),
    Case("Cuckoo", "monitor", [module("cuckoomon.dll")], "likely"),
    Case("Cuckoo", "agent", [file("C:\\agent.py")], "likely"),
    Case("Cuckoo", "a folder listed", [file("C:\\Users\\u\\Desktop\\agent.py", there=True)], "weak"),
    Case("Cuckoo", "another pipe", [file("\\??\\PIPE\\lsass", there=True)]),
    Case("Cuckoo", "own file", [file("C:\\birds\\cuckoo.jpg", there=True)]),
    Case("Cuckoo", "another script", [file("C:\\tools\\myagent.py")]),
]
HABITS = [
    Case("Debugger", "window", [window("OLLYDBG")], "likely"),
    Case("Debugger", "device", [file("\\\\.\\SICE")], "likely"),
    Case("Debugger", "hidden thread", [asked("NtSetInformationThread", 17)], "likely"),
    Case(
        "Debugger",
        "window and hidden thread",
        [window("WinDbgFrameClass"), asked("NtSetInformationThread", 17)],
        "confirmed",
    ),
    Case("Debugger", "debug object", [asked("NtQueryInformationProcess", 30)], "likely"),
    Case("Debugger", "C runtime", [call("IsDebuggerPresent")], "weak"),
    Case("Debugger", "a crash", [asked("NtQueryInformationProcess", 7)], "weak"),
    Case("Debugger", "priority of a thread", [asked("NtSetInformationThread", 3)]),
    Case("Debugger", "desktop", [window("Shell_TrayWnd"), window("ConsoleWindowClass")]),
    Case("Debugger", "a file of that name", [file("C:\\data\\sice")]),
    Case(
        "CPU",
        "registry and WMI",
        [
            value(BIOS + "\\CentralProcessor\\0", "ProcessorNameString"),
            wmi("SELECT NumberOfCores FROM Win32_Processor"),
        ],
        "likely",
        NEW,
        elsewhere="weak",
    ),
    Case("CPU", "runtime", [call("GetSystemInfo")], "weak"),
    Case(
        "CPU",
        "registry twice",
        [key(BIOS + "\\CentralProcessor\\0", there=True), value(BIOS + "\\CentralProcessor\\0", "ProcessorNameString")],
        "weak",
    ),
    Case("CPU", "another key", [key("SOFTWARE\\Microsoft\\Processor", there=True)]),
    Case(
        "Disk or memory size",
        "physical disk",
        [file("\\??\\PhysicalDrive0", there=True), call("DeviceIoControl", control_code=0x7405C)],
        "likely",
    ),
    Case(
        "Disk or memory size",
        "installer",
        [call("GetDiskFreeSpaceExW", root_path="C:\\"), call("GlobalMemoryStatusEx")],
        "weak",
    ),
    Case("Disk or memory size", "a disk opened", [file("\\??\\PhysicalDrive0", there=True)], "weak"),
    Case("Disk or memory size", "another device", [call("DeviceIoControl", control_code=0x7405C)]),
    Case("Disk or memory size", "a volume", [file("C:\\", there=True)]),
    Case("Human interaction", "cursor with pauses", [*looked(), *slept(100, 30)], "likely"),
    Case("Human interaction", "idle time", [*looked("GetLastInputInfo", 3), *slept(1000, 3)], "likely"),
    Case("Human interaction", "cursor", looked(), "weak"),
    Case(
        "Human interaction",
        "a program that draws",
        [*looked(), *slept(100, 30), call("DrawTextExW", string="x")],
        "weak",
    ),
    Case("Human interaction", "mouse hook", [call("SetWindowsHookExW", hook_identifier=14)], "weak"),
    Case("Human interaction", "keyboard hook", [call("SetWindowsHookExW", hook_identifier=2)]),
    Case("Human interaction", "screen size", [call("GetSystemMetrics", index=0)]),
    Case("Sleep", "ten minutes", slept(600_000), "likely"),
    Case("Sleep", "two minutes", slept(1_000, 120), "weak"),
    Case("Sleep", "two minutes, and Cuckoo", [*slept(60_000, 2), file("\\??\\PIPE\\cuckoo")], "likely"),
    Case("Sleep", "one minute", slept(60_000)),
    Case("Sleep", "without end", slept(922_337_203_685_477)),
    Case("Sleep", "a moment, often", slept(50, 200)),
    Case(
        "Hooks",
        "ntdll read",
        [
            file("C:\\Windows\\System32\\ntdll.dll", there=True),
            call("NtReadFile", filepath="C:\\Windows\\System32\\ntdll.dll", file_handle="0x40"),
        ],
        "likely",
        NEW,
        elsewhere="weak",
    ),
    Case(
        "Hooks",
        "KnownDlls",
        [call("NtOpenSection", section_name="\\KnownDlls\\ntdll.dll")],
        "likely",
        [cuckoo, by_capemon, by_cuckoomon],
    ),
    Case("Hooks", "version of ntdll", [file("C:\\Windows\\System32\\ntdll.dll", there=True)], "weak"),
    Case("Hooks", "protection of ntdll", [call("NtProtectVirtualMemory", module_name="ntdll.dll", protection=4)]),
    Case("Hooks", "its resources", [file("C:\\Windows\\System32\\de-DE\\ntdll.dll.mui", there=True)]),
    Case("Hooks", "its handle", [module("ntdll.dll")]),
    Case("Virtual hardware", "BIOS", [value(BIOS, "SystemBiosVersion")], "likely"),
    Case(
        "Virtual hardware",
        "SCSI",
        [key("HARDWARE\\DEVICEMAP\\Scsi\\Scsi Port 0\\Scsi Bus 0\\Target Id 0\\Logical Unit Id 0")],
        "likely",
    ),
    Case("Virtual hardware", "disks", [key(SERVICES + "Disk\\Enum", there=True)], "likely"),
    Case("Virtual hardware", "sensor", [wmi("SELECT * FROM MSAcpi_ThermalZoneTemperature")], "likely", NEW),
    Case("Virtual hardware", "inventory", [wmi("SELECT * FROM Win32_ComputerSystem")], "weak", NEW),
    Case("Virtual hardware", "firmware table", [asked("NtQuerySystemInformation", 76)], "weak"),
    Case("Virtual hardware", "another value", [value(BIOS, "Identifier")]),
    Case("Virtual hardware", "the disk driver", [key(SERVICES + "Disk", there=True)]),
    Case("Virtual hardware", "basic information", [asked("NtQuerySystemInformation", 0)]),
]
CASES = PRODUCTS + HABITS
Found = dict[tuple[int, str], set[str]]


@pytest.fixture(scope="module")
def found(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    """For each layout what was found in one report that holds every case as a process of its own."""
    answers = {}
    with engines.bolt("embedded").store() as store:
        for layout in LAYOUTS:
            path = tmp_path_factory.mktemp("reports") / "report.json"
            programs = [Program(4 * pid, case.calls, f"case{pid}.exe") for pid, case in enumerate(CASES, 1)]
            path.write_text(json.dumps(layout(*programs)), encoding="utf-8")
            load(emptied(store), [path], Context(), Settings())
            answers[layout.__name__] = _answer(store)
    return answers


def _answer(store: Store) -> Found:
    answer: Found = {}
    for row in runner.run(store, "fingerprinting", {"min_confidence": "weak"}).rows:
        answer.setdefault((row["pid"], row["class"]), set()).add(row["confidence"])
    return answer


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda n: f"{CASES[n].kind}: {CASES[n].title}")
def test_a_case_is_what_it_is(found: dict[str, Found], number: int, layout: Any) -> None:
    case = CASES[number]
    answer = found[layout.__name__].get((4 * (number + 1), case.kind), set())
    expected = case.answer(layout)
    assert answer == ({expected} if expected else set())


def test_every_rule_has_a_case_that_finds_and_three_that_do_not() -> None:
    kinds = {case.kind for case in CASES}
    assert len(kinds) == len([name for name in rules() if name.startswith("fingerprinting/")])
    for kind in kinds:
        those = [case.confidence for case in CASES if case.kind == kind]
        assert any(confidence in ("likely", "confirmed") for confidence in those), kind
        assert sum(confidence in (None, "weak") for confidence in those) >= 3, kind


def test_what_is_watched_is_known_to_the_loader() -> None:
    """A call that no sandbox prints under this name would be watched in vain."""
    watched = {api for watch in watched_calls() for api in watch.apis}
    assert sorted(watched - set(UNDERSTOOD) - counted.NAMES) == []


def report(tmp_path: Path, written: Any) -> Path:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(written), encoding="utf-8")
    return path


def test_what_the_sandbox_itself_does_is_no_fingerprinting(embedded_store: Store, tmp_path: Path) -> None:
    calls = [file("\\??\\PIPE\\cuckoo"), file("C:\\tmpabc\\lib\\agent.py")]
    own = Program(8, calls, "python.exe", extra={"command_line": "C:\\Python27\\python.exe C:\\tmpabc\\analyzer.py"})
    load(embedded_store, [report(tmp_path, cuckoo(own))], Context(), Settings())
    assert runner.run(embedded_store, "fingerprinting", {"min_confidence": "weak"}).rows == []


def test_signatures_of_the_report_know_what_they_marked(store: Store, tmp_path: Path) -> None:
    calls = [key("HARDWARE\\ACPI\\DSDT\\VBOX__"), file(DRIVERS + "VBoxMouse.sys"), window("VBoxTrayToolWndClass")]
    marked = {"type": "call", "pid": 8, "cid": 0, "call": {"api": "RegOpenKeyExA", "time": 1_500_000_001.0}}
    signatures = [
        {"name": "antivm_vbox_acpi", "severity": 3, "markcount": 1, "marks": [marked]},
        {
            "name": "antivm_vbox_files",
            "markcount": 1,
            "marks": [{"type": "ioc", "category": "file", "ioc": "c:\\windows\\system32\\drivers\\vboxmouse.sys"}],
        },
        {"name": "antivm_vmware_window", "markcount": 0, "marks": []},
    ]
    load(store, [report(tmp_path, cuckoo(Program(8, calls), signatures=signatures))], Context(), Settings())
    rows = runner.run(store, "fingerprinting").rows
    assert [(row["api"], row["known"]) for row in rows] == [
        ("RegOpenKeyExA", "antivm_vbox_acpi"),
        ("NtCreateFile", "antivm_vbox_files"),
        ("FindWindowA", "new"),
    ]
    assert {(row["log"], row["pid"], row["process"], row["confidence"]) for row in rows} == {
        ("report.json", 8, "one.exe", "confirmed")
    }
    assert [cited.partition(":")[2] for row in rows for cited in row["evidence"]] == ["8.0#0", "8.0#1", "8.0#2"]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_sleeps_of_a_process_are_summed_with_their_repeats(embedded_store: Store, tmp_path: Path, layout: Any) -> None:
    sleepers = [Program(8, [*slept(1_000, 60), *slept(700_000)]), Program(12, slept(90_000, 2))]
    load(embedded_store, [report(tmp_path, layout(*sleepers))], Context(), Settings())
    rows = runner.run(embedded_store, "fingerprinting", {"min_confidence": "weak", "class": "sleep"}).rows
    assert {(row["pid"], row["slept_ms"], row["technique"]) for row in rows} == {
        (8, 760_000, "T1497.003"),
        (12, 180_000, "T1497.003"),
    }
    assert sorted((row["arguments"][0], row["count"]) for row in rows) == [
        ("milliseconds=1000", 60),
        ("milliseconds=700000", 1),
        ("milliseconds=90000", 2),
    ]


def test_loading_twice_changes_nothing(embedded_store: Store, tmp_path: Path) -> None:
    path = report(tmp_path, cuckoo(Program(8, [window("OLLYDBG"), *slept(600_000), *looked(times=50)])))
    load(embedded_store, [path], Context(), Settings())
    first = runner.run(embedded_store, "fingerprinting", {"min_confidence": "weak"}).rows
    load(embedded_store, [path], Context(), Settings())
    assert runner.run(embedded_store, "fingerprinting", {"min_confidence": "weak"}).rows == first
    assert sorted((row["api"], row["count"]) for row in first) == [
        ("FindWindowA", 1),
        ("GetCursorPos", 50),
        ("NtDelayExecution", 1),
    ]


def test_ordinary_programs_do_not_look_for_sandboxes(embedded_store: Store, real: Path) -> None:
    innocent = Path(__file__).parents[1] / "examples" / "cuckoo" / "innocent.json"
    load(embedded_store, [real / "cape", innocent], Context(), Settings())
    assert runner.run(embedded_store, "fingerprinting").rows == []
