"""Every rule that comes along does what its own examples say."""

from __future__ import annotations

import pickle
import re
from pathlib import PurePath

import pytest

from ld_review.engine import Settings, review_page
from ld_review.rule import Example, Rule
from ld_review.rulebook import bundled_rules
from ld_review.source import Source
from ld_review.testing import verify

RULES = bundled_rules().rules
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in RULES
    for number, example in enumerate(rule.examples, start=1)
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_a_rule_does_what_its_example_says(rule: Rule, example: Example) -> None:
    verify(rule, example)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_can_be_trusted(rule: Rule) -> None:
    assert any(example.flagged for example in rule.examples)
    assert any(not example.flagged for example in rule.examples)
    assert all(authority.title and authority.url.startswith("https://") for authority in rule.authority)
    assert rule.summary
    assert not rule.summary.endswith(".")
    assert re.fullmatch(r"\d+\.\d+", rule.since)


def test_no_pattern_is_stopped_on_a_long_page_of_plain_words() -> None:
    text = "# Course\n\n" + "The quick brown fox jumps over it all, and then rests.\n\n" * 8_000
    review = review_page(Source(PurePath("page.md"), text), RULES, Settings(forced_profile="course"))
    assert [failure.message for failure in review.failures] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_can_be_sent_to_another_process(rule: Rule) -> None:
    assert pickle.loads(pickle.dumps(rule)) == rule
