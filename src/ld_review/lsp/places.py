"""Where something is, as editors count: lines from 0, columns in the units that the client chose."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate

from lsprotocol.types import Position, Range

from ld_review.source import Source, Span

_WIDER = {"utf-8": re.compile("[^\x00-\x7f]"), "utf-16": re.compile("[\U00010000-\U0010ffff]")}
"""The characters that take more than one unit, by the name of the unit."""


class Places:
    """The text of a page, ready to be asked where an offset is; each answer takes logarithmic time, however long the
    lines are."""

    def __init__(self, source: Source, units: str) -> None:
        self._source = source
        wider = list(_WIDER[units].finditer(source.text)) if units in _WIDER else []
        self._wider = [match.start() for match in wider]
        self._more = [0, *accumulate(_width(match[0], units) - 1 for match in wider)]

    def position(self, offset: int) -> Position:
        """Where an offset is; between the two characters of a line ending, and behind it, the end of the line."""
        line = self._source.position(offset).line
        start, end = self._source.line(line)
        return Position(line - 1, self._units(start, min(offset, end)))

    def range(self, span: Span) -> Range:
        """Where a span is."""
        return Range(self.position(span.start), self.position(span.end))

    def offset(self, position: Position) -> int:
        """The offset of a position; what lies behind the end of a line or of the text is that end."""
        if position.line >= len(self._source.line_starts):
            return len(self._source.text)
        start, end = self._source.line(max(position.line, 0) + 1)
        return start + bisect_left(
            range(end - start), position.character, key=lambda length: self._units(start, start + length)
        )

    def span(self, place: Range) -> Span:
        """The span of a range."""
        start, end = self.offset(place.start), self.offset(place.end)
        return Span(min(start, end), max(start, end))

    def _units(self, start: int, end: int) -> int:
        first, last = bisect_left(self._wider, start), bisect_left(self._wider, end)
        return end - start + self._more[last] - self._more[first]


def _width(character: str, units: str) -> int:
    return len(character.encode("utf-8", "surrogatepass")) if units == "utf-8" else 2
