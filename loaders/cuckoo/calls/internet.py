"""WinINet and WinHTTP: session, server, request and answer, each below the handle before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from graph_model import events as ev
from graph_model.identity import is_address
from loaders.cuckoo import values
from loaders.cuckoo.calls.targets import unknown
from loaders.cuckoo.handles import NamedHandle
from loaders.cuckoo.state import Call, Handler, ProcessState

_SECURE = 0x0080_0000  # INTERNET_FLAG_SECURE, WINHTTP_FLAG_SECURE
_BY_PROXY = 3  # INTERNET_OPEN_TYPE_PROXY, WINHTTP_ACCESS_TYPE_NAMED_PROXY
_FTP = 1
_HANDLES = ("connecthandle", "requesthandle", "internethandle", "connectionhandle", "sessionhandle", "hinternet")
_DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21}


@dataclass(frozen=True)
class Session(NamedHandle):
    """The beginning of all; ``name`` is the proxy that everything below goes through, empty where there is none."""


@dataclass(frozen=True)
class Server(NamedHandle):
    """A server by name or address, with its port."""

    port: int | None
    proxy: str = ""


@dataclass(frozen=True)
class Request(NamedHandle):
    """A request; ``name`` is its URL. It goes out when it is ``sent``, which not every monitor sees."""

    server: Server
    sent: bool = False


def _below(call: Call) -> int | None:
    """The handle that a call is given."""
    return call.number(*_HANDLES)


def session_opened(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A session, with a proxy or without."""
    proxy = call.text("proxyname") if call.number("accesstype") == _BY_PROXY else None
    state.handles.bind(values.number(call.returned), Session(proxy or ""))
    yield from ()


def _proxy(state: ProcessState, call: Call) -> str:
    session = state.handles.get(_below(call), Session)
    return session.name if session else ""


def connected(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A server is named; only for FTP does this itself reach out."""
    name, port = call.text("hostname"), call.number("port") or None
    if name is None:
        unknown(state, call)
        return
    server = Server(name, port, _proxy(state, call))
    state.handles.bind(values.number(call.returned), server)
    if call.number("service") == _FTP:
        yield from _reached(state, call, server, "ftp")


def requested(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A path on the server of the connection; nothing goes out yet."""
    server = state.handles.get(_below(call), Server)
    if server is None:
        unknown(state, call)
        return
    scheme = "https" if (call.number("flags") or 0) & _SECURE else "http"
    path = call.text("path", "objectname") or "/"
    port = "" if server.port in (None, _DEFAULT_PORTS[scheme]) else f":{server.port}"
    url = f"{scheme}://{server.name}{port}/{path.lstrip('/')}"
    state.handles.bind(values.number(call.returned), Request(url, server))
    yield from ()


def url_opened(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A whole URL, requested at once."""
    url = call.text("url")
    if url is None:
        unknown(state, call)
        return
    server = _server_of(url, _proxy(state, call))
    state.handles.bind(values.number(call.returned), Request(url, server, sent=True) if server else None)
    yield from _went_out(state, call, url, server)


def url_fetched(state: ProcessState, call: Call, url: str) -> Iterator[ev.Event]:
    """A whole URL that another API fetches by WinINet."""
    yield from _went_out(state, call, url, _server_of(url, ""))


def _went_out(state: ProcessState, call: Call, url: str, server: Server | None) -> Iterator[ev.Event]:
    """To an address, or to a name that was asked for."""
    yield state.event(ev.HttpRequested, call, host=state.host, url=url)
    if server:
        yield from _reached(state, call, server, urlsplit(url).scheme)


def _server_of(url: str, proxy: str) -> Server | None:
    try:
        parts = urlsplit(url)
        return Server(parts.hostname, parts.port, proxy) if parts.hostname else None
    except ValueError:  # a port or an address that is none
        return None


def sent(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """The request goes out, each time that it is sent."""
    request = state.handles.get(_below(call), Request)
    if request:
        yield from _sent(state, call, request)
    else:
        unknown(state, call)


def _sent(state: ProcessState, call: Call, request: Request) -> Iterator[ev.Event]:
    state.handles.bind(_below(call), replace(request, sent=True))
    yield from _went_out(state, call, request.name, request.server)


def _reached(state: ProcessState, call: Call, server: Server, scheme: str) -> Iterator[ev.Event]:
    if server.proxy:
        return  # the proxy asks for the name and opens the connection
    if is_address(server.name):
        yield _flow(state, call, server, port=server.port or _DEFAULT_PORTS.get(scheme))
    else:
        yield state.event(ev.DnsResolved, call, host=state.host, name=server.name)


def read(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """Bytes of the answer."""
    yield from _transferred(state, call, inbound=True, count=call.number("bytesread", "numberofbytesread"))


def written(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """Bytes of the request's body."""
    yield from _transferred(state, call, inbound=False, count=call.number("byteswritten", "numberofbyteswritten"))


def _transferred(state: ProcessState, call: Call, *, inbound: bool, count: int | None) -> Iterator[ev.Event]:
    """From or to an address; of a name the report does not say which address answered."""
    request = state.handles.get(_below(call), Request)
    if request is None:
        unknown(state, call)
        return
    if not request.sent:  # by a call that is not hooked, or that did not wait for the answer
        yield from _sent(state, call, request)
    server, scheme = request.server, urlsplit(request.name).scheme
    if count != 0 and not server.proxy and is_address(server.name):
        port = server.port or _DEFAULT_PORTS.get(scheme)
        yield _flow(state, call, server, port=port, inbound=inbound, bytes=count)


def _flow(state: ProcessState, call: Call, server: Server, **fields: object) -> ev.Event:
    return state.event(ev.NetworkFlow, call, host=state.host, address=server.name, **fields)


def closed(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """The number stands for nothing any more."""
    state.handles.close(_below(call))
    yield from ()


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("InternetOpenA", "InternetOpenW", "WinHttpOpen"), session_opened),
    **dict.fromkeys(("InternetConnectA", "InternetConnectW", "WinHttpConnect"), connected),
    **dict.fromkeys(("HttpOpenRequestA", "HttpOpenRequestW", "WinHttpOpenRequest"), requested),
    **dict.fromkeys(("InternetOpenUrlA", "InternetOpenUrlW"), url_opened),
    **dict.fromkeys(("HttpSendRequestA", "HttpSendRequestW", "WinHttpSendRequest"), sent),
    **dict.fromkeys(("HttpSendRequestExA", "HttpSendRequestExW"), sent),
    **dict.fromkeys(("InternetReadFile", "WinHttpReadData"), read),
    **dict.fromkeys(("InternetWriteFile", "WinHttpWriteData"), written),
    **dict.fromkeys(("InternetCloseHandle", "WinHttpCloseHandle"), closed),
}
