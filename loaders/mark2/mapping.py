"""What each kind of line means: ``evt/subEvt`` to events.

``MAPPED`` is what becomes part of the graph; ``COUNTED`` and ``COUNTED_EVENTS`` are understood and only counted, so
that one look shows what a later mapping could still use. Anything in neither is reported as not understood.

In ``ps/start`` lines psGUID, psPath, cmd and psID describe the started process; everywhere else the acting one.
``guardInject`` means that the product blocked an injection: it did not happen, so it is only counted.
"""

from __future__ import annotations

from collections.abc import Callable

from graph_model.events import Event
from loaders.mark2 import files, network, processes, registry
from loaders.mark2.record import Record
from loaders.mark2.terminal import Terminal

Handler = Callable[[Record, Terminal, list[Event]], None]

MAPPED: dict[str, Handler] = {
    "ps/start": processes.start,
    "ps/run": processes.run,
    "ps/stop": processes.stop,
    "ps/inject": processes.inject,
    "file/create": files.create,
    "file/open": files.opened,
    "file/close": files.close,
    "file/copy": files.copy,
    "file/rename": files.rename,
    "file/del": files.delete,
    "file/download": files.download,
    "file/upload": files.upload,
    "reg/create": registry.create,
    "reg/setVal": registry.set_value,
    "reg/delKey": registry.delete_key,
    "reg/delVal": registry.delete_value,
    "net/con": network.connect,
    "net/acpt": network.accept,
    "net/est": network.other,
    "net/dcon": network.other,
    "net/openUDP": network.udp,
    "net/dnsQuery": network.dns,
    "net/webURL": network.url,
}
# understood, only counted: no event says what they say
COUNTED = frozenset(
    {
        "ps/guardInject",
        "file/createDir",
        "file/renameDir",
        "file/delDir",
        "file/chgAttr",
        "reg/renameKey",
        "net/lsn",
    }
)
# whole groups that are only counted, whatever their subEvt: logons (os/evtLog), wmi/psCreate, powerShell/exec, …
COUNTED_EVENTS = frozenset({"session", "os", "dev", "wmi", "powerShell", "win", "clip", "sys"})
