from __future__ import annotations

import re

from hypothesis import given

from ld_review.finding import Severity
from ld_review.reporters import github
from ld_review.review import Failure, Review
from reporters.reviews import finding, hostile_reviews, page, review, written

TEXT = "# Goals\n\nhere, and\nthere\n"
COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def commands(of: Review) -> list[tuple[str, dict[str, str], str]]:
    """What the runner makes of the lines, which end as it takes lines to end."""
    found = []
    for line in re.split(r"\r\n|\r|\n", written(github, of).removesuffix("\n")):
        match = COMMAND.fullmatch(line)
        if match is None:
            assert re.fullmatch(r"[\d,a-z ]+; GitHub shows at most 10 of each for one step|", line)
            continue
        name, properties, message = match.groups()
        pairs = (one.split("=", 1) for one in properties.split(","))
        found.append((name, {key: undone(value) for key, value in pairs}, undone(message)))
    return found


def undone(text: str) -> str:
    for escaped, plain in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(escaped, plain)
    return text


def test_a_finding_is_an_annotation_at_its_place() -> None:
    found = finding(TEXT, "here", "bare-url", message="100% wrong: a, b")
    assert written(github, review(page(TEXT, found, path="a,b:c.md"))) == (
        "::warning file=a%2Cb%3Ac.md,line=3,col=1,endColumn=5,title=bare-url::100%25 wrong: a, b\n"
    )


def test_a_finding_over_lines_has_no_columns() -> None:
    found = finding(TEXT, "here, and\nthere", severity=Severity.SUGGESTION)
    [(name, properties, _)] = commands(review(page(TEXT, found)))
    assert name == "notice"
    assert properties == {"file": "docs/page.md", "line": "3", "endLine": "4", "title": "vague-objective"}


def test_failures_are_errors() -> None:
    of = review(page("", failures=(Failure("not\nUTF-8"),)), failures=(Failure("bad rule", "bare-url"),))
    assert commands(of) == [
        ("error", {"title": "failure: bare-url"}, "bad rule"),
        ("error", {"file": "docs/page.md", "line": "1", "title": "failure"}, "not UTF-8"),
    ]


def test_what_github_will_not_show_is_counted() -> None:
    text = "x " * 11
    found = [finding(text, "x", nth=number) for number in range(11)]
    assert written(github, review(page(text, *found))).endswith(
        "\n11 warnings; GitHub shows at most 10 of each for one step\n"
    )
    assert "GitHub" not in written(github, review(page(text, *found[:10])))


def test_nothing_found_is_nothing_written() -> None:
    assert written(github, review(page(TEXT))) == ""


@given(hostile_reviews())
def test_no_page_can_give_a_command(of: Review) -> None:
    known = len(of.failures) + sum(len(page.findings) + len(page.failures) for page in of.pages)
    given_ones = commands(of)
    assert len(given_ones) == known
    assert all(
        set(properties) <= {"file", "line", "endLine", "col", "endColumn", "title"} for _, properties, _ in given_ones
    )
    assert "##[" not in "".join(line for line in written(github, of).split("\n") if not line.startswith("::"))
