"""The text of a page, line by line, with its findings marked: what the HTML report shows of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from ld_review.finding import Finding, Severity
from ld_review.source import Source, Span

MOST_LINES = 4_000
"""Of a longer page only what is near to something the report names is shown."""
MOST_CHARACTERS = 2_000
"""Of a line."""
_NEAR = 2
_MARKED_LINES = 20
"""Of a finding."""


class Mark(NamedTuple):
    """A finding that is marked."""

    finding: Finding
    number: int
    """From 1, in the order of the page."""
    item: str
    """The id of the finding in the list."""
    id: str
    """The id of its words beside the source."""


class Piece(NamedTuple):
    """Some characters of a line, and how severe the worst finding is that holds them."""

    text: str
    severity: str
    """Empty where none does."""


class Note(NamedTuple):
    """What is said under a line of a finding that begins on it."""

    id: str
    item: str
    number: int
    severity: str
    message: str


class Line(NamedTuple):
    """A line of the page."""

    number: int
    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]
    cut: int
    """How many characters are not shown."""
    skipped: int
    """How many lines before it are not shown."""


class Marked(NamedTuple):
    """A page with its findings."""

    lines: tuple[Line, ...]
    shown: Set[int]
    """The numbers of the lines."""
    total: int
    """How many lines the page has."""
    marks: int
    """How many findings are marked."""


def mark(source: Source, marks: Sequence[Mark], named: Iterable[int]) -> Marked:
    """*source* with *marks*; lines that are *named* by the report are shown however long the page is."""
    if not source.text:
        return Marked((), frozenset(), 0, 0)
    total = len(source.line_starts)
    notes, spans = _notes(source, marks), _spans(source, marks)
    numbers = _shown(total, {*notes, *named})
    return Marked(tuple(_lines(source, numbers, notes, spans)), frozenset(numbers), total, len(marks))


def _notes(source: Source, marks: Iterable[Mark]) -> Mapping[int, list[Note]]:
    notes: dict[int, list[Note]] = defaultdict(list)
    for one in marks:
        note = Note(one.id, one.item, one.number, one.finding.severity.value, one.finding.message)
        notes[source.position(one.finding.span.start).line].append(note)
    return notes


def _spans(source: Source, marks: Iterable[Mark]) -> Mapping[int, list[tuple[Span, Severity]]]:
    """What is marked on each line."""
    spans: dict[int, list[tuple[Span, Severity]]] = defaultdict(list)
    for one in marks:
        start, end = one.finding.span
        first, last = source.position(start).line, source.position(max(start, end - 1)).line
        for number in range(first, min(last, first + _MARKED_LINES - 1) + 1):
            line = source.line(number)
            part = Span(max(start, line.start), min(end, line.end))
            if part.start < part.end:
                spans[number].append((part, one.finding.severity))
    return spans


def _shown(total: int, named: Set[int]) -> Sequence[int]:
    if total <= MOST_LINES:
        return range(1, total + 1)
    near = {line + by for line in named for by in range(-_NEAR, _NEAR + 1) if 1 <= line + by <= total}
    return sorted(near)[:MOST_LINES]


def _lines(
    source: Source,
    numbers: Iterable[int],
    notes: Mapping[int, Sequence[Note]],
    spans: Mapping[int, Sequence[tuple[Span, Severity]]],
) -> Iterator[Line]:
    before = 0
    for number in numbers:
        line = source.line(number)
        end = min(line.end, line.start + MOST_CHARACTERS)
        pieces = tuple(_pieces(source, Span(line.start, end), spans.get(number, ())))
        yield Line(number, pieces, tuple(notes.get(number, ())), line.end - end, number - before - 1)
        before = number


def _pieces(source: Source, line: Span, spans: Sequence[tuple[Span, Severity]]) -> Iterator[Piece]:
    """A line cut where something begins or ends to be marked."""
    changes: dict[int, list[tuple[Severity, int]]] = defaultdict(list)
    for span, severity in spans:
        changes[min(span.start, line.end)].append((severity, 1))
        changes[min(span.end, line.end)].append((severity, -1))
    open_marks, at, worst = dict.fromkeys(reversed(Severity), 0), line.start, ""
    for place in sorted(changes):
        if place > at:
            yield Piece(source.text[at:place], worst)
        for severity, by in changes[place]:
            open_marks[severity] += by
        at, worst = max(place, at), next((one.value for one, number in open_marks.items() if number), "")
    if at < line.end:
        yield Piece(source.text[at : line.end], "")
