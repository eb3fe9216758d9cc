"""The style sheet of Neo4j Browser (GraSS), with the colours of the schema.

Of the rules that fit a node the last one wins, and every node is also an ``Entity``: its rule stands first. Without one
the Browser would make it up, and put it last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graph_model import schema
from graph_model.schema import NodeKind

QUIET = "#7b8aa0"
OTHER = "#b3bfce"
FINDING = schema.NODES["Movement"].color

_CAPTIONS = {
    "Process": "{name} {pid}",
    "Content": "{sha256}{sha1}{md5}",  # where there is no sha256, the next that there is
    "Endpoint": "{address} {port}",
}
_DIAMETERS = {"Movement": "65px", "Host": "65px", "Process": "50px"}


def sheet() -> str:
    """The style sheet."""
    return "\n".join(_rules())


def _rules() -> Iterator[str]:
    yield _rule("node", {**_node_colours(QUIET), "diameter": "40px", "border-width": "2px", "font-size": "10px"})
    yield _rule(f"node.{schema.ENTITY}", {**_node_colours(QUIET), "caption": "{name}"})
    for kind in schema.NODES.values():
        yield _rule(f"node.{kind.label}", _node(kind))
    quiet = {"color": OTHER, "shaft-width": "1px", "font-size": "8px", "padding": "3px", "caption": "<type>"}
    yield _rule("relationship", {**quiet, "text-color-external": "#0f172a", "text-color-internal": "#0f172a"})
    for type_ in schema.RELATIONSHIPS:
        yield _rule(f"relationship.{type_}", _relationship(type_))


def _node(kind: NodeKind) -> dict[str, str]:
    caption = _CAPTIONS.get(kind.label, f"{{{kind.caption}}}")
    return {**_node_colours(kind.color), "diameter": _DIAMETERS.get(kind.label, "40px"), "caption": caption}


def _relationship(type_: str) -> dict[str, str]:
    """Findings are red and thick; what information or control flows along is darker than the rest."""
    if type_ in schema.SUBSETS["FINDINGS"]:
        return {"color": FINDING, "shaft-width": "5px", "text-color-internal": "#ffffff"}
    if type_ in schema.SUBSETS["LATERAL"]:
        return {"color": FINDING, "shaft-width": "2px", "text-color-internal": "#ffffff"}
    if type_ in schema.SUBSETS["FLOW"]:
        return {"color": QUIET, "shaft-width": "2px", "text-color-internal": "#ffffff"}
    return {"color": OTHER, "shaft-width": "1px", "text-color-internal": "#0f172a"}


def _node_colours(color: str) -> dict[str, str]:
    return {"color": color, "border-color": color, "text-color-internal": text_on(color)}


def text_on(color: str) -> str:
    """White or nearly black, whichever stands out more (WCAG's relative luminance)."""
    channels = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "#ffffff" if luminance < 0.18 else "#0f172a"


def _rule(selector: str, properties: Mapping[str, str]) -> str:
    """One rule; a caption is quoted, since it holds braces."""
    quoted = {name: f"'{value}'" if name == "caption" else value for name, value in properties.items()}
    return f"{selector} {{\n" + "".join(f"  {name}: {value};\n" for name, value in quoted.items()) + "}\n"
