"""Loading logs over REST: files that are sent, or files below folders that the server allows. Each load is a job."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import FormData, UploadFile

from api.jobs import Job, Jobs, Order, TooManyJobsError, remove
from api.problems import (
    BAD_PARAMETERS,
    BAD_REQUEST,
    BUSY,
    FORBIDDEN,
    TOO_LARGE,
    WRONG_TYPE,
    ProblemError,
    documented,
)
from api.routes.jobs import JobModel, model_of
from api.security import may_write
from api.settings import Settings
from graph_model.errors import UsageError
from graph_model.kinds import DEFAULT_CASE
from loaders.protocol import Context

router = APIRouter(tags=["loading"])
_CHUNK = 1 << 20
_MOST_FILES = 1_000
_NAME_LENGTH = 200
M = TypeVar("M", bound=BaseModel)
Label = Literal["benign", "malicious", "unknown"]


class About(BaseModel):
    """What the user says of the logs, as the options of `provgraph load`."""

    model_config = ConfigDict(extra="forbid")

    case: str = Field(default=DEFAULT_CASE, min_length=1, max_length=256, description="keeps incidents apart")
    label: Label | None = Field(default=None, description="what the runs are")
    dataset: str | None = Field(default=None, max_length=256, description="the data set that they come from")


class IngestPaths(About):
    """Logs and folders on the server, below one of its allowed roots."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"paths": ["/logs/report.json"]}]})

    paths: list[str] = Field(min_length=1, max_length=1_000, examples=[["/logs/report.json"]])


class IngestFiles(About):
    """Logs that are sent along."""

    files: list[Any] = Field(
        min_length=1,
        json_schema_extra={"items": {"type": "string", "contentMediaType": "application/octet-stream"}},
    )


_BODIES = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": IngestPaths.model_json_schema()},
            "multipart/form-data": {"schema": IngestFiles.model_json_schema()},
        },
    }
}


@router.post(
    "/ingest",
    status_code=202,
    summary="Load logs",
    dependencies=[Depends(may_write)],
    openapi_extra=_BODIES,
    responses=documented(BAD_REQUEST, FORBIDDEN, TOO_LARGE, WRONG_TYPE, BAD_PARAMETERS, BUSY),
)
async def ingest(request: Request, response: Response) -> JobModel:
    """Sent as files, or named by their paths below the server's allowed roots. The answer is a job."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        order = _of_paths(request.app.state.settings, await _json(request))
    elif kind == "multipart/form-data":
        async with request.form(max_files=_MOST_FILES, max_fields=16) as form:
            order = await _of_files(form)
    else:
        raise ProblemError(WRONG_TYPE, "the body is neither JSON nor a form with files")
    job = queued(request.app.state.jobs, order)
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    return model_of(job)


def queued(jobs: Jobs, order: Order) -> Job:
    """The load as a job; a problem where too many wait."""
    try:
        return jobs.add(order)
    except TooManyJobsError:
        remove(order.upload)
        raise ProblemError(BUSY, "too many loads wait already", headers={"Retry-After": "30"}) from None


async def _json(request: Request) -> Any:
    try:
        return await request.json()
    except ValueError:
        raise ProblemError(BAD_REQUEST, "the body is not valid JSON") from None


def _of_paths(settings: Settings, body: Any) -> Order:
    asked = _valid(IngestPaths, body)
    roots = [root.expanduser().resolve() for root in settings.ingest_roots]
    if not roots:
        raise ProblemError(
            FORBIDDEN, "this server loads no files by their path", "send the files, or set PROVGRAPH_INGEST_ROOTS"
        )

    def check(path: Path) -> None:
        """What a link leads to counts, not where it lies."""
        if not any(path.resolve().is_relative_to(root) for root in roots):
            hint = "name files below the folders of PROVGRAPH_INGEST_ROOTS"
            raise UsageError(f"{path} is outside of the folders that may be read", hint=hint)

    paths = [Path(_plain(text)) for text in asked.paths]
    for path in paths:
        check(path)
    return Order(paths, _context(asked), check)


def _plain(text: str) -> str:
    if "\0" in text or not text.isprintable():
        raise UsageError("a path holds signs that no path has", hint="send paths as text")
    return text


async def _of_files(form: FormData) -> Order:
    files = [part for name, part in form.multi_items() if isinstance(part, UploadFile) and name == "files"]
    others = {name: part for name, part in form.multi_items() if not (name == "files" and part in files)}
    asked = _valid(IngestFiles, {**{name: part for name, part in others.items() if part != ""}, "files": files})
    return await saved(files, asked)


async def saved(files: Sequence[UploadFile], asked: About) -> Order:
    """The files in a folder of their own, which is removed with the end of the load."""
    folder = Path(tempfile.mkdtemp(prefix="provgraph-upload-"))
    try:
        for number, file in enumerate(files):
            await _save(file, folder, number)
    except BaseException:
        remove(folder)
        raise
    paths = list(folder.iterdir()) if len(files) == 1 else [folder]
    return Order(paths, _context(asked), _anything, folder)


async def _save(file: UploadFile, folder: Path, number: int) -> None:
    """Under its own name, since runs are called after it, but never outside of the folder."""
    name = _file_name(file.filename or "") or f"log-{number}"
    target = folder / name
    if target.exists():
        target = folder / str(number) / name
        target.parent.mkdir()
    with target.open("xb") as saved:
        while chunk := await file.read(_CHUNK):
            await asyncio.to_thread(saved.write, chunk)


def _file_name(given: str) -> str:
    name = given.replace("\\", "/").rpartition("/")[2]
    name = "".join(sign for sign in name if sign.isprintable())
    while len(name.encode()) > _NAME_LENGTH:
        name = name[1:]  # the end tells the format
    return "" if name in ("", ".", "..") else name


def _anything(_path: Path) -> None:
    """What was sent may be read."""


def _valid(model: type[M], value: Any) -> M:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        details = [
            {**one, "loc": ("body", *one["loc"])} for one in error.errors(include_url=False, include_input=False)
        ]
        raise RequestValidationError(details) from error


def _context(asked: About) -> Context:
    return Context(asked.case, asked.label, asked.dataset)
