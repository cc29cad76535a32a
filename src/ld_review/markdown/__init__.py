"""Markdown as handbooks write it: from a source to a document with exact places."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TypeVar, cast

from ld_review.document import Block, Document, FrontMatter, Inline, Section
from ld_review.markdown import front_matter, templates
from ld_review.markdown.build import Builder, sections
from ld_review.markdown.parser import exact
from ld_review.markdown.tokens import SpanToken
from ld_review.source import Source, Span

__all__ = ["parse"]

_CARRIAGE_RETURN = re.compile(r"\r\n?")
_NOT_NEWLINE = re.compile(r"[^\n]+")
_Placed = TypeVar("_Placed", Block, Inline, Section)


def parse(source: Source, heading_ids: str = "kramdown") -> Document:
    """Parse a page.

    *heading_ids* names the generator whose ids the headings get: ``kramdown``, ``hugo`` or ``gitlab``. A nesting deeper
    than ``parser.MOST_NESTED`` is not read; ``Document.unread`` says from where.
    """
    metadata = front_matter.read(source.text)
    text = source.text
    returns: list[int] = []
    if "\r" in text:
        text, returns = _without_returns(text)
    start = metadata.span.end if metadata.span else 0
    start -= source.text.count("\r\n", 0, start)
    marks = tuple(mark for mark in templates.find(text) if mark.start >= start)
    masked = _NOT_NEWLINE.sub(lambda match: " " * len(match[0]), text[:start]) + text[start:]
    masked = templates.mask(masked, marks).replace("\0", "\ufffd")
    env: dict[str, int] = {}
    builder = Builder(text, masked, heading_ids)
    builder.walk(cast(list[SpanToken], exact().parse(masked, env)))
    builder.finish(marks)
    parts = sections(builder.blocks, builder.headings, len(text), start)
    blocks, inlines, found = tuple(builder.blocks), tuple(builder.inlines), tuple(parts)
    unread = env.get("too_deep")
    if returns:
        back = _Returns(returns)
        blocks, inlines, found = back.all(blocks), back.all(inlines), back.all(found)
        unread = unread if unread is None else back.at(unread)
    return Document(source, metadata, blocks, inlines, found, unread)


def _without_returns(text: str) -> tuple[str, list[int]]:
    """*text* with ``\\n`` alone, and where in it a ``\\r\\n`` stood. A lone ``\\r`` becomes ``\\n``, of equal length."""
    parts, places, end, length = [], [], 0, 0
    for match in _CARRIAGE_RETURN.finditer(text):
        parts.append(text[end : match.start()])
        length += match.start() - end
        if len(match[0]) == 2:
            places.append(length)
        parts.append("\n")
        length += 1
        end = match.end()
    parts.append(text[end:])
    return "".join(parts), places


class _Returns:
    """Moves places in a text without carriage returns to the text with them."""

    def __init__(self, places: list[int]) -> None:
        self._places = places

    def at(self, offset: int) -> int:
        return offset + bisect_left(self._places, offset)

    def span(self, span: Span) -> Span:
        return Span(self.at(span.start), self.at(span.end))

    def all(self, things: tuple[_Placed, ...]) -> tuple[_Placed, ...]:
        return tuple(self._one(thing) for thing in things)

    def _one(self, thing: _Placed) -> _Placed:
        moved: dict[str, object] = {}
        for name, value in zip(thing._fields, thing, strict=True):
            if isinstance(value, Span):
                moved[name] = self.span(value)
            elif name == "text_spans":
                moved[name] = tuple(map(self.span, value))
        return thing._replace(**moved)


def read_front_matter(source: Source) -> FrontMatter:
    """The front matter alone, for those who need nothing else of a page."""
    return front_matter.read(source.text)
