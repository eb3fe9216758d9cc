"""What makes two mentions the same thing: uids, hashes, run and host keys.

A uid depends on nothing but the thing itself: not on the machine, the hash seed, or what else was loaded.
Windows paths and registry paths have their own modules, :mod:`graph_model.paths` and :mod:`graph_model.registry`.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from functools import lru_cache

from graph_model.events import FileFacts, Hashes, HostRef, ProcessRef

_UID_BYTES = 16
_HASH_LENGTHS = {"sha256": 64, "sha1": 40, "md5": 32}
_HEXADECIMAL = re.compile(r"[0-9a-f]+\Z")
_LOOPBACK = frozenset({"localhost", ".", "wsl$", "wsl.localhost"})


@lru_cache(maxsize=200_000)
def uid(kind: str, *parts: str) -> str:
    """The identity of a thing of this kind: 32 hexadecimal digits over its parts."""
    return _digest(kind, *parts)


def _digest(*parts: str) -> str:
    """Over parts that no separator inside them can shift."""
    text = "\x1f".join(parts)
    if "\x1e" in text or text.count("\x1f") >= len(parts):
        text = "\x1f".join(part.replace("\x1e", "\x1e0").replace("\x1f", "\x1e1") for part in parts)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_UID_BYTES).hexdigest()


def relationship_uid(type_: str, start: str, end: str, *parts: str) -> str:
    """The identity of a relationship: recorded ones add run and first position, derived ones nothing."""
    return _digest(type_, start, end, *parts)


def run_uid(tool: str, *key: object) -> str:
    """A run by the analysis's own key, or by the digest of the log's decompressed content."""
    return uid("Run", tool, *(str(part) for part in key))


def host_uid(host: HostRef) -> str:
    """A host within its scope; keys are compared without regard to case."""
    return uid("Host", host.scope, host.key.casefold())


def process_uid(process: ProcessRef) -> str:
    """A process on its host."""
    return uid("Process", host_uid(process.host), process.key.casefold())


def user_uid(scope: str, domain: str | None, name: str) -> str:
    """An account within the scope of its hosts."""
    return uid("User", scope, (domain or "").casefold(), name.casefold())


def content_uid(hashes: Hashes) -> str | None:
    """Bytes by their strongest known hash; ``None`` when there is none."""
    for name in ("sha256", "sha1", "md5"):
        value = getattr(hashes, name)
        if value:
            return uid("Content", name, value)
    return None


def checked_hash(name: str, value: object) -> str | None:
    """The hash in lower case, or ``None`` when it has not the form and length of one (damaged logs)."""
    if not isinstance(value, str):
        return None
    text = value.strip().lower()
    return text if len(text) == _HASH_LENGTHS[name] and _HEXADECIMAL.match(text) else None


def checked_hashes(sha256: object = None, sha1: object = None, md5: object = None) -> Hashes:
    """Hashes whose form is right; the others are left out."""
    return Hashes(checked_hash("sha256", sha256), checked_hash("sha1", sha1), checked_hash("md5", md5))


@lru_cache(maxsize=20_000)
def is_address(text: str) -> bool:
    """Whether the text is an IPv4 or IPv6 address (a scope id may follow)."""
    try:
        ipaddress.ip_address(text.split("%", 1)[0])
    except ValueError:
        return False
    return True


def referred_host(scope: str, server: str) -> HostRef:
    """The host that a network path names: by address, or by name (NetBIOS or FQDN)."""
    text = server.strip().casefold()
    if text.endswith(".ipv6-literal.net"):
        text = text.removesuffix(".ipv6-literal.net").replace("-", ":").replace("s", "%")
    return HostRef(scope, f"address:{plain_address(text)}" if is_address(text) else f"name:{text}")


@lru_cache(maxsize=20_000)
def plain_address(text: str) -> str:
    """One spelling for an address: lower case, zeros left out, no scope id, IPv4 where it is mapped into IPv6."""
    address = ipaddress.ip_address(text.split("%", 1)[0])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def is_loopback(host: HostRef) -> bool:
    """Whether a host that is only referred to is the speaker itself."""
    kind, _, name = host.key.partition(":")
    if kind == "address":
        address = ipaddress.ip_address(name)
        return address.is_loopback or address.is_unspecified
    return kind == "name" and name in _LOOPBACK


def has_content(facts: FileFacts | None) -> bool:
    """Whether the facts identify the bytes."""
    return facts is not None and content_uid(facts.hashes) is not None
