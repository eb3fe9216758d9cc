"""Text of a user's own: whatever reads is run, whatever does more is refused, on every engine."""

from __future__ import annotations

import pytest

from cypher import catalogue
from cypher.reading import check
from cypher.runner import ad_hoc
from graph_model.errors import StatementRefusedError
from graph_model.store import Store

READS = [
    "RETURN 1 AS x",
    "MATCH (n) RETURN count(n) AS x",
    "MATCH (p:Process {pid: 4})-[r:SPAWNED*1..3]->(q) RETURN q.pid AS x ORDER BY x LIMIT 1",
    "MATCH (p:Process) WHERE EXISTS { MATCH (p)-[:WROTE]->() } RETURN p.pid AS x ORDER BY x SKIP 1 LIMIT 2",
    "MATCH (a:Process), (b:File) RETURN count(*) AS x",
    "MATCH (n:Entity {uid: 'a'}) OPTIONAL MATCH (n)-[r]->(m) RETURN collect(DISTINCT type(r)) AS x",
    "UNWIND [1, 2] AS x WITH x WHERE x > 1 RETURN x UNION ALL RETURN 3 AS x",
    "MATCH (a:Process {uid: 'a'}) MATCH (b:Process {uid: 'b'}) MATCH p = shortestPath((a)-[:SPAWNED*..4]->(b)) "
    "RETURN length(p) AS x",
    "MATCH (p:Process) CALL (p) { MATCH (p)-[:SPAWNED]->(q) RETURN count(q) AS n } RETURN n AS x ORDER BY x",
    "MATCH (p:Process) WHERE p.pid IN [4, 8] OR p.name STARTS WITH 'a' RETURN p.pid AS x",
    "// a comment\nMATCH (p:Process) RETURN p.name AS `delete` // CREATE",
    "MATCH (p:Process) WHERE p.name = 'CREATE (x) DELETE x' RETURN p.set AS x",
]
DOES_MORE = [
    "CREATE (:Process:Entity {uid: 'x'})",
    "MATCH (n) SET n.uid = 'x' RETURN n",
    "MATCH (n) DETACH DELETE n",
    "MATCH (n) REMOVE n.uid",
    "MERGE (n:Process {uid: 'x'}) RETURN n",
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "LOAD CSV FROM 'http://127.0.0.1:9/' AS line RETURN line",
    "UNWIND [1] AS x CALL (x) { CREATE (:Process) } RETURN x",
    "FOREACH (x IN [1] | CREATE (:Process))",
    "DROP CONSTRAINT process_uid IF EXISTS",
    "CREATE INDEX nothing IF NOT EXISTS FOR (n:Process) ON (n.name)",
]
NEO4J_ONLY = [
    "SHOW TRANSACTIONS",
    "TERMINATE TRANSACTIONS 'neo4j-transaction-1'",
    "SHOW USERS",
    "SHOW SETTINGS",
    "CALL dbms.listConfig() YIELD name RETURN name",
    "CALL db.createLabel('X')",
    "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'b'",
    "MATCH (n) CALL (n) { SET n.x = 1 } IN TRANSACTIONS",
    "EXPLAIN CREATE (:Process)",
    "PROFILE CREATE (:Process)",
    "CYPHER 5 CREATE (:Process)",
    "SHOW DATABASES",
    "STOP DATABASE neo4j",
]


def some(store: Store) -> None:
    store.change(
        "CREATE (:Process:Entity {uid: 'a', pid: 4})-[:SPAWNED {uid: 's'}]->(:Process:Entity {uid: 'b', pid: 8})"
    )


def test_what_reads_is_run(store: Store) -> None:
    some(store)
    for text in READS:
        assert ad_hoc(store, text).rows is not None, text


def test_what_does_more_is_refused_and_changes_nothing(store: Store) -> None:
    some(store)
    for text in DOES_MORE:
        with pytest.raises(StatementRefusedError):
            ad_hoc(store, text)
    assert store.read("MATCH (n) RETURN count(n) AS n").rows() == [{"n": 2}]


def test_commands_to_the_server_are_refused(store: Store) -> None:
    for text in NEO4J_ONLY:
        with pytest.raises(StatementRefusedError):
            ad_hoc(store, text)


def test_every_stored_text_is_known_to_read(store: Store) -> None:
    for stored in catalogue.queries().values():
        check(store, stored.text, None)


def test_an_answer_is_read_no_further_than_asked(store: Store) -> None:
    answer = ad_hoc(store, "UNWIND range(1, 100000) AS n RETURN n", most=3)
    assert (answer.rows, answer.truncated) == ([{"n": 1}, {"n": 2}, {"n": 3}], True)
    answer = ad_hoc(store, "UNWIND range(1, 3) AS n RETURN n", most=3)
    assert (len(answer.rows), answer.truncated) == (3, False)
