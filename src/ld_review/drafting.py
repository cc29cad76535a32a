"""Each page of a run by itself: known from an earlier run, or read and asked what it tells alone; fixed where asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property, partial
from pathlib import Path, PurePath
from typing import NamedTuple

from ld_review.config import Config
from ld_review.draft_cache import NO_MARKS, DraftCache, Kept, Marks, marks_of
from ld_review.engine import Draft, Settings, draft_page, finish_page, review_page
from ld_review.files import UnreadableError, decoded, read_bytes
from ld_review.fixing import fix_page
from ld_review.handbook.handbook import Handbook
from ld_review.mapping import Mapper, mapped
from ld_review.plain_forms import BROKEN
from ld_review.review import Failure, PageReview, bug
from ld_review.rewriting import Fixing, RewrittenPage, replaced
from ld_review.rule import Rule
from ld_review.source import Source
from ld_review.store import key_of
from ld_review.survey import place_of

Progress = Callable[[int, int], None]
"""Called with how many pages are done, and of how many."""
_READ_AT_ONCE = 500
"""How many pages are in memory at once while it is asked which are known."""
_KEPT_AT_ONCE = 100
"""From how many drafts on they are written while other processes go on with further pages."""


class RuleSet(NamedTuple):
    """What some pages of a run have in common."""

    rules: Sequence[Rule]
    settings: Settings

    def draft(self, source: Source, place: str) -> Draft:
        """Read a page and ask the rules that look at one page alone."""
        draft = draft_page(source, self.rules, self.settings, place)
        return draft._replace(source=source.at_rest())

    def finish(self, draft: Draft, handbook: Handbook) -> PageReview:
        """Ask the rules that look across pages."""
        return finish_page(draft, self.rules, self.settings, handbook)


class Job(NamedTuple):
    """One page, and which of the rule sets holds for it."""

    path: Path
    rule_set: int
    place: str
    """Where it lies in the handbook."""


class Work(NamedTuple):
    """What is done to every page."""

    rule_sets: tuple[RuleSet, ...]
    fixing: Fixing | None
    keys: tuple[bytes, ...] = ()
    """What each rule set is known by in the cache; none where nothing is kept."""

    def state(self, job: Job, data: bytes) -> bytes:
        """What a page with these bytes is known by, its path too, since that tells of its profile; empty where it
        cannot be kept."""
        key = self.keys[job.rule_set] if self.keys else b""
        return key_of(data, f"{job.place}\0{job.path}", key) if key else b""


class Outcome(NamedTuple):
    """What became of one page before the handbook was asked."""

    draft: Draft
    fixed: RewrittenPage | None = None
    refused: bool = False
    """Whether it could not be replaced by its fixed text."""
    state: bytes = b""
    """What the page is known by in the cache, as it was read for this draft."""

    @property
    def source(self) -> Source:
        """The page."""
        return self.draft.source

    @property
    def place(self) -> str:
        """Where it lies in the handbook; empty where it could not be parsed."""
        return self.draft.facts.entry.path if self.draft.facts else ""

    @property
    def today(self) -> date | None:
        """The day that was taken for today, where a rule asked for it."""
        return self.draft.today

    @property
    def marks(self) -> Marks:
        """What stands for that of which other pages take notice."""
        return marks_of(self.draft.facts) if self.draft.facts else NO_MARKS


class Known:
    """A page of which all that it alone tells is known from an earlier run, as it is read now."""

    fixed = None
    refused = False

    def __init__(self, kept: Kept, source: Source, place: str, state: bytes) -> None:
        self.marks = kept.marks
        self.today = kept.today
        self.state = state
        self.source = source
        self.place = place
        self._kept = kept

    @cached_property
    def draft(self) -> Draft:
        """What it tells, unpacked where somebody asks."""
        try:
            return self._kept.draft(self.source, self.place)
        except BROKEN:
            message = "what is kept of it from an earlier run cannot be read; --no-cache leaves that alone"
            return Draft(self.source, failures=(Failure(message),))


def planned(pages: Iterable[Path], config: Config) -> tuple[tuple[RuleSet, ...], tuple[Job, ...]]:
    """The jobs, and the rule sets they share: equal ones are the same object in the configuration."""
    numbers: dict[tuple[int, int], int] = {}
    rule_sets: list[RuleSet] = []
    jobs = []
    for page in pages:
        rule_set = RuleSet(config.rules_for(page), config.settings_for(page))
        key = (id(rule_set.rules), id(rule_set.settings))
        if key not in numbers:
            numbers[key] = len(rule_sets)
            rule_sets.append(rule_set)
        jobs.append(Job(page, numbers[key], place_of(page, config.site)))
    return tuple(rule_sets), tuple(jobs)


def outcomes_of(
    work: Work, jobs: Sequence[Job], cache: DraftCache, executor: Mapper | None, progress: Progress | None
) -> list[Outcome | Known]:
    """What became of each page, in order; those of which all is known from an earlier run are not looked at again."""
    known: dict[int, Outcome | Known] = {**_known(work, jobs, cache)} if cache.keeps else {}
    missing = [number for number in range(len(jobs)) if number not in known]
    numbers, new = iter(missing), dict[bytes, Draft]()
    if progress and known:
        progress(len(known), len(jobs))
    try:
        for outcomes in mapped(_do, work, [jobs[number] for number in missing], executor):
            known |= {number: outcome for outcome, number in zip(outcomes, numbers, strict=False)}
            new |= {outcome.state: outcome.draft for outcome in outcomes if outcome.state}
            if len(new) >= _KEPT_AT_ONCE:
                cache.put(new)
                new = {}
            if progress:
                progress(len(known), len(jobs))
    finally:  # an interrupted run need not look at these again
        cache.put(new)
    return [known[number] for number in range(len(jobs))]


def _known(work: Work, jobs: Sequence[Job], cache: DraftCache) -> dict[int, Known]:
    """What is known of pages from earlier runs, by the numbers of their jobs; read some at a time."""
    known: dict[int, Known] = {}
    for start in range(0, len(jobs), _READ_AT_ONCE):
        numbers = range(start, min(start + _READ_AT_ONCE, len(jobs)))
        pages = {number: data for number in numbers if (data := _bytes(jobs[number].path)) is not None}
        states = {number: state for number, data in pages.items() if (state := work.state(jobs[number], data))}
        drafts = cache.get([*states.values()])
        for number, state in states.items():
            job, draft = jobs[number], drafts.get(state)
            clock = work.rule_sets[job.rule_set].settings.clock
            source = _source(job.path, pages[number]) if draft else None
            if draft and source and (draft.today is None or draft.today == clock.today(job.path)):
                page = Known(draft, source, job.place, state)
                if cache.believes(page, *work.rule_sets[job.rule_set]):
                    known[number] = page
    return known


def _source(path: Path, data: bytes) -> Source | None:
    """A page as it is read; None where it is none, whatever somebody says of it."""
    try:
        return decoded(path, data).at_rest()
    except UnreadableError:
        return None


def _bytes(path: Path) -> bytes | None:
    try:
        return read_bytes(path)
    except UnreadableError:
        return None


def _do(work: Work, job: Job) -> Outcome:
    read = partial(read_bytes, job.path)
    rule_set = work.rule_sets[job.rule_set]
    return outcome_of(job.path, read, rule_set, work.fixing, job.place, state=partial(work.state, job))


def draft_source(rule_sets: tuple[RuleSet, ...], work: tuple[Job, Source]) -> Draft:
    """The draft of a page that was read already, whatever happens on it."""
    job, source = work
    try:
        return rule_sets[job.rule_set].draft(source, job.place)
    except Exception as error:
        return Draft(source, failures=(bug(error),))


def outcome_of(
    path: PurePath,
    read: Callable[[], bytes],
    rule_set: RuleSet,
    fixing: Fixing | None,
    place: str,
    *,
    state: Callable[[bytes], bytes] = lambda data: b"",
) -> Outcome:
    """The outcome of one page, whatever happens on it."""
    try:
        data = read()
        source = decoded(path, data)
        if fixing is None:
            return Outcome(rule_set.draft(source, place), state=state(data))
        return _fixed(source, data, rule_set, fixing, place)
    except UnreadableError as error:
        return Outcome(Draft(Source(path, ""), failures=(Failure(str(error)),)))
    except Exception as error:
        return Outcome(Draft(Source(path, ""), failures=(bug(error),)))


def _fixed(source: Source, data: bytes, rule_set: RuleSet, fixing: Fixing, place: str) -> Outcome:
    """A page after the fixes that it takes alone."""
    draft = rule_set.draft(source, place)
    fixed = fix_page(source, partial(review_page, rules=rule_set.rules, settings=rule_set.settings), fixing.unsafe)
    after = fixed.review.source
    if after.text == source.text:
        return Outcome(draft)
    trouble = replaced(fixed.review, len(draft.failures), data, fixing)
    if trouble is not None:
        return Outcome(draft._replace(failures=(*draft.failures, trouble)), refused=True)
    made = RewrittenPage(source.path, source.text, after.text, fixed.applied, fixed.notes)
    return Outcome(rule_set.draft(after, place), made)
