"""Whether text of a user's own only reads: the plan that the database makes of it says so, not a look at the text.

Neo4j refuses writes in a session that reads, but such a session still runs `LOAD CSV`, which fetches files and
addresses for whoever asks, and commands about the server, as `TERMINATE TRANSACTIONS`. So the text is explained first,
and every operator of its plan must be one that is known to read. The embedded engine does not tell all in its plans:
there the user that reads may do nothing else, and neither files nor addresses can be loaded; the words of the text
are looked at only to say so clearly.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cypher import constructs
from cypher.tokens import tokens
from graph_model.errors import StatementRefusedError
from graph_model.store import Store

_EMBEDDED = "ArcadeDB.OpenCypher.Plan"
_HINT = "statements given here can only read, as MATCH, EXISTS, CALL {…} and UNION do: `provgraph load` writes"
_PROCEDURES = frozenset(
    {
        *("db.labels", "db.relationshipTypes", "db.propertyKeys", "db.ping", "dbms.components"),
        *("db.schema.visualization", "db.schema.nodeTypeProperties", "db.schema.relTypeProperties"),
        *("db.index.fulltext.queryNodes", "db.index.fulltext.queryRelationships"),
    }
)
# As Neo4j's Cypher manual lists those that read; what stands in brackets behind a name is left out there.
_OPERATORS = frozenset((Path(__file__).parent / "operators.txt").read_text(encoding="ascii").split())


def check(store: Store, text: str, given: Mapping[str, Any] | None) -> None:
    """Raise StatementRefusedError unless all that the database would do is reading."""
    for operator, details in store.plan(text, given):
        name = operator.partition("@")[0].partition("(")[0]
        if name == "ProcedureCall":
            _check_procedure(details.partition("(")[0].strip())
        elif name == _EMBEDDED:
            _check_words(text)
        elif name not in _OPERATORS:
            raise StatementRefusedError(f"the text asks for `{name}`, which is not known to only read", hint=_HINT)


def _check_words(text: str) -> None:
    """Said before the engine says it, since some of its refusals do not tell why."""
    for line, message in constructs.writes(tokens(text)):
        clause = message.partition(":")[0]
        raise StatementRefusedError(f"line {line}: {clause} is refused, since the text may only read", hint=_HINT)


def _check_procedure(name: str) -> None:
    if name not in _PROCEDURES:
        raise StatementRefusedError(
            f"the procedure `{name}` cannot be called here", hint=f"these can: {', '.join(sorted(_PROCEDURES))}"
        )
