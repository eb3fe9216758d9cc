"""Host names and addresses in one spelling, and which of them no list may block."""

from __future__ import annotations

import ipaddress
import re
from enum import StrEnum

import idna

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")
_LONGEST = 253
# RFC 6761 and its successors (IANA, "Special-Use Domain Names"): no registrar sells names below them.
_SPECIAL = frozenset({"arpa", "example", "internal", "invalid", "local", "localhost", "test"})


class Reason(StrEnum):
    """Why something is left out."""

    not_public = "not public (private, loopback, link-local, multicast or reserved address)"
    resolver = "address of a DNS server that the machines use"
    no_dot = "name without a dot"
    special = "name of special use (below .arpa, .local and the like)"
    malformed = "no name, address or URL"
    allowed = "on the allow list"
    no_name = "no name, and a hosts file holds only names"


def ascii_name(text: str) -> str | None:
    """A DNS name in lower case, without a dot at its end, other scripts as punycode; ``None`` when it is none."""
    name = text.strip().rstrip(".").lower()
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    labels = name.split(".")
    well_formed = len(name) <= _LONGEST and all(map(_LABEL.match, labels)) and not labels[-1].isdecimal()
    return name if well_formed else None


def address_of(text: str) -> Address | None:
    """The address that a text means, IPv4 where it is mapped into IPv6."""
    try:
        address = ipaddress.ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def why_not(host: str | Address) -> Reason | None:
    """Why a host, in the one spelling, must never be blocked; ``None`` when it may be."""
    if not isinstance(host, str):
        public = host.is_global and not (host.is_multicast or host.is_reserved)
        return None if public else Reason.not_public
    if "." not in host:
        return Reason.no_dot
    return Reason.special if host.rpartition(".")[2] in _SPECIAL else None
