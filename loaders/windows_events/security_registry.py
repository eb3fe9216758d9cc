"""Security's rows of registry values (4657).

Source: "4657(S): A registry value was modified" of Microsoft's documentation.
"""

from __future__ import annotations

from graph_model.events import RegistryValueDeleted, RegistryValueSet
from loaders.windows_events.machine import Machine, Out
from loaders.windows_events.record import MissingFieldError, Record

_CREATED, _CHANGED, _DELETED = "%%1904", "%%1905", "%%1906"


def value_changed(record: Record, machine: Machine, out: Out) -> None:
    """A value was created, changed or deleted; the default value has no name."""
    key, name, done = record.need("ObjectName"), record.text("ObjectValueName") or "", record.text("OperationType")
    actor = machine.asking(record, out)
    if done == _DELETED:
        out.append(record.act(RegistryValueDeleted, actor, host=machine.ref, key=key, name=name))
    elif done in (_CREATED, _CHANGED):
        data = record.text("NewValue")
        out.append(record.act(RegistryValueSet, actor, host=machine.ref, key=key, name=name, data=data))
    else:
        raise MissingFieldError("an OperationType that tells what was done")
