"""A whole report of Cuckoo 2.0.1 with all ten sections, and the graph that it makes in a database, edge by edge."""

from __future__ import annotations

import json
from typing import Any

from helpers.reports import BEGIN, InMemory
from helpers.snapshots import snapshot
from helpers.whole_report import COPY, DROPPED, KEY, REPORT, SAMPLE, SELF

from graph_model.builder import build
from graph_model.store import Store
from loaders.cuckoo.loader import CuckooLoader
from loaders.drift import Drift
from loaders.protocol import Context

EXPECTED = {
    ("Run 7", "ANALYSED", f"Content {SAMPLE}"),
    ("Host win7", "RECORDED_IN", "Run 7"),
    # the calls
    ("Process sample.exe", "RECORDED_IN", "Run 7"),
    ("Process sample.exe", "RAN_ON", "Host win7"),
    (f"File {SELF}", "EXECUTED_AS", "Process sample.exe"),
    ("Process sample.exe", "WROTE", f"File {COPY}"),
    ("Process sample.exe", "USED_MUTEX", "Mutex once"),
    ("Process sample.exe", "SPAWNED", "Process updater.exe"),
    ("Process sample.exe", "CALLED", "Api NtCreateFile"),
    ("Process sample.exe", "CALLED", "Api NtWriteFile"),
    ("Process sample.exe", "CALLED", "Api NtCreateMutant"),
    ("Process sample.exe", "CALLED", "Api CreateProcessInternalW"),
    # who started the sample is known by its pid only
    ("Process 2300", "SPAWNED", "Process sample.exe"),
    ("Process 2300", "RECORDED_IN", "Run 7"),
    ("Process 2300", "RAN_ON", "Host win7"),
    # the process without calls: its summary and its counts
    ("Process updater.exe", "RECORDED_IN", "Run 7"),
    ("Process updater.exe", "RAN_ON", "Host win7"),
    (f"File {COPY}", "EXECUTED_AS", "Process updater.exe"),
    ("Process updater.exe", "SET", f"RegistryValue {KEY}"),
    ("Process updater.exe", "TOUCHED", r"File C:\Users\user\wallet.dat"),
    ("Process updater.exe", "CALLED", "Api RegSetValueExW"),
    # what no process is known for
    ("Run 7", "TOUCHED", r"File C:\nobody.txt"),
    # dropped
    (f"File {COPY}", "HAS_CONTENT", f"Content {DROPPED}"),
    # network
    ("Host win7", "CONTACTED", "Endpoint tcp 192.0.2.1 80"),
    ("Host win7", "CONTACTED", "Endpoint udp 8.8.8.8 53"),
    ("Host win7", "CONTACTED", "Endpoint tcp 192.0.2.9 443"),
    ("Host win7", "RESOLVED", "Domain example.com"),
    ("Domain example.com", "RESOLVES_TO", "Endpoint ip 192.0.2.1"),
    ("Host win7", "REQUESTED", "Url http://example.com/x"),
    # signatures
    ("Run 7", "MATCHED", "Signature persistence_autorun"),
    ("Process sample.exe", "MATCHED", "Signature persistence_autorun"),
    ("Run 7", "USES", "Technique T1060"),
    ("Process sample.exe", "USES", "Technique T1060"),
}
CAPTIONS = {"Run": ("task_id",), "Content": ("sha256",), "File": ("path",), "RegistryValue": ("path",), "Url": ("url",),
            "Endpoint": ("protocol", "address", "port"), "Technique": ("id",)}  # fmt: skip
EDGES = "MATCH (a:Entity)-[r]->(b:Entity) RETURN a, type(r) AS type, b"
RUN, CONTENT = "MATCH (n:Run) RETURN properties(n) AS props", "MATCH (n:Content) RETURN properties(n) AS props"
BETWEEN = "MATCH (:{})-[r:{}]->(:{}) RETURN properties(r) AS props"


def load(store: Store, report: dict[str, Any]) -> Drift:
    drift = Drift("report.json")
    for batch in build(CuckooLoader().events(InMemory(json.dumps(report).encode()), Context(), drift)):
        store.write(batch)
    return drift


def caption(node: dict[str, Any]) -> str:
    (label,) = node["labels"]
    names = CAPTIONS.get(label, ("name",)) if label != "Process" or node.get("name") else ("pid",)
    return " ".join([label, *(str(node[name]) for name in names if node.get(name) is not None)])


def test_all_ten_sections_make_this_graph_and_loading_again_changes_nothing(embedded_store: Store) -> None:
    drift = load(embedded_store, REPORT)
    assert drift.unknown == {}
    edges = {(caption(row["a"]), row["type"], caption(row["b"])) for row in embedded_store.read(EDGES).rows()}
    assert edges == EXPECTED
    before = snapshot(embedded_store)
    load(embedded_store, REPORT)
    assert snapshot(embedded_store) == before


def props(store: Store, statement: str) -> list[dict[str, Any]]:
    return [row["props"] for row in store.read(statement).rows()]


def test_what_has_no_node_of_its_own_is_a_property(embedded_store: Store) -> None:
    load(embedded_store, REPORT)
    (run,) = props(embedded_store, RUN)
    known = {"score": "6.4", "package": "exe", "route": "none", "category": "file",
             "sample_name": "sample.exe", "errors": ["timeout"], "error_count": 1,
             "debug": ["2017-07-14 WARNING: late"], "log_lines": 2}  # fmt: skip
    assert known.items() <= run.items()
    (sample,) = [node for node in props(embedded_store, CONTENT) if node["sha256"] == SAMPLE]
    inside = {"imports": ["KERNEL32.dll!WriteFile"], "sections": [".text: virtual 16, raw 16, entropy 6.50"],
              "imphash": "00", "compiled": "2017-01-01 00:00:00", "company": "Example Ltd.", "yara": ["packed"],
              "strings": ["!This program cannot be run in DOS mode.", "http://example.com/x"], "string_count": 2,
              "families": ["zbot"], "names": ["sample.exe"]}  # fmt: skip
    assert inside.items() <= sample.items()
    (scan,) = props(embedded_store, BETWEEN.format("Run", "ANALYSED", "Content"))
    assert (scan["positives"], scan["total"], scan["family"], scan["family_votes"]) == (2, 3, "zbot", ["zbot: 2"])
    assert (scan["labels"], scan["scanned_us"]) == (["A: Trojan.Zbot.1", "B: W32/Zbot"], 1_488_603_967_000_000)
    (match,) = props(embedded_store, BETWEEN.format("Process", "MATCHED", "Signature"))
    assert match["calls"] == [f"{run['uid'][:8]}:2412.0#1"]
    (of_run,) = props(embedded_store, BETWEEN.format("Run", "MATCHED", "Signature"))
    assert (of_run["iocs"], of_run["marks"], of_run["techniques"]) == ([KEY], 2, ["T1060"])


def test_two_runs_of_one_sample_are_one_graph_in_either_order(embedded_store: Store) -> None:
    later = REPORT | {
        "info": REPORT["info"] | {"id": 8, "started": BEGIN + 900},
        "virustotal": {"scan_date": "2018-01-01 00:00:00", "positives": 2, "total": 60,
                       "scans": {"A": {"detected": True, "result": "Emotet.a"},
                                 "B": {"detected": True, "result": "Emotet.b"}}},
        "strings": ["http://example.com/y"],
    }  # fmt: skip
    load(embedded_store, REPORT)
    load(embedded_store, later)
    one = snapshot(embedded_store)
    embedded_store.change("MATCH (n) DETACH DELETE n RETURN count(n) AS n")
    load(embedded_store, later)
    load(embedded_store, REPORT)
    assert snapshot(embedded_store) == one
