"""A small but whole report of Cuckoo 2.0.1, with all its ten sections."""

from __future__ import annotations

from typing import Any

from helpers.reports import BEGIN

SAMPLE, DROPPED = "ab" * 32, "cd" * 32
KEY = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run\updater"
SELF = r"C:\Users\user\Temp\sample.exe"
COPY = r"C:\Users\user\AppData\updater.exe"


def one(index: int, api: str, category: str, **arguments: Any) -> dict[str, Any]:
    return {"api": api, "category": category, "time": BEGIN + index, "tid": 11, "status": 1, "return_value": 0,
            "arguments": arguments, "flags": {}, "stacktrace": []}  # fmt: skip


REPORT: dict[str, Any] = {
    "info": {"id": 7, "version": "2.0.1", "started": BEGIN - 60, "ended": BEGIN + 60, "score": 6.4, "package": "exe",
             "category": "file", "route": "none", "machine": {"name": "win7", "label": "win7"}},
    "target": {"category": "file",
               "file": {"name": "sample.exe", "sha256": SAMPLE, "size": 7, "type": "PE32 executable",
                        "yara": [{"name": "packed"}], "urls": []}},
    "static": {
        "pe_imports": [{"dll": "KERNEL32.dll", "imports": [{"address": "0x1", "name": "WriteFile"}]}],
        "pe_sections": [{"name": ".text", "virtual_size": "0x10", "size_of_data": "0x10", "entropy": 6.5}],
        "pe_versioninfo": [{"name": "CompanyName", "value": "Example Ltd."}],
        "pe_imphash": "00", "pe_timestamp": "2017-01-01 00:00:00", "keys": [], "signature": [],
    },
    "dropped": [{"name": "x_updater.exe", "filepath": COPY, "pids": [2412], "sha256": DROPPED, "type": "data"}],
    "behavior": {
        "generic": [
            {"pid": 2412, "ppid": 2300, "process_name": "sample.exe", "process_path": SELF, "first_seen": BEGIN,
             "summary": {"file_created": [COPY], "file_written": [COPY], "regkey_opened": [KEY], "mutex": ["once"]}},
            {"pid": 2600, "ppid": 2412, "process_name": "updater.exe", "process_path": COPY, "first_seen": BEGIN + 5,
             "summary": {"regkey_written": [KEY], "file_opened": [r"C:\Users\user\wallet.dat"],
                         "command_line": ["cmd /c echo"]}},
        ],
        "apistats": {"2412": {"NtCreateFile": 1, "NtWriteFile": 1, "NtCreateMutant": 1, "CreateProcessInternalW": 1},
                     "2600": {"RegSetValueExW": 1}},
        "processes": [
            {"pid": 2412, "ppid": 2300, "process_name": "sample.exe", "process_path": SELF, "first_seen": BEGIN,
             "command_line": f'"{SELF}"', "type": "process", "track": True, "tid": 11, "time": 0, "modules": [],
             "calls": [
                 one(0, "NtCreateFile", "file", file_handle="0x10", filepath=COPY, status_info=2),
                 one(1, "NtWriteFile", "file", file_handle="0x10", filepath=COPY, length=4),
                 one(2, "NtCreateMutant", "synchronisation", mutant_name="once"),
                 one(3, "CreateProcessInternalW", "process", process_identifier=2600, filepath=COPY, command_line=""),
             ]},
            {"pid": 2600, "ppid": 2412, "process_name": "updater.exe", "process_path": COPY, "first_seen": BEGIN + 5,
             "command_line": COPY, "calls": []},
        ],
        "summary": {"mutex": ["once"], "regkey_written": [KEY], "file_exists": [r"C:\nobody.txt"]},
    },
    "network": {
        "hosts": ["192.0.2.1"], "dead_hosts": [["192.0.2.9", 443]], "dns_servers": ["8.8.8.8"], "tls": [], "irc": [],
        "domains": [{"domain": "example.com", "ip": "192.0.2.1"}], "icmp": [], "smtp": [], "mitm": [],
        "tcp": [{"src": "192.168.56.101", "sport": 1025, "dst": "192.0.2.1", "dport": 80, "offset": 24, "time": 1.5}],
        "udp": [{"src": "192.168.56.101", "sport": 1026, "dst": "8.8.8.8", "dport": 53, "offset": 99, "time": 1.0}],
        "dns": [{"request": "example.com", "type": "A", "answers": [{"type": "A", "data": "192.0.2.1"}]}],
        "http": [{"uri": "http://example.com/x", "method": "GET", "user-agent": "Bot", "host": "example.com",
                  "count": 1}],
        "http_ex": [], "https_ex": [], "smtp_ex": [], "pcap_sha256": "00",
    },
    "signatures": [
        {"name": "persistence_autorun", "description": "…", "severity": 3, "families": [], "references": [],
         "ttp": {"T1060": {}}, "markcount": 2,
         "marks": [{"type": "call", "pid": 2412, "cid": 1, "call": {"time": BEGIN + 1}},
                   {"type": "ioc", "category": "registry", "ioc": KEY, "description": None}]},
    ],
    "virustotal": {"summary": {"positives": 2, "permalink": "https://example.com/vt"},
                   "scans": {"A": {"detected": True, "result": "Trojan.Zbot.1"},
                             "B": {"detected": True, "result": "W32/Zbot"}, "C": {"detected": False, "result": None}},
                   "scan_date": "2017-03-04 05:06:07", "positives": 2, "total": 3, "normalized": ["Zbot"]},
    "strings": ["http://example.com/x", "!This program cannot be run in DOS mode."],
    "debug": {"log": ["2017-07-14 [analyzer] DEBUG: Starting analyzer from: C:\\kqzvbn\n",
                      "2017-07-14 WARNING: late\n"],
              "cuckoo": [], "errors": ["timeout"], "action": []},
}  # fmt: skip
