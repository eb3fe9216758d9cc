"""A made corpus of small sandbox reports: the same for the same seed, in several layouts, with much in common.

Families share domains, keys, files and mutexes; some runs share their sample, some are known to be benign. What the
answers over it must be is counted by :mod:`helpers.counting`, which knows only the formats.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.counting import GUEST
from helpers.reports import BEGIN, JSON, Call, Program, call, cape, cuckoo, stamp

FAMILIES = 8
_SPACING = 600.0  # seconds from run to run
_USERS = ("admin", "Yuki", "ゆき", "lab-7")
_HIVES = ("HKEY_LOCAL_MACHINE", "HKLM", "hkey_local_machine")
_RUN_KEY = "\\Software\\Microsoft\\Windows\\CurrentVersion\\Run"
_QUIET = ("NtClose", "NtDelayExecution", "LdrGetProcedureAddress", "GetSystemMetrics", "NtQueryInformationFile")


@dataclass(frozen=True)
class Member:
    """One report of the corpus, and what its user says about it; ``layout`` names who would have written it."""

    name: str
    report: JSON
    label: str
    layout: str


def corpus(size: int, seed: int = 2013) -> list[Member]:
    """So many reports, of all layouts in turn."""
    return [_member(number, random.Random(f"{seed} {number}")) for number in range(size)]


def write(members: list[Member], folder: Path) -> Iterator[tuple[str, Path]]:
    """Write the reports below the folder; gives each label with the folder of its reports."""
    for member in members:
        path = folder / member.label / f"{member.name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(member.report), encoding="utf-8")
    for label in sorted({member.label for member in members}):
        yield label, folder / label


def _member(number: int, chance: random.Random) -> Member:
    layout = ("cuckoo", "cape", "old")[number % 3]
    benign = chance.random() < 0.15
    family = chance.randrange(FAMILIES)
    programs = [_program(pid, number, family, benign, chance) for pid in range(100, 100 + 4 * chance.randint(1, 3), 4)]
    sections = _sections(number, family, benign, programs, chance)
    label = "benign" if benign else "malicious"
    return Member(f"run-{number:04d}", _written(layout, number, programs, sections), label, layout)


def _written(layout: str, number: int, programs: list[Program], sections: JSON) -> JSON:
    start = number * _SPACING - 60
    if layout == "cuckoo":
        info = {"id": number, "version": "2.0.1", "started": BEGIN + start, "machine": {"name": "pc1"}}
        return cuckoo(*programs, **sections, info=info)
    info = {"id": number, "version": "2.4-CAPE", "started": stamp(start).partition(",")[0]}
    report = cape(*programs, **sections, info=info)
    if layout == "old":
        del report["CAPE"]
        info["version"] = "1.2"
    return report


def _program(pid: int, number: int, family: int, benign: bool, chance: random.Random) -> Program:
    begin = number * _SPACING + pid / 4
    makers = (_quiet, _registry, _files, _network, _mutex)
    calls: list[Call] = []
    for _ in range(chance.randint(4, 10)):
        maker = chance.choices(makers, (3, 4, 4, 3, 1))[0]
        calls += maker(family, benign, chance)
    for index, made in enumerate(calls):
        made.time = begin + index * 0.25
    return Program(pid, calls, name=f"{'tool' if benign else 'mal'}{family}.exe", seen=begin)


def _luck(chance: random.Random) -> dict[str, Any]:
    """Some calls fail, some are repeated."""
    return {"ok": chance.random() > 0.1, "repeated": chance.choice((0, 0, 0, 1, 4))}


def _quiet(_: int, __: bool, chance: random.Random) -> list[Call]:
    return [call(chance.choice(_QUIET), handle="0x00000040", **_luck(chance))]


def _registry(family: int, benign: bool, chance: random.Random) -> list[Call]:
    hive = chance.choice(_HIVES)
    value = "Updater" if chance.random() < 0.3 else f"Family{family}"
    place = f"{hive}\\Software\\Vendor{family}" if benign else hive + chance.choice((_RUN_KEY, _RUN_KEY.upper()))
    api = chance.choice(("RegSetValueExA", "NtSetValueKey", "RegQueryValueExW", "RegDeleteValueA", "RegCreateKeyExW"))
    if api == "RegCreateKeyExW":
        new = chance.choice((1, 2))
        return [call(api, regkey=f"{place}\\{value}", disposition=new, key_handle="0x00000054", **_luck(chance))]
    return [call(api, regkey=f"{place}\\{value}", regkey_r=value, **_luck(chance))]


def _files(family: int, benign: bool, chance: random.Random) -> list[Call]:
    user = chance.choice(_USERS)
    name = chance.choice(("setup.tmp", f"drop{family}.exe", "Svchost.EXE"))
    folder = f"C:\\Users\\{user}\\AppData\\Local\\Temp" if chance.random() < 0.6 else "C:\\Windows\\Temp"
    path = chance.choice(("", "\\??\\")) + f"{folder}\\{'b-' if benign else ''}{name}"
    api = chance.choice(("NtWriteFile", "NtReadFile", "DeleteFileW", "CopyFileW", "MoveFileWithProgressW"))
    if api in ("CopyFileW", "MoveFileWithProgressW"):
        return [call(api, oldfilepath=path, newfilepath=f"C:\\Windows\\{name}", **_luck(chance))]
    length = {} if api == "DeleteFileW" else {"length": 512}
    return [call(api, filepath=path, **length, **_luck(chance))]


def _network(family: int, benign: bool, chance: random.Random) -> list[Call]:
    domain, address = _domain(family, benign, chance), _address(family, benign, chance)
    kind = chance.randrange(5)
    if kind == 0:
        return [call("getaddrinfo", hostname=domain, **_luck(chance))]
    if kind == 1:
        return [call("connect", ip_address=address, port=chance.choice((80, 443, 4444)), **_luck(chance))]
    if kind == 2:
        return [call("sendto", ip_address=address, port=16464, **_luck(chance))]
    if kind == 3:
        return [call("InternetOpenUrlA", url=f"http://{domain}/gate.php?id={family}", **_luck(chance))]
    server = call("InternetConnectA", hostname=domain, port=8080, returned=0x00CC0008)
    request = call("HttpOpenRequestA", connect_handle="0x00cc0008", path="/index.html", returned=0x00CC000C)
    return [server, request, call("HttpSendRequestA", request_handle="0x00cc000c", **_luck(chance))]


def _domain(family: int, benign: bool, chance: random.Random) -> str:
    if benign:
        return chance.choice(("update.vendor.example.com", "ocsp.example.org"))
    return chance.choice((f"c2-{family}.evil.test.net", f"C2-{family}.EVIL.test.net", "checkip.example.org"))


def _address(family: int, benign: bool, chance: random.Random) -> str:
    public = ("8.8.4.4",) if benign else (f"45.33.{family}.7", "93.184.216.34", "2606:4700::1111")
    return chance.choice((*public, "192.168.56.1"))


def _mutex(family: int, _: bool, chance: random.Random) -> list[Call]:
    return [call("NtCreateMutant", mutant_name=chance.choice((f"Global\\fam{family}", "")), **_luck(chance))]


def _sections(number: int, family: int, benign: bool, programs: list[Program], chance: random.Random) -> JSON:
    """The sections beside the calls; one run in ten has none of them, and so no known sample."""
    if number % 10 == 9:
        return {}
    sample = f"{family:02x}{chance.randrange(1 + number // 3):06x}"
    dns = [{"request": _domain(family, benign, chance), "type": "A", "answers": []} for _ in range(chance.randrange(3))]
    tcp = [_flow(_address(family, benign, chance), 80) for _ in range(chance.randrange(3))]
    http = [{"uri": f"http://{_domain(family, benign, chance)}/beacon"} for _ in range(chance.randrange(2))]
    udp = [_flow("8.8.8.8", 53)]
    names = ["creates_exe", *(() if benign else ("antivm_sleep", f"family_{family}"))]
    signatures = [{"name": name, "description": name, "severity": 2, "marks": [], "markcount": 1} for name in names]
    kept = chance.choice(("C:\\Windows\\Temp\\setup.tmp", "C:\\Windows\\Temp\\kept.bin"))
    dropped = {"filepath": kept, "sha256": "ef" * 32, "pids": [programs[0].pid]}
    return {
        "target": {"category": "file", "file": {"sha256": sample.rjust(64, "0"), "size": 7, "name": "x"}},
        "network": {"tcp": tcp, "udp": udp, "icmp": _pings(number, family), "dns": dns, "http": http},
        "signatures": signatures,
        "dropped": [dropped] if chance.random() < 0.3 else [],
    }


def _flow(address: str, port: int) -> JSON:
    return {"src": GUEST, "sport": 1025, "dst": address, "dport": port}


def _pings(number: int, family: int) -> list[JSON]:
    """In some runs a stranger pings the machine, in some the machine pings a server, which answers."""
    server = f"45.33.{family}.7"
    stranger = {"src": f"198.18.0.{number % 5}", "dst": GUEST, "type": 8}
    asked, answered = {"src": GUEST, "dst": server, "type": 8}, {"src": server, "dst": GUEST, "type": 0}
    return ([stranger], [asked, answered], [], [stranger, asked])[number % 4]
