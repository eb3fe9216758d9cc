"""Every event has its place, and what is written is what the schema declares."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.graphs import Graph, violations
from helpers.real import real_file
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_model import events as ev
from graph_model.builder import build, handled
from graph_model.events import FileRef, HostRef, ProcessRef
from graph_model.relationship_kinds import TOUCHABLE
from loaders.drift import Drift
from loaders.protocol import Context
from loaders.registry import loader_for
from loaders.source import Source

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LOGS = sorted(path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.glob("*/*.*") if path.suffix != ".py")
CAPE = [f"cape/cape-{name}.json.gz" for name in ("2.2-55dcd387", "2.2-d4690038", "2.4-2ebadd04", "2.4-41ce492f")]

HOST = HostRef("case", "pc1")
ONE, TWO = ProcessRef(HOST, "4.0", 4, 0), ProcessRef(HOST, "8.0", 8, 0)
RUN = ev.RunObserved(seq=0, position="run", run="run", properties={"tool": "test", "name": "x"})
FACTS = ev.FileFacts(hashes=ev.Hashes(md5="0" * 32), size=3, signature="Valid", signer="S")


def events_of(path: Path) -> list[ev.Event]:
    source = Source(path)
    return list(loader_for(source).events(source, Context(), Drift(str(path))))


def graph(*events: ev.Event, limit: int = 10**6) -> Graph:
    return Graph(build([RUN, *events], limit))


def leaves(kind: type[ev.Event] = ev.Event) -> Iterator[type[ev.Event]]:
    """The event types that loaders yield: those that no other is made from."""
    below = kind.__subclasses__()
    if not below:
        yield kind
    for other in below:
        yield from leaves(other)


def test_every_event_has_a_handler() -> None:
    assert set(leaves()) - handled() == set()


def test_no_handler_is_without_an_event() -> None:
    assert handled() - set(leaves()) == set()


# --- the schema holds ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", LOGS)
def test_the_examples_give_what_the_schema_declares(name: str) -> None:
    found = Graph(build(events_of(EXAMPLES / name)))
    assert violations(found) == []
    assert found.between("RAN_ON")


@pytest.mark.parametrize("name", CAPE)
def test_real_reports_give_what_the_schema_declares(name: str) -> None:
    assert violations(Graph(build(events_of(real_file(name))))) == []


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "bool": st.booleans(),
    "str": st.text(max_size=12) | st.sampled_from(["\udc80", "x" * 5000, r"\\srv\c$\x", "a\x1fb"]),
    "int": st.integers() | st.integers(2**62, 2**65),
    "tuple[str, ...]": st.lists(st.text(max_size=5), max_size=2).map(tuple),
    "dict[str, Any]": st.just({"tool": "test"}),
    "HostRef": st.sampled_from([HOST, HostRef("case", "address:10.0.0.1"), HostRef("case", "name:srv")]),
    "ProcessRef": st.sampled_from([ONE, TWO, ProcessRef(HOST, "child-of-4.0#1")]),
    "FileRef": st.builds(FileRef, st.just(HOST), st.sampled_from([r"C:\a", r"\\srv\c$\b", "x", "", "\udc80"])),
    "StaticFacts": st.sampled_from(
        [
            ev.StaticFacts(),
            ev.StaticFacts(imphash="a", imports=("k!a", "\udc80"), import_count=2**64, strings=("x" * 5000,)),
        ]
    ),
    "FileFacts": st.sampled_from([FACTS, ev.FileFacts(), ev.FileFacts(size=2**64, type="x", pe=True)]),
}


def made(kind: type[ev.Event]) -> st.SearchStrategy[ev.Event]:
    """Any event of a kind, by the annotations of its fields."""
    fields = {}
    for base in reversed(kind.__mro__):
        for name, annotation in getattr(base, "__annotations__", {}).items():
            if name.startswith("__"):
                continue
            plain, _, rest = str(annotation).partition(" | ")
            fields[name] = (st.none() | VALUES[plain]) if rest else VALUES[plain]
    fields["seq"], fields["time"] = st.integers(0, 100), st.none() | st.integers(0, 2**50)
    if kind is ev.Touched:
        fields["label"] = st.sampled_from(TOUCHABLE)
    if kind is ev.Noted:
        fields["properties"] = st.just({"commands": ["a", "\udc80"]})
    return st.builds(kind, **fields)


ANY_EVENTS = st.lists(
    st.sampled_from(sorted(set(leaves()) - {ev.RunObserved}, key=lambda kind: kind.__name__)).flatmap(made), max_size=12
)


@given(ANY_EVENTS)
@settings(max_examples=300, deadline=None)
def test_whatever_events_say_the_schema_holds(events: list[ev.Event]) -> None:
    numbered = [_at(event, seq) for seq, event in enumerate(events)]
    assert violations(graph(*numbered)) == []


def _at(event: ev.Event, seq: int) -> ev.Event:
    """Events of one log differ in position."""
    values = {name: getattr(event, name) for name in event.__struct_fields__}
    return type(event)(**values | {"position": f"run:{seq}"})


def test_repeats_count_as_often_as_they_happened_and_write_as_many_bytes() -> None:
    file = FileRef(HOST, "C:\\a")
    written = [ev.FileWritten(seq=n, position=f"run:{n}", actor=ONE, file=file, bytes=10, count=n) for n in (1, 5)]
    opened = ev.ProcessOpened(seq=9, position="run:9", actor=ONE, target=TWO, count=3)
    built = graph(*written, opened)
    (row,) = built.between("WROTE")
    assert (row["count"], row["bytes"]) == (6, 60)
    assert [row["count"] for row in built.between("OPENED")] == [3]


def test_a_host_keeps_the_dns_servers_that_it_asked() -> None:
    servers = ("2001:DB8::0:1", "8.8.8.8", "no address")
    host = ev.HostObserved(seq=0, position="run:0", host=HOST, dns_servers=servers)
    assert [row["dns_servers"] for row in graph(host).of("Host")] == [["2001:db8::1", "8.8.8.8"]]


# --- batches -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["cuckoo/innocent.json", "cuckoo/log2.json", "mark2/mwc01.log"])
@pytest.mark.parametrize("limit", [1, 7, 60])
def test_small_batches_say_the_same_as_one(name: str, limit: int) -> None:
    events = events_of(EXAMPLES / name)
    one, many = Graph(build(events)), Graph(build(events, limit))
    assert one.nodes == many.nodes
    assert totals(one) == totals(many)


def totals(found: Graph) -> tuple[Counter[Any], Counter[Any]]:
    """How often, and each time, per type and ends."""
    counts: Counter[Any] = Counter()
    times: Counter[Any] = Counter()
    for row in found.relationships.values():
        counts[row["type"], row["a"], row["b"]] += row["count"]
        times.update((row["type"], row["a"], row["b"], time) for time in row.get("times_us", ()))
    return counts, times


@pytest.mark.parametrize("name", LOGS)
def test_the_order_of_events_changes_no_node(name: str) -> None:
    first, *rest = events_of(EXAMPLES / name)
    shuffled = random.Random(4).sample(rest, len(rest))
    assert Graph(build([first, *rest])).nodes == Graph(build([first, *shuffled])).nodes


@pytest.mark.parametrize("name", LOGS)
def test_building_twice_gives_the_same_batches(name: str) -> None:
    events = events_of(EXAMPLES / name)
    assert list(build(events)) == list(build(events))


def test_the_run_is_complete_only_in_the_last_batch() -> None:
    started = [ev.ProcessStarted(seq=n, position=f"run:{n}", process=ONE, actor=TWO) for n in range(10)]
    batches = list(build([RUN, *started], limit=4))
    complete = [[row["props"].get("complete") for row in batch.nodes.get("Run", [])] for batch in batches]
    assert len(batches) > 2
    assert complete[-1] == [True]
    assert not any(any(found) for found in complete[:-1])
    assert batches[-1].nodes["Run"][0]["props"]["events"] == 11


def test_no_event_gives_no_batch() -> None:
    assert list(build([])) == []


# --- single events -------------------------------------------------------------------------------


def event(kind: type[ev.Event], **fields: Any) -> Any:
    return kind(**{"seq": 1, "position": "run:1", "time": 5, "actor": ONE} | fields)


def test_a_process_is_on_its_host_and_in_its_run() -> None:
    found = graph(event(ev.ProcessObserved, process=TWO, actor=None, path=r"\??\c:\a\B.exe", recorded=True, user="u"))
    (process,) = found.of("Process")
    assert (process["name"], process["path"], process["pid"], process["recorded"]) == ("B.exe", r"C:\a\B.exe", 8, True)
    assert Counter(row["type"] for row in found.relationships.values()) == {
        "RAN_ON": 1,
        "RECORDED_IN": 1,
        "RAN_AS": 1,
        "EXECUTED_AS": 1,
    }


def test_a_bare_name_is_no_path_and_no_file() -> None:
    found = graph(event(ev.ProcessStarted, process=TWO, image=FileRef(HOST, "notepad.exe")))
    assert found.of("File") == []
    assert [process.get("path") for process in found.of("Process")] == [None, None]
    assert ("notepad.exe" in {process.get("name") for process in found.of("Process")}) is True


def test_information_flows_along_the_arrows() -> None:
    a, b = FileRef(HOST, r"C:\a"), FileRef(HOST, r"C:\b")
    found = graph(
        event(ev.ProcessObserved, process=ONE, name="one"),
        event(ev.ProcessStarted, process=TWO, image=FileRef(HOST, r"C:\two")),
        event(ev.FileWritten, file=a),
        event(ev.FileRead, file=a),
        event(ev.FileCopied, file=a, target=b),
        event(ev.FileRenamed, file=a, target=b),
        event(ev.FileDeleted, file=b),
        event(ev.ModuleLoaded, file=b),
        event(ev.RegistryValueSet, host=HOST, key="HKLM", name="v", data="d"),
        event(ev.RegistryValueRead, host=HOST, key="HKLM", name="v"),
    )
    assert found.triples() - found.triples("RAN_ON", "RECORDED_IN") == {
        ("one", "SPAWNED", "two"),
        ("two", "EXECUTED_AS", "two"),
        ("one", "WROTE", "a"),
        ("a", "READ_BY", "one"),
        ("a", "COPIED_TO", "b"),
        ("a", "RENAMED_TO", "b"),
        ("one", "WROTE", "b"),
        ("one", "DELETED", "b"),
        ("b", "LOADED_INTO", "one"),
        ("one", "SET", "v"),
        ("v", "READ_BY", "one"),
    }


def test_traffic_goes_out_or_comes_in() -> None:
    found = graph(
        event(ev.ProcessObserved, process=ONE, name="one"),
        event(ev.HostObserved, host=HOST, name="pc1"),
        event(ev.NetworkFlow, host=HOST, address="10.0.0.1", port=445),
        event(ev.NetworkFlow, host=HOST, address="10.0.0.1", port=445, inbound=True),
        event(ev.NetworkFlow, host=HOST, address="FE80::0001", port=1, actor=None),
        event(ev.DnsResolved, host=HOST, name="Example.COM.", addresses=("10.0.0.1",)),
    )
    ends = {(row["type"], found.nodes[row["b"]].get("address")) for row in found.relationships.values()}
    assert {("SENT_TO", "10.0.0.1"), ("CONTACTED", "fe80::1"), ("RESOLVES_TO", "10.0.0.1")} <= ends
    assert [found.nodes[row["a"]]["port"] for row in found.between("RECEIVED_BY")] == [445]
    assert {domain["name"] for domain in found.of("Domain")} == {"example.com"}


def test_a_process_waits_for_connections_at_its_own_address() -> None:
    found = graph(event(ev.ProcessObserved, process=ONE), event(ev.PortListened, host=HOST, address="::", port=4444))
    (listened,) = found.between("LISTENED_ON")
    end = found.nodes[listened["b"]]
    assert (end["address"], end["protocol"], end["port"]) == ("::", "tcp", 4444)


def test_attributes_are_changed_and_no_bytes() -> None:
    hidden = event(ev.FileAttributesChanged, file=FileRef(HOST, r"C:\a"), attributes="FILE_ATTRIBUTE_HIDDEN")
    found = graph(hidden, event(ev.FileAttributesChanged, file=FileRef(HOST, r"C:\a")))
    (changed,) = found.between("CHANGED_ATTRIBUTES_OF")
    assert changed["attributes"] == ["FILE_ATTRIBUTE_HIDDEN"]
    assert not found.between("WROTE")


def test_a_service_is_one_from_its_installation_to_its_end() -> None:
    found = graph(
        event(ev.ProcessObserved, process=ONE, name="one"),
        event(ev.ServiceInstalled, host=HOST, name="Svc", image=r"C:\s.exe"),
        event(ev.ServiceStarted, host=HOST, name="svc"),
        event(ev.ServiceStopped, host=HOST, name="SVC"),
        event(ev.ServiceDeleted, host=HOST, name="Svc"),
    )
    assert len(found.of("Service")) == 1
    for type_ in ("INSTALLED", "STARTED_SERVICE", "STOPPED_SERVICE", "DELETED_SERVICE"):
        assert len(found.between(type_)) == 1, type_


def test_an_operation_keeps_its_addresses() -> None:
    found = graph(
        event(ev.MemoryAllocated, target=TWO, address=0xBA0000, size=4096, protection="P", executable=True, api="A"),
        event(
            ev.MemoryWritten, target=TWO, address=0xFFFF800000000000, size=2, buffer="MZ", image=True, position="run:2"
        ),
        event(ev.ThreadContextSet, target=TWO, instruction_pointer=5, registers=("eip=0x5",), position="run:3"),
    )
    (allocated,) = found.between("ALLOCATED_IN")
    assert (allocated["address"], allocated["end"], allocated["address_hex"]) == (0xBA0000, 0xBA1000, "0x00ba0000")
    assert (allocated["api"], allocated["executable"], allocated["position"]) == ("A", True, "run:1")
    (written,) = found.between("WROTE_MEMORY_OF")
    assert "address" not in written
    assert (written["address_hex"], written["image"]) == ("0xffff800000000000", True)
    (context,) = found.between("SET_CONTEXT_OF")
    assert (context["instruction_pointer"], context["registers"]) == (5, ["eip=0x5"])


@pytest.mark.parametrize(
    ("kind", "size", "end"),
    [
        (ev.MemoryProtected, None, 0x402000),  # a page at least
        (ev.MemoryProtected, 0x2000, 0x403234),
        (ev.MemoryWritten, None, None),
    ],
)
def test_memory_without_a_size_reaches_to_the_end_of_its_page(kind: Any, size: int | None, end: int | None) -> None:
    event = kind(seq=1, position="p", actor=ONE, target=TWO, address=0x401234, size=size)
    (found,) = graph(event).between("PROTECTED_IN") or graph(event).between("WROTE_MEMORY_OF")
    assert (found["address"], found.get("end")) == (0x401234, end)


def test_an_image_that_windows_maps_leads_from_the_section_alone() -> None:
    created = ev.SectionCreated(seq=1, position="a", actor=ONE, host=HOST, section="x", file="C:\\x.exe")
    undone = ev.SectionRolledBack(seq=2, position="b", actor=ONE, host=HOST, section="x", api="NtRollbackTransaction")
    mapped = ev.SectionMapped(seq=3, position="c", host=HOST, target=TWO, section="x", executable=True)
    built = graph(created, undone, mapped)
    assert [built.labels[row["a"]] for row in built.between("MAPPED_INTO")] == ["Section"]
    assert [row["api"] for row in built.between("ROLLED_BACK")] == ["NtRollbackTransaction"]
    assert not violations(built)


def test_what_a_process_does_to_itself_is_no_operation() -> None:
    assert not graph(event(ev.MemoryWritten, target=ONE)).between("WROTE_MEMORY_OF")


def test_a_section_is_mapped_from_process_to_process_and_from_section_to_process() -> None:
    life = {"host": HOST, "section": "4.0#1"}
    found = graph(
        event(ev.ProcessObserved, process=ONE, name="one"),
        event(ev.ProcessObserved, process=TWO, name="two"),
        event(ev.SectionCreated, **life, name="s"),
        event(ev.SectionMapped, **life, target=ONE, position="run:2"),
        event(ev.SectionWritten, **life, size=3, position="run:3"),
        event(ev.SectionMapped, **life, target=TWO, position="run:4"),
    )
    assert found.triples("CREATED_SECTION", "MAPPED_INTO", "WROTE") == {
        ("one", "CREATED_SECTION", "s"),
        ("s", "MAPPED_INTO", "one"),
        ("one", "WROTE", "s"),
        ("s", "MAPPED_INTO", "two"),
        ("one", "MAPPED_INTO", "two"),
    }


def test_a_command_line_joins_the_dll_and_the_host_that_it_names() -> None:
    line = r'\\172.31.48.79 -s rundll32.exe "C:\Windows\027cc.dll",#1'
    found = graph(
        event(ev.ProcessObserved, process=ONE, name="dllhost.dat", command_line=line),
        event(ev.ProcessObserved, process=TWO, name="rundll32.exe", command_line=r'"C:\Windows\027cc.dll",#1 55'),
    )
    assert found.triples("LOADED_INTO", "NAMED_HOST") == {
        ("027cc.dll", "LOADED_INTO", "rundll32.exe"),
        ("dllhost.dat", "NAMED_HOST", "172.31.48.79"),
    }
    assert [row["source"] for row in found.between("LOADED_INTO")] == ["command line"]


def test_a_command_line_is_read_when_the_name_becomes_known() -> None:
    line = "rundll32 x.dll,Start"
    found = graph(
        event(ev.ProcessStarted, process=TWO, command_line=line),
        event(ev.ProcessObserved, process=TWO, name="rundll32.exe", command_line=line),
    )
    assert found.triples("LOADED_INTO") == {("x.dll", "LOADED_INTO", "rundll32.exe")}


def test_a_hosts_own_address_and_the_one_it_is_referred_to_by_meet_in_one_endpoint() -> None:
    found = graph(
        event(ev.HostObserved, host=HOST, name="MWC02", addresses=("172.31.48.79",)),
        event(ev.FileWritten, file=FileRef(HostRef("case", "pc2"), r"\\172.31.48.79\admin$\x")),
    )
    assert {row["b"] for row in found.between("HAS_ADDRESS")} == {found.of("Endpoint")[0]["uid"]}
    assert len({row["a"] for row in found.between("HAS_ADDRESS")}) == 2


def test_content_tells_what_a_file_held() -> None:
    found = graph(event(ev.ContentObserved, file=FileRef(HOST, r"C:\a"), facts=FACTS, actor=None))
    (content,) = found.of("Content")
    assert (content["md5"], content["size"]) == ("0" * 32, 3)
    assert [(row["signature"], row["signer"]) for row in found.between("HAS_CONTENT")] == [("Valid", "S")]
    assert found.between("DESCRIBED_IN") == []


def test_what_is_said_of_bytes_without_a_hash_is_not_lost() -> None:
    file = FileRef(HOST, r"C:\a")
    unnamed = ev.FileFacts(signature="Invalid", signer="S", pe=True, size=3)
    found = graph(event(ev.FileWritten, file=file, facts=unnamed))
    (said,) = found.between("DESCRIBED_IN")
    assert (said["signature"], said["signer"], said["pe"]) == ("Invalid", "S", True)
    assert said["b"] == found.of("Run")[0]["uid"]
    assert found.of("Content") == []
    assert graph(event(ev.FileWritten, file=file, facts=ev.FileFacts(size=3, pe=False))).between("DESCRIBED_IN") == []
