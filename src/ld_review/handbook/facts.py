"""What the whole handbook needs to know of one page: small, and plain enough to be kept from run to run."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from ld_review.document import Document, Inline, Section
from ld_review.handbook.copies import text_of
from ld_review.handbook.target import is_own
from ld_review.late import late
from ld_review.markdown.heading_ids import STRATEGIES
from ld_review.markdown.html import TAG, attributes
from ld_review.page import Page
from ld_review.source import Span, Spans
from ld_review.zones import zones

_NAMED = late(r"\b(?:id|name)\s*=", re.IGNORECASE)
_ATTRIBUTE_ID = late(r"#([\w:-]+)")
_ATTRIBUTE_NAME = late(r"""(?<![\w-])(?:name|id)\s*=\s*["']([^"'\s]+)["']""")
_HEADING_LINE = late(r"^#{1,6}[ \t]*([^\n]*)", re.MULTILINE)
_ATTRIBUTE_LINE = late(r"^\{:[^\n]*\}[ \t]*$", re.MULTILINE)
_ADDRESS_KEYS = ("url", "slug", "id")
_ALIAS_KEYS = ("aliases", "redirect_from")
_SHORTCODE = late(r"\{\{[<%]\s*/?\s*(\w[\w./-]*)")
_WITHOUT_ANCHORS = frozenset(
    [
        "alert",
        "asset",
        "blocks",
        "blocks/cover",
        "blocks/feature",
        "blocks/lead",
        "blocks/link-down",
        "blocks/section",
        "card",
        "cardpane",
        "details",
        "figure",
        "gist",
        "highlight",
        "iframe",
        "imgproc",
        "instagram",
        "note",
        "pageinfo",
        "param",
        "qr",
        "readfile",
        "ref",
        "relref",
        "rawhtml",
        "tab",
        "tabpane",
        "twitter",
        "tweet",
        "vimeo",
        "warning",
        "x",
        "youtube",
    ]
)
"""Shortcodes of Hugo and its common themes that add no heading."""
_ERB_OUTPUT = late(r"<%=|<%-?\s*(?:[\w.@\[\]\"':]+\.each\b|for\b|partial\b)")


class LinkFact(NamedTuple):
    """A link as it stands on a page."""

    span: Span
    target: str
    target_span: Span | None
    """Where the destination stands."""
    quoted: bool
    """Whether it stands in a quotation, or in a section that is a template for something sent elsewhere."""

    @property
    def place(self) -> Span:
        """What to mark: the destination, or the whole link where it has none."""
        return self.target_span if self.target_span and self.target_span.end > self.target_span.start else self.span


class SectionFact(NamedTuple):
    """A heading, or the top of the page."""

    start: int
    text: Span
    """Where the words of the heading stand; empty at the top of the page."""
    title: str
    id: str
    """The fragment that leads here."""
    parent: int | None
    """Index of the section around it."""


class Entry(NamedTuple):
    """What links to a page, and the search for one, need to know of it."""

    path: str
    """As it was found, with slashes."""
    named: Mapping[str, str]
    """What its front matter says of its address."""
    aliases: tuple[str, ...]
    """Addresses that lead here too, as front matter has them."""
    anchors: tuple[str, ...]
    """The fragments that lead somewhere on it."""
    generated: bool
    """Whether a template makes part of it, so that it may have further anchors."""
    learning: bool
    """Whether it is learning content."""
    declared: bool
    """Whether somebody said so."""
    targets: tuple[str, ...]
    """Where it links to, each destination once; those that name a host without query."""


def unread(path: str) -> Entry:
    """The entry of a page that is there, and of which nothing else is known."""
    return Entry(path, {}, (), (), generated=True, learning=False, declared=False, targets=())


class Detail(NamedTuple):
    """What is needed of a page only while it is itself looked at."""

    sections: tuple[SectionFact, ...]
    links: tuple[LinkFact, ...]

    @property
    def title_span(self) -> Span:
        """The words of the first heading; where there is none, the top of the page."""
        first = next((section for section in self.sections if section.title), self.sections[0])
        return first.text


class PageFacts(NamedTuple):
    """All that the handbook knows of a page."""

    entry: Entry
    packed: bytes
    """The detail, packed: thousands of pages wait at once for the whole handbook to be known."""
    text: bytes = b""
    """What copies are told by, packed; empty where nobody looks for them."""

    @classmethod
    def of(cls, entry: Entry, detail: Detail, text: bytes = b"") -> PageFacts:
        """The facts with their detail packed."""
        return cls(entry, pickle.dumps(detail, pickle.HIGHEST_PROTOCOL), text)

    def detail(self) -> Detail:
        """The detail, unpacked."""
        detail: Detail = pickle.loads(self.packed)
        return detail


def facts_of(page: Page, path: str, heading_ids: str, *, with_text: bool = False) -> PageFacts:
    """The facts of a page in the file *path*, whose headings have ids by the strategy *heading_ids*."""
    document = page.document
    links = tuple(_links(document))
    entry = Entry(
        path,
        {key: value for key in _ADDRESS_KEYS if (value := _word(document.front_matter.data.get(key)))},
        tuple(_aliases(document.front_matter.data)),
        tuple(dict.fromkeys(_anchors(document, heading_ids))),
        _is_generated(document, path),
        page.course.spec.learning,
        page.course.profile.declared,
        tuple(dict.fromkeys(_without_query(link.target) for link in links)),
    )
    text = text_of(document).packed() if with_text else b""
    return PageFacts.of(entry, Detail(sections_of(document), links), text)


def sections_of(document: Document) -> tuple[SectionFact, ...]:
    """The sections of a page with their titles."""
    return tuple(
        SectionFact(
            section.span.start, _heading_text(document, section), document.title(section), section.id, section.parent
        )
        for section in document.sections
    )


def _heading_text(document: Document, section: Section) -> Span:
    if section.heading is None:
        return Span(section.span.start, section.span.start)
    return document.blocks[section.heading].text_span


def _word(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _aliases(data: Mapping[str, Any]) -> Iterator[str]:
    for key in _ALIAS_KEYS:
        value = data.get(key)
        for one in value if isinstance(value, (list, tuple)) else (value,):
            if _word(one):
                yield _word(one)


def _without_query(target: str) -> str:
    if is_own(target):
        return target
    before, mark, fragment = target.partition("#")
    return before.partition("?")[0] + mark + fragment


def _links(document: Document) -> Iterator[LinkFact]:
    """The links that have a destination of their own, in order of place."""
    quoted = Spans(chain(zones(document, "quote"), zones(document, "template-section")))
    found = [inline for inline in document.of("link", "definition", "iframe") if _has_target(inline)]
    for inline in sorted(found, key=lambda inline: inline.span):
        yield LinkFact(inline.span, inline.target, inline.target_span, quoted.touch(inline.span))


def _has_target(inline: Inline) -> bool:
    if not inline.target or inline.info in {"full", "collapsed", "shortcut"}:
        return False  # a reference leads where its definition does
    return inline.info != "footnote"


def _anchors(document: Document, heading_ids: str) -> Iterator[str]:
    sections = {section.heading: section.id for section in document.sections}
    for number, block in enumerate(document.blocks):
        if block.kind == "heading" and number not in sections:
            yield block.id or STRATEGIES[heading_ids].slug(document.text(block))
        elif block.id:
            yield block.id
        if block.kind == "attribute":
            yield from _ids_of_attribute(document.source[block.span])
        elif block.kind == "html" and heading_ids == "kramdown":
            yield from _anchors_in_html(document.source[block.span])
    yield from filter(None, sections.values())
    text = document.source.text
    for inline in document.of("html", "attribute"):
        written = text[inline.span.start : inline.span.end]
        if inline.kind == "attribute":
            yield from _ids_of_attribute(written)
        elif _NAMED.search(written):
            yield from (one.value for one in attributes(text, *inline.span) if one.name in ("id", "name") and one.value)


def _anchors_in_html(written: str) -> Iterator[str]:
    """The anchors of lines that are HTML to CommonMark, and that kramdown may read: a heading right below ``<br>``."""
    for line in _HEADING_LINE.finditer(written):
        yield STRATEGIES["kramdown"].slug(TAG.sub("", line[1]).rstrip("# \t"))
    for line in _ATTRIBUTE_LINE.finditer(written):
        yield from _ids_of_attribute(line[0])


def _ids_of_attribute(written: str) -> Iterator[str]:
    yield from (match[1] for match in _ATTRIBUTE_ID.finditer(written))
    yield from (match[1] for match in _ATTRIBUTE_NAME.finditer(written))


def _is_generated(document: Document, path: str) -> bool:
    text = document.source.text
    if path.lower().endswith(".erb") and _ERB_OUTPUT.search(text):
        return True
    marks = (text[inline.span.start : inline.span.end] for inline in document.of("template"))
    return any(_makes_anchors(mark) for mark in marks)


def _makes_anchors(mark: str) -> bool:
    """Whether a template mark may put a heading into the page."""
    shortcode = _SHORTCODE.match(mark)
    if shortcode:
        return shortcode[1] not in _WITHOUT_ANCHORS
    return mark.startswith(("{% include", "{%include", "{%- include"))
