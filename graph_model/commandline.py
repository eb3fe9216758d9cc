"""What a command line tells: the files that a host program runs although no load of them is recorded.

rundll32, regsvr32, script hosts and Office programs run what their command line names. Command lines come with
argv[0] (sandboxes, Windows events) or without it (Mark II); both are read.
Sources: Microsoft's command references of the programs; ATT&CK T1218.010, T1218.011, T1059.
"""

from __future__ import annotations

import re

from graph_model.paths import base_name

_TOKEN = re.compile(r'"([^"]*)"|(\S+)')
_RUNDLL = re.compile(r'\s*(?:"([^"]+)"|([^",\s]+))')
_SCRIPTS = (".js", ".jse", ".vbs", ".vbe", ".wsf", ".wsh", ".hta", ".ps1", ".bat", ".cmd", ".py", ".sct")
_DOCUMENTS = tuple(
    f".{extension}"
    for extension in (
        "doc docx docm dot dotm rtf xls xlsx xlsm xlsb xll ppt pptx pptm pps ppsx hwp pdf one pub".split()  # noqa: SIM905
    )
)
_MODULES = (".dll", ".ocx", ".cpl", ".ax", ".drv", ".exe", ".dat", ".tmp", ".bin")
_SERVER = re.compile(
    r"(?:^|[\s\"'=(:;,|&>])\\\\([A-Za-z0-9][\w.\-]*|\[?[0-9A-Fa-f]*:[0-9A-Fa-f:]+(?:%\w+)?\]?)(?=[\\\s\"',@;)&|]|\Z)"
)
_WANTED = {
    "wscript.exe": _SCRIPTS,
    "cscript.exe": _SCRIPTS,
    "mshta.exe": (*_SCRIPTS, ".htm", ".html"),
    "powershell.exe": (".ps1",),
    "pwsh.exe": (".ps1",),
    "cmd.exe": (".bat", ".cmd"),
    "regsvr32.exe": _MODULES,
    "winword.exe": _DOCUMENTS,
    "excel.exe": _DOCUMENTS,
    "powerpnt.exe": _DOCUMENTS,
    "acrord32.exe": _DOCUMENTS,
    "onenote.exe": _DOCUMENTS,
    "mspub.exe": _DOCUMENTS,
    "hwp.exe": _DOCUMENTS,
}


def tokens(command_line: str) -> list[str]:
    """The words of a command line, quotes removed."""
    return [quoted or bare for quoted, bare in _TOKEN.findall(command_line)]


def arguments(image: str, command_line: str) -> str:
    """The command line behind argv[0], or all of it where the log leaves argv[0] out."""
    match = _TOKEN.match(command_line.lstrip())
    if not match:
        return ""
    first = (base_name(match[1] or match[2]) or "").casefold()
    stem = image.casefold().removesuffix(".exe")
    if first in {stem, f"{stem}.exe"}:
        return command_line.lstrip()[match.end() :].lstrip()
    return command_line.strip()


def files_run(image: str | None, command_line: str | None) -> list[str]:
    """Paths of the modules, scripts or documents that the command line of this program makes it run."""
    if not image or not command_line:
        return []
    program = image.casefold()
    rest = arguments(image, command_line)
    if program == "rundll32.exe":
        return _rundll_module(rest)
    wanted = _WANTED.get(program)
    if wanted is None:
        return []
    return [word for word in tokens(rest) if word.casefold().endswith(wanted) and not word.startswith(("-", "/"))]


def _rundll_module(rest: str) -> list[str]:
    match = _RUNDLL.match(rest)
    if not match:
        return []
    module = match[1] or match[2] or ""
    if not module or module.startswith(("-", "/")) or ":" in module[2:]:
        return []  # `javascript:` and options are no files
    return [module if "." in (base_name(module) or "") else f"{module}.dll"]


def servers_named(command_line: str | None) -> list[str]:
    r"""Hosts that a command line names as ``\server`` or ``\server\share``; each once, in order."""
    if not command_line:
        return []
    return list(dict.fromkeys(match.strip("[]") for match in _SERVER.findall(command_line)))
