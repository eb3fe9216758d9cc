"""``os`` and ``session`` lines: Windows events that the product relays, and sessions of the terminal.

``usr`` and ``usrDomain`` stand on every line and name the account of the session that the line was written in. For a
relayed event that is whoever happens to sit at the machine, so its account is only what the event itself names
(``evtUsr``, ``evtDomain``); a logon that names none is counted. A ``session`` line is about that session, so there the
two keys are the account. All but ``evtID``, ``evtLogonID``, ``logonType`` and ``wsName`` is inferred.

Source of the numbers: "Advanced security audit policy settings" of Microsoft's documentation, events 4624 and 4697.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from graph_model.events import Event, HostRef, LoggedOn, ServiceInstalled
from graph_model.identity import referred_host
from loaders.mark2.record import MissingKeyError, Record
from loaders.mark2.terminal import Terminal, address

Out = list[Event]
_LAST_EVENT_ID = 0xFFFF
_NUMBERED = re.compile(r"(?:[^()]*\()?([0-9]{1,2})\)?\Z")  # `Network(3)`, `3`
_TYPES = {
    "interactive": 2,
    "network": 3,
    "batch": 4,
    "service": 5,
    "unlock": 7,
    "networkcleartext": 8,
    "newcredentials": 9,
    "remoteinteractive": 10,
    "cachedinteractive": 11,
}
_FROM_ELSEWHERE = frozenset({3, 8, 10})
_SESSION = re.compile(r"0x[0-9a-fA-F]{1,16}\Z")
_NO_CLIENT = frozenset({None, "0.0.0.0", "::"})  # noqa: S104


def windows_event(record: Record, terminal: Terminal, out: Out) -> None:
    """An event of a Windows log: logons and installed services have words, all others are counted by number."""
    number = record.number("evtID")
    if number is None or number > _LAST_EVENT_ID:
        raise MissingKeyError("evtID")
    channel, handler = _EVENTS.get(number, ("", None))
    if handler is None or record.fields.get("channel", channel).casefold() != channel:
        record.drift.count(f"{record.kind} {number}")
    elif not handler(record, terminal, out):
        record.drift.count(f"{record.kind} {number} that does not say who or what")


def session_logon(record: Record, terminal: Terminal, out: Out) -> None:
    """Somebody logged on to the terminal."""
    get = record.fields.get
    account, domain = (get("evtUsr"), get("evtDomain")) if get("evtUsr") else (get("usr"), get("usrDomain"))
    if account:
        out.append(_logon(record, terminal, account, domain))
    else:
        record.drift.count(f"{record.kind} that does not say who")


def _logged_on(record: Record, terminal: Terminal, out: Out) -> bool:
    account = record.fields.get("evtUsr")
    if account:
        out.append(_logon(record, terminal, account, record.fields.get("evtDomain")))
    return account is not None


def _logon(record: Record, terminal: Terminal, account: str, domain: str | None) -> LoggedOn:
    logon_type = _logon_type(record)
    return record.act(
        LoggedOn,
        None,
        host=terminal.ref,
        account=account,
        domain=domain,
        logon_type=logon_type,
        logon_id=_logon_id(record),
        client=_client(record, terminal) if logon_type in _FROM_ELSEWHERE else None,
    )


def _logon_type(record: Record) -> int | None:
    text = record.fields.get("logonType")
    if text is None:
        return None
    numbered = _NUMBERED.match(text)
    found = int(numbered[1]) if numbered else _TYPES.get(text.replace(" ", "").casefold())
    if found is None:
        record.drift.not_understood("value", "logonType", text)
    return found


def _logon_id(record: Record) -> str | None:
    text = record.fields.get("evtLogonID")
    if text is None:
        return None
    if _SESSION.match(text):
        return f"0x{int(text, 16):x}"
    record.drift.not_understood("value", "evtLogonID", text)
    return None


def _client(record: Record, terminal: Terminal) -> HostRef | None:
    """The host that a logon came from: by its address if the line has one, else by the name that it gave itself."""
    found = address(record.fields.get("wsIp", ""))
    if found not in _NO_CLIENT:
        return None if found in terminal.own else referred_host(terminal.ref.scope, str(found))
    name = record.fields.get("wsName", "").lstrip("\\")
    if not name or terminal.is_called(name):
        return None
    return referred_host(terminal.ref.scope, name)


def _service_installed(record: Record, terminal: Terminal, out: Out) -> bool:
    get = record.fields.get
    name, image = get("serviceName"), record.path("imagePath") or record.path("serviceFileName")
    if name is None:
        return False
    account, domain = get("evtUsr"), get("evtDomain")
    by = f"{domain}\\{account}" if domain and account else account
    session = _logon_id(record)
    out.append(
        record.act(ServiceInstalled, None, host=terminal.ref, name=name, image=image, account=by, logon_id=session)
    )
    return True


_EVENTS: dict[int, tuple[str, Callable[[Record, Terminal, Out], bool]]] = {
    4624: ("security", _logged_on),
    4697: ("security", _service_installed),
    7045: ("system", _service_installed),
}
