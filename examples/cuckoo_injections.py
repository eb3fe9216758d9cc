"""The three injection logs of MWS Cup 2017, task 3-1, as Cuckoo reports.

The calls in ``*_PRINTED`` and in the functions named ``printed_*`` carry the values that the
solution slides print. Everything around them is invented; README.md lists which is which.
"""

from __future__ import annotations

from cuckoo_habits import (
    EXPLORER_KEY,
    EXPLORER_PID,
    TEMP,
    VERSION_KEY,
    boot_time,
    create_process,
    image,
    read_text,
    resume,
    start_up,
    unpack,
    wind_down,
)
from cuckoo_layout import GUEST, JSON, SELF, Program, Trace, file_entry, lsass, network, pointer, report

# --- log 1: WriteProcessMemory and CreateRemoteThread ------------------------------------------

IEXPLORE = "C:\\Program Files\\Internet Explorer\\iexplore.exe"
LOG1_SAMPLE = f"{TEMP}provgraph-example-log1.exe"


def printed_log1(trace: Trace) -> None:
    """Make the three calls that the slides print for log 1."""
    trace.allocate(0x00BA0000, 4096, 64, pid=384, handle="0x000000fc")
    write = {"buffer": ".", "base_address": "0x00ba0000", "process_identifier": 384, "process_handle": "0x000000fc"}
    trace.call("process", "WriteProcessMemory", write, returns=1)
    thread = {
        "thread_identifier": 0,
        "process_identifier": 384,
        "function_address": "0x00ba0000",
        "flags": 0,
        "stack_size": 0,
        "parameter": "0x00a00000",
        "process_handle": "0x000000fc",
    }
    trace.call("process", "CreateRemoteThread", thread, returns=172)


def log1_sample(first_seen: float) -> Trace:
    """Let an invented sample start Internet Explorer the ordinary way: not suspended, nothing written."""
    trace = Trace(3940, 3944, first_seen)
    start_up(trace, 0x88)
    unpack(trace, 0x00B00000)
    child = {
        "thread_identifier": 3976,
        "thread_handle": "0x000000b0",
        "process_identifier": 3972,
        "current_directory": "",
        "filepath": IEXPLORE,
        "track": 1,
        "command_line": f'"{IEXPLORE}"',
        "filepath_r": IEXPLORE,
        "creation_flags": 0,
        "inherit_handles": 0,
        "process_handle": "0x000000b4",
    }
    create_process(trace, child, "")
    wind_down(trace, 0xB0, 0xB4)
    return trace


def log1_injector(first_seen: float) -> Trace:
    """Let the process of the slides use its handle 0xfc for a file, for the target, and for a file again."""
    trace = Trace(3972, 3976, first_seen)
    start_up(trace, 0x98)
    read_text(trace, 0xFC, "C:\\Users\\Smith\\AppData\\Local\\Microsoft\\Internet Explorer\\brndlog.txt")
    unpack(trace, 0x00A80000)
    trace.mutant(0xA4, "Local\\ZonesCounterMutex")
    arguments = {"filepath": "c:\\tmp8t2cjf\\lib\\core\\*", "filepath_r": "c:\\tmp8t2cjf\\lib\\core\\*"}
    trace.call("file", "FindFirstFileExW", arguments, returns=0x3C1F48)
    trace.open_key(0xA8, EXPLORER_KEY)
    trace.value(0xA8, EXPLORER_KEY, "ShellState", "24000000")
    trace.close(0xA8)
    printed_log1(trace)
    trace.close(0xAC)
    trace.close(0xFC)
    history = f"{TEMP}history.dat"
    trace.create_file(0xFC, history, write=True, info=2)
    trace.write_file(0xFC, history, "visited\r\n")
    wind_down(trace, 0xFC, 0xA4)
    return trace


def marked(trace: Trace, api: str) -> JSON:
    """Give a signature's mark that points at the first call of ``api``."""
    index = next(number for number, call in enumerate(trace.calls) if call["api"] == api)
    return {"type": "call", "pid": trace.pid, "cid": index, "call": trace.calls[index]}


def log1() -> JSON:
    """Give log 1: 3972 writes into 384 and starts a thread there."""
    boot = boot_time(201)
    sample = log1_sample(boot + 3.2)
    injector = log1_injector(sample.now + 0.4)
    programs = [
        lsass(boot),
        Program(sample, EXPLORER_PID, LOG1_SAMPLE, f'"{LOG1_SAMPLE}" ', modules=image(LOG1_SAMPLE)),
        Program(injector, 3940, IEXPLORE, f'"{IEXPLORE}"', modules=image(IEXPLORE, 0x00CE0000)),
    ]
    marks = [
        {"type": "ioc", "category": "Process injection", "ioc": "3972 -> 384", "description": None},
        marked(injector, "CreateRemoteThread"),
    ]
    signature = {
        "name": "injection_createremotethread",
        "description": "A thread was created in a process that is not a child (wording of this example)",
        "severity": 3,
        "families": [],
        "references": [],
        "marks": marks,
        "markcount": len(marks),
    }
    dropped = file_entry("f2a1_debug.txt", 412, "ASCII text", "/home/john/.cuckoo/storage/analyses/201/files/f2a1")
    dropped["filepath"] = "c:\\tmp8t2cjf\\modules\\auxiliary\\debug.txt"
    echo = {"src": "198.51.100.113", "dst": GUEST, "type": 3, "data": ""}
    sections = {"signatures": [signature], "dropped": [dropped], "network": network(icmp=[echo])}
    return report("log1", 201, 7.4, programs, **sections)


# --- log 2: NtMapViewOfSection, NtSetContextThread, NtResumeThread -----------------------------

LOG2_SAMPLE = f"{TEMP}7140e68ebe1(..)d3e8401e873bb937.exe"
SVCHOST = "C:\\Windows\\System32\\svchost.exe"

LOG2_CREATE_PRINTED = {
    "thread_identifer": 4024,  # the missing letter stands in the slides, and in real logs
    "thread_handle": "0x000001a8",
    "process_identifer": 4020,
    "current_directory": "",
    "filepath": "",
    "track": 1,
    "command_line": "C:\\Windows\\system32\\svchost.exe",
    "filepath_r": "",
    "creation_flags": 67108868,
    "inherit_handles": 0,
    "process_handle": "0x000001ac",
}
LOG2_REGISTERS_PRINTED = {
    "eip": 2228760,
    "esp": 719852,
    "edi": 0,
    "eax": 2228224,
    "ebp": 719860,
    "edx": 4399364,
    "ebx": 2147348480,
    "esi": 0,
    "ecx": 0,
}


def map_view(trace: Trace, pid: int, section: int, base: int, size: int, *, commit: int = 0, handle: str) -> None:
    """Map a section, readable, writable and executable; the slides print an empty buffer."""
    arguments = {
        "section_handle": pointer(section),
        "process_identifier": pid,
        "commit_size": commit,
        "win32_protect": 64,
        "buffer": "",
        "base_address": pointer(base),
        "allocation_type": 0,
        "section_offset": 0,
        "view_size": size,
        "process_handle": handle,
    }
    flags = {"allocation_type": "", "win32_protect": "PAGE_EXECUTE_READWRITE"}
    trace.call("process", "NtMapViewOfSection", arguments, flags=flags)


def set_context(trace: Trace, pid: int, thread: int, registers: JSON) -> None:
    """Set the registers of another process's thread."""
    arguments = {"registers": registers, "thread_handle": pointer(thread), "process_identifier": pid}
    trace.call("process", "NtSetContextThread", arguments)


def section_begins(trace: Trace) -> None:
    """Create the section and map it into the own process (invented): the writing there leaves no call."""
    arguments = {
        "section_handle": "0x00000128",
        "desired_access": "0x000f001f",
        "protection": 64,
        "file_handle": "0x00000000",
        "object_handle": "0x00000000",
        "section_name": "",
    }
    trace.call("process", "NtCreateSection", arguments)
    map_view(trace, 3548, 0x128, 0x00510000, 122880, handle=SELF)


def section_ends(trace: Trace) -> None:
    """Unmap the own view and close the section (invented)."""
    arguments = {"process_handle": SELF, "base_address": "0x00510000", "region_size": 122880}
    trace.call("process", "NtUnmapViewOfSection", arguments | {"process_identifier": 3548})
    trace.close(0x128)


def printed_log2(trace: Trace) -> None:
    """Make the four calls that the slides print for log 2."""
    create_process(trace, LOG2_CREATE_PRINTED, "CREATE_DEFAULT_ERROR_MODE|CREATE_SUSPENDED")
    map_view(trace, 4020, 0x128, 0x00200000, 122880, handle="0x000001ac")
    set_context(trace, 4020, 0x1A8, LOG2_REGISTERS_PRINTED)
    resume(trace, 4020, 0x1A8)


def log2_injector(first_seen: float) -> Trace:
    """Let 0x1a8 be a registry key before it is a thread."""
    trace = Trace(3548, 3552, first_seen)
    start_up(trace, 0x1A8)
    read_text(trace, 0x11C, "C:\\Windows\\win.ini")
    unpack(trace, 0x00470000)
    section_begins(trace)
    trace.load("ole32.dll", 0x76A10000)
    trace.open_key(0x1A8, EXPLORER_KEY)
    trace.value(0x1A8, EXPLORER_KEY, "ShellState", "24000000")
    trace.close(0x1A8)
    trace.read_memory(0x00400000, "MZ")
    printed_log2(trace)
    section_ends(trace)
    trace.free(0x00470000, 32768)
    wind_down(trace, 0x1A8, 0x1AC)
    return trace


def log2_target(first_seen: float) -> Trace:
    """Let the started svchost.exe do a few harmless things (invented)."""
    trace = Trace(4020, 4024, first_seen)
    start_up(trace, 0x60)
    trace.mutant(0x64, "Global\\provgraph-example")
    trace.allocate(0x00330000, 16384)
    trace.open_key(0x68, VERSION_KEY)
    trace.value(0x68, VERSION_KEY, "InstallDate", 1420070400)
    wind_down(trace, 0x68)
    return trace


def log2() -> JSON:
    """Give log 2: 3548 maps a section into its suspended child 4020 and sets the child's context."""
    boot = boot_time(202)
    injector = log2_injector(boot + 3.5)
    target = log2_target(injector.now + 0.25)
    programs = [
        lsass(boot),
        Program(injector, EXPLORER_PID, LOG2_SAMPLE, f'"{LOG2_SAMPLE}" ', modules=image(LOG2_SAMPLE)),
        Program(target, 3548, SVCHOST, "C:\\Windows\\system32\\svchost.exe", modules=image(SVCHOST, 0x00FA0000)),
    ]
    return report("log2", 202, 8.2, programs)


# --- log 3: two patterns in a row --------------------------------------------------------------

LOG3_SAMPLE = f"{TEMP}cda34f6e5a38e87359569861659e(..)f9f4b50b719a3.exe"
LOG3_REGISTERS_PRINTED = {
    "eip": 2004906136,
    "esp": 1245168,
    "edi": 0,
    "eax": 4274336,
    "ebp": 0,
    "edx": 0,
    "ebx": 2147348480,
    "esi": 0,
    "ecx": 0,
}


def create_log3(trace: Trace, child: tuple[int, int], handles: tuple[int, int], command_line: str) -> None:
    """Start a (process, thread); the slides print no creation_flags, so there are none."""
    arguments = {
        "thread_identifier": child[1],
        "thread_handle": pointer(handles[1]),
        "process_identifier": child[0],
        "current_directory": "",
        "filepath": "",
        "track": 1,
        "command_line": command_line,
        "filepath_r": "",
        "inherit_handles": 0,
        "process_handle": pointer(handles[0]),
    }
    create_process(trace, arguments)


def log3_first(first_seen: float) -> Trace:
    """Let 3292 start itself again and set the child's context; no write is printed, so none is here."""
    trace = Trace(3292, 3296, first_seen)
    start_up(trace, 0x84)
    unpack(trace, 0x00B40000)
    read_text(trace, 0x84, "C:\\Windows\\win.ini")
    create_log3(trace, (3428, 3432), (0xA4, 0xA0), f'"{LOG3_SAMPLE}" ')
    set_context(trace, 3428, 0xA0, LOG3_REGISTERS_PRINTED)
    resume(trace, 3428, 0xA0)
    trace.close(0xA0)
    trace.close(0xA4)
    read_text(trace, 0xA4, "C:\\Windows\\system.ini")
    wind_down(trace)
    return trace


def log3_second(first_seen: float) -> Trace:
    """Let 3428 map a section into a child and queue an APC; here 0xa4 is a thread."""
    trace = Trace(3428, 3432, first_seen)
    start_up(trace, 0x7C)
    unpack(trace, 0x00B80000)
    trace.open_key(0x7C, EXPLORER_KEY)
    trace.value(0x7C, EXPLORER_KEY, "ShellState", "24000000")
    trace.close(0x7C)
    create_log3(trace, (3604, 3608), (0xA8, 0xA4), "")
    map_view(trace, 3604, 0xDC, 0x000A0000, 159744, commit=159744, handle="0x000000a8")
    apc = {"function_address": "0x00000000", "parameter": "0x00000000", "thread_handle": "0x000000a4"}
    trace.call("process", "NtQueueApcThread", apc | {"process_identifier": 3604})
    resume(trace, 3604, 0xA4)
    wind_down(trace, 0xA4, 0xA8, 0xDC)
    return trace


def log3() -> JSON:
    """Give log 3: 3292 into 3428, and 3428 into 3604, which has no entry and no name."""
    boot = boot_time(203)
    first = log3_first(boot + 3.1)
    second = log3_second(first.now + 0.3)
    programs = [
        lsass(boot),
        Program(first, EXPLORER_PID, LOG3_SAMPLE, f'"{LOG3_SAMPLE}" ', modules=image(LOG3_SAMPLE)),
        Program(second, 3292, LOG3_SAMPLE, f'"{LOG3_SAMPLE}" ', modules=image(LOG3_SAMPLE)),
    ]
    return report("log3", 203, 7.8, programs)
