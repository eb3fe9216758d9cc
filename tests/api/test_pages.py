"""Pages for people: what they show is what queries find, as text, with links that lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from conftest import EXAMPLES
from helpers.rest import client_of, problem, settings_for

from api.app import create_app
from api.database import opened
from api.exporting import answer_graph
from api.exports.formats import FORMATS, render
from api.load import load
from api.problems import SECURITY_HEADERS
from api.routes import pages
from cypher import catalogue
from cypher.runner import run
from graph_model.store import Store
from loaders.protocol import Context

HOSTILE = "<img src=x onerror=alert(1)>'\"\u202e&amp;"


class Page(HTMLParser):
    """Tags, links and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not any(name.startswith("on") or name == "style" for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages") / "data"


@pytest.fixture(scope="module")
def store(folder: Path) -> Iterator[Store]:
    with opened(settings_for(folder)) as found:
        load(found, [EXAMPLES], Context(), settings_for(folder))
        found.change(
            "CREATE (p:Process:Entity {uid: 'hostile', name: $x, command_line: $x, path: $x, pid: 1})"
            "-[:WROTE {uid: 'hostile-w', first_us: 1, last_us: 1, positions: [$x]}]->"
            "(:File:Entity {uid: 'hostile-f', name: $x + '.exe', path: $x + '.exe', key: $x})",
            {"x": HOSTILE},
        )
        yield found


@pytest.fixture(scope="module")
def client(folder: Path, store: Store) -> Iterator[httpx.Client]:
    with client_of(create_app(settings_for(folder))) as found:
        yield found


def shown(client: httpx.Client, address: str, status: int = 200) -> Page:
    """A page that runs nothing, fetches nothing, and whose links stay here."""
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == (policy if name == "Content-Security-Policy" else value)
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert f"<style>{pages._style()}</style>" in answer.text
    page = Page(answer.text)
    assert not page.tags & {"script", "link", "img", "iframe", "object", "base"}
    assert all(link.startswith(("/", "#")) and not link.startswith("//") for link in page.links)
    return page


def test_the_first_page_counts_what_queries_find(client: httpx.Client, store: Store) -> None:
    page = shown(client, "/")
    words = " ".join(page.text.split())
    for name, title in pages._FINDINGS.items():
        assert f"{len(run(store, name).rows)} {title}" in words
    for link in {link for link in page.links if not link.startswith(("#", "/load"))}:
        assert client.get(link).status_code == 200, link


@pytest.mark.parametrize("name", catalogue.queries())
def test_every_stored_query_has_a_page(client: httpx.Client, name: str) -> None:
    page = shown(client, f"/queries/{name}")
    assert catalogue.query(name).header.summary in page.text
    assert client.get("/queries/nothing").status_code == 404


def test_the_parameters_of_a_form_count(client: httpx.Client, store: Store) -> None:
    page = shown(client, "/queries/injections?min_confidence=confirmed&host=&limit=")
    assert f"{len(run(store, 'injections', {'min_confidence': 'confirmed'}).rows)} row" in " ".join(page.text.split())
    refused = shown(client, "/queries/injections?limit=many", status=422)
    assert "'many' is no integer" in refused.text


def test_a_search_leads_to_a_node_and_on_to_what_it_is_joined_with(client: httpx.Client) -> None:
    found = shown(client, "/search?q=dllhost")
    nodes = [link for link in found.links if link.startswith("/nodes/")]
    assert nodes
    page = shown(client, nodes[0])
    assert "dllhost" in page.text
    neighbours = {link for link in page.links if link.startswith("/nodes/")} - set(nodes)
    for link in [*neighbours, *(link for link in page.links if link.startswith(("/queries/", "/v1/")))]:
        assert client.get(link).status_code == 200, link
    assert "0 found" in " ".join(shown(client, "/search?q=no-such-thing").text.split())
    shown(client, "/search")
    problem(client.get("/nodes/nobody"), 404, "unknown-node")


def test_hostile_text_stays_text_on_every_page(client: httpx.Client) -> None:
    visible = HOSTILE.replace("\u202e", "\\u202e")
    for address in ("/nodes/hostile", "/search?q=onerror", "/queries/drops", "/queries/neighbours?uid=hostile"):
        assert visible in shown(client, address).text, address
    quoted = httpx.QueryParams({"q": HOSTILE, "text": HOSTILE})
    assert HOSTILE in client.get(f"/search?{quoted}").text.replace("&lt;", "<").replace("&gt;", ">").replace(
        "&#39;", "'"
    ).replace("&#34;", '"').replace("&amp;", "&")
    shown(client, f"/search?{quoted}")
    shown(client, f"/queries/injections?{httpx.QueryParams({'host': HOSTILE})}")


def test_logs_are_loaded_from_the_page(tmp_path: Path) -> None:
    log = EXAMPLES / "cuckoo" / "log3.json"
    with client_of(create_app(settings_for(tmp_path / "data"))) as client:
        assert "Nothing is loaded yet" in shown(client, "/").text
        sent = [("files", (log.name, log.read_bytes()))]
        answer = client.post("/load", files=sent, data={"case": ""})
        assert answer.status_code == 303
        address = answer.headers["location"]
        for _ in range(600):
            text = client.get(address).text
            if 'http-equiv="refresh"' not in text:
                break
        page = shown(client, address)
        assert "log3.json (cuckoo)" in page.text
        assert not re.search(r"/tmp|provgraph-upload", page.text)
        failed = client.post("/load", files=[("files", ("a.txt", b"x"))]).headers["location"]
        for _ in range(600):
            if 'http-equiv="refresh"' not in client.get(failed).text:
                break
        assert "a.txt: not a log" in shown(client, failed).text


def test_a_graph_opens_from_the_page(client: httpx.Client) -> None:
    answer = client.get("/v1/graph.html", params={"query": "injections", "min_confidence": "weak"})
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy in answer.text.replace("&#39;", "'")
    problem(client.get("/v1/graph.html", params={"query": "injection"}), 404, "unknown-query")
    problem(client.get("/v1/graph.html", params={"query": "injections", "limit": "0"}), 422, "bad-parameters")


@pytest.mark.parametrize("name", FORMATS)
def test_a_graph_comes_in_every_format(client: httpx.Client, store: Store, name: str) -> None:
    answer = client.get(f"/v1/graph.{name}", params={"query": "lateral-movement"})
    assert answer.headers["content-type"] == FORMATS[name].media_type
    assert answer.content == render(name, answer_graph(store, "lateral-movement", {}, None)).body
    if name != "html":
        assert answer.headers["content-disposition"].endswith(f'"lateral-movement{FORMATS[name].suffix}"')
    problem(client.get("/v1/graph.exe"), 422, "bad-parameters")
