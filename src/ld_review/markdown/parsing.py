"""From the source of a page to its document: what no parser sees masked, blocks and inlines built, sections made."""

from __future__ import annotations

from bisect import bisect_left
from typing import cast

from ld_review.document import Block, Document, Inline, Section
from ld_review.late import late
from ld_review.markdown import front_matter, templates
from ld_review.markdown.build import Builder
from ld_review.markdown.parser import exact
from ld_review.markdown.sections import sections
from ld_review.markdown.tokens import SpanToken
from ld_review.source import Source, Span

_CARRIAGE_RETURN = late(r"\r\n?")
_NOT_NEWLINE = late(r"[^\n]+")


def document_of(source: Source, heading_ids: str) -> Document:
    """Parse a page, as ``parse`` says."""
    metadata = front_matter.read(source.text)
    text, returns = _without_returns(source.text)
    start = metadata.span.end if metadata.span else 0
    start -= source.text.count("\r\n", 0, start)
    marks = tuple(mark for mark in templates.find(text) if mark.start >= start)
    env: dict[str, int] = {}
    masked = _masked(text, start, marks)
    builder = Builder(text, masked, heading_ids)
    builder.walk(cast(list[SpanToken], exact().parse(masked, env)))
    builder.collector.finish(builder.blocks, marks)
    found = sections(builder.blocks, builder.headings, start, len(text))
    unread = env.get("too_deep")
    if not returns:
        return Document(source, metadata, tuple(builder.blocks), tuple(builder.collector.found), found, unread)
    back = _Returns(returns)
    return Document(
        source,
        metadata,
        tuple(map(back.block, builder.blocks)),
        tuple(map(back.inline, builder.collector.found)),
        tuple(map(back.section, found)),
        unread if unread is None else back.at(unread),
    )


def _masked(text: str, start: int, marks: tuple[Span, ...]) -> str:
    """What is parsed: *text* without front matter and templates, of equal length."""
    blanked = _NOT_NEWLINE.sub(lambda match: " " * len(match[0]), text[:start])
    return templates.mask(blanked + text[start:], marks).replace("\0", "\ufffd")


def _without_returns(text: str) -> tuple[str, list[int]]:
    """*text* with ``\\n`` alone, and where in it a ``\\r\\n`` stood. A lone ``\\r`` becomes ``\\n``."""
    if "\r" not in text:
        return text, []
    parts, places, end, length = list[str](), list[int](), 0, 0
    for match in _CARRIAGE_RETURN.finditer(text):
        parts += (text[end : match.start()], "\n")
        length += match.start() - end
        if len(match[0]) == 2:
            places.append(length)
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

    def _maybe(self, span: Span | None) -> Span | None:
        return None if span is None else self.span(span)

    def block(self, block: Block) -> Block:
        return block._replace(span=self.span(block.span), text_spans=tuple(map(self.span, block.text_spans)))

    def inline(self, inline: Inline) -> Inline:
        return inline._replace(
            span=self.span(inline.span),
            text_span=self._maybe(inline.text_span),
            target_span=self._maybe(inline.target_span),
            title_span=self._maybe(inline.title_span),
        )

    def section(self, section: Section) -> Section:
        return section._replace(span=self.span(section.span), body=self.span(section.body))
