"""The network: sockets, names, WinINet and WinHTTP."""

from __future__ import annotations

from collections.abc import Iterator

from graph_model import events as ev
from graph_model.identity import is_address
from loaders.cuckoo import values
from loaders.cuckoo.handles import NamedHandle
from loaders.cuckoo.state import Call, Handler, ProcessState

_DATAGRAM = frozenset({"sendto", "WSASendTo", "recvfrom", "WSARecvFrom"})
_RECEIVING = frozenset({"recvfrom", "WSARecvFrom", "accept", "WSAAccept"})


def flow(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """Traffic with an address that the call names."""
    address = call.text("ipaddress")
    if address and is_address(address):
        yield state.event(
            ev.NetworkFlow,
            call,
            host=state.host,
            address=address,
            port=call.number("port"),
            protocol="udp" if call.api in _DATAGRAM else "tcp",
            inbound=call.api in _RECEIVING,
        )


def resolved(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A name is asked for."""
    name = call.text("hostname", "name")
    if name and not is_address(name):
        yield state.event(ev.DnsResolved, call, host=state.host, name=name)


def connected(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """InternetConnect, WinHttpConnect: a server by name or address; requests on the handle belong to it."""
    server, port = call.text("hostname"), call.number("port")
    if not server:
        return
    handle = values.number(call.returned) or call.number("internethandle", "connecthandle")
    state.handles.bind(handle, NamedHandle(server if port in (None, 80, 443) else f"{server}:{port}"))
    if is_address(server):
        yield state.event(ev.NetworkFlow, call, host=state.host, address=server, port=port)
    else:
        yield state.event(ev.DnsResolved, call, host=state.host, name=server)


def requested(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """HttpOpenRequest, WinHttpOpenRequest: a path on the server of the connection."""
    handle = call.number("connecthandle", "internethandle", "connectionhandle")
    server = state.handles.get(handle, NamedHandle)
    path = call.text("path", "objectname") or "/"
    if server:
        flags = call.number("flags") or 0
        scheme = "https" if flags & 0x0080_0000 else "http"
        yield state.event(ev.HttpRequested, call, host=state.host, url=f"{scheme}://{server.name}/{path.lstrip('/')}")


def url_opened(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """InternetOpenUrl: a whole URL."""
    url = call.text("url")
    if url:
        yield state.event(ev.HttpRequested, call, host=state.host, url=url)


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("connect", "WSAConnect", "ConnectEx", "sendto", "WSASendTo"), flow),
    **dict.fromkeys(("recvfrom", "WSARecvFrom", "accept", "WSAAccept"), flow),
    **dict.fromkeys(("getaddrinfo", "GetAddrInfoW", "GetAddrInfoExW", "gethostbyname"), resolved),
    **dict.fromkeys(("DnsQuery_A", "DnsQuery_W", "DnsQuery_UTF8", "DnsQueryEx"), resolved),
    **dict.fromkeys(("InternetConnectA", "InternetConnectW", "WinHttpConnect"), connected),
    **dict.fromkeys(("HttpOpenRequestA", "HttpOpenRequestW", "WinHttpOpenRequest"), requested),
    **dict.fromkeys(("InternetOpenUrlA", "InternetOpenUrlW"), url_opened),
}
