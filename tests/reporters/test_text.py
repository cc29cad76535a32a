from __future__ import annotations

import re
from io import StringIO
from typing import Any

import pytest

from ld_review.finding import Severity
from ld_review.reporters import text as reporter
from ld_review.reporters.text import Look
from ld_review.review import Failure, Review
from reporters.reviews import finding, page, review

GOALS = "# Goals\n\n- Understand it\n- Know that\n"


def written(of: Review, **look: Any) -> str:
    stream = StringIO()
    reporter.write(of, stream, Look(**look))
    return stream.getvalue()


def test_a_finding_shows_its_place_its_line_and_a_marker() -> None:
    found = finding(GOALS, "Understand", message="'Understand' cannot be observed")
    assert written(review(page(GOALS, found))) == (
        "warning[vague-objective]: 'Understand' cannot be observed\n"
        " --> docs/page.md:3:3\n"
        "  |\n"
        "3 | - Understand it\n"
        "  |   ^^^^^^^^^^\n"
        "  = Standard of vague-objective\n"
        "\n"
        "1 page, 1 warning\n"
    )


def test_the_authority_is_named_once_in_a_run() -> None:
    shown = written(review(page(GOALS, finding(GOALS, "Understand"), finding(GOALS, "Know"))))
    assert shown.count("Standard of vague-objective") == 1


def test_verbose_says_why_and_where_to_read() -> None:
    shown = written(review(page(GOALS, finding(GOALS, "Understand"))), verbose=True)
    assert "  = why: Because of this.\n" in shown
    assert "  = Standard of vague-objective <https://example.org/vague-objective>\n" in shown


def many(number: int, **more: Any) -> tuple[str, Review]:
    text = "see [here](x)\n" * number
    return text, review(page(text, *(finding(text, "here", "vague-link-text", nth, **more) for nth in range(number))))


def test_three_of_one_rule_are_shown_as_one() -> None:
    shown = written(many(3)[1])
    assert shown.count("warning[vague-link-text]") == 1
    assert "  = and 2 more on lines 2 and 3\n" in shown
    assert "1 page, 3 warnings" in shown, "none is lost from the counts"


def test_two_of_one_rule_are_shown_as_two() -> None:
    shown = written(many(2)[1])
    assert shown.count("warning[vague-link-text]") == 2
    assert "more on" not in shown


def test_a_long_list_of_lines_is_cut() -> None:
    assert "= and 29 more on lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 ...\n" in written(many(30)[1])


def test_verbose_shows_every_finding() -> None:
    shown = written(many(30)[1], verbose=True)
    assert shown.count("warning[vague-link-text]") == 30
    assert "more on" not in shown


def test_many_fixable_findings_become_one_line_with_the_command() -> None:
    shown = written(many(3, fix="x")[1])
    assert shown == (
        "fixable: docs/page.md: 3 findings that --fix can mend\n"
        "  = 3 vague-link-text: lines 1, 2 and 3 (What vague-link-text is about)\n"
        "  = ld-review --fix docs/page.md\n"
        "\n"
        "1 page, 3 warnings; 3 fixable with --fix\n"
    )


def test_the_command_can_be_pasted_whatever_the_page_is_called() -> None:
    text = "here here here"
    found = (finding(text, "here", nth=nth, fix="x") for nth in range(3))
    assert "= ld-review --fix 'a b'\"'\"'s.md'\n" in written(review(page(text, *found, path="a b's.md")))


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"severity": Severity.ERROR, "fix": "x"}, id="errors are never folded"),
        pytest.param({"fix": "x", "safe": False}, id="unsafe fixes need a look"),
    ],
)
def test_not_every_fixable_finding_is_folded(more: dict[str, Any]) -> None:
    shown = written(many(3, **more)[1])
    assert "fixable:" not in shown
    assert "[vague-link-text]: here is wrong" in shown


FIXES = [
    pytest.param("new", True, "= fix: 'new' (--fix)", id="a replacement"),
    pytest.param("", True, "= fix: remove 'old' (--fix)", id="a removal"),
    pytest.param("new", False, "= fix: 'new' (--fix --unsafe-fixes)", id="unsafe"),
    pytest.param("a\nb", True, "= fix: --fix", id="several lines are not quoted"),
    pytest.param("n\x1b", True, "= fix: 'n␛' (--fix)", id="hostile words"),
]


@pytest.mark.parametrize(("fix", "safe", "expected"), FIXES)
def test_the_fix_is_named(fix: str, safe: bool, expected: str) -> None:
    text = "old"
    assert expected in written(review(page(text, finding(text, "old", fix=fix, safe=safe))))


SUMMARIES = [
    pytest.param({}, "; 0", "1 page, 1 warning\n", id="nothing to fix"),
    pytest.param({"fix": "x"}, "", "1 page, 1 warning; 1 fixable with --fix\n", id="safe"),
    pytest.param(
        {"fix": "x", "safe": False}, "", "1 page, 1 warning; 1 fixable with --fix --unsafe-fixes\n", id="unsafe"
    ),
]


@pytest.mark.parametrize(("more", "absent", "expected"), SUMMARIES)
def test_the_summary_counts_what_can_be_fixed(more: dict[str, Any], absent: str, expected: str) -> None:
    shown = written(review(page("old", finding("old", "old", **more))))
    assert shown.endswith(expected)
    assert not absent or absent not in shown


def test_a_fix_elsewhere_names_what_it_replaces() -> None:
    text = "see old link"
    found = finding(text, "see old link")._replace(fix=finding(text, "old", fix="new").fix)
    assert "= fix: 'new' for 'old' (--fix)" in written(review(page(text, found)))


def test_a_clean_run_says_so() -> None:
    assert written(review(page("a"), page("b"))) == "2 pages, no findings\n"


def test_quiet_leaves_the_summary_out() -> None:
    assert written(review(page("a")), summary=False) == ""


def test_severities_are_counted_from_the_worst() -> None:
    text = "a b c d"
    found = [
        finding(text, "a", "r1", severity=Severity.SUGGESTION),
        finding(text, "b", "r2", severity=Severity.ERROR),
        finding(text, "c", "r3"),
        finding(text, "d", "r4"),
    ]
    assert "1 page, 1 error, 2 warnings, 1 suggestion\n" in written(review(page(text, *found)))


def test_failures_are_shown_with_the_rest_of_the_review() -> None:
    broken = page("", path="b.md", failures=(Failure("not UTF-8: byte 0xff on line 1"),))
    shown = written(review(page("old", finding("old", "old")), broken, failures=(Failure("no such file: c.md"),)))
    assert shown.startswith("failure: no such file: c.md\n")
    assert "failure: b.md: not UTF-8: byte 0xff on line 1\n" in shown
    assert "warning[vague-objective]" in shown
    assert "1 page could not be reviewed" in shown


def test_where_a_check_broke_is_for_the_verbose() -> None:
    broken = page("a", failures=(Failure("KeyError: 'x'", "a-rule", "Traceback:\n  here\x1b"),))
    assert "failure [a-rule]: docs/page.md: KeyError: 'x'\n\n" in written(review(broken))
    assert "  Traceback:\n    here␛\n" in written(review(broken), verbose=True)


def test_pages_that_were_not_assessed_are_counted_and_named_on_request() -> None:
    foreign = page("日本", not_assessed="the page is in Japanese")
    assert "1 page read for structure alone; -v says why" in written(review(foreign))
    assert "note: docs/page.md: the page is in Japanese\n" in written(review(foreign), verbose=True)


def test_a_finding_over_several_lines_says_where_it_ends() -> None:
    text = "one\ntwo\nthree\n"
    assert "  | ^^^ ... to line 3\n" in written(review(page(text, finding(text, "one\ntwo\nthree"))))


def test_other_places_of_a_finding_are_named() -> None:
    found = finding(GOALS, "Understand")._replace(also=(finding(GOALS, "Know").span,))
    assert "  = see also line 4\n" in written(review(page(GOALS, found)))


def test_gutters_fit_long_line_numbers() -> None:
    text = "\n" * 999 + "here"
    assert "    --> docs/page.md:1000:1\n     |\n1000 | here\n     | ^^^^\n" in written(
        review(page(text, finding(text, "here")))
    )


def test_hostile_text_never_reaches_the_terminal() -> None:
    text = "\x1b]0;owned\x07 \u202eevil\x9b2J here"
    found = finding(text, "here", message="say \x1b[8mhidden\n\n::error::here")
    shown = written(review(page(text, found, path="\x1b[2J\u202e.md")))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    assert "\n::error::" not in shown


def test_colour_changes_nothing_but_colour() -> None:
    of = review(
        page(GOALS, finding(GOALS, "Understand", fix="x"), finding(GOALS, "Know")), page("", failures=(Failure("x"),))
    )
    colored = written(of, color=True)
    assert "\x1b[1;33m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == written(of)


def test_statistics_count_by_rule_the_most_frequent_first() -> None:
    text = "a b c"
    found = (finding(text, "a", "r1"), finding(text, "b", "r2", fix="x"), finding(text, "c", "r2"))
    stream = StringIO()
    reporter.statistics(review(page(text, *found)), stream)
    assert stream.getvalue() == (
        "2  warning     r2  [1 fixable]  What r2 is about\n1  warning     r1  What r1 is about\n"
    )
