"""What the index of a handbook shows: its courses and their elements, findings by rule and by folder, other pages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from ld_review.report.content import SHOWN
from ld_review.report.model import Content, Group, PageReport, Report
from ld_review.reporters.display import flat
from ld_review.reporters.html_page import to_change
from ld_review.reporters.markdown import page_names
from ld_review.rule import DIMENSIONS
from ld_review.verdict import Outcome

MOST_ROWS = 400
"""Of the picture."""
_CELL, _ROW = 32, 20
_LABEL, _TOP = 330, 130
"""Room for the names of rows and of columns."""
_LONGEST_LABEL, _TAIL = 48, 16
_FOLDERS = 60
"""So many are enough to compare, if none of them holds more than its share of the pages."""
_MOST_FOLDERS, _SHARE = 300, 0.1
_SAME_COLUMN = {"no-prerequisite": "prerequisite"}


class Row(NamedTuple):
    """A page in a table."""

    name: str
    title: str
    href: str
    """The file about it; empty where there is none."""
    profile: str
    declared: bool
    outcomes: Mapping[str, str]
    to_change: int
    findings: int


class Tally(NamedTuple):
    """How many courses have each verdict on a dimension, and the same in percent."""

    dimension: str
    needs: int
    ready: int
    unknown: int
    needs_part: float
    ready_part: float
    unknown_part: float


class Column(NamedTuple):
    """A kind of element over all courses."""

    name: str
    x: int
    found: int
    required: int
    """So many courses need it and have none."""
    expected: int
    part: float
    """Percent of the courses that have it."""


class Cell(NamedTuple):
    """What a course has of a kind of element."""

    x: int
    state: Literal["found", "required", "expected", "unasked"]
    number: int


class MatrixRow(NamedTuple):
    """A course in the picture, and the same in words."""

    page: Row
    label: str
    y: int
    cells: tuple[Cell, ...]
    found: tuple[str, ...]
    required: tuple[str, ...]
    expected: tuple[str, ...]


class _Course(NamedTuple):
    """A course, and by kind how many elements were found, or how much one that was not is asked for."""

    row: Row
    found: Mapping[str, int]
    lacking: Mapping[str, str]


class Matrix(NamedTuple):
    """The picture of what courses hold."""

    columns: tuple[Column, ...]
    rows: tuple[MatrixRow, ...]
    total: int
    """How many courses there are."""
    left: int
    """How many of them have no row."""
    width: int
    height: int
    top: int = _TOP
    left_edge: int = _LABEL


class RuleRow(NamedTuple):
    """What a rule found on all pages."""

    rule: str
    summary: str
    dimension: str
    severity: str
    findings: int
    pages: int
    part: float
    """Percent of what the most frequent rule found."""


class FolderRow(NamedTuple):
    """What was found in a folder."""

    name: str
    pages: int
    courses: int
    to_change: int
    findings: int
    part: float


class Index(NamedTuple):
    """All of it."""

    total: int
    to_change: int
    changing: int
    """How many pages have something to change."""
    courses: tuple[Row, ...]
    tallies: tuple[Tally, ...]
    matrix: Matrix
    rules: tuple[RuleRow, ...]
    folders: tuple[FolderRow, ...]
    others: tuple[Row, ...]
    silent: int
    """How many pages that are no courses have no findings."""


def make_index(report: Report, files: Mapping[str, str]) -> Index:
    """The index of *report*; *files* are those about single pages, by the path of the page."""
    names = page_names(report.pages)
    rows = {page.path: _row(page, names[page.path], files) for page in report.pages}
    learning = [page for page in report.pages if page.learning]
    others = [page for page in report.pages if not page.learning and page.groups]
    courses = tuple(sorted((rows[page.path] for page in learning), key=_most_to_change))
    by_name = sorted(learning, key=lambda page: names[page.path])
    return Index(
        len(report.pages),
        sum(row.to_change for row in rows.values()),
        sum(row.to_change > 0 for row in rows.values()),
        courses,
        tuple(_tally(dimension, courses) for dimension in DIMENSIONS),
        _matrix([(rows[page.path], page.content) for page in by_name if page.content]),
        _rules(report.pages),
        _folders([(rows[page.path], page.learning) for page in report.pages]),
        tuple(sorted((rows[page.path] for page in others), key=_most_to_change)),
        len(report.pages) - len(learning) - len(others),
    )


def _row(page: PageReport, name: str, files: Mapping[str, str]) -> Row:
    return Row(
        name,
        page.title,
        files.get(page.path, ""),
        page.profile.name,
        page.profile.declared,
        {dimension: page.outcome(dimension).value for dimension in DIMENSIONS},
        to_change(page),
        sum(len(group.items) for group in page.groups),
    )


def _most_to_change(row: Row) -> tuple[int, int, str]:
    return -row.to_change, -row.findings, row.name


def _tally(dimension: str, courses: Sequence[Row]) -> Tally:
    of = Counter(row.outcomes[dimension] for row in courses)
    numbers = [of[one.value] for one in (Outcome.NEEDS_CHANGES, Outcome.READY, Outcome.NOT_ASSESSED)]
    needs, ready, unknown = numbers
    return Tally(dimension, needs, ready, unknown, *(_percent(number, len(courses)) for number in numbers))


def _percent(number: int, of: int) -> float:
    return round(100 * number / of, 2) if of else 0.0


def _matrix(courses: Sequence[tuple[Row, Content]]) -> Matrix:
    seen = [_Course(row, _found(content), _lacking(content)) for row, content in courses]
    names = _names(content for _, content in courses)
    kinds = [kind for kind in SHOWN if kind in names]
    edges = {kind: _LABEL + _CELL * number for number, kind in enumerate(kinds)}
    columns = tuple(_column(names[kind], x, kind, seen) for kind, x in edges.items())
    rows = tuple(_matrix_row(course, _TOP + _ROW * nth, edges, names) for nth, course in enumerate(seen[:MOST_ROWS]))
    width, height = _LABEL + _CELL * len(kinds) + 80, _TOP + _ROW * len(rows) + 4
    return Matrix(columns, rows, len(seen), len(seen) - len(rows), width, height)


def _found(content: Content) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for one in content.found:
        found[_SAME_COLUMN.get(one.kind, one.kind)] += len(one.quotes)
    return found


def _lacking(content: Content) -> Mapping[str, str]:
    return {one.kind: one.demand for one in content.lacking}


def _names(contents: Iterable[Content]) -> Mapping[str, str]:
    names: dict[str, str] = {}
    for content in contents:
        names |= {one.kind: one.name for one in content.found if one.kind not in _SAME_COLUMN}
        names |= {one.kind: one.name for one in content.lacking}
    return names


def _column(name: str, x: int, kind: str, courses: Sequence[_Course]) -> Column:
    found = sum(course.found.get(kind, 0) > 0 for course in courses)
    asked = Counter(course.lacking.get(kind, "") for course in courses)
    return Column(name, x, found, asked["required"], asked["expected"], _percent(found, len(courses)))


def _matrix_row(course: _Course, y: int, edges: Mapping[str, int], names: Mapping[str, str]) -> MatrixRow:
    row, found, lacking = course
    label = _label(row.title, _TAIL) if row.title else _label(row.name, _LONGEST_LABEL - 1)
    cells = tuple(_cell(kind, x, found, lacking) for kind, x in edges.items())
    told = tuple(f"{names[kind]}: {found[kind]}" for kind in edges if found.get(kind))
    required, expected = (
        tuple(names[kind] for kind in edges if lacking.get(kind) == demand) for demand in ("required", "expected")
    )
    return MatrixRow(row, label, y, cells, told, required, expected)


def _label(text: str, tail: int) -> str:
    """*text*, cut where it is long, with so much of its end, which often is what tells it from its like."""
    text = flat(text)
    return text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - tail - 1]}…{text[-tail:]}"


def _cell(kind: str, x: int, found: Mapping[str, int], lacking: Mapping[str, str]) -> Cell:
    if found.get(kind):
        return Cell(x, "found", found[kind])
    demand = lacking.get(kind)
    return Cell(x, "required" if demand == "required" else "expected" if demand == "expected" else "unasked", 0)


def _rules(pages: Sequence[PageReport]) -> tuple[RuleRow, ...]:
    found: dict[str, list[Group]] = defaultdict(list)
    for page in pages:
        for group in page.groups:
            found[group.rule].append(group)
    numbers = {rule: sum(len(group.items) for group in groups) for rule, groups in found.items()}
    most = max(numbers.values(), default=0)
    rows = (_rule(rule, groups, numbers[rule], most) for rule, groups in found.items())
    return tuple(sorted(rows, key=lambda row: (-row.findings, row.rule)))


def _rule(rule: str, groups: Sequence[Group], number: int, most: int) -> RuleRow:
    severity = max((group.severity for group in groups), key=lambda one: one.rank)
    first = groups[0]
    return RuleRow(rule, first.summary, first.dimension, severity.value, number, len(groups), _percent(number, most))


def _folders(rows: Sequence[tuple[Row, bool]]) -> tuple[FolderRow, ...]:
    counted = [_folder(name, inside) for name, inside in _by_folder(rows).items()]
    most = max((row.to_change for row in counted), default=0)
    ranked = sorted(counted, key=lambda row: (-row.to_change, -row.findings, row.name))
    return tuple(row._replace(part=_percent(row.to_change, most)) for row in ranked)


def _by_folder(rows: Sequence[tuple[Row, bool]]) -> Mapping[str, Sequence[tuple[Row, bool]]]:
    """Pages by folders of like size: the fullest is divided until there are enough, whatever the depth of the tree."""
    whole = {"": list(rows)}
    divisible = [""] if rows else []
    while divisible and len(whole) < _MOST_FOLDERS:
        fullest = max(divisible, key=lambda name: (len(whole[name]), name))
        if len(whole) >= _FOLDERS and len(whole[fullest]) <= _SHARE * len(rows):
            break
        divisible.remove(fullest)
        parts = _divided(fullest, whole.pop(fullest))
        whole |= parts
        divisible += [name for name in parts if name != fullest]
    return {name or "(at the top)": inside for name, inside in whole.items()}


def _divided(folder: str, rows: Sequence[tuple[Row, bool]]) -> Mapping[str, list[tuple[Row, bool]]]:
    """The pages of a folder by the folders in it; those that lie in it directly stay its own."""
    parts: dict[str, list[tuple[Row, bool]]] = defaultdict(list)
    for row, learning in rows:
        inner, slash, _ = row.name[len(folder) :].partition("/")
        parts[f"{folder}{inner}/" if slash else folder].append((row, learning))
    return parts


def _folder(name: str, rows: Sequence[tuple[Row, bool]]) -> FolderRow:
    return FolderRow(
        name,
        len(rows),
        sum(learning for _, learning in rows),
        sum(row.to_change for row, _ in rows),
        sum(row.findings for row, _ in rows),
        0.0,
    )
