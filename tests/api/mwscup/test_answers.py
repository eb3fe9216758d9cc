"""Answers as analysts' spreadsheets write them, and files that are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.mwscup.answers import Answer, read
from graph_model.errors import InputError

MEM = "NtMapViewOfSection"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "answers.csv"


def answers(path: Path, data: bytes | str) -> list[tuple[str, str]]:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return [(answer.category, answer.api) for answer in read(path)]


@pytest.mark.parametrize(
    "text",
    [
        "Category,APIName&RetVal,Arg\n[MEM],NtMapViewOfSection=>0,{}\n",
        "Category, APIName&RetVal, Arg, \n[MEM], NtMapViewOfSection=>0, {\"a\"=>\"b\", \"c\"=>1}, \n",
        "[MEM],NtMapViewOfSection=>0,{}\n",
        "[mem],NtMapViewOfSection\n",
        "category;api\r\nMEM;NtMapViewOfSection\r\n\r\n",
        "api\tCATEGORY\n NtMapViewOfSection \t mem\n",
        "tag,api,citation\n[MEM],NtMapViewOfSection,\n",
        "Category,API\n［ＭＥＭ］,ＮｔMapViewOfSection\n",
        "Category,API\n[MEM],NtMapViewOfSection\n,\n[EXEC],\n[WRITE],not recorded\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_way_of_writing_a_table_is_read(path: Path, text: str, encoding: str) -> None:
    assert answers(path, text.encode(encoding)) == [("[MEM]", MEM)]


def test_japanese_text_in_cp932_is_read(path: Path) -> None:
    text = "Category,APIName&RetVal,Arg,備考\r\n[MEM],NtMapViewOfSection=>0,メモリ確保,表\r\n"
    assert answers(path, text.encode("cp932")) == [("[MEM]", MEM)]


def test_pids_targets_and_citations_are_read_where_they_are_given(path: Path) -> None:
    head = "Category,API,PID,TargetPID,Citation\n"
    path.write_text(head + "[EXEC],NtResumeThread,3292.0,400; 800,4d9f8a3e:3292.0#22\n,NtClose,,,\n", encoding="utf-8")
    assert read(path) == [
        Answer(2, "[EXEC]", "NtResumeThread", frozenset({3292}), frozenset({400, 800}), "4d9f8a3e:3292.0#22"),
        Answer(3, "", "NtClose"),
    ]


def test_rows_of_a_work_list_that_are_no_injection_are_no_answers(path: Path) -> None:
    text = "Category,API,Injection\n[MEM],NtMapViewOfSection,T1055 weak\n[MEM],NtAllocateVirtualMemory,\n"
    assert answers(path, text) == [("[MEM]", MEM)]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b" \r\n\r\n", "the file is empty"),
        (b"PK\x03\x04\x00\x00", "no text, so no CSV"),
        (b"\xff\x00\x81\x82", "no text, so no CSV"),
        (b"a,b\n1,2\n", "no column for the API"),
        (b'[{"api": "NtClose"}]', "no column for the API"),
        (b"Category,Arg\n[MEM],x\n", "no column for the API"),
        (b"api\n" + b"x" * 200_000 + b"\n", "not a CSV"),
    ],
)
def test_a_file_that_holds_no_answers_is_an_error_that_names_it(path: Path, data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        answers(path, data)
    assert str(path) in caught.value.message
    assert caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / name)


@given(st.binary(max_size=200))
def test_any_bytes_are_answers_or_an_error_of_the_user(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("answers") / "a.csv"
    for text in (data, b"Category,API,PID\n" + data):
        path.write_bytes(text)
        try:
            found = read(path)
        except InputError:
            continue
        assert all(answer.api for answer in found)


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [("3548", {3548}), ("0xddc", {3548}), ("3548.0", {3548}), ("384, 4020", {384, 4020}), ("abc", set()), ("", set())],
)
def test_pids_are_read_as_spreadsheets_and_reports_write_them(tmp_path: Path, cell: str, numbers: set[int]) -> None:
    path = tmp_path / "answers.csv"
    path.write_text(f'Category,API,PID\n[MEM],NtMapViewOfSection,"{cell}"\n', encoding="utf-8")
    (answer,) = read(path)
    assert answer.pids == numbers


def test_the_line_that_names_the_separator_is_no_answer_and_brackets_are_no_name(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("sep=;\r\nCategory;API\r\n[EXEC];NtResumeThread()\r\n", encoding="utf-8")
    assert [(answer.category, answer.api) for answer in read(path)] == [("[EXEC]", "NtResumeThread")]
