"""The only module that speaks Bolt: schema, batches in, rows out, on Neo4j and the embedded engine alike.

Statement forms are those measured on both engines: look up by ``(:Entity {uid})``, create what is missing, then set;
relationships in three steps (which exist, create the others, update). Two writers at once are settled by retries.
"""

from __future__ import annotations

import itertools
import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeAlias, TypeVar

import neo4j
from neo4j import exceptions as bolt
from neo4j.graph import Node, Path, Relationship

from graph_model import schema, statements
from graph_model.errors import DatabaseError, DatabaseUnreachableError, StatementRefusedError
from graph_model.reduction import Batch, Row

ROWS_A_STATEMENT = 5_000
_RETRIES = 8
_SCHEMES = ("bolt://", "bolt+s://", "bolt+ssc://", "neo4j://", "neo4j+s://", "neo4j+ssc://")
_FIRST_PAUSE = 0.05
_NOT_ALLOWED = "not allowed"  # both engines' words for a write by somebody who may only read
_ONLY_READING = "statements given here can only read: `provgraph load` writes"

T = TypeVar("T")
Transaction: TypeAlias = neo4j.ManagedTransaction
RecordedStep: TypeAlias = Relationship  # how the driver gives a relationship within a transaction
logging.getLogger("neo4j").setLevel(logging.ERROR)


class Store:
    """One database; a context manager that closes its driver."""

    def __init__(self, uri: str, user: str, password: str, database: str) -> None:
        self.database = database
        self.uri = uri
        with _explained(uri):
            if not uri.startswith(_SCHEMES):
                raise ValueError("an address begins with bolt:// or neo4j://")
            self._driver = neo4j.GraphDatabase.driver(
                uri,
                auth=(user, password) if user else None,
                notifications_min_severity="OFF",
                telemetry_disabled=True,
                connection_acquisition_timeout=30,
            )

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._driver.close()

    def check(self) -> None:
        """Raise DatabaseUnreachableError unless the server answers and lets us in."""
        with _explained(self.uri):
            self._driver.verify_connectivity()

    def prepare(self) -> None:
        """Create the constraints of the schema; nothing happens where they exist."""
        with _explained(self.uri), self._driver.session(database=self.database) as session:
            for statement in statements.constraints():
                session.run(statement).consume()

    def write(self, batch: Batch, progress: Callable[[int], None] | None = None) -> None:
        """Write a batch: all nodes first, then all relationships, grouped by kind, about 5,000 rows at a time."""
        for label, rows in batch.nodes.items():
            for part in _parts(rows):
                self._managed(partial(write_nodes, label=label, rows=part))
                _tell(progress, len(part))
        for type_, rows in batch.relationships.items():
            for part in _parts(rows):
                self._managed(partial(write_relationships, type_=type_, rows=part))
                _tell(progress, len(part))

    def change(self, statement: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Run one writing statement in a managed transaction; rows as dictionaries."""
        return self._managed(lambda tx: tx.run(statement, dict(parameters or {})).data())

    def change_together(self, work: Callable[[Transaction], T]) -> T:
        """Run several statements as one transaction, retried as a whole."""
        return self._managed(work)

    def read(
        self,
        statement: str,
        parameters: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        most: int | None = None,
    ) -> Result:
        """Run one reading statement, no further than ``most`` rows; refused text raises StatementRefusedError."""
        with (
            _explained(self.uri),
            self._driver.session(database=self.database, default_access_mode=neo4j.READ_ACCESS) as session,
        ):
            query = neo4j.Query(statement, timeout=timeout)
            result = session.run(query, dict(parameters or {}))
            columns = list(result.keys())
            records = itertools.islice(result, most)
            return Result(columns, [[_plain(value) for value in record.values()] for record in records])

    def plan(self, statement: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[str, str]]:
        """What the database would do for a statement: its operators with their details. Nothing is run."""
        with (
            _explained(self.uri),
            self._driver.session(database=self.database, default_access_mode=neo4j.READ_ACCESS) as session,
        ):
            summary = session.run(f"EXPLAIN {statement}", dict(parameters or {})).consume()
            return list(_operators(summary.plan or {}))

    def _managed(self, work: Callable[[Transaction], T]) -> T:
        with _explained(self.uri), self._driver.session(database=self.database) as session:
            return _retried(lambda: session.execute_write(work))


class Result:
    """Columns and rows of an answer, in the order of the statement."""

    def __init__(self, columns: list[str], values: list[list[Any]]) -> None:
        self.columns = columns
        self.values = values

    def rows(self) -> list[Row]:
        """Rows as dictionaries keyed by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.values]


def _operators(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield str(plan.get("operatorType", "")), str(plan.get("args", {}).get("Details", ""))
    for child in plan.get("children", ()):
        yield from _operators(child)


def _plain(value: Any) -> Any:
    """Nodes, relationships, paths and times of the driver as plain values."""
    if isinstance(value, Node):
        return {"labels": sorted(value.labels - {schema.ENTITY}), **dict(value.items())}
    if isinstance(value, Relationship):
        return {"type": value.type, **dict(value.items())}
    if isinstance(value, Path):
        return [_plain(part) for pair in zip(value.nodes, (*value.relationships, None), strict=True) for part in pair][
            :-1
        ]
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value.iso_format() if hasattr(value, "iso_format") else value


def _tell(progress: Callable[[int], None] | None, number: int) -> None:
    if progress:
        progress(number)


def _parts(rows: list[Row]) -> Iterator[list[Row]]:
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        yield rows[start : start + ROWS_A_STATEMENT]


def write_nodes(tx: Transaction, label: str, rows: list[Row]) -> None:
    """Create what is missing; what exists takes the merge of both records, under its lock."""
    uids = [row["uid"] for row in rows]
    known = {record["uid"]: record["props"] for record in rows_in(tx, statements.LOCK_NODES, uids=uids)}
    new = [row for row in rows if row["uid"] not in known]
    if new:
        rows_in(tx, statements.create_nodes(label), rows=new)
    changed = [row for row in (_merged(label, row, known) for row in rows if row["uid"] in known) if row["props"]]
    if changed:
        rows_in(tx, statements.SET_NODES, rows=changed)


def _merged(label: str, row: Row, known: dict[str, Row]) -> Row:
    """Only those properties whose value changes by this record."""
    declared = schema.NODES[label].properties
    old = known[row["uid"]]
    merged = {
        name: schema.merge_values(declared[name], old.get(name), value)
        for name, value in row["props"].items()
        if value is not None
    }
    return {"uid": row["uid"], "props": {name: value for name, value in merged.items() if value != old.get(name)}}


def write_relationships(tx: Transaction, type_: str, rows: list[Row]) -> None:
    """Create what is missing, set the properties of what exists."""
    by_uid = {row["uid"]: row for row in rows}
    found = {record["uid"] for record in rows_in(tx, statements.existing(type_), uids=list(by_uid))}
    new = [row for uid, row in by_uid.items() if uid not in found]
    if new:
        rows_in(tx, statements.create_relationships(type_), rows=new)
    if found:
        props = {uid: {**by_uid[uid]["props"], "uid": uid} for uid in found}
        rows_in(tx, statements.update_relationships(type_), uids=sorted(found), props=props)


def rows_in(tx: Transaction, statement: str, **parameters: Any) -> list[neo4j.Record]:
    """All records of a statement within a transaction."""
    return list(tx.run(statement, parameters))


def _retried(work: Callable[[], T]) -> T:
    """Try again where two writers met: the driver retries what the server calls transient, not these."""
    pause = _FIRST_PAUSE
    for _ in range(_RETRIES):
        try:
            return work()
        except bolt.ClientError as error:
            if not _two_writers(error):
                raise
            time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - apart from each other, not secret
            pause *= 2
    return work()


def _two_writers(error: bolt.ClientError) -> bool:
    """A constraint clash, or what the embedded engine makes of one: its message names only the statement."""
    return isinstance(error, bolt.ConstraintError) or str(error.message).startswith("Error executing Cypher command")


@contextmanager
def _explained(uri: str) -> Iterator[None]:
    """The driver's errors as ours: one line about what to do."""
    try:
        yield
    except bolt.AuthError as error:
        raise DatabaseUnreachableError(
            f"{uri}: user name or password is not accepted", hint="set PROVGRAPH_USER and PROVGRAPH_PASSWORD"
        ) from error
    except (bolt.ServiceUnavailable, bolt.SessionExpired, bolt.ConfigurationError, ValueError) as error:
        raise DatabaseUnreachableError(f"{uri}: no database answers ({_first_line(error)})") from error
    except bolt.ClientError as error:
        reason = _first_line(error)
        raise StatementRefusedError(reason, hint=_ONLY_READING if _NOT_ALLOWED in reason else None) from error
    except (bolt.Neo4jError, bolt.DriverError) as error:
        raise DatabaseError(f"{uri}: {_first_line(error)}") from error


def _first_line(error: BaseException) -> str:
    text = getattr(error, "message", None) or str(error) or type(error).__name__
    return str(text).strip().splitlines()[0]
