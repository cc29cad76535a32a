"""Fixes: what goes together, what comes first, what is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ld_review import fixing
from ld_review.finding import Edit, Finding, Fix, Severity
from ld_review.fixing import MOST_ROUNDS, diff, fix_page
from ld_review.review import Failure, PageReview
from ld_review.source import Source, Span


def _fix(*edits: tuple[int, int, str], safe: bool = True) -> Fix:
    return Fix(tuple(Edit(Span(start, end), replacement) for start, end, replacement in edits), safe)


@pytest.mark.parametrize(
    ("fixes", "text", "count"),
    [
        pytest.param([], "0123456789", 0, id="nothing to do"),
        pytest.param([_fix((2, 4, "ab"))], "01ab456789", 1, id="one"),
        pytest.param([_fix((8, 9, "ccc")), _fix((0, 1, ""))], "1234567ccc9", 2, id="any order"),
        pytest.param([_fix((2, 4, "a")), _fix((4, 6, "b"))], "01ab6789", 2, id="touching"),
        pytest.param([_fix((2, 5, "a")), _fix((4, 6, "b"))], "01a56789", 1, id="the first of two that overlap"),
        pytest.param([_fix((2, 9, "a")), _fix((4, 5, "b"))], "01a9", 1, id="one inside the other"),
        pytest.param([_fix((4, 5, "b")), _fix((2, 9, "a"))], "0123b56789", 1, id="one around the other"),
        pytest.param([_fix((2, 3, "a"), (6, 7, "b")), _fix((6, 8, "c"), (9, 9, "d"))], "01a345b789", 1, id="whole"),
        pytest.param([_fix((2, 3, "a"), (2, 4, "b"))], "0123456789", 0, id="a fix at odds with itself"),
        pytest.param([_fix((3, 3, "a")), _fix((3, 3, "b"))], "012a3456789", 1, id="two insertions at one place"),
        pytest.param([_fix((3, 3, "a")), _fix((3, 5, "b"))], "012ab56789", 2, id="an insertion before a replacement"),
        pytest.param([_fix((5, 5, "a")), _fix((3, 5, "b"))], "012ba56789", 2, id="an insertion after a replacement"),
        pytest.param([_fix((4, 4, "a")), _fix((3, 5, "b"))], "0123a456789", 1, id="an insertion inside a replacement"),
        pytest.param([_fix((3, 5, "b")), _fix((4, 4, "a"))], "012b56789", 1, id="a replacement around an insertion"),
        pytest.param([_fix((2, 3, "a"), (7, 8, "z")), _fix((5, 6, "b"), (7, 8, "z"))], "01a34b6z89", 2, id="shared"),
    ],
)  # fmt: skip
def test_fixes_that_go_together_are_applied_whole(fixes: list[Fix], text: str, count: int) -> None:
    assert fixing.apply("0123456789", fixes) == (text, count)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\r\nb\r\n", "a\r\nx\r\ny\r\n\r\n"),
        ("a\nb\n", "a\nx\r\ny\n\n"),
        ("ab", "ax\r\ny\n"),
        ("a\nb\r\n", "a\nx\r\ny\n\r\n"),
    ],
)
def test_line_endings_are_those_of_the_page(before: str, after: str) -> None:
    place = before.index("b")
    assert fixing.apply(before, [_fix((place, place + 1, "x\r\ny\n"))])[0] == after


_EDITS = st.tuples(st.integers(0, 12), st.integers(0, 3), st.text("xy\n", max_size=2)).map(
    lambda edit: Edit(Span(edit[0], min(edit[0] + edit[1], 12)), edit[2])
)
_FIXES = st.lists(st.lists(_EDITS, min_size=1, max_size=3).map(lambda edits: Fix(tuple(edits))), max_size=6)


@given(_FIXES)
def test_what_no_fix_covers_stays_and_the_first_fix_is_made(fixes: list[Fix]) -> None:
    text = "abcdefghijkl"
    after, count = fixing.apply(text, fixes)
    covered = {at for fix in fixes for edit in fix.edits for at in range(edit.span.start, edit.span.end)}
    kept = "".join(char for at, char in enumerate(text) if at not in covered)
    assert re.sub(r"[xy\n]", "", after).translate({ord(text[at]): None for at in covered}) == kept
    assert count <= len(fixes)
    if fixes and len(fixes[0].edits) == 1:
        assert count >= 1


Rules = Mapping[str, tuple[str, str]]


def _reviewer(
    rules: Rules, errors: Callable[[str], Iterable[str]] = lambda text: (), safe: bool = True
) -> Callable[[Source], PageReview]:
    """A review in which each rule replaces a pattern, and *errors* tells which errors there are."""

    def review(source: Source) -> PageReview:
        findings = [
            Finding(
                rule, Span(*match.span()), "", Severity.WARNING, Fix((Edit(Span(*match.span()), replacement),), safe)
            )
            for rule, (pattern, replacement) in rules.items()
            for match in re.finditer(pattern, source.text)
        ]
        findings += [Finding(rule, Span(0, 0), "", Severity.ERROR) for rule in errors(source.text)]
        return PageReview(source, tuple(sorted(findings, key=lambda finding: (finding.span, finding.rule))))

    return review


def _source(text: str) -> Source:
    return Source(PurePath("page.md"), text)


def test_fixing_goes_on_until_nothing_is_left() -> None:
    fixed = fix_page(_source("aa b"), _reviewer({"one": ("a", "b"), "two": ("b", "c")}))
    assert fixed.review.source.text == "cc c"
    assert fixed.review.findings == ()
    assert (fixed.applied, fixed.notes) == (5, ())


def test_unsafe_fixes_are_left_out_unless_asked_for() -> None:
    review = _reviewer({"one": ("a", "b")}, safe=False)
    assert fix_page(_source("a"), review).review.source.text == "a"
    assert fix_page(_source("a"), review, unsafe=True).review.source.text == "b"


def test_a_fix_that_brings_an_error_is_left_out_and_said() -> None:
    review = _reviewer({"good": ("a", "b"), "bad": ("x", "!")}, lambda text: ["broken"] * text.count("!"))
    fixed = fix_page(_source("a x"), review)
    assert fixed.review.source.text == "b x"
    assert fixed.notes == ("the fixes of 'bad' were left out: the page would have new errors",)


def test_an_error_that_was_there_before_hinders_no_fix() -> None:
    fixed = fix_page(_source("a !"), _reviewer({"good": ("a", "b")}, lambda text: ["broken"] * text.count("!")))
    assert fixed.review.source.text == "b !"


def test_a_fix_after_which_the_page_cannot_be_reviewed_is_left_out() -> None:
    plain = _reviewer({"bad": ("a", "!")})

    def review(source: Source) -> PageReview:
        page = plain(source)
        return PageReview(source, page.findings, (Failure("cannot be parsed"),) if "!" in source.text else ())

    assert fix_page(_source("a"), review).review.source.text == "a"


def test_fixes_that_undo_each_other_are_left_out_and_others_are_made() -> None:
    rules = {"there": ("a", "b"), "back": ("b", "a"), "good": ("x", "y")}
    fixed = fix_page(_source("a x"), _reviewer(rules))
    assert fixed.review.source.text == "a y"
    assert [note.split("'")[1] for note in fixed.notes] == ["back", "there"]


def test_a_fix_that_never_ends_is_left_out() -> None:
    fixed = fix_page(_source("a x"), _reviewer({"grows": ("a", "aa"), "good": ("x", "y")}))
    assert fixed.review.source.text == "a y"
    assert fixed.notes == ("the fixes of 'grows' were left out: they never end",)


def test_a_page_without_fixes_is_reviewed_once() -> None:
    seen = []

    def review(source: Source) -> PageReview:
        seen.append(source.text)
        return PageReview(source)

    assert fix_page(_source("a"), review).applied == 0
    assert len(seen) == 1


_RULES = st.dictionaries(
    st.sampled_from(["one", "two", "three", "four"]),
    st.tuples(st.sampled_from(["a", "b", "c", "aa", "ab", "ca"]), st.text("abc!", max_size=2)),
    max_size=4,
)


@given(st.text("abc", max_size=6), _RULES)
def test_fixing_twice_changes_nothing_more(text: str, rules: Rules) -> None:
    review = _reviewer(rules, lambda text: ["broken"] * text.count("!"))
    once = fix_page(_source(text), review)
    assert "!" not in once.review.source.text
    assert once.review == review(once.review.source)
    assert fix_page(once.review.source, review).review.source.text == once.review.source.text


def test_a_chain_longer_than_the_bound_is_left_out_whole() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"[: MOST_ROUNDS + 2]
    rules = {f"from-{one}": (one, other) for one, other in pairwise(letters)}
    fixed = fix_page(_source("a"), _reviewer(rules))
    assert fixed.notes


def test_a_diff_shows_what_changes() -> None:
    assert diff(PurePath("docs/a.md"), "one\ntwo\r\nthree", "one\n2\r\nthree") == (
        "--- a/docs/a.md\n+++ b/docs/a.md\n@@ -1,3 +1,3 @@\n one\n-two\r\n+2\r\n three\n\\ No newline at end of file\n"
    )
    assert diff(PurePath("a.md"), "same", "same") == ""
