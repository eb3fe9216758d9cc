"""Reports with something in every section, to be damaged by tests."""

from __future__ import annotations

from collections.abc import Callable

from helpers.reports import ALL_LAYOUTS, JSON, Program, call

CALLS = [
    call("CreateProcessInternalW", process_identifier=8, process_handle="0xb4", thread_handle="0xb0", creation_flags=4),
    call("NtAllocateVirtualMemory", process_handle="0xb4", base_address="0x1000", region_size=4096, protection=64),
    call("WriteProcessMemory", process_handle="0xb4", base_address="0x1000", buffer="MZ"),
    call("NtCreateSection", section_handle="0xdc", section_page_protection=64),
    call("NtMapViewOfSection", section_handle="0xdc", process_handle="0xb4", base_address="0x2000", view_size=4096),
    call("NtSetContextThread", thread_handle="0xb0", registers={"eip": 1, "eax": 2}),
    call("NtResumeThread", thread_handle="0xb0", suspend_count=1),
    call("NtCreateFile", file_handle="0x94", filepath=r"C:\x", status_info=2),
    call("RegSetValueExW", regkey=r"HKEY_CURRENT_USER\a\b", regkey_r="b", value="c"),
    call("NtDuplicateObject", source_handle="0x94", target_handle="0x98", options=2),
    call("connect", ip_address="192.0.2.1", port=80),
    call("NtClose", handle="0x94"),
]
SECTIONS = {
    "target": {"file": {"sha256": "ab" * 32, "size": 7, "type": "PE32", "name": "x", "yara": [{"name": "y"}]}},
    "dropped": [{"filepath": r"C:\x", "md5": "cd" * 16, "pids": [4]}, {"sha1": "ef" * 20, "name": "z"}],
    "network": {
        "tcp": [{"src": "10.0.0.5", "sport": 1, "dst": "192.0.2.1", "dport": 80, "time": 1.5, "process_id": 4}],
        "udp": [{"src": "10.0.0.1", "sport": 53, "dst": "10.0.0.5", "dport": 9}],
        "icmp": [{"src": "10.0.0.5", "dst": "192.0.2.1", "type": 8}],
        "dns": [{"request": "a.b", "answers": [{"type": "CNAME", "data": "c.d"}, {"type": "A", "data": "192.0.2.1"}]}],
        "domains": [{"domain": "a.b", "ip": "192.0.2.9"}, "e.f"],
        "http": [{"uri": "http://a.b/", "method": "GET", "user-agent": "x", "host": "a.b", "count": 2}],
        "https_ex": [{"host": "a.b", "uri": "/", "dport": 8443, "status": 200, "request": "GET / x\r\nUser-Agent: y"}],
        "smtp": [{"dst": "192.0.2.3", "raw": "EHLO a\r\nMAIL FROM:<b>"}],
        "smtp_ex": [{"dst": "192.0.2.3", "dport": 587, "req": {"mail_to": ["x"], "headers": {"Subject": "s"}}}],
        "irc": [{"type": "client", "command": "JOIN", "params": "#x"}],
        "dead_hosts": [["192.0.2.4", 443]],
        "hosts": ["192.0.2.1", {"ip": "192.0.2.5"}],
        "dns_servers": ["192.0.2.6"],
        "tls": [{"session_id": "0"}],
    },
    "signatures": [
        {
            "name": "s",
            "severity": 1,
            "families": ["f"],
            "ttp": {"T1055": {"short": "x"}},
            "marks": [
                {"type": "call", "pid": 4, "cid": 0, "call": {"time": 1.0}},
                {"type": "ioc", "ioc": "x"},
                {"type": "generic", "a": ["b"]},
            ],
            "markcount": 9,
        },
        {"name": "t", "data": [{"process": {"process_id": 8}, "signs": [{"type": "api", "value": {"cid": 1}}]}]},
    ],
    "ttps": [{"ttp": "T1055.012", "signature": "s"}, {"signature": "t", "ttps": ["T1027"]}],
    "static": {
        "pe_imports": [{"dll": "k.dll", "imports": [{"name": "f"}]}],
        "pe_sections": [{"name": ".text", "virtual_size": "0x10", "size_of_data": "0x10", "entropy": 1.5}],
        "pe_resources": [{"name": "RT_ICON", "size": "0x1"}],
        "pe_versioninfo": [{"name": "CompanyName", "value": "c"}],
        "pe_exports": [{"name": "e"}],
        "signature": [{"common_name": "n"}],
        "pe_timestamp": "2017-01-01 00:00:00",
        "peid_signatures": ["UPX"],
    },
    "virustotal": {
        "scan_date": "2017-03-04 05:06:07",
        "positives": 2,
        "total": 60,
        "normalized": ["Zbot"],
        "scans": {"A": {"detected": True, "result": "Trojan.Zbot"}, "B": {"detected": True, "result": "W32/Zbot!tr"}},
    },
    "strings": ["http://a.b/", "nothing of note"],
    "debug": {
        "log": ["2017 [analyzer] DEBUG: Starting analyzer from: C:\\abc\n"],
        "cuckoo": [{"level": "warning", "message": "m"}],
        "errors": ["e"],
        "action": ["vmrouting"],
    },
    "CAPE": {"payloads": [{"sha256": "12" * 32, "pid": 4, "target_pid": "8", "cape_type": "Injected PE Image"}]},
    "procdump": [{"sha256": "34" * 32, "pid": "4,8", "virtual_address": "0x1000"}],
    "procmemory": [{"pid": 4, "extracted": [{"sha1": "56" * 20}]}],
    "malfamily": "z",
}
PROCESS = {
    "process_path": r"C:\a\one.exe",
    "command_line": "one.exe --x",
    "threads": ["11", 12],
    "environ": {"ComputerName": "pc1", "UserName": "u", "CommandLine": "one.exe"},
    "file_activities": {"read_files": [r"C:\r"], "write_files": [r"C:\w"], "delete_files": [r"C:\d"]},
}
BEHAVIOR = {
    "processtree": [
        {"pid": 4, "ppid": 2, "name": "one.exe", "children": [{"pid": 8, "name": "b.exe", "children": []}]},
        {"pid": 24, "process_name": "late.exe", "first_seen": 1_500_000_003.5, "children": []},
    ],
    "apistats": {"4": {"NtClose": 9}, "12": {"NtClose": 3}},
    "generic": [
        {
            "pid": 16,
            "process_name": "b.exe",
            "summary": {
                "file_written": [r"C:\w"],
                "file_moved": [[r"C:\a", r"C:\b"]],
                "file_opened": [r"C:\o"],
                "regkey_written": [r"HKEY_CURRENT_USER\a\b"],
                "connects_ip": ["192.0.2.1"],
                "connects_host": ["g.h"],
                "fetches_url": ["http://a.b/"],
                "mutex": ["m"],
                "dll_loaded": ["k.dll", r"C:\k.dll"],
                "command_line": ["x y"],
            },
        }
    ],
    "summary": {"files": [r"C:\s"], "mutexes": ["n"], "executed_commands": ["z"], "resolved_apis": ["k.f"]},
}


def _rich(make: Callable[..., JSON]) -> JSON:
    report = make(Program(4, CALLS, extra=PROCESS), Program(8, ppid=4, seen=2), **SECTIONS)
    report["behavior"] |= BEHAVIOR
    return report


# one of each layout
RICH: dict[str, JSON] = {make.__name__: _rich(make) for make in ALL_LAYOUTS}
