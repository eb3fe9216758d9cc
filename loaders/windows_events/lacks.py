"""What a log of Windows events does not hold, and which questions that leaves open."""

from __future__ import annotations

from loaders.drift import Drift

_ALWAYS = (("memory and thread calls", "how memory was written: Sysmon tells of threads and handles only"),)
_KINDS = (
    ("sysmon/ProcessCreate", "Sysmon 1 (ProcessCreate)", "who started whom, and from which bytes"),
    ("sysmon/CreateRemoteThread", "Sysmon 8 (CreateRemoteThread)", "who injected code into whom"),
    ("sysmon/FileCreate", "Sysmon 11 (FileCreate)", "who dropped which file"),
    ("sysmon/NetworkConnect", "Sysmon 3 (NetworkConnect)", "which process spoke with whom, and the host's addresses"),
)


def note(drift: Drift) -> None:
    """Tell the drift report, once all rows are read: what was not configured to be logged left no rows."""
    for lack in _ALWAYS:
        drift.lack(*lack)
    for kind, what, question in _KINDS:
        if not drift.read[kind]:
            drift.lack(f"rows of {what}", question)
