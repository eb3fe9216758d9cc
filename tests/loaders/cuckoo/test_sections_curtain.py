"""`curtain` of CAPE: whose script blocks they are, and what is kept of them."""

from __future__ import annotations

from helpers.reports import JSON, Program, cape, found, read

from graph_model import events as ev
from loaders.powershell import KEPT, LENGTH


def block(original: str, altered: str = "No alteration of event.") -> JSON:
    return {"01": {"original": original, "altered": altered}}


def curtain(pid: int, *blocks: JSON) -> JSON:
    return {str(pid): {"pid": str(pid), "events": list(blocks), "filter": [{"01": "noise"}], "behaviors": ["Sleeps"]}}


def texts(report: JSON) -> dict[str | None, tuple[str, ...]]:
    """What is told of the run (`None`) and of each process."""
    noted = found(report, ev.Noted)
    return {
        event.process.key if event.process else None: event.properties["powershell"]
        for event in noted
        if "powershell" in event.properties
    }


def test_script_blocks_are_texts_of_the_process_that_ran_them() -> None:
    blocks = curtain(4, block("i`ex $a", "iex $a"), block("Write-Host 1\n"))
    assert texts(cape(Program(4), curtain=blocks)) == {"4.0": ("Write-Host 1", "i`ex $a", "iex $a")}


def test_script_blocks_of_a_pid_that_names_nobody_plainly_are_the_runs() -> None:
    blocks = curtain(4, block("iex $a")) | curtain(12, block("iex $b"))
    report = cape(Program(4), Program(4, seen=8), curtain=blocks)
    assert texts(report) == {None: ("PID 12: iex $b", "PID 4: iex $a")}


def test_what_is_no_pid_does_not_make_texts_longer() -> None:
    blocks = {"9" * 10_000: {"events": [block("a" * 3 * LENGTH)]}}
    (pieces,) = texts(cape(Program(4), curtain=blocks)).values()
    assert pieces == (f"PID {'9' * 20}: {'a' * LENGTH}",)


def test_a_long_script_is_cut_at_line_ends_and_nothing_of_it_is_lost() -> None:
    lines = [f"$line{number} = {'x' * 90}" for number in range(100)]
    (pieces,) = texts(cape(Program(4), curtain=curtain(4, block("\n".join(lines))))).values()
    assert max(map(len, pieces)) <= LENGTH
    assert sorted(line for piece in pieces for line in piece.split("\n")) == sorted(lines)


def test_a_line_that_is_longer_than_a_piece_is_cut_where_it_must_be() -> None:
    (pieces,) = texts(cape(Program(4), curtain=curtain(4, block("a" * (2 * LENGTH + 1))))).values()
    assert pieces == ("a", "a" * LENGTH)


def test_of_many_pieces_those_of_short_scripts_are_kept_and_all_are_counted() -> None:
    module = block("\n".join("#" * (LENGTH - 4) + f"{number:04}" for number in range(KEPT + 1)))
    events, drift = read(cape(Program(4), curtain=curtain(4, module, block("iwr http://a.example.com/x"))))
    (noted,) = (event for event in events if isinstance(event, ev.Noted) and "powershell" in event.properties)
    assert len(noted.properties["powershell"]) == KEPT
    assert noted.properties["powershell_count"] == KEPT + 2
    assert "iwr http://a.example.com/x" in noted.properties["powershell"]
    assert drift.unknown["left out", "PowerShell texts"] == 2


def test_blocks_of_another_shape_are_told() -> None:
    events, drift = read(cape(Program(4), curtain={"4": {"events": [{"01": "x"}, 7, {"01": {"original": 1}}]}}))
    assert not [event for event in events if isinstance(event, ev.Noted) and "powershell" in event.properties]
    assert drift.unknown["curtain", "no text"] == 2
