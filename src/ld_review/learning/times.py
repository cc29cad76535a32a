"""How long a page takes: what it states for the whole and for its parts, and what reading and watching it takes."""

from __future__ import annotations

import re
from typing import NamedTuple

from ld_review.document import Document
from ld_review.learning.course import Course
from ld_review.learning.element import Element
from ld_review.source import Spans

_WHOLE_CUES = ("duration/front_matter/", "duration/titles/", "duration/weak_titles/")
_CARPENTRIES = re.compile(r"duration/front_matter/(?:teaching|exercises)\Z")
_MOST_LINES_AT_TOP = 40


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
    parts = _parts([one for one in stated if one is not whole and not _is_whole(document, one)])
    view = document.view("prose")
    solutions = Spans(one.body for one in course.of("solution"))
    words = len(view.split()) - sum(len(view[span.start : span.end].split()) for span in solutions)
    media = Spans(one.span for one in course.of("media"))
    watching = sum(one.minutes() or 0.0 for one in parts if media.touch(one.body))
    return Times(whole, parts, words, words / words_per_minute, watching)


def _is_whole(document: Document, one: Element) -> bool:
    if one.cue.startswith("duration/front_matter/"):
        return not _CARPENTRIES.match(one.cue)
    if not one.cue.startswith(_WHOLE_CUES):
        return False
    start = document.front_matter.span.end if document.front_matter.span else 0
    line = document.source.position(one.span.start).line - document.source.position(start).line
    section = document.sections[document.section_at(one.span.start)]
    return line <= _MOST_LINES_AT_TOP and section.level <= 2


def _parts(stated: list[Element]) -> tuple[Element, ...]:
    """The durations of sections and items that lie in no other that has one; of one place one."""
    kept: list[Element] = []
    end = -1
    for one in sorted(stated, key=lambda element: (element.body.start, -element.body.end)):
        if one.span.end > end:
            kept.append(one)
            end = max(end, one.body.end)
    return tuple(kept)
