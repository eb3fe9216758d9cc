"""Pages of a real browser that are watched: no error, no message, no request beyond what is allowed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page

ARTEFACTS = Path(os.environ.get("PROVGRAPH_TEST_ARTEFACTS") or Path(__file__).resolve().parents[2] / "tests-output")
WITHIN = ("file:", "data:", "blob:", "about:")

WatchedPage = Callable[..., Page]
"""Opens a page: its arguments are the beginnings of addresses that it may ask; keywords go to the browser's context."""


@contextmanager
def watched(browser: Browser, allowed: tuple[str, ...] = (), **context: Any) -> Iterator[Page]:
    """A page in a context of its own; what it did wrong is told at the end, all at once."""
    wrong: list[str] = []
    within = browser.new_context(**{"viewport": {"width": 1400, "height": 1000}, **context})
    # every request is stopped here, so none leaves the machine even if the test fails
    within.route(lambda url: not url.startswith((*WITHIN, *allowed)), lambda route: route.abort())
    page = within.new_page()
    page.on("request", lambda asked: _note(wrong, asked.url, (*WITHIN, *allowed)))
    page.on("console", lambda said: _hear(wrong, said))
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on("dialog", lambda dialog: _dismiss(wrong, dialog))
    try:
        yield page
    finally:
        within.close()
    assert not wrong, "\n".join(wrong)


def _note(wrong: list[str], url: str, allowed: tuple[str, ...]) -> None:
    if not url.startswith(allowed):
        wrong.append(f"request: {url}")


def _dismiss(wrong: list[str], dialog: Dialog) -> None:
    wrong.append(f"dialog: {dialog.message}")
    dialog.dismiss()


def _hear(wrong: list[str], said: ConsoleMessage) -> None:
    if said.type in {"error", "warning"}:
        wrong.append(f"console: {said.text}")
