"""Find learning content that no other page links to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ld_review.checks.base import AcrossPages, Match
from ld_review.handbook.facts import Detail, Entry
from ld_review.handbook.handbook import Handbook


@dataclass(frozen=True, kw_only=True)
class Orphan(AcrossPages):
    """Yield the title of each learning page with an address that no other page of the handbook links to.

    Words: ``{address}``. Where the site lists its pages in a menu, or part of the handbook is elsewhere, nobody can
    tell.
    """

    def can_tell(self, handbook: Handbook) -> bool:
        """Whether this handbook is enough to find all there is."""
        return handbook.whole and not handbook.layout.lists_pages and not handbook.incomplete

    def find_across(self, entry: Entry, detail: Detail, handbook: Handbook) -> Iterator[Match]:
        """Yield what is found on a page of the handbook, in order of place."""
        path = entry.path
        address = handbook.addresses.get(path, "")
        if not (address and entry.learning and len(handbook.entries) > 1 and self.can_tell(handbook)):
            return
        if path not in handbook.linked_from:
            yield Match(detail.title_span, {"address": address})
