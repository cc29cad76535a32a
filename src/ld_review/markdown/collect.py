"""Inline tokens with places become the document's inlines and the runs of text a reader sees."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from markdown_it.common.utils import normalizeReference
from markdown_it.helpers import parseLinkDestination, parseLinkTitle

from ld_review.document import Block, Inline
from ld_review.late import late
from ld_review.markdown import html
from ld_review.markdown.places import Places
from ld_review.markdown.templates import MASK
from ld_review.markdown.tokens import SpanToken
from ld_review.source import Span

_MARKS = {"em": "emphasis", "strong": "strong", "s": "strike"}
_HTML_KINDS = {"img": ("image", "src", "alt"), "iframe": ("iframe", "src", ""), "a": ("link", "href", "")}
"""Tags that are more than a tag: what they are, and which attributes hold destination and text."""
_EXPLICIT_ID = late(r"#([^\s#.{}]+)")
_UNMASKED = late(f"[^{MASK}]+")
_TEXT_IN_HTML = late(rf"[^\s{MASK}](?:[^\n{MASK}]*[^\s{MASK}])?")
_BLANK = late(r"\s+\Z")
_SIMPLE_TARGET = late(r"\]\([ \t]*([^\s()<>\\]+)[ \t]*\)\Z")
_DEFINITION = late(r"\[(?P<label>(?:[^\[\]\\]|\\.)+)\]:\s*(?:>[ \t]?)*\s*", re.DOTALL)


def explicit_id(attributes: str) -> str:
    """The id in an attribute list, or nothing."""
    match = _EXPLICIT_ID.search(attributes)
    return match[1] if match else ""


class Collector:
    """Collects the inlines of one page, block by block. Its state lives as long as the page is built."""

    def __init__(self, text: str) -> None:
        self.found: list[Inline] = []
        self.plain: list[str] = []
        """The rendered text of the block that was read last: what a generator makes a heading's id from."""
        self.explicit = ""
        """The id that an attribute gave the block that was read last."""
        self._text = text
        self._definitions: dict[str, Inline] = {}
        self._waiting: list[tuple[int, str]] = []
        self._runs: list[Span] = []
        self._where = Places([0], [0])
        self._content = ""
        self._number = -1
        self._open: list[int] = []
        """Indices of the marks and links of this block that are not closed yet."""
        self._handlers = {
            "text_special": self._special,
            "softbreak": self._break,
            "hardbreak": self._break,
            "code_inline": self._code,
            "link_open": self._open_link,
            "link_close": self._close_link,
            "image": self._image,
            "em_open": self._open_mark,
            "strong_open": self._open_mark,
            "s_open": self._open_mark,
            "em_close": self._close_mark,
            "strong_close": self._close_mark,
            "s_close": self._close_mark,
            "html_inline": self._html,
            "attribute": self._attribute,
            "footnote_ref": self._footnote,
        }

    def read(self, token: SpanToken, number: int, where: Places) -> list[Span]:
        """Collect the inlines of block *number*; return its runs of visible text."""
        children, content = token.children or (), token.content
        self.explicit = ""
        if len(children) == 1 and children[0].type == "text" and MASK not in content:
            self.plain = [content]
            return [where.span(0, len(content))]
        self._begin(content, number, where)
        first, masked = len(self.found), MASK in content
        for child in children:
            assert isinstance(child, SpanToken)
            if child.type == "text":
                if child.content:
                    self._add_text(child, masked)
            else:
                self._handlers[child.type](child)
        self._finish_html(first)
        return self._runs

    def read_html(self, content: str, number: int, where: Places) -> list[Span]:
        """Collect the tags and comments of an HTML block; return the runs of text between them."""
        self._begin(content, number, where)
        first = len(self.found)
        for piece in html.pieces(content):
            if piece.kind == "comment":
                self._add("comment", *piece.span)
            elif piece.kind == "tag":
                self._tag(piece)
            else:
                lines = _TEXT_IN_HTML.finditer(content, *piece.span)
                self._runs += (where.span(*line.span()) for line in lines)
        self._finish_html(first)
        return self._runs

    def read_definition(self, raw: str, number: int, start: int) -> None:
        """Collect a link reference definition, written as *raw* at *start*."""
        match = _DEFINITION.match(raw)
        if match is None:
            return
        self._begin(raw, number, Places([0], [start]))
        label = Span(start + match.start("label"), start + match.end("label"))
        definition = Inline("definition", Span(start, start + len(raw)), number, label)
        definition = self._read_destination(definition, match.end(), len(raw))
        self.found.append(definition)
        self._definitions.setdefault(normalizeReference(match["label"]), definition)

    def finish(self, blocks: Sequence[Block], templates: Sequence[Span]) -> None:
        """Resolve the reference links, now that all definitions are known, and put template marks in their place."""
        for index, label in self._waiting:
            definition = self._definitions.get(label)
            if definition is not None:
                _, _, _, _, target, target_span, title, title_span, _ = definition
                self.found[index] = self.found[index]._replace(
                    target=target, target_span=target_span, title=title, title_span=title_span
                )
        if templates:
            self._add_templates(blocks, templates)
        self.found.sort(key=_start)

    def _begin(self, content: str, number: int, where: Places) -> None:
        self.plain, self._runs, self._open = [], [], []
        self._content, self._number, self._where = content, number, where

    def _add(self, kind: str, start: int, end: int, text: Span | None = None, info: str = "") -> None:
        self.found.append(Inline(kind, self._where.span(start, end), self._number, text, info=info))

    # --- text -----------------------------------------------------------------------------------------------------

    def _add_text(self, token: SpanToken, masked: bool) -> None:
        self.plain.append(token.content)
        runs, where = self._runs, self._where
        if masked:
            runs += (where.span(*piece.span()) for piece in _UNMASKED.finditer(self._content, token.start, token.end))
            return
        span = where.span(token.start, token.end)
        if runs and runs[-1].end == span.start:
            span = Span(runs.pop().start, span.end)
        runs.append(span)

    def _special(self, token: SpanToken) -> None:
        """An escaped character, of which the backslash is a mark, or an entity."""
        self.plain.append(token.content)
        if token.info == "escape":
            self._runs.append(self._where.span(token.start + 1, token.end))
        elif not _BLANK.match(token.content):
            self._runs.append(self._where.span(token.start, token.end))

    def _break(self, _token: SpanToken) -> None:
        self.plain.append(" ")

    # --- marks ----------------------------------------------------------------------------------------------------

    def _code(self, token: SpanToken) -> None:
        self.plain.append(token.content)
        marks = len(token.markup)
        text = self._where.span(token.start + marks, token.end - marks)
        self._add("code", token.start, token.end, text)

    def _open_mark(self, token: SpanToken) -> None:
        # The stock parser makes of ** two tokens and keeps the inner one.
        start = token.start - (token.type == "strong_open")
        self._open.append(len(self.found))
        self._add(_MARKS[token.type[:-5]], start, token.end)

    def _close_mark(self, token: SpanToken) -> None:
        index = self._open.pop()
        mark = self.found[index]
        closing = self._where.span(token.start, token.end + (token.type == "strong_close"))
        text = Span(mark.span.end, closing.start)
        self.found[index] = mark._replace(span=Span(mark.span.start, closing.end), text_span=text)

    def _attribute(self, token: SpanToken) -> None:
        self._add("attribute", token.start, token.end)
        self.explicit = explicit_id(token.content) or self.explicit

    def _footnote(self, token: SpanToken) -> None:
        self._add("footnote", token.start, token.end, self._where.span(token.start + 2, token.end - 1))

    # --- links and images -----------------------------------------------------------------------------------------

    def _open_link(self, token: SpanToken) -> None:
        self._open.append(len(self.found))
        self._wait(token)
        span = self._where.span(token.start, token.end)
        self.found.append(Inline("link", span, self._number, None, str(token.attrs.get("href", ""))))

    def _close_link(self, token: SpanToken) -> None:
        index = self._open.pop()
        link = self.found[index]
        closing = self._where.span(token.start, token.end)
        text = Span(link.span.end, closing.start)
        link = link._replace(span=Span(link.span.start, closing.end), text_span=text)
        if token.info == "auto":
            self.found[index] = link._replace(info="autolink", target_span=text)
        else:
            self.found[index] = self._destination(link, token.start, token.end)

    def _image(self, token: SpanToken) -> None:
        start, alt_end = token.start, token.start + 2 + len(token.content)
        self._wait(token)
        alt = self._where.span(start + 2, alt_end)
        image = Inline("image", self._where.span(start, token.end), self._number, alt, str(token.attrs.get("src", "")))
        self.found.append(self._destination(image, alt_end, token.end))

    def _wait(self, token: SpanToken) -> None:
        """Remember a reference whose definition may stand further down."""
        if token.meta.get("label"):
            self._waiting.append((len(self.found), token.meta["label"]))

    def _destination(self, link: Inline, start: int, end: int) -> Inline:
        """Say where the destination and title stand: behind ``](`` in the tail of a link or image."""
        tail = self._content[start:end]
        if len(tail) == 1:
            return link._replace(info="shortcut")
        if tail[1] == "[":
            return link._replace(info="collapsed" if tail == "][]" else "full")
        simple = _SIMPLE_TARGET.match(tail)
        if simple is None:
            return self._read_destination(link._replace(info="inline"), start + 2, end - 1)
        target = self._where.span(start + simple.start(1), start + simple.end(1))
        return link._replace(info="inline", target=self._text[target.start : target.end], target_span=target)

    def _read_destination(self, link: Inline, at: int, end: int) -> Inline:
        """Read ``destination "title"`` in ``content[at:end]``, as the parser does."""
        content = self._content
        at = _skip_blanks(content, at, end)
        result = parseLinkDestination(content, at, end)
        stop = result.pos if result.ok else at
        pointed = stop > at and content[at] == "<"
        target = self._where.span(at + 1, stop - 1) if pointed else self._where.span(at, stop)
        link = link._replace(target=self._text[target.start : target.end], target_span=target)
        at = _skip_blanks(content, stop, end)
        title = parseLinkTitle(content, at, end, None)
        if not title.ok or title.pos - at < 2:
            return link
        return link._replace(title=title.str, title_span=self._where.span(at + 1, title.pos - 1))

    # --- HTML and templates ---------------------------------------------------------------------------------------

    def _html(self, token: SpanToken) -> None:
        if token.content.startswith(("<!", "<?")):
            self._add("comment", token.start, token.end)
            return
        piece = html.tag(self._content, token.start)
        if piece is None:
            self._add("html", token.start, token.end)
        else:
            self._tag(piece)

    def _tag(self, piece: html.Piece) -> None:
        span = self._where.span(*piece.span)
        self.found.append(Inline("html", span, self._number, info=piece.name))
        if piece.name not in _HTML_KINDS:
            return
        kind, target_name, text_name = _HTML_KINDS[piece.name]
        target, text, title = piece.get(target_name), piece.get(text_name), piece.get("title")
        if kind == "link" and target is None:
            return
        self.found.append(
            Inline(
                kind,
                span,
                self._number,
                self._where.span(*text.span) if text else None,
                target.value if target else "",
                self._where.span(*target.span) if target else None,
                title.value if title else "",
                self._where.span(*title.span) if title else None,
                "html",
            )
        )

    def _finish_html(self, first: int) -> None:
        """Stretch each ``<a href>`` of a block to its ``</a>``, and drop the runs inside ``<code>``."""
        open_link, opened, quiet = -1, dict[str, int](), list[Span]()
        for index in range(first, len(self.found)):
            inline = self.found[index]
            if inline.kind == "link" and inline.info == "html":
                open_link = index
            elif inline.kind != "html":
                continue
            elif inline.info == "/a" and open_link >= 0:
                link = self.found[open_link]
                text = Span(link.span.end, inline.span.start)
                self.found[open_link] = link._replace(span=Span(link.span.start, inline.span.end), text_span=text)
                open_link = -1
            elif inline.info in html.RAW:
                opened.setdefault(inline.info, inline.span.end)
            elif inline.info[1:] in opened:
                quiet.append(Span(opened.pop(inline.info[1:]), inline.span.start))
        if quiet:
            self._drop(quiet)

    def _drop(self, quiet: list[Span]) -> None:
        quiet.sort()
        starts, ends = [zone.start for zone in quiet], list[int]()
        for zone in quiet:
            ends.append(max(zone.end, ends[-1] if ends else 0))
        self._runs = [run for run in self._runs if not _covered(run, starts, ends)]

    def _add_templates(self, blocks: Sequence[Block], templates: Sequence[Span]) -> None:
        """Add the template marks, each to the innermost block it begins in; those in code are code."""
        starts = [block.span.start for block in blocks]
        for mark in templates:
            number = bisect_right(starts, mark.start) - 1
            while number >= 0 and blocks[number].span.end <= mark.start:
                number = blocks[number].parent
            if number < 0 or blocks[number].kind != "code":
                self.found.append(Inline("template", mark, number))


def _skip_blanks(content: str, at: int, end: int) -> int:
    while at < end and content[at] in " \t\n":
        at += 1
    return at


def _covered(run: Span, starts: list[int], ends: list[int]) -> bool:
    """Whether *run* lies in one of the zones, whose starts are sorted and whose ends are running maxima."""
    at = bisect_right(starts, run.start) - 1
    return at >= 0 and run.end <= ends[at]


def _start(inline: Inline) -> int:
    return inline.span.start
