"""The lines of ``events/<kind>.json``: one small model a kind, none of whose fields is trusted.

Seen and unused: ``valuetype`` of registry lines (the data itself is not written), ``exit_code`` of processes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from loaders.cuckoo3.shapes import leniently
from loaders.drift import Drift
from loaders.source import Source

_LONGEST_LINE = 16 << 20
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Record(msgspec.Struct, tag_field="kind"):
    """What every line may hold; ``action`` says what was done."""

    ts: Any = None
    action: Any = None
    effect: Any = None
    status: Any = None
    pid: Any = None
    procid: Any = None

    @property
    def kind(self) -> str:
        """The word of the format for this kind of line."""
        return str(self.__struct_config__.tag)


class ProcessRecord(Record, tag="process"):
    """A process exists, is ignored, was created or has ended, as ``status`` says."""

    ppid: Any = None
    parentprocid: Any = None
    image: Any = None
    commandline: Any = None


class InjectionRecord(Record, tag="process_injection"):
    """The monitor reports an injection."""

    dstpid: Any = None
    dstprocid: Any = None


class SuspiciousRecord(Record, tag="suspicious_event"):
    """Something that the monitor finds suspicious, by its own name."""

    name: Any = None
    args: Any = None


class FileRecord(Record, tag="file"):
    """A file was opened, created, deleted, renamed or truncated."""

    srcpath: Any = None
    dstpath: Any = None


class RegistryRecord(Record, tag="registry"):
    """A registry key or value was touched."""

    path: Any = None


class MutantRecord(Record, tag="mutant"):
    """A mutant was created or opened."""

    path: Any = None


class FlowRecord(Record, tag="networkflow"):
    """A process has traffic."""

    proto_number: Any = None
    srcip: Any = None
    srcport: Any = None
    dstip: Any = None
    dstport: Any = None


AnyRecord = ProcessRecord | InjectionRecord | SuspiciousRecord | FileRecord | RegistryRecord | MutantRecord | FlowRecord
KINDS = ("process", "process_injection", "suspicious_event", "file", "registry", "mutant", "networkflow")
_DECODER: msgspec.json.Decoder[AnyRecord] = msgspec.json.Decoder(AnyRecord)


def record_of(line: bytes) -> AnyRecord:
    """The record of a line; ``msgspec.ValidationError`` where it is of no kind known here, ValueError for no JSON."""
    try:
        return _DECODER.decode(line)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError):
        found: AnyRecord = msgspec.convert(leniently(line), AnyRecord)
        return found
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def records(source: Source, drift: Drift) -> Iterator[tuple[int, Record]]:
    """The lines of a file with their numbers from 1; what is none is counted with the number of the first."""
    name = source.path.name
    for number, line, whole in _lines(source):
        if not line:
            continue
        try:
            yield number, record_of(line)
        except msgspec.ValidationError as error:
            drift.not_understood("line", f"{name}: no event of a known kind", f"line {number}: {error}")
        except ValueError:
            what = "damaged" if whole else "cut short at the end of the file"
            drift.not_understood("line", f"{name}: {what}", f"line {number}: {line[:100].decode('latin-1')}")


def _lines(source: Source) -> Iterator[tuple[int, bytes, bool]]:
    """Number, content, and whether the line came to its end; of an endless one only the beginning is kept."""
    with source.stream() as file:
        number, goes_on = 1, False
        while piece := file.readline(_LONGEST_LINE):
            ended = piece.endswith(b"\n")
            if not goes_on:
                line = piece.removeprefix(_BYTE_ORDER_MARK) if number == 1 else piece
                endless = not ended and len(piece) == _LONGEST_LINE
                yield number, line[:100] if endless else line.strip(b" \t\r\n\x00"), ended
            goes_on = not ended
            number += ended
