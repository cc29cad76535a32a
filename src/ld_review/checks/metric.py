"""Find pages or sections whose readability score is out of bounds."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from ld_review import readability
from ld_review.checks.base import Match
from ld_review.checks.phrases import Scoped
from ld_review.document import Section
from ld_review.hints import OneOf
from ld_review.page import Page
from ld_review.source import Span
from ld_review.zones import Zone


@dataclass(frozen=True, kw_only=True)
class Metric(Scoped):
    """Yield the title of each page or section that scores out of bounds.

    Words: ``{metric}``, ``{value}``, ``{max}``, ``{min}``.
    """

    metric: Annotated[str, OneOf(readability.METRICS)] = ""
    """Which score."""
    max: float = math.inf
    """A higher score is out of bounds."""
    min: float = -math.inf
    """A lower score is out of bounds."""
    per: Literal["page", "section"] = "page"
    """What is scored; a section ends at the next heading."""
    least_words: int = 100
    """Fewer words than these are not scored: no formula is right about a few sentences."""
    skip: tuple[Zone, ...] = ("heading", "cell", "quote")

    def __post_init__(self) -> None:
        super().__post_init__()
        readability.known_metric(self.metric)
        if math.isinf(self.max) and math.isinf(self.min):
            raise ValueError("option 'max': give a max, a min or both")

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.enough(self._all(page))

    def _all(self, page: Page) -> Iterator[Match]:
        texts = sorted(dict(self._texts(page)).items())
        starts = [span.start for span, _ in texts]
        for place, body in self._places(page):
            inside = texts[bisect_left(starts, body.start) : bisect_left(starts, body.end)]
            text = "\n".join(text for _, text in inside)
            if len(text.split()) < self.least_words:
                continue
            value = readability.score(self.metric, text)
            if not self.min <= value <= self.max:
                yield Match(place, self._words(value))

    def _texts(self, page: Page) -> Iterator[tuple[Span, str]]:
        """The text of each block, ended by a full stop: else the items of a list would count as one sentence."""
        for ground in self.grounds(page):
            for span in ground.texts():
                text = " ".join(ground.view[span.start : span.end].split())
                yield span, text if text[-1] in ".!?" else f"{text.rstrip(':;,')}."

    def _places(self, page: Page) -> Iterator[tuple[Span, Span]]:
        document = page.document
        if self.per == "section":
            return ((_heading(page, section), section.body) for section in document.sections)
        titles = [block.text_span for block in document.blocks if block.kind == "heading"]
        return iter([(titles[0] if titles else Span(0, 0), Span(0, len(document.source.text)))])

    def _words(self, value: float) -> dict[str, str]:
        return {"metric": self.metric, "value": f"{value:.1f}", "max": f"{self.max:g}", "min": f"{self.min:g}"}


def _heading(page: Page, section: Section) -> Span:
    if section.heading is None:
        return Span(section.body.start, section.body.start)
    return page.document.blocks[section.heading].text_span
