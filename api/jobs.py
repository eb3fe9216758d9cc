"""Loads that were asked for over REST, one after the other, each with its progress and its report.

A thread of its own does the work, since two derivations at once would only wait for each other. What has ended is kept
for a while; what an upload brought is removed with its job's end.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from api.database import opened
from api.load import LoadReport, Progress, load_found
from api.settings import Settings
from graph_model.errors import ProvgraphError
from loaders.finding import find
from loaders.protocol import Context

State = Literal["queued", "running", "done", "failed"]
Check = Callable[[Path], None]
KEPT = 200
WAITING = 32
_log = logging.getLogger("provgraph.jobs")


def remove(upload: Path | None) -> None:
    """Remove what an upload brought."""
    if upload is not None:
        shutil.rmtree(upload, ignore_errors=True)


class TooManyJobsError(Exception):
    """So many loads wait already that another one is refused."""


class _EndedError(Exception):
    """The server ends, and with it the load; loading again completes it."""


@dataclass
class Job:
    """One load. All that changes does so under the lock of the jobs; ``changes`` counts it.

    ``upload`` is the folder of what was uploaded, which no client need know.
    """

    id: str
    asked: datetime
    upload: Path | None = None
    state: State = "queued"
    logs: int | None = None
    logs_done: int = 0
    rows: int = 0
    doing: str = "waiting for its turn"
    report: LoadReport | None = None
    error: str | None = None
    hint: str | None = None
    ended: datetime | None = None
    changes: int = 0


@dataclass(frozen=True)
class Order:
    """What to load: files and folders, and what the user says of them; ``upload`` is a folder to remove afterwards.

    ``check`` raises for a file that may not be read.
    """

    paths: Sequence[Path]
    context: Context
    check: Check
    upload: Path | None = None


class Jobs:
    """All jobs of a server."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="load")
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._ending = False

    def add(self, order: Order) -> Job:
        """Queue a load; raises TooManyJobsError where too many wait."""
        with self._lock:
            if self._ending or sum(job.state in ("queued", "running") for job in self._jobs.values()) >= WAITING:
                raise TooManyJobsError
            job = Job(secrets.token_hex(8), datetime.now(UTC), order.upload)
            self._jobs[job.id] = job
            self._forget()
        self._worker.submit(self._run, job, order)
        return job

    def get(self, id_: str) -> Job | None:
        """The job of this id, while it is known."""
        with self._lock:
            return self._jobs.get(id_)

    def all(self) -> list[Job]:
        """All that are known, the newest first."""
        with self._lock:
            return list(reversed(self._jobs.values()))

    def change(self, job: Job, **values: Any) -> None:
        """Set what has changed; raises _EndedError where a running load should end."""
        with self._lock:
            if self._ending and job.state == "running" and "state" not in values:
                raise _EndedError
            for name, value in values.items():
                setattr(job, name, value)
            job.changes += 1

    def close(self) -> None:
        """End the running load at its next row, drop what waits, and wait until that is done."""
        with self._lock:
            self._ending = True
            waiting = [job for job in self._jobs.values() if job.state == "queued"]
            for job in waiting:
                job.state, job.error, job.doing = "failed", "the server ended before its turn came", "ended"
        self._worker.shutdown(wait=True, cancel_futures=True)
        for job in waiting:
            remove(job.upload)

    def _forget(self) -> None:
        ended = [job.id for job in self._jobs.values() if job.state in ("done", "failed")]
        for id_ in ended[: max(0, len(self._jobs) - KEPT)]:
            del self._jobs[id_]

    def _run(self, job: Job, order: Order) -> None:
        try:
            self.change(job, state="running", doing="looking at the files")
            self._end(job, report=self._load(job, order))
        except _EndedError:
            self._end(job, error="the server ended before the load did", hint="load it again: that completes it")
        except ProvgraphError as error:
            self._end(job, error=error.message, hint=error.hint)
        except Exception:
            _log.exception("a load failed")
            self._end(job, error="the load met a fault in provgraph", hint=ProvgraphError.default_hint)
        finally:
            remove(order.upload)

    def _load(self, job: Job, order: Order) -> LoadReport:
        found = find(order.paths, self._settings.max_log_bytes)
        for log in list(found.logs):
            order.check(Path(log.where))
        if not found.logs:
            return LoadReport(refused=found.refused, passed_over=found.passed_over)
        with opened(self._settings) as store:
            return load_found(store, found, order.context, _Told(self, job))

    def _end(self, job: Job, *, report: LoadReport | None = None, error: str | None = None, hint: str = "") -> None:
        nothing = report is not None and not report.logs
        if report is not None and nothing and error is None:
            first = next(iter(report.refused.values()), None)
            error, hint = (first.message, first.hint) if first else ("there was no log in it", "give logs or folders")
        self.change(
            job,
            state="failed" if error else "done",
            report=report,
            error=error,
            hint=hint or None,
            doing="ended",
            ended=datetime.now(UTC),
        )


class _Told(Progress):
    """The progress of a load as changes of its job."""

    def __init__(self, jobs: Jobs, job: Job) -> None:
        self._jobs = jobs
        self._job = job
        self._begun = 0

    def logs(self, number: int) -> None:
        """So many logs were found."""
        self._jobs.change(self._job, logs=number)

    def log(self, where: str) -> None:
        """The one before is done."""
        self._jobs.change(self._job, doing=f"reading {Path(where).name}", logs_done=self._begun)
        self._begun += 1

    def rows(self, number: int) -> None:
        """So many more rows were written."""
        self._jobs.change(self._job, rows=self._job.rows + number)

    def deriving(self) -> None:
        """The last step."""
        self._jobs.change(self._job, doing="deriving findings", logs_done=self._begun)
