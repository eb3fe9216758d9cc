"""One line into its keys and values.

Values are bare words or stand in quotes, where ``""`` is one quote. A command line holds blanks, ``=`` and whole
``key=value`` words of its own, so the quotes decide what a key is: one pattern eats key and value together, from left
to right, and a key begins only behind a blank. Everything in the pattern is possessive, so no line makes it slow.

The keys that name the terminal stand together, and are the same text in most lines of it: they are read once.

Decisions where the format is silent: of a repeated key the first value that is not empty counts; an empty value and
``-`` are absent; text that is no ``key=value`` is passed over; an odd number of quotes means that the line was cut.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from loaders.mark2.times import HEADER_LENGTH

_NOTHING = ("", "-")
_PAIR = re.compile(r'[ \t]([^ \t="]++)=(?:"([^"]*+(?:""[^"]*+)*+)"?|([^ \t]*+))')
# the same where no two quotes stand together: one group for either kind of value
_PLAIN_PAIR = re.compile(r'[ \t]([^ \t="]++)="?+((?<=")[^"]*+|[^ \t]*+)"?')
_PLAIN_PAIRS = re.compile(r'(?:[ \t][^ \t="]++=(?:"[^"]*+"|[^ \t"]*+)(?=[ \t]|\Z))*+\Z')

Pairs = list[tuple[str, str]]


def is_whole(text: str) -> bool:
    """Whether every quote is closed."""
    return text.count('"') % 2 == 0


def fields(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The keys that have a value, and the names of keys that stand there more than once; ``text`` has a header."""
    if '""' in text:
        found = _any_pairs(text)
        values = dict(found)
        number = len(found)
    else:
        values, number = _plain(text)
    if len(values) != number:
        found = _any_pairs(text)
        return _first_values(found), _repeated(found)
    present = values.values()
    if "" in present or "-" in present:
        values = {key: value for key, value in values.items() if value not in _NOTHING}
    return values, ()


def _plain(text: str) -> tuple[dict[str, str], int]:
    """The last value of every key, and how many pairs there are, of a line in which no two quotes stand together."""
    start = text.find(" com=", HEADER_LENGTH)
    end = text.find(" psGUID=", start)
    known = _terminal(text[start:end]) if 0 < start < end and text.find('"', 0, start) < 0 else None
    if known is None:
        found = _PLAIN_PAIR.findall(text, HEADER_LENGTH)
        return dict(found), len(found)
    found = _PLAIN_PAIR.findall(text, HEADER_LENGTH, start)
    found += _PLAIN_PAIR.findall(text, end)
    values = {**known[0], **dict(found)}
    return values, known[1] + len(found)


@lru_cache(maxsize=1_000)
def _terminal(text: str) -> tuple[dict[str, str], int] | None:
    """The same of a part of a line, where it holds nothing but whole pairs."""
    if not _PLAIN_PAIRS.match(text):
        return None
    found = _PLAIN_PAIR.findall(text)
    return dict(found), len(found)


def _any_pairs(text: str) -> Pairs:
    return [
        (key, quoted.replace('""', '"') if '""' in quoted else quoted or bare)
        for key, quoted, bare in _PAIR.findall(text, HEADER_LENGTH)
    ]


def _first_values(found: Pairs) -> dict[str, str]:
    # from the right, so that the leftmost value stays
    return {key: value for key, value in reversed(found) if value not in _NOTHING}


def _repeated(found: Pairs) -> tuple[str, ...]:
    counts = Counter(key for key, _ in found)
    return tuple(key for key, number in counts.items() if number > 1)
