"""Sockets, names, and the handles of WinINet and WinHTTP."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.calls import events, every, said, untold
from helpers.reports import call, cape, cuckoo

HOST = "192.0.2.80"


def flows(*calls: Any, layout: Any = cuckoo) -> list[tuple[str, int | None]]:
    return [
        (what, event.bytes) for what, event in zip(_objects(calls, layout), events(*calls, layout=layout), strict=True)
    ]


def _objects(calls: Any, layout: Any) -> list[str]:
    return [what for _, what in said(*calls, layout=layout)]


@every
@pytest.mark.parametrize("api", ["connect", "WSAConnect", "ConnectEx"])
def test_a_connection_has_address_and_port(api: str, layout: Any) -> None:
    (flow,) = events(call(api, s=1, ip_address=HOST, port=80), layout=layout)
    assert (flow.address, flow.port, flow.protocol, flow.inbound) == (HOST, 80, "tcp", False)


@pytest.mark.parametrize("address", ["", "updates.example.com", "999.1.1.1", None, 7])
def test_what_is_no_address_is_no_endpoint(address: Any) -> None:
    connected = call("connect", ip_address=address, port=80)
    assert events(connected) == []
    assert untold(connected) == ["connect"]


def test_bytes_go_where_the_socket_leads_until_it_is_closed() -> None:
    calls = [
        call("socket", af=2, type=1, protocol=6, socket=500),
        call("send", socket=500, sent=1, returned=1),
        call("connect", socket=500, ip_address=HOST, port=443),
        call("send", socket=500, sent=12, returned=12),
        call("recv", socket=500, received=40, returned=40),
        call("WSASend", socket=500, buffer="x"),
        call("WSARecv", socket=500),
        call("closesocket", socket=500),
        call("send", socket=500, sent=1, returned=1),
    ]
    there = f"tcp {HOST}:443"
    back = f"tcp <{HOST}:443"
    assert flows(*calls) == [(there, None), (there, 12), (back, 40), (there, None), (back, None)]
    assert untold(*calls) == ["send"]


@every
@pytest.mark.parametrize("api", ["connect", "WSAConnect", "ConnectEx"])
def test_a_connect_that_does_not_wait_leads_somewhere_when_bytes_go_there(api: str, layout: Any) -> None:
    calls = [
        call("socket", type=1, socket=500, returned=500),
        call(api, socket=500, s=500, ip_address=HOST, port=4782, ok=False, returned=-1),
        call("send", socket=500, sent=12, returned=12),
    ]
    assert flows(*calls[:2], layout=layout) == []
    assert flows(*calls, layout=layout) == [(f"tcp {HOST}:4782", 12)]


def test_cape_prints_addresses_as_ip_and_counts_by_what_the_call_returned() -> None:
    calls = [
        call("WSASocketW", returned=0x1F4, af="2", type="1", protocol="6", socket="500"),
        call("connect", socket="500", ip=HOST, port="443"),
        call("send", returned=12, socket="500", buffer="x"),
        call("recv", returned=40, socket="500", buffer="x"),
        call("recv", returned=0, socket="500", buffer=""),
        call("WSARecv", socket="500", Buffer="x", NumberOfBytesReceived="7"),
        call("WSASend", Socket="500", Buffer="x"),
    ]
    there = f"tcp {HOST}:443"
    back = f"tcp <{HOST}:443"
    assert flows(*calls, layout=cape) == [(there, None), (there, 12), (back, 40), (back, 7), (there, None)]


def test_the_oldest_layout_prints_no_address_and_that_is_drift() -> None:
    calls = [
        call("socket", returned=500, af="2", type="1", protocol="6"),
        call("connect", socket="0x000001f4"),
        call("send", returned=3, socket="0x000001f4", buffer="abc"),
        call("accept", returned=504, socket="0x000001f4", ClientSocket="0x000001f8"),
    ]
    assert events(*calls, layout=cape) == []
    assert untold(*calls, layout=cape) == ["connect", "send", "accept"]


def test_a_connected_datagram_socket_has_sent_nothing_yet() -> None:
    calls = [
        call("socket", type=2, socket=500),
        call("connect", socket=500, ip_address=HOST, port=53),
        call("send", socket=500, sent=30, returned=30),
    ]
    assert flows(*calls) == [(f"udp {HOST}:53", 30)]


def test_datagrams_are_udp_and_receiving_is_inbound() -> None:
    calls = [
        call("sendto", ip_address="192.0.2.1", port=53, returned=5),
        call("WSASendTo", ip_address="192.0.2.1", port=53),
        call("recvfrom", ip_address="192.0.2.1", port=53, returned=6),
        call("WSARecvFrom", ip_address="192.0.2.1", port=53),
        call("WSASendMsg", ip_address="192.0.2.1", port=53),
    ]
    there, back = "udp 192.0.2.1:53", "udp <192.0.2.1:53"
    assert flows(*calls) == [(there, 5), (there, None), (back, 6), (back, None), (there, None)]


@pytest.mark.parametrize(
    ("layout", "arguments", "returned"),
    [
        (cuckoo, {"socket": 500, "ip_address": HOST, "port": 4444}, 504),
        (
            cape,
            {"socket": "500", "ClientSocket": "0x1f8", "ip_accept": "", "ip_client": HOST, "port_client": "4444"},
            0,
        ),
        (
            cape,
            {"socket": "500", "ClientSocket": "504", "ip_accept": HOST, "port_accept": "4444", "ip_client": ""},
            504,
        ),
    ],
)
@pytest.mark.parametrize("api", ["accept", "WSAAccept"])
def test_an_accepted_socket_leads_to_who_opened_it(api: str, layout: Any, arguments: Any, returned: int) -> None:
    calls = [call(api, returned=returned, **arguments), call("send", socket=504, returned=9)]
    assert flows(*calls, layout=layout) == [(f"tcp <{HOST}:4444", None), (f"tcp {HOST}:4444", 9)]


@every
def test_a_socket_listens_where_it_was_bound(layout: Any) -> None:
    calls = [
        call("bind", socket=500, ip_address="0.0.0.0", port=4444),
        call("listen", socket=500),
        call("listen", socket=504),
    ]
    assert said(*calls, layout=layout) == [("PortListened", "tcp 0.0.0.0:4444")]
    assert untold(*calls, layout=layout) == ["listen"]


@every
def test_a_transmitted_file_is_read_and_sent(layout: Any) -> None:
    calls = [
        call("NtOpenFile", file_handle="0x94", filepath=r"C:\a"),
        call("connect", socket=500, ip_address=HOST, port=80),
        call("TransmitFile", socket=500, file_handle="0x94", number_of_bytes_to_write=64),
    ]
    expected = [("NetworkFlow", f"tcp {HOST}:80"), ("FileRead", r"C:\a"), ("NetworkFlow", f"tcp {HOST}:80")]
    assert said(*calls, layout=layout) == expected
    assert events(*calls, layout=layout)[-1].bytes == 64


def test_a_connection_by_name_or_list_is_as_sure_as_it_is_told() -> None:
    calls = [
        call("WSAConnectByNameW", NodeName="example.com", ServiceName="80"),
        call("WSAConnectByNameW", NodeName=HOST, ServiceName="80"),
        call("WSAConnectByList", NumberOfAddresses="1", ip=HOST, port="81"),
        call("WSAConnectByList", NumberOfAddresses="2", ip=HOST, port="81"),
    ]
    expected = [("DnsResolved", "example.com"), ("NetworkFlow", f"tcp {HOST}:80"), ("NetworkFlow", f"tcp {HOST}:81")]
    assert said(*calls, layout=cape) == expected
    assert untold(*calls, layout=cape) == ["WSAConnectByList"]


@every
@pytest.mark.parametrize(
    "api", ["getaddrinfo", "GetAddrInfoW", "gethostbyname", "DnsQuery_A", "DnsQuery_UTF8", "DnsQuery_W"]
)
def test_a_name_is_asked_for(api: str, layout: Any) -> None:
    calls = [call(api, hostname=name) for name in ("example.net", HOST, "")]
    assert said(*calls, layout=layout) == [("DnsResolved", "example.net")]


def test_older_spellings_of_a_name_that_is_asked_for() -> None:
    calls = [
        call("gethostbyname", Name="a.example"),
        call("getaddrinfo", NodeName="b.example"),
        call("DnsQuery_A", Name="c"),
    ]
    assert _objects((*calls, call("GetAddrInfoExW", Name="d")), cape) == ["a.example", "b.example", "c", "d"]


# --- WinINet and WinHTTP -------------------------------------------------------------------------


def wininet(server: str, port: int, flags: int = 0, **session: Any) -> list[Any]:
    return [
        call("InternetOpenA", returned=0xCC0004, **session),
        call(
            "InternetConnectA", returned=0xCC0008, internet_handle="0x00cc0004", hostname=server, port=port, service=3
        ),
        call("HttpOpenRequestA", returned=0xCC000C, connect_handle="0x00cc0008", path="/a", flags=flags),
        call("HttpSendRequestA", request_handle="0x00cc000c"),
        call("InternetReadFile", request_handle="0x00cc000c", bytes_read=100),
        call("InternetWriteFile", request_handle="0x00cc000c", bytes_written=5),
        call("InternetReadFile", request_handle="0x00cc000c", bytes_read=0),
        call("InternetCloseHandle", internet_handle="0x00cc000c"),
        call("InternetReadFile", request_handle="0x00cc000c"),
    ]


def test_a_request_to_a_name_asks_for_it() -> None:
    calls = wininet("example.com", 80)
    assert said(*calls) == [("HttpRequested", "http://example.com/a"), ("DnsResolved", "example.com")]
    assert untold(*calls) == ["InternetReadFile"]


def test_a_request_to_an_address_goes_there_and_the_answer_comes_from_there() -> None:
    calls = wininet(HOST, 8080)
    there = f"tcp {HOST}:8080"
    assert _objects(calls, cuckoo) == [f"http://{HOST}:8080/a", there, f"tcp <{HOST}:8080", there]
    assert [getattr(event, "bytes", None) for event in events(*calls)] == [None, None, 100, 5]


@every
def test_a_request_goes_out_each_time_that_it_is_sent_and_not_before(layout: Any) -> None:
    server = call("InternetConnectA", returned=8, hostname=HOST, port=80)
    never, failed, thrice = (
        call("HttpOpenRequestA", returned=handle, connect_handle="0x8", path=path)
        for handle, path in ((12, "/never"), (16, "/failed"), (20, "/thrice"))
    )
    sends = [call("HttpSendRequestA", request_handle="0x14") for _ in range(3)]
    refused = call("HttpSendRequestA", request_handle="0x10", ok=False)
    calls = [server, never, failed, thrice, refused, *sends]
    once = [("HttpRequested", f"http://{HOST}/thrice"), ("NetworkFlow", f"tcp {HOST}:80")]
    assert said(*calls, layout=layout) == once * 3


def test_an_answer_shows_that_a_request_was_sent_by_a_call_that_was_not_seen_to_succeed() -> None:
    """By HttpSendRequestEx, which no old monitor hooks, or without waiting, which ends as failed."""
    calls = [
        call("InternetConnectA", returned=8, hostname="example.com", port=80),
        call("HttpOpenRequestA", returned=12, connect_handle="0x8", path="/a"),
        call("HttpSendRequestA", request_handle="0xc", ok=False),
        call("InternetReadFile", request_handle="0xc", bytes_read=9),
        call("InternetReadFile", request_handle="0xc", bytes_read=0),
    ]
    assert said(*calls) == [("HttpRequested", "http://example.com/a"), ("DnsResolved", "example.com")]


def test_through_a_proxy_nothing_is_known_but_the_url() -> None:
    for server in ("example.com", HOST):
        calls = wininet(server, 80, access_type=3, proxy_name="proxy:3128")
        assert said(*calls) == [("HttpRequested", f"http://{server}/a")]


@pytest.mark.parametrize(
    ("port", "flags", "url"),
    [
        (80, 0, "http://example.com/a"),
        (443, 0x0080_0000, "https://example.com/a"),
        (443, 0, "http://example.com:443/a"),
        (80, 0x0080_0000, "https://example.com:80/a"),
        (0, 0, "http://example.com/a"),
    ],
)
def test_a_port_belongs_to_the_url_where_it_is_not_the_schemes(port: int, flags: int, url: str) -> None:
    assert said(*wininet("example.com", port, flags))[0] == ("HttpRequested", url)


def test_winhttp_and_cape_name_every_handle_otherwise() -> None:
    calls = [
        call("WinHttpOpen", returned=0x10, UserAgent="x", ProxyName="", AccessType="0x00000001"),
        call("WinHttpConnect", returned=0x20, SessionHandle="0x00000010", ServerName=HOST, ServerPort="443"),
        call("WinHttpOpenRequest", returned=0x30, InternetHandle="0x20", ObjectName="/b", Flags="0x00800000"),
        call("WinHttpSendRequest", InternetHandle="0x30"),
        call("InternetConnectW", returned=0x40, InternetHandle="0x10", ServerName="example.com", ServerPort="80"),
        call("HttpOpenRequestW", returned=0x50, InternetHandle="0x40", Path="c", Flags="0x00000000"),
        call("HttpSendRequestExW", RequestHandle="0x50"),
        call("InternetReadFile", InternetHandle="0x30", BytesRead="4"),
    ]
    assert _objects(calls, cape) == [
        f"https://{HOST}/b",
        f"tcp {HOST}:443",
        "http://example.com/c",
        "example.com",
        f"tcp <{HOST}:443",
    ]


@every
def test_a_whole_url_is_requested_at_once(layout: Any) -> None:
    calls = [
        call("InternetOpenUrlA", returned=0xCC0008, url="http://example.org/b"),
        call("InternetOpenUrlW", returned=0xCC000C, url=f"http://{HOST}:81/b"),
        call("InternetReadFile", internet_handle="0x00cc000c", bytes_read=7),
        call("InternetOpenUrlW", url="http://[bad/b"),
    ]
    assert said(*calls, layout=layout) == [
        ("HttpRequested", "http://example.org/b"),
        ("DnsResolved", "example.org"),
        ("HttpRequested", f"http://{HOST}:81/b"),
        ("NetworkFlow", f"tcp {HOST}:81"),
        ("NetworkFlow", f"tcp <{HOST}:81"),
        ("HttpRequested", "http://[bad/b"),
    ]


def test_ftp_reaches_out_when_it_connects() -> None:
    calls = [call("InternetConnectA", returned=8, hostname=name, port=21, service=1) for name in ("example.com", HOST)]
    assert said(*calls) == [("DnsResolved", "example.com"), ("NetworkFlow", f"tcp {HOST}:21")]


def test_a_request_on_an_unknown_connection_is_drift() -> None:
    calls = [call("HttpOpenRequestA", connect_handle="0x1", path="/a"), call("HttpSendRequestA", request_handle="0x1")]
    assert events(*calls) == []
    assert untold(*calls) == ["HttpOpenRequestA", "HttpSendRequestA"]
