"""Find objectives that the page does not teach, or that nobody practises or checks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ld_review.checks.base import Match
from ld_review.checks.course import foreign_sections
from ld_review.checks.structural import Structural
from ld_review.learning.alignment import COVERING, Coverage, coverage
from ld_review.page import Page

_TAUGHT = 1 / 3
_FEWEST_WORDS = 2


@dataclass(frozen=True, kw_only=True)
class Alignment(Structural):
    """Yield each objective that nothing else on the page is about.

    Words: ``{text}``, ``{count}``, ``{total}``. Pages partly in another language are left alone.
    """

    uncovered_by: Literal["", "page", "practice"] = ""
    """``page``: at most a third of its words stand elsewhere on the page; ``practice``: no practice, check or
    reflection on the page, which has some, shares a word with it."""
    least_objectives: int = 2
    """Pages with fewer objectives are left alone."""
    least_words: int = 300
    """Pages with fewer words of prose are left alone."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.uncovered_by:
            raise ValueError("option 'uncovered-by': ask for page or practice")

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.kept(page, self._all(page))

    def _all(self, page: Page) -> Iterator[Match]:
        document, course = page.document, page.course
        if self.uncovered_by == "practice" and not course.has(*COVERING):
            return
        if len(document.view("prose").split()) < self.least_words or page.once(foreign_sections):
            return
        found = coverage(document, course)
        if len(found) < self.least_objectives:
            return
        matches = [_match(document.source[one.objective.span], one) for one in found if self._lacks(one)]
        yield from self.together(matches, len(found))

    def _lacks(self, one: Coverage) -> bool:
        if self.uncovered_by == "practice":
            return len(one.words) >= _FEWEST_WORDS and not one.covered_by
        return len(one.words) >= _FEWEST_WORDS and one.taught <= _TAUGHT


def _match(text: str, one: Coverage) -> Match:
    return Match(one.objective.span, {"text": " ".join(text.split())[:80]})
