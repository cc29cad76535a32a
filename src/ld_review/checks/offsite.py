"""Find sections, tables and lists that send the reader away and say next to nothing themselves."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from ld_review.checks.base import Match
from ld_review.checks.nearby import count_own_words
from ld_review.checks.phrases import Deadline, Phrase, optional
from ld_review.checks.structural import Structural
from ld_review.document import Block, Document, Inline
from ld_review.hosts import Group, check_groups
from ld_review.page import Page
from ld_review.source import Span, Spans

Place = Literal["section", "table", "list"]


class _Unit(NamedTuple):
    """A section, a row or an item: what may have all its content elsewhere."""

    span: Span
    links: tuple[Inline, ...]


@dataclass(frozen=True, kw_only=True)
class Offsite(Structural):
    """Yield each section, table or list whose links all lead to hosts of some groups and that holds little else.

    A section is marked at its heading; a table or list at the first of its links, naming the others. Words: ``{text}``,
    ``{kind}`` (section, table, list), ``{count}`` and ``{total}`` (of its rows or items), ``{words}`` (its own).
    """

    groups: tuple[Group, ...] = ()
    """The groups of hosts."""
    beside: tuple[Group, ...] = ()
    """Groups whose hosts may be linked as well, but not alone."""
    of: tuple[Place, ...] = ("section", "table", "list")
    """Where to look."""
    max_words: int = 25
    """A section, row or item with more words of its own, outside of links, says enough."""
    least: int = 3
    """How many rows or items there must be."""
    share: float = 0.5
    """How large a part of the rows or items must have their content elsewhere."""
    heading: str = ""
    """A regular expression that finds something in the heading of the section; others do not count."""
    unless_heading: str = ""
    """A regular expression; a section in whose heading, or in one above it, it finds something does not count."""
    unless: str = ""
    """A regular expression; a section, row or item in which it finds something does not count."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.groups:
            raise ValueError("option 'groups': name the groups of hosts where the content is")
        check_groups("groups", self.groups)
        check_groups("beside", self.beside)
        _ = self._heading, self._unless_heading, self._unless

    @cached_property
    def _heading(self) -> Phrase | None:
        return optional("heading", self.heading)

    @cached_property
    def _unless_heading(self) -> Phrase | None:
        return optional("unless-heading", self.unless_heading)

    @cached_property
    def _unless(self) -> Phrase | None:
        return optional("unless", self.unless)

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.kept(page, sorted(self._all(page), key=lambda match: match.span))

    def _all(self, page: Page) -> Iterator[Match]:
        document = page.document
        if not any(self._leads_away(page, link) for link in document.of("link")):
            return
        deadline = Deadline(len(document.source.text))
        told = []
        for kind, block, units in _collections(page):
            if kind in self.of and (match := self._collection(page, kind, units, deadline)):
                told.append(block.span)
                yield match
        if "section" in self.of:
            yield from self._sections(page, Spans(told), deadline)

    def _leads_away(self, page: Page, link: Inline) -> bool:
        return not page.hosts.groups_of(link.target).isdisjoint(self.groups)

    def _collection(self, page: Page, kind: str, units: list[_Unit], deadline: Deadline) -> Match | None:
        document = page.document
        if len(units) < self.least or not self._named(document, units[0].span.start, deadline):
            return None
        away = [unit for unit in units if self._is_away(page, unit, deadline)]
        if len(away) < self.least or len(away) < self.share * len(units):
            return None
        section = document.sections[document.section_at(units[0].span.start)]
        first, *rest = [self._first_link(page, unit) for unit in away]
        words = {
            "kind": kind,
            "text": document.title(section) or "the top of the page",
            "count": str(len(away)),
            "total": str(len(units)),
            "words": str(sum(count_own_words(page, unit.span) for unit in away)),
        }
        return Match(first, words, also=tuple(rest))

    def _first_link(self, page: Page, unit: _Unit) -> Span:
        return next(link.span for link in unit.links if self._leads_away(page, link))

    def _sections(self, page: Page, told: Spans, deadline: Deadline) -> Iterator[Match]:
        document = page.document
        full = page.once(_shown)
        for number, section in enumerate(document.sections):
            if section.heading is None or number in full or told.touch(section.span):
                continue
            if section.span.end > section.body.end:
                continue  # what it is about stands in its subsections
            unit = _Unit(section.body, _links_in(page, section.body))
            if self._is_away(page, unit, deadline) and self._named(document, section.span.start, deadline):
                heading = document.blocks[section.heading]
                own = str(count_own_words(page, section.body))
                words = {"kind": "section", "text": document.text(heading), "count": "1", "total": "1", "words": own}
                yield Match(heading.text_span, words)

    def _is_away(self, page: Page, unit: _Unit, deadline: Deadline) -> bool:
        known = [page.hosts.groups_of(link.target) for link in unit.links]
        if all(groups.isdisjoint(self.groups) for groups in known):
            return False
        if any(groups.isdisjoint((*self.groups, *self.beside)) for groups in known):
            return False
        if count_own_words(page, unit.span) > self.max_words:
            return False
        return not (self._unless and deadline.search(self._unless, page.document.view("prose")[slice(*unit.span)]))

    def _named(self, document: Document, offset: int, deadline: Deadline) -> bool:
        """Whether the headings of the section at *offset* are such as are looked for."""
        number: int | None = document.section_at(offset)
        titles = []
        while number is not None:
            titles.append(document.title(document.sections[number]))
            number = document.sections[number].parent
        if self._heading and not deadline.search(self._heading, titles[0]):
            return False
        return not (self._unless_heading and any(deadline.search(self._unless_heading, title) for title in titles))


def _collections(page: Page) -> Iterator[tuple[str, Block, list[_Unit]]]:
    """The tables and the outermost lists of a page, with their rows and items."""
    for block, members in page.once(_members):
        units = [_Unit(member, _links_in(page, member)) for member in members]
        yield block.kind, block, units


def _members(document: Document) -> tuple[tuple[Block, tuple[Span, ...]], ...]:
    """Each table with its rows below the header, each outermost list with its items."""
    members: dict[int, list[Span]] = {}
    rows: dict[int, Span] = {}
    for block in document.blocks:
        if block.kind == "item" and block.parent >= 0:
            members.setdefault(block.parent, []).append(block.span)
        elif block.kind == "cell" and block.info != "header":
            first = rows.get(block.parent, block.span)
            rows[block.parent] = Span(first.start, block.span.end)
    for number, row in rows.items():
        members.setdefault(document.blocks[number].parent, []).append(row)
    owners = ((document.blocks[number], tuple(found)) for number, found in members.items() if number >= 0)
    return tuple((owner, found) for owner, found in owners if not _is_nested(document, owner))


def _is_nested(document: Document, block: Block) -> bool:
    return block.parent >= 0 and document.inside(document.blocks[block.parent], "item")


def _links_in(page: Page, span: Span) -> tuple[Inline, ...]:
    links, starts = page.once(_links)
    return links[bisect_left(starts, span.start) : bisect_left(starts, span.end)]


def _links(document: Document) -> tuple[tuple[Inline, ...], list[int]]:
    links = tuple(sorted(document.of("link"), key=lambda link: link.span))
    return links, [link.span.start for link in links]


def _shown(document: Document) -> frozenset[int]:
    """The numbers of the sections that show something which is neither text nor a link."""
    inlines: Iterable[Inline] = document.of("image", "iframe", "template")
    offsets = [inline.span.start for inline in inlines]
    offsets += [block.span.start for block in document.blocks if block.kind in {"code", "template", "toc"}]
    return frozenset(document.section_at(offset) for offset in offsets)
