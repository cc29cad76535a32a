"""What all checks of the page's structure share: which zones to leave out, and how many matches are enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from ld_review.checks.base import Match
from ld_review.checks.phrases import Ground
from ld_review.errors import near
from ld_review.page import Page
from ld_review.zones import ZONES


@dataclass(frozen=True, kw_only=True)
class Structural:
    """The options of every check that looks at structure."""

    skip: tuple[str, ...] = ()
    """Zones to leave out, such as ``quote`` or ``template-section``."""
    limit: int = 0
    """How many matches on a page are enough; 0 for all."""

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
