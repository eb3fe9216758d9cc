"""Devices: what a control code does to a whole disk."""

from __future__ import annotations

from collections.abc import Iterator

from graph_model import events as ev
from loaders.cuckoo.handles import FileHandle
from loaders.cuckoo.state import Call, Handler, ProcessState, raw_disk

# IOCTL_DISK_* of ntdddisk.h that change what is on a disk: partitions set, formatted, created, deleted, reassigned
_WRITES = frozenset({0x7C008, 0x7C010, 0x7C018, 0x7C01C, 0x7C02C, 0x7C04C, 0x7C054, 0x7C058, 0x7C100})


def controlled(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A control code; those that change the layout of a raw disk write to it, all others are only counted."""
    handle = state.handles.get(call.number("devicehandle", "filehandle"), FileHandle)
    if handle and raw_disk(handle.path) and call.number("controlcode", "iocontrolcode") in _WRITES:
        yield state.event(ev.DiskWritten, call, host=state.host, device=handle.path)


HANDLERS: dict[str, Handler] = {"DeviceIoControl": controlled, "NtDeviceIoControlFile": controlled}
