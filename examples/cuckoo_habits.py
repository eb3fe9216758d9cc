"""What programs do in passing, harmless and invented, so that the interesting calls do not stand alone.

Handles that these functions use are free again afterwards, and own memory stays own memory.
"""

from __future__ import annotations

from cuckoo_layout import ADDED, JSON, Trace, module, pointer

TEMP = "C:\\Users\\Smith\\AppData\\Local\\Temp\\"
EXPLORER_PID = 1632  # parent of what the analyzer starts; it has no entry of its own
VERSION_KEY = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
POLICY_KEY = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows\\Safer\\CodeIdentifiers"
EXPLORER_KEY = "HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer"


def boot_time(task: int) -> float:
    """Give the moment at which the guest's first process was seen: by its clock, eight seconds after ``added``."""
    return ADDED + (task - 201) * 5400.0 + 8.116169


def start_up(trace: Trace, handle: int) -> None:
    """Do what nearly every program does first; ``handle`` is free again afterwards."""
    trace.error_mode()
    trace.clock()
    trace.load("kernel32.dll", 0x77190000)
    trace.load("advapi32.dll", 0x76C40000)
    trace.open_key(handle, POLICY_KEY, found=False)
    trace.open_key(handle, VERSION_KEY)
    trace.value(handle, VERSION_KEY, "ProductName", "Windows 7 Professional")
    trace.value(handle, VERSION_KEY, "CurrentBuildNumber", "7601")
    trace.close(handle)
    trace.allocate(0x00360000, 65536)
    trace.load("user32.dll", 0x75E20000)


def read_text(trace: Trace, handle: int, path: str, text: str = "[settings]\r\nlanguage=en\r\n") -> None:
    """Read a small file to its end; ``handle`` is free again afterwards."""
    trace.create_file(handle, path)
    trace.read_file(handle, text)
    trace.read_file(handle, "", offset=len(text))
    trace.close(handle)


def unpack(trace: Trace, base: int) -> None:
    """Allocate, change and read own memory, executable at the end: own memory is nobody else's."""
    trace.allocate(base, 32768, 64)
    trace.read_memory(base, "MZ")
    trace.protect(base, 4096, 32)
    trace.load("shell32.dll", 0x76230000)
    trace.clock()


def wind_down(trace: Trace, *handles: int) -> None:
    """Close what is open and wait."""
    for handle in handles:
        trace.close(handle)
    trace.clock()
    trace.sleep(60000)


def create_process(trace: Trace, arguments: JSON, flags: str | None = None) -> None:
    """Append a CreateProcessInternalW that went well."""
    named = {"creation_flags": flags} if flags is not None else {}
    trace.call("process", "CreateProcessInternalW", arguments, returns=1, flags=named)


def image(path: str, base: int = 0x00400000) -> list[JSON]:
    """Give the modules that a process starts with."""
    return [module(path, base, 315392), module("C:\\Windows\\SYSTEM32\\ntdll.dll", 0x77330000, 1310720)]


def resume(trace: Trace, pid: int, thread: int) -> None:
    """Resume a thread that was suspended once."""
    arguments = {"thread_handle": pointer(thread), "suspend_count": 1, "process_identifier": pid}
    trace.call("process", "NtResumeThread", arguments)
