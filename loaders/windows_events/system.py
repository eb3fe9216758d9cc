"""What events of the System log mean: the service control manager's installations.

Source: "4697(S): A service was installed in the system" and event 7045 of the Service Control Manager.
"""

from __future__ import annotations

from graph_model.events import ServiceInstalled
from loaders.windows_events.machine import Machine, Out
from loaders.windows_events.record import Record
from loaders.windows_events.sysmon import Handler


def service_installed(record: Record, machine: Machine, out: Out) -> None:
    """A service was installed; who asked for it is not said."""
    name, image = record.need("ServiceName"), record.text("ImagePath", "ServiceFileName")
    out.append(record.act(ServiceInstalled, None, host=machine.ref, name=name, image=image))


MAPPED: dict[int, tuple[str, Handler]] = {7045: ("7045 ServiceInstalled", service_installed)}
