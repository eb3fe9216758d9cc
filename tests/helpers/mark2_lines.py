"""Mark II lines for tests, and the events that they become."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from graph_model import events as ev
from loaders.drift import Drift
from loaders.mark2.loader import Mark2Loader
from loaders.protocol import Context
from loaders.source import Source

TMID = "e4009d1d-9311-4249-9487-a373cde7192c"
HOST = ev.HostRef("default", TMID)
R = "{4EEBA2F1-FB65-42BF-A258-4121E64FB1D7}"
CMD = "{0C0DE001-57A1-4E94-92FB-974428120B84}"
PSEXEC = "{31E60C0D-E002-4000-8000-50524F564752}"
START = 1_498_795_993_890_000
COMMON = (
    f'com="MWC01" domain="WORKGROUP" profile="MWCtest" tmid={TMID} csid=S-1-5-21-1 '
    'ip=172.31.48.118,fe80::5992:af4e:8c90:5591 mac=06:4d:00:f9:a6:d5 usr="admin1" usrDomain="MWC01" sessionID=2'
)
BY_R = f'psGUID={R} psPath="C:\\Windows\\System32\\rundll32.exe"'
SHARED = "\\\\172.31.48.79\\admin$\\027cc.dll"
PSEXEC_SHA256 = "f8dbabdfa03068130c277ce49c60e35c029ff29d9e3c74c362521f3fb02670d5"
PSEXEC_MD5 = "aeee996fd3484f28e5cd85fe26b6bdcd"


def line(kind: str, keys: str, sn: int | None = 1, at: str = "13:13:13.890", common: str = COMMON) -> str:
    event, sub_event = kind.split("/")
    number = "" if sn is None else f"sn={sn} "
    return f"06/30/2017 {at} +0900 loc=ja-JP type=ITM2 {number}evt={event} subEvt={sub_event} {common} {keys}"


def read(data: bytes | str, path: Path, **context: Any) -> tuple[list[ev.Event], Drift]:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    drift = Drift(str(path))
    return list(Mark2Loader().events(Source(path), Context(**context), drift)), drift


def of(kind: type[ev.Event], events: Sequence[ev.Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def one(kind: type[ev.Event], events: Sequence[ev.Event]) -> Any:
    (event,) = of(kind, events)
    return event


def process(guid: str, pid: int | None = None, host: ev.HostRef = HOST) -> ev.ProcessRef:
    return ev.ProcessRef(host, guid, pid)


def file(path: str, host: ev.HostRef = HOST) -> ev.FileRef:
    return ev.FileRef(host, path)
