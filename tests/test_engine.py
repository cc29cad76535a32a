"""The story of one page: what is found, what breaks, what is silenced, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath

import pytest

from ld_review.checks.base import Match
from ld_review.engine import Settings, review_page
from ld_review.finding import Edit, Fix, Severity
from ld_review.page import Page
from ld_review.review import PageReview
from ld_review.rule import Rule
from ld_review.rulebook import bundled_rules
from ld_review.source import Source, Span


@dataclass(frozen=True)
class Find:
    """Finds a word; or does what it is told."""

    word: str = "bad"
    words: tuple[tuple[str, str], ...] = ()
    edit: str | None = None
    safe: bool = True

    def find(self, page: Page) -> Iterator[Match]:
        text = page.document.view("prose")
        at = text.find(self.word)
        while at >= 0:
            span = Span(at, at + len(self.word))
            edits = () if self.edit is None else (Edit(span, self.edit),)
            yield Match(span, dict(self.words), edits, safe=self.safe)
            at = text.find(self.word, at + 1)


@dataclass(frozen=True)
class Call:
    """Finds what a function finds."""

    function: Callable[[Page], Iterator[Match]]

    def find(self, page: Page) -> Iterator[Match]:
        return self.function(page)


def _rule(id_: str = "word", check: object = None, **others: object) -> Rule:
    rule = Rule(
        id=id_,
        dimension="async",
        summary="",
        why="",
        authority=(),
        severity=Severity.WARNING,
        since="0.1",
        message="found {match}",
        kind="find",
        check=check or Find(),  # type: ignore[arg-type]
        examples=(),
    )
    return replace(rule, **others)  # type: ignore[arg-type]


def _review(text: str, *rules: Rule, settings: Settings | None = None) -> PageReview:
    return review_page(Source(PurePath("page.md"), text), rules, settings)


BUILTIN = {rule.id: rule for rule in bundled_rules().rules if rule.kind == "builtin"}


def test_findings_come_in_order_of_place_then_of_rule() -> None:
    rules = [_rule("b"), _rule("a"), _rule("c", Find("worse"))]
    found = _review("worse bad bad", *rules).findings
    assert [(finding.rule, finding.span.start) for finding in found] == [
        ("c", 0),
        ("a", 6),
        ("b", 6),
        ("a", 10),
        ("b", 10),
    ]


def test_the_same_place_is_found_once_by_a_rule() -> None:
    twins = Call(lambda page: iter([Match(Span(0, 3)), Match(Span(0, 3)), Match(Span(0, 2))]))
    assert [finding.span for finding in _review("bad", _rule("a", twins), _rule("b", twins)).findings] == [
        (0, 2), (0, 2), (0, 3), (0, 3)
    ]  # fmt: skip


def test_a_finding_has_the_words_of_its_check() -> None:
    (finding,) = _review(
        "bad", _rule(check=Find(words=(("better", "good"),)), message="{match}: {better} {{x}}")
    ).findings
    assert (finding.message, finding.severity) == ("bad: good {x}", Severity.WARNING)


def test_what_was_found_is_shown_on_one_line_and_cut() -> None:
    whole = Call(lambda page: iter([Match(Span(0, len(page.document.source.text)))]))
    (short,) = _review("two\n lines", _rule(check=whole)).findings
    (long,) = _review("word " * 100_000, _rule(check=whole)).findings
    assert short.message == "found two lines"
    assert long.message.endswith("word word…")
    assert len(long.message) <= len("found ") + 60


@pytest.mark.parametrize(
    ("safe_rule", "fixes", "safe_match", "fix"),
    [
        (True, True, True, Fix((Edit(Span(0, 3), "good"),), True)),
        (False, True, True, Fix((Edit(Span(0, 3), "good"),), False)),
        (True, True, False, Fix((Edit(Span(0, 3), "good"),), False)),
        (True, False, True, None),
    ],
)
def test_a_fix_is_as_safe_as_the_less_sure_of_rule_and_check(
    safe_rule: bool, fixes: bool, safe_match: bool, fix: Fix | None
) -> None:
    check = Find(edit="good", safe=safe_match)
    assert _review("bad", _rule(check=check, safe=safe_rule, fixes=fixes)).findings[0].fix == fix


def test_a_rule_that_raises_is_a_failure_and_the_rest_goes_on() -> None:
    def halfway(page: Page) -> Iterator[Match]:
        yield Match(Span(0, 1))
        raise RuntimeError("no\nluck")

    def at_once(page: Page) -> Iterator[Match]:
        raise ValueError

    page = _review("bad", _rule("half", Call(halfway)), _rule("none", Call(at_once)), _rule("whole"))
    assert [finding.rule for finding in page.findings] == ["half", "whole"]
    assert [(failure.rule, failure.message) for failure in page.failures] == [
        ("half", "the check 'find' broke: RuntimeError: no luck"),
        ("none", "the check 'find' broke: ValueError: no reason given"),
    ]
    assert "halfway" in page.failures[0].traceback


def test_a_message_with_a_word_that_the_check_does_not_give_is_a_failure() -> None:
    page = _review("bad", _rule(message="{better}"), _rule("other"))
    assert [finding.rule for finding in page.findings] == ["other"]
    assert page.failures[0].message == "the message names {better}, which the check 'find' does not give"


ENGLISH = "This is the page that we have for all of you, and it is in English, as you can see from the words.\n"
GERMAN = "Das ist die Seite, die wir für alle haben, und sie ist nicht auf Englisch, wie man an den Worten sieht.\n"


@pytest.mark.parametrize(
    ("text", "language", "found", "not_assessed"),
    [
        (f"bad\n\n{ENGLISH}", "en", ["any", "english"], ""),
        (f"bad\n\n{GERMAN}", "de", ["any"], "the page is in 'de'; the rules of its text read 'en'"),
        ("bad", "", ["any", "english"], ""),
        ("---\nlang: ja\n---\n\nbad", "ja", ["any"], "the page is in 'ja'; the rules of its text read 'en'"),
        ("---\nlang: [ja]\n---\n\nbad", "", ["any", "english"], ""),
    ],
)
def test_rules_of_words_skip_pages_in_other_languages(
    text: str, language: str, found: list[str], not_assessed: str
) -> None:
    page = _review(text, _rule("any"), _rule("english", language="en"))
    assert ([finding.rule for finding in page.findings], page.language) == (found, language)
    assert page.not_assessed == not_assessed


def test_a_page_that_some_rules_of_its_text_read_is_assessed() -> None:
    page = _review(f"bad\n\n{GERMAN}", _rule("english", language="en"), _rule("german", language="de"))
    assert (page.not_assessed, [finding.rule for finding in page.findings]) == ("", ["german"])


def test_the_settings_name_the_language_above_the_page() -> None:
    page = _review(f"bad\n\n{GERMAN}", _rule(language="en"), settings=Settings(language="en"))
    assert (page.language, len(page.findings)) == ("en", 1)


def test_a_page_without_rules_of_words_is_assessed_in_every_language() -> None:
    assert _review(GERMAN, _rule()).not_assessed == ""


def test_comments_silence_rules_and_are_reported_where_they_do_not() -> None:
    rules = (_rule(), *BUILTIN.values())
    page = _review("<!-- ld-review-disable-line word --> bad\n\n<!-- ld-review-disable wird -->\n", *rules)
    assert [finding.rule for finding in page.findings] == ["suppression-without-reason"] * 2 + [
        "unknown-rule-in-suppression"
    ]
    assert page.findings[-1].message == "there is no rule 'wird' to silence; did you mean 'word'?"


def test_comments_are_not_reported_where_no_rule_for_that_is_on() -> None:
    assert _review("<!-- ld-review-disable wird -->\n", _rule()).findings == ()


def test_a_rule_that_is_known_but_not_on_may_be_silenced() -> None:
    settings = Settings(known_rules=frozenset({"elsewhere"}))
    page = _review("<!-- ld-review-disable elsewhere -->", BUILTIN["unknown-rule-in-suppression"], settings=settings)
    assert page.findings == ()


def test_no_comment_is_called_unused_where_a_rule_did_not_read_the_page() -> None:
    text = f"<!-- ld-review-disable -->\n\n{GERMAN}"
    assert len(_review(text, BUILTIN["unused-suppression"]).findings) == 1
    assert _review(text, BUILTIN["unused-suppression"], _rule(language="en")).findings == ()


def test_front_matter_that_cannot_be_read_is_a_finding_and_the_page_is_reviewed() -> None:
    page = _review('---\ntitle: "x\n---\n\nbad\n', _rule(), BUILTIN["unreadable-front-matter"])
    assert [(finding.rule, finding.severity) for finding in page.findings] == [
        ("unreadable-front-matter", "error"),
        ("word", "warning"),
    ]
    assert page.failures == ()


def test_a_page_that_cannot_be_parsed_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise AssertionError("a bug")

    monkeypatch.setattr("ld_review.engine.parse", broken)
    assert _review("bad", _rule()).failures[0].message == "the page cannot be parsed: AssertionError: a bug"


def test_a_finding_has_a_fingerprint() -> None:
    page = _review("bad bad", _rule())
    assert len(set(page.fingerprints)) == len(page.findings) == 2


def test_an_empty_page_is_clean() -> None:
    review = _review("", _rule(), *BUILTIN.values())
    assert review == PageReview(Source(PurePath("page.md"), ""), verdicts=review.verdicts)
