"""What a rule says about a place on a page, and how it can be mended."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from ld_review.source import Span


class Severity(StrEnum):
    """How much a finding weighs; compare with ``rank``."""

    SUGGESTION = "suggestion"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for a suggestion, 1 for a warning, 2 for an error."""
        return list(Severity).index(self)


class Edit(NamedTuple):
    """Put *replacement* where *span* is; an empty span inserts."""

    span: Span
    replacement: str


class Fix(NamedTuple):
    """Edits that belong together, and whether they keep the meaning of the page (``safe``)."""

    edits: tuple[Edit, ...]
    safe: bool = True


class Finding(NamedTuple):
    """A match, worded by its rule. It holds no path and no line: the review knows the one, the source the other."""

    rule: str
    span: Span
    message: str
    severity: Severity
    fix: Fix | None = None
    also: tuple[Span, ...] = ()
    """Other places on the page that the same finding is about."""
    paste: str = ""
    """Markdown that the author can paste and fill in."""
