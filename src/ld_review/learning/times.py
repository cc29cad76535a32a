"""How long a page takes: what it states for the whole and for its parts, and what reading and watching it takes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from ld_review.document import Document
from ld_review.learning.course import Course
from ld_review.learning.element import Element
from ld_review.source import Span, Spans

_WHOLE_CUES = ("duration/front_matter/", "duration/titles/", "duration/weak_titles/")
_PART_CUES = ("duration/structure/heading", "duration/titles/", "duration/weak_titles/")
_COLUMN = "a column of durations"
_CARPENTRIES = re.compile(r"duration/front_matter/(?:teaching|exercises)\Z")
_MOST_LINES_AT_TOP = 40
_RATE = re.compile(
    r"\b(?:per|a|each|every|/) ?(?:day|week|month|session|video|module|lesson|unit)|/ ?week", re.IGNORECASE
)
_NEAR = 3
_LITTLE = 40
"""A section with fewer words than these is there for what it shows."""
_SHOWN = re.compile(
    r"\b(?:videos?|watch\w*|recordings?|recorded|clips?|screencasts?|webinars?|podcasts?|episodes?|talks?)\b", re.I
)


class Times(NamedTuple):
    """The times of a page, in minutes."""

    whole: Element | None
    """The duration that is stated for all of it."""
    parts: tuple[Element, ...]
    """The durations of its parts that do not lie in each other."""
    words: int
    """The words of its prose, without solutions."""
    reading: float
    watching: float
    """The stated lengths of what is embedded or linked to be watched."""

    @property
    def parts_minutes(self) -> float:
        """The stated times of the parts, added."""
        return sum(part.minutes() or 0.0 for part in self.parts)

    @property
    def needed(self) -> float:
        """What reading and watching takes at the least."""
        return self.reading + self.watching


def times(document: Document, course: Course, words_per_minute: int = 240) -> Times:
    """The times of a page; a duration near its top that stands for no part is that of the whole."""
    stated = list(course.of("duration"))
    whole = next((one for one in stated if _is_whole(document, one)), None)
    parts = _parts([one for one in stated if _is_part(one) and not _is_whole(document, one)])
    view = document.view("prose")
    solutions = Spans(one.body for one in course.of("solution"))
    words = len(view.split()) - sum(len(view[span.start : span.end].split()) for span in solutions)
    shown = {time.span: time for _, time in of_media(document, course) if time is not whole}
    watching = sum(one.minutes() or 0.0 for one in shown.values())
    return Times(whole, parts, words, words / words_per_minute, watching)


def of_media(document: Document, course: Course) -> Iterator[tuple[Element, Element]]:
    """Each thing to watch for which a time is stated, with that time.

    It stands on the same line, else on one of three lines above or below, else in the same block. What a heading
    states is the time of the section, unless there is little else in it; a sentence has to speak of something to watch.
    """
    speaks = _Speaks(document)
    stated = [one for one in course.of("duration") if speaks.of_media(one)]
    starts = [one.span.start for one in stated]
    for element in course.of("media"):
        at = bisect_left(starts, element.span.start)
        near = [
            (distance, one)
            for one in stated[max(at - 1, 0) : at + 1]
            if (distance := _distance(document, element, one)) is not None
        ]
        if near:
            yield element, min(near)[1]


def _distance(document: Document, element: Element, time: Element) -> int | None:
    """How far off the time is; None where it is too far. Behind on the same line is nearest, below is farthest."""
    source = document.source
    lines = source.position(time.span.start).line - source.position(element.span.start).line
    in_block = element.body.start <= time.span.start and time.span.end <= element.body.end
    if not in_block and abs(lines) > _NEAR:
        return None
    return 2 * lines + 1 if lines > 0 or time.span.start > element.span.start else -2 * lines + (lines == 0) * 2


class _Speaks(dict[Span, bool]):
    """Whether a block speaks of something to watch, asked once for each block."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document

    def __missing__(self, body: Span) -> bool:
        self[body] = _SHOWN.search(self._document.source[body]) is not None
        return self[body]

    def of_media(self, time: Element) -> bool:
        """Whether a time may be that of something to watch."""
        document = self._document
        if time.cue == "duration/structure/heading":
            section = document.sections[document.section_at(time.span.start)]
            words = len(document.view("prose")[section.body.start : section.body.end].split())
            return words < _LITTLE or _SHOWN.search(document.title(section)) is not None
        if time.reason == _COLUMN:
            line = document.source.line(document.source.position(time.span.start).line)
            return len(document.view("prose")[line.start : line.end].split()) < _LITTLE / 2
        return self[time.body] if time.cue.startswith("duration/sentences/") else True


def _is_whole(document: Document, one: Element) -> bool:
    if one.cue.startswith("duration/front_matter/"):
        return not _CARPENTRIES.match(one.cue)
    if not one.cue.startswith(_WHOLE_CUES) or _RATE.search(document.source[one.span]):
        return False
    start = document.front_matter.span.end if document.front_matter.span else 0
    line = document.source.position(one.span.start).line - document.source.position(start).line
    section = document.sections[document.section_at(one.span.start)]
    return line <= _MOST_LINES_AT_TOP and section.level <= 2


def _is_part(one: Element) -> bool:
    """Whether a heading, a label or a column of times states it: in a sentence it is often that of something else."""
    if one.cue == "duration/structure/text":
        return one.reason == _COLUMN
    return one.cue.startswith(_PART_CUES) or _CARPENTRIES.match(one.cue) is not None


def _parts(stated: list[Element]) -> tuple[Element, ...]:
    """The durations of sections and items that lie in no other that has one; of one place one."""
    kept: list[Element] = []
    end = -1
    for one in sorted(stated, key=lambda element: (element.body.start, -element.body.end)):
        if one.span.end > end:
            kept.append(one)
            end = max(end, one.body.end)
    return tuple(kept)
