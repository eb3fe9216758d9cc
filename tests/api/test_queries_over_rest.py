"""The stored queries over REST, on the embedded engine with logs loaded while the server runs."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import EXAMPLES
from fastapi import FastAPI
from helpers.rest import client_of, problem, settings_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.database import opened
from api.load import load
from cypher import catalogue, runner
from graph_model import embedded
from graph_model.embedded import EmbeddedEngine
from graph_model.errors import StatementRefusedError
from loaders.protocol import Context

LOGS = [EXAMPLES / "cuckoo" / "log3.json", EXAMPLES / "mark2"]
WITHOUT_REQUIRED = [
    name for name, q in catalogue.queries().items() if not any(p.required for p in q.header.params.values())
]
NOT_IN_THESE_LOGS = {"unfinished", "fingerprinting", "mutex-counts", "signature-counts", "url-counts"}
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rest") / "data"


@pytest.fixture(scope="module")
def app(folder: Path) -> FastAPI:
    return create_app(settings_for(folder))


@pytest.fixture(scope="module")
def empty_answers() -> dict[str, int]:
    """Statuses of all queries before anything was loaded."""
    return {}


@pytest.fixture(scope="module")
def client(app: FastAPI, folder: Path, empty_answers: dict[str, int]) -> Iterator[httpx.Client]:
    with client_of(app) as found:
        for name in WITHOUT_REQUIRED:
            empty_answers[name] = found.get(f"/v1/queries/{name}/run").status_code
        with opened(settings_for(folder)) as store:
            load(store, LOGS, Context(), settings_for(folder))
        yield found


def posted(client: httpx.Client, name: str, body: Any) -> httpx.Response:
    """As any client may: NaN and halves of characters included, which httpx would not send."""
    content = json.dumps(body).encode("ascii")
    return client.post(f"/v1/queries/{name}/run", content=content, headers={"Content-Type": "application/json"})


def test_every_query_answers_on_a_database_that_was_never_written(
    client: httpx.Client, empty_answers: dict[str, int]
) -> None:
    assert empty_answers == dict.fromkeys(WITHOUT_REQUIRED, 200)


def test_health_tells_engine_and_runs(client: httpx.Client) -> None:
    answer = client.get("/v1/health")
    assert answer.status_code == 200
    assert answer.json() | {"version": ""} == {
        "status": "ok",
        "engine": "embedded",
        "reachable": True,
        "version": "",
        "runs": 3,
    }


def test_the_listing_is_the_catalogue(client: httpx.Client) -> None:
    listed = client.get("/v1/queries").json()["queries"]
    assert [q["name"] for q in listed] == [
        q.name for q in sorted(catalogue.queries().values(), key=lambda q: (q.area, q.name))
    ]
    for query in listed:
        stored = catalogue.query(query["name"])
        assert query["columns"] == stored.header.columns
        assert (query["area"], query["summary"], query["attack"]) == (
            stored.area,
            stored.header.summary,
            stored.header.attack,
        )
        assert query["params"] == {
            name: {"type": p.type, "doc": p.doc, "default": p.default, "required": p.required}
            for name, p in stored.header.params.items()
        }


def test_a_query_is_shown_with_its_cypher(client: httpx.Client) -> None:
    shown = client.get("/v1/queries/injections").json()
    assert shown["cypher"] == catalogue.query("injections").text
    assert shown["params"]["min_confidence"]["default"] == "likely"


@pytest.mark.parametrize("name", WITHOUT_REQUIRED)
def test_a_query_without_required_parameters_runs_with_its_defaults(client: httpx.Client, name: str) -> None:
    by_address, by_body = client.get(f"/v1/queries/{name}/run"), client.post(f"/v1/queries/{name}/run", json={})
    assert by_address.status_code == 200, by_address.text
    answer = by_address.json()
    assert answer == by_body.json()
    stored = catalogue.query(name)
    assert answer["columns"] == list(stored.header.columns)
    assert answer["parameters"] == {key: p.default for key, p in stored.header.params.items()}
    assert answer["cypher"] == stored.text
    assert bool(answer["rows"]) == (name not in NOT_IN_THESE_LOGS)
    assert all(list(row) == answer["columns"] for row in answer["rows"])


def test_a_name_that_nothing_bears_is_told_in_the_notes(client: httpx.Client) -> None:
    answer = client.get("/v1/queries/process-tree/run", params={"host": "NOPE"}).json()
    assert answer["rows"] == []
    (note,) = answer["notes"]
    assert note.startswith("there is no host `NOPE`: there is ")
    assert note.endswith("; `GET /v1/queries/names/run` lists them all")
    assert client.get("/v1/queries/process-tree/run").json()["notes"] == []


def test_injection_paths_gives_the_chain_of_two_hops(client: httpx.Client) -> None:
    (row,) = client.get("/v1/queries/injection-paths/run").json()["rows"]
    assert (row["pids"], row["hops"]) == ([3292, 3428, 3604], 2)
    assert row["techniques"] == ["T1055.012", "T1055.004"]


def test_parameters_in_the_address_are_read_by_their_declared_types(client: httpx.Client) -> None:
    answer = client.get("/v1/queries/injections/run", params={"min_confidence": "weak", "limit": "1"}).json()
    assert answer["parameters"] == {"host": "", "min_confidence": "weak", "limit": 1}
    assert (len(answer["rows"]), answer["truncated"]) == (1, True)


def test_a_list_is_given_by_repeating_its_name(client: httpx.Client) -> None:
    uids = client.get("/v1/queries/injection-paths/run").json()["rows"][0]["uids"]
    answer = client.get("/v1/queries/nodes/run", params={"uids": uids}).json()
    assert sorted(answer["parameters"]["uids"]) == sorted(uids)
    assert len(answer["rows"]) == 3


def test_null_means_the_default(client: httpx.Client) -> None:
    answer = client.post("/v1/queries/injections/run", json={"parameters": {"min_confidence": None}})
    assert answer.json()["parameters"]["min_confidence"] == "likely"


def test_an_unknown_query_is_not_found_and_the_nearest_is_named(client: httpx.Client) -> None:
    for answer in (client.get("/v1/queries/injektions"), client.post("/v1/queries/injektions/run", json={})):
        assert "`injections`" in problem(answer, 404, "unknown-query")["hint"]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("injections", {"parameters": {"min_confidance": "weak"}}),
        ("injections", {"parameters": {"limit": "many"}}),
        ("injections", {"parameters": {"limit": 0}}),
        ("injections", {"parameters": {"limit": 10_001}}),
        ("injections", {"parameters": {"limit": 10**30}}),
        ("injections", {"parameters": {"min_confidence": {"a": 1}}}),
        ("injections", {"limit": 5, "parameters": {"limit": 5}}),
        ("injections", {"limit": -1}),
        ("injections", {"parametres": {}}),
        ("injections", []),
        ("track-forward", {}),
        ("track-forward", {"parameters": {"from": "nothing of that name"}}),
        ("track-forward", {"parameters": {"from": "3292@cuckoo1", "until": "yesterday"}}),
        ("nodes", {"parameters": {"uids": ["a", "\ud800"]}}),
    ],
)
def test_what_does_not_fit_is_refused_with_a_hint(client: httpx.Client, name: str, body: Any) -> None:
    body = problem(posted(client, name, body), 422, "bad-parameters")
    assert "-p " not in body["hint"] and "Error" not in body["detail"]


def test_a_parameter_given_twice_in_the_address_is_refused(client: httpx.Client) -> None:
    answer = client.get("/v1/queries/injections/run", params={"min_confidence": ["weak", "likely"]})
    problem(answer, 422, "bad-parameters")


def test_broken_json_and_other_media_types_are_refused(client: httpx.Client) -> None:
    address = "/v1/queries/runs/run"
    problem(client.post(address, content="{", headers={"Content-Type": "application/json"}), 400, "bad-request")
    problem(client.post(address, content="{}", headers={"Content-Type": "text/plain"}), 422, "bad-parameters")


def test_unknown_addresses_and_methods_are_problems(client: httpx.Client) -> None:
    for address in ("/nothing", "/v1/queries/", "/docs", "/redoc", "/v1/queries/a/b/c"):
        problem(client.get(address), 404, "not-found")
    answer = client.delete("/v1/queries")
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET"


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["runs", "find", "injection-paths", "track-forward", "nodes"]),
    parameters=st.dictionaries(st.sampled_from(["limit", "text", "host", "max_hops", "from", "uids"]), JSON_VALUES),
)
def test_no_parameter_whatever_brings_the_server_down(
    client: httpx.Client, name: str, parameters: dict[str, Any]
) -> None:
    answer = posted(client, name, {"parameters": parameters})
    assert answer.status_code in (200, 422), answer.text


def test_a_write_cannot_be_smuggled_through_a_parameter(client: httpx.Client, folder: Path) -> None:
    smuggled = "x' RETURN 1 AS a UNION CREATE (p:Smuggled {uid: 'p'}) RETURN 1 AS a //"
    statuses = set()
    for name, stored in catalogue.queries().items():
        texts = {key: smuggled for key, p in stored.header.params.items() if "string" in p.type}
        statuses.add(client.post(f"/v1/queries/{name}/run", json={"parameters": texts}).status_code)
    assert statuses <= {200, 422}
    with opened(settings_for(folder), read_only=True) as store:
        assert store.read("MATCH (n:Entity) WHERE n.uid = 'p' RETURN count(n) AS n").rows() == [{"n": 0}]


def test_the_engine_itself_refuses_our_server_every_write(client: httpx.Client, app: FastAPI) -> None:
    for statement in (
        "CREATE (n:Run:Entity {uid: 'w'})",
        "MATCH (n) DETACH DELETE n",
        "MATCH (n:Run) SET n.name = 'x'",
    ):
        with pytest.raises(StatementRefusedError):
            app.state.held.open().read(statement)
    assert client.get("/v1/health").json()["runs"] == 3


def test_many_requests_at_once_get_the_same_answers_as_one_by_one(client: httpx.Client) -> None:
    addresses = [f"/v1/queries/{name}/run" for name in WITHOUT_REQUIRED]
    alone = [client.get(address).json() for address in addresses]
    with ThreadPoolExecutor(16) as pool:
        together = list(pool.map(lambda address: client.get(address).json(), addresses * 4))
    assert together == alone * 4


def test_an_answer_holds_no_more_rows_than_the_server_allows(folder: Path, client: httpx.Client) -> None:
    with client_of(create_app(settings_for(folder, max_rows=2))) as narrow:
        answer = narrow.get("/v1/queries/process-tree/run").json()
        assert (len(answer["rows"]), answer["truncated"]) == (2, True)
        problem(narrow.get("/v1/queries/process-tree/run?limit=3"), 422, "bad-parameters")


def test_a_query_that_takes_too_long_is_given_up_while_others_go_on(
    folder: Path, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = runner.run
    monkeypatch.setattr(runner, "run", lambda *given: time.sleep(1.5) if given[1] == "hosts" else run(*given))
    with client_of(create_app(settings_for(folder, query_timeout=0.5))) as hurried:
        problem(hurried.get("/v1/queries/hosts/run"), 504, "query-timeout")
        assert hurried.get("/v1/queries/runs/run").status_code == 200


def test_a_statement_that_the_engine_gives_up_is_a_timeout_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE a * b % 7 = 8 RETURN count(*)"
    monkeypatch.setenv("PROVGRAPH_ENGINE_STATEMENT_TIMEOUT", "0.5")
    monkeypatch.setattr(runner, "run", lambda store, *_: store.read(slow))
    with client_of(create_app(settings_for(tmp_path / "data"))) as client:
        problem(client.get("/v1/queries/runs/run"), 504, "query-timeout")


def test_a_fault_of_ours_shows_nothing_of_itself(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("inner secret")

    monkeypatch.setattr(runner, "run", fail)
    answer = client.get("/v1/queries/runs/run")
    problem(answer, 500, "internal-error")
    assert "secret" not in answer.text and "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    while not caplog.records:  # the server logs when it has answered
        time.sleep(0.01)
    assert "inner secret" in caplog.text


def test_a_database_elsewhere_is_read_over_its_address(client: httpx.Client, folder: Path, tmp_path: Path) -> None:
    with EmbeddedEngine(folder) as found:
        elsewhere = {"uri": found.uri, "user": found.reader_user, "password": found.reader_password}
        app = create_app(settings_for(tmp_path / "unused", database=found.database, **elsewhere))
        with client_of(app) as other:
            health = other.get("/v1/health").json()
            assert (health["engine"], health["runs"]) == ("neo4j", 3)
            address = "/v1/queries/runs/run"
            assert other.get(address).json() == client.get(address).json()
    assert not (tmp_path / "unused").exists()


def test_an_engine_that_was_stopped_is_started_again_by_the_next_request(tmp_path: Path) -> None:
    with client_of(create_app(settings_for(tmp_path / "data"))) as client:
        assert embedded.stop(tmp_path / "data")
        failing = client.get("/v1/health")
        assert (failing.status_code, failing.json()["reachable"]) == (503, False)
        assert client.get("/v1/health").json()["reachable"]
        assert client.get("/v1/queries/runs/run").status_code == 200
