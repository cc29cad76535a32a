"""Find long stretches of prose that nothing breaks, and long pages with few sections."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from ld_review.checks.base import Match
from ld_review.checks.course import title_place
from ld_review.checks.structural import Structural
from ld_review.document import Document, Inline
from ld_review.page import Page
from ld_review.source import Span

_BREAKS = frozenset({"heading", "list", "table", "code", "quote", "container", "rule", "html", "toc", "template"})


@dataclass(frozen=True, kw_only=True)
class ProseRun(Structural):
    """Yield the first paragraph of each run of prose that is too long, or the title of a page with too few sections.

    Words: ``{words}``, ``{max}``, ``{sections}``.
    """

    max_words: int = sys.maxsize
    """How many words of paragraphs may follow each other with no heading, label, list, table, picture or code."""
    max_page_words: int = sys.maxsize
    """How many words a page may have that has fewer sections than ``least-sections``."""
    least_sections: int = 0
    """How many headings of the first three levels are enough for a page of any length."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.max_words == self.max_page_words == sys.maxsize:
            raise ValueError("option 'max-words': give max-words or max-page-words")

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.kept(page, self._all(page.document))

    def _all(self, document: Document) -> Iterator[Match]:
        words = len(document.view("prose").split())
        sections = sum(block.kind == "heading" and block.level <= 3 for block in document.blocks)
        if words > self.max_page_words and (not self.least_sections or sections < self.least_sections):
            counts = {"words": f"{words:,}", "max": f"{self.max_page_words:,}", "sections": str(sections)}
            yield Match(title_place(document), counts)
        if self.max_words != sys.maxsize:
            yield from self._runs(document)

    def _runs(self, document: Document) -> Iterator[Match]:
        pictured = {inline.block for inline in document.of("image", "iframe", "template")}
        labelled = {inline.block for inline in document.of("strong") if _opens(document, inline)}
        view, start, words, end = document.view("prose"), None, 0, 0
        for number, block in enumerate(document.blocks):
            if number in labelled:
                yield from self._run(start, words)
                start, words = None, 0
            if block.kind == "paragraph" and block.parent < 0 and number not in pictured:
                start = block.span if start is None else start
                words += len(view[block.span.start : block.span.end].split())
                end = block.span.end
            elif block.kind in _BREAKS or number in pictured:
                yield from self._run(start, words)
                start, words = None, 0
        if end:
            yield from self._run(start, words)

    def _run(self, start: Span | None, words: int) -> Iterator[Match]:
        if start is not None and words > self.max_words:
            yield Match(start, {"words": f"{words:,}", "max": f"{self.max_words:,}", "sections": ""})


def _opens(document: Document, strong: Inline) -> bool:
    """Whether a paragraph begins with a label in bold, which breaks a run as a heading does."""
    return strong.block >= 0 and document.blocks[strong.block].span.start == strong.span.start
