"""The pages that a change touches, as they were before it, and what of a review is due to the change."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from ld_review.changes import Change, Changes, Lines, changes_since, touched_spans
from ld_review.clock import FixedClock
from ld_review.config import Config
from ld_review.discovery import Discovery, Wanted, is_ignored, page_test
from ld_review.engine import draft_page, finish_page, read_page
from ld_review.files import UnreadableError, bounded, decoded
from ld_review.fingerprint import likeness
from ld_review.handbook.facts import Entry, facts_of, unread
from ld_review.handbook.handbook import Handbook
from ld_review.review import PageReview
from ld_review.source import Source, Span
from ld_review.survey import place_of

BROKEN = "broken"
"""The kind of check that says what a change does to other pages."""


@dataclass(frozen=True)
class Past:
    """What a review is compared with."""

    changes: Changes
    pages: tuple[Change, ...]
    """Those of the changed files that are or were pages."""
    gone: tuple[Change, ...]
    """The pages under review that are deleted."""
    sources: Mapping[Path, Source]
    """The pages as they were, by the paths they had; what cannot be read is not there."""
    lines_only: bool
    """Whether only what the change brings is reported, and not all of the pages it touches."""

    @cached_property
    def lines(self) -> Mapping[Path, tuple[Lines, ...]]:
        """The lines that were added or changed, by page."""
        return self.changes.lines([page.path for page in self.pages if not page.deleted])

    def handbook(self, now: Handbook, config: Config) -> Handbook:
        """The handbook that knows how it was."""
        if not now.whole or not self.pages:
            return now
        touched = {place_of(page.path, config.site) for page in self.pages}
        kept = (entry for path, entry in now.entries.items() if path not in touched)
        moved = {place_of(page.old, config.site): place_of(page.path, config.site) for page in self.pages if page.old}
        reviewed = now.reviewed | {place_of(page.path, config.site) for page in self.gone}
        before = now.earlier(
            [*kept, *(self._entry(page, config) for page in self.pages if page.old)],
            frozenset(old for old, new in moved.items() if new in reviewed),
        )
        return now.since(before, moved)

    def _entry(self, page: Change, config: Config) -> Entry:
        """What was known of a page."""
        old = page.old or page.path
        place, source = place_of(old, config.site), self.sources.get(old)
        try:
            if source is None:
                return unread(place)
            settings = config.settings_for(old)
            return facts_of(read_page(source, settings)[0], place, settings.heading_ids).entry
        except Exception:  # as for any page that is not under review
            return unread(place)

    def deleted(self, config: Config, handbook: Handbook) -> Iterator[PageReview]:
        """The pages that are no longer there and to which others still link, as they were."""
        for page in self.gone:
            source = self.sources.get(page.path)
            rules = [rule for rule in config.rules_for(page.path) if rule.kind == BROKEN]
            if source is None or not rules:
                continue
            settings = config.settings_for(page.path)
            draft = draft_page(source, rules, settings, place_of(page.path, config.site))
            review = finish_page(draft, rules, settings, handbook)
            if review.findings:
                yield replace(review, failures=(), elements=(), verdicts=())

    def as_they_were(self, pages: Iterable[Path]) -> list[Source]:
        """The pages under review before the change, under the names they had, those that are deleted too."""
        found = []
        for path in pages:
            change = self.changes.of(path)
            source = self.sources.get(change.old) if change and change.old else None
            if change and source:
                found.append(replace(source, path=path) if change.old == change.path else source)
        found += [self.sources[one.path] for one in self.gone if one.path in self.sources]
        return sorted(found, key=lambda source: source.path.parts)

    def narrowed(self, page: PageReview, config: Config, handbook: Handbook) -> PageReview:
        """The review of a page with what the change brings alone: what touches a line that was added or changed, and
        what was not found on the page as it was."""
        change = self.changes.of(page.path)
        if change is None or change.old is None or not page.findings:
            return page
        due = set(self._due(page, change, config, handbook))
        kept = [number for number in range(len(page.findings)) if number in due]
        return replace(
            page,
            findings=tuple(page.findings[number] for number in kept),
            fingerprints=tuple(page.fingerprints[number] for number in kept),
        )

    def _due(self, page: PageReview, change: Change, config: Config, handbook: Handbook) -> Iterator[int]:
        """The numbers of the findings that are due to the change."""
        touched = touched_spans(page.source, self.lines.get(change.path, ()))
        more = Counter(likeness(page.source, finding) for finding in page.findings)
        more.subtract(self._found_before(page, change, config, handbook))
        others = []
        for number, finding in enumerate(page.findings):
            like = likeness(page.source, finding)
            if any(touched.touch(_filled(span)) for span in (finding.span, *finding.also)):
                more[like] -= 1
                yield number
            else:
                others.append((number, like))
        for number, like in others:
            if more[like] > 0:
                more[like] -= 1
                yield number

    def _found_before(
        self, page: PageReview, change: Change, config: Config, handbook: Handbook
    ) -> Counter[tuple[str, str]]:
        """How many findings of each kind the page had, as seen today: that time goes by is no change."""
        source = self.sources.get(change.old or change.path)
        if source is None:
            return Counter()
        rules, settings = config.rules_for(page.path), config.settings_for(page.path)
        settings = replace(settings, clock=FixedClock(settings.clock.today(page.path)))
        draft = draft_page(source, rules, settings, place_of(change.old or change.path, config.site))
        old = finish_page(draft, rules, settings, handbook.before or handbook)
        return Counter(likeness(old.source, finding) for finding in old.findings)


def read_past(
    reference: str,
    paths: Iterable[str | os.PathLike[str]],
    config: Config,
    *,
    lines_only: bool = False,
    force_exclude: bool = False,
) -> Past:
    """The pages as they were where the current branch left *reference*; *paths* are under review.

    Raises UsageError where git cannot tell.
    """
    named = [Path(path) for path in paths]
    wanted = Wanted(config.exclude, config.extend_include, config.root, force_exclude)
    test = page_test(wanted)

    def is_page(path: Path) -> bool:
        return test(path.name, str(path))

    changes = changes_since(reference, _folder(named), is_page)
    pages = tuple(one for one in changes.all if is_page(one.path) or (one.old and is_page(one.old)))
    folders = [_real(path) for path in named if path.is_dir()]
    gone = tuple(
        one
        for one in pages
        if one.deleted
        and any(one.path.is_relative_to(folder) for folder in folders)
        and not is_ignored(one.path, wanted)
    )
    held = changes.contents(pages)
    sources = {path: source for path, data in held.items() if (source := _source(path, data)) is not None}
    return Past(changes, pages, gone, sources, lines_only)


def touched(found: Discovery, past: Past) -> Discovery:
    """Those of the pages that were found that the change touches."""
    pages = tuple(page for page in found.pages if past.changes.of(page) is not None)
    return Discovery(pages, found.failures)


def _folder(paths: Sequence[Path]) -> Path:
    """Where git is asked: where the first of *paths* lies that is there."""
    there = (path if path.is_dir() else path.parent for path in paths)
    return next((folder for folder in there if folder.is_dir()), Path.cwd())


def _real(folder: Path) -> Path:
    return Path(os.path.realpath(folder))


def _source(path: Path, data: bytes) -> Source | None:
    try:
        return decoded(_shown(path), bounded(data, len(data)))
    except UnreadableError:
        return None


def _shown(path: Path) -> Path:
    """A path as a user names it: relative to the working directory where it lies below."""
    here = _real(Path.cwd())
    return path.relative_to(here) if path.is_relative_to(here) else path


def _filled(span: Span) -> Span:
    """A span that holds at least a character, to be asked what it touches."""
    return Span(span.start, max(span.end, span.start + 1))
