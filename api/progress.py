"""The progress bar of a load, on stderr."""

from __future__ import annotations

from types import TracebackType

from rich import progress

from api.load import Progress
from api.output import messages, printable


class Bar(Progress):
    """One bar over the logs, with the rows written so far."""

    def __init__(self) -> None:
        self._rows = 0
        self._bar = progress.Progress(
            progress.SpinnerColumn(),
            progress.TextColumn("{task.description}", markup=False),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TextColumn("{task.fields[rows]:,} rows"),
            progress.TimeElapsedColumn(),
            console=messages(),
        )
        self._task = self._bar.add_task("reading", total=None, rows=0)
        self._begun = False

    def __enter__(self) -> Bar:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def logs(self, number: int) -> None:
        """So many logs were found."""
        self._bar.update(self._task, total=number + 1)

    def log(self, where: str) -> None:
        """The one before is done."""
        self._bar.update(
            self._task, description=f"loading {printable(where.rpartition('/')[2])}", advance=1 if self._begun else 0
        )
        self._begun = True

    def rows(self, number: int) -> None:
        """So many more rows were written."""
        self._rows += number
        self._bar.update(self._task, rows=self._rows)

    def deriving(self) -> None:
        """The last step."""
        self._bar.update(self._task, description="deriving findings", advance=1)

    def done(self) -> None:
        """Everything is in."""
        self._bar.update(self._task, description="loaded", advance=1)
