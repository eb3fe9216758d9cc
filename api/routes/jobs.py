"""The loads of this server: how far each is, its report, and its way as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

from api.jobs import Job, Jobs, State
from api.problems import BAD_PARAMETERS, UNKNOWN_JOB, ProblemError, documented

router = APIRouter(prefix="/jobs", tags=["loading"])
_EVERY_SECONDS = 0.25


class ProgressModel(BaseModel):
    """How far a load is."""

    doing: str = Field(examples=["reading report.json"])
    logs: int | None = Field(examples=[3], description="how many logs were found; null until that is known")
    logs_done: int = Field(examples=[1])
    rows: int = Field(examples=[5000], description="rows written so far")


class ReportModel(BaseModel):
    """What a load made of the logs, as `provgraph load --format json` tells it."""

    logs: list[dict[str, Any]] = Field(description="one for each log: its run, what was read, repaired, not understood")
    written: int = Field(examples=[585], description="rows written")
    derived: dict[str, int] = Field(examples=[{"INJECTED_INTO": 4}], description="what the graph now holds for them")
    passed_over: dict[str, int] = Field(description="files that are no logs, by reason")


class JobModel(BaseModel):
    """One load."""

    id: str = Field(examples=["9f86d081884c7d65"])
    state: State = Field(examples=["running"])
    asked: datetime
    ended: datetime | None
    progress: ProgressModel
    report: ReportModel | None = Field(description="null until the load has ended")
    error: str | None = Field(examples=[None], description="why it failed")
    hint: str | None = Field(examples=[None], description="what to do about it")


class JobList(BaseModel):
    """The jobs, the newest first."""

    jobs: list[JobModel]


@router.get("", summary="The loads of this server")
def list_jobs(request: Request) -> JobList:
    """The newest first; those that ended long ago are forgotten."""
    jobs: Jobs = request.app.state.jobs
    return JobList(jobs=[model_of(job) for job in jobs.all()])


def _known(
    request: Request,
    id_: Annotated[str, Path(alias="id", max_length=64, description="id of a job", examples=["9f86d081884c7d65"])],
) -> Job:
    jobs: Jobs = request.app.state.jobs
    job = jobs.get(id_)
    if job is None:
        raise ProblemError(UNKNOWN_JOB, "there is no such job")
    return job


Known = Annotated[Job, Depends(_known)]


@router.get("/{id}", summary="One load", responses=documented(UNKNOWN_JOB, BAD_PARAMETERS))
def get_job(job: Known) -> JobModel:
    """How far it is, and when it has ended, its report."""
    return model_of(job)


@router.get(
    "/{id}/events",
    summary="One load as it goes on",
    response_class=EventSourceResponse,
    responses=documented(UNKNOWN_JOB, BAD_PARAMETERS),
)
async def job_events(job: Known) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events, named `progress` and at last `ended`; each holds the whole job."""
    told = -1
    while job.state in ("queued", "running"):
        if job.changes != told:
            told = job.changes
            yield ServerSentEvent(event="progress", data=model_of(job))
        await asyncio.sleep(_EVERY_SECONDS)
    yield ServerSentEvent(event="ended", data=model_of(job))


def model_of(job: Job) -> JobModel:
    """A job as JSON."""
    report = job.report
    return JobModel(
        id=job.id,
        state=job.state,
        asked=job.asked,
        ended=job.ended,
        progress=ProgressModel(doing=job.doing, logs=job.logs, logs_done=job.logs_done, rows=job.rows),
        report=None
        if report is None
        else ReportModel(
            logs=[_told(job, row) for row in report.as_rows()],
            written=report.written,
            derived=report.derived,
            passed_over={reason: number for reason, (number, _) in report.passed_over.items()},
        ),
        error=None if job.error is None else _told(job, job.error),
        hint=job.hint,
    )


def _told(job: Job, value: Any) -> Any:
    """Without the folder in which an upload lay."""
    if isinstance(value, str):
        return value if job.upload is None else value.replace(f"{job.upload}/", "")
    if isinstance(value, dict):
        return {name: _told(job, item) for name, item in value.items()}
    return [_told(job, item) for item in value] if isinstance(value, list | tuple) else value
