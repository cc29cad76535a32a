"""Find text that stands on another page too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ld_review.checks.base import AcrossPages, Match
from ld_review.handbook.facts import Detail, Entry
from ld_review.handbook.handbook import Handbook


@dataclass(frozen=True, kw_only=True)
class Copy(AcrossPages):
    """Yield, for each other page under review, the text that a page has in common with it and should link to instead.

    Words: ``{page}`` (the other file), ``{line}`` (where it stands there), ``{words}`` (how many are shared).
    """

    min_words: int = 50
    """Fewer words than these are no copy."""

    def can_tell(self, handbook: Handbook) -> bool:
        """Whether this handbook is enough to find all there is."""
        return handbook.whole and handbook.reviewed == handbook.entries.keys()

    def find_across(self, entry: Entry, detail: Detail, handbook: Handbook) -> Iterator[Match]:
        """Yield what is found on a page of the handbook, in order of place."""
        for copy in sorted(handbook.copies.get(entry.path, ()), key=lambda copy: copy.span):
            if copy.words >= self.min_words:
                words = {"page": copy.other, "line": str(copy.other_line), "words": str(copy.words)}
                yield Match(copy.span, words, also=copy.also)
