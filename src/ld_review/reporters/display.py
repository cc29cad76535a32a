"""How text from a page is shown in a terminal: made harmless, measured in cells, cut to the width, marked."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from ld_review.late import late
from ld_review.source import Source, Span

TAB = 4
_ELLIPSIS = "…"
_CONTEXT_AFTER = 20
"""How many cells after a marked place should stay when a long line is cut."""
_REPLACED = "\ufffd"
_SURROGATE = late("[\ud800-\udfff]")
_ZERO_WIDTH_JOINER, _EMOJI_PRESENTATION = "\u200d", "\ufe0f"
_ZERO_WIDTH_CATEGORIES = frozenset({"Mn", "Me", "Cf"})

_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)}
_NAMED = (0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF)
_HARMLESS: dict[int, str] = {
    **_PICTURES,
    0x7F: "\u2421",
    **dict.fromkeys(range(0x80, 0xA0), _REPLACED),
    **{code: f"<U+{code:04X}>" for code in _NAMED},
    0x2028: "\u2424",
    0x2029: "\u2424",
    **dict.fromkeys(range(0xD800, 0xE000), _REPLACED),
}

STYLES = {"error": "1;31", "warning": "1;33", "suggestion": "1;36", "place": "34", "bold": "1", "faint": "2"}


class Excerpt(NamedTuple):
    """A line of a page, cut to a width, and a marker to stand under it."""

    text: str
    marker: str


def harmless(text: str) -> str:
    """*text* on one line, without anything a terminal would obey: control characters, escapes, bidi controls."""
    return text if text.isascii() and text.isprintable() else text.translate(_HARMLESS)


def encodable(text: str) -> str:
    """*text* without lone surrogates, which no UTF-8 can hold: a file name may have them."""
    return text if text.isascii() else _SURROGATE.sub(_REPLACED, text)


def flat(text: str) -> str:
    """*text* with all white space collapsed, and harmless: for a message."""
    return harmless(" ".join(text.split()))


def paint(text: str, style: str, color: bool) -> str:
    """*text* in the colour of *style*, where colours are wanted."""
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if color and text else text


def cells(text: str) -> int:
    """How many columns of a terminal *text* takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    total, last, joined = 0, 0, False
    for character in text:
        if character == _EMOJI_PRESENTATION and last == 1:
            total, last = total + 1, 2
            continue
        width = 0 if joined else _cell(character, last)
        joined = character == _ZERO_WIDTH_JOINER
        total += width
        last = width or last
    return total


def _cell(character: str, before: int) -> int:
    if character < "\u0300":
        return int(character != "\u00ad")
    if unicodedata.category(character) in _ZERO_WIDTH_CATEGORIES or "\u1160" <= character <= "\u11ff":
        return 0
    if "\U0001f3fb" <= character <= "\U0001f3ff" and before == 2:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def excerpt(source: Source, span: Span, width: int) -> Excerpt:
    """The first line of *span*, at most *width* cells of it, with a marker under what the span holds of that line."""
    line = source.line(source.position(span.start).line)
    start = min(span.start, line.end) - line.start
    end = max(min(span.end, line.end) - line.start, start)
    text = source[line]
    first, last = _window(text, start, end, width)
    before = _ELLIPSIS if first else ""
    after = _ELLIPSIS if last < len(text) else ""
    shown = _expanded(text[first:last])
    lead = before + "".join(shown[: start - first])
    marked = "".join(shown[start - first : max(end, start) - first])
    marker = " " * cells(lead) + "^" * max(cells(marked), 1)
    return Excerpt((before + "".join(shown) + after).rstrip(), marker)


def _expanded(text: str) -> list[str]:
    """Each character as it is shown; their widths add up to the width of the whole."""
    shown: list[str] = []
    column = 0
    for character in text:
        piece = " " * (TAB - column % TAB) if character == "\t" else harmless(character)
        column += cells(piece)
        shown.append(piece)
    return shown


def _window(text: str, start: int, end: int, width: int) -> tuple[int, int]:
    """Which part of a long line to show, so that what lies between *start* and *end* is in it."""
    if len(text) <= width and cells("".join(_expanded(text))) <= width:
        return 0, len(text)
    room = max(width - 2, 8)
    marked = _reach(text[start : min(end, start + room)], room)
    after = min(_CONTEXT_AFTER, _reach(text[start + marked : start + marked + room], _CONTEXT_AFTER))
    before = _reach(text[max(0, start - room) : start][::-1], max(room - marked - after, room // 4))
    first = start - before
    return first, first + _reach(text[first : first + room], room)


def _reach(text: str, room: int) -> int:
    """How many characters of *text* fit into *room* cells."""
    taken = 0
    for index, character in enumerate(text):
        taken += TAB if character == "\t" else cells(harmless(character))
        if taken > room:
            return index
    return len(text)
