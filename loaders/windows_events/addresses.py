"""Which addresses tell machines apart."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

_BROADCAST = "255.255.255.255"


@lru_cache(maxsize=10_000)
def is_of_one_machine(plain: str) -> bool:
    """Whether an address is one machine's: not loopback, not one for many, not none."""
    address = ipaddress.ip_address(plain)
    return not (address.is_loopback or address.is_multicast or address.is_unspecified or plain == _BROADCAST)
