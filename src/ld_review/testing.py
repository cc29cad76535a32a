"""Hold a rule against its own examples: for the tests of the project, for rule packs and for ``ld-review test``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import ndiff
from pathlib import PurePath
from typing import NamedTuple

from ld_review import fixing
from ld_review.clock import FixedClock
from ld_review.engine import Draft, Settings, draft_page, finish_page
from ld_review.handbook.facts import PageFacts
from ld_review.handbook.handbook import Handbook
from ld_review.handbook.layout import default_layout
from ld_review.review import PageReview
from ld_review.rule import Example, Rule
from ld_review.source import Source, Span

REPORTED = "reported"
CLEAN = "clean"


class Verdict(NamedTuple):
    """How an example turned out."""

    word: str
    """``reported`` and ``clean`` as promised; ``missing``, ``noisy``, ``misplaced``, ``fixed wrongly``, ``broken``."""
    difference: str = ""
    """What was promised (``-``) against what was found (``+``), with the marks of the rule file."""

    @property
    def good(self) -> bool:
        """Whether the rule did what its file says."""
        return self.word in (REPORTED, CLEAN)


class ExampleFailed(AssertionError):  # noqa: N818 - it says what happened
    """A rule does not do what its file says."""

    def __init__(self, rule: Rule, example: Example, verdict: Verdict) -> None:
        number = rule.examples.index(example) + 1 if example in rule.examples else 0
        which = f"example {number}" if number else "an example"
        super().__init__(f"{rule.origin or rule.id}: {which}: {verdict.word}\n{verdict.difference}")
        self.verdict = verdict


def verify(rule: Rule, example: Example, settings: Settings | None = None) -> None:
    """Raise ExampleFailed unless *rule* marks in *example* exactly what it promises, and mends it as it promises."""
    verdict = judge(rule, example, settings)
    if not verdict.good:
        raise ExampleFailed(rule, example, verdict)


def verify_all(rules: Iterable[Rule], settings: Settings | None = None) -> Iterator[tuple[Rule, Example, Verdict]]:
    """Every example of the rules with its verdict."""
    for rule in rules:
        for example in rule.examples:
            yield rule, example, judge(rule, example, settings)


def judge(rule: Rule, example: Example, settings: Settings | None = None) -> Verdict:
    """The verdict on one example."""
    page = review_example(rule, example, example.text, settings)
    if page.failures:
        return Verdict("broken", page.failures[0].message)
    found = sorted(finding.span for finding in page.findings)
    promised = sorted(example.flagged)
    if found != promised:
        return Verdict(_word(promised, found), _difference(marked(example.text, promised), marked(example.text, found)))
    if example.fixed is not None:
        return _judge_fix(rule, example, page, settings)
    return Verdict(REPORTED if promised else CLEAN)


def marked(text: str, spans: Iterable[Span]) -> str:
    """The text with ``<mark>`` around each span."""
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]}<mark>{text[start:end]}</mark>{text[end:]}"
    return text


def review_example(rule: Rule, example: Example, text: str, settings: Settings | None = None) -> PageReview:
    """The review of *text* by one rule, in the place that an example pretends to have."""
    settings = settings or Settings()
    profile = example.profile or _profile_of(rule)
    if profile and not settings.forced_profile:
        settings = replace(settings, forced_profile=profile)
    settings = replace(settings, layout=default_layout(example.layout), clock=FixedClock(example.today))
    source = Source(PurePath(example.path), text)
    draft = draft_page(source, (rule,), settings, example.path)
    return finish_page(draft, (rule,), settings, _handbook(draft, rule, example, settings))


def _handbook(draft: Draft, rule: Rule, example: Example, settings: Settings) -> Handbook:
    """The handbook that an example pretends to be part of."""
    plain = replace(settings, forced_profile="")

    def facts(pages: Iterable[tuple[str, str]]) -> Iterator[PageFacts]:
        drafts = (draft_page(Source(PurePath(path), text), (rule,), plain, path) for path, text in pages)
        return (one.facts for one in drafts if one.facts)

    others = [*facts(example.handbook)]
    pages = [one for one in (draft.facts, *others) if one]
    handbook = Handbook(
        settings.layout,
        [page.entry for page in pages],
        hosts=settings.hosts.in_group("handbook"),
        reviewed=frozenset([example.path]),
        texts={page.entry.path: page.text for page in pages if page.text},
        replies=dict(example.replies) or None,
    )
    if not example.before:
        return handbook
    before = handbook.earlier(page.entry for page in (*others, *facts(example.before)))
    moved = {path: path if path in handbook.entries else example.path for path, _ in example.before}
    return handbook.since(before, moved)


def _profile_of(rule: Rule) -> str:
    """The profile that the examples of a rule have unless they name another: one that the rule reads."""
    if rule.profiles:
        return min(rule.profiles)
    return "course" if rule.dimension == "adult-learning" else ""


def _word(promised: list[Span], found: list[Span]) -> str:
    if len(promised) == len(found):
        return "misplaced"
    return "missing" if len(found) < len(promised) else "noisy"


def _judge_fix(rule: Rule, example: Example, page: PageReview, settings: Settings | None) -> Verdict:
    text, _ = fixing.apply(example.text, [finding.fix for finding in page.findings if finding.fix])
    if text != example.fixed:
        return Verdict("fixed wrongly", _difference(example.fixed or "", text))
    left = [finding.span for finding in review_example(rule, example, text, settings).findings]
    if left:
        return Verdict("fixed wrongly", _difference(text, marked(text, left)))
    return Verdict(REPORTED)


def _difference(promised: str, found: str) -> str:
    lines = ndiff(promised.splitlines(), found.splitlines())
    return "\n".join(line for line in lines if not line.startswith("?"))
