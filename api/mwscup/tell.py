"""The `mwscup` command: what it prints, and when it fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import typer

from api.database import opened
from api.drift_text import passed_over
from api.load import LoadReport
from api.mwscup import answers, sheet, text, words
from api.mwscup.check import COLUMNS, Checked, check
from api.mwscup.check import Log as CheckedLog
from api.mwscup.command import Done, Wish, answered
from api.output import Format, complain_together, console, messages, numbered, one_line, remark, show
from api.progress import Bar
from api.settings import Settings
from graph_model.errors import InputError, UsageError
from loaders.finding import find
from loaders.protocol import Context

_TASK_HINT = (
    "an API that the log does not hold loses points: look at `why`; without --check the sheet itself is printed"
)


def run(
    settings: Settings, reports: Sequence[str], context: Context, wish: Wish, to_check: Path | None, fmt: Format
) -> None:
    """Print the sheets of the reports, or how the answers compare with them."""
    wish = replace(wish, answers=answers.read(to_check)) if to_check else wish
    found = find(reports, settings.max_log_bytes)
    loaded, done = LoadReport(refused=found.refused), list[Done]()
    if found.logs:
        with Bar() as bar, opened(settings) as store:
            loaded, done = answered(store, found, context, bar, wish)
            bar.done()
    if loaded.refused:
        complain_together(loaded.refused.values())
    remark(passed_over(loaded))
    if to_check:
        _checked(done, wish, to_check, fmt)
    else:
        _sheets(done, fmt)
    if loaded.refused:
        raise typer.Exit(UsageError.exit_code)


def _sheets(done: Sequence[Done], fmt: Format) -> None:
    how = {(one.sheet.run, *pair.key): words.how(pair) for one in done for pair in one.sheet.pairs}
    sheets = [one.sheet for one in done]
    if fmt is Format.table:
        width = console().width
        for number, found in enumerate(sheets):
            print("\n\n" * bool(number) + "\n".join(text.lines(found, how, width)))
    else:
        rows = sheet.rows(sheets, how)
        show(sheet.COLUMNS, [sheet.flat(row) for row in rows] if fmt is Format.csv else rows, fmt)
        remark(note for found in sheets for note in text.notes(found))
    for path in (path for one in done for path in one.written):
        messages().print(f"wrote {path}", markup=False, soft_wrap=True)


def _checked(done: Sequence[Done], wish: Wish, to_check: Path, fmt: Format) -> None:
    logs: list[CheckedLog] = [one.checked for one in done if one.checked]
    checked = check(wish.answers or (), logs) if logs else Checked()
    if logs or fmt is not Format.table:
        show(COLUMNS, checked.rows, fmt, title=f"{one_line(to_check.name)}: answers to task 3-1")
    if checked.faults:
        raise InputError(checked.summary, path=str(to_check), hint=_TASK_HINT)
    if logs:
        messages().print(f"{checked.summary}; {numbered(len(logs), 'log')}", markup=False)
