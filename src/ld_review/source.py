"""The text of one page, and the only coordinate system: indices into that text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import NamedTuple

from ld_review.late import late

_LINE_ENDING = late(r"\r\n|\n|\r")


class Span(NamedTuple):
    """A half-open range of indices (code points) into ``Source.text``."""

    start: int
    end: int


class Spans:
    """Spans in order of place that do not overlap, to be asked where something lies."""

    def __init__(self, spans: Iterable[Span]) -> None:
        starts: list[int] = []
        ends: list[int] = []
        for start, end in sorted(spans):
            if ends and start < ends[-1]:
                ends[-1] = max(ends[-1], end)
            else:
                starts.append(start)
                ends.append(end)
        self._starts, self._ends = starts, ends

    def __iter__(self) -> Iterator[Span]:
        return (Span(start, end) for start, end in zip(self._starts, self._ends, strict=True))

    def around(self, span: Span) -> Span | None:
        """The one that *span* lies in whole."""
        index = bisect_right(self._starts, span.start) - 1
        inside = index >= 0 and span.end <= self._ends[index]
        return Span(self._starts[index], self._ends[index]) if inside else None

    def touch(self, span: Span) -> bool:
        """Whether any of them shares a character with *span*."""
        index = bisect_right(self._starts, span.end - 1) - 1
        return index >= 0 and self._ends[index] > span.start


class Position(NamedTuple):
    """A line and a column, both counted from 1, the column in code points."""

    line: int
    column: int


@dataclass(frozen=True)
class Source:
    """A page as it was read: line endings kept, a byte-order mark dropped."""

    path: PurePath
    text: str

    @classmethod
    def from_bytes(cls, path: PurePath, data: bytes) -> Source:
        """Decode *data* as UTF-8 without touching its line endings.

        Raises UnicodeDecodeError where *data* is not UTF-8.
        """
        return cls(path, data.decode("utf-8-sig"))

    def at_rest(self) -> Source:
        """The same page in as little memory as its file takes, for when thousands are kept."""
        return _AtRest(self.path, self.text.encode("utf-8", "surrogatepass"))

    @property
    def line_starts(self) -> tuple[int, ...]:
        """Where each line starts. Only ``\\n``, ``\\r\\n`` and ``\\r`` end a line, as in Markdown."""
        return _line_starts(self.text)

    def position(self, offset: int) -> Position:
        """The line and column of an offset, both from 1."""
        line = bisect_right(self.line_starts, offset)
        return Position(line, offset - self.line_starts[line - 1] + 1)

    def line(self, number: int) -> Span:
        """The span of line *number*, counted from 1, without its line ending."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return Span(start, end)

    def excerpt(self, span: Span, most: int) -> str:
        """The first *most* characters of a span on one line, however its white space is written."""
        end = span.start
        while True:
            end = min(span.end, 2 * end - span.start + 4 * most)
            words = " ".join(self.text[span.start : end].split())
            if end >= span.end or len(words) >= most:
                return words[:most]

    def __getitem__(self, span: Span) -> str:
        """The text of a span."""
        return self.text[span.start : span.end]


class _AtRest(Source):
    """A page whose text is decoded when somebody asks for it."""

    def __init__(self, path: PurePath, data: bytes) -> None:
        object.__setattr__(self, "path", path)
        object.__setattr__(self, "_data", data)

    @property
    def text(self) -> str:
        """The text, decoded."""
        data: bytes = self.__dict__["_data"]
        return _text(data)

    def at_rest(self) -> Source:
        """Itself."""
        return self


@lru_cache(maxsize=4)
def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


@lru_cache(maxsize=4)
def _line_starts(text: str) -> tuple[int, ...]:
    if "\r" in text:
        return (0, *(match.end() for match in _LINE_ENDING.finditer(text)))
    starts, length = [0], 0
    for line in text.split("\n"):
        length += len(line) + 1
        starts.append(length)
    return tuple(starts[:-1])
