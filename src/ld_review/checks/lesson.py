"""Find lessons of a course in which something is missing that others of its kind have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ld_review.checks.base import Match
from ld_review.checks.course import elements, foreign_sections, innermost, known_kinds
from ld_review.checks.structural import Structural
from ld_review.learning.element import Kind
from ld_review.page import Page
from ld_review.source import Spans


@dataclass(frozen=True, kw_only=True)
class Lesson(Structural):
    """Yield the title of each lesson without an element of some kinds.

    Words: ``{text}``, ``{count}`` (how many lack it), ``{total}`` (how many lessons there are).
    """

    without: tuple[Kind, ...] = ()
    """Kinds of element one of which each lesson should hold."""
    least: int = 2
    """Pages with fewer lessons are left alone."""
    only_where_some: bool = False
    """Only where another lesson of the page holds one."""

    def __post_init__(self) -> None:
        super().__post_init__()
        known_kinds("without", self.without)
        if not self.without:
            raise ValueError("option 'without': name the kinds of element that a lesson should hold")

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.kept(page, self._all(page))

    def _all(self, page: Page) -> Iterator[Match]:
        document = page.document
        lessons = innermost([one for one in elements(page, "lesson") if document.source[one.body].strip()])
        if len(lessons) < self.least:
            return
        inside = Spans(one.span for one in page.course.of(*self.without))
        foreign = Spans(page.once(foreign_sections))
        lacking = [one for one in lessons if not inside.touch(one.body) and not foreign.touch(one.body)]
        if self.only_where_some and len(lacking) == len(lessons):
            return
        matches = [Match(one.span, {"text": " ".join(document.source[one.span].split())}) for one in lacking]
        yield from self.together(matches, len(lessons))
