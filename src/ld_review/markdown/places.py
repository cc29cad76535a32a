"""From a place in a block's content to the place in the text that was parsed."""

from __future__ import annotations

from bisect import bisect_right

from markdown_it.common.utils import MD_TRIM_CHARS

from ld_review.source import Span


class Places:
    """Where each character of a block's content stands.

    A block's content is its source lines without what contains them (quote marks, list indentation), so each line of it
    is the tail of a source line: one number a line says how far to move.
    """

    def __init__(self, starts: list[int], moves: list[int]) -> None:
        self._starts = starts
        self._moves = moves
        self.move: int | None = moves[0] if len(moves) == 1 else None
        """How far every character moves, where that is one number."""

    def at(self, offset: int) -> int:
        """The place of the character at *offset* of the content."""
        if self.move is not None:
            return offset + self.move
        return offset + self._moves[bisect_right(self._starts, offset) - 1]

    def span(self, start: int, end: int) -> Span:
        """The place of ``content[start:end]``, from its first character to behind its last."""
        if self.move is not None:
            return Span(start + self.move, end + self.move)
        if end <= start:
            return Span(self.at(start), self.at(start))
        return Span(self.at(start), self.at(end - 1) + 1)


def of_lines(content: str, text: str, line_starts: list[int], first: int, trimmed: bool = True) -> Places:
    """The places of content that is the tails of source lines from line *first* (from 0) on.

    *trimmed* says whether white space was cut off its end, as of a paragraph and not of code.
    """
    starts, moves = [], []
    offset = 0
    lines = content.split("\n")
    last = len(lines) - 1
    for number, line in enumerate(lines):
        end = line_starts[first + number + 1] - 1
        if number == last and trimmed:
            begin = line_starts[first + number]
            end = begin + len(text[begin:end].rstrip(MD_TRIM_CHARS))
        starts.append(offset)
        moves.append(end - len(line) - offset)
        offset += len(line) + 1
    return Places(starts, moves)


def of_cell(content: str, raw: str, start: int) -> Places:
    """The places of a table cell whose ``\\|`` have become ``|``; *raw* is the cell as written, at *start*."""
    if len(content) == len(raw):
        return Places([0], [start])
    starts, moves, offset, at = [0], [start], 0, 0
    while (pipe := raw.find("\\|", at)) >= 0:
        offset += pipe - at
        at = pipe + 1
        starts.append(offset)
        moves.append(start + at - offset)
    return Places(starts, moves)
