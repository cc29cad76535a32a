"""What the checks of learning content find: what is missing, how objectives are written, what nobody teaches."""

from __future__ import annotations

from pathlib import Path, PurePath

import pytest

from ld_review.checks.alignment import Alignment
from ld_review.checks.base import Check, Match
from ld_review.checks.missing_element import MissingElement
from ld_review.checks.objective import Objective
from ld_review.elementbook import bundled_lexicon
from ld_review.engine import Settings, review_page
from ld_review.errors import RuleError
from ld_review.finding import Finding, Severity
from ld_review.learning import recognise
from ld_review.learning.course import Declared
from ld_review.markdown import parse
from ld_review.page import Page
from ld_review.rulebook import read_rule
from ld_review.source import Source

JAPANESE = "\n## 目的\n\n" + "このコースでは、オープンな質問をして、相手の話をよく聞くことを学びます。" * 12 + "\n"
GERMAN = (
    "\n## Für wen\n\nDieser Kurs ist für alle, die mit anderen über ihre Arbeit sprechen und dabei auf das hören, was "
    "sie sagen. Wir zeigen, wie man offene Fragen stellt, und üben es auch miteinander.\n"
)
FILLER = "\n" + "f j d k s l\n" * 60
OBJECTIVES = "## Learning objectives\n\n"


def matches(check: Check, text: str, profile: str = "course") -> list[Match]:
    document = parse(Source(PurePath("page.md"), text))
    course = recognise(document, bundled_lexicon(), Declared(profile, "a test"))
    return list(check.find(Page(document, course=course)))


def marked(check: Check, text: str, profile: str = "course") -> list[str]:
    return [text[match.span.start : match.span.end] for match in matches(check, text, profile)]


def listed(*items: str) -> str:
    return OBJECTIVES + "".join(f"- {item}\n" for item in items)


# Missing elements

NO_OBJECTIVE = MissingElement(element="objective")


def test_a_missing_element_is_marked_at_the_title_of_the_page() -> None:
    assert marked(NO_OBJECTIVE, "---\ntitle: Coaching\n---\n\n# Another\n\nAsk.\n") == ["Coaching"]
    assert marked(NO_OBJECTIVE, "Text first.\n\n## Coaching *well* now\n\nAsk.\n") == ["Coaching *well* now"]
    assert marked(NO_OBJECTIVE, "Ask open questions.\n\nAnd listen.\n") == ["Ask open questions."]


def test_a_missing_element_says_what_would_have_been_recognised_and_what_to_paste() -> None:
    match = matches(NO_OBJECTIVE, "# Coaching\n")[0]
    assert match.words["element"] == "learning objectives"
    assert "What you will learn" in match.words["accepts"]
    assert match.words["profile"] == "course"
    assert match.paste.startswith("## Learning objectives")


@pytest.mark.parametrize(
    ("profile", "found"), [("course", 1), ("lab", 1), ("hub", 0), ("reference", 0), ("external", 0)]
)
def test_a_page_is_asked_for_what_its_profile_names(profile: str, found: int) -> None:
    assert len(matches(NO_OBJECTIVE, "# Coaching\n", profile)) == found


def test_a_page_can_be_asked_whatever_its_profile_names() -> None:
    assert matches(MissingElement(element="reflection"), "# Coaching\n") == []
    assert len(matches(MissingElement(element="reflection", demanded=False), "# Coaching\n")) == 1


def test_another_element_may_do_as_well() -> None:
    text = "# Coaching\n\n## Prerequisites\n\nNone\n"
    assert len(matches(MissingElement(element="prerequisite"), text)) == 1
    assert matches(MissingElement(element="prerequisite", or_else=("no-prerequisite",)), text) == []


def test_an_element_can_be_asked_for_only_beside_another() -> None:
    check = MissingElement(element="reflection", demanded=False, only_with=("practice",), least_of=2)
    one, two = "\n## Exercise 1\n\nAsk.\n", "\n## Exercise 2\n\nListen.\n"
    assert matches(check, "# Coaching\n") == []
    assert matches(check, "# Coaching\n" + one) == []
    assert len(matches(check, "# Coaching\n" + one + two)) == 1


def test_short_pages_can_be_left_alone() -> None:
    check = MissingElement(element="summary", least_words=100)
    assert matches(check, "# Coaching\n") == []
    assert len(matches(check, "# Coaching\n" + FILLER)) == 1


@pytest.mark.parametrize("other", [JAPANESE, GERMAN])
def test_nothing_is_missed_on_a_page_that_is_partly_in_another_language(other: str) -> None:
    assert matches(NO_OBJECTIVE, "# Coaching\n\nAsk open questions.\n" + other) == []


def test_accents_and_names_make_no_other_language() -> None:
    assert len(matches(NO_OBJECTIVE, "# Coaching\n\nAsk Zoë and 花子 about the café.\n")) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"element": "objectives"}, "did you mean 'objective'"),
        ({"element": "objective", "or_else": ("prerequisites",)}, "option 'or-else'.*did you mean 'prerequisite'"),
        ({"element": "objective", "only_with": ("practise",)}, "option 'only-with'.*did you mean 'practice'"),
        ({"element": "objective", "skip": ("quotes",)}, "option 'skip'.*did you mean 'quote'"),
    ],
)
def test_a_missing_element_takes_no_wrong_option(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        MissingElement(**options)  # type: ignore[arg-type]


# Objectives

VAGUE = Objective(opener="non-measurable")


@pytest.mark.parametrize(
    ("item", "opener"),
    [
        ("Understand feedback", "Understand"),
        ("**Understanding** feedback", "Understanding"),
        ("You will be able to *know how to* ask", "know how to"),
        ("Be  familiar with it", "Be familiar with"),
    ],
)
def test_an_opener_is_marked_without_its_stem_and_said_with_single_spaces(item: str, opener: str) -> None:
    match = matches(VAGUE, listed(item, "Ask"))[0]
    assert match.words["opener"] == opener


def test_replacements_are_quoted_and_joined() -> None:
    assert matches(VAGUE, listed("Know it"))[0].words["replacements"] == "'define', 'list', 'state' or 'identify'"
    assert matches(VAGUE, listed("Learn how to extract values"))[0].words["replacements"] == "'extract'"


@pytest.mark.parametrize(
    ("opener", "item"),
    [
        ("masked", "Demonstrate an understanding of feedback"),
        ("teaching", "This module will cover feedback"),
        ("none", "The history of feedback"),
        ("none", "What is feedback?"),
    ],
)
def test_each_opener_is_found_and_no_other(opener: str, item: str) -> None:
    items = ("Give feedback", "Triangulate opinions", "Understand it", item)
    assert len(marked(Objective(opener=opener), listed(*items))) == 1  # type: ignore[arg-type]


def test_an_objective_without_a_verb_is_marked_as_a_whole() -> None:
    assert marked(Objective(opener="none"), listed("The history of feedback")) == ["The history of feedback"]


def test_from_a_number_on_matches_are_one_that_names_the_others() -> None:
    check = Objective(opener="non-measurable", grouped=2)
    assert [match.words["count"] for match in matches(check, listed("Know one", "Ask"))] == ["1"]
    text = listed("Know one", "Ask", "Know two", "Know three")
    found = matches(check, text)
    assert len(found) == 1
    assert (found[0].words["count"], found[0].words["total"]) == ("3", "4")
    assert [text[span.start :].splitlines()[0] for span in found[0].also] == ["Know two", "Know three"]


def test_without_a_number_all_matches_are_told() -> None:
    objectives = listed(*(f"Know part {number}" for number in range(5)))
    assert len(marked(VAGUE, objectives)) == 5
    assert len(marked(Objective(opener="non-measurable", limit=2), objectives)) == 2


def test_objectives_in_front_matter_are_marked_where_they_stand() -> None:
    text = "---\ntitle: Coaching\nobjectives:\n  - Ask\n  - Understand\n---\n\nAsk.\n"
    found = matches(VAGUE, text)
    assert [text[match.span.start : match.span.end] for match in found] == ["Understand"]
    assert found[0].span.start == text.index("Understand")


def test_lists_that_are_no_objectives_are_left_alone() -> None:
    assert matches(VAGUE, "# Coaching\n\n## Steps\n\n- Understand the task\n") == []
    assert matches(VAGUE, f"# Coaching\n\n```markdown\n{listed('Understand it')}```\n") == []


def test_two_verbs_are_found_where_both_can_be_observed() -> None:
    match = matches(Objective(compound=True), listed("Describe and use questions", "Use old and new questions"))
    assert [(one.words["verb"], one.words["second"]) for one in match] == [("describe", "use")]


def test_words_are_counted_without_the_stem() -> None:
    text = listed("You will be able to ask one two three", "Ask one two three four")
    found = matches(Objective(max_words=4), text)
    assert [match.words["words"] for match in found] == ["5"]


def test_too_many_objectives_are_marked_at_the_first_that_is() -> None:
    text = listed("Ask one", "Ask two", "Ask three")
    found = matches(Objective(max_count=1), text)
    assert [match.span.start for match in found] == [text.index("Ask two")]
    assert (found[0].words["count"], found[0].words["max"]) == ("3", "1")
    assert matches(Objective(max_count=3), text) == []


def test_objectives_are_late_after_a_quarter_of_the_page_and_its_third_section() -> None:
    sections = "".join(f"## Part {number}\n\nOne two three four five.\n\n" for number in range(3))
    check = Objective(late=True)
    assert marked(check, sections + listed("Ask")) == ["Ask"]
    assert marked(check, sections + listed("Ask") + FILLER) == []
    assert marked(check, "One two three four five six.\n\n" + listed("Ask")) == []


def test_objectives_are_low_only_beside_practice() -> None:
    check = Objective(low=True)
    practice = "\n## Exercise\n\nAsk a colleague.\n"
    assert marked(check, listed("List the steps", "Describe one") + practice) == ["List"]
    assert marked(check, listed("List the steps", "Describe one")) == []
    assert marked(check, listed("List the steps", "Apply one") + practice) == []


def test_only_sections_in_english_are_judged() -> None:
    german = GERMAN + "\n**Learning objectives:**\n\n- Know das und der die und mit dem, was sie nicht von uns ist\n"
    assert marked(VAGUE, listed("Know one") + german) == ["Know"]
    assert marked(VAGUE, listed("Know one") + JAPANESE) == ["Know"]


def test_line_ends_of_windows_move_nothing() -> None:
    text = listed("Ask", "Understand\n  feedback").replace("\n", "\r\n")
    assert marked(VAGUE, text) == ["Understand"]
    assert marked(Objective(opener="none"), listed("The\n  history").replace("\n", "\r\n")) == ["The\r\n  history"]
    assert marked(NO_OBJECTIVE, "---\r\ntitle: Coaching\r\n---\r\n\r\nAsk.\r\n") == ["Coaching"]


def test_an_objective_check_must_ask_for_something() -> None:
    with pytest.raises(ValueError, match="option 'opener': ask for an opener"):
        Objective(grouped=3)


# Alignment

NOT_TAUGHT = Alignment(uncovered_by="page")
NOT_PRACTISED = Alignment(uncovered_by="practice")
TWO = listed("Rest fingers on the home row", "Configure a Dvorak layout")
TAUGHT = "\n## Sitting\n\nRest your finger on the home rows.\n" + FILLER


def test_an_objective_that_the_page_does_not_teach_is_marked_as_a_whole() -> None:
    assert marked(NOT_TAUGHT, TWO + TAUGHT) == ["Configure a Dvorak layout"]
    assert marked(NOT_TAUGHT, TWO + TAUGHT + "\nA Dvorak layout is configured so.\n") == []


def test_an_objective_that_nobody_practises_is_marked_where_there_is_practice() -> None:
    practice = "\n## Exercise\n\nRest a finger on the home row.\n"
    assert marked(NOT_PRACTISED, TWO + TAUGHT) == []
    assert marked(NOT_PRACTISED, TWO + TAUGHT + practice) == ["Configure a Dvorak layout"]
    assert marked(NOT_PRACTISED, TWO + TAUGHT + practice + "\n## Quiz\n\nWhat is a layout?\n") == []


def test_pages_that_tell_too_little_are_left_alone() -> None:
    assert marked(NOT_TAUGHT, TWO) == []
    assert marked(NOT_TAUGHT, listed("Configure a Dvorak layout") + TAUGHT) == []
    assert marked(Alignment(uncovered_by="page", least_words=0), TWO) == [
        "Rest fingers on the home row",
        "Configure a Dvorak layout",
    ]
    one = Alignment(uncovered_by="page", least_objectives=1)
    assert marked(one, listed("Configure a Dvorak layout") + TAUGHT) == ["Configure a Dvorak layout"]
    assert marked(one, listed("Understand the concepts") + TAUGHT) == []


def test_no_objective_is_held_against_a_page_partly_in_another_language() -> None:
    assert marked(NOT_TAUGHT, TWO + TAUGHT + JAPANESE) == []


def test_objectives_that_are_not_taught_can_be_one_match() -> None:
    text = listed("Rest fingers on the home row", "Configure a Dvorak layout", "Dictate some punctuation") + TAUGHT
    found = matches(Alignment(uncovered_by="page", grouped=2), text)
    assert [(match.words["text"], match.words["count"], len(match.also)) for match in found] == [
        ("Configure a Dvorak layout", "2", 1)
    ]


def test_an_alignment_check_must_ask_for_something() -> None:
    with pytest.raises(ValueError, match="option 'uncovered-by': ask for page or practice"):
        Alignment()


# In a rule

RULE = """\
summary: Objectives that are missing
why: Nobody knows when it is done.
authority: [{title: "Handbook", url: "https://example.org/"}]
severity: suggestion
declared-severity: error
since: "0.1"
message: "found no {element}, such as {accepts}"
language: en
check: {missing-element: {element: objective}}
examples: [{flagged: "# <mark>Coaching</mark>"}, {clean: "# Coaching", profile: hub}]
"""
DECLARED = "---\ntitle: Coaching course\nld_review:\n  profile: course\n---\n\nAsk open questions.\n"
INFERRED = "---\ntitle: Coaching course\n---\n\n## Quiz\n\nWhich of these is an open question for the learner?\n"


def reviewed(folder: Path, text: str, rule: str = RULE, settings: Settings | None = None) -> list[Finding]:
    file = folder / "adult-learning" / "goals-missing.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(rule, encoding="utf-8")
    page = review_page(Source(PurePath("page.md"), text), (read_rule(file),), settings)
    assert page.failures == ()
    return list(page.findings)


def test_the_severity_follows_whether_the_profile_is_declared(tmp_path: Path) -> None:
    assert [finding.severity for finding in reviewed(tmp_path, DECLARED)] == [Severity.ERROR]
    assert [finding.severity for finding in reviewed(tmp_path, INFERRED)] == [Severity.SUGGESTION]
    configured = Settings(profile="lab")
    assert [finding.severity for finding in reviewed(tmp_path, INFERRED, settings=configured)] == [Severity.ERROR]


def test_ordinary_pages_are_not_asked_for_anything(tmp_path: Path) -> None:
    assert reviewed(tmp_path, "# Travel policy\n\nBook early, and keep the receipts.\n") == []
    assert reviewed(tmp_path, DECLARED.replace("course\n---", "reference\n---")) == []


def test_a_page_in_another_language_is_not_read(tmp_path: Path) -> None:
    assert reviewed(tmp_path, DECLARED.replace("ld_review:", "lang: ja\nld_review:")) == []


@pytest.mark.parametrize(
    ("check", "message"),
    [
        ("{missing-element: {elements: objective}}", "did you mean 'element'"),
        ("{missing-element: {element: goal}}", "no kind of learning element 'goal'"),
        ("{missing-elements: {element: objective}}", "did you mean 'missing-element'"),
        ("{objective: {opener: nonmeasurable}}", "did you mean 'non-measurable'"),
        ("{objective: {max-word: 3}}", "did you mean 'max-words'"),
        ("{objective: {max-words: many}}", "max-words"),
        ("{alignment: {uncovered-by: pages}}", "did you mean 'page'"),
        ("{alignment: {uncovered: page}}", "did you mean 'uncovered-by'"),
    ],
)
def test_wrong_options_are_told_with_file_line_and_the_likely_word(tmp_path: Path, check: str, message: str) -> None:
    rule = RULE.replace("{missing-element: {element: objective}}", check)
    with pytest.raises(RuleError, match=message) as raised:
        reviewed(tmp_path, DECLARED, rule)
    assert "goals-missing.yaml:9" in str(raised.value)
