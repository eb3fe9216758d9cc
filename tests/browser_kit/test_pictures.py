"""A picture draws what the stored query of its name lists, on every engine."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import EXAMPLES

from api.load import load
from api.settings import Settings
from cypher import examples, runner
from cypher.answer import Row
from cypher.catalogue import pictures, queries
from cypher.parameters import bind
from graph_model.store import Store
from loaders.protocol import Context

CHAINS = queries()["injection-paths"].header.examples
TRACKS = [
    pytest.param(name, example, id=f"{name}: {example.title}")
    for name in ("track-forward", "track-backward")
    for example in queries()[name].header.examples
]
FILES = (r"\\172.31.48.79\admin$\027cc.dll", r"C:\Windows\dllhost.dat", "2748@MWC02")
STARTS = (("track-forward", "3344@MWC01"), ("track-forward", "3292@cuckoo1"), ("track-backward", "2748@MWC02"))


def drawn(store: Store, name: str, given: dict[str, Any]) -> list[Row]:
    picture = pictures()[name]
    return store.read(picture.text, bind(picture, given)).rows()


def by_uid(rows: list[Row], *columns: str) -> dict[str, tuple[Any, ...]]:
    """What rows say of each relationship; that two names are one thing may be told from either end."""
    kinds = [row.get("type") or row["relationship"] for row in rows]
    return {
        row["uid"]: tuple(row[name] for name in columns)
        for row, kind in zip(rows, kinds, strict=True)
        if kind != "ALTERNATE_OF"
    }


@pytest.mark.parametrize("example", CHAINS, ids=lambda example: example.title)
def test_chains_are_those_of_the_query(store: Store, example: Any) -> None:
    store.change(example.graph)
    shown = ("host", "hops", "pids", "names", "techniques", "confidence", "evidence", "host_uid", "uids")
    listed = runner.run(store, "injection-paths", example.params).rows
    assert [{name: row[name] for name in shown} for row in drawn(store, "injection-paths", example.params)] == [
        {name: row[name] for name in shown} for row in listed
    ]


@pytest.mark.parametrize(("name", "example"), TRACKS)
def test_tracks_are_those_of_the_query(store: Store, name: str, example: Any) -> None:
    store.change(example.graph)
    listed = runner.run(store, name, example.params).rows
    shown = ("type", "time", "source_uid", "target_uid", "evidence")
    found = drawn(store, name, example.params)
    assert {row["uid"] for row in found} == {row["uid"] for row in listed}
    assert by_uid(found, *shown) == by_uid(listed, *shown)


def test_the_stories_of_the_examples_are_drawn_as_they_are_told(store: Store) -> None:
    load(store, [EXAMPLES], Context(), Settings())
    for name, start in STARTS:
        listed = runner.run(store, name, {"from": start}).rows
        assert by_uid(drawn(store, name, {"from": start}), "time") == by_uid(listed, "time"), start
    for file in FILES:
        listed = runner.run(store, "file-lineage", {"file": file}).rows
        found = drawn(store, "file-lineage", {"file": file})
        assert by_uid(found, "direction", "relationship") == by_uid(listed, "direction", "relationship"), file
    listed = runner.run(store, "injection-paths").rows
    assert [row["uids"] for row in drawn(store, "injection-paths", {})] == [row["uids"] for row in listed]
    assert len(drawn(store, "injections", {})) == len(runner.run(store, "injections").rows)
    assert len(drawn(store, "lateral-movement", {})) == len(runner.run(store, "lateral-movement").rows)
    tree = runner.run(store, "process-tree", {"host": "MWC01"}).rows
    assert len(drawn(store, "process-tree", {"host": "MWC01"})) == len(tree)


def test_examples_of_pictures_are_run_with_those_of_queries() -> None:
    assert {stored.name for stored, _ in examples.everything() if stored.area == "pictures"} == set(pictures())
