"""The layout of an InfoTrace Mark II log, without any story in it: header, common keys, quoting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

Fields = dict[str, str]

QUOTED = """
com domain profile usr usrDomain psPath cmd parentPath psUser psuser psDomain company copyright fileDesc desc
fileVer product productVer crTime acTime moTime signer issuer cerSN validFrom validTo mntFld dstMntFld path
dstPath entry valStr dstHost url channel evtUsr evtDomain logonType wsName
"""
QUOTED_KEYS = frozenset(QUOTED.split())


@dataclass(frozen=True)
class Host:
    """What every line of one terminal repeats."""

    name: str
    tmid: str
    csid: str
    ip: str
    mac: str
    user: str
    user_domain: str
    session: int


@dataclass(frozen=True)
class Proc:
    """A process as the lines name it."""

    guid: str
    path: str
    psid: int

    @property
    def fields(self) -> Fields:
        """Give the keys for the acting process."""
        return {"psGUID": self.guid, "psPath": self.path}

    def under(self, parent: Proc) -> Fields:
        """Give the keys that a started process has besides its own, as a child of ``parent``."""
        return {"psID": str(self.psid), "parentGUID": parent.guid, "parentPath": parent.path}


def pair(key: str, value: str) -> str:
    """Write one Key=Value; a quote inside quotes is doubled."""
    if key not in QUOTED_KEYS or value == "-":
        return f"{key}={value}"
    return '{}="{}"'.format(key, value.replace('"', '""'))


class Log:
    """Collects the lines of one host in the order in which they stand in the file."""

    def __init__(self, host: Host, ahead_ms: int = 0) -> None:
        self.host = host
        self.ahead = timedelta(milliseconds=ahead_ms)
        self.lines: list[str] = []

    def stamp(self, clock: str) -> str:
        """Give the date and time by this host's clock for a time by MWC01's clock."""
        moment = datetime.strptime(f"06/30/2017 {clock} +0900", "%m/%d/%Y %H:%M:%S.%f %z") + self.ahead
        return moment.strftime("%m/%d/%Y %H:%M:%S.") + f"{moment.microsecond // 1000:03d}"

    def add(
        self,
        clock: str,
        sn: int,
        kind: str,
        fields: Fields,
        *,
        lv: int | None = None,
        session: str = "sessionID",
        tail: str = "",
    ) -> None:
        """Append one line; ``kind`` is "evt subEvt", ``tail`` stands at the end as it is."""
        event, sub_event = kind.split()
        host = self.host
        level = {} if lv is None else {"lv": str(lv)}
        common = {"loc": "ja-JP", "type": "ITM2", "sn": str(sn)} | level | {"evt": event, "subEvt": sub_event}
        common |= {"com": host.name, "domain": "WORKGROUP", "profile": "MWCtest", "tmid": host.tmid, "csid": host.csid}
        common |= {"ip": host.ip, "mac": host.mac, "usr": host.user, "usrDomain": host.user_domain}
        common[session] = str(host.session)
        text = " ".join(pair(key, value) for key, value in (common | fields).items())
        self.lines.append(f"{self.stamp(clock)} +0900 {text}{tail}")

    def start(self, clock: str, sn: int, child: Proc, parent: Proc, cmd: str, more: Fields | None = None) -> None:
        """Append the start of a process; ``cmd`` holds the arguments only, without argv[0]."""
        who = {"psUser": self.host.user, "psDomain": self.host.user_domain, "arc": "x86"}
        fields = child.fields | {"cmd": cmd} | child.under(parent) | who
        self.add(clock, sn, "ps start", fields | (more or {}))

    def net(self, clock: str, sn: int, sub_event: str, proc: Proc, flow: tuple[int, int], more: str = "") -> None:
        """Append a connection from MWC01 to MWC02: ``flow`` is its source and destination port."""
        ends = {"srcIP": "172.31.48.118", "srcPort": str(flow[0]), "dstIP": "172.31.48.79", "dstPort": str(flow[1])}
        self.add(clock, sn, f"net {sub_event}", proc.fields | ends, tail=more)


def encode(lines: list[str], ending: str) -> bytes:
    """Give a log's bytes, with its line ending."""
    return "".join(line + ending for line in lines).encode()
