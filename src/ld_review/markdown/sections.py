"""The sections that headings make of a page."""

from __future__ import annotations

from collections.abc import Sequence

from ld_review.document import Block, Section
from ld_review.source import Span


def sections(
    blocks: Sequence[Block], headings: Sequence[tuple[int, str]], start: int, length: int
) -> tuple[Section, ...]:
    """The sections of a page that begins at *start* and is *length* long, the one before any heading first.

    *headings* gives the index of each heading's block and its id. Headings inside quotes make no section.
    """
    borders = [(number, given) for number, given in headings if not _quoted(blocks, number)]
    levels = [blocks[number].level for number, _ in borders]
    starts = [blocks[number].span.start for number, _ in borders]
    ends, parents = _nested(levels, starts, length)
    found = [Section(None, Span(start, length), Span(start, starts[0] if starts else length), None, 0, "")]
    for index, (number, given) in enumerate(borders):
        block = blocks[number]
        body = Span(block.span.end, starts[index + 1] if index + 1 < len(starts) else length)
        found.append(Section(number, Span(starts[index], ends[index]), body, parents[index], block.level, given))
    return tuple(found)


def _nested(levels: Sequence[int], starts: Sequence[int], length: int) -> tuple[list[int], list[int]]:
    """Where each section ends, and the index of the section around it, counting the first section as 0."""
    ends, parents, around = [length] * len(levels), [0] * len(levels), list[int]()
    for index, level in enumerate(levels):
        while around and levels[around[-1]] >= level:
            ends[around.pop()] = starts[index]
        parents[index] = around[-1] + 1 if around else 0
        around.append(index)
    return ends, parents


def _quoted(blocks: Sequence[Block], number: int) -> bool:
    while number >= 0:
        if blocks[number].kind == "quote":
            return True
        number = blocks[number].parent
    return False
