"""One analysis as Cuckoo and CAPE store it in MongoDB: a document, its calls in chunks, in CAPE its files apart.

``analysis`` holds a document for each report, where the ``calls`` of a process are the ids of documents in ``calls``,
each with up to a hundred. Those ids are the only way to the calls of a process: the ``pid`` beside a chunk is shared by
all analyses. CAPE moves what is the same in every analysis of a file into ``files`` and leaves a ``file_ref``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import groupby, islice
from typing import Any, Self

from bson import ObjectId
from bson.codec_options import CodecOptions
from pymongo.collection import Collection

from graph_model.errors import InputError
from loaders.cuckoo.mongodb_address import Address
from loaders.cuckoo.mongodb_connection import Client, connect, told
from loaders.cuckoo.mongodb_values import ANALYSES, CALLS, to_json

_CALLS_IN_A_LIST = 100
_CHUNKS_AT_ONCE = 20
_FILES_AT_ONCE = 50


class Analysis:
    """One report: its sections, and the calls of each process. It holds a connection until it is closed.

    Times have milliseconds where ``report.json`` has microseconds (see ``mongodb_values``): between the two,
    ``info.started`` of the same analysis differs by less than one millisecond.
    """

    def __init__(self, address: Address, identifier: Any, task: str | None) -> None:
        self.name = address.named(task)
        self.key = str(identifier)
        self._address = address
        self._identifier = identifier
        self._client: Client | None = None
        self._missing: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; a later look at the analysis makes a new one."""
        if self._client:
            self._client.close()
        self._client = None

    @property
    def missing(self) -> list[str]:
        """What the analysis refers to and the database does not hold, as far as it was looked for: place and lack."""
        return [f"{place}: {lack}" for place, lack in self._missing.items()]

    def sections(self) -> dict[str, bytes]:
        """Each section of the report as JSON; lists of calls are left out, since :meth:`calls` reads them."""
        document = self._document()
        self._take_lists(document)
        self._merge_files(document)
        document.pop("_id")
        return {name: to_json(section) for name, section in document.items()}

    def calls(self, process: int) -> Iterator[bytes]:
        """The calls of the process at this index of the process list, as JSON lists of at most a hundred calls."""
        places = enumerate(self._lists.get(process, []))
        for stored, group in groupby(places, key=lambda place: isinstance(place[1], ObjectId)):
            for calls in self._chunks(process, group) if stored else _in_place(group):
                for start in range(0, len(calls), _CALLS_IN_A_LIST):
                    yield to_json(calls[start : start + _CALLS_IN_A_LIST])

    @cached_property
    def _lists(self) -> dict[int, list[Any]]:
        """For each process what its ``calls`` hold: ids of chunks, or calls where a store keeps them in place."""
        return _lists_of(self._document())

    def _take_lists(self, document: dict[str, Any]) -> None:
        self.__dict__["_lists"] = _lists_of(document)
        for index in self._lists:
            del document["behavior"]["processes"][index]["calls"]

    def _document(self) -> dict[str, Any]:
        with told(self._address):
            found = self._collection("analysis", ANALYSES).find_one({"_id": self._identifier})
        if found is None:
            raise InputError(f"the analysis {self.key} is gone", path=self.name, hint="it was deleted meanwhile")
        return found

    def _collection(self, name: str, options: CodecOptions[dict[str, Any]]) -> Collection[dict[str, Any]]:
        self._client = self._client or connect(self._address)
        return self._client[self._address.database].get_collection(name, options)

    def _chunks(self, process: int, places: Iterator[tuple[int, ObjectId]]) -> Iterator[list[Any]]:
        """Chunks in the order of their ids, a few at a time; the server answers in an order of its own."""
        while batch := list(islice(places, _CHUNKS_AT_ONCE)):
            found = self._by_id("calls", [identifier for _, identifier in batch], {"calls": 1})
            for number, identifier in batch:
                chunk = found.get(identifier, {}).get("calls")
                if isinstance(chunk, list):
                    yield chunk
                    continue
                lack = "holds no list" if identifier in found else "is missing"
                self._missing[f"behavior.processes[{process}].calls[{number}]"] = f"the chunk {identifier} {lack}"

    def _merge_files(self, document: dict[str, Any]) -> None:
        references = _references(document)
        while batch := list(islice(references, _FILES_AT_ONCE)):
            wanted = sorted({entry["file_ref"] for _, entry in batch})
            found = self._by_id("files", wanted, {"_task_ids": 0})
            for place, entry in batch:
                self._merge(place, entry, found)

    def _merge(self, place: str, entry: dict[str, Any], found: dict[Any, dict[str, Any]]) -> None:
        """Put the facts of a file back; the reference is its SHA-256, which stays known when the rest is lost."""
        reference = entry.pop("file_ref")
        if reference in found:
            entry.update({name: fact for name, fact in found[reference].items() if name != "_id"})
            return
        entry.setdefault("sha256", reference)
        self._missing[place] = f"the file {reference} is missing"

    def _by_id(self, collection: str, identifiers: list[Any], fields: dict[str, int]) -> dict[Any, dict[str, Any]]:
        with told(self._address):
            answers = self._collection(collection, CALLS).find({"_id": {"$in": identifiers}}, fields)
            return {found["_id"]: found for found in answers}


def _in_place(places: Iterator[tuple[int, Any]]) -> Iterator[list[Any]]:
    yield [call for _, call in places]


def _lists_of(document: dict[str, Any]) -> dict[int, list[Any]]:
    processes = _at(document, "behavior", "processes")
    entries = enumerate(processes if isinstance(processes, list) else [])
    return {index: calls for index, entry in entries if isinstance(calls := _at(entry, "calls"), list)}


def _at(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


# Where CAPE takes facts of files out: the list, and the part of each entry that is the file.
_FILES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("dropped",), ()),
    (("CAPE", "payloads"), ()),
    (("procdump",), ()),
    (("procmemory",), ()),
    (("suricata", "files"), ("file_info",)),
)


def _references(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The entries whose facts CAPE moved away, with their place."""
    for place, entry in _files(document):
        if isinstance(_at(entry, "file_ref"), str):
            yield place, entry


def _files(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "target.file", _at(document, "target", "file")
    for section, part in _FILES:
        entries = _at(document, *section)
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            yield f"{'.'.join(section)}[{index}]", _at(entry, *part)
