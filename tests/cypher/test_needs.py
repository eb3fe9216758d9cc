"""What a rule cannot do without, read off its text, is what it indeed finds nothing without."""

from __future__ import annotations

import pytest

from cypher.catalogue import rules
from cypher.needs import can_find, needs, recorded_types
from graph_model.store import Store

NEEDING = [(name, types) for name, rule in rules().items() for types in needs(rule.text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MATCH (a)-[r:WROTE]->(b) RETURN a", [{"WROTE"}]),
        ("MATCH (a)<-[:WROTE|READ_BY {x: 1}]-(b)-[s:SPAWNED]->(c) RETURN a", [{"WROTE", "READ_BY"}, {"SPAWNED"}]),
        ("MATCH (a) WHERE EXISTS { MATCH (a)-[:WROTE]->() } RETURN a", []),
        ("MATCH (a) WHERE (a)-[:WROTE]->() RETURN a", []),
        ("OPTIONAL MATCH (a)-[:WROTE]->(b) MATCH (b)-[:READ_BY]->(c) RETURN a", [{"READ_BY"}]),
        ("CALL () { MATCH (a)-[:WROTE]->(b) RETURN a } RETURN a", []),
        ("MATCH (a)-[:WROTE*0..2]->(b) RETURN a", []),
        ("MATCH (a)-[r]->(b) RETURN a", []),
        ("MATCH (a)-[:WROTE]->(b) RETURN a UNION MATCH (a)-[:READ_BY]->(b) RETURN a", []),
        ("MATCH (a)-[:WROTE]->(b) RETURN a // MATCH (a)-[:READ_BY]->(b)", [{"WROTE"}]),
    ],
)
def test_needs_are_read_off_the_text(text: str, expected: list[set[str]]) -> None:
    assert [set(types) for types in needs(text)] == expected


def test_what_rules_derive_is_never_missed() -> None:
    for rule in rules().values():
        if any(not types <= recorded_types() for types in needs(rule.text)):
            present = frozenset().union(*(types for types in needs(rule.text) if types <= recorded_types()))
            assert can_find(rule, present), rule.name


@pytest.mark.parametrize(("name", "types"), NEEDING, ids=lambda value: value if isinstance(value, str) else "")
def test_without_what_it_needs_a_rule_finds_nothing(embedded_store: Store, name: str, types: frozenset[str]) -> None:
    rule = rules()[name]
    parameters = {key: parameter.default for key, parameter in rule.header.params.items()}
    found = 0
    for example in rule.header.examples:
        embedded_store.change("MATCH (n) DETACH DELETE n")
        embedded_store.change(example.graph)
        runs = [row["uid"] for row in embedded_store.read("MATCH (r:Run) RETURN r.uid AS uid").rows()]
        found += len(embedded_store.read(rule.text, {**parameters, **example.params, "runs": runs}).rows())
        for type_ in sorted(types):
            embedded_store.change(f"MATCH ()-[r:{type_}]->() DELETE r")
        assert embedded_store.read(rule.text, {**parameters, **example.params, "runs": runs}).rows() == []
    assert found, "no example shows what the rule finds"
