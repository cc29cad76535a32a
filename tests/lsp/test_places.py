from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position, Range

from ld_review.lsp.places import Places
from ld_review.source import Source, Span

TEXTS = st.text(st.sampled_from("ab é字😀𐍈\r\n\t\u2028\ud83d"), max_size=60)
UNITS = st.sampled_from(["utf-8", "utf-16", "utf-32"])


def _length(text, units):
    if units == "utf-32":
        return len(text)
    data = text.encode("utf-8" if units == "utf-8" else "utf-16-le", "surrogatepass")
    return len(data) // (1 if units == "utf-8" else 2)


@given(TEXTS, UNITS, st.data())
def test_a_place_is_counted_as_an_editor_counts_and_found_again(text, units, data):
    source = Source(PurePath("p.md"), text)
    places = Places(source, units)
    offset = data.draw(st.integers(0, len(text)))
    position = places.position(offset)
    line = text[:offset].replace("\r\n", "\n").replace("\r", "\n").count("\n")
    between = text[offset - 1 : offset + 1] == "\r\n"
    assert position.line == line - between
    start, end = source.line(position.line + 1)
    assert position.character == _length(text[start : min(offset, end)], units)
    assert places.offset(position) == min(offset, end)


@given(TEXTS, UNITS, st.integers(0, 80), st.integers(0, 80))
def test_every_position_is_somewhere_on_the_page(text, units, line, character):
    assert 0 <= Places(Source(PurePath("p.md"), text), units).offset(Position(line, character)) <= len(text)


@pytest.mark.parametrize(("units", "start", "end"), [("utf-8", 5, 9), ("utf-16", 3, 5), ("utf-32", 2, 3)])
def test_a_range(units, start, end):
    places = Places(Source(PurePath("p.md"), "a\n😀 😀!"), units)
    assert places.range(Span(4, 5)) == Range(Position(1, start), Position(1, end))
    assert places.span(Range(Position(1, start), Position(1, end))) == Span(4, 5)
    assert places.span(Range(Position(1, end), Position(1, start))) == Span(4, 5)


def test_one_endless_line_with_many_places_is_no_trouble():
    places = Places(Source(PurePath("p.md"), "😀a" * 500_000), "utf-16")
    found = [places.position(offset) for offset in range(0, 1_000_000, 20)]
    assert found[-1] == Position(0, 999_980 // 2 * 3)
