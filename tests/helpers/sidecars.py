"""Reports of VirusTotal in both versions of its interface, and run notes, for tests."""

from __future__ import annotations

from typing import Any

JSON = dict[str, Any]
SHA256 = "027cc450ef5f8c5f653329641ec1fed91f694e0d229928963b30f6b0d7d3a745"
SHA1 = "34f917aaba5684fbe56d3c57d48ef2a1aa7cf06d"
MD5 = "71b6a493388e7d0b40c83ce903bc6b04"
HASHES = {"sha256": SHA256, "sha1": SHA1, "md5": MD5}
LABELS = {"A": "Ransom:Win32/Petya.A", "B": "Trojan.Ransom.Petya.C", "C": "Win32.Petya", "D": None}
SCANNED = 1_498_800_000  # 2017-06-30 05:20:00 UTC


def version_2(**more: Any) -> JSON:
    scans = {
        name: {"detected": label is not None, "version": "1", "result": label, "update": "20170630"}
        for name, label in LABELS.items()
    }
    return {
        "scans": scans,
        "scan_id": f"{SHA256}-{SCANNED}",
        **HASHES,
        "resource": SHA256,
        "response_code": 1,
        "scan_date": "2017-06-30 05:20:00",
        "permalink": "https://www.virustotal.com/file/027cc450/analysis/",
        "verbose_msg": "Scan finished, information embedded",
        "total": 4,
        "positives": 3,
        **more,
    }


def version_3(**more: Any) -> JSON:
    results = {
        name: {"category": "malicious" if label else "undetected", "engine_name": name, "result": label}
        for name, label in LABELS.items()
    }
    attributes = {
        **HASHES,
        "size": 362360,
        "type_description": "Win32 DLL",
        "names": ["027cc.dll", "perfc.dat"],
        "ssdeep": "6144:y/Bt80VmNTBo",
        "last_analysis_date": SCANNED,
        "last_analysis_stats": {"malicious": 3, "suspicious": 0, "undetected": 1, "harmless": 0, "type-unsupported": 9},
        "last_analysis_results": results,
        **more,
    }
    return {"data": {"attributes": attributes, "type": "file", "id": SHA256, "links": {"self": "https://x/"}}}


def run_notes(**more: Any) -> JSON:
    return {
        "sample": {"name": "027cc.dll", "sha256": SHA256},
        "started": "2017-06-30T13:13:00+09:00",
        "ended": "06/30/2017 13:28:00.000 +0900",
        "terminals": ["e4009d1d-9311-4249-9487-a373cde7192c", "MWC02", "172.31.48.79"],
        "logs": ["mwc01.log"],
        "arguments": "rundll32.exe 027cc.dll #1",
        "environment": {"os": "Windows 7 32bit", "filters": "off", "clicking_tool": True},
        "remarks": ["ran 15 minutes", "表示"],
        **more,
    }
