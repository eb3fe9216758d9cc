"""How a lineage is told: the words for each step, its time and citations, each relationship once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cypher.answer import Row
from cypher.arrival import EVER
from graph_model.times import iso

_DEEDS = {
    "WROTE": "wrote",
    "SPAWNED": "started",
    "INJECTED_INTO": "injected into",
    "STARTED_REMOTELY": "started remotely",
    "SENT_TO": "sent to",
    "REQUESTED": "requested",
    "WROTE_DISK": "wrote a raw disk of",
    "INSTALLED": "installed",
    "REGISTERED_TASK": "registered",
    "DELETED": "deleted",
}
_ALIKE = "has the same content as"
_SAME = {"ALTERNATE_OF": "is the same as"}
_RUN = {"EXECUTED_AS": "executed as", "LOADED_INTO": "loaded into"}
_ORIGINS = {
    **_DEEDS,
    **_RUN,
    **_SAME,
    "WROTE": "written",
    "OPENED_TO_WRITE": "opened to write",
    "COPIED_TO": "copied from",
    "RENAMED_TO": "renamed from",
    "DOWNLOADED_TO": "downloaded from",
    "READ_BY": "unpacked from",
}
_WHEREABOUTS = {
    **_RUN,
    **_SAME,
    "WROTE": "written",
    "OPENED_TO_WRITE": "opened to write",
    "COPIED_TO": "copied to",
    "RENAMED_TO": "renamed to",
    "DELETED": "deleted",
    "HAS_CONTENT": "held the bytes",
    "DUMPED_FROM": "found in the memory of",
}
_WORDS = {
    **dict.fromkeys(("made", "maker", "cause"), _ORIGINS),
    **dict.fromkeys(("named", "went", "became"), _WHEREABOUTS),
    "did": {**_DEEDS, **_SAME},
    "ran": {**{type_: f"when run: {word}" for type_, word in _DEEDS.items()}, **_SAME},
}
_CREATED = {"written": "created", "wrote": "created", "when run: wrote": "when run: created"}
_BACKWARD = frozenset({"made", "maker", "cause"})


@dataclass(frozen=True)
class Told:
    """One row, and what decides how it is told: how near it is to what was named."""

    uid: str
    type: str
    action: str
    forward: bool
    hops: int
    us: int | None
    seq: int | None
    subject: str
    object: str
    ends: tuple[str, str]
    host: str
    host_uid: str | None
    evidence: tuple[str, ...]
    positions: tuple[str, ...]
    by_another_name: bool

    def joined(self, other: Told) -> Told:
        """The same relationship seen from two places: the nearest word, and what it means in all lives."""
        first, second = sorted((self, other), key=_nearest)
        if first.action != second.action:
            return first
        cited = {*first.evidence, *second.evidence}
        us = first.us if second.us is None or (first.us is not None and first.us <= second.us) else second.us
        return replace(first, us=us, evidence=tuple(place for place in first.positions if place in cited))


def tell(way: str, since: int, until: int, row: Row, hops: int) -> Told:
    """What the row says, of what lies in the window."""
    action = _action(way, row)
    near, far = (row["near"], row["near_name"]), (row["far"], row["far_name"])
    as_it_stands = action == _ALIKE or row["outward"] != action.endswith(" from")
    subject, object_ = (near, far) if as_it_stands else (far, near)
    return Told(
        uid=row["uid"],
        type=row["type"],
        action=action,
        forward=way not in _BACKWARD,
        hops=hops,
        us=_time(since, row),
        seq=row["seq"],
        subject=subject[1],
        object=object_[1],
        ends=(subject[0], object_[0]),
        host=row["host"],
        host_uid=row["host_uid"],
        evidence=_evidence(since, until, row),
        positions=tuple(dict.fromkeys((*row["also"], *row["evidence"]))),
        by_another_name=row["by_another_name"],
    )


def _action(way: str, row: Row) -> str:
    if row["type"] == "HAS_CONTENT" and row["far_label"] == "File":
        return _ALIKE
    if row["type"] == "LOADED_INTO" and row["source"] == "command line":
        return "run by (command line)"
    word = _WORDS[way][row["type"]]
    return _CREATED.get(word, word) if row["created"] else word


def _time(since: int, row: Row) -> int | None:
    """The first time that counts, by the clock of the host that the row names."""
    first: int | None = row["first_us"]
    arrives: int | None = row["arrives_us"]
    if arrives is not None or first is None:
        return arrives
    return next((time for time in row["times_us"] or () if time >= since), max(since, first))


def _evidence(since: int, until: int, row: Row) -> tuple[str, ...]:
    """The citations of the times that count, where each time has its own; otherwise all."""
    places, times = row["evidence"], row["times_us"] or []
    whole = since <= -EVER and until >= EVER
    if not whole and len(places) == len(times):
        places = [place for place, time in zip(places, times, strict=True) if since <= time <= until]
    return tuple(dict.fromkeys((*row["also"], *places)))


def rows_of(found: list[Told], limit: int) -> list[Row]:
    """Numbered in the order of time; what has none comes last."""
    ordered = sorted(_once(found), key=_order)[:limit]
    return [_row(number, told) for number, told in enumerate(ordered, 1)]


def _once(found: list[Told]) -> list[Told]:
    """One thing with two names is told once, from the name by which others call it to the file itself."""
    pairs: dict[frozenset[str], list[Told]] = {}
    for told in found:
        if told.type == "ALTERNATE_OF":
            pairs.setdefault(frozenset(told.ends), []).append(told)
    return [*(told for told in found if told.type != "ALTERNATE_OF"), *map(_of_two, pairs.values())]


def _of_two(pair: list[Told]) -> Told:
    shown = min(pair, key=lambda told: (not told.by_another_name, told.uid))
    return replace(shown, forward=min(pair, key=_nearest).forward)


def _nearest(told: Told) -> tuple[int, bool, str]:
    return told.hops, not told.forward, told.action


def _order(told: Told) -> tuple[bool, int, bool, int, bool, str, str, str, str]:
    """What a file held comes behind the deed that is recorded with it."""
    us, seq, holds = told.us, told.seq, told.type == "HAS_CONTENT"
    return us is None, us or 0, seq is None, seq or 0, holds, told.action, told.subject, told.object, told.uid


def _row(number: int, told: Told) -> Row:
    return {
        "step": number,
        "time": iso(told.us),
        "direction": "forward" if told.forward else "backward",
        "action": told.action,
        "host": told.host,
        "subject": told.subject,
        "object": told.object,
        "evidence": list(told.evidence),
        "relationship": told.type,
        "uid": told.uid,
        "host_uid": told.host_uid,
        "subject_uid": told.ends[0],
        "object_uid": told.ends[1],
    }
