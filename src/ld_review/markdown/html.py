"""HTML as handbook pages hold it: tags, attributes and comments, at their places in the text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ld_review.late import late
from ld_review.source import Span

_ATTRIBUTES = r"""(?:[^<>"']++|"[^"]{0,4000}+"|'[^']{0,4000}+'){0,100}+"""
TAG = late(rf"<(?P<close>/?)(?P<name>[A-Za-z][\w:-]*+)(?P<attributes>{_ATTRIBUTES})>")
_ATTRIBUTE = late(r"""([A-Za-z_:@][\w:.-]*+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")
_MARKUP = late(r"<(?=[A-Za-z/!?])")
RAW = frozenset({"script", "style", "pre", "code", "textarea", "svg", "math"})
"""Elements whose text is no prose."""


class Attribute(NamedTuple):
    """One attribute of a tag."""

    name: str
    """In lower case."""
    value: str
    span: Span
    """Of the value, without its quotes; empty behind the name where there is no value."""


class Piece(NamedTuple):
    """A stretch of HTML: a ``tag``, a ``comment`` or ``text``."""

    kind: str
    span: Span
    name: str = ""
    """Of a tag, in lower case, with a leading slash where it closes."""
    attributes: tuple[Attribute, ...] = ()

    def get(self, name: str) -> Attribute | None:
        """The attribute of that name, if the tag has it."""
        return next((attribute for attribute in self.attributes if attribute.name == name), None)


def attributes(text: str, start: int, end: int) -> tuple[Attribute, ...]:
    """The attributes written in ``text[start:end]``; their spans index *text*."""
    found = []
    for match in _ATTRIBUTE.finditer(text, start, end):
        group = next((number for number in (2, 3, 4) if match[number] is not None), 0)
        span = Span(*match.span(group)) if group else Span(match.end(1), match.end(1))
        found.append(Attribute(match[1].lower(), match[group] if group else "", span))
    return tuple(found)


def tag(text: str, start: int = 0) -> Piece | None:
    """The tag that starts at *start*, if one does."""
    match = TAG.match(text, start)
    if match is None:
        return None
    name = match["close"] + match["name"].lower()
    return Piece("tag", Span(*match.span()), name, attributes(text, *match.span("attributes")))


def pieces(text: str) -> Iterator[Piece]:
    """*text* cut into tags, comments and the text between them; text inside code or scripts is left out."""
    end = at = 0
    raw = ""
    while (mark := _MARKUP.search(text, at)) is not None:
        start = mark.start()
        piece = _markup(text, start)
        if piece is None or (raw and piece.name != f"/{raw}"):
            at = start + 1 if piece is None else piece.span.end
            continue
        if start > end and not raw:
            yield Piece("text", Span(end, start))
        yield piece
        raw = piece.name if piece.name in RAW else ""
        end = at = piece.span.end
    if end < len(text) and not raw:
        yield Piece("text", Span(end, len(text)))


def only_comments(text: str) -> bool:
    """Whether *text* holds comments and nothing else."""
    return text.lstrip().startswith("<!") and all(
        piece.kind == "comment" or not text[piece.span.start : piece.span.end].strip() for piece in pieces(text)
    )


def _markup(text: str, start: int) -> Piece | None:
    if text.startswith("<!--", start):
        close = text.find("-->", start + 4)
        return Piece("comment", Span(start, close + 3 if close >= 0 else len(text)))
    if text[start + 1] in "!?":
        close = text.find(">", start)
        return Piece("comment", Span(start, close + 1 if close >= 0 else len(text)))
    return tag(text, start)
