"""What a query gives back: columns, rows, and the Cypher and parameters behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """``truncated`` says that more was found than is shown; ``notes`` what an answer without rows may mean.

    ``asked`` are the uids of what a parameter named, where the answer is about that alone.
    """

    columns: list[str]
    rows: list[Row]
    cypher: str
    parameters: dict[str, Any] = field(default_factory=dict)
    truncated: bool = False
    notes: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
