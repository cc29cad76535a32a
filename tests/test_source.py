"""Offsets, lines and columns of any text."""

from __future__ import annotations

import re
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ld_review.source import Position, Source, Span

TEXTS = st.text(alphabet=st.sampled_from("ab\n\r\u2028\x0b\x0c\u0085🎓é"), max_size=40)


@given(TEXTS)
def test_a_position_leads_back_to_its_offset(text):
    source = Source(PurePath("page.md"), text)
    for offset in range(len(text) + 1):
        line, column = source.position(offset)
        assert source.line_starts[line - 1] + column - 1 == offset


@given(TEXTS)
def test_only_markdowns_line_endings_end_a_line(text):
    source = Source(PurePath("page.md"), text)
    lines = [source[source.line(number)] for number in range(1, len(source.line_starts) + 1)]
    assert lines == re.split("\r\n|\n|\r", text)


def test_a_byte_order_mark_is_dropped_and_line_endings_are_kept():
    assert Source.from_bytes(PurePath("page.md"), b"\xef\xbb\xbfa\r\nb").text == "a\r\nb"


def test_bytes_that_are_not_utf_8_are_refused():
    with pytest.raises(UnicodeDecodeError):
        Source.from_bytes(PurePath("page.md"), b"caf\xe9")


def test_columns_count_code_points():
    source = Source(PurePath("page.md"), "é🎓x\ny")
    assert source.position(2) == Position(1, 3)
    assert source.line(1) == Span(0, 3)
