"""Services and scheduled tasks: what they run, and who asked for them."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.windows import GUID_A, HOST, JSON, of, one, read, security, sysmon

from graph_model import events as ev

STAMP = "2020-10-19 12:00:00.300"
SUBJECT = {"SubjectUserName": "ann", "SubjectDomainName": "CORP", "SubjectLogonId": "0xC61D9"}
SERVICE = {"ServiceName": "PSEXESVC", "ServiceFileName": r"%SystemRoot%\PSEXESVC.exe", **SUBJECT}
NAMESPACE = 'xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"'
DECLARED = '<?xml version="1.0" encoding="UTF-16"?>\r\n'
EXEC = "<Exec><Command>cmd.exe</Command><Arguments>/c \u00e9 &amp; x</Arguments></Exec>"
STARTED = sysmon(1, -60, ProcessGuid=GUID_A, ProcessId="77", Image=r"C:\a.exe")


def task(actions: str, declared: str = DECLARED, namespace: str = NAMESPACE) -> str:
    return f'{declared}<Task version="1.2" {namespace}><Actions Context="Author">{actions}</Actions></Task>'


def registered(number: int = 4698, **fields: Any) -> JSON:
    content = {4698: "TaskContent", 4702: "TaskContentNew"}[number]
    return security(number, STAMP, **({"TaskName": r"\x\y", content: task(EXEC), **SUBJECT} | fields))


def installed(**fields: Any) -> JSON:
    return security(4697, STAMP, **(SERVICE | fields))


@pytest.mark.parametrize(("row", "kind"), [(installed(), ev.ServiceInstalled), (registered(), ev.TaskRegistered)])
def test_who_asked_has_account_and_session(row: JSON, kind: type[ev.Event]) -> None:
    event = one(kind, [row])
    assert (event.host, event.account, event.logon_id, event.actor) == (HOST, r"CORP\ann", "0xc61d9", None)


@pytest.mark.parametrize("row", [installed, registered])
@pytest.mark.parametrize(
    ("pid", "known"),
    [("77", True), ("0x4d", True), (77, True), ("0", False), (None, False), ("65279", False), ("x", False)],
)
def test_the_client_is_a_process_of_the_machine_where_other_rows_tell_of_it(
    row: Any, pid: object, *, known: bool
) -> None:
    found = read([STARTED, row(ClientProcessId=pid)])[0]
    (event,) = of(ev.ServiceInstalled, found) + of(ev.TaskRegistered, found)
    assert event.actor == (ev.ProcessRef(HOST, GUID_A, 77) if known else None)


def test_7045_names_the_account_of_the_service_which_did_not_ask_for_it() -> None:
    row = {"EventID": 7045, "Channel": "System", "Hostname": "WS5", "ServiceName": "s", "AccountName": "LocalSystem"}
    event = one(ev.ServiceInstalled, [row])
    assert (event.account, event.logon_id, event.actor) == (None, None, None)


@pytest.mark.parametrize("number", [4698, 4702])
def test_a_task_runs_its_command_with_its_arguments(number: int) -> None:
    event = one(ev.TaskRegistered, [registered(number)])
    assert (event.name, event.command) == (r"\x\y", "cmd.exe /c \u00e9 & x")


@pytest.mark.parametrize(
    ("content", "command"),
    [
        (task(EXEC, declared=""), "cmd.exe /c \u00e9 & x"),
        (task(EXEC, namespace=""), "cmd.exe /c \u00e9 & x"),
        (task("<Exec><Command> a.exe </Command></Exec>"), "a.exe"),
        (task("<Exec><Command>a</Command></Exec><Exec><Command>b</Command></Exec>"), "a; b"),
        (task("<Exec/>"), None),
        (task("<ComHandler><ClassId>{x}</ClassId></ComHandler>"), None),
        ("<Task><Actions><Deep><Exec><Command>a</Command></Exec></Deep></Actions></Task>", None),
        (None, None),
        ("-", None),
    ],
)
def test_what_a_task_runs(content: str | None, command: str | None) -> None:
    found, drift = read([registered(TaskContent=content)])
    assert [event.command for event in of(ev.TaskRegistered, found)] == [command]
    assert not drift.unknown


_BOMB = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]>' + task(
    "<Exec><Command>&c;</Command></Exec>", declared=""
)
_OUTSIDE = _BOMB.replace('"&b;&b;"', 'SYSTEM "file:///etc/passwd"')


@pytest.mark.parametrize(
    "content", [_BOMB, _OUTSIDE, "<Task>", "text", "<Task>\ud800</Task", "\x00", "<a>" * 100_000, "<T>&x;</T>", 7, True]
)
def test_content_that_is_no_task_is_told_and_the_task_is_known(content: object) -> None:
    found, drift = read([registered(TaskContent=content)])
    assert [event.command for event in of(ev.TaskRegistered, found)] == [None]
    assert {name for _, name in drift.unknown} == {"TaskContent"}
