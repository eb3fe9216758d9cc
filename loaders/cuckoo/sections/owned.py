"""The sandbox's own activity in the guest, by what the report says of it and never by a random-looking name.

The analyzer says where it runs and which pipes it serves at the beginning of its log. Where that log is not in the
report, the command line that runs ``analyzer.py`` names the folder, or the path of a tool that only the analyzer has.
"""

from __future__ import annotations

import ntpath
import re
from collections.abc import Iterable, Iterator
from typing import Any

from graph_model import events as ev
from graph_model.commandline import tokens
from graph_model.paths import clean, pipe_name
from loaders.cuckoo import values
from loaders.cuckoo.model import Process

_FOLDER_LINE = re.compile(r"(?:Starting analyzer from|Storing results at): ([A-Za-z]:\\.+?)\s*\Z")
_PIPE_LINE = re.compile(r"[Pp]ipe server name: (\S+)")
_LINES_READ = 200  # they stand at the beginning; later lines repeat what the malware says
_ANALYZER = re.compile(r"(?i)(\A[a-z]:\\[^\\]+)\\analyzer\.py\Z")
_TOOL = re.compile(r"(?i)(\A[a-z]:\\[^\\]+)\\bin\\(?:inject-x86|inject-x64|is32bit|execsc)\.exe\Z")
_AGENT = re.compile(r"(?i)\Aagent\.pyw?\Z")
_PYTHON = re.compile(r"(?i)\Apythonw?\.exe\Z")
_NEVER = re.compile(
    r"(?i)[a-z]:\\?\Z|[a-z]:\\(?:windows|users|program files(?: \(x86\))?|programdata|documents and settings)"
    r"(?:\\[^\\]+)?\Z"
)


class Own:
    """The folders and pipes of the sandbox in one report."""

    def __init__(self, lines: Iterable[Any], processes: Iterable[Process]) -> None:
        self.folders: set[str] = set()
        self.pipes: set[str] = set()
        self._read_log(lines)
        for process in processes:
            self._read_process(process)

    def file(self, path: str) -> bool:
        """Whether a path lies in a folder of the sandbox; one of its tools tells its folder."""
        plain = clean(path).casefold()
        tool = _TOOL.match(plain)
        if tool:
            self._take(tool[1])
        return any(plain == folder or plain.startswith(f"{folder}\\") for folder in self.folders)

    def pipe(self, name: str) -> bool:
        """Whether a pipe is one that the analyzer serves."""
        return name.casefold() in self.pipes

    def program(self, image: str | None, command_line: str | None) -> bool:
        """Whether a program is of the sandbox: its image or the script that it runs is, or it is the agent."""
        if image and "\\" in image and self.file(image):
            return True
        words = tokens(command_line or "")
        if not words:
            return False
        if "\\" in words[0] and self.file(words[0]):
            return True
        scripts = words[1:2] if _PYTHON.match(ntpath.basename(words[0])) else []
        return any("\\" in script and self.file(script) for script in scripts)

    def agent(self, command_line: str | None) -> bool:
        """Whether it looks like the agent that waits in the guest; true only of what the sample did not start."""
        words = tokens(command_line or "")
        python = len(words) > 1 and _PYTHON.match(ntpath.basename(words[0]))
        return bool(python and _AGENT.match(ntpath.basename(words[1])))

    def _take(self, folder: str) -> None:
        plain = clean(folder).casefold().rstrip("\\")
        if not _NEVER.match(plain):
            self.folders.add(plain)

    def _read_log(self, lines: Iterable[Any]) -> None:
        for line, _ in zip(lines, range(_LINES_READ), strict=False):
            if not isinstance(line, str):
                continue
            folder, pipe = _FOLDER_LINE.search(line), _PIPE_LINE.search(line)
            if folder:
                self._take(folder[1])
            name = pipe_name(pipe[1]) if pipe else None
            if name:
                self.pipes.add(name.casefold())

    def _read_process(self, process: Process) -> None:
        words = tokens(values.text(process.command_line) or "")
        for word in words[:2]:
            found = _ANALYZER.match(clean(word)) or _TOOL.match(clean(word))
            if found:
                self._take(found[1])


def files_of(event: ev.Event) -> Iterator[ev.FileRef]:
    """The files that an event speaks of."""
    for name in ("file", "target", "image"):
        found = getattr(event, name, None)
        if isinstance(found, ev.FileRef):
            yield found
