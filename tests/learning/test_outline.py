"""The course as it was recognised: sections, times, objectives against practice, what is missing."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from ld_review.document import Document
from ld_review.elementbook import bundled_lexicon
from ld_review.learning import Course, recognise
from ld_review.learning.alignment import coverage, stems
from ld_review.learning.outline import Part, outline
from ld_review.learning.times import times
from ld_review.learning.wording import Wording
from ld_review.markdown import parse
from ld_review.source import Source

COURSE = """\
---
title: Giving feedback, a course
---

**Time:** 30 minutes

## Learning objectives

By the end of this course you will be able to:

- Write feedback by the SBI model
- Decide which channel suits a conversation
- Negotiate salaries

## Lesson 1: The SBI model

Situation, behaviour, impact: three sentences.

### Exercise: write SBI feedback (10 minutes)

Write three sentences about your last review.

<details><summary>Solution</summary>

In yesterday's call you interrupted twice.

</details>

## Lesson 2: Channels (15 minutes)

A channel is where a conversation takes place.

### Quiz

1. Which channel suits bad news?
"""


def read(text: str, path: str = "feedback.md") -> tuple[Document, Course]:
    document = parse(Source(PurePath(path), text))
    return document, recognise(document, bundled_lexicon())


def titles(parts: tuple[Part, ...]) -> list[object]:
    return [part.title if not part.parts else (part.title, titles(part.parts)) for part in parts]


def test_sections_stand_in_their_order_and_in_each_other() -> None:
    made = outline(*read(COURSE))
    assert made.title == "Giving feedback, a course"
    assert titles(made.parts) == [
        "",
        "Learning objectives",
        ("Lesson 1: The SBI model", ["Exercise: write SBI feedback (10 minutes)"]),
        ("Lesson 2: Channels (15 minutes)", ["Quiz"]),
    ]


def test_elements_stand_in_the_section_that_holds_them() -> None:
    parts = outline(*read(COURSE)).parts
    assert [element.kind for element in parts[0].elements] == ["duration"]
    assert [element.kind for element in parts[1].elements] == ["objective"] * 3
    [exercise] = parts[2].parts
    assert {element.kind for element in exercise.elements} >= {"practice", "solution", "duration"}
    assert exercise.minutes == 10
    assert parts[3].minutes == 15


def test_the_time_of_the_whole_and_of_the_parts_are_told_apart() -> None:
    known = times(*read(COURSE))
    assert known.whole is not None and known.whole.minutes() == 30
    assert known.parts_minutes == 25
    assert 0 < known.reading < 1


def test_an_objective_is_covered_by_what_shares_words_with_it() -> None:
    found = coverage(*read(COURSE))
    covering = [[element.kind for element in one.covered_by] for one in found]
    assert covering[0][0] == "practice"
    assert "knowledge-check" in covering[1]
    assert covering[2] == []
    assert found[2].taught == 0
    assert found[0].taught > 1 / 3


def test_what_the_profile_asks_for_and_nobody_wrote_is_missing() -> None:
    document, course = read(COURSE)
    missing = {kind.id: demand for kind, demand in outline(document, course).missing}
    assert course.profile.name == "course"
    assert missing == dict.fromkeys(("audience", "prerequisite", "feedback", "summary"), "expected")


def test_prerequisites_that_are_said_to_be_none_are_not_missing() -> None:
    _, course = read(COURSE.replace("**Time:**", "**Prerequisites:** none\n\n**Time:**"))
    assert course.has("no-prerequisite") and not course.has("prerequisite")
    document, course = read(COURSE.replace("**Time:**", "**Prerequisites:** none\n\n**Time:**"))
    assert "prerequisite" not in {kind.id for kind, _ in outline(document, course).missing}


def test_a_page_of_one_paragraph_has_an_outline() -> None:
    made = outline(*read("Only a sentence.\n", "page.md"))
    assert made.coverage == () and made.missing == ()
    assert [part.title for part in made.parts] == [""]


def test_an_empty_page_has_an_empty_outline() -> None:
    assert outline(*read("", "page.md")).parts == ()


def test_sections_nested_deep_are_all_there() -> None:
    text = "".join(f"{'#' * (1 + number % 6)} Part {number}\n\nText.\n\n" for number in range(600))
    parts = list(outline(*read(text)).parts)
    count = 0
    while parts:
        part = parts.pop()
        count += bool(part.title)
        parts += part.parts
    assert count == 600


@pytest.mark.parametrize(
    ("one", "other"),
    [("Reviewing merge requests", "review a merge request"), ("Organising", "organise"), ("branches", "branch")],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stems(one) & stems(other)


def test_words_that_say_nothing_are_no_stems() -> None:
    assert stems("Understand how to use the basics of this") == frozenset()


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        pytest.param("In this lesson, you meet Git.", True, id="to a learner"),
        pytest.param("In this lesson we will rest.", False, id="no comma"),
        pytest.param("In this policy, you find the rules.", False, id="a policy"),
    ],
)
def test_a_lesson_is_known_by_how_it_speaks(text: str, speaks: bool) -> None:
    assert Wording(text).addresses_learners is speaks


def test_a_page_that_speaks_of_this_course_is_told_from_one_that_speaks_of_course() -> None:
    assert Wording("This course is short. Our new course is long. Of course.").of_courses == 2
    assert Wording("Of course, in the course of a year, of course.").of_courses == 1


def test_a_walk_through_is_dense_with_its_phrases() -> None:
    steps = "Let's open a shell. Now that you have one, we'll list files."
    assert Wording(steps).leads_by_hand
    assert not Wording(steps + " word" * 2000).leads_by_hand
