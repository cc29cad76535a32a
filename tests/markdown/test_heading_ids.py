"""Heading ids by the rule of each site generator."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from ld_review.markdown import parse
from ld_review.source import Source


def _ids(text, strategy):
    document = parse(Source(PurePath("page.md"), text), strategy)
    return [section.id for section in document.sections[1:]]


@pytest.mark.parametrize(
    ("heading", "kramdown", "hugo", "gitlab"),
    [
        ("9. It's OK to look away", "9-its-ok-to-look-away", "9-its-ok-to-look-away", "9-its-ok-to-look-away"),
        ("Why we track % of DMs", "why-we-track--of-dms", "why-we-track--of-dms", "why-we-track-of-dms"),
        ("Q&A", "qa", "qa", "qa"),
        ("snake_case and `code`", "snake_case-and-code", "snake_case-and-code", "snake_case-and-code"),
        ("A [link](/x) and **bold**", "a-link-and-bold", "a-link-and-bold", "a-link-and-bold"),
        ('<i class="fa"></i> Expense policy', "-expense-policy", "expense-policy", "expense-policy"),
        ("🌎 Overview", "-overview", "-overview", "-overview"),
        ("目次", "目次", "目次", "目次"),
        ("Café Ⅷ", "café-ⅷ", "café-", "café-ⅷ"),
        ("AT&amp;T", "att", "att", "att"),
        ("2022", "2022", "2022", "anchor-2022"),
        ("❄️ Snow", "\ufe0f-snow", "-snow", "\ufe0f-snow"),
        ("Plan -- do", "plan--do", "plan----do", "plan-do"),
        ("See more >>", "see-more", "see-more-", "see-more-"),
        ("½ hour", "-hour", "-hour", "-hour"),
        ("Explicit {#the-id}", "the-id", "the-id", "the-id"),
        ("Explicit {#the-id .class}", "the-id", "the-id", "the-id"),
    ],
)
def test_an_id_follows_the_generator(heading, kramdown, hugo, gitlab):
    found = tuple(_ids(f"## {heading}\n", strategy)[0] for strategy in ("kramdown", "hugo", "gitlab"))
    assert found == (kramdown, hugo, gitlab)


@pytest.mark.parametrize("strategy", ["kramdown", "hugo", "gitlab"])
def test_duplicates_are_numbered_after_lower_casing(strategy):
    text = "## Introduction to coaching\n\n### Introduction to Coaching \n\n## Introduction to coaching\n"
    assert _ids(text, strategy) == [
        "introduction-to-coaching",
        "introduction-to-coaching-1",
        "introduction-to-coaching-2",
    ]


def test_hugo_never_gives_an_id_twice_where_kramdown_does():
    text = "## A\n\n## A 1\n\n## A\n"
    assert _ids(text, "hugo") == ["a", "a-1", "a-2"]
    assert _ids(text, "kramdown") == ["a", "a-1", "a-1"]


def test_an_attribute_line_below_the_heading_gives_the_id():
    assert _ids("## A heading\n{: #given}\n\n## B heading\n{:.no_toc #other}\n", "kramdown") == ["given", "other"]


def test_headings_without_any_letter_get_the_generators_word():
    assert _ids("## !!\n\n## ??\n", "kramdown") == ["section", "section-1"]
    assert _ids("## !!\n\n## ??\n", "hugo") == ["heading", "heading-1"]


def test_an_attribute_behind_a_blank_line_is_the_next_headings():
    text = "## Meetings\n\n{: #all-hands}\n\n### Monthly\n\n## Feedback\n{: #tell-us}\n"
    assert _ids(text, "kramdown") == ["meetings", "all-hands", "tell-us"]
