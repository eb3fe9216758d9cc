"""Drives the real Neo4j Browser in a headless Chromium, as an analyst would with mouse and keyboard."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright
from servers.neo4j_server import Lack, RunningNeo4j

PATIENCE_MS = 60_000
_FRAME = "[data-testid=frame]"
_ENDED = """frame => {
  const icons = [...frame.querySelectorAll('[data-testid=multi-statement-list-icon]')];
  return icons.length ? icons.every(icon => /success|error|skipped/.test(icon.title))
                      : frame.querySelector('[data-testid=frame-loaded-contents], [data-testid=rawParamData]') !== null;
}"""
_DROP = """([name, content]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([Uint8Array.from(atob(content), sign => sign.charCodeAt(0))], name));
  for (const type of ['dragenter', 'dragover', 'drop'])
    document.querySelector('.filedrop')
      .dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: transfer}));
}"""


@dataclass
class Browser:
    """The window; everything is done as a user would do it, and nothing by its inner workings."""

    page: Page

    def drop(self, file: Path) -> None:
        """Drag a file onto the window."""
        self.page.evaluate(_DROP, [file.name, base64.b64encode(file.read_bytes()).decode()])

    def type(self, text: str) -> None:
        """Write into the editor and run."""
        self.page.click("[data-testid=activeEditor] .monaco-editor")
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Control+Enter")

    def clear(self) -> None:
        """Close all frames."""
        while self.page.locator(_FRAME).count():
            self.page.locator(_FRAME).first.get_by_title("Close").click()

    def folders(self) -> dict[str, list[str]]:
        """The favourites by folder, all folders of ours opened."""
        self.page.click("[data-testid=navigationFavorites]")
        self.page.wait_for_selector('[data-testid^="savedScriptsFolder-provgraph"]')
        return {str(folder.get_attribute("title")): list(self._opened(folder)) for folder in self._ours()}

    def _ours(self) -> list[Locator]:
        folders = self.page.locator('[data-testid^="savedScriptsFolder-provgraph"]')
        return [folder.locator("[title]").first for folder in folders.all()]

    def _opened(self, folder: Locator) -> Iterator[str]:
        folder.locator('[data-testid^="expandFolder-"]').click()
        inside = self.page.locator(f'[data-testid="savedScriptsFolder-{folder.get_attribute("title")}"]')
        for script in inside.locator('[data-testid^="scriptTitle-"]').all():
            yield str(script.get_attribute("data-testid")).removeprefix("scriptTitle-")

    def run_favourite(self, title: str) -> Locator:
        """Press the button beside a favourite; gives back its frame when all its statements have ended."""
        script = self.page.locator(
            "[data-testid=savedScriptListItem]", has=self.page.get_by_test_id(f"scriptTitle-{title}")
        )
        script.get_by_test_id("savedScriptsButton-Run").click()
        return self.ended()

    def ended(self) -> Locator:
        """The newest frame, when it has ended."""
        frame = self.page.locator(_FRAME).first
        frame.wait_for(timeout=PATIENCE_MS)
        self.page.wait_for_function(
            f"selector => ({_ENDED})(document.querySelector(selector))", arg=_FRAME, timeout=PATIENCE_MS
        )
        return frame

    def drawn(self, frame: Locator) -> Locator:
        """The frame, when its graph is drawn."""
        frame.locator("g.node circle.b-outline").first.wait_for()
        return frame


def complaints(frame: Locator) -> list[str]:
    """What the frame says is wrong: of a whole answer, or of one of its statements."""
    errors = [frame.get_by_text("ERROR", exact=True), frame.locator("pre", has_text="Neo.")]
    unwell = frame.locator('[title="Status: error"], [title="Status: skipped"]')
    return [said for found in (*errors, unwell) for said in found.all_inner_texts()]


@contextmanager
def opened_browser(server: RunningNeo4j) -> Iterator[Browser]:
    """A window that is logged in; hosts outside of this machine cannot be reached."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not program:
        raise Lack("Neo4j Browser is driven in Chromium, and there is none: install chromium.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1600, "height": 1200})
        page.set_default_timeout(PATIENCE_MS)
        page.route(lambda url: "//127.0.0.1:" not in url and "//localhost:" not in url, lambda route: route.abort())
        page.goto(f"{server.browser}?connectURL={server.uri.replace('//', f'//{server.user}@')}")
        page.fill("input[type=password]", server.password)
        page.keyboard.press("Enter")
        page.get_by_text("You are connected as user").wait_for()
        yield Browser(page)
        chromium.close()
