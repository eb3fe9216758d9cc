r"""What the names of pipes tell: services that run programs for another host talk to it through pipes named after it.

PsExec's service makes ``PSEXESVC-<client>-<pid>-stdin``, ``-stdout`` and ``-stderr`` (the first word is the service's
name, which the user may choose). RemCom makes ``RemCom_communicaton`` and ``RemCom_stdin<client><pid>``, where name and
number run together, and where Impacket puts random letters: these name nobody. Nor do those of CSExec, PAExec, winexe.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_PSEXEC = re.compile(
    r"(?P<service>.+?)-(?P<client>[A-Za-z0-9][\w.-]*)-(?P<pid>\d{1,10})-std(?:in|out|err)\Z", re.IGNORECASE
)
_PLAIN = (
    (re.compile(r"psexe[cs]svc\Z|psexesvc\Z", re.IGNORECASE), "PsExec"),
    (re.compile(r"remcom_(?:communicat|std(?:in|out|err))", re.IGNORECASE), "RemCom"),
    (re.compile(r"csexecsvc", re.IGNORECASE), "CSExec"),
    (re.compile(r"paexec(?:in|out|err)", re.IGNORECASE), "PAExec"),
    (re.compile(r"ahexec", re.IGNORECASE), "winexe"),
)
_LARGEST_PID = 2**32 - 1


class Served(NamedTuple):
    """The tool whose service makes such pipes, and for which client host and process, where the name says so."""

    tool: str
    client: str | None = None
    client_pid: int | None = None


def served_by(name: str) -> Served | None:
    """What the name of a pipe tells of the service that makes it; ``None`` for any other pipe."""
    match = _PSEXEC.match(name)
    if match and int(match["pid"]) <= _LARGEST_PID:
        return Served("PsExec", match["client"], int(match["pid"]))
    return next((Served(tool) for pattern, tool in _PLAIN if pattern.match(name)), None)
