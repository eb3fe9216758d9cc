"""What lies where in the memory of a process: sections that it mapped, memory that another one made in it."""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import Generic, TypeVar

_UNTOLD_SIZE = 0x1000
T = TypeVar("T")


class Views(Generic[T]):
    """Regions that do not overlap: Windows gives no two of them the same memory."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._views: dict[int, tuple[int, T]] = {}

    def map(self, start: int, size: int | None, what: T) -> None:
        """From now on this is there."""
        if start not in self._views:
            insort(self._starts, start)
        self._views[start] = (start + (size or _UNTOLD_SIZE), what)

    def unmap(self, start: int) -> None:
        """The view that begins there is gone."""
        if start in self._views:
            del self._views[start]
            del self._starts[bisect_right(self._starts, start) - 1]

    def at(self, address: int | None) -> T | None:
        """What an address lies in."""
        found = self._around(address)
        return found[1] if found else None

    def end(self, address: int | None) -> int | None:
        """The end of what an address lies in."""
        found = self._around(address)
        return found[0] if found else None

    def _around(self, address: int | None) -> tuple[int, T] | None:
        place = bisect_right(self._starts, address) if address is not None else 0
        if not place or address is None:
            return None
        end, what = self._views[self._starts[place - 1]]
        return (end, what) if address < end else None
