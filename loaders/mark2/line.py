"""One line into its keys and values.

Values are bare words or stand in quotes, where ``""`` is one quote. A command line holds blanks, ``=`` and whole
``key=value`` words of its own, so the quotes decide what a key is: one pattern eats key and value together, from left
to right, and a key begins only behind a blank. Everything in the pattern is possessive, so no line makes it slow.

Decisions where the format is silent: of a repeated key the first value that is not empty counts; an empty value and
``-`` are absent; text that is no ``key=value`` is passed over; an odd number of quotes means that the line was cut.
"""

from __future__ import annotations

import re
from collections import Counter

from loaders.mark2.times import HEADER_LENGTH

_NOTHING = ("", "-")
_PAIR = re.compile(r'[ \t]([^ \t="]++)=(?:"([^"]*+(?:""[^"]*+)*+)"?|([^ \t]*+))')

Found = list[tuple[str, str, str]]


def is_whole(text: str) -> bool:
    """Whether every quote is closed."""
    return text.count('"') % 2 == 0


def fields(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The keys that have a value, and the names of keys that stand there more than once; ``text`` has a header."""
    found: Found = _PAIR.findall(text, HEADER_LENGTH)
    if '""' in text:
        found = [(key, quoted.replace('""', '"') if '""' in quoted else quoted, bare) for key, quoted, bare in found]
    values = {key: quoted or bare for key, quoted, bare in found}
    if len(values) != len(found):
        return _first_values(found), _repeated(found)
    present = values.values()
    if "" in present or "-" in present:
        values = {key: value for key, value in values.items() if value not in _NOTHING}
    return values, ()


def _first_values(found: Found) -> dict[str, str]:
    # from the right, so that the leftmost value stays
    both = ((key, quoted or bare) for key, quoted, bare in reversed(found))
    return {key: value for key, value in both if value not in _NOTHING}


def _repeated(found: Found) -> tuple[str, ...]:
    counts = Counter(key for key, _, _ in found)
    return tuple(key for key, number in counts.items() if number > 1)
