"""What happened on a few hosts, as each format would write it down: Sysmon and Security rows, or Mark II lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from helpers.windows import JSON, at, lines, security, sysmon

SYSTEM32 = "C:\\Windows\\System32\\"
WINDOWS, MARK2 = "windows", "mark2"
FORMATS = (WINDOWS, MARK2)


@dataclass
class Machine:
    """One host and its log; seconds are after noon, ``clock`` is how far its own clock is off."""

    name: str
    address: str
    clock: float = 0
    rows: list[JSON] = field(default_factory=list)
    mark2: list[str] = field(default_factory=list)
    images: dict[int, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.images = {4: ("System", ""), 500: (f"{SYSTEM32}services.exe", ""), 800: (f"{SYSTEM32}svchost.exe", "")}
        self.images[900] = (f"{SYSTEM32}wbem\\WmiPrvSE.exe", "")
        # hosts talk: so their addresses are known
        self.connects(1, 800, "192.0.2.1", 53, 50_000)

    def guid(self, pid: int) -> str:
        return f"{{{int.from_bytes(self.name.encode()) % 2**32:08X}-0000-0000-0000-{pid:012X}}}"

    def starts(
        self, second: float, pid: int, image: str, rest: str = "", *, parent: int = 500, user: str = "CORP\\ann",
        logon: str = "0x3e7", **facts: str,
    ) -> None:  # fmt: skip
        """``rest`` is the command line behind argv[0]; ``facts`` of the image as Sysmon names them."""
        image = image if "\\" in image else SYSTEM32 + image
        self.images[pid] = (image, rest)
        line = f"{image} {rest}".strip()
        parent_image = self.images[parent][0]
        self._row(
            1, second, ProcessGuid=self.guid(pid), ProcessId=pid, Image=image, CommandLine=line, User=user,
            LogonId=logon, ParentProcessGuid=self.guid(parent), ParentProcessId=parent, ParentImage=parent_image,
            **facts,
        )  # fmt: skip
        domain, _, name = user.partition("\\")
        known = {MARK2_FACTS[key]: value for key, value in facts.items() if key in MARK2_FACTS}
        self._line(
            second, "ps", "start", psGUID=self.guid(pid), psPath=image, psID=str(pid), cmd=rest, psUser=name,
            psDomain=domain, parentGUID=self.guid(parent), parentPath=parent_image, **known,
        )  # fmt: skip

    def writes(self, second: float, pid: int, path: str) -> None:
        self._row(11, second, **self._by(pid), TargetFilename=path)
        self._line(second, "file", "close", **self._who(pid), path=path, read="0", write="512")

    def makes_pipe(self, second: float, pid: int, name: str) -> None:
        self._row(17, second, **self._by(pid), PipeName=f"\\{name}")
        self._line(second, "file", "create", **self._who(pid), path=f"\\\\.\\pipe\\{name}")

    def connects(self, second: float, pid: int, to: str, port: int, own_port: int) -> None:
        self._row(
            3, second, **self._by(pid), Initiated="true", Protocol="tcp", SourceIp=self.address, SourcePort=own_port,
            DestinationIp=to, DestinationPort=port,
        )  # fmt: skip
        ends = {"srcIP": self.address, "srcPort": str(own_port), "dstIP": to, "dstPort": str(port)}
        self._line(second, "net", "con", **self._who(pid), **ends)

    def accepts(self, second: float, pid: int, of: str, of_port: int, port: int = 445) -> None:
        self._row(
            3, second, **self._by(pid), Initiated="false", Protocol="tcp", SourceIp=of, SourcePort=of_port,
            DestinationIp=self.address, DestinationPort=port,
        )  # fmt: skip
        ends = {"srcIP": of, "srcPort": str(of_port), "dstIP": self.address, "dstPort": str(port)}
        self._line(second, "net", "acpt", **self._who(pid), **ends)

    def asks_dns(self, second: float, pid: int, name: str, answer: str) -> None:
        """Mark II does not say what was answered."""
        self._row(22, second, **self._by(pid), QueryName=name, QueryResults=f"::ffff:{answer};")
        self._line(second, "net", "dnsQuery", **self._who(pid), dstHost=name)

    def loads(self, second: float, pid: int, path: str) -> None:
        """Mark II records no loads."""
        self._row(7, second, **self._by(pid), ImageLoaded=path)

    def installs(self, second: float, service: str, image: str) -> None:
        """The service manager writes the key of a service."""
        key = f"HKLM\\System\\CurrentControlSet\\Services\\{service}"
        self._row(13, second, **self._by(500), EventType="SetValue", TargetObject=f"{key}\\ImagePath", Details=image)
        self._line(second, "reg", "setVal", **self._who(500), path=key, entry="ImagePath", valStr=image)

    def shares(
        self, second: float, client: str, below: str, *, share: str = "ADMIN$", folder: str = "C:\\Windows"
    ) -> None:
        """The Security log audits that a client may write a file; Mark II does not."""
        self._audit(
            5145, second, SubjectUserName="ann", SubjectDomainName="CORP", IpAddress=client,
            ShareName=f"\\\\*\\{share}", ShareLocalPath=f"\\??\\{folder}", RelativeTargetName=below, AccessMask="0x2",
        )  # fmt: skip

    def logs_on(self, second: float, client: str, logon: str, *, kind: int = 3) -> None:
        self._audit(
            4624, second, TargetUserName="ann", TargetDomainName="CORP", LogonType=kind, TargetLogonId=logon,
            IpAddress=client, WorkstationName="-",
        )  # fmt: skip

    def audits_service(self, second: float, service: str, image: str, logon: str, *, user: str = "ann") -> None:
        """Security 4697: who asked for the service, in which session."""
        self._audit(
            4697, second, SubjectUserName=user, SubjectDomainName="CORP", SubjectLogonId=logon, ServiceName=service,
            ServiceFileName=image, ServiceAccount="LocalSystem",
        )  # fmt: skip

    def audits_task(self, second: float, task: str, command: str, logon: str) -> None:
        """Security 4698: who asked for the task, in which session."""
        actions = f"<Task><Actions><Exec><Command>{command}</Command></Exec></Actions></Task>"
        self._audit(
            4698, second, SubjectUserName="ann", SubjectDomainName="CORP", SubjectLogonId=logon, TaskName=f"\\{task}",
            TaskContent=actions,
        )  # fmt: skip

    def write(self, folder: Path, format_: str) -> Path:
        """The log of this host in one of the formats."""
        path = folder / f"{self.name}.log"
        path.write_bytes(
            lines(self.rows) if format_ == WINDOWS else "".join(f"{line}\n" for line in self.mark2).encode()
        )
        return path

    def _by(self, pid: int) -> JSON:
        return {"ProcessGuid": self.guid(pid), "ProcessId": pid, "Image": self.images[pid][0]}

    def _who(self, pid: int) -> dict[str, str]:
        return {"psGUID": self.guid(pid), "psPath": self.images[pid][0]}

    def _row(self, number: int, second: float, /, **fields: object) -> None:
        self.rows.append(sysmon(number, second + self.clock, self.name, **fields))

    def _audit(self, number: int, second: float, /, **fields: object) -> None:
        self.rows.append(security(number, f"{at(second + self.clock)}Z", self.name, **fields))

    def _line(self, second: float, event: str, sub_event: str, /, **fields: str) -> None:
        common = {"evt": event, "subEvt": sub_event, "com": self.name, "tmid": f"tmid-{self.name}", "ip": self.address}
        said = {"type": "ITM2", "sn": str(1_000 + len(self.mark2)), **common, **fields}
        text = " ".join('{}="{}"'.format(key, value.replace('"', '""')) for key, value in said.items())
        clock = at(second + self.clock).split()[1]
        self.mark2.append(f"10/19/2020 {clock} +0000 {text}")


MARK2_FACTS = {"Product": "product", "Description": "fileDesc", "Company": "company"}
