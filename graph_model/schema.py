"""Every kind of node and relationship, declared once.

Constraints, write statements, the model of REST answers, colours, named subsets and the reference page are made
from these declarations; nothing else in the project lists kinds or their properties.

Every FLOW relationship points the way information or control flows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PropertyType = Literal["string", "integer", "boolean", "float", "list[string]", "list[integer]"]
Merge = Literal["least", "greatest", "union", "sum"]

ENTITY = "Entity"
NOT_RECORDED = "not recorded"
CONFIDENCES = ("weak", "likely", "confirmed")


@dataclass(frozen=True)
class Property:
    """One property: its type, what it means, and how two records of it become one.

    ``merge`` must not depend on the order of loading: the least or greatest value, or the sorted union of lists.
    ``sum`` is for relationships only, whose repeats are merged within one run before anything is written.
    """

    type: PropertyType
    doc: str
    merge: Merge = "least"


@dataclass(frozen=True)
class NodeKind:
    """A label with its properties; ``caption`` names the property that a picture shows.

    ``ends_a_track``: tracking never passes through it. ``indexed``: properties that queries look up by.
    """

    label: str
    doc: str
    properties: dict[str, Property]
    caption: str
    color: str
    shape: str
    ends_a_track: bool = False
    indexed: tuple[str, ...] = ()


@dataclass(frozen=True)
class RelationshipKind:
    """A relationship type with its allowed ends (label pairs) and properties.

    ``flow``: tracking follows it. ``derived``: rules write it. ``merged``: repeats within one run become one
    relationship with ``count`` and ``times_us``.
    """

    type: str
    doc: str
    ends: tuple[tuple[str, str], ...]
    properties: dict[str, Property]
    flow: bool = False
    derived: bool = False
    merged: bool = True


def _text(doc: str, merge: Merge = "least") -> Property:
    return Property("string", doc, merge)


def _number(doc: str, merge: Merge = "least") -> Property:
    return Property("integer", doc, merge)


def _flag(doc: str) -> Property:
    return Property("boolean", doc, "greatest")


def _texts(doc: str) -> Property:
    return Property("list[string]", doc, "union")


UID = _text("Deterministic identity over runs, machines and load orders.")

_HASHES = {
    "sha256": _text("SHA-256 of the bytes, lower-case hexadecimal."),
    "sha1": _text("SHA-1 of the bytes."),
    "md5": _text("MD5 of the bytes."),
}
_SIGNATURE = {
    "signature": _text("What the log says of the code signature: `Valid`, `Invalid` or another word of the product."),
    "signer": _text("Subject of the signing certificate."),
    "issuer": _text("Issuer of the signing certificate."),
    "company": _text("Company of the version information."),
    "product": _text("Product of the version information."),
    "product_version": _text("Product version of the version information."),
    "description": _text("File description of the version information."),
}

_NODES = (
    NodeKind(
        "Run",
        "One analysis of a sandbox, or one log.",
        {
            "tool": _text("What wrote the log: `cuckoo`, `cape`, `mark2`."),
            "version": _text("Version that the log claims."),
            "name": _text("File name of the log."),
            "digest": _text("SHA-256 of the decompressed content of the log."),
            "case": _text("The incident that the log belongs to."),
            "label": _text("`benign`, `malicious` or `unknown`, as given at load time."),
            "dataset": _text("The data set that the log comes from, as given at load time."),
            "task_id": _text("The tool's own number of the analysis."),
            "machine": _text("The sandbox machine."),
            "started_us": _number("Start of the analysis, microseconds UTC."),
            "ended_us": _number("End of the analysis, microseconds UTC.", "greatest"),
            "events": _number("How many events the loader yielded.", "greatest"),
            "complete": _flag("The load came to its end."),
        },
        "name",
        "#6b7280",
        "box",
        ends_a_track=True,
    ),
    NodeKind(
        "Host",
        "One machine; a sandbox run is its own host, since its disk is rolled back.",
        {
            "name": _text("Computer name, else what the log calls the machine."),
            "domain": _text("Domain or workgroup."),
            "scope": _text("What keeps hosts apart: the case of an EDR log, the run of a sandbox."),
            "key": _text("Identity within the scope: terminal id, name, or `address:…` when only referred to."),
            "recorded": _flag("A log of this host itself was loaded; otherwise others only refer to it."),
        },
        "name",
        "#475569",
        "box",
        ends_a_track=True,
    ),
    NodeKind(
        "User",
        "An account.",
        {"name": _text("Account name."), "domain": _text("Domain of the account.")},
        "name",
        "#a16207",
        "ellipse",
        ends_a_track=True,
    ),
    NodeKind(
        "Process",
        "One running program.",
        {
            "pid": _number("Process id."),
            "ordinal": _number("Which of several equal pids of one run, counted from 0."),
            "guid": _text("The product's own process id."),
            "name": _text("File name of the image."),
            "path": _text("Path of the image."),
            "command_line": _text("Command line, as the log prints it."),
            "host_uid": _text("The host it ran on."),
            "user": _text("Account it ran as."),
            "started_us": _number("Start, microseconds UTC."),
            "ended_us": _number("End, microseconds UTC.", "greatest"),
            "recorded": _flag("The log has an entry of its own for it; otherwise it is only referred to."),
            "sandbox": _flag("It belongs to the sandbox itself (analyzer, agent, clicking tool)."),
        },
        "name",
        "#2563eb",
        "dot",
        indexed=("host_uid", "pid"),
    ),
    NodeKind(
        "File",
        "A path on a host.",
        {
            "path": _text("Path with its capitals as first seen in sorting order."),
            "key": _text("Normalised path, case folded: the identity on its host."),
            "name": _text("Last part of the path."),
            "host_uid": _text("The host that holds it."),
            "unc": _text("The network path under which it was referred to.", "least"),
            "sandbox": _flag("It belongs to the sandbox itself."),
        },
        "name",
        "#d97706",
        "square",
        indexed=("host_uid", "key"),
    ),
    NodeKind(
        "Content",
        "Bytes, by hash; the same wherever they lie.",
        {
            **_HASHES,
            "size": _number("Length in bytes."),
            "type": _text("File type, as the log names it."),
            "company": _SIGNATURE["company"],
            "product": _SIGNATURE["product"],
            "product_version": _SIGNATURE["product_version"],
            "description": _SIGNATURE["description"],
        },
        "sha256",
        "#b45309",
        "diamond",
        ends_a_track=True,
    ),
    NodeKind(
        "Section",
        "A shared memory object.",
        {
            "name": _text("Its name in the object manager, where it has one."),
            "protection": _text("Page protection at creation."),
            "host_uid": _text("The host it lived on."),
            "file": _text("The file that backs it, where known."),
        },
        "name",
        "#7c3aed",
        "hexagon",
    ),
    NodeKind(
        "Movement",
        "One step from host to host, with what is known of it.",
        {
            "method": _text("How: `PsExec`, `copy`, …"),
            "tool": _text("Product and version of the tool, by its version information."),
            "technique": _text("ATT&CK ids, joined with a comma."),
            "confidence": _text("`weak`, `likely` or `confirmed`."),
            "source_host_uid": _text("Host it came from."),
            "source_process_uid": _text("Process that did it."),
            "account": _text("Account it used."),
            "target_host_uid": _text("Host it went to."),
            "target_process_uid": _text("Process that it started there."),
            "copied_file": _text("Path of the file that was copied."),
            "copied_file_uid": _text("The copied file, as a node."),
            "service": _text("Service that started it."),
            "first_us": _number("When it began, by the source's clock."),
            "evidence": _texts("Citations of what it rests on."),
            "rule": _text("The rule that derived it."),
        },
        "method",
        "#dc2626",
        "triangle",
        ends_a_track=True,
    ),
    NodeKind(
        "RegistryKey",
        "A registry key on a host.",
        {"path": _text("Path with its hive."), "key": _text("Case folded path."), "host_uid": _text("Its host.")},
        "path",
        "#0d9488",
        "dot",
    ),
    NodeKind(
        "RegistryValue",
        "A value of a registry key on a host.",
        {
            "path": _text("Path of the key, then the value's name (`(Default)` where empty)."),
            "key": _text("Case folded path."),
            "name": _text("The value's name."),
            "host_uid": _text("Its host."),
        },
        "path",
        "#14b8a6",
        "dot",
    ),
    NodeKind(
        "Endpoint",
        "A protocol, an address and a port.",
        {
            "protocol": _text("`tcp`, `udp`, `icmp`, or `ip` where only the address is known."),
            "address": _text("IP address."),
            "port": _number("Port, where there is one."),
        },
        "address",
        "#db2777",
        "star",
        ends_a_track=True,
    ),
    NodeKind("Domain", "A DNS name.", {"name": _text("Lower-case name.")}, "name", "#be185d", "star", True),
    NodeKind("Url", "A URL.", {"url": _text("The URL as requested.")}, "url", "#9d174d", "star", True),
    NodeKind("Mutex", "A named mutex.", {"name": _text("Its name.")}, "name", "#64748b", "dot", True),
    NodeKind(
        "Pipe",
        "A named pipe on a host.",
        {"name": _text("Its name after `\\pipe\\`."), "host_uid": _text("Its host.")},
        "name",
        "#0891b2",
        "dot",
        ends_a_track=True,
    ),
    NodeKind(
        "Service",
        "A Windows service on a host.",
        {
            "name": _text("Its name."),
            "image": _text("Command line that it runs."),
            "host_uid": _text("Its host."),
        },
        "name",
        "#4f46e5",
        "box",
    ),
    NodeKind("Api", "A Windows API that a log counts.", {"name": _text("Its name.")}, "name", "#94a3b8", "dot", True),
    NodeKind(
        "Signature",
        "A signature of the sandbox that matched.",
        {
            "name": _text("Its name."),
            "description": _text("What it says."),
            "severity": _number("How bad, in the tool's own scale."),
        },
        "name",
        "#e11d48",
        "box",
        ends_a_track=True,
    ),
    NodeKind(
        "Technique",
        "An ATT&CK technique.",
        {"id": _text("ATT&CK id."), "name": _text("Its name.")},
        "id",
        "#991b1b",
        "box",
        ends_a_track=True,
    ),
)

RECORDED = {
    "uid": UID,
    "run": _text("The run that recorded it."),
    "count": _number("How often."),
    "first_us": _number("First time, microseconds UTC."),
    "last_us": _number("Last time, microseconds UTC."),
    "times_us": Property("list[integer]", "Every time, sorted; up to 1,000, then another relationship follows."),
    "seq": _number("Rank of the first in its log."),
    "position": _text("Citation of the first."),
    "positions": _texts("Citations, up to twenty."),
}
DERIVED = {
    "uid": UID,
    "rule": _text("The rule that derived it."),
    "first_us": _number("When it began to hold, microseconds UTC."),
    "last_us": _number("When it last held, microseconds UTC."),
    "evidence": _texts("Citations of what it rests on."),
    "confidence": _text("`weak`, `likely` or `confirmed`."),
}
_BY = {
    "apis": _texts("The APIs or events that did it."),
    "process_uid": _text("The process that did it."),
    "source": _text("`command line` where no load is recorded and the command line names the file."),
}
_FILE_FACTS = {**_SIGNATURE, **_BY, "pe": _flag("The log says that it is a portable executable.")}
_OPERATION = {
    "api": _text("The API that did it."),
    "thread_id": _number("Thread of the target."),
    "address": _number("Where in the target; an address of 2^63 or above is only in `address_hex`."),
    "end": _number("First address behind it."),
    "address_hex": _text("The address as the log prints it, or in hexadecimal."),
    "size": _number("Bytes."),
    "protection": _text("Page protection, as in winnt.h."),
    "executable": _flag("The protection allows execution."),
    "section_uid": _text("The section that was mapped."),
    "buffer": _text("Beginning of the written bytes, as the log prints them."),
    "image": _flag("The written bytes begin with `MZ`."),
    "parameter": _number("Argument given to the routine."),
    "instruction_pointer": _number("New instruction pointer."),
    "entry_point": _number("Entry point in eax or rcx, where a new thread starts."),
    "registers": _texts("Registers of the new context, `name=0x…`."),
    "suspend_count": _number("Suspend count before the resume."),
    "suspended": _flag("Created suspended."),
    "module": _text("Module or routine that the log names for the start address."),
}

_PROCESS = (("Process", "Process"),)


def _flow(type_: str, doc: str, *ends: tuple[str, str], **properties: Property) -> RelationshipKind:
    return RelationshipKind(type_, doc, ends, {**RECORDED, **_BY, **properties}, flow=True)


def _other(type_: str, doc: str, *ends: tuple[str, str], **properties: Property) -> RelationshipKind:
    return RelationshipKind(type_, doc, ends, {**RECORDED, **_BY, **properties})


def _operation(type_: str, doc: str, *ends: tuple[str, str], flow: bool = False) -> RelationshipKind:
    return RelationshipKind(type_, doc, ends or _PROCESS, {**RECORDED, **_OPERATION}, flow=flow, merged=False)


def _derived(
    type_: str, doc: str, *ends: tuple[str, str], flow: bool = False, **properties: Property
) -> RelationshipKind:
    return RelationshipKind(type_, doc, ends, {**DERIVED, **properties}, flow=flow, derived=True, merged=False)


_RELATIONSHIPS = (
    RelationshipKind(
        "SPAWNED",
        "A process created another.",
        _PROCESS,
        {**RECORDED, **_OPERATION},
        flow=True,
        merged=False,
    ),
    _flow("EXECUTED_AS", "A file was started as a process.", ("File", "Process")),
    _flow("LOADED_INTO", "A process loaded a module or runs a script.", ("File", "Process")),
    _flow(
        "WROTE",
        "A process created or wrote a file, or a section that others may map.",
        ("Process", "File"),
        ("Process", "Section"),
        bytes=_number("Bytes written.", "sum"),
        created=_flag("The file came into being by it."),
    ),
    _flow("READ_BY", "A file or registry value was read.", ("File", "Process"), ("RegistryValue", "Process")),
    _flow("COPIED_TO", "A file was copied.", ("File", "File")),
    _flow("RENAMED_TO", "A file was renamed or moved.", ("File", "File")),
    _flow("SET", "A process set a registry value.", ("Process", "RegistryValue"), data=_texts("What it was set to.")),
    _flow(
        "SENT_TO",
        "A process connected or sent to an endpoint.",
        ("Process", "Endpoint"),
        bytes=_number("Bytes.", "sum"),
    ),
    _flow(
        "RECEIVED_BY",
        "A process accepted or received from it.",
        ("Endpoint", "Process"),
        bytes=_number("Bytes.", "sum"),
    ),
    _operation(
        "MAPPED_INTO",
        "A section was mapped: by one process into another, or the section into a process.",
        ("Process", "Process"),
        ("Section", "Process"),
        flow=True,
    ),
    _derived(
        "INJECTED_INTO",
        "Code of one process was made to run in another.",
        *_PROCESS,
        flow=True,
        technique=_text("ATT&CK id of the most specific rule that holds."),
        other_techniques=_texts("ATT&CK ids of the other rules that hold."),
        memory=_text("[MEM]: the APIs that made the memory."),
        write=_text("[WRITE]: the APIs that wrote it."),
        execution=_text("[EXEC]: the APIs that made it run."),
        addresses=_text("Where in the target."),
        protections=_text("Protections of the memory."),
        run=_text("The run of the injector's first step."),
    ),
    _derived(
        "STARTED_REMOTELY",
        "A process on one host made another start on another host.",
        *_PROCESS,
        flow=True,
        technique=_text("ATT&CK ids."),
        method=_text("How."),
        arrives_us=_number("When the target ran, by the target's clock."),
    ),
    RelationshipKind(
        "ALTERNATE_OF",
        "Two nodes are the same thing under two names (as in W3C PROV), at all times; tracking crosses it both ways.",
        (("File", "File"), ("Host", "Host"), ("Process", "Process")),
        {
            "uid": UID,
            **{name: DERIVED[name] for name in ("rule", "evidence", "confidence")},
            "arrives_us": _number("When the target came to be, by its own host's clock."),
            "clock_shift_us": _number("How far the target's clock is ahead of the source's, where both logs show it."),
            "reason": _text("Why they are the same."),
        },
        flow=True,
        derived=True,
        merged=False,
    ),
    _other("DELETED", "A process deleted a file.", ("Process", "File")),
    _other("CREATED_KEY", "A process created a registry key.", ("Process", "RegistryKey")),
    _other(
        "DELETED_KEY",
        "A process deleted a registry key or value.",
        ("Process", "RegistryKey"),
        ("Process", "RegistryValue"),
    ),
    _other("RESOLVED", "A process asked for a DNS name.", ("Process", "Domain"), ("Host", "Domain")),
    _other("RESOLVES_TO", "A DNS name was answered with an address.", ("Domain", "Endpoint")),
    _other("REQUESTED", "A process requested a URL.", ("Process", "Url"), ("Host", "Url")),
    _other("CONTACTED", "The host's traffic reached it; the log names no process.", ("Host", "Endpoint")),
    _other("USED_MUTEX", "A process created or opened a mutex.", ("Process", "Mutex")),
    _other("USED_PIPE", "A process created or opened a pipe.", ("Process", "Pipe")),
    _other(
        "INSTALLED",
        "A process installed or changed a service.",
        ("Process", "Service"),
        image=_text("Command line that the service is to run."),
    ),
    _other("STARTED_SERVICE", "A process started a service.", ("Process", "Service")),
    _other("OPENED", "A process opened another.", *_PROCESS, access=_text("Access that was asked for.")),
    _other("READ_MEMORY_OF", "A process read the memory of another.", *_PROCESS),
    _operation("ALLOCATED_IN", "A process allocated memory in another."),
    _operation("PROTECTED_IN", "A process changed the protection of memory in another."),
    _operation("UNMAPPED_FROM", "A process unmapped a section from another."),
    _operation("WROTE_MEMORY_OF", "A process wrote the memory of another."),
    _operation("CREATED_THREAD_IN", "A process created a thread in another."),
    _operation("SET_CONTEXT_OF", "A process set the context of a thread of another."),
    _operation("QUEUED_APC_TO", "A process queued an APC to a thread of another."),
    _operation("SUSPENDED", "A process suspended a thread of another."),
    _operation("RESUMED", "A process resumed a thread of another."),
    _operation("REPORTED_INJECTION_INTO", "The product itself reported an injection."),
    _operation("CREATED_SECTION", "A process created or opened a section.", ("Process", "Section")),
    _operation("WROTE_DISK", "A process wrote to a raw disk.", ("Process", "Host")),
    _other(
        "HAS_CONTENT",
        "A file held these bytes.",
        ("File", "Content"),
        **{name: fact for name, fact in _FILE_FACTS.items() if name not in _BY},
    ),
    _other("HAS_ADDRESS", "A host bore an address, or is only known by it.", ("Host", "Endpoint")),
    _other("NAMED_HOST", "The command line of a process names a host.", ("Process", "Host")),
    _other("RAN_ON", "A process ran on a host.", ("Process", "Host")),
    _other("RAN_AS", "A process ran as an account.", ("Process", "User")),
    _other("RECORDED_IN", "The run that tells of a process or host.", ("Process", "Run"), ("Host", "Run")),
    _other("ANALYSED", "The sample that was submitted.", ("Run", "Content")),
    _other(
        "CALLED",
        "How often a process called an API.",
        ("Process", "Api"),
        failed=_number("How many of them failed.", "sum"),
    ),
    _other("MATCHED", "A signature matched.", ("Run", "Signature"), ("Process", "Signature")),
    _derived("INITIATED", "A process began a movement.", ("Process", "Movement")),
    _derived(
        "REACHED",
        "A movement reached a host or started a process there.",
        ("Movement", "Process"),
        ("Movement", "Host"),
    ),
    _derived("CARRIED", "A movement brought a file.", ("Movement", "File")),
    _derived(
        "USES", "What was found is an instance of a technique.", ("Movement", "Technique"), ("Process", "Technique")
    ),
)

NODES: dict[str, NodeKind] = {kind.label: kind for kind in _NODES}
RELATIONSHIPS: dict[str, RelationshipKind] = {kind.type: kind for kind in _RELATIONSHIPS}

SUBSETS: dict[str, tuple[str, ...]] = {
    "FLOW": tuple(kind.type for kind in _RELATIONSHIPS if kind.flow),
    "DERIVED": tuple(kind.type for kind in _RELATIONSHIPS if kind.derived),
    "OPERATIONS": tuple(kind.type for kind in _RELATIONSHIPS if not kind.merged and not kind.derived),
    "INJECTION": ("SPAWNED", "INJECTED_INTO"),
    "LATERAL": ("STARTED_REMOTELY", "INITIATED", "REACHED", "CARRIED"),
    "LINEAGE": ("WROTE", "COPIED_TO", "RENAMED_TO", "EXECUTED_AS", "LOADED_INTO", "DELETED", "ALTERNATE_OF"),
}


def merge_values(prop: Property, old: object, new: object) -> object:
    """One value out of two records of a property; commutative, associative and idempotent."""
    if old is None or new is None:
        return new if old is None else old
    if prop.merge == "union":
        return sorted({*_as_list(old), *_as_list(new)})
    if prop.merge == "sum":
        return old + new  # type: ignore[operator]
    pick = max if prop.merge == "greatest" else min
    return pick(old, new)  # type: ignore[call-overload]


def _as_list(value: object) -> list[str]:
    return list(value) if isinstance(value, (list, tuple)) else [str(value)]
