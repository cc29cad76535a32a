"""Find sentences, paragraphs, sections or pages that hold something too often or too seldom."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ld_review.checks.base import Match
from ld_review.checks.phrases import Ground, Hit, Hunt, Phrases, heading_text, pattern, sentences
from ld_review.document import Document
from ld_review.page import Page
from ld_review.source import Span


@dataclass(frozen=True, kw_only=True)
class Occurrence(Phrases):
    """Yield each sentence, paragraph, section or page with too many or too few of a token.

    A sentence or paragraph is marked whole. A section or page is marked at the first token that is too many, or, where
    there are too few, at its heading. Words: ``{count}``, ``{max}``, ``{min}``, ``{match}`` (the last token counted).
    """

    token: str = ""
    """A regular expression for what is counted: ``\\w+``."""
    per: Literal["sentence", "paragraph", "section", "page"] = "sentence"
    """In what it is counted; a paragraph is any block of text, a section ends at the next heading."""
    max: int = sys.maxsize
    min: int = 0
    anchors: tuple[str, ...] = ()
    """Literals one of which stands in whatever ``token`` finds; pages without any are not searched."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.token:
            raise ValueError("option 'token': give a regular expression for what is counted")
        if self.max == sys.maxsize and self.min == 0:
            raise ValueError("option 'max': give a max, a min or both")
        if self.min > self.max:
            raise ValueError(f"option 'min': {self.min} is more than max, {self.max}")
        _ = self._hunt

    @cached_property
    def _hunt(self) -> Hunt:
        return Hunt([pattern("token", self.token, self.ignorecase, words=False, anchors=self.anchors)])

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.enough(self._all(page))

    def _all(self, page: Page) -> Iterator[Match]:
        hits = self.hits(page, self._hunt)
        if not hits and self.min == 0:
            return
        index = 0
        for place in self._places(page):
            while index < len(hits) and hits[index].span.start < place.start:
                index += 1
            begin = index
            while index < len(hits) and hits[index].span.start < place.end:
                index += 1
            if not self.min <= index - begin <= self.max:
                yield self._match(page.document, place, hits[begin:index])

    def _places(self, page: Page) -> Iterator[Span]:
        document = page.document
        if self.per == "page":
            return iter([Span(0, len(document.source.text))])
        if self.per == "section":
            return (section.body for section in document.sections if section.body.end > section.body.start)
        places = (place for ground in self.grounds(page) for place in self._texts(ground))
        return iter(sorted(set(places)))

    def _texts(self, ground: Ground) -> Iterator[Span]:
        for unit in ground.texts():
            if self.per == "paragraph":
                yield unit
                continue
            for start, end in sentences(ground.view[unit.start : unit.end]):
                yield Span(unit.start + start, unit.start + end)

    def _match(self, document: Document, place: Span, hits: list[Hit]) -> Match:
        count = len(hits)
        words = {
            "count": str(count),
            "max": str(self.max),
            "min": str(self.min),
            "match": hits[-1].text if hits else "",
        }
        if self.per in {"sentence", "paragraph"}:
            return Match(place, words)
        return Match(hits[self.max].span if count > self.max else _title(document, place), words)


def _title(document: Document, place: Span) -> Span:
    """The heading of a section or page, or its start where there is none."""
    headings = [heading_text(block) for block in document.blocks if block.kind == "heading"]
    above = headings[:1] if place.start == 0 else [heading for heading in headings if heading.end <= place.start]
    return above[-1] if above else Span(place.start, place.start)
