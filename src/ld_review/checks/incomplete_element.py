"""Find learning elements that lack what belongs to them: a solution, a time, a written version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ld_review.checks.base import Match
from ld_review.checks.course import OfCourse, elements, known_kinds
from ld_review.document import Document
from ld_review.learning.element import Element
from ld_review.page import Page
from ld_review.source import Span, Spans

_ENOUGH_BEFORE = 40
"""So many words before a section that only shows a video say what it shows."""


@dataclass(frozen=True, kw_only=True)
class IncompleteElement(OfCourse):
    """Yield each element that lacks another one near it.

    Words: ``{text}``, ``{title}`` (of its section), ``{words}`` (of its section), ``{count}``, ``{total}``.
    """

    element: str = ""
    """The kind of element that is looked at."""
    needs: tuple[str, ...] = ()
    """Kinds of element one of which must stand in it, in its section, or within ``near`` lines."""
    near: int = 3
    """How many lines above and below count as near."""
    least_words: int = 0
    """How many words its section must have; 0 where they do not matter."""
    only_where_some: int = 0
    """Only on pages where so many elements of the kind have what the others lack."""
    embedded: bool = False
    """Of media: only what is embedded."""
    page_wide: bool = False
    """Whether it is enough that what is needed stands anywhere on the page."""

    def __post_init__(self) -> None:
        super().__post_init__()
        known_kinds("element", (self.element,))
        known_kinds("needs", self.needs)
        if not (self.needs or self.least_words):
            raise ValueError("option 'needs': name what an element needs, or give least-words")

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.kept(page, self._all(page))

    def _all(self, page: Page) -> Iterator[Match]:
        of_kind = [one for one in elements(page, self.element) if not self.embedded or one.attributes.get("embedded")]
        if self.page_wide and page.course.has(*self.needs):
            return
        needed = Spans(one.span for one in page.course.of(*self.needs))
        lacking = [element for element in of_kind if not self._has(page.document, element, needed)]
        if self.only_where_some and len(of_kind) - len(lacking) < self.only_where_some:
            return
        yield from self.together([self._match(page.document, element) for element in lacking], len(of_kind))

    def _has(self, document: Document, element: Element, needed: Spans) -> bool:
        if self.least_words and _words(document, element) >= self.least_words:
            return True
        if self.least_words and not self.needs:
            return _exempt(document, element)
        return needed.touch(self._around(document, element)) or needed.touch(element.body)

    def _around(self, document: Document, element: Element) -> Span:
        """The lines near the element, and the heading of its section."""
        source = document.source
        first = source.position(element.span.start).line - self.near
        last = source.position(element.span.end).line + self.near
        section = document.sections[document.section_at(element.span.start)]
        start = source.line(max(first, 1)).start
        end = source.line(min(last, len(source.line_starts))).end
        if section.heading is not None and section.span.start < start and start - section.span.start < 400:
            start = section.span.start
        return Span(start, end)

    def _match(self, document: Document, element: Element) -> Match:
        section = document.sections[document.section_at(element.span.start)]
        words = {
            "text": " ".join(document.source[element.span].split())[:80],
            "title": document.title(section) or "the top of the page",
            "words": str(_words(document, element)),
        }
        return Match(element.span, words)


def _words(document: Document, element: Element) -> int:
    """The words of the section that an element stands in, without its subsections."""
    body = document.sections[document.section_at(element.span.start)].body
    return len(document.view("prose")[body.start : body.end].split())


def _exempt(document: Document, element: Element) -> bool:
    """A section that only holds what the one above it tells: "Video: ..." after the text, or one with subsections."""
    number = document.section_at(element.span.start)
    section = document.sections[number]
    if number + 1 < len(document.sections) and document.sections[number + 1].level > section.level:
        return True
    title = document.title(section).lower()
    if not title.startswith(("video", "watch", "recording")) or number == 0:
        return False
    before = document.sections[number - 1].body
    return len(document.view("prose")[before.start : before.end].split()) >= _ENOUGH_BEFORE
