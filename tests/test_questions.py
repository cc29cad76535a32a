from __future__ import annotations

from pathlib import PurePath

import pytest

from ld_review.config_file import default_config
from ld_review.errors import RuleError
from ld_review.questionbook import ask, bundled_questions, read_questions
from ld_review.rulebook import bundled_rules
from ld_review.runner import review_text

EXAMPLES = [
    pytest.param(question, example, id=f"{question.id}-{'asked' if example.asked else 'not-asked'}-{number}")
    for question in bundled_questions()
    for number, example in enumerate(question.examples)
]


def _asked(page, profile=""):
    config = default_config()
    config = config.with_profile(profile) if profile else config
    review = review_text(page, PurePath("page.md"), config)
    rules = {finding.rule for finding in review.findings}
    return {one.question.id: one for one in ask(bundled_questions(), review.profile.name, review.elements, rules)}


@pytest.mark.parametrize(("question", "example"), EXAMPLES)
def test_questions_are_asked_where_their_examples_say(question, example):
    found = _asked(example.page, example.profile)
    assert (question.id in found) is example.asked
    if example.asked and question.found:
        assert found[question.id].about.kind in question.found


def test_questions_name_rules_that_there_are():
    known = {rule.id for rule in bundled_rules().rules}
    assert {rule for question in bundled_questions() for rule in question.findings} <= known


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("q: {ask: A?, why: B, dimension: async, found: [objectve], examples: []}", "'objectve'; did you mean"),
        ("q: {ask: A?, why: B, dimension: async, profiles: [curse], examples: []}", "'curse'; did you mean"),
        ("q: {ask: 'A {who}?', why: B, dimension: async, examples: []}", "the one word in braces is {quote}"),
        ("q: {ask: 'A {quote}?', why: B, dimension: async, examples: []}", "name its kind under 'found'"),
        ("q: {ask: 'A {?', why: B, dimension: async, examples: []}", "for a brace"),
        ("q: {ask: A?, why: B, dimension: asinc, examples: []}", "did you mean 'async'"),
        ("q: {ask: A?, why: B, dimension: async, examples: [{asked: x}]}", "one not-asked"),
        ("q: {ask: A?, why: B, dimension: async, examples: [{}]}", "either asked or not-asked"),
        ("q: {ask: A?, wy: B, dimension: async, examples: []}", "no option 'wy'; did you mean 'why'"),
    ],
)
def test_a_question_that_cannot_be_used_says_why(tmp_path, text, error):
    file = tmp_path / "questions.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as raised:
        read_questions(file)
    assert error in str(raised.value)
    assert "questions.yaml:1" in str(raised.value)
