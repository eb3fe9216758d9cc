"""Services, drivers, mutexes and pipes."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.calls import events, every, said, untold
from helpers.reports import call, cape, cuckoo

from graph_model.events import HostRef

IMAGE = r"C:\Windows\PSEXESVC.exe"
TWO = [
    call("OpenSCManagerW", returned=0x5C3000, machine_name="", database_name=""),
    call(
        "CreateServiceW", service_manager_handle="0x5c3000", service_name="s", service_handle="0x5c3f88", filepath=IMAGE
    ),
]
ONE = [
    call("OpenSCManagerA", returned=0x5C3000, MachineName="", DatabaseName=""),
    call("CreateServiceA", returned=0x5C3F88, ServiceControlHandle="0x5c3000", ServiceName="s", BinaryPathName=IMAGE),
]
LAYOUTS = pytest.mark.parametrize(("created", "layout"), [(TWO, cuckoo), (ONE, cape)])


@LAYOUTS
def test_a_service_lives_by_its_handle(created: Any, layout: Any) -> None:
    calls = [
        *created,
        call("StartServiceW", service_handle="0x5c3f88"),
        call("ChangeServiceConfigW", service_handle="0x5c3f88", binary_path_name=r"C:\b.exe"),
        call("ChangeServiceConfigW", service_handle="0x5c3f88", start_type=4),
        call("ControlService", service_handle="0x5c3f88", control_code=1),
        call("ControlService", service_handle="0x5c3f88", control_code=4),
        call("DeleteService", service_handle="0x5c3f88"),
        call("CloseServiceHandle", service_handle="0x5c3f88"),
        call("StartServiceA", service_handle="0x5c3f88"),
    ]
    kinds = ["ServiceInstalled", "ServiceStarted", "ServiceInstalled", "ServiceStopped", "ServiceDeleted"]
    assert said(*calls, layout=layout) == [(kind, "s") for kind in kinds]
    assert [event.image for event in events(*calls, layout=layout) if hasattr(event, "image")] == [IMAGE, r"C:\b.exe"]
    assert untold(*calls, layout=layout) == ["StartServiceA"]


@every
def test_an_opened_service_is_known_by_its_handle(layout: Any) -> None:
    calls = [
        call("OpenServiceA", returned=0x5C4000, service_name="WinDefend"),
        call("ControlService", service_handle="0x5c4000", control_code=1),
    ]
    assert said(*calls, layout=layout) == [("ServiceStopped", "WinDefend")]


def test_cape_prints_the_services_name_beside_the_handle() -> None:
    calls = [
        call("StartServiceW", ServiceHandle="0x5c4000", ServiceName="a"),
        call("ControlService", ServiceHandle="0x5c4000", ServiceName="b", ControlCode="1"),
        call("DeleteService", ServiceHandle="0x5c4000", ServiceName="c"),
    ]
    expected = [("ServiceStarted", "a"), ("ServiceStopped", "b"), ("ServiceDeleted", "c")]
    assert said(*calls, layout=cape) == expected


@pytest.mark.parametrize(
    ("machine", "key"),
    [
        (r"\\172.31.48.79", "address:172.31.48.79"),
        ("FILES", "name:files"),
        (r"\\localhost", "sandbox"),
        ("", "sandbox"),
    ],
)
def test_a_service_is_on_the_machine_whose_manager_was_opened(machine: str, key: str) -> None:
    calls = [
        call("OpenSCManagerW", returned=0x5C3000, machine_name=machine),
        call("CreateServiceW", returned=0x5C3F88, service_manager_handle="0x5c3000", service_name="psexesvc"),
        call("StartServiceW", service_handle="0x5c3f88"),
    ]
    hosts = [event.host for event in events(*calls)]
    assert hosts == [HostRef(hosts[0].scope, key)] * 2


@every
def test_a_driver_is_a_service_named_by_its_key(layout: Any) -> None:
    key = r"\Registry\Machine\System\CurrentControlSet\Services\evil"
    calls = [call(api, driver_service_name=key) for api in ("NtLoadDriver", "NtUnloadDriver")]
    assert said(*calls, layout=layout) == [("ServiceStarted", "evil"), ("ServiceStopped", "evil")]


@every
@pytest.mark.parametrize("api", ["NtCreateMutant", "NtOpenMutant", "CreateMutexW", "OpenMutexA"])
def test_a_named_mutex_is_used_and_a_nameless_one_is_not(api: str, layout: Any) -> None:
    calls = [call(api, mutant_name=name) for name in ("Global\\x", "")]
    assert said(*calls, layout=layout) == [("MutexUsed", "Global\\x")]


@every
@pytest.mark.parametrize(
    "printed",
    [r"\\.\pipe\a\b", r"\??\pipe\a\b", r"\Device\NamedPipe\a\b", r"C:\Device\NamedPipe\a\b", r"\\?\PIPE\a\b", r"a\b"],
)
@pytest.mark.parametrize("api", ["NtCreateNamedPipeFile", "CreateNamedPipeW", "WaitNamedPipeA"])
def test_a_pipe_is_called_what_stands_below_the_device(api: str, printed: str, layout: Any) -> None:
    assert said(call(api, pipe_name=printed, named_pipe_handle="0x94"), layout=layout) == [("PipeUsed", r"a\b")]


def test_what_is_written_into_a_created_pipe_is_no_file() -> None:
    calls = [
        call("NtCreateNamedPipeFile", NamedPipeHandle="0x94", PipeName=r"C:\Device\NamedPipe\x"),
        call("NtWriteFile", FileHandle="0x94", Length="1"),
    ]
    assert said(*calls, layout=cape) == [("PipeUsed", "x")]
    assert untold(*calls, layout=cape) == []


@every
@pytest.mark.parametrize(
    ("printed", "machine"),
    [
        (r"\\172.31.48.79\pipe\svcctl", "address:172.31.48.79"),
        (r"\??\UNC\172.31.48.79\PIPE\svcctl", "address:172.31.48.79"),
        (r"\\.\pipe\svcctl", None),
        (r"\??\pipe\svcctl", None),
        (r"\\localhost\pipe\svcctl", None),
        (r"\\127.0.0.1\pipe\svcctl", None),
    ],
)
@pytest.mark.parametrize("api", ["NtCreateFile", "WaitNamedPipeW"])
def test_a_pipe_belongs_to_the_machine_that_its_path_names(
    api: str, printed: str, machine: str | None, layout: Any
) -> None:
    own, used = events(
        call("NtCreateFile", filepath=r"\\.\pipe\own"), call(api, filepath=printed, pipe_name=printed), layout=layout
    )
    assert (used.name, used.host.key) == ("svcctl", machine or own.host.key)
