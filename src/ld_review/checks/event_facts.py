"""What can be asked of a live event, of its schedule, and of the page that tells of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Annotated

from ld_review.document import Document
from ld_review.hints import OneOf
from ld_review.late import late
from ld_review.learning.events.event import LiveEvent, Recording
from ld_review.page import Page

_INVITES = late(
    r"\b(?:join us|sign up|register|rsvp|see you|save the date|upcoming|coming up|scheduled for"
    r"|will (?:be held|take place)|invited|enrol|join (?:us|on|the|here|in)|come (?:to|along|by))\b",
    re.IGNORECASE,
)
_UPCOMING = late(r"\b(?:upcoming|coming up|next|future)\b", re.IGNORECASE)
_PAST = late(r"\b(?:past|previous|earlier|archive)\b", re.IGNORECASE)
_ENOUGH_WRITTEN = 500
"""So many words outside of its events are something to learn from alone."""


@dataclass(frozen=True)
class Around:
    """What is known of the page around its events, each worked out once it is asked for."""

    page: Page

    @cached_property
    def over(self) -> frozenset[int]:
        """The schedules of which a line is over, or may be."""
        today = self.page.today
        return frozenset(event.schedule for event in self._lines() if event.yearless or event.past(today))

    @cached_property
    def recorded(self) -> frozenset[int]:
        """The schedules that have a column for recordings, or link the recording of a line."""
        return frozenset(
            event.schedule for event in self._lines() if event.recording_column or event.recording is Recording.LINKED
        )

    @cached_property
    def offers(self) -> frozenset[str]:
        """What the page as a whole offers to those who are not there: ``recording`` or ``no-recording``,
        ``async-path`` or ``nothing``."""
        return _offers(self.page)

    def _lines(self) -> Iterator[LiveEvent]:
        return (event for event in self.page.course.events if event.schedule >= 0)


_Told = Callable[[LiveEvent, Around], bool]


def _has(trait: str) -> _Told:
    return lambda event, around: trait in event.traits


def _upcoming_schedule(event: LiveEvent, around: Around) -> bool:
    return event.schedule >= 0 and event.schedule not in around.over and "recording" not in around.offers


def _one_slot(event: LiveEvent, around: Around) -> bool:
    """Whether people can come at one time alone; one moment in several zones is one time."""
    starts: dict[str, set[int]] = {}
    for clock in event.clocks:
        starts.setdefault(clock.zone, set()).add(clock.start)
    return bool(starts) and all(len(times) == 1 for times in starts.values())


def _invites(event: LiveEvent, around: Around) -> bool:
    """Whether it speaks of something to come, in its own words or in the title above it."""
    document = around.page.document
    title = document.title(document.sections[document.section_at(event.span.start)])
    if _PAST.search(title):
        return False
    return bool(
        _UPCOMING.search(title) or (event.schedule < 0 and _INVITES.search(document.view("prose"), *event.body))
    )


FACTS: Mapping[str, _Told] = MappingProxyType(
    {
        "recording": lambda event, around: event.recording is Recording.LINKED,
        "promise": lambda event, around: event.recording is Recording.PROMISED,
        "refusal": lambda event, around: event.recording is Recording.REFUSED,
        "time": lambda event, around: "time" in event.traits,
        "zone": lambda event, around: bool(event.zones),
        "date": lambda event, around: bool(event.days),
        "several-days": lambda event, around: len(set(event.dates)) > 1,
        "year": lambda event, around: not event.yearless,
        "recurrence": lambda event, around: bool(event.recurring),
        "one-slot": _one_slot,
        "past": lambda event, around: event.past(around.page.today),
        "invitation": _invites,
        "single": lambda event, around: event.schedule < 0,
        "upcoming-schedule": _upcoming_schedule,
        "recorded-schedule": lambda event, around: event.schedule in around.recorded,
        "mandatory": lambda event, around: event.mandatory,
        **{
            trait: _has(trait)
            for trait in (
                *("agenda", "pre-work", "questions", "self-paced", "optional", "presented", "pre-recorded", "breaks"),
                *("slots", "open"),
            )
        },
    }
)
"""What can be asked of an event."""
Fact = Annotated[str, OneOf(FACTS)]


def _offers(page: Page) -> frozenset[str]:
    """What the page as a whole offers to those who are not there; what is no learning content offers what it says."""
    events, document = page.course.events, page.document
    linked = any(event.recording is Recording.LINKED for event in events)
    path = linked or any(event.recording is Recording.PROMISED or "self-paced" in event.traits for event in events)
    if not path:
        written = len(document.view("prose").split()) - sum(_words(document, event) for event in events)
        path = written >= _ENOUGH_WRITTEN or not page.course.spec.learning
    return frozenset({"recording" if linked else "no-recording", "async-path" if path else "nothing"})


def _words(document: Document, event: LiveEvent) -> int:
    return len(document.view("prose")[event.body.start : event.body.end].split())
