"""Every kind of relationship, once.

Every FLOW relationship points the way information or control flows.
"""

from __future__ import annotations

from dataclasses import replace

from graph_model.kinds import SIGNATURE, UID, Property, RelationshipKind, flag, number, text, texts

RECORDED = {
    "uid": UID,
    "run": text("The run that recorded it."),
    "count": number("How often."),
    "first_us": number("First time, microseconds UTC."),
    "last_us": number("Last time, microseconds UTC."),
    "times_us": Property("list[integer]", "Every time, sorted; up to 1,000, then another relationship follows."),
    "seq": number("Rank of the first in its log."),
    "position": text("Citation of the first."),
    "positions": texts("Citations, up to twenty."),
}
DERIVED = {
    "uid": UID,
    "rule": text("The rule that derived it."),
    "first_us": number("When it began to hold, microseconds UTC."),
    "last_us": number("When it last held, microseconds UTC."),
    "evidence": texts("Citations of what it rests on."),
    "confidence": text("`weak`, `likely` or `confirmed`."),
}
_BY = {
    "apis": texts("The APIs or events that did it."),
    "process_uid": text("The process that did it."),
    "source": text(
        "Where it is known from when not from a record of the deed: "
        "`command line`, `process list`, `summary`, `network map`."
    ),
}
_FILE_FACTS = {**SIGNATURE, **_BY, "pe": flag("The log says that it is a portable executable.")}
_OPERATION = {
    "api": text("The API that did it."),
    "thread_id": number("Thread of the target."),
    "address": number("Where in the target; an address of 2^63 or above is only in `address_hex`."),
    "end": number("First address behind it; of bytes that the log may have cut off, of the memory they lie in."),
    "address_hex": text("The address as the log prints it, or in hexadecimal."),
    "size": number("Bytes."),
    "protection": text("Page protection, as in winnt.h."),
    "executable": flag("The protection allows execution."),
    "section_uid": text("The section that was mapped."),
    "buffer": text("Beginning of the written bytes, as the log prints them."),
    "image": flag("The written bytes begin with `MZ`."),
    "leads_to": number("Where the jump leads that was written."),
    "parameter": number("Argument given to the routine."),
    "instruction_pointer": number("New instruction pointer."),
    "entry_point": number("Entry point in eax or rcx, where a new thread starts."),
    "registers": texts("Registers of the new context, `name=0x…`."),
    "suspend_count": number("Suspend count before the resume."),
    "suspended": flag("Created suspended."),
    "module": text("Module or routine that the log names for the start address; `-`: it says that there is none."),
}

_PROCESS = (("Process", "Process"),)
_LOCAL_PORTS = Property("list[integer]", "Ports at the end of the process.", "union")
_ASKED_BY = {
    "accounts": texts("Accounts that asked for it."),
    "logon_ids": texts("Logon sessions in which they did."),
}
TOUCHABLE = ("File", "RegistryKey", "Mutex", "Service", "Domain", "Url")
_SCAN = {
    "scanned_us": number("When virus scanners looked at the sample, microseconds UTC."),
    "positives": number("How many of them detected it."),
    "total": number("How many looked."),
    "permalink": text("Where the scan can be seen."),
    "labels": texts("`scanner: name` of every detection."),
    "normalized": texts("Name parts that the sandbox kept of them."),
    "family": text("The malware family that most scanners name."),
    "family_votes": texts("`family: votes`."),
}


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


RELATIONSHIP_KINDS = (
    RelationshipKind(
        "SPAWNED",
        "A process created another. Where only a process list tells of it, `last_us` is when the child was first seen.",
        _PROCESS,
        {**RECORDED, **_OPERATION, "source": _BY["source"]},
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
        bytes=number("Bytes written.", "sum"),
        created=flag("The file came into being by it."),
    ),
    _flow("READ_BY", "A file or registry value was read.", ("File", "Process"), ("RegistryValue", "Process")),
    _flow("COPIED_TO", "A file was copied.", ("File", "File")),
    _flow("RENAMED_TO", "A file was renamed or moved.", ("File", "File")),
    _flow("SET", "A process set a registry value.", ("Process", "RegistryValue"), data=texts("What it was set to.")),
    _flow(
        "SENT_TO",
        "A process connected or sent to an endpoint.",
        ("Process", "Endpoint"),
        bytes=number("Bytes.", "sum"),
        local_ports=_LOCAL_PORTS,
    ),
    _flow(
        "RECEIVED_BY",
        "A process accepted or received from it.",
        ("Endpoint", "Process"),
        bytes=number("Bytes.", "sum"),
        local_ports=_LOCAL_PORTS,
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
        technique=text("ATT&CK id of the most specific rule that holds."),
        other_techniques=texts("ATT&CK ids of the other rules that hold."),
        memory=text("[MEM]: the APIs that made the memory."),
        write=text("[WRITE]: the APIs that wrote it."),
        execution=text("[EXEC]: the APIs that made it run."),
        addresses=text("Where in the target."),
        protections=text("Protections of the memory."),
        run=text("The run of the injector's first step."),
    ),
    _derived(
        "STARTED_REMOTELY",
        "A process on one host made another start on another host.",
        *_PROCESS,
        flow=True,
        technique=text("ATT&CK ids."),
        method=text("How."),
        arrives_us=number("When the target ran, by the target's clock."),
    ),
    RelationshipKind(
        "ALTERNATE_OF",
        "Two nodes are the same thing under two names (as in W3C PROV); tracking crosses it both ways.",
        (("File", "File"), ("Host", "Host"), ("Process", "Process")),
        {
            "uid": UID,
            **{name: DERIVED[name] for name in ("rule", "evidence", "confidence")},
            "arrives_us": number("When the target came to be, by its own host's clock."),
            "clock_shift_us": number("How far the target's clock is ahead of the source's, where both logs show it."),
            "spans_us": Property(
                "list[integer]",
                "When they are the same, beginnings and ends in turn; without it at all times. Addresses move between "
                "hosts.",
            ),
            "reason": text("Why they are the same."),
        },
        flow=True,
        derived=True,
        merged=False,
    ),
    _other("DELETED", "A process deleted a file.", ("Process", "File")),
    _other(
        "CHANGED_ATTRIBUTES_OF",
        "A process changed the attributes or times of a file.",
        ("Process", "File"),
        attributes=texts("What they were set to."),
    ),
    _other(
        "OPENED_TO_WRITE",
        "A host opened a file of another through a share, with the right to write it.",
        ("Host", "File"),
        shares=texts("Names of the shares."),
        accounts=texts("Accounts that it used."),
    ),
    _other(
        "ACCESSED_SHARE",
        "A host connected to a share of another.",
        ("Host", "Host"),
        shares=texts("Names of the shares."),
        accounts=texts("Accounts that it used."),
    ),
    replace(
        _other(
            "LOGGED_ON_TO",
            "An account logged on to a host; from the host that it came from, where the log names it.",
            ("User", "Host"),
            ("Host", "Host"),
            logon_ids=texts("The logon session."),
            logon_types=Property("list[integer]", "2 interactive, 3 network, 10 remote desktop, …", "union"),
            accounts=texts("The account."),
        ),
        apart_by="logon_ids",
    ),
    _other(
        "USED_CREDENTIALS_FOR",
        "A process tried to log on to a host with credentials that it was given; its host, where no process is named.",
        ("Process", "Host"),
        ("Host", "Host"),
        accounts=texts("Accounts whose credentials they were."),
        logon_ids=texts("Logon sessions in which it did so."),
    ),
    _other(
        "DOWNLOADED_TO",
        "A file was written with what came from a URL.",
        ("Url", "File"),
        bytes=number("Bytes written.", "sum"),
    ),
    _other("CREATED_KEY", "A process created a registry key.", ("Process", "RegistryKey")),
    _other(
        "DELETED_KEY",
        "A process deleted a registry key or value.",
        ("Process", "RegistryKey"),
        ("Process", "RegistryValue"),
    ),
    _other("RESOLVED", "A process asked for a DNS name.", ("Process", "Domain"), ("Host", "Domain")),
    _other(
        "RESOLVES_TO",
        "A DNS name was answered with an address, or with another name.",
        ("Domain", "Endpoint"),
        ("Domain", "Domain"),
    ),
    _other(
        "REQUESTED",
        "A process requested a URL.",
        ("Process", "Url"),
        ("Host", "Url"),
        methods=texts("HTTP methods."),
        user_agents=texts("User agents that it named."),
        host_headers=texts("Hosts that its headers named."),
        statuses=texts("Status codes of the answers."),
    ),
    _other(
        "CONTACTED",
        "The host's traffic reached it; the log names no process.",
        ("Host", "Endpoint"),
        inbound=flag("The other side began it, at least once."),
        outbound=flag("The host began it, at least once; without it the host was only sent something."),
        unanswered=flag("Nobody answered, at least once."),
        after_us=number("Microseconds after the first packet of the capture; not a time of day."),
        details=texts("What was said, where the log decodes it."),
        bytes=number("Bytes.", "sum"),
    ),
    _other("LISTENED_ON", "A process waits for connections at an address of its host.", ("Process", "Endpoint")),
    _other(
        "TOUCHED",
        "A list of the log names it, and no record tells what was done to it, or by whom where the run is the source.",
        *((start, end) for start in ("Run", "Process") for end in TOUCHABLE),
        words=texts("The names of the lists, in the log's own words."),
    ),
    _other("USED_MUTEX", "A process created or opened a mutex.", ("Process", "Mutex")),
    _other("USED_PIPE", "A process created or opened a pipe.", ("Process", "Pipe")),
    _other(
        "INSTALLED",
        "A process installed or changed a service; the host itself, where its log names no process.",
        ("Process", "Service"),
        ("Host", "Service"),
        image=text("Command line that the service is to run."),
        **_ASKED_BY,
    ),
    _other(
        "REGISTERED_TASK",
        "A process created or changed a scheduled task; the host itself, where its log names no process.",
        ("Process", "ScheduledTask"),
        ("Host", "ScheduledTask"),
        command=text("Command line that the task is to run."),
        **_ASKED_BY,
    ),
    _other("STARTED_SERVICE", "A process started a service.", ("Process", "Service")),
    _other("STOPPED_SERVICE", "A process stopped a service.", ("Process", "Service")),
    _other("DELETED_SERVICE", "A process deleted a service.", ("Process", "Service")),
    _other("OPENED", "A process opened another.", *_PROCESS, access=text("Access that was asked for.")),
    _other("READ_MEMORY_OF", "A process read the memory of another.", *_PROCESS),
    _operation("ALLOCATED_IN", "A process allocated memory in another."),
    _operation("PROTECTED_IN", "A process changed the protection of memory in another."),
    _operation("UNMAPPED_FROM", "A process unmapped a section from another."),
    _operation("WROTE_MEMORY_OF", "A process wrote the memory of another."),
    _operation("CREATED_THREAD_IN", "A process created a thread in another."),
    _operation("SET_CONTEXT_OF", "A process set the context of a thread of another."),
    _operation("READ_CONTEXT_OF", "A process read the context of a thread of another."),
    _operation("QUEUED_APC_TO", "A process queued an APC to a thread of another."),
    _operation("SET_WINDOW_MEMORY_OF", "A process set the extra memory of a window of another."),
    _operation("SENT_MESSAGE_TO", "A process sent a message to a window of another."),
    _operation("SUSPENDED", "A process suspended a thread of another."),
    _operation("RESUMED", "A process resumed a thread of another."),
    _operation(
        "REPORTED_INJECTION_INTO",
        "The product itself reported an injection, or a thread that one process made in another (Sysmon 8).",
    ),
    _operation("CREATED_SECTION", "A process created or opened a section.", ("Process", "Section")),
    _operation(
        "ROLLED_BACK",
        "A process undid the transaction in which the file behind a section was written.",
        ("Process", "Section"),
    ),
    _operation("WROTE_DISK", "A process wrote to a raw disk.", ("Process", "Host")),
    _other(
        "HAS_CONTENT",
        "A file held these bytes.",
        ("File", "Content"),
        **{name: fact for name, fact in _FILE_FACTS.items() if name not in _BY},
    ),
    _other(
        "DESCRIBED_IN",
        "A log says this of the bytes in a file, and gives no hash that tells which they were.",
        ("File", "Run"),
        **{name: fact for name, fact in _FILE_FACTS.items() if name not in _BY},
    ),
    _other("HAS_ADDRESS", "A host bore an address, or is only known by it.", ("Host", "Endpoint")),
    _other(
        "NAMED_HOST",
        "The command line of a process names a host, or the process asked for something to be done there.",
        ("Process", "Host"),
        asked=texts(
            "What it asks: `run`, `create service`, `change service`, `start service`, `create task`, `run task`."
        ),
        tool=text("The program or facility that asks, by its grammar: `psexec`, `sc`, `schtasks`, `at`, `wmic`, …"),
        names=texts("Services or tasks that it names."),
        commands=texts("Command lines that are to run there, quotes removed."),
        programs=texts("Their programs: lower-case file names."),
        arguments=texts("Their arguments: in lower case, quotes removed."),
        account=text("The account that it is to be done as."),
    ),
    _other("RAN_ON", "A process ran on a host.", ("Process", "Host")),
    _other("RAN_AS", "A process ran as an account.", ("Process", "User")),
    _other("RECORDED_IN", "The run that tells of a process or host.", ("Process", "Run"), ("Host", "Run")),
    _other(
        "ANALYSED",
        "What was submitted, and what virus scanners said of it by then.",
        ("Run", "Content"),
        ("Run", "Url"),
        **_SCAN,
    ),
    _other(
        "KEPT",
        "The sandbox kept these bytes and does not say where they lay.",
        ("Run", "Content"),
        names=texts("Under which names."),
    ),
    _other(
        "DUMPED_FROM",
        "These bytes were found in the memory of a process, or were put there.",
        ("Content", "Process"),
        role=text("`source`: they were found there or came from there; `target`: they were put there."),
        kinds=texts("The tool's words for them."),
        addresses=texts("Where they lay, hexadecimal."),
    ),
    _other(
        "CALLED",
        "How often a process called an API.",
        ("Process", "Api"),
        failed=number("How many of them failed.", "sum"),
    ),
    replace(
        _other(
            "CALLED_WITH",
            "How often a process called an API with these arguments; only the calls that rules watch.",
            ("Process", "Api"),
            arguments=texts("`name=value` of the arguments that are watched, numbers in decimal."),
            failed=number("How many of them failed.", "sum"),
            watched_by=texts("What watches it: `area/rule:watch`."),
        ),
        apart_by="arguments",
    ),
    _other(
        "MATCHED",
        "A signature of the sandbox matched.",
        ("Run", "Signature"),
        ("Process", "Signature"),
        marks=number("How many marks it left, also those that the log does not list.", "greatest"),
        calls=texts("Citations of the calls that it marked, up to a hundred."),
        call_count=number("How many calls it marked.", "greatest"),
        iocs=texts("Texts that it marked, up to a hundred."),
        ioc_count=number("How many texts it marked.", "greatest"),
        families=texts("Malware families that it names."),
        techniques=texts("ATT&CK ids that it names."),
        severity=number("How bad, in the tool's own scale.", "greatest"),
    ),
    _other(
        "USES",
        "A signature of the sandbox says that it uses a technique.",
        ("Run", "Technique"),
        ("Process", "Technique"),
        signatures=texts("The signatures that say so."),
    ),
    replace(
        _derived(
            "FINGERPRINTED",
            "A process looked whether it runs in a sandbox, under a debugger or in a virtual machine.",
            ("Process", "Technique"),
            looked_for=text("What it looked for."),
            technique=text("ATT&CK ids, joined with a comma."),
            apis=text("The APIs that it asked by."),
            slept_ms=number("Milliseconds that it asked to sleep, in all."),
            words=texts("Words by which signatures of sandboxes name what it looked for."),
            run=text("The run that recorded it."),
        ),
        apart_by="rule",
    ),
    replace(
        _derived(
            "DISGUISED_BY",
            "A file passes for something that it is not.",
            ("File", "Technique"),
            finding=text("What was found, in words."),
            claims=text("What it passes for, and by which word: signer, company, product, name or extension."),
            signature=SIGNATURE["signature"],
            product=SIGNATURE["product"],
            original_name=SIGNATURE["original_name"],
            sha256=text("The bytes that were found in it, where a hash is known."),
            technique=text("ATT&CK id."),
        ),
        apart_by="rule",
    ),
    _derived(
        "INITIATED",
        "A process began a movement; its host, where no log names the process.",
        ("Process", "Movement"),
        ("Host", "Movement"),
    ),
    _derived(
        "REACHED",
        "A movement reached a host or started a process there.",
        ("Movement", "Process"),
        ("Movement", "Host"),
    ),
    _derived("CARRIED", "A movement brought a file.", ("Movement", "File")),
)
