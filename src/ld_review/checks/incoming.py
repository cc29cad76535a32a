"""Find links on other pages that lead to a fragment, or an address, that this page no longer has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ld_review.checks.base import AcrossPages, Match
from ld_review.handbook.facts import Detail, Entry
from ld_review.handbook.handbook import Handbook
from ld_review.handbook.target import tidy

_MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class Incoming(AcrossPages):
    """Yield, for each dead destination to which pages that are not under review link, the place on this page that may
    have been meant: a heading, or the title.

    Words: ``{target}`` (the fragment or the address), ``{links}`` (on how many pages it stands), ``{pages}`` (the first
    of their files), ``{near}`` (``; did you mean ...?`` or nothing), ``{address}`` (of this page).
    """

    dead: Literal["anchor", "page"]
    """Whether the fragments on this page count, or the addresses that are like its own."""

    def find_across(self, entry: Entry, detail: Detail, handbook: Handbook) -> Iterator[Match]:
        """Yield what is found on a page of the handbook, in order of place."""
        found = (
            self._anchors(entry, detail, handbook)
            if self.dead == "anchor"
            else self._addresses(entry, detail, handbook)
        )
        return iter(sorted(found, key=lambda match: match.span))

    @staticmethod
    def _anchors(entry: Entry, detail: Detail, handbook: Handbook) -> Iterator[Match]:
        missing: defaultdict[str, set[str]] = defaultdict(set)
        for path in sorted(handbook.linked_from.get(entry.path, ())):
            if path in handbook.reviewed:
                continue
            for target in handbook.entries[path].targets:
                led = handbook.follow(path, target)
                leads_here = led.page is not None and led.page.path == entry.path
                if leads_here and handbook.has_anchor(entry, led.target.fragment) is False:
                    missing[led.target.fragment].add(path)
        places = {section.id: section.text for section in reversed(detail.sections) if section.id}
        for fragment, pages in missing.items():
            close = handbook.anchors(entry).nearest(fragment).anchor
            words = {"target": f"#{fragment}", "near": f"; did you mean '#{close}'?" if close else ""}
            words |= {**_named(pages), "address": handbook.addresses[entry.path]}
            yield Match(places.get(close, detail.title_span), words)

    @staticmethod
    def _addresses(entry: Entry, detail: Detail, handbook: Handbook) -> Iterator[Match]:
        own = handbook.addresses.get(entry.path, "")
        name = tidy(own).rpartition("/")[2].lower()
        if not name or handbook.named(name) != (own,):
            return
        for address, pages in handbook.dead_addresses.items():
            others = pages - handbook.reviewed
            if others and address.rpartition("/")[2].lower() == name:
                yield Match(detail.title_span, {"target": address, "near": "", **_named(others), "address": own})


def _named(pages: set[str] | frozenset[str]) -> Mapping[str, str]:
    shown = ", ".join(sorted(pages)[:_MOST_NAMED])
    number = len(pages)
    more = f" and {number - _MOST_NAMED} more" if number > _MOST_NAMED else ""
    return {"links": f"{number} page" if number == 1 else f"{number} pages", "pages": shown + more}
