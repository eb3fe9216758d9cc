"""Small graphs in time: events between a few processes and files, drawn at random and loaded as logs are."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from graph_model import events as ev
from graph_model.reduction import Reduction
from graph_model.store import Store

SECOND = 1_000_000
KINDS = {
    ("Process", "Process"): ("SPAWNED", "MAPPED_INTO"),
    ("Process", "File"): ("WROTE",),
    ("File", "Process"): ("READ_BY", "LOADED_INTO"),
    ("File", "File"): ("COPIED_TO",),
}
NODES = {"p0": "Process", "p1": "Process", "p2": "Process", "f0": "File", "f1": "File"}


@dataclass(frozen=True)
class Event:
    """Something passed from one node to another, once."""

    type: str
    source: str
    target: str
    us: int


@st.composite
def event(draw: st.DrawFn) -> Event:
    source = draw(st.sampled_from(sorted(NODES)))
    target = draw(st.sampled_from(sorted(set(NODES) - {source})))
    type_ = draw(st.sampled_from(KINDS[NODES[source], NODES[target]]))
    return Event(type_, source, target, draw(st.integers(0, 8)) * SECOND)


def load(store: Store, events: list[Event]) -> None:
    """Through the reduction, as every loader's events go."""
    reduction = Reduction()
    for uid, label in NODES.items():
        reduction.node(label, uid, {"name": uid, "path": uid, "host_uid": "h"})
    for seq, event_ in enumerate(events):
        ends = (event_.source, event_.target)
        reduction.relate(event_.type, *ends, ev.Event(seq=seq, position=f"x:{seq}", time=event_.us), {})
    store.change("MATCH (n:Entity) DETACH DELETE n")
    store.write(reduction.take("run"))
