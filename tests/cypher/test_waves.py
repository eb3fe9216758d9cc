"""Tracking in time: the same as reachability worked out event by event, and never more than was asked for."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.timed import NODES, SECOND, Event, event, load
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cypher.arrival import backward, forward
from cypher.runner import run
from graph_model.errors import UsageError
from graph_model.store import Store
from graph_model.times import iso


def row(first: int | None, last: int | None, times: list[int] | None = None, arrives: int | None = None) -> Any:
    known = {"first_us": first, "last_us": last, "times_us": times, "arrives_us": arrives}
    return known | {"clock_shift_us": None, "spans_us": None}


def shifted(by: int) -> Any:
    return row(None, None) | {"clock_shift_us": by}


def same(*spans: int) -> Any:
    return row(None, None) | {"spans_us": list(spans)}


@pytest.mark.parametrize(
    ("at", "link", "passed_and_arrived"),
    [
        (5, row(1, 9, [1, 6, 9]), (6, 6)),
        (6, row(1, 9, [1, 6, 9]), (6, 6)),
        (10, row(1, 9, [1, 6, 9]), (None, None)),
        (5, row(1, 9), (5, 5)),
        (0, row(1, 9), (1, 1)),
        (10, row(1, 9), (None, None)),
        (5, row(6, 6, None, 40), (6, 40)),
        (7, row(6, 6, None, 40), (None, None)),
        (5, row(None, None), (5, 5)),
        (5, row(None, 9), (5, 5)),
        (9, row(None, 9), (9, 9)),
        (10, row(None, 9), (None, None)),
        (5, shifted(-2), (3, 3)),
        (5, same(1, 9), (5, 5)),
        (5, same(1, 4, 7, 9), (7, 7)),
        (5, same(1, 4), (None, None)),
    ],
)
def test_forward_takes_the_first_time_that_is_not_before(
    at: int, link: Any, passed_and_arrived: tuple[int | None, int | None]
) -> None:
    passed, arrived = forward(at, link)
    assert (passed, arrived if passed is not None else None) == passed_and_arrived


@pytest.mark.parametrize(
    ("at", "link", "passed_and_left"),
    [
        (5, row(1, 9, [1, 6, 9]), (1, 1)),
        (6, row(1, 9, [1, 6, 9]), (6, 6)),
        (0, row(1, 9, [1, 6, 9]), (None, None)),
        (5, row(1, 9), (5, 5)),
        (10, row(1, 9), (9, 9)),
        (0, row(1, 9), (None, None)),
        (50, row(6, 6, None, 40), (40, 6)),
        (39, row(6, 6, None, 40), (None, None)),
        (5, row(None, None), (5, 5)),
        (5, row(None, 9), (5, 5)),
        (10, row(None, 9), (9, 9)),
        (5, shifted(-2), (7, 7)),
    ],
)
def test_backward_takes_the_last_time_that_is_not_after(
    at: int, link: Any, passed_and_left: tuple[int | None, int | None]
) -> None:
    assert backward(at, link) == passed_and_left


def reached_forward(events: list[Event], start: str, until: int | None) -> set[tuple[str, str, str, int]]:
    """Reachability event by event: what is passed on, and the first time of it for each pair and type."""
    usable = [event for event in events if until is None or event.us <= until]
    return _reached([(e.source, e.target, e.us, e.type) for e in usable], start, 1)


def reached_backward(events: list[Event], start: str, until: int | None) -> set[tuple[str, str, str, int]]:
    """The same with time and arrows turned round."""
    usable = [event for event in events if until is None or event.us >= until]
    turned = _reached([(e.target, e.source, -e.us, e.type) for e in usable], start, -1)
    return {(type_, source, target, us) for type_, target, source, us in turned}


def _reached(steps: list[tuple[str, str, int, str]], start: str, sign: int) -> set[tuple[str, str, str, int]]:
    arrival = {start: -(10**12)}
    for _ in NODES:  # no earliest way is longer than there are nodes
        for near, far, us, _type in steps:
            if near in arrival and arrival[near] <= us:
                arrival[far] = min(us, arrival.get(far, us))
    first: dict[tuple[str, str, str], int] = {}
    for near, far, us, type_ in steps:
        if near in arrival and arrival[near] <= us:
            key = (type_, near, far)
            first[key] = min(us, first.get(key, us))
    return {(*key, sign * us) for key, us in first.items()}


def tracked(store: Store, direction: str, start: str, until: int | None) -> set[tuple[str, str, str, str]]:
    """First (or last) step of each type and pair: kinds that are not merged have one relationship for each event."""
    rows = run(store, f"track-{direction}", {"from": start, "until": "" if until is None else iso(until)}).rows
    times: dict[tuple[str, str, str], list[str]] = {}
    for step in rows:
        times.setdefault((step["type"], step["source_uid"], step["target_uid"]), []).append(step["time"])
    pick = min if direction == "forward" else max
    return {(*key, pick(found)) for key, found in times.items()}


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    events=st.lists(event(), min_size=4, max_size=24),
    start=st.sampled_from(sorted(NODES)),
    until=st.none() | st.integers(0, 9).map(lambda seconds: seconds * SECOND),
)
def test_tracking_is_reachability_in_time(
    embedded_store: Store, events: list[Event], start: str, until: int | None
) -> None:
    load(embedded_store, events)
    for direction, reached in (("forward", reached_forward), ("backward", reached_backward)):
        expected = {(*key, iso(us)) for *key, us in reached(events, start, until)}
        assert tracked(embedded_store, direction, start, until) == expected


def chain(store: Store, number: int) -> None:
    """Processes that start one another, a second apart."""
    store.change(
        "UNWIND range(0, $n) AS i CREATE (:Process:Entity {uid: 'p' + toString(i), pid: i, name: 'p', host_uid: 'h'})",
        {"n": number},
    )
    store.change(
        "UNWIND range(1, $n) AS i MATCH (a:Entity {uid: 'p' + toString(i - 1)}) "
        "MATCH (b:Entity {uid: 'p' + toString(i)}) "
        "CREATE (a)-[:SPAWNED {uid: 's' + toString(i), first_us: i * 1000000, last_us: i * 1000000}]->(b)",
        {"n": number},
    )


def test_steps_come_in_the_order_of_time_and_are_numbered(store: Store) -> None:
    chain(store, 5)
    forward = run(store, "track-forward", {"from": "p1"}).rows
    assert [(step["step"], step["source_uid"], step["target_uid"]) for step in forward] == [
        (1, "p1", "p2"),
        (2, "p2", "p3"),
        (3, "p3", "p4"),
        (4, "p4", "p5"),
    ]
    backward = run(store, "track-backward", {"from": "p3"}).rows
    assert [step["source_uid"] for step in backward] == ["p0", "p1", "p2"]


def test_a_track_that_is_cut_says_so(store: Store) -> None:
    chain(store, 5)
    cut = run(store, "track-forward", {"from": "p0", "limit": 3})
    assert ([step["target_uid"] for step in cut.rows], cut.truncated) == (["p1", "p2", "p3"], True)
    whole = run(store, "track-forward", {"from": "p0", "limit": 5})
    assert (len(whole.rows), whole.truncated) == (5, False)


def test_a_node_with_more_neighbours_than_the_limit_is_cut_and_said_to_be(store: Store) -> None:
    store.change(
        "CREATE (p:Process:Entity {uid: 'p', name: 'p'}) WITH p UNWIND range(1, 20) AS i "
        "CREATE (p)-[:WROTE {uid: 'w' + toString(i), first_us: i, last_us: i, times_us: [i]}]->"
        "(:File:Entity {uid: 'f' + toString(i), path: 'f', key: 'f'})"
    )
    cut = run(store, "track-forward", {"from": "p", "limit": 4})
    assert ([step["uid"] for step in cut.rows], cut.truncated) == (["w1", "w2", "w3", "w4"], True)


def test_a_track_that_reaches_too_much_stops_and_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cypher.waves.NODES_REACHED", 3)
    chain(store, 8)
    answer = run(store, "track-forward", {"from": "p0"})
    assert (answer.truncated, len(answer.rows)) == (True, 3)


def test_more_nodes_than_one_wave_takes_are_asked_for_in_parts(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cypher.arrival.FRONTIER", 2)
    store.change(
        "CREATE (p:Process:Entity {uid: 'p', name: 'p'}) WITH p UNWIND range(1, 5) AS i "
        "CREATE (p)-[:SPAWNED {uid: 's' + toString(i), first_us: 1, last_us: 1}]->"
        "(q:Process:Entity {uid: 'q' + toString(i)})-[:WROTE {uid: 'w' + toString(i), first_us: 2, last_us: 2}]->"
        "(:File:Entity {uid: 'f' + toString(i), path: 'f'})"
    )
    assert len(run(store, "track-forward", {"from": "p"}).rows) == 10


def test_tracking_ends_at_what_all_runs_share(store: Store) -> None:
    store.change(
        "CREATE (e:Endpoint:Entity {uid: 'e', protocol: 'tcp', address: '10.0.0.2', port: 80}), "
        "(:Process:Entity {uid: 'a', name: 'a'})-[:SENT_TO {uid: 's', first_us: 1, last_us: 1}]->(e), "
        "(e)-[:RECEIVED_BY {uid: 'r', first_us: 2, last_us: 2}]->(:Process:Entity {uid: 'b', name: 'b'})"
    )
    assert [step["uid"] for step in run(store, "track-forward", {"from": "a"}).rows] == ["s"]
    assert [step["uid"] for step in run(store, "track-backward", {"from": "b"}).rows] == ["r"]


def test_tracking_leaves_weak_injections_aside(store: Store) -> None:
    store.change(
        "CREATE (a:Process:Entity {uid: 'a'}), (a)-[:INJECTED_INTO {uid: 'i', first_us: 1, last_us: 1, "
        "confidence: 'weak'}]->(:Process:Entity {uid: 'b'}), (a)-[:INJECTED_INTO {uid: 'j', first_us: 1, last_us: 1, "
        "confidence: 'confirmed'}]->(:Process:Entity {uid: 'c'})"
    )
    assert [step["uid"] for step in run(store, "track-forward", {"from": "a"}).rows] == ["j"]


def test_what_is_reached_on_another_host_goes_on_by_its_own_clock(store: Store) -> None:
    # host B's clock is an hour behind: by it, everything there happens before the start on host A
    hour = 3600 * SECOND
    store.change(
        "CREATE (p:Process:Entity {uid: 'p', host_uid: 'a'}), (q:Process:Entity {uid: 'q', host_uid: 'b'}), "
        "(p)-[:STARTED_REMOTELY {uid: 'r', first_us: 2 * $hour, last_us: 2 * $hour, arrives_us: $hour, "
        "confidence: 'confirmed'}]->(q), "
        "(q)-[:WROTE {uid: 'later', first_us: $hour + 5, last_us: $hour + 5, times_us: [$hour + 5]}]->"
        "(f:File:Entity {uid: 'f', path: 'f', host_uid: 'b'}), "
        "(q)-[:WROTE {uid: 'earlier', first_us: $hour - 5, last_us: $hour - 5, times_us: [$hour - 5]}]->"
        "(:File:Entity {uid: 'g', path: 'g', host_uid: 'b'}), "
        "(:Process:Entity {uid: 'o', host_uid: 'a'})-[:SPAWNED {uid: 's', first_us: 2 * $hour - 5, "
        "last_us: 2 * $hour - 5}]->(p)",
        {"hour": hour},
    )
    assert {step["uid"] for step in run(store, "track-forward", {"from": "p"}).rows} == {"r", "later"}
    assert {step["uid"] for step in run(store, "track-backward", {"from": "f"}).rows} == {"later", "r", "s"}


def test_another_name_of_a_file_is_crossed_and_the_way_back_is_not_shown(store: Store) -> None:
    store.change(
        "CREATE (p:Process:Entity {uid: 'p'}), (q:Process:Entity {uid: 'q'}), (f:File:Entity {uid: 'f', path: 'f'}), "
        "(g:File:Entity {uid: 'g', path: 'g'}), (p)-[:WROTE {uid: 'w', first_us: 5, last_us: 5, times_us: [5]}]->(f), "
        "(f)-[:ALTERNATE_OF {uid: 'fg'}]->(g), (g)-[:ALTERNATE_OF {uid: 'gf'}]->(f), "
        "(g)-[:EXECUTED_AS {uid: 'x', first_us: 6, last_us: 6}]->(q), "
        "(g)-[:READ_BY {uid: 'early', first_us: 4, last_us: 4}]->(:Process:Entity {uid: 'z'})"
    )
    assert {step["uid"] for step in run(store, "track-forward", {"from": "p"}).rows} == {"w", "fg", "x"}
    assert {step["uid"] for step in run(store, "track-backward", {"from": "q"}).rows} == {"x", "fg", "w"}


def test_what_is_not_in_the_graph_is_an_error_that_says_how_to_name_things(store: Store) -> None:
    with pytest.raises(UsageError) as caught:
        run(store, "track-forward", {"from": "nowhere"})
    assert "nothing in the graph is known as 'nowhere'" in caught.value.message
    assert "pid@host" in (caught.value.hint or "")


def test_a_time_that_is_none_is_an_error(embedded_store: Store) -> None:
    with pytest.raises(UsageError, match="'yesterday' is no ISO 8601 time"):
        run(embedded_store, "track-forward", {"from": "p", "until": "yesterday"})


def test_a_time_without_a_zone_is_utc(embedded_store: Store) -> None:
    chain(embedded_store, 3)
    for until in ("1970-01-01T00:00:02", "1970-01-01T00:00:02Z", "1970-01-01T09:00:02+09:00"):
        assert len(run(embedded_store, "track-forward", {"from": "p0", "until": until}).rows) == 2
