from __future__ import annotations

from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ld_review.reporters.display import cells, excerpt, flat, harmless
from ld_review.source import Source, Span

WIDTHS = [
    ("plain", 5),
    ("日本語", 6),
    ("ｱ", 1),
    ("é", 1),
    ("e\u0301", 1),
    ("नमस्ते", 4),
    ("👍", 2),
    ("👍🏽", 2),
    ("❤️", 2),
    ("👩‍👩‍👧", 2),
    ("🇩🇪", 2),
    ("a\u200db", 1),
    ("", 0),
]


@pytest.mark.parametrize(("text", "width"), WIDTHS)
def test_width_is_counted_in_columns_of_a_terminal(text: str, width: int) -> None:
    assert cells(text) == width


HOSTILE = [
    pytest.param("\x1b[31mred\x1b[0m", "␛[31mred␛[0m", id="colours"),
    pytest.param("\x1b]0;title\x07", "␛]0;title␇", id="window title"),
    pytest.param("\x1b]8;;https://evil.example\x1b\\x", "␛]8;;https://evil.example␛\\x", id="hidden link"),
    pytest.param("\x9b2J", "\ufffd2J", id="control sequence in one character"),
    pytest.param("a\rb\x08c\x7f\0", "a␍b␈c␡␀", id="overwriting"),
    pytest.param("user\u202etxt.exe\u202c", "user<U+202E>txt.exe<U+202C>", id="right to left override"),
    pytest.param("\u2066x\u2069\u200f\u061c", "<U+2066>x<U+2069><U+200F><U+061C>", id="isolates and marks"),
    pytest.param("a\u200bb\ufeff", "a<U+200B>b<U+FEFF>", id="invisible"),
    pytest.param("a\u2028b\u2029c\x85d", "a␤b␤c\ufffdd", id="other line ends"),
    pytest.param("\udcff", "\ufffd", id="lone surrogate"),
    pytest.param("שלום 日本 👩‍👧", "שלום 日本 👩‍👧", id="honest text of other scripts stays"),
]


@pytest.mark.parametrize(("text", "shown"), HOSTILE)
def test_what_a_terminal_would_obey_is_made_visible(text: str, shown: str) -> None:
    assert harmless(text) == shown


@given(st.text())
def test_no_text_reaches_the_terminal_with_control_characters(text: str) -> None:
    for shown in (harmless(text), flat(text)):
        assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in shown)


def marked(text: str, words: str, width: int = 60) -> str:
    start = text.index(words)
    shown = excerpt(Source(PurePath("x.md"), text), Span(start, start + len(words)), width)
    return f"{shown.text}\n{shown.marker}"


PLACES = [
    pytest.param("- Understand it", "Understand", "- Understand it\n  ^^^^^^^^^^", id="plain"),
    pytest.param("日本 here 語", "here", "日本 here 語\n     ^^^^", id="after wide characters"),
    pytest.param("a 日本 b", "日本", "a 日本 b\n  ^^^^", id="wide characters"),
    pytest.param("👩‍👩‍👧 ❤️ here", "here", "👩‍👩‍👧 ❤️ here\n      ^^^^", id="after emoji"),
    pytest.param("-\tx\there", "here", "-   x   here\n        ^^^^", id="after tabs"),
    pytest.param("\x1b[1mhere", "here", "␛[1mhere\n    ^^^^", id="after an escape"),
    pytest.param("e\u0301 here", "here", "e\u0301 here\n  ^^^^", id="after a combining accent"),
    pytest.param("one\r\ntwo here\r\n", "here", "two here\n    ^^^^", id="after CRLF"),
    pytest.param("one\ntwo", "\n", "one\n   ^", id="a line ending"),
    pytest.param("one\ntwo", "", "one\n^", id="nothing is marked by one place"),
    pytest.param("one two\nthree", "two\nthree", "one two\n    ^^^", id="only the first line"),
]


@pytest.mark.parametrize(("text", "words", "expected"), PLACES)
def test_the_marker_stands_under_the_place(text: str, words: str, expected: str) -> None:
    assert marked(text, words) == expected


LONG = [
    pytest.param("here " + "x" * 90, "here " + "x" * 34 + "…", 40, id="at the start"),
    pytest.param("x" * 90 + " here", "…" + "x" * 34 + " here", 40, id="at the end"),
    pytest.param(
        "日" * 50 + "here" + "本" * 50, "…日日日日日日here本本本本本本本本本本…", 40, id="in the middle, wide"
    ),
]


@pytest.mark.parametrize(("text", "expected", "width"), LONG)
def test_long_lines_are_cut_around_the_place(text: str, expected: str, width: int) -> None:
    shown, marker = marked(text, "here", width).split("\n")
    assert shown.strip("…") in text
    assert "here" in shown
    assert cells(shown) <= width
    assert cells(shown[: shown.index("here")]) == marker.index("^")
    assert ("…" in shown[:1], "…" in shown[-1:]) == (expected.startswith("…"), expected.endswith("…"))


@given(st.text(min_size=1, max_size=300), st.data())
def test_any_place_on_any_page_can_be_shown(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    shown = excerpt(Source(PurePath("x.md"), text), Span(start, end), 40)
    assert "\n" not in shown.text
    assert set(shown.marker) <= {" ", "^"}
    assert "^" in shown.marker
    assert cells(shown.text) <= 48, "at most one wide stand-in such as <U+202E> beyond the width"


def test_a_line_of_megabytes_is_cut_without_being_measured_whole() -> None:
    text = "x" * 4_000_000 + " here " + "y" * 1_000_000
    shown = excerpt(Source(PurePath("x.md"), text), Span(4_000_001, 4_000_005), 60)
    assert len(shown.text) <= 60
    assert "here" in shown.text
