"""Who may ask: every request passes here before anything of it is read.

A server on the loopback address is reachable by every page that the user's browser shows: by DNS rebinding such a
page can make our answers its own. Hence only requests that name a loopback host are answered there. Elsewhere a token
is required, which no foreign page has.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import re
import socket

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import SECURITY_HEADERS, TIMEOUT, TOO_LARGE, UNAUTHORIZED, WRONG_HOST, ProblemError, response
from api.settings import Settings
from graph_model.errors import UsageError

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
# They tell what any copy of provgraph tells, and whether this one is alive; all else needs the token.
OPEN_PATHS = frozenset({"/", "/openapi.json", "/v1/health"})
_BODY_SECONDS = 30.0
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^\[\]:]+)(:\d{1,5})?", re.IGNORECASE)


def token_of(settings: Settings) -> bytes:
    """The token that is required; empty for none. Blanks around it do not count."""
    return settings.token.get_secret_value().strip().encode()


def allowed_hosts(settings: Settings, host: str) -> frozenset[str] | None:
    """The names that requests may use when we listen on ``host``, None for any; raises where a token is lacking."""
    if all(ipaddress.ip_address(address).is_loopback for address in addresses_of(host)):
        return LOOPBACK_HOSTS | {f"[{host}]" if ":" in host else host}
    if not token_of(settings):
        raise UsageError(
            f"to listen on {host or 'all addresses'}, which others can reach, a token is required",
            hint="set PROVGRAPH_TOKEN to a long random text, or leave --host at 127.0.0.1",
        )
    return None


def addresses_of(host: str) -> list[str]:
    """All addresses that a name to listen on stands for."""
    try:
        found = socket.getaddrinfo(host or None, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise UsageError(f"--host {host!r} is no address", hint="leave it at 127.0.0.1") from error
    return list(dict.fromkeys(str(address[0]).partition("%")[0] for *_, address in found))


class Guard:
    """Middleware: host name, token, size of the body; and headers that forbid browsers what we never need."""

    def __init__(self, app: ASGIApp, settings: Settings, hosts: frozenset[str] | None) -> None:
        self._app = app
        self._token = token_of(settings)
        self._most = settings.max_body_bytes
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that may not pass; hand on the others."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._admit(scope["path"], Headers(scope=scope))
            receive = await self._received(Headers(scope=scope), receive)
        except ProblemError as problem:
            await response(problem)(scope, receive, send)
            return
        await self._app(scope, receive, _with_headers(send))

    def _admit(self, path: str, headers: Headers) -> None:
        if self._hosts is not None and _host_name(headers) not in self._hosts:
            raise ProblemError(WRONG_HOST, "the Host header names no loopback address")
        if self._token and path not in OPEN_PATHS and not self._knows_token(headers):
            raise ProblemError(UNAUTHORIZED, "the token is missing or wrong", headers={"WWW-Authenticate": "Bearer"})

    def _knows_token(self, headers: Headers) -> bool:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode("latin-1"), self._token)

    async def _received(self, headers: Headers, receive: Receive) -> Receive:
        """The body read to its end, as far as the limit allows; what is said about its length is not trusted."""
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > self._most:
            raise self._too_large()
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                return _replay(await self._body(receive), receive)
        except TimeoutError:
            raise ProblemError(TIMEOUT, f"the body was not complete after {_BODY_SECONDS:g} s") from None

    async def _body(self, receive: Receive) -> Message:
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return message
            body += message.get("body", b"")
            if len(body) > self._most:
                raise self._too_large()
            if not message.get("more_body", False):
                return {"type": "http.request", "body": bytes(body), "more_body": False}

    def _too_large(self) -> ProblemError:
        return ProblemError(TOO_LARGE, f"the body is larger than {self._most} bytes")


def _host_name(headers: Headers) -> str:
    """The one host that the request names, without its port; empty where it is none."""
    named = headers.getlist("host")
    found = _HOST.fullmatch(named[0]) if len(named) == 1 else None
    return found["name"].lower() if found else ""


def _replay(first: Message, receive: Receive) -> Receive:
    waiting = [first]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def _with_headers(send: Send) -> Send:
    """Headers that a route set itself stay."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
