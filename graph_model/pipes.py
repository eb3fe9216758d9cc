r"""What the names of pipes tell: services that run programs for another host talk to it through pipes named after it.

PsExec's service makes ``PSEXESVC-<client>-<pid>-stdin``, ``-stdout`` and ``-stderr`` (the first word is the service's
name, which the user may choose), RemCom's and Impacket's ``RemCom_stdin<client><pid>`` and the fixed
``RemCom_communicaton``, CSExec's ``csexecsvc``, PAExec's ``PAExecIn<client><pid>``, winexe's ``ahexec``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_PSEXEC = re.compile(
    r"(?P<service>.+?)-(?P<client>[A-Za-z0-9][\w.-]*)-(?P<pid>\d{1,10})-std(?:in|out|err)\Z", re.IGNORECASE
)
_REMCOM = re.compile(r"remcom_std(?:in|out|err)(?P<client>.*?)(?P<pid>\d{1,10})\Z", re.IGNORECASE)
_PLAIN = (
    (re.compile(r"psexe[cs]svc\Z|psexesvc\Z", re.IGNORECASE), "PsExec"),
    (re.compile(r"remcom_communicat", re.IGNORECASE), "RemCom"),
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
    for pattern, tool in ((_PSEXEC, "PsExec"), (_REMCOM, "RemCom")):
        match = pattern.match(name)
        if match and int(match["pid"]) <= _LARGEST_PID:
            return Served(tool, match["client"] or None, int(match["pid"]))
    return next((Served(tool) for pattern, tool in _PLAIN if pattern.match(name)), None)
