"""Findings, things and paths over REST: the rows, the graph behind them, and the Cypher that gave them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import EXAMPLES
from helpers.rest import client_of, problem, settings_for

from api.app import create_app
from api.database import opened
from api.load import load
from cypher.runner import run
from graph_model import schema
from graph_model.store import Store
from loaders.protocol import Context

LOGS = [EXAMPLES / "cuckoo", EXAMPLES / "mark2"]
GRAPH_KEYS = {"nodes", "edges", "truncated", "total", "cypher", "parameters", "columns", "rows", "notes", "next"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("graphs") / "data"


@pytest.fixture(scope="module")
def store(folder: Path) -> Iterator[Store]:
    with opened(settings_for(folder)) as found:
        load(found, LOGS, Context(), settings_for(folder))
        yield found


@pytest.fixture(scope="module")
def client(folder: Path, store: Store) -> Iterator[httpx.Client]:
    with client_of(create_app(settings_for(folder))) as found:
        yield found


def graph(client: httpx.Client, address: str, **given: Any) -> dict[str, Any]:
    """A graph answer that is whole: kinds of the schema, relationships between its nodes only."""
    answer = client.get(address, params=given)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    assert set(body) == GRAPH_KEYS
    assert body["cypher"]
    uids = {node["uid"] for node in body["nodes"]}
    assert all({edge["source"], edge["target"]} <= uids for edge in body["edges"])
    for node in body["nodes"]:
        assert set(node["properties"]) <= set(schema.NODES[node["label"]].properties)
        assert None not in node["properties"].values()
    for edge in body["edges"]:
        assert set(edge["properties"]) <= set(schema.RELATIONSHIPS[edge["type"]].properties)
    assert body["total"]["nodes"] >= len(body["nodes"])
    assert body["total"]["edges"] >= len(body["edges"])
    return body


def names(body: dict[str, Any], label: str) -> set[str]:
    return {node["properties"].get("name") for node in body["nodes"] if node["label"] == label}


def process(body: dict[str, Any], pid: int) -> str:
    """The uid of the process of this pid."""
    (found,) = [n["uid"] for n in body["nodes"] if n["label"] == "Process" and n["properties"].get("pid") == pid]
    return str(found)


def test_injections_come_with_their_rows_and_their_graph(client: httpx.Client, store: Store) -> None:
    body = graph(client, "/v1/injections")
    assert body["rows"] == run(store, "injections").rows
    drawn = {(edge["source"], edge["target"]) for edge in body["edges"] if edge["type"] == "INJECTED_INTO"}
    assert drawn == {(row["injector_uid"], row["target_uid"]) for row in body["rows"]}
    assert body["parameters"]["min_confidence"] == "likely"
    weak = graph(client, "/v1/injections", min_confidence="weak")
    assert len(weak["rows"]) >= len(body["rows"])


def test_injections_of_one_host_only(client: httpx.Client) -> None:
    hosts = {row["host"] for row in graph(client, "/v1/injections")["rows"]}
    for host in hosts:
        assert {row["host"] for row in graph(client, "/v1/injections", host=host.upper())["rows"]} == {host}
    nobody = graph(client, "/v1/injections", host="NOPE")
    assert (nobody["rows"], nobody["nodes"], nobody["total"]) == ([], [], {"nodes": 0, "edges": 0})
    assert "no host `NOPE`" in nobody["notes"][0]


def test_chains_of_injections(client: httpx.Client) -> None:
    rows = graph(client, "/v1/injections/paths")["rows"]
    assert [3292, 3428, 3604] in [row["pids"] for row in rows]


def test_the_movement_of_the_story(client: httpx.Client) -> None:
    body = graph(client, "/v1/lateral-movement")
    (row,) = body["rows"]
    assert (row["source_host"], row["target_host"], row["method"]) == ("MWC01", "MWC02", "PsExec")
    assert {"MWC01", "MWC02"} <= names(body, "Host")
    assert "STARTED_REMOTELY" in {edge["type"] for edge in body["edges"]}


def test_the_lineage_of_a_file_by_name_path_hash_and_uid(client: httpx.Client) -> None:
    by_name = graph(client, "/v1/files/027cc.dll/lineage")
    assert by_name["rows"]
    found = client.get("/v1/search", params={"q": "027cc.dll", "kind": "File"}).json()["rows"]
    for row in found:
        assert graph(client, f"/v1/files/{row['uid']}/lineage")["rows"]
    by_path = graph(client, "/v1/files/C:%5CWindows%5C027cc.dll/lineage")
    assert {row["action"] for row in by_path["rows"]} >= {"copied from", "run by (command line)"}
    problem(client.get("/v1/files/no-such.dll/lineage"), 422, "bad-parameters")


def test_tracking_both_ways(client: httpx.Client, store: Store) -> None:
    for direction in ("forward", "backward"):
        body = graph(client, f"/v1/track/{direction}", **{"from": "4032@MWC01"})
        assert body["rows"] == run(store, f"track-{direction}", {"from": "4032@MWC01"}).rows
        assert {edge["uid"] for edge in body["edges"]} == {row["uid"] for row in body["rows"]}
    problem(client.get("/v1/track/sideways", params={"from": "x"}), 422, "bad-parameters")


def test_the_shortest_path_leads_over_both_hosts(client: httpx.Client) -> None:
    body = graph(client, "/v1/paths/shortest", **{"from": "4032@MWC01", "to": "2748@MWC02"})
    (row,) = body["rows"]
    assert row["types"] == ["STARTED_REMOTELY"]
    assert row["hosts"] == ["MWC01", "MWC02"]
    assert row["evidence"]
    everything = graph(client, "/v1/paths", **{"from": "4032@MWC01", "to": "2748@MWC02", "max_hops": 6})
    assert everything["rows"][0]["uids"] == row["uids"]
    assert [r["hops"] for r in everything["rows"]] == sorted(r["hops"] for r in everything["rows"])
    back = graph(client, "/v1/paths", **{"from": "2748@MWC02", "to": "4032@MWC01"})
    assert back["rows"] == []


def test_every_page_of_runs(client: httpx.Client, store: Store) -> None:
    found, cursor = [], None
    while True:
        given: dict[str, Any] = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        body = client.get("/v1/runs", params=given).json()
        found += body["rows"]
        cursor = body["next"]
        if cursor is None:
            break
        assert (len(body["rows"]), body["truncated"]) == (2, True)
    assert found == run(store, "runs").rows
    problem(client.get("/v1/hosts", params={"cursor": "nonsense"}), 422, "bad-parameters")


def test_hosts_with_their_addresses(client: httpx.Client) -> None:
    rows = {row["host"]: row for row in client.get("/v1/hosts").json()["rows"]}
    assert "172.31.48.118" in rows["MWC01"]["addresses"]


def test_a_sample_by_any_of_its_hashes(client: httpx.Client, store: Store) -> None:
    (content,) = store.read(
        "MATCH (:Run)-[:ANALYSED]->(c:Content) WHERE c.md5 IS NOT NULL AND c.sha256 IS NOT NULL "
        "RETURN c.sha256 AS sha256, c.md5 AS md5 ORDER BY sha256 LIMIT 1"
    ).rows()
    first = graph(client, f"/v1/samples/{content['sha256'].upper()}")
    assert "analysed" in {row["role"] for row in first["rows"]}
    assert graph(client, f"/v1/samples/{content['md5']}")["rows"] == first["rows"]
    assert graph(client, f"/v1/samples/{'0' * 64}")["rows"] == []
    problem(client.get("/v1/samples/xyz"), 422, "bad-parameters")


def test_search_finds_everything_that_bears_the_text(client: httpx.Client) -> None:
    rows = client.get("/v1/search", params={"q": "DLLHOST"}).json()["rows"]
    assert {"Process", "File"} <= {row["label"] for row in rows}
    assert all("dllhost" in row["text"].lower() for row in rows)
    files = client.get("/v1/search", params={"q": "dllhost", "kind": "File"}).json()["rows"]
    assert files == [row for row in rows if row["label"] == "File"]
    problem(client.get("/v1/search", params={"q": "x", "kind": "Files"}), 422, "bad-parameters")
    problem(client.get("/v1/search", params={"q": ""}), 422, "bad-parameters")


def test_a_node_and_its_neighbours(client: httpx.Client) -> None:
    movement = graph(client, "/v1/lateral-movement")
    uid = process(movement, 2748)
    node = client.get(f"/v1/nodes/{uid}").json()["node"]
    assert (node["label"], node["properties"]["pid"]) == ("Process", 2748)
    near = graph(client, f"/v1/nodes/{uid}/neighbours")
    assert all(uid in (row["source_uid"], row["target_uid"]) for row in near["rows"])
    assert {edge["uid"] for edge in near["edges"]} == {row["uid"] for row in near["rows"]}
    some = graph(client, f"/v1/nodes/{uid}/neighbours", type=["SPAWNED", "RAN_ON"], direction="in")
    assert {row["type"] for row in some["rows"]} == {"SPAWNED"}
    for address in ("/v1/nodes/nobody", "/v1/nodes/nobody/neighbours"):
        problem(client.get(address), 404, "unknown-node")


def test_cypher_of_the_clients_own(client: httpx.Client) -> None:
    text = "MATCH (h:Host {recorded: $own}) RETURN h.name AS host ORDER BY host"
    body = client.post("/v1/cypher", json={"cypher": text, "parameters": {"own": True}}).json()
    assert {"MWC01", "MWC02"} <= {row["host"] for row in body["rows"]}
    assert (body["cypher"], body["parameters"]) == (text, {"own": True})
    assert (body["nodes"], body["edges"], body["total"]) == ([], [], {"nodes": 0, "edges": 0})
    path = "MATCH path = (:Process)-[:STARTED_REMOTELY]->(:Process) RETURN path"
    drawn = client.post("/v1/cypher", json={"cypher": path}).json()
    assert {node["properties"]["pid"] for node in drawn["nodes"]} == {4032, 2748}
    assert [edge["type"] for edge in drawn["edges"]] == ["STARTED_REMOTELY"]
    cut = client.post("/v1/cypher", json={"cypher": text, "parameters": {"own": True}, "limit": 1}).json()
    assert (len(cut["rows"]), cut["truncated"]) == (1, True)
    for refused in (
        '{"cypher": "MATCH (n) DETACH DELETE n"}',
        """{"cypher": "LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l"}""",
        '{"cypher": "RETURN"}',
        '{"cypher": "\\ud800"}',
        '{"cypher": "RETURN $x AS x", "parameters": {"x": "\\ud800"}}',
        '{"cypher": "RETURN $x AS x", "parameters": {"x": 9223372036854775808}}',
        '{"cypher": ""}',
    ):
        answer = client.post("/v1/cypher", content=refused, headers={"Content-Type": "application/json"})
        problem(answer, 422, "bad-parameters")
