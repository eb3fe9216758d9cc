"""Registry paths: one key for the many spellings of one place.

Source: "Registry Key Object Routines" of Microsoft's driver documentation for the ``\\Registry`` names.
"""

from __future__ import annotations

import re
from functools import lru_cache

_HIVES = (
    ("\\registry\\machine", "HKEY_LOCAL_MACHINE"),
    ("\\registry\\user", "HKEY_USERS"),
    ("registry\\machine", "HKEY_LOCAL_MACHINE"),
    ("registry\\user", "HKEY_USERS"),
    ("hklm", "HKEY_LOCAL_MACHINE"),
    ("hkcu", "HKEY_CURRENT_USER"),
    ("hku", "HKEY_USERS"),
    ("hkcr", "HKEY_CLASSES_ROOT"),
    ("hkcc", "HKEY_CURRENT_CONFIG"),
)
_CONTROL_SET = re.compile(r"(?<=\AHKEY_LOCAL_MACHINE\\system\\)controlset001(?=\\|\Z)", re.IGNORECASE)
_SERVICES = re.compile(r"HKEY_LOCAL_MACHINE\\SYSTEM\\(?:CurrentControlSet|ControlSet\d+)\\Services\\([^\\]+)\Z", re.I)
DEFAULT_VALUE = "(Default)"


@lru_cache(maxsize=50_000)
def clean_key(raw: str) -> str:
    """The path with its long hive name; the current control set under that name."""
    path = raw.replace("¥", "\\").strip(" \t\r\n\x00").rstrip("\\ \t\r\n\x00")
    folded = path.casefold()
    for prefix, hive in _HIVES:
        if folded.startswith(prefix) and folded[len(prefix) : len(prefix) + 1] in ("", "\\"):
            path = hive + path[len(prefix) :]
            break
    # the loaded control set is number 001 unless a boot failed, and CurrentControlSet links to it
    return _CONTROL_SET.sub("CurrentControlSet", path)


def value_path(key: str, name: str | None) -> str:
    """The path of a value: its key, then its name."""
    return f"{clean_key(key)}\\{name or DEFAULT_VALUE}"


def service_of_image(key: str, name: str) -> str | None:
    """The service that a value tells the image of; whoever sets it installs or changes that service."""
    found = _SERVICES.match(clean_key(key)) if name.casefold() == "imagepath" else None
    return found[1] if found else None
