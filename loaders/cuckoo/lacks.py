"""Which sections and hooks a report lacks, and which questions that leaves open (MWS Cup 2017, 3-3)."""

from __future__ import annotations

from loaders.cuckoo.model import Report, unread_sections
from loaders.cuckoo.state import ReportState

_SECTIONS = {
    "behavior": "everything about processes: who started, injected or wrote what",
    "network": "traffic that no API call shows",
    "dropped": "the hashes of files that were written",
    "signatures": "what the sandbox's own signatures knew",
    "target": "which sample was analysed",
}
_HOOKS = {
    "memory allocated in other processes": (
        {"NtAllocateVirtualMemory", "NtAllocateVirtualMemoryEx", "VirtualAllocEx"},
        "where injected code lay, unless it was written or mapped",
    ),
    "memory written in other processes": (
        {"NtWriteVirtualMemory", "WriteProcessMemory"},
        "what was written into other processes",
    ),
    "sections mapped": (
        {"NtMapViewOfSection", "NtMapViewOfSectionEx", "ZwMapViewOfSection"},
        "code shared through sections",
    ),
    "remote threads": (
        {"CreateRemoteThread", "CreateRemoteThreadEx", "NtCreateThreadEx", "RtlCreateUserThread", "NtCreateThread"},
        "code run by a new thread in another process",
    ),
    "thread contexts set": ({"NtSetContextThread", "SetThreadContext"}, "code run by redirecting a thread"),
    "APCs queued": ({"NtQueueApcThread", "NtQueueApcThreadEx"}, "code run by an APC"),
    "threads resumed": ({"NtResumeThread", "ResumeThread"}, "when a suspended process began to run"),
    "handles closed": ({"NtClose", "CloseHandle"}, "whether a handle still meant the same process"),
}


def note(report: Report, state: ReportState) -> None:
    """Tell the drift report."""
    for section, question in _SECTIONS.items():
        if section not in report.sections and not (section == "target" and report.file):
            state.drift.lack(f"section `{section}`", question)
    for section in unread_sections(report):
        state.drift.not_understood("section", section, "present, not mapped")
    if not state.apis:
        if "behavior" in report.sections:
            state.drift.lack("API calls", _SECTIONS["behavior"])
        return
    for what, (apis, question) in _HOOKS.items():
        if not apis & state.apis:
            state.drift.lack(f"{what} (no {sorted(apis)[0]} or the like: not called, or not hooked)", question)
