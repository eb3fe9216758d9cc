"""Files, registry, network and services: what calls of both layouts say."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.reports import Program, call, cape, cuckoo, found, read

from graph_model import events as ev
from loaders.cuckoo.state import on_disk, raw_disk


def events(*calls: Any, layout: Any = cuckoo) -> list[Any]:
    """What the calls say, without counts and the process itself."""
    beside = (ev.RunObserved, ev.HostObserved, ev.ProcessObserved, ev.ProcessStarted, ev.ApiCounted)
    return [event for event in read(layout(Program(4, calls)))[0] if not isinstance(event, beside)]


def said(*calls: Any, layout: Any = cuckoo) -> list[tuple[str, str]]:
    return [(type(event).__name__, _object(event)) for event in events(*calls, layout=layout)]


def _object(event: Any) -> str:
    if isinstance(event, ev.RegistryEvent):
        return "|".join(part for part in (event.key, getattr(event, "name", None)) if part is not None)
    if isinstance(event, (ev.FileRenamed, ev.FileCopied)):
        return f"{event.file.path}>{event.target.path}"
    file = getattr(event, "file", None)
    return str(file.path if file else getattr(event, "name", None) or getattr(event, "device", None))


both = pytest.mark.parametrize("layout", [cuckoo, cape])
X = r"C:\a\x.txt"


# --- files ---------------------------------------------------------------------------------------


@both
def test_a_file_is_created_written_read_and_deleted(layout: Any) -> None:
    calls = [
        call("NtCreateFile", file_handle="0x94", filepath=X, create_disposition=2),
        call("NtWriteFile", file_handle="0x94", length=12),
        call("NtReadFile", file_handle="0x94", length=4),
        call("NtClose", handle="0x94"),
        call("NtWriteFile", file_handle="0x94", length=12),
        call("DeleteFileW", filepath=X),
    ]
    names = ["FileCreated", "FileWritten", "FileRead", "FileDeleted"]
    assert said(*calls, layout=layout) == [(name, X) for name in names]
    assert [event.bytes for event in events(*calls, layout=layout)[1:3]] == [12, 4]


@pytest.mark.parametrize(
    ("arguments", "created"),
    [
        ({"status_info": 2}, True),
        ({"status_info": 3}, True),
        ({"status_info": 0}, True),
        ({"status_info": 1, "create_disposition": 2}, False),
        ({"create_disposition": 1}, False),
        ({"create_disposition": 2}, True),
        ({"create_disposition": 5, "existed_before": "yes"}, False),
        ({"create_disposition": 5, "existed_before": "no"}, True),
        ({"create_disposition": 3, "existed_before": "no"}, True),
        ({"status_info": 2, "create_options": 1}, False),
        ({}, False),
    ],
)
def test_an_opening_is_a_creation_where_the_result_says_so(arguments: Any, created: bool) -> None:
    assert said(call("NtCreateFile", file_handle="0x94", filepath=X, **arguments)) == ([("FileCreated", X)] * created)


@both
def test_a_copy_and_a_move_name_both_files(layout: Any) -> None:
    share = r"\\172.31.48.79\admin$\x"
    calls = [
        call("CopyFileW", oldfilepath=X, newfilepath=share),
        call("MoveFileWithProgressW", oldfilepath=X, newfilepath=r"C:\y"),
        call("MoveFileWithProgressW", oldfilepath=X, newfilepath=""),
    ]
    assert said(*calls, layout=layout) == [("FileCopied", f"{X}>{share}"), ("FileRenamed", rf"{X}>C:\y")]


def test_a_handle_deletes_and_renames() -> None:
    calls = [
        call("NtOpenFile", file_handle="0x94", filepath=X),
        call("NtSetInformationFile", file_handle="0x94", file_information_class=13, file_information="\\x00"),
        call("NtSetInformationFile", file_handle="0x94", file_information_class=13, file_information="\\x01"),
        call("NtSetInformationFile", file_handle="0x94", file_information_class=10, new_file_name=r"C:\y"),
        call("NtSetInformationFile", file_handle="0x94", file_information_class=14, file_information="\\x01"),
    ]
    assert said(*calls) == [("FileDeleted", X), ("FileRenamed", rf"{X}>C:\y")]


def test_a_pipe_is_no_file_and_a_disk_is_no_file() -> None:
    calls = [
        call("NtCreateFile", file_handle="0x94", filepath=r"\\.\pipe\psexesvc", status_info=2),
        call("NtWriteFile", file_handle="0x94"),
        call("NtCreateFile", file_handle="0x98", filepath=r"\??\PhysicalDrive0"),
        call("NtWriteFile", file_handle="0x98"),
    ]
    assert said(*calls) == [("PipeUsed", "psexesvc"), ("DiskWritten", r"\??\PhysicalDrive0")]


@pytest.mark.parametrize(
    "path",
    [
        r"\\.\PhysicalDrive0",
        r"\??\PhysicalDrive1",
        r"\\.\PHYSICALDRIVE0",
        r"\Device\Harddisk0\DR0",
        r"\Device\Harddisk0\Partition1",
        r"\\.\C:",
        r"\??\C:",
    ],
)
def test_whole_disks_are_disks(path: str) -> None:
    assert raw_disk(path)
    assert not on_disk(path)


@pytest.mark.parametrize(
    "path",
    [
        "C:\\x",
        "C:/x",
        r"\??\C:\x",
        r"\\?\C:\x",
        r"\\.\C:\x",
        r"\\srv\share\x",
        r"\??\UNC\srv\share\x",
        r"172.31.48.79\admin$\x",
        r"\Device\HarddiskVolume2\x",
        r"\Device\Mup\srv\share\x",
        r"\SystemRoot\x",
        r"%TEMP%\x",
        r"C:\pipe\x",
        r"\\?\C:\pipe\x",
    ],
)
def test_drives_and_shares_hold_files(path: str) -> None:
    assert on_disk(path)
    assert not raw_disk(path)


@pytest.mark.parametrize(
    "path",
    ["", "x.txt", "1.txt", r"\\.\pipe\x", r"\Device\NamedPipe\x", r"\Device\ConDrv", r"\\.\X", r"\Device\CNG", "NUL"],
)
def test_devices_pipes_and_bare_names_are_no_files(path: str) -> None:
    assert not on_disk(path)


def test_a_module_is_loaded_by_path_only() -> None:
    calls = [call("LdrLoadDll", module_name=name) for name in ("ole32.dll", r"C:\a\x.dll")]
    assert said(*calls) == [("ModuleLoaded", r"C:\a\x.dll")]


# --- registry ------------------------------------------------------------------------------------

RUN = r"HKEY_CURRENT_USER\Software\Run"


def test_the_layout_of_2_appends_the_values_name() -> None:
    calls = [
        call("RegSetValueExW", key_handle="0x9c", regkey=rf"{RUN}\me", regkey_r="me", value="x.exe"),
        call("RegQueryValueExW", key_handle="0x9c", regkey=rf"{RUN}\me", regkey_r="me"),
        call("RegSetValueExW", key_handle="0x9c", regkey=rf"{RUN}\(Default)", regkey_r="", value=7),
        call("RegDeleteValueW", key_handle="0x9c", regkey=rf"{RUN}\me", regkey_r="me"),
    ]
    assert said(*calls) == [
        ("RegistryValueSet", rf"{RUN}|me"),
        ("RegistryValueRead", rf"{RUN}|me"),
        ("RegistryValueSet", rf"{RUN}|"),
        ("RegistryValueDeleted", rf"{RUN}|me"),
    ]
    assert [event.data for event in events(*calls) if isinstance(event, ev.RegistryValueSet)] == ["x.exe", "7"]


def test_the_oldest_layout_tells_the_key_by_handle_and_the_roots_by_number() -> None:
    opened = {"Registry": "0x80000001", "SubKey": r"Software\Run", "Handle": "0x9c"}
    calls = [
        call("RegCreateKeyExW", **opened, Disposition="1"),
        call("RegSetValueExW", Handle="0x9c", ValueName="me", Buffer="x.exe"),
        call("RegCloseKey", Handle="0x9c"),
        call("RegSetValueExW", Handle="0x9c", ValueName="me", Buffer="x.exe"),
        call("RegOpenKeyExA", Registry="0xffffffff80000002", SubKey="A", Handle="0x9c"),
        call("RegDeleteValueA", Handle="0x9c", ValueName="b"),
    ]
    assert said(*calls, layout=cape) == [
        ("RegistryKeyCreated", RUN),
        ("RegistryValueSet", rf"{RUN}|me"),
        ("RegistryValueDeleted", r"HKEY_LOCAL_MACHINE\A|b"),
    ]


@pytest.mark.parametrize(("disposition", "created"), [(1, True), (2, False), ("1", True), (None, False)])
def test_a_key_is_created_where_the_disposition_says_new(disposition: Any, created: bool) -> None:
    made = call("RegCreateKeyExW", regkey=RUN, key_handle="0x9c", disposition=disposition)
    assert said(made) == [("RegistryKeyCreated", RUN)] * created


# --- network and the rest ------------------------------------------------------------------------


@both
def test_a_connection_has_address_and_port(layout: Any) -> None:
    (flow,) = events(call("connect", ip_address="192.0.2.80", port=80), layout=layout)
    assert (flow.address, flow.port, flow.protocol, flow.inbound) == ("192.0.2.80", 80, "tcp", False)


@pytest.mark.parametrize("address", ["", "updates.example.com", "999.1.1.1", None, 7])
def test_what_is_no_address_is_no_endpoint(address: Any) -> None:
    assert events(call("connect", ip_address=address, port=80)) == []


def test_datagrams_are_udp_and_receiving_is_inbound() -> None:
    flows = events(
        call("sendto", ip_address="192.0.2.1", port=53),
        call("recvfrom", ip_address="192.0.2.1", port=53),
        call("accept", ip_address="192.0.2.2", port=4444),
    )
    assert [(flow.protocol, flow.inbound) for flow in flows] == [("udp", False), ("udp", True), ("tcp", True)]


def test_a_request_belongs_to_the_server_of_its_connection() -> None:
    calls = [
        call("InternetConnectA", returned=0xCC0008, hostname="example.com", port=80),
        call("HttpOpenRequestA", connect_handle="0x00cc0008", path="/a"),
        call("InternetOpenUrlA", url="http://example.org/b"),
        call("getaddrinfo", hostname="example.net"),
    ]
    urls = [event.url for event in events(*calls) if isinstance(event, ev.HttpRequested)]
    names = [event.name for event in events(*calls) if isinstance(event, ev.DnsResolved)]
    assert (urls, names) == (["http://example.com/a", "http://example.org/b"], ["example.com", "example.net"])


def test_a_service_is_installed_and_started_by_its_handle() -> None:
    calls = [
        call("CreateServiceW", service_name="psexesvc", service_handle="0x5c3f88", filepath=r"C:\Windows\PSEXESVC.exe"),
        call("StartServiceW", service_handle="0x5c3f88"),
        call("StartServiceW", service_handle="0x99"),
    ]
    assert said(*calls) == [("ServiceInstalled", "psexesvc"), ("ServiceStarted", "psexesvc")]
    assert events(*calls)[0].image == r"C:\Windows\PSEXESVC.exe"


@both
def test_a_named_mutex_is_used_and_a_nameless_one_is_not(layout: Any) -> None:
    calls = [call("NtCreateMutant", mutant_name=name) for name in ("Global\\x", "")]
    assert said(*calls, layout=layout) == [("MutexUsed", "Global\\x")]


def test_an_unknown_api_is_counted_and_named_in_the_drift_report() -> None:
    report = cuckoo(Program(4, [call("NtBrandNew"), call("NtBrandNew")]))
    _, drift = read(report)
    assert drift.unknown["api", "NtBrandNew"] == 2
    assert drift.samples["api", "NtBrandNew"].endswith(":4.0#0")
    assert [(event.api, event.count) for event in found(report, ev.ApiCounted)] == [("NtBrandNew", 2)]
