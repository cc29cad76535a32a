"""What tells a finding from all others of its page, however the text around it moves."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from ld_review.finding import Finding
from ld_review.handbook.facts import SectionFact
from ld_review.review import digest
from ld_review.source import Source, Span

_LONGEST = 200
"""So that an edit deep in a flagged section does not make it another finding."""


def fingerprints(source: Source, sections: Sequence[SectionFact], findings: Sequence[Finding]) -> tuple[str, ...]:
    """One for each finding, in the same order: of its rule, the headings above it, its text, and the n-th of its like.

    Neither path nor line is part of it: it stays when the page moves and when lines are put in above.
    """
    if not findings:
        return ()
    starts = [section.start for section in sections]
    seen: Counter[tuple[str, str, str]] = Counter()
    prints = []
    for finding in findings:
        headings = _headings(sections, bisect_right(starts, finding.span.start) - 1)
        like = (finding.rule, headings, _text(source, finding.span))
        seen[like] += 1
        prints.append(digest(*like, str(seen[like])))
    return tuple(prints)


def likeness(source: Source, finding: Finding) -> tuple[str, str]:
    """What stays of a finding even where the headings above it change: its rule and its text."""
    return finding.rule, _text(source, finding.span)


def _headings(sections: Sequence[SectionFact], section: int | None) -> str:
    titles = []
    while section is not None and section >= 0:
        titles.append(_normal(sections[section].title))
        section = sections[section].parent
    return "\n".join(reversed(titles))


def _text(source: Source, span: Span) -> str:
    return source.excerpt(span, _LONGEST).casefold()[:_LONGEST]


def _normal(text: str) -> str:
    return " ".join(text.casefold().split())
