"""What the checks of a course's structure find, leave alone and refuse, on hostile pages too."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import PurePath

import pytest

from ld_review.checks.base import Check, Match
from ld_review.checks.container import Container
from ld_review.checks.incomplete_element import IncompleteElement
from ld_review.checks.lesson import Lesson
from ld_review.checks.numbering import Numbering
from ld_review.checks.prose_run import ProseRun
from ld_review.checks.time import Time
from ld_review.engine import Settings, read_page
from ld_review.page import Page
from ld_review.source import Source
from ld_review.testing import marked as with_marks

VIDEO = '<iframe title="Video" src="https://www.youtube.com/embed/abcdefghijk"></iframe>'
SHOWN = VIDEO.removesuffix("</iframe>")
WORDS = "We listen before we answer, and we write down what we hear from each other. "
"""15 words."""


def page_of(text: str, profile: str = "course") -> Page:
    page, failures = read_page(Source(PurePath("page.md"), text), Settings(forced_profile=profile))
    assert not failures
    return page


def matches(check: Check, text: str) -> list[Match]:
    return list(check.find(page_of(text)))


def found(check: Check, text: str) -> list[str]:
    return [text[match.span.start : match.span.end] for match in matches(check, text)]


def places(check: Check, text: str) -> list[str]:
    """What is marked, with all other places of the same finding."""
    return [text[span.start : span.end] for match in matches(check, text) for span in (match.span, *match.also)]


def exercises(*solved: bool, title: str = "Exercise") -> str:
    """Exercises, some with a solution."""
    parts = [
        f"## {title} {number}\n\nDo it.\n\n" + ("### Solution\n\nDone.\n\n" if is_solved else "")
        for number, is_solved in enumerate(solved, start=1)
    ]
    return "".join(parts)


# Incomplete elements


SOLVED = IncompleteElement(element="practice", needs=("solution",))


@pytest.mark.parametrize(
    ("options", "solved", "lacking"),
    [
        ({}, (True, False), ["Exercise 2"]),
        ({}, (False, False), ["Exercise 1", "Exercise 2"]),
        ({"only_where_some": 1}, (False, False), []),
        ({"only_where_some": 1}, (True, False, False), ["Exercise 2", "Exercise 3"]),
        ({"only_where_some": 2}, (True, False, False), []),
        ({"only_where_most": True}, (True, False), []),
        ({"only_where_most": True}, (True, True, False), ["Exercise 3"]),
        ({"unless": "[23]"}, (False, False, False), ["Exercise 1"]),
        ({"limit": 1}, (False, False), ["Exercise 1"]),
    ],
)
def test_an_exercise_that_lacks_its_solution(
    options: dict[str, object], solved: tuple[bool, ...], lacking: list[str]
) -> None:
    check = IncompleteElement(element="practice", needs=("solution",), **options)  # type: ignore[arg-type]
    assert found(check, exercises(*solved)) == lacking


def test_matches_are_one_from_as_many_on_as_are_grouped() -> None:
    check = IncompleteElement(element="practice", needs=("solution",), grouped=2)
    text = exercises(True, False, False)
    (match,) = matches(check, text)
    assert places(check, text) == ["Exercise 2", "Exercise 3"]
    assert (match.words["count"], match.words["total"]) == ("2", "3")
    assert matches(check, exercises(True, False))[0].also == ()


def test_what_only_a_sentence_tells_of_is_no_exercise_of_its_own() -> None:
    text = exercises(False) + "## Next\n\nNow it's your turn to complete the following exercise.\n"
    assert len(found(SOLVED, text)) > 1
    assert found(IncompleteElement(element="practice", needs=("solution",), own=True), text) == ["Exercise 1"]


def test_a_title_over_several_exercises_is_none_of_its_own() -> None:
    text = "# Exercises\n\n" + exercises(False, True)
    assert found(IncompleteElement(element="practice", needs=("solution",), own=True), text) == ["Exercise 1"]


@pytest.mark.parametrize(
    ("body", "asks"),
    [
        ("What is a runner?", True),
        ("1. What is a runner?\n2. Who owns it?", True),
        ("What is **a runner?**", True),
        ("Take the [quiz: what is a runner?](https://example.com/quiz).", False),
        ("The quiz is in the learning platform.", False),
        ("Call `what?` first.", False),
    ],
)
def test_a_check_asks_only_where_its_question_can_be_read(body: str, asks: bool) -> None:
    check = IncompleteElement(element="knowledge-check", needs=("solution",), asks=True)
    assert found(check, f"## Quiz\n\n{body}\n") == (["Quiz"] if asks else [])


def test_a_time_in_the_title_of_an_exercise_is_its_time() -> None:
    check = IncompleteElement(element="practice", needs=("duration",), own=True)
    text = "- **ACTIVITY: meet a colleague (assignment, 5 minutes, 1 point)**\n  - Do so.\n\n" + f"{WORDS}\n\n" * 4
    assert found(check, text + exercises(False)) == ["Exercise 1"]


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        (f"## Video\n\n{VIDEO}\n", True),
        (f"## Video (4 minutes)\n\n{VIDEO}\n", False),
        (f"## Video\n\nThis video takes 4 minutes.\n\n{VIDEO}\n", False),
        (f"## Video\n\nThis video takes 4 minutes.\n\n{WORDS * 6}\n\n- {WORDS}\n- {WORDS}\n\n{VIDEO}\n", True),
        ("## Video\n\n[Watch it](https://www.youtube.com/watch?v=abcdefghijk)\n", False),
    ],
)
def test_an_embedded_video_needs_its_length_near(text: str, lacks: bool) -> None:
    check = IncompleteElement(element="media", needs=("duration",), embedded=True)
    assert found(check, text) == ([SHOWN] if lacks else [])


def test_what_is_needed_may_stand_anywhere_on_the_page_when_told_so() -> None:
    check = IncompleteElement(element="media", needs=("media-alternative",), page_wide=True)
    text = f"## Video\n\n{VIDEO}\n" + "\nMore.\n" * 20
    assert found(check, text) == [SHOWN]
    assert found(check, text + "\nOur videos have captions.\n") == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"## Title\n\n{WORDS * 2}\n\n{VIDEO}\n", "enough words"),
        (f"## Title\n\n{VIDEO}\n\n### Subsection\n\nText.\n", "a subsection"),
        (f"## Title\n\n{WORDS * 3}\n\n### Video: the same\n\n{VIDEO}\n", "the section before tells it"),
        (f"## Watch it\n\n{VIDEO}\n\n## Title\n\n{WORDS * 3}\n", "the section after tells it"),
        (f"## Materials\n\n{VIDEO}\n", "a list of material"),
    ],
)
def test_a_section_with_a_video_is_left_alone(text: str, why: str) -> None:
    assert found(IncompleteElement(element="media", embedded=True, least_words=20), text) == [], why


def test_a_section_with_several_videos_is_found_once() -> None:
    check = IncompleteElement(element="media", embedded=True, least_words=20)
    text = f"## Title\n\n{VIDEO}\n\n{VIDEO}\n\n## Other\n\n{VIDEO}\n"
    assert [match.words["title"] for match in matches(check, text)] == ["Title", "Other"]


# Lessons


@pytest.mark.parametrize(
    ("options", "text", "lacking"),
    [
        ({}, "## Lesson 1: a\n\nRead.\n\n## Lesson 2: b\n\n### Quiz\n\nWhat?\n", ["Lesson 1: a"]),
        ({}, "## Lesson 1: a\n\nRead.\n", []),
        ({"least": 1}, "## Lesson 1: a\n\nRead.\n", ["Lesson 1: a"]),
        ({}, "## Lesson 1: a\n\nRead.\n\n## Lesson 2: b\n\nRead.\n", ["Lesson 1: a", "Lesson 2: b"]),
        ({"only_where_some": True}, "## Lesson 1: a\n\nRead.\n\n## Lesson 2: b\n\nRead.\n", []),
        ({}, "## Lesson 1: a\n\n## Lesson 2: b\n\nOnly the second says anything.\n", []),
        ({}, "# Module 1\n\n## Lesson 1: a\n\nRead.\n\n## Lesson 2: b\n\n### Quiz\n\nWhat?\n", ["Lesson 1: a"]),
        ({}, "Nothing here is a lesson.\n", []),
    ],
)
def test_a_lesson_without_a_check(options: dict[str, object], text: str, lacking: list[str]) -> None:
    check = Lesson(without=("knowledge-check", "practice"), **options)  # type: ignore[arg-type]
    assert found(check, text) == lacking


def test_lessons_are_grouped() -> None:
    check = Lesson(without=("practice",), grouped=2)
    text = "".join(f"## Lesson {number}: a\n\nRead.\n\n" for number in range(1, 4))
    (match,) = matches(check, text)
    assert len(match.also) == 2
    assert (match.words["count"], match.words["total"]) == ("3", "3")


# Times


LONG = Time(of="media", max_minutes=15)
WATCH = "[Part](https://www.youtube.com/watch?v=abcdefghijk)"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        (f"- {WATCH} (45 minutes)\n", ["45 minutes"]),
        (f"- {WATCH} (5 minutes)\n- {WATCH} (45 minutes)\n", ["45 minutes"]),
        (f"- {WATCH} (45 minutes), {WATCH} (5 minutes)\n", ["45 minutes"]),
        (f"## Video (45 minutes)\n\n{VIDEO}\n", ["45 minutes"]),
        (f"## Workshop (45 minutes)\n\n{WORDS * 4}\n\n{VIDEO}\n", []),
        (f"## Videos (45 minutes)\n\n- {WATCH}\n- {WATCH}\n", []),
        (f"{VIDEO}\n\nThe whole course takes about 2 hours.\n", []),
        (f"{VIDEO}\n\nThis recording takes about 2 hours.\n", ["2 hours"]),
        (f"- {WATCH}\n- **Session 1** (45 minutes) is an overview.\n", []),
        (f"- {WATCH} (45 minutes)\n\n- No link (50 minutes)\n", ["45 minutes"]),
    ],
)
def test_a_video_that_is_too_long(text: str, marked: list[str]) -> None:
    assert found(LONG, "## Quiz\n\nWhat?\n\n" + text) == marked


SUM = Time(differs=True)


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("**Duration:** 30 minutes\n\n## A (20 minutes)\n\nA.\n\n## B (20 minutes)\n\nB.\n", "40 minutes"),
        ("**Duration:** 40 minutes\n\n## A (20 minutes)\n\nA.\n\n## B (20 minutes)\n\nB.\n", None),
        ("**Duration:** 30 minutes\n\n## A (20 minutes)\n\n### B (20 minutes)\n\nA part of A.\n", None),
        ("**Duration:** 30 minutes\n\n## A (20 minutes)\n\nWait 20 minutes, it takes 20 minutes.\n", None),
        ("**Duration:** 30 minutes\n\n## A (20 minutes)\n\n## B (30 days)\n\nLonger than the whole.\n", None),
        ("**Duration:** 20-60 minutes\n\n## A (30 minutes)\n\nA.\n\n## B (30 minutes)\n\nB.\n", None),
        ("## A\n\n**Duration:** 2 hours\n\n## B\n\n**Duration:** 3 hours\n", None),
        ("## A (20 minutes)\n\nA.\n\n## B (20 minutes)\n\nB.\n", None),
    ],
)
def test_times_that_do_not_add_up(text: str, total: str | None) -> None:
    assert [match.words["sum"] for match in matches(SUM, "# Course\n\n" + text)] == ([total] if total else [])


def test_the_parts_that_were_added_are_named() -> None:
    text = "# Course\n\n**Duration:** 30 minutes\n\n## A (20 minutes)\n\nA.\n\n## B (25 minutes)\n\nB.\n"
    assert places(SUM, text)[1:] == ["20 minutes", "25 minutes"]


def test_a_time_shorter_than_reading_counts_videos_but_no_solutions() -> None:
    check = Time(below_reading=True, words_per_minute=10)
    top = "# Course\n\n**Duration:** 5 minutes\n\n"
    assert [match.words["reading"] for match in matches(check, top + WORDS * 10)] == ["15 minutes"]
    assert (
        matches(
            check,
            f"{top}## Exercise 1\n\nDo it.\n\n<details><summary>Solution</summary>\n\n{WORDS * 10}\n\n</details>\n",
        )
        == []
    )
    assert len(matches(Time(below_reading=True), f"{top}- {WATCH} (9 minutes)\n")) == 1


# Numbering


NUMBERED = Numbering()


@pytest.mark.parametrize(
    ("titles", "marked"),
    [
        (["Lab 1", "Lab 2", "Lab 4"], ["Lab 4"]),
        (["Step 1: a", "Step 2: b", "Step 4: c", "Step 6: d"], ["Step 4: c", "Step 6: d"]),
        (["1. a", "2. b", "4. c"], ["4. c"]),
        (["A. a", "B. b", "D. d"], ["D. d"]),
        (["Lab 1", "Lab 2", "Lab 3"], []),
        (["Lab 1", "Lab 3"], []),
        (["Lab 1", "Lab 2", "Lab 5"], []),
        (["I. a", "V. b", "X. c"], []),
        (["Step 1", "Step 2a", "Step 2b", "Step 3", "Step 4"], []),
        (["Phase 1: a", "Phase 2: b", "Phase 3: c and Phase 4: d", "Phase 5: e"], []),
        (["1.1 a", "1.2 b", "1.4 c"], []),
        (["2020", "2021", "2023"], []),
        (["Lab 1", "Exercise 2", "Lab 2", "Lab 3"], []),
    ],
)
def test_a_number_that_is_left_out(titles: list[str], marked: list[str]) -> None:
    assert found(NUMBERED, "".join(f"## {title}\n\nText.\n\n" for title in titles)) == marked


def test_a_number_at_another_level_or_in_bold_is_there() -> None:
    for missing in ("### Step 2", "**Step 2**", "Step 2 was moved."):
        text = f"## Step 1\n\n{missing}\n\n## Step 3\n\nText.\n\n## Step 4\n\nText.\n"
        assert found(NUMBERED, text) == [], missing


def test_numbers_in_different_sections_are_different_series() -> None:
    text = "# A\n\n## Lab 1\n\n## Lab 2\n\n# B\n\n## Lab 4\n\n## Lab 5\n\n## Lab 6\n\nText.\n"
    assert found(NUMBERED, text) == []


def test_a_gap_says_what_is_missing() -> None:
    (match,) = matches(NUMBERED, "## A. a\n\n## B. b\n\n## D. d\n\nText.\n")
    assert match.words == {"text": "D. d", "before": "B", "found": "D", "missing": "C"}
    assert matches(Numbering(gaps=False), "## 1. a\n\n## 2. b\n\n## 4. d\n") == []


# Containers


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("challange", "challenge"),
        ("soluton", "solution"),
        ("excercise", "exercise"),
        ("dicsussion", "discussion"),
        ("hitn", "hint"),
        ("nte", "note"),
        ("challenge", None),
        ("exercises", None),
        ("vote", None),
        ("stab", None),
        ("lab", None),
        ("accordion", None),
        ("key-points", None),
        ("objective", None),
        ("columns", None),
    ],
)
def test_a_container_whose_name_is_nearly_known(name: str, near: str | None) -> None:
    text = f"::: {name}\n\nText.\n\n:::\n"
    assert [match.words["near"] for match in matches(Container(), text)] == ([near] if near else [])
    assert found(Container(), text) == ([name] if near else [])


def test_a_team_names_its_own_containers() -> None:
    check = Container(known=("koan",))
    assert found(check, "::: kaon\n\nText.\n\n:::\n\n::: challange\n\nText.\n\n:::\n") == ["kaon"]


def test_every_mark_of_a_container_is_read() -> None:
    for opening in (":::challange", ":::: challange", ":::{challange}", "::: {.challange}", ":::  Challange"):
        text = f"{opening}\n\nText.\n\n{opening.split('c')[0].split('C')[0].rstrip(' {.')}\n"
        assert [match.words["near"] for match in matches(Container(), text)] == ["challenge"], opening


# Prose


@pytest.mark.parametrize(
    ("between", "is_long"),
    [
        ("", True),
        ("<!-- a comment -->\n\n", True),
        ("- A list\n\n", False),
        ("> A quote\n\n", False),
        ("```\ncode\n```\n\n", False),
        ("![A picture](a.png)\n\n", False),
        ("### A heading\n\n", False),
        ("---\n\n", False),
        ("**Question:** why?\n\n", False),
        ("| a | b |\n| --- | --- |\n| c | d |\n\n", False),
    ],
)
def test_a_run_of_prose_is_broken_by_what_rests_the_eye(between: str, is_long: bool) -> None:
    text = f"## Title\n\n{WORDS}\n\n{between}{WORDS}\n\nEnd.\n"
    assert [match.words["words"] for match in matches(ProseRun(max_words=28), text)] == (["31"] if is_long else [])


def test_a_run_is_marked_at_its_first_paragraph() -> None:
    text = f"{WORDS.strip()}\n\n{WORDS}\n\n- Item\n\nShort.\n\n{WORDS.strip()[:-1]}!\n\n{WORDS}\n"
    assert found(ProseRun(max_words=28), text) == [WORDS.strip(), "Short."]


@pytest.mark.parametrize(("headings", "is_found"), [(1, True), (2, True), (3, False)])
def test_a_long_page_needs_headings(headings: int, is_found: bool) -> None:
    text = "".join(f"## Part {number}\n\n{WORDS * 3}\n\n" for number in range(headings))
    check = ProseRun(max_page_words=40, least_sections=3)
    assert found(check, text) == (["Part 0"] if is_found else [])
    assert len(found(ProseRun(max_page_words=40), text)) == 1


# Options


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: IncompleteElement(element="practise", needs=("solution",)),
            "option 'element': no kind of learning element 'practise'; did you mean 'practice'?",
        ),
        (
            lambda: IncompleteElement(element="practice", needs=("solutions",)),
            "option 'needs': no kind of learning element 'solutions'; did you mean 'solution'?",
        ),
        (lambda: IncompleteElement(element="practice"), "option 'needs': name what an element needs"),
        (
            lambda: IncompleteElement(element="media", needs=("duration",), unless="("),
            "option 'unless': '(' is not a regular expression",
        ),
        (
            lambda: IncompleteElement(element="media", needs=("duration",), skip=("quotes",)),
            "option 'skip': there is no 'quotes'; did you mean 'quote'?",
        ),
        (Lesson, "option 'without': name the kinds of element"),
        (
            lambda: Lesson(without=("knowledge-checks",)),
            "option 'without': no kind of learning element 'knowledge-checks'; did you mean 'knowledge-check'?",
        ),
        (Time, "option 'max-minutes': ask for max-minutes, differs or below-reading"),
        (lambda: Numbering(skip=("headings",)), "option 'skip': there is no 'headings'; did you mean 'heading'?"),
        (lambda: Container(skip=("itm",)), "option 'skip': there is no 'itm'; did you mean 'item'?"),
        (ProseRun, "option 'max-words': give max-words or max-page-words"),
    ],
)
def test_options_that_cannot_be_used_are_named(make: Callable[[], Check], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        make()
    assert str(caught.value).startswith(message)


# Any page


ALL = (
    IncompleteElement(element="practice", needs=("solution",), own=True, only_where_some=1),
    IncompleteElement(element="media", embedded=True, least_words=20),
    Lesson(without=("knowledge-check", "practice")),
    LONG,
    SUM,
    NUMBERED,
    Container(),
    ProseRun(max_words=28),
)
COURSE = f"""# Course

**Duration:** 30 minutes

## Lesson 1: listening (20 minutes)

### Exercise 1

Do it.

#### Solution

Done.

### Exercise 2

Do it again.

## Lesson 2: asking (25 minutes)

{WORDS}

{WORDS}

End.

### Quiet

{VIDEO}

## Lesson 4: a recording

::: challange

- {WATCH} (45 minutes)

:::

## Lesson 5: more

Text.
"""


@pytest.mark.parametrize("check", ALL, ids=lambda check: type(check).__name__)
def test_line_endings_make_no_difference(check: Check) -> None:
    crlf = COURSE.replace("\n", "\r\n")
    assert found(check, COURSE)
    assert [text.replace("\r\n", "\n") for text in found(check, crlf)] == found(check, COURSE)
    assert with_marks(crlf, [match.span for match in matches(check, crlf)]).replace("\r\n", "\n") == with_marks(
        COURSE, [match.span for match in matches(check, COURSE)]
    )


JAPANESE = "相手の話を最後まで聞いてから答えます。質問は短く、そして相手が自分の言葉で話せるようにします。" * 3


def test_a_section_in_japanese_is_not_judged() -> None:
    text = f"# Course\n\n{WORDS * 20}\n\n{exercises(True, False)}\n## Exercise 3\n\n{JAPANESE}\n"
    assert found(SOLVED, text) == ["Exercise 2"]
    lessons = f"## Lesson 1: a\n\n{WORDS * 20}\n\n## Lesson 2: b\n\nRead that.\n\n## Lesson 3: c\n\n{JAPANESE}\n"
    assert found(Lesson(without=("practice",)), lessons) == ["Lesson 1: a", "Lesson 2: b"]
    shown = f"## Coaching\n\n{WORDS * 20}\n\n{VIDEO}\n\n## 聞く\n\n{JAPANESE}\n\n{VIDEO}\n"
    check = IncompleteElement(element="media", needs=("duration",), embedded=True)
    assert len(found(check, shown)) == 1
    check = IncompleteElement(element="media", needs=("media-alternative",), embedded=True, page_wide=True)
    assert found(check, shown) == [], "the transcript may be the Japanese text"


def test_what_reads_structure_alone_reads_a_page_in_japanese() -> None:
    text = "".join(f"## {number}. 聞く\n\n{JAPANESE}\n\n" for number in (1, 2, 4)) + "::: challange\n\n聞く\n\n:::\n"
    assert found(NUMBERED, text) == ["4. 聞く"]
    assert found(Container(), text) == ["challange"]


HOSTILE = {
    "exercises": "".join(f"## Exercise {n}\n\nDo it?\n\n" for n in range(5000)) + "### Solution\n\nDone.\n",
    "exercises in one section": "".join(f"**Exercise {n}:** do it (5 minutes)\n\n" for n in range(5000)),
    "videos in one section": f"## Title\n\n{f'{VIDEO}{chr(10)}{chr(10)}' * 5000}",
    "videos in one paragraph": f"## Title (45 minutes)\n\n{f'{WATCH} (45 minutes) ' * 5000}\n",
    "videos in sections": f"## Video: a (5 minutes)\n\n{VIDEO}\n\n" * 5000,
    "lessons": "".join(f"## Lesson {n % 90}: a (5 minutes)\n\nRead.\n\n" for n in range(5000)),
    "nested lessons": "# Module 1\n\n"
    + "".join(f"{'#' * (n % 5 + 2)} Lesson {n % 99}\n\nRead.\n\n" for n in range(5000)),
    "numbers with gaps": "".join(f"## Step {2 * n % 98}\n\nText.\n\n" for n in range(5000)),
    "containers": "::: challange\n\nText.\n\n:::\n\n" * 5000,
    "long name": f"::: {'challang' * 5000}\n\nText.\n\n:::\n",
    "paragraphs": "Two words.\n\n" * 5000,
    "labels": "**Two** words.\n\n" * 5000,
    "durations in one paragraph": "This video takes 5 minutes. " * 5000 + f"\n\n{VIDEO}\n",
    "sentence without end": "This video takes 5 minutes and " * 5000 + f"\n\n{VIDEO}\n",
    "question marks": f"## Quiz\n\n{'?' * 50_000}\n\n" + "[?](a) " * 5000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_five_thousand_elements_take_linear_time(name: str) -> None:
    page = page_of("# Course\n\n**Duration:** 3 hours\n\n" + HOSTILE[name])
    checks = (
        *ALL,
        IncompleteElement(element="knowledge-check", needs=("solution",), asks=True),
        IncompleteElement(element="media", needs=("duration",), unless="x"),
        Time(below_reading=True),
    )
    began = time.process_time()
    for check in checks:
        list(check.find(page))
    assert time.process_time() - began < 2
