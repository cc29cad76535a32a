"""Find what a table or list announces and the page has no section for, though it has one for most of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Literal, NamedTuple

from ld_review.checks.base import Match
from ld_review.checks.nearby import stems
from ld_review.checks.phrases import Deadline, Phrase, optional
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


class _Heading(NamedTuple):
    start: int
    level: int
    stems: frozenset[str]


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
            below = [heading for heading in headings if heading.start >= listing.end]
            yield from self._missing(listing, below)

    def _announced(self, listing: _Listing, deadline: Deadline) -> bool:
        wanted, text = (self._header, listing.header) if listing.kind == "table" else (self._lead, listing.lead)
        if wanted and not deadline.search(wanted, text):
            return False
        return not (self._unless_lead and deadline.search(self._unless_lead, listing.lead))

    def _missing(self, listing: _Listing, headings: list[_Heading]) -> Iterator[Match]:
        about = [self._about(stems(name.text), headings) for name in listing.names]
        levels = Counter(heading.level for heading in about if heading)
        # Sections of a list are of one level; a name that stands in a heading elsewhere is no sign of one.
        count = max(levels.values(), default=0)
        if count < max(self.least, self.share * len(about)):
            return
        for name, heading in zip(listing.names, about, strict=True):
            if not heading and not name.linked:
                counts = {"count": str(count), "total": str(len(about))}
                yield Match(name.span, {"text": name.text, "kind": listing.kind, **counts})

    def _about(self, name: frozenset[str], headings: list[_Heading]) -> _Heading | None:
        """The heading that is most like a name, if it is like it at all."""
        likes = [(_likeness(name, heading.stems), heading) for heading in headings]
        best, heading = max(likes, key=lambda like: like[0], default=(0.0, None))
        return heading if best >= self.alike else None


def _likeness(name: frozenset[str], heading: frozenset[str]) -> float:
    """What part of their words a name and a heading have in common; all, where one has two or more of the other's."""
    if not name or not heading:
        return 0.0
    shared = len(name & heading)
    if shared > 1 and shared == min(len(name), len(heading)):
        return 1.0
    return 2 * shared / (len(name) + len(heading))


def _headings(document: Document) -> tuple[_Heading, ...]:
    headings = (block for block in document.blocks if block.kind == "heading")
    return tuple(_Heading(block.span.start, block.level, stems(document.text(block))) for block in headings)


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
    return _Name(block.text_span, text, links.touch(Span(block.span.start, inner[-1].span.end)))
