"""Loading over REST: by upload and by path, with progress and report; what must not be read is not."""

from __future__ import annotations

import gzip
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import EXAMPLES
from helpers.rest import client_of, problem, settings_for

from api import jobs
from api.app import create_app
from api.settings import Settings

LOG = EXAMPLES / "cuckoo" / "log3.json"
MARK2 = [EXAMPLES / "mark2" / name for name in ("mwc01.log", "mwc02.log")]


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("roots")
    (folder / "allowed").mkdir()
    (folder / "allowed" / "log3.json").write_bytes(LOG.read_bytes())
    (folder / "secret.json").write_bytes(LOG.read_bytes())
    (folder / "allowed" / "link.json").symlink_to(folder / "secret.json")
    return folder


@pytest.fixture(scope="module")
def settings(roots: Path) -> Settings:
    return settings_for(roots / "data", ingest_roots=[roots / "allowed"], max_upload_bytes=5_000_000)


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[httpx.Client]:
    with client_of(create_app(settings)) as found:
        yield found


def ended(client: httpx.Client, answer: httpx.Response) -> dict[str, Any]:
    """The job of an accepted load, when it has ended."""
    assert answer.status_code == 202, answer.text
    address = answer.headers["Location"]
    assert answer.json()["id"] == address.rpartition("/")[2]
    for _ in range(600):
        job: dict[str, Any] = client.get(address).json()
        if job["state"] in ("done", "failed"):
            return job
        time.sleep(0.1)
    pytest.fail(f"the load did not end: {job}")


def files(*paths: Path) -> list[tuple[str, tuple[str, bytes]]]:
    return [("files", (path.name, path.read_bytes())) for path in paths]


def test_an_uploaded_report_is_loaded_and_told_of(client: httpx.Client) -> None:
    said = {"case": "upload", "label": "malicious", "dataset": "examples"}
    job = ended(client, client.post("/v1/ingest", files=files(LOG), data=said))
    assert (job["state"], job["error"], job["progress"]["logs"], job["progress"]["logs_done"]) == ("done", None, 1, 1)
    (log,) = job["report"]["logs"]
    assert log["path"] == "log3.json"
    assert log["read"]["calls"] > 0
    assert job["report"]["written"] == job["progress"]["rows"] > 0
    assert job["report"]["derived"]["INJECTED_INTO"] == 2
    (run,) = [row for row in client.get("/v1/runs").json()["rows"] if row["name"] == "log3.json"]
    assert (run["label"], run["dataset"]) == ("malicious", "examples")


def test_several_files_are_one_load(client: httpx.Client) -> None:
    job = ended(client, client.post("/v1/ingest", files=files(*MARK2)))
    assert sorted(log["path"] for log in job["report"]["logs"]) == ["mwc01.log", "mwc02.log"]
    assert len(client.get("/v1/lateral-movement").json()["rows"]) == 1


def test_a_file_below_a_root_is_loaded_by_its_path(client: httpx.Client, roots: Path) -> None:
    job = ended(client, client.post("/v1/ingest", json={"paths": [str(roots / "allowed" / "log3.json")]}))
    assert job["state"] == "done"


def test_nothing_outside_of_the_roots_is_read(client: httpx.Client, roots: Path) -> None:
    allowed = roots / "allowed"
    outside = [
        str(roots / "secret.json"),
        str(allowed / ".." / "secret.json"),
        str(allowed / "link.json"),
        "/etc/passwd",
        "mongodb://127.0.0.1/cuckoo",
        "secret.json",
        "",
    ]
    for path in outside:
        body = problem(client.post("/v1/ingest", json={"paths": [path]}), 422, "bad-parameters")
        assert "PROVGRAPH_INGEST_ROOTS" in body["hint"]
    job = ended(client, client.post("/v1/ingest", json={"paths": [str(allowed)]}))
    assert (job["state"], job["report"]) == ("failed", None)
    assert "outside" in job["error"]


def test_without_roots_no_path_is_read(tmp_path: Path) -> None:
    with client_of(create_app(settings_for(tmp_path / "data"))) as client:
        problem(client.post("/v1/ingest", json={"paths": [str(LOG)]}), 403, "forbidden")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("report.json", b'{"info": {"version": "2.0.7"', "report.json"),
        ("a.txt", b"hello", "a.txt: not a log"),
        ("empty.json", b"", "empty.json: the file is empty"),
        ("bomb.json.gz", gzip.compress(b"{" + b" " * 30_000_000), "bomb.json.gz"),
    ],
)
def test_what_is_no_log_fails_with_its_reason(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    settings = settings_for(tmp_path / "data", max_log_bytes=20_000_000)
    with client_of(create_app(settings)) as client:
        job = ended(client, client.post("/v1/ingest", files=[("files", (name, content))]))
        assert job["state"] == "failed"
        assert words in job["error"]
        assert job["hint"]
        assert "/tmp" not in json.dumps(job)
        assert client.get("/v1/runs").json()["rows"] == []


@pytest.mark.parametrize(
    "name", ["../../evil.json", "/etc/evil.json", "..\\evil.json", "C:\\x\\evil.json", "evil.json"]
)
def test_a_file_name_leads_nowhere_else(client: httpx.Client, name: str) -> None:
    job = ended(client, client.post("/v1/ingest", files=[("files", (name, LOG.read_bytes()))]))
    assert [log["path"] for log in job["report"]["logs"]] == ["evil.json"]


def test_files_of_one_name_do_not_hide_each_other(client: httpx.Client) -> None:
    log1 = EXAMPLES / "cuckoo" / "log1.json"
    sent = [("files", ("report.json", LOG.read_bytes())), ("files", ("report.json", log1.read_bytes()))]
    job = ended(client, client.post("/v1/ingest", files=sent))
    assert len(job["report"]["logs"]) == 2


@pytest.mark.parametrize(
    ("given", "status", "slug"),
    [
        ({"json": {"paths": []}}, 422, "bad-parameters"),
        ({"json": {}}, 422, "bad-parameters"),
        ({"json": [1]}, 422, "bad-parameters"),
        ({"json": {"paths": ["x"], "cases": "y"}}, 422, "bad-parameters"),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 400, "bad-request"),
        ({"content": b"x", "headers": {"Content-Type": "text/plain"}}, 415, "unsupported-media-type"),
        ({"content": b"x"}, 415, "unsupported-media-type"),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=b"}}, 400, "bad-request"),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400, "bad-request"),
        ({"files": [("other", ("a.json", b"{}"))]}, 422, "bad-parameters"),
        ({"files": [("files", ("a.json", b"{}"))], "data": {"label": "evil"}}, 422, "bad-parameters"),
    ],
)
def test_a_body_that_asks_for_nothing_is_refused(
    client: httpx.Client, given: dict[str, Any], status: int, slug: str
) -> None:
    before = client.get("/v1/jobs").json()
    problem(client.post("/v1/ingest", **given), status, slug)
    assert client.get("/v1/jobs").json() == before


def test_an_upload_that_is_too_large_is_refused_whatever_it_says_of_its_length(client: httpx.Client) -> None:
    large = [("files", ("a.json", b" " * 6_000_000))]
    problem(client.post("/v1/ingest", files=large), 413, "body-too-large")

    def chunks() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.json"\r\n\r\n'
        for _ in range(60):
            yield b" " * 100_000

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    problem(client.post("/v1/ingest", content=chunks(), headers=kind), 413, "body-too-large")


def test_only_files_may_be_as_large_as_an_upload(client: httpx.Client) -> None:
    large = {"content": b'{"paths": ["' + b"x" * 2_000_000 + b'"]}', "headers": {"Content-Type": "application/json"}}
    problem(client.post("/v1/ingest", **large), 413, "body-too-large")


def test_the_way_of_a_load_comes_as_events(client: httpx.Client) -> None:
    started = client.post("/v1/ingest", files=files(LOG)).json()
    told: list[tuple[str, dict[str, Any]]] = []
    with client.stream("GET", f"/v1/jobs/{started['id']}/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        kind = ""
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            kind = value if name == "event" else kind
            if name == "data":
                told.append((kind, json.loads(value)))
    assert [kind for kind, _ in told] == ["progress"] * (len(told) - 1) + ["ended"]
    assert told[-1][1] == client.get(f"/v1/jobs/{started['id']}").json()
    assert told[-1][1]["state"] == "done"


def test_jobs_are_listed_and_unknown_ones_told(client: httpx.Client) -> None:
    listed = client.get("/v1/jobs").json()["jobs"]
    assert listed[0]["asked"] >= listed[-1]["asked"]
    for address in ("/v1/jobs/nothing", "/v1/jobs/nothing/events"):
        problem(client.get(address), 404, "unknown-job")


def test_too_many_loads_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "WAITING", 0)
    with client_of(create_app(settings_for(tmp_path / "data"))) as client:
        answer = client.post("/v1/ingest", files=files(LOG))
        problem(answer, 503, "busy")
        assert answer.headers["Retry-After"]


def test_a_server_that_ends_ends_its_load_and_loading_again_completes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(tmp_path / "data")
    app = create_app(settings)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with client_of(app) as client:
        asked = [client.post("/v1/ingest", files=files(*MARK2)).json()["id"] for _ in range(4)]
    states = {app.state.jobs.get(id_).state for id_ in asked}
    assert states <= {"done", "failed"}
    assert "failed" in states
    assert list(tmp_path.glob("provgraph-upload-*")) == []
    with client_of(create_app(settings)) as client:
        job = ended(client, client.post("/v1/ingest", files=files(*MARK2)))
        assert job["state"] == "done"
        assert len(client.get("/v1/lateral-movement").json()["rows"]) == 1
        assert all(row["complete"] for row in client.get("/v1/runs").json()["rows"])
