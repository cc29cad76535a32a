"""A request as Markdown for an issue, and as data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TextIO

from ld_review.learning import durations
from ld_review.process.conditions import State
from ld_review.process.model import Question
from ld_review.process.request import Request
from ld_review.process.schedule_formats import as_data as schedule_data
from ld_review.process.schedule_formats import markdown_lines, outcome_data, outcome_markdown
from ld_review.process.study import StudiedPage, verdicts
from ld_review.reporters.display import flat
from ld_review.reporters.markdown_text import code, inline, lines, plain

_MOST_OBJECTIVES = 20
_LONGEST_REASON = 300
_LONGEST_OBJECTIVE = 200
_LONGEST_TITLE = 255
"""GitLab takes no longer one."""
_DIMENSIONS = {"handbook-first": "Handbook first", "adult-learning": "Adult learning", "async": "Bias for async"}


def title(request: Request) -> str:
    """The title of the issue."""
    return plain(request.title, _LONGEST_TITLE - 20)


def write_markdown(request: Request, stream: TextIO, *, quick_actions: bool = False) -> None:
    """Write the title as a heading, and the description below it."""
    stream.write(f"# {inline(request.title)}\n\n{description(request, quick_actions=quick_actions)}")


def write_json(request: Request, stream: TextIO, *, quick_actions: bool = False) -> None:
    """Write the request as JSON."""
    json.dump(as_data(request, quick_actions=quick_actions), stream, ensure_ascii=False, indent=2)
    stream.write("\n")


def description(request: Request, *, quick_actions: bool = False) -> str:
    """The text of the issue. No line but its quick actions begins with a slash."""
    parts = [_head(request), _pages(request), _review(request), _objectives(request), _triage(request), _gate(request)]
    parts += [_schedule(request), _checklist(request)]
    parts += [quick_action_lines(request)] if quick_actions else []
    return "\n\n".join("\n".join(part).strip("\n") for part in map(list, parts) if part) + "\n"


def quick_action_lines(request: Request) -> list[str]:
    """What GitLab is told to do; a line that needs the day of the launch only where that is known."""
    launch = request.schedule.launch.isoformat() if request.schedule else ""
    found = [line for line in request.model.quick_actions if launch or "{launch}" not in line]
    return [line.replace("{launch}", launch) for line in found]


def as_data(request: Request, *, quick_actions: bool = False) -> dict[str, Any]:
    """The request as plain lists and dictionaries, with the title and the description of the issue."""
    model = request.model
    return {
        "model": model.name,
        "template": model.template,
        "title": title(request),
        "description": description(request, quick_actions=quick_actions),
        "quick_actions": quick_action_lines(request) if quick_actions else [],
        "pages": [_page_data(page) for page in request.study.pages],
        "verdicts": {
            one.dimension: {"verdict": one.outcome.value, "reason": flat(one.reason)} for one in verdicts(request.study)
        },
        "answers": {id_: flat(answer.text) for id_, answer in request.answers.items()},
        "unanswered": [question.id for question in request.unanswered],
        "gate": [outcome_data(condition, outcome) for condition, outcome in request.gate],
        "schedule": schedule_data(request.schedule) if request.schedule else None,
    }


def _page_data(page: StudiedPage) -> dict[str, Any]:
    whole = page.times.whole
    return {
        "path": flat(page.path),
        "title": flat(page.title),
        "profile": {"name": page.review.profile.name, "declared": page.review.profile.declared},
        "objectives": [flat(page.place(one.span).text) for one in page.elements("objective")],
        "minutes": whole.minutes() if whole else None,
    }


def _head(request: Request) -> Iterator[str]:
    model = request.model
    template = f", template {code(model.template)}" if model.template else ""
    yield f"**Support model:** {inline(model.row)}{template}"


def _pages(request: Request) -> list[str]:
    if not request.study.pages:
        return []
    return ["## Pages", "", *(_page(page) for page in request.study.pages)]


def _page(page: StudiedPage) -> str:
    profile = page.review.profile
    number = len(page.elements("objective"))
    said = [
        f"profile {inline(profile.name)} ({'declared' if profile.declared else 'inferred'})",
        f"{number} objective{'' if number == 1 else 's'}",
        _time(page),
    ]
    name = f"{inline(page.title)}, " if page.title else ""
    return f"- {name}{code(page.path)}: {', '.join(said)}"


def _time(page: StudiedPage) -> str:
    whole = page.times.whole
    minutes = whole.minutes() if whole else None
    if minutes:
        return f"{durations.said(minutes)} stated"
    return f"no time stated, {durations.said(page.times.needed)} to read and watch"


def _review(request: Request) -> list[str]:
    if not request.study.pages:
        return []
    head = ["## Review", "", "| Dimension | Verdict | Why |", "| --- | --- | --- |"]
    rows = (
        f"| {_DIMENSIONS[one.dimension]} | {one.outcome.value.replace('-', ' ')} | {_cell(one.reason)} |"
        for one in verdicts(request.study)
    )
    unread = [
        f"- {code(page.path)}: {inline(page.review.not_assessed)}"
        for page in request.study.pages
        if page.review.not_assessed
    ]
    return [*head, *rows, *(["", "Not assessed:", "", *unread] if unread else [])]


def _cell(text: str) -> str:
    return inline(text, _LONGEST_REASON).replace("|", "\\|")


def _objectives(request: Request) -> list[str]:
    if not request.study.pages:
        return []
    found = [page.place(one.span) for page in request.study.pages for one in page.elements("objective")]
    listed = [
        f"{number}. {inline(place.text, _LONGEST_OBJECTIVE)} ({code(f'{place.path}:{place.line}')})"
        for number, place in enumerate(found[:_MOST_OBJECTIVES], 1)
    ]
    more = ["", f"And {len(found) - _MOST_OBJECTIVES} more."] if len(found) > _MOST_OBJECTIVES else []
    return ["## Learning objectives", "", *(listed or ["None found."]), *more]


def _triage(request: Request) -> list[str]:
    answered = (line for question in request.model.asks for line in ("", *_answered(request, question)))
    return ["## Triage", *answered]


def _answered(request: Request, question: Question) -> Iterator[str]:
    yield f"**{inline(question.ask)}**"
    yield ""
    answer = request.answers.get(question.id)
    if answer is None:
        yield "*Not answered yet.*"
        return
    text = f"<{answer.text}>" if question.kind == "url" else lines(answer.text)
    place = answer.place
    yield f"{text} ({code(f'{place.path}:{place.line}')})" if place else text


def _gate(request: Request) -> list[str]:
    if not request.gate:
        return []
    boxes = {True: "[x] ", False: "[ ] "}
    items = (
        line
        for condition, outcome in request.gate
        for line in outcome_markdown(condition, outcome, boxes[outcome.state is State.MET])
    )
    return ["## Before this is opened", "", *items]


def _schedule(request: Request) -> list[str]:
    return ["## Schedule", "", *markdown_lines(request.schedule)] if request.schedule else []


def _checklist(request: Request) -> list[str]:
    items = [f"- [ ] {inline(item)}" for item in request.model.checklist]
    return ["## Checklist", "", *items] if items else []
