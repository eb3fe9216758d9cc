"""Two InfoTrace Mark II logs of one story: NotPetya on MWC01 copies itself to MWC02 and runs there.

The six lines of MWC01 that the Soliton Dataset 2018 slides print are the functions named
``printed_*``, with the keys in the printed order and spelling; where a slide's annotation hides a
value it is restored, and README.md says from what. All other lines are invented, and all of MWC02.
"""

from __future__ import annotations

import hashlib

from mark2_layout import Fields, Host, Log, Proc

# MWC02's clock runs ahead of MWC01's by this much. (The creation time 13:18:34.078 that the slides print
# for the file on MWC02 suggests that the real one ran 371 ms behind: -371 here gives that log.)
MWC02_AHEAD_MS = 712

MWC01 = Host(
    name="MWC01",
    tmid="e4009d1d-9311-4249-9487-a373cde7192c",
    csid="S-1-5-21-3463664321-2923530833-3546627382",
    ip="172.31.48.118,fe80::5992:af4e:8c90:5591",
    mac="06:4d:00:f9:a6:d5",
    user="admin1",
    user_domain="MWC01",
    session=2,
)
MWC02 = Host(
    name="MWC02",
    tmid="79797979-0000-4000-8000-50524f564752",
    csid="S-1-5-21-2718281828-3141592653-1618033988",
    ip="172.31.48.79,fe80::4d57:4330:32ff:fe79",
    mac="06:4d:00:00:00:79",
    user="SYSTEM",
    user_domain="NT AUTHORITY",
    session=0,
)


def invented(number: int) -> str:
    """Give a GUID whose last group spells PROVGR: no product ever wrote it."""
    return f"{{{number:08X}-0000-4000-8000-50524F564752}}"


SYSTEM32 = "C:\\Windows\\System32"
RUNDLL = f"{SYSTEM32}\\rundll32.exe"
PSEXEC = "C:\\Windows\\dllhost.dat"
SHARE = "\\\\172.31.48.79\\admin$"
SHARED_DLL = f"{SHARE}\\027cc.dll"
SERVICE_KEY = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\services\\PSEXESVC"

SERVICE_USER = {"usr": "NETWORK SERVICE", "usrDomain": "NT AUTHORITY", "sessionID": "0"}

EXPLORER = Proc(invented(0x0101), "C:\\Windows\\explorer.exe", 1712)
NETWORK_SERVICE = Proc(invented(0x0102), f"{SYSTEM32}\\svchost.exe", 1096)
SHELL = Proc("{0C0DE001-57A1-4E94-92FB-974428120B84}", f"{SYSTEM32}\\cmd.exe", 3180)
R = Proc("{4EEBA2F1-FB65-42BF-A258-4121E64FB1D7}", RUNDLL, 3344)
DLLHOST = Proc("{31E60C0D-E002-4000-8000-50524F564752}", PSEXEC, 4032)
FINDSTR = Proc(invented(0x0103), f"{SYSTEM32}\\findstr.exe", 3232)
SHELL_OF_R = Proc(invented(0x0104), f"{SYSTEM32}\\cmd.exe", 3372)
SCHTASKS = Proc(invented(0x0105), f"{SYSTEM32}\\schtasks.exe", 3396)

SYSTEM = Proc(invented(0x0201), "System", 4)
SERVICES = Proc(invented(0x0202), f"{SYSTEM32}\\services.exe", 508)
RPC = Proc(invented(0x0203), f"{SYSTEM32}\\svchost.exe", 724)
PSEXESVC = Proc(invented(0x0204), "C:\\Windows\\PSEXESVC.exe", 2716)
REMOTE_R = Proc(invented(0x0205), RUNDLL, 2748)
REMOTE_SHELL = Proc(invented(0x0206), f"{SYSTEM32}\\cmd.exe", 2780)
REMOTE_SCHTASKS = Proc(invented(0x0207), f"{SYSTEM32}\\schtasks.exe", 2804)
CLEANER = Proc(invented(0x0208), f"{SYSTEM32}\\cmd.exe", 3020)
TASKENG = Proc(invented(0x0209), f"{SYSTEM32}\\taskeng.exe", 1388)
SHUTDOWN = Proc(invented(0x020A), f"{SYSTEM32}\\shutdown.exe", 3052)

RUNDLL_HASHES = {
    "sha256": "3fa4912eb43fc304652d7b01f118589259861e2d628fa7c86193e54d5f987670",
    "sha1": "892503b20247b341cfd20dda5fdacfa41527a087",
    "md5": "c648901695e275c8f2ad04b687a68ce2",
}
PSEXEC_HASHES = {
    "sha256": "f8dbabdfa03068130c277ce49c60e35c029ff29d9e3c74c362521f3fb02670d5",
    "sha1": "cd23b7c9e0edef184930bc8e0ca2264f0608bcb3",
    "md5": "aeee996fd3484f28e5cd85fe26b6bdcd",
}
DLL_HASHES = {
    "sha256": "027cc450ef5f8c5f653329641ec1fed91f694e0d229928963b30f6b0d7d3a745",
    "sha1": "34f917aaba5684fbe56d3c57d48ef2a1aa7cf06d",
    "md5": "71b6a493388e7d0b40c83ce903bc6b04",
}
RUNDLL_ABOUT = {
    "company": "Microsoft Corporation",
    "copyright": "c Microsoft Corporation. All rights reserved.",
    "fileDesc": "Windows ホスト プロセス (Rundll32)",
    "fileVer": "6.1.7600.16385 (win7_rtm.090713-1255)",
    "product": "MicrosoftR WindowsR Operating System",
    "productVer": "6.1.7600.16385",
    "crTime": "06/30/2017 12:50:51.609",
    "acTime": "06/30/2017 12:50:51.609",
    "moTime": "03/30/2017 23:58:17.736",
    "size": "45056",
    "sig": "Valid",
    "signer": "Microsoft Windows",
    "issuer": "Microsoft Windows Verification PCA",
    "cerSN": "33 00 00 00 4c 80 d5 f9 98 50 76 b0 9c 00 01 00 00 00 4c",
    "validFrom": "03/02/2017 03:46:04.000",
    "validTo": "05/10/2018 03:46:04.000",
}
CERTIFICATE = {
    "signer": "Microsoft Corporation",
    "issuer": "Microsoft Code Signing PCA",
    "cerSN": "61 01 cf 3e 00 00 00 00 00 0f",
    "validFrom": "12/08/2009 07:40:29.000",
    "validTo": "03/08/2011 07:40:29.000",
}


def psexec_about(moment: str, *, size: int = 381816, what: str = "fileDesc", does: str | None = None) -> Fields:
    """Describe PsExec 1.98; ``what`` is the key for its description, which the slides spell in two ways."""
    return {
        "company": "Sysinternals - www.sysinternals.com",
        "copyright": "Copyright (C) 2001-2010 Mark Russinovich",
        what: does or "Execute processes remotely",
        "fileVer": "1.98",
        "product": "Sysinternals PsExec",
        "productVer": "1.98",
        "crTime": moment,
        "acTime": moment,
        "moTime": moment,
        "size": str(size),
        "sig": "Valid",
    } | CERTIFICATE


def synthetic_hashes(name: str) -> Fields:
    """Give digests of a sentence, for a file whose real ones no seed prints."""
    text = f"provgraph example, not a real file: {name}".encode()
    return {
        "sha256": hashlib.sha256(text).hexdigest(),
        "sha1": hashlib.sha1(text, usedforsecurity=False).hexdigest(),
        "md5": hashlib.md5(text, usedforsecurity=False).hexdigest(),
    }


# --- MWC01: what the slides print ---------------------------------------------------------------


def printed_20612(log: Log) -> None:
    """Start of rundll32, by whose GUID all else hangs together; ``psuser`` is printed so."""
    who = {"psuser": "admin1", "psDomain": "MWC01", "arc": "x86"}
    fields = R.fields | {"cmd": "027cc.dll #1"} | R.under(SHELL) | who
    log.add("13:13:13.890", 20612, "ps start", fields | RUNDLL_HASHES | RUNDLL_ABOUT)


def printed_20626(log: Log) -> None:
    """Writing of dllhost.dat, which is PsExec with a valid signature."""
    file = {"path": PSEXEC, "drvType": "HDD", "read": "0", "write": "381816", "pe": "1", "arc": "x86"}
    about = psexec_about("06/30/2017 13:13:14.414")
    log.add("13:13:14.415", 20626, "file close", R.fields | file | PSEXEC_HASHES | about)


def printed_22085(log: Log) -> None:
    """Creation of the DLL on the other host's share."""
    fields = R.fields | {"mntFld": SHARE, "path": SHARED_DLL, "drvType": "Net"}
    log.add("13:18:34.449", 22085, "file create", fields, session="sessionId")


def printed_22087(log: Log) -> None:
    """Copy of the DLL from the desktop to the share."""
    source = {"path": "C:\\Users\\admin1\\Desktop\\027cc.dll", "drvType": "HDD"}
    target = {"dstMntFld": SHARE, "dstPath": SHARED_DLL, "dstDrv": "Net"}
    times = dict.fromkeys(("crTime", "acTime", "moTime"), "06/30/2017 13:18:34.078")
    fields = R.fields | source | target | DLL_HASHES | times | {"size": "362360"}
    log.add("13:18:34.459", 22087, "file copy", fields, session="sessionId")


def printed_22088(log: Log) -> None:
    """Close of the copied file: signed in Microsoft's name, and not validly."""
    file = {"mntFld": SHARE, "path": SHARED_DLL, "drvType": "Net", "read": "0", "write": "362360", "pe": "1"}
    file |= {"arc": "x86"} | dict.fromkeys(("crTime", "acTime"), "06/30/2017 13:18:34.078") | {"size": "362360"}
    fields = R.fields | file | {"sig": "Invalid"} | CERTIFICATE
    log.add("13:18:34.459", 22088, "file close", fields, session="sessionId")


def printed_22086(log: Log) -> None:
    """Start of PsExec against the other host."""
    cmd = f'\\\\172.31.48.79 -accepteula -s -d {RUNDLL} "C:\\Windows\\027cc.dll",#1 55'
    who = {"psUser": "admin1", "psDomain": "MWC01", "arc": "x86"}
    fields = DLLHOST.fields | {"cmd": cmd} | DLLHOST.under(R) | who | PSEXEC_HASHES
    about = psexec_about("06/30/2017 13:13:14.414", what="desc")
    log.add("13:18:34.460", 22086, "ps start", fields | about, lv=5, session="sessionId")


# --- MWC01: the invented lines around them ------------------------------------------------------


def before_the_attack(log: Log) -> None:
    """Log a quiet machine: an empty key, keys inside a command line, a read file."""
    asked = {"dstHost": "time.windows.com", "url": "", "send": ""}
    log.add("13:13:02.117", 20571, "net dnsQuery", SERVICE_USER | NETWORK_SERVICE.fields | asked)
    log.start("13:13:05.330", 20580, SHELL, EXPLORER, "")
    notes = "C:\\Users\\admin1\\Documents\\notes.txt"
    log.start("13:13:09.871", 20597, FINDSTR, SHELL, f'/c:"sn=1 evt=file path=C:\\x" {notes}')
    read = {"path": notes, "drvType": "HDD", "read": "1280", "write": "0", "pe": "0", "size": "1280"}
    log.add("13:13:09.880", 20598, "file close", FINDSTR.fields | read)
    log.add("13:13:09.884", 20599, "ps stop", FINDSTR.fields)


def between(log: Log) -> None:
    """Log the restart that NotPetya plans, and lines with a ``-`` value and with a repeated key."""
    planned = '/c schtasks /Create /SC once /TN "" /TR "C:\\Windows\\system32\\shutdown.exe /r /f" /ST 14:16'
    log.start("13:13:14.880", 20641, SHELL_OF_R, R, planned)
    log.start("13:13:14.902", 20644, SCHTASKS, SHELL_OF_R, planned.removeprefix("/c schtasks "))
    icon = {"path": "C:\\Users\\admin1\\Desktop\\desktop.ini", "drvType": "HDD", "read": "282", "write": "0"}
    icon |= {"pe": "0", "company": "-", "product": "-", "size": "282"}
    log.add("13:13:15.020", 20655, "file close", EXPLORER.fields | icon)
    clock = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\services\\W32Time\\Config"
    value = {"path": clock, "entry": "MaxPosPhaseCorrection", "valType": "REG_DWORD", "valNum": "54000"}
    fields = SERVICE_USER | NETWORK_SERVICE.fields | value | {"valSize": "4"}
    log.add("13:14:40.500", 21010, "reg setVal", fields, lv=5, tail=" lv=7")
    log.net("13:18:33.902", 22061, "con", R, (49281, 445))


def after_the_start(log: Log) -> None:
    """Log what PsExec does: accept its licence, connect, leave."""
    licence = {"path": "HKEY_CURRENT_USER\\Software\\Sysinternals\\PsExec", "entry": "EulaAccepted"}
    licence |= {"valType": "REG_DWORD", "valNum": "1", "valSize": "4"}
    log.add("13:18:34.467", 22091, "reg setVal", DLLHOST.fields | licence)
    log.net("13:18:34.471", 22092, "con", DLLHOST, (49286, 135))
    log.net("13:18:34.480", 22093, "con", DLLHOST, (49287, 445))
    log.net("13:18:36.911", 22130, "dcon", DLLHOST, (49287, 445), " send=187264 recv=4310")
    log.add("13:18:36.920", 22131, "ps stop", DLLHOST.fields)


def mwc01() -> list[str]:
    """Give the lines of the host that is infected first."""
    log = Log(MWC01)
    before_the_attack(log)
    printed_20612(log)
    printed_20626(log)
    between(log)
    printed_22085(log)
    printed_22087(log)
    printed_22088(log)
    printed_22086(log)
    after_the_start(log)
    return log.lines


# --- MWC02: invented ----------------------------------------------------------------------------


def dll_arrives(log: Log) -> None:
    """Log the network logon and the DLL, written by the kernel for the client."""
    log.net("13:18:33.903", 15310, "acpt", SYSTEM, (49281, 445))
    logon = {"channel": "Security", "evtRecID": "3391", "evtID": "4624", "evtLogonID": "0x2f41c7", "evtUsr": "admin1"}
    logon |= {"evtDomain": "MWC02", "logonType": "Network(3)", "wsName": "MWC01", "wsIp": "172.31.48.118"}
    log.add("13:18:33.912", 15309, "os evtLog", logon | {"wsPort": "49281"})
    path = {"path": "C:\\Windows\\027cc.dll", "drvType": "HDD"}
    log.add("13:18:34.450", 15312, "file create", SYSTEM.fields | path)
    written = {"read": "0", "write": "362360", "pe": "1", "arc": "x86"}
    created = log.stamp("13:18:34.450")
    about = dict.fromkeys(("crTime", "acTime", "moTime"), created) | {"size": "362360", "sig": "Invalid"} | CERTIFICATE
    log.add("13:18:34.458", 15313, "file close", SYSTEM.fields | path | written | DLL_HASHES | about)


def service_starts(log: Log) -> None:
    """Log PsExec's service: its file, its key, its start."""
    log.net("13:18:34.472", 15315, "acpt", RPC, (49286, 135))
    log.net("13:18:34.481", 15316, "acpt", SYSTEM, (49287, 445))
    path = {"path": PSEXESVC.path, "drvType": "HDD"}
    log.add("13:18:34.512", 15318, "file create", SYSTEM.fields | path)
    about = psexec_about(log.stamp("13:18:34.512"), size=181064, does="PsExec Service")
    sums = synthetic_hashes("PSEXESVC.exe")
    written = {"read": "0", "write": "181064", "pe": "1", "arc": "x86"}
    log.add("13:18:34.530", 15319, "file close", SYSTEM.fields | path | written | sums | about)
    key = {"path": SERVICE_KEY, "entry": "ImagePath", "valType": "REG_EXPAND_SZ"}
    key |= {"valStr": "%SystemRoot%\\PSEXESVC.exe", "valSize": "52"}
    log.add("13:18:34.544", 15321, "reg setVal", SERVICES.fields | key)
    kind = {"path": SERVICE_KEY, "entry": "Start", "valType": "REG_DWORD", "valNum": "3", "valSize": "4"}
    log.add("13:18:34.545", 15322, "reg setVal", SERVICES.fields | kind)
    log.start("13:18:34.571", 15324, PSEXESVC, SERVICES, "", sums | about)


def dll_runs(log: Log) -> None:
    """Log rundll32 on the second host and what NotPetya does there."""
    log.start("13:18:34.702", 15327, REMOTE_R, PSEXESVC, '"C:\\Windows\\027cc.dll",#1 55', RUNDLL_HASHES | RUNDLL_ABOUT)
    file = {"path": PSEXEC, "drvType": "HDD", "read": "0", "write": "381816", "pe": "1", "arc": "x86"}
    about = psexec_about(log.stamp("13:18:35.209"))
    log.add("13:18:35.210", 15333, "file close", REMOTE_R.fields | file | PSEXEC_HASHES | about)
    disk = {"path": "\\\\.\\PhysicalDrive0", "drvType": "HDD", "read": "512", "write": "10240", "pe": "0"}
    log.add("13:18:35.388", 15336, "file close", REMOTE_R.fields | disk)
    planned = '/c schtasks /Create /SC once /TN "" /TR "C:\\Windows\\system32\\shutdown.exe /r /f" /ST 14:16'
    log.start("13:18:35.602", 15341, REMOTE_SHELL, REMOTE_R, planned)
    log.start("13:18:35.625", 15344, REMOTE_SCHTASKS, REMOTE_SHELL, planned.removeprefix("/c schtasks "))


def service_leaves(log: Log) -> None:
    """Log the end of PsExec's service, and the end of the machine."""
    log.add("13:18:36.840", 15360, "ps stop", PSEXESVC.fields)
    log.add("13:18:36.871", 15361, "reg delKey", SERVICES.fields | {"path": SERVICE_KEY, "entry": "-"})
    log.add("13:18:36.902", 15362, "file del", SYSTEM.fields | {"path": PSEXESVC.path, "drvType": "HDD"})
    clean = "/c wevtutil cl Setup & wevtutil cl System & wevtutil cl Security & wevtutil cl Application"
    log.start("14:15:41.300", 18877, CLEANER, REMOTE_R, f"{clean} & fsutil usn deletejournal /D C:")
    log.start("14:16:00.015", 18902, SHUTDOWN, TASKENG, "/r /f")


def mwc02() -> list[str]:
    """Give the lines of the second host, by its own clock."""
    log = Log(MWC02, MWC02_AHEAD_MS)
    update = {"path": "C:\\Windows\\WindowsUpdate.log", "drvType": "HDD", "read": "0", "write": "174", "pe": "0"}
    log.add("13:17:51.928", 15288, "file close", RPC.fields | update | {"size": "1048576", "company": ""})
    dll_arrives(log)
    service_starts(log)
    dll_runs(log)
    service_leaves(log)
    return log.lines
