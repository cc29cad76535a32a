"""A timeline as dates: what is due, by whom, and what the pages show of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from ld_review.errors import UsageError
from ld_review.process.conditions import Outcome, State
from ld_review.process.model import Condition, Model, Step
from ld_review.process.study import Study

_SATURDAY = 5


class Progress(StrEnum):
    """How far a step is, as the pages show it."""

    DONE = "done"
    OPEN = "open"
    BY_A_PERSON = "for a person to say"


class Due(NamedTuple):
    """A step with its date."""

    step: Step
    by_table: date
    """The day that the weeks of the timeline give."""
    day: date
    """The day it is due: not a Saturday or Sunday, where those are left out."""
    progress: Progress
    checked: tuple[tuple[Condition, Outcome], ...] = ()

    @property
    def moved(self) -> bool:
        """Whether it is due on another day than the timeline alone would give."""
        return self.day != self.by_table


class Schedule(NamedTuple):
    """A timeline for one launch."""

    model: Model
    launch: date
    opening: date
    """When the issue is opened."""
    opening_told: bool
    """Whether that was said, and not reckoned from the launch."""
    today: date
    steps: tuple[Due, ...]
    earliest: date | None
    """The earliest launch that leaves the time of the timeline; None where the launch is not too early."""
    keeps_weekends: bool

    @property
    def late(self) -> Iterator[Due]:
        """The steps that the pages show as open though their day has passed."""
        return (due for due in self.steps if self.overdue(due) and due.progress is Progress.OPEN)

    @property
    def exit_status(self) -> int:
        """0 where the launch can be reached, 1 where it is too early or something that shows on the pages is late."""
        return int(self.earliest is not None or any(self.late))

    def overdue(self, due: Due) -> bool:
        """Whether the day of a step has passed, and nothing shows that it is done."""
        return due.day < self.today and due.progress is not Progress.DONE


class Wish(NamedTuple):
    """What a schedule is asked for: a launch, an opening, or both."""

    launch: date | None
    opening: date | None
    today: date
    keep_weekends: bool = False


def schedule(model: Model, wish: Wish, study: Study | None = None) -> Schedule:
    """The dates of a model's timeline; with *study*, what its pages show of each step.

    Raises UsageError where the model has no timeline, or a date lies outside the calendar.
    """
    opens = model.opening
    if opens is None:
        raise UsageError(
            f"no timeline is agreed for {model.name!r}; a file of that name in --process-folder can give one"
        )
    try:
        return _dated(model, opens, wish, study)
    except OverflowError:
        raise UsageError("a date of the schedule lies outside the calendar") from None


def _dated(model: Model, opens: Step, wish: Wish, study: Study | None) -> Schedule:
    needed = timedelta(days=opens.days)
    begins = wish.opening or wish.today
    launch = wish.launch or _workday(begins + needed, wish)
    earliest = _workday(begins + needed, wish) if launch < begins + needed else None
    steps = [_due(step, launch, opens, wish, study) for step in model.timeline]
    opening = next(due.day for due in steps if due.step.opens)
    kept = tuple(due._replace(day=min(due.day, opening)) if due.step.days >= opens.days else due for due in steps)
    return Schedule(model, launch, opening, wish.opening is not None, wish.today, kept, earliest, wish.keep_weekends)


def _due(step: Step, launch: date, opens: Step, wish: Wish, study: Study | None) -> Due:
    by_table = launch - timedelta(days=step.days)
    day = _off_weekend(by_table, step, wish)
    checked = tuple((one, one.check.look(study, ())) for one in (*step.done_when, *step.needs)) if study else ()
    progress = _progress(step, checked)
    if step is opens and wish.opening:
        by_table = day = wish.opening
        progress = Progress.DONE if wish.opening < wish.today else progress
    return Due(step, by_table, day, progress, checked)


def _off_weekend(day: date, step: Step, wish: Wish) -> date:
    """The Friday before a weekend for what is due before the launch, the Monday after for what follows it.

    The launch stays where it was asked for, and nothing that can still be done in time moves into the past.
    """
    if wish.keep_weekends or step.days == 0 or day.weekday() < _SATURDAY:
        return day
    if step.days < 0:
        return _workday(day, wish)
    friday = day - timedelta(days=day.weekday() - _SATURDAY + 1)
    return day if friday < wish.today <= day else friday


def _workday(day: date, wish: Wish) -> date:
    """*day*, or the Monday after where it lies on a weekend that is left out."""
    over = 7 - day.weekday() if day.weekday() >= _SATURDAY and not wish.keep_weekends else 0
    return day + timedelta(days=over)


def _progress(step: Step, checked: tuple[tuple[Condition, Outcome], ...]) -> Progress:
    states = {outcome.state for _, outcome in checked}
    if State.NOT_MET in states:
        return Progress.OPEN
    return Progress.DONE if step.done_when and states == {State.MET} else Progress.BY_A_PERSON
