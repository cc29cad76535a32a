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
    """Yield the places on this page that dead links may mean: headings, or the title.

    The links stand on pages that are not under review. Words: ``{target}`` (the fragments or addresses, quoted),
    ``{links}`` (``2 pages link``), ``{pages}`` (the first of their files), ``{near}`` (``; did you mean ...?`` or
    nothing), ``{address}`` (of this page). What a change under review breaks is left to the check ``broken``.
    """

    dead: Literal["anchor", "page"]
    """Whether the fragments on this page count, or the addresses that are like its own."""

    def can_tell(self, handbook: Handbook) -> bool:
        """Whether this handbook is enough to find all there is: not where linking pages are under review too."""
        return handbook.whole and (handbook.each_alone or len(handbook.reviewed) == 1)

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
        for path, led in handbook.leading_to(_name(entry, handbook)):
            leads_here = led.page is not None and led.page.path == entry.path != path
            known = (path, led.target) in handbook.broken_links
            if leads_here and not known and handbook.has_anchor(entry, led.target.fragment) is False:
                missing[led.target.fragment].add(path)
        places = {section.id: section.text for section in reversed(detail.sections) if section.id}
        anchors = handbook.anchors(entry)
        close = {fragment: anchors.nearest(fragment).anchor for fragment in missing}
        meant: defaultdict[str, list[str]] = defaultdict(list)
        for fragment in sorted(missing):
            meant[close[fragment]].append(fragment)
        for anchor, fragments in meant.items():
            words = {
                "target": listed([f"'#{fragment}'" for fragment in fragments]),
                "near": f"; did you mean '#{anchor}'?" if anchor else "",
                "address": handbook.addresses[entry.path],
                **linking(set().union(*(missing[fragment] for fragment in fragments))),
            }
            yield Match(places.get(anchor, detail.title_span), words)

    @staticmethod
    def _addresses(entry: Entry, detail: Detail, handbook: Handbook) -> Iterator[Match]:
        own, name = handbook.addresses.get(entry.path, ""), _name(entry, handbook)
        if not name or handbook.named(name) != (own,):
            return
        dead: defaultdict[str, set[str]] = defaultdict(set)
        for path, led in handbook.leading_to(name):
            address = tidy(led.path)
            known = (path, led.target) in handbook.broken_links
            if led.leads == "dead" and path != entry.path and not known and address.rpartition("/")[2].lower() == name:
                dead[address].add(path)
        if dead:
            targets = listed([f"'{address}'" for address in sorted(dead)])
            words = {"target": targets, "near": "", "address": own, **linking(set().union(*dead.values()))}
            yield Match(detail.title_span, words)


def _name(entry: Entry, handbook: Handbook) -> str:
    """The last part of a page's address, in lower case."""
    return tidy(handbook.addresses.get(entry.path, "")).rpartition("/")[2].lower()


def linking(pages: set[str]) -> Mapping[str, str]:
    """The words ``{links}`` and ``{pages}`` for the files of pages that link to one."""
    number = len(pages)
    return {"links": "1 page links" if number == 1 else f"{number} pages link", "pages": listed(sorted(pages))}


def listed(names: list[str]) -> str:
    """The first of some names, and how many more there are."""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
