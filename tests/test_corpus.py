"""Questions about many runs, against a count of the same reports that knows nothing of the project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from conftest import ENGINES, Engines, emptied
from helpers.corpus import Member, corpus, write
from helpers.counting import Counts, Tallies, Tally, counted

from api.load import load
from api.settings import Settings
from cypher import runner
from graph_model.store import Store
from loaders.protocol import Context

SIZE = 1_000
MEMBERS = corpus(SIZE)
Row = dict[str, Any]
Wanted = dict[Any, tuple[Any, ...]]


def of(label: str) -> list[Member]:
    return [member for member in MEMBERS if label in ("any", member.label)]


@pytest.fixture(scope="module", params=ENGINES[:2])
def loaded(
    request: pytest.FixtureRequest, engines: Engines, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """The corpus in a database, on the embedded engine and one Neo4j."""
    with engines.bolt(request.param).store() as store:
        emptied(store)
        for label, folder in write(MEMBERS, tmp_path_factory.mktemp("corpus")):
            load(store, [folder], Context(label=label, dataset=f"{label} set"), Settings())
        yield store
        emptied(store)


def ask(store: Store, query: str, **parameters: Any) -> list[Row]:
    answer = runner.run(store, query, {"limit": 100_000, **parameters})
    assert not answer.truncated
    return answer.rows


def same(rows: list[Row], key: Callable[[Row], Any], columns: tuple[str, ...], wanted: Wanted) -> None:
    found = {key(row): tuple(row[column] for column in columns) for row in rows}
    assert len(found) == len(rows), "one thing in two rows"
    assert found == wanted


def told(tallies: Tallies, tell: Callable[[Tally], tuple[Any, ...]]) -> Wanted:
    return {key: (len(tally.samples), len(tally.runs), *tell(tally)) for key, tally in tallies.items()}


def iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def contact(tally: Tally) -> tuple[Any, ...]:
    return tally.times, tally.traffic, iso(min(tally.moments)), iso(max(tally.moments))


CONTACT = ("samples", "runs", "calls", "traffic", "first_seen", "last_seen")


@pytest.fixture(params=["any", "malicious", "benign"])
def label(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def counts(label: str) -> Counts:
    return counted([member.report for member in of(label)])


def test_the_corpus_has_what_the_questions_need() -> None:
    everything = counted([member.report for member in MEMBERS])
    for name, tallies in vars(everything).items():
        assert len(tallies) >= 5, name
    assert any(tally.failed for tally in everything.apis.values())
    assert any(len(tally.runs) > len(tally.samples) for tally in everything.domains.values())
    assert any(tally.traffic and tally.times for tally in everything.domains.values())
    assert any(tally.runs and not tally.times for tally in everything.files.values())
    assert {member.layout for member in MEMBERS} == {"cuckoo", "cape", "old"}
    assert {member.label for member in MEMBERS} == {"benign", "malicious"}


def test_the_corpus_is_the_same_every_time() -> None:
    assert corpus(20) == MEMBERS[:20]
    assert corpus(20, seed=1) != MEMBERS[:20]


def test_apis(loaded: Store, label: str, counts: Counts) -> None:
    wanted = told(counts.apis, lambda tally: (tally.times, tally.failed, len(tally.processes)))
    columns = ("samples", "runs", "calls", "failed", "processes")
    same(ask(loaded, "api-counts", label=label), lambda row: row["api"], columns, wanted)


def test_registry(loaded: Store, label: str, counts: Counts) -> None:
    wanted = told(counts.registry, lambda tally: (tally.times,))
    rows = ask(loaded, "registry-counts", label=label)
    same(rows, lambda row: (row["path"].lower(), row["action"]), ("samples", "runs", "times"), wanted)
    assert {row["kind"] for row in rows if row["action"] != "created"} == {"value"}
    assert {row["kind"] for row in rows if row["action"] == "created"} <= {"key"}


def test_files(loaded: Store, label: str, counts: Counts) -> None:
    wanted = told(counts.files, lambda tally: (tally.times,))
    rows = ask(loaded, "file-counts", label=label)
    same(rows, lambda row: (row["file"].lower(), row["action"]), ("samples", "runs", "times"), wanted)


def test_domains(loaded: Store, label: str, counts: Counts) -> None:
    rows = ask(loaded, "domain-counts", label=label)
    same(rows, lambda row: row["domain"], CONTACT, told(counts.domains, contact))


def test_endpoints(loaded: Store, label: str, counts: Counts) -> None:
    rows = ask(loaded, "endpoint-counts", label=label)
    same(rows, lambda row: (row["address"], row["protocol"], row["port"]), CONTACT, told(counts.endpoints, contact))


def test_who_is_contacted_is_the_same_for_counts_and_block_lists(loaded: Store, label: str) -> None:
    counted_, listed = (
        {row[column]: (row["samples"], row["runs"]) for row in ask(loaded, query, label=label, **more)}
        for query, column, more in (
            ("endpoint-counts", "address", {"by": "address"}),
            ("block-list", "indicator", {"kind": "address"}),
        )
    )
    assert counted_ == listed
    assert not any(address.startswith("198.18.") for address in listed), "it only sent something"


@pytest.mark.parametrize("query", ["domain-counts", "endpoint-counts", "url-counts"])
def test_what_only_the_traffic_shows_can_be_left_out(loaded: Store, query: str) -> None:
    tallies = vars(counted([member.report for member in MEMBERS]))[query.replace("-counts", "s")]
    rows = ask(loaded, query, processes_only=True)
    assert all(row["traffic"] == 0 for row in rows)
    found = sorted((row["calls"], row["runs"]) for row in rows)
    assert found == sorted(
        (tally.times, len({run for run, _ in tally.processes})) for tally in tallies.values() if tally.times
    )


def test_urls(loaded: Store, label: str, counts: Counts) -> None:
    same(ask(loaded, "url-counts", label=label), lambda row: row["url"], CONTACT, told(counts.urls, contact))


def test_mutexes(loaded: Store, label: str, counts: Counts) -> None:
    wanted = told(counts.mutexes, lambda tally: (tally.times,))
    same(ask(loaded, "mutex-counts", label=label), lambda row: row["mutex"], ("samples", "runs", "times"), wanted)


def test_signatures(loaded: Store, label: str, counts: Counts) -> None:
    wanted = told(counts.signatures, lambda _: ())
    rows = ask(loaded, "signature-counts", label=label)
    same(rows, lambda row: row["signature"], ("samples", "runs"), wanted)


def test_the_candidates_of_a_block_list(loaded: Store, label: str, counts: Counts) -> None:
    addresses: dict[str, Tally] = {}
    for (address, _, _), tally in counts.endpoints.items():
        whole = addresses.setdefault(address, Tally())
        whole.samples |= tally.samples
        whole.runs |= tally.runs
    wanted = {("domain", key): tally for key, tally in counts.domains.items()}
    wanted |= {("url", key): tally for key, tally in counts.urls.items()}
    wanted |= {("address", key): tally for key, tally in addresses.items()}
    rows = ask(loaded, "block-list", label=label)
    same(rows, lambda row: (row["kind"], row["indicator"]), ("samples", "runs"), told(wanted, lambda _: ()))
    assert [row["indicator"] for row in rows if row["resolver"]] == ["8.8.8.8"]


def test_the_order_is_the_one_that_was_asked_for(loaded: Store) -> None:
    for query in ("registry-counts", "file-counts", "mutex-counts"):
        rows = ask(loaded, query, order="times")
        assert [row["times"] for row in rows] == sorted((row["times"] for row in rows), reverse=True)
    for query in ("domain-counts", "endpoint-counts", "url-counts"):
        rows = ask(loaded, query, order="traffic")
        assert [row["traffic"] for row in rows] == sorted((row["traffic"] for row in rows), reverse=True)
    rows = ask(loaded, "domain-counts", order="name")
    assert [row["domain"] for row in rows] == sorted(row["domain"] for row in rows)
    rows = ask(loaded, "api-counts")
    assert [row["calls"] for row in rows] == sorted((row["calls"] for row in rows), reverse=True)


def test_other_data_sets_are_left_out(loaded: Store) -> None:
    queries = ("api-counts", "registry-counts", "file-counts", "domain-counts", "endpoint-counts", "url-counts")
    for query in (*queries, "mutex-counts", "signature-counts", "block-list"):
        assert ask(loaded, query, dataset="benign set", label="any") == ask(loaded, query, label="benign"), query
        assert ask(loaded, query, dataset="none") == []
        assert ask(loaded, query, case="none") == []
        assert ask(loaded, query, case="default", label="any") == ask(loaded, query, dataset="", label="any"), query


def test_what_few_samples_did_can_be_left_out(loaded: Store) -> None:
    everything = ask(loaded, "registry-counts")
    assert ask(loaded, "registry-counts", least_samples=5) == [row for row in everything if row["samples"] >= 5]


def test_users_folders_can_be_counted_as_one(loaded: Store) -> None:
    counts = counted([member.report for member in MEMBERS])
    wanted: dict[tuple[str, str], int] = {}
    for (path, action), tally in counts.files.items():
        parts = path.split("\\")
        folded = "\\".join([*parts[:2], "*", *parts[3:]]) if parts[1] == "users" else path
        wanted[folded, action] = wanted.get((folded, action), 0) + tally.times
    rows = ask(loaded, "file-counts", fold=True)
    assert {(row["file"].lower(), row["action"]): row["times"] for row in rows} == wanted
