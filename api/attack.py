"""Names of the ATT&CK techniques that findings bear, for answers that people read."""

from __future__ import annotations

NAMES = {
    "T1055": "Process Injection",
    "T1055.001": "Dynamic-link Library Injection",
    "T1055.002": "Portable Executable Injection",
    "T1055.003": "Thread Execution Hijacking",
    "T1055.004": "Asynchronous Procedure Call",
    "T1055.005": "Thread Local Storage",
    "T1055.008": "Ptrace System Calls",
    "T1055.009": "Proc Memory",
    "T1055.011": "Extra Window Memory Injection",
    "T1055.012": "Process Hollowing",
    "T1055.013": "Process Doppelgänging",
    "T1055.014": "VDSO Hijacking",
    "T1055.015": "ListPlanting",
}


def named(technique: str) -> str:
    """The id with its name, where that is known."""
    return f"{technique} {NAMES[technique]}" if technique in NAMES else technique
