"""Find learning objectives that cannot be observed, say too much, or stand too late."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ld_review.checks.base import Match
from ld_review.checks.course import objectives
from ld_review.checks.structural import Structural
from ld_review.learning.element import Element
from ld_review.learning.objectives import Objective as Apart
from ld_review.learning.objectives import Opener
from ld_review.page import Page
from ld_review.source import Span

_OPENERS = {
    "non-measurable": Opener.VAGUE,
    "masked": Opener.MASKED,
    "teaching": Opener.TEACHING,
    "none": Opener.NONE,
}
_LATE = 0.25
_SECTIONS_BEFORE = 3
_LOW = frozenset({"remember", "understand"})


@dataclass(frozen=True, kw_only=True)
class Objective(Structural):
    """Yield each objective for which any option holds.

    Words: ``{text}``, ``{opener}`` (as written), ``{verb}``, ``{replacements}`` (quoted, joined by "or"), ``{second}``
    (the second verb), ``{words}``, ``{max}``; ``{count}`` (how many), ``{total}`` (of how many).
    """

    opener: Literal["", "non-measurable", "masked", "teaching", "none"] = ""
    """How the objective begins."""
    compound: bool = False
    """Whether it joins two verbs that can be observed."""
    max_words: int = sys.maxsize
    """More words than these are too many."""
    max_count: int = sys.maxsize
    """More objectives on a page than these are too many; marked at the first that is."""
    late: bool = False
    """Whether the first objective stands after a quarter of the page, with three sections before its own."""
    low: bool = False
    """Whether all objectives of a page with practice only ask to remember or to understand."""

    def __post_init__(self) -> None:
        super().__post_init__()
        bounded = self.max_words != sys.maxsize or self.max_count != sys.maxsize
        if not (self.opener or self.compound or self.late or self.low or bounded):
            raise ValueError("option 'opener': ask for an opener, compound, late, low, max-words or max-count")

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.kept(page, self._all(page))

    def _all(self, page: Page) -> Iterator[Match]:
        found = objectives(page)
        if len(found) > self.max_count:
            yield from self._too_many(page, found)
        if self.late and found and _is_late(page, found[0][0]):
            yield _match(page, *found[0])
        if self.low and found and _all_low(page, found):
            yield _match(page, *found[0])
        yield from self.together([_match(page, *one) for one in found if self._holds(one[1])], len(found))

    def _holds(self, apart: Apart) -> bool:
        if self.opener and apart.opener is _OPENERS[self.opener]:
            return True
        return (self.compound and bool(apart.second_verb)) or apart.words > self.max_words

    def _too_many(self, page: Page, found: list[tuple[Element, Apart]]) -> Iterator[Match]:
        element, apart = found[self.max_count]
        match = _match(page, element, apart)
        yield match._replace(words={**match.words, "count": str(len(found)), "max": str(self.max_count)})


def _match(page: Page, element: Element, apart: Apart) -> Match:
    start, end = apart.verb_span
    span = Span(element.span.start + start, element.span.start + end) if end > start else element.span
    words = {
        "text": apart.text,
        "opener": " ".join(page.document.source[span].split()),
        "verb": apart.verb,
        "replacements": _either(apart.replacements),
        "second": apart.second_verb,
        "words": str(apart.words),
        "max": "",
    }
    return Match(span, words)


def _either(words: tuple[str, ...]) -> str:
    quoted = [f"'{word}'" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}" if quoted else ""


def _is_late(page: Page, first: Element) -> bool:
    document = page.document
    start = document.front_matter.span.end if document.front_matter.span else 0
    prose = document.view("prose")
    before, after = len(prose[start : first.span.start].split()), len(prose[first.span.start :].split())
    sections = [block for block in document.blocks if block.kind == "heading" and block.level == 2]
    above = sum(block.span.end <= first.span.start for block in sections) - 1
    return before > _LATE * (before + after) and above >= _SECTIONS_BEFORE


def _all_low(page: Page, found: list[tuple[Element, Apart]]) -> bool:
    known = [apart for _, apart in found if apart.levels]
    return page.course.has("practice") and len(known) > 1 and all(apart.levels[0] in _LOW for apart in known)
