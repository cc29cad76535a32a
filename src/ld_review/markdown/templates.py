"""Template marks in a page (ERB, Hugo shortcodes, Liquid), found and masked before Markdown is read."""

from __future__ import annotations

from collections.abc import Iterator

from ld_review.late import late
from ld_review.source import Span

MASK = "\ue000"
"""Stands for each character of a template mark while the page is parsed. A private-use character: no page says it."""

_OPENERS = late(r"<%|\{\{|\{%")
_CLOSERS = {"<%": "%>", "{{": "}}", "{%": "%}"}
_NOT_NEWLINE = late(r"[^\n]+")


def find(text: str) -> Iterator[Span]:
    """The template marks of *text*, in order. A mark that is never closed is text."""
    exhausted: set[str] = set()
    end = 0
    for opener in _OPENERS.finditer(text):
        if opener.start() < end or opener[0] in exhausted:
            continue
        close = text.find(_CLOSERS[opener[0]], opener.end())
        if close < 0:
            exhausted.add(opener[0])
        elif opener[0] == "<%" or "\n\n" not in text[opener.end() : close]:
            end = close + 2
            yield Span(opener.start(), end)


def mask(text: str, marks: tuple[Span, ...]) -> str:
    """*text* with every mark masked: of equal length, line endings kept."""
    parts, end = [], 0
    for start, stop in marks:
        parts.append(text[end:start])
        parts.append(_NOT_NEWLINE.sub(lambda match: MASK * len(match[0]), text[start:stop]))
        end = stop
    parts.append(text[end:])
    return "".join(parts)
