"""Find what must not stand on a page unless something else does, such as an acronym without its expansion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ld_review.checks.base import Match
from ld_review.checks.phrases import Hit, Hunt, Phrases, pattern
from ld_review.page import Page
from ld_review.source import Span


@dataclass(frozen=True, kw_only=True)
class Conditional(Phrases):
    """Yield the first place of each text that ``first`` finds and ``second`` does not. Word: ``{match}``.

    Compared is what the first group of each pattern found, or all of it where it has no group.
    """

    first: str = ""
    """A regular expression for what needs something else: ``\\b([A-Z]{3,5})\\b``."""
    second: str = ""
    """A regular expression for what it needs: ``(?:\\w+ )+\\(([A-Z]{3,5})\\)``."""
    ignorecase: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        for option in ("first", "second"):
            if not getattr(self, option):
                raise ValueError(f"option {option!r}: give a regular expression")
        _ = self._hunts

    @cached_property
    def _hunts(self) -> tuple[Hunt, Hunt]:
        first, second = (
            Hunt([pattern(option, getattr(self, option), self.ignorecase, words=False)])
            for option in ("first", "second")
        )
        return first, second

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        first, second = self._hunts
        lacking: dict[str, Hit] = {}
        for hit in self.hits(page, first):
            lacking.setdefault(_key(hit), hit)
        met = {_key(hit) for hit in self.hits(page, second)} if lacking else set()
        wanting = (hit for key, hit in lacking.items() if key not in met)
        return self.enough(Match(_place(hit), {"match": _text(hit)}) for hit in wanting)


def _text(hit: Hit) -> str:
    return " ".join((hit.match[1] or "").split()) if hit.match.re.groups else hit.text


def _key(hit: Hit) -> str:
    return _text(hit).casefold() if hit.phrase.ignorecase else _text(hit)


def _place(hit: Hit) -> Span:
    if not hit.match.re.groups or hit.match[1] is None:
        return hit.span
    shift = hit.span.start - hit.match.start()
    return Span(hit.match.start(1) + shift, hit.match.end(1) + shift)
