"""What a command line tells: the files that a host program runs although no load of them is recorded, and archives.

rundll32, regsvr32, script hosts and Office programs run what their command line names. Command lines come with
argv[0] (sandboxes, Windows events) or without it (Mark II); both are read.
Sources: Microsoft's command references of the programs; ATT&CK T1218.010, T1218.011, T1059.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import mslex

from graph_model.paths import base_name

_TOKEN = re.compile(r'(?:"[^"]*(?:"|\Z)|[^\s"])+')
_RUNDLL = re.compile(r'\s*(?:"([^"]+)"|([^",\s]+))')
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_SINGLE_QUOTED = re.compile(r"'([^']+)'")
_SCRIPTS = (".js", ".jse", ".vbs", ".vbe", ".wsf", ".wsh", ".hta", ".ps1", ".bat", ".cmd", ".py", ".sct")
_DOCUMENTS = tuple(
    f".{extension}"
    for extension in (
        "doc docx docm dot dotm rtf xls xlsx xlsm xlsb xll ppt pptx pptm pps ppsx hwp pdf one pub".split()  # noqa: SIM905
    )
)
_TAR_LETTERS = re.compile(r"-?[a-zA-Z]+")
_EXPAND_ARCHIVE = re.compile(r"\bExpand-Archive\s+([^;|&}]+)", re.IGNORECASE)
_MODULES = (".dll", ".ocx", ".cpl", ".ax", ".drv", ".exe", ".dat", ".tmp", ".bin")
# not behind a drive's colon, where `C:\\Windows` is a folder with its backslash doubled
_SERVER = re.compile(
    r"(?:^|[\s\"'=(:;,|&>])(?<!^[A-Za-z]:)(?<![\s\"'=(;,|&>][A-Za-z]:)"
    r"\\\\([A-Za-z0-9][\w.\-]*|\[?[0-9A-Fa-f]*:[0-9A-Fa-f:]+(?:%\w+)?\]?)(?=[\\\s\"',@;)&|]|\Z)"
)
_SHELL_SCRIPTS = (".ps1",)
_WANTED = {
    "mshta.exe": (*_SCRIPTS, ".htm", ".html"),
    "powershell.exe": _SHELL_SCRIPTS,
    "pwsh.exe": _SHELL_SCRIPTS,
    "python.exe": (".py", ".pyw"),
    "pythonw.exe": (".py", ".pyw"),
    "cmd.exe": (".bat", ".cmd"),
    "regsvr32.exe": _MODULES,
    "msiexec.exe": (".msi", ".msp"),
    "java.exe": (".jar",),
    "javaw.exe": (".jar",),
    "winword.exe": _DOCUMENTS,
    "excel.exe": _DOCUMENTS,
    "powerpnt.exe": _DOCUMENTS,
    "acrord32.exe": _DOCUMENTS,
    "onenote.exe": _DOCUMENTS,
    "mspub.exe": _DOCUMENTS,
    "hwp.exe": _DOCUMENTS,
}


def tokens(command_line: str) -> list[str]:
    """The words of a command line, as Windows splits it; empty ones left out."""
    return [word for word in mslex.split(command_line, like_cmd=False) if word]


def arguments(image: str, command_line: str) -> str:
    """The command line behind argv[0], or all of it where the log leaves argv[0] out."""
    match = _TOKEN.match(command_line.lstrip())
    if not match:
        return ""
    first = (base_name(match[0].replace('"', "")) or "").casefold()
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
        return _rundll_modules(rest)
    if program in {"wscript.exe", "cscript.exe"}:
        return [word for word in _operands(tokens(rest)) if _is_file(word)][:1]  # what follows are its arguments
    wanted = _WANTED.get(program)
    if wanted is None:
        return []
    words = _shell_words(rest) if wanted == _SHELL_SCRIPTS else tokens(rest)
    return [word for word in _operands(words) if word.casefold().endswith(wanted) and _is_file(word)]


def _shell_words(rest: str) -> list[str]:
    """PowerShell quotes with `'` as well, also inside a command that is quoted as a whole, and calls with `&`."""
    words = tokens(_SINGLE_QUOTED.sub(" ", rest))
    return [*_SINGLE_QUOTED.findall(rest), *(word.removeprefix("& ") for word in words)]


def _operands(words: list[str]) -> list[str]:
    return [word for word in words if not word.startswith(("-", "/"))]


def _is_file(word: str) -> bool:
    """A path, not a URL or a script in place (``javascript:…``)."""
    return not _SCHEME.match(word)


def _rundll_modules(rest: str) -> list[str]:
    """The module, and the control panel item that shell32.dll opens for it."""
    match = _RUNDLL.match(rest)
    module = (match[1] or match[2] or "") if match else ""
    if match is None or not module or module.startswith(("-", "/")) or not _is_file(module):
        return []
    found = [module if "." in (base_name(module) or "") else f"{module}.dll"]
    entry, *words = tokens(rest[match.end() :].lstrip(", ")) or [""]
    if entry.casefold().startswith("control_rundll"):
        found += [item for word in words if (item := word.partition(",")[0]).casefold().endswith((".cpl", ".dll"))][:1]
    return found


def archives_unpacked(image: str | None, command_line: str | None) -> list[str]:
    """Paths of the archives that the command line tells this program to unpack."""
    if not image or not command_line:
        return []
    read = _UNPACKERS.get(image.casefold())
    return [word for word in read(arguments(image, command_line)) if word and _is_file(word)] if read else []


def _behind_verb(rest: str) -> list[str]:
    """`x` and `e` extract, with folders or without: 7-Zip and RAR have both in common."""
    verb, *words = [word for word in tokens(rest) if not word.startswith("-")] or [""]
    return words[:1] if verb.casefold() in {"x", "e"} else []


def _first_operand(rest: str) -> list[str]:
    return _operands(tokens(rest))[:1]


def _of_tar(rest: str) -> list[str]:
    """`-xf a`, `xzf a`, `-x -f a`, `--extract --file=a`."""
    words = tokens(rest)
    short = [
        word for number, word in enumerate(words) if _TAR_LETTERS.fullmatch(word) and (not number or word[0] == "-")
    ]
    if "--extract" not in words and not any("x" in word for word in short):
        return []
    named = [word.partition("=")[2] for word in words if word.startswith("--file=")]
    following = pairwise(words)
    return [*named, *(after for word, after in following if word in short and word.endswith("f"))][:1]


def _of_powershell(rest: str) -> list[str]:
    """The path is named, or comes first; it ends in `.zip`, or quotes that are gone had held more of it."""
    found: list[str] = []
    for match in _EXPAND_ARCHIVE.finditer(rest.replace('"', " ")):
        words = tokens(match[1].replace("'", '"'))
        pairs = {word.casefold(): after for word, after in pairwise(words)}
        named = pairs.get("-literalpath") or pairs.get("-path")
        found += [named] if named else words[:1]
    return [path for path in found if path.casefold().endswith(".zip")]


_UNPACKERS: dict[str, Callable[[str], list[str]]] = {
    **dict.fromkeys(("7z.exe", "7za.exe", "7zr.exe", "7zz.exe", "7zg.exe"), _behind_verb),
    **dict.fromkeys(("winrar.exe", "rar.exe", "unrar.exe"), _behind_verb),
    **dict.fromkeys(("expand.exe", "unzip.exe"), _first_operand),
    **dict.fromkeys(("tar.exe", "bsdtar.exe"), _of_tar),
    **dict.fromkeys(("powershell.exe", "pwsh.exe"), _of_powershell),
}


def servers_named(command_line: str | None) -> list[str]:
    r"""Hosts that a command line names as ``\server`` or ``\server\share``; each once, in order."""
    if not command_line:
        return []
    return list(dict.fromkeys(match.strip("[]") for match in _SERVER.findall(command_line)))
