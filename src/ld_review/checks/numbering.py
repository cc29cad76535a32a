"""Find numbered or lettered headings that leave a number out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ld_review.checks.base import Match
from ld_review.checks.structural import Structural
from ld_review.document import Document
from ld_review.late import late
from ld_review.page import Page
from ld_review.source import Span

_NUMBERED = late(
    r"(?P<word>(?:lab|lesson|module|unit|part|step|session|week|day|exercise|stage|phase|chapter|task|activity|"
    r"section|challenge|question)s?[ \u00a0])?"
    r"(?P<number>\d{1,2}|[A-Z])(?P<mark>[.):]|[ \u00a0]?[-\u2013\u2014:](?=\s)|\Z)(?!\d)",
    re.IGNORECASE,
)
_FEWEST = 3
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, kw_only=True)
class Numbering(Structural):
    """Yield the heading after each gap among sibling headings that are numbered or lettered.

    Words: ``{text}``, ``{before}`` (the last number before the gap), ``{found}``, ``{missing}``.
    """

    gaps: bool = True
    """Whether a number that is left out is found."""

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.kept(page, sorted(self._all(page.document), key=lambda match: match.span))

    def _all(self, document: Document) -> Iterator[Match]:
        for series in _series(document):
            if len(series) < _FEWEST or not self.gaps or _is_roman(document, series):
                continue
            for (above, before), (span, number) in pairwise(series):
                if number == before + 2 and not _stands_between(document, above, span, before + 1):
                    words = {
                        "text": " ".join(document.source[span].split()),
                        "before": str(before),
                        "found": str(number),
                        "missing": str(before + 1),
                    }
                    yield Match(span, _in_letters(words) if _is_lettered(document, span) else words)


def _series(document: Document) -> Iterator[list[tuple[Span, int]]]:
    """Headings of one level in one section that are numbered alike, in order."""
    series: dict[tuple[int | None, int, str, bool], list[tuple[Span, int]]] = {}
    for section in document.sections:
        if section.heading is None or not document.blocks[section.heading].text_spans:
            continue
        span = document.blocks[section.heading].text_span
        match = _NUMBERED.match(document.source.text, *span)
        if match is None or not (match["word"] or match["mark"].strip()):
            continue
        number = match["number"]
        if number.isdigit():
            value = int(number)
        elif number.isupper():
            value = _LETTERS.index(number) + 1
        else:
            continue
        key = (section.parent, section.level, (match["word"] or "").lower().strip(), number.isdigit())
        series.setdefault(key, []).append((span, value))
    yield from series.values()


def _is_roman(document: Document, series: list[tuple[Span, int]]) -> bool:
    """Whether the letters are numerals, of which only I, V and X are single: letters begin with A."""
    first, value = series[0]
    return _is_lettered(document, first) and value != 1


def _stands_between(document: Document, above: Span, below: Span, number: int) -> bool:
    """Whether what seems to be missing is there: at another level, in bold, or as "Step 2b"."""
    match = _NUMBERED.match(document.source.text, *above)
    word = re.escape((match["word"] or "").strip()) if match else ""
    sign = _LETTERS[number - 1] if _is_lettered(document, above) else str(number)
    pattern = rf"\b{word}[ \u00a0]{sign}(?:\b|[a-z]\b)" if word else rf"^[ >]*(?:#+|\*\*|__)[ ]*{sign}[.):a-z \u00a0]"
    flags = re.MULTILINE | (re.IGNORECASE if word else 0)
    start = above.start if word else above.end
    return re.compile(pattern, flags).search(document.source.text, start, below.start) is not None


def _is_lettered(document: Document, span: Span) -> bool:
    match = _NUMBERED.match(document.source.text, *span)
    return match is not None and not match["number"].isdigit()


def _in_letters(words: dict[str, str]) -> dict[str, str]:
    letters = {name: _LETTERS[int(words[name]) - 1] for name in ("before", "found", "missing")}
    return {**words, **letters}
