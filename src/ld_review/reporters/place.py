"""Where the findings of a page stand, in lines and columns, with what a tracker of findings knows each by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ld_review.finding import Finding
from ld_review.review import PageReview, digest
from ld_review.source import Position


class Placed(NamedTuple):
    """A finding and its place."""

    finding: Finding
    fingerprint: str
    """Unique on its page."""
    start: Position
    end: Position
    """Of the first character after it."""
    last_line: int
    """The line of its last character."""


def placed(page: PageReview) -> Iterator[Placed]:
    """The findings of a page in their order."""
    source = page.source
    for finding, fingerprint in zip(page.findings, _fingerprints(page), strict=True):
        start, end = finding.span
        last = max(start, end - 1)
        yield Placed(finding, fingerprint, source.position(start), source.position(end), source.position(last).line)


def _fingerprints(page: PageReview) -> Iterator[str]:
    """Those of the review; a page that was reviewed without any gets some by rule, text and the n-th of its like."""
    seen: dict[str, int] = {}
    given = page.fingerprints or (digest(one.rule, page.source[one.span]) for one in page.findings)
    for fingerprint in given:
        nth = seen[fingerprint] = seen.get(fingerprint, 0) + 1
        yield fingerprint if nth == 1 else digest(fingerprint, str(nth))
