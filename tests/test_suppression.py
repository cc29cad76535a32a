"""What a comment silences, and what is said about the comment."""

from __future__ import annotations

import gc
import re
import time
from pathlib import PurePath

import pytest

from ld_review import fixing, suppression
from ld_review.finding import Finding, Fix, Severity
from ld_review.markdown import parse
from ld_review.source import Source, Span

RULES = ("alpha", "beta")


def _apply(text: str, ran: tuple[str, ...] = RULES) -> suppression.Outcome:
    """Each word ``alpha`` and ``beta`` of the text is a finding of the rule of its name."""
    document = parse(Source(PurePath("page.md"), text))
    prose = document.view("prose")
    findings = [
        Finding(match[0], Span(*match.span()), "", Severity.WARNING)
        for match in re.finditer("alpha|beta", prose)
        if match[0] in ran
    ]
    return suppression.apply(document.source, suppression.read(document), findings, ran, {*RULES, "idle"})


def _kept(text: str) -> str:
    return " ".join(finding.rule for finding in _apply(text).kept)


def _notes(text: str, ran: tuple[str, ...] = RULES) -> list[tuple[str, str]]:
    """The notes but those on reasons, each with what its comment says."""
    return [
        (id_, re.sub(r"<!-- ld-review-|-->", "", text[slice(*match.span)]).strip())
        for id_, match in _apply(text, ran).notes
        if id_ != suppression.UNREASONED
    ]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("alpha beta", "alpha beta", id="no comment"),
        pytest.param("<!-- ld-review-disable -->\n\nalpha beta", "", id="all, to the end"),
        pytest.param("<!-- ld-review-disable alpha -->\n\nalpha beta", "beta", id="one, to the end"),
        pytest.param("<!-- ld-review-disable alpha beta -->\n\nalpha beta", "", id="two"),
        pytest.param("<!-- ld-review-disable alpha, beta -->\n\nalpha beta", "", id="two with a comma"),
        pytest.param("<!-- ld-review-disable alpha -- says -- why -->\n\nalpha beta", "beta", id="reason"),
        pytest.param("<!--ld-review-disable alpha-->\n\nalpha beta", "beta", id="no blanks"),
        pytest.param("<!--\n  ld-review-disable alpha\n-->\n\nalpha beta", "beta", id="on several lines"),
        pytest.param("alpha\n\n<!-- ld-review-disable -->\n\nalpha", "alpha", id="only from there on"),
        pytest.param("<!-- ld-review-disable -->\n\nalpha\n\n<!-- ld-review-enable -->\n\nbeta", "beta", id="a range"),
        pytest.param(
            "<!-- ld-review-disable -->\n\nalpha\n\n<!-- ld-review-enable alpha -->\n\nalpha beta",
            "alpha",
            id="one on again",
        ),
        pytest.param(
            "<!-- ld-review-disable alpha beta -->\n\nx\n\n<!-- ld-review-enable -->\n\nalpha beta",
            "alpha beta",
            id="all on again",
        ),
        pytest.param("alpha <!-- ld-review-disable-line alpha --> beta\nalpha", "beta alpha", id="its line"),
        pytest.param("<!-- ld-review-disable-next-line alpha -->\nalpha beta\nalpha", "beta alpha", id="the next line"),
        pytest.param("<!-- ld-review-disable-next-line alpha -->\n\nalpha\n", "", id="the next line that is not empty"),
        pytest.param(
            "<!-- ld-review-disable-next-line alpha -->\n<!-- ld-review-disable-next-line beta -->\nalpha beta\nbeta",
            "beta",
            id="two comments about one line",
        ),
        pytest.param("x <!-- ld-review-disable-next-line --> alpha\nbeta", "alpha", id="inside a line"),
        pytest.param("alpha\n\n<!-- ld-review-disable-file alpha -->\n\nbeta", "beta", id="the file, anywhere"),
        pytest.param("- <!-- ld-review-disable-line alpha --> alpha\n- alpha", "alpha", id="in a list"),
        pytest.param("> <!-- ld-review-disable -->\n>\n> alpha", "", id="in a quote"),
        pytest.param("| a |\n|---|\n| alpha <!-- ld-review-disable-line --> |\n| beta |", "beta", id="in a table"),
        pytest.param("<!-- ld-review-disable -->\r\n\r\nalpha\r\n", "", id="with carriage returns"),
        pytest.param("```\n<!-- ld-review-disable -->\n```\n\nalpha", "alpha", id="not in a fence"),
        pytest.param("`<!-- ld-review-disable -->` alpha", "alpha", id="not in code"),
        pytest.param("<!-- ld-review-disabled -->\n\nalpha", "alpha", id="not another word"),
        pytest.param("<!-- ld-review-disable-all -->\n\nalpha", "alpha", id="not another verb"),
        pytest.param("<!-- see ld-review-disable -->\n\nalpha", "alpha", id="not in a sentence"),
        pytest.param("<!-- ld-review-disable gamma -->\n\nalpha", "alpha", id="not for another rule"),
    ],
)
def test_a_comment_silences(text: str, kept: str) -> None:
    assert _kept(text) == kept


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("<!-- ld-review-disable alpha -->\n\nalpha", []),
        ("<!-- ld-review-disable alpha -->\n\nbeta", [(suppression.UNUSED, "disable alpha")]),
        ("<!-- ld-review-disable alpha beta -->\n\nbeta", [(suppression.UNUSED, "disable alpha beta")]),
        ("<!-- ld-review-disable -->\n\nalpha", []),
        ("<!-- ld-review-disable -->\n\nx", [(suppression.UNUSED, "disable")]),
        ("<!-- ld-review-disable idle -->\n\nx", []),
        ("<!-- ld-review-enable -->\n\nx", [(suppression.UNUSED, "enable")]),
        ("<!-- ld-review-disable alpha -->\n\nalpha\n\n<!-- ld-review-enable alpha -->", []),
        ("<!-- ld-review-disable -->\n\nalpha\n\n<!-- ld-review-enable alpha -->", []),
        (
            "<!-- ld-review-disable alpha -->\n\nalpha\n\n<!-- ld-review-enable beta -->",
            [(suppression.UNUSED, "enable beta")],
        ),
        ("<!-- ld-review-disable alhpa -->\n\nalpha", [(suppression.UNKNOWN, "disable alhpa")]),
        (
            "<!-- ld-review-disable-file alpha -->\n\nalpha <!-- ld-review-disable-line alpha -->",
            [(suppression.UNUSED, "disable-file alpha")],
        ),
    ],
)
def test_a_comment_without_effect_is_noted(text: str, notes: list[tuple[str, str]]) -> None:
    assert _notes(text) == notes


def test_a_comment_about_a_rule_that_did_not_run_is_not_called_unused() -> None:
    assert _notes("<!-- ld-review-disable alpha -->\n\nx", ran=("beta",)) == []


def test_the_near_word_of_an_unknown_rule_is_offered() -> None:
    notes = dict(_apply("<!-- ld-review-disable alhpa -->\n\nalpha").notes)
    assert notes[suppression.UNKNOWN].words["near"] == "; did you mean 'alpha'?"


@pytest.mark.parametrize(
    ("comment", "reasoned"),
    [
        ("disable alpha -- quoted", True),
        ("disable -- quoted", True),
        ("enable", True),
        ("disable alpha", False),
        ("disable alpha --", False),
        ("disable alpha--beta", False),
    ],
)
def test_a_missing_reason_is_noted(comment: str, reasoned: bool) -> None:
    notes = [id_ for id_, _ in _apply(f"<!-- ld-review-{comment} -->\n\nalpha").notes]
    assert (suppression.UNREASONED not in notes) is reasoned


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("a\n\n<!-- ld-review-disable alpha -->\n\nb\n", "a\n\n\nb\n"),
        ("a\r\n<!-- ld-review-disable alpha -->\r\nb\r\n", "a\r\nb\r\n"),
        ("a <!-- ld-review-disable-line alpha --> b\n", "a  b\n"),
        ("a\n\n<!-- ld-review-disable-file alpha -->", "a\n\n"),
        ("<!-- ld-review-disable alpha beta -->\n\nbeta\n", "<!-- ld-review-disable alpha beta -->\n\nbeta\n"),
    ],
)
def test_a_comment_without_any_effect_is_removed_with_its_line(text: str, fixed: str) -> None:
    fixes = [Fix(match.edits) for id_, match in _apply(text).notes if id_ == suppression.UNUSED and match.edits]
    assert fixing.apply(text, fixes)[0] == fixed


def test_time_grows_with_the_page_alone() -> None:
    def seconds(count: int) -> float:
        text = "".join(f"<!-- ld-review-disable-next-line r{number} -->\n\nalpha\n\n" for number in range(count))
        document = parse(Source(PurePath("page.md"), text))
        findings = [Finding("alpha", Span(*match.span()), "", Severity.WARNING) for match in re.finditer("alpha", text)]
        gc.disable()  # which looks at whatever other tests have left behind
        try:
            start = time.process_time()
            suppression.apply(document.source, suppression.read(document), findings, RULES, RULES)
            return time.process_time() - start
        finally:
            gc.enable()

    seconds(100)
    few, many = (min(seconds(count) for _ in range(3)) for count in (1_000, 4_000))
    assert many < 12 * max(few, 0.005)
