"""The HTML export in a real browser: what it draws, how it answers to mouse and keyboard, and what it never does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import EXAMPLES
from helpers import answers
from helpers.sheets import sheets
from helpers.watching import WatchedPage, watched
from playwright.sync_api import Browser, Page, expect

from api.exports.html import write_html
from graph_model.store import Store
from graph_model.view import GraphAnswer

Shown = Callable[..., Page]
Artefact = Callable[..., Path]


@pytest.fixture
def shown(watched_page: WatchedPage, tmp_path: Path) -> Shown:
    """Writes an answer and opens it."""

    def show(answer: GraphAnswer, **context: Any) -> Page:
        write_html(answer, tmp_path / "page.html")
        return opened(watched_page(**context), tmp_path / "page.html")

    return show


def opened(page: Page, path: Path) -> Page:
    page.goto(path.as_uri())
    page.locator("html[data-drawn]").wait_for(state="attached")
    return page


def place(page: Page, uid: str) -> tuple[float, float]:
    """Where a node is on the screen."""
    script = """(uid) => {
        const at = provgraph.network.canvasToDOM(provgraph.network.getPosition(uid));
        const box = document.querySelector('canvas').getBoundingClientRect();
        return [at.x + box.left, at.y + box.top];
    }"""
    x, y = page.evaluate(script, uid)
    return x, y


def middle(page: Page, one: str, other: str) -> tuple[float, float]:
    """Halfway between two nodes on the screen."""
    (x1, y1), (x2, y2) = place(page, one), place(page, other)
    return (x1 + x2) / 2, (y1 + y2) / 2


def kinds_shown(page: Page) -> set[str]:
    return set(page.evaluate("provgraph.network.body.data.nodes.get({filter: (n) => !n.hidden}).map((n) => n.label)"))


def colours(page: Page) -> set[str]:
    """Every colour of the picture."""
    script = """() => {
        const canvas = document.querySelector('canvas');
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {willReadFrequently: true});
        copy.drawImage(canvas, 0, 0);
        const data = copy.getImageData(0, 0, canvas.width, canvas.height).data;
        const seen = new Set();
        for (let i = 0; i < data.length; i += 4) seen.add(data.slice(i, i + 3).join());
        return [...seen];
    }"""
    return set(page.evaluate(script))


# --- what it draws --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["chain", "movement"])
def test_a_small_answer_is_drawn(shown: Shown, artefact: Artefact, name: str, scheme: str) -> None:
    page = shown({"chain": answers.chain, "movement": answers.movement}[name](), color_scheme=scheme)
    drawn = {"chain": "3 nodes, 14 lines", "movement": "14 nodes, 20 lines"}[name]
    assert page.locator("html").get_attribute("data-drawn") == drawn
    assert {"37,99,235", {"light": "220,38,38", "dark": "240,82,82"}[scheme]} <= colours(page)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") == (scheme == "light")
    page.screenshot(path=artefact())


def test_colours_follow_when_the_system_turns_dark(shown: Shown) -> None:
    page = shown(answers.movement(), color_scheme="light")
    assert "246,248,251" in colours(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(200)
    assert "246,248,251" not in colours(page)
    assert "18,27,41" in colours(page)


def test_a_cut_answer_has_a_banner(shown: Shown, artefact: Artefact) -> None:
    page = shown(replace(answers.movement(), truncated=True, total_nodes=5_000, total_edges=70_000))
    expect(page.locator(".cut")).to_have_text(
        "Not everything is here: showing 14 of 5,000 nodes and 20 of 70,000 relationships"
    )
    page.screenshot(path=artefact())
    assert page.evaluate("getComputedStyle(document.querySelector('.cut')).display") == "block"


def test_what_was_asked_about_is_marked(shown: Shown, artefact: Artefact) -> None:
    page = shown(replace(answers.movement(), marked=frozenset({"f2"})))
    expect(page.locator("#marks")).to_have_text("asked about")
    page.screenshot(path=artefact())
    page.mouse.click(*place(page, "f2"))
    expect(page.locator("#panel .marked")).to_have_text("Asked about")
    page.mouse.click(*place(page, "a0"))
    expect(page.locator("#panel-name")).to_have_text("explorer.exe")
    expect(page.locator("#panel .marked")).to_have_count(0)


def test_nothing_is_marked_where_nothing_was_named(shown: Shown) -> None:
    expect(shown(answers.movement()).locator("#marks")).to_be_hidden()


def test_a_whole_answer_has_no_banner(shown: Shown) -> None:
    expect(shown(answers.movement()).locator("p.cut")).to_have_count(0)


def test_an_empty_answer_says_so(shown: Shown) -> None:
    page = shown(answers.answered([], []))
    expect(page.get_by_text("The answer is empty")).to_be_visible()
    expect(page.locator("#legend")).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(1400, 1000), (900, 700), (1800, 1100)])
def test_everything_is_in_view_whatever_the_size_of_the_window(shown: Shown, width: int, height: int) -> None:
    page = shown(answers.movement())
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(300)
    inside = """() => {
        const box = document.getElementById('network').getBoundingClientRect();
        const legend = document.getElementById('legend').getBoundingClientRect();
        const places = Object.values(provgraph.network.getPositions()).map((at) => provgraph.network.canvasToDOM(at));
        return places.every(({x, y}) => x > legend.right && x < box.width && y > 0 && y < box.height);
    }"""
    assert page.evaluate(inside)


def test_the_picture_beside_an_answer_sheet_holds_the_chain_and_its_steps(
    watched_page: WatchedPage, embedded_store: Store, tmp_path: Path, artefact: Artefact
) -> None:
    (done,) = sheets(embedded_store, [EXAMPLES / "cuckoo" / "log3.json"], tmp_path)
    page = opened(watched_page(), done.written[1])
    expect(page.locator("h1")).to_have_text("Code injections in log3.json")
    assert {label.rpartition(" ")[2] for label in kinds_shown(page) if "pid" in label} == {"3292", "3428", "3604"}
    kinds = set(page.evaluate("provgraph.lines.map((line) => line.kind)"))
    assert kinds == {"INJECTED_INTO", "SPAWNED", "MAPPED_INTO", "SET_CONTEXT_OF", "QUEUED_APC_TO", "RESUMED"}
    page.screenshot(path=artefact())


# --- mouse and keyboard ---------------------------------------------------------------------------------------------


def test_a_click_on_a_node_shows_its_properties_and_escape_closes(shown: Shown, artefact: Artefact) -> None:
    page = shown(answers.chain())
    page.mouse.click(*place(page, "b"))
    expect(page.locator("#panel-name")).to_have_text("svchost.exe")
    expect(page.locator("#panel-body")).to_contain_text("3428")
    page.screenshot(path=artefact())
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()


def test_a_click_on_a_line_shows_its_times_and_evidence(shown: Shown, artefact: Artefact) -> None:
    answer = answers.chain()
    page = shown(replace(answer, edges=tuple(edge for edge in answer.edges if edge.type == "INJECTED_INTO")))
    x, y = middle(page, "a", "b")
    page.mouse.click(x - 60, y)
    panel = page.locator("#panel")
    for part in ("INJECTED_INTO", "run:0#1", "T1055.012", "2024-02-22T05:33:22.000000Z", "not recorded: rule"):
        expect(panel).to_contain_text(part)
    page.screenshot(path=artefact())


def test_a_click_on_an_arc_finds_that_one_of_its_parallels(shown: Shown) -> None:
    page = shown(answers.chain())
    for index in (0, 3, 6):
        line = page.evaluate("(index) => provgraph.lines[index]", index)
        x, y = page.evaluate("(id) => provgraph.onScreen(id, 0.3)", line["id"])
        page.mouse.click(x, y)
        expect(page.locator("#panel-name")).to_have_text(line["label"].split("\n")[0])


def test_a_click_beside_everything_closes(shown: Shown) -> None:
    page = shown(answers.chain())
    page.mouse.click(*place(page, "a"))
    expect(page.locator("#panel")).to_be_visible()
    page.mouse.click(700, 120)
    expect(page.locator("#panel")).to_be_hidden()


def test_the_mouse_over_a_line_tells_its_time(shown: Shown) -> None:
    page = shown(answers.chain())
    page.mouse.move(*page.evaluate("provgraph.onScreen('e0', 0.3)"))
    expect(page.locator("#hint")).to_have_text("SPAWNED\n2024-02-22T05:33:20.000000Z")
    page.mouse.move(700, 120)
    expect(page.locator("#hint")).to_be_hidden()


def test_search_is_reached_and_used_by_keyboard(shown: Shown, artefact: Artefact) -> None:
    page = shown(answers.movement())
    page.keyboard.press("/")
    page.keyboard.insert_text("営業")
    expect(page.locator("#hits button")).to_have_count(2)
    page.screenshot(path=artefact())
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-name")).to_have_text("WIN-営業部-01")
    expect(page.locator("#panel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#search")).to_have_value("")
    expect(page.locator("#network")).to_be_focused()


def test_search_finds_what_stands_in_properties_only(shown: Shown) -> None:
    page = shown(answers.movement())
    page.locator("#search").fill("203.0.113.77")
    expect(page.locator("#hits button")).to_have_count(1)
    page.locator("#search").fill("psexec aaaa")
    expect(page.locator("#hits button")).to_have_text("PsExec.exeProcess · pid 4100")
    page.locator("#search").fill("no such thing")
    expect(page.locator("#hits")).to_have_text("Nothing found")


def test_the_legend_hides_and_shows_a_kind_with_its_lines(shown: Shown, artefact: Artefact) -> None:
    page = shown(answers.movement())
    types = "[...new Set(provgraph.shown().map((line) => line.kind))]"
    before, lines = kinds_shown(page), set(page.evaluate(types))
    item = page.locator("#kinds .item", has_text="File")
    item.click()
    expect(item).to_have_attribute("aria-pressed", "false")
    assert before - kinds_shown(page) == {"請求書_2024年2月.docm", "PSEXESVC.exe", "請求書.exe"}
    assert lines - set(page.evaluate(types)) == {"READ_BY", "WROTE", "EXECUTED_AS"}
    page.screenshot(path=artefact())
    item.click()
    assert (kinds_shown(page), set(page.evaluate(types))) == (before, lines)


def test_the_legend_hides_and_shows_a_type_of_line(shown: Shown) -> None:
    page = shown(answers.movement())
    types = "provgraph.shown().map((line) => line.kind)"
    assert "STARTED_REMOTELY" in page.evaluate(types)
    page.locator("#types .item", has_text="started remotely").click()
    assert "STARTED_REMOTELY" not in page.evaluate(types)
    hidden = page.locator("#types .item", has_text="ran on")
    expect(hidden).to_have_attribute("aria-pressed", "false")
    hidden.click()
    assert "RAN_ON" in page.evaluate(types)


def test_physics_is_off_until_asked_for_and_can_be_undone(shown: Shown) -> None:
    page = shown(answers.chain())
    places = "JSON.stringify(provgraph.network.getPositions())"
    before = page.evaluate(places)
    page.wait_for_timeout(300)
    assert page.evaluate(places) == before
    page.locator("#physics").click()
    page.wait_for_timeout(500)
    assert page.evaluate(places) != before
    page.locator("#fit").click()
    assert page.evaluate(places) == before
    expect(page.locator("#physics")).to_have_attribute("aria-pressed", "false")


def test_a_dragged_node_takes_its_lines_along(shown: Shown) -> None:
    page = shown(answers.chain())
    x, y = place(page, "b")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 120, steps=5)
    page.mouse.up()
    assert place(page, "b") == pytest.approx((x + 40, y + 120), abs=3)
    page.mouse.click(*page.evaluate("provgraph.onScreen('e0', 0.3)"))
    expect(page.locator("#panel-name")).to_have_text("1 · spawned")


# --- large graphs ---------------------------------------------------------------------------------------------------


def quick(page: Page) -> bool:
    return bool(page.evaluate("provgraph.isQuick()"))


def test_a_large_answer_is_drawn_quickly_from_afar_and_fully_from_near(shown: Shown, artefact: Artefact) -> None:
    page = shown(answers.random_graph(1_500, 3_000))
    assert quick(page)
    page.screenshot(path=artefact("far"))
    page.mouse.move(800, 500)
    for _ in range(4):
        page.mouse.wheel(0, -120)
        page.wait_for_timeout(50)
    assert quick(page)
    page.evaluate("provgraph.network.moveTo({scale: 0.9})")
    assert not quick(page)
    page.screenshot(path=artefact("near"))


def test_a_small_answer_is_always_drawn_fully(shown: Shown) -> None:
    page = shown(answers.movement())
    page.evaluate("provgraph.network.moveTo({scale: 0.1})")
    assert not quick(page)


def test_a_large_answer_is_readable_in_the_dark(shown: Shown, artefact: Artefact) -> None:
    page = shown(answers.random_graph(1_500, 3_000), color_scheme="dark")
    page.screenshot(path=artefact())
    assert "18,27,41" in colours(page)


def test_nodes_are_found_and_moved_from_afar(shown: Shown, artefact: Artefact) -> None:
    page = shown(answers.random_graph(1_500, 3_000))
    x, y = place(page, "p7")
    page.mouse.click(x, y)
    expect(page.locator("#panel")).to_contain_text("7")
    expect(page.locator("#panel-kind")).to_have_text("Process")
    page.screenshot(path=artefact())
    page.keyboard.press("Escape")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y + 50, steps=4)
    page.mouse.up()
    assert place(page, "p7") == pytest.approx((x + 30, y + 50), abs=2)


def test_hits_of_a_search_are_seen_from_afar(shown: Shown, artefact: Artefact) -> None:
    page = shown(answers.random_graph(1_500, 3_000))
    assert "185,28,28" not in colours(page)
    page.locator("#search").fill("f77.dll")
    expect(page.locator("#hits button")).to_have_count(1)
    assert "185,28,28" in colours(page)
    page.screenshot(path=artefact())


# --- what it never does ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ('<img src="http://probe.example/seen">', "request: http://probe.example/seen"),
        ("<script>alert('made')</script>", "dialog: made"),
        ("<script>console.error('said')</script>", "console: said"),
        ("<script>throw new Error('thrown')</script>", "error: thrown"),
    ],
)
def test_a_watched_page_betrays_what_goes_wrong(browser: Browser, tmp_path: Path, content: str, wrong: str) -> None:
    (tmp_path / "control.html").write_text(content, encoding="utf-8")
    with pytest.raises(AssertionError, match=wrong), watched(browser) as page:
        page.goto((tmp_path / "control.html").as_uri())


def test_strings_from_a_hostile_log_stay_text(shown: Shown, artefact: Artefact) -> None:
    page = shown(answers.hostile())
    markup = page.locator("#panel :is(img, script, svg, iframe, a)")
    nodes = {"n0": answers.HOSTILE[0], "p": answers.HOSTILE[1], "r": answers.HOSTILE[4], "u": answers.HOSTILE[6]}
    for uid, text in nodes.items():
        page.evaluate("(node) => provgraph.select({node}, true)", uid)
        expect(page.locator("#panel")).to_contain_text(text)
        expect(markup).to_have_count(0)
    page.screenshot(path=artefact())
    for line in page.evaluate("provgraph.lines.map((line) => line.id)"):
        page.evaluate("(line) => provgraph.select({line})", line)
        expect(markup).to_have_count(0)
    page.locator("#search").fill("<")
    expect(page.locator("#hits")).to_contain_text(answers.HOSTILE[0])
    assert page.evaluate("[document.images.length, document.scripts.length, window.pwned ?? null]") == [0, 4, None]
    expect(page.locator("h1")).to_have_text(answers.HOSTILE[1])
    assert page.title() == answers.HOSTILE[1]


def test_the_query_behind_a_page_and_its_parameters_stay_text(shown: Shown) -> None:
    page = shown(answers.hostile())
    page.locator("#cypher summary").click()
    expect(page.locator("#cypher pre").first).to_have_text(answers.HOSTILE[1])
    expect(page.locator("#cypher .parameters")).to_contain_text(f"{answers.HOSTILE[0]} = ")
    expect(page.locator("#cypher pre > *")).to_have_count(0)


def test_what_the_mouse_points_to_is_text(shown: Shown) -> None:
    page = shown(answers.hostile())
    page.locator("#legend summary").click()
    page.wait_for_timeout(200)
    page.mouse.move(*place(page, "n0"))
    expect(page.locator("#hint")).to_contain_text("<img")
    expect(page.locator("#hint > *")).to_have_count(0)


def test_the_policy_holds_even_if_markup_got_in(browser: Browser, tmp_path: Path) -> None:
    write_html(answers.chain(), tmp_path / "page.html")
    page = opened(browser.new_page(), tmp_path / "page.html")
    asked: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.evaluate(
        """async () => {
        document.body.insertAdjacentHTML('beforeend', '<img src="http://127.0.0.1:9/i" onerror="window.pwned=1">');
        const made = document.createElement('script');
        made.textContent = 'window.pwned = 2';
        document.body.append(made);
        await fetch('http://127.0.0.1:9/f').catch(() => { window.refused = true; });
    }"""
    )
    assert page.evaluate("[window.pwned ?? null, window.refused]") == [None, True]
    assert asked == []
    page.context.close()
