"""What a log of Windows events does not hold, and which questions that leaves open."""

from __future__ import annotations

from loaders.drift import Drift

_ALWAYS = (("memory and thread calls", "how memory was written: Sysmon tells of threads and handles only"),)
_CREATED, _CONNECTED, _LOGON = "security/4688 ProcessCreated", "security/5156 ConnectionAllowed", "security/4624 Logon"
# any of these rows, what they are, and what nobody knows without them
_KINDS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("sysmon/ProcessCreate",), "Sysmon 1 (ProcessCreate)", "from which bytes processes were started"),
    (("sysmon/ProcessCreate", _CREATED), "Sysmon 1 (ProcessCreate) or Security 4688", "who started whom"),
    (("sysmon/CreateRemoteThread",), "Sysmon 8 (CreateRemoteThread)", "who injected code into whom"),
    (("sysmon/FileCreate",), "Sysmon 11 (FileCreate)", "who dropped which file"),
    (
        ("sysmon/NetworkConnect", _CONNECTED),
        "Sysmon 3 (NetworkConnect) or Security 5156",
        "which process spoke with whom, and the host's addresses",
    ),
    ((_LOGON,), "Security 4624 (Logon)", "who logged on, and from where"),
)


def note(drift: Drift) -> None:
    """Tell the drift report, once all rows are read: what was not configured to be logged left no rows."""
    for lack in _ALWAYS:
        drift.lack(*lack)
    for kinds, what, question in _KINDS:
        if not any(drift.read[kind] for kind in kinds):
            drift.lack(f"rows of {what}", question)
