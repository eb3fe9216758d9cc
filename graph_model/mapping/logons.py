"""Who came in: logons to a host, credentials given for one, and connections to its shares."""

from __future__ import annotations

from typing import Any

from graph_model import events as ev
from graph_model.identity import user_uid
from graph_model.mapping.context import Handlers, Mapping, asked_by


def logged_on(mapping: Mapping, event: ev.LoggedOn) -> None:
    """An account logged on, from another host where the log names it."""
    at = mapping.host(event.host, event)
    user = user_uid(event.host.scope, event.domain, event.account)
    mapping.node("User", user, name=event.account, domain=event.domain)
    said: dict[str, Any] = {
        "logon_ids": [event.logon_id] if event.logon_id else None,
        "logon_types": None if event.logon_type is None else [event.logon_type],
        "accounts": [f"{event.domain}\\{event.account}" if event.domain else event.account],
        "process_uid": mapping.actor(event),
    }
    mapping.act("LOGGED_ON_TO", user, at, event, **said)
    if event.client and event.client != event.host:
        mapping.act("LOGGED_ON_TO", mapping.host(event.client, event), at, event, **said)


def credentials_used(mapping: Mapping, event: ev.CredentialsUsed) -> None:
    """Somebody tried to log on to another host with credentials that they were given."""
    who, target = mapping.actor(event) or mapping.host(event.host, event), mapping.host(event.target, event)
    mapping.act("USED_CREDENTIALS_FOR", who, target, event, **asked_by(event))


def share_opened(mapping: Mapping, event: ev.ShareOpened) -> None:
    """Another host connected to a share."""
    client, at = mapping.host(event.client, event), mapping.host(event.host, event)
    accounts = [event.account] if event.account else None
    mapping.act("ACCESSED_SHARE", client, at, event, shares=[event.share], accounts=accounts)


HANDLERS: Handlers = {
    ev.LoggedOn: logged_on,
    ev.CredentialsUsed: credentials_used,
    ev.ShareOpened: share_opened,
}
