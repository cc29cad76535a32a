"""A learning element: a thing a course is made of, recognised on the page, with its place and the reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, NamedTuple

from ld_review.hints import OneOf
from ld_review.source import Span

KINDS = (
    "objective",
    "practice",
    "solution",
    "knowledge-check",
    "reflection",
    "feedback",
    "summary",
    "duration",
    "prerequisite",
    "no-prerequisite",
    "audience",
    "help-venue",
    "completion-rule",
    "pass-mark",
    "media",
    "media-alternative",
    "lesson",
    "live-event",
    "self-paced",
    "deadline",
)
"""The kinds of learning element, each but ``no-prerequisite`` described by a file in ``rules/elements``.

``no-prerequisite`` is the statement that none are needed.
"""
Kind = Annotated[str, OneOf(KINDS)]

STEPS = "practice/structure/steps"
"""The cue of practice that is told by its steps alone, without a name."""


class Element(NamedTuple):
    """A learning element and how it was known."""

    kind: str
    span: Span
    """The words that tell: a title, a label, an objective, a sentence."""
    body: Span
    """All that belongs to it: the section under a title, the item of a list, the container."""
    reason: str
    """How it was recognised, in words for the author."""
    cue: str = ""
    """Which entry of the vocabulary told: ``practice/titles/exercise``; stable, to measure each cue by itself."""
    attributes: Mapping[str, object] = {}
    """What is known about it, by kind: ``minutes``, ``verb``, ``levels``, ``opener``, ``url``; JSON values alone."""

    def minutes(self) -> float | None:
        """How long it takes, where that is stated."""
        value = self.attributes.get("minutes")
        return float(value) if isinstance(value, (int, float)) else None
