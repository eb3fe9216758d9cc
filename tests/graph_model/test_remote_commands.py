"""What command lines ask other hosts to do, by the grammars of the programs that ask."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_model.remote_commands import Request, program_and_arguments, requests

R = Request
SEED = r'\\172.31.48.79 -accepteula -s -d C:\Windows\System32\rundll32.exe "C:\Windows\027cc.dll",#1 55'
SEED_COMMAND = r"C:\Windows\System32\rundll32.exe C:\Windows\027cc.dll,#1 55"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-16-le")).decode()


@pytest.mark.parametrize(
    ("image", "command_line", "found"),
    [
        # PsExec, under its name, under another one, with argv[0] and without
        ("dllhost.dat", SEED, [R("172.31.48.79", "psexec", "run", None, SEED_COMMAND)]),
        ("dllhost.dat", rf"C:\Windows\dllhost.dat {SEED}", [R("172.31.48.79", "psexec", "run", None, SEED_COMMAND)]),
        ("PsExec64.exe", r"PsExec64.exe -s \\ws6 cmd", [R("ws6", "psexec64", "run", None, "cmd")]),
        (
            "psexec.exe",
            r"psexec \\a,b.corp.example -u corp\ann -p x -r upd -i 1 -d calc.exe /x",
            [
                R("a", "psexec", "run", "upd", "calc.exe /x", "corp\\ann"),
                R("b.corp.example", "psexec", "run", "upd", "calc.exe /x", "corp\\ann"),
            ],
        ),
        ("psexec.exe", "psexec -s cmd.exe", []),  # on the own machine
        ("psexec.exe", r"psexec \\ws6", []),
        ("psexec.exe", r"psexec @hosts.txt cmd", []),
        ("svc.exe", r"svc.exe \\10.0.0.2 -s -d x.exe", [R("10.0.0.2", "psexec", "run", None, "x.exe")]),
        (
            "svc.exe",
            r"svc.exe \\10.0.0.2 -s x.exe",
            [R("10.0.0.2", "other", "run", None, "x.exe")],
        ),  # one switch may be any program's
        ("psexec.exe", r"psexec -accepteula -s -i cmd.exe /c net use \\ws6\share", []),
        ("psservice.exe", r"psservice.exe \\ws6 -accepteula start x", []),
        ("PSInfo64.exe", r"PSInfo64.exe -accepteula \\ws6 disk", []),
        (
            "RemCom.exe",
            r"RemCom.exe \\10.0.0.2 /user:a /pwd:b cmd /c x",
            [R("10.0.0.2", "remcom", "run", None, "cmd /c x")],
        ),
        ("paexec.exe", r"paexec \\10.0.0.2 -s -c x.exe", [R("10.0.0.2", "paexec", "run", None, "x.exe")]),
        ("robocopy.exe", r"robocopy \\srv\share C:\x -s -e", []),
        # services
        (
            "sc.exe",
            r'sc \\ws6 create upd binPath= "C:\a b\x.exe -k" start= auto',
            [R("ws6", "sc", "create service", "upd", r"C:\a b\x.exe -k")],
        ),
        ("sc.exe", r"sc.exe \\ws6 create upd binpath=C:\x.exe", [R("ws6", "sc", "create service", "upd", r"C:\x.exe")]),
        ("sc.exe", r"\\10.0.0.2 start upd", [R("10.0.0.2", "sc", "start service", "upd")]),
        ("sc.exe", r"sc \\ws6 config upd binPath= x.exe", [R("ws6", "sc", "change service", "upd", "x.exe")]),
        ("sc.exe", r"sc \\ws6 config upd start= auto", []),
        ("sc.exe", r"sc \\ws6 query upd", []),
        ("sc.exe", "sc create upd binPath= x.exe", []),
        # tasks
        (
            "schtasks.exe",
            r'schtasks /create /s ws6 /u corp\ann /p x /ru SYSTEM /tn upd /tr "C:\x.exe -a" /sc once /st 12:00',
            [R("ws6", "schtasks", "create task", "upd", r"C:\x.exe -a", r"corp\ann")],
        ),
        ("schtasks.exe", r"schtasks /Run /S \\ws6 /TN upd", [R("ws6", "schtasks", "run task", "upd")]),
        ("schtasks.exe", r"schtasks /create /s ws6 /xml C:\t.xml /tn x", [R("ws6", "schtasks", "create task", "x")]),
        ("schtasks.exe", "schtasks /query /s ws6", []),
        ("schtasks.exe", "schtasks /create /tn x /tr y.exe /sc once /st 12:00", []),
        (
            "at.exe",
            r'at \\ws6 12:31 /interactive "cmd /c C:\x.bat"',
            [R("ws6", "at", "create task", None, r"cmd /c C:\x.bat")],
        ),
        ("at.exe", r"at \\ws6 3:05pm x.exe", [R("ws6", "at", "create task", None, "x.exe")]),
        ("at.exe", r"at \\ws6", []),
        ("at.exe", r"at \\ws6 7 /delete", []),
        # WMI
        (
            "WMIC.exe",
            r'wmic /node:"10.0.0.2" /user:"ann" process call create "C:\Windows\System32\rundll32.exe \"C:\x.dll\" #1"',
            [R("10.0.0.2", "wmic", "run", None, r'C:\Windows\System32\rundll32.exe "C:\x.dll" #1', "ann")],
        ),
        (
            "wmic.exe",
            'wmic /node:a,"b" process call create x.exe',
            [R("a", "wmic", "run", None, "x.exe"), R("b", "wmic", "run", None, "x.exe")],
        ),
        ("wmic.exe", "wmic /node:@hosts.txt process call create x.exe", []),
        ("wmic.exe", "wmic process call create x.exe", []),
        ("wmic.exe", "wmic /node:ws6 os get caption", []),
        # remote shells
        ("winrs.exe", "winrs -r:ws6 -u:ann ipconfig /all", [R("ws6", "winrs", "run", None, "ipconfig /all", "ann")]),
        ("winrs.exe", "winrs /r:http://ws6:5985 cmd", [R("ws6", "winrs", "run", None, "cmd")]),
        (
            "powershell.exe",
            "powershell -c Invoke-Command -ComputerName ws6,'ws7' -ScriptBlock { x }",
            [R("ws6", "powershell", "run"), R("ws7", "powershell", "run")],
        ),
        ("powershell.exe", "powershell Enter-PSSession ws6", [R("ws6", "powershell", "run")]),
        (
            "powershell.exe",
            f"powershell -nop -enc {encoded('icm -cn ws6 { x }')}",
            [R("ws6", "powershell", "run")],
        ),
        (
            "powershell.exe",
            "powershell Invoke-WmiMethod -ComputerName ws6 -Class Win32_Process -Name Create -Arg 'C:/x.exe -a'",
            [R("ws6", "wmi", "run", None, "C:/x.exe -a")],
        ),
        (
            "powershell.exe",
            "powershell [activator]::CreateInstance([type]::GetTypeFromProgID('MMC20.Application','10.0.0.2'))",
            [R("10.0.0.2", "dcom", "run")],
        ),
        ("powershell.exe", "powershell Invoke-Command -ComputerName $c -ScriptBlock { x }", []),
        ("powershell.exe", "powershell Get-Service -ComputerName ws6", []),
        ("powershell.exe", "powershell -enc !!!!", []),
        ("cmd.exe", r"cmd /c sc \\ws6 start upd", []),  # its child asks
        (None, SEED, []),
        ("sc.exe", None, []),
    ],
)
def test_what_is_asked_of_other_hosts(image: str | None, command_line: str | None, found: list[Request]) -> None:
    assert requests(image, command_line) == found


@pytest.mark.parametrize(
    ("command", "parts"),
    [
        (r'"C:\a b\X.EXE" -A "b c"', ("x.exe", "-a b c")),
        ("cmd /c x", ("cmd.exe", "/c x")),
        ("x.bat", ("x.bat", "")),
        ("", ("", "")),
    ],
)
def test_a_command_is_its_program_and_the_rest(command: str, parts: tuple[str, str]) -> None:
    assert program_and_arguments(command) == parts


@given(
    st.sampled_from(
        ["psexec.exe", "x.exe", "sc.exe", "schtasks.exe", "at.exe", "wmic.exe", "winrs.exe", "powershell.exe"]
    ),
    st.text(st.sampled_from(list("\\/-\"' ab:=,@.{}0;$")), max_size=60),
)
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_without_an_error(image: str, text: str) -> None:
    for request in requests(image, text):
        assert request.host and request.asked
