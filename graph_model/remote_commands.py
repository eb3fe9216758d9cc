r"""What a command line asks another host to do: run a program there, by a service, a task, WMI or a remote shell.

The grammars are those of the programs' own help: PsExec and its likes (`\\host[,host] [-s …] program`), `sc \\host`,
`schtasks /s host`, `at \\host`, `wmic /node:host`, `winrs -r:host`, PowerShell's `-ComputerName`.
A program that took another name is known by the grammar: PsExec's licence switch is nobody else's.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from graph_model.commandline import arguments, tokens
from graph_model.identity import is_address
from graph_model.paths import base_name

RUN = "run"
CREATE_SERVICE, CHANGE_SERVICE, START_SERVICE = "create service", "change service", "start service"
CREATE_TASK, RUN_TASK = "create task", "run task"
OTHER = "other"

_NAME = re.compile(r"[A-Za-z0-9](?:[\w.-]*\w)?\Z")
_PSEXEC_WITH_VALUE = frozenset("-u -p -n -r -w -a -g -rlo -clist -csrc -lo -to".split())  # noqa: SIM905
_PSEXEC_SWITCHES = _PSEXEC_WITH_VALUE | frozenset(
    "-accepteula -nobanner -s -e -d -h -l -x -i -c -f -v -cnodel -dfr".split()  # noqa: SIM905
)
_PSEXEC_NAMES = frozenset({"psexec", "psexec64", "paexec", "csexec"})
# they take a host and the licence switch too, and run nothing there
_SISTERS = frozenset(
    "psfile psgetsid psinfo pskill pslist psloggedon psloglist pspasswd psping psservice psshutdown pssuspend".split()  # noqa: SIM905
)
_REMOTE_SHELLS = frozenset({"remcom", "rcmd", "xcmd", "winexe", "remoteexec"})
_CLOCK = re.compile(r"\d{1,2}:\d\d(?::\d\d)?(?:[ap]m?)?\Z", re.IGNORECASE)
_ENCODED = re.compile(r"(?:^|\s)[-/]e(?:c|nc\w*)?\s+[\"']?([A-Za-z0-9+/]{8,}={0,2})", re.IGNORECASE)
_WORD = r"""(?:"[^"]*"|'[^']*'|[^\s"',;|{}()]+)"""
_COMPUTERS = re.compile(rf"[-/](?:comp\w*|cn)(?:\s+|:|=)\(?({_WORD}(?:\s*,\s*{_WORD})*)", re.IGNORECASE)
_SESSION = re.compile(
    r"\b(?:invoke-command|icm|enter-pssession|etsn|new-pssession|nsn)\b(?:\s+(?![-/{$])([\w.-]+))?", re.IGNORECASE
)
_WMI_CREATE = re.compile(
    r"\b(?:invoke-(?:wmi|cim)method|iwmi|icim)\b.*\bwin32_process\b|\bwin32_process\b.*\bcreate\b",
    re.IGNORECASE | re.DOTALL,
)
_WMI_COMMAND = re.compile(
    r"""(?:-arg(?:umentlist|uments)?\s+(?:@\(\s*)?|commandline\s*=\s*|\.create\(\s*)(?:"([^"]*)"|'([^']*)'|([^\s"',;)}]+))""",
    re.IGNORECASE,
)
_DCOM = re.compile(r"""GetTypeFrom(?:ProgID|CLSID)\(\s*["'{]*[^"',)]+["'}]*\s*,\s*["']([\w.:-]+)["']""", re.IGNORECASE)


@dataclass(frozen=True)
class Request:
    """One thing asked of ``host``; ``tool`` names who asks, ``name`` a service or task, ``command`` what is to run."""

    host: str
    tool: str
    asked: str
    name: str | None = None
    command: str | None = None
    account: str | None = None


def requests(image: str | None, command_line: str | None) -> list[Request]:
    """What the command line of this program asks of other hosts, in order; none where the grammar is not met."""
    if not image or not command_line:
        return []
    stem = image.casefold().removesuffix(".exe")
    rest = arguments(image, command_line)
    reader = _READERS.get(stem)
    if reader is None and "\\\\" not in rest:
        return []
    found = reader(rest) if reader else _like_psexec(stem, rest)
    return [request for request in found if _is_host(request.host)]


def program_and_arguments(command: str) -> tuple[str, str]:
    """The file name of a command's program, with its extension, and what follows it; both folded, without quotes."""
    words = tokens(command)
    if not words:
        return "", ""
    program = (base_name(words[0]) or "").casefold()
    if program and "." not in program:
        program += ".exe"
    return program, " ".join(words[1:]).replace('"', "").casefold()


def _is_host(name: str) -> bool:
    return bool(_NAME.match(name)) or is_address(name)


def _hosts(listed: str) -> list[str]:
    r"""``\\a,b`` or ``"a","b"``: the hosts of a comma list."""
    names = (part.strip().strip("\"'").strip().lstrip("\\").strip("[]") for part in listed.split(","))
    return [name for name in names if name]


def _like_psexec(stem: str, rest: str) -> Iterator[Request]:
    """PsExec's own grammar, under any name; and that of remote shells with names of their own.

    Without a switch that tells, only what is known of the program's bytes can say that it is PsExec: tool ``other``.
    """
    listed, switches, command = _psexec_words(tokens(rest))
    if not command or stem.removesuffix("64") in _SISTERS:
        return
    named = stem in _PSEXEC_NAMES or stem in _REMOTE_SHELLS
    shaped = "-accepteula" in switches or len(switches.keys() & _PSEXEC_SWITCHES) > 1
    tool = stem if named else "psexec" if shaped else OTHER
    for host in _hosts(listed):
        yield Request(host, tool, RUN, switches.get("-r"), " ".join(command), switches.get("-u"))


def _psexec_words(words: list[str]) -> tuple[str, dict[str, str], list[str]]:
    """The hosts, the switches around them with their values, and the words of the command behind both."""
    switches, rest = _switches(words)
    if not rest or not rest[0].startswith("\\\\") or "\\" in rest[0][2:]:
        return "", switches, []
    more, command = _switches(rest[1:])
    return rest[0], switches | more, command


def _switches(words: list[str]) -> tuple[dict[str, str], list[str]]:
    switches: dict[str, str] = {}
    rest = list(words)
    while rest and rest[0][:1] in ("-", "/"):
        switch = "-" + rest.pop(0)[1:].casefold()
        switches[switch] = rest.pop(0) if switch in _PSEXEC_WITH_VALUE and rest else ""
        if switch == "-i" and rest and rest[0].isdigit():
            rest.pop(0)
    return switches, rest


def _sc(rest: str) -> Iterator[Request]:
    words = tokens(rest)
    if len(words) < 3 or not words[0].startswith("\\\\"):
        return
    asked = {"create": CREATE_SERVICE, "config": CHANGE_SERVICE, "start": START_SERVICE}.get(words[1].casefold())
    values = _assignments(words[3:])
    command = values.get("binpath")
    if asked is None or (asked == CHANGE_SERVICE and command is None):
        return
    for host in _hosts(words[0]):
        yield Request(host, "sc", asked, words[2], command)


def _assignments(words: list[str]) -> dict[str, str]:
    """``key= value`` and ``key=value``, as sc takes them."""
    found: dict[str, str] = {}
    rest = list(words)
    while rest:
        key, equals, value = rest.pop(0).partition("=")
        if equals:
            found[key.casefold()] = value or (rest.pop(0) if rest else "")
    return found


def _schtasks(rest: str) -> Iterator[Request]:
    options = _options(tokens(rest))
    asked = next((word for key, word in _TASK_VERBS.items() if key in options), None)
    host = options.get("s")
    if asked is None or not host or (asked == CREATE_TASK and not options.keys() & {"tr", "xml"}):
        return
    yield Request(host.lstrip("\\"), "schtasks", asked, options.get("tn"), options.get("tr"), options.get("u"))


_TASK_VERBS = {"create": CREATE_TASK, "change": CREATE_TASK, "run": RUN_TASK}


def _options(words: list[str]) -> dict[str, str]:
    """``/key value`` pairs; a key without a value has an empty one."""
    found: dict[str, str] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word[:1] in ("/", "-"):
            found[word[1:].casefold()] = rest.pop(0) if rest and rest[0][:1] not in ("/", "-") else ""
    return found


def _at(rest: str) -> Iterator[Request]:
    words = tokens(rest)
    if len(words) < 3 or not words[0].startswith("\\\\") or not _CLOCK.match(words[1]):
        return
    command = words[2:]
    while command and command[0].startswith("/"):
        command = command[1:]
    if command:
        for host in _hosts(words[0]):
            yield Request(host, "at", CREATE_TASK, None, " ".join(command))


def _wmic(rest: str) -> Iterator[Request]:
    words = tokens(rest)
    options = {key.casefold(): value for word in words if word[:1] in ("/", "-") for key, _, value in [_colon(word)]}
    folded = [word.casefold() for word in words]
    calls = [number for number, word in enumerate(folded[:-1]) if word == "call"]
    listed = options.get("node", "")
    if not calls or not listed or listed.startswith("@"):
        return
    verb, behind, before = folded[calls[0] + 1], words[calls[0] + 2 :], folded[: calls[0]]
    asked = _WMI_VERBS.get(("service" if "service" in before else "process", verb))
    if asked is None:
        return
    command = behind[0] if behind and verb == "create" else None
    for host in _hosts(listed):
        yield Request(host, "wmic", asked, None, command, options.get("user"))


_WMI_VERBS = {
    ("process", "create"): RUN,
    ("service", "create"): CREATE_SERVICE,
    ("service", "startservice"): START_SERVICE,
}


def _colon(word: str) -> tuple[str, str, str]:
    """``/key:value`` in its parts."""
    return word[1:].partition(":")


def _winrs(rest: str) -> Iterator[Request]:
    words = tokens(rest)
    options: dict[str, str] = {}
    while words and words[0][:1] in ("/", "-"):
        key, _, value = _colon(words.pop(0))
        options[key.casefold()] = value
    host = options.get("r") or options.get("remote")
    if host and words:
        host = re.sub(r"\Ahttps?://", "", host, flags=re.IGNORECASE).partition("/")[0]
        host = host if is_address(host) else host.partition(":")[0]
        yield Request(host, "winrs", RUN, None, " ".join(words), options.get("u") or options.get("username"))


def _powershell(rest: str) -> Iterator[Request]:
    text = _decoded(rest)
    listed = [host for match in _COMPUTERS.finditer(text) for host in _hosts(match[1])]
    if _WMI_CREATE.search(text):
        command = next((next(filter(None, match.groups()), None) for match in _WMI_COMMAND.finditer(text)), None)
        yield from (Request(host, "wmi", RUN, None, command) for host in listed)
        return
    sessions = [match[1] for match in _SESSION.finditer(text)]
    if sessions:
        names = [*listed, *(name for name in sessions if name)]
        yield from (Request(host, "powershell", RUN) for host in dict.fromkeys(names))
    yield from (Request(match[1], "dcom", RUN) for match in _DCOM.finditer(text))


def _decoded(text: str) -> str:
    """A command that was given in Base64, in clear; anything else as it is."""
    match = _ENCODED.search(text)
    if match is None:
        return text
    try:
        return base64.b64decode(match[1] + "=" * (-len(match[1]) % 4), validate=True).decode("utf-16-le")
    except (binascii.Error, UnicodeDecodeError):
        return text


_READERS: dict[str, Callable[[str], Iterator[Request]]] = {
    "sc": _sc,
    "schtasks": _schtasks,
    "at": _at,
    "wmic": _wmic,
    "winrs": _winrs,
    "powershell": _powershell,
    "pwsh": _powershell,
}
