"""The HTML export: one file, nothing from a log taken for markup, and a picture that can be read.

How it behaves once it is open is told by ``tests/browser/test_html.py``.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers import answers
from helpers.answers import HOSTILE, START, answered, edge, process, random_graph

from api.exports import layout, words
from api.exports.bundles import bundled, label_sizes
from api.exports.html import html, write_html
from graph_model.errors import InputError
from graph_model.schema import NODES
from graph_model.view import GraphAnswer, Node


@pytest.fixture
def chain() -> GraphAnswer:
    return answers.chain()


@pytest.fixture
def movement() -> GraphAnswer:
    return answers.movement()


def _placed(answer: GraphAnswer) -> layout.Layout:
    return layout.place(answer, label_sizes(answer, bundled(answer.closed_edges())))


def _data(page: str) -> dict[str, Any]:
    found = re.search(r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def _details(page: str) -> dict[str, Any]:
    """By id of a node or line."""
    found = re.search(r'<script id="details" type="text/plain">(.*?)</script>', page, re.DOTALL)
    assert found
    data = _data(page)
    ids = [drawn["id"] for drawn in (*data["nodes"], *data["edges"])]
    _, *entries = map(json.loads, found[1].splitlines())
    return dict(zip(ids, entries, strict=True))


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
    answer = answered(nodes, [], title=HOSTILE[1], cypher=HOSTILE[0], parameters={HOSTILE[1]: HOSTILE[5]})
    page = html(answer)
    for body in re.findall(r"<script>(.*?)</script>", page, re.DOTALL):
        page = page.replace(body, "")
    assert page.count("</script") == page.count("<script") == 4
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
    one = edge("CALLED_WITH", "a", "x", 1, arguments=["regkey=HKLM\\VBOX__"])
    two = [edge("CALLED_WITH", "a", "y", second, arguments=[f"milliseconds={second}"]) for second in (2, 3)]
    assert [bundle.label for bundle in bundled([one, *two])] == [
        "1 · called with\nregkey=HKLM\\VBOX__",
        "2 · called with ×2",
    ]


def test_a_relationship_tells_its_times_and_evidence(chain: GraphAnswer) -> None:
    found = _details(html(chain))["e3"]
    assert found["kind"] == "INJECTED_INTO"
    assert found["span"] == "2024-02-22T05:33:22.000000Z"
    assert found["records"][0]["evidence"] == ["run:0#1", "run:0#2"]
    assert "memory" in found["records"][0]["missing"]


def test_what_is_unknown_reads_not_recorded() -> None:
    page = html(answered([Node("p", "Process", {"pid": None})], []))
    assert _data(page)["nodes"][0]["label"] == "not recorded\npid not recorded"
    assert {"pid", "name", "started"} <= set(_details(page)["p"]["records"][0]["missing"])


def test_long_command_lines_are_short_in_labels_and_whole_in_the_panel(movement: GraphAnswer) -> None:
    page = html(movement)
    assert all(len(line) <= 26 for node in _data(page)["nodes"] for line in node["label"].split("\n"))
    rows = _details(page)["a2"]["records"][0]["rows"]
    assert ["command line", ["psexec " + "A" * 5000]] in rows


def test_a_cut_answer_says_what_is_missing(chain: GraphAnswer) -> None:
    assert "Not everything" not in html(chain)
    page = html(replace(chain, truncated=True, total_nodes=5000, total_edges=70000))
    assert "showing 3 of 5,000 nodes and 16 of 70,000 relationships" in page


def test_dangling_relationships_are_counted_as_missing(chain: GraphAnswer) -> None:
    page = html(replace(chain, nodes=chain.nodes[:2]))
    assert "showing 2 of 3 nodes and 8 of 16 relationships" in page


def test_kinds_that_the_schema_does_not_know_are_drawn_too() -> None:
    nodes = [Node("a", "Novelty", {"name": "new"}), Node("b", "Process", {"pid": 1})]
    data = _data(html(answered(nodes, [edge("INVENTED", "a", "b", 1)])))
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
    answer = random_graph(12 + seed, 12 + seed)
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
    for thing, actor in (("x", "a1"), ("r", "a1"), ("f1", "a0")):
        x, y = positions[thing]
        distance = {uid: abs(positions[uid][0] - x) + abs(positions[uid][1] - y) for uid in actors}
        assert distance[actor] < 600


def test_long_captions_do_not_overlap_in_large_graphs() -> None:
    drawn = random_graph(300, 600)
    longer = [replace(node, properties={**node.properties, "name": f"{node.uid:_<40}.dll"}) for node in drawn.nodes]
    answer = replace(drawn, nodes=tuple(longer))
    assert _overlapping(_boxes(answer, _placed(answer))) == []


@pytest.mark.parametrize("count", [300, 1000])
def test_large_graphs_keep_the_shape_of_a_screen(count: int) -> None:
    xs, ys = zip(*_placed(random_graph(count, count * 2)).positions.values(), strict=True)
    assert 0.5 < (max(xs) - min(xs)) / (max(ys) - min(ys)) < 6


def test_circles_self_references_and_deep_chains_are_placed() -> None:
    nodes = [process(str(i), i, "x") for i in range(1500)]
    edges = [edge("SPAWNED", str(i), str((i + 1) % 1500), i) for i in range(1500)]
    edges.append(edge("OPENED", "3", "3", 1))
    assert len(_placed(answered(nodes, edges)).positions) == 1500


def test_every_kind_of_answer_has_a_page() -> None:
    assert "answer is empty" in html(answered([], []))
    for label in NODES:
        assert _data(html(answered([Node("x", label, {})], [])))["nodes"][0]["kind"] == label
