"""Answers to draw: small graphs, large ones, and one in which every string is an attack on the page."""

from __future__ import annotations

import random
from typing import Any

from graph_model.view import Edge, GraphAnswer, Node

START = 1_708_580_000_000_000
SECOND = 1_000_000
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>window.pwned=1;alert(2)</script>",
    "<!--<script>",
    "{{ 7*7 }}{% raw %}",
    "'\"><svg onload=alert(3)>",
    "\u2028\u2029\x00\ud800",
    "javascript:alert(4)",
    "http://probe.example/href",
)


def process(uid: str, pid: int, name: str, host: str = "h1", **more: Any) -> Node:
    return Node(uid, "Process", {"pid": pid, "name": name, "host_uid": host, **more})


def edge(type_: str, source: str, target: str, second: float | None = None, **more: Any) -> Edge:
    times = (
        {} if second is None else {"first_us": START + int(second * SECOND), "last_us": START + int(second * SECOND)}
    )
    return Edge(f"{type_}:{source}:{target}:{second}", type_, source, target, {**times, **more})


def answered(nodes: list[Node], edges: list[Edge], **more: Any) -> GraphAnswer:
    facts = {"total_nodes": len(nodes), "total_edges": len(edges), "truncated": False, "title": "A title", **more}
    return GraphAnswer(tuple(nodes), tuple(edges), **facts)


def chain() -> GraphAnswer:
    """Two injections in a row, each with its memory operations."""
    nodes = [process("a", 3292, "invoice.exe", started_us=START), process("b", 3428, "svchost.exe")]
    nodes.append(process("c", 3604, "explorer.exe"))
    steps = ("SPAWNED", "OPENED", "ALLOCATED_IN", "WROTE_MEMORY_OF", "WROTE_MEMORY_OF", "SET_CONTEXT_OF", "RESUMED")
    edges = []
    for hop, (source, target) in enumerate((("a", "b"), ("b", "c"))):
        edges += [edge(type_, source, target, 10 * hop + i, position=f"r:{i}") for i, type_ in enumerate(steps)]
        found = {"technique": "T1055.012", "confidence": "confirmed", "evidence": [f"run:{hop}#1", f"run:{hop}#2"]}
        edges.append(edge("INJECTED_INTO", source, target, 10 * hop + 2, **found))
    return answered(
        nodes, edges, cypher="MATCH p = (a)-[:INJECTED_INTO*]->(b)\nRETURN p", parameters={"host": "営業部"}
    )


def movement() -> GraphAnswer:
    """PsExec from one host to another, with files, an endpoint and a registry value."""
    nodes = [
        Node("h1", "Host", {"name": "WIN-営業部-01"}),
        Node("h2", "Host", {"name": "FILESRV02"}),
        process("a0", 812, "explorer.exe", started_us=START),
        process("a1", 2216, "powershell.exe", started_us=START + 10 * SECOND),
        process("a2", 4100, "PsExec.exe", started_us=START + 60 * SECOND, command_line="psexec " + "A" * 5000),
        process("b0", 620, "services.exe", "h2"),
        process("b1", 3388, "PSEXESVC.exe", "h2", started_us=START + 62 * SECOND),
        process("b2", 3400, "請求書.exe", "h2", started_us=START + 63 * SECOND),
        Node("f1", "File", {"name": "請求書_2024年2月.docm", "path": "C:\\Users\\営業\\請求書.docm", "host_uid": "h1"}),
        Node("f2", "File", {"name": "PSEXESVC.exe", "path": "C:\\Windows\\PSEXESVC.exe", "host_uid": "h2"}),
        Node("f3", "File", {"name": "請求書.exe", "path": "C:\\Windows\\請求書.exe", "host_uid": "h2"}),
        Node("x", "Endpoint", {"address": "203.0.113.77", "port": 443}),
        Node("r", "RegistryValue", {"path": "HKEY_LOCAL_MACHINE\\SOFTWARE\\Run\\Updater", "host_uid": "h1"}),
        Node("m", "Movement", {"method": "PsExec", "source_host_uid": "h1", "target_host_uid": "h2"}),
    ]
    edges = [
        edge("READ_BY", "f1", "a0", 1),
        edge("SPAWNED", "a0", "a1", 10),
        edge("SENT_TO", "a1", "x", 13, count=240),
        edge("SET", "a1", "r", 20),
        edge("SPAWNED", "a1", "a2", 60),
        edge("WROTE", "a2", "f2", 61),
        edge("WROTE", "a2", "f3", 61.2),
        edge("INITIATED", "a2", "m", 61),
        edge("REACHED", "m", "b1", 62),
        edge("EXECUTED_AS", "f2", "b1", 62),
        edge("SPAWNED", "b0", "b1", 62),
        edge("STARTED_REMOTELY", "a2", "b1", 62, technique="T1569.002"),
        edge("SPAWNED", "b1", "b2", 63),
        edge("EXECUTED_AS", "f3", "b2", 63),
        *(edge("RAN_ON", uid, f"h{1 + (uid[0] == 'b')}") for uid in ("a0", "a1", "a2", "b0", "b1", "b2")),
    ]
    return answered(nodes, edges)


def random_graph(count: int, links: int) -> GraphAnswer:
    source = random.Random(count)
    actors = count // 5
    nodes = [process(f"p{i}", i, "cmd.exe", f"h{i % 2}", started_us=START + i * SECOND) for i in range(actors)]
    nodes += [Node(f"f{i}", "File", {"name": f"f{i}.dll", "host_uid": f"h{i % 2}"}) for i in range(count - actors)]
    edges = [edge("SPAWNED", f"p{source.randrange(i)}", f"p{i}", i) for i in range(1, actors)]
    edges += [edge("WROTE", f"p{source.randrange(actors)}", f"f{i}", i) for i in range(count - actors)]
    while len(edges) < links:
        ends = (f"f{source.randrange(count - actors)}", f"p{source.randrange(actors)}")
        edges.append(edge("READ_BY", *ends, len(edges) / 7))
    return answered(nodes, edges)


def hostile() -> GraphAnswer:
    """Names, paths, command lines, registry values, addresses and parameters that would act if they were markup."""
    nodes = [Node(f"n{i}", "File", {"name": text, "path": text, "host_uid": "h"}) for i, text in enumerate(HOSTILE)]
    nodes += [
        Node("h", "Host", {"name": HOSTILE[0]}),
        Node("p", "Process", {"pid": 1, "name": HOSTILE[0], "command_line": HOSTILE[1], "host_uid": "h"}),
        Node(
            "r",
            "RegistryValue",
            {"path": f"HKLM\\{HOSTILE[4]}", "name": HOSTILE[4], "data": HOSTILE[1], "host_uid": "h"},
        ),
        Node("u", "Url", {"url": HOSTILE[6], HOSTILE[0]: HOSTILE[1]}),
    ]
    evidence = {"evidence": list(HOSTILE), "technique": HOSTILE[0], "confidence": HOSTILE[1], HOSTILE[0]: HOSTILE[1]}
    edges = [edge("WROTE", "p", f"n{i}", i, **evidence) for i in range(len(HOSTILE))]
    edges += [edge("SET", "p", "r", 20, **evidence), edge("REQUESTED", "p", "u", 21, **evidence)]
    edges.append(edge("INJECTED_INTO", "p", "p", 1, **evidence))
    return answered(nodes, edges, title=HOSTILE[1], cypher=HOSTILE[1], parameters={HOSTILE[0]: list(HOSTILE)})
