"""Find live events that lack what would let people learn without being there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ld_review.checks.base import Match
from ld_review.checks.structural import Structural
from ld_review.document import Document
from ld_review.errors import near
from ld_review.learning.events.event import LiveEvent, Recording
from ld_review.page import Page
from ld_review.source import Span

_INVITES = re.compile(
    r"\b(?:join us|sign up|register|rsvp|see you|save the date|upcoming|coming up|scheduled for"
    r"|will (?:be held|take place)|invited|enrol|join (?:us|on|the|here|in)|come (?:to|along|by))\b",
    re.IGNORECASE,
)
_UPCOMING = re.compile(r"\b(?:upcoming|coming up|next|future)\b", re.IGNORECASE)
_PAST = re.compile(r"\b(?:past|previous|earlier|archive)\b", re.IGNORECASE)
_ENOUGH_WRITTEN = 500
"""So many words outside of its events are something to learn from alone."""

_Fact = Callable[[LiveEvent, Page], bool]


def _has(trait: str) -> _Fact:
    return lambda event, page: trait in event.traits


def _upcoming_schedule(event: LiveEvent, page: Page) -> bool:
    lines = [one for one in page.course.events if one.schedule == event.schedule]
    over = any(line.past(page.today) or line.yearless for line in lines)
    return event.schedule >= 0 and not over and "recording" not in _offers(page)


def _links_others(event: LiveEvent, page: Page) -> bool:
    """Whether its schedule has a column for recordings, or links the recording of another line."""
    lines = [one for one in page.course.events if one.schedule == event.schedule]
    return event.schedule >= 0 and (event.recording_column or any(one.recording is Recording.LINKED for one in lines))


def _one_slot(event: LiveEvent, page: Page) -> bool:
    """Whether people can come at one time alone; one moment in several zones is one time."""
    starts: dict[str, set[int]] = {}
    for clock in event.clocks:
        starts.setdefault(clock.zone, set()).add(clock.start)
    return bool(starts) and all(len(times) == 1 for times in starts.values())


def _invites(event: LiveEvent, page: Page) -> bool:
    """Whether it speaks of something to come, in its own words or in the title above it."""
    document = page.document
    title = document.title(document.sections[document.section_at(event.span.start)])
    if _PAST.search(title):
        return False
    return bool(
        _UPCOMING.search(title) or (event.schedule < 0 and _INVITES.search(document.view("prose"), *event.body))
    )


FACTS: Mapping[str, _Fact] = MappingProxyType(
    {
        "recording": lambda event, page: event.recording is Recording.LINKED,
        "promise": lambda event, page: event.recording is Recording.PROMISED,
        "refusal": lambda event, page: event.recording is Recording.REFUSED,
        "time": lambda event, page: "time" in event.traits,
        "zone": lambda event, page: bool(event.zones),
        "date": lambda event, page: bool(event.days),
        "several-days": lambda event, page: len(set(event.dates)) > 1,
        "year": lambda event, page: not event.yearless,
        "recurrence": lambda event, page: bool(event.recurring),
        "one-slot": _one_slot,
        "past": lambda event, page: event.past(page.today),
        "invitation": _invites,
        "single": lambda event, page: event.schedule < 0,
        "upcoming-schedule": _upcoming_schedule,
        "recorded-schedule": _links_others,
        "mandatory": lambda event, page: event.mandatory,
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


@dataclass(frozen=True, kw_only=True)
class LiveEventCheck(Structural):
    """Yield each live event of which all that is asked holds.

    Words: ``{event}`` (its heading or first words), ``{date}`` (its last), ``{time}``, ``{minutes}``, ``{count}``,
    ``{total}``, ``{shape}``.
    """

    has: tuple[str, ...] = ()
    """What must hold of it, such as ``recording``, ``promise``, ``refusal``, ``past``, ``mandatory``, ``agenda``."""
    lacks: tuple[str, ...] = ()
    """What must not hold of it."""
    any_of: tuple[str, ...] = ()
    """What one of must hold of it."""
    shapes: tuple[Literal["section", "row", "item", "paragraph", "page"], ...] = ()
    """How it stands on the page; all where it names none."""
    page_offers: Literal["", "async-path", "nothing", "recording", "no-recording"] = ""
    """What the page as a whole offers: a way to learn alone, a linked recording, or none of it."""
    min_minutes: int = 0
    """How long it must last."""
    mark: Literal["event", "time", "date"] = "event"
    """What is marked: the event, its first time without a zone, its first day without a year."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for option, names in (("has", self.has), ("lacks", self.lacks), ("any-of", self.any_of)):
            for name in names:
                if name not in FACTS:
                    raise ValueError(f"option {option!r}: nothing is known of {name!r}{near(name, sorted(FACTS))}")

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.kept(page, self._all(page))

    def _all(self, page: Page) -> Iterator[Match]:
        events = page.course.events
        if not events or (self.page_offers and self.page_offers not in _offers(page)):
            return
        found = [event for event in events if self._fits(event, page)]
        yield from self.together([self._match(event, page.document) for event in found], len(events))

    def _fits(self, event: LiveEvent, page: Page) -> bool:
        if self.shapes and event.shape not in self.shapes:
            return False
        if self.min_minutes and (event.minutes or 0) < self.min_minutes:
            return False
        if self.mark != "event" and _marked(self.mark, event) is None:
            return False
        return (
            all(FACTS[name](event, page) for name in self.has)
            and not any(FACTS[name](event, page) for name in self.lacks)
            and (not self.any_of or any(FACTS[name](event, page) for name in self.any_of))
        )

    def _match(self, event: LiveEvent, document: Document) -> Match:
        time = next(iter(event.clocks), None)
        words = {
            "event": " ".join(document.view("prose")[event.span.start : event.span.end].split())[:60],
            "date": max(event.dates).isoformat() if event.dates else "",
            "time": " ".join(document.source[time.span].split()) if time else "",
            "minutes": str(event.minutes or ""),
            "shape": event.shape,
        }
        return Match(_marked(self.mark, event) or event.span, words)


def _marked(mark: str, event: LiveEvent) -> Span | None:
    if mark == "time":
        return next((clock.span for clock in event.clocks if not clock.zone), None)
    if mark == "date":
        return next((day.span for day in event.yearless), None)
    return event.span


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
