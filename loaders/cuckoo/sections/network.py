"""``network``: what the capture shows, of a process where the report names it, else of the machine.

``time`` in these lists counts from the first packet: it is kept as ``after_us`` and never made a time of day. The
lists that only repeat others (hosts, domains, DNS servers) add what those do not hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph_model import events as ev
from graph_model.identity import is_address
from loaders.cuckoo import values
from loaders.cuckoo.model import Report
from loaders.cuckoo.sections import guest, mail, names, web
from loaders.cuckoo.sections.capture import Capture
from loaders.cuckoo.sections.shapes import chosen, list_of, mapping_of, of_shape, scalar
from loaders.cuckoo.sections.told import Told
from loaders.cuckoo.state import ReportState

_LINES_KEPT = 200
_READ = frozenset(
    {
        "tcp",
        "udp",
        "icmp",
        "dns",
        "domains",
        "dns_servers",
        "http",
        "http_ex",
        "https_ex",
        "hosts",
        "dead_hosts",
        "smtp",
        "smtp_ex",
        "irc",
        "tls",
    }
)
# echo reply, unreachable, source quench, redirect, advertisement, time exceeded, bad parameter, and further replies:
# Windows sends them by itself to whoever asked
_ICMP_ANSWERS = frozenset({0, 3, 4, 5, 9, 11, 12, 14, 16, 18})
_OF_THE_FILE = frozenset({"pcap_sha256", "sorted_pcap_sha256", "mitm"})


def told_of(report: Report, state: ReportState, told: Told) -> Iterator[ev.Event]:
    """All that the section tells."""
    section = of_shape(report.network, dict, "network", state.drift)
    capture = Capture(section, state, told, guest.address_of(section))
    for name in sorted(set(section) - _READ - _OF_THE_FILE):
        if section[name]:
            state.drift.not_understood("network", name, section[name])
    for protocol in ("tcp", "udp", "icmp"):
        yield from _flows(protocol, capture)
    yield from names.resolved(capture)
    yield from web.requested(capture)
    yield from mail.sent(capture)
    yield from _dead(capture)
    yield from _hosts(capture)
    yield from _texts(capture)


def dns_servers(report: Report) -> tuple[str, ...]:
    """Where DNS questions went, as 2.x lists it; addresses only."""
    listed = list_of(mapping_of(report.network).get("dns_servers"))
    return tuple(sorted({found for address in listed if (found := values.text(address)) and is_address(found)}))


def _flows(protocol: str, capture: Capture) -> Iterator[ev.Event]:
    for index, entry in capture.entries(protocol):
        src, dst = guest.address(entry.get("src")), guest.address(entry.get("dst"))
        came = dst is not None and dst == capture.guest and src is not None
        address, port = (src, entry.get("sport")) if came else (dst, entry.get("dport"))
        if address is None:
            capture.state.drift.not_understood("network", f"{protocol} without an address", entry)
            continue
        capture.seen.add(address)
        kind = scalar(entry.get("type")) if protocol == "icmp" else None
        exact = f"{protocol} {address} {values.number(port)}"
        yield ev.NetworkFlow(
            **capture.at(protocol, index),
            **capture.actor(entry, "endpoint contact", exact),
            address=address,
            port=values.number(port),
            protocol=protocol,
            inbound=came or (protocol == "icmp" and values.number(entry.get("type")) in _ICMP_ANSWERS),
            after_us=_after(entry.get("time")),
            details=(f"ICMP type {kind}",) if kind else (),
        )


def _after(value: Any) -> int | None:
    """Seconds since the first packet; a time of day, as some versions print it, is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return round(value * 1_000_000) if 0 <= value < 10_000_000 else None


def _dead(capture: Capture) -> Iterator[ev.Event]:
    """Address and port that the guest tried several times in vain; its own end of such a try is none."""
    for index, entry in enumerate(capture.listed("dead_hosts")):
        pair = entry if isinstance(entry, list) else [entry, None]
        address, port = guest.address(pair[0] if pair else None), values.number(pair[1] if len(pair) > 1 else None)
        if address and address != capture.guest:
            capture.seen.add(address)
            at = capture.at("dead_hosts", index)
            yield ev.NetworkFlow(address=address, port=port, protocol="tcp", unanswered=True, **at)


def _hosts(capture: Capture) -> Iterator[ev.Event]:
    """Addresses that no flow above names: texts, or objects with ``ip``."""
    servers = [(server, 53, "udp") for server in capture.listed("dns_servers")]
    hosts = [(mapping_of(host).get("ip", host), None, "ip") for host in capture.listed("hosts")]
    for index, (found, port, protocol) in enumerate([*servers, *hosts]):
        address = guest.address(found)
        if address and address not in capture.seen and address != capture.guest:
            capture.seen.add(address)
            name = "dns_servers" if index < len(servers) else "hosts"
            place = index if index < len(servers) else index - len(servers)
            yield ev.NetworkFlow(address=address, port=port, protocol=protocol, **capture.at(name, place))


def _texts(capture: Capture) -> Iterator[ev.Event]:
    """IRC messages and TLS sessions, of which the section does not say with whom."""
    messages = [
        " ".join(filter(None, (scalar(entry.get(name)) for name in ("type", "prefix", "command", "params"))))
        for _, entry in capture.entries("irc")
    ]
    sessions = len(capture.listed("tls"))
    known: dict[str, Any] = {}
    if any(messages):
        known["irc"] = chosen(filter(None, messages), _LINES_KEPT)
    if sessions:
        known["tls_sessions"] = sessions
    if known:
        yield ev.Noted(seq=0, position=f"{capture.state.cited}:network", properties=known)
