"""What the HTML report shows of a page: findings and their places in the source, each with a link to the other."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ld_review.finding import Severity
from ld_review.report.model import Group, Item, PageReport, Place, Question, Quote
from ld_review.reporters.html_source import Mark, Marked, mark
from ld_review.reporters.markdown import Links
from ld_review.review import PageReview

MOST_ITEMS = 100
"""Of a rule on a page that are shown and marked."""


class ShownItem(NamedTuple):
    """A finding in the list."""

    id: str
    """Empty where nothing leads to it."""
    mark: str
    """The id of the same finding in the source; empty where it is not marked."""
    line: int
    message: str
    text: str
    fix: str


class ShownGroup(NamedTuple):
    """The findings of a rule."""

    group: Group
    items: tuple[ShownItem, ...]
    number: int
    """How many there are."""
    left: int
    """How many of them are not shown."""


class ShownPage(NamedTuple):
    """A page in the report."""

    key: str
    """What its ids begin with."""
    name: str
    of: str
    """Tells its parts from those of other pages, for who hears names out of their place; empty for a page alone."""
    address: str
    """Where its source is on the web; empty where that is not known."""
    report: PageReport
    deciding: tuple[ShownGroup, ...]
    fixes: tuple[ShownGroup, ...]
    lesser: tuple[ShownGroup, ...]
    advice: tuple[ShownGroup, ...]
    command: str
    """Makes the fixes."""
    own_questions: tuple[Question, ...]
    """Those that are asked of no other page."""
    source: Marked

    @property
    def to_change(self) -> int:
        """How many findings keep it from being ready."""
        return to_change(self.report)


def to_change(page: PageReport) -> int:
    """How many findings keep a page from being ready."""
    return sum(len(group.items) for group in page.groups if group.decides)


def show_page(
    page: PageReport,
    review: PageReview,
    links: Links,
    *,
    number: int = 1,
    name: str = "",
    common: Sequence[Question] = (),
) -> ShownPage:
    """What is shown of *page*, the report of *review*; *number* and *name* tell it from others in the same file."""
    key = f"p{number}"
    marks = tuple(_marks(key, review))
    source = mark(review.source, marks, _named(page))
    groups = tuple(_groups(page.groups, marks, source))
    fixes = tuple(one for one in groups if one.group.fixable and one.group.severity is not Severity.ERROR)
    others = tuple(one for one in groups if one not in fixes)
    return ShownPage(
        key,
        name or page.path,
        f" of {name}" if name else "",
        links.address(Place(page.path, 1, 1)) if links.base else "",
        page,
        tuple(one for one in others if one.group.decides),
        fixes,
        tuple(one for one in others if not one.group.decides),
        tuple(_unmarked(group) for group in page.advice),
        f"ld-review --fix {shlex.quote(page.command_path)}",
        tuple(one for one in page.questions if one not in common),
        source,
    )


def _marks(key: str, review: PageReview) -> Iterator[Mark]:
    """The findings of a page that are shown, no more of a rule than its list holds."""
    shown: dict[str, int] = defaultdict(int)
    for number, finding in enumerate(review.findings, 1):
        shown[finding.rule] += 1
        if shown[finding.rule] <= MOST_ITEMS:
            yield Mark(finding, number, f"{key}-f{number}", f"{key}-m{number}")


def _groups(groups: Iterable[Group], marks: Iterable[Mark], source: Marked) -> Iterator[ShownGroup]:
    """Groups whose findings lead to their marks: both keep the order of the page."""
    by_rule: dict[str, list[Mark]] = defaultdict(list)
    for one in marks:
        by_rule[one.finding.rule].append(one)
    for group in groups:
        own = by_rule[group.rule]
        items = tuple(
            _item(item, one.item, one.id if item.quote.place.line in source.shown else "")
            for item, one in zip(group.items, own, strict=False)
        )
        yield ShownGroup(group, items, len(group.items), len(group.items) - len(items))


def _unmarked(group: Group) -> ShownGroup:
    items = tuple(_item(item, "", "") for item in group.items[:MOST_ITEMS])
    return ShownGroup(group, items, len(group.items), len(group.items) - len(items))


def _item(item: Item, id_: str, marked: str) -> ShownItem:
    return ShownItem(id_, marked, item.quote.place.line, item.message, item.quote.text, item.fix)


def _named(page: PageReport) -> Iterator[int]:
    """The lines of the page that the report leads to."""
    quotes: list[Quote | None] = [item.quote for group in page.advice for item in group.items[:MOST_ITEMS]]
    quotes += [one.about for one in page.questions]
    if page.content:
        quotes += [quote for one in page.content.found for quote in one.quotes]
        quotes += [quote for one in page.content.ways for quote in one.quotes]
        quotes += [quote for one in page.content.aligned for quote in (one.objective, *one.covered_by)]
    return (quote.place.line for quote in quotes if quote)
