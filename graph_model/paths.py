"""Windows paths: one key for the many spellings of one file, and the host that a network path leads to.

Sources: "File path formats on Windows systems" and "Naming Files, Paths, and Namespaces" of Microsoft's
documentation; the administrative shares ADMIN$ (the Windows folder) and C$ (a drive's root).
"""

from __future__ import annotations

import ntpath
import re
from dataclasses import dataclass
from functools import lru_cache

from graph_model.events import FileRef, HostRef
from graph_model.identity import is_loopback, referred_host, uid

_PREFIXES = (
    ("\\??\\unc\\", "\\\\"),
    ("\\\\?\\unc\\", "\\\\"),
    ("\\\\.\\unc\\", "\\\\"),
    ("\\dosdevices\\unc\\", "\\\\"),
    ("\\device\\mup\\", "\\\\"),
    ("\\device\\lanmanredirector\\", "\\\\"),
    ("\\device\\webdavredirector\\", "\\\\"),
    ("\\??\\globalroot\\", "\\"),
    ("\\\\?\\globalroot\\", "\\"),
    ("\\\\.\\globalroot\\", "\\"),
    ("\\??\\", ""),
    ("\\\\?\\", ""),
    ("\\dosdevices\\", ""),
    ("\\global??\\", ""),
    ("\\systemroot\\", "C:\\Windows\\"),
    ("systemroot\\", "C:\\Windows\\"),
)
_VARIABLES = {
    "systemroot": "C:\\Windows",
    "windir": "C:\\Windows",
    "systemdrive": "C:",
    "programfiles": "C:\\Program Files",
    "programfiles(x86)": "C:\\Program Files (x86)",
    "commonprogramfiles": "C:\\Program Files\\Common Files",
    "programdata": "C:\\ProgramData",
    "allusersprofile": "C:\\ProgramData",
    "public": "C:\\Users\\Public",
}
_VARIABLE = re.compile(r"%([^%\\]+)%")
_REDIRECTOR = re.compile(r"\\\\(?:;[^\\]*\\)+")
_DRIVE = re.compile(r"[a-z]:", re.IGNORECASE)
_DRIVE_AS_DEVICE = re.compile(r"\\\\\.\\(?=[a-z]:\\)", re.IGNORECASE)
_DRIVE_SHARE = re.compile(r"([a-z])\$\Z", re.IGNORECASE)
_LOST_UNC = re.compile(r"(?:\d{1,3}(?:\.\d{1,3}){3}\\[^\\]|[\w.-]+\\(?:admin|[a-z])\$(?:\\|\Z))", re.IGNORECASE)
# Cuckoo 0.6 strips backslashes and question marks from the left
_LOST = tuple(
    (re.compile(beginning, re.IGNORECASE), root)
    for beginning, root in (
        (r"device\\(?:harddisk|namedpipe|mup|lanman|webdav)", "\\"),
        (r"\.\\(?:pipe\\|physicaldrive|[a-z]:\Z)", "\\\\"),
        (r"globalroot\\device\\|unc\\[^\\]+\\[^\\]|pipe\\[^\\]|physicaldrive\d+\Z", "\\??\\"),
        (r"[\w.-]+\\pipe\\[^\\]", "\\\\"),
    )
)
_SYSNATIVE = re.compile(r"c:\\windows\\sysnative(?=\\|\Z)", re.IGNORECASE)
_DATA_STREAM = re.compile(r"(?<=[^\\:])(?::{1,2}\$DATA)+\Z", re.IGNORECASE)
_PIPE = re.compile(
    r"(?:\\\\[^\\]+\\(?:pipe|ipc\$)"
    r"|\\\?\?\\pipe"
    r"|(?:\\\?\?\\unc|\\\\\?\\unc|\\device\\mup)\\[^\\]+\\pipe"
    r"|(?:(?:\\\?\?|\\\\[?.])\\globalroot)?\\device\\namedpipe)\\(.+)",
    re.IGNORECASE | re.DOTALL,
)
# Any volume that holds the system's own top folders is the system drive.
_SYSTEM_VOLUME = re.compile(
    r"\\device\\harddiskvolume\d+"
    r"(?=\\(?:windows|users|program files(?: \(x86\))?|programdata|documents and settings)(?:\\|\Z))",
    re.IGNORECASE,
)
_VERBATIM = "\\\\?\\"
_ROUNDS = 8


@dataclass(frozen=True)
class Location:
    """Where a path leads: ``host``, the path there, its identity ``key``, and the network path it came by."""

    host: HostRef
    path: str
    key: str
    name: str
    unc: str | None

    @property
    def uid(self) -> str:
        """The identity of the file node."""
        return file_uid(self.host, self.key)


def file_uid(host: HostRef, key: str) -> str:
    """The identity of a file by its host and its case-folded path there."""
    return uid("File", host.scope, host.key.casefold(), key)


def locate(file: FileRef) -> Location:
    """The file that a path means: network paths lead to the host they name, loopback ones back to this host."""
    return _locate(file.host, file.path)


@lru_cache(maxsize=50_000)
def _locate(host: HostRef, raw: str) -> Location:
    path = clean(raw)
    unc = split_unc(path)
    if unc is None:
        return _location(host, path, None)
    server, share, rest = unc
    at = referred_or_own(host, server)
    return _location(at, _on_that_host(share, rest), path)


def referred_or_own(host: HostRef, server: str) -> HostRef:
    """The host that a server's name means on this host: loopback names mean this one."""
    other = referred_host(host.scope, server)
    return host if is_loopback(other) else other


def _location(host: HostRef, path: str, unc: str | None) -> Location:
    return Location(host, path, path.casefold(), path.rstrip("\\").rpartition("\\")[2] or path, unc)


@lru_cache(maxsize=50_000)
def clean(raw: str) -> str:
    """The path without device prefixes, with known variables filled in, capitals kept."""
    path = raw.replace("¥", "\\")
    for _ in range(_ROUNDS):  # prefixes nest (`\\?\GLOBALROOT\Device\Mup\…`)
        before, path = path, _cleaned(path)
        if path == before:
            break
    return path


def rooted(path: str) -> str:
    r"""The path with the beginning that its log lost: ``.\PHYSICALDRIVE0``, ``Device\NamedPipe\x``."""
    return next((root + path for beginning, root in _LOST if beginning.match(path)), path)


def _cleaned(path: str) -> str:
    path = rooted(path.strip(" \t\r\n\x00").strip('"').replace("/", "\\"))
    verbatim = path.startswith((_VERBATIM, "\\??\\"))
    path = _without_prefix(_VARIABLE.sub(_variable, path))
    path = _SYSTEM_VOLUME.sub("C:", path)
    if _LOST_UNC.match(path):
        path = "\\\\" + path
    path = _DATA_STREAM.sub("", ntpath.normpath(path)) if path else path
    if path[-1:] in (".", " "):
        if verbatim and _DRIVE.match(path):
            return _VERBATIM + path  # Windows reaches such a name by this prefix only
        path = path.rstrip(". ") or path
    return _spelled(path)


def _without_prefix(path: str) -> str:
    folded = path.casefold()
    for prefix, instead in _PREFIXES:
        if folded.startswith(prefix):
            return _REDIRECTOR.sub(r"\\\\", instead + path[len(prefix) :])
    return _DRIVE_AS_DEVICE.sub("", path)


def _variable(match: re.Match[str]) -> str:
    return _VARIABLES.get(match[1].casefold(), match[0])


def _spelled(path: str) -> str:
    if _DRIVE.match(path):
        path = path[0].upper() + path[1:]
    # the name by which 32-bit code reaches the real System32
    path = _SYSNATIVE.sub(r"C:\\Windows\\System32", path)
    return path + "\\" if len(path) == 2 and path[1] == ":" else path


def split_unc(path: str) -> tuple[str, str, str] | None:
    r"""``\\server\share\rest`` in its three parts; ``None`` for anything else, devices included."""
    if not path.startswith("\\\\") or path.startswith(("\\\\.\\", "\\\\?\\")):
        return None
    server, _, below = path[2:].partition("\\")
    share, _, rest = below.partition("\\")
    server = server.split("@", 1)[0]
    return (server, share, rest) if server and share else None


def _on_that_host(share: str, rest: str) -> str:
    if share.casefold() == "admin$":
        return f"C:\\Windows\\{rest}" if rest else "C:\\Windows"
    drive = _DRIVE_SHARE.match(share)
    if drive:
        return f"{drive[1].upper()}:\\{rest}"
    return f"\\\\{share}\\{rest}" if rest else f"\\\\{share}"


def pipe_name(path: str) -> str | None:
    r"""The name of a named pipe (``\\.\pipe\x``, ``\Device\NamedPipe\x``, ``\\host\pipe\x``), else ``None``."""
    match = _PIPE.match(rooted(path.replace("¥", "\\").replace("/", "\\")))
    return match[1] if match else None


def base_name(path: str | None) -> str | None:
    """The last part of a path, as printed."""
    if not path:
        return None
    return ntpath.basename(path.replace("¥", "\\").replace("/", "\\").strip().strip('"').rstrip("\\")) or None
