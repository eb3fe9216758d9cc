"""``strings``: of all printable strings those that an analyst would look for first, and how many there are."""

from __future__ import annotations

import re
from typing import Any

from loaders.cuckoo.sections.shapes import list_of

KEPT = 1_000
_LENGTH = 256
_SHORTEST = 6
_TELLING = re.compile(
    r"[a-z]:\\|\\\\[\w.]|%\w+%|\\(?:device|registry|\?\?|pipe)\\"  # paths
    r"|\b(?:https?|ftp|irc|tcp|udp|wss?|smb|ldap)://|\bwww\.|\b\d{1,3}(?:\.\d{1,3}){3}\b"  # addresses
    r"|[\w.+-]+@[\w-]+\.\w|\b[\w-]+\.(?:com|net|org|info|biz|ru|cn|jp|onion|top|xyz|tk)\b"
    r"|\bhk(?:ey_|lm|cu|cr|u)\b|\bsoftware\\|currentversion\\|\\currentcontrolset\\"  # registry
    r"|\b(?:cmd|powershell|rundll32|regsvr32|schtasks|wscript|cscript|mshta|wmic|vssadmin|bcdedit|netsh|sc|net)"
    r"(?:\.exe)?\s+\S"  # commands
    r"|\.(?:exe|dll|sys|bat|ps1|vbs|js|scr|pdb|tmp|lnk)\b|\buser-agent\b|mozilla/|\bmutex\b|\bpassw",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Z]?[a-z]{3,}|[A-Z]{4,}")


def telling(text: str) -> bool:
    """Whether a string looks like a path, an address, a registry key or a command."""
    return _TELLING.search(text) is not None


def choice_of(section: Any) -> tuple[tuple[str, ...], int | None]:
    """The strings that are kept, in sorting order, and how many distinct ones the section lists."""
    listed = {entry for entry in list_of(section) if isinstance(entry, str)}
    if not listed:
        return (), None
    useful = {text[:_LENGTH] for text in listed if len(text.strip()) >= _SHORTEST}
    ranked = sorted(useful, key=lambda text: (not telling(text), -_words(text), text))
    return tuple(sorted(ranked[:KEPT])), len(listed)


def _words(text: str) -> int:
    """How many letters stand in words; code that happens to be printable has few in a row."""
    return sum(map(len, _WORD.findall(text)))
