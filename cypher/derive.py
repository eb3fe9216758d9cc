"""Rules become relationships and movements: all rules run in one transaction, and what they no longer say goes.

A column of a rule that holds relationships is a list of *steps*. Steps give the citations (``evidence``, in the order
of the log), the times, and, where the schema has a property of the column's name, the APIs as text: that is how
``memory``, ``write`` and ``execution`` come about. No step is ``not recorded``.

Where several rules derive the same thing, the surest and then the most specific one names it; kinds that keep rules
apart have one relationship for each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cypher import needs
from cypher.catalogue import Rule, rules
from graph_model import schema, statements
from graph_model.identity import relationship_uid, uid
from graph_model.reduction import Row
from graph_model.store import RecordedStep, Store, Transaction, rows_in, write_nodes, write_relationships

EVIDENCE_KEPT = 200
_ENDS = ("source", "target")


@dataclass
class Finding:
    """One row of one rule, with its texts and citations worked out."""

    rule: Rule
    values: Row
    steps: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The rule, as relationships name it."""
        return f"{self.rule.area}/{self.rule.name}"

    @property
    def rank(self) -> tuple[int, int, int]:
        """Surest first, then most specific, then earliest in the log."""
        confidence = schema.CONFIDENCES.index(self.values.get("confidence", schema.CONFIDENCES[-1]))
        return (-confidence, -self.rule.header.specificity, self.first_seq)

    @property
    def all_steps(self) -> list[Row]:
        """Every step once, in the order of the log."""
        by_uid = {step["uid"]: step for steps in self.steps.values() for step in steps}
        return sorted(by_uid.values(), key=lambda step: (step.get("first_us") or 0, step.get("seq") or 0, step["uid"]))

    @property
    def first_seq(self) -> int:
        """Rank in the log of the step that made it run, else of the first step."""
        steps = self.steps.get("execution") or self.all_steps
        return min((step.get("seq") or 0 for step in steps), default=0)


def derive(store: Store, runs: list[str]) -> dict[str, int]:
    """Run every rule for these runs and bring the derived part of the graph up to date; counts by kind."""
    return store.change_together(lambda tx: _derive(tx, runs))


def _derive(tx: Transaction, runs: list[str]) -> dict[str, int]:
    rows_in(tx, statements.TAKE_TURN)
    counts: dict[str, int] = {}
    present = frozenset(record["type"] for record in rows_in(tx, statements.types_present(needs.recorded_types())))
    for group in _stages():
        able = [rule for rule in group if needs.can_find(rule, present)]
        found = [finding for rule in able for finding in _findings(tx, rule, runs)]
        for kind, findings in _by_kind(group, found).items():
            scope = next(rule.header.scope for rule in group if rule.header.derives == kind)
            counts[kind] = counts.get(kind, 0) + _replace(tx, kind, findings, runs if scope == "run" else None, group)
    rows_in(tx, statements.GIVE_TURN)
    return counts


def _stages() -> list[list[Rule]]:
    stages: dict[int, list[Rule]] = defaultdict(list)
    for rule in rules().values():
        stages[rule.header.stage].append(rule)
    return [stages[number] for number in sorted(stages)]


def _by_kind(group: list[Rule], found: list[Finding]) -> dict[str, list[Finding]]:
    kinds: dict[str, list[Finding]] = {rule.header.derives: [] for rule in group}
    for finding in found:
        kinds[finding.rule.header.derives].append(finding)
    return kinds


def _findings(tx: Transaction, rule: Rule, runs: list[str]) -> Iterable[Finding]:
    parameters = {name: parameter.default for name, parameter in rule.header.params.items()}
    for record in rows_in(tx, rule.text, **{**parameters, "runs": runs}):
        finding = Finding(rule, {})
        for column in record.keys():  # noqa: SIM118 - iterating a record gives values
            value = record[column]
            if isinstance(value, list) and any(isinstance(item, RecordedStep) for item in value):
                finding.steps[column] = [dict(item.items()) for item in value if isinstance(item, RecordedStep)]
            elif value == []:
                finding.steps[column] = []
            else:
                finding.values[column] = value
        yield finding


def _replace(tx: Transaction, kind: str, findings: list[Finding], runs: list[str] | None, group: list[Rule]) -> int:
    """Write what the rules of this stage say, and take away what they said before and say no longer."""
    if kind in schema.NODES:
        return _replace_nodes(tx, kind, findings, group)
    _techniques_named(tx, kind, findings)
    rows = [_relationship_row(kind, ends, same) for ends, same in _grouped(kind, findings).items()]
    _remove_others(tx, kind, {str(row["uid"]) for row in rows}, runs, _names(group))
    write_relationships(tx, kind, rows)
    return len(rows)


def _grouped(kind: str, findings: list[Finding]) -> dict[tuple[str, ...], list[Finding]]:
    """What becomes one relationship: the same ends, and the same rule where the kind keeps rules apart."""
    apart = schema.RELATIONSHIPS[kind].apart_by == "rule"
    groups: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for finding in sorted(findings, key=lambda finding: finding.rank):
        groups[(*(finding.values[end] for end in _ENDS), *([finding.name] if apart else []))].append(finding)
    return groups


def _techniques_named(tx: Transaction, kind: str, findings: list[Finding]) -> None:
    """A rule says a technique by its id, and no log need have named it before."""
    if {end for _, end in schema.RELATIONSHIPS[kind].ends} != {"Technique"}:
        return
    ids = sorted({finding.values["target"] for finding in findings})
    write_nodes(tx, "Technique", [{"uid": uid("Technique", name), "props": {"id": name}} for name in ids])
    for finding in findings:
        finding.values["target"] = uid("Technique", finding.values["target"])


def _names(group: Iterable[Rule]) -> set[str]:
    return {f"{rule.area}/{rule.name}" for rule in group}


def _remove_others(tx: Transaction, kind: str, keep: set[str], runs: list[str] | None, stage: set[str]) -> None:
    """What a rule of this stage, or one that is no more, derived earlier; other stages look after their own."""
    statement = statements.derived_of_runs(kind) if runs is not None else statements.all_of(kind)
    gone = sorted(_derived_here(rows_in(tx, statement, runs=runs), stage) - keep)
    if gone:
        rows_in(tx, statements.delete_relationships(kind), uids=gone)


def _derived_here(records: Iterable[Mapping[str, Any]], names: set[str]) -> set[str]:
    """The uids of what these rules derived, or rules that are no more."""
    others = _names(rules().values()) - names
    return {record["uid"] for record in records if record["rule"] not in others}


def _relationship_row(kind: str, key: tuple[str, ...], group: list[Finding]) -> Row:
    props = _properties(kind, schema.RELATIONSHIPS[kind].properties, group)
    return {"uid": relationship_uid(kind, *key), "a": key[0], "b": key[1], "props": props}


def _properties(kind: str, declared: dict[str, schema.Property], group: list[Finding]) -> Row:
    best = group[0]
    steps = best.all_steps
    props = {name: value for name, value in best.values.items() if name in declared}
    props |= {name: _apis(found) for name, found in best.steps.items() if name in declared}
    attack = best.rule.header.attack
    named = {step["uid"] for name, found in best.steps.items() if name in declared for step in found}
    shown = [step for step in steps if step["uid"] in named]
    times = [step["first_us"] for step in shown or steps if step.get("first_us") is not None]
    derived = {
        "rule": best.name,
        "evidence": _citations(steps),
        "first_us": min(times, default=None),
        "last_us": max(times, default=None),
        "technique": attack[0] if attack else None,
        "other_techniques": _other_techniques(group),
        "addresses": _texts(shown, "address_hex"),
        "protections": _texts(shown, "protection"),
        "run": next((step["run"] for step in steps if "run" in step), None),
    }
    for name, value in derived.items():
        if name in declared and props.get(name) is None:
            props[name] = value
    return {name: value for name, value in props.items() if value is not None}


def _citations(steps: list[Row]) -> list[str]:
    places = [place for step in steps for place in step.get("positions") or [step["position"]]]
    return list(dict.fromkeys(places))[:EVIDENCE_KEPT]


def _apis(steps: list[Row]) -> str:
    ordered = sorted(steps, key=lambda step: (step.get("seq") or 0, step["uid"]))
    names = [step.get("api") or ", ".join(step.get("apis") or []) for step in ordered]
    return ", ".join(dict.fromkeys(name for name in names if name)) or schema.NOT_RECORDED


def _texts(steps: list[Row], name: str) -> str | None:
    return ", ".join(dict.fromkeys(step[name] for step in steps if step.get(name))) or None


def _other_techniques(group: list[Finding]) -> list[str]:
    """Those of the other rules; a technique says more than the one that it is a sub-technique of."""
    first = set(group[0].rule.header.attack)
    found = {technique for finding in group[1:] for technique in finding.rule.header.attack} - first
    general = {technique.partition(".")[0] for technique in found | first if "." in technique}
    return sorted(found - general)


def _replace_nodes(tx: Transaction, label: str, findings: list[Finding], group: list[Rule]) -> int:
    """Derived nodes: ``key`` identifies them, columns named after relationship types hold the uids of neighbours.

    What later stages said goes too: they may look at what earlier ones find, and say it again or not.
    """
    best: dict[str, list[Finding]] = defaultdict(list)
    for finding in sorted(findings, key=lambda finding: finding.rank):
        best[uid(label, *map(str, finding.values["key"]))].append(finding)
    now_and_later = _names(rule for rule in rules().values() if rule.header.stage >= group[0].header.stage)
    gone = sorted(_derived_here(rows_in(tx, statements.all_nodes(label)), now_and_later) - set(best))
    if gone:
        rows_in(tx, statements.DELETE_NODES, uids=gone)
    declared = schema.NODES[label].properties
    rows: list[Row] = [{"uid": node, "props": _properties(label, declared, found)} for node, found in best.items()]
    if rows:
        rows_in(tx, statements.CLEAR_NODES, uids=[row["uid"] for row in rows])
    write_nodes(tx, label, rows)
    for type_ in ("INITIATED", "REACHED", "CARRIED"):
        _link(tx, type_, best, _names(group))
    return len(rows)


def _link(tx: Transaction, type_: str, best: dict[str, list[Finding]], stage: set[str]) -> None:
    """Every uid in the column of that name, joined in the direction that the schema declares."""
    outward = schema.RELATIONSHIPS[type_].ends[0][0] in schema.NODES and type_ != "INITIATED"
    rows = []
    for node, group in best.items():
        finding = group[0]
        props = {"rule": finding.name, "confidence": finding.values.get("confidence")}
        for other in finding.values.get(type_) or []:
            if other is not None:
                start, end = (node, other) if outward else (other, node)
                rows.append({"uid": relationship_uid(type_, start, end), "a": start, "b": end, "props": props})
    _remove_others(tx, type_, {str(row["uid"]) for row in rows}, None, stage)
    write_relationships(tx, type_, rows)
