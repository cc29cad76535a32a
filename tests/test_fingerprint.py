"""Fingerprints stay when a page is edited elsewhere, and tell findings apart."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import PurePath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flagged import page
from ld_review.config_file import default_config
from ld_review.document import Document
from ld_review.engine import Settings, review_page
from ld_review.finding import Finding, Severity
from ld_review.fingerprint import fingerprints
from ld_review.handbook.facts import sections_of
from ld_review.markdown import parse
from ld_review.rule import Rule
from ld_review.source import Source, Span

_RULES = tuple(rule for _, rule in sorted(default_config().rules.items()))

PAGE = """\
# Coaching

Click here.

## Listen

Click here, and here.
"""


def _of(text: str, pattern: str = "(?i)click|here", rule: str = "vague") -> tuple[str, ...]:
    document = parse(Source(PurePath("page.md"), text))
    return fingerprints(document.source, sections_of(document), _findings(document, pattern, rule))


def _findings(document: Document, pattern: str, rule: str) -> list[Finding]:
    matches = re.finditer(pattern, document.source.text)
    return [Finding(rule, Span(*match.span()), "", Severity.WARNING) for match in matches]


def test_every_finding_of_a_page_has_its_own() -> None:
    assert len(set(_of(PAGE))) == len(_of(PAGE)) == 5


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# Coaching\n", "---\ntitle: x\n---\n\n# Coaching\n\nAnother paragraph.\n"),
        ("\n", "\r\n"),
        ("## Listen", "## Ask\n\nWhat?\n\n## Listen"),
        ("Click here, and", "Click\nhere, and"),
        ("Click here.", "Please Click here."),
    ],
)
def test_edits_elsewhere_change_nothing(before: str, after: str) -> None:
    assert _of(PAGE.replace(before, after)) == _of(PAGE)


@pytest.mark.parametrize(
    ("before", "after"),
    [("## Listen", "## Hear"), ("# Coaching", "# Mentoring"), ("here, and here", "here, and there")],
)
def test_another_heading_or_text_makes_another_finding(before: str, after: str) -> None:
    assert _of(PAGE.replace(before, after), "(?i)click|t?here")[-1] != _of(PAGE)[-1]


def test_another_rule_makes_another_finding() -> None:
    assert not set(_of(PAGE, rule="other")) & set(_of(PAGE))


def test_one_of_two_equals_keeps_its_fingerprint_when_the_other_goes() -> None:
    assert _of(PAGE.replace(", and here", "")) == _of(PAGE)[:4]


def test_an_edit_deep_in_a_flagged_section_does_not_make_it_another() -> None:
    text = "# Coaching\n\n" + "Ask. " * 300
    assert _of(f"{text}More.\n", r"(?s)\A.*\Z") == _of(text, r"(?s)\A.*\Z")


def test_a_page_without_headings_has_fingerprints() -> None:
    assert len(_of("Click.")) == 1


# Whatever is written elsewhere

FLAGGED = st.sampled_from(
    [
        "vague",
        "so long, so long",
        "- a vague item\n- a long one\n  1. vague below it",
        "> a vague quotation\n> long",
        "| vague | long |\n| - | - |\n| long | x |",
        "```\nvague code\n```",
        '<details markdown="1">\n\nvague\n\n</details>',
        "Vague\n: a long definition",
    ]
)
ELSEWHERE = st.sampled_from(
    [
        "Nothing stands here that matters.",
        "- one\n- two\n\n  more of two",
        "1. one\n2. two",
        "> quoted\nlazily",
        "| a | b |\n| - | - |\n| c | d |",
        "```yaml\n# no heading\n```",
        "    code",
        "<!-- # no heading -->",
        "<div>\n# no heading\n</div>",
        "***",
        "[link]: https://example.org/ 'title'",
        "{::options /}",
        "😀 ünïcödé \u2028 \u00a0",
    ]
)
TITLES = st.sampled_from(["Listen", "Ask", "A vague part", "listen", "Ask *well*", "`code`"])
SECTIONS = st.lists(st.tuples(st.integers(2, 4), TITLES, st.lists(FLAGGED, max_size=3)), min_size=1, max_size=5)
Sections = list[tuple[int, str, list[str]]]


def _written(sections: Sections, ending: str = "\n") -> str:
    parts = [["# Page"], *([f"{'#' * level} {title}", *blocks] for level, title, blocks in sections)]
    return ending.join("\n\n".join(block for part in parts for block in part).split("\n")) + ending


def _found(text: str) -> list[tuple[str, str]]:
    one = page("page.md", text)
    return [(finding.rule, mark) for finding, mark in zip(one.findings, one.fingerprints, strict=True)]


@given(SECTIONS, st.data())
@settings(deadline=None)
def test_blocks_and_sections_that_are_put_in_change_no_fingerprint_and_no_order(
    sections: Sections, data: st.DataObject
) -> None:
    """Blocks anywhere, and whole sections where they take no other one in: before one of their own level."""
    edited: Sections = []
    for level, title, blocks in sections:
        if data.draw(st.booleans()):
            edited.append((level, "Put in", data.draw(st.lists(ELSEWHERE, max_size=2))))
        more = [*blocks]
        for block in data.draw(st.lists(ELSEWHERE, max_size=3)):
            more.insert(data.draw(st.integers(0, len(more))), block)
        edited.append((level, title, more))
    edited.append((data.draw(st.integers(1, 6)), "Put in at the end", []))
    front = data.draw(st.sampled_from(["", "---\ntitle: Another\n---\n\n", "\n\n"]))
    text = front + _written(edited, data.draw(st.sampled_from(["\n", "\r\n"])))
    assert _found(text) == _found(_written(sections))


@given(st.lists(st.tuples(TITLES, st.lists(FLAGGED, max_size=3)), max_size=5), st.data())
@settings(deadline=None)
def test_sections_that_change_places_keep_their_findings(
    sections: list[tuple[str, list[str]]], data: st.DataObject
) -> None:
    before = [(2, title, blocks) for title, blocks in sections]
    after = data.draw(st.permutations(before))
    assert Counter(_found(_written(after))) == Counter(_found(_written(before)))


@given(SECTIONS, st.integers(1, 4))
@settings(deadline=None)
def test_of_equal_findings_the_last_are_new_where_there_are_more(sections: Sections, more: int) -> None:
    level, title, blocks = sections[-1]
    before, after = (
        _found(_written(sections)),
        _found(_written([*sections[:-1], (level, title, blocks + ["long"] * more)])),
    )
    assert after[: len(before)] == before
    assert len(set(after)) == len(after) == len(before) + more


@given(st.lists(st.sampled_from(["a", "bc", "Straße", "|", "😀"]), min_size=20, max_size=150), st.data())
@settings(deadline=None)
def test_white_space_within_a_finding_does_not_matter(words: list[str], data: st.DataObject) -> None:
    """As in a table that is laid out anew: however much of it there is, what counts is the same."""
    spaces = data.draw(st.lists(st.sampled_from(["\n", "\r\n", "\t", " " * 90]), min_size=1, max_size=5))
    spread = "".join(word + spaces[number % len(spaces)] for number, word in enumerate(words)).rstrip()
    whole = [Finding("vague", Span(0, len(text)), "", Severity.WARNING) for text in (spread, " ".join(words))]
    prints = [
        fingerprints(Source(PurePath("page.md"), text), (), [finding])
        for text, finding in zip((spread, " ".join(words)), whole, strict=True)
    ]
    assert prints[0] == prints[1]


# What the rules find


_MORE = "# More\n\nNothing stands here that matters.\n\n- one\n- two\n"


def _as_said(rule: Rule, path: str, text: str, profile: str) -> tuple[str, ...]:
    return review_page(Source(PurePath(path), text), (rule,), Settings(forced_profile=profile)).fingerprints


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.id)
def test_no_rule_takes_an_edit_elsewhere_for_another_finding(rule: Rule) -> None:
    """The examples of each rule, as pages of the same kind with other line endings, and with more above and below."""
    for example in rule.examples:
        text, path, profile = example.text, example.path, example.profile
        profile = profile or review_page(Source(PurePath(path), text), (rule,)).profile.name
        before = _as_said(rule, path, text, profile)
        edits = [text.replace("\n", "\r\n"), f"{text}\n\n", f"{text.rstrip()}\n\n{_MORE}"]
        if not text.startswith("---"):
            edits += [f"---\nweight: 5\n---\n\n{text}", f"\n\n{text}"]
        for edited in edits if before else ():
            assert _as_said(rule, path, edited, profile) == before
