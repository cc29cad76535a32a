"""Schedules: tables and lists of which each line is an event."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Literal, NamedTuple

from ld_review.document import Block
from ld_review.late import late
from ld_review.learning.events import calendar
from ld_review.learning.events.ground import Ground
from ld_review.source import Span

_DAY_HEADER = late(r"\b(?:dates?|days?|when|weeks?|scheduled|month)\b")
_TIME_HEADER = late(r"\b(?:times?|hours?|start(?:s|ing)?|when|amer|emea|apac|slots?)\b")
_RECORDING_HEADER = late(r"\b(?:record(?:ed|ings?)|videos?|replays?|watch|youtube|on[- ]demand|playback)\b")
_SPEAKER_HEADER = late(
    r"\b(?:speakers?|presenters?|trainers?|instructors?|facilitators?|guests?|coach(?:es)?|led by|with)\b"
)
_TOPIC_HEADER = late(
    r"\b(?:topics?|sessions?|titles?|events?|names?|subjects?|courses?|trainings?|webinars?|workshops?|themes?|talks?"
    r"|class(?:es)?|amas?|activit(?:y|ies))\b"
)
_SESSION_HEADER = late(r"\b(?:sessions?|webinars?|workshops?|talks?)\b")
_OTHER_HEADER = late(
    r"\b(?:due|deadlines?|milestones?|releases?|versions?|incidents?|commits?|changes?|severity|approved|updated|published"
    r"|expires?|birthday|hired?|deliverables?|votes?)\b"
)
"""What no schedule of live events has a column for."""
SCHEDULE = late(r"\b(?:schedules?|cadence|upcoming|past|previous|next|calendar|agenda|line-?up|dates|archive)\b")
_NOTHING = late(r"\W*(?:(?:available|open|free|tb[acd]|n ?/ ?a|none)\W*)?\Z")
_CANCELLED = late(r"\W*(?:no (?:session|event|call|meeting|class|webinar)s?\b|cancell?ed\b|available\W*\Z)")
"""What stands in the other cells of a row in which nothing takes place: this in all of them, or that in one."""
_MOST_COLUMNS = 30
_LEAD_IN = 250
_ALIKE = 2
_MARKS = 4
_FRONT = 60
"""In characters: the day of a session stands near the beginning or the end of its item."""


class Column(NamedTuple):
    """A column of a schedule."""

    header: str
    """Folded."""
    span: Span
    """Of its header cell."""


class Line(NamedTuple):
    """A row or item: one event."""

    span: Span
    """Its first words."""
    body: Span
    cells: tuple[Span, ...]
    """Of a row; in the order of the columns, empty spans where a cell is empty."""


class Schedule(NamedTuple):
    """A table or list of events."""

    block: int
    span: Span
    shape: Literal["row", "item"]
    lines: tuple[Line, ...]
    columns: tuple[Column, ...] = ()
    recording: int = -1
    """Which column holds recordings; -1 for none."""
    lead: str = ""
    """What stands right before it, folded."""
    told_by: str = ""
    """Why its lines are events, in words for the author."""

    @property
    def first_headers(self) -> tuple[str, ...]:
        """What tells that another table is like it."""
        return tuple(column.header for column in self.columns[:_ALIKE])


def schedules(ground: Ground, numbers: Sequence[int]) -> Iterator[tuple[int, Schedule]]:
    """The schedules in the bodies of some sections, each with its section.

    A table whose first columns are those of a schedule is one too: what is to come stands above what is over.
    """
    found = [(number, one) for number in numbers for one in _schedules(ground, number)]
    yield from found
    known = {one.first_headers for _, one in found if len(one.columns) > 1}
    taken = {one.block for _, one in found}
    for number in numbers if known else ():
        for at, block in ground.blocks(ground.document.sections[number].body):
            if block.kind == "table" and at not in taken:
                like = _of_table(ground, number, at, block, known)
                if like:
                    yield number, like


def _schedules(ground: Ground, number: int) -> Iterator[Schedule]:
    section = ground.document.sections[number]
    for at, block in ground.blocks(section.body):
        if block.kind == "table":
            found = _of_table(ground, number, at, block)
        elif block.kind == "list" and not (block.parent >= 0 and ground.document.blocks[block.parent].kind == "item"):
            found = _of_list(ground, number, at, block)
        else:
            continue
        if found:
            yield found


def _lead(ground: Ground, at: int) -> str:
    """The paragraph right before a table or list in its section, where it is short."""
    lead = ground.before(at)
    if lead is None or lead.kind != "paragraph" or lead.span.end - lead.span.start > _LEAD_IN:
        return ""
    return ground.said(lead.span)


def _caption(ground: Ground, number: int, block: Block) -> str:
    """What stands right before a table, whatever it is."""
    body = ground.document.sections[number].body
    return ground.said(Span(max(body.start, block.span.start - _LEAD_IN), block.span.start))


def _of_table(
    ground: Ground, number: int, at: int, block: Block, known: Collection[tuple[str, ...]] = ()
) -> Schedule | None:
    rows = _rows(ground, block)
    if len(rows) < 2:
        return None
    columns = tuple(Column(ground.said(cell), cell) for cell in rows[0].cells)
    headers = [column.header for column in columns]
    recording = next((place for place, header in enumerate(headers) if _RECORDING_HEADER.search(header)), -1)
    if recording >= 0 and any(map(_SESSION_HEADER.search, headers)):
        lines = tuple(row for row in rows[1:] if not _is_empty(ground, row))
    else:
        lines = tuple(row for row in rows[1:] if _has_time(ground, row, headers))
    if not lines or any(_OTHER_HEADER.search(header) for header in headers):
        return None
    dated = 2 * sum(bool(ground.days(row.body)) for row in lines) >= len(lines)
    told_by = "a table like another schedule" if tuple(headers[:_ALIKE]) in known else ""
    told_by = told_by or _told_by(ground, number, at, headers, dated)
    if not told_by:
        return None
    return Schedule(at, block.span, "row", lines, columns, recording, _caption(ground, number, block), told_by)


def _told_by(ground: Ground, number: int, at: int, headers: Sequence[str], dated: bool) -> str:
    """Why a table is a schedule of live events; empty where it is none."""
    named, titles = ground.words.names, ground.titles[number]
    recorded = any(map(_RECORDING_HEADER.search, headers)) and any(map(_SESSION_HEADER.search, headers))
    if not dated and not recorded and not any(map(_is_when, headers)):
        return ""
    what = any(map(_is_what, headers))
    told = next((title for title in reversed(titles) if named.search(title)), "")
    header = next((header for header in headers if named.search(header)), "")
    if told and (named.search(titles[-1]) or SCHEDULE.search(titles[-1]) or what or sum(map(_is_when, headers)) > 1):
        return f"a schedule under {told[:60]!r}"
    if header:
        return f"a schedule with a column {header[:60]!r}"
    match = named.search(_lead(ground, at))
    if match and what:
        return f"a schedule after {match[0]!r}"
    weak = ground.words.weak_names.search(titles[-1])
    if weak and what and dated:
        return f"a schedule under {titles[-1][:60]!r}"
    if recorded or (dated and any(map(_RECORDING_HEADER.search, headers))):
        return "a table of sessions with recordings"
    if dated and what and _invites(ground, number, at):
        return "a schedule in a section that asks to come"
    return ""


def _invites(ground: Ground, number: int, at: int) -> bool:
    """Whether the section of a table says, before or behind it, at what time and that readers come."""
    body, table = ground.document.sections[number].body, ground.document.blocks[at].span
    return any(
        bool(ground.calls(span) and (ground.clocks(span) or ground.recurrences(span)))
        for span in (Span(body.start, table.start), Span(table.end, body.end))
    )


def _is_when(header: str) -> bool:
    return bool(
        _DAY_HEADER.search(header) or _TIME_HEADER.search(header) or calendar.zones(header.upper(), 0, len(header))
    )


def _is_what(header: str) -> bool:
    return bool(_TOPIC_HEADER.search(header) or _SPEAKER_HEADER.search(header) or _RECORDING_HEADER.search(header))


def _rows(ground: Ground, block: Block) -> list[Line]:
    rows: dict[int, list[Span]] = {}
    for number, inner in ground.blocks(block.span):
        if inner.kind == "row":
            rows[number] = []
        elif inner.kind == "cell" and inner.parent in rows and len(rows[inner.parent]) < _MOST_COLUMNS:
            rows[inner.parent].append(inner.text_span)
    lines = (cells for cells in rows.values() if cells)
    return [Line(_first(ground, cells), Span(cells[0].start, cells[-1].end), tuple(cells)) for cells in lines]


def _first(ground: Ground, cells: Sequence[Span]) -> Span:
    return next((cell for cell in cells if ground.said(cell)), cells[0])


def _has_time(ground: Ground, row: Line, headers: Sequence[str]) -> bool:
    """Whether something takes place, and the row says when: a day, a time of day, or a weekday under such a header."""
    if _is_empty(ground, row):
        return False
    if ground.days(row.body):
        return True
    return any(
        _DAY_HEADER.search(header) and ground.recurrences(cell)
        for header, cell in zip(headers, row.cells, strict=False)
    )


def _is_empty(ground: Ground, row: Line) -> bool:
    others = [ground.said(cell) for cell in row.cells if cell != row.span]
    return bool(others) and (all(map(_NOTHING.match, others)) or any(map(_CANCELLED.match, others)))


def _of_list(ground: Ground, number: int, at: int, block: Block) -> Schedule | None:
    items = [inner for _, inner in ground.blocks(block.span) if inner.kind == "item" and inner.parent == at]
    lines = [line for item in items if (line := _dated(ground, item))]
    if not lines or 2 * len(lines) < len(items):
        return None
    told = _list_told_by(ground, number, at, lines)
    if not told:
        return None
    lines[-1] = lines[-1]._replace(body=Span(lines[-1].body.start, _end_of_shown(ground, number, block)))
    return Schedule(at, block.span, "item", tuple(lines), told_by=f"a list of sessions under {told[:60]!r}")


def _list_told_by(ground: Ground, number: int, at: int, lines: Sequence[Line]) -> str:
    """What says that the dated items of a list are events: a title, what leads in, or weak words of those and times."""
    names, titles, lead = ground.words.names, ground.titles[number], _lead(ground, at)
    told = next((title for title in reversed(titles) if names.search(title)), "")
    if told or names.search(lead):
        return told or lead
    weak = next((text for text in (lead, titles[-1]) if ground.words.weak_names.search(text)), "")
    timed = [line for line in lines if ground.clocks(line.body)]
    begin = [line for line in lines if _begins_with_day(ground, line)]
    return weak if 2 * max(len(timed), len(begin)) > len(lines) else ""


def _begins_with_day(ground: Ground, line: Line) -> bool:
    days = ground.days(line.span)
    first = days[0].weekday_span or days[0].span if days else None
    return first is not None and min(first.start, days[0].span.start) - line.span.start <= _MARKS


def _dated(ground: Ground, item: Block) -> Line | None:
    """An item that states a day near its beginning or end."""
    first = next(
        (inner for _, inner in ground.blocks(item.span) if inner.kind == "paragraph" and inner.text_spans), item
    )
    if not first.text_spans:
        return None
    span = first.text_span
    found = ground.days(span)
    near = any(day.span.start - span.start <= _FRONT or span.end - day.span.end <= _FRONT for day in found)
    return Line(_line(ground, span), item.span, ()) if near else None


def _end_of_shown(ground: Ground, number: int, block: Block) -> int:
    """Where the frames end that follow a list and show what its last item names; the end of the list without any."""
    end = block.span.end
    for _, following in ground.blocks(Span(block.span.end, ground.document.sections[number].body.end)):
        if following.span.start < end:
            continue
        if following.kind not in {"html", "paragraph"} or ground.said(following.span):
            break
        end = following.span.end
    return end


def _line(ground: Ground, span: Span) -> Span:
    text = ground.document.source.text
    end = text.find("\n", span.start, span.end)
    return Span(span.start, span.start + len(text[span.start : end].rstrip())) if end >= 0 else span
