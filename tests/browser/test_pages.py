"""The pages of the server in a real browser: reading, searching, filtering, loading, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import EXAMPLES
from helpers.rest import client_of, settings_for
from helpers.watching import WatchedPage
from playwright.sync_api import Page, expect

from api.app import create_app
from api.database import opened
from api.load import load
from loaders.protocol import Context

Artefact = Callable[..., Path]
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>'\"&lt;"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A database with the examples, and things whose names are markup."""
    found = tmp_path_factory.mktemp("pages") / "data"
    with opened(settings_for(found)) as store:
        load(store, [EXAMPLES], Context(), settings_for(found))
        store.change(
            "CREATE (h:Host:Entity {uid: 'hh', name: $x, key: $x}), "
            "(p:Process:Entity {uid: 'hp', name: $x, command_line: $x, path: $x, pid: 7, host_uid: 'hh', user: $x}), "
            "(f:File:Entity {uid: 'hf', name: $x + '.exe', path: $x + '.exe', key: $x, host_uid: 'hh'}), "
            "(v:RegistryValue:Entity {uid: 'hv', name: $x, path: $x, key: $x, host_uid: 'hh'}), "
            "(p)-[:WROTE {uid: 'hw', first_us: 1, last_us: 1, positions: [$x]}]->(f), "
            "(p)-[:SET {uid: 'hs', first_us: 2, last_us: 2, positions: [$x]}]->(v)",
            {"x": HOSTILE},
        )
        yield found


@pytest.fixture(scope="module")
def base(folder: Path) -> Iterator[str]:
    """Where the server is."""
    with client_of(create_app(settings_for(folder, rate_limit="100000/minute"))) as client:
        yield str(client.base_url).rstrip("/")


def fits(page: Page) -> bool:
    """Whether the page needs no scrolling to the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_page_shows_what_was_found(
    watched_page: WatchedPage, base: str, artefact: Artefact, scheme: str
) -> None:
    page = watched_page(base, color_scheme=scheme)
    page.goto(base)
    expect(page.get_by_role("heading", name="What was found")).to_be_visible()
    expect(page.get_by_role("link", name="1 Movements")).to_be_visible()
    expect(page.get_by_role("region", name="Movements", exact=True)).to_contain_text("dllhost.dat")
    assert fits(page)
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert dark == (scheme == "dark")
    page.screenshot(path=artefact(), full_page=True)


def test_a_finding_is_one_click_from_its_graph_its_cypher_and_its_json(watched_page: WatchedPage, base: str) -> None:
    page = watched_page(base)
    page.goto(base)
    section = page.locator("section", has=page.get_by_role("heading", name="Movements 1"))
    section.get_by_text("Cypher", exact=True).click()
    expect(section.locator("pre").first).to_contain_text("MATCH (m:Movement)")
    section.get_by_role("link", name="Graph", exact=True).click()
    page.locator("html[data-drawn]").wait_for(state="attached")
    page.go_back()
    section.get_by_role("link", name="JSON", exact=True).click()
    assert '"PsExec"' in page.content()


def test_the_keyboard_reaches_everything(watched_page: WatchedPage, base: str, artefact: Artefact) -> None:
    page = watched_page(base)
    page.goto(base)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("027CC.dll")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("found for “027CC.dll”")
    page.screenshot(path=artefact("search"))
    first = page.locator("td a").first
    first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("027cc.dll")
    page.screenshot(path=artefact("node"), full_page=True)
    page.get_by_role("link", name="Lineage").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("file-lineage")
    expect(page.get_by_role("region")).to_contain_text("027cc.dll")


def test_a_form_filters_the_rows(watched_page: WatchedPage, base: str, artefact: Artefact) -> None:
    page = watched_page(base)
    page.goto(f"{base}/queries/injections")
    rows = page.locator("tbody tr")
    before = rows.count()
    page.get_by_label("min confidence").select_option("confirmed")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_label("min confidence")).to_have_value("confirmed")
    assert 0 < rows.count() < before
    page.screenshot(path=artefact())


def test_markup_from_logs_stays_text_everywhere(watched_page: WatchedPage, base: str, artefact: Artefact) -> None:
    page = watched_page(base)
    addresses = ["/", "/nodes/hp", "/nodes/hf", "/nodes/hv", "/nodes/hh", "/queries/drops", "/queries/hosts"]
    addresses += ["/queries/neighbours?uid=hp", "/search?q=onerror"]
    for address in addresses:
        page.goto(base + address)
        assert HOSTILE in page.locator("body").inner_text(), address
        assert page.locator("body img, body script").count() == 0
        assert fits(page), address
    page.screenshot(path=artefact())
    page.get_by_role("searchbox").fill(HOSTILE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox")).to_have_value(HOSTILE)
    page.goto(f"{base}/v1/graph.html?query=neighbours&uid=hp")
    page.locator("html[data-drawn]").wait_for(state="attached")


def test_logs_are_loaded_through_the_page(watched_page: WatchedPage, tmp_path: Path, artefact: Artefact) -> None:
    with client_of(create_app(settings_for(tmp_path / "data"))) as client:
        base = str(client.base_url).rstrip("/")
        page = watched_page(base)
        page.goto(base)
        expect(page.get_by_text("Nothing is loaded yet")).to_be_visible()
        page.locator("input[type=file]").set_input_files([EXAMPLES / "cuckoo" / "log3.json"])
        page.get_by_role("button", name="Load").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Load: done", timeout=60_000)
        page.screenshot(path=artefact())
        page.get_by_role("link", name="What was found").click()
        expect(page.get_by_role("link", name="2 Injections")).to_be_visible()


def test_a_phone_shows_it_too(watched_page: WatchedPage, base: str, artefact: Artefact) -> None:
    page = watched_page(base, viewport={"width": 390, "height": 800})
    for address in ("/", "/nodes/hp", "/queries/injections", "/rest"):
        page.goto(base + address)
        assert fits(page), address
    page.goto(base)
    page.screenshot(path=artefact())


def test_a_browser_asks_for_the_token_as_a_password(watched_page: WatchedPage, folder: Path) -> None:
    settings = settings_for(folder, token="open sesame")
    with client_of(create_app(settings, hosts=None)) as client:
        base = str(client.base_url).rstrip("/")
        page = watched_page(base, http_credentials={"username": "me", "password": "open sesame"})
        page.goto(base)
        expect(page.get_by_role("heading", name="What was found")).to_be_visible()
