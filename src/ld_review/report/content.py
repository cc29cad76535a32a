"""What a page holds to learn from: its elements at their places, the way of those who are not there, its times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ld_review.document import Document
from ld_review.learning.alignment import Coverage
from ld_review.learning.course import Course
from ld_review.learning.element import Element
from ld_review.learning.events.event import KIND as LIVE_EVENT
from ld_review.learning.events.event import LiveEvent, Recording
from ld_review.learning.outline import outline
from ld_review.learning.times import Times
from ld_review.page import Page
from ld_review.report.model import Aligned, Content, Found, Lacking, Place, Quote, Time, Way
from ld_review.source import Span

LONGEST = 120
"""Characters of a quote."""
_MUCH = 300
"""So many words outside of its events are something to learn from alone."""
_SHOWN = (
    *("objective", "practice", "knowledge-check", "reflection", "feedback", "summary", "lesson", "media"),
    *(
        "duration",
        "audience",
        "prerequisite",
        "no-prerequisite",
        "completion-rule",
        "pass-mark",
        "help-venue",
        LIVE_EVENT,
    ),
)
"""The kinds of element that a report names, in its order."""
_SAID = frozenset(
    {"audience", "prerequisite", "no-prerequisite", "completion-rule", "pass-mark", "help-venue", "duration"}
)
"""The kinds of element whose label says nothing without what stands behind it."""
_MOST_OF_PAGE = 0.8
_VAGUE = frozenset({"vague", "masked", "teaching"})


class Quoter(NamedTuple):
    """Quotes a page at the path that it has in the report."""

    document: Document
    path: str

    def place(self, span: Span) -> Place:
        """Where a span stands."""
        position = self.document.source.position
        return Place(self.path, position(span.start).line, position(max(span.start, span.end - 1)).line)

    def quote(self, span: Span) -> Quote:
        """The words that a reader sees in a span; its source where a reader sees none."""
        seen = self.document.view("prose")[span.start : span.end].split()
        return Quote(self.place(span), cut(" ".join(seen or self.document.source[span].split())))

    def element(self, element: Element) -> Quote:
        """What tells of an element; with what is said behind it where it is only a label, such as "Audience:"."""
        quote, label = self.quote(element.span), "/titles/" in element.cue or "/weak_titles/" in element.cue
        if element.kind == "media":
            return quote._replace(text=self._medium(element))
        if element.kind not in _SAID or not label or element.body.end <= element.span.end:
            return quote
        behind = self.document.view("prose")[element.span.end : element.body.end].split()
        said = " ".join(behind).lstrip(" :")
        return quote._replace(text=cut(f"{quote.text}: {said}")) if said else quote

    def _medium(self, element: Element) -> str:
        """What a video is called: by its link or title, else by the heading that it stands under."""
        seen = " ".join(self.document.view("prose")[element.span.start : element.span.end].split())
        titles = (
            one.title for one in self.document.of("iframe") if one.span.start <= element.span.start < one.span.end
        )
        heading = self.document.title(self.document.sections[self.document.section_at(element.span.start)])
        return cut(seen or next(filter(None, titles), "") or heading or "a video without a name")


def cut(text: str, most: int = LONGEST) -> str:
    """*text*, shortened where it is long."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def content_of(page: Page, path: str) -> Content:
    """What *page* holds."""
    document, course = page.document, page.course
    quoter, made = Quoter(document, path), outline(document, course)
    return Content(
        tuple(_found(course, quoter)),
        tuple(Lacking(kind.name, demand, kind.accepts) for kind, demand in made.missing),
        tuple(_ways(page, quoter)) if course.events else (),
        tuple(_aligned(one, quoter) for one in made.coverage),
        _time(made.times),
    )


def _found(course: Course, quoter: Quoter) -> Iterator[Found]:
    for kind in _SHOWN:
        elements = list(_once(course.of(kind), quoter))
        if elements:
            described = course.lexicon.kinds.get(kind) if course.lexicon else None
            name = described.name if described else "no prerequisites"
            yield Found(kind, name, tuple(map(quoter.element, elements)), _note(kind, elements))


def _once(elements: Iterable[Element], quoter: Quoter) -> Iterator[Element]:
    """Elements without those that say the same again."""
    seen: set[str] = set()
    for element in elements:
        said = quoter.quote(element.span).text.casefold()
        if said not in seen:
            seen.add(said)
            yield element


def _note(kind: str, elements: Sequence[Element]) -> str:
    if kind == "objective":
        observable = sum(one.attributes.get("opener") == "measurable" for one in elements)
        return f"{observable} of {len(elements)} begin with something that can be observed"
    return ""


def _aligned(one: Coverage, quoter: Quoter) -> Aligned:
    levels = one.objective.attributes.get("levels")
    level = str(levels[0]) if isinstance(levels, (list, tuple)) and levels else ""
    return Aligned(
        quoter.quote(one.objective.span),
        level,
        one.objective.attributes.get("opener") not in _VAGUE,
        tuple(quoter.element(element) for element in one.covered_by if not _is_whole_page(element, quoter)),
        bool(one.words),
    )


def _is_whole_page(element: Element, quoter: Quoter) -> bool:
    """Whether it is all of the page: then it holds the objectives too, and shows nothing."""
    return element.body.end - element.body.start > _MOST_OF_PAGE * len(quoter.document.source.text)


def _time(times: Times) -> Time:
    whole = times.whole.minutes() if times.whole else None
    return Time(whole, times.parts_minutes, times.reading, times.watching, times.words)


def _ways(page: Page, quoter: Quoter) -> Iterator[Way]:
    """What there is for those who cannot come to a live event."""
    events, course = page.course.events, page.course
    yield _recording(events, quoter)
    yield _written(page)
    asked = [one for one in events if "questions" in one.traits]
    venues = tuple(quoter.element(one) for one in course.of("help-venue"))
    where = venues or tuple(quoter.quote(one.span) for one in asked)
    yield Way("a place for questions", "yes" if where else "no", "" if where else "found none in writing", where)
    alone = tuple(quoter.quote(one.span) for one in events if "self-paced" in one.traits)
    yield Way("a way to do it alone", "yes" if alone else "no", "" if alone else "found none", alone)
    rules = tuple(quoter.element(one) for one in course.of("completion-rule"))
    yield Way("until when, or when it is done", "yes" if rules else "no", "" if rules else "found nothing", rules)


def _recording(events: Sequence[LiveEvent], quoter: Quoter) -> Way:
    by_state = {state: tuple(quoter.quote(one.span) for one in events if one.recording is state) for state in Recording}
    linked, total = by_state[Recording.LINKED], len(events)
    said = [
        f"{len(by_state[state])} of {total} {words}"
        for state, words in (
            (Recording.LINKED, "linked"),
            (Recording.PROMISED, "promised"),
            (Recording.REFUSED, "said not to be recorded"),
            (Recording.NONE, "without a word about it"),
        )
        if by_state[state]
    ]
    state = "yes" if len(linked) == total else "partly" if linked or by_state[Recording.PROMISED] else "no"
    shown = by_state[Recording.REFUSED] or by_state[Recording.NONE] or by_state[Recording.PROMISED]
    return Way("a recording", state, ", ".join(said), shown)  # type: ignore[arg-type]


def _written(page: Page) -> Way:
    prose = page.document.view("prose")
    inside = sum(len(prose[one.body.start : one.body.end].split()) for one in page.course.events)
    words = max(0, len(prose.split()) - inside)
    state = "yes" if words >= _MUCH else "no"
    return Way("the same in writing", state, f"{words:,} words stand outside the events")  # type: ignore[arg-type]
