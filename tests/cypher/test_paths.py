"""Paths in time: the same as all ways worked out event by event, and the shortest of them."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from helpers.timed import NODES, Event, event, load
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cypher import paths
from cypher.runner import run
from graph_model.errors import UsageError
from graph_model.store import Store
from graph_model.times import iso


def ways(events: list[Event], start: str, end: str, hops: int) -> dict[tuple[str, ...], int]:
    """Every simple way that some order of events allows, and when it can arrive at the earliest."""
    found: dict[tuple[str, ...], int] = {}

    def walk(way: tuple[str, ...], at: int) -> None:
        for step in events:
            if step.source != way[-1] or step.us < at or step.target in way or len(way) > hops:
                continue
            onward = (*way, step.target)
            if step.target == end:
                found[onward] = min(step.us, found.get(onward, step.us))
            else:
                walk(onward, step.us)

    walk((start,), 0)
    return found


def asked(store: Store, start: str, end: str, **more: Any) -> list[dict[str, Any]]:
    return run(store, "paths", {"from": start, "to": end, **more}).rows


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    events=st.lists(event(), min_size=4, max_size=20),
    ends=st.permutations(sorted(NODES)),
    hops=st.integers(1, 5),
)
def test_paths_are_all_ways_in_time(embedded_store: Store, events: list[Event], ends: list[str], hops: int) -> None:
    load(embedded_store, events)
    start, end = ends[:2]
    expected = ways(events, start, end, hops)
    rows = asked(embedded_store, start, end, max_hops=hops)
    assert {tuple(row["uids"]): row["times"][-1] for row in rows} == {way: iso(us) for way, us in expected.items()}
    assert [(row["hops"], row["times"][-1]) for row in rows] == sorted((row["hops"], row["times"][-1]) for row in rows)
    shortest = asked(embedded_store, start, end, max_hops=hops, shortest=True)
    first = min(((len(way) - 1, us) for way, us in expected.items()), default=None)
    assert [(row["hops"], row["times"][-1]) for row in shortest] == ([(first[0], iso(first[1]))] if first else [])


def diamond(store: Store, wide: int, deep: int) -> None:
    """Layers of processes, each started by all of the layer before: very many ways from end to end."""
    store.change("CREATE (:Process:Entity {uid: 'start', name: 'p'}), (:Process:Entity {uid: 'end', name: 'p'})")
    layers = [["start"], *([f"p{layer}-{n}" for n in range(wide)] for layer in range(deep)), ["end"]]
    store.change(
        "UNWIND $uids AS uid CREATE (:Process:Entity {uid: uid, name: 'p'})",
        {"uids": [uid for layer in layers[1:-1] for uid in layer]},
    )
    rows = [
        {"uid": f"{a}>{b}", "a": a, "b": b, "us": number + 1}
        for number, (one, two) in enumerate(itertools.pairwise(layers))
        for a in one
        for b in two
    ]
    store.change(
        "UNWIND $rows AS row MATCH (a:Entity {uid: row.a}) MATCH (b:Entity {uid: row.b}) "
        "CREATE (a)-[:SPAWNED {uid: row.uid, first_us: row.us, last_us: row.us}]->(b)",
        {"rows": rows},
    )


def test_more_paths_than_asked_for_are_cut_and_said_to_be(store: Store) -> None:
    diamond(store, wide=5, deep=3)
    answer = run(store, "paths", {"from": "start", "to": "end", "limit": 125})
    assert (len(answer.rows), answer.truncated) == (125, False)
    answer = run(store, "paths", {"from": "start", "to": "end", "limit": 124})
    assert (len(answer.rows), answer.truncated) == (124, True)
    assert [row["path"] for row in answer.rows[:3]] == [1, 2, 3]


def test_a_search_that_takes_too_long_stops_and_says_so(embedded_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "STEPS_TRIED", 50)
    diamond(embedded_store, wide=5, deep=3)
    answer = run(embedded_store, "paths", {"from": "start", "to": "end"})
    assert answer.truncated
    assert len(answer.rows) < 125
    shortest = run(embedded_store, "paths", {"from": "start", "to": "end", "shortest": True})
    assert (len(shortest.rows), shortest.truncated) == (1, False)


def test_no_path_leads_through_what_all_runs_share_but_one_may_end_there(store: Store) -> None:
    store.change(
        "CREATE (a:Process:Entity {uid: 'a', name: 'a'})-[:SENT_TO {uid: 's', first_us: 1, last_us: 1}]->"
        "(e:Endpoint:Entity {uid: 'e', address: '10.0.0.9', protocol: 'tcp', port: 80}), "
        "(e)-[:RECEIVED_BY {uid: 't', first_us: 2, last_us: 2}]->(b:Process:Entity {uid: 'b', name: 'b'})"
    )
    assert asked(store, "a", "b") == []
    assert asked(store, "a", "b", shortest=True) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"from": "a", "to": "a"}, "mean the same"),
        ({"from": "a", "to": "nobody"}, "'nobody'"),
        ({"from": "nobody", "to": "a"}, "'nobody'"),
        ({"from": "a", "to": "b", "max_hops": 0}, "less than 1"),
    ],
)
def test_what_means_nothing_is_told(embedded_store: Store, given: dict[str, Any], words: str) -> None:
    embedded_store.change("CREATE (:Process:Entity {uid: 'a'}), (:Process:Entity {uid: 'b'})")
    with pytest.raises(UsageError, match=words):
        run(embedded_store, "paths", given)
