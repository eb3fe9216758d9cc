"""What all mappings share: the run, the held elements, and how a reference becomes a node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from graph_model import events as ev
from graph_model import paths
from graph_model.identity import content_uid, host_uid, is_address, plain_address, process_uid, uid
from graph_model.kinds import SIGNATURE
from graph_model.reduction import MAX_INTEGER, Reduction

_TEXT_LENGTH = 4_096
_SAID_OF_BYTES = (*SIGNATURE, "pe")
_ENDS = f"ends of texts longer than {_TEXT_LENGTH:,} characters"
_NUMBERS = "numbers beyond 64 bits"

# An event type names the function that places its events; the function takes exactly that type.
Handlers = dict[type[ev.Event], Callable[["Mapping", Any], None]]


class Mapping:
    """The state of one log's way into the graph."""

    def __init__(self, left_out: Counter[str] | None = None) -> None:
        self.held = Reduction()
        self.left_out: Counter[str] = Counter() if left_out is None else left_out
        self.run = ""
        self.case: str | None = None
        self._placed: set[tuple[str, str]] = set()
        self._processes: dict[ev.ProcessRef, str] = {}
        self._files: dict[ev.FileRef, str] = {}
        self._endpoints: dict[tuple[str, str, int | None], str] = {}
        self._apis: dict[str, list[str]] = {}
        self.values: dict[tuple[ev.HostRef, str, str], str] = {}  # registry values by how the log prints them

    def once(self, what: str, who: str) -> bool:
        """True the first time this is asked about this pair."""
        key = (what, who)
        if key in self._placed:
            return False
        self._placed.add(key)
        return True

    def node(self, label: str, node_uid: str, /, **props: Any) -> str:
        """Note a node and give back its uid."""
        return self.held.node(label, node_uid, self._known(props))

    def relate(self, type_: str, start: str, end: str, event: ev.Event, /, **props: Any) -> None:
        """Note one event as a relationship from ``start`` to ``end``."""
        self.held.relate(type_, start, end, event, self._known(props))

    def act(self, type_: str, start: str, end: str, event: ev.Event, /, **props: Any) -> None:
        """Like :meth:`relate`, with the API that did it and where it is known from."""
        known = self._known(props)
        if event.api:
            known["apis"] = self._apis.get(event.api) or self._api(event.api)
        if event.source and "source" not in known:
            known["source"] = self._bounded(event.source)
        self.held.relate(type_, start, end, event, known)

    def _api(self, name: str) -> list[str]:
        """A list of this name only, which nobody changes."""
        return self._apis.setdefault(name, [self._bounded(name)])

    def host(self, ref: ev.HostRef, event: ev.Event) -> str:
        """The node of a host; one that is only referred to is named after its address or name."""
        node_uid = host_uid(ref)
        kind, _, name = ref.key.partition(":")
        if self.once("host", node_uid):
            referred = name if kind in ("address", "name") else None
            self.node("Host", node_uid, scope=ref.scope, key=ref.key, name=referred)
        if kind == "address":
            self.relate("HAS_ADDRESS", node_uid, self.endpoint("ip", name, None), event)
        return node_uid

    def process(self, ref: ev.ProcessRef, event: ev.Event) -> str:
        """The node of a process, on its host and in this run."""
        node_uid = self._processes.get(ref)
        if node_uid is None:
            node_uid = self._processes[ref] = process_uid(ref)
            self._first_seen(ref, node_uid, event)
        return node_uid

    def _first_seen(self, ref: ev.ProcessRef, node_uid: str, event: ev.Event) -> None:
        """A process under this reference; another reference may have lacked the pid."""
        if not self.once("process", node_uid):
            self.node("Process", node_uid, pid=ref.pid)
            return
        event = msgspec.structs.replace(event, count=1)  # it is this process once, however often it did something
        at = self.host(ref.host, event)
        self.node("Process", node_uid, pid=ref.pid, ordinal=ref.ordinal, host_uid=at)
        self.relate("RAN_ON", node_uid, at, event)
        self.relate("RECORDED_IN", node_uid, self.run, event)

    def actor(self, event: ev.Event) -> str | None:
        """The node of the acting process, where the log knows it."""
        return self.process(event.actor, event) if event.actor else None

    def file(self, ref: ev.FileRef, event: ev.Event) -> str:
        """The node of a file, on the host that its path leads to."""
        known = self._files.get(ref)
        if known is not None:
            return known
        at = paths.locate(ref)
        node_uid = self._files[ref] = at.uid
        if self.once("file", node_uid) or at.unc:
            props = {"path": at.path, "key": at.key, "name": at.name, "unc": at.unc}
            self.node("File", node_uid, host_uid=self.host(at.host, event), **props)
        return node_uid

    def content(self, facts: ev.FileFacts | None) -> str | None:
        """The node of some bytes, where a hash identifies them."""
        node_uid = content_uid(facts.hashes) if facts else None
        if facts is None or node_uid is None:
            return None
        hashes = facts.hashes
        return self.node(
            "Content",
            node_uid,
            sha256=hashes.sha256,
            sha1=hashes.sha1,
            md5=hashes.md5,
            size=facts.size,
            type=facts.type,
            company=facts.company,
            product=facts.product,
            product_version=facts.product_version,
            description=facts.description,
            original_name=facts.original_name,
        )

    def holds(self, file: str, facts: ev.FileFacts | None, event: ev.Event) -> None:
        """Note which bytes a file held, and what the log says of them: also where no hash tells which they were."""
        if facts is None:
            return
        content = self.content(facts)
        said = {name: getattr(facts, name) for name in _SAID_OF_BYTES}
        if content:
            self.relate("HAS_CONTENT", file, content, event, **said)
        elif any(said.values()):
            self.relate("DESCRIBED_IN", file, self.run, event, **said)

    def endpoint(self, protocol: str, address: str, port: int | None) -> str:
        """The node of an endpoint."""
        known = self._endpoints.get((protocol, address, port))
        if known is None:
            known = self._endpoints[protocol, address, port] = self._new_endpoint(protocol, address, port)
        return known

    def _new_endpoint(self, protocol: str, address: str, port: int | None) -> str:
        plain = plain_address(address) if is_address(address) else address.lower()
        node_uid = uid("Endpoint", protocol, plain, "" if port is None else str(port))
        return self.node("Endpoint", node_uid, protocol=protocol, address=plain, port=port)

    def _known(self, props: dict[str, Any]) -> dict[str, Any]:
        """What has a value that databases can hold."""
        known = {}
        for name, value in props.items():
            if value is not None:
                bounded = self._bounded(value)
                if bounded is not None:
                    known[name] = bounded
        return known

    def _bounded(self, value: Any) -> Any:
        """Text without what databases refuse (lone surrogates) and no longer than a page; no number beyond 64 bits."""
        if isinstance(value, str):
            text = value if len(value) <= _TEXT_LENGTH else self._cut(value)
            return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
        if isinstance(value, int):
            if -MAX_INTEGER <= value <= MAX_INTEGER:
                return value
            self.left_out[_NUMBERS] += 1
            return None
        if isinstance(value, (list, tuple)):
            return [bounded for item in value if (bounded := self._bounded(item)) is not None]
        return value

    def _cut(self, text: str) -> str:
        self.left_out[_ENDS] += 1
        return text[: _TEXT_LENGTH - 1] + "…"


def asked_by(event: ev.ServiceInstalled | ev.TaskRegistered | ev.CredentialsUsed) -> dict[str, list[str]]:
    """The account that asked for something and its logon session, as far as the log names them."""
    said = {"accounts": event.account, "logon_ids": event.logon_id}
    return {name: [value] for name, value in said.items() if value}
