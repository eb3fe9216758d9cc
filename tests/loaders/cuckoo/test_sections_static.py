"""The sample: what `static`, `strings` and `virustotal` say of it, in every layout."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.graphs import Graph
from helpers.reports import JSON, Program, cape, cuckoo, found, read
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_model import events as ev
from graph_model import schema
from graph_model.builder import build
from loaders.cuckoo.sections import strings, virustotal
from loaders.drift import Drift

SHA256 = "ab" * 32
TARGET = {"category": "file", "file": {"sha256": SHA256, "name": "x.exe", "type": "PE32 executable", "ssdeep": "3:a:b"}}
# the words of cuckoo/processing/static.py
PE_2 = {
    "pe_imports": [
        {"dll": "KERNEL32.dll", "imports": [{"address": "0x1", "name": "WriteFile"}, {"address": "0x5", "name": None}]},
        {"dll": "WS2_32.dll", "imports": [{"address": "0x9", "name": "connect"}]},
    ],
    "pe_exports": [{"address": "0x401000", "name": "run", "ordinal": 1}],
    "pe_sections": [
        {"name": ".text", "virtual_address": "0x1000", "virtual_size": "0x0000340a", "size_of_data": "0x00003600",
         "entropy": 6.2149},
        {"name": "UPX1", "virtual_size": "0x10", "size_of_data": "0x0", "entropy": 0.0},
    ],
    "pe_resources": [
        {"name": "RT_ICON", "offset": "0x1", "size": "0x00000128", "filetype": "data", "language": "LANG_ENGLISH",
         "sublanguage": "SUBLANG_ENGLISH_US"},
    ],
    "pe_versioninfo": [
        {"name": "CompanyName", "value": "Example Ltd."},
        {"name": "ProductName", "value": "Tool"},
        {"name": "ProductVersion", "value": "1.98"},
        {"name": "FileDescription", "value": "A tool"},
        {"name": "OriginalFilename", "value": "tool.exe"},
        {"name": "LegalCopyright", "value": "  "},
    ],
    "pe_imphash": "c8b547bc71aff83bbc3cfaab1f45ae47",
    "pe_timestamp": "2017-06-30 13:13:13",
    "pdb_path": "c:\\work\\tool.pdb",
    "peid_signatures": ["UPX v3.0"],
    "imported_dll_count": 2,
    "signature": [{"common_name": "Example Signing", "organization": "Example Ltd.", "sha1": "00"}],
}  # fmt: skip
# the words of CAPE's parse_pe, where imports are an object since 2.4
PE_CAPE = {
    "imports": {name: {"dll": f"{name}.dll", "imports": functions} for name, functions in
                (("KERNEL32", [{"name": "WriteFile"}, {"ordinal": 7}]), ("WS2_32", [{"name": "connect"}]))},
    "exports": [{"name": "run"}],
    "sections": [dict(entry, entropy=f"{entry['entropy']:.2f}") for entry in PE_2["pe_sections"]],
    "resources": [dict(entry, entropy="2.1") for entry in PE_2["pe_resources"]],
    "versioninfo": PE_2["pe_versioninfo"],
    "imphash": PE_2["pe_imphash"],
    "timestamp": PE_2["pe_timestamp"],
    "pdbpath": PE_2["pdb_path"],
    "peid_signatures": ["UPX v3.0"],
    "digital_signers": [
        {"subject_commonName": "Root", "issuer_commonName": "Root"},
        {"subject_commonName": "Issuing", "issuer_commonName": "Root"},
        {"subject_commonName": "Example Signing", "issuer_commonName": "Issuing"},
    ],
    "guest_signers": {"aux_valid": True},
}  # fmt: skip
LAYOUTS = {
    "cuckoo 2.x": cuckoo(target=TARGET, static=PE_2),
    "cape 2.2": cape(target=TARGET, static={"pe": PE_CAPE}),
    "cape 2.4": cape(target={"category": "file", "file": TARGET["file"] | {"pe": PE_CAPE}}),
}


def described(report: JSON) -> ev.ContentDescribed:
    (event,) = found(report, ev.ContentDescribed)
    return event  # type: ignore[no-any-return]


def graph(*reports: JSON) -> Graph:
    return Graph(batch for report in reports for batch in build(read(report)[0]))


def content(*reports: JSON) -> dict[str, Any]:
    (node,) = graph(*reports).of("Content")
    return node


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_says_the_same_of_an_executable(layout: str) -> None:
    event = described(LAYOUTS[layout])
    static = event.static
    assert static.imports[1:] == ("KERNEL32.dll!WriteFile", "WS2_32.dll!connect")
    assert static.imports[0] == ("KERNEL32.dll!#?" if layout == "cuckoo 2.x" else "KERNEL32.dll!#7")
    assert (static.import_count, static.exports, static.export_count) == (3, ("run",), 1)
    assert static.sections == (
        ".text: virtual 13322, raw 13824, entropy 6.21",
        "UPX1: virtual 16, raw 0, entropy 0.00",
    )
    assert static.resources == ("RT_ICON, data, LANG_ENGLISH, SUBLANG_ENGLISH_US, 296 bytes",)
    assert (static.imphash, static.compiled) == (PE_2["pe_imphash"], "2017-06-30 13:13:13")
    assert (static.pdb, static.peid) == ("c:\\work\\tool.pdb", ("UPX v3.0",))
    assert "OriginalFilename: tool.exe" in static.version_info
    assert not [line for line in static.version_info if line.startswith("LegalCopyright")], "it is blank"
    facts = event.facts
    assert (facts.company, facts.product, facts.product_version) == ("Example Ltd.", "Tool", "1.98")
    assert (facts.description, facts.signer, facts.original_name) == ("A tool", "Example Signing", "tool.exe")


def test_a_chain_of_certificates_names_who_signed_and_who_vouches() -> None:
    facts = described(LAYOUTS["cape 2.2"]).facts
    assert (facts.signer, facts.issuer, facts.signature) == ("Example Signing", "Issuing", "Valid")
    assert described(LAYOUTS["cuckoo 2.x"]).facts.signature is None, "Cuckoo does not check"


def test_a_file_without_certificates_is_neither_valid_nor_invalid() -> None:
    unsigned = PE_CAPE | {"digital_signers": [], "guest_signers": {"aux_valid": False, "aux_error": True}}
    assert described(cape(target=TARGET, static={"pe": unsigned})).facts.signature is None


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (None, "Invalid"),
        ("WinVerifyTrust returned error 0x80096010 The digital signature of the object did not verify.", "Invalid"),
        ("A required certificate is not within its validity period when verifying against the clock", "Expired"),
        ("terminated in a root certificate which is not trusted by the trust provider.", "Untrusted"),
        ("A certificate was explicitly revoked by its issuer.", "Revoked"),
        ("No signature found.", None),
        ("This file format cannot be verified because it is not recognized.", None),
    ],
)
def test_what_the_guest_says_against_a_signature_is_kept_apart(said: str | None, verdict: str | None) -> None:
    refused = PE_CAPE | {"guest_signers": {"aux_valid": False, "aux_error": True, "aux_error_desc": said}}
    assert described(cape(target=TARGET, static={"pe": refused})).facts.signature == verdict


def test_the_sample_bears_what_was_found_in_it() -> None:
    node = content(LAYOUTS["cuckoo 2.x"])
    expected = {"sha256": SHA256, "company": "Example Ltd.", "signer": "Example Signing", "names": ["x.exe"]}
    assert expected.items() <= node.items()
    assert node["imports"] == ["KERNEL32.dll!#?", "KERNEL32.dll!WriteFile", "WS2_32.dll!connect"]


def test_long_lists_are_cut_and_say_how_long_they_were() -> None:
    many = [{"dll": "a.dll", "imports": [{"name": f"f{n:05}"} for n in range(3_000)]}]
    static = described(cuckoo(target=TARGET, static={"pe_imports": many})).static
    assert (len(static.imports), static.import_count) == (1_000, 3_000)
    assert static.imports[-1] == "a.dll!f00999", "the first in sorting order, whatever the order of the report"


def test_other_kinds_of_files_are_told_in_the_drift_report() -> None:
    _, drift = read(cuckoo(target=TARGET, static={"office": {"macros": []}, "keys": ["RSA"], "pdf": []}))
    assert {key for key in drift.unknown if key[0] == "static"} == {("static", "office"), ("static", "keys")}


@pytest.mark.parametrize("section", ["static", "strings", "virustotal", "debug"])
def test_an_absent_section_is_no_mistake_and_one_of_another_shape_is_told(section: str) -> None:
    assert not [key for key in read(cuckoo(target=TARGET))[1].unknown if key[0] == "section"]
    assert read(cuckoo(target=TARGET, **{section: 7}))[1].unknown["section", section] == 1


# --- strings -------------------------------------------------------------------------------------


def test_strings_keep_those_that_tell_something_first() -> None:
    telling = ["http://example.com/a", r"C:\Windows\x.dll", r"HKLM\Software\Run", "cmd.exe /c del x", "10.20.30.40"]
    noise = [f"printable noise {n:04}" for n in range(1_000)]
    kept, number = strings.choice_of([*noise, "AUATUWVSH", "short", *telling, *noise])
    assert (len(kept), number) == (strings.KEPT, 1_000 + 2 + len(telling))
    assert set(telling) <= set(kept)
    assert "short" not in kept, "five characters tell nothing"
    assert list(kept) == sorted(kept)


def test_strings_in_words_come_before_code_that_happens_to_be_printable() -> None:
    code = [f"*}}uqs;{n:04}@x" for n in range(2_000)]
    words = ["The result is too small to be represented (UNDERFLOW)", "Total loss of significance (TLOSS)"]
    kept, _ = strings.choice_of([*code, *words])
    assert set(words) <= set(kept)


@given(st.lists(st.text(max_size=12), max_size=30), st.randoms())
@settings(max_examples=100, deadline=None)
def test_the_order_of_strings_does_not_matter(texts: list[str], random: Any) -> None:
    shuffled = list(texts)
    random.shuffle(shuffled)
    assert strings.choice_of(shuffled) == strings.choice_of(texts)


@pytest.mark.parametrize(
    "text",
    [r"\Device\PhysicalMemory", "%APPDATA%\\x", "ftp://a", "someone@example.com", "evil.onion", r"SOFTWARE\Classes",
     "powershell -enc AA", "x.exe", r"D:\build\a.pdb", "User-Agent: x", "vssadmin delete shadows"],
)  # fmt: skip
def test_paths_addresses_keys_and_commands_tell_something(text: str) -> None:
    assert strings.telling(text)


@pytest.mark.parametrize("text", ["AUATUWVSH", "!This program", "version 1.2.3", "GetLastError", "10.20.30"])
def test_other_strings_do_not(text: str) -> None:
    assert not strings.telling(text)


def test_a_string_is_on_the_sample() -> None:
    node = content(cuckoo(target=TARGET, strings=["http://example.com/", "http://example.com/", 7, None]))
    assert (node["strings"], node["string_count"]) == (["http://example.com/"], 1)


# --- virustotal ----------------------------------------------------------------------------------

ZBOT = {
    "Kaspersky": "Trojan-Spy.Win32.Zbot.abcd",
    "Microsoft": "PWS:Win32/Zbot",
    "Avast": "Win32:Zbot-XYZ [Trj]",
    "GData": "Win32.Trojan.Zeus.A",  # an alias
    "One": "Trojan.Upatre.1",
    "Two": "W32/Upatre.C",
    "Generic": "Trojan.Generic.KD.1",  # says nothing
}


def scanned(labels: dict[str, str], date: str, **more: Any) -> JSON:
    """A scan as `cuckoo/common/virustotal.py` keeps it."""
    scans: JSON = {name: {"detected": True, "result": label, "normalized": []} for name, label in labels.items()}
    scans["Clean"] = {"detected": False, "result": None, "normalized": []}
    summary = {"positives": len(labels), "scan_date": date}
    return {"summary": summary, "scans": scans, "scan_date": date, "positives": len(labels), "total": 60} | more


def scan(section: Any) -> ev.Scan | None:
    return virustotal.scan_of(section, ev.FileFacts(), Drift(""))


def test_most_scanners_name_the_family_under_all_its_names() -> None:
    report = scan(scanned(ZBOT, "2017-03-04 05:06:07", permalink="https://example.com/s", normalized=["Zbot"]))
    assert report is not None
    assert (report.family, report.family_votes) == ("zbot", ("zbot: 4", "upatre: 2"))
    assert (report.positives, report.total, report.scanned_us) == (7, 60, 1_488_603_967_000_000)
    assert (report.permalink, report.normalized) == ("https://example.com/s", ("Zbot",))
    assert report.labels[0] == "Avast: Win32:Zbot-XYZ [Trj]"
    assert len(report.labels) == len(ZBOT), "who found nothing has no label"


def test_one_scanner_alone_names_no_family() -> None:
    report = scan(scanned({"A": "Trojan.Zbot", "B": "Trojan.Generic"}, "2017-03-04 05:06:07"))
    assert report is not None
    assert (report.family, report.family_votes) == (None, ())


def test_the_order_of_scanners_does_not_matter() -> None:
    turned = dict(reversed(ZBOT.items()))
    assert scan(scanned(ZBOT, "2017-03-04 05:06:07")) == scan(scanned(turned, "2017-03-04 05:06:07"))


@pytest.mark.parametrize("section", [None, {}, [], "x", {"summary": {"error": "resource has not been scanned yet"}}])
def test_a_sample_that_nobody_scanned_has_no_scan(section: Any) -> None:
    assert scan(section) is None


def test_the_short_form_of_cape_is_read_where_scans_are_missing() -> None:
    short = {"positive": 1, "total": 70, "results": [{"vendor": "A", "sig": "Zbot"}, {"vendor": "B", "sig": None}]}
    report = scan(short)
    assert report is not None
    assert (report.positives, report.total, report.labels) == (1, 70, ("A: Zbot",))


def test_a_scan_belongs_to_its_run_and_its_date_whatever_is_loaded_first() -> None:
    early = cuckoo(Program(4), target=TARGET, virustotal=scanned({"A": "Emotet.a", "B": "Emotet.b"}, "2017-01-01"))
    late = cuckoo(Program(8), target=TARGET, virustotal=scanned(ZBOT, "2018-01-01"))
    one, other = graph(early, late), graph(late, early)
    assert one.nodes == other.nodes
    assert one.relationships == other.relationships
    assert [node["families"] for node in one.of("Content")] == [["emotet", "zbot"]]
    by_date = {row["scanned_us"]: (row["positives"], row["family"]) for row in one.between("ANALYSED")}
    assert by_date == {1_483_228_800_000_000: (2, "emotet"), 1_514_764_800_000_000: (7, "zbot")}


def test_what_a_scan_says_is_declared() -> None:
    assert set(ev.Scan.__struct_fields__) <= set(schema.RELATIONSHIPS["ANALYSED"].properties)
    assert set(ev.StaticFacts.__struct_fields__) <= set(schema.NODES["Content"].properties)


def test_a_url_can_be_what_was_analysed() -> None:
    found_graph = graph(cuckoo(target={"category": "url", "url": "http://example.com/x"}))
    assert found_graph.triples("ANALYSED", by="url") == {(None, "ANALYSED", "http://example.com/x")}
    (run,) = found_graph.of("Run")
    assert run["category"] == "url"
