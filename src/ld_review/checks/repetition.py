"""Find a word that was written twice in a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from ld_review.checks.base import Match
from ld_review.checks.phrases import Hit, Hunt, Phrases, pattern
from ld_review.finding import Edit
from ld_review.late import late
from ld_review.page import Page
from ld_review.source import Span

_WORD = r"[\p{L}\p{M}]+(?:['\u2019-][\p{L}\p{M}]+)*"
_GAP = late(r"[ \t\xa0]+|[ \t]*(?:\r\n|\n|\r)[ \t>]*")
_DOUBLED = late(r"(?<!\w)([^\W\d_]\S{0,99}) \1(?!\w)")
_BEFORE = r"(?<![\w'\u2019-])"
_AFTER = r"(?![\w'\u2019-])"


@dataclass(frozen=True, kw_only=True)
class Repetition(Phrases):
    """Yield each word that follows itself with nothing but white space between. Word: ``{match}``, the word.

    The fix takes the second one away.
    """

    tokens: tuple[str, ...] = (_WORD,)
    """Regular expressions for what must not be repeated; a word, if nothing else is given."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not all(self.tokens):
            raise ValueError("option 'tokens': a token is empty")
        _ = self._hunt

    @cached_property
    def _hunt(self) -> Hunt:
        doubled = (f"{_BEFORE}(?P<token_>{token})(?P<gap_>\\s+)(?P=token_){_AFTER}" for token in self.tokens)
        phrases = [pattern("tokens", text, self.ignorecase, words=False) for text in doubled]
        return (
            Hunt(replace(phrase, screen=_DOUBLED) for phrase in phrases) if self.tokens == (_WORD,) else Hunt(phrases)
        )

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        matches = (_match(page, hit) for hit in self.hits(page, self._hunt))
        return self.enough(match for match in matches if match)


def _match(page: Page, hit: Hit) -> Match | None:
    shift = hit.span.start - hit.match.start()
    gap = Span(hit.match.start("gap_") + shift, hit.match.end("gap_") + shift)
    if not _GAP.fullmatch(page.document.source.text, *gap):
        return None
    return Match(hit.span, {"match": hit.match["token_"]}, (Edit(Span(gap.start, hit.span.end), ""),))
