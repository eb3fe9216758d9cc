"""Tokens: told once, kept as digests, worth what their scope says, and nothing once they are removed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from helpers.rest import client_of, problem, settings_for

from api.app import create_app
from api.cli import run
from api.security import allowed_hosts
from api.tokens import TokenFile
from graph_model.errors import InputError, UsageError


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_the_file_holds_no_token_and_is_for_its_owner_only(tmp_path: Path) -> None:
    tokens = TokenFile(tmp_path / "new" / "tokens.json")
    secret = tokens.add("dashboard", "read")
    assert len(secret) >= 43
    assert secret not in tokens.path.read_text()
    assert stat.S_IMODE(tokens.path.stat().st_mode) == 0o600
    assert TokenFile(tokens.path).scope_of(secret.encode()) == "read"
    assert tokens.scope_of(secret[:-1].encode()) is None
    assert tokens.scope_of(b"") is None


@pytest.mark.parametrize("name", ["", "a b", "../x", "é", "x" * 65])
def test_a_name_that_cannot_be_one_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot name a token"):
        TokenFile(tmp_path / "tokens.json").add(name, "read")


def test_a_name_is_given_once(tmp_path: Path) -> None:
    tokens = TokenFile(tmp_path / "tokens.json")
    first = tokens.add("a", "read")
    with pytest.raises(UsageError, match="already"):
        tokens.add("a", "write")
    assert tokens.scope_of(first.encode()) == "read"


def test_a_damaged_file_lets_nobody_in(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    path.write_text('{"tokens": [{"name"')
    with pytest.raises(InputError, match=r"tokens\.json: the tokens cannot be read"):
        TokenFile(path).scope_of(b"x")
    with client_of(create_app(settings_for(tmp_path / "data", tokens=path))) as client:
        problem(client.get("/v1/runs"), 500, "internal-error")


def test_scopes_and_removal_count_at_once(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "data")
    tokens = TokenFile(settings.token_file)
    reader, writer = tokens.add("reader", "read"), tokens.add("writer", "write")
    allowed_hosts(settings, "0.0.0.0")
    with client_of(create_app(settings, hosts=None)) as client:
        problem(client.get("/v1/runs"), 401, "unauthorized")
        assert client.get("/v1/runs", headers=bearer(reader)).status_code == 200
        log = {"files": ("a.json", b"[]")}
        problem(client.post("/v1/ingest", files=log, headers=bearer(reader)), 403, "forbidden")
        assert client.post("/v1/ingest", files=log, headers=bearer(writer)).status_code == 202
        TokenFile(settings.token_file).remove("reader")
        problem(client.get("/v1/runs", headers=bearer(reader)), 401, "unauthorized")
        assert client.get("/v1/runs", headers=bearer(writer)).status_code == 200


def test_the_commands_make_list_and_remove(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def command(*words: str) -> tuple[int, str, str]:
        code = run(["--data", str(tmp_path / "data"), "token", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    code, secret, told = command("add", "siem", "--scope", "write")
    assert (code, TokenFile(tmp_path / "data-tokens.json").scope_of(secret.strip().encode())) == (0, "write")
    assert "Authorization: Bearer" in told
    code, listed, _ = command("list", "--format", "csv")
    assert (code, listed.splitlines()[1].split(",")[:2]) == (0, ["siem", "write"])
    assert command("remove", "siem")[:2] == (0, "removed siem\n")
    assert command("remove", "siem")[0] == 2
    assert command("list", "--format", "json")[:2] == (0, "[]\n")
