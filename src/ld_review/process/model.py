"""A way in which the learning team helps, and what it takes: values as the files in ``rules/process`` have them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from ld_review.late import late
from ld_review.process.conditions import Check
from ld_review.reporters.markdown_text import is_web

From = Literal["", "audience", "duration"]
"""Which part of the pages may answer a question."""
_NUMBER = late(r"\d{1,3}(?:[, ]\d{3})+|\d{1,12}")
_DATE = late(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Question:
    """What a person is asked."""

    id: str
    ask: str
    help: str = ""
    kind: Literal["text", "number", "date", "url", "choice"] = "text"
    choices: tuple[str, ...] = ()
    """The answers there are, of a choice."""
    from_: From = ""

    def __post_init__(self) -> None:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError("'choices' are for the kind 'choice', which needs them")

    def wrong(self, answer: str) -> str:
        """Why *answer* is none; empty where it is one."""
        answer = answer.strip()
        if not answer:
            return "it is empty"
        if self.kind == "number" and not _NUMBER.fullmatch(answer):
            return f"{answer!r} is not a number"
        if self.kind == "url" and not is_web(answer):
            return f"{answer!r} is not a web address"
        if self.kind == "date" and not _is_date(answer):
            return f"{answer!r} is not a date such as 2026-12-03"
        if self.kind == "choice" and answer.casefold() not in map(str.casefold, self.choices):
            return f"{answer!r} is none of {', '.join(self.choices)}"
        return ""


@dataclass(frozen=True)
class Condition:
    """Something that must be true of the pages."""

    id: str
    says: str
    """The condition as a sentence that is true where it is met."""
    check: Check


class Step(NamedTuple):
    """A row of a timeline."""

    action: str
    who: str
    days: int
    """How many days before the launch it is due; below 0 after it."""
    opens: bool
    """Whether it is the opening of the issue."""
    note: str
    done_when: tuple[Condition, ...]
    """What shows on the pages that it is done."""
    needs: tuple[Condition, ...]
    """What must be true of the pages for it, and does not show that it is done."""


@dataclass(frozen=True)
class Model:
    """A support model: a file in ``rules/process``."""

    name: str
    row: str
    """How the learning team calls it."""
    when: str
    template: str
    """The issue template in its project."""
    title: str
    """Of the issue; ``{title}`` is that of the pages."""
    profile: str
    asks: tuple[Question, ...]
    gate: tuple[Condition, ...]
    checklist: tuple[str, ...]
    timeline: tuple[Step, ...]
    timeline_from: str
    """Where the timeline is agreed."""
    quick_actions: tuple[str, ...]
    """Lines for GitLab to obey; ``{launch}`` is the day of the launch."""
    origin: str

    @property
    def opening(self) -> Step | None:
        """The step that opens the issue; None where there is no timeline."""
        return next((step for step in self.timeline if step.opens), None)


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False
