"""Find marks that open something and are never closed: they show as they are, or swallow the rest of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ld_review.checks.base import Match
from ld_review.checks.structural import Structural
from ld_review.document import Block, Document
from ld_review.late import late
from ld_review.page import Page
from ld_review.source import Span

_STARS = late(r"(?<![*\\\w/])\*\*(?=[^\s*/.|)\]}])")
_ANY_STARS = late(r"(?<!\*)\*\*(?!\*)")
_FENCE = late(r"(?P<mark>`{3,}|~{3,})")
_INDENTED = late(r"[> ]*(?: {4}|\t)[ \t]*")
_QUOTED = " \t>"


@dataclass(frozen=True, kw_only=True)
class Unclosed(Structural):
    """Yield each opening mark that has no closing one. Word: ``{match}``, the mark."""

    of: Literal["emphasis", "fence"] = "emphasis"
    """``emphasis``: ``**`` before a word; ``fence``: the marks around code."""

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        found = _emphasis(page.document) if self.of == "emphasis" else _fences(page.document)
        return self.kept(page, found)


def _emphasis(document: Document) -> Iterator[Match]:
    view = document.view("prose")
    if "**" not in view:
        return
    for block in document.prose_blocks:
        if block.kind == "html":
            continue
        start, end = block.text_span
        marks = [found.start() for found in _ANY_STARS.finditer(view, start, end)]
        # What comes in pairs is bold text in one dialect and not in another, not something left open.
        if len(marks) % 2 and _STARS.match(view, marks[-1]):
            yield Match(Span(marks[-1], marks[-1] + 2), {"match": "**"})


def _fences(document: Document) -> Iterator[Match]:
    text = document.source.text
    for block in document.blocks:
        opening = _FENCE.match(text, block.span.start) if block.kind == "code" else None
        if opening and not _is_closed(document, block, opening["mark"]):
            line = document.source.line(document.source.position(block.span.start).line)
            if document.inside(block, "item") or not _INDENTED.fullmatch(text, line.start, block.span.start):
                yield Match(Span(block.span.start, line.end), {"match": opening["mark"]})


def _is_closed(document: Document, block: Block, mark: str) -> bool:
    _, newline, last = document.source[block.span].rstrip().rpartition("\n")
    bare = last.strip(_QUOTED)
    return bool(newline) and bare.startswith(mark) and not bare.strip(mark[0])
