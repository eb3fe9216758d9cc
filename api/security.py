"""Who may ask: every request passes here before anything of it is read.

A server on the loopback address is reachable by every page that the user's browser shows: by DNS rebinding such a
page can make our answers its own, and by a form it can send us what it likes. Hence only requests that name a loopback
host are answered there, and what changes something must not come from another site. Elsewhere a token is required,
which no foreign page has; browsers that ask for a page give it as a password.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import ipaddress
import re
import socket

import limits
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import (
    CROSS_SITE,
    FORBIDDEN,
    INTERNAL,
    SECURITY_HEADERS,
    TIMEOUT,
    TOO_LARGE,
    TOO_MANY,
    UNAUTHORIZED,
    WRONG_HOST,
    ProblemError,
    response,
)
from api.settings import Settings
from api.tokens import Scope as TokenScope
from api.tokens import TokenFile
from graph_model.errors import ProvgraphError, UsageError

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
# They tell what any copy of provgraph tells, and whether this one is alive; all else needs the token.
OPEN_PATHS = frozenset({"/openapi.json", "/v1/health"})
# Where the body is a file that is too large to be held: their routes read it as it comes.
UPLOAD_PATHS = frozenset({"/v1/ingest", "/load"})
SCOPE = "provgraph.scope"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_BODY_SECONDS = 30.0
_WRONG_TOKENS = "30/minute"
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^\[\]:]+)(:\d{1,5})?", re.IGNORECASE)


def token_of(settings: Settings) -> bytes:
    """The token that is required; empty for none. Blanks around it do not count."""
    return settings.token.get_secret_value().strip().encode()


def needs_token(settings: Settings) -> bool:
    """Whether clients must show a token."""
    return bool(token_of(settings) or TokenFile(settings.token_file).all())


def allowed_hosts(settings: Settings, host: str) -> frozenset[str] | None:
    """The names that requests may use when we listen on ``host``, None for any; raises where a token is lacking."""
    if all(ipaddress.ip_address(address).is_loopback for address in addresses_of(host)):
        return LOOPBACK_HOSTS | {f"[{host}]" if ":" in host else host}
    if not needs_token(settings):
        raise UsageError(
            f"to listen on {host or 'all addresses'}, which others can reach, a token is required",
            hint="`provgraph token add NAME` makes one, or set PROVGRAPH_TOKEN; else leave --host at 127.0.0.1",
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
    """Middleware: host, origin, rate, token, size of the body; and headers that forbid browsers what we never need."""

    def __init__(self, app: ASGIApp, settings: Settings, hosts: frozenset[str] | None) -> None:
        self._app = app
        self._given = token_of(settings)
        self._tokens = TokenFile(settings.token_file)
        self._most = settings.max_body_bytes
        self._most_uploaded = settings.max_upload_bytes
        self._hosts = hosts
        self._rates = Rates(settings.rate_limit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that may not pass; hand on the others."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._admit(scope, Headers(scope=scope))
            receive = await self._received(scope, Headers(scope=scope), receive)
        except ProblemError as problem:
            await response(problem)(scope, receive, send)
            return
        except ProvgraphError as error:
            await response(ProblemError(INTERNAL, error.message, error.hint))(scope, receive, send)
            return
        await self._app(scope, receive, _with_headers(send))

    def _admit(self, scope: Scope, headers: Headers) -> None:
        if self._hosts is not None and _host_name(headers) not in self._hosts:
            raise ProblemError(WRONG_HOST, "the Host header names no loopback address")
        if scope["method"] not in _SAFE_METHODS and _from_elsewhere(headers):
            raise ProblemError(CROSS_SITE, "a page of another site sent this request")
        client = scope["client"][0] if scope.get("client") else ""
        self._rates.count(client)
        scope[SCOPE] = self._scope(headers)
        if scope[SCOPE] is None and scope["path"] not in OPEN_PATHS:
            if headers.get("authorization"):
                self._rates.count_wrong(client)
            raise ProblemError(UNAUTHORIZED, "the token is missing or wrong", headers=_challenge(headers))

    def _scope(self, headers: Headers) -> TokenScope | None:
        """What the client may do: everything where there are no tokens, which is on a loopback address only."""
        if not self._given and not self._tokens.all():
            return "write"
        given = _token(headers)
        if self._given and hmac.compare_digest(given, self._given):
            return "write"
        return self._tokens.scope_of(given)

    async def _received(self, scope: Scope, headers: Headers, receive: Receive) -> Receive:
        """The body read to its end, as far as the limit allows; what is said about its length is not trusted."""
        is_form = headers.get("content-type", "").lower().startswith("multipart/form-data")
        is_upload = is_form and scope["path"] in UPLOAD_PATHS
        most = self._most_uploaded if is_upload else self._most
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > most:
            raise _too_large(most)
        if is_upload:
            return _counted(receive, most)
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
                raise _too_large(self._most)
            if not message.get("more_body", False):
                return {"type": "http.request", "body": bytes(body), "more_body": False}


class Rates:
    """How often a client asks, by its address; one that guesses tokens is stopped much sooner."""

    def __init__(self, rate: str) -> None:
        try:
            self._rate = limits.parse(rate)
        except ValueError as error:
            raise UsageError(f"PROVGRAPH_RATE_LIMIT is no rate: {rate!r}", hint="write it as 1200/minute") from error
        self._wrong = limits.parse(_WRONG_TOKENS)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, client: str) -> None:
        """Raise where there were too many requests, or too many wrong tokens."""
        if not self._limiter.test(self._wrong, "wrong", client) or not self._limiter.hit(self._rate, client):
            raise ProblemError(TOO_MANY, "this address asks too often", headers={"Retry-After": "60"})

    def count_wrong(self, client: str) -> None:
        """One more wrong token."""
        self._limiter.hit(self._wrong, "wrong", client)


def may_write(request: Request) -> None:
    """For routes that change something: the token must allow it."""
    if request.scope[SCOPE] != "write":
        raise ProblemError(FORBIDDEN, "this token may only read")


def _too_large(most: int) -> ProblemError:
    return ProblemError(TOO_LARGE, f"the body is larger than {most} bytes")


def _counted(receive: Receive, most: int) -> Receive:
    """A body that is read as it comes, no further than allowed, each part of it in time."""
    taken = 0

    async def counting() -> Message:
        nonlocal taken
        try:
            message = await asyncio.wait_for(receive(), _BODY_SECONDS)
        except TimeoutError:
            raise ProblemError(TIMEOUT, f"nothing more of the body came for {_BODY_SECONDS:g} s") from None
        taken += len(message.get("body", b""))
        if taken > most:
            raise _too_large(most)
        return message

    return counting


def _token(headers: Headers) -> bytes:
    """The token as a program gives it, or as a browser does: as the password of any user."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return given.strip().encode("latin-1")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(given.strip(), validate=True).partition(b":")[2]
        except ValueError:
            return b""
    return b""


def _challenge(headers: Headers) -> dict[str, str]:
    """A browser that wants a page asks its user for the token."""
    basic = 'Basic realm="provgraph: the token is the password", charset="UTF-8"'
    return {"WWW-Authenticate": basic if "text/html" in headers.get("accept", "") else "Bearer"}


def _from_elsewhere(headers: Headers) -> bool:
    """Whether a browser says that a page of another site sends this; programs say nothing.

    The newer header is the surer one: the older reads `null` for forms of our own pages, which send no referrer.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site not in ("same-origin", "none")
    return origin is not None and origin.rpartition("//")[2].lower() != headers.get("host", "").lower()


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
