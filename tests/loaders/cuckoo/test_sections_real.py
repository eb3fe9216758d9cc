"""The sections of real CAPE reports: the graph against a plain reading of the JSON."""

from __future__ import annotations

import gzip
import json
from functools import cache
from typing import Any

import pytest
from helpers.graphs import Graph, violations
from helpers.real import real_file
from helpers.reports import JSON, read

from graph_model.builder import build
from graph_model.paths import clean
from graph_model.registry import clean_key
from loaders.drift import Drift

FSUTIL, AMBER, EMPTY, MINER = (
    f"cape/cape-{name}.json.gz" for name in ("2.2-55dcd387", "2.2-d4690038", "2.4-2ebadd04", "2.4-41ce492f")
)
ALL = [FSUTIL, AMBER, EMPTY, MINER]
every = pytest.mark.parametrize("name", ALL)


@cache
def plain(name: str) -> JSON:
    report: JSON = json.loads(gzip.decompress(real_file(name).read_bytes()))
    return report


@cache
def loaded(name: str) -> tuple[Graph, Drift]:
    events, drift = read(gzip.decompress(real_file(name).read_bytes()))
    return Graph(build(events)), drift


def sample(name: str) -> dict[str, Any]:
    sha256 = plain(name)["target"]["file"]["sha256"]
    (node,) = [node for node in loaded(name)[0].of("Content") if node["sha256"] == sha256]
    return node


@every
def test_the_schema_holds(name: str) -> None:
    assert violations(loaded(name)[0]) == []


@pytest.mark.parametrize("name", [FSUTIL, AMBER, EMPTY])
def test_the_sample_has_what_static_says(name: str) -> None:
    report = plain(name)
    pe = (report.get("static") or {}).get("pe") or report["target"]["file"]["pe"]
    node = sample(name)
    modules = pe["imports"].values() if isinstance(pe["imports"], dict) else pe["imports"]
    imports = {f"{module['dll']}!{function['name']}" for module in modules for function in module["imports"]}
    assert set(node["imports"]) == imports
    assert node["import_count"] == len(imports)
    assert (node["imphash"], node["compiled"]) == (pe["imphash"], pe["timestamp"])
    assert [line.partition(":")[0] for line in node["sections"]] == sorted(s["name"] for s in pe["sections"])
    assert node["string_count"] == len(set(report["strings"])) if report.get("strings") else "strings" not in node
    assert not node.get("signer"), "none of them is signed"


def test_scans_are_those_of_the_report() -> None:
    (clean,), (detected,) = (loaded(name)[0].between("ANALYSED") for name in (FSUTIL, AMBER))
    assert (clean["positives"], clean["total"], clean.get("family")) == (0, 70, None)
    assert clean["scanned_us"] == 1_614_862_873_000_000
    assert (detected["positives"], detected["total"], detected["family"]) == (37, 74, "convagent")
    assert "Lionic: Hacktool.Win32.Convagent.3!c" in detected["labels"]


@every
def test_dumps_hang_on_the_processes_that_they_came_from(name: str) -> None:
    graph, _ = loaded(name)
    report = plain(name)
    entries = [*report.get("procdump", []), *report["CAPE"].get("payloads", [])]
    found = {(graph.nodes[r["a"]]["sha256"], graph.nodes[r["b"]]["pid"]) for r in graph.between("DUMPED_FROM")}
    assert found == {(entry["sha256"], entry["pid"]) for entry in entries}
    assert {"procdump", "CAPE"} & {api for row in graph.between("WROTE") for api in row["apis"]} == set()


@every
def test_the_machine_contacted_what_the_capture_shows(name: str) -> None:
    graph, _ = loaded(name)
    network = plain(name)["network"]
    guests = {"192.168.1.2", "192.168.144.131", "192.168.122.171"}  # who asks for names in each capture
    ends = {
        end for kind in ("tcp", "udp", "icmp") for flow in network.get(kind, []) for end in (flow["src"], flow["dst"])
    }
    hosts = {host["ip"] for host in network.get("hosts", [])} | {entry[0] for entry in network.get("dead_hosts", [])}
    assert {graph.nodes[row["b"]]["address"] for row in graph.between("CONTACTED")} == (ends | hosts) - guests


@every
def test_signatures_have_the_techniques_of_the_top_level(name: str) -> None:
    graph, _ = loaded(name)
    ttps = plain(name)["ttps"]
    named = ttps.items() if isinstance(ttps, dict) else ((entry["ttp"], entry["signature"]) for entry in ttps)
    expected = {(signature, technique) for technique, signature in named if technique.startswith("T")}
    found = {
        (graph.nodes[row["b"]]["name"], technique)
        for row in graph.between("MATCHED")
        for technique in row.get("techniques", [])
    }
    assert found == expected
    assert len(graph.of("Signature")) == len({entry["name"] for entry in plain(name)["signatures"]})


def test_signatures_point_to_the_processes_that_their_texts_name() -> None:
    hits, blocks = (
        {
            (graph.labels[row["a"]], graph.nodes[row["a"]].get("pid"), row["marks"])
            for row in graph.between("MATCHED")
            if graph.nodes[row["b"]]["name"] == signature
        }
        for graph, signature in (
            (loaded(AMBER)[0], "procmem_yara"),
            (loaded(MINER)[0], "powershell_scriptblock_logging"),
        )
    )
    assert hits == {("Run", None, 2), ("Process", 7444, 2)}
    assert blocks == {("Run", None, 2)}, "its pids are not in the process list"


def test_script_blocks_of_processes_that_are_not_listed_are_kept_with_the_run() -> None:
    (run,) = loaded(MINER)[0].of("Run")
    blocks = plain(MINER)["curtain"]["4364"]["events"][0]["01"]["original"]
    first = blocks.splitlines()[0]
    assert any(text.startswith(f"PID 4364: {first}") for text in run["powershell"])
    assert len(run["powershell"]) == 200
    assert run["powershell_count"] > 2_000, "a megabyte of modules that PowerShell loads"


@every
def test_the_run_touched_only_what_its_summary_lists(name: str) -> None:
    graph, _ = loaded(name)
    summary = plain(name)["behavior"]["summary"]
    listed = {
        spelled(text).casefold() for entries in summary.values() for text in entries for spelled in (clean, clean_key)
    }
    for row in graph.between("TOUCHED"):
        node = graph.nodes[row["b"]]
        assert row["source"] == "summary"
        assert set(row["words"]) <= set(summary)
        assert (node.get("key") or node["name"].casefold()) in listed


@every
def test_what_is_left_over_is_told(name: str) -> None:
    _, drift = loaded(name)
    assert {section for kind, section in drift.unknown if kind == "section"} <= {
        "deduplicated_shots",
        "local_conf",
        "shots",
        "sysmon",
        "url_analysis",
    }
    left = {(kind, what) for kind, what in drift.unknown if kind not in ("section", "api", "target")}
    known = {("static", "flare_capa"), ("left out", "strings"), ("left out", "PowerShell texts")}
    assert left <= known | {("technique", "F0001")}  # MBC's


@every
def test_the_run_says_how_it_was_made(name: str) -> None:
    (run,) = loaded(name)[0].of("Run")
    report = plain(name)
    assert run["score"] == str(report["malscore"])
    assert run["package"] == report["info"]["package"]
    assert run["log_lines"] == len([line for line in report["debug"]["log"].splitlines() if line])
