"""Files, disks and modules: what calls of every layout say of them."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.calls import as_printed, events, every, said, untold
from helpers.reports import call, cape, cuckoo

from loaders.cuckoo.state import on_disk, raw_disk

X, Y = r"C:\a\x.txt", r"C:\a\y.txt"
SHARE = r"\\172.31.48.79\admin$\x"
PENDING = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Session Manager|PendingFileRenameOperations"


@every
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
    assert untold(*calls, layout=layout) == ["NtWriteFile"]


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


@every
@pytest.mark.parametrize("opening", [("NtCreateFile", "create_options"), ("NtOpenFile", "open_options")])
def test_a_directory_is_no_file(opening: tuple[str, str], layout: Any) -> None:
    api, options = opening
    directory = {"file_handle": "0x94", "filepath": X, "create_disposition": 2}
    removed = call("NtSetInformationFile", file_handle="0x94", file_information_class=13, file_information="\\x01")
    assert said(call(api, **directory, **{options: 0x1021}), removed, layout=layout) == []
    assert untold(call(api, **directory, **{options: 0x21}), removed, layout=layout) == []
    file = said(call(api, **directory, **{options: 0x40}), removed, layout=layout)
    assert file[-1] == ("FileDeleted", X)


@every
def test_a_file_may_be_deleted_with_its_last_handle(layout: Any) -> None:
    opening = call("NtOpenFile", file_handle="0x94", filepath=X, open_options=0x1040)
    assert said(opening, layout=layout) == [("FileDeleted", X)]


@as_printed
@pytest.mark.parametrize(
    ("api", "arguments", "expected"),
    [
        ("NtDeleteFile", {"filepath": X}, [("FileDeleted", X)]),
        ("DeleteFileA", {"filepath": X}, [("FileDeleted", X)]),
        ("CopyFileA", {"oldfilepath": X, "newfilepath": SHARE}, [("FileCopied", f"{X}>{SHARE}")]),
        ("CopyFileW", {"oldfilepath": SHARE, "newfilepath": Y}, [("FileCopied", f"{SHARE}>{Y}")]),
        ("CopyFileExW", {"oldfilepath": X, "newfilepath": Y}, [("FileCopied", f"{X}>{Y}")]),
        ("CopyFileW", {"oldfilepath": "x", "newfilepath": Y}, [("FileWritten", Y)]),
        ("CopyFileW", {"oldfilepath": X, "newfilepath": "y"}, [("FileRead", X)]),
        ("MoveFileWithProgressW", {"oldfilepath": X, "newfilepath": Y, "flags": 3}, [("FileRenamed", f"{X}>{Y}")]),
        ("MoveFileWithProgressW", {"oldfilepath": X, "newfilepath": Y}, [("FileRenamed", f"{X}>{Y}")]),
        ("MoveFileWithProgressTransactedW", {"oldfilepath": X, "newfilepath": Y}, [("FileRenamed", f"{X}>{Y}")]),
        ("MoveFileWithProgressW", {"oldfilepath": "x", "newfilepath": Y}, [("FileWritten", Y)]),
        ("MoveFileWithProgressW", {"oldfilepath": X, "newfilepath": "y"}, [("FileDeleted", X)]),
        ("MoveFileWithProgressW", {"oldfilepath": X, "newfilepath": "", "flags": 4}, [("RegistryValueSet", PENDING)]),
        ("MoveFileWithProgressW", {"oldfilepath": X, "flags": "0x00000004"}, [("RegistryValueSet", PENDING)]),
        ("MoveFileWithProgressW", {"oldfilepath": X, "newfilepath": Y, "flags": 5}, [("RegistryValueSet", PENDING)]),
        ("CreateHardLinkW", {"filepath": Y, "oldfilepath": X}, [("FileCopied", f"{X}>{Y}")]),
        ("CreateSymbolicLinkW", {"symlink_file_name": Y, "flags": 0}, [("FileCreated", Y)]),
        ("CreateSymbolicLinkW", {"symlink_file_name": Y, "flags": 1}, []),
        ("SetFileAttributesW", {"filepath": X, "file_attributes": 6}, [("FileAttributesChanged", X)]),
        (
            "ReplaceFileW",
            {"replaced_file_name": X, "replacement_file_name": Y, "backup_file_name": r"C:\b"},
            [("FileRenamed", rf"{X}>C:\b"), ("FileRenamed", f"{Y}>{X}")],
        ),
        (
            "URLDownloadToFileW",
            {"url": "http://example.com/a", "filepath": X},
            [("HttpRequested", "http://example.com/a"), ("DnsResolved", "example.com"), ("FileDownloaded", X)],
        ),
        (
            "URLDownloadToCacheFileW",
            {"url": "http://example.com/a", "filepath": X},
            [("HttpRequested", "http://example.com/a"), ("DnsResolved", "example.com"), ("FileDownloaded", X)],
        ),
        # logged before it is done
        (
            "DownloadFile",
            {"url": "http://192.0.2.7:8080/a", "path": X},
            [("HttpRequested", "http://192.0.2.7:8080/a"), ("NetworkFlow", "tcp 192.0.2.7:8080")],
        ),
    ],
)
def test_one_call_and_what_it_says(api: str, arguments: Any, expected: Any, layout: Any) -> None:
    assert said(call(api, **arguments), layout=layout) == expected


@pytest.mark.parametrize(
    "api", ["CopyFileW", "MoveFileWithProgressW", "ReplaceFileW", "CreateHardLinkW", "DeleteFileW"]
)
def test_names_without_a_folder_are_no_files(api: str) -> None:
    calls = [call(api, oldfilepath="x", newfilepath="y", filepath="x", replaced_file_name="x")]
    assert said(*calls) == []
    assert untold(*calls) == [api]


def test_what_is_to_be_moved_at_the_next_start_is_said_as_windows_notes_it() -> None:
    gone, moved = events(
        call("MoveFileWithProgressW", oldfilepath=X, flags=4),
        call("MoveFileWithProgressW", oldfilepath=X, newfilepath=Y, flags=4),
    )
    assert (gone.data, moved.data) == (rf"\??\{X}", rf"\??\{X} \??\{Y}")


# --- by handle -----------------------------------------------------------------------------------

OPEN = call("NtOpenFile", file_handle="0x94", filepath=X)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"file_information_class": 13, "file_information": "\\x00"}, []),
        ({"file_information_class": 13, "file_information": "\\x01"}, [("FileDeleted", X)]),
        ({"information_class": 13}, [("FileDeleted", X)]),  # 2.0.x prints no information
        ({"information_class": 64}, [("FileDeleted", X)]),
        ({"file_information_class": 10, "new_file_name": Y}, [("FileRenamed", f"{X}>{Y}")]),
        ({"information_class": 4}, [("FileAttributesChanged", X)]),
        ({"information_class": 14}, []),
        ({"information_class": 20}, []),
    ],
)
def test_a_handle_deletes_renames_and_changes(arguments: Any, expected: Any) -> None:
    assert said(OPEN, call("NtSetInformationFile", file_handle="0x94", **arguments)) == expected


@pytest.mark.parametrize(
    ("kind", "expected"), [(0, "FileAttributesChanged"), (4, "FileDeleted"), (21, "FileDeleted"), (5, None), (13, None)]
)
def test_kernel32_numbers_the_same_things_otherwise(kind: int, expected: str | None) -> None:
    calls = [OPEN, call("SetFileInformationByHandle", file_handle="0x94", information_class=kind)]
    assert said(*calls) == ([(expected, X)] if expected else [])


def test_cape_prints_the_old_name_as_the_handles_and_the_new_one_as_the_files() -> None:
    renamed = call("NtSetInformationFile", FileHandle="0x94", HandleName=X, FileInformationClass="10", FileName=Y)
    written = call("NtWriteFile", FileHandle="0x94", Length="1")
    assert said(renamed, written, layout=cape) == [("FileRenamed", f"{X}>{Y}"), ("FileWritten", Y)]


@pytest.mark.parametrize(
    "arguments", [{"information_class": 10}, {"information_class": 11}, {"FileInformation": "\\x01"}]
)
def test_a_change_whose_kind_or_new_name_is_not_printed_is_drift(arguments: Any) -> None:
    changed = call("NtSetInformationFile", file_handle="0x94", **arguments)
    assert said(OPEN, changed) == []
    assert untold(OPEN, changed) == ["NtSetInformationFile"]


def test_attributes_are_named_and_times_are_not() -> None:
    hidden, odd, timed = events(
        call("SetFileAttributesW", filepath=X, file_attributes=6),
        call("SetFileAttributesW", filepath=X, file_attributes="0x00040000"),
        OPEN,
        call("SetFileTime", file_handle="0x94"),
    )
    assert (hidden.attributes, odd.attributes, timed.attributes) == ("HIDDEN|SYSTEM", "0x40000", None)


# --- disks and devices ---------------------------------------------------------------------------


@every
def test_a_pipe_is_no_file_and_a_disk_is_no_file(layout: Any) -> None:
    calls = [
        call("NtCreateFile", file_handle="0x94", filepath=r"\\.\pipe\psexesvc", status_info=2),
        call("NtWriteFile", file_handle="0x94"),
        call("NtCreateFile", file_handle="0x98", filepath=r"\??\PhysicalDrive0"),
        call("NtWriteFile", file_handle="0x98"),
    ]
    found = [(kind, name.lstrip("\\?")) for kind, name in said(*calls, layout=layout)]
    assert found == [("PipeUsed", "psexesvc"), ("DiskWritten", "PhysicalDrive0")]
    assert untold(*calls, layout=layout) == []


@pytest.mark.parametrize(
    ("path", "code", "writes"),
    [
        (r"\??\PhysicalDrive0", 0x7C054, True),  # IOCTL_DISK_SET_DRIVE_LAYOUT_EX
        (r"\??\PhysicalDrive0", "0x0007c058", True),  # IOCTL_DISK_CREATE_DISK
        (r"\??\PhysicalDrive0", 0x70050, False),  # IOCTL_DISK_GET_DRIVE_LAYOUT_EX
        (r"\??\PhysicalDrive0", 0x2D1400, False),  # IOCTL_STORAGE_QUERY_PROPERTY
        (r"\Device\Afd\Endpoint", 0x7C054, False),
    ],
)
@pytest.mark.parametrize("api", ["DeviceIoControl", "NtDeviceIoControlFile"])
def test_some_control_codes_write_to_a_disk(api: str, path: str, code: Any, writes: bool) -> None:
    disk = call("NtCreateFile", file_handle="0x98", filepath=path)
    handle = {"device_handle": "0x98"} if api == "DeviceIoControl" else {"file_handle": "0x98"}
    expected = [("DiskWritten", path)] * writes
    assert said(disk, call(api, control_code=code, **handle)) == expected
    assert said(disk, call(api, IoControlCode=code, **handle), layout=cape) == expected


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


# --- modules -------------------------------------------------------------------------------------


@every
def test_a_module_is_loaded_by_path_only(layout: Any) -> None:
    calls = [call("LdrLoadDll", module_name=name) for name in ("ole32.dll", r"C:\a\x.dll")]
    assert said(*calls, layout=layout) == [("ModuleLoaded", r"C:\a\x.dll")]


@pytest.mark.parametrize(
    ("printed", "path"),
    [
        (r"C:\Windows\System32\jscript", r"C:\Windows\System32\jscript.dll"),
        (r"C:\Windows\System32\kernel.appcore", r"C:\Windows\System32\kernel.appcore.dll"),
        (r"C:\Windows\System32\winspool.drv", r"C:\Windows\System32\winspool.drv"),
        (r"C:\a\x.DLL", r"C:\a\x.DLL"),
    ],
)
def test_capes_notice_of_a_load_gets_its_extension_back(printed: str, path: str) -> None:
    calls = [call("DllLoadNotification", NotificationReason=reason, DllName=printed) for reason in ("load", "unload")]
    assert said(*calls, layout=cape) == [("ModuleLoaded", path)]


@pytest.mark.parametrize(("flags", "loads"), [(0, True), ("0x00000008", True), (2, False), ("0x00000022", False)])
def test_a_library_opened_as_data_is_not_loaded(flags: Any, loads: bool) -> None:
    opened = call("LoadLibraryExW", lpLibFileName=r"C:\a\x.dll", dwFlags=flags)
    assert said(opened) == [("ModuleLoaded", r"C:\a\x.dll")] * loads


@pytest.mark.parametrize("layout", [cuckoo, cape])
def test_a_hive_is_loaded_and_saved(layout: Any) -> None:
    key = r"HKEY_LOCAL_MACHINE\x"
    calls = [
        call("NtLoadKey", filepath=X, regkey=key),
        call("NtLoadKeyEx", TargetKeyHandle="0x00000000", TargetKey=r"\Registry\Machine\x", SourceFile=Y),
        call("NtOpenFile", file_handle="0x94", filepath=X),
        call("NtSaveKey", key_handle="0x9c", file_handle="0x94"),
    ]
    assert said(*calls, layout=layout) == [
        ("FileRead", X),
        ("RegistryKeyCreated", key),
        ("FileRead", Y),
        ("RegistryKeyCreated", r"\Registry\Machine\x"),
        ("FileWritten", X),
    ]
