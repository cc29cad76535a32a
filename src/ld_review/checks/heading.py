"""Find headings that skip a level, are there twice, hold what no heading should, or are none but look like one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from ld_review.checks.base import Match
from ld_review.checks.phrases import Deadline, Phrase, optional, pattern
from ld_review.checks.structural import Structural
from ld_review.document import Block, Document
from ld_review.finding import Edit
from ld_review.page import Page, folded
from ld_review.source import Span

_TEXT = frozenset({"paragraph", "list", "table", "code"})
_LONGEST_HEADING = 10
_NO_HEADING = (".", "!", ",", ";")


@dataclass(frozen=True, kw_only=True)
class Heading(Structural):
    """Yield each heading for which any option holds.

    Words: ``{text}``, ``{level}``; of a skipped level ``{above}``, the level of the heading before, and ``{better}``,
    the level that fits; of a repeated heading ``{count}``.
    """

    skips_level: bool = False
    """Whether it is more than one level below the heading before it."""
    repeated: bool = False
    """Whether another heading has the same text; one match, with all places. A heading with an id of its own is not
    counted."""
    pattern: str = ""
    """A regular expression that finds something in its text."""
    level: int = 0
    """Whether it has this level, on a page whose front matter has a title."""
    bold: int = 0
    """Whether it is no heading but a line in bold type with text below it, which looks like one; from how many of
    them on they count."""
    unless: str = ""
    """A regular expression; a heading in which it finds something does not count."""
    replacement: str | None = None
    """What to put in place of what ``pattern`` found; a fix must not change the heading's id."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.skips_level or self.repeated or self.pattern or self.level or self.bold):
            raise ValueError("option 'pattern': ask for skips-level, repeated, level, bold or a pattern")
        _ = self._phrase, self._unless

    @cached_property
    def _unless(self) -> Phrase | None:
        return optional("unless", self.unless)

    def _counts(self, document: Document, block: Block) -> bool:
        return not (self._unless and Deadline(block.span.end).search(self._unless, document.text(block)))

    @cached_property
    def _phrase(self) -> Phrase | None:
        return pattern("pattern", self.pattern, words=False) if self.pattern else None

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        matches = list(self._all(page))
        return self.together(list(self.kept(page, sorted(matches, key=lambda match: match.span))))

    def _all(self, page: Page) -> Iterator[Match]:
        document = page.document
        headings = [block for block in document.blocks if block.kind == "heading" and self._looked_at(document, block)]
        if self.skips_level:
            yield from _skipping(document, headings)
        if self.repeated:
            yield from _repeated(document, headings)
        if self._phrase:
            yield from self._matching(document, headings, self._phrase)
        if self.level and isinstance(document.front_matter.data.get("title"), str):
            levels = (block for block in headings if block.level == self.level)
            yield from (_match(document, block) for block in levels if self._counts(document, block))
        lines = [block for block in page.once(_bold_lines) if self._counts(document, block)] if self.bold else []
        if len(lines) >= self.bold:
            yield from (_match(document, block) for block in lines)

    def _looked_at(self, document: Document, block: Block) -> bool:
        return not ("quote" in self.skip and document.inside(block, "quote"))

    def _matching(self, document: Document, headings: list[Block], phrase: Phrase) -> Iterator[Match]:
        deadline = Deadline(len(document.source.text))
        for block in headings:
            span = block.text_span
            found = deadline.search(phrase, document.view("heading")[span.start : span.end].rstrip())
            if found:
                place = Span(span.start + found.start(), span.start + found.end())
                edits = () if self.replacement is None else (Edit(place, self.replacement),)
                yield Match(place, {**_words(document, block), "match": found[0]}, edits)


def _match(document: Document, block: Block) -> Match:
    return Match(block.text_span, _words(document, block))


def _bold_lines(document: Document) -> tuple[Block, ...]:
    """Paragraphs of few words that are all bold and stand right above other text, at the top level of the page."""
    bold = {inline.block: inline for inline in document.of("strong")}
    top = [(number, block) for number, block in enumerate(document.blocks) if block.parent < 0]
    return tuple(
        block
        for (number, block), (_, below) in pairwise(top)
        if block.kind == "paragraph"
        and below.kind in _TEXT
        and number in bold
        and bold[number].span == block.span
        and len(document.text(block).split()) <= _LONGEST_HEADING
        and not document.text(block).rstrip().endswith(_NO_HEADING)
        and not (below.kind == "list" and document.text(block).rstrip().endswith(":"))
    )


def _skipping(document: Document, headings: list[Block]) -> Iterator[Match]:
    for above, block in pairwise(headings):
        if block.level > above.level + 1:
            levels = {"above": str(above.level), "better": str(above.level + 1)}
            yield Match(block.span, {**_words(document, block), **levels})


def _repeated(document: Document, headings: list[Block]) -> Iterator[Match]:
    same: dict[str, list[Block]] = {}
    for block in headings:
        if not block.id and (text := folded(document.text(block))):
            same.setdefault(text, []).append(block)
    for blocks in same.values():
        if len(blocks) > 1:
            first, *rest = (block.text_span for block in blocks)
            yield Match(first, {**_words(document, blocks[0]), "count": str(len(blocks))}, also=tuple(rest))


def _words(document: Document, block: Block) -> dict[str, str]:
    return {"text": document.text(block), "level": str(block.level)}
