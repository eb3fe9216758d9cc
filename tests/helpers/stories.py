"""One story of malware in the layouts of all versions of the sandboxes.

A program opens an admin share, drops a file on it, sets an autostart value, starts a child suspended under a pid that
Windows prints in decimal, writes into it through the handle and resumes its thread. The old layouts print no target
pid with memory and thread calls: only the handles tell.
"""

from __future__ import annotations

from collections.abc import Callable

from helpers.reports import JSON, Program, call, cuckoo

Layout = Callable[..., JSON]
SHARE = "\\\\172.31.48.79\\admin$\\x.exe"
RUN = "HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run"
SAMPLE = {"file": {"name": "one.exe", "sha256": "ab" * 32, "md5": "cd" * 16, "size": 77}}


def story(layout: Layout) -> JSON:
    pids = layout is cuckoo
    child = {"process_identifier": 2000} if pids else {}
    handles = {"process_handle": "0x00000050", "thread_handle": "0x00000054"}
    numbers: JSON = {"process_identifier": 2000, "thread_identifier": 2004}
    calls = [
        call("NtCreateFile", at=1, filepath=SHARE, file_handle="0x00000050", create_disposition=2, status_info=2),
        call("NtWriteFile", at=2, file_handle="0x00000050", buffer="MZ", length=2, repeated=2),
        call("NtClose", at=3, handle="0x00000050"),
        call("RegSetValueExA", at=4, regkey=f"{RUN}\\x", value_name="x", buffer="C:\\x.exe"),
        call("CreateProcessInternalW", at=5, filepath="C:\\Windows\\System32\\svchost.exe", creation_flags="0x00000004",
             **handles, **numbers),
        call("WriteProcessMemory", at=6, process_handle="0x00000050", base_address="0x00400000", buffer="MZ", **child),
        call("NtSetContextThread", at=7, thread_handle="0x00000054", **child),
        call("NtResumeThread", at=8, thread_handle="0x00000054", suspend_count=1, **child),
        call("NtClose", at=9, handle="0x00000054"),
        call("NtOpenFile", at=10, filepath="C:\\quiet.txt", file_handle="0x00000054"),
    ]  # fmt: skip
    return layout(Program(1000, calls), Program(2000, ppid=1000, name="svchost.exe", seen=5.5), target=SAMPLE)
