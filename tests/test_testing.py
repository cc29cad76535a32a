"""Holding a rule against its examples: each way to fail has its word and shows the difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ld_review.checks.base import Match
from ld_review.page import Page
from ld_review.rule import Example, Rule
from ld_review.rulebook import read_rule
from ld_review.source import Span
from ld_review.testing import ExampleFailed, judge, marked, verify

RULE = """\
summary: A long word
why: Because.
authority: [{title: Us, url: https://example.org/}]
severity: warning
since: "0.1"
message: "{match}"
check: {substitution: {swap: {utilize: use}}}
examples: [{flagged: We <mark>utilize</mark> it., fixed: We use it.}, {clean: We use it.}]
"""


@pytest.fixture
def rule(tmp_path: Path) -> Rule:
    file = tmp_path / "async" / "long-word.yaml"
    file.parent.mkdir()
    file.write_text(RULE, encoding="utf-8")
    return read_rule(file)


@dataclass(frozen=True)
class Broken:
    def find(self, page: Page) -> Iterator[Match]:
        raise RuntimeError("no luck")


def _example(text: str, *flagged: tuple[int, int], fixed: str | None = None) -> Example:
    return Example(text, tuple(Span(*span) for span in flagged), fixed)


@pytest.mark.parametrize(
    ("example", "word", "difference"),
    [
        (_example("We utilize it.", (3, 10)), "reported", ""),
        (_example("We utilize it.", (3, 10), fixed="We use it."), "reported", ""),
        (_example("We use it."), "clean", ""),
        (_example("We use it.", (3, 6)), "missing", "- We <mark>use</mark> it.\n+ We use it."),
        (_example("We utilize it."), "noisy", "- We utilize it.\n+ We <mark>utilize</mark> it."),
        (
            _example("We utilize it.", (0, 2)),
            "misplaced",
            "- <mark>We</mark> utilize it.\n+ We <mark>utilize</mark> it.",
        ),
        (
            _example("We utilize it.", (3, 10), fixed="We need it."),
            "fixed wrongly",
            "- We need it.\n+ We use it.",
        ),
    ],
)
def test_an_example_has_a_verdict(rule: Rule, example: Example, word: str, difference: str) -> None:
    verdict = judge(rule, example)
    assert (verdict.word, verdict.difference) == (word, difference)
    assert verdict.good is (word in ("reported", "clean"))


def test_a_fix_that_leaves_something_to_find_is_wrong(rule: Rule) -> None:
    check = replace(rule.check, swap={"utilize": "utilize it and utilize"})  # type: ignore[type-var]
    example = _example("We utilize it.", (3, 10), fixed="We utilize it and utilize it.")
    assert judge(replace(rule, check=check), example).word == "fixed wrongly"


def test_a_check_that_raises_is_broken(rule: Rule) -> None:
    verdict = judge(replace(rule, check=Broken()), rule.examples[0])
    assert (verdict.word, "no luck" in verdict.difference) == ("broken", True)


def test_a_failure_names_file_example_and_difference(rule: Rule) -> None:
    verify(rule, rule.examples[0])
    broken = replace(rule, examples=(_example("We use it."), _example("We utilize it.")))
    verify(broken, broken.examples[0])
    with pytest.raises(ExampleFailed, match=r"long-word\.yaml: example 2: noisy\n- We utilize it\.\n\+ We <mark>"):
        verify(broken, broken.examples[1])


def test_marks_stand_where_the_spans_are() -> None:
    assert marked("abc", [Span(2, 2), Span(0, 1)]) == "<mark>a</mark>b<mark></mark>c"
