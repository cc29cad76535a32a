"""A live event: something that people come to at a time, with what the page says of it."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Literal, NamedTuple

from ld_review.learning.element import Element
from ld_review.learning.events.calendar import Clock, Day
from ld_review.source import Span

KIND = "live-event"
Shape = Literal["section", "row", "item", "paragraph", "page"]


class Recording(Enum):
    """What a page says of the recording of an event."""

    NONE = ""
    LINKED = "linked"
    PROMISED = "promised"
    """Said to be recorded, without a link."""
    REFUSED = "refused"
    """Said not to be recorded."""


class LiveEvent(NamedTuple):
    """An event, or a series of them, at its place on the page."""

    span: Span
    """Where it is marked: the heading of a section, the first cell of a row, the first line of an item."""
    body: Span
    """All that is about it."""
    shape: Shape
    reason: str
    """How it was recognised, in words for the author."""
    days: tuple[Day, ...] = ()
    year: int | None = None
    """The year that a title or header states for days without one."""
    clocks: tuple[Clock, ...] = ()
    zones: tuple[str, ...] = ()
    """As written; of the event, else of its column, section or page."""
    recurring: str = ""
    """The words that say so; empty for an event that happens once."""
    minutes: int | None = None
    mandatory: bool = False
    recording: Recording = Recording.NONE
    traits: frozenset[str] = frozenset()
    """Which of the attributes in ``rules/elements/live-event.yaml`` hold: ``agenda``, ``questions``, ...; and ``time``,
    where it or the series that it is one of has a time of day."""
    schedule: int = -1
    """The index of the table or list that it is a line of, in ``Document.blocks``."""
    recording_column: bool = False
    """Whether its schedule has a column for recordings."""

    @property
    def dates(self) -> tuple[date, ...]:
        """The days whose year is known, in order of place."""
        return tuple(known for day in self.days if (known := day.date(self.year)))

    @property
    def yearless(self) -> tuple[Day, ...]:
        """The days of which nobody can tell the year."""
        return tuple(day for day in self.days if day.year is None and self.year is None)

    def past(self, today: date) -> bool:
        """Whether the last of its days is before *today*; never of one that recurs or names no day."""
        return bool(self.dates) and not self.recurring and not self.yearless and max(self.dates) < today

    def element(self) -> Element:
        """The event as an element of the page."""
        return Element(KIND, self.span, self.body, self.reason, f"{KIND}/structure/{self.shape}", self._attributes())

    def _attributes(self) -> dict[str, object]:
        known = {
            "shape": self.shape,
            "dates": [day.isoformat() for day in self.dates],
            "times": [time for clock in self.clocks for time in clock.said],
            "zones": list(self.zones),
            "recurring": self.recurring,
            "minutes": self.minutes,
            "attendance": "mandatory" if self.mandatory else "optional" if "optional" in self.traits else "",
            "recording": self.recording.value,
            **dict.fromkeys(sorted(self.traits - {"optional", "time"}), True),
        }
        return {name: value for name, value in known.items() if value not in ("", None, [])}
