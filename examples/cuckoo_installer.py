"""The report of a harmless installer: calls that each look a little like an injection, and none is one."""

from __future__ import annotations

from typing import Any

from cuckoo_habits import (
    EXPLORER_PID,
    TEMP,
    boot_time,
    create_process,
    image,
    read_text,
    resume,
    start_up,
    wind_down,
)
from cuckoo_layout import GUEST, JSON, Program, Trace, file_entry, lsass, network, report

SETUP = f"{TEMP}provgraph-example-setup.exe"
FOLDER = "C:\\Users\\Smith\\AppData\\Local\\Example Notes"
NOTES = f"{FOLDER}\\notes.exe"
NOTES_KEY = "HKEY_CURRENT_USER\\Software\\Example Notes"
README = "Example Notes\r\n"
SERVER = "192.0.2.80"
REQUEST = "GET /notes/version.txt HTTP/1.1\r\nHost: updates.example.com\r\nUser-Agent: ExampleNotes/1.0\r\n\r\n"


def install_files(trace: Trace) -> None:
    """Write two own files."""
    trace.call("file", "CreateDirectoryW", {"dirpath": FOLDER, "dirpath_r": FOLDER}, returns=1)
    for handle, path, parts in ((0x94, NOTES, ["MZ", "PE"]), (0x98, f"{FOLDER}\\readme.txt", [README])):
        trace.create_file(handle, path, write=True, info=2)
        for number, part in enumerate(parts):
            trace.write_file(handle, path, part, offset=number * 4096)
        trace.close(handle)


def install_values(trace: Trace) -> None:
    """Set two own registry values."""
    key = {"base_handle": "0x80000001", "regkey_r": "Software\\Example Notes", "class": "", "options": 0}
    key |= {"access": "0x00020006", "key_handle": "0x0000009c", "disposition": 1, "regkey": NOTES_KEY}
    trace.call("registry", "RegCreateKeyExW", key)
    trace.value(0x9C, NOTES_KEY, "InstallPath", FOLDER, set_it=True)
    trace.value(0x9C, NOTES_KEY, "Version", 1, set_it=True)
    trace.call("registry", "RegCloseKey", {"key_handle": "0x0000009c"})


def ask_for_updates(trace: Trace) -> None:
    """Resolve a name and send one request."""
    trace.load("ws2_32.dll", 0x76B80000)
    trace.call("network", "getaddrinfo", {"hostname": "updates.example.com", "service_name": ""})
    trace.call("network", "socket", {"af": 2, "type": 1, "protocol": 6, "socket": 432}, returns=432)
    trace.call("network", "connect", {"ip_address": SERVER, "socket": 432, "port": 80})
    sent = {"buffer": REQUEST, "socket": 432, "sent": len(REQUEST)}
    trace.call("network", "send", sent, returns=len(REQUEST))
    answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n1.0"
    trace.call("network", "recv", {"buffer": answer, "socket": 432, "received": len(answer)}, returns=len(answer))
    trace.call("network", "closesocket", {"socket": 432})


def write_child(trace: Trace, base: str, text: str) -> None:
    """Write process parameters into the child, as Windows does when it starts one."""
    arguments = {"process_identifier": 3016, "buffer": text, "base_address": base, "process_handle": "0x000000b8"}
    trace.call("process", "NtWriteVirtualMemory", arguments)


def start_child(trace: Trace) -> None:
    """Start the installed program; nothing here is an injection, though each call looks a little like one."""
    child = {
        "thread_identifier": 3020,
        "thread_handle": "0x000000bc",
        "process_identifier": 3016,
        "current_directory": FOLDER,
        "filepath": NOTES,
        "track": 1,
        "command_line": f'"{NOTES}" /first-run',
        "filepath_r": NOTES,
        "creation_flags": 1024,
        "inherit_handles": 0,
        "process_handle": "0x000000b8",
    }
    create_process(trace, child, "CREATE_UNICODE_ENVIRONMENT")
    trace.allocate(0x00020000, 8192, 4, pid=3016, handle="0x000000b8")
    write_child(trace, "0x00020000", f'"{NOTES}" /first-run')
    write_child(trace, "0x7ffdf010", "")
    write_child(trace, "0x7ffdf1e8", "")
    resume(trace, 3016, 0xBC)
    read = {"process_handle": "0x000000b8", "base_address": "0x00400000", "buffer": "MZ"}
    trace.call("process", "ReadProcessMemory", read, returns=1)
    failed = {"buffer": "", "base_address": "0x00001000", "process_identifier": 3016, "process_handle": "0x000000b8"}
    errors = {"last_error": 998, "nt_status": 0xC0000005 - 2**32}
    trace.call("process", "WriteProcessMemory", failed, status=0, errors=errors)


def installer(first_seen: float) -> Trace:
    """Install, start the program, clean up."""
    trace = Trace(2904, 2908, first_seen)
    start_up(trace, 0x90)
    install_files(trace)
    install_values(trace)
    ask_for_updates(trace)
    start_child(trace)
    log = f"{TEMP}example-setup.log"
    trace.create_file(0xC0, log, write=True, info=2)
    trace.write_file(0xC0, log, "installed\r\n")
    trace.close(0xC0)
    trace.call("file", "DeleteFileW", {"filepath": log, "filepath_r": log}, returns=1)
    wind_down(trace, 0xBC, 0xB8)
    return trace


def notes(first_seen: float) -> Trace:
    """Let the installed program read what the installer left."""
    trace = Trace(3016, 3020, first_seen)
    start_up(trace, 0x50)
    read_text(trace, 0x54, f"{FOLDER}\\readme.txt", README)
    trace.open_key(0x58, NOTES_KEY)
    trace.value(0x58, NOTES_KEY, "InstallPath", FOLDER)
    wind_down(trace, 0x58)
    return trace


def installer_network() -> JSON:
    """Give one DNS question and one HTTP request."""
    flow = {"src": GUEST, "sport": 49190, "dst": SERVER, "dport": 80, "offset": 412, "time": 12.401733}
    query = {"src": GUEST, "sport": 51413, "dst": "192.168.56.1", "dport": 53, "offset": 24, "time": 12.306518}
    answers = [{"type": "A", "data": SERVER}]
    http: dict[str, Any] = {"count": 1, "host": "updates.example.com", "port": 80, "data": REQUEST, "body": ""}
    http |= {"uri": "http://updates.example.com/notes/version.txt", "path": "/notes/version.txt", "method": "GET"}
    http |= {"user-agent": "ExampleNotes/1.0", "version": "1.1"}
    return network(
        hosts=[SERVER],
        domains=[{"domain": "updates.example.com", "ip": SERVER}],
        tcp=[flow],
        udp=[query],
        http=[http],
        dns=[{"request": "updates.example.com", "type": "A", "answers": answers}],
    )


def innocent() -> JSON:
    """Give the report of a harmless installer: many kinds of call, and no injection among them."""
    boot = boot_time(204)
    setup = installer(boot + 2.9)
    programs = [
        lsass(boot),
        Program(setup, EXPLORER_PID, SETUP, f'"{SETUP}" ', modules=image(SETUP)),
        Program(notes(setup.now + 0.2), 2904, NOTES, f'"{NOTES}" /first-run', modules=image(NOTES)),
    ]
    kind = "PE32 executable (GUI) Intel 80386, for MS Windows"
    stored = "/home/john/.cuckoo/storage/analyses/204/files/5f0e"
    dropped = file_entry("5f0e_notes.exe", 8192, kind, stored, of="notes.exe")
    dropped["filepath"] = NOTES
    return report("innocent", 204, 0.6, programs, dropped=[dropped], network=installer_network())
