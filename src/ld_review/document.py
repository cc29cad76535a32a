"""A parsed page: blocks, inlines and sections at their exact spans, and views of equal length."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from ld_review.late import late
from ld_review.source import Source, Span


class Block(NamedTuple):
    """A block of the page. Containers stand before what they hold."""

    kind: str
    """heading, paragraph, list, item, quote, table, row, cell, code, html, comment, attribute, template,
    definition, footnote, container, toc, rule."""
    span: Span
    """From its first character to its last, without the line ending; a container's marks are inside."""
    text_spans: tuple[Span, ...] = ()
    """The runs of text a reader sees, in order: no marks, no code, no destinations, no tags, no templates."""
    level: int = 0
    """Of a heading, 1 to 6; of a list item, how deep it is nested, from 1."""
    info: str = ""
    """The language of code, ``ordered`` or ``bullet`` of a list, ``header`` of a cell or row, ``x`` or a space of a
    task, the kind of an alert or container."""
    parent: int = -1
    """Index of the containing block in ``Document.blocks``; -1 at the top."""
    id: str = ""
    """The id that the author gave the block with ``{#id}`` or ``{: #id}``."""

    @property
    def text_span(self) -> Span:
        """From the first to the last character that a reader sees; the whole block where that is nothing."""
        return Span(self.text_spans[0].start, self.text_spans[-1].end) if self.text_spans else self.span


class Inline(NamedTuple):
    """Something inside a block, at its exact span."""

    kind: str
    """link, image, iframe, code, emphasis, strong, strike, html (a tag), comment, template, attribute, footnote,
    definition."""
    span: Span
    block: int
    """Index of the block that holds it in ``Document.blocks``; -1 for a template outside any."""
    text_span: Span | None = None
    """What stands between the marks: link text, alternative text, the code itself, the label of a definition."""
    target: str = ""
    """Of a link, image, iframe or definition: the destination as the author wrote it (a reference's is its
    definition's; of ``<name@host>`` it begins with ``mailto:``)."""
    target_span: Span | None = None
    """Where the destination stands; of a reference link, in its definition."""
    title: str = ""
    title_span: Span | None = None
    info: str = ""
    """Of a link or image: inline, full, collapsed, shortcut, autolink or html. Of a tag: its name, ``/name`` where it
    closes."""


class Section(NamedTuple):
    """A heading and all below it up to the next heading of its level or above; the first has no heading."""

    heading: int | None
    """Index of the heading in ``Document.blocks``."""
    span: Span
    """The whole section with its subsections."""
    body: Span
    """From the end of the heading to the next heading of any level."""
    parent: int | None
    """Index of the section around it in ``Document.sections``."""
    level: int
    id: str
    """The fragment that leads here; empty for the first section."""


@dataclass(frozen=True)
class FrontMatter:
    """The metadata at the top of a page."""

    span: Span | None = None
    """With its fences; None where the page has none."""
    data: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    spans: Mapping[str, Span] = field(default_factory=lambda: MappingProxyType({}))
    """Where the value of each key stands; nested keys are joined by dots, items of a list are numbered from 0."""
    error: str = ""
    """Why it could not be read, with its line; empty where it could."""


_LINE = late(r"[^\r\n]+")
_BREAK = late(r"[\r\n]|<br\b", re.IGNORECASE)
"""What stands between two runs of text that a reader sees on two lines."""


@dataclass(frozen=True)
class Document:
    """One page, parsed."""

    source: Source
    front_matter: FrontMatter
    blocks: tuple[Block, ...]
    inlines: tuple[Inline, ...]
    sections: tuple[Section, ...]
    unread: int | None = None
    """From where on the page was not read, because it is nested too deep."""
    _views: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def view(self, scope: str) -> str:
        """The source text with all that is out of *scope* blanked, of equal length.

        Nothing is removed, so an index into a view is an index into the source. Line endings stay.

        Scopes: ``raw`` (all of it), ``prose`` (all text a reader sees), ``paragraph``, ``heading``, ``item``,
        ``cell``, ``quote``, ``link-text``, ``alt`` (alternative texts), ``html`` (text inside HTML blocks), ``code``.

        Raises KeyError for any other scope.
        """
        if scope not in self._views:
            text = self.source.text
            self._views[scope] = text if scope == "raw" else _spliced(self._blank, text, SCOPES[scope](self))
        return self._views[scope]

    def without(self, scope: str, zones: Iterable[Span]) -> str:
        """The view of *scope* with *zones* blanked too."""
        return _spliced(self.view(scope), self._blank, sorted(zones))

    @cached_property
    def _blank(self) -> str:
        text = self.source.text
        if "\r" in text:
            return _LINE.sub(lambda match: " " * len(match[0]), text)
        return "\n".join([" " * len(line) for line in text.split("\n")])

    @cached_property
    def prose_blocks(self) -> tuple[Block, ...]:
        """The blocks that hold text, in order."""
        return tuple(block for block in self.blocks if block.text_spans)

    def of(self, *kinds: str) -> Iterator[Inline]:
        """The inlines of these kinds, in order."""
        return (inline for inline in self.inlines if inline.kind in kinds)

    def inside(self, block: Block, kind: str) -> bool:
        """Whether *block* is, or lies in, a block of *kind*."""
        while block.kind != kind:
            if block.parent < 0:
                return False
            block = self.blocks[block.parent]
        return True

    def section_at(self, offset: int) -> int:
        """The index of the innermost section that holds *offset*; a heading belongs to the section that it opens."""
        at = bisect_right(self._section_starts, offset) - 1
        return max(at, 0)

    @cached_property
    def _section_starts(self) -> tuple[int, ...]:
        return tuple(section.span.start for section in self.sections)

    def title(self, section: Section) -> str:
        """The text of a section's heading, without marks."""
        return "" if section.heading is None else self.text(self.blocks[section.heading])

    def text(self, block: Block) -> str:
        """The text of a block that a reader sees, white space collapsed; the end of a line is white space too."""
        text, parts, end = self.source.text, list[str](), 0
        for span in block.text_spans:
            if parts and _BREAK.search(text, end, span.start):
                parts.append(" ")
            parts.append(text[span.start : span.end])
            end = span.end
        return " ".join("".join(parts).split())


def _spliced(text: str, other: str, spans: Iterable[Span]) -> str:
    """*text* with what lies in *spans*, in order of place, taken from *other*, which is as long."""
    parts, end = list[str](), 0
    for span in spans:
        if span.end > end:
            start = max(span.start, end)
            parts += (text[end:start], other[start : span.end])
            end = span.end
    parts.append(text[end:])
    return "".join(parts)


def _of_blocks(*kinds: str) -> Callable[[Document], Iterator[Span]]:
    return lambda document: (span for block in document.blocks if block.kind in kinds for span in block.text_spans)


def _inside(kind: str) -> Callable[[Document], Iterator[Span]]:
    def spans(document: Document) -> Iterator[Span]:
        inside = [False] * len(document.blocks)
        for number, block in enumerate(document.blocks):
            inside[number] = block.kind == kind or (block.parent >= 0 and inside[block.parent])
            if inside[number]:
                yield from block.text_spans

    return spans


def _prose(document: Document) -> Iterator[Span]:
    return (span for block in document.blocks for span in block.text_spans)


def _link_text(document: Document) -> Iterator[Span]:
    """The visible text of links: runs of prose, cut to the links they lie in."""
    for link in document.of("link"):
        if link.text_span is None:
            continue
        first, last = link.text_span
        runs = document.blocks[link.block].text_spans
        at = bisect_left(runs, first, key=_end)
        while at < len(runs) and runs[at].start < last:
            if runs[at].end > first:
                yield Span(max(runs[at].start, first), min(runs[at].end, last))
            at += 1


def _end(span: Span) -> int:
    return span.end


def _alt(document: Document) -> Iterator[Span]:
    return (image.text_span for image in document.of("image") if image.text_span)


def _code(document: Document) -> Iterator[Span]:
    spans = [inline.text_span for inline in document.of("code") if inline.text_span]
    return iter(sorted([*spans, *(block.span for block in document.blocks if block.kind == "code")]))


SCOPES: Mapping[str, Callable[[Document], Iterator[Span]]] = MappingProxyType(
    {
        "prose": _prose,
        "paragraph": _of_blocks("paragraph"),
        "heading": _of_blocks("heading"),
        "item": _inside("item"),
        "cell": _of_blocks("cell"),
        "quote": _inside("quote"),
        "html": _of_blocks("html"),
        "link-text": _link_text,
        "alt": _alt,
        "code": _code,
    }
)
"""What each scope of ``Document.view`` keeps, in order of place."""
