"""One way through the calls of a report, on which everything is noted that the sheet or an answer needs of them."""

from __future__ import annotations

import json
from typing import Any, Protocol

from api.mwscup.sheet import Quote, Sheet, place_of
from loaders.cuckoo.printed import PrintedCall, PrintedReport

_LONGEST = 160
_CUT = "…"


class Taker(Protocol):
    """What looks at every call."""

    def take(self, call: PrintedCall) -> None:
        """Look at one."""
        ...


def through(report: PrintedReport, takers: list[Taker]) -> int:
    """Show every call to each; how many there were."""
    number = 0
    for number, call in enumerate(report.calls(), 1):  # noqa: B007 - the last one is the answer
        for taker in takers:
            taker.take(call)
    return number


class Quotes:
    """The calls that the sheet cites, by place."""

    def __init__(self, sheet: Sheet) -> None:
        self.found: dict[str, Quote] = {}
        self._sheet = sheet
        cited = (place_of(citation) for _, step in sheet.steps() for citation in step.citations)
        self._wanted = {place for place in cited if place is not None}

    def take(self, call: PrintedCall) -> None:
        """Keep it if it is cited."""
        if call.place in self._wanted:
            citation = f"{self._sheet.short}:{call.place}"
            self.found[call.place] = Quote(citation, call.api, call.returned, cut(call.arguments, _LONGEST))


def cut(arguments: dict[str, Any], longest: int) -> dict[str, Any]:
    """The arguments without the rest of long values: buffers may hold megabytes."""
    return {name: _cut(value, longest) for name, value in arguments.items()}


def _cut(value: Any, longest: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= longest else value[:longest] + _CUT
    if isinstance(value, (dict, list)):
        text = json.dumps(value, ensure_ascii=False)
        return value if len(text) <= 4 * longest else text[:longest] + _CUT
    return value
