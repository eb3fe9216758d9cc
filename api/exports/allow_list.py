"""What the user never wants to see blocked: domains with all names below them, addresses and networks."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from api.exports.hosts import Address, ascii_name
from graph_model.errors import InputError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_HINT = "write one domain, address or network (192.0.2.0/24) a line; what follows a # is not read"


@dataclass(frozen=True)
class AllowList:
    """Domains and networks."""

    domains: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    def holds(self, host: str | Address) -> bool:
        """Whether the host is on the list, or below something that is."""
        if not isinstance(host, str):
            return any(host in network for network in self.networks)
        labels = host.split(".")
        return any(".".join(labels[start:]) in self.domains for start in range(len(labels)))


def read_allow_list(path: Path) -> AllowList:
    """The list in a file; a line that is none of these is an error, since it would protect nothing."""
    domains: set[str] = set()
    networks: list[Network] = []
    for number, line in enumerate(_lines(path), 1):
        entry = line.partition("#")[0].strip()
        network, domain = _network(entry), ascii_name(entry.removeprefix("*").removeprefix("."))
        if network is not None:
            networks.append(network)
        elif domain is not None:
            domains.add(domain)
        elif entry:
            raise InputError(f"{entry!r} is no domain, address or network", path=f"{path}:{number}", hint=_HINT)
    return AllowList(frozenset(domains), tuple(networks))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise InputError("the allow list is no UTF-8 text", path=str(path), hint=_HINT) from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=str(path), hint="check the path") from error


def _network(entry: str) -> Network | None:
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None
