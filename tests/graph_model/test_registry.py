"""One registry place, one key."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_model.registry import clean_key, value_path

RUN = r"HKEY_LOCAL_MACHINE\Software\Microsoft\Windows\CurrentVersion\Run"


@pytest.mark.parametrize(
    "spelling",
    [
        RUN,
        RUN + "\\",
        r"HKLM\Software\Microsoft\Windows\CurrentVersion\Run",
        r"hklm\software\microsoft\windows\currentversion\run",
        r"\REGISTRY\MACHINE\Software\Microsoft\Windows\CurrentVersion\Run",
        r"\Registry\Machine\Software\Microsoft\Windows\CurrentVersion\Run",
        r"Registry\Machine\Software\Microsoft\Windows\CurrentVersion\Run",
        "HKLM¥Software¥Microsoft¥Windows¥CurrentVersion¥Run",
        " " + RUN + "\x00",
    ],
)
def test_every_spelling_of_one_key_is_the_same(spelling: str) -> None:
    assert clean_key(spelling).casefold() == RUN.casefold()


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (r"HKCU\Software\X", r"HKEY_CURRENT_USER\Software\X"),
        (r"\Registry\User\S-1-5-21-1\Software", r"HKEY_USERS\S-1-5-21-1\Software"),
        (r"HKU\.DEFAULT", r"HKEY_USERS\.DEFAULT"),
        (r"HKCR\.exe", r"HKEY_CLASSES_ROOT\.exe"),
        (r"HKCC\System", r"HKEY_CURRENT_CONFIG\System"),
        ("HKLM", "HKEY_LOCAL_MACHINE"),
        (r"HKLMX\a", r"HKLMX\a"),
        (r"\Registry\MachineX\a", r"\Registry\MachineX\a"),
        ("", ""),
    ],
)
def test_hives_have_their_long_names(raw: str, clean: str) -> None:
    assert clean_key(raw) == clean


def test_the_loaded_control_set_is_the_current_one_and_no_other_is() -> None:
    current = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\services\x"
    assert clean_key(r"\REGISTRY\MACHINE\SYSTEM\ControlSet001\services\x").casefold() == current.casefold()
    assert clean_key(r"HKLM\SYSTEM\ControlSet002\services\x") == r"HKEY_LOCAL_MACHINE\SYSTEM\ControlSet002\services\x"
    elsewhere = r"HKEY_LOCAL_MACHINE\SOFTWARE\X\SYSTEM\ControlSet001"
    assert clean_key(elsewhere) == elsewhere


def test_a_value_is_its_key_and_its_name() -> None:
    assert value_path(r"HKLM\A", "B") == r"HKEY_LOCAL_MACHINE\A\B"
    assert value_path(r"HKLM\A", "") == value_path(r"HKLM\A", None) == r"HKEY_LOCAL_MACHINE\A\(Default)"


PIECES = st.sampled_from(["\\", "hklm", "\\registry\\machine", "system", "controlset001", "¥", "a", " "])


@given(st.text(max_size=30) | st.lists(PIECES).map("\\".join))
@settings(max_examples=500, deadline=None)
def test_cleaning_a_clean_key_changes_nothing(raw: str) -> None:
    assert clean_key(clean_key(raw)) == clean_key(raw)
