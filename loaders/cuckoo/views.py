"""Where the sections are that one process has mapped into itself."""

from __future__ import annotations

from bisect import bisect_right, insort

from loaders.cuckoo.handles import SectionHandle

_UNTOLD_SIZE = 0x1000


class Views:
    """The views of one process: Windows gives no two of them the same memory."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._views: dict[int, tuple[int, SectionHandle]] = {}

    def map(self, start: int, size: int | None, section: SectionHandle) -> None:
        """From now on the section is there."""
        if start not in self._views:
            insort(self._starts, start)
        self._views[start] = (start + (size or _UNTOLD_SIZE), section)

    def unmap(self, start: int) -> None:
        """The view that begins there is gone."""
        if start in self._views:
            del self._views[start]
            del self._starts[bisect_right(self._starts, start) - 1]

    def at(self, address: int | None) -> SectionHandle | None:
        """The section that an address lies in."""
        place = bisect_right(self._starts, address) if address is not None else 0
        if not place or address is None:
            return None
        end, section = self._views[self._starts[place - 1]]
        return section if address < end else None
