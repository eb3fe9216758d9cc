"""What each event of Sysmon means, by its number, with Sysmon's own names.

Source: "Sysmon" in Microsoft's Sysinternals documentation. Events in ``COUNTED`` are understood and only counted: raw
reads of disks, clipboards, WMI subscriptions and Sysmon's own state have no word in the graph, and what was blocked did
not happen. A tampered image (25) names its victim only, so nobody can be said to have done it.
"""

from __future__ import annotations

from collections.abc import Callable

from loaders.windows_events import sysmon_files as files
from loaders.windows_events import sysmon_network as network
from loaders.windows_events import sysmon_processes as processes
from loaders.windows_events import sysmon_registry as registry
from loaders.windows_events.machine import Machine, Out
from loaders.windows_events.record import Record

Handler = Callable[[Record, Machine, Out], None]

MAPPED: dict[int, tuple[str, Handler]] = {
    1: ("ProcessCreate", processes.created),
    2: ("FileCreateTime", files.time_changed),
    3: ("NetworkConnect", network.connected),
    5: ("ProcessTerminate", processes.ended),
    6: ("DriverLoad", processes.driver_loaded),
    7: ("ImageLoad", processes.module_loaded),
    8: (processes.REMOTE_THREAD, processes.thread_created),
    10: ("ProcessAccess", processes.opened),
    11: ("FileCreate", files.created),
    12: ("RegistryAddOrDelete", registry.key_changed),
    13: ("RegistrySet", registry.value_set),
    14: ("RegistryRename", registry.renamed),
    15: ("FileCreateStreamHash", files.stream_created),
    17: ("PipeCreated", files.pipe),
    18: ("PipeConnected", files.pipe),
    22: ("DnsQuery", network.asked),
    23: ("FileDelete", files.deleted),
    26: ("FileDeleteDetected", files.deleted),
    29: ("FileExecutableDetected", files.created),
}
COUNTED: dict[int, str] = {
    4: "ServiceState",
    9: "RawAccessRead",
    16: "ConfigChange",
    19: "WmiFilter",
    20: "WmiConsumer",
    21: "WmiBinding",
    24: "ClipboardChange",
    25: "ProcessTampering",
    27: "FileBlockExecutable",
    28: "FileBlockShredding",
    255: "Error",
}
