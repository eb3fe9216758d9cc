"""How long the rules of injection take on processes that do much to each other, beside reading the same steps.

Prints ratios measured in one run: machines are noisy.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from cypher.derive import derive
from graph_model import events as ev
from graph_model.builder import build
from graph_model.embedded import EmbeddedEngine
from graph_model.store import Store

_HOST = ev.HostRef("benchmark", "pc")
_INJECTOR = ev.ProcessRef(_HOST, "4.0", 4, 0)
_STEPS = "MATCH (s:Process)-[x:ALLOCATED_IN|WROTE_MEMORY_OF|CREATED_THREAD_IN]->(d:Process) RETURN s.uid, d.uid, x"
# what one process does to others: regions, writes and threads in each of so many targets
SHAPES = {
    "one region, 5,000 writes, 300 threads": (1, 5_000, 300, 1),
    "300 regions, 300 writes, 300 threads": (300, 300, 300, 1),
    "60 targets with 50 writes each": (1, 50, 1, 60),
}


def steps(regions: int, writes: int, threads: int, targets: int) -> Iterator[ev.Event]:
    """The events of such a run."""
    yield ev.RunObserved(seq=0, position="run", run="b" * 32, properties={"tool": "benchmark", "name": "benchmark"})
    places = iter(range(1, 10**9))
    for number in range(targets):
        target = ev.ProcessRef(_HOST, f"{8 + 4 * number}.0", 8 + 4 * number, 0)

        def about(kind: Callable[..., ev.Event], target: ev.ProcessRef = target, **facts: object) -> ev.Event:
            seq = next(places)
            place = f"bbbbbbbb:4.0#{seq}"
            return kind(seq=seq, position=place, time=seq, actor=_INJECTOR, target=target, api=kind.__name__, **facts)

        for region in range(regions):
            yield about(ev.MemoryAllocated, address=_address(region), size=0x10000, executable=True)
        for write in range(writes):
            yield about(ev.MemoryWritten, address=_address(write % regions) + write // regions * 8, size=8)
        for thread in range(threads):
            yield about(ev.ThreadCreated, address=_address(thread % regions), thread_id=thread + 1)


def _address(region: int) -> int:
    return 0x100000 + region * 0x10000


def main(chosen: list[str]) -> None:
    """Load each shape, and compare deriving with reading."""
    with ExitStack() as stack:
        engine = stack.enter_context(EmbeddedEngine(Path(stack.enter_context(tempfile.TemporaryDirectory()))))
        store = stack.enter_context(Store(engine.uri, engine.user, engine.password, engine.database))
        store.prepare()
        for name, shape in SHAPES.items():
            if not chosen or any(word in name for word in chosen):
                print(_measured(store, name, shape))
                store.change("MATCH (n) DETACH DELETE n RETURN count(n) AS n")


def _measured(store: Store, name: str, shape: tuple[int, int, int, int]) -> str:
    for batch in build(steps(*shape)):
        store.write(batch)
    read = _seconds(lambda: store.read(_STEPS, {}, None).rows())
    ran = _seconds(lambda: derive(store, ["b" * 32]))
    return f"{name}: all rules {ran:.1f} s, {ran / read:.1f} times as long as reading the steps ({read:.2f} s)"


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(sys.argv[1:])
