"""The verdict on a page, a dimension at a time: ready, needs changes, or not assessed; never a number.

An error or a warning decides, a suggestion only where its rule file says so. Three readers who judged 14 pages of one
handbook went by the same: docs/accuracy.md compares.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from ld_review.finding import Finding, Severity
from ld_review.rule import DIMENSIONS, Rule

LEARNING = "adult-learning"
BUILT_IN = "handbook-first"
"""The dimension of findings whose rule is not known."""
_DECLARE = "declare ld_review: {profile: ...} in its front matter"
_TOGETHER = 2
"""So many rules decide together on a page that surely is what it seems: one of them may be wrong, hardly both."""
_NAMED = 3
"""How many reasons are given in words."""


class Outcome(StrEnum):
    """What a reviewer would say of a dimension."""

    READY = "ready"
    NEEDS_CHANGES = "needs-changes"
    NOT_ASSESSED = "not-assessed"


class Verdict(NamedTuple):
    """What is said of one dimension, and why."""

    dimension: str
    outcome: Outcome
    reason: str
    """In words, on one line; words of the page may stand in it."""


class Sight(NamedTuple):
    """What was seen of a page beside the findings: how far a verdict may go."""

    profile: str = ""
    learning: bool = False
    """Whether the page is learning content."""
    declared: bool = False
    """Whether somebody said what kind of page it is."""
    sure: bool = False
    """Whether the page itself leaves no doubt about it."""
    ran: frozenset[str] = frozenset()
    """The rules that looked at the page."""
    broken: tuple[str, ...] = ()
    """The rules that broke on it."""
    unread: str = ""
    """Which part of the page could not be read, or why none could."""
    blind: str = ""
    """Why the page's text could not be understood, though its structure could."""


def judge(findings: Sequence[Finding], rules: Mapping[str, Rule], sight: Sight) -> tuple[Verdict, ...]:
    """The verdict on each dimension of a page."""
    return tuple(_judged(dimension, findings, rules, sight) for dimension in DIMENSIONS)


def unparsed(reason: str) -> tuple[Verdict, ...]:
    """The verdicts on a page that could not be read at all."""
    return tuple(Verdict(dimension, Outcome.NOT_ASSESSED, reason) for dimension in DIMENSIONS)


def decides(severity: Severity, rule: Rule | None, declared: bool) -> bool:
    """Whether a finding of a rule is enough for a page to need changes."""
    if rule is not None and rule.advice:
        return False
    if severity is not Severity.SUGGESTION:
        return True
    return rule is not None and (rule.decides == "always" or (rule.decides == "declared" and declared))


def dimension_of(rule: Rule | None) -> str:
    """The dimension of a rule; findings about suppressions have none of their own."""
    return rule.dimension if rule else BUILT_IN


def together(verdicts: Iterable[tuple[str, Sequence[Verdict]]]) -> tuple[Verdict, ...]:
    """The verdicts on several pages as one: as good as the page that needs most, as known as its pages are.

    Each page comes with the name that stands for it in a reason.
    """
    by_dimension: dict[str, list[tuple[str, Verdict]]] = {dimension: [] for dimension in DIMENSIONS}
    for name, of_page in verdicts:
        for verdict in of_page:
            by_dimension[verdict.dimension].append((name, verdict))
    return tuple(_joined(dimension, told) for dimension, told in by_dimension.items())


def _judged(dimension: str, findings: Sequence[Finding], rules: Mapping[str, Rule], sight: Sight) -> Verdict:
    if dimension == LEARNING and not sight.learning:
        return Verdict(dimension, Outcome.NOT_ASSESSED, _no_course(sight))
    own = [one for one in findings if dimension_of(rules.get(one.rule)) == dimension]
    deciding = [one for one in own if decides(one.severity, rules.get(one.rule), sight.declared)]
    if deciding and not (sight.blind and dimension == LEARNING):
        return Verdict(dimension, Outcome.NEEDS_CHANGES, "; ".join(_reasons(deciding, rules)))
    pending = _pending(own, rules, sight)
    if dimension == LEARNING and sight.sure and not sight.blind and len({one.rule for one in pending}) >= _TOGETHER:
        reasons = "; ".join(_reasons(pending, rules))
        return Verdict(dimension, Outcome.NEEDS_CHANGES, f"{reasons} (as a {sight.profile} page, which is inferred)")
    doubt = _doubt(dimension, rules, sight) or _guessed(dimension, pending, rules, sight)
    if doubt:
        return Verdict(dimension, Outcome.NOT_ASSESSED, doubt)
    suggestions = len(own)
    kept = (
        f"{suggestions} suggestion{'s' * (suggestions > 1)} and nothing more"
        if own
        else "nothing found that keeps it back"
    )
    return Verdict(dimension, Outcome.READY, kept)


def _no_course(sight: Sight) -> str:
    if not sight.profile:
        return "not known to be learning content"
    if sight.declared:
        return f"declared to be a {sight.profile} page, which is no learning content"
    return f"read as a {sight.profile} page, which is no learning content; if it is some, {_DECLARE}"


def _pending(own: Iterable[Finding], rules: Mapping[str, Rule], sight: Sight) -> list[Finding]:
    """What would decide if somebody had said that the page is what it seems to be."""
    if sight.declared or not sight.learning:
        return []
    return [one for one in own if decides(_declared_severity(one, rules), rules.get(one.rule), declared=True)]


def _guessed(dimension: str, pending: Sequence[Finding], rules: Mapping[str, Rule], sight: Sight) -> str:
    """Why a page is not called ready while nobody said what kind of page it is; empty where that does not matter."""
    if pending:
        reasons = "; ".join(_reasons(pending, rules))
        return f"as a {sight.profile} page it needs changes ({reasons}); if it is one, {_DECLARE}"
    if dimension == LEARNING and not (sight.declared or sight.sure):
        return f"nothing decisive was found, but that this is a {sight.profile} page is a guess; {_DECLARE}"
    return ""


def _declared_severity(finding: Finding, rules: Mapping[str, Rule]) -> Severity:
    """How severe a finding were if somebody had said what kind of page it is on."""
    rule = rules.get(finding.rule)
    return rule.declared_severity or finding.severity if rule else finding.severity


def _doubt(dimension: str, rules: Mapping[str, Rule], sight: Sight) -> str:
    """Why it means nothing that nothing decisive was found; empty where it does."""
    if sight.blind or sight.unread:
        return sight.blind or sight.unread
    broken = [id_ for id_ in sight.broken if dimension_of(rules.get(id_)) == dimension]
    if broken:
        return f"{'a rule' if len(broken) == 1 else 'rules'} broke: {', '.join(sorted(broken))}"
    if not any(id_ in rules and rules[id_].dimension == dimension for id_ in sight.ran):
        return "no rule of this dimension is on"
    return ""


def _reasons(deciding: Sequence[Finding], rules: Mapping[str, Rule]) -> Iterator[str]:
    """The heaviest first: what the first finding of each rule says before its semicolon, and how often."""
    times = Counter(one.rule for one in deciding)
    first: dict[str, Finding] = {}
    for one in deciding:
        first.setdefault(one.rule, one)
    ranked = sorted(
        first.values(), key=lambda one: (-one.severity.rank, -_demand(rules.get(one.rule)), one.span, one.rule)
    )
    for one in ranked[:_NAMED]:
        often = f" ({times[one.rule]} times)" if times[one.rule] > 1 else ""
        yield one.message.partition(";")[0].strip() + often
    if len(ranked) > _NAMED:
        yield f"{len(ranked) - _NAMED} more"


def _demand(rule: Rule | None) -> int:
    """How much a rule weighs where it is surest."""
    return (rule.declared_severity or rule.severity).rank if rule else 0


def _joined(dimension: str, told: Sequence[tuple[str, Verdict]]) -> Verdict:
    if len(told) == 1:
        return told[0][1]
    wanting = [(name, one) for name, one in told if one.outcome is Outcome.NEEDS_CHANGES]
    known = [one for _, one in told if one.outcome is not Outcome.NOT_ASSESSED]
    if wanting:
        first, verdict = wanting[0]
        return Verdict(
            dimension,
            Outcome.NEEDS_CHANGES,
            f"{len(wanting)} of {len(told)} pages, such as {first}: {verdict.reason}",
        )
    if not known:
        reasons = dict.fromkeys(one.reason for _, one in told)
        return Verdict(dimension, Outcome.NOT_ASSESSED, next(iter(reasons), "no page was read"))
    rest = len(told) - len(known)
    others = f"; {rest} {'page was' if rest == 1 else 'pages were'} not assessed" if rest else ""
    return Verdict(dimension, Outcome.READY, f"nothing found that keeps its pages back{others}")
