"""A Mark II log as terminals write it all day: processes, files, registry and network, as on a busy machine."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

BYTES_OF_A_LINE = 535
TERMINALS = [
    f'com="PC{number:02}" domain="WORKGROUP" profile="default" tmid={number:08x}-9311-4249-9487-a373cde7192c '
    f"csid=S-1-5-21-3463664321-2923530833-354662738{number} ip=10.0.0.{10 + number},fe80::5992:af4e:8c90:{number} "
    f'mac=06:4d:00:f9:a6:0{number} usr="admin{number}" usrDomain="PC{number:02}" sessionID=2'
    for number in range(3)
]
_ABOUT = (
    'company="Microsoft Corporation" copyright="(c) Microsoft Corporation. All rights reserved." '
    'fileDesc="Windows ホスト プロセス" fileVer="6.1.7600.16385 (win7_rtm.090713-1255)" product="Windows" '
    'productVer="6.1.7600.16385" sig=Valid signer="Microsoft Windows" issuer="Microsoft Windows Verification PCA" '
    'cerSN="33 00 00 00 4c 80" validFrom="03/02/2017 03:46:04.000" validTo="05/10/2018 03:46:04.000"'
)


class _Story:
    """What the lines speak of: processes that work for a while, each on some files, keys and servers of its own."""

    def __init__(self) -> None:
        self.random = random.Random(1)
        self.processes = [self._process(number) for number in range(400)]
        self.at_work = 0

    def _process(self, number: int) -> tuple[str, str, int]:
        digits = f"{self.random.getrandbits(128):032X}"
        guid = f"{{{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}}}"
        return guid, f"C:\\Program Files\\Vendor {number % 40}\\app{number}.exe", 1000 + 4 * number

    def by(self) -> str:
        if self.random.random() < 0.1:
            self.at_work = self.random.randrange(len(self.processes))
        guid, path, _ = self.processes[self.at_work]
        return f'psGUID={guid} psPath="{path}"'

    def own(self, number: int) -> int:
        """One of so many things that the process at work has to do with."""
        return self.at_work * number + self.random.randrange(number)

    def hashes(self) -> str:
        number = self.own(8)
        return f"sha256={number:064x} sha1={number:040x} md5={number:032x} size={number * 7}"

    def path(self) -> str:
        number = self.own(40)
        return f"C:\\Users\\admin\\AppData\\Local\\Temp\\folder{self.at_work}\\file {number}.{number % 7}.tmp"

    def start(self) -> str:
        guid, path, pid = self.random.choice(self.processes)
        parent, parent_path, _ = self.processes[self.at_work]
        ran = f'psGUID={guid} psPath="{path}" cmd="/run:""{self.path()}"" -x {pid}" psID={pid} parentGUID={parent}'
        return f'{ran} parentPath="{parent_path}" psUser="admin1" psDomain="PC01" arc=x86 {self.hashes()} {_ABOUT}'

    def closed(self) -> str:
        read, written = self.random.choice(((0, 4096), (8192, 0), (0, 0), (120, 4000)))
        about = f" pe=1 arc=x86 {self.hashes()} {_ABOUT}" if written and self.random.random() < 0.2 else " pe=0"
        return f'{self.by()} path="{self.path()}" drvType=HDD read={read} write={written}{about}'

    def opened(self) -> str:
        return f'{self.by()} path="{self.path()}" drvType=HDD'

    def renamed(self) -> str:
        return f'{self.by()} path="{self.path()}" drvType=HDD dstPath="{self.path()}" dstDrv=HDD'

    def value(self) -> str:
        by, number = self.by(), self.own(20)
        key = f"HKEY_LOCAL_MACHINE\\SOFTWARE\\Vendor {number % 90}\\Settings\\{number}"
        return f'{by} path="{key}" entry="Value{number % 3}" valType=REG_SZ valStr="{number}" valSize=8'

    def key(self) -> str:
        return f'{self.by()} path="HKEY_CURRENT_USER\\Software\\Vendor {self.own(10)}"'

    def connection(self) -> str:
        ours = self.random.randrange(49_152, 65_535)
        return (
            f"{self.by()} srcIP=10.0.0.10 srcPort={ours} dstIP=192.0.2.{self.own(3) % 200} dstPort=443 send=5 recv=20"
        )

    def question(self) -> str:
        return f'{self.by()} dstHost="host{self.own(4)}.example.com" url=""'


MIX: tuple[tuple[str, int, Callable[[_Story], str]], ...] = (
    ("ps start", 3, _Story.start),
    ("ps stop", 3, _Story.by),
    ("file create", 14, _Story.opened),
    ("file close", 26, _Story.closed),
    ("file open", 8, _Story.opened),
    ("file del", 6, _Story.opened),
    ("file rename", 3, _Story.renamed),
    ("reg setVal", 18, _Story.value),
    ("reg create", 7, _Story.key),
    ("reg delKey", 1, _Story.key),
    ("net con", 4, _Story.connection),
    ("net dcon", 4, _Story.connection),
    ("net dnsQuery", 3, _Story.question),
)


def lines(count: int) -> Iterator[str]:
    """So many lines, always the same."""
    story, moment = _Story(), datetime(2017, 6, 30, 9)
    kinds = story.random.choices(MIX, [weight for _, weight, _ in MIX], k=count)
    for number, (kind, _, keys) in enumerate(kinds):
        moment += timedelta(milliseconds=story.random.randrange(40))
        event, sub_event = kind.split()
        stamp = moment.strftime("%m/%d/%Y %H:%M:%S.") + f"{moment.microsecond // 1000:03d}"
        head = f"{stamp} +0900 loc=ja-JP type=ITM2 sn={20_000 + number ^ 1} evt={event} subEvt={sub_event}"
        text = keys(story)
        yield f"{head} {TERMINALS[story.at_work % len(TERMINALS)]} {text}\n"


def write(path: Path, megabytes: float) -> None:
    """A log of about this size."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(lines(int(megabytes * 1e6 / BYTES_OF_A_LINE)))
