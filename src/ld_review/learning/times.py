"""How long a page takes: what it states for the whole and for its parts, and what reading and watching it takes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from ld_review.document import Document
from ld_review.late import late
from ld_review.learning.course import Course
from ld_review.learning.element import Element
from ld_review.source import Spans

_WHOLE_CUES = ("duration/front_matter/", "duration/titles/", "duration/weak_titles/")
_LABELS = ("duration/titles/", "duration/weak_titles/")
_PART_CUES = ("duration/structure/heading", "duration/titles/")
_COLUMN = "a column of durations"
_CARPENTRIES = late(r"duration/front_matter/(?:teaching|exercises)\Z")
_MOST_LINES_AT_TOP = 40
_RATE = late(r"\b(?:per|a|each|every|/) ?(?:day|week|month|session|video|module|lesson|unit)|/ ?week", re.IGNORECASE)
_NEAR = 3
_SENTENCE = 300
_LENGTH = late(r"\b(?:durations?|length|videos?|watch\w*|run(?:ning)?)\b", re.IGNORECASE)
_LITTLE = 40
"""A section with fewer words than these is there for what it shows."""
_SHOWN = late(
    r"\b(?:videos?|watch\w*|recordings?|recorded|clips?|screencasts?|webinars?|podcasts?|episodes?|talks?)\b", re.I
)


class Times(NamedTuple):
    """The times of a page, in minutes."""

    whole: Element | None
    """The duration that is stated for all of it."""
    parts: tuple[Element, ...]
    """The durations of its parts that do not lie in each other and are not longer than the whole."""
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
    stated = [one for one in course.of("duration") if one.minutes()]
    whole = next((one for one in stated if _is_whole(document, one) and not _has_twin(document, one, stated)), None)
    most = (whole.minutes() if whole else None) or inf
    parts = _parts([one for one in stated if one is not whole and _is_part(one) and (one.minutes() or 0.0) <= most])
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
    stated = [one for one in course.of("duration") if _may_be_of_media(document, one)]
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
    elsewhere = not in_block and time.cue == "duration/structure/text" and time.reason != _COLUMN
    if elsewhere and not _speaks(document, time):
        return None
    return 2 * lines + 1 if lines > 0 or time.span.start > element.span.start else -2 * lines + (lines == 0) * 2


def _speaks(document: Document, time: Element) -> bool:
    """Whether the sentence that states a time speaks of something to watch."""
    text, body = document.source.text, time.body
    start = max(text.rfind(end, max(body.start, time.span.start - _SENTENCE), time.span.start) for end in (". ", "\n"))
    ends = [text.find(end, time.span.end, min(body.end, time.span.end + _SENTENCE)) for end in (". ", "\n")]
    end = min((one for one in ends if one >= 0), default=min(body.end, time.span.end + _SENTENCE))
    return _SHOWN.search(text, max(start, body.start, time.span.start - _SENTENCE), end) is not None


def _may_be_of_media(document: Document, time: Element) -> bool:
    if time.cue == "duration/structure/heading":
        section = document.sections[document.section_at(time.span.start)]
        words = len(document.view("prose")[section.body.start : section.body.end].split())
        return words < _LITTLE or _SHOWN.search(document.title(section)) is not None
    if time.reason == _COLUMN:
        line = document.source.line(document.source.position(time.span.start).line)
        return len(document.view("prose")[line.start : line.end].split()) < _LITTLE / 2
    if time.cue.startswith(_LABELS):
        return _LENGTH.search(document.source[time.span]) is not None
    return not time.cue.startswith("duration/sentences/") or _speaks(document, time)


def _is_whole(document: Document, one: Element) -> bool:
    if one.cue.startswith("duration/front_matter/"):
        return not _CARPENTRIES.match(one.cue)
    if not one.cue.startswith(_WHOLE_CUES) or _RATE.search(document.source[one.span]):
        return False
    start = document.front_matter.span.end if document.front_matter.span else 0
    line = document.source.position(one.span.start).line - document.source.position(start).line
    section = document.sections[document.section_at(one.span.start)]
    return line <= _MOST_LINES_AT_TOP and section.level <= 2


def _has_twin(document: Document, whole: Element, stated: list[Element]) -> bool:
    """Whether a section of the same level states its time in the same words: then each states its own."""
    if whole.cue.startswith("duration/front_matter/"):
        return False
    number = document.section_at(whole.span.start)
    others = {document.section_at(one.span.start) for one in stated if one.cue == whole.cue}
    level = document.sections[number].level
    return any(other != number and document.sections[other].level == level for other in others)


def _is_part(one: Element) -> bool:
    """Whether a heading, a label or a column of times states it: in a sentence it is often that of something else.

    What takes longer than the whole is none either: "30 days" under "Trial period".
    """
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
