"""A rule whose findings the engine makes itself: about suppressions and front matter, not about the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ld_review.checks.base import Match
from ld_review.page import Page


@dataclass(frozen=True)
class Builtin:
    """Finds nothing by itself."""

    def find(self, page: Page) -> Iterator[Match]:
        """Nothing: what such a rule reports is known only after the other rules ran."""
        return iter(())
