"""The kit in the real Neo4j Browser: it is imported, runs without an error, and is drawn in the schema's colours."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from helpers.neo4j_browser import Browser, complaints
from playwright.sync_api import Locator

from api import browser_kit
from cypher.browser import kit, style
from cypher.catalogue import pictures, queries
from graph_model.schema import NODES

SHOTS = Path(os.environ.get("PROVGRAPH_TEST_ARTEFACTS") or ROOT / "tests-output")
FILLS = "shapes => [...new Set(shapes.map(shape => getComputedStyle(shape).fill))]"


@pytest.fixture(scope="module")
def favourites(browser: Browser) -> list[str]:
    """The names of all favourites of ours, with the folders that hold them opened."""
    return [title for titles in browser.folders().values() for title in titles]


@pytest.fixture
def shot(browser: Browser) -> Callable[[str], None]:
    SHOTS.mkdir(parents=True, exist_ok=True)
    return lambda name: browser.page.screenshot(path=SHOTS / f"browser-kit-{name}.png") and None


def rgb(color: str) -> str:
    red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def drawn(frame: Locator, shape: str) -> set[str]:
    """The colours that shapes of this kind are filled with."""
    return set(frame.locator(shape).evaluate_all(FILLS))


def labels(frame: Locator) -> dict[str, str]:
    """The labels that the frame lists beside its graph, with their colours."""
    prefix = "property-details-overview-node-label-"
    chips = frame.locator(f'[data-testid^="{prefix}"]')
    found = chips.evaluate_all(
        "chips => chips.map(chip => [chip.dataset.testid, getComputedStyle(chip).backgroundColor])"
    )
    return {name.removeprefix(prefix): color for name, color in found}


def test_every_query_is_among_the_favourites(favourites: list[str]) -> None:
    assert {title.partition(":")[0].split()[0] for title in favourites} == set(queries())


def test_every_favourite_runs_without_an_error(browser: Browser, favourites: list[str]) -> None:
    wrong = {}
    for title in favourites:
        browser.clear()
        if said := complaints(browser.run_favourite(title)):
            wrong[title] = said
    assert wrong == {}


def test_an_error_would_be_seen(browser: Browser) -> None:
    for text in ("RETURN $nothing", ":param some => 1;\nRETURN $nothing"):
        browser.clear()
        browser.type(text)
        assert complaints(browser.ended())


@pytest.mark.parametrize("name", sorted(pictures()))
def test_a_picture_is_drawn_in_the_colours_of_the_schema(
    browser: Browser, favourites: list[str], shot: Callable[[str], None], name: str
) -> None:
    for title in favourites:
        if title.startswith(f"{name} picture"):
            browser.clear()
            frame = browser.run_favourite(title)
    browser.drawn(frame)
    shot(name)
    found = {label: color for label, color in labels(frame).items() if label in NODES}
    assert found == {label: rgb(NODES[label].color) for label in found}
    assert found
    assert drawn(frame, "g.node circle.b-outline") == set(found.values())


def test_findings_are_red(browser: Browser, favourites: list[str]) -> None:
    browser.clear()
    browser.type("MATCH path = (:Process)-[:INJECTED_INTO]->(:Process) RETURN path LIMIT 1")
    frame = browser.drawn(browser.ended())
    assert rgb(style.FINDING) in drawn(frame, "g.relationship path.b-outline")


@pytest.fixture
def guide() -> Iterator[str]:
    """The address at which the guide is served."""
    with browser_kit.serving(0) as url:
        yield url


def test_the_guide_is_shown_and_its_queries_run(browser: Browser, guide: str, shot: Callable[[str], None]) -> None:
    browser.clear()
    browser.type(f":guide {guide}")
    browser.page.get_by_role("heading", name="Two stories in one graph").wait_for()
    browser.page.get_by_text("Next", exact=True).click()
    browser.page.locator("pre.runnable", has_text="injections").first.click()
    browser.page.keyboard.press("Control+Enter")
    frame = browser.drawn(browser.ended())
    shot("guide")
    assert frame.locator("g.node").count() > 1
    assert kit.GUIDE in guide
