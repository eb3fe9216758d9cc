"""Sockets: what each leads to from connect or accept until it is closed, and the bytes that go either way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from graph_model import events as ev
from graph_model.identity import is_address
from loaders.cuckoo import values
from loaders.cuckoo.calls.targets import unknown
from loaders.cuckoo.handles import FileHandle, NamedHandle
from loaders.cuckoo.state import Call, Handler, ProcessState, on_disk

_PROTOCOLS = {1: "tcp", 2: "udp"}  # SOCK_STREAM, SOCK_DGRAM
_DATAGRAM = frozenset({"sendto", "WSASendTo", "WSASendMsg", "recvfrom", "WSARecvFrom"})
_COUNTED_BY_RETURN = frozenset({"send", "sendto", "recv", "recvfrom"})
# CAPE prints the other side of an accepted connection twice: as getpeername and as accept itself told it
_PRINTED = (("ipaddress", "port"), ("ipclient", "portclient"), ("ipaccept", "portaccept"))
Peer = tuple[str, int | None]


@dataclass(frozen=True)
class Socket(NamedHandle):
    """A socket; ``name`` is its protocol, empty where its creation was not seen."""

    peer: Peer | None = None
    local: Peer | None = None


def created(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A socket that leads nowhere yet."""
    handle = call.number("socket") or values.number(call.returned)
    state.handles.bind(handle, Socket(_PROTOCOLS.get(call.number("type") or 0, "")))
    yield from ()


def _handle(call: Call) -> int | None:
    return call.number("socket", "s")


def _socket(state: ProcessState, call: Call) -> Socket:
    return state.handles.get(_handle(call), Socket) or Socket("")


def _printed(call: Call) -> Peer | None:
    """The address that the call itself prints, which not every monitor does."""
    for name, port in _PRINTED:
        address = call.text(name)
        if address and is_address(address):
            return address, call.number(port)
    return None


def _flow(state: ProcessState, call: Call, peer: Peer, **fields: object) -> ev.Event:
    return state.event(ev.NetworkFlow, call, host=state.host, address=peer[0], port=peer[1], **fields)


def connected(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A socket leads to an address from now on; a datagram socket has sent nothing by that."""
    peer = _printed(call)
    socket = _led(state, call, peer)
    if peer is None:
        unknown(state, call)
    elif socket.name != "udp":
        yield _flow(state, call, peer, protocol="tcp")


def attempted(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A connect that does not wait for the answer ends as failed, and the socket leads to the address all the same."""
    peer = _printed(call)
    if peer:
        _led(state, call, peer)
    yield from ()


def _led(state: ProcessState, call: Call, peer: Peer | None) -> Socket:
    socket = replace(_socket(state, call), peer=peer)
    state.handles.bind(_handle(call), socket)
    return socket


def connected_by_list(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """The first address of a list; to which one the connection led is only sure where it is the only one."""
    peer = _printed(call)
    if peer and call.number("numberofaddresses") == 1:
        yield _flow(state, call, peer, protocol="tcp")
    else:
        unknown(state, call)


def accepted(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A new socket that another side opened."""
    peer = _printed(call)
    handle = call.number("clientsocket") or values.number(call.returned)
    state.handles.bind(handle, Socket("tcp", peer))
    if peer:
        yield _flow(state, call, peer, protocol="tcp", inbound=True)
    else:
        unknown(state, call)


def sent(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """Bytes to the address that the call prints, or to where the socket leads."""
    yield from _moved(state, call, inbound=False, count=_count(call, "sent", "numberofbytessent"))


def received(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """Bytes from the address that the call prints, or from where the socket leads; none when the other side ended."""
    count = _count(call, "received", "numberofbytesreceived")
    if count != 0:
        yield from _moved(state, call, inbound=True, count=count)


def _count(call: Call, *names: str) -> int | None:
    """How many bytes, where the call says it; the printed buffer may be cut short."""
    told = call.number(*names)
    returned = values.number(call.returned) if call.api in _COUNTED_BY_RETURN else None
    return told if told is not None else returned


def _moved(state: ProcessState, call: Call, *, inbound: bool, count: int | None) -> Iterator[ev.Event]:
    socket = _socket(state, call)
    peer = _printed(call) or socket.peer
    if peer is None:
        unknown(state, call)
        return
    protocol = socket.name or ("udp" if call.api in _DATAGRAM else "tcp")
    yield _flow(state, call, peer, protocol=protocol, inbound=inbound, bytes=count)


def transmitted(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A whole file, or its beginning, sent over a socket."""
    file = state.handles.get(call.number("filehandle"), FileHandle)
    if file and on_disk(file.path):
        yield state.event(ev.FileRead, call, file=state.file(file.path))
    yield from _moved(state, call, inbound=False, count=call.number("bufferlength", "nnumberofbytestowrite") or None)


def bound(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A socket has an address of this machine."""
    state.handles.bind(_handle(call), replace(_socket(state, call), local=_printed(call)))
    yield from ()


def listening(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A socket waits for connections at the address that it was bound to."""
    local = _socket(state, call).local
    if local:
        fields = {"host": state.host, "address": local[0], "port": local[1], "protocol": "tcp"}
        yield state.event(ev.PortListened, call, **fields)
    else:
        unknown(state, call)


def closed(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """The number stands for no socket any more."""
    state.handles.close(_handle(call))
    yield from ()


_CONNECTS = ("connect", "WSAConnect", "ConnectEx")

# What a failed call still changes.
FAILED: dict[str, Handler] = dict.fromkeys(_CONNECTS, attempted)

HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("socket", "WSASocketA", "WSASocketW"), created),
    **dict.fromkeys(_CONNECTS, connected),
    "WSAConnectByList": connected_by_list,
    **dict.fromkeys(("accept", "WSAAccept"), accepted),
    **dict.fromkeys(("send", "sendto", "WSASend", "WSASendTo", "WSASendMsg"), sent),
    **dict.fromkeys(("recv", "recvfrom", "WSARecv", "WSARecvFrom"), received),
    "TransmitFile": transmitted,
    "bind": bound,
    "listen": listening,
    "closesocket": closed,
}
