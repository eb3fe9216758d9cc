"""What events of the System log mean: the service control manager's installations.

7045 names the account that the service runs as, not who asked for it.

Source: "4697(S): A service was installed in the system" and event 7045 of the Service Control Manager.
"""

from __future__ import annotations

from graph_model.events import ServiceInstalled
from loaders.windows_events import requests
from loaders.windows_events.machine import Machine, Out
from loaders.windows_events.record import Record
from loaders.windows_events.sysmon import Handler


def service_installed(record: Record, machine: Machine, out: Out) -> None:
    """A service was installed; Security's row says who asked for it."""
    name, image = record.need("ServiceName"), record.text("ImagePath", "ServiceFileName")
    actor, asked = requests.client(record, machine), requests.asked_by(record)
    out.append(record.act(ServiceInstalled, actor, host=machine.ref, name=name, image=image, **asked))


MAPPED: dict[int, tuple[str, Handler]] = {7045: ("7045 ServiceInstalled", service_installed)}
