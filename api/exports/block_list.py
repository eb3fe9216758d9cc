"""A block list out of what samples contacted: domains, addresses and URLs, without what must not be blocked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from api.exports.allow_list import AllowList
from api.exports.hosts import Address, Reason, address_of, ascii_name, why_not
from api.output import numbered
from cypher import runner
from cypher.answer import Answer
from graph_model.store import Store

_KINDS = {"domain": ("domain", "domains"), "address": ("address", "addresses"), "url": ("URL", "URLs")}
_IN_URLS = "%:/?[]@!$&'()*+,;=~-._"
_EVERYTHING = 10_000_000  # rows; a list that ends somewhere by chance protects nobody


@dataclass(frozen=True)
class Indicator:
    """One line of the list, and what it rests on."""

    kind: str
    indicator: str
    samples: int
    runs: int
    first_seen: str
    last_seen: str
    ports: list[str]
    evidence: list[str]


@dataclass
class BlockList:
    """What is to be blocked, and how much was left out for which reason."""

    indicators: list[Indicator] = field(default_factory=list)
    left_out: Counter[Reason] = field(default_factory=Counter)

    def counts(self) -> str:
        """How many of each kind."""
        number = Counter(found.kind for found in self.indicators)
        return ", ".join(numbered(number[kind], *words) for kind, words in _KINDS.items())

    def remarks(self) -> list[str]:
        """What a user should know beside the list."""
        return [self.counts(), *(f"left out: {number:,}, {reason}" for reason, number in self.left_out.most_common())]


def gather(store: Store, given: Mapping[str, Any], timeout: float | None = None) -> Answer:
    """What the runs contacted: all of it, unless a limit is given."""
    return runner.run(store, "block-list", {"limit": _EVERYTHING, **given}, timeout)


def select(rows: Iterable[dict[str, Any]], allow: AllowList, hosts_file: bool = False) -> BlockList:
    """The rows of the stored query ``block-list`` without what must not be blocked.

    Two rows may turn out to be one indicator (a name in two scripts, a host in capitals): the one that more samples
    contacted stands for both.
    """
    found: dict[tuple[str, str], Indicator] = {}
    left_out: Counter[Reason] = Counter()
    listed = list(rows)
    resolvers = {address_of(row["indicator"]) for row in listed if row["resolver"]}
    for row in listed:
        text, host = _normalised(row["kind"], row["indicator"])
        reason = _why_not(host, resolvers, allow)
        if reason is None and hosts_file and row["kind"] != "domain":
            reason = Reason.no_name
        if reason is not None:
            left_out[reason] += 1
            continue
        known = {name: row[name] for name in Indicator.__annotations__}
        indicator = replace(Indicator(**known), indicator=text)
        before = found.setdefault((indicator.kind, text), indicator)
        found[indicator.kind, text] = max(before, indicator, key=lambda one: (one.samples, one.runs))
    kinds = list(_KINDS)
    ordered = sorted(found.values(), key=lambda one: (kinds.index(one.kind), -one.samples, -one.runs, one.indicator))
    return BlockList(ordered, left_out)


def _why_not(host: str | Address | None, resolvers: set[Address | None], allow: AllowList) -> Reason | None:
    if host is None:
        return Reason.malformed
    if allow.holds(host):
        return Reason.allowed
    return Reason.resolver if host in resolvers else why_not(host)


def _normalised(kind: str, text: str) -> tuple[str, str | Address | None]:
    """The indicator in one spelling, and the host that it is or names."""
    if kind == "url":
        return _url(text)
    host = address_of(text) if kind == "address" else ascii_name(text)
    return str(host), host


def _url(text: str) -> tuple[str, str | Address | None]:
    """A URL with its host in one spelling, on one line and in ASCII; without a fragment, which is never sent."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return text, None
    name = parts.hostname or ""
    host = address_of(name) or ascii_name(name)
    if host is None or not parts.scheme:
        return text, None
    return _joined(parts, host, port), host


def _joined(parts: SplitResult, host: str | Address, port: int | None) -> str:
    shown = f"[{host}]" if not isinstance(host, str) and host.version == 6 else str(host)
    user, at, _ = parts.netloc.rpartition("@")
    netloc = user + at + shown + (f":{port}" if port is not None else "")
    below = parts._replace(netloc=netloc, fragment="").geturl()
    return quote(below, safe=_IN_URLS)
