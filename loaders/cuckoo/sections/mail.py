"""SMTP in ``network``: ``smtp`` as raw text, ``smtp_ex`` decoded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo.sections import guest
from loaders.cuckoo.sections.capture import Capture
from loaders.cuckoo.sections.shapes import chosen, mapping_of, scalars

_SMTP = 25
_LINES_KEPT = 50
_COMMANDS = ("EHLO", "HELO", "MAIL FROM", "RCPT TO", "SUBJECT")


def sent(capture: Capture) -> Iterator[ev.Event]:
    """Mail servers, with who wrote to whom."""
    for index, entry in capture.entries("smtp"):
        raw = values.text(entry.get("raw")) or ""
        lines = [line.strip() for line in raw.splitlines() if line.strip().upper().startswith(_COMMANDS)]
        yield from _to("smtp", index, entry, _SMTP, lines, capture)
    for index, entry in capture.entries("smtp_ex"):
        port = values.number(entry.get("dport")) or _SMTP
        yield from _to("smtp_ex", index, entry, port, _decoded(mapping_of(entry.get("req"))), capture)


def _decoded(request: dict[str, Any]) -> list[str]:
    """Names and passwords of accounts are left out: they may be those of victims."""
    words = {"EHLO": "hostname", "MAIL FROM": "mail_from", "RCPT TO": "mail_to"}
    lines = [f"{word}: {text}" for word, name in words.items() for text in scalars(request.get(name))]
    subject = mapping_of(request.get("headers")).get("Subject")
    return [*lines, *(f"SUBJECT: {text}" for text in scalars(subject))]


def _to(
    name: str, index: int, entry: dict[str, Any], port: int, lines: list[str], capture: Capture
) -> Iterator[ev.Event]:
    address = guest.address(entry.get("dst"))
    if address:
        capture.seen.add(address)
        details = chosen(lines, _LINES_KEPT)
        yield ev.NetworkFlow(address=address, port=port, protocol="tcp", details=details, **capture.at(name, index))
