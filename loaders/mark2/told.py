"""``wmi`` and ``powerShell`` lines: what a process told others to run, in words.

None of these lines is printed anywhere, so their keys are inferred: of ``wmi/psCreate`` the command is in ``cmd`` and
``path``, the host in ``dstHost``, ``dstIP``, ``host`` or ``server``; of ``powerShell/exec`` the text is in ``script``
or ``cmd``, the script's file in ``path``. As in all lines but ``ps/start``, ``psGUID`` and ``psPath`` are who acted.
"""

from __future__ import annotations

from graph_model.commandline import arguments
from graph_model.events import Event, FileRef, HostNamed, HostRef, ModuleLoaded
from graph_model.paths import base_name, referred_or_own
from graph_model.remote_commands import RUN
from loaders.mark2.record import MissingKeyError, Record
from loaders.mark2.terminal import Terminal

Out = list[Event]
_HOSTS = ("dstHost", "dstIP", "host", "server")
_SCRIPT_FILES = (".ps1", ".psm1")


def wmi_create(record: Record, terminal: Terminal, out: Out) -> None:
    """A process asked WMI, here or on another host, to create a process."""
    command, hosts = _command(record), _hosts(record, terminal)
    if command is None and not hosts:
        raise MissingKeyError("cmd")
    actor = terminal.actor(record, out)
    if command:
        terminal.texts.command(actor, command, record.position)
    out.extend(
        record.act(HostNamed, actor, host=host, tool="wmi", asked=RUN if command else None, command=command)
        for host in hosts
    )


def _command(record: Record) -> str | None:
    """What was to run; ``cmd`` may hold its arguments only, as in the lines of processes."""
    path, cmd = record.path("path"), record.path("cmd")
    if path is None or cmd is None:
        return path or cmd
    return f"{path} {arguments(base_name(path) or '', cmd)}".rstrip()


def _hosts(record: Record, terminal: Terminal) -> list[HostRef]:
    """The other hosts that the line names, each once."""
    named = [name for key in _HOSTS if (name := record.fields.get(key, "").lstrip("\\"))]
    found = dict.fromkeys(referred_or_own(terminal.ref, name) for name in named if not terminal.is_called(name))
    return [host for host in found if host != terminal.ref]


def powershell_run(record: Record, terminal: Terminal, out: Out) -> None:
    """PowerShell ran a text, or a file of it."""
    path, text = record.path("path"), record.fields.get("script") or record.fields.get("cmd")
    if path is None and text is None:
        raise MissingKeyError("script")
    actor = terminal.actor(record, out)
    if text:
        terminal.texts.script(actor, text, record.position)
    if path and "\\" in path and path.casefold().endswith(_SCRIPT_FILES):
        out.append(record.act(ModuleLoaded, actor, file=FileRef(terminal.ref, path)))
