"""Opens the store that the settings mean: the embedded engine, or a Neo4j."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from api.settings import Settings
from graph_model.embedded import EmbeddedEngine
from graph_model.store import Store


@contextmanager
def opened(settings: Settings, *, read_only: bool = False) -> Iterator[Store]:
    """A store, prepared unless it is only read; the embedded engine ends with its last client."""
    if settings.uri:
        with Store(settings.uri, settings.user, settings.password, settings.database) as store:
            store.check()
            yield _prepared(store, read_only)
        return
    with EmbeddedEngine(settings.folder) as found:
        user = found.reader_user if read_only else found.user
        password = found.reader_password if read_only else found.password
        with Store(found.uri, user, password, found.database) as store:
            yield _prepared(store, read_only)


def _prepared(store: Store, read_only: bool) -> Store:
    if not read_only:
        store.prepare()
    return store
