"""Find sentences, paragraphs, sections or pages that hold something too often or too seldom."""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ld_review.checks.base import Match
from ld_review.checks.phrases import Deadline, Ground, Hit, Hunt, Phrases, pattern, sentences
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
        return self._by_text(page) if self.per in {"sentence", "paragraph"} else self._by_section(page)

    def _by_section(self, page: Page) -> Iterator[Match]:
        document = page.document
        hits = self.hits(page, self._hunt)
        starts = [hit.span.start for hit in hits]
        for place, title in _sections(document) if self.per == "section" else [_whole(document)]:
            inside = hits[bisect_left(starts, place.start) : bisect_left(starts, place.end)]
            if not self.min <= len(inside) <= self.max:
                yield Match(inside[self.max].span if len(inside) > self.max else title, self._words(inside))

    def _by_text(self, page: Page) -> Iterator[Match]:
        deadline = Deadline(len(page.document.source.text))
        found = {}
        for ground in self.grounds(page):
            for place in self._places(ground, deadline):
                if self._surely_right(ground, place, deadline):
                    continue
                hits = self.hits_in(ground, place, self._hunt.phrases[0], deadline)
                if not self.min <= len(hits) <= self.max:
                    found[place] = Match(place, self._words(hits))
        return iter([match for _, match in sorted(found.items())])

    def _places(self, ground: Ground, deadline: Deadline) -> Iterator[Span]:
        for unit in ground.texts():
            if self._surely_right(ground, unit, deadline):
                continue
            if self.per == "paragraph":
                yield unit
                continue
            for start, end in sentences(ground.view[unit.start : unit.end]):
                yield Span(unit.start + start, unit.start + end)

    def _surely_right(self, ground: Ground, place: Span, deadline: Deadline) -> bool:
        """Whether there is no lower bound, and no more tokens than may be even if none is an exception."""
        text = ground.view[place.start : place.end]
        return self.min == 0 and (len(text) <= self.max or deadline.count(self._hunt.phrases[0], text) <= self.max)

    def _words(self, hits: list[Hit]) -> dict[str, str]:
        return {
            "count": str(len(hits)),
            "max": str(self.max),
            "min": str(self.min),
            "match": hits[-1].text if hits else "",
        }


def _sections(document: Document) -> Iterator[tuple[Span, Span]]:
    """What is written right under each heading, and where that heading is; above the first, where the text begins."""
    for section in document.sections:
        start, end = section.body
        if section.heading is not None:
            title = document.blocks[section.heading].text_span
        else:
            title = _whole(document)[1] if start == 0 else Span(start, start)
        if end > start:
            yield section.body, title


def _whole(document: Document) -> tuple[Span, Span]:
    """The whole page, and where its first heading is, or its start where there is none."""
    title = next((block.text_span for block in document.blocks if block.kind == "heading"), Span(0, 0))
    return Span(0, len(document.source.text)), title
