"""Chains of injections: simple, maximal, with times that never run backwards.

The stored query gives the links (injections, and spawns below injected processes); the chains are put together here,
since enumerating paths in the database takes minutes where processes inject into each other in circles.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from cypher.answer import Answer, Row
from cypher.catalogue import Query
from graph_model import schema
from graph_model.store import Store
from graph_model.times import iso

_CHAINS_SOUGHT = 100_000
_INJECTION = "INJECTED_INTO"


@dataclass(frozen=True)
class _Links:
    """Links by their source, in the order of time."""

    outward: dict[str, list[Row]]
    leads_on: frozenset[str]


def paths(store: Store, stored: Query, parameters: dict[str, Any], timeout: float | None) -> Answer:
    """One row for each chain, the longest first."""
    asked = {name: parameters[name] for name in ("host", "min_confidence")}
    links = store.read(stored.text, asked, timeout).rows()
    injections = [link for link in links if link["type"] == _INJECTION]
    known = _links(links)
    found: list[list[Row]] = []
    for first in injections:
        _extend([first], {first["source"], first["target"]}, known, parameters["max_hops"], found)
    chains = [_row(chain) for chain in _maximal(found)]
    chains.sort(key=lambda row: (row["host"], row["host_uid"], -row["hops"], row["first_seen"], row["uids"]))
    limit = parameters["limit"]
    truncated = len(chains) > limit or len(found) >= _CHAINS_SOUGHT
    return Answer(list(stored.header.columns), chains[:limit], stored.text, parameters, truncated)


def _links(links: list[Row]) -> _Links:
    outward: dict[str, list[Row]] = defaultdict(list)
    inward: dict[str, set[str]] = defaultdict(set)
    direct = {(link["source"], link["target"]) for link in links if link["type"] == _INJECTION}
    for link in links:
        if link["type"] == _INJECTION or (link["source"], link["target"]) not in direct:
            outward[link["source"]].append(link)
            inward[link["target"]].add(link["source"])
    return _Links(outward, _leading_on(direct, inward))


def _leading_on(direct: set[tuple[str, str]], inward: dict[str, set[str]]) -> frozenset[str]:
    """The processes from which another injection can be reached: only these are worth walking to."""
    found: set[str] = set()
    waiting = [source for source, _ in direct]
    while waiting:
        uid = waiting.pop()
        if uid not in found:
            found.add(uid)
            waiting.extend(inward.get(uid, ()))
    return frozenset(found)


def _extend(chain: list[Row], seen: set[str], links: _Links, max_hops: int, found: list[list[Row]]) -> None:
    """Walk on from the end of the chain; a chain that ends in an injection and cannot go on is kept."""
    if len(found) >= _CHAINS_SOUGHT:
        return
    went_on = False
    if sum(link["type"] == _INJECTION for link in chain) < max_hops:
        for link in links.outward.get(chain[-1]["target"], ()):
            target = link["target"]
            useful = link["type"] == _INJECTION or target in links.leads_on
            if target not in seen and useful and _follows(chain, link):
                before = len(found)
                _extend([*chain, link], seen | {target}, links, max_hops, found)
                went_on |= len(found) > before
    if not went_on:
        ended = _trimmed(chain)
        if ended:
            found.append(ended)


def _trimmed(chain: list[Row]) -> list[Row]:
    """Without spawns at the end."""
    while chain and chain[-1]["type"] != _INJECTION:
        chain = chain[:-1]
    return chain


def _follows(chain: list[Row], after: Row) -> bool:
    """Whether the link can still happen after all that the chain needs; looking at the last link only is not enough."""
    if after["last_us"] is None:
        return True
    return all(link["first_us"] is None or link["first_us"] <= after["last_us"] for link in chain)


def _maximal(found: list[list[Row]]) -> list[list[Row]]:
    """Each chain once, and none that is part of another."""
    by_key = {tuple(link["uid"] for link in chain): chain for chain in found}
    parts = {key[start:end] for key in by_key for start in range(len(key)) for end in range(start + 1, len(key) + 1)
             if (start, end) != (0, len(key))}  # fmt: skip
    return [chain for key, chain in by_key.items() if key not in parts]


def _row(chain: list[Row]) -> Row:
    injections = [link for link in chain if link["type"] == _INJECTION]
    first = chain[0]
    names = [first["source_name"], *(link["target_name"] for link in chain)]
    return {
        "host": first["host"] or schema.NOT_RECORDED,
        "hops": len(injections),
        "pids": [first["source_pid"], *(link["target_pid"] for link in chain)],
        "names": [name or schema.NOT_RECORDED for name in names],
        "techniques": [link["technique"] for link in injections],
        "confidence": min((link["confidence"] for link in injections), key=schema.CONFIDENCES.index),
        "first_seen": iso(first["first_us"]),
        "evidence": [place for link in chain for place in link["evidence"]],
        "host_uid": first["host_uid"],
        "uids": [first["source"], *(link["target"] for link in chain)],
    }
