"""The declarations agree with each other, and two records of a property become one in any order."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_model import schema
from graph_model.schema import NODES, RELATIONSHIPS, SUBSETS, Property, merge_values

# as DESIGN.md names them
DESIGNED_NODES = [
    "Run",
    "Host",
    "User",
    "Process",
    "File",
    "Content",
    "Section",
    "Movement",
    "RegistryKey",
    "RegistryValue",
    "Endpoint",
    "Domain",
    "Url",
    "Mutex",
    "Pipe",
    "Service",
    "Api",
    "Signature",
    "Technique",
]
DESIGNED_FLOW = [
    "SPAWNED",
    "EXECUTED_AS",
    "LOADED_INTO",
    "WROTE",
    "READ_BY",
    "COPIED_TO",
    "RENAMED_TO",
    "SET",
    "SENT_TO",
    "RECEIVED_BY",
    "INJECTED_INTO",
    "STARTED_REMOTELY",
    "MAPPED_INTO",
    "ALTERNATE_OF",
]
DESIGNED_OTHERS = [
    "DELETED",
    "CREATED_KEY",
    "RESOLVED",
    "REQUESTED",
    "ALLOCATED_IN",
    "PROTECTED_IN",
    "UNMAPPED_FROM",
    "WROTE_MEMORY_OF",
    "READ_MEMORY_OF",
    "CREATED_THREAD_IN",
    "SET_CONTEXT_OF",
    "QUEUED_APC_TO",
    "SUSPENDED",
    "RESUMED",
    "OPENED",
    "HAS_CONTENT",
    "RAN_ON",
    "RECORDED_IN",
    "ANALYSED",
    "CALLED",
    "MATCHED",
    "USES",
]


def test_every_kind_of_the_design_is_declared() -> None:
    assert set(DESIGNED_NODES) <= set(NODES)
    assert set(DESIGNED_FLOW) <= set(SUBSETS["FLOW"])
    assert set(DESIGNED_OTHERS) <= set(RELATIONSHIPS)
    assert not set(DESIGNED_OTHERS) & set(SUBSETS["FLOW"])


def test_the_ends_of_every_relationship_are_declared_nodes() -> None:
    for kind in RELATIONSHIPS.values():
        assert kind.ends, kind.type
        assert {label for ends in kind.ends for label in ends} <= set(NODES), kind.type


def test_tracks_never_pass_through_what_joins_the_corpus() -> None:
    for label in ("Content", "Endpoint", "Domain", "Url", "Api", "Mutex", "Signature", "Technique"):
        assert NODES[label].ends_a_track, label


def test_captions_are_declared_properties_and_colours_are_colours() -> None:
    for kind in NODES.values():
        assert kind.caption in kind.properties, kind.label
        assert re.fullmatch(r"#[0-9a-f]{6}", kind.color), kind.label


def test_subsets_name_declared_types() -> None:
    for name, types in SUBSETS.items():
        assert set(types) <= set(RELATIONSHIPS), name


def test_every_declaration_has_a_sentence() -> None:
    for kind in (*NODES.values(), *RELATIONSHIPS.values()):
        assert kind.doc.endswith((".", ". ")), kind
        for name, prop in kind.properties.items():
            assert prop.doc, (kind, name)


def test_only_relationships_that_are_merged_within_a_run_may_sum() -> None:
    assert not [k.label for k in NODES.values() for p in k.properties.values() if p.merge == "sum"]
    summing = [k for k in RELATIONSHIPS.values() if any(p.merge == "sum" for p in k.properties.values())]
    assert all(kind.merged and not kind.derived for kind in summing)


def test_operations_between_processes_are_kept_one_by_one() -> None:
    one_by_one = {"ALLOCATED_IN", "WROTE_MEMORY_OF", "MAPPED_INTO", "CREATED_THREAD_IN", "QUEUED_APC_TO", "RESUMED"}
    assert not [name for name in one_by_one if RELATIONSHIPS[name].merged]


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "least": st.none() | st.integers(),
    "greatest": st.none() | st.text(),
    "union": st.none() | st.lists(st.text()).map(lambda texts: sorted(set(texts))),
}


@pytest.mark.parametrize("merge", VALUES)
@given(st.data())
@settings(max_examples=100, deadline=None)
def test_merging_does_not_depend_on_order_or_repetition(merge: Any, data: st.DataObject) -> None:
    prop = Property("list[string]" if merge == "union" else "string", "x", merge)
    a, b, c = (data.draw(VALUES[merge]) for _ in range(3))
    assert merge_values(prop, a, b) == merge_values(prop, b, a)
    assert merge_values(prop, merge_values(prop, a, b), c) == merge_values(prop, a, merge_values(prop, b, c))
    assert merge_values(prop, a, a) == a


def test_a_missing_value_gives_way_to_a_known_one() -> None:
    prop = schema.Property("string", "x")
    assert merge_values(prop, None, "a") == merge_values(prop, "a", None) == "a"


def test_what_the_user_does_not_say_replaces_nothing() -> None:
    case = NODES["Run"].properties["case"]
    assert case.unsaid == "default"
    assert merge_values(case, "default", "x1") == merge_values(case, "x1", "default") == "x1"
    assert merge_values(case, "x1", "x2") == "x2"
    assert merge_values(case, None, "default") == "default"
