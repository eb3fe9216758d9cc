"""What the names of pipes tell of services that run programs for other hosts."""

from __future__ import annotations

import pytest

from graph_model.pipes import Served, served_by


@pytest.mark.parametrize(
    ("name", "served"),
    [
        ("PSEXESVC", Served("PsExec")),
        ("psexecsvc", Served("PsExec")),
        ("PSEXESVC-WORKSTATION5-6460-stdin", Served("PsExec", "WORKSTATION5", 6460)),
        ("upd-DESKTOP-5AB-77-stdout", Served("PsExec", "DESKTOP-5AB", 77)),  # hosts have hyphens, services seldom
        ("RemCom_communicaton", Served("RemCom")),
        ("RemCom_stdinABCD1234", Served("RemCom")),
        ("RemCom_stdout1234", Served("RemCom")),
        ("ahexec", Served("winexe")),
        ("PAExecIn77WS5", Served("PAExec")),
        ("lsass", None),
        ("mojo.6460.1234.5678", None),
        ("MSSE-1234-server", None),
        ("x-y-99999999999-stdin", None),
    ],
)
def test_a_pipe_names_the_tool_and_its_client(name: str, served: Served | None) -> None:
    assert served_by(name) == served
