"""Who signed an executable: the certificates that ``static`` lists, and whether the guest took them for valid."""

from __future__ import annotations

from typing import Any

from loaders.cuckoo import values
from loaders.cuckoo.sections.shapes import list_of, mapping_of

_SUBJECT = ("common_name", "subject_commonName", "subject_CN", "cn", "organization", "subject_organizationName")
# what signtool says beside that the bytes are not those that were signed; nothing where it saw no signature
_REFUSED = {
    "no signature found": None,
    "file not valid": None,
    "not recognized": None,
    "within its validity period": "Expired",
    "not trusted by the trust provider": "Untrusted",
    "explicitly revoked": "Revoked",
}
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
    """CAPE asks signtool in the guest; Cuckoo does not ask anyone."""
    asked = mapping_of(entry.get("guest_signers"))
    valid = asked.get("aux_valid")
    if not isinstance(valid, bool):
        return None
    if valid:
        return "Valid"
    said = (values.text(asked.get("aux_error_desc")) or "").lower()
    return next((verdict for words, verdict in _REFUSED.items() if words in said), "Invalid")
