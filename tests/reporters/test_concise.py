from __future__ import annotations

from io import StringIO

from ld_review.finding import Severity
from ld_review.reporters import concise
from ld_review.review import Failure, Review
from reporters.reviews import finding, page, review


def written(of: Review, *, color: bool = False) -> str:
    stream = StringIO()
    concise.write(of, stream, color=color)
    return stream.getvalue()


def test_each_finding_is_one_line_that_editors_can_read() -> None:
    text = "# Goals\n\n- Understand it\n"
    error = finding(text, "it", "empty-words", severity=Severity.ERROR, message="two\nlines")
    assert written(review(page(text, finding(text, "Understand"), error))) == (
        "docs/page.md:3:3: warning: Understand is wrong [vague-objective]\n"
        "docs/page.md:3:14: error: two lines [empty-words]\n"
    )


def test_failures_stand_among_the_findings() -> None:
    broken = page("", path="b.md", failures=(Failure("not UTF-8"), Failure("broke", rule="a-rule")))
    assert written(review(broken, failures=(Failure("no such file or folder: c.md"),))) == (
        "failure: no such file or folder: c.md\nb.md:1:1: failure: not UTF-8\nb.md:1:1: failure: broke [a-rule]\n"
    )


def test_a_hostile_path_or_message_is_made_harmless() -> None:
    text = "x \x1b[2J"
    shown = written(review(page(text, finding(text, "\x1b[2J"), path="a\x1b[2J\n.md")))
    assert "\x1b" not in shown
    assert shown.count("\n") == 1


def test_colour_is_for_the_severity() -> None:
    text = "x"
    assert written(review(page(text, finding(text, "x"))), color=True).startswith(
        "docs/page.md:1:1: \x1b[1;33mwarning\x1b[0m: "
    )
