"""REST over a Neo4j of the user's own: loading, findings, and Cypher that can only read."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest
from conftest import ENGINES, EXAMPLES, Engines, emptied
from helpers.rest import client_of, problem, settings_for

from api.app import create_app

LOGS = [EXAMPLES / "cuckoo" / "log3.json", EXAMPLES / "mark2" / "mwc01.log", EXAMPLES / "mark2" / "mwc02.log"]


def loaded(client: httpx.Client) -> None:
    sent = [("files", (path.name, path.read_bytes())) for path in LOGS]
    address = client.post("/v1/ingest", files=sent).headers["Location"]
    for _ in range(1200):
        job = client.get(address).json()
        if job["state"] in ("done", "failed"):
            break
        time.sleep(0.1)
    assert (job["state"], job["error"]) == ("done", None)


@pytest.mark.parametrize("name", [name for name in ENGINES if name.startswith("neo4j")])
def test_a_neo4j_answers_as_the_embedded_engine_does(engines: Engines, name: str, tmp_path: Path) -> None:
    bolt = engines.bolt(name)
    with bolt.store() as store:
        emptied(store)
    given = {"uri": bolt.uri, "user": bolt.user, "password": bolt.password, "database": bolt.database}
    with (
        client_of(create_app(settings_for(tmp_path / "a", **given))) as client,
        client_of(create_app(settings_for(tmp_path / "b"))) as embedded,
    ):
        assert client.get("/v1/health").json()["engine"] == "neo4j"
        for one in (client, embedded):
            loaded(one)
        for address in (
            "/v1/injections",
            "/v1/injections/paths",
            "/v1/lateral-movement",
            "/v1/drops",
            "/v1/track/forward?from=4032@MWC01",
            "/v1/paths/shortest?from=3344@MWC01&to=2748@MWC02",
            "/v1/search?q=dll",
            "/v1/runs",
        ):
            found, expected = client.get(address).json(), embedded.get(address).json()
            assert found["rows"]
            for key in ("rows", "nodes", "edges", "total", "truncated"):
                assert found.get(key) == expected.get(key), (address, key)
        for text in ("LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l", "SHOW TRANSACTIONS", "CREATE (:X)"):
            problem(client.post("/v1/cypher", json={"cypher": text}), 422, "bad-parameters")
        counted = client.post("/v1/cypher", json={"cypher": "MATCH (p:Process) RETURN count(p) AS n"}).json()
        assert counted["rows"][0]["n"] > 0
