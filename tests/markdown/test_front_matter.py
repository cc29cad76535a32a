"""Front matter: values with their places, and everything that can be wrong with it."""

from __future__ import annotations

import time

import pytest

from ld_review.markdown import front_matter

PAGE = "---\ntitle: 'Coaching: basics'\nld_review:\n  profile: course\ntags: [one, two]\n---\nText\n"


def test_values_know_where_they_stand():
    found = front_matter.read(PAGE)
    assert found.data["ld_review"] == {"profile": "course"}
    written = {key: PAGE[span.start : span.end] for key, span in found.spans.items()}
    assert written["title"] == "'Coaching: basics'"
    assert written["ld_review.profile"] == "course"
    assert written["tags.1"] == "two"


def test_places_are_right_behind_characters_of_any_width_and_with_crlf():
    page = "---\ntitle: 文字 🎓 é\nlang: ja\n---\n".replace("\n", "\r\n")
    span = front_matter.read(page).spans["lang"]
    assert page[span.start : span.end] == "ja"


def test_toml_without_keys_is_empty():
    assert (front_matter.read("+++\n+++\n").data, front_matter.read("+++\n# none\n+++\n").error) == ({}, "")


def test_toml_is_read_with_the_places_of_its_keys():
    text = "+++\ntitle = 'Coaching'\ntime = 60\n\n[objectives]\n1 = 'Ask'\n\n[params]\na = 1\n+++\n"
    found = front_matter.read(text)
    shown = {key: text[span.start : span.end] for key, span in found.spans.items()}
    assert (found.data["title"], found.error) == ("Coaching", "")
    assert shown == {"title": "'Coaching'", "time": "60", "objectives": "1 = 'Ask'", "params": "a = 1"}


@pytest.mark.parametrize(
    "inner",
    [
        pytest.param('a = """x' + "\n" * 200_000 + 'y\n"""\n', id="a text of blank lines"),
        pytest.param("".join(f"k{number} = 1\n" for number in range(20_000)), id="many keys"),
        pytest.param("".join(f"[k{number}]\na = 1\n" for number in range(20_000)), id="many tables"),
    ],
)
def test_the_places_of_huge_toml_are_found_in_seconds(inner):
    began = time.process_time()
    found = front_matter.read(f"+++\n{inner}+++\n")
    assert time.process_time() - began < 5
    assert set(found.spans) == set(found.data)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param("a: [1\n", "line 3", id="flow sequence never closed"),
        pytest.param("ok: 1\na: b: c\n", "line 3: mapping values are not allowed", id="colon in a value"),
        pytest.param("- one\n- two\n", "expected keys and values, found list", id="no mapping"),
        pytest.param("when: 2022-13-45\n", "month must be in 1..12", id="impossible date"),
        pytest.param("[" * 100_000 + "\n", "nested deeper than 100 levels", id="deep flow"),
        pytest.param("- " * 100_000 + "x\n", "nested deeper than 100 levels", id="deep sequence on a line"),
        pytest.param("".join(f"{' ' * n}a:\n" for n in range(500)), "nested deeper than 100 levels", id="deep mapping"),
    ],
)
def test_what_is_wrong_is_said_and_never_raised(text, error):
    found = front_matter.read(f"---\n{text}---\nText\n")
    assert error in found.error
    assert dict(found.data) == {}
    assert found.span is not None


def test_aliases_that_unfold_without_end_are_refused():
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    assert "more than 10000 values" in front_matter.read("---\n" + "\n".join(lines) + "\n---\n").error


def test_an_empty_or_missing_front_matter_is_none():
    assert front_matter.read("---\n---\nText\n").data == {}
    assert front_matter.read("Text\n").span is None
    assert front_matter.read("---\nno end\n").span is None


def test_a_thematic_break_at_the_top_begins_no_front_matter():
    assert front_matter.read("---\n\n**Level** Some words: more words\n\n---\n").span is None
    assert front_matter.read("---\n# A comment\n\ntitle: X\n---\n").data == {"title": "X"}
