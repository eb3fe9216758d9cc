"""Who signed an executable: the certificates that ``static`` lists, and whether the guest took them for valid."""

from __future__ import annotations

from typing import Any

from loaders.cuckoo import values
from loaders.cuckoo.sections.shapes import list_of, mapping_of

_SUBJECT = ("common_name", "subject_commonName", "subject_CN", "cn", "organization", "subject_organizationName")
_ISSUER = ("issuer_commonName", "issuer_CN", "issuer_organizationName")


def signed_of(entry: dict[str, Any]) -> dict[str, str]:
    """``signer``, ``issuer`` and ``signature``; nothing where no certificate is listed."""
    listed = [*list_of(entry.get("signature")), *list_of(entry.get("digital_signers"))]
    certificates = [mapping_of(found) for found in listed]
    leaf = _leaf([found for found in certificates if _first(found, _SUBJECT)])
    if leaf is None:
        return {}
    told = {"signer": _first(leaf, _SUBJECT), "issuer": _first(leaf, _ISSUER), "signature": _verdict(entry)}
    return {name: text for name, text in told.items() if text}


def _leaf(certificates: list[dict[str, Any]]) -> dict[str, Any] | None:
    """CAPE lists the whole chain: the signer is who issued none of the others."""
    issuers = {_first(found, _ISSUER) for found in certificates if _first(found, _ISSUER) != _first(found, _SUBJECT)}
    leaves = [found for found in certificates if _first(found, _SUBJECT) not in issuers]
    return min(leaves or certificates, key=lambda found: _first(found, _SUBJECT) or "", default=None)


def _first(certificate: dict[str, Any], names: tuple[str, ...]) -> str | None:
    return next((text for name in names if (text := values.text(certificate.get(name)))), None)


def _verdict(entry: dict[str, Any]) -> str | None:
    """CAPE asks the guest; Cuckoo does not ask anyone."""
    valid = mapping_of(entry.get("guest_signers")).get("aux_valid")
    if not isinstance(valid, bool):
        return None
    return "Valid" if valid else "Invalid"
