"""Who may ask: host names, tokens, sizes and headers, seen from outside."""

from __future__ import annotations

import base64
import re
import socket
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from helpers.rest import client_of, problem, settings_for

from api import problems
from api.app import create_app
from api.exports.formats import FORMATS
from api.routes import pages
from api.security import LOOPBACK_HOSTS, Rates, allowed_hosts
from cypher import catalogue
from graph_model.errors import UsageError
from graph_model.schema import NODES, RELATIONSHIPS

TOKEN = "a long random text, with ümlaut"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("security") / "data"


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[httpx.Client]:
    with client_of(create_app(settings_for(folder, max_body_bytes=1000))) as found:
        yield found


@pytest.fixture(scope="module")
def guarded(folder: Path) -> Iterator[httpx.Client]:
    with client_of(create_app(settings_for(folder, token=f" {TOKEN}\n"), hosts=None)) as found:
        yield found


def bearer(token: str) -> dict[str, bytes]:
    return {"Authorization": f"Bearer {token}".encode()}


def raw(client: httpx.Client, request: bytes) -> bytes:
    """What the server says to bytes that no decent client sends."""
    url = client.base_url
    with socket.create_connection((url.host, url.port or 0), timeout=10) as link:
        link.sendall(request)
        return link.recv(65536)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LocalHost:8000", "[::1]:8000", "127.0.0.1:1"])
def test_requests_that_name_the_loopback_address_pass(client: httpx.Client, host: str) -> None:
    assert client.get("/v1/queries", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example:80",
        "evil.example@127.0.0.1",
        "[::2]",
        "",
        "a:b",
    ],
)
def test_requests_that_name_another_host_are_refused(client: httpx.Client, host: str) -> None:
    for address in ("/", "/openapi.json", "/v1/health", "/v1/queries/runs/run"):
        problem(client.get(address, headers={"Host": host}), 421, "wrong-host")


def test_requests_without_a_host_or_with_two_are_refused(client: httpx.Client) -> None:
    assert b" 421 " in raw(client, b"GET /v1/queries HTTP/1.0\r\n\r\n")
    twice = b"GET /v1/queries HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"
    assert re.match(rb"HTTP/1.1 4\d\d ", raw(client, twice))


def test_every_address_but_health_needs_the_token(guarded: httpx.Client) -> None:
    for address in ("/v1/queries", "/v1/queries/runs", "/v1/queries/runs/run", "/v1/nothing", "//v1/queries", "/x"):
        answer = guarded.get(f"http://127.0.0.1:{guarded.base_url.port}{address}")
        problem(answer, 401, "unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"
    assert guarded.get("/v1/queries", headers=bearer(TOKEN)).status_code == 200
    assert guarded.get("/v1/queries/runs/run", headers=bearer(TOKEN)).status_code == 200


@pytest.mark.parametrize(
    "header", ["Bearer", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer é"]
)
def test_a_wrong_token_is_refused(guarded: httpx.Client, header: str) -> None:
    answer = guarded.get("/v1/queries", headers={"Authorization": header.encode()})
    problem(answer, 401, "unauthorized")
    assert TOKEN not in answer.text


def test_health_is_open_and_tells_no_numbers_where_a_token_guards_them(guarded: httpx.Client) -> None:
    assert guarded.get("/v1/health").json() | {"version": ""} == {
        "status": "ok",
        "engine": "embedded",
        "reachable": True,
        "version": "",
        "runs": None,
    }


def test_the_token_is_asked_for_before_the_body_is_read(guarded: httpx.Client) -> None:
    begun = b"POST /v1/queries/runs/run HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{"
    assert b" 401 " in raw(guarded, begun)


def test_a_server_behind_a_token_answers_to_any_name(guarded: httpx.Client) -> None:
    assert guarded.get("/v1/queries", headers=bearer(TOKEN) | {"Host": b"graph.example"}).status_code == 200


def test_a_body_over_the_limit_is_refused_whatever_it_says_of_its_length(client: httpx.Client) -> None:
    address = "/v1/queries/runs/run"
    problem(client.post(address, content=b"x" * 1001), 413, "body-too-large")
    problem(client.post(address, content=(b"x" * 100 for _ in range(20))), 413, "body-too-large")
    fits = client.post(address, content=iter([b"{", b" " * 900, b"}"]), headers={"Content-Type": "application/json"})
    assert fits.status_code == 200


@pytest.mark.parametrize("address", ["/openapi.json", "/v1/queries", "/nothing", "/v1/queries/none/run"])
def test_every_answer_forbids_browsers_what_is_not_needed(client: httpx.Client, address: str) -> None:
    headers = client.get(address).headers
    for name, value in problems.SECURITY_HEADERS.items():
        assert headers[name].startswith(value)
    assert ("access-control-allow-origin" not in headers and "server" not in headers) or headers["server"] == "uvicorn"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.2"])
def test_loopback_addresses_need_no_token(tmp_path: Path, host: str) -> None:
    hosts = allowed_hosts(settings_for(tmp_path), host)
    assert hosts is not None and hosts >= LOOPBACK_HOSTS


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.0.2.1"])
def test_other_addresses_need_one(tmp_path: Path, host: str) -> None:
    for token in ("", "  "):
        with pytest.raises(UsageError) as caught:
            allowed_hosts(settings_for(tmp_path, token=token), host)
        assert "PROVGRAPH_TOKEN" in caught.value.hint
    assert allowed_hosts(settings_for(tmp_path, token="t"), host) is None


def test_the_token_is_not_shown_with_the_settings(tmp_path: Path) -> None:
    assert "hush" not in repr(settings_for(tmp_path, token="hush"))


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_about_rest_lists_everything_and_needs_nothing_from_elsewhere(client: httpx.Client) -> None:
    answer = client.get("/rest")
    tags = Tags(answer.text).tags
    links = {attributes["href"] for tag, attributes in tags if tag == "a"}
    assert links >= {f"/v1/queries/{name}" for name in catalogue.queries()}
    ids = {attributes["id"] for _, attributes in tags if "id" in attributes}
    assert ids >= {kind.slug for kind in problems.KINDS}
    for link in sorted(link for link in links if link and link.startswith("/")):
        assert client.get(link).status_code == 200, link


def test_what_pages_show_of_queries_is_text(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    real = pages.summary_of
    attack: dict[str, Any] = {"summary": "<script>alert(1)</script>", "name": '"><img src=x>'}
    monkeypatch.setattr(pages, "summary_of", lambda stored: real(stored).model_copy(update=attack))
    text = client.get("/rest").text
    assert "&lt;script&gt;" in text
    assert not {tag for tag, _ in Tags(text).tags} & {"script", "img"}


ROUTES = """
    /v1/health /v1/runs /v1/hosts /v1/samples/{hash} /v1/search /v1/nodes/{uid} /v1/nodes/{uid}/neighbours
    /v1/graph.{format} /v1/drops
    /v1/injections /v1/injections/paths /v1/lateral-movement /v1/fingerprinting /v1/signers /v1/files/{file}/lineage
    /v1/track/{direction} /v1/paths /v1/paths/shortest /v1/queries /v1/queries/{name} /v1/queries/{name}/run
    /v1/cypher /v1/ingest /v1/jobs /v1/jobs/{id} /v1/jobs/{id}/events
"""


OTHER_MEDIA = {
    "/v1/jobs/{id}/events": {"text/event-stream"},
    "/v1/graph.{format}": {found.media_type for found in FORMATS.values()},
}


def test_openapi_describes_every_route_with_summary_and_problems(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()
    assert set(described["paths"]) == set(ROUTES.split())
    for address, methods in described["paths"].items():
        for operation in methods.values():
            assert operation["summary"] and operation["description"]
            assert ("security" in operation) == (address != "/v1/health")
            for status, answer in operation["responses"].items():
                well = int(status) < 400 or address == "/v1/health"
                expected = {"application/json"} if well else {problems.MEDIA_TYPE}
                if well and address in OTHER_MEDIA:
                    expected = OTHER_MEDIA[address]
                assert set(answer["content"]) == expected
    assert described["components"]["schemas"]["RunRequest"]["examples"]


def test_openapi_shows_every_kind_of_the_schema_with_its_properties(client: httpx.Client) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    for label, kind in NODES.items():
        assert schemas[f"{label}Node"]["properties"]["label"]["const"] == label
        assert set(schemas[f"{label}Properties"]["properties"]) == set(kind.properties) - {"uid"}
    types = {
        model["properties"]["type"].get("const") for name, model in schemas.items() if name.endswith("Relationship")
    }
    assert types == {*RELATIONSHIPS, None}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_of_another_site_changes_nothing(client: httpx.Client, headers: dict[str, str]) -> None:
    form = {"files": ("a.json", b"{}")}
    problem(client.post("/v1/ingest", files=form, headers=headers), 403, "cross-site")
    assert client.get("/v1/jobs", headers=headers).json() == {"jobs": []}


def test_what_a_browser_sends_from_our_own_pages_passes(client: httpx.Client) -> None:
    own = {"Origin": str(client.base_url).rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    assert client.post("/v1/cypher", json={"cypher": "RETURN 1 AS one"}, headers=own).status_code == 200


def test_a_browser_may_give_the_token_as_a_password(guarded: httpx.Client) -> None:
    page_wanted = guarded.get("/", headers={"Accept": "text/html"})
    assert page_wanted.status_code == 401
    assert page_wanted.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert guarded.get("/v1/runs").headers["WWW-Authenticate"] == "Bearer"
    given = base64.b64encode(f"anyone:{TOKEN}".encode()).decode()
    assert guarded.get("/v1/queries", headers={"Authorization": f"Basic {given}"}).status_code == 200
    for wrong in ("Basic " + base64.b64encode(b"anyone:wrong").decode(), "Basic ???", "Basic", f"Digest {given}"):
        problem(guarded.get("/v1/queries", headers={"Authorization": wrong}), 401, "unauthorized")


def test_a_client_that_asks_too_often_is_told_to_wait(folder: Path) -> None:
    with client_of(create_app(settings_for(folder, rate_limit="3/minute"))) as client:
        answers = [client.get("/v1/health") for _ in range(4)]
    assert [answer.status_code for answer in answers[:3]] == [200] * 3
    problem(answers[3], 429, "too-many-requests")
    assert int(answers[3].headers["Retry-After"]) > 0


def test_who_guesses_tokens_is_stopped_soon(folder: Path) -> None:
    with client_of(create_app(settings_for(folder, token=TOKEN), hosts=None)) as client:
        answers = [client.get("/v1/runs", headers=bearer(f"guess {n}")).status_code for n in range(32)]
        assert answers == [401] * 30 + [429] * 2
        assert client.get("/v1/runs", headers=bearer(TOKEN)).status_code == 429


@pytest.mark.parametrize("rate", ["", "many", "5", "5/fortnight"])
def test_a_rate_that_is_none_is_told_before_the_first_request(folder: Path, rate: str) -> None:
    with pytest.raises(UsageError, match="PROVGRAPH_RATE_LIMIT"):
        Rates(rate)
