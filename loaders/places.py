"""Where the lines of a log lie in its bytes."""

from __future__ import annotations

from collections.abc import Iterator


def line_places(data: bytes) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends, its line feed left out; the last one needs none."""
    start, size = 0, len(data)
    while start < size:
        end = data.find(b"\n", start)
        if end < 0:
            end = size
        yield start, end
        start = end + 1
