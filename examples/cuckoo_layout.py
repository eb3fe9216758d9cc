"""The layout of a Cuckoo 2.0.1 ``report.json``, without any story in it.

A :class:`Trace` collects the calls of one process, with the argument names and categories that
Cuckoo's monitor uses. The functions below it derive what Cuckoo itself derives from calls
(``apistats``, ``generic``, ``processtree``, ``summary``) and fill the other sections with small
values in the right shape. Nothing here depends on the time of day, the machine or a random number.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

JSON = dict[str, Any]

SELF = "0xffffffff"  # the pseudo handle of the calling process
STATUS_NOT_FOUND = 0xC0000034

ADDED = 1493811716.636417  # 2017-05-03 11:41:56 UTC, as printed in the FFRI Dataset 2017 slides
GUEST = "192.168.56.111"

PROTECTIONS = {2: "PAGE_READONLY", 4: "PAGE_READWRITE", 32: "PAGE_EXECUTE_READ", 64: "PAGE_EXECUTE_READWRITE"}
REG_TYPES = {1: "REG_SZ", 2: "REG_EXPAND_SZ", 4: "REG_DWORD"}
FILE_STATUS = {1: "FILE_OPENED", 2: "FILE_CREATED", 3: "FILE_OVERWRITTEN"}

VENDORS = """
AVware Ad-Aware AhnLab-V3 Antiy-AVL Arcabit Avast Avira Baidu BitDefender Comodo
DrWeb Emsisoft F-Secure Ikarus Sophos Tencent
"""
NETWORK_LISTS = "hosts domains tcp udp icmp http tls dns smtp irc dead_hosts mitm http_ex https_ex smtp_ex"


def pointer(number: int) -> str:
    """Write a handle or an address as the 32-bit monitor does."""
    return f"0x{number:08x}"


def hashes(name: str) -> JSON:
    """Give the digests of a short sentence about the example: valid in form, and of no real program."""
    text = f"provgraph example, not a real sample: {name}".encode()
    return {
        "md5": hashlib.md5(text, usedforsecurity=False).hexdigest(),
        "sha1": hashlib.sha1(text, usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(text).hexdigest(),
        "sha512": hashlib.sha512(text).hexdigest(),
        "crc32": f"{zlib.crc32(text):08X}",
    }


class Trace:
    """The calls of one thread of one process, each a few milliseconds after the one before."""

    def __init__(self, pid: int, tid: int, first_seen: float) -> None:
        self.pid = pid
        self.tid = tid
        self.first_seen = self.now = round(first_seen, 6)
        self.calls: list[JSON] = []

    def call(
        self,
        category: str,
        api: str,
        arguments: JSON,
        *,
        returns: int = 0,
        status: int = 1,
        flags: JSON | None = None,
        errors: JSON | None = None,
    ) -> None:
        """Append one call; ``errors`` holds ``last_error`` and ``nt_status`` where it failed."""
        self.now = round(self.now + (3 + 7 * len(self.calls) % 17) / 1000, 6)
        entry: JSON = {"tid": self.tid, "status": status, "time": self.now, "return_value": returns}
        entry |= {"category": category, "stacktrace": [], "arguments": arguments, "flags": flags or {}, "api": api}
        self.calls.append(entry | (errors or {}))

    def load(self, name: str, address: int) -> None:
        """Load a library."""
        arguments = {"basename": name.removesuffix(".dll"), "module_name": name, "flags": 0}
        self.call("system", "LdrLoadDll", arguments | {"module_address": pointer(address)})

    def clock(self) -> None:
        """Ask for the time."""
        self.call("synchronisation", "GetSystemTimeAsFileTime", {})

    def close(self, handle: int) -> None:
        """Close a handle: from here on its number may mean something else."""
        self.call("system", "NtClose", {"handle": pointer(handle)})

    def open_key(self, handle: int, key: str, *, found: bool = True) -> None:
        """Open a registry key, or fail to."""
        arguments = {"key_handle": pointer(handle if found else 0), "desired_access": "0x00020019", "regkey": key}
        if found:
            self.call("registry", "NtOpenKey", arguments)
            return
        errors = {"last_error": 2, "nt_status": STATUS_NOT_FOUND - 2**32}
        self.call("registry", "NtOpenKey", arguments, returns=STATUS_NOT_FOUND, status=0, errors=errors)

    def value(self, handle: int, key: str, name: str, data: str | int, *, set_it: bool = False) -> None:
        """Read or set a registry value."""
        kind = 4 if isinstance(data, int) else 1
        arguments = {"key_handle": pointer(handle), "regkey_r": name, "reg_type": kind, "value": data}
        api = "RegSetValueExW" if set_it else "RegQueryValueExW"
        self.call("registry", api, arguments | {"regkey": f"{key}\\{name}"}, flags={"reg_type": REG_TYPES[kind]})

    def create_file(self, handle: int, path: str, *, write: bool = False, info: int = 1) -> None:
        """Open or create a file; ``info`` says which of the two it was."""
        arguments = {
            "create_disposition": 5 if write else 1,
            "file_handle": pointer(handle),
            "filepath": path,
            "desired_access": "0x40100080" if write else "0x80100080",
            "file_attributes": 128 if write else 0,
            "filepath_r": f"\\??\\{path}",
            "create_options": 96,
            "status_info": info,
            "share_access": 1,
        }
        flags = {"create_disposition": "FILE_OVERWRITE_IF" if write else "FILE_OPEN", "status_info": FILE_STATUS[info]}
        self.call("file", "NtCreateFile", arguments, flags=flags)

    def read_file(self, handle: int, text: str, *, length: int = 4096, offset: int = 0) -> None:
        """Read from an open file."""
        arguments = {"buffer": text, "length": length, "offset": offset, "file_handle": pointer(handle)}
        self.call("file", "NtReadFile", arguments)

    def write_file(self, handle: int, path: str, text: str, *, offset: int = 0) -> None:
        """Write to an open file."""
        arguments = {"buffer": text, "filepath": path, "offset": offset, "file_handle": pointer(handle)}
        self.call("file", "NtWriteFile", arguments)

    def allocate(self, base: int, size: int, protection: int = 4, *, pid: int = 0, handle: str = SELF) -> None:
        """Allocate memory, in the own process unless told otherwise."""
        arguments = {
            "process_identifier": pid or self.pid,
            "region_size": size,
            "protection": protection,
            "base_address": pointer(base),
            "allocation_type": 12288,
            "process_handle": handle,
        }
        flags = {"protection": PROTECTIONS[protection], "allocation_type": "MEM_COMMIT|MEM_RESERVE"}
        self.call("process", "NtAllocateVirtualMemory", arguments, flags=flags)

    def free(self, base: int, size: int) -> None:
        """Give own memory back."""
        arguments = {"process_handle": SELF, "base_address": pointer(base), "size": size, "free_type": 32768}
        self.call("process", "NtFreeVirtualMemory", arguments | {"process_identifier": self.pid})

    def protect(self, base: int, length: int, protection: int) -> None:
        """Change the protection of own memory."""
        arguments: JSON = {"process_identifier": self.pid, "length": length, "protection": protection}
        arguments |= {"base_address": pointer(base), "process_handle": SELF}
        self.call("process", "NtProtectVirtualMemory", arguments, flags={"protection": PROTECTIONS[protection]})

    def read_memory(self, base: int, text: str) -> None:
        """Read own memory; the monitor names no process for a read."""
        arguments = {"process_handle": SELF, "base_address": pointer(base), "buffer": text}
        self.call("process", "NtReadVirtualMemory", arguments)

    def mutant(self, handle: int, name: str) -> None:
        """Create a mutex."""
        arguments = {"mutant_handle": pointer(handle), "desired_access": "0x001f0001", "initial_owner": 0}
        self.call("synchronisation", "NtCreateMutant", arguments | {"mutant_name": name})

    def sleep(self, milliseconds: int) -> None:
        """Wait."""
        self.call("synchronisation", "NtDelayExecution", {"skipped": 0, "milliseconds": milliseconds})

    def error_mode(self) -> None:
        """Set the error mode, with the values that the FFRI slides print."""
        flags = {"mode": "SEM_FAILCRITICALERRORS|SEM_NOOPENFILEERRORBOX"}
        self.call("system", "SetErrorMode", {"mode": 32769}, returns=32775, flags=flags)


@dataclass
class Program:
    """One entry of ``behavior.processes``."""

    trace: Trace
    ppid: int
    path: str
    command_line: str
    track: bool = True
    modules: list[JSON] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The file name of the image."""
        return self.path.rpartition("\\")[2]

    def head(self) -> JSON:
        """Give what the process tree and the generic section share."""
        trace = self.trace
        return {"pid": trace.pid, "ppid": self.ppid, "process_name": self.name, "first_seen": trace.first_seen}

    def entry(self) -> JSON:
        """Give the process as Cuckoo lists it."""
        rest = {"track": self.track, "modules": self.modules, "time": 0, "tid": self.trace.tid, "type": "process"}
        paths = {"process_path": self.path, "command_line": self.command_line}
        return self.head() | paths | rest | {"calls": self.trace.calls}


def module(path: str, address: int, size: int) -> JSON:
    """Give one entry of a process's ``modules``."""
    name = path.rpartition("\\")[2]
    return {"basename": name, "imgsize": size, "baseaddr": pointer(address), "filepath": path}


def lsass(first_seen: float) -> Program:
    """Give the process without calls that opens the process tree in the FFRI slides."""
    image = "C:\\Windows\\system32\\lsass.exe"
    return Program(Trace(492, 496, first_seen), 376, image, image, track=False)


ARGUMENT_OF = {
    "CreateDirectoryW": ("directory_created", "dirpath"),
    "DeleteFileW": ("file_deleted", "filepath"),
    "FindFirstFileExW": ("directory_enumerated", "filepath"),
    "GetFileAttributesW": ("file_exists", "filepath"),
    "LdrLoadDll": ("dll_loaded", "module_name"),
    "NtCreateMutant": ("mutex", "mutant_name"),
    "RegCreateKeyExW": ("regkey_opened", "regkey"),
    "RegQueryValueExW": ("regkey_read", "regkey"),
    "RegSetValueExW": ("regkey_written", "regkey"),
    "connect": ("connects_ip", "ip_address"),
    "getaddrinfo": ("resolves_host", "hostname"),
}


def generic_of(call: JSON, files: dict[str, str]) -> tuple[str, str] | None:
    """Say what one call adds to a summary; ``files`` remembers which handle is which file."""
    api, arguments = call["api"], call["arguments"]
    if api in ARGUMENT_OF:
        category, name = ARGUMENT_OF[api]
        return category, arguments[name]
    if api == "CreateProcessInternalW":
        return "command_line", arguments["command_line"] or arguments["filepath"]
    if api == "NtCreateFile":
        files[arguments["file_handle"]] = arguments["filepath"]
        return "file_created" if arguments["status_info"] == 2 else "file_opened", arguments["filepath"]
    if api in ("NtReadFile", "NtWriteFile") and arguments["file_handle"] in files:
        return "file_read" if api == "NtReadFile" else "file_written", files[arguments["file_handle"]]
    if api == "NtClose":
        files.pop(arguments["handle"], None)
    return None


def summary(traces: list[Trace]) -> JSON:
    """Give the summary of some processes together, sorted so that it is always the same."""
    found: dict[str, set[str]] = {}
    for trace in traces:
        files: dict[str, str] = {}
        for call in trace.calls:
            if fact := generic_of(call, files):
                found.setdefault(fact[0], set()).add(fact[1])
    return {category: sorted(values) for category, values in sorted(found.items())}


def tree(programs: list[Program]) -> list[JSON]:
    """Give the process tree: a process hangs under its parent when the parent was seen before it."""
    nodes: dict[int, JSON] = {}
    roots: list[JSON] = []
    for program in programs:
        node = program.head() | {"command_line": program.command_line, "track": program.track, "children": []}
        siblings = nodes[program.ppid]["children"] if program.ppid in nodes else roots
        siblings.append(node)
        nodes[program.trace.pid] = node
    return roots


def behavior(programs: list[Program]) -> JSON:
    """Give the whole ``behavior`` section, processes in the order in which they were first seen."""
    programs = sorted(programs, key=lambda program: program.trace.first_seen)
    counts = {str(p.trace.pid): Counter(c["api"] for c in p.trace.calls) for p in programs if p.trace.calls}
    return {
        "generic": [p.head() | {"process_path": p.path, "summary": summary([p.trace])} for p in programs],
        "apistats": {pid: dict(sorted(count.items())) for pid, count in counts.items()},
        "processes": [program.entry() for program in programs],
        "processtree": tree(programs),
        "summary": summary([program.trace for program in programs]),
    }


def info(task: int, shift: float, score: float) -> JSON:
    """Give the ``info`` section; the machine starts half an hour after ``added``, as in the FFRI slides."""
    started, ended = round(ADDED + shift + 1742.363583, 6), round(ADDED + shift + 1851.547087, 6)
    machine = {"status": "stopped", "name": "cuckoo1", "label": "guest", "manager": "VirtualBox"}
    for key, moment in (("started_on", started), ("shutdown_on", ended - 1)):
        machine[key] = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S")
    times = {"added": round(ADDED + shift, 6), "started": started, "ended": ended, "duration": 109}
    about = {"version": "2.0.1", "id": task, "category": "file", "score": score, "package": "", "platform": "windows"}
    return times | about | {"route": "none", "custom": "", "owner": None, "options": "", "machine": machine}


def file_entry(name: str, size: int, kind: str, path: str, *, of: str | None = None) -> JSON:
    """Describe a file as ``target`` and ``dropped`` do; its digests are those of ``of``."""
    extra: JSON = {"ssdeep": None, "yara": [], "urls": [], "type": kind}
    return {"name": name, "size": size, "path": path} | hashes(of or name) | extra


def virustotal(example: str, *, detected: bool) -> JSON:
    """Give invented scan results: all vendors or none."""
    digest = hashes(example)
    result = "Example.Synthetic.A" if detected else None
    verdict = {"version": "1.0", "detected": detected, "result": result, "update": "20170503"}
    scans = dict.fromkeys(VENDORS.split(), verdict)
    about = {"resource": digest["sha256"], "scan_id": f"{digest['sha256']}-1493811716", "tags": ["peexe"]}
    counts = {"positives": len(scans) if detected else 0, "total": len(scans), "scans": scans}
    sums = {key: digest[key] for key in ("md5", "sha1", "sha256")}
    return about | sums | counts | {"additional_info": {"imports": {"KERNEL32": ["CreateProcessW", "ExitProcess"]}}}


def static() -> JSON:
    """Give the ``static`` section, after the values printed in the FFRI slides."""
    section = {"virtual_size": "0x000061c2", "virtual_address": "0x00001000", "size_of_data": "0x00006200"}
    resource = {"offset": "0x0002e238", "size": "0x00000368", "name": "RT_BITMAP", "filetype": "data"}
    language = {"language": "LANG_ENGLISH", "sublanguage": "SUBLANG_ENGLISH_US"}
    imports = [{"address": "0x00408060", "name": "CreateProcessW"}, {"address": "0x00408064", "name": "ExitProcess"}]
    return {
        "keys": [],
        "pe_imports": [{"dll": "KERNEL32.dll", "imports": imports}],
        "pe_resources": [resource | language],
        "pe_sections": [{"name": ".text", "entropy": 6.433093603961752} | section],
    }


def network(**parts: Any) -> JSON:
    """Give the ``network`` section, empty but for ``parts``."""
    return {name: [] for name in NETWORK_LISTS.split()} | {"dns_servers": ["192.168.56.1"]} | parts


def debug(task: int, shift: float) -> JSON:
    """Give the ``debug`` section; the analyzer's folder is the one that the FFRI slides print."""
    guest = datetime.fromtimestamp(ADDED + shift + 8, UTC).strftime("%Y-%m-%d %H:%M:%S,000")
    host = datetime.fromtimestamp(ADDED + shift + 1743, UTC).strftime("%Y-%m-%d %H:%M:%S,000")
    return {
        "log": [f"{guest} [analyzer] DEBUG: Starting analyzer from: C:\\tmp8t2cjf\n"],
        "cuckoo": [f"{host} [cuckoo.core.scheduler] INFO: Task #{task}: starting analysis\n"],
        "errors": [],
        "action": [],
    }


def report(example: str, task: int, score: float, programs: list[Program], **sections: Any) -> JSON:
    """Put a report together; ``sections`` replace what would otherwise stand there."""
    shift = (task - 201) * 5400.0
    image = next(program for program in programs if program.track)
    path = f"/home/john/.cuckoo/storage/binaries/{hashes(example)['sha256']}"
    kind = "PE32 executable (GUI) Intel 80386, for MS Windows"
    usual = {
        "info": info(task, shift, score),
        "signatures": [],
        "target": {"category": "file", "file": file_entry(image.name, 296373, kind, path, of=example)},
        "virustotal": virustotal(example, detected=score >= 5),
        "static": static(),
        "dropped": [],
        "network": network(),
        "behavior": behavior(programs),
        "strings": ["!This program cannot be run in DOS mode.", ".text", "`.rdata", "@.data", f"provgraph {example}"],
        "debug": debug(task, shift),
    }
    return usual | sections
