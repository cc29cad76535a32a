"""Find schedules of live events that have no place for what those need who were not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice, takewhile

from ld_review.checks.base import Match
from ld_review.checks.structural import Structural
from ld_review.document import Document
from ld_review.learning.events.event import Recording
from ld_review.page import Page
from ld_review.source import Span


@dataclass(frozen=True, kw_only=True)
class Schedule(Structural):
    """Yield the header of each table of live events on a page that links no recordings and has no column for them.

    Words: ``{past}`` (how many rows are over).
    """

    least_past: int = 1
    """How many rows must be over, or be without a year, so that they may be."""

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.kept(page, self._all(page))

    def _all(self, page: Page) -> Iterator[Match]:
        events = page.course.events
        if any(event.recording_column or event.recording is not Recording.NONE for event in events):
            return
        rows = (event for event in events if event.shape == "row")
        for table, lines in groupby(rows, key=lambda event: event.schedule):
            past = sum(event.past(page.today) or bool(event.yearless) for event in lines)
            if past >= self.least_past:
                yield Match(_header(page.document, table), {"past": str(past)})


def _header(document: Document, table: int) -> Span:
    """The words of a table's first row; the whole table where it has none."""
    block = document.blocks[table]
    cells_below = islice(document.blocks, table + 2, None)
    cells = [one for one in takewhile(lambda one: one.info == "header", cells_below) if one.text_spans]
    return Span(cells[0].text_span.start, cells[-1].text_span.end) if cells else block.span
