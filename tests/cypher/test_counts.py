"""Questions about a corpus, on reports that loaders have read: what counts as contacted, and what as loaded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from helpers.reports import JSON, Program, call, cuckoo

from api.load import load
from api.settings import Settings
from cypher.runner import run
from graph_model.store import Store
from loaders.protocol import Context

GUEST, SERVER, STRANGER = "192.168.56.101", "45.33.0.7", "45.33.0.9"


def rows(store: Store, name: str, **parameters: Any) -> list[dict[str, Any]]:
    return run(store, name, parameters).rows


def loaded(store: Store, folder: Path, report: JSON) -> None:
    path = folder / "report.json"
    path.write_text(json.dumps(report), encoding="utf-8")
    load(store, [path], Context(), Settings())


def ping(src: str, dst: str, type_: int = 8) -> JSON:
    return {"src": src, "dst": dst, "type": type_, "data": ""}


def test_who_answers_a_ping_is_contacted_and_who_only_pings_is_not(store: Store, tmp_path: Path) -> None:
    asked, answered = ping(GUEST, SERVER), ping(SERVER, GUEST, 0)
    pings = [asked, answered, ping(STRANGER, GUEST), ping(GUEST, STRANGER, 0), ping(GUEST, STRANGER, 3)]
    loaded(store, tmp_path, cuckoo(Program(4), network={"icmp": pings}))
    (row,) = rows(store, "endpoint-counts")
    assert (row["address"], row["protocol"], row["traffic"]) == (SERVER, "icmp", 2)
    assert [row["indicator"] for row in rows(store, "block-list")] == [SERVER]


def test_what_processes_did_is_told_apart_from_what_the_traffic_shows(store: Store, tmp_path: Path) -> None:
    calls = [call("getaddrinfo", hostname="a.test.net"), call("connect", ip_address=SERVER, port=80)]
    network = {
        "tcp": [{"src": GUEST, "sport": 1, "dst": STRANGER, "dport": 80}],
        "dns": [{"request": "b.test.net", "type": "A", "answers": []}],
    }
    loaded(store, tmp_path, cuckoo(Program(4, calls), network=network))
    for only, domains, addresses in (
        (False, ["a.test.net", "b.test.net"], [SERVER, STRANGER]),
        (True, ["a.test.net"], [SERVER]),
    ):
        assert [row["domain"] for row in rows(store, "domain-counts", processes_only=only, order="name")] == domains
        found = rows(store, "endpoint-counts", processes_only=only, order="name")
        assert [row["address"] for row in found] == addresses
        listed = rows(store, "block-list", processes_only=only, order="name")
        assert sorted(row["indicator"] for row in listed) == sorted([*domains, *addresses])


def test_a_dll_that_only_a_command_line_names_is_marked(store: Store, tmp_path: Path) -> None:
    image = "C:\\Windows\\System32\\rundll32.exe"
    started = call(
        "CreateProcessInternalW",
        process_identifier=8,
        thread_identifier=9,
        filepath=image,
        command_line='rundll32.exe "C:\\Users\\lab\\x.dll",#1',
    )
    loads = call("LdrLoadDll", module_name="C:\\Windows\\System32\\y.dll", module_address="0x10000000")
    loaded(store, tmp_path, cuckoo(Program(4, [started]), Program(8, [loads], ppid=4, name="rundll32.exe")))
    found = {
        row["file"]: (row["times"], row["from_command_line"]) for row in rows(store, "file-counts", action="loaded")
    }
    assert found == {"C:\\Users\\lab\\x.dll": (1, 1), "C:\\Windows\\System32\\y.dll": (1, 0)}
