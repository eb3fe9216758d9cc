"""DNS in ``network``: questions with their answers, and the names that only ``domains`` lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph_model import events as ev
from graph_model.identity import is_address
from loaders.cuckoo import values
from loaders.cuckoo.sections import guest
from loaders.cuckoo.sections.capture import Capture
from loaders.cuckoo.sections.shapes import bounded, list_of, mapping_of

_ALIAS = "CNAME"
_MOST_ANSWERS = 1_000


def resolved(capture: Capture) -> Iterator[ev.Event]:
    """Names that were asked for; one without an answer stays a name."""
    for index, entry in capture.entries("dns"):
        yield from _asked(index, entry, capture)
    for index, entry in enumerate(capture.listed("domains")):
        yield from _listed(index, entry, capture)


def _asked(index: int, entry: dict[str, Any], capture: Capture) -> Iterator[ev.Event]:
    name = values.text(entry.get("request") or entry.get("hostname"))
    if name is None or is_address(name):
        return
    listed = bounded(list_of(entry.get("answers")), _MOST_ANSWERS, "answers to one question", capture.state.drift)
    answers = [mapping_of(answer) for answer in listed]
    printed = [*(answer.get("data") for answer in answers), entry.get("ip")]  # the oldest reports hold one `ip` instead
    addresses = tuple(found for answer in printed if (found := guest.address(answer)))
    aliases = tuple(
        found for answer in answers if answer.get("type") == _ALIAS and (found := values.text(answer.get("data")))
    )
    capture.names.setdefault(_plain(name), set()).update(addresses)
    yield ev.DnsResolved(
        **capture.at("dns", index),
        **capture.actor(entry, "domain resolve", name),
        name=name,
        addresses=addresses,
        aliases=aliases,
    )


def _listed(index: int, entry: Any, capture: Capture) -> Iterator[ev.Event]:
    """``{domain, ip}`` or a text; the address is what the sandbox found when it looked the name up itself."""
    name = values.text(mapping_of(entry).get("domain", entry))
    if name is None or is_address(name):
        return
    if _plain(name) in capture.names:
        return  # the capture holds the question itself, with the answer that the guest got
    address = guest.address(mapping_of(entry).get("ip"))
    addresses = (address,) if address else ()
    capture.names[_plain(name)] = set(addresses)
    yield ev.DnsResolved(name=name, addresses=addresses, **capture.at("domains", index))


def _plain(name: str) -> str:
    return name.rstrip(".").casefold()
