"""How an injection works, in a few sentences: from its recorded steps, and the rule that found it."""

from __future__ import annotations

from collections.abc import Iterator

from api.mwscup.sheet import Pair, Step
from api.output import listed
from cypher.catalogue import rules
from graph_model.schema import NOT_RECORDED

_LACKS = {
    "[PROC]": "the creation or opening of the target",
    "[MEM]": "how memory was made for the code in the target",
    "[WRITE]": "the writing of the code",
    "[EXEC]": "how the code was made to run",
}
_ORIGINS = {"SPAWNED": "creates the target", "OPENED": "opens the target"}
_OWN_LIFE = ("CREATED_SECTION", "MAPPED_INTO", "WROTE")


def how(pair: Pair) -> str:
    """The sentences."""
    return " ".join([*_origin(pair), *_implant(pair), *_section(pair), *_execution(pair), *_lacks(pair)])


def _origin(pair: Pair) -> Iterator[str]:
    done = [step for step in pair.tagged("[PROC]") if step.kind in _ORIGINS]
    if done:
        kinds = dict.fromkeys(_ORIGINS[step.kind] for step in done)
        yield f"The injector {' and '.join(kinds)} ({_apis(done)})."


def _implant(pair: Pair) -> Iterator[str]:
    """What was put into the target: a sentence for each kind of step, in the order of the first ones."""
    kinds: dict[str, list[Step]] = {}
    for step in filter(_implants, pair.steps):
        kinds.setdefault(step.kind, []).append(step)
    for kind, found in kinds.items():
        yield f"It {_DEEDS[kind]}{_places(found)} ({_apis(found)}{_times(found)})."


def _implants(step: Step) -> bool:
    return step.kind in _DEEDS and (not step.further or step.kind == "UNMAPPED_FROM")


_DEEDS = {
    "UNMAPPED_FROM": "takes out what was mapped in the target",
    "ALLOCATED_IN": "allocates memory in the target",
    "PROTECTED_IN": "changes the protection of memory in the target",
    "MAPPED_INTO": "maps a section into the target",
    "WROTE_MEMORY_OF": "writes into the memory of the target",
}


def _places(steps: list[Step]) -> str:
    addresses = list(dict.fromkeys(step.address for step in steps if step.address))
    protections = list(dict.fromkeys(step.protection for step in steps if step.protection))
    where = f" at {addresses[0]}" if addresses else ""
    if len(addresses) > 1:
        where += f" and {len(addresses) - 1:,} more {'address' if len(addresses) == 2 else 'addresses'}"
    return f"{where}{', ' if protections else ''}{' and '.join(protections)}"


def _times(steps: list[Step]) -> str:
    return f", {len(steps):,} times" if len(steps) > 1 else ""


def _section(pair: Pair) -> Iterator[str]:
    """Code in a mapped section may have been written into it before, or through another view."""
    life = [step for step in pair.further if step.kind in _OWN_LIFE]
    if not life or not any(step.kind == "MAPPED_INTO" for step in pair.tagged("[MEM]")):
        return
    kinds = {step.kind for step in life}
    deeds = [("CREATED_SECTION", "is created or opened"), ("MAPPED_INTO", "mapped"), ("WROTE", "written")]
    told = [word for kind, word in deeds if kind in kinds]
    joined = listed(told)
    yield f"In the injector itself the section {joined if joined.startswith('is') else f'is {joined}'} ({_apis(life)})."


def _execution(pair: Pair) -> Iterator[str]:
    rule = rules().get(pair.facts["rule"] or "")
    done = pair.tagged("[EXEC]")
    if rule is not None and rule.header.how:
        yield rule.header.how
    if done:
        yield f"What makes it run: {_apis(done)}."


def _lacks(pair: Pair) -> Iterator[str]:
    if pair.cut:
        yield "Not all that is recorded of it was looked at."
        return
    lacking = [_LACKS[tag] for tag in _LACKS if not pair.tagged(tag)]
    written = any(step.kind == "WROTE" for step in pair.further)
    if written:
        lacking = [what for what in lacking if what != _LACKS["[WRITE]"]]
    if lacking:
        what = listed(lacking)
        yield f"{what[0].upper()}{what[1:]}: {NOT_RECORDED}."


def _apis(steps: list[Step]) -> str:
    return ", ".join(dict.fromkeys(api for step in steps for api in step.apis))
