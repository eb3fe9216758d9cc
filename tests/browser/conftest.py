"""Fixtures for tests that look at pages in a real browser.

Pictures of pages go to ``$PROVGRAPH_TEST_ARTEFACTS`` (``tests-output`` if it is not set), to be looked at.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from conftest import IN_CI
from helpers.watching import ARTEFACTS, WatchedPage, watched
from playwright.sync_api import Browser, Page, sync_playwright


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; it ends with its module, since its event loop would bar others from having theirs."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        missing = "chromium is needed to look at pages; install it"
        pytest.fail(missing) if IN_CI else pytest.skip(missing)
    with sync_playwright() as playwright:
        # as root, as in containers, Chromium starts only without its sandbox
        started = playwright.chromium.launch(executable_path=chromium, chromium_sandbox=os.geteuid() != 0)
        yield started
        started.close()


@pytest.fixture
def watched_page(browser: Browser) -> Iterator[WatchedPage]:
    """Opens pages of which each must have kept the rules when the test ends."""
    with ExitStack() as stack:

        def opened(*allowed: str, **context: Any) -> Page:
            return stack.enter_context(watched(browser, allowed, **context))

        yield opened


@pytest.fixture
def artefact(request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """A place for a picture that a test takes, by the test's name."""
    name = re.sub(r"\W+", "-", request.node.name.removeprefix("test_")).strip("-")

    def place(part: str = "") -> Path:
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        return ARTEFACTS / f"{name}{f'-{part}' if part else ''}.png"

    return place
