"""Find links on other pages that the change under review breaks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from ld_review.checks.base import AcrossPages, Match
from ld_review.checks.incoming import linking, listed
from ld_review.handbook.facts import Detail, Entry
from ld_review.handbook.handbook import Broken, Handbook


@dataclass(frozen=True, kw_only=True)
class BrokenByChange(AcrossPages):
    """Yield the places on this page to which links on other pages led before a change, and lead no more: headings, or
    the title.

    The links stand on pages that are not under review. Words: ``{target}`` (the fragments or addresses, quoted),
    ``{links}`` (``2 pages link``), ``{pages}`` (the first of their files), ``{near}`` (``; did you mean ...?``, ``; the
    page is now at ...`` or nothing).
    """

    def can_tell(self, handbook: Handbook) -> bool:
        """Whether this handbook is enough to find all there is."""
        return handbook.whole and handbook.before is not None

    def find_across(self, entry: Entry, detail: Detail, handbook: Handbook) -> Iterator[Match]:
        """Yield what is found on a page of the handbook, in order of place."""
        links = handbook.broken.get(entry.path, ())
        anchors = self._anchors([link for link in links if link.is_anchor], entry, detail, handbook)
        addresses = self._addresses([link for link in links if not link.is_anchor], entry, detail, handbook)
        return iter(sorted((*anchors, *addresses), key=lambda match: match.span))

    @staticmethod
    def _anchors(links: list[Broken], entry: Entry, detail: Detail, handbook: Handbook) -> Iterator[Match]:
        places = {section.id: section.text for section in reversed(detail.sections) if section.id}
        anchors = handbook.anchors(entry)
        meant: defaultdict[str, list[Broken]] = defaultdict(list)
        for link in links:
            meant[anchors.nearest(link.target.fragment).anchor].append(link)
        for anchor, alike in meant.items():
            yield Match(
                places.get(anchor, detail.title_span),
                {
                    "target": listed(sorted({f"'#{link.target.fragment}'" for link in alike})),
                    "near": f"; did you mean '#{anchor}'?" if anchor else "",
                    **linking({link.path for link in alike}),
                },
            )

    @staticmethod
    def _addresses(links: list[Broken], entry: Entry, detail: Detail, handbook: Handbook) -> Iterator[Match]:
        if links:
            now = handbook.addresses.get(entry.path, "")
            words = {
                "target": listed(sorted({f"'{link.address}'" for link in links})),
                "near": f"; the page is now at '{now}'" if now else "",
                **linking({link.path for link in links}),
            }
            yield Match(detail.title_span, words)
