"""Which address the guest bore, by its own traffic: the capture is of its network card, so it is at one end of all."""

from __future__ import annotations

from collections import Counter
from typing import Any

from graph_model.identity import is_address, plain_address
from loaders.cuckoo import values
from loaders.cuckoo.sections.shapes import list_of, mapping_of

_PROTOCOLS = ("tcp", "udp", "icmp")
_DNS = 53


def address_of(section: dict[str, Any]) -> str | None:
    """The address at one end of most flows; among equals the one that asks for names, then the one that begins."""
    seen: Counter[str] = Counter()
    asks: Counter[str] = Counter()
    begins: Counter[str] = Counter()
    for protocol in _PROTOCOLS:
        for entry in map(mapping_of, list_of(section.get(protocol))):
            src, dst = address(entry.get("src")), address(entry.get("dst"))
            seen.update(end for end in {src, dst} if end)
            if src:
                begins[src] += 1
                asks[src] += values.number(entry.get("dport")) == _DNS
    ranked = sorted(seen, key=lambda end: (-seen[end], -asks[end], -begins[end], end))
    return ranked[0] if ranked and begins[ranked[0]] else None


def address(value: Any) -> str | None:
    """An IP address in one spelling, or nothing."""
    text = values.text(value)
    return plain_address(text) if text and is_address(text) else None
