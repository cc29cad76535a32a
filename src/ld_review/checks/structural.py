"""What all checks of the page's structure share: which zones to leave out, and how many matches are enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from ld_review.checks.base import Match
from ld_review.checks.phrases import Ground
from ld_review.errors import near
from ld_review.page import Page
from ld_review.zones import ZONES, Zone


@dataclass(frozen=True, kw_only=True)
class Structural:
    """The options of every check that looks at structure."""

    skip: tuple[Zone, ...] = ()
    """Zones to leave out, such as ``quote`` or ``template-section``."""
    limit: int = 0
    """How many matches on a page are enough; 0 for all."""
    grouped: int = 0
    """From how many matches on they are one, marked at the first and naming the others; 0 for never."""

    def __post_init__(self) -> None:
        for name in self.skip:
            if name not in ZONES:
                raise ValueError(f"option 'skip': there is no {name!r}{near(name, sorted(ZONES))}")

    def kept(self, page: Page, matches: Iterable[Match]) -> Iterator[Match]:
        """The matches that lie in no zone to leave out, as many as are enough."""
        if self.skip:
            ground = Ground(page, "raw", self.skip)
            matches = (match for match in matches if ground.holds(match.span))
        return islice(matches, self.limit or None)

    def together(self, matches: Sequence[Match], total: int = 0) -> Iterator[Match]:
        """The matches, or one for all of them; words: ``{count}``, ``{total}``."""
        counts = {"count": str(len(matches)), "total": str(total or len(matches))}
        if self.grouped and len(matches) >= self.grouped:
            first, *rest = matches
            also = tuple(match.span for match in rest)
            yield first._replace(words={**first.words, **counts}, also=also)
            return
        for match in matches:
            yield match._replace(words={**match.words, **counts})
