from __future__ import annotations

from pathlib import PurePath

import pytest

from ld_review.engine import Settings, read_page
from ld_review.errors import RuleError
from ld_review.questionbook import ask, bundled_questions, read_questions
from ld_review.rulebook import bundled_rules
from ld_review.source import Source

EXAMPLES = [
    pytest.param(question, example, id=f"{question.id}-{'asked' if example.asked else 'not-asked'}-{number}")
    for question in bundled_questions()
    for number, example in enumerate(question.examples)
]


def _asked(text, profile=""):
    page, _ = read_page(Source(PurePath("page.md"), text), Settings(forced_profile=profile))
    return {one.question.id: one for one in ask(bundled_questions(), page)}


@pytest.mark.parametrize(("question", "example"), EXAMPLES)
def test_questions_are_asked_where_their_examples_say(question, example):
    found = _asked(example.page, example.profile)
    assert (question.id in found) is example.asked
    if example.asked and question.found:
        assert found[question.id].about.kind in question.found


def test_questions_name_rules_that_there_are():
    known = {rule.id for rule in bundled_rules().rules}
    assert {rule for question in bundled_questions() for rule in question.findings} <= known


def test_a_question_waits_for_the_finding_of_a_rule(tmp_path):
    file = tmp_path / "questions.yaml"
    file.write_text(
        "q: {ask: A?, why: B, dimension: async, profiles: [reference], findings: [urgency], "
        "examples: [{asked: x}, {not-asked: x}]}",
        encoding="utf-8",
    )
    page, _ = read_page(Source(PurePath("page.md"), "# Page\n"), Settings())
    assert not list(ask(read_questions(file), page, {"bare-url"}))
    assert [one.question.id for one in ask(read_questions(file), page, {"urgency"})] == ["q"]


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
