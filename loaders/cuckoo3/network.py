"""The ``network`` section of the report: what the capture shows of the machine's traffic; it names no process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo3.actions import port
from loaders.cuckoo3.shapes import list_of, mapping_of
from loaders.cuckoo3.state import TaskState, address_of

_PROTOCOLS = ("tcp", "udp")
_ADDRESS_RECORDS = ("A", "AAAA")
_READ = {*_PROTOCOLS, "dns", "http", "domain", "host"}

Entry = dict[str, Any]
_Transaction = tuple[Any, Any, Any, Any]


def machine_address(network: Entry) -> str | None:
    """The one address that has a part in all traffic; ``None`` where that is not just one."""
    common: set[str | None] | None = None
    for protocol in _PROTOCOLS:
        for entry in map(mapping_of, list_of(network.get(protocol))):
            ends = {address_of(entry.get("srcip")), address_of(entry.get("dstip"))}
            common = ends if common is None else common & ends
    common = (common or set()) - {None}
    return common.pop() if len(common) == 1 else None


def events(network: Any, state: TaskState) -> Iterator[ev.Event]:
    """Traffic, names and URLs; addresses and domains of the summary lists only where nothing else tells of them."""
    section = mapping_of(network)
    told: set[str] = set()
    for event in _recorded(section, state):
        told |= {event.address} if isinstance(event, ev.NetworkFlow) else set()
        told |= {event.name} if isinstance(event, ev.DnsResolved) else set()
        yield event
    yield from _summary(section, told, state)
    for name in sorted(section.keys() - _READ):
        if section[name]:
            state.drift.not_understood("section", f"network.{name}", "present, not mapped")


def _recorded(section: Entry, state: TaskState) -> Iterator[ev.Event]:
    for protocol in _PROTOCOLS:
        for entry, at in _entries(section.get(protocol), protocol, state):
            yield from _flow(protocol, entry, at, state)
    yield from _dns(mapping_of(section.get("dns")), state)
    for entry, at in _entries(section.get("http"), "http", state):
        url = values.text(mapping_of(entry.get("request")).get("url"))
        if url:
            yield ev.HttpRequested(url=url, **at)


def _entries(listed: Any, name: str, state: TaskState) -> Iterator[tuple[Entry, dict[str, Any]]]:
    for index, raw in enumerate(list_of(listed)):
        entry = mapping_of(raw)
        state.drift.count(f"network {name}")
        at = {
            "seq": 0,
            "position": f"{state.cited}:post.network.{name}[{index}]",
            "time": values.micros(entry.get("ts")),
            "api": f"network.{name}",
            "host": state.host,
        }
        yield entry, at


def _flow(protocol: str, entry: Entry, at: dict[str, Any], state: TaskState) -> Iterator[ev.Event]:
    """Towards the far end; where the machine is the destination, that is the source."""
    inbound = state.is_machine(entry.get("dstip")) and not state.is_machine(entry.get("srcip"))
    address = address_of(entry.get("srcip" if inbound else "dstip"))
    if address:
        far = port(entry.get("srcport" if inbound else "dstport"))
        yield ev.NetworkFlow(address=address, port=far, protocol=protocol, inbound=inbound, **at)
    else:
        state.drift.not_understood("network", f"{protocol} without an address", entry)


def _dns(section: Entry, state: TaskState) -> Iterator[ev.Event]:
    """Questions with the answers to them. An answer does not repeat the name: the ports join it to its question."""
    answers: dict[_Transaction, list[str]] = defaultdict(list)
    for entry, _ in _entries(section.get("response"), "dns.response", state):
        address = address_of(entry.get("data"))
        if address and entry.get("type") in _ADDRESS_RECORDS:
            answers[_transaction(entry, "dst", "src")].append(address)
    questions = list(_entries(section.get("query"), "dns.query", state))
    asked: dict[_Transaction, set[str]] = defaultdict(set)
    for entry, _ in questions:
        asked[_transaction(entry, "src", "dst")].add(str(entry.get("name")))
    for entry, at in questions:
        name, key = values.text(entry.get("name")), _transaction(entry, "src", "dst")
        if name:
            found = answers.get(key, []) if len(asked[key]) == 1 else []
            yield ev.DnsResolved(name=name, addresses=tuple(dict.fromkeys(found)), **at)


def _transaction(entry: Entry, asker: str, server: str) -> _Transaction:
    """Who asked whom, over which ports, as text since a damaged report may hold anything there."""
    ends = (f"{asker}ip", f"{asker}port", f"{server}ip", f"{server}port")
    first, second, third, fourth = (str(entry.get(name)) for name in ends)
    return first, second, third, fourth


def _summary(section: Entry, told: set[str], state: TaskState) -> Iterator[ev.Event]:
    for index, raw in enumerate(list_of(section.get("domain"))):
        name = values.text(raw)
        if name and name not in told:
            yield ev.DnsResolved(name=name, **_listed("domain", index, state))
    for index, raw in enumerate(list_of(section.get("host"))):
        address = address_of(raw)
        if address and address not in told and not state.is_machine(address):
            yield ev.NetworkFlow(address=address, protocol="ip", **_listed("host", index, state))


def _listed(name: str, index: int, state: TaskState) -> dict[str, Any]:
    state.drift.count(f"network {name}")
    position = f"{state.cited}:post.network.{name}[{index}]"
    return {"seq": 0, "position": position, "api": f"network.{name}", "host": state.host}
