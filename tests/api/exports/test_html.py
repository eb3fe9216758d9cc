"""The HTML export: one file, nothing fetched, nothing from a log taken for markup, and a picture that can be read.

The browser tests drive a real Chromium through chromedriver. Without them they are skipped, in CI they fail.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import itertools
import json
import os
import random
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import EXAMPLES
from helpers.sheets import sheets

from api.exports import layout, words
from api.exports.html import _bundles, _label_sizes, _library, html, write_html
from graph_model.errors import InputError
from graph_model.schema import NODES
from graph_model.store import Store
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
OF_THE_BROWSER_ITSELF = re.compile(r"^\w+ (\w+://)?([\w-]+\.)*(google|googleapis|gstatic)\.com\b")


# --- graphs ---------------------------------------------------------------------------------------------------------


def _process(uid: str, pid: int, name: str, host: str = "h1", **more: Any) -> Node:
    return Node(uid, "Process", {"pid": pid, "name": name, "host_uid": host, **more})


def _edge(type_: str, source: str, target: str, second: float | None = None, **more: Any) -> Edge:
    times = (
        {} if second is None else {"first_us": START + int(second * SECOND), "last_us": START + int(second * SECOND)}
    )
    return Edge(f"{type_}:{source}:{target}:{second}", type_, source, target, {**times, **more})


def _answer(nodes: list[Node], edges: list[Edge], **more: Any) -> GraphAnswer:
    facts = {"total_nodes": len(nodes), "total_edges": len(edges), "truncated": False, "title": "A title", **more}
    return GraphAnswer(tuple(nodes), tuple(edges), **facts)


@pytest.fixture
def chain() -> GraphAnswer:
    """Two injections in a row, each with its memory operations."""
    nodes = [_process("a", 3292, "invoice.exe", started_us=START), _process("b", 3428, "svchost.exe")]
    nodes.append(_process("c", 3604, "explorer.exe"))
    steps = ("SPAWNED", "OPENED", "ALLOCATED_IN", "WROTE_MEMORY_OF", "WROTE_MEMORY_OF", "SET_CONTEXT_OF", "RESUMED")
    edges = []
    for hop, (source, target) in enumerate((("a", "b"), ("b", "c"))):
        edges += [_edge(type_, source, target, 10 * hop + i, position=f"r:{i}") for i, type_ in enumerate(steps)]
        found = {"technique": "T1055.012", "confidence": "confirmed", "evidence": [f"run:{hop}#1", f"run:{hop}#2"]}
        edges.append(_edge("INJECTED_INTO", source, target, 10 * hop + 2, **found))
    return _answer(nodes, edges, cypher="MATCH p = (a)-[:INJECTED_INTO*]->(b)\nRETURN p", parameters={"host": "営業部"})


@pytest.fixture
def movement() -> GraphAnswer:
    """PsExec from one host to another, with files, an endpoint and a registry value."""
    nodes = [
        Node("h1", "Host", {"name": "WIN-営業部-01"}),
        Node("h2", "Host", {"name": "FILESRV02"}),
        _process("a0", 812, "explorer.exe", started_us=START),
        _process("a1", 2216, "powershell.exe", started_us=START + 10 * SECOND),
        _process("a2", 4100, "PsExec.exe", started_us=START + 60 * SECOND, command_line="psexec " + "A" * 5000),
        _process("b0", 620, "services.exe", "h2"),
        _process("b1", 3388, "PSEXESVC.exe", "h2", started_us=START + 62 * SECOND),
        _process("b2", 3400, "請求書.exe", "h2", started_us=START + 63 * SECOND),
        Node("f1", "File", {"name": "請求書_2024年2月.docm", "path": "C:\\Users\\営業\\請求書.docm", "host_uid": "h1"}),
        Node("f2", "File", {"name": "PSEXESVC.exe", "path": "C:\\Windows\\PSEXESVC.exe", "host_uid": "h2"}),
        Node("f3", "File", {"name": "請求書.exe", "path": "C:\\Windows\\請求書.exe", "host_uid": "h2"}),
        Node("x", "Endpoint", {"address": "203.0.113.77", "port": 443}),
        Node("r", "RegistryValue", {"path": "HKEY_LOCAL_MACHINE\\SOFTWARE\\Run\\Updater", "host_uid": "h1"}),
        Node("m", "Movement", {"method": "PsExec", "source_host_uid": "h1", "target_host_uid": "h2"}),
    ]
    edges = [
        _edge("READ_BY", "f1", "a0", 1),
        _edge("SPAWNED", "a0", "a1", 10),
        _edge("SENT_TO", "a1", "x", 13, count=240),
        _edge("SET", "a1", "r", 20),
        _edge("SPAWNED", "a1", "a2", 60),
        _edge("WROTE", "a2", "f2", 61),
        _edge("WROTE", "a2", "f3", 61.2),
        _edge("INITIATED", "a2", "m", 61),
        _edge("REACHED", "m", "b1", 62),
        _edge("EXECUTED_AS", "f2", "b1", 62),
        _edge("SPAWNED", "b0", "b1", 62),
        _edge("STARTED_REMOTELY", "a2", "b1", 62, technique="T1569.002"),
        _edge("SPAWNED", "b1", "b2", 63),
        _edge("EXECUTED_AS", "f3", "b2", 63),
        *(_edge("RAN_ON", uid, f"h{1 + (uid[0] == 'b')}") for uid in ("a0", "a1", "a2", "b0", "b1", "b2")),
    ]
    return _answer(nodes, edges)


def _random(count: int, links: int) -> GraphAnswer:
    source = random.Random(count)
    actors = count // 5
    nodes = [_process(f"p{i}", i, "cmd.exe", f"h{i % 2}", started_us=START + i * SECOND) for i in range(actors)]
    nodes += [Node(f"f{i}", "File", {"name": f"f{i}.dll", "host_uid": f"h{i % 2}"}) for i in range(count - actors)]
    edges = [_edge("SPAWNED", f"p{source.randrange(i)}", f"p{i}", i) for i in range(1, actors)]
    edges += [_edge("WROTE", f"p{source.randrange(actors)}", f"f{i}", i) for i in range(count - actors)]
    while len(edges) < links:
        ends = (f"f{source.randrange(count - actors)}", f"p{source.randrange(actors)}")
        edges.append(_edge("READ_BY", *ends, len(edges) / 7))
    return _answer(nodes, edges)


def _placed(answer: GraphAnswer) -> layout.Layout:
    return layout.place(answer, _label_sizes(answer, _bundles(answer.closed_edges())))


def _data(page: str) -> dict[str, Any]:
    found = re.search(r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


# --- the file -------------------------------------------------------------------------------------------------------


def test_the_page_refers_to_nothing_outside_itself(chain: GraphAnswer) -> None:
    page = html(chain)
    assert not re.search(r"<(link|img|iframe|object|embed|base)\b", page)
    assert not re.search(r"<script[^>]+src|@import|url\(|cdn\.|bootstrap", page)


def test_the_policy_allows_our_own_scripts_and_style_and_nothing_else(chain: GraphAnswer) -> None:
    page = html(chain)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    rules = policy[1].replace("&#39;", "'")
    assert rules.startswith("default-src 'none'; ")
    assert "unsafe" not in rules
    for body in (
        *re.findall(r"<script>(.*?)</script>", page, re.DOTALL),
        *re.findall(r"<style>(.*?)</style>", page, re.DOTALL),
    ):
        assert base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() in rules


def test_strings_from_logs_stand_in_the_file_as_escapes_only() -> None:
    nodes = [Node(f"n{i}", "File", {"name": text, text: text}) for i, text in enumerate(HOSTILE)]
    answer = _answer(nodes, [], title=HOSTILE[1], cypher=HOSTILE[0], parameters={HOSTILE[1]: HOSTILE[5]})
    page = html(answer).replace(_library(), "")
    assert page.count("</script") == page.count("<script") == 3
    assert "<img" not in page
    assert "<svg" not in page
    assert "\u2028" not in page
    assert {node["id"] for node in _data(page)["nodes"]} == {f"n{i}" for i in range(len(HOSTILE))}
    page.encode("utf-8")


def test_the_same_answer_gives_the_same_bytes_in_whatever_order_it_comes(movement: GraphAnswer) -> None:
    shuffled = replace(movement, nodes=movement.nodes[::-1], edges=movement.edges[::-1])
    assert html(movement) == html(movement)
    assert _placed(movement) == _placed(shuffled)


def test_writing_leaves_one_whole_file(tmp_path: Path, chain: GraphAnswer) -> None:
    path = tmp_path / "図.html"
    path.write_text("old", encoding="utf-8")
    write_html(chain, path)
    assert path.read_text(encoding="utf-8") == html(chain)
    assert [found.name for found in tmp_path.iterdir()] == ["図.html"]


def test_a_place_that_cannot_be_written_is_the_users_error(tmp_path: Path, chain: GraphAnswer) -> None:
    with pytest.raises(InputError, match="cannot write"):
        write_html(chain, tmp_path / "missing" / "page.html")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="cannot write"):
        write_html(chain, tmp_path / "folder")
    assert [found.name for found in tmp_path.iterdir()] == ["folder"]


# --- what it says ---------------------------------------------------------------------------------------------------


def test_the_legend_lists_only_the_kinds_that_are_there(movement: GraphAnswer) -> None:
    page = _data(html(movement))["page"]
    assert {kind["name"]: kind["count"] for kind in page["kinds"]} == {
        "Endpoint": 1,
        "File": 3,
        "Host": 2,
        "Movement": 1,
        "Process": 6,
        "RegistryValue": 1,
    }
    assert page["types"][0]["name"] == "STARTED_REMOTELY"
    assert {type_["name"] for type_ in page["types"] if not type_["shown"]} == {"RAN_ON"}


def test_colours_and_shapes_come_from_the_schema(movement: GraphAnswer) -> None:
    kinds = {node.uid: NODES[node.label] for node in movement.nodes}
    for node in _data(html(movement))["nodes"]:
        assert (node["color"], node["shape"]) == (kinds[node["id"]].color, kinds[node["id"]].shape)


def test_relationships_are_numbered_by_time_counted_and_findings_lettered(chain: GraphAnswer) -> None:
    labels = [edge["label"] for edge in _data(html(chain))["edges"]]
    assert labels[:7] == [
        "1 · spawned",
        "2 · opened",
        "3 · allocated in",
        "A · injected into\nT1055.012 · confirmed",
        "4 · wrote memory of ×2",
        "5 · set context of",
        "6 · resumed",
    ]


def test_a_call_says_what_it_was_about_where_it_is_one() -> None:
    one = _edge("CALLED_WITH", "a", "x", 1, arguments=["regkey=HKLM\\VBOX__"])
    two = [_edge("CALLED_WITH", "a", "y", second, arguments=[f"milliseconds={second}"]) for second in (2, 3)]
    assert [bundle.label for bundle in _bundles([one, *two])] == [
        "1 · called with\nregkey=HKLM\\VBOX__",
        "2 · called with ×2",
    ]


def test_a_relationship_tells_its_times_and_evidence(chain: GraphAnswer) -> None:
    page = _data(html(chain))["page"]
    found = page["edges"]["e3"]
    assert found["kind"] == "INJECTED_INTO"
    assert found["span"] == "2024-02-22T05:33:22.000000Z"
    assert found["records"][0]["evidence"] == ["run:0#1", "run:0#2"]
    assert "memory" in found["records"][0]["missing"]


def test_what_is_unknown_reads_not_recorded() -> None:
    details = _data(html(_answer([Node("p", "Process", {"pid": None})], [])))
    assert details["nodes"][0]["label"] == "not recorded\npid not recorded"
    assert {"pid", "name", "started"} <= set(details["page"]["nodes"]["p"]["records"][0]["missing"])


def test_long_command_lines_are_short_in_labels_and_whole_in_the_panel(movement: GraphAnswer) -> None:
    data = _data(html(movement))
    assert all(len(line) <= 26 for node in data["nodes"] for line in node["label"].split("\n"))
    rows = data["page"]["nodes"]["a2"]["records"][0]["rows"]
    assert ["command line", ["psexec " + "A" * 5000]] in [row[:2] for row in rows]


def test_a_cut_answer_says_what_is_missing(chain: GraphAnswer) -> None:
    assert "Not everything" not in html(chain)
    page = html(replace(chain, truncated=True, total_nodes=5000, total_edges=70000))
    assert "showing 3 of 5,000 nodes and 16 of 70,000 relationships" in page


def test_dangling_relationships_are_counted_as_missing(chain: GraphAnswer) -> None:
    page = html(replace(chain, nodes=chain.nodes[:2]))
    assert "showing 2 of 3 nodes and 8 of 16 relationships" in page


def test_kinds_that_the_schema_does_not_know_are_drawn_too() -> None:
    nodes = [Node("a", "Novelty", {"name": "new"}), Node("b", "Process", {"pid": 1})]
    data = _data(html(_answer(nodes, [_edge("INVENTED", "a", "b", 1)])))
    assert data["nodes"][0]["label"] == "new"
    assert data["edges"][0]["label"] == "1 · invented"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cmd.exe", "cmd.exe"),
        ("invoice_\u202egpj.exe", "invoice_\\u202egpj.exe"),
        ("C:\\Users\\taro\\AppData\\Local\\Temp\\evil.exe", "C:\\…\\evil.exe"),
        ("x" * 100, "x" * 12 + "…" + "x" * 13),
        (
            "日本語のとても長い名前のファイルがここにありますよ.exe",
            "日本語のとても長い名前の…がここにありますよ.exe",
        ),
    ],
)
def test_labels_are_short_and_hide_nothing(text: str, shown: str) -> None:
    assert words.shortened(text) == shown


def test_times_are_iso_and_impossible_ones_survive() -> None:
    assert words.iso_time(0) == "1970-01-01T00:00:00.000000Z"
    assert words.iso_time(START + 1) == "2024-02-22T05:33:20.000001Z"
    assert words.iso_time(10**30) == f"{10**30} µs"


# --- the layout -----------------------------------------------------------------------------------------------------


def _boxes(answer: GraphAnswer, placed: layout.Layout) -> dict[str, tuple[float, float, float, float]]:
    boxes = {}
    for node in answer.nodes:
        x, y = placed.positions[node.uid]
        half = max(words.text_width(words.label(node)) / 2, 18)
        boxes[node.uid] = (x - half, y - 20, x + half, y + (20 if node.label == "Host" else 50))
    return boxes


def _overlapping(boxes: dict[str, tuple[float, float, float, float]]) -> list[tuple[str, str]]:
    return [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(boxes.items(), 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


@pytest.mark.parametrize("name", ["chain", "movement"])
def test_nothing_overlaps_in_small_graphs(name: str, request: pytest.FixtureRequest) -> None:
    answer = request.getfixturevalue(name)
    assert _overlapping(_boxes(answer, _placed(answer))) == []


@pytest.mark.parametrize("seed", range(20))
def test_nothing_overlaps_in_small_random_graphs(seed: int) -> None:
    answer = _random(12 + seed, 12 + seed)
    assert _overlapping(_boxes(answer, _placed(answer))) == []


def test_what_came_first_stands_left(chain: GraphAnswer, movement: GraphAnswer) -> None:
    for answer, order in ((chain, ["a", "b", "c"]), (movement, ["a0", "a1", "a2", "b1", "b2"])):
        xs = [_placed(answer).positions[uid][0] for uid in order]
        assert xs == sorted(set(xs))


def test_each_host_is_a_band_that_holds_what_is_on_it(movement: GraphAnswer) -> None:
    placed = _placed(movement)
    assert [band.host for band in placed.bands] == ["h1", "h2"]
    assert placed.bands[0].bottom < placed.positions["m"][1] < placed.bands[1].top
    for band in placed.bands:
        for node in movement.nodes:
            if band.host in (node.uid, node.properties.get("host_uid")):
                x, y = placed.positions[node.uid]
                assert band.left < x < band.right
                assert band.top < y < band.bottom


def test_things_stand_near_the_process_that_touched_them(movement: GraphAnswer) -> None:
    positions = _placed(movement).positions
    actors = [node.uid for node in movement.nodes if node.label == "Process"]
    for thing, process in (("x", "a1"), ("r", "a1"), ("f1", "a0")):
        x, y = positions[thing]
        distance = {uid: abs(positions[uid][0] - x) + abs(positions[uid][1] - y) for uid in actors}
        assert distance[process] < 600


@pytest.mark.parametrize("count", [300, 1000])
def test_large_graphs_keep_the_shape_of_a_screen(count: int) -> None:
    xs, ys = zip(*_placed(_random(count, count * 2)).positions.values(), strict=True)
    assert 0.5 < (max(xs) - min(xs)) / (max(ys) - min(ys)) < 6


def test_circles_self_references_and_deep_chains_are_placed() -> None:
    nodes = [_process(str(i), i, "x") for i in range(1500)]
    edges = [_edge("SPAWNED", str(i), str((i + 1) % 1500), i) for i in range(1500)]
    edges.append(_edge("OPENED", "3", "3", 1))
    assert len(_placed(_answer(nodes, edges)).positions) == 1500


def test_every_kind_of_answer_has_a_page() -> None:
    assert "answer is empty" in html(_answer([], []))
    for label in NODES:
        assert _data(html(_answer([Node("x", label, {})], [])))["nodes"][0]["kind"] == label


# --- in a browser ---------------------------------------------------------------------------------------------------


class _Proxy:
    """Answers nothing and remembers who asked for what: a browser behind it cannot fetch unnoticed."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                with connection:
                    line = connection.recv(4096).split(b"\r\n", 1)[0].decode("latin-1")
                    if not OF_THE_BROWSER_ITSELF.search(line):
                        self.asked.append(line)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


class _Browser:
    """As much of WebDriver as these tests need."""

    def __init__(self, chromedriver: str, chromium: str, profile: Path, proxy: _Proxy) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.proxy = proxy
        self._process = subprocess.Popen(
            [chromedriver, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)
        self._session = ""
        try:
            self._await_start()
            self._session = f"/session/{self._open(chromium, profile)}"
        except BaseException:
            self.close()
            raise

    def _await_start(self) -> None:
        for _ in range(200):
            with contextlib.suppress(httpx.TransportError):
                self._client.get("/status")
                return
            time.sleep(0.05)
        pytest.fail("chromedriver does not answer")

    def _open(self, chromium: str, profile: Path) -> str:
        quiet = ("background-networking", "component-update", "sync", "quic", "default-apps", "gpu")
        arguments = [
            "--headless",
            "--no-sandbox",
            "--no-first-run",
            "--window-size=1400,1000",
            f"--user-data-dir={profile}",
            f"--proxy-server=http://127.0.0.1:{self.proxy.port}",
            "--proxy-bypass-list=<-loopback>",
            *(f"--disable-{feature}" for feature in quiet),
        ]
        wanted = {
            "goog:chromeOptions": {"binary": chromium, "args": arguments},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            "unhandledPromptBehavior": "ignore",
        }
        return str(self.send("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"])

    def send(self, method: str, path: str, body: object = None) -> Any:
        content = None if method in {"GET", "DELETE"} else json.dumps(body or {})
        answer = self._client.request(method, self._session + path, content=content)
        return answer.json()["value"]

    def open(self, page: Path) -> None:
        self.send("POST", "/url", {"url": page.as_uri()})

    def run(self, script: str) -> Any:
        return self.send("POST", "/execute/sync", {"script": script, "args": []})

    def wait(self, condition: str) -> None:
        for _ in range(200):
            if self.run(f"return Boolean({condition})"):
                return
            time.sleep(0.05)
        pytest.fail(f"did not come true in the browser: {condition}")

    def show(self, answer: GraphAnswer, folder: Path) -> None:
        write_html(answer, folder / "page.html")
        self.show_page(folder / "page.html")

    def show_page(self, page: Path) -> None:
        self.send("POST", "/se/log", {"type": "browser"})
        self.open(page)
        self.wait("document.documentElement.dataset.drawn")

    def click(self, selector: str) -> None:
        found = self.send("POST", "/element", {"using": "css selector", "value": selector})
        self.send("POST", f"/element/{next(iter(found.values()))}/click")

    def press(self, keys: str) -> None:
        actions = [
            step for key in keys for step in ({"type": "keyDown", "value": key}, {"type": "keyUp", "value": key})
        ]
        self.send("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def point(self, uid: str, *, click: bool) -> None:
        """Move the mouse onto a node in the picture, and press it there if wanted."""
        script = """
            const [at, box] = [provgraph.network.canvasToDOM(provgraph.network.getPosition(ID)),
                document.querySelector('canvas').getBoundingClientRect()];
            return [Math.round(at.x + box.left), Math.round(at.y + box.top)]"""
        x, y = self.run(script.replace("ID", json.dumps(uid)))
        presses = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}] if click else []
        moves = [{"type": "pointerMove", "x": x + step, "y": y, "duration": 50} for step in (-1, 0, 1)]
        self.send("POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": [*moves, *presses]}]})

    def text(self, selector: str) -> str:
        return str(self.run(f"return document.querySelector({json.dumps(selector)}).textContent"))

    def dialog(self) -> bool:
        return "error" not in (self.send("GET", "/alert/text") or {"error": ""})

    def errors(self) -> list[str]:
        return [entry["message"] for entry in self.send("POST", "/se/log", {"type": "browser"})]

    def requests(self) -> set[str]:
        """Every address that the page asked for since the last time, by the browser's own account."""
        messages = [
            json.loads(entry["message"])["message"] for entry in self.send("POST", "/se/log", {"type": "performance"})
        ]
        sent = [message["params"] for message in messages if message["method"] == "Network.requestWillBeSent"]
        return {params["request"]["url"] for params in sent}

    def close(self) -> None:
        with contextlib.suppress(httpx.HTTPError):
            if self._session:
                self._client.delete(self._session)
        self._client.close()
        self._process.terminate()
        self._process.wait(60)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Browser]:
    chromium, chromedriver = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if not chromium or not chromedriver:
        missing = "chromium and chromedriver are needed to look at the page; install both"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    proxy = _Proxy()
    driver = _Browser(chromedriver, chromium, tmp_path_factory.mktemp("profile"), proxy)
    yield driver
    driver.close()
    proxy.close()


def _hostile() -> GraphAnswer:
    nodes = [Node(f"n{i}", "File", {"name": text, "path": text, "host_uid": "h"}) for i, text in enumerate(HOSTILE)]
    nodes.append(Node("h", "Host", {"name": HOSTILE[0]}))
    nodes.append(Node("p", "Process", {"pid": 1, "name": HOSTILE[0], "command_line": HOSTILE[1], "host_uid": "h"}))
    evidence = {"evidence": list(HOSTILE), "technique": HOSTILE[0], "confidence": HOSTILE[1], HOSTILE[0]: HOSTILE[1]}
    edges = [_edge("WROTE", "p", f"n{i}", i, **evidence) for i in range(len(HOSTILE))]
    edges.append(_edge("INJECTED_INTO", "p", "p", 1, **evidence))
    return _answer(nodes, edges, title=HOSTILE[1], cypher=HOSTILE[1], parameters={"x": list(HOSTILE)})


def test_the_proxy_would_see_a_request(browser: _Browser, tmp_path: Path) -> None:
    (tmp_path / "control.html").write_text('<img src="http://probe.example/seen">', encoding="utf-8")
    browser.open(tmp_path / "control.html")
    assert any("probe.example/seen" in line for line in browser.proxy.asked)
    assert "http://probe.example/seen" in browser.requests()


def test_a_hostile_log_runs_nothing_fetches_nothing_and_injects_nothing(browser: _Browser, tmp_path: Path) -> None:
    browser.requests()
    browser.proxy.asked.clear()
    browser.show(_hostile(), tmp_path)
    for uid in ("n0", "n1", "p", "h"):
        browser.run(f"provgraph.select({{node: '{uid}'}}, true)")
        assert browser.run("return document.querySelectorAll('#panel :is(img, script, svg, iframe, a)').length") == 0
    for index in range(len(HOSTILE) + 1):
        browser.run(f"provgraph.select({{edge: 'e{index}'}})")
    browser.run("const box = document.getElementById('search'); box.value = '<'; box.dispatchEvent(new Event('input'))")
    assert HOSTILE[0] in browser.text("#hits")
    time.sleep(0.3)
    assert browser.run("return [document.images.length, document.scripts.length, window.pwned ?? null]") == [0, 3, None]
    assert browser.text("h1") == browser.run("return document.title") == HOSTILE[1]
    assert not browser.dialog()
    assert browser.errors() == []
    assert browser.proxy.asked == []
    assert browser.requests() == {(tmp_path / "page.html").as_uri()}


def test_a_tooltip_is_text(browser: _Browser, tmp_path: Path) -> None:
    browser.show(_hostile(), tmp_path)
    browser.run("document.getElementById('legend').open = false")
    time.sleep(0.3)
    browser.point("n0", click=False)
    browser.wait("document.querySelector('.vis-tooltip')?.textContent.includes('<img')")
    assert browser.run("return document.querySelector('.vis-tooltip').querySelectorAll(':not(br)').length") == 0


def test_the_policy_holds_even_if_markup_got_in(browser: _Browser, tmp_path: Path, chain: GraphAnswer) -> None:
    browser.show(chain, tmp_path)
    browser.proxy.asked.clear()
    browser.run(
        """document.body.insertAdjacentHTML('beforeend', '<img src="http://probe.example/i" onerror="window.pwned=1">');
        const made = document.createElement('script');
        made.textContent = 'window.pwned = 2';
        document.body.append(made);
        fetch('http://probe.example/f').catch(() => { window.refused = true })"""
    )
    browser.wait("window.refused")
    assert browser.run("return window.pwned ?? null") is None
    assert browser.proxy.asked == []


def test_the_picture_is_drawn_without_complaint(browser: _Browser, tmp_path: Path, movement: GraphAnswer) -> None:
    browser.show(movement, tmp_path)
    assert browser.run("return document.documentElement.dataset.drawn") == "14 nodes, 20 lines"
    assert browser.errors() == []
    assert "WIN-営業部-01" in str(
        browser.run("return JSON.parse(document.getElementById('data').textContent).page.bands")
    )
    colours = browser.run(
        """const canvas = document.querySelector('canvas');
        const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        const seen = new Set();
        for (let i = 0; i < data.length; i += 4) seen.add(data.slice(i, i + 3).join());
        return [...seen]"""
    )
    assert "37,99,235" in colours


def test_the_picture_beside_an_answer_sheet_holds_the_chain_and_its_steps(
    browser: _Browser, embedded_store: Store, tmp_path: Path
) -> None:
    (done,) = sheets(embedded_store, [EXAMPLES / "cuckoo" / "log3.json"], tmp_path)
    browser.show_page(done.written[1])
    assert browser.errors() == []
    assert browser.text("h1") == "Code injections in log3.json"
    names = "return provgraph.network.body.data.nodes.get().map(node => node.label).sort()"
    assert [label.rpartition(" ")[2] for label in browser.run(names) if "pid" in label] == ["3292", "3428", "3604"]
    kinds = set(browser.run("return provgraph.network.body.data.edges.get().map(edge => edge.kind)"))
    assert kinds == {"INJECTED_INTO", "SPAWNED", "MAPPED_INTO", "SET_CONTEXT_OF", "QUEUED_APC_TO", "RESUMED"}


def test_a_click_shows_properties_and_escape_closes(browser: _Browser, tmp_path: Path, chain: GraphAnswer) -> None:
    browser.show(chain, tmp_path)
    time.sleep(0.3)
    browser.point("b", click=True)
    browser.wait("!document.getElementById('panel').hidden")
    assert browser.text("#panel-name") == "svchost.exe"
    assert "3428" in browser.text("#panel-body")
    browser.press("\ue00c")
    browser.wait("document.getElementById('panel').hidden")


def test_a_relationship_shows_its_evidence(browser: _Browser, tmp_path: Path, chain: GraphAnswer) -> None:
    browser.show(chain, tmp_path)
    browser.run("provgraph.select({edge: 'e3'})")
    panel = browser.text("#panel")
    for part in ("INJECTED_INTO", "run:0#1", "T1055.012", "2024-02-22T05:33:22.000000Z", "not recorded: rule"):
        assert part in panel


def test_search_is_reached_and_used_by_keyboard(browser: _Browser, tmp_path: Path, movement: GraphAnswer) -> None:
    browser.show(movement, tmp_path)
    browser.press("/")
    browser.press("営業")
    browser.wait("document.querySelectorAll('#hits button').length === 2")
    browser.press("\ue015\ue007")
    browser.wait("!document.getElementById('panel').hidden")
    assert browser.text("#panel-name") == "WIN-営業部-01"
    assert browser.run("return document.activeElement.id") == "panel"


def test_the_legend_hides_and_shows_a_kind(browser: _Browser, tmp_path: Path, movement: GraphAnswer) -> None:
    browser.show(movement, tmp_path)
    hidden = "return provgraph.network.body.data.nodes.get({filter: node => node.hidden}).map(node => node.kind)"
    assert browser.run(hidden) == []
    browser.click("#kinds .item:nth-child(2)")
    assert set(browser.run(hidden)) == {"File"}
    lines = "return provgraph.network.body.data.edges.get({filter: edge => edge.hidden}).map(edge => edge.kind)"
    assert set(browser.run(lines)) == {"RAN_ON", "READ_BY", "WROTE", "EXECUTED_AS"}
    browser.click("#kinds .item:nth-child(2)")
    assert browser.run(hidden) == []


def test_physics_is_off_until_asked_for_and_can_be_undone(
    browser: _Browser, tmp_path: Path, chain: GraphAnswer
) -> None:
    browser.show(chain, tmp_path)
    places = "return JSON.stringify(provgraph.network.getPositions())"
    before = browser.run(places)
    time.sleep(0.3)
    assert browser.run(places) == before
    browser.click("#physics")
    browser.wait(f"(() => {{ {places} }})() !== {json.dumps(before)}")
    browser.click("#fit")
    assert browser.run(places) == before


def test_dark_and_light_follow_the_system(browser: _Browser, tmp_path: Path, chain: GraphAnswer) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        feature = {"name": "prefers-color-scheme", "value": scheme}
        media = {"cmd": "Emulation.setEmulatedMedia", "params": {"features": [feature]}}
        browser.send("POST", "/goog/cdp/execute", media)
        browser.show(chain, tmp_path)
        grounds.append(browser.run("return getComputedStyle(document.body).backgroundColor"))
    browser.send("POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {"features": []}})
    assert grounds[0] == "rgb(255, 255, 255)"
    assert grounds[1] != grounds[0]


@pytest.mark.parametrize(("width", "height"), [(1400, 1000), (900, 700), (1800, 1100)])
def test_everything_is_in_view_whatever_the_size_of_the_window(
    browser: _Browser, tmp_path: Path, movement: GraphAnswer, width: int, height: int
) -> None:
    browser.show(movement, tmp_path)
    browser.send("POST", "/window/rect", {"width": width, "height": height})
    script = """(() => {
        const box = document.getElementById('network').getBoundingClientRect();
        const legend = document.getElementById('legend').getBoundingClientRect();
        return Object.values(provgraph.network.getPositions()).map(at => provgraph.network.canvasToDOM(at)).every(at =>
            at.x > legend.right && at.x < box.width && at.y > 0 && at.y < box.height) })()"""
    browser.wait(script)
    browser.send("POST", "/window/rect", {"width": 1400, "height": 1000})


def test_a_thousand_nodes_are_drawn_within_seconds(browser: _Browser, tmp_path: Path) -> None:
    browser.show(_random(1000, 2000), tmp_path)
    assert int(browser.run("return document.documentElement.dataset.milliseconds")) < 10_000
    assert browser.errors() == []
