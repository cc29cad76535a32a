"""Find words, phrases and patterns that should not be there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ld_review.checks.base import Match
from ld_review.checks.phrases import Hunt, Phrases, pattern, term
from ld_review.page import Page


@dataclass(frozen=True, kw_only=True)
class Existence(Phrases):
    """Yield each term or pattern that is found. Word: ``{match}``."""

    terms: tuple[str, ...] = ()
    """Plain words and phrases."""
    patterns: tuple[str, ...] = ()
    """Regular expressions, each looked for in one block at a time."""
    anchors: tuple[str, ...] = ()
    """Literals one of which stands in whatever ``patterns`` find; pages without any are not searched."""
    words: bool = True
    """Whether what ``patterns`` find starts and ends at ends of words."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.terms and not self.patterns:
            raise ValueError("option 'terms': give some terms or patterns to look for")
        if not all(text.strip() for text in (*self.terms, *self.patterns)):
            raise ValueError("option 'terms': a term or pattern is empty")
        _ = self._hunt

    @cached_property
    def _hunt(self) -> Hunt:
        terms = (term(text, self.ignorecase) for text in self.terms)
        patterns = (pattern("patterns", text, self.ignorecase, self.words, self.anchors) for text in self.patterns)
        return Hunt([*terms, *patterns])

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.enough(Match(hit.span, {"match": hit.text}) for hit in self.hits(page, self._hunt))
