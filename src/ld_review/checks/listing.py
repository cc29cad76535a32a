"""Find what a table or list announces and the page has no section for, though it has one for most of the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Literal, NamedTuple

from ld_review.checks.base import Match
from ld_review.checks.phrases import Deadline, Phrase, heading_text, optional
from ld_review.checks.structural import Structural
from ld_review.document import Block, Document
from ld_review.page import Page, folded, words_of
from ld_review.source import Span, Spans

_ENDING = re.compile(r"(?<=\w{3})(?:ations?|ions?|ings?|ed|es|e|s)\Z")
_SMALL = frozenset(
    ["a", "an", "the", "of", "to", "and", "or", "for", "in", "on", "at", "by", "with", "your", "our", "from"]
)
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


@dataclass(frozen=True, kw_only=True)
class Listing(Structural):
    """Yield each first cell or item that no heading below is about, where headings are about most of the others.

    Words: ``{text}``, ``{kind}`` (table, list), ``{count}`` (of those that have a section), ``{total}``.
    """

    of: tuple[Literal["table", "list"], ...] = ("table", "list")
    """Where to look."""
    header: str = ""
    """A regular expression that finds something in the header above the first cells of a table."""
    alike: float = 0.6
    """From what part of their words in common on a name and a heading are about the same."""
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
        _ = self._header

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
            if listing.kind == "table" and self._header and not deadline.search(self._header, listing.header):
                continue
            yield from self._missing(listing, [stems for start, stems in headings if start >= listing.end])

    def _missing(self, listing: _Listing, headings: list[frozenset[str]]) -> Iterator[Match]:
        found = [any(self._same(_stems(name.text), heading) for heading in headings) for name in listing.names]
        if sum(found) < max(self.least, self.share * len(found)):
            return
        for name, has_section in zip(listing.names, found, strict=True):
            if not has_section and not name.linked:
                counts = {"count": str(sum(found)), "total": str(len(found))}
                yield Match(name.span, {"text": name.text, "kind": listing.kind, **counts})

    def _same(self, name: frozenset[str], heading: frozenset[str]) -> bool:
        together = len(name) + len(heading)
        return bool(together) and 2 * len(name & heading) >= self.alike * together


def _headings(document: Document) -> tuple[tuple[int, frozenset[str]], ...]:
    return tuple(
        (block.span.start, _stems(document.text(block))) for block in document.blocks if block.kind == "heading"
    )


def _stems(text: str) -> frozenset[str]:
    return frozenset(_ENDING.sub("", word) for word in words_of(folded(text)) if word not in _SMALL)


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
        firsts = [members.get(inside, [(inside, one)])[0][1] for inside, one in members[number]]
        header = next((document.text(first) for first in firsts if first.info == "header"), "")
        names = [_name(document, first, links) for first in firsts if first.info != "header"]
        if all(names):
            yield _Listing(block.kind, block.span.end, header, tuple(name for name in names if name))


def _name(document: Document, block: Block, links: Spans) -> _Name | None:
    """What a first cell or an item calls itself; None where it is no name but a text."""
    text = document.text(block)
    if not block.text_spans or not text or len(text.split()) > _LONGEST_NAME:
        return None
    return _Name(heading_text(block), text, links.touch(block.span))
