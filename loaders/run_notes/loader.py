"""Notes on the run of a sample are a run of their own: they join its logs by the sample's hash and by terminals."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph_model.errors import BrokenLogError
from graph_model.events import Event, HostObserved, HostRef, RunObserved
from graph_model.identity import referred_host, run_uid
from loaders.drift import Drift
from loaders.protocol import Context
from loaders.run_notes import notes, words
from loaders.source import HEAD_BYTES, Source

_TERMINAL_ID = re.compile(r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?\Z", re.IGNORECASE)


class RunNotesLoader:
    """A JSON object that says which sample was run and how, in free words."""

    name = "run_notes"
    doc = "notes on a run as JSON: a sample or its hash, with remarks, arguments, environment or terminals"

    def detect(self, head: bytes) -> bool:
        """Whether all of it is one object with such keys; people write no notes of 64 KiB."""
        return len(head) < HEAD_BYTES and notes.are_notes(notes.parsed(head))

    def events(self, source: Source, context: Context, drift: Drift) -> Iterator[Event]:
        """Yield what the notes say of the run, its sample and its terminals."""
        found = notes.parsed(source.read())
        if not found:
            raise BrokenLogError("the notes are no JSON object", path=source.where)
        run = run_uid(self.name, source.digest)
        known = context.of_run(
            tool=self.name,
            name=source.name,
            digest=source.digest,
            label=context.label or _label(found, drift),
            dataset=context.dataset or notes.word(found, words.DATASET),
            started_us=notes.moment(found, words.STARTED, drift),
            ended_us=notes.moment(found, words.ENDED, drift),
            sample_name=notes.sample_name(found),
            logs=notes.listed(found, words.LOGS) or None,
            notes=notes.texts(found, drift),
        )
        yield RunObserved(seq=0, position=run[:8], run=run, properties=known, sample=notes.facts_of(found))
        for terminal in notes.listed(found, words.TERMINALS):
            yield _terminal(terminal, run, context)
        drift.count("notes", len(known["notes"]))


def _label(found: notes.JSON, drift: Drift) -> str | None:
    said = notes.word(found, words.LABEL)
    label = said.casefold() if said else None
    if label in words.LABELS or label is None:
        return label
    drift.not_understood("value", words.LABEL, said)
    return None


def _terminal(said: str, run: str, context: Context) -> HostObserved:
    """A terminal by its id, as the product's logs name it; else by address or name, which rules join with its log."""
    if _TERMINAL_ID.match(said):
        return HostObserved(
            seq=0, position=run[:8], host=HostRef(context.case, said.strip("{}").lower()), recorded=False
        )
    host = referred_host(context.case, said)
    kind, _, name = host.key.partition(":")
    addresses = (name,) if kind == "address" else ()
    return HostObserved(seq=0, position=run[:8], host=host, name=name, addresses=addresses, recorded=False)
