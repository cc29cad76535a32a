"""Find links to pages of other hosts that are gone or have moved, where somebody asked those hosts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ld_review.checks.base import AcrossPages, Match
from ld_review.finding import Edit
from ld_review.handbook.facts import Detail, Entry
from ld_review.handbook.handbook import Handbook


@dataclass(frozen=True, kw_only=True)
class ExternalLink(AcrossPages):
    """Yield each link of which its host says what is asked for. Words: ``{target}``, ``{reason}``, ``{better}``.

    Nothing is found unless hosts are asked, which ``--check-external`` does.
    """

    answer: Literal["dead", "moved"]
    """Whether the pages count that are gone, or those that have moved for good."""

    def can_tell(self, handbook: Handbook) -> bool:
        """Whether this handbook is enough to find all there is."""
        return handbook.replies is not None

    def find_across(self, entry: Entry, detail: Detail, handbook: Handbook) -> Iterator[Match]:
        """Yield what is found on a page of the handbook, in order of place."""
        for link in detail.links if handbook.replies else ():
            reply = (handbook.replies or {}).get(link.target)
            if reply is None or reply.dead is not (self.answer == "dead"):
                continue
            words = {"target": link.target, "reason": reply.reason, "better": reply.address}
            mendable = reply.address and link.target_span and not link.quoted
            edits = (Edit(link.target_span, reply.address),) if mendable and link.target_span else ()
            yield Match(link.place, words, edits, safe=False)
