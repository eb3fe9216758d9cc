"""``provgraph serve``: our application in uvicorn, on one address, until a signal ends it.

The socket is bound and the database opened before uvicorn starts, so that what goes wrong there is told in one line.
"""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from types import FrameType

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.held_store import HeldStore
from api.security import addresses_of, allowed_hosts
from api.settings import Settings
from graph_model.errors import UsageError

_GRACE_SECONDS = 5
_CONNECTIONS = 256
_CAUSES = {
    errno.EADDRINUSE: ("port {port} on {host} is in use", "end what uses it, or choose another with --port, 0 for any"),
    errno.EACCES: ("port {port} needs rights that you do not have", "choose one above 1023 with --port"),
    errno.EADDRNOTAVAIL: ("{host} is no address of this machine", "leave --host at 127.0.0.1"),
}


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until SIGINT or SIGTERM; whatever is lacking is an error before the first request."""
    hosts = allowed_hosts(settings, host)
    with closing(_listener(host, port)) as listener:
        app = create_app(settings, hosts)
        held: HeldStore = app.state.held
        try:
            held.open()
            print(f"provgraph serves on {_address(listener)} (Ctrl-C ends it)", file=sys.stderr, flush=True)
            _run(app, listener)
        finally:
            held.close()


def _listener(host: str, port: int) -> socket.socket:
    address = addresses_of(host)[0]
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, port), family=family, backlog=_CONNECTIONS)
    except OSError as error:
        message, hint = _CAUSES.get(error.errno or 0, ("cannot listen on {host}, port {port}: {error}", None))
        said = message.format(host=host, port=port, error=error.strerror)
        raise UsageError(said, hint=hint or "choose others with --host and --port") from error


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _run(app: FastAPI, listener: socket.socket) -> None:
    config = uvicorn.Config(
        app,
        log_config=None,  # warnings and faults go to stderr; requests, which name samples and hosts, are not logged
        log_level="warning",
        access_log=False,
        lifespan="on",
        ws="none",
        proxy_headers=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        timeout_graceful_shutdown=2 * _GRACE_SECONDS,
    )
    server = _Server(config, app.state.held)
    with _ended_by_signals(server):
        server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """Queries that outlast the grace fail with their store, so that who waits for them is told."""

    def __init__(self, config: uvicorn.Config, held: HeldStore) -> None:
        super().__init__(config)
        self._held = held

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End, at the latest soon after the grace."""
        loop = asyncio.get_running_loop()
        late = loop.call_later(_GRACE_SECONDS, loop.run_in_executor, None, self._held.close)
        try:
            await super().shutdown(sockets)
        finally:
            late.cancel()


@contextmanager
def _ended_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """A signal ends the server and nothing else; uvicorn raises it again when it is done, for whoever waits for it."""

    def end(_: int, __: FrameType | None) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
