"""The story of one page: parse, tell its language, recognise what it is made of, check, ask the handbook, suppress."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from ld_review import language, suppression
from ld_review.checks.base import AcrossPages, Match
from ld_review.checks.copy import Copy
from ld_review.clock import SYSTEM_CLOCK, Clock
from ld_review.document import Document
from ld_review.elementbook import bundled_lexicon
from ld_review.errors import near
from ld_review.finding import Finding, Fix
from ld_review.fingerprint import fingerprints
from ld_review.handbook.facts import Detail, Entry, PageFacts, facts_of
from ld_review.handbook.handbook import Handbook
from ld_review.handbook.layout import PLAIN, Layout
from ld_review.hostbook import bundled_hosts
from ld_review.hosts import Hosts
from ld_review.language import Language
from ld_review.learning import Lexicon, recognise
from ld_review.learning.course import Declared
from ld_review.learning.element import Element
from ld_review.learning.profile import NO_PROFILE, Assigned
from ld_review.markdown import MOST_NESTED, parse
from ld_review.page import Page
from ld_review.review import Failure, PageReview
from ld_review.rule import Rule
from ld_review.source import Source, Span
from ld_review.verdict import Sight, judge, unparsed

FRONT_MATTER = "unreadable-front-matter"
_LONGEST_WORD = 60
_OWN_KEY = "ld_review"
_LANGUAGE_KEYS = ("lang", "language", "locale")


@dataclass(frozen=True)
class Settings:
    """What a review of one page depends on, beside its rules."""

    heading_ids: str = "kramdown"
    """Which generator's heading ids count, see ``markdown.heading_ids.STRATEGIES``."""
    layout: Layout = PLAIN
    """How the files of the handbook map to addresses."""
    language: str = ""
    """The language of the page; empty to tell it from the page."""
    profile: str = ""
    """The profile of the page, where the page itself declares none; empty to infer it."""
    forced_profile: str = ""
    """The profile of the page, whatever it declares."""
    lexicon: Lexicon = field(default_factory=bundled_lexicon, repr=False, compare=False)
    """By what learning elements, verbs and profiles are known."""
    hosts: Hosts = field(default_factory=bundled_hosts, repr=False)
    """Which hosts serve the handbook, and which hold documents, decks, recordings and the like."""
    clock: Clock = SYSTEM_CLOCK
    """Which day it is for a page."""
    known_rules: frozenset[str] = field(default=frozenset(), repr=False)
    """The ids that a suppression may name, beside those of the rules that run."""


class _Checked(NamedTuple):
    """What the rules said."""

    findings: list[Finding]
    failures: list[Failure]
    ran: set[str]
    unread: list[Rule]
    """Rules that do not read the language of the page."""


class _MissingWordError(Exception):
    """A message names a word that its check does not give."""


class _Words(dict[str, str]):
    """The words of a match, for a message."""

    def __missing__(self, word: str) -> str:
        raise _MissingWordError(word)


class Draft(NamedTuple):
    """What one page alone tells, before the whole handbook is asked."""

    source: Source
    facts: PageFacts | None = None
    """None where the page could not be parsed."""
    findings: tuple[Finding, ...] = ()
    failures: tuple[Failure, ...] = ()
    ran: frozenset[str] = frozenset()
    """The rules that looked at the page."""
    partial: bool = False
    """Whether some rules did not read it, so that nobody knows what its comments would have silenced."""
    suppressions: tuple[suppression.Suppression, ...] = ()
    language: str = ""
    not_assessed: str = ""
    profile: Assigned = NO_PROFILE
    elements: tuple[Element, ...] = ()
    today: date | None = None
    """The day that was taken for today; None where none of the rules asked for it."""
    generated: str = ""
    """Why the page's text cannot be judged: most of it is made by templates. Empty where it is written."""


def review_page(source: Source, rules: Sequence[Rule], settings: Settings | None = None) -> PageReview:
    """Review one page. A rule that breaks becomes a failure beside what the others found.

    Of the rest of the handbook nothing is known: a link to another page is neither right nor wrong.
    """
    settings = settings or Settings()
    draft = draft_page(source, rules, settings)
    entries = [draft.facts.entry] if draft.facts else []
    own = settings.hosts.in_group("handbook")
    return finish_page(draft, rules, settings, Handbook(settings.layout, entries, hosts=own, whole=False))


def draft_page(source: Source, rules: Sequence[Rule], settings: Settings, place: str = "") -> Draft:
    """Read a page and ask the rules that look at one page alone.

    *place* is its path in the handbook, with slashes; the path of *source* where it is empty.
    """
    try:
        page, wrong = read_page(source, settings)
        facts = facts_of(
            page,
            place or source.path.as_posix(),
            settings.heading_ids,
            with_text=any(isinstance(rule.check, Copy) for rule in rules),
        )
        suppressions = suppression.read(page.document)
    except Exception as error:
        return Draft(source, failures=(_failure("the page cannot be parsed", error),))
    course = page.course
    checked = _checked(page, rules)
    return Draft(
        source,
        facts,
        tuple(checked.findings),
        (*_unread(page.document), *wrong, *checked.failures),
        frozenset(checked.ran),
        bool(checked.unread or checked.failures),
        suppressions,
        page.language.code,
        _not_assessed(page.language, checked.unread, rules),
        course.profile,
        course.elements,
        page.asked_for_today,
        _generated(page.document),
    )


def finish_page(draft: Draft, rules: Sequence[Rule], settings: Settings, handbook: Handbook) -> PageReview:
    """Ask the rules that look across pages, silence what comments silence, and sort."""
    if draft.facts is None:
        reason = next((failure.message for failure in draft.failures), "the page cannot be parsed")
        return PageReview(draft.source, failures=draft.failures, verdicts=unparsed(reason))
    detail = draft.facts.detail()
    across = _checked_across(draft, draft.facts.entry, detail, rules, handbook)
    partial = draft.partial or bool(across.failures)
    checked = _Checked([*draft.findings, *across.findings], across.failures, {*draft.ran, *across.ran}, [])
    findings, failures = _suppressed(draft, checked, rules, settings, partial)
    findings.sort(key=lambda finding: (finding.span, finding.rule))
    broken = (*draft.failures, *across.failures, *failures)
    return PageReview(
        draft.source,
        tuple(findings),
        broken,
        draft.language,
        draft.not_assessed,
        draft.profile,
        draft.elements,
        fingerprints(draft.source, detail.sections, findings),
        verdicts=judge(findings, {rule.id: rule for rule in rules}, _sight(draft, checked, broken)),
        judged=_judged(rules, handbook, broken, partial),
    )


def _sight(draft: Draft, checked: _Checked, failures: Iterable[Failure]) -> Sight:
    """How far what was seen of a page carries a verdict."""
    profile, failures = draft.profile, list(failures)
    return Sight(
        profile.name,
        bool(draft.facts and draft.facts.entry.learning),
        profile.declared,
        profile.sure,
        frozenset(checked.ran),
        tuple(failure.rule for failure in failures if failure.rule),
        next((failure.message for failure in failures if not failure.rule), ""),
        draft.not_assessed or draft.generated,
    )


def _judged(rules: Iterable[Rule], handbook: Handbook, failures: Iterable[Failure], partial: bool) -> frozenset[str]:
    """The rules of which all findings are known: those that broke, or lack part of the handbook, are left out."""
    told = {rule.id for rule in rules if not isinstance(rule.check, AcrossPages) or rule.check.can_tell(handbook)}
    return frozenset(told - {failure.rule for failure in failures} - ({suppression.UNUSED} if partial else set()))


def read_page(source: Source, settings: Settings) -> tuple[Page, list[Failure]]:
    """A page with all that is known of it before any rule looks, and what is wrong with what it says of itself."""
    document = parse(source, settings.heading_ids)
    known = _language(document, settings)
    declared, wrong = _declared(document, settings)
    course = recognise(document, settings.lexicon, declared, known.reads("en"))
    return Page(document, known, course, settings.hosts, settings.clock), wrong


def _unread(document: Document) -> Iterator[Failure]:
    """The part of a page that is nested too deep to read."""
    if document.unread is not None:
        line = document.source.position(document.unread).line
        yield Failure(f"line {line}: nested deeper than {MOST_NESTED} levels; what lies deeper was not reviewed")


def _generated(document: Document) -> str:
    """Why a page cannot be judged that says little itself; empty where it says more than its templates hold."""
    made = sum(span.end - span.start for span in (one.span for one in document.of("template")))
    written = sum(map(len, document.view("prose").split())) if made else 0
    return "most of the page is made by templates, which are not run" if made > written else ""


def _language(document: Document, settings: Settings) -> Language:
    if settings.language:
        return Language(settings.language, declared=True)
    data = document.front_matter.data
    declared = next((data[key] for key in _LANGUAGE_KEYS if isinstance(data.get(key), str)), None)
    return language.infer(declared, document.view("prose"))


def _declared(document: Document, settings: Settings) -> tuple[Declared | None, list[Failure]]:
    """The profile that is declared for a page, and what is wrong with what its front matter says."""
    wrong = []
    name = _own_profile(document)
    if name and name not in settings.lexicon.profiles.by_name:
        known = settings.lexicon.profiles.by_name
        wrong.append(Failure(f"front matter: no profile {name!r}; there are {', '.join(known)}{near(name, known)}"))
        name = ""
    for profile, where in (
        (settings.forced_profile, "the command line"),
        (name, "its front matter"),
        (settings.profile, "the configuration"),
    ):
        if profile:
            return Declared(profile, where), wrong
    return None, wrong


def _own_profile(document: Document) -> str:
    """The profile that the front matter of a page declares: ``ld_review: {profile: course}``."""
    own = document.front_matter.data.get(_OWN_KEY)
    profile = own.get("profile") if isinstance(own, Mapping) else None
    return profile if isinstance(profile, str) else ""


def _checked(page: Page, rules: Iterable[Rule]) -> _Checked:
    checked = _Checked([], [], set(), [])
    reads, course = page.language.reads, page.course
    for rule in rules:
        if rule.looks_across or not rule.reads(course.profile.name, course.spec.learning):
            continue
        if rule.language and not reads(rule.language):
            checked.unread.append(rule)
            continue
        worded = _as_declared(rule, course.profile.declared)
        _note(checked, rule, _word_all(worded, _matches(rule, page), page.document.source, checked.findings))
    return checked


def _checked_across(draft: Draft, entry: Entry, detail: Detail, rules: Iterable[Rule], handbook: Handbook) -> _Checked:
    """What the rules say that look at a page among all pages."""
    checked = _Checked([], [], set(), [])
    for rule in rules:
        check = rule.check
        if not isinstance(check, AcrossPages) or not rule.reads(draft.profile.name, entry.learning):
            continue
        worded = _as_declared(rule, draft.profile.declared)
        failure = _word_all(worded, check.find_across(entry, detail, handbook), draft.source, checked.findings)
        if failure or check.can_tell(handbook):
            _note(checked, rule, failure)
    return checked


def _note(checked: _Checked, rule: Rule, failure: Failure | None) -> None:
    if failure is None:
        checked.ran.add(rule.id)
    else:
        checked.failures.append(failure)


def _as_declared(rule: Rule, declared: bool) -> Rule:
    """The rule with the severity that it has where somebody declared what kind of page it reads."""
    if rule.declared_severity is None or not declared:
        return rule
    return replace(rule, severity=rule.declared_severity)


def _matches(rule: Rule, page: Page) -> Iterator[Match]:
    yield from _front_matter(page.document) if rule.id == FRONT_MATTER else rule.check.find(page)


def _word_all(rule: Rule, matches: Iterable[Match], source: Source, findings: list[Finding]) -> Failure | None:
    """Word the matches of a rule, each place once, and keep those found before it breaks."""
    seen = set()
    try:
        for match in matches:
            if match.span not in seen:
                seen.add(match.span)
                findings.append(_worded(rule, match, source))
    except _MissingWordError as error:
        message = f"the message names {{{error.args[0]}}}, which the check {rule.kind!r} does not give"
        return Failure(message, rule.id)
    except Exception as error:
        return _failure(f"the check {rule.kind!r} broke", error, rule.id)
    return None


def _worded(rule: Rule, match: Match, source: Source) -> Finding:
    message = rule.message
    if "{" in message or "}" in message:
        message = message.format_map(_Words({"match": _excerpt(source, match.span), **match.words}))
    fix = Fix(match.edits, rule.safe and match.safe) if match.edits and rule.fixes else None
    return Finding(rule.id, match.span, message, rule.severity, fix, match.also, match.paste)


def _excerpt(source: Source, span: Span) -> str:
    text = source.excerpt(span, _LONGEST_WORD + 1)
    return text if len(text) <= _LONGEST_WORD else f"{text[: _LONGEST_WORD - 1].rstrip()}…"


def _failure(what: str, error: Exception, rule: str = "") -> Failure:
    reason = " ".join(str(error).split()) or "no reason given"
    return Failure(f"{what}: {type(error).__name__}: {reason}", rule, traceback.format_exc())


def _front_matter(document: Document) -> Iterator[Match]:
    """Front matter that cannot be read, at its first line."""
    metadata = document.front_matter
    if metadata.error and metadata.span is not None:
        yield Match(document.source.line(1), {"reason": metadata.error})


def _suppressed(
    draft: Draft, checked: _Checked, rules: Iterable[Rule], settings: Settings, partial: bool
) -> tuple[list[Finding], list[Failure]]:
    """The findings that no comment silences, and those about the comments, as far as a rule for them is on."""
    by_id = {rule.id: rule for rule in rules}
    known = settings.known_rules or by_id.keys()
    outcome = suppression.apply(draft.source, draft.suppressions, checked.findings, checked.ran, known)
    findings, failures = outcome.kept, []
    for id_ in sorted({id_ for id_, _ in outcome.notes} & by_id.keys()):
        if id_ == suppression.UNUSED and partial:
            continue
        matches = [match for other, match in outcome.notes if other == id_]
        failure = _word_all(by_id[id_], matches, draft.source, findings)
        failures += [failure] if failure else []
    return findings, failures


def _not_assessed(known: Language, unread: Sequence[Rule], rules: Sequence[Rule]) -> str:
    """Why no rule of the page's text ran; empty where one did."""
    if not unread or any(rule.language and known.reads(rule.language) for rule in rules):
        return ""
    languages = ", ".join(sorted({rule.language for rule in unread}))
    return f"the page is in {known.code!r}; the rules of its text read {languages!r}"
