"""Parts come from elsewhere: what is in them is taken where it holds what a draft holds, else its page is looked at."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path, PurePath
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import handbooks
from ld_review import parts
from ld_review.cli import main
from ld_review.clock import FixedClock
from ld_review.config_file import default_config
from ld_review.draft_cache import plain_draft, read_draft, rules_key
from ld_review.engine import Draft, Settings, draft_page
from ld_review.errors import UsageError
from ld_review.finding import Finding, Fix, Severity
from ld_review.own_files import by_content
from ld_review.parts import Parts, SharedCache
from ld_review.plain_forms import as_json
from ld_review.reporters import FORMATS
from ld_review.sound import is_sound
from ld_review.source import Source, Span
from ld_review.store import key_of

_RULES = tuple(rule for _, rule in sorted(default_config().rules.items()))
_SETTINGS = Settings(clock=FixedClock(date(2026, 1, 1)))
_PAGE = """\
# Coaching 🎉

## Learning objectives

- Understand the GROW model
- Ask one open question

## Workshop

Join us on 2020-06-04 at 15:00 UTC. It takes 20 minutes. Read [this](/team/#none) <!-- ld-review-disable-line x -->

## Exercise

TBD. We utilize it.
"""
_PART = Path("ld-review-parts/part-1-of-1.jsonl")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LD_REVIEW_CACHE_DIR", str(tmp_path / "cache"))
    handbooks.write(tmp_path, {".git/x": "", "docs/page.md": _PAGE, "docs/other.md": "# Other\n\nTBD\n"})
    assert run("--shard", "1/1", "docs", "--no-cache").exit_code == 0
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def lines() -> list[str]:
    return _PART.read_text("utf-8").splitlines(keepends=True)


def header(**changed: object) -> str:
    told = json.loads(lines()[0])
    told["ld-review part"] |= changed
    return json.dumps(told) + "\n"


def made_by(**changed: str) -> str:
    return header(made_with=parts.made_with() | changed)


NO_PART = "not a part that `ld-review check --shard` wrote"


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (lambda: "", NO_PART),
        (lambda: "no JSON\n", NO_PART),
        (lambda: "[]\n", NO_PART),
        (lambda: "{}\n", NO_PART),
        (lambda: '{"ld-review part": 1}\n', NO_PART),
        (lambda: '{"ld-review part": {"form": 1}}\n', NO_PART),
        (lambda: "[" * 100_000 + "\n", NO_PART),
        (lambda: header(shard=[2, 1]), NO_PART),
        (lambda: header(shard=[1, 10**9]), NO_PART),
        (lambda: header(shard="12"), NO_PART),
        (lambda: header(pages="2"), NO_PART),
        (lambda: header(pages=True), NO_PART),
        (lambda: header(without=[1]), NO_PART),
        (lambda: header(rules=None), NO_PART),
        (lambda: header(made_with=[]), NO_PART),
        (lambda: header(more=1), NO_PART),
        (lambda: header(form=2), "written in form 2, and this ld-review reads form 1"),
        (lambda: header(form="\x1b[31m"), "written in form"),
        (lambda: made_by(Python="2.7"), "made with Python 2.7, and here it is 3"),
        (lambda: made_by(**{"ld-review": "99"}), "made with ld-review 99, and here it is 0"),
        (lambda: made_by(**{"files of ld-review": "beef"}), "made with files of ld-review beef, and here it is"),
        (lambda: made_by(other="\x1b[31mred"), "made with other ␛[31mred, and here it is none"),
        (lambda: header(made_with={}), "made with ld-review none, and here it is 0"),
    ],
)
def test_a_part_that_cannot_be_taken_up_is_left_out_and_said(folder: Path, first: Callable[[], str], said: str) -> None:
    alone = run("docs", "--no-cache")
    _PART.write_text("".join([first(), *lines()[1:]]), encoding="utf-8")
    result = run("merge", "docs", "--no-cache")
    assert f"left out: {_PART}: {said}" in result.stderr
    assert "0 of 2 pages taken from 0 parts" in result.stderr
    assert "\x1b" not in result.stderr
    assert (result.stdout, result.exit_code) == (alone.stdout, alone.exit_code)


def test_a_part_that_was_cut_short_is_said_and_what_is_whole_in_it_taken(folder: Path) -> None:
    alone = run("docs", "--no-cache").stdout
    _PART.write_bytes(_PART.read_bytes()[:-9])
    result = run("merge", "docs", "--no-cache")
    assert f"{_PART}: cut short: 1 of 2 pages are in it\n" in result.stderr
    assert "1 of 2 pages taken from 1 part\n" in result.stderr
    assert result.stdout == alone


def test_bytes_that_are_no_text_are_no_part(folder: Path) -> None:
    _PART.write_bytes(bytes(range(256)) * 100)
    assert NO_PART in run("merge", "docs").stderr


def test_a_folder_without_parts_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(UsageError, match="no parts here"):
            Parts(folder)


def test_a_part_that_goes_away_meanwhile_is_said(folder: Path) -> None:
    held = Parts(_PART.parent)
    keys = [bytes.fromhex(json.loads(line)[0]) for line in lines()[1:]]
    assert len(held.get(keys)) == 2
    _PART.unlink()
    assert held.get(keys) == {}
    assert [trouble.partition(":")[0] for trouble in held.troubles] == [str(_PART)]


def test_keys_go_by_what_the_files_of_the_program_hold_and_not_by_their_times() -> None:
    shared = SharedCache(None).key(_RULES, _SETTINGS)
    assert shared == rules_key(_RULES, _SETTINGS, by_content) != rules_key(_RULES, _SETTINGS)


# A draft that was tampered with


def draft() -> Draft:
    page = Source(PurePath("docs/page.md"), _PAGE)
    return draft_page(page, _RULES, _SETTINGS, "docs/page.md")


def back(data: Any) -> Draft:
    return read_draft(data)._replace(source=Source(PurePath("docs/page.md"), _PAGE))


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.id)
def test_every_draft_of_an_example_is_sound(rule) -> None:
    for example in rule.examples:
        source = Source(PurePath(example.path), example.text)
        made = draft_page(source, _RULES, _SETTINGS, example.path)
        again = read_draft(json.loads(as_json(plain_draft(made))))._replace(source=source)
        assert is_sound(again, _RULES, _SETTINGS)


def _finding(**changed: Any) -> Callable[[Draft], Draft]:
    found = Finding(_RULES[0].id, Span(0, 1), "message", Severity.ERROR)._replace(**changed)
    return lambda one: one._replace(findings=(found,))


def _element(**changed: Any) -> Callable[[Draft], Draft]:
    return lambda one: one._replace(elements=(one.elements[0]._replace(**changed),))


def _sections(change: Callable[[Any], Any]) -> Callable[[Draft], Draft]:
    def tampered(one: Draft) -> Draft:
        assert one.facts is not None
        detail = one.facts.detail()
        return one._replace(facts=one.facts.of(one.facts.entry, detail._replace(sections=change(detail.sections))))

    return tampered


def _copies(data: bytes) -> Callable[[Draft], Draft]:
    return lambda one: one._replace(facts=one.facts._replace(text=data))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "tampered",
    [
        _finding(rule="no-such-rule"),
        _finding(span=Span(0, len(_PAGE) + 1)),
        _finding(span=Span(-1, 1)),
        _finding(span=Span(2, 1)),
        _finding(span=Span(0, True)),
        _finding(span=(0, 1)),
        _finding(message=1),
        _finding(message="half \ud83d"),
        _finding(fix=Fix(((Span(0, 10**9), ""),))),  # type: ignore[arg-type]
        _finding(also=(Span(5, 3),)),
        _element(kind="no-such-kind"),
        _element(attributes={"minutes": float("inf")}),
        _element(attributes={"minutes": 10**400}),
        _element(attributes={"a": {"b": "\ud83d"}}),
        _element(attributes={1: 2}),
        _element(attributes={"a": b"bytes"}),
        _sections(lambda sections: ()),
        _sections(lambda sections: (sections[0]._replace(parent=0), *sections[1:])),
        _sections(lambda sections: (*sections, sections[0]._replace(parent=99))),
        _sections(lambda sections: (*sections, sections[0]._replace(parent=-1))),
        _copies(b"\1"),
        _copies(b"\0\0\0\0\1"),
        _copies(b"\3\0\0\0abc"),
        lambda one: one._replace(ran=frozenset({"no-such-rule"})),
        lambda one: one._replace(profile=one.profile._replace(name="no-such-profile")),
        lambda one: one._replace(profile=one.profile._replace(points="many")),
        lambda one: one._replace(today="2026-01-01"),
        lambda one: one._replace(facts=None),
    ],
)
def test_what_no_page_can_have_told_is_not_believed(tampered: Callable[[Draft], Draft]) -> None:
    assert is_sound(draft(), _RULES, _SETTINGS)
    assert not is_sound(tampered(draft()), _RULES, _SETTINGS)


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**20) | st.floats() | st.text(max_size=5) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)


def _replaced(data: Any, chance: Any, junk: Any) -> Any:
    """*data* with one of its values, however deep, replaced by *junk*."""
    if not isinstance(data, (list, dict)) or not data or chance.random() < 0.2:
        return junk
    key = chance.choice(list(data) if isinstance(data, dict) else range(len(data)))
    data[key] = _replaced(data[key], chance, junk)
    return data


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.randoms(use_true_random=False), junk=st.lists(_JUNK, min_size=1, max_size=3))
def test_whatever_is_in_a_part_the_merge_ends_in_a_report(folder: Path, chance: Any, junk: list[Any]) -> None:
    kept = _PART.read_bytes()
    told = [json.loads(line) for line in lines()]
    for value in junk:
        number = chance.randrange(1, len(told))
        told[number][1] = _replaced(copy.deepcopy(told[number][1]), chance, value)
    try:
        _PART.write_text("".join(json.dumps(one, separators=(",", ":")) + "\n" for one in told), encoding="utf-8")
        result = run("merge", "docs", "--no-cache", *(f"--output={form}=out/{form}" for form in FORMATS))
    finally:
        _PART.write_bytes(kept)
    assert result.exit_code in (0, 1), result.output
    assert "internal error" not in result.output


def test_a_draft_of_a_page_that_cannot_be_read_is_not_believed(folder: Path) -> None:
    data = b"# Caf\xe9\n"
    Path("docs/page.md").write_bytes(data)
    config = default_config().located(Path("docs").absolute())
    page = Path("docs/page.md")
    rules = rules_key(config.rules_for(page), config.settings_for(page), by_content)
    key = key_of(data, "docs/page.md\0docs/page.md", rules).hex()
    told = json.loads(next(line for line in lines()[1:] if "Learning" in line))
    _PART.write_text(f'{lines()[0]}["{key}",{json.dumps(told[1])}]\n', encoding="utf-8")
    assert bytes.fromhex(key) in Parts(_PART.parent).get([bytes.fromhex(key)]), "it would be found"
    alone = run("docs", "--no-cache")
    result = run("merge", "docs", "--no-cache")
    assert (result.stdout, result.exit_code) == (alone.stdout, 2)


def test_a_day_that_is_no_longer_today_is_asked_for_again(folder: Path) -> None:
    run("--shard", "1/1", "docs", "--no-cache", "--today", "2020-01-01")
    for day, taken in (("2020-01-01", 2), ("2026-01-01", 1)):
        alone = run("docs", "--no-cache", "--today", day)
        result = run("merge", "docs", "--no-cache", "--today", day)
        assert result.stdout == alone.stdout
        assert f"{taken} of 2 pages taken" in result.stderr, "the other one has a live event"
