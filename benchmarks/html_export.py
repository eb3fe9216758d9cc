"""How quickly the HTML export opens and moves in a browser, beside what pyvis alone writes of the same graph.

Prints ratios measured in one run: machines are noisy.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from pyvis.network import Network

from api.exports import layout, words
from api.exports.bundles import bundled, label_sizes
from api.exports.html import write_html
from graph_model.view import Edge, GraphAnswer, Node

NODES, EDGES, HOSTS, INJECTIONS = 5_000, 10_000, 6, 12
_START, _SECOND = 1_708_580_000_000_000, 1_000_000
_PROGRAMS = ("cmd.exe", "svchost.exe", "powershell.exe", "explorer.exe", "chrome.exe", "rundll32.exe", "wmic.exe")
_THINGS = {
    "File": ("WROTE", "READ_BY", "LOADED_INTO"),
    "RegistryValue": ("SET", "READ_BY"),
    "Endpoint": ("SENT_TO", "RECEIVED_BY"),
}

# runs before the page's own scripts: remembers when each frame began, and when the picture stood still
_WATCH = """
const frames = [];
const tick = (now) => { frames.push(now); requestAnimationFrame(tick); };
requestAnimationFrame(tick);
let made = null;
window.benchmark = {
  view: () => [window.provgraph && provgraph.network, window.network].find((found) => found && found.getScale),
  forget: () => { frames.length = 0; },
  longest: () => Math.max(...frames.slice(1).map((at, index) => at - frames[index])),
  // the first frame after which the graph is there and two more follow without delay
  drawn: () => {
    const first = made === null ? -1 : frames.findIndex((at) => at > made);
    const quiet = (index) => frames[index + 1] - frames[index] < 50;
    for (let i = first; i >= 0 && i + 2 < frames.length; i += 1) if (quiet(i) && quiet(i + 1)) return frames[i];
    return null;
  },
};
const wait = setInterval(() => {
  if (!benchmark.view()) return;
  made = performance.now();
  clearInterval(wait);
}, 0);
"""


# --- the graph ------------------------------------------------------------------------------------------------------


def graph(nodes: int = NODES, edges: int = EDGES) -> GraphAnswer:
    """Hosts with trees of processes, the files, values and addresses that these touch, and some injections."""
    source = random.Random(nodes)
    hosts = [Node(f"h{i}", "Host", {"name": f"WIN-{i:02}"}) for i in range(HOSTS)]
    processes = [_process(i, source) for i in range(nodes * 3 // 10)]
    things = [_thing(i, source) for i in range(nodes - len(hosts) - len(processes))]
    lines = {(edge.source, edge.target, edge.type): edge for edge in _activity(processes, things, source, edges)}
    every = (*hosts, *processes, *things)
    return GraphAnswer(every, tuple(lines.values()), len(every), len(lines), truncated=False, title="A large answer")


def _process(index: int, source: random.Random) -> Node:
    name = source.choice(_PROGRAMS)
    facts = {"name": name, "pid": 4 * index, "host_uid": f"h{index % HOSTS}", "started_us": _at(index)}
    line = f'"C:\\Windows\\System32\\{name}" --session {source.getrandbits(64):x}'
    return Node(f"p{index:032x}", "Process", {**facts, "command_line": line})


def _thing(index: int, source: random.Random) -> Node:
    kind = source.choices(tuple(_THINGS), (6, 3, 1))[0]
    host = f"h{index % HOSTS}"
    name = f"{source.getrandbits(32):x}.dll"
    facts: dict[str, Any] = {
        "File": {"name": name, "path": f"C:\\Users\\taro\\AppData\\{name}", "host_uid": host},
        "RegistryValue": {"path": f"HKEY_LOCAL_MACHINE\\SOFTWARE\\Vendor\\{index}", "host_uid": host},
        "Endpoint": {"address": f"203.0.{index % 113}.{index % 251}", "port": 443},
    }[kind]
    return Node(f"t{index:032x}", kind, facts)


def _activity(processes: list[Node], things: list[Node], source: random.Random, count: int) -> Iterator[Edge]:
    """Exactly so many lines, no two of one type between the same two nodes."""
    seen: set[tuple[str, str, str]] = set()
    for index in range(HOSTS, len(processes)):
        parent = processes[source.randrange(index // HOSTS) * HOSTS + index % HOSTS]
        seen.add((parent.uid, processes[index].uid, "SPAWNED"))
        yield _edge("SPAWNED", parent, processes[index], index)
    for _ in range(INJECTIONS):
        start = source.randrange(len(processes) - HOSTS)
        found = {"technique": "T1055.012", "confidence": "confirmed", "evidence": ["bbbbbbbb:4.0#1"]}
        seen.add((processes[start].uid, processes[start + HOSTS].uid, "INJECTED_INTO"))
        yield _edge("INJECTED_INTO", processes[start], processes[start + HOSTS], start, **found)
    while len(seen) < count:
        edge = _touch(processes, things, source, len(seen))
        seen.add((edge.source, edge.target, edge.type))
        yield edge


def _touch(processes: list[Node], things: list[Node], source: random.Random, second: int) -> Edge:
    index = second % len(things)
    thing = things[index]
    of_the_host = range(index % HOSTS, len(processes), HOSTS)
    # what is touched again is mostly touched by the same process
    actor = processes[of_the_host[index % len(of_the_host) if source.random() < 0.6 else -1 - index % 40]]
    type_ = source.choice(_THINGS[thing.label])
    inward = type_ in {"READ_BY", "LOADED_INTO", "RECEIVED_BY"}
    ends = (thing, actor) if inward else (actor, thing)
    return _edge(type_, *ends, second, count=1 + second % 5)


def _edge(type_: str, source: Node, target: Node, second: int, **more: Any) -> Edge:
    times = {"first_us": _at(second), "last_us": _at(second) + 1, "seq": second, "position": f"bbbbbbbb:4.0#{second}"}
    return Edge(f"{type_}:{source.uid}:{target.uid}", type_, source.uid, target.uid, {**times, **more})


def _at(second: int) -> int:
    return _START + second * _SECOND


# --- the two pages --------------------------------------------------------------------------------------------------


def write_plain(answer: GraphAnswer, path: Path) -> None:
    """What pyvis writes itself, with the same places, captions, colours and shapes, and physics off."""
    network = Network(directed=True, cdn_resources="in_line", height="900px", width="100%")
    bundles = bundled(answer.closed_edges())
    placed = layout.place(answer, label_sizes(answer, bundles))
    for node in answer.nodes:
        kind = words.kind_of(node.label)
        x, y = placed.positions[node.uid]
        network.add_node(node.uid, label=words.label(node), shape=kind.shape, color=kind.color, x=x, y=y)
    for bundle in bundles:
        network.add_edge(bundle.source, bundle.target, label=bundle.label)
    network.toggle_physics(False)
    path.write_text(network.generate_html(), encoding="utf-8")


# --- what is measured -----------------------------------------------------------------------------------------------


@contextmanager
def opened(browser: Browser, path: Path) -> Iterator[Page]:
    """The page, drawn; nothing from elsewhere is waited for."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.route(lambda url: url.startswith("http"), lambda route: route.abort())
    page.add_init_script(_WATCH)
    page.goto(path.as_uri())
    # by asking again and again, since our page forbids what waiting inside of it would need
    while page.evaluate("benchmark.drawn()") is None:
        page.wait_for_timeout(200)
    yield page
    page.close()


def longest_frame(page: Page, gesture: Callable[[Page], None]) -> float:
    """In milliseconds, from the beginning of the gesture until a second after it."""
    page.evaluate("benchmark.forget()")
    gesture(page)
    page.wait_for_timeout(1_000)
    return float(page.evaluate("benchmark.longest()"))


def zoom(page: Page) -> None:
    """With the wheel, in and out again."""
    page.mouse.move(800, 500)
    for step in (-120,) * 15 + (120,) * 15:
        page.mouse.wheel(0, step)
        page.wait_for_timeout(30)


def drag(x: float, y: float) -> Callable[[Page], None]:
    """Whatever is under the point, by some hundred pixels."""

    def gesture(page: Page) -> None:
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(30):
            page.mouse.move(x + 6 * step, y + 3 * step)
            page.wait_for_timeout(16)
        page.mouse.up()

    return gesture


def _point(page: Page, *, wants_node: bool) -> tuple[float, float]:
    """A place in the picture with a node, or without anything."""
    found = page.evaluate(
        """(wantsNode) => {
            const view = benchmark.view();
            const box = document.querySelector('canvas').getBoundingClientRect();
            for (let y = 100; y < box.height - 150; y += 7) for (let x = 300; x < box.width - 250; x += 7) {
                const node = view.getNodeAt({x, y});
                if (wantsNode ? node !== undefined : node === undefined) return [x + box.left, y + box.top];
            }
        }""",
        wants_node,
    )
    return (found[0], found[1])


def measured(browser: Browser, path: Path) -> dict[str, float]:
    """Milliseconds by name of measure."""
    with opened(browser, path) as page:
        found = {"opened to drawn": float(page.evaluate("benchmark.drawn()"))}
        found["longest frame of a zoom"] = longest_frame(page, zoom)
    with opened(browser, path) as page:
        found["longest frame of a drag of the view"] = longest_frame(page, drag(*_point(page, wants_node=False)))
        found["longest frame of a drag of a node"] = longest_frame(page, drag(*_point(page, wants_node=True)))
    return found


def _timed(write: Callable[[GraphAnswer, Path], None], answer: GraphAnswer, path: Path) -> float:
    before = time.perf_counter()
    write(answer, path)
    return (time.perf_counter() - before) * 1_000


def main(rounds: int) -> None:
    """Print the best of the rounds of both pages, and the ratios."""
    answer = graph()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        ours, plain = Path(folder) / "ours.html", Path(folder) / "plain.html"
        written = [_timed(write_html, answer, ours), _timed(write_plain, answer, plain)]
        sizes = [path.stat().st_size / 1e6 for path in (ours, plain)]
        print(f"{len(answer.nodes):,} nodes, {len(answer.edges):,} relationships")
        print(f"{'measure':40} {'ours':>8} {'plain':>8} {'ratio':>6}")
        print(f"{'size in megabytes':40} {sizes[0]:8.1f} {sizes[1]:8.1f} {sizes[0] / sizes[1]:6.2f}")
        print(f"{'written in ms':40} {written[0]:8.0f} {written[1]:8.0f} {written[0] / written[1]:6.2f}")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        runs = [(measured(browser, ours), measured(browser, plain)) for _ in range(rounds)]
        for name in runs[0][0]:
            mine, theirs = (min(run[side][name] for run in runs) for side in (0, 1))
            print(f"{name + ' in ms':40} {mine:8.0f} {theirs:8.0f} {mine / theirs:6.2f}")
        browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
