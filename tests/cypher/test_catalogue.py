"""The stored queries and rules, and their examples on every engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from cypher import examples
from cypher.catalogue import Query, Rule, queries, query, read_query, read_rule, rules
from cypher.header import Example
from cypher.runner import ad_hoc, run
from graph_model.errors import ProvgraphError, StatementRefusedError, UsageError
from graph_model.store import Store

PROMISED = {
    "injections": "host injector_pid injector_name target_pid target_name technique memory write execution confidence "
    "first_seen evidence",
    "injection-paths": "host hops pids names techniques confidence evidence",
    "lateral-movement": "source_host source_pid source_process account target_host target_pid target_process method "
    "copied_file service technique confidence first_seen evidence",
    "file-lineage": "step time direction action host subject object evidence",
    "process-tree": "depth pid name command_line parent_pid started host",
    "track-forward": "step time type source target host evidence",
    "track-backward": "step time type source target host evidence",
    "runs": "",
    "hosts": "",
    "api-counts": "",
    "signers": "host file finding claims signature product original_name sha256 technique confidence first_seen "
    "evidence",
}
PROMISED_PARAMETERS = {
    "injections": {"min_confidence"},
    "signers": {"min_confidence"},
    "injection-paths": {"host", "max_hops"},
    "file-lineage": {"file"},
    "process-tree": {"host"},
    "track-forward": {"from", "until"},
    "track-backward": {"from", "until"},
}
EVERYTHING = list(examples.everything())
JUDGING = ("injection", "signers")  # for fingerprinting, scenarios show the same in every layout


@pytest.mark.parametrize("name", PROMISED)
def test_a_promised_query_has_its_columns_and_parameters(name: str) -> None:
    header = query(name).header
    assert set(PROMISED[name].split()) <= set(header.columns)
    assert PROMISED_PARAMETERS.get(name, set()) <= set(header.params)


def test_the_questions_about_a_corpus_take_the_same_parameters() -> None:
    corpus = [stored.header for stored in queries().values() if stored.area == "corpus"]
    assert len(corpus) == 9
    for name in ("label", "dataset", "case", "least_samples", "limit"):
        declared = {header.params[name].type + header.params[name].doc for header in corpus}
        assert len(declared) == 1, name
    for header in corpus:
        assert {"text", "order"} <= set(header.params), header.summary
        assert {"samples", "name"} <= set(header.params["order"].choices)
        assert set(header.params["order"].choices) - {"name"} <= set(header.columns)
        assert ("processes_only" in header.params) == bool({"traffic", "resolver"} & set(header.columns))
        assert ("traffic" in header.columns) == ("traffic" in header.params["order"].choices)


def test_a_misspelt_query_is_an_error_that_suggests_the_right_one() -> None:
    with pytest.raises(UsageError) as caught:
        query("injection")
    assert caught.value.message == "there is no stored query `injection`"
    assert caught.value.hint.startswith("did you mean `injections`?")


def test_queries_and_rules_come_in_one_order() -> None:
    assert list(queries()) == [stored.path.stem for stored in sorted(queries().values(), key=lambda q: q.path)]
    stages = [rule.header.stage for rule in rules().values()]
    assert stages == sorted(stages)
    assert all(name == f"{rule.area}/{rule.name}" for name, rule in rules().items())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("// /// rule\n// ///\n", "expected `// /// query`, found `rule`"),
        ("// /// query\n// summary = 1\n// ///\n", "Expected `str`, got `int` - at `$.summary`"),
        ("// /// query\n// summary = 'x'\n// ///\n", "missing required field"),
        ("MATCH (n) RETURN n", "line 1: expected"),
    ],
)
def test_a_broken_file_is_an_error_that_names_it(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "broken.cypher"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProvgraphError) as caught:
        read_query(path)
    assert caught.value.message.startswith("broken.cypher: ")
    assert said in caught.value.message
    assert "cypher/header.py" in (caught.value.hint or "")


def test_a_query_is_no_rule(tmp_path: Path) -> None:
    path = tmp_path / "x.cypher"
    path.write_text("// /// query\n// ///\n", encoding="utf-8")
    with pytest.raises(ProvgraphError, match="found `query`"):
        read_rule(path)


@pytest.mark.parametrize("name", [name for name, rule in rules().items() if rule.area in JUDGING])
def test_a_rule_that_judges_shows_what_it_takes_and_what_it_does_not(name: str) -> None:
    shown = [bool(example.rows) for example in rules()[name].header.examples]
    assert shown.count(True) >= 1
    assert shown.count(False) >= 3


@pytest.mark.parametrize(
    ("stored", "example"), EVERYTHING, ids=[f"{stored.name}: {example.title}" for stored, example in EVERYTHING]
)
def test_every_example_holds_on_every_engine(store: Store, stored: Query | Rule, example: Example) -> None:
    assert examples.failure(store, stored, example) is None


def test_an_example_that_does_not_hold_says_what_differs(embedded_store: Store) -> None:
    stored = query("hosts")
    graph = "CREATE (:Host:Entity {uid: 'h', name: 'PC'})"
    wrong = Example(title="wrong", graph=graph, rows=[{"host": "pc"}])
    assert examples.failure(embedded_store, stored, wrong) == "row 1: expected {'host': 'pc'}, found {'host': 'PC'}"
    none = Example(title="none", graph=graph, rows=[])
    assert (examples.failure(embedded_store, stored, none) or "").startswith("0 rows expected, 1 found")


def test_an_answer_that_is_cut_says_so(store: Store) -> None:
    store.change("UNWIND ['a', 'b', 'c'] AS uid CREATE (:Host:Entity {uid: uid, name: uid})")
    cut = run(store, "hosts", {"limit": "2"})
    assert ([row["host"] for row in cut.rows], cut.truncated) == (["a", "b"], True)
    whole = run(store, "hosts", {"limit": 3})
    assert ([row["host"] for row in whole.rows], whole.truncated) == (["a", "b", "c"], False)


def test_an_answer_says_what_was_asked(store: Store) -> None:
    answer = run(store, "injections")
    assert answer.columns == list(query("injections").header.columns)
    assert (answer.rows, answer.parameters) == ([], {"host": "", "min_confidence": "likely", "limit": 1000})
    assert answer.cypher == query("injections").text


def test_text_of_the_users_own_is_answered_with_its_columns(store: Store) -> None:
    answer = ad_hoc(store, "RETURN $x AS x, 1 AS one", {"x": "y"})
    assert (answer.columns, answer.rows) == (["x", "one"], [{"x": "y", "one": 1}])


def test_an_answer_without_rows_still_names_its_columns(store: Store) -> None:
    answer = ad_hoc(store, "MATCH (h:Host) RETURN h.name AS name, count(*) AS hosts, h.uid")
    assert (answer.columns, answer.rows) == (["name", "hosts", "h.uid"], [])


def test_text_that_is_no_cypher_is_refused(store: Store) -> None:
    with pytest.raises(StatementRefusedError):
        ad_hoc(store, "MATCH (n RETURN n")
