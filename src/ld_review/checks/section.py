"""Find sections with nothing, too little or too much in them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ld_review import document as parsed
from ld_review.checks.base import Match
from ld_review.checks.phrases import Deadline, Phrase, pattern
from ld_review.checks.structural import Structural
from ld_review.document import Document
from ld_review.late import late
from ld_review.page import Page
from ld_review.source import Span

_WORD = late(r"\w[\w'\u2019-]*")
_NO_CONTENT = frozenset({"comment", "attribute", "rule", "definition"})
_HIDDEN_TAGS = frozenset({"br", "a", "div", "span", "p", "details", "summary", "figure", "section"})


@dataclass(frozen=True, kw_only=True)
class Section(Structural):
    """Yield the heading of each section for which any option holds.

    Words: ``{text}``, ``{words}`` (their number), ``{max}``, ``{min}``. A section here ends at the next heading.
    """

    empty: bool = False
    """Whether nothing follows the heading, neither text nor a picture, template or subsection. A heading that is itself
    a link or holds a template does not count."""
    max_words: int = sys.maxsize
    """More words than these are too many."""
    min_words: int = 0
    """Fewer words than these are too few, unless a subsection follows."""
    heading: str = ""
    """A regular expression that finds something in the heading; other sections do not count."""
    unless: str = ""
    """A regular expression; a section in whose heading it finds something does not count."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.empty or self.min_words or self.max_words != sys.maxsize):
            raise ValueError("option 'empty': ask for empty, max-words or min-words")
        if self.min_words > self.max_words:
            raise ValueError(f"option 'min-words': {self.min_words} is more than max-words, {self.max_words}")
        _ = self._heading, self._unless

    @cached_property
    def _heading(self) -> Phrase | None:
        return pattern("heading", self.heading, words=False) if self.heading else None

    @cached_property
    def _unless(self) -> Phrase | None:
        return pattern("unless", self.unless, words=False) if self.unless else None

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.kept(page, self._all(page))

    def _all(self, page: Page) -> Iterator[Match]:
        document = page.document
        deadline = Deadline(len(document.source.text))
        for number, section in enumerate(document.sections):
            if section.heading is None or not self._named(document.title(section), deadline):
                continue
            if self._is_empty(page, number) or self._is_out_of_bounds(document, number):
                yield self._match(document, section)

    def _named(self, title: str, deadline: Deadline) -> bool:
        if self._heading and not deadline.search(self._heading, title):
            return False
        return not (self._unless and deadline.search(self._unless, title))

    def _is_empty(self, page: Page, number: int) -> bool:
        if not self.empty or _has_subsection(page.document, number):
            return False
        return number not in page.once(_filled)

    def _is_out_of_bounds(self, document: Document, number: int) -> bool:
        if not self.min_words and self.max_words == sys.maxsize:
            return False
        words = _count(document, document.sections[number].body)
        return words > self.max_words or (words < self.min_words and not _has_subsection(document, number))

    def _match(self, document: Document, section: parsed.Section) -> Match:
        heading = document.blocks[section.heading or 0]
        words = {
            "text": document.text(heading),
            "words": str(_count(document, section.body)),
            "max": str(self.max_words),
            "min": str(self.min_words),
        }
        return Match(heading.text_span, words)


def _has_subsection(document: Document, number: int) -> bool:
    following = document.sections[number + 1 : number + 2]
    return bool(following) and following[0].level > document.sections[number].level


def _filled(document: Document) -> frozenset[int]:
    """The numbers of the sections that hold anything a reader sees.

    A heading that holds a link, a picture or a template is content itself, or makes some.
    """
    speaking = {inline.block for inline in document.of("link", "image", "template", "iframe")}
    owners = _owners([section.body for section in document.sections], sorted(_contents(document)))
    return frozenset(owners).union(
        number for number, section in enumerate(document.sections) if section.heading in speaking
    )


def _count(document: Document, body: Span) -> int:
    return sum(1 for _ in _WORD.finditer(document.view("prose"), body.start, body.end))


def _contents(document: Document) -> Iterator[int]:
    """Where anything stands that fills a section."""
    for block in document.blocks:
        if block.kind == "heading" or block.kind in _NO_CONTENT:
            continue
        if block.kind != "html" or _shows(document, block):
            yield block.span.start
    for inline in document.of("template", "iframe", "image"):
        yield inline.span.start
    for inline in document.of("html"):
        if not inline.info.startswith("/") and inline.info not in _HIDDEN_TAGS:
            yield inline.span.start


def _shows(document: Document, block: parsed.Block) -> bool:
    return any(not document.source[span].isspace() for span in block.text_spans)


def _owners(spans: list[Span], offsets: list[int]) -> Iterator[int]:
    """The numbers of the spans in which the offsets lie; both are in order."""
    number = 0
    for offset in offsets:
        while number < len(spans) and spans[number].end <= offset:
            number += 1
        if number < len(spans) and spans[number].start <= offset:
            yield number
