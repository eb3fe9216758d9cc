"""Every format holds the answer, is valid where it is read, and never changes for the same answer."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

import networkx as nx
import pytest
import stix2
from conftest import ROOT
from prov.model import (
    ProvActivity,
    ProvAgent,
    ProvAlternate,
    ProvAssociation,
    ProvCommunication,
    ProvDerivation,
    ProvDocument,
    ProvEntity,
    ProvGeneration,
    ProvInfluence,
    ProvInvalidation,
    ProvUsage,
)

from api.exports.formats import FORMATS, render
from graph_model.errors import UsageError
from graph_model.schema import NODES, RELATIONSHIPS
from graph_model.view import Edge, GraphAnswer, Node

START = 1_708_580_000_000_000
HOSTILE = "</node>\x00\u202e]]>&\ud800 \"'=cmd|' /C calc'!A0"
SPECIFIED = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")  # the name space that STIX 2.1 gives for observables
NODES_HERE = (
    Node("h1", "Host", {"name": "PC1"}),
    Node("h2", "Host", {"name": "SRV"}),
    Node("u", "User", {"name": "taro", "domain": "CORP"}),
    Node("a", "Process", {"pid": 1, "name": "a.exe", "path": "C:\\a.exe", "host_uid": "h1", "started_us": START}),
    Node("b", "Process", {"pid": 2, "name": "b.exe", "command_line": HOSTILE, "host_uid": "h2"}),
    Node("f", "File", {"path": "C:\\Users\\営業\\x.dll", "name": "x.dll", "host_uid": "h1"}),
    Node("g", "File", {"path": "C:\\Windows\\x.dll", "name": "x.dll", "host_uid": "h2"}),
    Node("k", "Content", {"sha256": "ab" * 32, "md5": "cd" * 16, "size": 7, "imports": ["k.dll!f", "k.dll!g"]}),
    Node("e4", "Endpoint", {"protocol": "tcp", "address": "203.0.113.7", "port": 443}),
    Node("e6", "Endpoint", {"protocol": "udp", "address": "2001:db8::1", "port": 53}),
    Node("d", "Domain", {"name": "c2.example.org"}),
    Node("w", "Url", {"url": "http://c2.example.org/a?b=<c>"}),
    Node("m", "Mutex", {"name": "only-one"}),
    Node("rk", "RegistryKey", {"path": "HKEY_CURRENT_USER\\Run"}),
    Node("rv", "RegistryValue", {"path": "HKEY_CURRENT_USER\\Run\\x", "name": "x"}),
    Node("s", "Service", {"name": "PSEXESVC"}),
    Node("t", "Technique", {"id": "T1497.001"}),
    Node(
        "v",
        "Movement",
        {
            "method": "PsExec",
            "technique": "T1570, T1569.002",
            "confidence": "confirmed",
            "source_host_uid": "h1",
            "target_host_uid": "h2",
            "evidence": ["t1:7"],
        },
    ),
)


def edge(uid: str, type_: str, source: str, target: str, second: int | None = None, **more: Any) -> Edge:
    times = {} if second is None else {"first_us": START + second * 1_000_000, "last_us": START + second * 1_000_000}
    return Edge(uid, type_, source, target, {**times, **more})


INJECTED = {"confidence": "likely", "technique": "T1055.012", "other_techniques": ["T1055.003"], "evidence": ["r:1#2"]}
EDGES_HERE = (
    edge("e01", "SPAWNED", "a", "b", 1, positions=["r:1", "r:2"]),
    edge("e02", "WROTE_MEMORY_OF", "a", "b", 2, address=2**40),
    edge("e03", "WROTE_MEMORY_OF", "a", "b", 3),
    edge("e04", "INJECTED_INTO", "a", "b", 3, **INJECTED),
    edge("e05", "WROTE", "a", "f", 4, count=2, apis=["NtWriteFile"]),
    edge("e06", "EXECUTED_AS", "f", "b", 5),
    edge("e07", "COPIED_TO", "f", "g", 6),
    edge("e08", "HAS_CONTENT", "f", "k"),
    edge("e09", "RAN_ON", "a", "h1"),
    edge("e10", "RAN_AS", "a", "u"),
    edge("e11", "DELETED", "a", "f", 9),
    edge("e12", "ALTERNATE_OF", "f", "g"),
    edge("e13", "SENT_TO", "a", "e4", 10),
    edge("e14", "RESOLVED", "a", "d", 11),
    edge("e15", "USES", "a", "t", signatures=["antivm_generic"]),
    edge("e16", "INITIATED", "a", "v"),
    edge("e17", "STARTED_REMOTELY", "a", "b", 12, technique="T1569.002", confidence="confirmed", evidence=["t2:9"]),
    edge("e18", "READ_BY", "rv", "b", 13),
    edge("e99", "SPAWNED", "a", "gone"),
)
ANSWER = GraphAnswer(
    NODES_HERE, EDGES_HERE, len(NODES_HERE), len(EDGES_HERE), True, "A title", "MATCH (n)", {"host": "PC1", "limit": 5}
)
CLOSED = EDGES_HERE[:-1]


def text(name: str, answer: GraphAnswer = ANSWER) -> str:
    return render(name, answer).body.decode("utf-8")


# --- all of them ---


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_answer_gives_the_same_bytes_under_any_hash_seed(name: str) -> None:
    program = (
        "import sys; sys.path[:0] = ['tests', 'tests/api/exports']; import hashlib; from test_formats import ANSWER;"
        f"from api.exports.formats import render; print(hashlib.sha256(render({name!r}, ANSWER).body).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_every_kind_of_the_schema(name: str) -> None:
    """Also where the log says nothing of a node but that it is."""
    nodes = [Node(label, label, {}) for label in NODES]
    nodes += [Node(f"{label}2", label, {}) for label in NODES]
    edges = [
        Edge(f"{type_}:{start}:{end}", type_, start, f"{end}2", {"technique": "T1055"})
        for type_, kind in RELATIONSHIPS.items()
        for start, end in kind.ends
    ]
    assert render(name, GraphAnswer(tuple(nodes), tuple(edges), len(nodes), len(edges), False, "")).body


def test_an_unknown_format_is_an_error_that_names_the_known() -> None:
    with pytest.raises(UsageError) as raised:
        render("gexf", ANSWER)
    assert raised.value.hint == f"the formats: {', '.join(FORMATS)}"


def test_the_registry_imports_no_library_before_it_is_needed() -> None:
    program = "import sys, json, api.cli, api.exporting; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    assert not {"stix2", "prov", "pyvis"} & set(json.loads(done.stdout))


# --- GraphML ---


def test_graphml_reads_back_as_the_same_graph() -> None:
    graph = nx.parse_graphml(text("graphml"))
    assert set(graph) == {node.uid for node in NODES_HERE}
    assert {(a, b, key, data["kind"]) for a, b, key, data in graph.edges(keys=True, data=True)} == {
        (found.source, found.target, found.uid, found.type) for found in CLOSED
    }
    assert graph.nodes["a"]["pid"] == 1
    assert graph.nodes["a"]["caption"] == "a.exe"
    assert graph.nodes["e4"]["caption"] == "203.0.113.7:443"
    assert graph.edges["a", "b", "e02"]["address"] == 2**40
    assert json.loads(graph.edges["a", "b", "e01"]["positions"]) == ["r:1", "r:2"]
    assert json.loads(graph.graph["parameters"]) == ANSWER.parameters
    assert graph.graph["truncated"] is True


def test_graphml_writes_out_what_xml_cannot_hold() -> None:
    command_line = nx.parse_graphml(text("graphml")).nodes["b"]["command_line"]
    assert command_line == HOSTILE.replace("\x00", "\\u0000").replace("\u202e", "\\u202e").replace("\ud800", "\\ud800")


# --- CSV ---


def tables(answer: GraphAnswer = ANSWER) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(render("csv", answer).body)) as archive:
        assert archive.testzip() is None
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8")))) for name in archive.namelist()
        }


def test_the_tables_hold_every_node_and_relationship() -> None:
    found = tables()
    assert set(found) == {"nodes.csv", "edges.csv"}
    assert [(row["uid"], row[":kind"]) for row in found["nodes.csv"]] == [(n.uid, n.label) for n in NODES_HERE]
    assert [(row["uid"], row[":kind"], row[":source"], row[":target"]) for row in found["edges.csv"]] == [
        (found.uid, found.type, found.source, found.target) for found in EDGES_HERE
    ]
    by_uid = {row["uid"]: row for row in found["nodes.csv"]}
    assert by_uid["k"]["imports"] == "k.dll!f; k.dll!g"
    assert by_uid["h1"]["pid"] == ""


def test_no_property_disturbs_the_columns_and_no_cell_is_a_formula() -> None:
    hostile = {"kind": "=1+1", ":kind": "spoofed", "source": "@x"}
    answer = GraphAnswer((Node("a", "File", hostile),), (), 1, 0, False, "")
    (row,) = tables(answer)["nodes.csv"]
    assert row == {"uid": "a", ":kind": "File", "kind": "'=1+1", "source": "'@x"}


# --- ATT&CK Navigator ---


def layer(answer: GraphAnswer = ANSWER) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text("navigator", answer))
    return found


def test_the_layer_has_the_fields_of_version_4_5() -> None:
    found = layer()
    assert found["versions"]["layer"] == "4.5"
    assert (found["name"], found["domain"]) == ("A title", "enterprise-attack")
    assert found["sorting"] in range(4)
    assert found["gradient"]["minValue"] < found["gradient"]["maxValue"]
    assert len(found["gradient"]["colors"]) >= 2
    assert all(set(item) == {"label", "color"} for item in found["legendItems"])
    for technique in found["techniques"]:
        assert set(technique) <= {
            "techniqueID",
            "score",
            "comment",
            "enabled",
            "metadata",
            "links",
            "showSubtechniques",
        }
        assert 0 <= technique.get("score", 0) <= 100
        assert isinstance(technique["comment"], str)
        assert all(set(item) == {"name", "value"} and isinstance(item["value"], str) for item in technique["metadata"])


def test_scores_tell_the_surest_finding_and_comments_the_evidence() -> None:
    found = {technique["techniqueID"]: technique for technique in layer()["techniques"]}
    assert {name: technique.get("score") for name, technique in found.items()} == {
        "T1055.003": 60,
        "T1055.012": 60,
        "T1497.001": None,
        "T1569.002": 100,
        "T1570": 100,
    }
    assert found["T1055.012"]["comment"] == "likely: a.exe (pid 1) injected into b.exe (pid 2) [r:1#2]"
    assert found["T1569.002"]["comment"].splitlines() == [
        "confirmed: movement: PsExec [t1:7]",
        "confirmed: a.exe (pid 1) started remotely b.exe (pid 2) [t2:9]",
    ]
    assert "antivm_generic" in found["T1497.001"]["comment"]


def test_a_layer_says_when_it_is_not_complete() -> None:
    assert "NOT COMPLETE" in layer()["description"]
    assert "NOT COMPLETE" not in layer(replace(ANSWER, truncated=False))["description"]


def test_an_answer_without_techniques_makes_no_layer() -> None:
    with pytest.raises(UsageError, match="no ATT&CK technique"):
        render("navigator", GraphAnswer(NODES_HERE[:4], (), 4, 0, False, ""))


# --- STIX ---


def bundle(answer: GraphAnswer = ANSWER) -> Any:
    return stix2.parse(text("stix", answer), allow_custom=False, version="2.1")


def of_type(kind: str, answer: GraphAnswer = ANSWER) -> list[Any]:
    return [found for found in bundle(answer).objects if found.type == kind]


def specified(kind: str, contributing: str) -> str:
    """The id that STIX 2.1 (2.9) prescribes for these identifying properties as canonical JSON."""
    return f"{kind}--{uuid5(SPECIFIED, contributing)}"


def test_the_bundle_parses_and_refers_to_nothing_that_it_does_not_hold() -> None:
    objects = {found.id: found for found in bundle().objects}
    assert len(objects) == len(bundle().objects)
    for found in objects.values():
        for name, value in found.items():
            if name.endswith("_ref"):
                assert value in objects
            if name.endswith("_refs"):
                assert set(value) <= set(objects)


def test_observables_have_the_ids_of_the_specification() -> None:
    ids = {found.id for found in bundle().objects}
    assert specified("ipv4-addr", '{"value":"203.0.113.7"}') in ids
    assert specified("ipv6-addr", '{"value":"2001:db8::1"}') in ids
    assert specified("domain-name", '{"value":"c2.example.org"}') in ids
    assert specified("url", '{"value":"http://c2.example.org/a?b=<c>"}') in ids
    assert specified("mutex", '{"name":"only-one"}') in ids
    assert specified("windows-registry-key", '{"key":"HKEY_CURRENT_USER\\\\Run"}') in ids
    folder = specified("directory", '{"path":"C:\\\\Windows"}')
    assert specified("file", f'{{"name":"x.dll","parent_directory_ref":"{folder}"}}') in ids


def test_what_is_observed_holds_what_the_log_says() -> None:
    (content,) = (found for found in of_type("file") if "hashes" in found)
    assert (content.hashes, content.size) == ({"SHA-256": "ab" * 32, "MD5": "cd" * 16}, 7)
    assert {found.account_login for found in of_type("user-account")} == {"CORP\\taro"}
    (process,) = (found for found in of_type("process") if found.pid == 1)
    assert process.command_line == "a.exe"
    assert {found.name for found in of_type("identity")} == {"PC1", "SRV"}
    values = [found for found in of_type("windows-registry-key") if "values" in found]
    assert [(found.key, found["values"][0].name) for found in values] == [("HKEY_CURRENT_USER\\Run", "x")]
    (observed,) = of_type("observed-data")
    assert (observed.first_observed.second, observed.last_observed.second) == (21, 33)


def test_relationships_carry_words_times_confidence_and_techniques() -> None:
    by_type: dict[str, list[Any]] = {}
    for found in of_type("relationship"):
        by_type.setdefault(found.relationship_type, []).append(found)
    assert len(by_type["wrote-memory-of"]) == 2
    (injected,) = by_type["injected-into"]
    assert injected.confidence == 60
    assert [reference.external_id for reference in injected.external_references] == ["T1055.012", "T1055.003"]
    assert injected.description == "a.exe (pid 1) on PC1 injected into b.exe (pid 2) on SRV; evidence: r:1#2"
    assert by_type["copied-to"][0].description == "C:\\Users\\営業\\x.dll on PC1 copied to C:\\Windows\\x.dll on SRV"
    (moved,) = of_type("grouping")
    assert [reference.external_id for reference in moved.external_references] == ["T1570", "T1569.002"]
    assert len(moved.object_refs) == 2


def test_the_report_tells_the_question_and_collects_all() -> None:
    (report,) = of_type("report")
    assert report.name == "A title"
    assert 'host = "PC1"' in report.description
    assert "NOT COMPLETE" in report.description
    assert set(report.object_refs) == {found.id for found in bundle().objects} - {report.id}


def test_an_answer_without_anything_for_stix_is_an_error() -> None:
    with pytest.raises(UsageError, match="has a place in STIX"):
        render("stix", GraphAnswer((Node("s", "Service", {"name": "x"}),), (), 1, 0, False, ""))


# --- W3C PROV ---


def document(answer: GraphAnswer = ANSWER) -> ProvDocument:
    return ProvDocument.deserialize(content=text("prov", answer), format="json")


def told(kind: type) -> set[tuple[str, ...]]:
    """The ends of all relations of a kind, as PROV orders them."""
    return {
        tuple(str(value).partition(":")[2] for _, value in found.formal_attributes[:2])
        for found in document().get_records(kind)
    }


def test_nodes_are_activities_agents_and_entities() -> None:
    def names(kind: type) -> set[str]:
        return {str(found.identifier).partition(":")[2] for found in document().get_records(kind)}

    assert names(ProvActivity) == {"a", "b", "v"}
    assert names(ProvAgent) == {"h1", "h2", "u"}
    assert names(ProvEntity) == {node.uid for node in NODES_HERE} - {"a", "b", "v", "h1", "h2", "u"} | {"answer"}


def test_relationships_become_the_relations_of_prov() -> None:
    assert told(ProvGeneration) == {("f", "a")}
    assert told(ProvUsage) == {("b", "f"), ("b", "rv")}
    assert told(ProvCommunication) == {("b", "a"), ("v", "a")}
    assert told(ProvDerivation) == {("g", "f")}
    assert told(ProvAlternate) == {("f", "g")}
    assert told(ProvInvalidation) == {("f", "a")}
    assert told(ProvAssociation) == {("a", "h1"), ("a", "u")}
    assert told(ProvInfluence) == {("k", "f"), ("e4", "a"), ("d", "a"), ("t", "a")}


def test_no_relationship_is_lost_and_properties_stay() -> None:
    relations = [found for found in document().get_records() if found.is_relation()]
    assert len(relations) == len(CLOSED)
    (injected,) = (found for found in relations if str(found.identifier) == "provgraph:e04")
    attributes = {(str(name), str(value)) for name, value in injected.extra_attributes}
    assert {("prov:type", "provgraph:INJECTED_INTO"), ("provgraph:confidence", "likely")} <= attributes
    (written,) = (found for found in relations if str(found.identifier) == "provgraph:e05")
    assert next(iter(written.get_attribute("prov:time"))).second == 24


def test_the_notation_says_the_same() -> None:
    said = text("provn")
    assert said.startswith("document\n")
    assert "wasGeneratedBy(provgraph:e05; provgraph:f, provgraph:a, 2024-02-22T" in said
    assert 'provgraph:path="C:\\\\Windows\\\\x.dll"' in said
    assert sorted(document().get_provn().splitlines()) == sorted(said.splitlines())
