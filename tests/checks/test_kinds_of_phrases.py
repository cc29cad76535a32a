"""What each kind of phrase check finds, says and mends."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from ld_review.checks.base import Check, Match
from ld_review.checks.capitalization import Capitalization
from ld_review.checks.conditional import Conditional
from ld_review.checks.consistency import Consistency
from ld_review.checks.existence import Existence
from ld_review.checks.metric import Metric
from ld_review.checks.occurrence import Occurrence
from ld_review.checks.repetition import Repetition
from ld_review.checks.sequence import Sequence
from ld_review.checks.substitution import Substitution
from ld_review.errors import RuleError
from ld_review.markdown import parse
from ld_review.page import Page
from ld_review.source import Source, Span


def matches(check: Check, text: str) -> list[Match]:
    return list(check.find(Page(parse(Source(PurePath("page.md"), text)))))


def marked(check: Check, text: str) -> list[str]:
    return [text[match.span.start : match.span.end] for match in matches(check, text)]


def mended(check: Check, text: str) -> str:
    edits = [edit for match in matches(check, text) for edit in match.edits]
    for span, replacement in reversed(edits):
        text = text[: span.start] + replacement + text[span.end :]
    return text


# Existence


def test_existence_says_the_phrase_with_single_spaces() -> None:
    assert matches(Existence(terms=("as soon as",)), "As\n  soon **as** now")[0].words == {"match": "As soon as"}


def test_existence_takes_the_longest_of_the_terms_that_begin_together() -> None:
    assert marked(Existence(terms=("click", "click here", "here")), "Click here") == ["Click here"]


def test_existence_minds_case_when_told_to() -> None:
    assert marked(Existence(terms=("IT",), ignorecase=False), "it IT It") == ["IT"]


def test_existence_leaves_exceptions_alone() -> None:
    check = Existence(terms=("just",), exceptions=("just-in-time", "not just"))
    assert marked(check, "Just a just-in-time note, not just one") == ["Just"]


def test_existence_patterns_see_one_block_at_a_time() -> None:
    check = Existence(patterns=(r"^todo.*$",), words=False)
    assert marked(check, "todo one\n\n- todo two\n\na todo three") == ["todo one", "todo two"]


def test_existence_patterns_begin_and_end_with_words_unless_told_otherwise() -> None:
    assert marked(Existence(patterns=(r"tbd",)), "tbd tbds") == ["tbd"]
    assert marked(Existence(patterns=(r"tbd",), words=False), "tbd tbds") == ["tbd", "tbd"]


def test_existence_searches_no_page_without_an_anchor() -> None:
    check = Existence(patterns=(r"\d+ days",), anchors=("days",))
    assert marked(check, "In 3 days") == ["3 days"]
    assert marked(Existence(patterns=(r"\d+ days",), anchors=("weeks",)), "In 3 days") == []
    assert marked(Existence(patterns=(r"\w+chronous",), anchors=("chrono",)), "Be asynchronous") == ["asynchronous"]


# Substitution


SWAP = Substitution(swap={"utilize": "use", "gitlab": "GitLab", "in order to": "to", "e-mail": "email|message"})


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("We utilize it.", "We use it."),
        ("Utilize it.", "Use it."),
        ("UTILIZE it.", "USE it."),
        ("On gitlab, Gitlab and GitLab.", "On GitLab, GitLab and GitLab."),
        ("Read in order\nto learn.", "Read to learn."),
        ("Write an e-mail.", "Write an e-mail."),
        ("Read in **order** to learn.", "Read in **order** to learn."),
        ("> Read in order\n> to learn.", "> Read in order\n> to learn."),
    ],
)
def test_substitution_puts_the_better_phrase_where_no_markup_is_lost(text: str, fixed: str) -> None:
    assert mended(SWAP, text) == fixed


def test_substitution_offers_a_choice_in_words_alone() -> None:
    match = matches(SWAP, "E-mail")[0]
    assert (match.words, match.edits) == ({"match": "E-mail", "better": "Email or Message"}, ())


def test_substitution_says_nothing_about_the_better_phrase_itself() -> None:
    assert marked(Substitution(swap={"log-in": "log in", "handbook": "handbook"}), "Handbook log in") == []


def test_substitution_fills_in_what_groups_found() -> None:
    check = Substitution(patterns={r"(\d+) (hour|day)s? long": r"\1-\2"})
    assert mended(check, "A 2 hours long call") == "A 2-hour call"


@pytest.mark.parametrize(
    ("text", "safe"), [("Utilize it", True), ("## Utilize it", False), ("## Utilize it {#use}", True)]
)
def test_substitution_in_a_heading_would_change_its_generated_id(text: str, safe: bool) -> None:
    assert [match.safe for match in matches(SWAP, text)] == [safe]


# Occurrence


@pytest.mark.parametrize(
    ("check", "text", "found"),
    [
        (Occurrence(token=r"\w+", max=3), "One two. One two three four. Five.", ["One two three four."]),
        (Occurrence(token=r"\w+", max=3), "One two\n\nthree four", []),
        (Occurrence(token=r"\w+", max=3, per="paragraph"), "One two. Three four.", ["One two. Three four."]),
        (Occurrence(token=r"\w+", max=2, skip=("heading",)), "# One two three\n\nOne two", []),
        (Occurrence(token="!", max=1, per="page"), "One!\n\nTwo! Three!", ["!"]),
        (Occurrence(token="!", max=1, per="section"), "One!\n\n# A\n\nTwo!", []),
        (Occurrence(token="!", max=1, per="section"), "# A\n\nOne!\n\n## B\n\nTwo! Three!", ["!"]),
        (Occurrence(token="!", min=1, per="section"), "# A\n\nOne!\n\n## B\n\nTwo", ["B"]),
        (Occurrence(token="!", min=1, per="page"), "# A\n\nOne", ["A"]),
        (Occurrence(token="!", min=1, per="page"), "One", [""]),
        (Occurrence(token="!", max=1, per="page"), "One `!` `!`", []),
    ],
)
def test_occurrence_marks_where_there_is_too_much_or_too_little(check: Check, text: str, found: list[str]) -> None:
    assert marked(check, text) == found


def test_occurrence_marks_the_first_token_that_is_too_many() -> None:
    check = Occurrence(token="!", max=1, per="page")
    assert [match.span.start for match in matches(check, "a! b! c!")] == [4]
    assert matches(check, "a! b! c!")[0].words == {"count": "3", "max": "1", "min": "0", "match": "!"}


def test_occurrence_says_of_text_above_the_first_heading_where_it_is() -> None:
    check = Occurrence(token="!", min=1, per="section")
    assert [match.span for match in matches(check, "One\n\n# A!\n\nTwo!")] == [Span(7, 9)]
    assert [match.span for match in matches(check, "---\na: b\n---\nOne\n\n# A\n\nTwo!")] == [Span(12, 12)]
    assert [match.span for match in matches(check, "One")] == [Span(0, 0)]


def test_occurrence_goes_through_its_hits_once_however_many_sections_there_are(monkeypatch) -> None:
    passes = []

    class Hits(list):
        def __iter__(self):
            passes.append(len(self))
            return super().__iter__()

    hits = Occurrence.hits
    monkeypatch.setattr(Occurrence, "hits", lambda *arguments: Hits(hits(*arguments)))
    text = "".join(f"## Section {number}\n\nOne! Two!\n\n" for number in range(30))
    assert len(matches(Occurrence(token="!", max=1, per="section"), text)) == 30
    assert passes == [60]


# Repetition


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("Read the the page.", "Read the page."),
        ("The the page.", "The page."),
        ("Read the\nthe page.", "Read the page."),
        ("> Read the\n> the page.", "> Read the page."),
        ("Siehe für\u00a0für Kinder", "Siehe für Kinder"),
    ],
)
def test_repetition_takes_the_second_word_away(text: str, fixed: str) -> None:
    assert mended(Repetition(), text) == fixed


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Say that. That is it.", "two sentences"),
        ("the `x` the", "code between"),
        ("**the** the", "markup between"),
        ("the [the](a)", "a link between"),
        ("the\n\nthe", "two paragraphs"),
        ("| the | the |\n|---|---|\n| a | b |", "two cells"),
        ("in in-house", "the beginning of a longer word"),
        ("on-the the", "the end of a longer word"),
        ("can can't", "the beginning of a contraction"),
        ("3 3", "numbers are not words"),
        ("is this", "the end of a word"),
    ],
)
def test_repetition_leaves_alone_what_is_meant(text: str, why: str) -> None:
    assert marked(Repetition(), text) == [], why


def test_repetition_of_own_tokens_and_exceptions() -> None:
    assert marked(Repetition(tokens=(r"\d+",)), "3 3 the the") == ["3 3"]
    assert marked(Repetition(exceptions=("had had",)), "had had the the") == ["the the"]


# Consistency


@pytest.mark.parametrize(
    ("text", "found", "fixed"),
    [
        ("Async, async and asynch", ["asynch"], "Async, async and async"),
        ("Asynch, asynch and async", ["async"], "Asynch, asynch and asynch"),
        ("async and Asynch", ["Asynch"], "async and Async"),
        ("async and async", [], "async and async"),
    ],
)
def test_consistency_flags_the_rarer_or_later_spelling(text: str, found: list[str], fixed: str) -> None:
    check = Consistency(either={"async": "asynch"})
    assert marked(check, text) == found
    assert mended(check, text) == fixed


def test_consistency_keeps_pairs_apart_and_in_order_of_place() -> None:
    check = Consistency(either={"email": "e-mail", "async": "asynch"})
    assert marked(check, "async email asynch e-mail") == ["asynch", "e-mail"]
    assert marked(check, "async e-mail") == []


# Conditional


ACRONYM = Conditional(first=r"\b([A-Z]{3,5})\b", second=r"(?:\w+ )+\(([A-Z]{3,5})\)", exceptions=("API",))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The LMS, and the LMS again", ["LMS"]),
        ("A learning management system (LMS). The LMS.", []),
        ("The LMS.\n\nA learning management system (LMS).", []),
        ("A learning experience platform (LXP). The LMS.", ["LMS"]),
        ("The API", []),
        ("The lms", []),
        ("`LMS`", []),
    ],
)
def test_conditional_wants_the_second_for_the_first(text: str, found: list[str]) -> None:
    assert marked(ACRONYM, text) == found


def test_conditional_marks_and_says_the_group() -> None:
    check = Conditional(first=r"the ([A-Z]+)", second="never")
    assert marked(check, "see the LMS") == ["LMS"]
    assert matches(check, "see the LMS")[0].words == {"match": "LMS"}


# Capitalization


@pytest.mark.parametrize(
    ("options", "text", "better"),
    [
        ({}, "# Work With The Team", "Work with the team"),
        ({}, "# work with the whole team", None),
        ({"threshold": 1}, "# work with the team", "Work with the team"),
        ({}, "# Work with the team", None),
        ({}, "# Use GitLab and API v2 for I18n", None),
        ({}, "# Goals: What we do? Yes", None),
        ({}, "# Learning And Development Team", "Learning and development team"),
        ({"exceptions": ("Learning and Development",)}, "# Learning and Development team", None),
        ({"match": "$title"}, "# work with the team", "Work With the Team"),
        ({"match": "$title", "style": "Chicago"}, "# work with the team", "Work with the Team"),
        ({"match": "$title"}, "# What to Look For", None),
        ({"match": "$title"}, "# the state of the art", "The State of the Art"),
        ({"match": "$lower"}, "# All GitLab Pages", "all gitlab pages"),
        ({"match": "$upper"}, "# All pages", "ALL PAGES"),
        ({"match": "[A-Z].*[^.]"}, "# Fine", None),
        ({"match": "[A-Z].*[^.]"}, "# Not fine.", ""),
        ({}, "# `Some Code Here` and more", None),
        ({}, "Work With The Team", None),
        ({}, "# 2021 Q4", None),
    ],
)
def test_capitalization_says_how_it_would_be_right(options: dict[str, object], text: str, better: str | None) -> None:
    found = matches(Capitalization(**options), text)  # type: ignore[arg-type]
    assert [match.words["better"] for match in found] == ([] if better is None else [better])


def test_capitalization_is_mended_word_by_word_but_never_safely() -> None:
    text = "# Work **With** The Team"
    assert mended(Capitalization(), text) == "# Work **with** the team"
    assert [match.safe for match in matches(Capitalization(), text)] == [False]


# Metric


HARD = "Organisational interoperability necessitates comprehensive documentation of architectural considerations. " * 3


def test_metric_marks_the_title_of_a_page_out_of_bounds() -> None:
    check = Metric(metric="flesch-kincaid", max=12, least_words=10)
    assert marked(check, f"# Title\n\n{HARD}") == ["Title"]
    assert matches(check, f"# Title\n\n{HARD}")[0].words["max"] == "12"
    assert float(matches(check, f"# Title\n\n{HARD}")[0].words["value"]) > 12


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("# Title\n\nA short page.", "too few words"),
        ("# Title\n\n" + "We do the work. " * 20, "easy to read"),
        (f"# Title\n\n> {HARD}", "a quote is not ours"),
        (f"# Title\n\n```\n{HARD}\n```", "code is not prose"),
    ],
)
def test_metric_leaves_alone(text: str, why: str) -> None:
    assert marked(Metric(metric="flesch-kincaid", max=12, least_words=10), text) == [], why


def test_metric_of_sections_marks_each_heading() -> None:
    check = Metric(metric="flesch-kincaid", max=12, per="section", least_words=10)
    text = f"# One\n\n{HARD}\n\n## Two\n\n{'We do the work. ' * 20}\n\n## Three\n\n{HARD}"
    assert marked(check, text) == ["One", "Three"]


def test_metric_looks_once_where_a_text_is_however_many_sections_there_are(monkeypatch) -> None:
    looks = []

    class Looked(Span):
        @property
        def start(self):
            looks.append(self)
            return self[0]

    texts = Metric._texts
    monkeypatch.setattr(Metric, "_texts", lambda *of: ((Looked(*span), text) for span, text in texts(*of)))
    text = "".join(f"## Section {number}\n\n{HARD}\n\n" for number in range(30))
    check = Metric(metric="flesch-kincaid", max=12, per="section", least_words=10, skip=("heading",))
    assert len(matches(check, text)) == 30
    assert len(looks) == 30


def test_metric_counts_each_item_of_a_list_as_a_sentence() -> None:
    check = Metric(metric="words-per-sentence", max=5, least_words=1)
    assert marked(check, "# T\n\n" + "- four words are here\n" * 10) == []


# Sequence


HOP = Sequence(
    patterns=(
        (
            {"LOWER": {"IN": ["hop", "jump"]}},
            {"LOWER": "on"},
            {"IS_ALPHA": True, "OP": "?"},
            {"LOWER": "call"},
        ),
    )
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Please hop on a call.", ["hop on a call"]),
        ("Jump on call, hop on the call", ["Jump on call", "hop on the call"]),
        ("> hop **on**   a\n> call", ["hop **on**   a\n> call"]),
        ("hop on `a` call", []),
        ("hop on\n\na call", []),
        ("hop on one long call", []),
        ("call", []),
    ],
)
def test_sequence_finds_tokens_in_a_row(text: str, found: list[str]) -> None:
    assert marked(HOP, text) == found


def test_sequence_takes_the_longest_of_overlapping_matches() -> None:
    check = Sequence(patterns=(({"LOWER": "very", "OP": "+"},),))
    assert marked(check, "very very very good") == ["very very very"]


def test_sequence_leaves_out_negated_matches_when_told_to() -> None:
    check = Sequence(patterns=(({"LOWER": "hop"},),), negated=False)
    assert marked(check, "Never hop. Please hop.") == ["hop"]


def test_a_page_without_the_words_of_a_sequence_needs_no_spacy() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from pathlib import PurePath; from ld_review.checks.sequence import Sequence;"
        "from ld_review.markdown import parse; from ld_review.page import Page; from ld_review.source import Source;"
        "page = Page(parse(Source(PurePath('p.md'), 'A page.')));"
        "list(Sequence(patterns=(({'LOWER': 'hop'},),)).find(page)); print('spacy' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


@pytest.mark.parametrize("missing", ["no_such_pipeline"])
def test_sequence_names_a_pipeline_that_is_not_installed(missing: str) -> None:
    check = Sequence(patterns=(({"POS": "VERB"},),), pipeline=missing)
    with pytest.raises(RuleError, match=r"the spaCy pipeline 'no_such_pipeline' cannot be loaded"):
        matches(check, "A page.")


def test_sequence_says_what_spacy_refuses() -> None:
    check = Sequence(patterns=(({"LOWER": "a", "OP": "often"},),))
    with pytest.raises(RuleError, match=r"spaCy refuses a token pattern"):
        matches(check, "a")


# Options


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        (Existence, {}, "option 'terms': give some terms or patterns"),
        (Existence, {"terms": (" ",)}, "option 'terms': a term or pattern is empty"),
        (Substitution, {}, "option 'swap': give some phrases"),
        (Substitution, {"swap": {"a": ""}}, "option 'swap': 'a' or what is better, '', is empty"),
        (Substitution, {"swap": {"a": "b|"}}, "option 'swap': 'a' or what is better, 'b|', is empty"),
        (Substitution, {"patterns": {"(a)": r"\2"}}, "option 'patterns': '(a)' has no such group"),
        (Occurrence, {"max": 1}, "option 'token': give a regular expression"),
        (Occurrence, {"token": "a"}, "option 'max': give a max, a min or both"),
        (Occurrence, {"token": "a", "max": 1, "min": 2}, "option 'min': 2 is more than max, 1"),
        (Occurrence, {"token": "(", "max": 1}, "option 'token': '(' is not a regular expression"),
        (Repetition, {"tokens": ("",)}, "option 'tokens': a token is empty"),
        (Consistency, {}, "option 'either': give some pairs"),
        (Consistency, {"either": {"a": "a"}}, "option 'either': 'a' and 'a' are not two spellings"),
        (Conditional, {"first": "a"}, "option 'second': give a regular expression"),
        (Conditional, {"first": "[", "second": "a"}, "option 'first': '[' is not a regular expression"),
        (Capitalization, {"match": "$tilte"}, "option 'match': '$tilte' is none of $title, $sentence"),
        (Capitalization, {"threshold": 0}, "option 'threshold': 0 is not above 0"),
        (Capitalization, {"match": "["}, "option 'match': "),
        (Metric, {"metric": "lixx", "max": 1}, "option 'metric': no score is called 'lixx'; did you mean 'lix'?"),
        (Metric, {"metric": "lix"}, "option 'max': give a max, a min or both"),
        (Sequence, {}, "option 'patterns': give lists of token patterns"),
        (Sequence, {"patterns": ((),)}, "option 'patterns': give lists of token patterns"),
        (Sequence, {"patterns": (({"POS": "VERB"},),)}, "option 'patterns': POS needs a trained pipeline"),
        (
            Sequence,
            {"patterns": (({"LOWR": "a"},),)},
            "option 'patterns': spaCy has no token attribute 'LOWR'; did you",
        ),
        (Sequence, {"patterns": (({"LOWER": {"REGEX": "(a+)+$"}},),)}, "option 'patterns': REGEX has no bound on time"),
    ],
)
def test_options_that_cannot_be_used_are_named(kind: type[Check], options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        kind(**options)
    assert str(caught.value).startswith(message)
