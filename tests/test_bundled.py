"""What comes with the program is read from its files once; what is kept of it is the same, or not used."""

from __future__ import annotations

import json
import sqlite3
import zlib
from contextlib import closing
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from ld_review import bundled as module
from ld_review import own_files
from ld_review.bundled import Bundled, bundled
from ld_review.canonical import NotPlainError
from ld_review.config_file import load_config
from ld_review.errors import RuleError
from ld_review.finding import Severity
from ld_review.own_files import own_state
from ld_review.rule import Authority
from ld_review.rulebook import Preset, Rulebook
from ld_review.source import Span
from ld_review.store import _checksum
from ld_review.value_forms import form_of, value_of


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder in which the rules are kept."""
    monkeypatch.setenv("LD_REVIEW_CACHE_DIR", str(tmp_path))
    assert _given() == module._from_files()
    return tmp_path


@pytest.fixture
def no_files(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files cannot be read any more, once they were."""

    def refuse() -> Rulebook:
        raise RuleError("the files are read")

    monkeypatch.setattr(module, "bundled_rules", refuse)


def _given(*, use_cache: bool = True) -> Bundled:
    return bundled.__wrapped__(use_cache=use_cache)


@pytest.mark.usefixtures("no_files")
def test_the_second_time_no_file_is_read_and_nothing_differs(kept: Path) -> None:
    again = _given()
    monkeyed = module.bundled_lexicon(), module.bundled_hosts()
    assert (again.lexicon, again.hosts) == monkeyed
    assert again.rules.rules


def test_every_option_of_every_check_comes_back_with_its_type(kept: Path) -> None:
    pairs = zip(_given().rules.rules, module.bundled_rules().rules, strict=True)
    for now, then in pairs:
        assert now == then
        for one in fields(then.check):  # type: ignore[arg-type]
            assert type(getattr(now.check, one.name)) is type(getattr(then.check, one.name)), (now.id, one.name)


@pytest.mark.usefixtures("no_files")
@pytest.mark.parametrize("change", ["no cache", "another program", "another version"])
def test_the_files_are_read_where_what_is_kept_may_not_count(
    kept: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    if change == "another program":
        monkeypatch.setattr("ld_review.store.own_state", lambda state: "changed")
    if change == "another version":
        monkeypatch.setattr("ld_review.store.version", lambda package: "99")
    with pytest.raises(RuleError, match="the files are read"):
        _given(use_cache=change != "no cache")


@pytest.mark.usefixtures("no_files")
@pytest.mark.parametrize(
    "form",
    [
        b"",
        b"no form",
        zlib.compress(b"[1, 2]"),
        zlib.compress(b"null"),
        zlib.compress(json.dumps(form_of((1, 2, 3))).encode()),
        zlib.compress(json.dumps(form_of(((), (), ()))).encode()),
        zlib.compress(json.dumps([["ld_review.rule:Rule"], [6, 0]]).encode()),
        zlib.compress(json.dumps([[], [6, 7]]).encode()),
    ],
)
def test_a_form_that_says_something_else_is_not_used(kept: Path, form: bytes) -> None:
    [file] = kept.glob("rules-*")
    with closing(sqlite3.connect(file)) as database, database:
        [(key,)] = database.execute("SELECT key FROM entries").fetchall()
        database.execute("UPDATE entries SET entry = ?", (_checksum(key, form) + form,))
    with pytest.raises(RuleError, match="the files are read"):
        _given()


def test_configuration_goes_by_the_files_without_a_cache(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def given(*, use_cache: bool) -> Bundled:
        asked.append(use_cache)
        return _given(use_cache=use_cache)

    monkeypatch.setattr("ld_review.config_file.bundled", given)
    assert load_config(use_cache=False).use_cache is False
    assert load_config().use_cache is True
    assert asked == [False, True]


VALUES = [
    None,
    (True, 1, 1.5, "text", "\ud800"),
    [["a"], ()],
    frozenset({"b", "a"}),
    {"key": (1,), "other": {}},
    date(2026, 3, 5),
    Severity.ERROR,
    Span(1, 2),
    Authority("title", "https://example.org"),
    Preset("name", ("all",), {"rule": Severity.WARNING}),
]


@pytest.mark.parametrize("value", VALUES)
def test_a_value_comes_back_as_it_was(value: object) -> None:
    back = value_of(json.loads(json.dumps(form_of(value))))
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize("value", [object(), b"bytes", int, print, {1: object()}])
def test_what_is_no_plain_value_has_no_form(value: object) -> None:
    with pytest.raises(NotPlainError):
        form_of(value)


@pytest.mark.parametrize(
    "address",
    [
        "os:system",
        "subprocess:Popen",
        "builtins:eval",
        "ld_review.cli:main",
        "ld_review.files:replace_page",
        "ld_review.store:Store",
        "ld_review.rule:Nothing",
        "ld_review.nowhere:Rule",
        "ld_reviewed.rule:Rule",
        "",
    ],
)
def test_only_frozen_values_of_the_program_are_made(address: str) -> None:
    with pytest.raises((ValueError, AttributeError, ImportError)):
        value_of([[address], [6, 0, "argument"]])


def test_a_checkout_is_known_by_when_its_files_were_written_and_a_package_by_its_list_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, rules = tmp_path / "package", tmp_path / "rules"
    (package / "inner").mkdir(parents=True)
    (rules / "async").mkdir(parents=True)
    for file in (package / "inner" / "page.py", rules / "async" / "rule.yaml", package / "note.txt"):
        file.write_text("", encoding="utf-8")
    monkeypatch.setattr(own_files, "files", lambda name: package)
    monkeypatch.setattr(own_files, "rules_folder", lambda: rules)
    states = [own_state.__wrapped__()]
    for file in (package / "inner" / "page.py", rules / "async" / "rule.yaml"):
        file.write_text("changed", encoding="utf-8")
        states.append(own_state.__wrapped__())
    assert len(set(states)) == 3
    (package / "note.txt").write_text("changed", encoding="utf-8")
    assert own_state.__wrapped__() == states[-1]

    (package / "rules").mkdir()
    monkeypatch.setattr(own_files, "rules_folder", lambda: package / "rules")
    monkeypatch.setattr(own_files, "distribution", lambda name: _Distribution())
    assert own_state.__wrapped__() == "ld_review/page.py,sha256=ab,3\nld_review/rules/async/rule.yaml,sha256=cd,4"


class _Distribution:
    def read_text(self, name: str) -> str:
        assert name == "RECORD"
        return """\
../../../bin/ld-review,sha256=of-this-machine,1
ld_review-0.1.0.dist-info/direct_url.json,sha256=of-this-machine,2
ld_review/__pycache__/page.cpython-311.pyc,,
ld_review/rules/async/rule.yaml,sha256=cd,4
ld_review/page.py,sha256=ab,3
"""
