"""Many pages: read, reviewed one by one or side by side, and rewritten where a fix was asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import NamedTuple

from ld_review.among import Among
from ld_review.baseline import read_baseline, without_known
from ld_review.cache_folder import cache_folder
from ld_review.config import Config
from ld_review.config_file import load_config
from ld_review.discovery import Discovery, Wanted, discover
from ld_review.draft_cache import NO_MARKS, DraftCache, Kept, Marks, marks_of
from ld_review.engine import Draft, Settings, draft_page, finish_page, review_page
from ld_review.files import CHANGED, UnreadableError, bounded, decoded, read_bytes, replace_page
from ld_review.fixing import fix_page
from ld_review.handbook.handbook import Handbook
from ld_review.layouts import repository_of
from ld_review.mapping import Mapper, mapped
from ld_review.parts import Drafted, Parts, SharedCache, Taken
from ld_review.past import Past, touched
from ld_review.plain_forms import BROKEN
from ld_review.review import Failure, PageReview, Review, Site, bug
from ld_review.review_cache import ReviewCache
from ld_review.rule import Rule
from ld_review.source import Source
from ld_review.store import key_of
from ld_review.survey import look_around, place_of, survey
from ld_review.verdict import unparsed

Progress = Callable[[int, int], None]
"""Called with how many pages are done, and of how many."""
_READ_AT_ONCE = 500
"""How many pages are in memory at once while it is asked which are known."""


class FixedPage(NamedTuple):
    """A page that a fix changes."""

    path: PurePath
    before: str
    after: str
    fixes: int
    """How many findings were mended."""
    notes: tuple[str, ...] = ()
    """Which fixes were left out, and why."""

    def then(self, later: FixedPage) -> FixedPage:
        """This change and a later one as one."""
        notes = (*self.notes, *(note for note in later.notes if note not in self.notes))
        return FixedPage(self.path, self.before, later.after, self.fixes + later.fixes, notes)


class FixReview(NamedTuple):
    """What was fixed, and the review of the pages as they are after it."""

    review: Review
    fixed: tuple[FixedPage, ...]


class ChangeReview(NamedTuple):
    """The review of the pages that a change touches, and of the same pages as they were before it."""

    now: Review
    before: Review


class _Fixing(NamedTuple):
    """Which fixes to make, and whether to write them."""

    unsafe: bool
    write: bool


class _RuleSet(NamedTuple):
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


class _Work(NamedTuple):
    """What is done to every page."""

    rule_sets: tuple[_RuleSet, ...]
    fixing: _Fixing | None
    keys: tuple[bytes, ...] = ()
    """What each rule set is known by in the cache; none where nothing is kept."""

    def state(self, job: _Job, data: bytes) -> bytes:
        """What a page with these bytes is known by, its path too, since that tells of its profile; empty where it
        cannot be kept."""
        key = self.keys[job.rule_set] if self.keys else b""
        return key_of(data, f"{job.place}\0{job.path}", key) if key else b""


class _Job(NamedTuple):
    """One page, and which of the rule sets holds for it."""

    path: Path
    rule_set: int
    place: str
    """Where it lies in the handbook."""


class _Outcome(NamedTuple):
    """What became of one page before the handbook was asked."""

    draft: Draft
    fixed: FixedPage | None = None
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


class _Known:
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


class _Finished(NamedTuple):
    """What became of one page."""

    review: PageReview
    fixed: FixedPage | None = None


class _Run(NamedTuple):
    """What became of all pages, before it is summed up."""

    finished: Sequence[_Finished]
    rule_sets: tuple[_RuleSet, ...]
    site: Site | None
    handbook: Handbook | None = None
    """The handbook around the pages that a change touches."""


def review_text(text: str, path: str | PurePath = "page.md", config: Config | None = None) -> PageReview:
    """Review one page that is at hand; *path* says which settings hold for it and need not exist.

    Without *config*, the configuration file nearest to the working directory counts.
    """
    config = config or load_config()
    where = PurePath(path)
    return review_page(Source(where, text), config.rules_for(where), config.settings_for(where))


def review_paths(
    paths: Iterable[str | os.PathLike[str]],
    config: Config | None = None,
    executor: Mapper | None = None,
    progress: Progress | None = None,
    *,
    force_exclude: bool = False,
) -> Review:
    """Review files and folders; what cannot be read becomes a failure in the review of its page.

    With *executor*, any ``concurrent.futures.Executor``, pages are reviewed side by side; the result is the same.
    Without *config*, the configuration file nearest to the working directory counts.
    """
    paths = list(paths)
    config = located(config or load_config(), paths)
    return review_pages(find_pages(paths, config, force_exclude=force_exclude), config, executor, progress)


def fix_paths(
    paths: Iterable[str | os.PathLike[str]],
    config: Config | None = None,
    executor: Mapper | None = None,
    progress: Progress | None = None,
    *,
    unsafe: bool = False,
    write: bool = True,
    force_exclude: bool = False,
) -> FixReview:
    """Fix files and folders, and review them again.

    A page is replaced in one step, and only once its fixed text was reviewed without failure. Nothing is written
    where *write* is false: the result then says what would be.
    """
    paths = list(paths)
    config = located(config or load_config(), paths)
    found = find_pages(paths, config, force_exclude=force_exclude)
    return fix_pages(found, config, executor, progress, unsafe=unsafe, write=write)


def located(config: Config, paths: Iterable[str | os.PathLike[str]]) -> Config:
    """The configuration with the layout of the site that *paths*, files and folders, belong to."""
    named = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - resolving links would lead elsewhere
    folders = [path if path.is_dir() else path.parent for path in named]
    try:
        return config.located(Path(os.path.commonpath(folders))) if folders else config
    except ValueError:  # on different drives
        return config


def find_pages(paths: Iterable[str | os.PathLike[str]], config: Config, *, force_exclude: bool = False) -> Discovery:
    """The pages that *paths* name, less what the configuration and ignore files leave out."""
    return discover(paths, Wanted(tuple(config.exclude), tuple(config.extend_include), config.root, force_exclude))


def review_pages(
    found: Discovery,
    config: Config,
    executor: Mapper | None = None,
    progress: Progress | None = None,
    past: Past | None = None,
    *,
    parts: Parts | None = None,
) -> Review:
    """Review the pages that were found; with *past* those that a change touches, and what it does to others.

    What *parts* tell of pages is not found out again; they are told which pages they did not know.
    """
    run = _run(found, config, executor, progress, past=past, parts=parts)
    return _summed(run, config, found, past).review


def review_change(
    found: Discovery,
    config: Config,
    past: Past,
    executor: Mapper | None = None,
    progress: Progress | None = None,
    *,
    parts: Parts | None = None,
) -> ChangeReview:
    """Review the pages that a change touches, as they are and as they were.

    Both by the same configuration and as on the same day, so that they differ in what the change did.
    """
    found = touched(found, past)
    run = _run(found, config, executor, progress, past=past, parts=parts)
    assert run.handbook is not None
    before = _before(past.as_they_were(found.pages), config, run.handbook.before or run.handbook, executor)
    return ChangeReview(_summed(run, config, found, past).review, before)


def draft_pages(
    found: Discovery, config: Config, executor: Mapper | None = None, progress: Progress | None = None
) -> list[Drafted]:
    """What each page tells by itself, without the handbook around it: what a part is made of."""
    rule_sets, jobs = _planned(found.pages, config)
    cache = SharedCache(cache_folder() if config.use_cache else None)
    work = _Work(rule_sets, None, tuple(cache.key(*rule_set) for rule_set in rule_sets))
    outcomes = _outcomes(work, jobs, cache, executor, progress)
    return [
        Drafted(job.place, outcome.state, work.keys[job.rule_set], outcome.draft)
        for job, outcome in zip(jobs, outcomes, strict=True)
    ]


def fix_pages(
    found: Discovery,
    config: Config,
    executor: Mapper | None = None,
    progress: Progress | None = None,
    *,
    unsafe: bool = False,
    write: bool = True,
    past: Past | None = None,
) -> FixReview:
    """Fix the pages that were found, and review them again."""
    run = _run(found, config, executor, progress, fixing=_Fixing(unsafe, write), past=past)
    return _summed(run, config, found, past)


def review_bytes(data: bytes, path: str | PurePath, config: Config) -> Review:
    """Review one page as it came from elsewhere, such as stdin, under the name *path*."""
    return _single(data, path, config, None).review


def fix_bytes(data: bytes, path: str | PurePath, config: Config, *, unsafe: bool = False) -> FixReview:
    """Fix one page as it came from elsewhere, and write nothing."""
    return _single(data, path, config, _Fixing(unsafe, write=False))


def _run(
    found: Discovery,
    config: Config,
    executor: Mapper | None,
    progress: Progress | None,
    *,
    fixing: _Fixing | None = None,
    past: Past | None = None,
    parts: Parts | None = None,
) -> _Run:
    found = touched(found, past) if past else found
    rule_sets, jobs = _planned(found.pages, config)
    folder = cache_folder() if config.use_cache and fixing is None else None
    cache = DraftCache(folder) if parts is None else SharedCache(folder, parts)
    keys = tuple(cache.key(*rule_set) for rule_set in rule_sets) if cache.keeps else ()
    outcomes = _outcomes(_Work(rule_sets, fixing, keys), jobs, cache, executor, progress)
    sets = [rule_sets[job.rule_set] for job in jobs]
    if parts is not None:
        anew = tuple(job.place for job, outcome in zip(jobs, outcomes, strict=True) if not isinstance(outcome, _Known))
        parts.taken = Taken(len(jobs), anew, frozenset(key.hex() for key in keys))
    elif past is None and cache.keeps and not config.check_external and _look_across(rule_sets):
        around = look_around(config, frozenset(one.place for one in outcomes if one.place), executor)
        among = Among(outcomes, around, ReviewCache(cache_folder()), folders=found.folders)
        return _Run([*_reviewed(outcomes, sets, among)], rule_sets, among.whole.site)
    if past and past.gone:  # which the rules of no page under review may ask for
        handbook = survey(config, [one.draft.facts for one in outcomes if one.draft.facts], executor)
    else:
        handbook = _handbook(outcomes, rule_sets, config, executor, found.folders)
    handbook = past.handbook(handbook, config) if past else handbook
    finished = [_finished(outcome, own, handbook, fixing) for outcome, own in zip(outcomes, sets, strict=True)]
    if past:
        gone = (_Finished(review) for review in past.deleted(config, handbook))
        finished = sorted((*finished, *gone), key=lambda one: one.review.path.parts)
    return _Run(finished, rule_sets, Site.of(handbook), handbook)


def _before(sources: Sequence[Source], config: Config, handbook: Handbook, executor: Mapper | None) -> Review:
    """The review of pages as they were; *handbook* is that around them."""
    rule_sets, jobs = _planned([Path(source.path) for source in sources], config)
    drafts = mapped(_draft, rule_sets, [*zip(jobs, sources, strict=True)], executor)
    outcomes = [_Outcome(draft) for some in drafts for draft in some]
    finished = [
        _finished(outcome, rule_sets[job.rule_set], handbook, None) for outcome, job in zip(outcomes, jobs, strict=True)
    ]
    return _summed(_Run(finished, rule_sets, Site.of(handbook)), config, Discovery(())).review


def _outcomes(
    work: _Work, jobs: Sequence[_Job], cache: DraftCache, executor: Mapper | None, progress: Progress | None
) -> list[_Outcome | _Known]:
    """What became of each page, in order; those of which all is known from an earlier run are not looked at again."""
    known: dict[int, _Outcome | _Known] = {**_known(work, jobs, cache)} if cache.keeps else {}
    missing = [number for number in range(len(jobs)) if number not in known]
    numbers = iter(missing)
    if progress and known:
        progress(len(known), len(jobs))
    for outcomes in mapped(_do, work, [jobs[number] for number in missing], executor):
        known |= {number: outcome for outcome, number in zip(outcomes, numbers, strict=False)}
        if progress:
            progress(len(known), len(jobs))
    made = [known[number] for number in missing]
    cache.put({outcome.state: outcome.draft for outcome in made if outcome.state})
    return [known[number] for number in range(len(jobs))]


def _known(work: _Work, jobs: Sequence[_Job], cache: DraftCache) -> dict[int, _Known]:
    """What is known of pages from earlier runs, by the numbers of their jobs; read some at a time."""
    known: dict[int, _Known] = {}
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
                page = _Known(draft, source, job.place, state)
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


def _single(data: bytes, path: str | PurePath, config: Config, fixing: _Fixing | None) -> FixReview:
    where, place = PurePath(path), place_of(path, config.site)
    rule_set = _RuleSet(config.rules_for(where), config.settings_for(where))
    outcome = _guarded(where, lambda: bounded(data, len(data)), rule_set, fixing, place)
    handbook = _handbook([outcome], (rule_set,), config, None, folders=False)
    finished = [_finished(outcome, rule_set, handbook, fixing)]
    return _summed(_Run(finished, (rule_set,), Site.of(handbook)), config, Discovery(()))


def _reviewed(outcomes: Sequence[_Outcome | _Known], sets: Sequence[_RuleSet], among: Among) -> Iterator[_Finished]:
    """What became of each page; those of which all is known from an earlier run are not asked again."""
    known, made = among.known(), {}
    for outcome, rule_set, key in zip(outcomes, sets, among.keys, strict=True):
        try:
            review = known[key].review(outcome.source, rule_set.rules)
        except (KeyError, *BROKEN):
            review = _finished(outcome, rule_set, among.handbook, None).review
            made[key] = review, rule_set.rules
        yield _Finished(review)
    among.keep(made)


def _look_across(rule_sets: Iterable[_RuleSet]) -> bool:
    return any(rule.looks_across for rule_set in rule_sets for rule in rule_set.rules)


def _handbook(
    outcomes: Iterable[_Outcome | _Known],
    rule_sets: Iterable[_RuleSet],
    config: Config,
    executor: Mapper | None,
    folders: bool,
) -> Handbook:
    """The handbook around the pages of a run; an empty one where no rule asks for it."""
    if not _look_across(rule_sets):
        return Handbook(config.settings.layout, (), whole=False)
    pages = [outcome.draft.facts for outcome in outcomes if outcome.draft.facts]
    return survey(config, pages, executor, folders=folders)


def _finished(outcome: _Outcome | _Known, rule_set: _RuleSet, handbook: Handbook, fixing: _Fixing | None) -> _Finished:
    try:
        review = rule_set.finish(outcome.draft, handbook)
        if fixing is None or outcome.refused:
            return _Finished(review, outcome.fixed)
        across = {rule.id for rule in rule_set.rules if rule.looks_across}
        if not any(finding.fix and finding.rule in across for finding in review.findings):
            return _Finished(review, outcome.fixed)
        return _fixed_across(review, outcome, rule_set, handbook, fixing)
    except Exception as error:
        return _Finished(_failed(outcome.draft.source.path, bug(error)), outcome.fixed)


def _summed(run: _Run, config: Config, found: Discovery, past: Past | None = None) -> FixReview:
    pages, known = tuple(one.review for one in run.finished), None
    if config.baseline:
        pages, known = without_known(pages, read_baseline(config.baseline), found.folders)
    if past and past.lines_only and run.handbook:
        pages = tuple(past.narrowed(page, config, run.handbook) for page in pages)
    failures = (*config.failures, *found.failures)
    named, top = _named_rules(pages, run.rule_sets), _top(pages)
    review = Review(pages, named, failures, config.fail_on, run.site, known, top)
    return FixReview(review, tuple(one.fixed for one in run.finished if one.fixed))


def _top(pages: Iterable[PageReview]) -> Path:
    """The top of the repository of the working directory, or of the pages where they lie outside of it."""
    here = Path.cwd()
    folders = {os.path.abspath(page.path.parent) for page in pages}  # noqa: PTH100 - resolving links would lead elsewhere
    try:
        folder = Path(os.path.commonpath(folders)) if folders else here
    except ValueError:  # on different drives
        return here
    tops = (repository_of(start) for start in (here, folder))
    return next((top for top in tops if top and folder.is_relative_to(top)), here)


def _planned(pages: Iterable[Path], config: Config) -> tuple[tuple[_RuleSet, ...], tuple[_Job, ...]]:
    """The jobs, and the rule sets they share: equal ones are the same object in the configuration."""
    numbers: dict[tuple[int, int], int] = {}
    rule_sets: list[_RuleSet] = []
    jobs = []
    for page in pages:
        rule_set = _RuleSet(config.rules_for(page), config.settings_for(page))
        key = (id(rule_set.rules), id(rule_set.settings))
        if key not in numbers:
            numbers[key] = len(rule_sets)
            rule_sets.append(rule_set)
        jobs.append(_Job(page, numbers[key], place_of(page, config.site)))
    return tuple(rule_sets), tuple(jobs)


def _named_rules(pages: Iterable[PageReview], rule_sets: Iterable[_RuleSet]) -> Mapping[str, Rule]:
    named = {finding.rule for page in pages for finding in page.findings}
    rules = {rule.id: rule for rule_set in rule_sets for rule in rule_set.rules if rule.id in named}
    return MappingProxyType(dict(sorted(rules.items())))


def _do(work: _Work, job: _Job) -> _Outcome:
    read = partial(read_bytes, job.path)
    rule_set = work.rule_sets[job.rule_set]
    return _guarded(job.path, read, rule_set, work.fixing, job.place, state=partial(work.state, job))


def _draft(rule_sets: tuple[_RuleSet, ...], work: tuple[_Job, Source]) -> Draft:
    job, source = work
    try:
        return rule_sets[job.rule_set].draft(source, job.place)
    except Exception as error:
        return Draft(source, failures=(bug(error),))


def _guarded(
    path: PurePath,
    read: Callable[[], bytes],
    rule_set: _RuleSet,
    fixing: _Fixing | None,
    place: str,
    *,
    state: Callable[[bytes], bytes] = lambda data: b"",
) -> _Outcome:
    """The outcome of one page, whatever happens on it."""
    try:
        data = read()
        source = decoded(path, data)
        if fixing is None:
            return _Outcome(rule_set.draft(source, place), state=state(data))
        return _fixed(source, data, rule_set, fixing, place)
    except UnreadableError as error:
        return _Outcome(Draft(Source(path, ""), failures=(Failure(str(error)),)))
    except Exception as error:
        return _Outcome(Draft(Source(path, ""), failures=(bug(error),)))


def _failed(path: PurePath, failure: Failure) -> PageReview:
    return PageReview(Source(path, ""), failures=(failure,), verdicts=unparsed(failure.message))


def _fixed(source: Source, data: bytes, rule_set: _RuleSet, fixing: _Fixing, place: str) -> _Outcome:
    """A page after the fixes that it takes alone."""
    draft = rule_set.draft(source, place)
    fixed = fix_page(source, partial(review_page, rules=rule_set.rules, settings=rule_set.settings), fixing.unsafe)
    after = fixed.review.source
    if after.text == source.text:
        return _Outcome(draft)
    trouble = _replaced(fixed.review, len(draft.failures), data, fixing)
    if trouble is not None:
        return _Outcome(draft._replace(failures=(*draft.failures, trouble)), refused=True)
    made = FixedPage(source.path, source.text, after.text, fixed.applied, fixed.notes)
    return _Outcome(rule_set.draft(after, place), made)


def _fixed_across(
    before: PageReview, outcome: _Outcome | _Known, rule_set: _RuleSet, handbook: Handbook, fixing: _Fixing
) -> _Finished:
    """A page after the fixes for which the handbook had to be asked."""
    source = Source(before.path, before.source.text)
    earlier, facts = outcome.fixed, outcome.draft.facts
    place = facts.entry.path if facts else ""
    fixed = fix_page(source, lambda one: rule_set.finish(rule_set.draft(one, place), handbook), fixing.unsafe)
    if fixed.review.source.text == source.text:
        return _Finished(before, earlier)
    trouble = _replaced(fixed.review, len(before.failures), _unchanged(source) if fixing.write else b"", fixing)
    if trouble is not None:
        return _Finished(replace(before, failures=(*before.failures, trouble)), earlier)
    made = FixedPage(source.path, source.text, fixed.review.source.text, fixed.applied, fixed.notes)
    return _Finished(fixed.review, made if earlier is None else earlier.then(made))


def _unchanged(source: Source) -> bytes | None:
    """The bytes of a page where they still are what was reviewed."""
    try:
        data = read_bytes(Path(source.path))
        return data if decoded(source.path, data).text == source.text else None
    except UnreadableError:
        return None


def _replaced(after: PageReview, failures: int, data: bytes | None, fixing: _Fixing) -> Failure | None:
    """Replace a page by its fixed text where that was asked for; what kept that from being done.

    *data* are the bytes to be replaced, *failures* how many the page had before.
    """
    if len(after.failures) > failures:
        return Failure("not fixed: the fixed text could not be reviewed")
    if data is None:
        return Failure(f"not fixed: {CHANGED}")
    try:
        if fixing.write:
            replace_page(Path(after.path), data, after.source.text)
    except (OSError, UnreadableError) as error:
        return Failure(f"not fixed: {getattr(error, 'strerror', None) or error}")
    return None
