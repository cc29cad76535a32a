"""The report as Markdown for a merge request or an issue: short, what was found first, page text harmless.

Nothing that a page says begins a line, and all of it goes through ``markdown_text``. What does not fit is counted.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TextIO
from urllib.parse import quote as percent_encoded

from ld_review.finding import Severity
from ld_review.late import late
from ld_review.learning import durations
from ld_review.report.model import (
    Aligned,
    Content,
    Found,
    Group,
    Item,
    PageReport,
    Place,
    Question,
    Report,
    Time,
    Way,
)
from ld_review.reporters.display import encodable
from ld_review.reporters.markdown_text import code, inline, link, shortened
from ld_review.rule import DIMENSIONS
from ld_review.verdict import Outcome, Verdict

MOST_CHARACTERS = 60_000
"""Of a report; GitLab takes notes of a million, but nobody reads them."""
MOST_FINDINGS = 10
"""Of a dimension on a page; all are in the JSON."""
_PLACES = 3
"""Of a rule that are shown."""
_QUOTED = 3
"""Elements of a kind that are quoted."""
_PAGES = 50
"""Rows of a table of pages."""
_RULES = 15
DIMENSION_NAMES = {"handbook-first": "Handbook first", "adult-learning": "Adult learning", "async": "Bias for async"}
_SIGNS = {Outcome.READY: "✅ ready", Outcome.NEEDS_CHANGES: "❌ needs changes", Outcome.NOT_ASSESSED: "⚪ not assessed"}
_STATES = {"yes": "✅", "no": "–", "partly": "◐"}
_LINK_BASE = late(r"https?://[^\s<>\\\"'`()\[\]|]+\Z")
_LEFT_OUT = "*{} more {} left out here; the JSON has all of them.*"


class Links(NamedTuple):
    """How places are linked."""

    base: str = ""
    """The address of the top of the repository at the commit under review, such as ``https://gitlab.com/a/b/-/blob/1a2b``;
    empty where places are named and not linked."""

    def to(self, place: Place, words: str) -> str:
        """A place as Markdown, called by *words*, which are ours."""
        if not self.base:
            return words
        return f"[{words}](<{self.address(place)}>)"

    def address(self, place: Place) -> str:
        """Where a place is on the web."""
        lines = f"L{place.line}" + (f"-{place.last_line}" if place.last_line > place.line else "")
        return f"{self.base.rstrip('/')}/{percent_encoded(encodable(place.path))}?plain=1#{lines}"


def is_link_base(text: str) -> bool:
    """Whether places can be linked below *text*."""
    return bool(_LINK_BASE.match(text))


def write(report: Report, stream: TextIO, links: Links | None = None) -> None:
    """Write *report* to *stream*, shortened to what a note may hold."""
    links = links or Links()
    head, foot = list(_head(report, links)), list(_foot(report))
    room = MOST_CHARACTERS - sum(len(line) + 1 for line in (*head, *foot))
    body: list[str] = []
    parts = _bodies(report, links)
    for number, part in enumerate(parts):
        lines = list(part)
        room -= sum(len(line) + 1 for line in lines)
        if room < 0:
            body += [_LEFT_OUT.format(len(parts) - number, "sections" if len(parts) - number > 1 else "section"), ""]
            break
        body += lines
    stream.writelines(f"{line}\n" for line in (*head, *body, *foot))


def _head(report: Report, links: Links) -> Iterator[str]:
    yield f"## Content review: {_title(report)}"
    yield ""
    if report.scope == "page":
        yield _read_as(report.pages[0])
        yield ""
    yield from _table(("Dimension", "Verdict", "Why"), (_verdict(one) for one in report.verdicts))
    yield ""
    for failure in report.failures[:_PLACES]:
        yield f"**Could not be used:** {inline(failure, 300)}"
        yield ""
    if report.scope != "page":
        yield from _pages(report, links)


def _title(report: Report) -> str:
    if not report.pages:
        return "no pages"
    if report.scope == "page":
        page = report.pages[0]
        return inline(page.title, 120) if page.title else code(page.path)
    return f"{len(report.pages):,} pages"


def _read_as(page: PageReport) -> str:
    how = "declared by" if page.profile.declared else "inferred:"
    reason = inline(page.profile.reason, 200) if page.profile.reason else "nothing tells of another"
    return f"{code(page.path)}, read as a {page.profile.name} page ({how} {reason})"


def _verdict(verdict: Verdict) -> tuple[str, str, str]:
    return DIMENSION_NAMES[verdict.dimension], _SIGNS[verdict.outcome], inline(verdict.reason, 300)


def _pages(report: Report, links: Links) -> Iterator[str]:
    """A row for each page that was judged as learning content, or that needs changes; of a course for every page."""
    shown = [
        one
        for one in report.pages
        if report.scope == "course" or one.outcome("adult-learning") is not Outcome.NOT_ASSESSED
    ]
    if not shown:
        yield "No page was read as learning content."
        yield ""
        return
    shown.sort(key=lambda one: (-sum(group.decides for group in one.groups), one.path))
    header = ("Page", *(DIMENSION_NAMES[one] for one in DIMENSIONS), "To change")
    names = page_names(report.pages)
    yield from _table(header, (_page_row(page, names[page.path], links) for page in shown[:_PAGES]))
    yield ""
    if len(shown) > _PAGES:
        yield _LEFT_OUT.format(f"{len(shown) - _PAGES:,}", "pages")
        yield ""
    rest = len(report.pages) - len(shown)
    if rest:
        yield f"{rest:,} other pages are no learning content; what was found on them is counted below."
        yield ""


def _page_row(page: PageReport, name: str, links: Links) -> tuple[str, ...]:
    signs = (_SIGNS[page.outcome(dimension)].split()[0] for dimension in DIMENSIONS)
    number = sum(len(group.items) for group in page.groups if group.decides)
    return links.to(Place(page.path, 1, 1), code(name)), *signs, str(number or "–")


def _bodies(report: Report, links: Links) -> Sequence[Iterable[str]]:
    """The parts of a report, each of which is written whole or left out."""
    if report.scope == "page":
        return [_page(report.pages[0], report.pages[0].questions, links)]
    if report.scope == "handbook":
        return [_by_rule(report)]
    common = common_questions(report.pages)
    parts: list[Iterable[str]] = [_questions("For a person to judge, on all pages", common, links)] if common else []
    names = page_names(report.pages)
    for page in report.pages:
        own = tuple(one for one in page.questions if one not in common)
        parts.append(_folded_page(page, names[page.path], own, links))
    return parts


def common_questions(pages: Sequence[PageReport]) -> tuple[Question, ...]:
    """What is asked of several pages in the same words, about nothing on them: it is asked once."""
    times = Counter(one for page in pages for one in page.questions if one.about is None)
    return tuple(question for question, number in times.items() if number > 1)


def page_names(pages: Sequence[PageReport]) -> Mapping[str, str]:
    """The paths of pages without the folder that all of them share."""
    shared = posixpath.commonpath([posixpath.dirname(page.path) for page in pages]) if pages else ""
    return {page.path: posixpath.relpath(page.path, shared or ".") for page in pages}


def _folded_page(page: PageReport, name: str, questions: Sequence[Question], links: Links) -> Iterator[str]:
    number = sum(len(group.items) for group in page.groups if group.decides)
    said = f"{number} to change" if number else "nothing to change"
    yield f"<details><summary>{_html(name)}: {said}</summary>"
    yield ""
    yield _read_as(page)
    yield ""
    yield from _page(page, questions, links)
    yield "</details>"
    yield ""


def _page(page: PageReport, questions: Sequence[Question], links: Links) -> Iterator[str]:
    if page.content:
        yield from _content(page.content, page.profile.name, links)
    yield from _findings(page, links)
    if questions:
        yield from _questions("For a person to judge", questions, links)
    if page.not_assessed:
        yield f"**Not assessed:** {'; '.join(inline(one, 200) for one in page.not_assessed[:5])}"
        yield ""


def _questions(title: str, questions: Sequence[Question], links: Links) -> Iterator[str]:
    yield f"### {title}"
    yield ""
    yield from (f"- [ ] {_question(one, links)}" for one in questions)
    yield ""


def _content(content: Content, profile: str, links: Links) -> Iterator[str]:
    yield "### What was found"
    yield ""
    rows = [_found(one, links) for one in content.found if one.kind != "duration"]
    yield from _table(("Element", "Found", "Where"), [*rows, _time(content.time, content.found, links)])
    yield ""
    if content.lacking:
        missing = (f"{one.name} ({one.demand})" for one in content.lacking)
        yield f"**Not found**, though looked for on a {profile} page: {', '.join(missing)}"
        yield ""
    if content.ways:
        yield from _table(
            ("Who cannot be there has", "", "What the page says"), (_way(one, links) for one in content.ways)
        )
        yield ""
    if content.aligned:
        yield from _alignment(content.aligned, links)


def _found(found: Found, links: Links) -> tuple[str, str, str]:
    said = "; ".join(inline(one.text, 90) for one in found.quotes[:_QUOTED])
    number = len(found.quotes)
    what = f"{said}; and {number - _QUOTED} more" if number > _QUOTED else said
    note = f" ({found.note})" if found.note else ""
    return found.name.capitalize(), what + note, _places((one.place for one in found.quotes), links)


def _time(time: Time, found: Sequence[Found], links: Links) -> tuple[str, str, str]:
    said = [f"{durations.said(time.stated)} stated" if time.stated else "none stated for the whole"]
    if time.parts:
        said.append(f"{durations.said(time.parts)} stated for parts")
    said.append(f"{time.words:,} words, about {durations.said(time.reading)} to read")
    if time.watching:
        said.append(f"{durations.said(time.watching)} to watch")
    stated = next((one for one in found if one.kind == "duration"), None)
    return "Time", ", ".join(said), _places((one.place for one in stated.quotes), links) if stated else "–"


def _way(way: Way, links: Links) -> tuple[str, str, str]:
    quoted = "; ".join(
        f"{inline(one.text, 80)} ({links.to(one.place, f'line {one.place.line}')})" for one in way.quotes[:2]
    )
    return way.name, _STATES[way.state], ": ".join(part for part in (way.words, quoted) if part)


def _alignment(aligned: Sequence[Aligned], links: Links) -> Iterator[str]:
    rows = [
        (
            inline(one.objective.text, 110) + ("" if one.observable else " *(not observable)*"),
            links.to(one.objective.place, f"line {one.objective.place.line}"),
            _covered(one, links),
        )
        for one in aligned[:_RULES]
    ]
    yield from _table(("Objective", "", "Practised or checked by (by shared words: a hint)"), rows)
    yield ""
    if len(aligned) > _RULES:
        yield _LEFT_OUT.format(len(aligned) - _RULES, "objectives")
        yield ""


def _covered(one: Aligned, links: Links) -> str:
    if not one.covered_by:
        return "nothing found" if one.tellable else "cannot be told"
    return "; ".join(
        f"{inline(quote.text, 70)} ({links.to(quote.place, f'line {quote.place.line}')})"
        for quote in one.covered_by[:2]
    )


def _findings(page: PageReport, links: Links) -> Iterator[str]:
    fixable = [group for group in page.groups if group.fixable and group.severity is not Severity.ERROR]
    others = [group for group in page.groups if group not in fixable]
    deciding = [group for group in others if group.decides]
    lesser = [group for group in others if not group.decides]
    if deciding or any(group.decides for group in fixable):
        yield "### To change"
        yield ""
    if deciding:
        yield from _capped(deciding, links)
    if fixable:
        yield from _fixes(fixable, page)
    if lesser:
        yield from _folded("Suggestions", "", lesser, links)
    if page.advice:
        yield from _folded("Worth a look", ": right about half the time", page.advice, links)


def _folded(title: str, about: str, groups: Sequence[Group], links: Links) -> Iterator[str]:
    yield f"<details><summary>{title} ({sum(len(one.items) for one in groups)}){about}</summary>"
    yield ""
    yield from _capped(groups, links)
    yield "</details>"
    yield ""


def _capped(groups: Sequence[Group], links: Links) -> Iterator[str]:
    """Groups as a numbered list, no more findings of a dimension than are read."""
    shown = dict.fromkeys(DIMENSIONS, 0)
    left = dict.fromkeys(DIMENSIONS, 0)
    number = 0
    for group in groups:
        if shown[group.dimension] >= MOST_FINDINGS:
            left[group.dimension] += len(group.items)
            continue
        number += 1
        shown[group.dimension] += min(len(group.items), _PLACES)
        yield from _group(number, group, links)
    yield ""
    for dimension, count in left.items():
        if count:
            yield _LEFT_OUT.format(count, f"about {DIMENSION_NAMES[dimension].lower()}")
            yield ""


def _group(number: int, group: Group, links: Links) -> Iterator[str]:
    indent = " " * (len(str(number)) + 2)
    severity = f"**{group.severity.value}**" if group.severity is not Severity.SUGGESTION else group.severity.value
    alike: dict[str, list[Item]] = {}
    for item in group.items:
        alike.setdefault(item.message, []).append(item)
    for nth, (message, items) in enumerate(list(alike.items())[:_PLACES]):
        begin = f"{indent}- " if nth else f"{number}. {severity} · "
        yield f"{begin}{_places((one.quote.place for one in items), links)} · {inline(message, 160 if nth else 300)}"
        if items[0].fix and not nth:
            yield f"{indent}Fix: {code(items[0].fix)}"
    rest = [one.quote.place for items in list(alike.values())[_PLACES:] for one in items]
    if rest:
        yield f"{indent}- and {len(rest):,} more: {_places(rest, links)}"
    authority = link(group.authority[0].title, group.authority[0].url) if group.authority else ""
    reason = inline(_sentence(group.why), 220)
    said = " ".join(part for part in (reason, f"({authority})" if authority else "", code(group.rule)) if part)
    yield f"{indent}<sub>{said}</sub>"


def _sentence(text: str) -> str:
    """The first sentence of a reason."""
    return re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]


def _fixes(groups: Sequence[Group], page: PageReport) -> Iterator[str]:
    number = sum(len(group.items) for group in groups)
    rules = ", ".join(f"{len(group.items)} × {code(group.rule)}" for group in groups)
    command = code(f"ld-review --fix {shlex.quote(page.command_path)}")
    yield f"**{number} {'fix is' if number == 1 else 'fixes are'} ready**: {command} ({rules})"
    yield ""


def _question(question: Question, links: Links) -> str:
    before, mark, after = question.ask.partition("{quote}")
    if not mark or question.about is None:
        return inline(question.ask)
    where = links.to(question.about.place, f"line {question.about.place.line}")
    return f"{inline(before)}{inline(question.about.text, 80)}{inline(after)} ({where})"


def _by_rule(report: Report) -> Iterator[str]:
    """How often each rule found something, those that decide first."""
    found: dict[str, list[Group]] = {}
    for page in report.pages:
        for group in page.groups:
            found.setdefault(group.rule, []).append(group)
    ranked = sorted(
        found.items(),
        key=lambda one: (
            -max(group.severity.rank for group in one[1]),
            -sum(len(group.items) for group in one[1]),
            one[0],
        ),
    )
    if not ranked:
        return
    yield "### What was found most"
    yield ""
    rows = (
        (
            code(rule),
            groups[0].severity.value,
            f"{sum(len(one.items) for one in groups):,}",
            f"{len(groups):,}",
            inline(groups[0].summary),
        )
        for rule, groups in ranked[: 2 * _RULES]
    )
    yield from _table(("Rule", "Severity", "Findings", "Pages", "What it is about"), rows)
    yield ""
    if len(ranked) > 2 * _RULES:
        yield _LEFT_OUT.format(len(ranked) - 2 * _RULES, "rules")
        yield ""


def _foot(report: Report) -> Iterator[str]:
    made = report.made
    at = f" at {made.commit}{' with changes since' if made.changed else ''}" if made.commit else ""
    presets = f", preset {', '.join(map(inline, made.presets))}" if made.presets else ""
    configuration = f", configuration {code(made.configuration)}" if made.configuration else ""
    beside = "; ".join(inline(one, 200) for one in report.not_assessed)
    how = f"{made.rules} rules{presets}{configuration}"
    yield f"<sub>Reviewed{at} by ld-review {made.version}, {how}. Not assessed: {beside}.</sub>"


def _places(places: Iterable[Place], links: Links) -> str:
    every = list(dict.fromkeys(places))
    shown = ", ".join(links.to(place, f"line {place.line}") for place in every[:_QUOTED])
    return f"{shown} …" if len(every) > _QUOTED else shown


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{' --- |' * len(header)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _html(text: str) -> str:
    """Text of a page inside a tag of ours: neither a tag nor an entity, and nothing that GitLab reads."""
    return f"<code>{re.sub('[^A-Za-z0-9 ./_-]', lambda found: f'&#{ord(found[0])};', shortened(text, 200))}</code>"
