"""Where authors name things: each way to write a label, what it labels, and what only looks like one."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from ld_review.elementbook import bundled_lexicon
from ld_review.learning import recognise
from ld_review.learning.labels import CONTAINER, FRONT_MATTER, HEADING, LABEL, LEAD_IN, SUMMARY, Outline, labels
from ld_review.markdown import parse
from ld_review.source import Source


def found(text: str, source: str) -> list[tuple[str, str]]:
    document = parse(Source(PurePath("page.md"), text))
    return [(label.text, label.title) for label in labels(Outline(document)) if label.source == source]


def kinds(text: str) -> dict[str, list[str]]:
    document = parse(Source(PurePath("page.md"), text))
    made: dict[str, list[str]] = {}
    for element in recognise(document, bundled_lexicon()).elements:
        made.setdefault(element.kind, []).append(document.source[element.span])
    return made


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        pytest.param("::: challenge\n\nCount.\n\n:::\n", "challenge", "", id="a fenced div"),
        pytest.param(
            '::: challenge {title="Count words"}\n\nCount.\n\n:::\n', "challenge", "Count words", id="an attribute"
        ),
        pytest.param(":::{exercise} Count words\nCount.\n:::\n", "exercise", "Count words", id="a directive"),
        pytest.param(":::tip[Your turn]\n\nCount.\n\n:::\n", "tip", "Your turn", id="a title in brackets"),
        pytest.param(":::info What you'll learn\n\n- Count\n\n:::\n", "info", "What you'll learn", id="a title behind"),
        pytest.param("::: {.exercise}\n\nCount.\n\n:::\n", "exercise", "", id="a class"),
        pytest.param("```{challenge} Count words\nCount.\n```\n", "challenge", "Count words", id="a fence of code"),
        pytest.param("> Count.\n{: .challenge}\n", "challenge", "", id="kramdown"),
        pytest.param('!!! question "Why?"\n    Because.\n', "question", "Why?", id="an admonition"),
        pytest.param("> [!tip] Exercise\n> Count.\n", "tip", "Exercise", id="an alert"),
        pytest.param("{{< quiz >}}\n", "quiz", "", id="a shortcode"),
        pytest.param('{{< note type="activity" >}}\nCount.\n{{< /note >}}\n', "activity", "", id="a type"),
        pytest.param('<div class="exercise">\n\nCount.\n\n</div>\n', "exercise", "", id="a class of HTML"),
        pytest.param("<Quiz>\n\nCount.\n\n</Quiz>\n", "quiz", "", id="a component"),
    ],
)
def test_a_container_has_a_name_and_maybe_a_title(text: str, name: str, title: str) -> None:
    assert (name, title) in found(text, CONTAINER)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("```python\nexercise = 1\n```\n", id="code"),
        pytest.param("<p>Exercise</p>\n", id="a plain tag"),
        pytest.param(":::\n\nNothing.\n\n:::\n", id="no name"),
    ],
)
def test_what_names_nothing_is_no_container_of_learning(text: str) -> None:
    assert "practice" not in kinds(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("**Exercise**\n\nCount.\n", "Exercise", id="a paragraph of its own"),
        pytest.param("**Time:** 25 min\n", "Time:", id="with what it names behind it"),
        pytest.param("Duration: 25 min\n", "Duration", id="without bold"),
        pytest.param("✏️ **Try it out!** Count.\n", "Try it out!", id="behind an emoji, run in"),
        pytest.param("**Audience:** all. **Time:** 25 min\n", "Time:", id="the second on its line"),
        pytest.param("First line\n**Audience:** all\n", "Audience:", id="on a later line"),
        pytest.param("| Item | Is |\n| --- | --- |\n| Duration | 25 min |\n", "Duration", id="a pair in a table"),
    ],
)
def test_a_label_names_what_follows(text: str, words: str) -> None:
    assert words in [label for label, _ in found(text, LABEL)]


def test_bold_words_in_a_sentence_are_no_label() -> None:
    assert found("Click **Exercise** in the menu, then **Time** once more.\n", LABEL) == []


def test_a_heading_made_by_a_template_has_its_argument_as_title() -> None:
    assert found('## {{% heading "whats-next" %}}\n\nText.\n', HEADING) == [("whats next", "")]


def test_a_heading_in_a_quote_names_the_quote() -> None:
    text = "> ## Exercise\n>\n> Count.\n\nNot part of it.\n"
    document = parse(Source(PurePath("page.md"), text))
    [label] = [label for label in labels(Outline(document)) if label.source == HEADING]
    assert document.source[label.body].strip().endswith("Count.")


def test_a_summary_line_names_what_is_folded_away() -> None:
    assert found("<details><summary>Show <b>answer</b></summary>\n\n42\n\n</details>\n", SUMMARY) == [
        ("Show answer", "")
    ]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        pytest.param("You will be able to:\n\n- count\n", True, id="a colon"),
        pytest.param("You will be able to\n\n- count\n", True, id="no mark at all"),
        pytest.param("You will be able to...\n\n- count\n", True, id="dots"),
        pytest.param("That was it.\n\n- count\n", False, id="a full stop"),
        pytest.param("You will be able to:\n\nCount.\n", False, id="no list"),
    ],
)
def test_a_lead_in_stands_before_a_list(text: str, is_one: bool) -> None:
    assert bool(found(text, LEAD_IN)) is is_one


def test_front_matter_in_toml_has_places_too() -> None:
    text = '+++\ntitle = "Loops"\ntime = 60\n\n[objectives]\n1 = "Write a loop"\n2 = "End a loop"\n+++\n\nText.\n'
    made = kinds(text)
    assert made["objective"] == ["Write a loop", "End a loop"]
    assert made["duration"] == ["60"]


def test_the_comment_at_the_top_of_a_liascript_page_is_metadata() -> None:
    macro = "@learning_objectives\n\n- Write a loop\n\n@end"
    text = f"<!--\nauthor: A\nestimated_time_in_minutes: 60\n{macro}\n-->\n\n# Loops\n"
    assert ("estimated_time_in_minutes", "") in found(text, FRONT_MATTER)
    assert kinds(text)["objective"] == ["Write a loop"]


def test_a_comment_further_down_is_a_comment() -> None:
    assert found("# Loops\n\n<!--\nminutes: 60\n-->\n", FRONT_MATTER) == []


def test_an_objective_may_stand_on_the_line_of_its_label() -> None:
    assert kinds("**You will be able to:** trace a request\n")["objective"] == ["trace a request"]


def test_the_list_of_an_admonition_holds_objectives() -> None:
    text = '!!! abstract "Learning outcomes"\n    - Fit a model\n    - Read its coefficients\n'
    assert kinds(text)["objective"] == ["Fit a model", "Read its coefficients"]


def test_lists_behind_another_label_are_no_objectives() -> None:
    text = "Learning outcomes:\n\n- Write a loop\n\nResources:\n\n- Loops at a glance\n"
    assert kinds(text)["objective"] == ["Write a loop"]


def test_units_named_in_front_matter_tell_what_they_are() -> None:
    text = "---\nunits:\n- learn.loops.1-introduction\n- learn.loops.2-exercise-count-words\n---\n"
    assert kinds(text)["practice"] == ["learn.loops.2-exercise-count-words"]


def test_days_and_weeks_are_told_but_never_added_up_as_minutes() -> None:
    document = parse(Source(PurePath("course.md"), "# A course\n\n**Duration:** 4 weeks\n\n## Exercise 1\n\nCount.\n"))
    [duration] = recognise(document, bundled_lexicon()).of("duration")
    assert duration.minutes() is None
    assert duration.attributes == {"calendar": "4 weeks"}
