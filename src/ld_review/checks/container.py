"""Find containers whose name is nearly that of a known one: nothing renders them, and no learner sees the exercise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ld_review.checks.base import Match
from ld_review.checks.structural import Structural
from ld_review.finding import Edit
from ld_review.late import late
from ld_review.page import Page
from ld_review.source import Span

_NAME = late(r":{3,}[ \t]*(?:\{[ \t]*\.?)?(?P<name>[A-Za-z][\w-]*)")
_KNOWN = (
    "callout", "caution", "challenge", "checklist", "discussion", "exercise", "group-tab", "hint", "important", "info",
    "instructor", "keypoints", "note", "objectives", "output", "prereq", "question", "questions", "quiz", "solution",
    "spoiler", "tab", "testimonial", "tip", "warning", "activity", "answer", "summary", "danger",
)  # fmt: skip
_OTHER_SPELLINGS = frozenset({"key-point", "key-points", "key_points", "keypoint", "objective"})
"""As some sites call theirs."""


@dataclass(frozen=True, kw_only=True)
class Container(Structural):
    """Yield the name of each container that is one letter away from a known name. Words: ``{name}``, ``{near}``."""

    known: tuple[str, ...] = _KNOWN
    """The names there are."""

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.kept(page, self._all(page))

    def _all(self, page: Page) -> Iterator[Match]:
        text = page.document.source.text
        for block in page.document.blocks:
            if block.kind != "container":
                continue
            match = _NAME.match(text, *block.span)
            name = match["name"].lower() if match else ""
            if match is None or name in self.known or name.rstrip("s") in self.known or name in _OTHER_SPELLINGS:
                continue
            better = next((word for word in self.known if _one_apart(name, word)), "")
            if better:
                span = Span(*match.span("name"))
                yield Match(span, {"name": match["name"], "near": better}, (Edit(span, better),))


def _one_apart(word: str, known: str) -> bool:
    """Whether one letter was left out, put in, changed, or two neighbours were swapped.

    Of four letters one that is changed makes another word ("vote" is no "note"), of three any.
    """
    if abs(len(word) - len(known)) > 1 or len(known) < 4:
        return False
    at = next((i for i, (a, b) in enumerate(zip(word, known, strict=False)) if a != b), min(len(word), len(known)))
    if len(word) == len(known):
        swapped = word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]
        return swapped == known or (len(known) > 4 and word[at + 1 :] == known[at + 1 :])
    longer, shorter = (word, known) if len(word) > len(known) else (known, word)
    return longer[:at] + longer[at + 1 :] == shorter
