"""py2neo over our schema: objects that read the graph, and answers as subgraphs, on every engine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import py2neo
import pytest
from conftest import ENGINES, ROOT, Bolt, Engines, emptied
from py2neo.ogm import Property, RelatedFrom, RelatedTo

from graph_model import notebook
from graph_model.errors import DatabaseUnreachableError, UsageError
from graph_model.notebook import File, Process, Thing, from_subgraph, repository, to_subgraph
from graph_model.py2neo_objects import CLASSES, INCOMING
from graph_model.reduction import Batch
from graph_model.schema import NODES, RELATIONSHIPS
from graph_model.store import Store
from graph_model.view import Edge, GraphAnswer, Node

NEO4J = [name for name in ENGINES if name != "embedded"]
WRITES = 50
NODES_HERE = (
    Node("a", "Process", {"pid": 1, "name": "a.exe", "commands": ["x", "y"]}),
    Node("b", "Process", {"pid": 2, "name": "b.exe", "tracked": True}),
    Node("f", "File", {"path": "C:\\営業\\f", "name": "f"}),
    Node("s", "Section", {"name": "shared"}),
)
EDGES_HERE = (
    *(Edge(f"m{n:02}", "WROTE_MEMORY_OF", "a", "b", {"seq": n, "address": 4096 * n}) for n in range(WRITES)),
    Edge("s1", "SPAWNED", "a", "b", {"first_us": 1_500_000_000_000_000, "seq": 0}),
    Edge("w1", "WROTE", "a", "f", {"positions": ["r:1", "r:2"], "count": 2}),
    Edge("w2", "WROTE", "a", "s", {"count": 1}),
    Edge("x1", "EXECUTED_AS", "f", "b", {}),
)
ANSWER = GraphAnswer(NODES_HERE, EDGES_HERE, len(NODES_HERE), len(EDGES_HERE), False, "an answer")


def batch() -> Batch:
    nodes: dict[str, Any] = {}
    for node in NODES_HERE:
        nodes.setdefault(node.label, []).append({"uid": node.uid, "props": node.properties})
    edges: dict[str, Any] = {}
    for edge in EDGES_HERE:
        row = {"uid": edge.uid, "a": edge.source, "b": edge.target, "props": edge.properties}
        edges.setdefault(edge.type, []).append(row)
    return Batch(nodes=nodes, relationships=edges)


@pytest.fixture(params=ENGINES)
def bolt(request: pytest.FixtureRequest, engines: Engines) -> Bolt:
    found = engines.bolt(request.param)
    with found.store() as store:
        emptied(store).write(batch())
    return found


@pytest.fixture
def repo(bolt: Bolt) -> Iterator[Any]:
    with repository(bolt.uri, bolt.user, bolt.password, bolt.database) as found:
        yield found


# --- the classes ---


@pytest.mark.parametrize("label", NODES)
def test_a_class_has_the_properties_and_relationships_of_its_kind(label: str) -> None:
    made = vars(CLASSES[label])
    assert {name for name, found in made.items() if isinstance(found, Property)} == set(NODES[label].properties)
    out = {kind.type.lower() for kind in RELATIONSHIPS.values() if label in {start for start, _ in kind.ends}}
    into = {INCOMING + kind.type.lower() for kind in RELATIONSHIPS.values() if label in {end for _, end in kind.ends}}
    assert {name for name, found in made.items() if isinstance(found, RelatedTo)} == out
    assert {name for name, found in made.items() if isinstance(found, RelatedFrom)} == into
    assert CLASSES[label].__doc__ == NODES[label].doc
    assert getattr(notebook, label) is CLASSES[label]


def test_no_name_of_the_schema_hides_another_or_one_of_the_library() -> None:
    taken = {name for name in dir(Thing) if not name.startswith("__")} - {"uid"}
    for label, kind in NODES.items():
        related = {name for name, found in vars(CLASSES[label]).items() if isinstance(found, RelatedTo | RelatedFrom)}
        assert not set(kind.properties) & related
        assert not (set(kind.properties) | related) & taken


def test_a_name_that_is_none_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError):
        _ = notebook.Proces
    assert {"Process", "to_subgraph", "repository"} <= set(dir(notebook))


# --- reading ---


def test_objects_have_the_properties_of_their_nodes(repo: Any) -> None:
    process = repo.get(Process, "a")
    assert (process.uid, process.pid, process.name, process.commands) == ("a", 1, "a.exe", ["x", "y"])
    assert process.guid is None
    assert process.entity
    assert [found.uid for found in repo.match(Process).where(pid=2)] == ["b"]
    assert repo.get(File, "f").path == "C:\\営業\\f"
    assert repo.get(Process, "none") is None


def test_related_objects_come_as_their_own_kind_in_both_directions(repo: Any) -> None:
    process = repo.get(Process, "a")
    assert {(type(found).__name__, found.uid) for found in process.wrote} == {("File", "f"), ("Section", "s")}
    (file,) = (found for found in process.wrote if isinstance(found, File))
    assert [found.uid for found in file.executed_as] == ["b"]
    assert [found.name for found in file.incoming_wrote] == ["a.exe"]
    assert list(process.incoming_spawned) == []
    assert process.wrote.get(file, "positions") == ["r:1", "r:2"]


def test_no_parallel_relationship_is_lost(repo: Any) -> None:
    a, b = repo.get(Process, "a"), repo.get(Process, "b")
    assert list(a.wrote_memory_of) == [b]
    assert len(a.wrote_memory_of) == 1
    told = [(subject, how["uid"], how["address"], other) for subject, (_, how), other in a.wrote_memory_of.triples()]
    assert told == [(a, f"m{n:02}", 4096 * n, b) for n in range(WRITES)]
    assert len({a, b, repo.get(Process, "a")}) == 2


def test_any_thing_is_found_by_its_uid(repo: Any) -> None:
    assert isinstance(repo.get(Thing, "f"), File)
    assert [type(found).__name__ for found in repo.match(Thing).order_by("_.uid")] == [
        "Process",
        "Process",
        "File",
        "Section",
    ]


def test_reloading_asks_again(repo: Any, bolt: Bolt) -> None:
    a = repo.get(Process, "a")
    assert len(a.spawned) == 1
    with bolt.store() as store:
        store.change("MATCH ()-[r:SPAWNED]->() DELETE r")
        store.change("MATCH (n:Entity {uid: 'a'}) SET n.name = 'other.exe'")
    repo.reload(a)
    assert (a.name, len(a.spawned)) == ("other.exe", 0)


def test_nothing_can_be_written_through_objects(repo: Any, bolt: Bolt) -> None:
    a, b = repo.get(Process, "a"), repo.get(Process, "b")
    a.name = "changed"
    attempts = [
        lambda: repo.save(a),
        lambda: repo.save(Process("new")),
        lambda: repo.delete(b),
        lambda: repo.graph.create(a),
        lambda: repo.graph.merge(Process("new")),
        lambda: a.spawned.add(b),
        a.spawned.clear,
        lambda: a.spawned.remove(b),
    ]
    for attempt in attempts:
        with pytest.raises(UsageError, match="can only be read"):
            attempt()
    with bolt.store() as store:
        (row,) = store.read("MATCH (n:Process) RETURN count(n) AS nodes, min(n.name) AS name").rows()
    assert row == {"nodes": 2, "name": "a.exe"}


# --- subgraphs ---


def test_an_answer_comes_back_from_its_subgraph() -> None:
    back = from_subgraph(to_subgraph(ANSWER), "an answer")
    assert (set(map(repr, back.nodes)), set(map(repr, back.edges))) == (
        {repr(Node(node.uid, node.label, dict(sorted(node.properties.items())))) for node in NODES_HERE},
        {repr(Edge(e.uid, e.type, e.source, e.target, dict(sorted(e.properties.items())))) for e in EDGES_HERE},
    )
    assert (back.total_nodes, back.total_edges, back.title) == (4, WRITES + 4, "an answer")


def test_dangling_relationships_are_left_out() -> None:
    cut = GraphAnswer(NODES_HERE[:1], EDGES_HERE, 4, len(EDGES_HERE), True, "cut")
    assert from_subgraph(to_subgraph(cut)).edges == ()


def test_what_py2neo_finds_becomes_an_answer(repo: Any) -> None:
    found = repo.graph.query("MATCH p = (:Process {pid: 1})-[:WROTE]->()-[:EXECUTED_AS]->() RETURN p").to_subgraph()
    answer = from_subgraph(found)
    assert {(node.uid, node.label) for node in answer.nodes} == {("a", "Process"), ("f", "File"), ("b", "Process")}
    assert {(edge.uid, edge.type, edge.source, edge.target) for edge in answer.edges} == {
        ("w1", "WROTE", "a", "f"),
        ("x1", "EXECUTED_AS", "f", "b"),
    }


def test_foreign_nodes_are_refused() -> None:
    for node in (py2neo.Node("Person", uid="x"), py2neo.Node("Process", "Entity", name="x")):
        with pytest.raises(UsageError, match="of the subgraph"):
            from_subgraph(py2neo.Subgraph([node]))


@pytest.mark.parametrize("engine", NEO4J)
@pytest.mark.parametrize("how", ["create", "merge"])
def test_a_subgraph_carries_an_answer_into_another_neo4j(engines: Engines, engine: str, how: str) -> None:
    bolt = engines.bolt(engine)
    with bolt.store() as store, repository(bolt.uri, bolt.user, bolt.password, bolt.database) as repo:
        emptied(store)
        half = len(EDGES_HERE) // 2
        parts = [GraphAnswer(NODES_HERE, edges, 4, 4, False, "") for edges in (EDGES_HERE[:half], EDGES_HERE[half:])]
        for _ in range(2):
            getattr(repo.graph, how)(to_subgraph(parts[0]) | to_subgraph(parts[1]))
        assert contents(store) == (sorted(node.uid for node in NODES_HERE), sorted(edge.uid for edge in EDGES_HERE))
        (row,) = store.read("MATCH (n:Entity:Process {uid: 'a'}) RETURN properties(n) AS found").rows()
    assert row["found"] == {"uid": "a", **NODES_HERE[0].properties}


def contents(store: Store) -> tuple[list[str], list[str]]:
    nodes = store.read("MATCH (n:Entity) RETURN n.uid AS uid").rows()
    edges = store.read("MATCH (:Entity)-[r]->(:Entity) RETURN r.uid AS uid").rows()
    return sorted(row["uid"] for row in nodes), sorted(row["uid"] for row in edges)


# --- connections ---


def test_a_wrong_password_and_a_closed_port_are_one_line_and_a_hint(bolt: Bolt) -> None:
    for uri, password in ((bolt.uri, "wrong"), ("bolt://127.0.0.1:1", bolt.password)):
        with pytest.raises(DatabaseUnreachableError) as raised, repository(uri, bolt.user, password, bolt.database):
            pass
        assert raised.value.message.startswith(uri)
        assert "\n" not in raised.value.message
        assert "PROVGRAPH_PASSWORD" in raised.value.hint


@pytest.mark.parametrize("engine", NEO4J)
def test_a_database_that_is_not_there_is_told(engines: Engines, engine: str) -> None:
    bolt = engines.bolt(engine)
    with (
        pytest.raises(DatabaseUnreachableError, match="nosuchdb"),
        repository(bolt.uri, bolt.user, bolt.password, "nosuchdb"),
    ):
        pass


@pytest.mark.parametrize("engine", NEO4J)
def test_routed_addresses_work(engines: Engines, engine: str) -> None:
    bolt = engines.bolt(engine)
    with repository(bolt.uri.replace("bolt:", "neo4j:"), bolt.user, bolt.password, bolt.database) as repo:
        assert repo.graph.query("RETURN 1").evaluate() == 1


def test_a_repository_that_was_left_is_closed(repo: Any, bolt: Bolt) -> None:
    with repository(bolt.uri, bolt.user, bolt.password, bolt.database) as other:
        pass
    with pytest.raises(py2neo.ServiceUnavailable):
        other.graph.query("RETURN 1").evaluate()
    assert repo.graph.query("RETURN 1").evaluate() == 1


def test_without_the_library_one_line_says_how_to_get_it() -> None:
    """And nothing else of provgraph needs it."""
    program = """
import sys
sys.modules["py2neo"] = None
import api.cli, api.exporting, cypher.graphs, graph_model.notebook
from graph_model.errors import UsageError
for name in ("Process", "to_subgraph"):
    try:
        getattr(graph_model.notebook, name)
    except UsageError as error:
        print(error.message, "|", error.hint)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.splitlines() == ["py2neo is not installed | pip install 'provgraph[py2neo]'"] * 2, done.stderr
