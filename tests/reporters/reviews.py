"""Reviews made by hand, for the tests of the reporters."""

from __future__ import annotations

from io import StringIO
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

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


def written(reporter: Any, of: Review) -> str:
    """What a reporter writes, as the file would hold it."""
    stream = StringIO(newline="")
    reporter.write(of, stream)
    return stream.getvalue().encode("utf-8").decode("utf-8")


HOSTILE = (
    "]]>",
    "<!--",
    "</failure>",
    "&#0;",
    "\n::error::owned",
    "\r::stop-commands::x",
    "%0A::",
    "##[error]",
    "a,b:c",
    "\x1b[31m",
    "\u202e",
    "\u2028",
    "\x85",
    "\ud800",
    "\udce9",
    "\ufffe",
    "\0",
    "[x](javascript:1)",
    "{0}",
    "/close",
    '"',
    "\U0001f44d",
)
hostile = st.lists(st.sampled_from(HOSTILE) | st.text(st.characters(codec=None), max_size=4), max_size=6).map("".join)


failures = st.builds(Failure, hostile.map(lambda text: text or "x"), st.sampled_from(("", "bare-url")))


@st.composite
def hostile_findings(draw: st.DrawFn, text: str) -> Finding:
    places = st.integers(0, len(text))
    span = Span(*sorted((draw(places), draw(places))))
    fix = draw(st.none() | st.builds(lambda words: Fix((Edit(span, words),)), hostile))
    rule_id = draw(st.sampled_from(("vague-link-text", "bare-url")))
    return Finding(rule_id, span, draw(hostile) or "x", draw(st.sampled_from(Severity)), fix)


@st.composite
def hostile_reviews(draw: st.DrawFn) -> Review:
    """Reviews of pages whose every word comes from somebody who means no good."""
    pages = []
    for number in range(draw(st.integers(0, 3))):
        text = draw(hostile)
        found = draw(st.lists(hostile_findings(text), max_size=3))
        path = f"{number}{draw(hostile)}.md".replace("/", "").replace("\0", "")
        broken = tuple(draw(st.lists(failures, max_size=2)))
        pages.append(page(text, *found, path=path, failures=broken, not_assessed=draw(hostile)))
    return review(*pages, failures=tuple(draw(st.lists(failures, max_size=1))))
