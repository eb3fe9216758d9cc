"""The network section of the report: absolute times, the far end of each flow, answers joined to their questions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from helpers.graphs import Graph, violations
from helpers.reports import of
from helpers.tasks import MACHINE, on_disk, post, read

from graph_model import events as ev
from graph_model.builder import build
from loaders.cuckoo3.network import machine_address

SERVER = "8.8.8.8"
TS, TS_US = 1_625_673_706.5, 1_625_673_706_500_000


def ends(source: str, source_port: int, target: str, target_port: int, **more: Any) -> dict[str, Any]:
    return {"ts": TS, "srcip": source, "srcport": source_port, "dstip": target, "dstport": target_port} | more


def question(name: str, port: int) -> dict[str, Any]:
    return ends(MACHINE, port, SERVER, 53, type="A", name=name)


def answer(data: str, port: int, kind: str = "A") -> dict[str, Any]:
    return ends(SERVER, 53, MACHINE, port, type=kind, data=data)


def told(tmp_path: Path, network: Any, **how: Any) -> list[ev.Event]:
    events, _ = read(on_disk(tmp_path, post(network=network), **how))
    assert violations(Graph(build(events))) == []
    return events[2:]


def test_a_flow_leads_to_its_far_end_at_the_time_of_the_capture(tmp_path: Path) -> None:
    network = {"tcp": [ends(MACHINE, 49_680, "192.0.2.7", 443)], "udp": [ends(SERVER, 53, MACHINE, 54_465)]}
    out, back = told(tmp_path, network)
    assert isinstance(out, ev.NetworkFlow)
    assert isinstance(back, ev.NetworkFlow)
    assert (out.address, out.port, out.protocol, out.actor, out.time) == ("192.0.2.7", 443, "tcp", None, TS_US)
    assert (back.address, back.port, back.protocol, back.inbound) == (SERVER, 53, "udp", True)
    assert out.position.partition(":")[2] == "post.network.tcp[0]"


def test_the_machine_is_the_one_address_in_all_traffic() -> None:
    one, other = ends(MACHINE, 1, "192.0.2.7", 2), ends(SERVER, 53, MACHINE, 1)
    assert machine_address({"tcp": [one], "udp": [other]}) == MACHINE
    assert machine_address({"tcp": [one]}) is None, "either end may be it"
    assert machine_address({"tcp": [one], "udp": [ends("192.0.2.8", 1, SERVER, 53)]}) is None
    assert machine_address({}) is None


def test_answers_belong_to_the_question_from_the_same_port(tmp_path: Path) -> None:
    answers = [answer("a.cdn.example", 1000, "CNAME"), answer("192.0.2.1", 1000), answer("192.0.2.2", 2000)]
    dns = {"query": [question("a.example", 1000), question("b.example", 2000)], "response": answers}
    found = of(ev.DnsResolved, told(tmp_path, {"dns": dns}))
    assert [(event.name, event.addresses) for event in found] == [
        ("a.example", ("192.0.2.1",)),
        ("b.example", ("192.0.2.2",)),
    ]


def test_answers_to_a_port_that_asked_twice_belong_to_no_name(tmp_path: Path) -> None:
    dns = {"query": [question("a.example", 1), question("b.example", 1)], "response": [answer("192.0.2.1", 1)]}
    assert [event.addresses for event in of(ev.DnsResolved, told(tmp_path, {"dns": dns}))] == [(), ()]


def test_a_url_was_requested(tmp_path: Path) -> None:
    url = "http://41.220.119.246/enable/codec/"
    network = {"http": [ends(MACHINE, 1, "41.220.119.246", 80, request={"url": url, "method": "POST"}, response={})]}
    (event,) = told(tmp_path, network)
    assert isinstance(event, ev.HttpRequested)
    assert (event.url, event.time) == (url, TS_US)


def test_the_summary_adds_only_what_nothing_else_tells(tmp_path: Path) -> None:
    network = {
        "tcp": [ends(MACHINE, 1, "192.0.2.7", 443)],
        "dns": {"query": [question("a.example", 1)]},
        "domain": ["a.example", "b.example"],
        "host": ["192.0.2.7", "192.0.2.9", MACHINE, 7],
    }
    listed = [
        event for event in told(tmp_path, network) if "network.domain" in event.position or ".host" in event.position
    ]
    assert [getattr(event, "name", None) or getattr(event, "address", None) for event in listed] == [
        "b.example",
        "192.0.2.9",
    ]


def test_what_is_not_mapped_is_told(tmp_path: Path) -> None:
    _, drift = read(on_disk(tmp_path, post(network={"smtp": [{"request": {}}], "tcp": [{}]}, suricata=[1])))
    assert drift.unknown == {
        ("section", "network.smtp"): 1,
        ("section", "suricata"): 1,
        ("network", "tcp without an address"): 1,
    }
