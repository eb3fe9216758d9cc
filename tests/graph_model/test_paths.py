"""One file, one key: the spellings that Windows and the logs have for a path, and the host a network path leads to."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_model.events import FileRef, HostRef
from graph_model.paths import Location, base_name, clean, locate, pipe_name, split_unc

HERE = HostRef("case", "pc1")
THERE = HostRef("case", "address:172.31.48.79")


def at(path: str, host: HostRef = HERE) -> Location:
    return locate(FileRef(host, path))


@pytest.mark.parametrize(
    "spelling",
    [
        r"C:\Windows\System32\x.exe",
        r"c:\WINDOWS\system32\X.EXE",
        "C:/Windows/System32/x.exe",
        "C:¥Windows¥System32¥x.exe",
        r"\??\C:\Windows\System32\x.exe",
        r"\\?\C:\Windows\System32\x.exe",
        r"\\.\C:\Windows\System32\x.exe",
        r"\DosDevices\C:\Windows\System32\x.exe",
        r"\GLOBAL??\C:\Windows\System32\x.exe",
        r"\Device\HarddiskVolume2\Windows\System32\x.exe",
        r"\\?\GLOBALROOT\Device\HarddiskVolume1\Windows\System32\x.exe",
        r"\??\GLOBALROOT\Device\HarddiskVolume1\Windows\System32\x.exe",
        r"\SystemRoot\System32\x.exe",
        r"SystemRoot\System32\x.exe",
        r"%SystemRoot%\System32\x.exe",
        r"%windir%\System32\x.exe",
        r"%SYSTEMDRIVE%\Windows\System32\x.exe",
        r"C:\Windows\sysnative\x.exe",
        r"C:\Windows\.\Temp\..\System32\\x.exe",
        r'"C:\Windows\System32\x.exe"',
        "  C:\\Windows\\System32\\x.exe\x00",
        r"C:\Windows\System32\x.exe.",
        r"C:\Windows\System32\x.exe . .",
        r"C:\Windows\System32\x.exe::$DATA",
        r"GLOBALROOT\Device\HarddiskVolume1\Windows\System32\x.exe",
        r"UNC\127.0.0.2\ADMIN$\System32\x.exe",
        r"\\localhost\admin$\System32\x.exe",
        r"\\127.0.0.1\C$\Windows\System32\x.exe",
        r"\\?\UNC\127.0.0.2\ADMIN$\System32\x.exe",
        r"\\[::1]\c$\Windows\System32\x.exe".replace("[", "").replace("]", ""),
    ],
)
def test_every_spelling_of_one_file_has_one_key(spelling: str) -> None:
    assert (at(spelling).host, at(spelling).key) == (HERE, r"c:\windows\system32\x.exe")
    assert at(spelling).uid == at(r"C:\Windows\System32\x.exe").uid


@pytest.mark.parametrize(
    "spelling",
    [
        r"\\172.31.48.79\admin$\027cc.dll",
        r"\\172.31.48.79\ADMIN$\027cc.dll",
        r"\\172.31.48.79\c$\Windows\027cc.dll",
        "¥¥172.31.48.79¥admin$¥027cc.dll",
        r"172.31.48.79\admin$\027cc.dll",
        r"\??\UNC\172.31.48.79\admin$\027cc.dll",
        r"\\?\UNC\172.31.48.79\admin$\027cc.dll",
        r"\\.\UNC\172.31.48.79\admin$\027cc.dll",
        r"\DosDevices\UNC\172.31.48.79\admin$\027cc.dll",
        r"\Device\Mup\172.31.48.79\admin$\027cc.dll",
        r"\Device\Mup\;LanmanRedirector\172.31.48.79\admin$\027cc.dll",
        r"\Device\Mup\;LanmanRedirector\;Z:0000000000012f51\172.31.48.79\admin$\027cc.dll",
        r"\Device\LanmanRedirector\;Z:0000000000012f51\172.31.48.79\admin$\027cc.dll",
        r"\Device\LanmanRedirector\172.31.48.79\admin$\027cc.dll",
        r"\Device\WebDavRedirector\;Z:0000000000012f51\172.31.48.79@80\admin$\027cc.dll",
        r"\\172.31.48.79@8080\admin$\027cc.dll",
        r"\\?\GLOBALROOT\Device\Mup\172.31.48.79\admin$\027cc.dll",
        "//172.31.48.79/admin$/027cc.dll",
    ],
)
def test_a_network_path_leads_to_the_host_that_it_names(spelling: str) -> None:
    found = at(spelling)
    assert (found.host, found.key) == (THERE, r"c:\windows\027cc.dll")
    assert found.uid == at(r"C:\Windows\027cc.dll", THERE).uid
    assert found.unc is not None
    assert found.unc.startswith("\\\\172.31.48.79")


@pytest.mark.parametrize(
    ("path", "host", "key"),
    [
        (r"\\SRV\docs\a\b.txt", "name:srv", r"\\docs\a\b.txt"),
        (r"\\srv\d$\b.txt", "name:srv", r"d:\b.txt"),
        (r"\\srv\C$", "name:srv", "c:\\"),
        (r"\\srv\ADMIN$", "name:srv", r"c:\windows"),
        (r"\\srv\docs", "name:srv", r"\\docs"),
        (r"SRV\admin$\x", "name:srv", r"c:\windows\x"),
        (r"172.31.48.79\docs\x", "address:172.31.48.79", r"\\docs\x"),
    ],
)
def test_shares_other_than_the_administrative_ones_keep_their_name(path: str, host: str, key: str) -> None:
    assert (at(path).host.key, at(path).key) == (host, key)


def test_the_display_keeps_capitals_and_the_key_does_not() -> None:
    found = at(r"\??\c:\Users\Smith\Über.TXT")
    assert (found.path, found.key, found.name) == (
        r"C:\Users\Smith\Über.TXT",
        r"c:\users\smith\über.txt",
        "Über.TXT",
    )


def test_different_files_have_different_keys() -> None:
    paths = [
        r"C:\x.txt",
        r"D:\x.txt",
        r"C:\x.txt:stream",
        r"C:\x",
        r"x.txt",
        r"C:\a\x.txt",
        r"\Device\HarddiskVolume3\x.txt",
        r"%TEMP%\x.txt",
        r"C:\Windows\sysnativefoo\x.txt",
        r"C:\Windows\System32foo\x.txt",
        r"C:\Windows \System32\x.txt",
        r"C:\Windows\System32\x.txt",
        r"\\?\C:\x.txt.",
        r"\\srv\c$\x.txt",
    ]
    assert len({at(path).uid for path in paths}) == len(paths)


def test_a_stream_belongs_to_its_own_file_whether_or_not_its_type_is_named() -> None:
    assert at(r"C:\x.txt:evil.dll:$DATA").key == at(r"C:\x.txt:evil.dll").key == r"c:\x.txt:evil.dll"


def test_a_name_that_only_a_verbatim_path_can_reach_stays_another_file() -> None:
    assert at(r"\\?\C:\a\x.").uid == at(r"\??\C:\a\x.").uid != at(r"C:\a\x.").uid


@pytest.mark.parametrize(
    ("stripped", "name"),
    [
        (r".\pipe\svcctl", "svcctl"),
        (r"pipe\svcctl", "svcctl"),
        (r"Device\NamedPipe\svcctl", "svcctl"),
        (r"172.31.48.79\pipe\svcctl", "svcctl"),
        (r"UNC\fs-1.example\PIPE\a\b", r"a\b"),
        (r"C:\pipe\svcctl", None),
        (r"C:\a\pipe\svcctl", None),
        ("pipe\\", None),
        ("pipe", None),
    ],
)
def test_a_pipe_is_known_without_the_beginning_that_cuckoo_0_6_strips(stripped: str, name: str | None) -> None:
    assert pipe_name(stripped) == name


def test_a_drive_alone_is_its_root() -> None:
    assert clean("c:") == clean("C:\\") == clean(r"\??\c:") == "C:\\"


def test_one_file_on_two_hosts_is_two_files() -> None:
    assert at(r"C:\x").uid != at(r"C:\x", HostRef("case", "pc2")).uid != at(r"C:\x", HostRef("other", "pc1")).uid


PREFIXES = [
    "\\??\\",
    "\\\\?\\",
    "\\\\.\\",
    "UNC\\",
    "GLOBALROOT\\",
    "\\Device\\Mup\\",
    "\\DosDevices\\",
    "\\SystemRoot\\",
]
WORDS = [
    "\\Device\\HarddiskVolume1",
    ";Z:1\\",
    "%windir%",
    "%x%",
    "C:",
    "c$",
    "admin$",
    "srv",
    "172.31.48.79",
    "ファイル",
]
NAMES = ["Windows", "system32", "sysnative", "x.txt", "::$DATA"]
PIECES = st.sampled_from([*PREFIXES, *WORDS, *NAMES, "\\", "\\\\", "..", ".", ":", "%", "¥", "/", '"'])
PATHS = st.text(max_size=40) | st.lists(PIECES | st.sampled_from([" ", "\x00"]), max_size=8).map("".join)


@given(PATHS)
@settings(max_examples=1500, deadline=None)
def test_cleaning_a_clean_path_changes_nothing(path: str) -> None:
    assert clean(clean(path)) == clean(path)


@given(PATHS)
@settings(max_examples=500, deadline=None)
def test_no_path_raises(path: str) -> None:
    found = at(path)
    assert found.key == found.path.casefold()
    pipe_name(path)
    base_name(path)
    split_unc(path)


@given(st.text(alphabet=r"abcXYZ012\:.$ ?%ファイルéÉ", max_size=30))
@settings(max_examples=500, deadline=None)
def test_case_variants_give_one_key(path: str) -> None:
    assert at(path.upper()).uid == at(path.lower()).uid == at(path.swapcase()).uid


# --- network paths, pipes, names -----------------------------------------------------------------


@pytest.mark.parametrize(
    "path", [r"C:\x", r"\\.\C:", r"\\.\PhysicalDrive0", r"\\?\C:\x", r"\\server", r"\\", "", r"\x\y"]
)
def test_what_is_no_network_path_has_no_server(path: str) -> None:
    assert split_unc(path) is None


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (r"\\.\pipe\psexesvc", "psexesvc"),
        (r"\\.\PIPE\PSEXESVC-MWC01-4032-stdin", "PSEXESVC-MWC01-4032-stdin"),
        (r"\??\pipe\a\b", r"a\b"),
        (r"\Device\NamedPipe\lsass", "lsass"),
        (r"\\172.31.48.79\pipe\svcctl", "svcctl"),
        (r"\??\UNC\172.31.48.79\pipe\svcctl", "svcctl"),
        (r"\\?\pipe\x", "x"),
        (r"\\?\GLOBALROOT\Device\NamedPipe\x", "x"),
        ("¥¥.¥pipe¥x", "x"),
        (r"C:\pipe\x", None),
        (r"\\srv\share\pipe\x", None),
        (r"\\?\C:\a\pipe\x", None),
        (r"\\.\pipe", None),
        (r"\\.\pipe\ "[:-1], None),
        ("", None),
    ],
)
def test_a_pipe_is_known_by_its_place(path: str, name: str | None) -> None:
    assert pipe_name(path) == name


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (r"C:\a\B.exe", "B.exe"),
        ("a¥b", "b"),
        ('"C:\\a\\b.exe"', "b.exe"),
        ("c/d\\", "d"),
        ("x", "x"),
        ("", None),
        (None, None),
    ],
)
def test_the_base_name_is_the_last_part(path: str | None, name: str | None) -> None:
    assert base_name(path) == name
