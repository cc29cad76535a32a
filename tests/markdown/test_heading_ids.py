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


@pytest.mark.parametrize(
    ("heading", "github", "mkdocs"),
    [
        ("A heading", "a-heading", "a-heading"),
        ("Q&A: what's new?", "qa-whats-new", "qa-whats-new"),
        ("two  blanks", "two--blanks", "two-blanks"),
        ("a - b -- c", "a---b----c", "a-b-c"),
        ("snake_case", "snake_case", "snake_case"),
        ("Café à la crème", "café-à-la-crème", "cafe-a-la-creme"),
        ("🌎 Overview", "-overview", "overview"),
        ('<i class="fa"></i> Expense policy', "-expense-policy", "expense-policy"),
        ("Overview 🌎", "overview-", "overview"),
        ("CO² and ½", "co-and-", "co2-and-12"),
        ("Chapter Ⅷ", "chapter-ⅷ", "chapter-viii"),
        ("Ⓐ circle", "ⓐ-circle", "a-circle"),
        ("हिन्दी में", "हिन्दी-में", "_1"),
        ("E\u0301tude", "e\u0301tude", "etude"),
        ("目次", "目次", "_1"),
        ("tie‿up", "tie‿up", "tieup"),
        ("A [link](/x), **bold**, `code`", "a-link-bold-code", "a-link-bold-code"),
        ("AT&amp;T", "att", "att"),
    ],
)
def test_ids_as_github_slugger_and_python_markdown_make_them(heading, github, mkdocs):
    assert (_ids(f"## {heading}\n", "github")[0], _ids(f"## {heading}\n", "mkdocs")[0]) == (github, mkdocs)


@pytest.mark.parametrize("strategy", ["kramdown", "gitlab", "github"])
def test_word_characters_are_those_of_unicode(strategy):
    assert _ids("## हिन्दी CO² Ⅷ\n", strategy) == ["हिन्दी-co-ⅷ"]


@pytest.mark.parametrize(
    ("headings", "github", "mkdocs"),
    [
        (["A", "A", "A"], ["a", "a-1", "a-2"], ["a", "a_1", "a_2"]),
        (["A", "A 1", "A"], ["a", "a-1", "a-2"], ["a", "a-1", "a_1"]),
        (["A", "A", "A-1"], ["a", "a-1", "a-1-1"], ["a", "a_1", "a-1"]),
        (["A_1", "A", "A"], ["a_1", "a", "a-1"], ["a_1", "a", "a_2"]),
        (["A_5", "A_5", "A", "A"], ["a_5", "a_5-1", "a", "a-1"], ["a_5", "a_6", "a", "a_1"]),
        (["!", "?", "."], ["", "-1", "-2"], ["_1", "_2", "_3"]),
    ],
)
def test_repeated_ids(headings, github, mkdocs):
    text = "".join(f"## {heading}\n\n" for heading in headings)
    assert (_ids(text, "github"), _ids(text, "mkdocs")) == (github, mkdocs)


def test_many_equal_headings_cost_little():
    import time

    times = []
    for number in (2_000, 8_000):
        text = "## A\n\n" * number
        began = time.process_time()
        for strategy in ("github", "mkdocs", "kramdown", "hugo"):
            assert len(set(_ids(text, strategy))) == number
        times.append(time.process_time() - began)
    assert times[1] < 8 * times[0]
