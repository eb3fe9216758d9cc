"""The one store that all requests share, and the threads in which they ask it.

The driver below the store may be used from many threads at once. A statement cannot be stopped from here, and the
embedded engine does not heed a statement's own time limit: what is given up keeps its thread until the engine is done
with it. The threads are few, so that such statements cannot pile up; and the routes never wait for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Lock
from typing import TypeVar

from api.database import opened
from api.problems import GIVEN_UP, ProblemError
from api.settings import Settings
from graph_model.errors import DatabaseUnreachableError
from graph_model.store import Store

T = TypeVar("T")
_THREADS = 8


class HeldStore:
    """Opens the store for reading; opens it again when the embedded engine was lost."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="query")
        self._opened = ExitStack()
        self._store: Store | None = None
        self._closed = False

    def open(self) -> Store:
        """The store; only the first call opens it."""
        with self._lock:
            if self._closed:
                raise DatabaseUnreachableError("the server is ending", hint="start it again")
            if self._store is None:
                self._store = self._opened.enter_context(opened(self._settings, read_only=True))
            return self._store

    def close(self) -> None:
        """Close the store; statements that still run fail. A second call does nothing."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            self._closed = True
            self._store = None
            self._opened.close()

    async def ask(self, work: Callable[[Store], T], seconds: float) -> T:
        """What ``work`` finds in the store, in a thread of its own; a problem when it takes too long."""
        future = asyncio.get_running_loop().run_in_executor(self._threads, self._ask, work)
        try:
            done, _ = await asyncio.wait({future}, timeout=seconds)
        finally:
            future.cancel()  # nobody waits any more; what has not begun never will
        if not done:
            raise ProblemError(GIVEN_UP, f"there was no answer within {seconds:g} s")
        return future.result()

    def _ask(self, work: Callable[[Store], T]) -> T:
        store = self.open()
        try:
            return work(store)
        except DatabaseUnreachableError:
            self._forget_if_lost(store)
            raise

    def _forget_if_lost(self, store: Store) -> None:
        """An engine of our own that is gone is started anew by the next request; a Neo4j comes back by itself."""
        if self._settings.uri or self._closed:
            return
        try:
            store.check()
        except DatabaseUnreachableError:
            with self._lock:
                if self._store is store:
                    self._store = None
                    self._opened.close()
