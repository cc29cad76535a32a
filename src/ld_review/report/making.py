"""A report made of a review: its pages are read once more, for what a review does not keep."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Literal, NamedTuple

from ld_review import __version__
from ld_review.commits import checked_out
from ld_review.config import Config
from ld_review.engine import read_page, review_page
from ld_review.finding import Finding
from ld_review.learning.profile import page_title
from ld_review.questionbook import ask, bundled_questions
from ld_review.report.content import Quoter, content_of, cut
from ld_review.report.model import Content, Group, Item, Made, PageReport, Place, Question, Quote, Report
from ld_review.review import PageReview, Review
from ld_review.rule import Rule
from ld_review.source import Source
from ld_review.verdict import decides, dimension_of, together

COURSE = 20
"""Up to so many pages are a course, each of which is told in full; more are a handbook."""
_QUESTIONS = 7
_LONGEST_FIX = 120
_FOLDERS = 3
"""How many are named."""


class _Read(NamedTuple):
    """What reading a page once more tells."""

    title: str
    content: Content | None
    advice: tuple[Group, ...]
    questions: tuple[Question, ...]


def make_report(review: Review, config: Config) -> Report:
    """The report on a review that was made by *config*."""
    scope: Literal["page", "course", "handbook"] = "page" if len(review.pages) == 1 else "course"
    if len(review.pages) > COURSE:
        scope = "handbook"
    pages = tuple(_page(one, review, config, whole=scope != "handbook") for one in review.pages)
    return Report(
        scope,
        pages,
        together((PurePath(page.path).name, page.verdicts) for page in pages),
        tuple(failure.message for failure in review.failures),
        tuple(_beside(review)),
        _made(review, config),
    )


def _page(page: PageReview, review: Review, config: Config, *, whole: bool) -> PageReport:
    path = review.place(page)
    read = _read(page, path, config) if whole and page.source.text else _Read("", None, (), ())
    return PageReport(
        path,
        page.path.as_posix(),
        read.title,
        page.profile,
        page.language,
        page.verdicts,
        read.content,
        _groups(page, review.rules, path),
        read.advice,
        read.questions,
        tuple(_not_assessed(page)),
    )


def _read(page: PageReview, path: str, config: Config) -> _Read:
    source = Source(page.path, page.source.text)
    settings = config.settings_for(page.path)
    try:
        read, _ = read_page(source, settings)
    except Exception:  # the review tells it
        return _Read("", None, (), ())
    learning = read.course.spec.learning
    advised = {rule.id: rule for rule in config.advice_for(page.path)}
    advice = review_page(source, tuple(advised.values()), settings) if advised else None
    groups = _groups(advice, advised, path, deciding=False) if advice else ()
    quoter = Quoter(read.document, path)
    rules = {one.rule for one in page.findings} | {group.rule for group in groups}
    asked = [
        Question(
            one.question.ask,
            one.question.why,
            one.question.dimension,
            quoter.element(one.about) if one.about else None,
        )
        for one in ask(bundled_questions(), read, rules)
    ]
    content = content_of(read, path) if learning or read.course.events else None
    return _Read(page_title(read.document), content, groups, tuple(asked[:_QUESTIONS]))


def _groups(page: PageReview, rules: Mapping[str, Rule], path: str, *, deciding: bool = True) -> tuple[Group, ...]:
    """The findings of a page by rule: what decides, then what weighs most, then what stands first."""
    by_rule: dict[str, list[tuple[Finding, str]]] = defaultdict(list)
    prints: Sequence[str] = page.fingerprints or ("",) * len(page.findings)
    for finding, fingerprint in zip(page.findings, prints, strict=True):
        by_rule[finding.rule].append((finding, fingerprint))
    groups = [_group(id_, found, rules.get(id_), page, path, deciding=deciding) for id_, found in by_rule.items()]
    ranked = sorted(groups, key=lambda one: (not one.decides, -one.severity.rank, _demand(rules.get(one.rule))))
    return tuple(ranked)


def _demand(rule: Rule | None) -> int:
    return -(rule.declared_severity or rule.severity).rank if rule else 0


def _group(
    id_: str, found: Sequence[tuple[Finding, str]], rule: Rule | None, page: PageReview, path: str, *, deciding: bool
) -> Group:
    severity = max((finding.severity for finding, _ in found), key=lambda one: one.rank)
    return Group(
        id_,
        dimension_of(rule),
        severity,
        deciding and decides(severity, rule, page.profile.declared),
        rule.summary if rule else "",
        " ".join(rule.why.split()) if rule else "",
        rule.authority if rule else (),
        tuple(_item(finding, fingerprint, page.source, path) for finding, fingerprint in found),
    )


def _item(finding: Finding, fingerprint: str, source: Source, path: str) -> Item:
    start, end = finding.span
    place = Place(path, source.position(start).line, source.position(max(start, end - 1)).line)
    fix = finding.fix
    single = fix.edits[0].replacement if fix and len(fix.edits) == 1 else ""
    return Item(
        Quote(place, cut(" ".join(source.text[start : min(end, start + 1000)].split()))),
        finding.message,
        single if len(single) <= _LONGEST_FIX and "\n" not in single else "",
        fix is not None and fix.safe,
        fingerprint,
    )


def _not_assessed(page: PageReview) -> Iterator[str]:
    if page.not_assessed:
        yield page.not_assessed
    for failure in page.failures:
        yield f"{failure.rule}: {failure.message}" if failure.rule else failure.message


def _beside(review: Review) -> Iterator[str]:
    """What was not looked at on any page."""
    if review.site is None:
        yield "links to other pages: the handbook around the pages is not known"
    elif review.site.incomplete:
        folders = [f"/{name}/" for name in review.site.incomplete]
        where = ", ".join(folders) if len(folders) <= _FOLDERS else f"{len(folders)} folders"
        yield f"links to missing pages in {where}: part of the handbook seems to be elsewhere"
    yield "what stands behind links: no document, deck or video was opened"


def _made(review: Review, config: Config) -> Made:
    folder = _folder(review)
    commit = checked_out(folder)
    first = review.pages[0].path if review.pages else PurePath("page.md")
    return Made(
        __version__,
        tuple(preset.name for preset in config.presets),
        len(config.rules_for(first)),
        config.path.name if config.path else "",
        commit.id if commit else "",
        bool(commit and commit.changed),
    )


def _folder(review: Review) -> Path:
    """The folder that holds all pages of the review."""
    folders = [os.path.dirname(os.path.abspath(page.path)) for page in review.pages]  # noqa: PTH100, PTH120 - as named
    try:
        folder = Path(os.path.commonpath(folders)) if folders else Path.cwd()
    except ValueError:  # on different drives
        return Path.cwd()
    return folder if folder.is_dir() else Path.cwd()
