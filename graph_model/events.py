"""What a log can say, in one small set of words.

Loaders yield these events and nothing else; the builder turns them into nodes and relationships. A new format is a
new mapping to these words.

Times are integer microseconds UTC (``None`` where the log has none). ``seq`` is the rank of the event in its log
after ordering by time, then by call index or ``sn``; ``position`` is the citation of the event, in full.

Events are many and hold no cycles, so the garbage collector is told not to look into them.
"""

from __future__ import annotations

from typing import Any

import msgspec


class HostRef(msgspec.Struct, frozen=True, gc=False):
    """A machine: ``scope`` keeps machines apart (case or run), ``key`` names it within the scope.

    ``key`` is a terminal id or name; ``address:1.2.3.4`` or ``name:HOST`` where others only refer to it.
    """

    scope: str
    key: str


class ProcessRef(msgspec.Struct, frozen=True, gc=False):
    """A process: ``key`` identifies it on its host (``<pid>.<ordinal>`` in a sandbox run, a GUID in an EDR log)."""

    host: HostRef
    key: str
    pid: int | None = None
    ordinal: int | None = None


class FileRef(msgspec.Struct, frozen=True, gc=False):
    """A path as the log prints it, on the host that the log speaks of (network paths are resolved by the builder)."""

    host: HostRef
    path: str


class Hashes(msgspec.Struct, frozen=True, gc=False):
    """Digests of some bytes, lower-case hexadecimal, each checked for form and length by the loader."""

    sha256: str | None = None
    sha1: str | None = None
    md5: str | None = None


class FileFacts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a log says of a file's bytes; names as in the schema."""

    hashes: Hashes = Hashes()
    size: int | None = None
    type: str | None = None
    pe: bool | None = None
    signature: str | None = None
    signer: str | None = None
    issuer: str | None = None
    company: str | None = None
    product: str | None = None
    product_version: str | None = None
    description: str | None = None
    original_name: str | None = None


class StaticFacts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a log found inside some bytes without running them; names as in the schema's ``Content``.

    Lists hold a bounded choice; the count of the same name says how many there are.
    """

    names: tuple[str, ...] = ()
    ssdeep: str | None = None
    yara: tuple[str, ...] = ()
    imphash: str | None = None
    compiled: str | None = None
    pdb: str | None = None
    peid: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    import_count: int | None = None
    exports: tuple[str, ...] = ()
    export_count: int | None = None
    sections: tuple[str, ...] = ()
    section_count: int | None = None
    resources: tuple[str, ...] = ()
    resource_count: int | None = None
    version_info: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()
    string_count: int | None = None


class Scan(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What virus scanners said of the sample on one day; names as in the schema's ``ANALYSED``."""

    scanned_us: int | None = None
    positives: int | None = None
    total: int | None = None
    permalink: str | None = None
    labels: tuple[str, ...] = ()
    normalized: tuple[str, ...] = ()
    family: str | None = None
    family_votes: tuple[str, ...] = ()


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True, gc=False):
    """Base of all: when, in which order, where in the log, who acted, and how many equal calls it stands for.

    ``source`` says where it is known from when not from a record of the deed itself (a summary, a command line).
    """

    seq: int
    position: str
    time: int | None = None
    actor: ProcessRef | None = None
    api: str | None = None
    count: int = 1
    source: str | None = None


class RunObserved(Event, frozen=True, kw_only=True, tag=True):
    """The analysis or log itself; always the first event of a log. ``properties`` as in the schema's ``Run``.

    What was analysed is a file (``sample``, and what scanners said of it) or a ``url``.
    """

    run: str
    properties: dict[str, Any]
    sample: FileFacts | None = None
    scan: Scan | None = None
    url: str | None = None


class Noted(Event, frozen=True, kw_only=True, tag=True):
    """More properties of ``process``, or of the run where it is ``None``; names as in the schema."""

    properties: dict[str, Any]
    process: ProcessRef | None = None


class HostObserved(Event, frozen=True, kw_only=True, tag=True):
    """A machine and what it is called; ``recorded`` when the log is that machine's own.

    ``dns_servers``: the addresses to which its DNS questions went, where the log lists them.
    """

    host: HostRef
    name: str | None = None
    domain: str | None = None
    addresses: tuple[str, ...] = ()
    dns_servers: tuple[str, ...] = ()
    recorded: bool = True


class ProcessObserved(Event, frozen=True, kw_only=True, tag=True):
    """Facts about a process; ``recorded`` when the log has an entry of its own for it, ``tracked`` as in the schema."""

    process: ProcessRef
    name: str | None = None
    path: str | None = None
    command_line: str | None = None
    guid: str | None = None
    user: str | None = None
    user_domain: str | None = None
    logon_id: str | None = None
    directory: str | None = None
    started: int | None = None
    recorded: bool = False
    sandbox: bool = False
    tracked: bool = False


class ProcessStarted(Event, frozen=True, kw_only=True, tag=True):
    """``actor`` (where known) created ``process``; ``image`` is the started file with its facts.

    Where nobody saw it happen, ``time`` is ``None`` and ``at_latest`` the first moment that shows the process running.
    """

    process: ProcessRef
    at_latest: int | None = None
    image: FileRef | None = None
    facts: FileFacts | None = None
    command_line: str | None = None
    suspended: bool | None = None
    thread_id: int | None = None


class ProcessEnded(Event, frozen=True, kw_only=True, tag=True):
    """``process`` ended."""

    process: ProcessRef


class HostNamed(Event, frozen=True, kw_only=True, tag=True):
    """``actor`` named ``host`` as the one where something was to be done.

    ``asked``, ``tool`` and ``command`` as in :class:`graph_model.remote_commands.Request`, where the log says.
    """

    host: HostRef
    tool: str | None = None
    asked: str | None = None
    command: str | None = None


class ModuleLoaded(Event, frozen=True, kw_only=True, tag=True):
    """``actor`` loaded the module ``file``, or ran the script that it is."""

    file: FileRef


class FileEvent(Event, frozen=True, kw_only=True, tag=True):
    """Base of what ``actor`` did to ``file``."""

    file: FileRef
    facts: FileFacts | None = None


class FileCreated(FileEvent, frozen=True, kw_only=True, tag=True):
    """Created (or opened so that it was created)."""


class FileWritten(FileEvent, frozen=True, kw_only=True, tag=True):
    """Written; ``bytes`` where the log says how many."""

    bytes: int | None = None


class FileRead(FileEvent, frozen=True, kw_only=True, tag=True):
    """Read."""

    bytes: int | None = None


class FileDeleted(FileEvent, frozen=True, kw_only=True, tag=True):
    """Deleted."""


class FileRenamed(FileEvent, frozen=True, kw_only=True, tag=True):
    """Renamed or moved to ``target``."""

    target: FileRef


class FileCopied(FileEvent, frozen=True, kw_only=True, tag=True):
    """Copied to ``target``."""

    target: FileRef


class FileAttributesChanged(FileEvent, frozen=True, kw_only=True, tag=True):
    """Its attributes or times were changed; ``attributes`` as in winnt.h, joined by ``|``, where the log says."""

    attributes: str | None = None


class SharedFileOpened(FileEvent, frozen=True, kw_only=True, tag=True):
    """``client`` opened the file through ``share`` with the right to write it, as ``account``."""

    client: HostRef
    share: str
    account: str | None = None


class FileDownloaded(FileEvent, frozen=True, kw_only=True, tag=True):
    """``actor``, where the log names one, wrote the file with what it got from ``url``."""

    url: str
    bytes: int | None = None


class ContentObserved(FileEvent, frozen=True, kw_only=True, tag=True):
    """The file held bytes with these hashes and properties (a dropped file, a hash in a log line)."""


class ContentDescribed(Event, frozen=True, kw_only=True, tag=True):
    """What was found inside some bytes."""

    facts: FileFacts
    static: StaticFacts


class ContentKept(Event, frozen=True, kw_only=True, tag=True):
    """The sandbox kept some bytes and does not say where they lay; ``names`` under which it kept them."""

    facts: FileFacts
    names: tuple[str, ...] = ()


class ContentDumped(Event, frozen=True, kw_only=True, tag=True):
    """Bytes out of the memory of ``actor``; ``target`` is the process that they were put into, where the log says so.

    ``kind`` is the tool's word for them.
    """

    facts: FileFacts
    target: ProcessRef | None = None
    kind: str | None = None
    address: int | None = None


class Touched(Event, frozen=True, kw_only=True, tag=True):
    """``word``, a list of what the run (or ``actor``) had to do with, names ``what``, a node of kind ``label``.

    ``label`` is one of ``File``, ``RegistryKey``, ``Mutex``, ``Service``, ``Domain``, ``Url``.
    """

    host: HostRef
    label: str
    what: str
    word: str


class SandboxOwned(Event, frozen=True, kw_only=True, tag=True):
    """A process, file or pipe belongs to the sandbox itself."""

    process: ProcessRef | None = None
    file: FileRef | None = None
    pipe: str | None = None
    host: HostRef | None = None


class RegistryEvent(Event, frozen=True, kw_only=True, tag=True):
    """Base of registry operations: ``key`` is the full path with its hive."""

    host: HostRef
    key: str


class RegistryKeyCreated(RegistryEvent, frozen=True, kw_only=True, tag=True):
    """A key was created."""


class RegistryKeyDeleted(RegistryEvent, frozen=True, kw_only=True, tag=True):
    """A key was deleted."""


class RegistryValueSet(RegistryEvent, frozen=True, kw_only=True, tag=True):
    """A value was set to ``data``."""

    name: str
    data: str | None = None


class RegistryValueRead(RegistryEvent, frozen=True, kw_only=True, tag=True):
    """A value was read."""

    name: str


class RegistryValueDeleted(RegistryEvent, frozen=True, kw_only=True, tag=True):
    """A value was deleted."""

    name: str


class NetworkFlow(Event, frozen=True, kw_only=True, tag=True):
    """Traffic with ``address``:``port``; ``inbound`` when the other side opened it.

    Without an actor it is known of ``host`` only. ``after_us``: microseconds after the first packet of the capture,
    which is no time of day. ``unanswered``: nobody answered. ``details``: what was said, in a few words each.
    ``local_port``: the port at this end.
    """

    host: HostRef
    address: str
    protocol: str = "tcp"
    port: int | None = None
    local_port: int | None = None
    inbound: bool = False
    bytes: int | None = None
    after_us: int | None = None
    unanswered: bool = False
    details: tuple[str, ...] = ()


class PortListened(Event, frozen=True, kw_only=True, tag=True):
    """``actor`` waits for connections at ``address``:``port`` of its own host."""

    host: HostRef
    address: str
    protocol: str = "tcp"
    port: int | None = None


class DnsResolved(Event, frozen=True, kw_only=True, tag=True):
    """A DNS name was asked for, and answered with ``addresses``, or with other names (``aliases``)."""

    host: HostRef
    name: str
    addresses: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


class HttpRequested(Event, frozen=True, kw_only=True, tag=True):
    """A URL was requested, with what the request said; ``status`` is that of the answer."""

    host: HostRef
    url: str
    method: str | None = None
    user_agent: str | None = None
    host_header: str | None = None
    status: int | None = None


class MutexUsed(Event, frozen=True, kw_only=True, tag=True):
    """A named mutex was created or opened."""

    name: str


class PipeUsed(Event, frozen=True, kw_only=True, tag=True):
    """A named pipe was created or opened."""

    host: HostRef
    name: str


class LoggedOn(Event, frozen=True, kw_only=True, tag=True):
    """``account`` logged on to ``host``, from ``client`` where the log names it; ``actor`` asked for it.

    ``logon_type`` as Windows counts them (2 interactive, 3 network, 10 remote desktop); ``logon_id`` identifies the
    session on the host while it runs, as hexadecimal ``0x…`` in lower case.
    """

    host: HostRef
    account: str
    domain: str | None = None
    logon_type: int | None = None
    logon_id: str | None = None
    client: HostRef | None = None


class CredentialsUsed(Event, frozen=True, kw_only=True, tag=True):
    """On ``host``, ``actor`` (where known) tried to log on to ``target`` with the credentials of ``account``.

    ``logon_id`` is the session in which it did so, not the one that came of it.
    """

    host: HostRef
    target: HostRef
    account: str | None = None
    logon_id: str | None = None


class ShareOpened(Event, frozen=True, kw_only=True, tag=True):
    """``client`` connected to ``share`` of ``host``, as ``account``."""

    host: HostRef
    client: HostRef
    share: str
    account: str | None = None


class ServiceInstalled(Event, frozen=True, kw_only=True, tag=True):
    """A service was created or changed to run ``image``, by ``account`` in the session ``logon_id`` if the log says."""

    host: HostRef
    name: str
    image: str | None = None
    account: str | None = None
    logon_id: str | None = None


class TaskRegistered(Event, frozen=True, kw_only=True, tag=True):
    """A scheduled task was created or changed to run ``command``; ``account`` and ``logon_id`` as of a service."""

    host: HostRef
    name: str
    command: str | None = None
    account: str | None = None
    logon_id: str | None = None


class ServiceStarted(Event, frozen=True, kw_only=True, tag=True):
    """A service was asked to start."""

    host: HostRef
    name: str


class ServiceStopped(Event, frozen=True, kw_only=True, tag=True):
    """A service was asked to stop."""

    host: HostRef
    name: str


class ServiceDeleted(Event, frozen=True, kw_only=True, tag=True):
    """A service was deleted."""

    host: HostRef
    name: str


class SectionCreated(Event, frozen=True, kw_only=True, tag=True):
    """A section was created or opened; ``section`` identifies it on its host."""

    host: HostRef
    section: str
    name: str | None = None
    protection: str | None = None
    file: str | None = None


class SectionMapped(Event, frozen=True, kw_only=True, tag=True):
    """``section`` was mapped into ``target`` by ``actor`` (which may be the same process).

    Without an actor it is the image that the process was made of. ``buffer`` and ``image`` as in ``MemoryWritten``:
    what the section held.
    """

    host: HostRef
    target: ProcessRef
    section: str | None = None
    address: int | None = None
    size: int | None = None
    protection: str | None = None
    executable: bool | None = None
    buffer: str | None = None
    image: bool = False


class SectionWritten(Event, frozen=True, kw_only=True, tag=True):
    """``actor`` wrote its own view of ``section``."""

    host: HostRef
    section: str
    size: int | None = None


class SectionRolledBack(Event, frozen=True, kw_only=True, tag=True):
    """``actor`` undid the transaction in which the file behind ``section`` was written: only the section keeps it."""

    host: HostRef
    section: str


class RemoteOperation(Event, frozen=True, kw_only=True, tag=True):
    """Base of what ``actor`` did to the memory or threads of another process, ``target``. Only successes."""

    target: ProcessRef


class ProcessOpened(RemoteOperation, frozen=True, kw_only=True, tag=True):
    """A handle to it was opened."""

    access: str | None = None


class MemoryOperation(RemoteOperation, frozen=True, kw_only=True, tag=True):
    """Base of memory operations: ``address`` and ``size`` in bytes, ``protection`` as in winnt.h."""

    address: int | None = None
    size: int | None = None
    protection: str | None = None
    executable: bool | None = None


class MemoryAllocated(MemoryOperation, frozen=True, kw_only=True, tag=True):
    """Memory was allocated."""


class MemoryProtected(MemoryOperation, frozen=True, kw_only=True, tag=True):
    """Protection was changed."""


class MemoryUnmapped(MemoryOperation, frozen=True, kw_only=True, tag=True):
    """A section was unmapped."""


class MemoryRead(MemoryOperation, frozen=True, kw_only=True, tag=True):
    """Memory was read."""


class MemoryWritten(MemoryOperation, frozen=True, kw_only=True, tag=True):
    """Memory was written; ``buffer`` is the beginning of the bytes as the log prints them.

    ``image``: they begin with ``MZ``; ``module``: they are the path of a DLL; ``leads_to``: they are a jump to there.
    ``reach``: the end of the memory they lie in, where the log may have cut them off.
    """

    buffer: str | None = None
    image: bool = False
    module: str | None = None
    leads_to: int | None = None
    reach: int | None = None


class ThreadOperation(RemoteOperation, frozen=True, kw_only=True, tag=True):
    """Base of thread operations."""

    thread_id: int | None = None


class ThreadCreated(ThreadOperation, frozen=True, kw_only=True, tag=True):
    """A thread was created at ``address`` with ``parameter``; ``module`` is the routine's name where known."""

    address: int | None = None
    parameter: int | None = None
    suspended: bool | None = None
    module: str | None = None


class ThreadContextSet(ThreadOperation, frozen=True, kw_only=True, tag=True):
    """The context was set: new ``instruction_pointer``, ``registers``, and the entry point where a new thread has it.

    A thread that has not run yet starts at the address in eax or rcx, whatever its instruction pointer says.
    """

    instruction_pointer: int | None = None
    entry_point: int | None = None
    registers: tuple[str, ...] = ()


class ThreadContextRead(ThreadOperation, frozen=True, kw_only=True, tag=True):
    """The context was read; fields as in ``ThreadContextSet``."""

    instruction_pointer: int | None = None
    entry_point: int | None = None


class ApcQueued(ThreadOperation, frozen=True, kw_only=True, tag=True):
    """An APC was queued: routine at ``address`` with ``parameter``."""

    address: int | None = None
    parameter: int | None = None


class ThreadSuspended(ThreadOperation, frozen=True, kw_only=True, tag=True):
    """A thread was suspended."""

    suspend_count: int | None = None


class ThreadResumed(ThreadOperation, frozen=True, kw_only=True, tag=True):
    """A thread was resumed; ``suspend_count`` is the count before."""

    suspend_count: int | None = None


class WindowMemorySet(RemoteOperation, frozen=True, kw_only=True, tag=True):
    """The extra memory of a window of ``target`` was set to point to ``address``."""

    address: int | None = None


class WindowMessaged(RemoteOperation, frozen=True, kw_only=True, tag=True):
    """A window of ``target`` was sent a message."""


class InjectionReported(ThreadOperation, frozen=True, kw_only=True, tag=True):
    """The product itself says that ``actor`` injected into ``target``, or made a thread of ``target`` run.

    ``address`` and ``module`` are where that thread starts: ``module!routine`` as far as the product knows them, ``-``
    where it says that the address lies in no module.
    """

    address: int | None = None
    module: str | None = None


class DiskWritten(Event, frozen=True, kw_only=True, tag=True):
    """A raw disk was written."""

    host: HostRef
    device: str


class ApiCounted(Event, frozen=True, kw_only=True, tag=True):
    """``actor`` called ``api`` ``count`` times, of which ``failed`` failed."""

    failed: int = 0


class CallWatched(Event, frozen=True, kw_only=True, tag=True):
    """``actor`` called ``api`` with these ``arguments`` (``name=value``); ``watched_by`` says for what that matters.

    ``failed`` of the ``count`` calls failed: a call that asks for something fails where that is not there.
    """

    arguments: tuple[str, ...] = ()
    watched_by: tuple[str, ...] = ()
    failed: int = 0


class SignatureMatched(Event, frozen=True, kw_only=True, tag=True):
    """A signature of the sandbox matched the run, or ``actor`` where its marks name a process.

    ``calls`` are the citations of the calls that it marked, ``iocs`` the texts; the counts say how many there are.
    """

    name: str
    description: str | None = None
    severity: int | None = None
    marks: int = 0
    calls: tuple[str, ...] = ()
    call_count: int = 0
    iocs: tuple[str, ...] = ()
    ioc_count: int = 0
    families: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
