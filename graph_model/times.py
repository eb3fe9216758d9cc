"""Times for people: microseconds UTC as ISO 8601, spelled as both databases spell them."""

from __future__ import annotations

from datetime import UTC, datetime

from graph_model.schema import NOT_RECORDED


def iso(micros: int | None) -> str:
    """``2017-06-30T04:18:34.460000Z``, always with six digits, so that texts sort as times do."""
    if micros is None:
        return NOT_RECORDED
    return (
        datetime.fromtimestamp(micros // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{micros % 1_000_000:06d}Z"
    )
