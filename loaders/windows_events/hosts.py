"""Which printed names are one machine: `WS5` is `WS5.corp.example` where the log shows exactly one such name."""

from __future__ import annotations

from collections import defaultdict

from graph_model.identity import is_address


class Names:
    """The names of machines that a log prints, compared without regard to case."""

    def __init__(self) -> None:
        self._printed: dict[str, str] = {}
        self._full: dict[str, str] = {}
        self._only: str | None = None

    def seen(self, name: str | None) -> None:
        """A row prints this name; of several spellings of one name the first in the alphabet is kept."""
        if name:
            folded = name.casefold()
            self._printed[folded] = min(name, self._printed.get(folded, name))

    def settle(self) -> None:
        """All names are known."""
        longer: defaultdict[str, set[str]] = defaultdict(set)
        for folded in self._printed:
            if "." in folded and not is_address(folded):
                longer[folded.partition(".")[0]].add(folded)
        self._full = {short: full.pop() for short, full in longer.items() if len(full) == 1}
        keys = {self._full.get(folded, folded) for folded in self._printed}
        self._only = keys.pop() if len(keys) == 1 else None

    def one(self, name: str | None) -> str | None:
        """The key of the machine; a row without a name belongs to the only machine of the log, if there is but one."""
        if name is None:
            return self._only
        folded = name.casefold()
        return self._full.get(folded, folded)

    def printed(self, key: str) -> str:
        """How the log writes it."""
        return self._printed.get(key, key)
