from __future__ import annotations

import pickle
import time
from pathlib import PurePath

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ld_review.checks.base import Check, Match
from ld_review.checks.capitalization import Capitalization
from ld_review.checks.conditional import Conditional
from ld_review.checks.consistency import Consistency
from ld_review.checks.existence import Existence
from ld_review.checks.metric import Metric
from ld_review.checks.occurrence import Occurrence
from ld_review.checks.phrases import (
    BASE_SECONDS,
    Deadline,
    Spans,
    is_negated,
    keep_case,
    pattern,
    sentences,
    term,
)
from ld_review.checks.repetition import Repetition
from ld_review.checks.sequence import Sequence
from ld_review.checks.substitution import Substitution
from ld_review.document import SCOPES
from ld_review.errors import PatternTimeout
from ld_review.markdown import parse
from ld_review.page import Page, folded
from ld_review.source import Source, Span
from ld_review.zones import ZONES

HOSTILE = {
    r"(?:a|a)+$": "a" * 60 + "!",
    r"(?:a|aa)+$": "a" * 60 + "!",
    r"(a|b|ab)*c": "ab" * 40 + "d c",
    r"(?:\w|\w\w)+[!]": "a" * 60 + "? !",
    r"^(?:(?:a|a)+)+$|x": "a" * 50 + "!",
    r"(?>(?:a|a)+)b": "a" * 60_000 + "cb",
    r"\w*\d": "a" * 300_000,
}
SCHOOLBOOK = r"(a+)+$"
"""The hostile pattern of the schoolbooks, which the regex module happens to see through."""


def page_of(text: str) -> Page:
    return Page(parse(Source(PurePath("page.md"), text)))


def found(check: Check, text: str) -> list[str]:
    """What is marked, in order."""
    return [text[match.span.start : match.span.end] for match in check.find(page_of(text))]


def matches(check: Check, text: str) -> list[Match]:
    return list(check.find(page_of(text)))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_pattern_is_stopped(request: pytest.FixtureRequest, text: str) -> None:
    hostile = next(pattern for pattern, value in HOSTILE.items() if value is text)
    check = Existence(patterns=(hostile,), words=False)
    began = time.process_time()
    with pytest.raises(PatternTimeout, match=r"was stopped after 0\.[2-9]. s of processor time"):
        matches(check, text)
    assert BASE_SECONDS * 0.9 < time.process_time() - began < 3


def test_a_hostile_pattern_names_itself_and_the_way_out() -> None:
    with pytest.raises(PatternTimeout, match=r"the pattern '\(\?:a\|a\)\+\$' was stopped .* in many ways"):
        matches(Existence(patterns=(r"(?:a|a)+$",)), "a" * 60 + "!")


@pytest.mark.parametrize("method", ["search", "fullmatch", "sub", "finditer"])
def test_the_bound_holds_for_each_way_to_search(method: str) -> None:
    compiled = pattern("patterns", r"(?:a|a)+$", words=False).regex
    text = "a" * 60 + "!"
    arguments = ("", text) if method == "sub" else (text,)
    with pytest.raises(TimeoutError):
        list(getattr(compiled, method)(*arguments, timeout=0.05) or ())


def test_the_bound_is_processor_time_not_time_on_the_clock() -> None:
    compiled = pattern("patterns", "a", words=False).regex
    count = 0
    for _ in compiled.finditer("aaa", timeout=0.05):
        time.sleep(0.04)
        count += 1
    assert count == 3


def test_the_pattern_of_the_schoolbooks_ends_at_once() -> None:
    began = time.process_time()
    assert found(Existence(patterns=(SCHOOLBOOK,), words=False), "a" * 60 + "!") == []
    assert time.process_time() - began < BASE_SECONDS


def test_all_searches_of_a_check_on_a_page_share_one_bound() -> None:
    text = "\n\n".join(["a" * 60 + "!"] * 50)
    began = time.process_time()
    with pytest.raises(PatternTimeout):
        matches(Existence(patterns=(r"(?:a|a)+$",)), text)
    assert time.process_time() - began < 3


def test_a_long_page_may_take_longer() -> None:
    assert Deadline(2_000_000).bound == pytest.approx(2.25)


@pytest.mark.parametrize(
    "bad",
    [
        r"(",
        r"[a",
        r"(?P<x>a)(?P=y)",
        r"a{9999999999}",
        r"(?:(?:a{1000}){1000}){1000}",
        r"(?:(?:(?:ab){100}){100}){100}",
        "(" * 5000 + ")" * 5000,
        "a" * 10_001,
    ],
    ids=lambda bad: bad[:20],
)
def test_a_pattern_that_cannot_be_compiled_or_would_take_all_memory_is_refused(bad: str) -> None:
    began = time.process_time()
    with pytest.raises(ValueError, match=r"^option .patterns.: "):
        Existence(patterns=(bad,))
    assert time.process_time() - began < 2


@pytest.mark.parametrize("good", [r"\d{4}-\d{2}-\d{2}", r"(?:\w+ ){3,200}x", r"[{]9999999{2}", r"\{{3}a"])
def test_usual_counted_repeats_are_not_refused(good: str) -> None:
    assert pattern("patterns", good).regex


PHRASES = [
    ("click here", "Please click here.", ["click here"]),
    ("click here", "Please Click\u00a0 \t here.", ["Click\u00a0 \t here"]),
    ("click here", "Please click\nhere.", ["click\nhere"]),
    ("click here", "> Please click\n> here.", ["click\n> here"]),
    ("click here", "> Please click\nhere.", ["click\nhere"]),
    ("click here", "- > Please click\r\n  > here.", ["click\r\n  > here"]),
    ("click here", "Please **click** _here_.", ["click** _here"]),
    ("click here", "Please [click](a) here.", ["click](a) here"]),
    ("don't", "Don\u2019t and don't.", ["Don\u2019t", "don't"]),
    ("don\u2019t", "Don\u2019t and don't.", ["Don\u2019t", "don't"]),
    ("e.g.", "See e.g. this, e.g., exge.", ["e.g.", "e.g."]),
    ("C++", "Use C++, not C+.", ["C++"]),
    ("TBD", "(TBD), TBD. *TBD*", ["TBD", "TBD", "TBD"]),
    ("straße", "Die STRASSE und die Straße.", ["Straße"]),
    ("co2", "co2 CO2", ["co2", "CO2"]),
    ("it", "IT \u0130t it", ["IT", "\u0130t", "it"]),
]


@pytest.mark.parametrize(("phrase", "text", "marked"), PHRASES)
def test_a_term_is_found_as_a_reader_reads_it(phrase: str, text: str, marked: list[str]) -> None:
    assert found(Existence(terms=(phrase,)), text) == marked


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("unclick here", "the border of a word before"),
        ("click hereby", "the border of a word after"),
        ("click ici here", "a word between"),
        ("click `x` here", "code between"),
        ("click ![alt](x.png) here", "an image between"),
        ("click\n\nhere", "two paragraphs"),
        ("- click\n- here", "two items"),
        ("| click | here |\n|---|---|\n| a | b |", "two cells"),
        ("# click\n\nhere", "a heading and a paragraph"),
        ("`click here`", "code"),
        ("```\nclick here\n```", "a code block"),
        ("<!-- click here -->", "a comment"),
        ("[a](click%20here)", "a destination"),
        ("clicköhere clické here", "letters of other alphabets are letters"),
    ],
)
def test_a_term_is_not_found_across_borders_and_in_what_is_not_read(text: str, why: str) -> None:
    assert found(Existence(terms=("click here",)), text) == [], why


def test_what_crosses_a_border_hides_nothing() -> None:
    assert found(Existence(terms=("a a",)), "a\n\na a") == ["a a"]


@pytest.mark.parametrize(
    ("skip", "left"),
    [
        ((), ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]),
        (("quote",), ["one", "three", "four", "five", "six", "seven", "eight", "nine"]),
        (("heading",), ["two", "three", "four", "five", "six", "seven", "eight", "nine"]),
        (("item",), ["one", "two", "four", "five", "six", "seven", "eight", "nine"]),
        (("cell",), ["one", "two", "three", "five", "six", "seven", "eight", "nine"]),
        (("link-text",), ["one", "two", "three", "four", "six", "seven", "eight", "nine"]),
        (("parenthesis",), ["one", "two", "three", "four", "five", "seven", "eight", "nine"]),
        (("quotation",), ["one", "two", "three", "four", "five", "six", "eight", "nine"]),
        (("template-section",), ["one", "two", "three", "four", "five", "six", "seven", "nine"]),
        (("quote", "heading", "cell", "item"), ["five", "six", "seven", "eight", "nine"]),
    ],
)
def test_zones_can_be_skipped(skip: tuple[str, ...], left: list[str]) -> None:
    text = (
        "# Part one\n\n> two\n\n- three\n\n| four |\n|---|\n\n[five](x) (and six) \u201cseven\u201d\n\n"
        "## Email template\n\neight\n\n## Next\n\nnine\n"
    )
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    assert found(Existence(terms=tuple(words), skip=skip), text) == left


WARNS = "Avoid direct messages. Write an issue instead of another meeting. You need not be in the call.\n\n"


@pytest.mark.parametrize(
    ("text", "path", "left"),
    [
        ("# Communication\n\nx", "page.md", []),
        ("---\ntitle: All-remote meetings\n---\n\nx", "page.md", []),
        ("# Tips\n\nx", "company/all-remote/asynchronous/index.html.md", []),
        ("# Tips\n\nx", "company/all-remote/asynchronous.md", []),
        ("# Tips\n\nx", "communication/people/benefits/dental.md", ["x"]),
        ("# Telecommunication\n\nx", "page.md", ["x"]),
        ("# Course\n\n## Communication\n\nx", "page.md", ["x"]),
        ("# Meeting rooms\n\nx", "page.md", ["x"]),
        (WARNS + "x", "page.md", []),
        (WARNS.replace("Avoid", "Send") + "x", "page.md", ["x"]),
        (WARNS + "word " * 3_000 + "x", "page.md", ["x"]),
        ("We don\u2019t hold meetings. Don't call. No meeting is needed. x", "page.md", []),
    ],
)
def test_a_page_of_advice_may_name_what_it_warns_of(text: str, path: str, left: list[str]) -> None:
    page = Page(parse(Source(PurePath(path), text)))
    matches = Existence(terms=("x",), skip=("advice-page",)).find(page)
    assert [page.document.source[match.span] for match in matches] == left


def test_a_phrase_of_one_character_is_skipped_like_any_other() -> None:
    assert found(Existence(terms=("x",), skip=("quote",)), "> x\n\nx") == ["x"]


@pytest.mark.parametrize("zone", ZONES)
def test_every_zone_can_be_asked_of_an_empty_page(zone: str) -> None:
    assert found(Existence(terms=("x",), skip=(zone,)), "x") == ["x"]


@pytest.mark.parametrize("scope", ["raw", *SCOPES])
def test_a_term_can_be_looked_for_in_every_scope(scope: str) -> None:
    text = (
        "# word\n\nword [word](word) ![word](x.png) `word`\n\n- word\n\n> word\n\n| word |\n|---|\n| word |\n\n"
        "<div>word</div>\n\n```\nword\n```\n"
    )
    marked = found(Existence(terms=("word",), scope=scope), text)
    expected = {"raw": 12, "prose": 8, "paragraph": 4, "cell": 2}
    assert len(marked) == expected.get(scope, len(marked)) > 0


def test_a_place_in_two_scopes_is_found_once() -> None:
    assert found(Existence(terms=("word",), scope=("prose", "heading")), "# word\n\nword") == ["word", "word"]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("[here](a)", ["here"]),
        ("[ Here. ](a)", ["Here"]),
        ("[**click here**](a)", ["click here"]),
        ("[over here](a)", []),
        ("here [there](a)", []),
    ],
)
def test_whole_wants_all_the_text_of_the_link(text: str, marked: list[str]) -> None:
    assert found(Existence(terms=("here", "click here"), scope="link-text", whole=True), text) == marked


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("Never hop on a call", True),
        ("Do not hop on a call", True),
        ("You don\u2019t have to hop on a call", True),
        ("Avoid asking people to hop on a call", True),
        ("Write instead of a quick hop on a call", True),
        ("Rather than that, hop on a call", True),
        ("Please hop on a call", False),
        ("Never mind. Please hop on a call", False),
        ("Not one of these many words matters here: hop on a call", False),
        ("Notable people hop on a call", False),
    ],
)
def test_negated_hits_can_be_left_out(text: str, negated: bool) -> None:
    check = Existence(terms=("hop on a call",), negated=False)
    assert found(check, text) == ([] if negated else ["hop on a call"])
    assert found(Existence(terms=("hop on a call",)), text) == ["hop on a call"]


def test_a_negation_in_the_block_before_does_not_count() -> None:
    assert not is_negated("")
    assert found(Existence(terms=("call",), negated=False), "Do not\n\ncall") == ["call"]


def test_limit_ends_the_matches_of_a_page() -> None:
    assert found(Existence(terms=("x",), limit=2), "x x x x") == ["x", "x"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scope": "pros"}, "option 'scope': there is no 'pros'; did you mean 'prose'?"),
        ({"scope": ("prose", "headin")}, "option 'scope': there is no 'headin'; did you mean 'heading'?"),
        ({"skip": ("quotes",)}, "option 'skip': there is no 'quotes'; did you mean 'quote'?"),
    ],
)
def test_an_unknown_scope_or_zone_is_named_with_the_near_one(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        Existence(terms=("x",), **options)  # type: ignore[arg-type]
    assert str(caught.value) == message


CHECKS = [
    Existence(terms=("a b",), patterns=(r"\d+",), exceptions=("x",), negated=False),
    Substitution(swap={"a": "b"}, patterns={"c": "d"}),
    Occurrence(token="a", max=1),
    Repetition(),
    Consistency(either={"a": "b"}),
    Conditional(first="A", second="B"),
    Capitalization(),
    Metric(metric="lix", max=1.0, least_words=1),
    Sequence(patterns=(({"LOWER": "a"},),)),
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: type(check).__name__)
def test_a_check_that_was_used_can_be_sent_to_another_process(check: Check) -> None:
    text = "# a Big Bear\n\na a b A 5 c\n\nnot a b"
    first = matches(check, text)
    assert matches(pickle.loads(pickle.dumps(check)), text) == first != []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: type(check).__name__)
@settings(max_examples=60, deadline=None)
@given(
    text=st.lists(
        st.sampled_from(["a", "b", "A", "> ", "\n", "\r\n", "\n\n", "- ", "# ", "`", "**", "| ", "5 ", "🙂 "]),
        max_size=30,
    ).map("".join)
)
def test_matches_lie_in_the_page_in_order_and_their_edits_too(check: Check, text: str) -> None:
    last = 0
    for match in matches(check, text):
        assert last <= match.span.start <= match.span.end <= len(text)
        assert all(0 <= edit.span.start <= edit.span.end <= len(text) for edit in match.edits)
        last = match.span.start


@settings(max_examples=300, deadline=None)
@given(
    phrase=st.text("aAsSkKß\u017f\u212aiIİé'\u2019-. ", min_size=1, max_size=6).filter(str.strip),
    text=st.text("aAsSkKßẞ\u017f\u212aiIİé'\u2019-. \u00a0\n", max_size=30),
)
@example(phrase="it's", text="\u0130t\u2019s")
def test_cheap_refusal_never_refuses_what_the_regex_would_find(phrase: str, text: str) -> None:
    wanted = term(phrase)
    page = page_of(text)
    if wanted.regex.search(page.document.view("raw")):
        assert wanted.may_stand(page, "raw")


@given(st.text(), st.text())
def test_the_folded_form_of_a_part_stands_in_the_folded_form_of_the_whole(one: str, other: str) -> None:
    assert folded(one) in folded(f"{one} {other}")


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5)), max_size=8), st.integers(0, 40), st.integers(1, 5))
def test_spans_touch_and_surround_what_their_characters_say(
    pairs: list[tuple[int, int]], start: int, length: int
) -> None:
    spans = Spans(Span(begin, begin + size) for begin, size in pairs)
    covered = {index for begin, size in pairs for index in range(begin, begin + size)}
    asked = set(range(start, start + length))
    assert spans.touch(Span(start, start + length)) == bool(covered & asked)
    if spans.around(Span(start, start + length)):
        assert asked <= covered


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("See e.g. this. And i.e. that.", ["See e.g. this.", "And i.e. that."]),
        ("Version 1.2 is out. It works.", ["Version 1.2 is out.", "It works."]),
        ('He said "no." Then left.', ['He said "no."', "Then left."]),
        ("一。二。", ["一。", "二。"]),
        ("no end", ["no end"]),
        ("  ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == parts


@pytest.mark.parametrize(
    ("found_text", "better", "kept"),
    [
        ("utilize", "use", "use"),
        ("Utilize", "use", "Use"),
        ("UTILIZE", "use", "USE"),
        ("I", "we", "We"),
        ("Gitlab", "GitLab", "GitLab"),
        ("", "x", "x"),
    ],
)
def test_the_better_phrase_keeps_the_capitals(found_text: str, better: str, kept: str) -> None:
    assert keep_case(found_text, better) == kept


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: type(check).__name__)
@pytest.mark.parametrize("piece", ["a.", "a b ", "(", "\u201c", "a-a ", "a\n\n", '!" ', "A: "], ids=repr)
def test_the_time_grows_with_the_page_and_not_with_its_square(check: Check, piece: str) -> None:
    def seconds(count: int) -> float:
        page = page_of("# A\n\na " + piece * count)
        began = time.process_time()
        list(check.find(page))
        return time.process_time() - began

    seconds(10)
    assert seconds(8_000) < max(10 * seconds(2_000), 0.5)
