"""What the rules want to know of calls, in the words of loaders."""

from __future__ import annotations

from functools import cache

from cypher.catalogue import rules
from loaders.protocol import WatchedCall


@cache
def watched_calls() -> tuple[WatchedCall, ...]:
    """The calls that the headers of all rules watch; `area/rule:watch` names each."""
    return tuple(
        WatchedCall(f"{name}:{watch.name}", tuple(watch.apis), tuple(watch.arguments), watch.matches)
        for name, rule in rules().items()
        for watch in rule.header.watches
    )
