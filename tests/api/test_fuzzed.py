"""Requests made at random from our own OpenAPI: every answer is one that it describes, and none is our fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from conftest import EXAMPLES
from helpers.rest import client_of, settings_for
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from api.database import opened
from api.load import load
from loaders.protocol import Context

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder: Path = tmp_path_factory.mktemp("fuzzed") / "data"
    many: dict[str, Any] = {"rate_limit": "1000000/second", "max_rows": 200, "query_timeout": 30}
    with opened(settings_for(folder)) as store:
        load(store, [EXAMPLES], Context(), settings_for(folder))
        with client_of(create_app(settings_for(folder, **many))) as found:
            yield found


# Made without a database: only what is described matters here.
schema = schemathesis.openapi.from_dict(create_app(settings_for(Path("nowhere"))).openapi())


@schema.parametrize()
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_route_answers_as_described(client: httpx.Client, case: schemathesis.Case) -> None:
    case.call_and_validate(base_url=str(client.base_url), checks=CHECKS)
