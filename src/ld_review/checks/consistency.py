"""Find the rarer of two spellings where a page uses both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ld_review.checks.base import Match
from ld_review.checks.phrases import Hit, Hunt, Phrases, keep_case, term
from ld_review.checks.substitution import in_generated_id, replacing
from ld_review.page import Page


@dataclass(frozen=True, kw_only=True)
class Consistency(Phrases):
    """Yield each use of the rarer spelling; of equally many, of the one that came later.

    Words: ``{match}``, ``{better}``.
    """

    either: Mapping[str, str] = field(default_factory=dict)
    """The two spellings of each pair, as plain words or phrases."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.either:
            raise ValueError("option 'either': give some pairs of spellings")
        for one, other in self.either.items():
            if not one.strip() or not other.strip() or one == other:
                raise ValueError(f"option 'either': {one!r} and {other!r} are not two spellings")

    @cached_property
    def _pairs(self) -> tuple[tuple[Hunt, Hunt], ...]:
        def hunt(text: str) -> Hunt:
            return Hunt([term(text, self.ignorecase)])

        return tuple((hunt(one), hunt(other)) for one, other in self.either.items())

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        matches = [match for pair in self._pairs for match in self._of_pair(page, *pair)]
        return self.enough(sorted(matches, key=lambda match: match.span))

    def _of_pair(self, page: Page, one: Hunt, other: Hunt) -> Iterator[Match]:
        found = self.hits(page, one), self.hits(page, other)
        if not all(found):
            return
        usual, rare = sorted(found, key=lambda hits: (-len(hits), hits[0].span))
        for hit in rare:
            yield self._match(page, hit, usual[0].phrase.name)

    def _match(self, page: Page, hit: Hit, usual: str) -> Match:
        better = keep_case(hit.text, usual)
        safe = not in_generated_id(page, hit.span)
        return Match(hit.span, {"match": hit.text, "better": better}, replacing(page, hit, better), safe=safe)
