"""Whether the beginning of a file shows VirusTotal's report of a file: by the keys of its interface, never by a name.

Sandbox reports hold the same words one level down (``virustotal.scans``), so their own sections rule it out.
"""

from __future__ import annotations

from loaders.outline import keys_by_depth

_OF_SANDBOXES = {b"info", b"behavior", b"behaviour", b"target", b"task_id", b"analysis", b"virustotal"}
_HASHES = {b"sha256", b"sha1", b"md5", b"resource"}
_OF_A_SCAN = {b"positives", b"total", b"scan_date", b"scan_id", b"response_code", b"permalink"}
_UNKNOWN_FILE = {b"response_code", b"resource", b"verbose_msg"}
_AROUND_DATA = {b"data", b"links", b"meta"}
# a few of what version 3 says of every file; the scan itself may lie behind the beginning
_ATTRIBUTES = {
    b"sha256",
    b"sha1",
    b"md5",
    b"size",
    b"names",
    b"meaningful_name",
    b"type_description",
    b"type_tag",
    b"magic",
    b"tlsh",
    b"vhash",
    b"ssdeep",
    b"reputation",
    b"times_submitted",
    b"total_votes",
    b"first_submission_date",
    b"last_submission_date",
    b"last_analysis_date",
    b"last_analysis_stats",
    b"last_analysis_results",
}
# long parts that only this service writes, and that may stand before all others
_LONG_PARTS = {
    b"androguard",
    b"authentihash",
    b"crowdsourced_ids_results",
    b"crowdsourced_yara_results",
    b"last_analysis_results",
    b"pe_info",
    b"sandbox_verdicts",
    b"sigma_analysis_results",
    b"signature_info",
}
_ENOUGH = 3


def is_report(head: bytes) -> bool:
    """Whether it is a report of version 2 or 3."""
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return False
    _, top, second, third = keys_by_depth(head, 3)
    if top & _OF_SANDBOXES:
        return False
    if b"scans" in top:
        return bool(top & _HASHES and top & _OF_A_SCAN)
    if top >= _UNKNOWN_FILE:
        return True
    if b"attributes" in top:
        return _tells(second)
    return b"data" in top and top <= _AROUND_DATA and b"attributes" in second and _tells(third)


def _tells(attributes: set[bytes]) -> bool:
    return len(attributes & _ATTRIBUTES) >= _ENOUGH or bool(attributes & _LONG_PARTS)
