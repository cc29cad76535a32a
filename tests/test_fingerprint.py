"""Fingerprints stay when a page is edited elsewhere, and tell findings apart."""

from __future__ import annotations

import re
from pathlib import PurePath

import pytest

from ld_review.document import Document
from ld_review.finding import Finding, Severity
from ld_review.fingerprint import fingerprints
from ld_review.handbook.facts import sections_of
from ld_review.markdown import parse
from ld_review.source import Source, Span

PAGE = """\
# Coaching

Click here.

## Listen

Click here, and here.
"""


def _of(text: str, pattern: str = "(?i)click|here", rule: str = "vague") -> tuple[str, ...]:
    document = parse(Source(PurePath("page.md"), text))
    return fingerprints(document.source, sections_of(document), _findings(document, pattern, rule))


def _findings(document: Document, pattern: str, rule: str) -> list[Finding]:
    matches = re.finditer(pattern, document.source.text)
    return [Finding(rule, Span(*match.span()), "", Severity.WARNING) for match in matches]


def test_every_finding_of_a_page_has_its_own() -> None:
    assert len(set(_of(PAGE))) == len(_of(PAGE)) == 5


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# Coaching\n", "---\ntitle: x\n---\n\n# Coaching\n\nAnother paragraph.\n"),
        ("\n", "\r\n"),
        ("## Listen", "## Ask\n\nWhat?\n\n## Listen"),
        ("Click here, and", "Click\nhere, and"),
        ("Click here.", "Please Click here."),
    ],
)
def test_edits_elsewhere_change_nothing(before: str, after: str) -> None:
    assert _of(PAGE.replace(before, after)) == _of(PAGE)


@pytest.mark.parametrize(
    ("before", "after"),
    [("## Listen", "## Hear"), ("# Coaching", "# Mentoring"), ("here, and here", "here, and there")],
)
def test_another_heading_or_text_makes_another_finding(before: str, after: str) -> None:
    assert _of(PAGE.replace(before, after), "(?i)click|t?here")[-1] != _of(PAGE)[-1]


def test_another_rule_makes_another_finding() -> None:
    assert not set(_of(PAGE, rule="other")) & set(_of(PAGE))


def test_one_of_two_equals_keeps_its_fingerprint_when_the_other_goes() -> None:
    assert _of(PAGE.replace(", and here", "")) == _of(PAGE)[:4]


def test_an_edit_deep_in_a_flagged_section_does_not_make_it_another() -> None:
    text = "# Coaching\n\n" + "Ask. " * 300
    assert _of(f"{text}More.\n", r"(?s)\A.*\Z") == _of(text, r"(?s)\A.*\Z")


def test_a_page_without_headings_has_fingerprints() -> None:
    assert len(_of("Click.")) == 1
