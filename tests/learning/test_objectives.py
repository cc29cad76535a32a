from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ld_review.errors import RuleError
from ld_review.learning.objectives import Objective, Opener, Verbs, read_verbs
from ld_review.own_files import rules_folder


@cache
def verbs() -> Verbs:
    file = rules_folder() / "verbs.yaml"
    return read_verbs(file.read_text(encoding="utf-8"), "verbs.yaml")


def taken_apart(text: str) -> Objective:
    return verbs().take_apart(text)


def opener_words(text: str) -> str:
    start, end = taken_apart(text).verb_span
    return text[start:end]


@pytest.mark.parametrize(
    ("text", "verb", "written"),
    [
        ("Draft an agenda", "draft", "Draft"),
        ("- [ ] **Draft** an agenda", "draft", "Draft"),
        ("* [x] Draft an agenda", "draft", "Draft"),
        ("1. Draft an agenda", "draft", "Draft"),
        ("1.2 Draft an agenda", "draft", "Draft"),
        ("a) Draft an agenda", "draft", "Draft"),
        ("(b) Draft an agenda", "draft", "Draft"),
        ("iv. Draft an agenda", "draft", "Draft"),
        ("LO2: Draft an agenda", "draft", "Draft"),
        ("**LO2:** Draft an agenda", "draft", "Draft"),
        ("K1 - Draft an agenda", "draft", "Draft"),
        ("Task 1: Draft an agenda", "draft", "Draft"),
        ("Learning objective 3: Draft an agenda", "draft", "Draft"),
        ("Objective: draft an agenda", "draft", "draft"),
        ("✅ Draft an agenda", "draft", "Draft"),
        (":memo: Draft an agenda", "draft", "Draft"),
        ("<b>Draft</b> an agenda", "draft", "Draft"),
        ("Agendas: draft one for a retrospective", "draft", "draft"),
    ],
)
def test_marks_and_codes_are_no_part_of_the_core(text: str, verb: str, written: str) -> None:
    assert (taken_apart(text).verb, opener_words(text)) == (verb, written)


@pytest.mark.parametrize(
    "stem",
    [
        "By the end of this module, you will be able to ",
        "After completing this chapter participants should be able to ",
        "Upon completion of the course the learner will be able to ",
        "At the end of the session learners can ",
        "In this module you will ",
        "In pairs, ",
        "By the end of this lesson, ",
        "When you finish this page, you can ",
        "Once you have done the lab, you should be able to ",
        "As a manager, ",
        "You will be able to ",
        "You'll be able to ",
        "You’ll ",
        "We will be able to ",
        "I can ",
        "Learners will ",
        "Team members should ",
        "The new team member will be able to ",
        "Have the ability to ",
        "Ability to ",
        "The skills needed to ",
        "Have the skills and confidence to ",
        "Be able to ",
        "Being able to ",
        "Be better prepared to ",
        "How to ",
        "To ",
        "Critically ",
        "Correctly and independently ",
    ],
)
def test_a_stem_is_no_part_of_the_core(stem: str) -> None:
    found = taken_apart(stem + "compare two contracts")
    assert (found.core, found.core_start, found.verb, found.words) == ("compare two contracts", len(stem), "compare", 3)


def test_offsets_are_those_of_the_text_as_written() -> None:
    text = "  -  **LO1**:\tBy the end,  you will\nbe able to  *Set  up* a   runner"
    found = taken_apart(text)
    assert found.text == "- **LO1**: By the end, you will be able to *Set up* a runner"
    assert found.core == "Set up a runner"
    assert found.core_start == text.index("Set")
    assert text[slice(*found.verb_span)] == "Set  up"
    assert found.words == 4


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("Running a retrospective", "run"),
        ("Setting up a runner", "set up"),
        ("Identifying three risks", "identify"),
        ("Choosing a licence", "choose"),
        ("Analyses the results of a survey", "analyze"),
        ("Identifies three risks", "identify"),
        ("analyse feedback", "analyze"),
        ("Organise a retrospective", "organize"),
        ("Practise active listening", "practice"),
        ("Summarising a policy", "summarize"),
        ("Categorises incidents", "categorize"),
        ("Prioritise a backlog", "prioritize"),
        ("Backup a server", "back up"),
        ("Re-run a pipeline", "rerun"),
        ("Compare and contrast two contracts", "compare and contrast"),
    ],
)
def test_forms_lead_to_the_word_in_the_dictionary(text: str, verb: str) -> None:
    assert taken_apart(text).verb == verb


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Understand the review process", "Understand"),
        ("Understanding the review process", "Understanding"),
        ("Understands the review process", "Understands"),
        ("After the course, students understand the review process", "understand"),
        ("An understanding of the review process", "An understanding of"),
        ("A solid working knowledge of the pay bands", "A solid working knowledge of"),
        ("Gain a deeper understanding of the review process", "Gain a deeper understanding of"),
        ("You will have a good understanding of the pay bands", "have a good understanding of"),
        ("Know your manager’s expectations", "Know"),
        ("Know how to file an expense", "Know how to"),
        ("Learn about labels", "Learn about"),
        ("Learning how to file an expense", "Learning how to"),
        ("Appreciate the limits of a metric", "Appreciate"),
        ("Be familiar with the handbook", "Be familiar with"),
        ("Becoming more familiar with the handbook", "Becoming more familiar with"),
        ("Familiarise yourself with the handbook", "Familiarise yourself with"),
        ("Be fully aware of the deadlines", "Be fully aware of"),
        ("Awareness of the deadlines", "Awareness of"),
        ("Become comfortable giving feedback", "Become comfortable"),
        ("Get to know your team", "Get to know"),
        ("Think about your audience", "Think about"),
        ("Callbacks: understand why they are late", "understand"),
    ],
)
def test_what_nobody_can_observe_is_vague(text: str, written: str) -> None:
    found = taken_apart(text)
    assert (found.opener, opener_words(text)) == (Opener.VAGUE, written)
    assert found.replacements
    assert not found.levels


@pytest.mark.parametrize(
    ("text", "replacements"),
    [
        ("Understand the review process", ("explain", "describe", "compare", "predict")),
        ("Learn how to file an expense", ("file",)),
        ("Learn how to set up a runner", ("set up",)),
        ("Know how to breathe", ("define", "list", "state", "identify")),
    ],
)
def test_an_inner_verb_is_the_best_replacement(text: str, replacements: tuple[str, ...]) -> None:
    assert taken_apart(text).replacements == replacements


@pytest.mark.parametrize(
    ("text", "opener"),
    [
        ("Demonstrate an understanding of consent", Opener.MASKED),
        ("Show your awareness of bias.", Opener.MASKED),
        ("Demonstrate how an understanding of users shapes a design", Opener.MEASURABLE),
        ("Demonstrate knowledge sharing in your team", Opener.MEASURABLE),
        ("Show the effect of awareness training", Opener.MEASURABLE),
        ("Display a banner", Opener.MEASURABLE),
        ("Gain a knowledge base of articles", Opener.UNKNOWN),
        ("Develop a training that raises awareness", Opener.MEASURABLE),
        ("Have lunch with a mentor", Opener.UNKNOWN),
        ("Get a report of open issues", Opener.MEASURABLE),
        ("Be kind to newcomers", Opener.UNKNOWN),
    ],
)
def test_a_thing_that_cannot_be_observed_must_be_the_object(text: str, opener: Opener) -> None:
    assert taken_apart(text).opener is opener


@pytest.mark.parametrize(
    ("text", "opener"),
    [
        ("In this module we will look at labels", Opener.TEACHING),
        ("This page will teach you to plan", Opener.TEACHING),
        ("The course covers the hiring process", Opener.TEACHING),
        ("Introduce the values", Opener.TEACHING),
        ("Introduce yourself to the group", Opener.MEASURABLE),
        ("Provide participants with a template", Opener.TEACHING),
        ("Provide feedback to a colleague", Opener.MEASURABLE),
        ("Teach the basics of consent", Opener.TEACHING),
        ("Teach a peer to review code", Opener.MEASURABLE),
        ("Present your findings", Opener.MEASURABLE),
        ("A quick overview of how to plan", Opener.TEACHING),
        ("Introduction to coaching", Opener.TEACHING),
        ("Give an overview of the budget", Opener.TEACHING),
        ("Give feedback on a draft", Opener.MEASURABLE),
        ("Let’s look at labels", Opener.TEACHING),
    ],
)
def test_the_side_of_the_teacher_is_told_from_the_side_of_the_learner(text: str, opener: Opener) -> None:
    assert taken_apart(text).opener is opener


@pytest.mark.parametrize(
    ("text", "opener"),
    [
        ("What is a merge train?", Opener.NONE),
        ("Can you explain the merge train?", Opener.NONE),
        ("When to use a spike", Opener.NONE),
        ("How labels work", Opener.NONE),
        ("The basics of budgeting", Opener.NONE),
        ("GitLab terminology", Opener.NONE),
        ("Variables and types", Opener.NONE),
        ("Tests for equality", Opener.NONE),
        ("Tests the fallback", Opener.MEASURABLE),
        ("Reports and dashboards", Opener.NONE),
        ("Use of colour", Opener.NONE),
        ("Design of experiments", Opener.NONE),
        ("Design an experiment", Opener.MEASURABLE),
        ("Plan a sprint", Opener.MEASURABLE),
        ("Report a phish", Opener.MEASURABLE),
        ("Test results against the plan", Opener.MEASURABLE),
        ("Frobnicate the values", Opener.UNKNOWN),
        ("Frobnicate and share the values", Opener.UNKNOWN),
        ("Elephants and penguins", Opener.NONE),
        ("Family planning", Opener.UNKNOWN),
        ("日本語のページ", Opener.NONE),
        ("", Opener.NONE),
        ("** **", Opener.NONE),
        ("42", Opener.NONE),
    ],
)
def test_a_noun_phrase_or_a_question_has_no_verb(text: str, opener: Opener) -> None:
    found = taken_apart(text)
    assert found.opener is opener
    assert bool(found.verb) is (opener is not Opener.NONE)


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("Define and use variables", "use"),
        ("Delete, copy and move files", "copy"),
        ("Open & close an issue", "close"),
        ("Creating and correctly naming branches", "name"),
        ("Create a branch and open a merge request", "open"),
        ("Draft a plan, assign its owners, and track it", "assign"),
        ("Explain the use and abuse of metrics", ""),
        ("Describe push and pull", ""),
        ("Describe the design and use of a form", ""),
        ("Explain why teams plan work and share a backlog", ""),
        ("Use a label to find and sort the issues", ""),
        ("Compare and contrast two contracts", ""),
        ("Create a branch. Open a merge request.", ""),
        ("Understand and use variables", ""),
        ("Create branches for testing and naming the release", ""),
        ("List stages and jobs", ""),
    ],
)
def test_a_second_predicate_makes_it_compound(text: str, second: str) -> None:
    assert taken_apart(text).second_verb == second


@pytest.mark.parametrize(
    ("text", "first_level"),
    [
        ("Recall three values", "remember"),
        ("Explain the escalation path", "understand"),
        ("Configure a runner", "apply"),
        ("Troubleshoot a pipeline", "analyze"),
        ("Compare two contracts", "evaluate"),
        ("Design a survey", "create"),
    ],
)
def test_the_level_most_people_chose_comes_first(text: str, first_level: str) -> None:
    assert taken_apart(text).levels[0] == first_level


def test_a_verb_keeps_its_other_levels() -> None:
    assert taken_apart("Compare two contracts").levels == ("evaluate", "understand", "analyze")


def test_soft_verbs_are_measurable_and_can_be_told() -> None:
    assert taken_apart("Consider the audience").opener is Opener.MEASURABLE
    assert {"explore", "discover", "consider"} <= verbs().soft


def test_a_stem_alone_is_left_alone() -> None:
    assert taken_apart("You will be able to:").core == "be able to:"


def test_an_opener_after_a_lead_in_wins_over_words_like_those_of_a_stem_behind_it() -> None:
    found = taken_apart("After this lab, explain how a runner is able to pick a job")
    assert found.verb == "explain"


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("Draft an agenda", True),
        ("You will be able to draft an agenda", True),
        ("Understanding consent", True),
        ("Demonstrate knowledge of consent", True),
        ("Explore the archive", True),
        ("Identifies three risks", True),
        ("This page will explain labels", False),
        ("The agenda", False),
        ("Frobnicate the values", False),
        ("", False),
    ],
)
def test_whether_a_text_starts_with_a_verb(text: str, starts: bool) -> None:
    assert verbs().starts_with_verb(text) is starts


_PIECES = [
    *("By the end of this module,", "you will", "be able to", "how to", "learn to", "the", "a", "to", "and", ",", ":"),
    *(
        "gain",
        "an understanding of",
        "demonstrate",
        "knowledge",
        "correctly",
        "**",
        "_",
        "[ ]",
        "1.",
        "LO2:",
        "’",
        "\n",
    ),
    *(
        "create",
        "Set",
        "up",
        "analyses",
        "we",
        "can",
        "?",
        "İ",
        "ß",
        "é",
        "😀",
        "<b>",
        "ability",
        "with",
        "of",
        "x" * 700,
    ),
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(_PIECES)).map(" ".join)))
def test_every_text_can_be_taken_apart(text: str) -> None:
    found = taken_apart(text)
    start, end = found.verb_span
    assert 0 <= found.core_start == start <= end <= len(text)
    assert bool(found.verb) is (start < end)
    assert found.words == len(found.core.split())
    assert found.text == " ".join(text.split())
    verbs().starts_with_verb(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "verbs.yaml: holds no verbs"),
        ("levels: {}\nvage: []", "verbs.yaml:2: the verbs has no option 'vage'; did you mean 'vague'?"),
        ("soft: [explore]", "verbs.yaml:1: the verbs lacks 'levels'"),
        ("levels:\n  analyse: {first: [sort]}", "verbs.yaml:2: the verbs: levels must be"),
        ("levels:\n  apply: {first: sort}", "verbs.yaml:2: the verbs: levels: apply: first must be a list"),
        ("levels: {apply: {first: [sort]}, create: {first: [sort]}}", "verbs.yaml:1: the verbs: 'sort' stands first"),
        ("levels: {}\nvague:\n  - openers: [know]", "verbs.yaml:3: the verbs: vague lacks 'replacements'"),
        ("levels: {}\n}", "verbs.yaml:2: not YAML"),
    ],
)
def test_tables_that_cannot_be_used_name_file_and_line(text: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_verbs(text, "verbs.yaml")
    assert str(caught.value).startswith(message)


def test_an_opener_that_begins_with_a_gap_is_an_error() -> None:
    with pytest.raises(RuleError, match=r"^verbs\.yaml:1: .* '... overview' must begin and end with a word"):
        read_verbs("{levels: {}, teaching: ['... overview']}", "verbs.yaml")


def test_an_empty_opener_is_an_error() -> None:
    with pytest.raises(RuleError, match=r"^verbs\.yaml:1: .* '' must begin and end with a word"):
        read_verbs("{levels: {}, teaching: ['']}", "verbs.yaml")
