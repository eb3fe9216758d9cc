"""What each kind of line means: ``evt/subEvt`` to events.

``MAPPED`` is what becomes part of the graph; ``COUNTED`` and ``COUNTED_EVENTS`` are understood and only counted, by
their pair, so that one look shows what a later mapping could still use. Anything in neither is reported as not
understood, with a sample.

In ``ps/start`` lines psGUID, psPath, cmd and psID describe the started process; everywhere else the acting one.
``guardInject`` means that the product blocked an injection: it did not happen, so it is only counted. So are folders
that come and go, as in all formats: what matters is the files in them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from graph_model.events import Event
from loaders.mark2 import files, logons, network, processes, registry, told
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
    "file/renameDir": files.rename,
    "file/del": files.delete,
    "file/chgAttr": files.change_attributes,
    "file/download": files.download,
    "file/upload": files.upload,
    "reg/create": registry.create,
    "reg/setVal": registry.set_value,
    "reg/delKey": registry.delete_key,
    "reg/delVal": registry.delete_value,
    "reg/renameKey": registry.rename_key,
    "net/con": network.connect,
    "net/acpt": network.accept,
    "net/est": network.other,
    "net/dcon": network.other,
    "net/lsn": network.listen,
    "net/openUDP": network.udp,
    "net/dnsQuery": network.dns,
    "net/webURL": network.url,
    "os/evtLog": logons.windows_event,
    "session/logon": logons.session_logon,
    "wmi/psCreate": told.wmi_create,
    "powerShell/exec": told.powershell_run,
}
# understood, only counted: no event says what they say
COUNTED = frozenset({"ps/guardInject", "file/createDir", "file/delDir"})
# whole groups that are only counted, whatever their subEvt: session/logoff, dev, …
COUNTED_EVENTS = frozenset({"session", "dev", "win", "clip", "sys"})
_SPELLINGS = {kind.lower(): kind for kind in (*MAPPED, *COUNTED)}


@lru_cache(maxsize=1_000)
def usual_kind(kind: str) -> str:
    """A kind in the capitals that are usual for it."""
    return _SPELLINGS.get(kind.lower(), kind)


def is_counted(kind: str) -> bool:
    """Whether lines of this kind are understood, though they are not mapped."""
    return kind in COUNTED or kind.partition("/")[0].casefold() in COUNTED_EVENTS
