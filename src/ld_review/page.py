"""What a check is given: the parsed page and what was recognised on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from ld_review.document import Document
from ld_review.language import Language


@dataclass(frozen=True)
class Page:
    """A document with what the review knows about it."""

    document: Document
    language: Language = field(default_factory=Language)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the source, case-folded: a cheap way to know that a phrase cannot stand here."""
        return frozenset(self.document.source.text.casefold().split())
