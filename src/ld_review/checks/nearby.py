"""What stands around a place, how many words there are, and which of them tell what it is about."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from ld_review.checks.phrases import sentences
from ld_review.document import Document
from ld_review.late import late
from ld_review.page import Page, folded, words_of
from ld_review.source import Span

_REACH = 300
"""How far what is near may be, in characters: more of a long sentence or row is not read."""
_ENDING = late(r"(?<=\w{3})(?:ations?|ions?|ings?|ed|es|e|s)\Z")
_SMALL = frozenset(
    ["a", "an", "the", "of", "to", "and", "or", "for", "in", "on", "at", "by", "with", "your", "our", "from"]
)
_WORD = late(r"\w[\w'\u2019-]*")


def text_near(page: Page, block: int, span: Span) -> str:
    """What a reader sees in the sentence around *span*, or in its row of a table."""
    start, end = _unit(page, block, span)
    view = page.document.view("prose")
    return view[max(start, span.start - _REACH) : min(end, span.end + _REACH)]


def stems(text: str) -> frozenset[str]:
    """The words of a text that carry its meaning, without the ends by which forms of a word differ."""
    return frozenset(_ENDING.sub("", word) for word in words_of(folded(text)) if word not in _SMALL)


def count_words(page: Page, span: Span) -> int:
    """How many words a reader sees in *span*."""
    starts = page.once(_word_starts)
    return bisect_left(starts, span.end) - bisect_left(starts, span.start)


def count_own_words(page: Page, span: Span) -> int:
    """How many words a reader sees in *span* that are not those of a link."""
    starts = page.once(_own_word_starts)
    return bisect_left(starts, span.end) - bisect_left(starts, span.start)


def _unit(page: Page, block: int, span: Span) -> Span:
    document = page.document
    if block < 0 or not document.blocks[block].text_spans:
        return _line(document, span)
    one = document.blocks[block]
    if one.kind == "cell":
        return _line(document, span)
    starts, ends = page.once(_sentences, block)
    if not starts:
        return _line(document, span)
    first = max(bisect_right(starts, span.start) - 1, 0)
    last = min(bisect_left(ends, span.end), len(ends) - 1)
    return Span(starts[first], max(ends[last], ends[first]))


def _line(document: Document, span: Span) -> Span:
    return document.source.line(document.source.position(span.start).line)


def _sentences(document: Document, block: int) -> tuple[list[int], list[int]]:
    spans = document.blocks[block].text_spans
    begin = spans[0].start
    found = list(sentences(document.view("prose")[begin : spans[-1].end]))
    return [begin + span.start for span in found], [begin + span.end for span in found]


def _word_starts(document: Document) -> list[int]:
    return [match.start() for match in _WORD.finditer(document.view("prose"))]


def _own_word_starts(document: Document) -> list[int]:
    links = document.view("link-text")
    return [start for start in _word_starts(document) if links[start].isspace()]
