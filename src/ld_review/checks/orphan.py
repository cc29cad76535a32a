"""Find learning content that no other page links to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ld_review.checks.base import AcrossPages, Match
from ld_review.handbook.facts import PageFacts
from ld_review.handbook.handbook import Handbook


@dataclass(frozen=True, kw_only=True)
class Orphan(AcrossPages):
    """Yield the title of each learning page with an address that no other page of the handbook links to.

    Words: ``{address}``.
    """

    def find_across(self, facts: PageFacts, handbook: Handbook) -> Iterator[Match]:
        """Yield what is found on a page of the handbook, in order of place."""
        path = facts.entry.path
        address = handbook.addresses.get(path, "")
        if not address or not facts.entry.learning or len(handbook.entries) < 2:
            return
        if path not in handbook.linked_from:
            yield Match(facts.title_span, {"address": address})
