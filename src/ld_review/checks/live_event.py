"""Find live events that lack what would let people learn without being there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ld_review.checks.base import Match
from ld_review.checks.event_facts import FACTS, Around, Fact
from ld_review.checks.structural import Structural
from ld_review.document import Document
from ld_review.errors import near
from ld_review.learning.events.event import LiveEvent
from ld_review.page import Page
from ld_review.source import Span


@dataclass(frozen=True, kw_only=True)
class LiveEventCheck(Structural):
    """Yield each live event of which all that is asked holds.

    Words: ``{event}`` (its heading or first words), ``{date}`` (its last), ``{time}``, ``{minutes}``, ``{count}``,
    ``{total}``, ``{shape}``.
    """

    has: tuple[Fact, ...] = ()
    """What must hold of it, such as ``recording``, ``promise``, ``refusal``, ``past``, ``mandatory``, ``agenda``."""
    lacks: tuple[Fact, ...] = ()
    """What must not hold of it."""
    any_of: tuple[Fact, ...] = ()
    """What one of must hold of it."""
    shapes: tuple[Literal["section", "row", "item", "paragraph", "page"], ...] = ()
    """How it stands on the page; all where it names none."""
    page_offers: Literal["", "async-path", "nothing", "recording", "no-recording"] = ""
    """What the page as a whole must offer: a way to learn alone or nothing, a linked recording or none."""
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
        if not events:
            return
        known = Around(page)
        if self.page_offers and self.page_offers not in known.offers:
            return
        found = [event for event in events if self._fits(event, known)]
        yield from self.together([self._match(event, page.document) for event in found], len(events))

    def _fits(self, event: LiveEvent, known: Around) -> bool:
        if self.shapes and event.shape not in self.shapes:
            return False
        if self.min_minutes and (event.minutes or 0) < self.min_minutes:
            return False
        if self.mark != "event" and _marked(self.mark, event) is None:
            return False
        return (
            all(FACTS[name](event, known) for name in self.has)
            and not any(FACTS[name](event, known) for name in self.lacks)
            and (not self.any_of or any(FACTS[name](event, known) for name in self.any_of))
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
