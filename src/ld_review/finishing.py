"""Each page of a run among all pages: what the rules that look across them say, and what is fixed for that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import NamedTuple

from ld_review.among import Among
from ld_review.drafting import Known, Outcome, RuleSet
from ld_review.fixing import fix_page
from ld_review.handbook.handbook import Handbook
from ld_review.plain_forms import BROKEN
from ld_review.review import Failure, PageReview, bug
from ld_review.rewriting import Fixing, RewrittenPage, replaced, unchanged
from ld_review.source import Source
from ld_review.verdict import unparsed


class Finished(NamedTuple):
    """What became of one page."""

    review: PageReview
    fixed: RewrittenPage | None = None


def finish(outcome: Outcome | Known, rule_set: RuleSet, handbook: Handbook, fixing: Fixing | None) -> Finished:
    """What became of a page, whatever happens on it; with *fixing* after the fixes for which all pages were asked."""
    try:
        review = rule_set.finish(outcome.draft, handbook)
        if fixing is None or outcome.refused:
            return Finished(review, outcome.fixed)
        across = {rule.id for rule in rule_set.rules if rule.looks_across}
        if not any(finding.fix and finding.rule in across for finding in review.findings):
            return Finished(review, outcome.fixed)
        return _fixed_across(review, outcome, rule_set, handbook, fixing)
    except Exception as error:
        return Finished(_failed(outcome.draft.source.path, bug(error)), outcome.fixed)


def finish_known(outcomes: Sequence[Outcome | Known], sets: Sequence[RuleSet], among: Among) -> Iterator[Finished]:
    """What became of each page; those of which all is known from an earlier run are not asked again."""
    known, made = among.known(), {}
    for outcome, rule_set, key in zip(outcomes, sets, among.keys, strict=True):
        try:
            review = known[key].review(outcome.source, rule_set.rules)
        except (KeyError, *BROKEN):
            review = finish(outcome, rule_set, among.handbook, None).review
            made[key] = review, rule_set.rules
        yield Finished(review)
    among.keep(made)


def _failed(path: PurePath, failure: Failure) -> PageReview:
    return PageReview(Source(path, ""), failures=(failure,), verdicts=unparsed(failure.message))


def _fixed_across(
    before: PageReview, outcome: Outcome | Known, rule_set: RuleSet, handbook: Handbook, fixing: Fixing
) -> Finished:
    """A page after the fixes for which the handbook had to be asked."""
    source = Source(before.path, before.source.text)
    earlier, facts = outcome.fixed, outcome.draft.facts
    place = facts.entry.path if facts else ""
    fixed = fix_page(source, lambda one: rule_set.finish(rule_set.draft(one, place), handbook), fixing.unsafe)
    if fixed.review.source.text == source.text:
        return Finished(before, earlier)
    trouble = replaced(fixed.review, len(before.failures), unchanged(source) if fixing.write else b"", fixing)
    if trouble is not None:
        return Finished(replace(before, failures=(*before.failures, trouble)), earlier)
    made = RewrittenPage(source.path, source.text, fixed.review.source.text, fixed.applied, fixed.notes)
    return Finished(fixed.review, made if earlier is None else earlier.then(made))
