"""Who wrote a row, and what its number means there."""

from __future__ import annotations

from loaders.windows_events import names, security, sysmon, system

MAPPED: dict[str, dict[int, tuple[str, sysmon.Handler]]] = {
    "sysmon": sysmon.MAPPED,
    "security": security.MAPPED,
    "system": system.MAPPED,
}
COUNTED: dict[str, dict[int, str]] = {"sysmon": sysmon.COUNTED, "security": names.SECURITY, "system": names.SYSTEM}
