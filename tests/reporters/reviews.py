"""Reviews made by hand, for the tests of the reporters."""

from __future__ import annotations

from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from ld_review.finding import Edit, Finding, Fix, Severity
from ld_review.review import Failure, PageReview, Review
from ld_review.rule import Authority, Rule
from ld_review.source import Source, Span


class Nothing:
    """A check that finds nothing."""

    def find(self, page: object) -> Any:
        return iter(())


def rule(name: str, dimension: str = "adult-learning") -> Rule:
    return Rule(
        id=name,
        dimension=dimension,
        summary=f"What {name} is about",
        why="Because of\nthis.",
        authority=(Authority(f"Standard of {name}", f"https://example.org/{name}"),),
        severity=Severity.WARNING,
        since="0.1",
        message="",
        kind="existence",
        check=Nothing(),
        examples=(),
    )


def finding(
    text: str,
    words: str,
    name: str = "vague-objective",
    nth: int = 0,
    *,
    severity: Severity = Severity.WARNING,
    fix: str | None = None,
    safe: bool = True,
    message: str | None = None,
) -> Finding:
    """A finding at the *nth* occurrence of *words* in *text*."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    span = Span(start, start + len(words))
    mending = None if fix is None else Fix((Edit(span, fix),), safe)
    return Finding(name, span, message or f"{words} is wrong", severity, mending)


def page(text: str, *findings: Finding, path: str = "docs/page.md", **more: Any) -> PageReview:
    return PageReview(Source(PurePath(path), text), findings, **more)


def review(*pages: PageReview, failures: tuple[Failure, ...] = ()) -> Review:
    names = {found.rule for reviewed in pages for found in reviewed.findings}
    return Review(pages, MappingProxyType({name: rule(name) for name in sorted(names)}), failures)
