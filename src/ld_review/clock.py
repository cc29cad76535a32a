"""Which day it is for a page: what is past depends on it, so that whoever runs a review can say it."""

from __future__ import annotations

from datetime import date
from pathlib import PurePath
from typing import NamedTuple, Protocol


class Clock(Protocol):
    """Knows the day."""

    def today(self, path: PurePath) -> date:
        """The day that counts as today for the page at *path*."""
        ...

    def forget(self) -> None:
        """Ask again from now on: something was saved or committed."""
        ...


class SystemClock(NamedTuple):
    """The day of this machine."""

    def today(self, path: PurePath) -> date:
        """The same for every page."""
        return date.today()

    def forget(self) -> None:
        """Nothing is remembered."""


SYSTEM_CLOCK = SystemClock()


class FixedClock(NamedTuple):
    """A day that somebody names."""

    day: date

    def today(self, path: PurePath) -> date:
        """The same for every page."""
        return self.day

    def forget(self) -> None:
        """What somebody named stays."""
