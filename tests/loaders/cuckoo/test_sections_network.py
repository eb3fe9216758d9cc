"""`network`: endpoints, names and URLs of the machine, and of a process where the report names one."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.graphs import Graph, violations
from helpers.reports import JSON, Program, call, cape, cuckoo, found, of, read

from graph_model import events as ev
from graph_model.builder import build
from loaders.cuckoo.sections import guest

GUEST, SERVER, OTHER, DNS = "192.168.56.101", "192.0.2.1", "192.0.2.2", "8.8.8.8"


def flow(src: str, sport: int, dst: str, dport: int, **more: Any) -> JSON:
    """As `conn_from_flowtuple` writes it."""
    return {"src": src, "sport": sport, "dst": dst, "dport": dport, "offset": 24, "time": 0.5} | more


def net(**lists: Any) -> JSON:
    return cuckoo(Program(4), network=lists)


def flows(report: JSON) -> list[tuple[str, str, int | None, bool]]:
    return [(e.protocol, e.address, e.port, e.inbound) for e in found(report, ev.NetworkFlow)]


def contacted(report: JSON) -> list[dict[str, Any]]:
    graph = Graph(build(read(report)[0]))
    assert violations(graph) == []
    return [
        {**row, "address": graph.nodes[row["b"]]["address"], "port": graph.nodes[row["b"]].get("port")}
        for row in graph.between("CONTACTED")
    ]


def test_traffic_to_the_guest_itself_began_on_the_other_side() -> None:
    report = net(
        tcp=[flow(GUEST, 1025, SERVER, 80), flow(OTHER, 4444, GUEST, 445)],
        udp=[flow(GUEST, 1026, DNS, 53), flow(DNS, 53, GUEST, 1027)],
    )
    assert flows(report) == [
        ("tcp", SERVER, 80, False),
        ("tcp", OTHER, 4444, True),
        ("udp", DNS, 53, False),
        ("udp", DNS, 53, True),
    ]
    ways = {(row["address"], row["port"]): (row.get("inbound"), row.get("outbound")) for row in contacted(report)}
    assert ways == {(SERVER, 80): (None, True), (OTHER, 4444): (True, None), (DNS, 53): (True, True)}


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([flow(GUEST, 1, SERVER, 80)], GUEST),  # alone: who begins
        ([flow(GUEST, 1, SERVER, 80), flow(GUEST, 2, OTHER, 80)], GUEST),
        ([flow(OTHER, 1, GUEST, 445), flow(GUEST, 2, DNS, 53), flow(GUEST, 3, SERVER, 80)], GUEST),
        ([flow(OTHER, 1, "239.255.255.250", 1900)], OTHER),
        ([{"dst": SERVER, "dport": 80}], None),  # nobody says who began
        ([], None),
    ],
)
def test_the_guest_is_at_one_end_of_all_traffic(entries: list[JSON], expected: str | None) -> None:
    assert guest.address_of({"tcp": entries}) == expected


def test_the_time_since_the_first_packet_is_no_time_of_day() -> None:
    report = net(tcp=[flow(GUEST, 1, SERVER, 80, time=2.25), flow(GUEST, 2, SERVER, 80, time=0.5)])
    assert [event.time for event in found(report, ev.NetworkFlow)] == [None, None]
    (row,) = contacted(report)
    assert (row["after_us"], row["count"], "first_us" in row) == (500_000, 2, False)


@pytest.mark.parametrize("time", [None, "x", -1, 1.5e9, True, [1]])
def test_another_kind_of_time_is_none_at_all(time: Any) -> None:
    (event,) = found(net(tcp=[flow(GUEST, 1, SERVER, 80, time=time)]), ev.NetworkFlow)
    assert event.after_us is None


def test_icmp_is_traffic_too() -> None:
    report = net(icmp=[{"src": GUEST, "dst": SERVER, "type": 8, "data": ""}])
    assert flows(report) == [("icmp", SERVER, None, False)]
    assert contacted(report)[0]["details"] == ["ICMP type 8"]


def test_dead_hosts_are_those_that_never_answered_and_not_the_guest() -> None:
    report = net(tcp=[flow(GUEST, 1, SERVER, 80)], dead_hosts=[[OTHER, 443], [GUEST, 49722]])
    unanswered = {(row["address"], row["port"]): row.get("unanswered") for row in contacted(report)}
    assert unanswered == {(SERVER, 80): None, (OTHER, 443): True}


@pytest.mark.parametrize("hosts", [[SERVER, OTHER], [{"ip": SERVER}, {"ip": OTHER, "country_name": "x"}]])
def test_hosts_add_only_addresses_that_no_flow_names(hosts: list[Any]) -> None:
    report = net(tcp=[flow(GUEST, 1, SERVER, 80)], hosts=hosts, dns_servers=[DNS])
    assert flows(report) == [("tcp", SERVER, 80, False), ("udp", DNS, 53, False), ("ip", OTHER, None, False)]


# --- names ---------------------------------------------------------------------------------------


def resolved(report: JSON) -> set[tuple[Any, str, Any]]:
    graph = Graph(build(read(report)[0]))
    label = {uid: node.get("name") or node.get("address") for uid, node in graph.nodes.items()}
    types = ("RESOLVED", "RESOLVES_TO")
    return {(label[row["a"]], row["type"], label[row["b"]]) for t in types for row in graph.between(t)}


def test_answers_are_addresses_and_other_names() -> None:
    answers = [
        {"type": "CNAME", "data": "cdn.example.net"},
        {"type": "A", "data": SERVER},
        {"type": "TXT", "data": "x"},
    ]
    report = net(dns=[{"request": "Example.com", "type": "A", "answers": answers}, {"request": "dead.example"}])
    assert resolved(report) == {
        ("pc1", "RESOLVED", "example.com"),
        ("example.com", "RESOLVES_TO", "cdn.example.net"),
        ("example.com", "RESOLVES_TO", SERVER),
        ("pc1", "RESOLVED", "dead.example"),
    }


def test_domains_add_only_names_that_dns_does_not_hold() -> None:
    asked = {"request": "example.com", "type": "A", "answers": [{"type": "A", "data": SERVER}]}
    listed = [
        {"domain": "example.com", "ip": SERVER},
        {"domain": "example.com", "ip": OTHER},
        "new.example",
        {"ip": DNS},
    ]
    events = found(net(dns=[asked], domains=listed), ev.DnsResolved)
    assert [(e.name, e.addresses, e.api) for e in events] == [
        ("example.com", (SERVER,), "network.dns"),
        ("new.example", (), "network.domains"),
    ]


# --- http and mail -------------------------------------------------------------------------------


def test_requests_keep_what_they_said() -> None:
    plain = {"uri": "http://example.com/a", "method": "POST", "user-agent": "Bot/1", "host": "example.com", "count": 3}
    decoded = {
        "host": "example.com", "dport": 8443, "uri": "/b", "method": "GET", "status": 404,
        "request": "GET /b HTTP/1.1\r\nHost: example.com\r\nUser-Agent: Bot/2",
    }  # fmt: skip
    report = net(http=[plain], http_ex=[{**decoded, "dport": 80, "uri": "/a", "method": "POST"}], https_ex=[decoded])
    events = found(report, ev.HttpRequested)
    assert [(e.url, e.method, e.user_agent, e.status, e.count) for e in events] == [
        ("http://example.com/a", "POST", "Bot/1", None, 3),
        ("https://example.com:8443/b", "GET", "Bot/2", 404, 1),
    ]
    graph = Graph(build(read(report)[0]))
    said = [(r["count"], r["methods"], r["user_agents"], r["host_headers"]) for r in graph.between("REQUESTED")]
    assert sorted(said) == [(1, ["GET"], ["Bot/2"], ["example.com"]), (3, ["POST"], ["Bot/1"], ["example.com"])]


def test_mail_says_who_wrote_to_whom_and_keeps_no_password() -> None:
    raw = "EHLO pc\r\nAUTH LOGIN c2VjcmV0\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA"
    decoded = {"hostname": "pc", "mail_from": ["c@example.com"], "mail_to": ["d@example.com"], "password": "secret",
               "headers": {"Subject": "hello"}}  # fmt: skip
    report = net(smtp=[{"dst": SERVER, "raw": raw}], smtp_ex=[{"dst": OTHER, "dport": 587, "req": decoded}])
    details = {(row["address"], row["port"]): row["details"] for row in contacted(report)}
    assert details == {
        (SERVER, 25): ["EHLO pc", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>"],
        (OTHER, 587): ["EHLO: pc", "MAIL FROM: c@example.com", "RCPT TO: d@example.com", "SUBJECT: hello"],
    }


def test_irc_and_tls_are_facts_of_the_run() -> None:
    report = net(irc=[{"type": "client", "command": "JOIN", "params": "#x"}], tls=[{"session_id": "1"}, {}])
    (event,) = found(report, ev.Noted)
    assert event.properties == {"irc": ("client JOIN #x",), "tls_sessions": 2}


# --- the process that CAPE names -----------------------------------------------------------------


def named(*calls: Any) -> JSON:
    entry = flow(GUEST, 1, SERVER, 80, process_id=4, process_name="one.exe")
    dns = {"request": "example.com", "answers": [{"type": "A", "data": SERVER}], "process_id": 4}
    http = {"uri": "http://example.com/", "process_id": None, "process_name": None}
    return cape(Program(4, calls), network={"tcp": [entry], "dns": [dns], "http": [http]})


def test_traffic_belongs_to_the_process_that_the_report_names() -> None:
    kinds = (ev.NetworkFlow, ev.DnsResolved, ev.HttpRequested)
    said = [(type(e).__name__, e.actor.key if e.actor else None, e.source) for e in found(named(), *kinds)]
    assert said == [
        ("NetworkFlow", "4.0", "network map"),
        ("DnsResolved", "4.0", "network map"),
        ("HttpRequested", None, None),
    ]


def test_what_the_calls_of_the_process_told_is_not_told_twice_of_it() -> None:
    report = named(call("connect", ip_address=SERVER, port=80), call("getaddrinfo", hostname="example.com"))
    events = of((ev.NetworkFlow, ev.DnsResolved), read(report)[0])
    assert [(type(e).__name__, e.actor.key if e.actor else None, e.api) for e in events] == [
        ("NetworkFlow", "4.0", "connect"),
        ("DnsResolved", "4.0", "getaddrinfo"),
        ("NetworkFlow", None, "network.tcp"),
        ("DnsResolved", None, "network.dns"),
    ]


# --- drift ---------------------------------------------------------------------------------------


def test_what_is_not_understood_is_counted() -> None:
    _, drift = read(net(tcp=[{"dst": "no address"}, "x"], brand_new=[1], mitm=[{}], pcap_sha256="0"))
    assert {key for key in drift.unknown if key[0] == "network"} == {
        ("network", "tcp without an address"),
        ("network", "tcp without fields"),
        ("network", "brand_new"),
    }
