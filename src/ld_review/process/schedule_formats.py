"""A schedule as text, as Markdown, and as data; the calendar is in ``calendar``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, TextIO

from ld_review.process.conditions import Outcome, State
from ld_review.process.model import Condition
from ld_review.process.schedule import Due, Progress, Schedule
from ld_review.reporters.display import flat, paint
from ld_review.reporters.markdown_text import code, inline

_MARKS = {Progress.DONE: "[x]", Progress.OPEN: "[ ]", Progress.BY_A_PERSON: "[ ]"}
_SIGNS = {State.MET: "met", State.NOT_MET: "not met", State.NOT_ASSESSED: "not assessed"}
_LONGEST_REASON = 300


def write_text(schedule: Schedule, stream: TextIO, *, color: bool = False) -> None:
    """Write a schedule for a terminal."""
    stream.writelines(f"{line}\n" for line in _text(schedule, color))


def write_markdown(schedule: Schedule, stream: TextIO) -> None:
    """Write a schedule as Markdown for an issue."""
    stream.writelines(f"{line}\n" for line in markdown_lines(schedule))


def write_json(schedule: Schedule, stream: TextIO) -> None:
    """Write a schedule as JSON."""
    json.dump(as_data(schedule), stream, ensure_ascii=False, indent=2)
    stream.write("\n")


def as_data(schedule: Schedule) -> dict[str, Any]:
    """A schedule as plain lists and dictionaries; days are in ISO 8601."""
    return {
        "model": schedule.model.name,
        "source": schedule.model.timeline_from,
        "launch": schedule.launch.isoformat(),
        "opening": schedule.opening.isoformat(),
        "today": schedule.today.isoformat(),
        "weekends": "kept" if schedule.keeps_weekends else "left out",
        "earliest_launch": schedule.earliest.isoformat() if schedule.earliest else None,
        "steps": [_step_data(schedule, due) for due in schedule.steps],
    }


def outcome_data(condition: Condition, outcome: Outcome) -> dict[str, Any]:
    """What became of a condition, as plain data."""
    return {
        "condition": condition.id,
        "says": condition.says,
        "state": outcome.state,
        "why": flat(outcome.why),
        "places": [
            {"path": flat(place.path), "line": place.line, "text": flat(place.text)} for place in outcome.places
        ],
    }


def markdown_lines(schedule: Schedule) -> Iterator[str]:
    """A schedule as a table, with what stands around it."""
    yield f"**Launch:** {_day(schedule.launch)}. **Issue opened:** {_day(schedule.opening)}."
    yield ""
    if schedule.earliest:
        yield f"**Too early:** {inline(too_early(schedule))}"
        yield ""
    yield "| Due | Step | Who | State |"
    yield "| --- | --- | --- | --- |"
    for due in schedule.steps:
        cells = (_day(due.day), inline(due.step.action), inline(due.step.who), _state(schedule, due))
        yield f"| {' | '.join(cells)} |"
    yield ""
    lacking = {condition.id: (condition, outcome) for due in schedule.steps for condition, outcome in due.checked}
    open_ = [line for one in lacking.values() if one[1].state is not State.MET for line in outcome_markdown(*one)]
    yield from (*open_, "") if open_ else ()
    for note in _notes(schedule):
        yield f"{inline(note)}  "


def outcome_markdown(condition: Condition, outcome: Outcome, box: str = "") -> Iterator[str]:
    """What became of a condition, as an item of a list; *box* makes it one that is ticked."""
    says = f"- {box}{inline(condition.says)}"
    if outcome.state is State.MET:
        where = ", ".join(code(f"{place.path}:{place.line}") for place in outcome.places)
        yield f"{says} ({where})" if where else says
        return
    why = f", {inline(outcome.why, _LONGEST_REASON)}" if outcome.why else ""
    yield f"{says}: {_SIGNS[outcome.state]}{why}"
    for place in outcome.places:
        yield f"  - {code(f'{place.path}:{place.line}')} {inline(place.text, _LONGEST_REASON)}"


def outcome_text(condition: Condition, outcome: Outcome, *, places: bool = True) -> str:
    """What became of a condition, on one line of text."""
    why = f", {flat(outcome.why)}" if outcome.why and outcome.state is not State.MET else ""
    if not places:
        outcome = outcome._replace(places=())
    where = ", ".join(flat(f"{place.path}:{place.line}") for place in outcome.places)
    return f"{flat(condition.says)}: {_SIGNS[outcome.state]}{why}" + (f" ({where})" if where else "")


def too_early(schedule: Schedule) -> str:
    """Why the launch cannot be reached, and which one can."""
    opening = schedule.model.opening
    needed = _weeks(opening.days if opening else 0)
    begins = f"after the issue is opened on {_day(schedule.opening)}" if schedule.opening_told else "from today"
    return (
        f"the launch on {_day(schedule.launch)} leaves less than the {needed} of the timeline {begins}; "
        f"the earliest launch is {_day(schedule.earliest or schedule.launch)}"
    )


def _text(schedule: Schedule, color: bool) -> Iterator[str]:
    yield paint(flat(schedule.model.row), "bold", color)
    yield f"launch {_day(schedule.launch)}, issue opened {_day(schedule.opening)}, today {_day(schedule.today)}"
    yield ""
    width = max(len(due.step.who) for due in schedule.steps)
    shown = set[str]()
    for due in schedule.steps:
        yield from _step_text(schedule, due, width, color)
        for condition, outcome in due.checked:
            yield f"{'':21}{outcome_text(condition, outcome, places=condition.id not in shown)}"
            shown.add(condition.id)
    yield ""
    yield from _notes(schedule)


def _step_text(schedule: Schedule, due: Due, width: int, color: bool) -> Iterator[str]:
    styles = {Progress.DONE: "faint", Progress.OPEN: "warning", Progress.BY_A_PERSON: "bold"}
    style = "error" if schedule.overdue(due) else styles[due.progress]
    day = paint(f"{_MARKS[due.progress]} {_day(due.day)}", style, color)
    state = _state(schedule, due)
    yield f"{day}  {flat(due.step.who):<{width}}  {flat(due.step.action)}" + (f"  ({state})" if state else "")
    if due.step.note:
        yield f"{'':21}{flat(due.step.note)}"


def _state(schedule: Schedule, due: Due) -> str:
    said = [] if due.progress is Progress.BY_A_PERSON else [due.progress.value]
    if schedule.overdue(due):
        said.append("overdue" if due.progress is Progress.OPEN else "its day has passed")
    if due.moved:
        said.append(f"moved from {_day(due.by_table)}")
    return ", ".join(said)


def _notes(schedule: Schedule) -> Iterator[str]:
    source = schedule.model.timeline_from or "your own"
    yield f"Weeks are calendar weeks of seven days, holidays included. Timeline: {source}."
    if schedule.keeps_weekends:
        yield "Days on a weekend are kept."
    elif any(due.moved for due in schedule.steps):
        yield "What would fall on a weekend is due on the Friday before; what follows the launch, on the Monday after."
    if schedule.launch.weekday() >= 5:
        yield f"The launch, {_day(schedule.launch)}, is on a weekend."
    if not any(due.checked for due in schedule.steps):
        yield "Name the pages to see what they show as done."


def _step_data(schedule: Schedule, due: Due) -> dict[str, Any]:
    return {
        "action": due.step.action,
        "who": due.step.who,
        "note": due.step.note,
        "due": due.day.isoformat(),
        "by_timeline": due.by_table.isoformat(),
        "days_before_launch": due.step.days,
        "opens_issue": due.step.opens,
        "progress": due.progress,
        "overdue": schedule.overdue(due),
        "checks": [outcome_data(condition, outcome) for condition, outcome in due.checked],
    }


def _weeks(days: int) -> str:
    weeks, over = divmod(days, 7)
    return f"{days} days" if over else f"{weeks} week{'' if weeks == 1 else 's'}"


_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _day(day: date) -> str:
    return f"{day.isoformat()} {_NAMES[day.weekday()]}"
