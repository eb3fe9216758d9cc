"""The tokenizer, against a reference that walks sign by sign, and the traps of the format by hand."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.mark2.line import fields, is_whole

HEADER = "06/30/2017 13:13:13.890 +0900"

KEYS = st.text("abcXYZ019_キー", min_size=1, max_size=8)
SIGNS = st.characters(codec="utf-8", exclude_characters="\r\n")
VALUES = st.text(st.one_of(st.sampled_from(' "=¥\\-path\t　日本語'), SIGNS), max_size=20)
PAIRS = st.lists(st.tuples(KEYS, VALUES, st.booleans()), max_size=12)


def written(key: str, value: str, quoted: bool) -> str:
    if quoted or not value or set(value) & set(' \t"'):
        return '{}="{}"'.format(key, value.replace('"', '""'))
    return f"{key}={value}"


def first_of(pairs: list[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for key, value in pairs:
        if value not in ("", "-"):
            values.setdefault(key, value)
    return values


class Reference:
    """Walks the text sign by sign; slow and plain."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def pairs(self) -> list[tuple[str, str]]:
        found = []
        while self.at < len(self.text):
            if self.text[self.at] not in " \t":
                self.at += 1  # behind a closing quote, or in text that is no key=value
                continue
            self.at += 1
            key = self._until(' \t="')
            if key and self.text[self.at : self.at + 1] == "=":
                self.at += 1
                found.append((key, self._value()))
        return found

    def _until(self, stops: str) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in stops:
            self.at += 1
        return self.text[start : self.at]

    def _value(self) -> str:
        if self.text[self.at : self.at + 1] != '"':
            return self._until(" \t")
        self.at += 1
        value = ""
        while self.at < len(self.text):
            value += self._until('"')
            if self.text[self.at : self.at + 2] != '""':
                break
            value += '"'
            self.at += 2
        self.at += 1
        return value


@given(PAIRS)
def test_what_is_written_as_key_and_value_is_read_back(pairs: list[tuple[str, str, bool]]) -> None:
    text = " ".join([HEADER, *(written(*pair) for pair in pairs)])
    assert is_whole(text)
    assert fields(text)[0] == first_of([(key, value) for key, value, _ in pairs])


@given(st.text(st.one_of(st.sampled_from(' "=a-'), SIGNS), max_size=60))
def test_any_text_is_read_as_the_reference_reads_it(text: str) -> None:
    pairs = Reference(text).pairs()
    values, repeated = fields(HEADER + text)
    names = [key for key, _ in pairs]
    assert values == first_of(pairs)
    assert set(repeated) == {key for key in names if names.count(key) > 1}


def test_two_quotes_inside_a_quoted_value_are_one() -> None:
    text = f'{HEADER} cmd="-s ""C:\\Windows\\027cc.dll"",#1 55" psID=4032'
    assert fields(text)[0] == {"cmd": '-s "C:\\Windows\\027cc.dll",#1 55', "psID": "4032"}


@pytest.mark.parametrize(
    ("written_value", "value"),
    [('"""a"""', '"a"'), ('""""', '"'), ('"a"""', 'a"'), ('"""a"', '"a'), ('"a """" b"', 'a "" b')],
)
def test_quotes_at_the_edge_of_a_value_are_kept(written_value: str, value: str) -> None:
    assert fields(f"{HEADER} cmd={written_value} psID=1")[0] == {"cmd": value, "psID": "1"}


def test_keys_inside_a_command_line_are_no_keys() -> None:
    text = f'{HEADER} cmd="/c:""sn=1 evt=file path=C:\\x"" tmid=2" path="C:\\real"'
    assert fields(text)[0] == {"cmd": '/c:"sn=1 evt=file path=C:\\x" tmid=2', "path": "C:\\real"}


def test_a_backslash_before_the_closing_quote_escapes_nothing() -> None:
    assert fields(f'{HEADER} path="C:\\dir\\" read=1')[0] == {"path": "C:\\dir\\", "read": "1"}


def test_empty_keys_and_dashes_are_absent() -> None:
    assert fields(f'{HEADER} a= b="" c=- d="-" e=x')[0] == {"e": "x"}


def test_of_a_repeated_key_the_first_value_that_is_not_empty_counts() -> None:
    assert fields(f"{HEADER} lv= lv=- lv=5 lv=7 sn=1") == ({"lv": "5", "sn": "1"}, ("lv",))


def test_text_that_is_no_key_and_value_is_passed_over() -> None:
    text = f'{HEADER} evt=ps プロセスがスタート 3463664321-29 com="MWC01"x=1 =2 subEvt=start'
    assert fields(text)[0] == {"evt": "ps", "com": "MWC01", "subEvt": "start"}


def test_an_ideographic_space_does_not_end_a_bare_value() -> None:
    assert fields(f"{HEADER} entry=a　b=c")[0] == {"entry": "a　b=c"}


def test_an_open_quote_is_noticed_and_hides_no_later_key() -> None:
    text = f'{HEADER} evt=ps cmd="027cc.dll path=x'
    assert not is_whole(text)
    assert "path" not in fields(text)[0]


@pytest.mark.parametrize("nasty", ["a" * 300_000, '"' * 300_001, '""=' * 100_000, 'a="' * 100_000, " " * 300_000])
def test_no_line_makes_the_tokenizer_slow(nasty: str) -> None:
    start = time.perf_counter()
    fields(f"{HEADER} {nasty}")
    assert time.perf_counter() - start < 2
