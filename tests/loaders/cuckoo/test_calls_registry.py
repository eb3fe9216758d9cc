"""The registry: paths and handles of every layout, and what is read and what is only looked at."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.calls import events, every, said, untold
from helpers.reports import call, cape, cuckoo

from graph_model import events as ev

RUN = r"HKEY_CURRENT_USER\Software\Run"


def test_the_layout_of_2_appends_the_values_name() -> None:
    calls = [
        call("RegSetValueExW", key_handle="0x9c", regkey=rf"{RUN}\me", regkey_r="me", value="x.exe"),
        call("RegQueryValueExW", key_handle="0x9c", regkey=rf"{RUN}\me", regkey_r="me"),
        call("RegSetValueExW", key_handle="0x9c", regkey=rf"{RUN}\(Default)", regkey_r="", value=7),
        call("RegDeleteValueW", key_handle="0x9c", regkey=rf"{RUN}\me", regkey_r="me"),
    ]
    assert said(*calls) == [
        ("RegistryValueSet", rf"{RUN}|me"),
        ("RegistryValueRead", rf"{RUN}|me"),
        ("RegistryValueSet", rf"{RUN}|"),
        ("RegistryValueDeleted", rf"{RUN}|me"),
    ]
    assert [event.data for event in events(*calls) if isinstance(event, ev.RegistryValueSet)] == ["x.exe", "7"]


def test_the_native_calls_of_2_print_no_name_beside_the_path() -> None:
    opened = call("NtOpenKey", key_handle="0x9c", regkey=RUN)
    calls = [
        call("NtSetValueKey", key_handle="0x9c", regkey=rf"{RUN}\me", value="x.exe"),
        call("NtQueryValueKey", key_handle="0x9c", regkey=rf"{RUN}\me", key_name=None),
        call("NtDeleteValueKey", key_handle="0x9c", regkey=rf"{RUN}\(Default)"),
    ]
    named = [
        ("RegistryValueSet", rf"{RUN}|me"),
        ("RegistryValueRead", rf"{RUN}|me"),
        ("RegistryValueDeleted", f"{RUN}|"),
    ]
    assert said(*calls) == named
    assert said(opened, *calls) == named
    slashed = call("NtSetValueKey", key_handle="0x9c", regkey=rf"{RUN}\C:\a\b.dll", value=1)
    assert said(opened, slashed) == [("RegistryValueSet", rf"{RUN}|C:\a\b.dll")]


def test_cape_prints_key_and_name_together_beside_the_name() -> None:
    calls = [
        call("RegSetValueExA", Handle="0x9c", ValueName="me", Buffer="x.exe", FullName=rf"{RUN}\me"),
        call("NtSetValueKey", KeyHandle="0x9c", ValueName="", Buffer="x.exe", FullName=rf"{RUN}\(Default)"),
        call("NtQueryValueKey", KeyHandle="0x9c", ValueName="me", Information="1", FullName=rf"{RUN}\me"),
        call("NtQueryMultipleValueKey", KeyHandle="0x9c", ValueName="me", FullName=rf"{RUN}\me"),
        call("NtDeleteValueKey", KeyHandle="0x9c", ValueName="me", FullName=rf"{RUN}\me"),
    ]
    assert said(*calls, layout=cape) == [
        ("RegistryValueSet", rf"{RUN}|me"),
        ("RegistryValueSet", f"{RUN}|"),
        ("RegistryValueRead", rf"{RUN}|me"),
        ("RegistryValueRead", rf"{RUN}|me"),
        ("RegistryValueDeleted", rf"{RUN}|me"),
    ]


def test_the_oldest_layout_tells_the_key_by_handle_and_the_roots_by_number() -> None:
    opened = {"Registry": "0x80000001", "SubKey": r"Software\Run", "Handle": "0x9c"}
    calls = [
        call("RegCreateKeyExW", **opened, Disposition="1"),
        call("RegSetValueExW", Handle="0x9c", ValueName="me", Buffer="x.exe"),
        call("RegOpenKeyExA", Registry="0x0000009c", SubKey="Below", Handle="0xa0"),
        call("RegQueryValueExA", Handle="0xa0", ValueName="you", Data="1"),
        call("RegDeleteKeyA", Handle="0x9c", SubKey="Below"),
        call("RegCloseKey", Handle="0x9c"),
        call("RegSetValueExW", Handle="0x9c", ValueName="me", Buffer="x.exe"),
        call("RegOpenKeyExA", Registry="0xffffffff80000002", SubKey="A", Handle="0x9c"),
        call("RegDeleteValueA", Handle="0x9c", ValueName="b"),
    ]
    assert said(*calls, layout=cape) == [
        ("RegistryKeyCreated", RUN),
        ("RegistryValueSet", rf"{RUN}|me"),
        ("RegistryValueRead", rf"{RUN}\Below|you"),
        ("RegistryKeyDeleted", rf"{RUN}\Below"),
        ("RegistryValueDeleted", r"HKEY_LOCAL_MACHINE\A|b"),
    ]
    assert untold(*calls, layout=cape) == ["RegSetValueExW"]


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        ({"ObjectAttributes": r"\Registry\Machine\Software\A"}, r"\Registry\Machine\Software\A"),
        ({"ObjectAttributes": r"Registry\Machine\Software\A"}, r"Registry\Machine\Software\A"),
        ({"ObjectAttributes": r"HKEY_LOCAL_MACHINE\A", "ObjectAttributesName": "A"}, r"HKEY_LOCAL_MACHINE\A"),
        ({"ObjectAttributes": r"A\B", "ObjectAttributesHandle": "0x10"}, r"HKEY_LOCAL_MACHINE\Base\A\B"),
        ({"ObjectAttributesName": "A", "ObjectAttributesHandle": "0x10"}, r"HKEY_LOCAL_MACHINE\Base\A"),
        ({"ObjectAttributes": r"A\B"}, None),
        ({"ObjectAttributes": r"A\B", "ObjectAttributesHandle": "0x14"}, None),
    ],
)
def test_a_native_opening_is_below_another_key_where_its_path_has_no_hive(arguments: Any, key: str | None) -> None:
    base = call("RegOpenKeyExW", Registry="0x80000002", SubKey="Base", Handle="0x10")
    opened = call("NtCreateKey", KeyHandle="0x18", Disposition="1", **arguments)
    deleted = call("NtDeleteKey", KeyHandle="0x18")
    expected = [("RegistryKeyCreated", key), ("RegistryKeyDeleted", key)] if key else []
    assert said(base, opened, deleted, layout=cape) == expected
    assert untold(base, opened, deleted, layout=cape) == ([] if key else ["NtCreateKey", "NtDeleteKey"])


@pytest.mark.parametrize(("disposition", "created"), [(1, True), (2, False), ("1", True), (None, False)])
@pytest.mark.parametrize("api", ["RegCreateKeyExA", "RegCreateKeyExW", "NtCreateKey"])
def test_a_key_is_created_where_the_disposition_says_new(api: str, disposition: Any, created: bool) -> None:
    made = call(api, regkey=RUN, key_handle="0x9c", disposition=disposition)
    assert said(made) == [("RegistryKeyCreated", RUN)] * created


@pytest.mark.parametrize("api", ["RegOpenKeyExA", "RegOpenKeyExW", "NtOpenKey", "NtOpenKeyEx"])
@every
def test_an_opened_key_is_no_event_and_its_handle_is_known(api: str, layout: Any) -> None:
    calls = [call(api, regkey=RUN, key_handle="0x9c"), call("NtDeleteKey", key_handle="0x9c")]
    assert said(*calls, layout=layout) == [("RegistryKeyDeleted", RUN)]


@pytest.mark.parametrize("api", ["RegDeleteKeyA", "RegDeleteKeyW", "RegDeleteKeyExA", "RegDeleteKeyExW"])
@every
def test_a_key_is_deleted_by_its_path(api: str, layout: Any) -> None:
    assert said(call(api, regkey=RUN, regkey_r="Run", key_handle="0x80000001"), layout=layout) == [
        ("RegistryKeyDeleted", RUN)
    ]


@every
def test_a_renamed_key_is_gone_under_the_old_name_and_there_under_the_new(layout: Any) -> None:
    calls = [
        call("NtOpenKey", key_handle="0x9c", regkey=RUN),
        call("NtRenameKey", key_handle="0x9c", new_name="Walk"),
        call("NtDeleteKey", key_handle="0x9c"),
    ]
    walk = r"HKEY_CURRENT_USER\Software\Walk"
    expected = [("RegistryKeyDeleted", RUN), ("RegistryKeyCreated", walk), ("RegistryKeyDeleted", walk)]
    assert said(*calls, layout=layout) == expected


# --- enumerated values ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opened", "enumerated", "expected"),
    [
        # what 2.x prints as the key is what the buffer held before; the handle knows better
        (True, ("RegEnumValueW", {"regkey": rf"{RUN}\stale", "regkey_r": "me", "value": "x"}), f"{RUN}|me"),
        (False, ("RegEnumValueW", {"regkey": rf"{RUN}\stale", "regkey_r": "me", "value": "x"}), None),
        (False, ("NtEnumerateValueKey", {"regkey": RUN, "key_name": "me", "value": "x"}), f"{RUN}|me"),
        (False, ("RegEnumValueA", {"FullName": rf"{RUN}\me", "ValueName": "me", "Data": "x"}), f"{RUN}|me"),
        (True, ("RegEnumValueA", {"ValueName": "me", "Data": "x"}), f"{RUN}|me"),
        # names only
        (True, ("RegEnumValueA", {"ValueName": "me", "Type": "1", "DataLength": "4"}), None),
        (True, ("NtEnumerateValueKey", {"Index": "0", "KeyValueInformationClass": "1"}), None),
    ],
)
def test_an_enumerated_value_is_read_where_its_data_are_given(opened: bool, enumerated: Any, expected: Any) -> None:
    api, arguments = enumerated
    before = [call("NtOpenKey", key_handle="0x9c", regkey=RUN)] * opened
    calls = [*before, call(api, key_handle="0x9c", **arguments)]
    assert said(*calls) == ([("RegistryValueRead", expected)] if expected else [])


def test_the_name_of_a_key_explains_a_handle_that_was_never_seen_opened() -> None:
    path = r"\REGISTRY\USER\S-1-5-21-1_Classes"
    calls = [
        call("NtQueryKey", KeyHandle="0x9c", KeyInformation=path, KeyInformationClass="3"),
        call("NtQueryKey", KeyHandle="0xa0", KeyInformation=path, KeyInformationClass="2"),
        call("NtDeleteKey", KeyHandle="0x9c"),
        call("NtDeleteKey", KeyHandle="0xa0"),
    ]
    assert said(*calls, layout=cape) == [("RegistryKeyDeleted", path)]


# --- a service by its key ------------------------------------------------------------------------

SERVICE = r"HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\services\evil"


@pytest.mark.parametrize("layout", [cuckoo, cape])
def test_an_image_written_into_the_key_of_a_service_installs_it(layout: Any) -> None:
    calls = [
        call("RegOpenKeyExW", regkey=SERVICE, key_handle="0x9c"),
        call("RegSetValueExW", key_handle="0x9c", value_name="ImagePath", buffer=r"C:\evil.exe"),
        call("RegSetValueExW", key_handle="0x9c", value_name="Start", buffer="2"),
    ]
    expected = [
        ("RegistryValueSet", rf"{SERVICE}|ImagePath"),
        ("ServiceInstalled", "evil"),
        ("RegistryValueSet", rf"{SERVICE}|Start"),
    ]
    assert said(*calls, layout=layout) == expected
    assert events(*calls, layout=layout)[1].image == r"C:\evil.exe"


def test_the_service_manager_writes_that_key_for_others() -> None:
    written = call("NtSetValueKey", key_handle="0x9c", regkey=rf"{SERVICE}\ImagePath", value="x")
    assert said(written, name="services.exe") == [("RegistryValueSet", rf"{SERVICE}|ImagePath")]
    below = call("NtSetValueKey", key_handle="0x9c", regkey=rf"{SERVICE}\Parameters\ImagePath", value="x")
    assert said(below) == [("RegistryValueSet", rf"{SERVICE}\Parameters|ImagePath")]
