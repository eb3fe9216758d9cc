"""What a picture says: captions, labels, times and property rows, all as plain text.

Every string here may come from a log that an attacker wrote. Markup is the page's concern; this module makes sure
that what is invisible becomes visible (a right-to-left override in a file name is an old trick) and that long command
lines do not burst a label.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from graph_model.schema import NODES, NOT_RECORDED, RELATIONSHIPS, SUBSETS, NodeKind, Property
from graph_model.view import Node

Row = tuple[str, list[str], str]
"""A property's name, its values, and what the schema says of it."""

LABEL_CHARACTERS = 26
UNKNOWN_KIND = NodeKind("", "A kind that this version does not know.", {}, "name", "#6b7280", "dot")
EVIDENCE = ("evidence", "positions", "position")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_FALLBACKS = ("name", "path", "key", "address", "url", "command_line", "sha256", "sha1", "md5")
_HASH = re.compile(r"[0-9a-f]{32,}\Z")


def kind_of(label: str) -> NodeKind:
    """The declaration of a label, or a grey dot for one that the schema does not know."""
    return NODES.get(label, UNKNOWN_KIND)


def is_finding(type_or_label: str) -> bool:
    """Whether a rule concluded it, and a reader came for it: code injected, a host entered, a file disguised."""
    return type_or_label == "Movement" or type_or_label in SUBSETS["FINDINGS"]


def visible(text: str, keep: str = "") -> str:
    """The text with control, format and half characters written out as ``\\u202e``; ``keep`` names exceptions."""
    if text.isprintable():
        return text
    return "".join(
        f"\\u{ord(sign):04x}" if unicodedata.category(sign) in _HIDDEN and sign not in keep else sign for sign in text
    )


def shortened(text: str, limit: int = LABEL_CHARACTERS) -> str:
    """At most ``limit`` characters: of a path root and end stay, of anything else beginning and end."""
    text = visible(text)
    if len(text) <= limit:
        return text
    root, _, tail = text.partition("\\")
    name = tail.rpartition("\\")[2]
    if name and len(root) + len(name) + 3 <= limit:
        return f"{root}\\…\\{name}"
    return f"{text[: (limit - 1) // 2]}…{text[len(text) - limit // 2 :]}"


def text_width(text: str, size: float = 13.0) -> float:
    """About how wide a label is drawn: Japanese signs take twice the space of Latin ones."""

    def columns(sign: str) -> int:
        return 2 if unicodedata.east_asian_width(sign) in "WF" else 1

    return max((sum(map(columns, line)) for line in text.split("\n")), default=0) * size * 0.58


def iso_time(time_us: int) -> str:
    """Microseconds UTC as ISO 8601; a number that no calendar holds stays a number."""
    try:
        return (_EPOCH + timedelta(microseconds=time_us)).isoformat(timespec="microseconds").replace("+00:00", "Z")
    except OverflowError:
        return f"{time_us} µs"


def caption(node: Node) -> str:
    """The full name of a node as its kind declares it, or the next best property."""
    names = (kind_of(node.label).caption, *_FALLBACKS)
    found = next((str(node.properties[name]) for name in names if node.properties.get(name) not in (None, "")), None)
    port = node.properties.get("port")
    return f"{found or NOT_RECORDED}{'' if port is None else f':{port}'}"


def label(node: Node) -> str:
    """What stands at a node in the picture: a shortened caption, and the pid below it."""
    name = caption(node)
    short = f"{name[:12]}…" if _HASH.match(name) else shortened(name)
    lines = [short if short.strip() else NOT_RECORDED]
    if node.label == "Process":
        lines.append(f"pid {_one(node.properties.get('pid'))}")
    return "\n".join(lines)


def type_words(type_: str) -> str:
    """A relationship type as words: ``WROTE_MEMORY_OF`` reads ``wrote memory of``."""
    return shortened(type_.replace("_", " ").lower())


def rows(properties: Mapping[str, Any], kind: str) -> tuple[list[Row], list[str]]:
    """Recorded properties, declared ones first and in their order, and the names of those not recorded."""
    declared = _declared(kind)
    others = sorted(name for name in properties if name not in declared and name != "uid")
    names = [*(name for name in declared if name != "uid"), *others, "uid"]
    known = [name for name in names if properties.get(name) not in (None, "", [])]
    missing = [_title(name) for name in names if name not in known]
    shown = [name for name in known if name not in EVIDENCE]
    docs = {name: prop.doc for name, prop in declared.items()}
    return [(_title(name), values(name, properties[name]), docs.get(name, "")) for name in shown], missing


def evidence(properties: Mapping[str, Any]) -> list[str]:
    """Every citation that a node or relationship carries, each once."""
    found = [text for name in EVIDENCE if properties.get(name) for text in values(name, properties[name])]
    return list(dict.fromkeys(found))


def values(name: str, value: Any) -> list[str]:
    """A property as lines of text; times in ISO 8601."""
    items = value if isinstance(value, Sequence) and not isinstance(value, str | bytes) else [value]
    return [_one(item, is_time=name.endswith("_us")) for item in items]


def parameters_text(parameters: Mapping[str, Any]) -> str:
    """The parameters of a query, one to a line."""
    return "\n".join(
        visible(f"{name} = {json.dumps(value, ensure_ascii=False, default=str)}") for name, value in parameters.items()
    )


def _one(value: Any, *, is_time: bool = False) -> str:
    if value is None:
        return NOT_RECORDED
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_time and isinstance(value, int):
        return iso_time(value)
    return visible(str(value), keep="\n\t")


def _declared(kind: str) -> dict[str, Property]:
    declared = NODES.get(kind) or RELATIONSHIPS.get(kind)
    return declared.properties if declared else {}


def _title(name: str) -> str:
    return visible(name.removesuffix("_us").replace("_", " "))
