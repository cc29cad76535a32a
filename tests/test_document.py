"""Views of a page with parts of them blanked."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ld_review.document import Document
from ld_review.markdown import parse
from ld_review.source import Source, Span


class Counted(str):
    """A text that counts the characters taken from it, and from what is made of it."""

    taken = 0

    def __getitem__(self, key: Any) -> Counted:
        part = super().__getitem__(key)
        Counted.taken += len(part)
        return Counted(part)

    def __add__(self, other: str) -> Counted:
        return Counted(super().__add__(other))


def document(text: str) -> Document:
    return parse(Source(PurePath("page.md"), text))


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=8))
def test_zones_are_blanked_wherever_and_in_whatever_order_they_lie(places):
    page = document("One line of some words.\n\nAnother line, **of more words**.\r\n")
    zones = [
        Span(min(start, len(page.source.text)), min(start + length, len(page.source.text))) for start, length in places
    ]
    gone = {at for zone in zones for at in range(*zone)}
    view = page.view("prose")
    expected = "".join(" " if at in gone and letter not in "\r\n" else letter for at, letter in enumerate(view))
    assert page.without("prose", zones) == expected


def test_blanking_copies_a_page_no_more_than_once_however_many_zones_there_are():
    page = document("~~gone~~ and stays.\n\n" * 500)
    page._views["prose"] = Counted(page.view("prose"))
    assert "gone" not in page.without("prose", [inline.span for inline in page.of("strike")])
    assert 0 < Counted.taken <= len(page.source.text)
