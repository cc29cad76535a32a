"""Find learning elements that lack what belongs to them: a solution, a time, a written version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ld_review.checks.base import Match
from ld_review.checks.course import elements, foreign_sections, innermost, known_kinds
from ld_review.checks.phrases import Deadline, Phrase, pattern
from ld_review.checks.structural import Structural
from ld_review.document import Document
from ld_review.late import late
from ld_review.learning import durations
from ld_review.learning.element import Element, Kind
from ld_review.page import Page
from ld_review.source import Span, Spans

_TOLD = late(r"/(?:sentences|links|front_matter|structure/steps)\b")
"""Entries of the vocabulary that tell of an element without holding it."""
_QUESTION_MARK = late(r"[?](?=[*_)\]\"'\u201d]{0,4}(?:\s|\Z))")
_FEW = 400
"""As many characters from the heading of a section on belong to what it shows."""
_ENOUGH_BESIDE = 40
"""So many words before or after a section that only shows a video say what it shows."""
_SHOWN = late(r"\W*(?:videos?|watch|recordings?)\b", re.IGNORECASE)
_MATERIAL = late(
    r"\W*(?:(?:course |further |learning )?(?:materials?|resources|reading|slides|links))\W*\Z", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class IncompleteElement(Structural):
    """Yield each element that lacks another one near it. What may stand in a text in another language is not lacking.

    Words: ``{text}``, ``{title}`` (of its section), ``{words}`` (of its section), ``{count}``, ``{total}``.
    """

    element: Kind
    """The kind of element that is looked at."""
    needs: tuple[Kind, ...] = ()
    """Kinds of element one of which must stand in it, in its section, or within ``near`` lines."""
    near: int = 3
    """How many lines above and below count as near."""
    least_words: int = 0
    """How many words its section must have; 0 where they do not matter."""
    only_where_some: int = 0
    """Only on pages where so many elements of the kind have what the others lack."""
    only_where_most: bool = False
    """Only on pages where more elements of the kind have it than lack it."""
    unless: str = ""
    """A regular expression; an element in whose words it finds something does not count."""
    embedded: bool = False
    """Of media: only what is embedded."""
    own: bool = False
    """Only what stands under a title, label or container of its own, not what a sentence or a link tells of."""
    asks: bool = False
    """Only what holds a question that can be read on the page."""
    page_wide: bool = False
    """Whether it is enough that what is needed stands anywhere on the page."""

    def __post_init__(self) -> None:
        super().__post_init__()
        known_kinds("element", (self.element,))
        known_kinds("needs", self.needs)
        if not (self.needs or self.least_words):
            raise ValueError("option 'needs': name what an element needs, or give least-words")
        _ = self._unless

    @cached_property
    def _unless(self) -> Phrase | None:
        return pattern("unless", self.unless, words=False) if self.unless else None

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.kept(page, self._all(page))

    def _all(self, page: Page) -> Iterator[Match]:
        foreign = page.once(foreign_sections)
        if self.page_wide and (page.course.has(*self.needs) or foreign):
            return
        elsewhere = Spans(foreign)
        of_kind = [one for one in self._looked_at(page) if not elsewhere.touch(one.body)]
        needed = Spans(one.span for one in page.course.of(*self.needs))
        lacking = [element for element in of_kind if not self._has(page, element, needed)]
        having = len(of_kind) - len(lacking)
        if having < self.only_where_some or (self.only_where_most and having <= len(lacking)):
            return
        if not self.needs:
            lacking = _first_of_sections(page.document, lacking)
        yield from self.together([self._match(page, element) for element in lacking], len(of_kind))

    def _looked_at(self, page: Page) -> list[Element]:
        of_kind = elements(page, self.element)
        if self.embedded:
            of_kind = [one for one in of_kind if one.attributes.get("embedded")]
        if self.own or self.asks:
            of_kind = [one for one in of_kind if not _TOLD.search(one.cue)]
            of_kind = _outermost(of_kind) if self.asks else innermost(of_kind)
        if self.asks:
            questions = _questions(page.document)
            of_kind = [one for one in of_kind if questions.touch(one.body)]
        if self._unless:
            deadline, text = Deadline(len(page.document.source.text)), page.document.source
            of_kind = [one for one in of_kind if not deadline.search(self._unless, text[one.span])]
        return of_kind

    def _has(self, page: Page, element: Element, needed: Spans) -> bool:
        if self.least_words and _words(page, element) >= self.least_words:
            return True
        if self.least_words and (_is_told_beside(page, element) or (not self.needs and _exempt(page, element))):
            return True
        if not self.needs:
            return False
        if "duration" in self.needs and durations.find(page.document.source[element.span]):
            return True
        return needed.touch(self._around(page.document, element)) or needed.touch(element.body)

    def _around(self, document: Document, element: Element) -> Span:
        """The lines near the element, and what stands above it in a section that began a few lines before."""
        source = document.source
        first = source.position(element.span.start).line - self.near
        last = source.position(element.span.end).line + self.near
        section = document.sections[document.section_at(element.span.start)]
        start = source.line(max(first, 1)).start
        end = source.line(min(last, len(source.line_starts))).end
        if section.heading is not None and section.span.start < start and start - section.span.start < _FEW:
            start = section.span.start
        return Span(start, end)

    def _match(self, page: Page, element: Element) -> Match:
        document = page.document
        section = document.sections[document.section_at(element.span.start)]
        words = {
            "text": " ".join(document.source[element.span].split())[:80],
            "title": document.title(section) or "the top of the page",
            "words": str(_words(page, element)),
        }
        return Match(element.span, words)


def _words(page: Page, element: Element) -> int:
    """The words of the section that an element stands in, without its subsections."""
    return page.once(_words_of_section, page.document.section_at(element.span.start))


def _words_of_section(document: Document, number: int) -> int:
    body = document.sections[number].body
    return len(document.view("prose")[body.start : body.end].split())


def _exempt(page: Page, element: Element) -> bool:
    """Whether its section lists material, or has subsections that may tell what it shows."""
    document = page.document
    number = document.section_at(element.span.start)
    section = document.sections[number]
    has_subsections = number + 1 < len(document.sections) and document.sections[number + 1].level > section.level
    return has_subsections or _MATERIAL.match(document.title(section)) is not None


def _is_told_beside(page: Page, element: Element) -> bool:
    """Whether its section says by its title that it only shows ("Video: ...") what the one before or after it tells."""
    document = page.document
    number = document.section_at(element.span.start)
    if not _SHOWN.match(document.title(document.sections[number])):
        return False
    beside = [one for one in (number - 1, number + 1) if 0 <= one < len(document.sections)]
    return any(page.once(_words_of_section, one) >= _ENOUGH_BESIDE for one in beside)


def _first_of_sections(document: Document, found: list[Element]) -> list[Element]:
    """Of the elements in one section the first."""
    first: dict[int, Element] = {}
    for element in found:
        first.setdefault(document.section_at(element.span.start), element)
    return list(first.values())


def _outermost(found: list[Element]) -> list[Element]:
    """The elements that lie in no other: the questions of a quiz are parts of it."""
    kept, end = list[Element](), -1
    for element in found:
        if element.span.start >= end:
            kept.append(element)
            end = element.body.end
    return kept


def _questions(document: Document) -> Spans:
    """The question marks that a reader sees outside of links."""
    links = Spans(link.text_span for link in document.of("link") if link.text_span)
    marks = (Span(*match.span()) for match in _QUESTION_MARK.finditer(document.view("prose")))
    return Spans(mark for mark in marks if not links.touch(mark))
