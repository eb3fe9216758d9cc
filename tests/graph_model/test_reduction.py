"""Reduction loses nothing: every event can be read back, and tracks stay the same (DESIGN.md, Reduction)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from graph_model import events as ev
from graph_model.reduction import MAX_INTEGER, POSITIONS_KEPT, TIMES_KEPT, Batch, Reduction

# type, from, to, time, count
Happening = tuple[str, str, str, int | None, int]
TYPES = ("WROTE", "READ_BY", "SPAWNED")
NODES = [f"n{number}" for number in range(6)]
TIMES = st.integers(0, 30)
HAPPENINGS = st.lists(
    st.tuples(st.sampled_from(TYPES), st.sampled_from(NODES), st.sampled_from(NODES), TIMES, st.integers(1, 3)),
    max_size=60,
)


def reduced(happenings: Iterable[Happening], taken_after: int = 10**9) -> list[dict[str, Any]]:
    """The relationships after reduction, as (type, a, b, properties), over batches of ``taken_after`` events."""
    held, batches = Reduction(), []
    for seq, (type_, start, end, time, count) in enumerate(happenings):
        held.relate(
            type_,
            start,
            end,
            ev.Event(seq=seq, position=f"r:{seq}", time=time, count=count),
            {"bytes": 1} if type_ == "WROTE" else {},
        )
        if seq % taken_after == taken_after - 1:
            batches.append(held.take("run"))
    return rows([*batches, held.take("run")])


def rows(batches: Iterable[Batch]) -> list[dict[str, Any]]:
    return [
        {"type": type_, "uid": row["uid"], "a": row["a"], "b": row["b"], **row["props"]}
        for batch in batches
        for type_, found in batch.relationships.items()
        for row in found
    ]


def expanded(relationships: Iterable[dict[str, Any]]) -> Counter[tuple[str, str, str, int]]:
    """Each time of each relationship as an event again."""
    return Counter((row["type"], row["a"], row["b"], time) for row in relationships for time in row.get("times_us", ()))


def arrivals(edges: Iterable[tuple[str, str, list[int]]], start: str, at: int) -> dict[str, int]:
    """The earliest arrival at each node: along an edge one leaves at its first time not before one's arrival."""
    by_start: dict[str, list[tuple[str, list[int]]]] = defaultdict(list)
    for a, b, times in edges:
        by_start[a].append((b, times))
    found = {start: at}
    changed = True
    while changed:
        changed = False
        for node, arrival in list(found.items()):
            for target, times in by_start[node]:
                index = bisect_left(times, arrival)
                if index < len(times) and times[index] < found.get(target, 10**9):
                    found[target] = times[index]
                    changed = True
    return found


@given(HAPPENINGS, st.integers(1, 40))
@settings(max_examples=200, deadline=None)
def test_every_event_can_be_read_back(happenings: list[Happening], taken_after: int) -> None:
    kept = reduced(happenings, taken_after)
    assert expanded(kept) == Counter((type_, a, b, time) for type_, a, b, time, _ in happenings)
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in kept:
        counts[row["type"], row["a"], row["b"]] += row["count"]
        assert row["times_us"] == sorted(row["times_us"])
        assert (row["first_us"], row["last_us"]) == (row["times_us"][0], row["times_us"][-1])
    expected: Counter[tuple[str, str, str]] = Counter()
    for type_, a, b, _, count in happenings:
        expected[type_, a, b] += count
    assert counts == expected


@given(HAPPENINGS, st.sampled_from(NODES), TIMES, st.integers(1, 40))
@settings(max_examples=300, deadline=None)
def test_a_track_reaches_the_same_nodes_at_the_same_times(
    happenings: list[Happening], start: str, at: int, taken_after: int
) -> None:
    plain = arrivals([(a, b, [time or 0]) for _, a, b, time, _ in happenings], start, at)
    kept = reduced(happenings, taken_after)
    assert arrivals([(row["a"], row["b"], row["times_us"]) for row in kept], start, at) == plain


@given(HAPPENINGS, st.integers(1, 40))
@settings(max_examples=100, deadline=None)
def test_every_relationship_has_its_own_uid(happenings: list[Happening], taken_after: int) -> None:
    uids = [row["uid"] for row in reduced(happenings, taken_after)]
    assert len(set(uids)) == len(uids)


@given(HAPPENINGS.flatmap(lambda found: st.tuples(st.just(found), st.permutations(range(len(found))))))
@settings(max_examples=100, deadline=None)
def test_the_order_of_events_does_not_matter(case: tuple[list[Happening], list[int]]) -> None:
    happenings, order = case
    held = Reduction()
    for seq in order:
        type_, start, end, time, count = happenings[seq]
        held.relate(
            type_,
            start,
            end,
            ev.Event(seq=seq, position=f"r:{seq}", time=time, count=count),
            {"bytes": 1} if type_ == "WROTE" else {},
        )

    def comparable(found: list[dict[str, Any]]) -> set[str]:
        return {str(sorted(row.items(), key=lambda item: item[0])) for row in found}

    assert comparable(rows([held.take("run")])) == comparable(reduced(happenings))


def test_more_than_a_thousand_times_become_several_relationships() -> None:
    kept = reduced([("READ_BY", "f", "p", time, 1) for time in range(2 * TIMES_KEPT + 500)])
    assert sorted(row["count"] for row in kept) == [500, TIMES_KEPT, TIMES_KEPT]
    assert max(len(row["times_us"]) for row in kept) == TIMES_KEPT == 1_000
    assert [t for row in sorted(kept, key=lambda r: r["first_us"]) for t in row["times_us"]] == list(range(2_500))


def test_repeats_are_summed_and_cited() -> None:
    (row,) = reduced([("WROTE", "p", "f", time, 2) for time in range(30)])
    assert (row["count"], row["bytes"], row["seq"], row["position"]) == (60, 30, 0, "r:0")
    assert row["positions"] == [f"r:{seq}" for seq in range(POSITIONS_KEPT)]


def test_what_has_no_time_is_counted_and_has_no_times() -> None:
    (row,) = reduced([("READ_BY", "f", "p", None, 1)] * 3)
    assert row["count"] == 3
    assert not {"times_us", "first_us", "last_us"} & set(row)


def test_operations_are_not_merged() -> None:
    kept = reduced([("SPAWNED", "p", "q", 5, 1), ("SPAWNED", "p", "q", 5, 1)])
    assert [row["count"] for row in kept] == [1, 1]


def test_calls_are_kept_apart_by_their_arguments() -> None:
    held = Reduction()
    for seq, arguments in enumerate((["a=1"], ["a=2"], ["a=1"], [])):
        props = {"arguments": arguments, "failed": 1} if arguments else {"failed": 1}
        held.relate("CALLED_WITH", "p", "api", ev.Event(seq=seq, position=f"r:{seq}", time=seq), props)
    found = rows([held.take("run")])
    assert sorted((row.get("arguments"), row["count"], row["failed"], row["positions"]) for row in found[:2]) == [
        (["a=1"], 2, 2, ["r:0", "r:2"]),
        (["a=2"], 1, 1, ["r:1"]),
    ]
    assert [row["count"] for row in found] == [2, 1, 1]
    assert len({row["uid"] for row in found}) == 3


def test_directions_and_types_are_kept_apart() -> None:
    kept = reduced([("WROTE", "p", "f", 1, 1), ("WROTE", "f", "p", 1, 1), ("READ_BY", "p", "f", 1, 1)])
    assert len(kept) == 3


def test_facts_about_a_node_are_merged_and_an_unknown_one_is_left_out() -> None:
    held = Reduction()
    held.node("Process", "u", {"pid": 4, "name": None, "ended_us": 5})
    held.node("Process", "u", {"name": "a.exe", "ended_us": 9})
    assert held.take("run").nodes == {"Process": [{"uid": "u", "props": {"pid": 4, "ended_us": 9, "name": "a.exe"}}]}


def test_sums_stay_within_what_a_database_can_hold() -> None:
    held = Reduction()
    for seq in range(3):
        held.relate(
            "WROTE", "p", "f", ev.Event(seq=seq, position=f"r:{seq}", time=1, count=MAX_INTEGER), {"bytes": MAX_INTEGER}
        )
    (row,) = rows([held.take("run")])
    assert (row["count"], row["bytes"]) == (MAX_INTEGER, MAX_INTEGER)


def test_what_was_taken_is_no_longer_held() -> None:
    held = Reduction()
    held.node("Process", "u", {})
    held.relate("WROTE", "p", "f", ev.Event(seq=0, position="r:0", time=1), {})
    assert len(held) == 2
    assert len(held.take("run")) == 2
    assert len(held) == len(held.take("run")) == 0
