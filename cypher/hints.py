"""What an answer without rows may mean: a name that nothing bears, or texts that the graph does not keep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cypher.catalogue import Query, query
from graph_model.store import Store

_NAMES_SHOWN = 8
_WORDS = {"host": "host", "dataset": "data set", "case": "case"}
_GIVEN = {
    "host": "load logs first",
    "dataset": "`provgraph load --dataset` names one",
    "case": "load logs first",
}


def of_nothing(store: Store, stored: Query, given: dict[str, Any], timeout: float | None) -> tuple[str, ...]:
    """What a user should know beside ``nothing found``."""
    if not store.read(query("names").text, {"kind": "any", "name": "", "limit": 1}, timeout).rows():
        return ("this database holds no logs yet: `provgraph load` fills it",)
    return (*_unknown_names(store, stored, given, timeout), *_left_out(store, stored, timeout))


def of_unfinished(store: Store, timeout: float | None) -> tuple[str, ...]:
    """A graph that holds a part of a log answers from that part only."""
    rows = store.read(query("unfinished").text, {"limit": _NAMES_SHOWN + 1}, timeout).rows()
    if not rows:
        return ()
    listed = _listed([row["name"] for row in rows])
    return (f"not all of {listed} is in the graph: load it again if its load was interrupted",)


def _unknown_names(store: Store, stored: Query, given: dict[str, Any], timeout: float | None) -> Iterator[str]:
    """Of each parameter that names something: whether there is such a thing, and what there is instead."""
    text = query("names").text
    for parameter, declared in stored.header.params.items():
        kind, name = declared.names, given[parameter]
        if not kind or not name or store.read(text, {"kind": kind, "name": name, "limit": 1}, timeout).rows():
            continue
        rows = store.read(text, {"kind": kind, "name": "", "limit": _NAMES_SHOWN + 1}, timeout).rows()
        yield f"there is no {_WORDS[kind]} `{name}`: {_instead(kind, [row['name'] for row in rows])}"


def _instead(kind: str, names: list[str]) -> str:
    if not names:
        return f"there is none at all; {_GIVEN[kind]}"
    return f"there is {_listed([f'`{name}`' for name in names])}; `provgraph query names` lists them all"


def _listed(names: list[str]) -> str:
    more = ", …" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(names[:_NAMES_SHOWN]) + more


def _left_out(store: Store, stored: Query, timeout: float | None) -> Iterator[str]:
    """Where texts are searched of which loads keep some: what is not found may be among the others."""
    if stored.header.searches != "texts":
        return
    rows = store.read(query("left-out").text, {"limit": 1_000}, timeout).rows()
    if rows:
        kept = ", ".join(f"{row['kept']:,} of {row['of']:,} {row['found_in']}" for row in rows)
        yield f"it may be among the texts that loads leave out: of lists that were cut, the graph keeps {kept}"
