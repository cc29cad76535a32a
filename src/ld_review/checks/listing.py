"""Find what a table or list announces and the page has no section for, though it has one for most of the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Literal, NamedTuple

from ld_review.checks.base import Match
from ld_review.checks.nearby import stems
from ld_review.checks.phrases import Deadline, Phrase, heading_text, optional
from ld_review.checks.structural import Structural
from ld_review.document import Block, Document
from ld_review.page import Page
from ld_review.source import Span, Spans

_MOST_HEADINGS = 200
_MOST_LISTINGS = 50
"""More than any page that people read has; what compares all with all needs a bound."""
_LONGEST_NAME = 8


class _Name(NamedTuple):
    """What a row or an item is about."""

    span: Span
    text: str
    linked: bool
    """Whether it leads to where it is told of."""


class _Listing(NamedTuple):
    """A table or list, as far as it announces something."""

    kind: str
    end: int
    header: str
    """What stands above the names in a table."""
    names: tuple[_Name, ...]
    lead: str
    """The text right before it."""


@dataclass(frozen=True, kw_only=True)
class Listing(Structural):
    """Yield each first cell or item that no heading below is about, where headings are about most of the others.

    Words: ``{text}``, ``{kind}`` (table, list), ``{count}`` (of those that have a section), ``{total}``.
    """

    of: tuple[Literal["table", "list"], ...] = ("table", "list")
    """Where to look."""
    header: str = ""
    """A regular expression that finds something in the header above the first cells of a table."""
    lead: str = ""
    """A regular expression that finds something in the text right before a list."""
    unless_lead: str = ""
    """A regular expression; a table or list does not count where it finds something right before it."""
    alike: float = 0.6
    """From what part of their words in common on a name and a heading are about the same; if one has all the words of
    the other, they are."""
    least: int = 3
    """How many names must have a section."""
    share: float = 0.6
    """How large a part of the names must have one."""
    max_names: int = 15
    """Longer tables and lists are data."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.alike <= 1:
            raise ValueError(f"option 'alike': {self.alike} is not between 0 and 1")
        _ = self._header, self._lead, self._unless_lead

    @cached_property
    def _lead(self) -> Phrase | None:
        return optional("lead", self.lead)

    @cached_property
    def _unless_lead(self) -> Phrase | None:
        return optional("unless-lead", self.unless_lead)

    @cached_property
    def _header(self) -> Phrase | None:
        return optional("header", self.header)

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.kept(page, self._all(page))

    def _all(self, page: Page) -> Iterator[Match]:
        headings = page.once(_headings)
        if not self.least <= len(headings) <= _MOST_HEADINGS:
            return
        deadline = Deadline(len(page.document.source.text))
        for listing in page.once(_listings):
            if listing.kind not in self.of or not self.least < len(listing.names) <= self.max_names:
                continue
            if not self._announced(listing, deadline):
                continue
            yield from self._missing(listing, [stems for start, stems in headings if start >= listing.end])

    def _announced(self, listing: _Listing, deadline: Deadline) -> bool:
        wanted, text = (self._header, listing.header) if listing.kind == "table" else (self._lead, listing.lead)
        if wanted and not deadline.search(wanted, text):
            return False
        return not (self._unless_lead and deadline.search(self._unless_lead, listing.lead))

    def _missing(self, listing: _Listing, headings: list[frozenset[str]]) -> Iterator[Match]:
        found = [any(self._same(stems(name.text), heading) for heading in headings) for name in listing.names]
        if sum(found) < max(self.least, self.share * len(found)):
            return
        for name, has_section in zip(listing.names, found, strict=True):
            if not has_section and not name.linked:
                counts = {"count": str(sum(found)), "total": str(len(found))}
                yield Match(name.span, {"text": name.text, "kind": listing.kind, **counts})

    def _same(self, name: frozenset[str], heading: frozenset[str]) -> bool:
        if not name or not heading:
            return False
        return name <= heading or heading <= name or 2 * len(name & heading) >= self.alike * (len(name) + len(heading))


def _headings(document: Document) -> tuple[tuple[int, frozenset[str]], ...]:
    return tuple(
        (block.span.start, stems(document.text(block))) for block in document.blocks if block.kind == "heading"
    )


def _listings(document: Document) -> tuple[_Listing, ...]:
    return tuple(islice(_all_listings(document), _MOST_LISTINGS))


def _all_listings(document: Document) -> Iterator[_Listing]:
    members: dict[int, list[tuple[int, Block]]] = {}
    links = Spans(link.span for link in document.of("link"))
    for number, block in enumerate(document.blocks):
        if block.kind in {"row", "item", "cell", "paragraph"} and block.parent >= 0:
            members.setdefault(block.parent, []).append((number, block))
    for number, block in enumerate(document.blocks):
        if block.kind not in {"table", "list"} or block.parent >= 0 or number not in members:
            continue
        inner = [[one for _, one in members.get(inside, [(inside, row)])] for inside, row in members[number]]
        header = next((document.text(row[0]) for row in inner if row[0].info == "header"), "")
        names = [_name(document, row, links) for row in inner if row[0].info != "header"]
        if all(names):
            before = document.blocks[number - 1] if number else None
            lead = document.text(before) if before else ""
            yield _Listing(block.kind, block.span.end, header, tuple(name for name in names if name), lead)


def _name(document: Document, inner: list[Block], links: Spans) -> _Name | None:
    """What a row by its first cell, or an item, calls itself; None where it is no name but a text."""
    block = inner[0]
    text = document.text(block)
    if not block.text_spans or not text or len(text.split()) > _LONGEST_NAME:
        return None
    return _Name(heading_text(block), text, links.touch(Span(block.span.start, inner[-1].span.end)))
