"""Chains of injections: simple, maximal, in the order of time, and bounded where everything injects into everything."""

from __future__ import annotations

import time
from itertools import pairwise, permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cypher.answer import Row
from cypher.chains import _extend, _links, _maximal
from cypher.runner import run
from graph_model.store import Store


def injection(source: str, target: str, first: int | None = 0, last: int | None = None) -> Row:
    return _link("INJECTED_INTO", source, target, first, last)


def spawn(source: str, target: str, first: int | None = 0) -> Row:
    return _link("SPAWNED", source, target, first, None)


def _link(type_: str, source: str, target: str, first: int | None, last: int | None) -> Row:
    uid = f"{type_[0]} {source} {target} {first}"
    last_us = first if last is None else last
    return {"type": type_, "uid": uid, "source": source, "target": target, "first_us": first, "last_us": last_us}


def chains(*links: Row, max_hops: int = 8) -> set[str]:
    """Chains as the names of their processes."""
    found: list[list[Row]] = []
    for first in (link for link in links if link["type"] == "INJECTED_INTO"):
        _extend([first], {first["source"], first["target"]}, _links(list(links)), max_hops, found)
    return {chain[0]["source"] + "".join(link["target"] for link in chain) for chain in _maximal(found)}


def test_two_injections_make_one_chain_and_not_three() -> None:
    assert chains(injection("a", "b", 1), injection("b", "c", 2)) == {"abc"}


def test_a_chain_forks() -> None:
    assert chains(injection("a", "b", 1), injection("b", "c", 2), injection("b", "d", 2)) == {"abc", "abd"}


def test_what_happened_before_is_no_continuation() -> None:
    assert chains(injection("a", "b", 5), injection("b", "c", 2)) == {"ab", "bc"}


def test_a_long_injection_between_does_not_turn_time_back() -> None:
    # neighbours alone would pass: [10, 10] before [0, 50], and [0, 50] before [5, 5]
    found = chains(injection("a", "b", 10, 10), injection("b", "c", 0, 50), injection("c", "d", 5, 5))
    assert found == {"abc", "bcd"}


def test_injections_without_times_are_taken_as_possible() -> None:
    assert chains(injection("a", "b", None), injection("b", "c", 2), injection("c", "d", None)) == {"abcd"}


def test_a_chain_passes_no_process_twice() -> None:
    assert chains(injection("a", "b", 1), injection("b", "a", 1)) == {"ab", "ba"}


def test_a_spawn_between_two_injections_belongs_to_the_chain() -> None:
    assert chains(injection("a", "b", 1), spawn("b", "c", 2), injection("c", "d", 3)) == {"abcd"}


def test_a_chain_neither_begins_nor_ends_with_a_spawn() -> None:
    assert chains(spawn("z", "a", 0), injection("a", "b", 1), spawn("b", "c", 2)) == {"ab"}


def test_a_spawn_beside_an_injection_of_the_same_pair_says_nothing_more() -> None:
    assert chains(spawn("a", "b", 0), injection("a", "b", 1), spawn("b", "c", 2), injection("b", "c", 3)) == {"abc"}


def test_the_bound_counts_injections() -> None:
    links = [injection("a", "b", 1), spawn("b", "c", 2), injection("c", "d", 3), injection("d", "e", 4)]
    assert chains(*links, max_hops=2) == {"abcd", "cde"}
    assert chains(*links, max_hops=1) == {"ab", "cd", "de"}


@st.composite
def injections(draw: st.DrawFn) -> list[Row]:
    pairs = draw(st.lists(st.sampled_from(list(permutations("abcde", 2))), unique=True, max_size=9))
    times = st.integers(0, 6)
    return [injection(source, target, first := draw(times), first + draw(times)) for source, target in pairs]


def possible(order: tuple[Row, ...]) -> bool:
    """Whether the links join, pass no process twice, and can happen one after the other."""
    names = [order[0]["source"], *(link["target"] for link in order)]
    joined = all(one["target"] == other["source"] for one, other in pairwise(order))
    now, timely = -1, True
    for link in order:
        now = max(now, link["first_us"])
        timely = timely and now <= link["last_us"]
    return joined and timely and len(set(names)) == len(names)


@given(injections())
def test_chains_are_all_the_maximal_possible_ones(links: list[Row]) -> None:
    every = [order for number in range(1, 5) for order in permutations(links, number) if possible(order)]
    texts = {order[0]["source"] + "".join(link["target"] for link in order) for order in every}
    assert chains(*links) == {text for text in texts if not any(text in other for other in texts - {text})}


def dense(store: Store, number: int) -> None:
    """Every process injects into every other one."""
    names: list[dict[str, Any]] = [{"uid": f"p{index:02}", "pid": index} for index in range(number)]
    store.change(
        "CREATE (:Host:Entity {uid: 'h', name: 'PC'}) WITH 1 AS one UNWIND $rows AS row "
        "CREATE (:Process:Entity {uid: row.uid, pid: row.pid, name: row.uid, host_uid: 'h'})",
        {"rows": names},
    )
    pairs = [
        {"a": a["uid"], "b": b["uid"], "uid": f"{a['uid']} {b['uid']}", "us": 100 * a["pid"] + b["pid"]}
        for a, b in permutations(names, 2)
    ]
    store.change(
        "UNWIND $rows AS row MATCH (a:Entity {uid: row.a}) MATCH (b:Entity {uid: row.b}) "
        "CREATE (a)-[:INJECTED_INTO {uid: row.uid, confidence: 'likely', technique: 'T1055', first_us: row.us, "
        "last_us: row.us, evidence: [row.uid]}]->(b)",
        {"rows": pairs},
    )


def test_twenty_processes_that_inject_into_each_other_are_answered_in_time(store: Store) -> None:
    dense(store, 20)
    begun = time.monotonic()
    answer = run(store, "injection-paths")
    assert time.monotonic() - begun < 30
    assert (answer.truncated, len(answer.rows)) == (True, 1000)
    assert answer.rows[0]["hops"] == 8
    assert all(len(set(row["uids"])) == len(row["uids"]) for row in answer.rows)
    assert run(store, "injection-paths").rows == answer.rows


def test_fewer_than_the_bound_are_not_said_to_be_cut(store: Store) -> None:
    dense(store, 3)
    answer = run(store, "injection-paths")
    assert [row["pids"] for row in answer.rows] == [[0, 1, 2], [0, 2, 1], [1, 2, 0], [1, 0]]
    assert not answer.truncated


def test_chains_come_the_longest_first_and_are_cut_to_the_limit(store: Store) -> None:
    dense(store, 4)
    answer = run(store, "injection-paths", {"limit": 3})
    assert (len(answer.rows), answer.truncated) == (3, True)
    hops = [row["hops"] for row in run(store, "injection-paths").rows]
    assert hops == sorted(hops, reverse=True)


def test_only_chains_of_the_host_asked_for(store: Store) -> None:
    dense(store, 2)
    assert run(store, "injection-paths", {"host": "elsewhere"}).rows == []
    assert len(run(store, "injection-paths", {"host": "pc"}).rows) == 2
    assert run(store, "injection-paths", {"min_confidence": "confirmed"}).rows == []
