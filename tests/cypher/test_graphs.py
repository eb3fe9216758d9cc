"""Every answer has a graph: stored queries name its nodes by uid, text of the user's own returns them."""

from __future__ import annotations

import networkx as nx
import pytest

from cypher import runner
from cypher.answer import Answer
from cypher.graphs import graph_behind, networkx_of
from graph_model.errors import UsageError
from graph_model.reduction import Batch
from graph_model.store import Store

NODES = {
    "Run": [{"uid": "r", "props": {"name": "log", "complete": True}}],
    "Host": [{"uid": "h", "props": {"name": "PC1"}}],
    "Process": [
        {"uid": uid, "props": {"pid": pid, "name": f"{uid}.exe", "host_uid": "h"}}
        for uid, pid in (("a", 1), ("b", 2), ("c", 3))
    ],
    "Content": [{"uid": "k", "props": {"sha256": "ab" * 32, "type": "PE32"}}],
}
SEEN = {"first_us": 6, "last_us": 6, "evidence": ["x"]}
RELATIONSHIPS = {
    "SPAWNED": [{"uid": "s", "a": "a", "b": "b", "props": {"first_us": 5, "last_us": 5, "seq": 1}}],
    "WROTE_MEMORY_OF": [
        {"uid": f"w{number}", "a": "a", "b": "b", "props": {"seq": number, "run": "r"}} for number in range(3)
    ],
    "INJECTED_INTO": [
        {"uid": "i", "a": "a", "b": "b", "props": {"confidence": "confirmed", "technique": "T1055", **SEEN}},
        {"uid": "j", "a": "b", "b": "c", "props": {"confidence": "likely", "technique": "T1055", **SEEN}},
    ],
    "RAN_ON": [{"uid": f"o{uid}", "a": uid, "b": "h", "props": {}} for uid in "abc"],
    "ANALYSED": [{"uid": "n", "a": "r", "b": "k", "props": {"labels": ["scanner: Process"]}}],
}


@pytest.fixture
def filled(store: Store) -> Store:
    store.write(Batch(nodes=NODES, relationships=RELATIONSHIPS))
    return store


def found(store: Store, text: str) -> tuple[set[str], set[str]]:
    """Uids of nodes and relationships behind an answer to this text."""
    graph = graph_behind(store, runner.ad_hoc(store, text))
    return {node.uid for node in graph.nodes}, {edge.uid for edge in graph.edges}


def test_paths_become_the_graph_that_they_are(filled: Store) -> None:
    path = "MATCH p = (:Process {pid: 1})-[:INJECTED_INTO]->()-[:INJECTED_INTO]->() RETURN p"
    assert found(filled, path) == ({"a", "b", "c"}, {"i", "j"})


def test_a_relationship_alone_brings_its_ends(filled: Store) -> None:
    assert found(filled, "MATCH ()-[r:WROTE_MEMORY_OF]->() RETURN r") == ({"a", "b"}, {"w0", "w1", "w2"})


def test_nodes_bring_all_relationships_between_them(filled: Store) -> None:
    nodes, edges = found(filled, "MATCH (p:Process) WHERE p.pid < 3 RETURN p")
    assert (nodes, edges) == ({"a", "b"}, {"s", "w0", "w1", "w2", "i"})


@pytest.mark.parametrize("column", ["p.uid AS uid", "p.uid", "p.uid AS process_uid", "collect(p.uid) AS uids"])
def test_uids_name_nodes(filled: Store, column: str) -> None:
    assert found(filled, f"MATCH (p:Process) WHERE p.pid > 1 RETURN {column}") == ({"b", "c"}, {"j"})


def test_nodes_deep_in_lists_and_maps_are_found(filled: Store) -> None:
    text = "MATCH (p:Process)-[r:SPAWNED]->(q) RETURN {who: [p], how: {by: [r]}} AS deep, collect(q) AS others"
    assert found(filled, text) == ({"a", "b"}, {"s"})


def test_properties_that_look_like_kinds_confuse_nothing(filled: Store) -> None:
    """A content has a type and a scan has labels."""
    assert found(filled, "MATCH p = (:Run)-[:ANALYSED]->(:Content) RETURN p") == ({"r", "k"}, {"n"})
    assert found(filled, "MATCH (k:Content) RETURN k") == ({"k"}, set())


def test_networkx_counts_on_it(filled: Store) -> None:
    graph = networkx_of(filled, runner.run(filled, "injection-paths"), "chains")
    assert graph.graph["title"] == "chains"
    assert nx.shortest_path(nx.subgraph_view(graph, filter_node=lambda uid: uid != "h"), "a", "c") == ["a", "b", "c"]
    assert graph.nodes["a"] == {"kind": "Process", "pid": 1, "name": "a.exe", "host_uid": "h"}
    assert graph.edges["a", "b", "i"]["confidence"] == "confirmed"
    assert graph.number_of_edges("a", "b") == 5


def test_rows_that_are_relationships_are_those_of_the_graph(filled: Store) -> None:
    graph = graph_behind(filled, runner.run(filled, "track-forward", {"from": "a"}))
    assert {edge.uid for edge in graph.edges} == {"s", "i", "j"}
    assert {node.uid for node in graph.nodes} == {"a", "b", "c", "h"}


def test_rows_without_nodes_are_an_error_and_no_rows_are_none(filled: Store) -> None:
    with pytest.raises(UsageError, match="name no node"):
        networkx_of(filled, runner.ad_hoc(filled, "MATCH (p:Process) RETURN count(p) AS number"))
    assert found(filled, "MATCH (p:Process) RETURN count(p) AS number") == (set(), set())
    assert found(filled, "MATCH (p:Process) WHERE p.pid = 99 RETURN p") == (set(), set())


def test_what_was_cut_says_so(filled: Store) -> None:
    cut = runner.run(filled, "injections", {"limit": 1})
    assert graph_behind(filled, cut).truncated
    assert not graph_behind(filled, Answer(["uid"], [{"uid": "a"}], "")).truncated
