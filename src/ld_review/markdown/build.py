"""Block tokens with places become the document's blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ld_review.document import Block
from ld_review.late import late
from ld_review.markdown import MOST_NESTED, html, places
from ld_review.markdown.collect import Collector, explicit_id
from ld_review.markdown.heading_ids import Ids
from ld_review.markdown.places import Places
from ld_review.markdown.tokens import SpanToken
from ld_review.source import Span

_CONTAINERS = {
    "bullet_list": "list",
    "ordered_list": "list",
    "list_item": "item",
    "blockquote": "quote",
    "table": "table",
    "tr": "row",
    "footnote_reference": "footnote",
}
_OPENING = {f"{name}_open": kind for name, kind in _CONTAINERS.items()}
_CLOSING = frozenset(f"{name}_close" for name in _CONTAINERS)
_LEAVES = {
    "fence": "code",
    "code_block": "code",
    "hr": "rule",
    "attribute_block": "attribute",
    "comment_block": "comment",
    "toc": "toc",
    "definition": "definition",
    "abbreviation": "definition",
}
_MARKS = {"container_mark": "container", "quote_fence_open": "quote", "quote_fence_close": "quote"}
_CELLS = {"th": "cell", "td": "cell"}
_TASK = late(r"(?:[-*+]|\d{1,9}[.)])[ \t]+\[([ xX])\][ \t]")
_BOX = late(r"\[[ xX]\][ \t]+")
_ALERT = late(r"\[!(\w+)\]")
_BLANK_LINE = late(r"\n[ \t]*\n")
_TOC_MARK = late(r"\{:\s*toc\b", re.IGNORECASE)


class Builder:
    """Walks the tokens of one page and makes its blocks. Its state lives as long as the walk.

    *text* is the page with ``\\n`` alone, *masked* the same as it was parsed.
    """

    def __init__(self, text: str, masked: str, heading_ids: str) -> None:
        self.blocks: list[Block] = []
        self.headings: list[tuple[int, str]] = []
        """Index of each heading's block, and its id."""
        self.collector = Collector(text)
        self._masked = masked
        self._line_starts = [0]
        for line in masked.split("\n"):
            self._line_starts.append(self._line_starts[-1] + len(line) + 1)
        self._ids = Ids(heading_ids)
        self._open: list[int] = []
        """Indices of the containers that are open."""
        self._by_mark: set[int] = set()
        """Indices of the containers that a mark opened, which the parser knows nothing of."""
        self._id_ahead = ""
        """The id that an attribute line gives the heading that may follow."""
        self._attributed = -1
        """Index of the block that attribute lines belong to now."""

    def walk(self, tokens: Sequence[SpanToken]) -> None:
        """Read the tokens of a page, in order."""
        previous = None
        for token in tokens:
            kind = token.type
            if kind == "inline":
                assert previous is not None
                self._text_block(token, previous)
            elif kind in _OPENING:
                self._open_container(token, _OPENING[kind])
            elif kind in _CLOSING:
                self._close_container()
            elif kind in _LEAVES:
                self._leaf(token, _LEAVES[kind])
            elif kind == "html_block":
                self._html_block(token)
            elif kind in _MARKS:
                self._mark(token, _MARKS[kind])
            previous = token
        while self._open:
            self._stretch(self._open.pop())

    @property
    def _parent(self) -> int:
        """Index of the innermost container that is open."""
        return self._open[-1] if self._open else -1

    @property
    def _inside(self) -> int:
        """Where the innermost open container begins to hold something: of a footnote, behind its mark."""
        if self._parent < 0:
            return 0
        around = self.blocks[self._parent]
        begin = around.span.start
        return self._masked.find("]:", begin) + 2 if around.kind == "footnote" else begin

    def _lines(self, token: SpanToken, start: int = -1) -> Span:
        """The lines of a token without the blanks around them, from *start* where it is known."""
        assert token.map is not None
        begin, end = self._line_starts[token.map[0]], self._line_starts[token.map[1]] - 1
        raw = self._masked[begin:end]
        end = begin + len(raw.rstrip())
        if start < 0:
            start = begin + len(raw) - len(raw.lstrip())
        return Span(min(start, max(end, begin)), max(end, start))

    def _add(self, block: Block) -> int:
        self.blocks.append(block)
        return len(self.blocks) - 1

    # --- containers -----------------------------------------------------------------------------------------------

    def _open_container(self, token: SpanToken, kind: str) -> None:
        assert token.map is not None
        level, info = 0, ""
        # The footnote plugin makes its tokens by itself, and they know no place.
        if kind == "footnote":
            start = self._masked.find("[^", max(self._line_starts[token.map[0]], self._inside))
        else:
            start = token.start
        if kind == "quote":
            start = self._masked.rfind(">", self._line_starts[token.map[0]], max(start, 0))
        elif kind == "item":
            level = sum(self.blocks[number].kind == "item" for number in self._open) + 1
            task = _TASK.match(self._masked, start)
            info = task[1].lower() if task else ""
        elif kind == "list":
            info = "ordered" if token.tag == "ol" else "bullet"
        self._open.append(self._add(Block(kind, self._lines(token, start), (), level, info, self._parent)))

    def _close_container(self) -> None:
        """Close the parser's innermost container, and before it what marks opened inside and nobody closed."""
        while self._open[-1] in self._by_mark:
            self._stretch(self._open.pop())
        self._open.pop()

    def _mark(self, token: SpanToken, kind: str) -> None:
        """A line that opens or closes a container without being one to the parser."""
        span = self._lines(token, token.meta["start"])
        if token.type == "quote_fence_open" or (kind == "container" and token.info):
            if len(self._open) < MOST_NESTED:
                self._open.append(self._add(Block(kind, span, (), 0, token.info, self._parent)))
                self._by_mark.add(self._open[-1])
            return
        while self._open and self._open[-1] in self._by_mark:
            number = self._open.pop()
            self._stretch(number, span.end)
            if self.blocks[number].kind == kind:
                return

    def _stretch(self, number: int, end: int = 0) -> None:
        """Let a container that a mark opened reach to *end*, or as far as what it holds."""
        block, inner = self.blocks[number], len(self.blocks) - 1
        while inner > number and inner not in self._by_mark:
            end = max(end, self.blocks[inner].span.end)
            inner = self.blocks[inner].parent
        end = max(end, self.blocks[inner].span.end)
        self.blocks[number] = block._replace(span=Span(block.span.start, end))

    # --- leaves ---------------------------------------------------------------------------------------------------

    def _leaf(self, token: SpanToken, kind: str) -> None:
        span = self._leaf_span(token)
        info = token.info
        if kind == "code":
            info = info.split()[0] if info.split() else ""
        elif kind == "attribute":
            self._give_attributes(info, span.start)
        number = self._add(Block(kind, span, (), 0, info, self._parent))
        if token.type == "definition":
            self.collector.read_definition(self._masked[span.start : span.end], number, span.start)

    def _leaf_span(self, token: SpanToken) -> Span:
        assert token.map is not None
        start, end = self._line_starts[token.map[0]], self._line_starts[token.map[0] + 1] - 1
        if token.type == "fence":
            return self._lines(token, self._masked.find(token.markup, start))
        if token.type == "code_block":
            return self._lines(token, end - len(token.content.split("\n", 1)[0].lstrip()))
        if token.type == "definition":
            return self._lines(token, self._masked.find("[", max(start, self._inside)))
        if token.type == "hr":
            line = self._masked[start:end].rstrip()
            marks = len(line) - len(line.rstrip(token.markup[0] + " \t"))
            return Span(start + len(line) - len(line[len(line) - marks :].lstrip()), start + len(line))
        return self._lines(token, token.meta["start"])

    def _html_block(self, token: SpanToken) -> None:
        assert token.map is not None
        content = token.content.rstrip()
        where = places.of_lines(content, self._masked, self._line_starts, token.map[0])
        kind = "comment" if html.only_comments(content) else "html"
        span = where.span(len(content) - len(content.lstrip()), len(content))
        number = self._add(Block(kind, span, (), 0, "", self._parent))
        runs = tuple(self.collector.read_html(content, number, where))
        if runs:
            self.blocks[number] = self.blocks[number]._replace(text_spans=runs)

    def _give_attributes(self, attributes: str, start: int) -> None:
        """Attach an attribute line's id to the block before it, or, behind a blank line, to the heading that follows;
        make a list marked as contents one."""
        if self.blocks and self.blocks[-1].kind != "attribute":
            self._attributed = len(self.blocks) - 1
        previous = self._attributed
        if previous < 0:
            return
        given = explicit_id(attributes)
        if _TOC_MARK.match(attributes):
            self._make_toc(previous)
        elif given and _BLANK_LINE.search(self._masked, self.blocks[previous].span.end, start):
            self._id_ahead = given
        elif given:
            self.blocks[previous] = self.blocks[previous]._replace(id=given)
            if self.headings and self.headings[-1][0] == previous:
                self.headings[-1] = (previous, self._ids.give("", given))

    def _make_toc(self, number: int) -> None:
        """Make the list around block *number* a table of contents: what stands in it is a mark, not prose."""
        while self.blocks[number].kind not in {"list", "toc"}:
            if self.blocks[number].parent < 0:
                return
            number = self.blocks[number].parent
        if self.blocks[number].kind == "list":
            self.blocks[number] = self.blocks[number]._replace(kind="toc")
            for inner in range(number + 1, len(self.blocks)):
                self.blocks[inner] = self.blocks[inner]._replace(text_spans=())

    # --- blocks of text -------------------------------------------------------------------------------------------

    def _text_block(self, token: SpanToken, opening: SpanToken) -> None:
        """A heading, paragraph or table cell: all that holds inlines."""
        kind = opening.type[:-5]
        if kind in _CELLS and token.start < 0:
            return  # a cell that the row leaves out
        where, span = self._place(token, opening, kind)
        number, parent = len(self.blocks), self._parent
        runs = self.collector.read(token, number, where)
        if kind == "paragraph" and number == parent + 1 and parent >= 0:
            runs = self._without_mark(runs, span.start)
        level = int(opening.tag[1]) if kind == "heading" else 0
        info = "header" if kind == "th" else ""
        explicit = self.collector.explicit
        if level and self.blocks and self.blocks[-1].kind == "attribute":
            explicit = explicit or self._id_ahead
        self._id_ahead = ""
        self.blocks.append(Block(_CELLS.get(kind, kind), span, tuple(runs), level, info, parent, explicit))
        if level:
            self.headings.append((number, self._ids.give("".join(self.collector.plain), explicit)))

    def _place(self, token: SpanToken, opening: SpanToken, kind: str) -> tuple[Places, Span]:
        """Where the content of a block stands, and the block itself."""
        content, start = token.content, token.start
        if kind in _CELLS:
            return places.of_cell(content, self._masked[start : token.end], start), Span(start, token.end)
        if start >= 0:
            return Places([0], [start]), self._lines(opening, self._masked.rfind(opening.markup, 0, start))
        assert token.map is not None
        first = token.map[0] + token.meta.get("skipped", 0)
        where = places.of_lines(content, self._masked, self._line_starts, first)
        return where, self._lines(opening, where.at(0))

    def _without_mark(self, runs: list[Span], start: int) -> list[Span]:
        """The runs of a container's first paragraph without a task's box or an alert's kind, which its block learns."""
        container = self.blocks[self._parent]
        match = None
        if container.kind == "quote":
            match = _ALERT.match(self._masked, start)
            if match:
                self.blocks[self._parent] = container._replace(info=match[1].lower())
        elif container.kind == "item" and container.info:
            match = _BOX.match(self._masked, start)
        if match is None:
            return runs
        end = match.end()
        return [Span(max(run.start, end), run.end) for run in runs if run.end > end]
