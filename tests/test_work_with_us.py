"""A page modelled on the one by which a learning team offers its support: what the review says of it, all in all."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path, PurePath

import books
from ld_review import fixing
from ld_review.config_file import default_config
from ld_review.engine import review_page
from ld_review.finding import Finding
from ld_review.review import PageReview
from ld_review.source import Source

PAGE = Path(__file__).parent / "fixtures" / "work-with-us.md"
TEXT = PAGE.read_text(encoding="utf-8")


@cache
def reviewed(profile: str = "reference") -> PageReview:
    config = default_config().with_preset("gitlab").with_profile(profile)
    return review_page(Source(PurePath(PAGE.name), TEXT), config.rules_for(PAGE), config.settings_for(PAGE))


def by_rule(profile: str = "reference") -> dict[str, list[Finding]]:
    found = defaultdict(list)
    for finding in reviewed(profile).findings:
        found[finding.rule].append(finding)
    return found


def marked(finding: Finding) -> list[str]:
    return [TEXT[span.start : span.end] for span in (finding.span, *finding.also)]


def test_a_heading_that_is_there_four_times_is_one_finding():
    (finding,) = by_rule()["duplicate-heading"]
    assert marked(finding) == ["Timeline and expectations"] * 4


def test_the_page_has_eleven_headings():
    assert sum(line.startswith("#") for line in TEXT.splitlines()) == 11


def test_sections_without_text_are_found_also_at_the_end_of_the_page():
    empty = by_rule()["empty-section"]
    assert [text for finding in empty for text in marked(finding)] == ["Timeline and expectations"] * 3
    assert empty[-1].span.end == len(TEXT.rstrip())


def test_each_placeholder_is_found():
    placeholders = [text for finding in by_rule()["placeholder-text"] for text in marked(finding)]
    assert len(placeholders) == 3
    assert all(text.endswith("is being built") for text in placeholders)


def test_the_one_row_without_a_section_is_found():
    (finding,) = by_rule()["listed-item-without-section"]
    assert marked(finding) == ["Uploading to the learning platform"]
    assert "5 of the 6" in finding.message


def test_the_bold_text_that_is_never_closed_is_found():
    (finding,) = by_rule()["unclosed-emphasis"]
    assert TEXT[finding.span.start :].startswith("**Examples of learning paths")


def test_issue_links_that_name_a_template_and_do_not_choose_it_are_found_and_are_no_dead_links():
    found = by_rule()
    targets = [text for finding in found["issue-link-without-template"] for text in marked(finding)]
    assert targets == ["https://gitlab.com/acme/learning/-/issues/new#"] * 2
    assert not found["empty-link-target"]
    assert not found["placeholder-link-target"]


def test_tables_of_work_and_dates_raise_no_other_finding():
    assert set(by_rule()) == {
        "duplicate-heading",
        "empty-section",
        "issue-link-without-template",
        "listed-item-without-section",
        "placeholder-text",
        "unclosed-emphasis",
    }


def test_as_reference_it_needs_no_objectives_and_as_pathway_it_does():
    assert not by_rule("reference")["objectives-missing"]
    assert len(by_rule("pathway")["objectives-missing"]) == 1


def test_nothing_on_it_is_mended_by_itself():
    findings = reviewed().findings
    assert fixing.apply(TEXT, [finding.fix for finding in findings if finding.fix])[0] == TEXT


def test_a_link_to_the_second_of_two_headings_that_differ_in_case_alone_is_alive():
    path, coaching = "source/handbook/work-with-us/index.html.md", "source/handbook/leadership/coaching/index.html.md"
    second = {coaching: "## Introduction to coaching\n\n### Introduction to Coaching \n"}
    first = {coaching: "## Introduction to coaching\n"}
    assert ("dead-anchor-link", "/handbook/leadership/coaching/#introduction-to-coaching-1") not in books.findings(
        path, {path: TEXT, **second}, "middleman"
    )
    assert ("dead-anchor-link", "/handbook/leadership/coaching/#introduction-to-coaching-1") in books.findings(
        path, {path: TEXT, **first}, "middleman"
    )
