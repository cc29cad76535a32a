"""Find times that are too long, too short for what there is to read, or do not add up."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ld_review.checks.base import Match
from ld_review.checks.course import elements
from ld_review.checks.structural import Structural
from ld_review.document import Document
from ld_review.learning import durations
from ld_review.learning.element import Element
from ld_review.learning.times import Times, of_media, times
from ld_review.page import Page
from ld_review.source import Span


@dataclass(frozen=True, kw_only=True)
class Time(Structural):
    """Yield each stated time for which any option holds.

    Words: ``{stated}``, ``{sum}``, ``{reading}``, ``{words}``, ``{max}``, ``{text}``.
    """

    of: Literal["", "media"] = ""
    """``media`` for the times of what is to be watched, each but one that several share; empty for the page's own."""
    max_minutes: int = sys.maxsize
    """More minutes than these are too many."""
    differs: bool = False
    """Whether the times of the parts add up to more than the stated time of the whole."""
    below_reading: bool = False
    """Whether the stated time of the whole is shorter than reading the page and watching what it embeds takes."""
    words_per_minute: int = 240
    """How fast a reader is taken to be, at the most."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.differs or self.below_reading or self.max_minutes != sys.maxsize):
            raise ValueError("option 'max-minutes': ask for max-minutes, differs or below-reading")

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.kept(page, self._all(page))

    def _all(self, page: Page) -> Iterator[Match]:
        if self.of:
            yield from self.together(list(self._too_long(page)))
            return
        known = times(page.document, page.course, self.words_per_minute)
        if known.whole is None:
            return
        stated = _most(page.document, known.whole)
        wrong = (
            self.differs and known.parts_minutes > stated * 1.05 + 1,
            self.below_reading and known.needed > stated + 1,
            stated > self.max_minutes,
        )
        if any(wrong):
            yield self._match(known.whole, stated, known)

    def _match(self, whole: Element, stated: float, known: Times) -> Match:
        words = {
            "stated": durations.said(stated),
            "sum": durations.said(known.parts_minutes),
            "reading": durations.said(known.needed),
            "words": f"{known.words:,}",
            "max": str(self.max_minutes),
            "text": "",
        }
        return Match(whole.span, words, also=tuple(part.span for part in known.parts) if self.differs else ())

    def _too_long(self, page: Page) -> Iterator[Match]:
        document = page.document
        readable = {element.span for element in elements(page, "media")}
        claims: dict[Span, list[Element]] = {}
        times = {}
        for element, time in of_media(document, page.course):
            if element.span in readable:
                claims.setdefault(time.span, []).append(element)
                times[time.span] = time
        for span, claimed in claims.items():
            minutes = times[span].minutes()
            if len(claimed) == 1 and minutes and minutes > self.max_minutes:
                text = " ".join(document.source[claimed[0].span].split())[:60]
                yield Match(span, {"stated": durations.said(minutes), "max": str(self.max_minutes), "text": text})


def _most(document: Document, whole: Element) -> float:
    """The minutes of a time, of a range the most."""
    found = durations.find(document.source.text, whole.span.start, whole.span.end)
    return max(found[0].most if found else 0.0, whole.minutes() or 0.0)
