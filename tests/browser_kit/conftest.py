"""Neo4j with its Browser, the examples in it, and the kit imported as an analyst would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from conftest import EXAMPLES, IN_CI, Bolt
from helpers.neo4j_browser import Browser, opened_browser
from servers.neo4j_server import Lack, with_browser

from api import browser_kit
from api.load import load
from api.settings import Settings
from cypher.browser import kit
from loaders.protocol import Context


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A window of Neo4j Browser over the examples, with favourites and style sheet of the kit.

    It ends with its module: playwright's event loop would bar others from having theirs.
    """
    folder = tmp_path_factory.mktemp("browser")
    browser_kit.write(folder / "kit")
    with ExitStack() as stack:
        try:
            server = stack.enter_context(with_browser(folder))
            with Bolt(server.uri, server.user, server.password, server.database).store() as store:
                store.prepare()
                load(store, [EXAMPLES], Context(), Settings())
            found = stack.enter_context(opened_browser(server))
        except Lack as lack:
            pytest.fail(str(lack)) if IN_CI else pytest.skip(str(lack))
        _import(found, folder / "kit")
        yield found


def _import(browser: Browser, folder: Path) -> None:
    browser.drop(folder / kit.ARCHIVE)
    browser.drop(folder / kit.STYLE)
    browser.page.get_by_text("node.Movement").wait_for()
