"""Tokens with places become a document: blocks, inlines and sections."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from markdown_it.common.utils import normalizeReference
from markdown_it.helpers import parseLinkDestination, parseLinkTitle

from ld_review.document import Block, Inline, Section
from ld_review.markdown import html, places
from ld_review.markdown.heading_ids import Ids
from ld_review.markdown.parser import MOST_NESTED
from ld_review.markdown.places import Places
from ld_review.markdown.templates import MASK
from ld_review.markdown.tokens import SpanToken
from ld_review.source import Span

CONTAINERS = {
    "bullet_list": "list",
    "ordered_list": "list",
    "list_item": "item",
    "blockquote": "quote",
    "table": "table",
    "tr": "row",
    "footnote_reference": "footnote",
}
LEAVES = {
    "fence": "code",
    "code_block": "code",
    "html_block": "html",
    "hr": "rule",
    "attribute_block": "attribute",
    "comment_block": "comment",
    "toc": "toc",
    "definition": "definition",
    "abbreviation": "definition",
}
_OPENING = {f"{name}_open": name for name in CONTAINERS}
_CLOSING = frozenset(f"{name}_close" for name in CONTAINERS)
PAIRS = {"em": "emphasis", "strong": "strong", "s": "strike"}
_CELLS = {"th": "cell", "td": "cell"}
_HEADER = {"th": "header"}
_EXPLICIT_ID = re.compile(r"#([^\s#.{}]+)")
_TASK = re.compile(r"\[([ xX])\][ \t]")
_ALERT = re.compile(r"\[!(\w+)\]")
_BLANK_ENTITY = re.compile(r"\s+\Z")
_SIMPLE_TARGET = re.compile(r"\]\([ \t]*([^\s()<>\\]+)[ \t]*\)\Z")
_DEFINITION = re.compile(r"\[(?P<label>(?:[^\[\]\\]|\\.)+)\]:\s*(?:>[ \t]?)*\s*", re.DOTALL)
_UNMASKED = re.compile(f"[^{MASK}]+")
_TOC_MARK = re.compile(r"\{:\s*toc\b", re.IGNORECASE)


class Builder:
    """Walks the tokens of one page and collects what they say. Its state lives as long as the walk."""

    def __init__(self, text: str, masked: str, heading_ids: str) -> None:
        self.text = text
        self.masked = masked
        starts = [0]
        for line in masked.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        self.line_starts = starts
        self.blocks: list[Block] = []
        self.inlines: list[Inline] = []
        self.headings: list[tuple[int, str]] = []
        """Index of each heading's block, and its id."""
        self.definitions: dict[str, Inline] = {}
        self.waiting: list[tuple[int, str]] = []
        """Reference links whose definition may stand further down: index of the inline, label."""
        self._ids = Ids(heading_ids)
        self._stack: list[int] = []
        self._by_mark: set[int] = set()
        self._attributed = -1
        """Index of the block that attribute lines belong to now."""
        self._plain: list[str] = []

    # --- blocks ---------------------------------------------------------------------------------------------------

    def walk(self, tokens: Sequence[SpanToken]) -> None:
        """Read the tokens of a page, in order."""
        previous = None
        for token in tokens:
            kind = token.type
            if kind == "inline":
                assert previous is not None
                self._text_block(token, previous)
            elif kind in _OPENING:
                self._open(token, _OPENING[kind])
            elif kind in _CLOSING:
                self._close()
            elif kind in LEAVES:
                self._leaf(token, LEAVES[kind])
            elif kind in {"container_mark", "quote_fence_open", "quote_fence_close"}:
                self._mark(token)
            previous = token
        while self._stack:
            self._stretch(self._stack.pop())

    @property
    def _parent(self) -> int:
        """Index of the innermost container that is open."""
        return self._stack[-1] if self._stack else -1

    def _lines(self, token: SpanToken, start: int = -1) -> Span:
        """The lines of a token, from *start* or the first character that is no white space, to the last that is none."""
        assert token.map is not None
        begin, end = self.line_starts[token.map[0]], self.line_starts[token.map[1]] - 1
        raw = self.masked[begin:end]
        end = begin + len(raw.rstrip())
        if start < 0:
            start = begin + len(raw) - len(raw.lstrip())
        return Span(min(start, max(end, begin)), max(end, start))

    def _open(self, token: SpanToken, name: str) -> None:
        assert token.map is not None
        kind, level, info = CONTAINERS[name], 0, ""
        if kind == "footnote":
            start = self.masked.find("[^", self.line_starts[token.map[0]])
        else:
            start = token.start
        if kind == "quote":
            start = self.masked.rfind(">", self.line_starts[token.map[0]], max(start, 0))
        if kind == "item":
            level = sum(self.blocks[number].kind == "item" for number in self._stack) + 1
            info = self._task(token)
        elif kind == "list":
            info = "ordered" if name == "ordered_list" else "bullet"
        self.blocks.append(Block(kind, self._lines(token, start), (), level, info, self._parent))
        self._stack.append(len(self.blocks) - 1)

    def _task(self, token: SpanToken) -> str:
        match = _TASK.search(self.masked, token.start, token.start + 12)
        return match[1].lower() if match else ""

    def _add(self, block: Block) -> int:
        self.blocks.append(block)
        return len(self.blocks) - 1

    def _mark(self, token: SpanToken) -> None:
        """A line that opens or closes a container without being one to the parser."""
        kind = "container" if token.type == "container_mark" else "quote"
        span = self._lines(token, token.meta["start"])
        if token.type == "quote_fence_open" or (kind == "container" and token.info):
            if len(self._stack) >= MOST_NESTED:
                return
            self.blocks.append(Block(kind, span, (), 0, token.info, self._parent))
            self._stack.append(len(self.blocks) - 1)
            self._by_mark.add(len(self.blocks) - 1)
            return
        while self._stack and self._stack[-1] in self._by_mark:
            number = self._stack.pop()
            self._stretch(number, span.end)
            if self.blocks[number].kind == kind:
                return

    def _close(self) -> None:
        """Close the parser's innermost container, and before it what marks opened inside and nobody closed."""
        while self._stack[-1] in self._by_mark:
            self._stretch(self._stack.pop())
        self._stack.pop()

    def _stretch(self, number: int, end: int = 0) -> None:
        """Let a container that a mark opened reach to *end*, or as far as what it holds."""
        block, inner = self.blocks[number], len(self.blocks) - 1
        while inner > number and inner not in self._by_mark:
            end = max(end, self.blocks[inner].span.end)
            inner = self.blocks[inner].parent
        end = max(end, self.blocks[inner].span.end)
        self.blocks[number] = block._replace(span=Span(block.span.start, end))

    def _leaf(self, token: SpanToken, kind: str) -> None:
        if kind == "html":
            self._html_block(token)
            return
        span = self._leaf_span(token)
        info = token.info.split()[0] if kind == "code" and token.info.split() else ""
        if kind == "attribute":
            info = token.info
            self._give_attributes(token.info)
        number = self._add(Block(kind, span, (), 0, info, self._parent))
        if token.type == "definition":
            self._definition(number, span)

    def _leaf_span(self, token: SpanToken) -> Span:
        assert token.map is not None
        start = self.line_starts[token.map[0]]
        if token.type == "fence":
            return self._lines(token, self.masked.find(token.markup, start))
        if token.type == "code_block":
            first = token.content.split("\n", 1)[0]
            return self._lines(token, self.line_starts[token.map[0] + 1] - 1 - len(first.lstrip()))
        if token.type == "hr":
            end = self.line_starts[token.map[0] + 1] - 1
            raw = self.masked[start:end].rstrip()
            begin = len(raw)
            while begin and raw[begin - 1] in (token.markup[0], " ", "\t"):
                begin -= 1
            return Span(start + begin + len(raw[begin:]) - len(raw[begin:].lstrip()), start + len(raw))
        if token.type == "definition":
            return self._lines(token, self.masked.find("[", start))
        return self._lines(token, token.meta["start"])

    def _give_attributes(self, attributes: str) -> None:
        """Attach an attribute line's id to the block before it; make a list marked as contents one."""
        if self.blocks and self.blocks[-1].kind != "attribute":
            self._attributed = len(self.blocks) - 1
        previous = self._attributed
        if previous < 0:
            return
        match = _EXPLICIT_ID.search(attributes)
        if _TOC_MARK.match(attributes):
            self._make_toc(previous)
        elif match:
            self.blocks[previous] = self.blocks[previous]._replace(id=match[1])
            if self.headings and self.headings[-1][0] == previous:
                self.headings[-1] = (previous, self._ids.give("", match[1]))

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
        where, span = self._places(token, opening, kind)
        number = len(self.blocks)
        children = token.children or ()
        explicit = ""
        if len(children) == 1 and children[0].type == "text" and MASK not in token.content:
            self._plain = [token.content]
            runs = [where.span(0, len(token.content))]
        else:
            runs, explicit = self._inlines(token, number, where)
        level = int(opening.tag[1]) if kind == "heading" else 0
        parent = self._parent
        if kind == "paragraph" and number == parent + 1 and parent >= 0:
            runs = self._without_mark(runs, span.start)
        self.blocks.append(Block(_CELLS.get(kind, kind), span, tuple(runs), level, _HEADER.get(kind, ""), parent, explicit))
        if level:
            self.headings.append((number, self._ids.give("".join(self._plain), explicit)))

    def _places(self, token: SpanToken, opening: SpanToken, kind: str) -> tuple[Places, Span]:
        """Where the content of a block stands, and the block itself."""
        content, start = token.content, token.start
        if kind in _CELLS:
            return places.of_cell(content, self.masked[start : token.end], start), Span(start, token.end)
        if start >= 0:
            return Places([0], [start]), self._lines(opening, self.masked.rfind(opening.markup, 0, start))
        assert token.map is not None
        first = token.map[0] + token.meta.get("skipped", 0)
        where = places.of_lines(content, self.masked, self.line_starts, first)
        return where, self._lines(opening, where.at(0))

    def _without_mark(self, runs: list[Span], start: int) -> list[Span]:
        """The runs of a container's first paragraph without a task's box or an alert's kind, which its block learns."""
        container = self.blocks[self._parent]
        match = None
        if container.kind == "quote":
            match = _ALERT.match(self.text, start)
            if match:
                self.blocks[self._parent] = container._replace(info=match[1].lower())
        elif container.kind == "item" and container.info:
            match = _TASK.match(self.text, start)
        if match is None:
            return runs
        end = match.end()
        return [Span(max(run.start, end), run.end) for run in runs if run.end > end]

    def _inlines(self, token: SpanToken, number: int, where: Places) -> tuple[list[Span], str]:  # noqa: C901, PLR0912
        """Collect the inlines of a block; return its runs of visible text and the id an attribute gave it."""
        runs: list[Span] = []
        explicit = ""
        open_pairs: list[int] = []
        open_links: list[int] = []
        plain = self._plain = []
        content, has_masks = token.content, MASK in token.content
        add = self.inlines.append
        quiet_until = -1
        html_seen = False
        for child in token.children or ():
            kind = child.type
            start, end = child.start, child.end
            if kind == "text":
                if child.content and start >= quiet_until:
                    plain.append(child.content)
                    self._runs(runs, where, start, end, content if has_masks else "")
            elif kind == "softbreak" or kind == "hardbreak":
                plain.append(" ")
            elif kind == "text_special":
                plain.append(child.content)
                if child.info == "escape":
                    runs.append(where.span(start + 1, end))
                elif not _BLANK_ENTITY.match(child.content):
                    runs.append(where.span(start, end))
            elif kind == "code_inline":
                plain.append(child.content)
                add(self._code(child, number, where, start, end))
            elif kind == "link_open":
                open_links.append(len(self.inlines))
                add(Inline("link", where.span(start, end), number, None, str(child.attrs.get("href", ""))))
                if child.meta.get("label"):
                    self.waiting.append((len(self.inlines) - 1, child.meta["label"]))
            elif kind == "link_close":
                self._close_link(open_links.pop(), child, content, where)
            elif kind == "image":
                self._image(child, number, content, where)
            elif kind in {"em_open", "strong_open", "s_open"}:
                begin = start - 1 if kind == "strong_open" else start
                open_pairs.append(len(self.inlines))
                add(Inline(PAIRS[kind[:-5]], where.span(begin, end), number))
            elif kind in {"em_close", "strong_close", "s_close"}:
                self._close_pair(open_pairs.pop(), where.span(start, end + (kind == "strong_close")))
            elif kind == "html_inline":
                html_seen = True
                if child.content.startswith("<!"):
                    add(Inline("comment", where.span(start, end), number))
                else:
                    self._tag(content, start, end, number, where)
            elif kind == "attribute":
                add(Inline("attribute", where.span(start, end), number))
                explicit = self._explicit(child.content) or explicit
            elif kind == "footnote_ref":
                add(Inline("footnote", where.span(start, end), number, where.span(start + 2, end - 1)))
        if html_seen:
            self._html_links(number)
            runs = self._without_code(runs, number)
        return runs, explicit

    @staticmethod
    def _explicit(attributes: str) -> str:
        match = _EXPLICIT_ID.search(attributes)
        return match[1] if match else ""

    def _runs(self, runs: list[Span], where: Places, start: int, end: int, with_masks: str) -> None:
        """Add a run of text; where the block's content has masks, the pieces between them."""
        if with_masks:
            runs += (where.span(*piece.span()) for piece in _UNMASKED.finditer(with_masks, start, end))
            return
        span = where.span(start, end)
        if runs and runs[-1].end == span.start:
            span = Span(runs.pop().start, span.end)
        runs.append(span)

    def _code(self, token: SpanToken, number: int, where: Places, start: int, end: int) -> Inline:
        marks = len(token.markup)
        return Inline("code", where.span(start, end), number, where.span(start + marks, end - marks))

    def _close_pair(self, index: int, closing: Span) -> None:
        pair = self.inlines[index]
        text = Span(pair.span.end, closing.start)
        self.inlines[index] = pair._replace(span=Span(pair.span.start, closing.end), text_span=text)

    def _close_link(self, index: int, token: SpanToken, content: str, where: Places) -> None:
        link = self.inlines[index]
        closing = where.span(token.start, token.end)
        link = link._replace(span=Span(link.span.start, closing.end), text_span=Span(link.span.end, closing.start))
        if token.info == "auto":
            self.inlines[index] = link._replace(info="autolink", target_span=link.text_span)
            return
        self.inlines[index] = self._destination(link, content, token.start, token.end, where)

    def _destination(self, link: Inline, content: str, start: int, end: int, where: Places) -> Inline:
        """Say where the destination and title of an inline link or image stand: behind ``](`` in its tail."""
        tail = content[start:end]
        if len(tail) == 1:
            return link._replace(info="shortcut")
        if tail[1] == "[":
            return link._replace(info="collapsed" if tail == "][]" else "full")
        simple = _SIMPLE_TARGET.match(tail)
        if simple:
            target = where.span(start + simple.start(1), start + simple.end(1))
            return link._replace(info="inline", target=self.text[target.start : target.end], target_span=target)
        return self._parse_destination(link._replace(info="inline"), content, start + 2, end - 1, where)

    def _parse_destination(self, link: Inline, content: str, at: int, end: int, where: Places) -> Inline:
        """Read ``destination "title"`` in ``content[at:end]``."""
        while at < end and content[at] in " \t\n":
            at += 1
        result = parseLinkDestination(content, at, end)
        stop = result.pos if result.ok else at
        inner = (at + 1, stop - 1) if content[at : at + 1] == "<" and stop > at else (at, stop)
        target = where.span(*inner)
        link = link._replace(target=self.text[target.start : target.end], target_span=target)
        at = stop
        while at < end and content[at] in " \t\n":
            at += 1
        title = parseLinkTitle(content, at, end, None)
        if not title.ok or title.pos - at < 2:
            return link
        return link._replace(title=title.str, title_span=where.span(at + 1, title.pos - 1))

    def _image(self, token: SpanToken, number: int, content: str, where: Places) -> None:
        start, end = token.start, token.end
        alt_end = start + 2 + len(token.content)
        image = Inline("image", where.span(start, end), number, where.span(start + 2, alt_end))
        image = image._replace(target=str(token.attrs.get("src", "")), title=str(token.attrs.get("title", "")))
        image = self._destination(image, content, alt_end, end, where)
        self.inlines.append(image)
        if token.meta.get("label"):
            self.waiting.append((len(self.inlines) - 1, token.meta["label"]))

    def _definition(self, number: int, span: Span) -> None:
        raw = self.masked[span.start : span.end]
        match = _DEFINITION.match(raw)
        if match is None:
            return
        label = Span(span.start + match.start("label"), span.start + match.end("label"))
        definition = Inline("definition", span, number, label)
        definition = self._parse_destination(definition, raw, match.end(), len(raw), Places([0], [span.start]))
        self.inlines.append(definition)
        self.definitions.setdefault(normalizeReference(match["label"]), definition)

    def finish(self, marks: Sequence[Span]) -> None:
        """Resolve the reference links, now that all definitions are known, and put the template marks in their place."""
        self._resolve()
        if marks:
            self._templates(marks)
        self.inlines.sort(key=_start)

    def _resolve(self) -> None:
        for index, label in self.waiting:
            definition = self.definitions.get(label)
            if definition is not None:
                self.inlines[index] = self.inlines[index]._replace(
                    target=definition.target,
                    target_span=definition.target_span,
                    title=definition.title,
                    title_span=definition.title_span,
                )

    # --- templates and HTML ---------------------------------------------------------------------------------------

    def _templates(self, marks: Sequence[Span]) -> None:
        """Add the template marks, each to the innermost block it begins in; those in code are code."""
        starts = [block.span.start for block in self.blocks]
        for mark in marks:
            number = bisect_right(starts, mark.start) - 1
            while number >= 0 and self.blocks[number].span.end <= mark.start:
                number = self.blocks[number].parent if self.blocks[number].parent >= 0 else number - 1
            if number < 0 or self.blocks[number].kind != "code":
                self.inlines.append(Inline("template", mark, number))

    def _html_block(self, token: SpanToken) -> None:
        assert token.map is not None
        content = token.content.rstrip()
        where = places.of_lines(content, self.masked, self.line_starts, token.map[0])
        kind = "comment" if content.lstrip().startswith("<!") and self._only_comment(content) else "html"
        indent = len(content) - len(content.lstrip())
        number = self._add(Block(kind, where.span(indent, len(content)), (), 0, "", self._parent))
        runs: list[Span] = []
        for piece in html.pieces(content):
            if piece.kind == "comment":
                self.inlines.append(Inline("comment", where.span(*piece.span), number))
            elif piece.kind == "tag":
                self._tag_inline(piece, content, number, where)
            else:
                self._html_text(runs, content, piece.span, where)
        self.blocks[number] = self.blocks[number]._replace(text_spans=tuple(runs))
        self._html_links(number)

    @staticmethod
    def _only_comment(content: str) -> bool:
        return all(
            piece.kind == "comment" or not content[piece.span.start : piece.span.end].strip()
            for piece in html.pieces(content)
        )

    def _html_text(self, runs: list[Span], content: str, span: Span, where: Places) -> None:
        for line in re.finditer(rf"[^\s{MASK}](?:[^\n{MASK}]*[^\s{MASK}])?", content[span.start : span.end]):
            runs.append(where.span(span.start + line.start(), span.start + line.end()))

    def _tag(self, content: str, start: int, end: int, number: int, where: Places) -> None:
        piece = html.tag(content, start)
        if piece is None:
            self.inlines.append(Inline("html", where.span(start, end), number))
        else:
            self._tag_inline(piece, content, number, where)

    def _tag_inline(self, piece: html.Piece, content: str, number: int, where: Places) -> None:
        span = where.span(*piece.span)
        self.inlines.append(Inline("html", span, number, info=piece.name))
        if piece.name in {"img", "iframe", "a"}:
            kind = {"img": "image", "a": "link"}.get(piece.name, "iframe")
            source = piece.get("href" if kind == "link" else "src")
            if kind == "link" and source is None:
                return
            title, alt = piece.get("title"), piece.get("alt")
            self.inlines.append(
                Inline(
                    kind,
                    span,
                    number,
                    where.span(*alt.span) if alt else None,
                    source.value if source else "",
                    where.span(*source.span) if source else None,
                    title.value if title else "",
                    where.span(*title.span) if title else None,
                    "html",
                )
            )

    def _html_links(self, number: int) -> None:
        """Stretch each ``<a href>`` of a block to its ``</a>``."""
        open_link = -1
        for index in range(len(self.inlines) - 1, -1, -1):
            if self.inlines[index].block != number:
                first = index + 1
                break
        else:
            first = 0
        for index in range(first, len(self.inlines)):
            inline = self.inlines[index]
            if inline.kind == "link" and inline.info == "html":
                open_link = index
            elif inline.kind == "html" and inline.info == "/a" and open_link >= 0:
                link = self.inlines[open_link]
                text = Span(link.span.end, inline.span.start)
                self.inlines[open_link] = link._replace(span=Span(link.span.start, inline.span.end), text_span=text)
                open_link = -1

    def _without_code(self, runs: list[Span], number: int) -> list[Span]:
        """Drop the runs that stand inside ``<code>`` or a script."""
        quiet: list[Span] = []
        opened: dict[str, int] = {}
        for inline in reversed(self.inlines):
            if inline.block != number:
                break
            if inline.kind == "html" and inline.info.startswith("/") and inline.info[1:] in html.RAW:
                opened[inline.info[1:]] = inline.span.start
            elif inline.kind == "html" and inline.info in opened:
                quiet.append(Span(inline.span.end, opened.pop(inline.info)))
        ends: list[int] = []
        for zone in reversed(quiet):
            ends.append(max(zone.end, ends[-1] if ends else 0))
        starts = [zone.start for zone in reversed(quiet)]
        return [run for run in runs if not _covered(run, starts, ends)]



def _covered(run: Span, starts: list[int], ends: list[int]) -> bool:
    """Whether *run* lies in one of the zones, whose starts are sorted and whose ends are running maxima."""
    at = bisect_right(starts, run.start) - 1
    return at >= 0 and run.end <= ends[at]


def _start(inline: Inline) -> int:
    return inline.span.start


def sections(blocks: Sequence[Block], headings: Sequence[tuple[int, str]], length: int, start: int) -> Iterator[Section]:
    """The sections that headings make of a page; headings inside quotes make none."""
    borders = [(number, blocks[number], given) for number, given in headings if not _quoted(blocks, number)]
    starts = [block.span.start for _, block, _ in borders]
    yield Section(None, Span(start, length), Span(start, starts[0] if starts else length), None, 0, "")
    stack: list[tuple[int, int]] = []
    ends = [length] * len(borders)
    for index, (_, block, _) in enumerate(borders):
        while stack and stack[-1][1] >= block.level:
            ends[stack.pop()[0]] = block.span.start
        stack.append((index, block.level))
    parents: list[tuple[int, int]] = []
    for index, (number, block, given) in enumerate(borders):
        while parents and parents[-1][1] >= block.level:
            parents.pop()
        body_end = starts[index + 1] if index + 1 < len(starts) else length
        parent = parents[-1][0] + 1 if parents else 0
        yield Section(number, Span(block.span.start, ends[index]), Span(block.span.end, body_end), parent, block.level, given)
        parents.append((index, block.level))


def _quoted(blocks: Sequence[Block], number: int) -> bool:
    while number >= 0:
        if blocks[number].kind == "quote":
            return True
        number = blocks[number].parent
    return False
