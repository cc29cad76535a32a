"""What can be asked of many pages: they are found, drafted, finished among all pages, and summed up."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import NamedTuple

from ld_review.among import Among
from ld_review.baseline import read_baseline, without_known
from ld_review.cache_folder import cache_folder
from ld_review.config import Config
from ld_review.config_file import load_config
from ld_review.discovery import Discovery, Wanted, discover
from ld_review.draft_cache import DraftCache
from ld_review.drafting import Known, Outcome, Progress, RuleSet, Work, draft_source, outcome_of, outcomes_of, planned
from ld_review.engine import review_page
from ld_review.files import bounded
from ld_review.finishing import Finished, finish, finish_known
from ld_review.handbook.handbook import Handbook
from ld_review.layouts import repository_of
from ld_review.mapping import Mapper, mapped
from ld_review.parts import Drafted, Parts, SharedCache, Taken
from ld_review.past import Past, touched
from ld_review.review import PageReview, Review, Site
from ld_review.review_cache import ReviewCache
from ld_review.rewriting import Fixing, RewrittenPage
from ld_review.rule import Rule
from ld_review.source import Source
from ld_review.survey import look_around, place_of, survey


class FixReview(NamedTuple):
    """What was fixed, and the review of the pages as they are after it."""

    review: Review
    fixed: tuple[RewrittenPage, ...]


class ChangeReview(NamedTuple):
    """The review of the pages that a change touches, and of the same pages as they were before it."""

    now: Review
    before: Review


class _Run(NamedTuple):
    """What became of all pages, before it is summed up."""

    finished: Sequence[Finished]
    rule_sets: tuple[RuleSet, ...]
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
    rule_sets, jobs = planned(found.pages, config)
    cache = SharedCache(cache_folder() if config.use_cache else None)
    work = Work(rule_sets, None, tuple(cache.key(*rule_set) for rule_set in rule_sets))
    outcomes = outcomes_of(work, jobs, cache, executor, progress)
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
    run = _run(found, config, executor, progress, fixing=Fixing(unsafe, write), past=past)
    return _summed(run, config, found, past)


def review_bytes(data: bytes, path: str | PurePath, config: Config) -> Review:
    """Review one page as it came from elsewhere, such as stdin, under the name *path*."""
    return _single(data, path, config, None).review


def fix_bytes(data: bytes, path: str | PurePath, config: Config, *, unsafe: bool = False) -> FixReview:
    """Fix one page as it came from elsewhere, and write nothing."""
    return _single(data, path, config, Fixing(unsafe, write=False))


def _run(
    found: Discovery,
    config: Config,
    executor: Mapper | None,
    progress: Progress | None,
    *,
    fixing: Fixing | None = None,
    past: Past | None = None,
    parts: Parts | None = None,
) -> _Run:
    found = touched(found, past) if past else found
    rule_sets, jobs = planned(found.pages, config)
    folder = cache_folder() if config.use_cache and fixing is None else None
    cache = DraftCache(folder) if parts is None else SharedCache(folder, parts)
    keys = tuple(cache.key(*rule_set) for rule_set in rule_sets) if cache.keeps else ()
    outcomes = outcomes_of(Work(rule_sets, fixing, keys), jobs, cache, executor, progress)
    sets = [rule_sets[job.rule_set] for job in jobs]
    if parts is not None:
        anew = tuple(job.place for job, outcome in zip(jobs, outcomes, strict=True) if not isinstance(outcome, Known))
        parts.taken = Taken(len(jobs), anew, frozenset(key.hex() for key in keys))
    elif past is None and cache.keeps and not config.check_external and _look_across(rule_sets):
        around = look_around(config, frozenset(one.place for one in outcomes if one.place), executor)
        among = Among(outcomes, around, ReviewCache(cache_folder()), folders=found.folders)
        return _Run([*finish_known(outcomes, sets, among)], rule_sets, among.whole.site)
    if past and past.gone:  # which the rules of no page under review may ask for
        handbook = survey(config, [one.draft.facts for one in outcomes if one.draft.facts], executor)
    else:
        handbook = _handbook(outcomes, rule_sets, config, executor, found.folders)
    handbook = past.handbook(handbook, config) if past else handbook
    finished = [finish(outcome, own, handbook, fixing) for outcome, own in zip(outcomes, sets, strict=True)]
    if past:
        gone = (Finished(review) for review in past.deleted(config, handbook))
        finished = sorted((*finished, *gone), key=lambda one: one.review.path.parts)
    return _Run(finished, rule_sets, Site.of(handbook), handbook)


def _before(sources: Sequence[Source], config: Config, handbook: Handbook, executor: Mapper | None) -> Review:
    """The review of pages as they were; *handbook* is that around them."""
    rule_sets, jobs = planned([Path(source.path) for source in sources], config)
    drafts = mapped(draft_source, rule_sets, [*zip(jobs, sources, strict=True)], executor)
    outcomes = [Outcome(draft) for some in drafts for draft in some]
    finished = [
        finish(outcome, rule_sets[job.rule_set], handbook, None) for outcome, job in zip(outcomes, jobs, strict=True)
    ]
    return _summed(_Run(finished, rule_sets, Site.of(handbook)), config, Discovery(())).review


def _single(data: bytes, path: str | PurePath, config: Config, fixing: Fixing | None) -> FixReview:
    where, place = PurePath(path), place_of(path, config.site)
    rule_set = RuleSet(config.rules_for(where), config.settings_for(where))
    outcome = outcome_of(where, lambda: bounded(data, len(data)), rule_set, fixing, place)
    handbook = _handbook([outcome], (rule_set,), config, None, folders=False)
    finished = [finish(outcome, rule_set, handbook, fixing)]
    return _summed(_Run(finished, (rule_set,), Site.of(handbook)), config, Discovery(()))


def _look_across(rule_sets: Iterable[RuleSet]) -> bool:
    return any(rule.looks_across for rule_set in rule_sets for rule in rule_set.rules)


def _handbook(
    outcomes: Iterable[Outcome | Known],
    rule_sets: Iterable[RuleSet],
    config: Config,
    executor: Mapper | None,
    folders: bool,
) -> Handbook:
    """The handbook around the pages of a run; an empty one where no rule asks for it."""
    if not _look_across(rule_sets):
        return Handbook(config.settings.layout, (), whole=False)
    pages = [outcome.draft.facts for outcome in outcomes if outcome.draft.facts]
    return survey(config, pages, executor, folders=folders)


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


def _named_rules(pages: Iterable[PageReview], rule_sets: Iterable[RuleSet]) -> Mapping[str, Rule]:
    named = {finding.rule for page in pages for finding in page.findings}
    rules = {rule.id: rule for rule_set in rule_sets for rule in rule_set.rules if rule.id in named}
    return MappingProxyType(dict(sorted(rules.items())))
