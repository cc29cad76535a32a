"""The pages of a request, as far as its text, its gate and its schedule need them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from ld_review.config import Config
from ld_review.engine import read_page
from ld_review.finding import Finding
from ld_review.learning.element import Element
from ld_review.learning.profile import page_title
from ld_review.learning.times import Times, times
from ld_review.page import Page
from ld_review.review import PageReview, Review
from ld_review.source import Source, Span
from ld_review.verdict import BUILT_IN, Verdict, together

_LONGEST = 500
"""Characters of a place that are kept."""


class Place(NamedTuple):
    """Where something stands, and what."""

    path: str
    line: int
    """From 1."""
    text: str


@dataclass(frozen=True)
class StudiedPage:
    """A page with its review."""

    review: PageReview
    page: Page
    rules: frozenset[str]
    """The rules that are on for it."""

    @property
    def path(self) -> str:
        """Its path, with slashes."""
        return self.review.path.as_posix()

    @property
    def title(self) -> str:
        """Its title; empty where it has none."""
        return page_title(self.page.document)

    @cached_property
    def times(self) -> Times:
        """How long it takes."""
        return times(self.page.document, self.page.course)

    def elements(self, *kinds: str) -> list[Element]:
        """The learning elements of these kinds that were recognised on it."""
        return [element for element in self.review.elements if element.kind in kinds]

    def place(self, span: Span) -> Place:
        """A place on it, with the text that a reader sees there."""
        source = self.page.document.source
        seen = self.page.document.view("prose")[span.start : span.end].split()
        text = " ".join(seen or source[span].split())
        return Place(self.path, source.position(span.start).line, text[:_LONGEST])

    def said(self, element: Element) -> str:
        """What the page says under, or behind, the label that *element* is; its own words where it is no label."""
        prose = self.page.document.view("prose")
        behind = prose[element.span.end : element.body.end].split() if "/sentences/" not in element.cue else []
        return " ".join(behind).lstrip(" :") or self.place(element.span).text


@dataclass(frozen=True)
class Study:
    """All pages of a request."""

    review: Review
    pages: tuple[StudiedPage, ...] = ()
    """Those that could be read."""
    dimensions: Mapping[str, str] = field(default_factory=dict)
    """Of each rule its dimension."""

    @property
    def failures(self) -> Iterator[str]:
        """What could not be reviewed."""
        yield from (failure.message for failure in self.review.failures)
        for page in self.review.pages:
            yield from (f"{page.path.as_posix()}: {failure.message}" for failure in page.failures)

    def dimension(self, finding: Finding) -> str:
        """The dimension that a finding belongs to."""
        return self.dimensions.get(finding.rule, BUILT_IN)

    def findings(self) -> Iterator[tuple[StudiedPage, Finding]]:
        """All findings with their pages."""
        return ((page, finding) for page in self.pages for finding in page.review.findings)


def study(review: Review, config: Config) -> Study:
    """The pages of a review, read once more for what a review does not keep."""
    pages = []
    for one in review.pages:
        if one.source.text or not one.failures:
            source = Source(one.path, one.source.text)
            page, _ = read_page(source, config.settings_for(one.path))
            pages.append(StudiedPage(one, page, frozenset(rule.id for rule in config.rules_for(one.path))))
    return Study(review, tuple(pages), {rule.id: rule.dimension for rule in config.rules.values()})


def verdicts(study: Study) -> tuple[Verdict, ...]:
    """The verdict on each dimension of all pages together."""
    return together((page.review.path.name, page.review.verdicts) for page in study.pages)
