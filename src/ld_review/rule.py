"""A rule: what may be wrong, why, on whose authority, how to look, what to say, and how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ld_review.checks.base import Check
from ld_review.finding import Severity
from ld_review.source import Span

DIMENSIONS = ("handbook-first", "adult-learning", "async")


class Authority(NamedTuple):
    """Where the standard behind a rule can be read."""

    title: str
    url: str


class Example(NamedTuple):
    """A text that the rule flags at exactly these spans, or, where there are none, leaves alone."""

    text: str
    flagged: tuple[Span, ...]
    fixed: str | None = None
    """The text after all fixes, safe and unsafe."""
    path: str = "page.md"
    """The path the example pretends to have."""


@dataclass(frozen=True)
class Rule:
    """One rule file, read and checked."""

    id: str
    dimension: str
    summary: str
    why: str
    authority: tuple[Authority, ...]
    severity: Severity
    since: str
    message: str
    """With named words in braces, which the check fills in."""
    kind: str
    """The name of the check, as in the rule file."""
    check: Check
    examples: tuple[Example, ...]
    language: str = ""
    """The language whose pages the rule can read (``en``); empty where it reads structure alone."""
    safe: bool = True
    """Whether fixes that the check calls safe may be applied without asking."""
    fixes: bool = True
    """Whether the edits of its check are offered as a fix at all."""
    off: str = ""
    """Why the rule is off unless it is selected by its id; empty where it is not off."""
    origin: str = ""
    """The rule file, as it was found."""
