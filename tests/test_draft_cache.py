"""What is kept of a page from an earlier run is what this run would find, and never more."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePath
from typing import Any

import pytest

import handbooks
from ld_review import draft_cache, drafting, runner, survey
from ld_review.canonical import NotPlainError, canonical
from ld_review.clock import FixedClock
from ld_review.config import Config
from ld_review.config_file import default_config, load_config
from ld_review.draft_cache import DraftCache, rules_key
from ld_review.engine import Draft, Settings, draft_page
from ld_review.files import read_bytes
from ld_review.finding import Severity
from ld_review.plain_forms import packed
from ld_review.reporters.json import as_data
from ld_review.source import Source
from ld_review.store import _checksum

_EVENT = "# Coaching\n\n## Workshop\n\nJoin us on 2020-06-04 at 15:00 UTC, and ask in the #coaching channel.\n"
_RULES = tuple(rule for _, rule in sorted(default_config().rules.items()))


@pytest.fixture
def handbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LD_REVIEW_CACHE_DIR", str(tmp_path / "cache"))
    pages: dict[str, str | bytes] = {
        "docs/bad.md": handbooks.BAD,
        "docs/clean.md": "# Clean\n\n## Part\n\nRead [the rest](/weak/#there).\n",
        "docs/weak.md": "# Weak\n\n## There\n\nAsk before you answer.\n",
        "docs/event.md": _EVENT,
    }
    return handbooks.build(tmp_path, pages)


def _reviewed(config: Config) -> object:
    return as_data(runner.review_paths(["docs"], config))


def _told(config: Config) -> Config:
    return config.with_today(date(2026, 3, 5))


def test_a_second_run_looks_at_no_page_and_says_the_same(handbook: Path, looked_at: list[str]) -> None:
    config = _told(default_config())
    cold = _reviewed(config)
    assert sorted(looked_at) == ["bad.md", "clean.md", "event.md", "weak.md"]
    looked_at.clear()

    warm = _reviewed(config)

    assert looked_at == []
    assert warm == cold == _reviewed(replace(config, use_cache=False))


def _page(folder: Path, config: Config) -> Config:
    (folder / "docs" / "bad.md").write_text("# Bad no more\n\nAsk before you answer.\n", encoding="utf-8")
    return config


def _anchor(folder: Path, config: Config) -> Config:
    (folder / "docs" / "weak.md").write_text("# Weak\n\n## Elsewhere\n\nAsk first.\n", encoding="utf-8")
    return config


def _severity(folder: Path, config: Config) -> Config:
    return config.with_command_line(severity={"vague-link-text": Severity.ERROR})


def _more_rules(folder: Path, config: Config) -> Config:
    return config.with_command_line(select=["urgency"])


def _option(folder: Path, config: Config) -> Config:
    rules = dict(config.rules)
    rule = rules["oversized-paragraph"]
    rules[rule.id] = replace(rule, check=replace(rule.check, max=3))  # type: ignore[type-var]
    return replace(config, rules=rules)


def _profile(folder: Path, config: Config) -> Config:
    return config.with_profile("course")


def _words(folder: Path, config: Config) -> Config:
    file = folder / ".ld-review.yaml"
    file.write_text("elements: {practice: {titles: [Part]}}\n", encoding="utf-8")
    return _told(load_config(file))


def _day(folder: Path, config: Config) -> Config:
    return config.with_today(date(2020, 6, 1))


_EVERY = {"bad.md", "clean.md", "event.md", "weak.md"}


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (_page, {"bad.md"}),
        (_anchor, {"weak.md"}),
        (_severity, _EVERY),
        (_more_rules, _EVERY),
        (_option, _EVERY),
        (_profile, _EVERY),
        (_words, _EVERY),
        (_day, {"event.md"}),
    ],
)
def test_what_changed_is_looked_at_again(
    handbook: Path, looked_at: list[str], change: Callable[[Path, Config], Config], again: set[str]
) -> None:
    config = _told(default_config())
    _reviewed(config)
    config = change(handbook, config)
    looked_at.clear()

    warm = _reviewed(config)

    assert set(looked_at) == again
    assert warm == _reviewed(replace(config, use_cache=False))


def _words_alone(folder: Path, config: Config) -> Config:
    (folder / "docs" / "weak.md").write_text("# Weak\n\n## There\n\nAsk long before you answer.\n", encoding="utf-8")
    return config


def _new_page(folder: Path, config: Config) -> Config:
    (folder / "docs" / "new.md").write_text("# New\n", encoding="utf-8")
    return config


def _gone_page(folder: Path, config: Config) -> Config:
    (folder / "docs" / "weak.md").unlink()
    return config


def _decides(folder: Path, config: Config) -> Config:
    rules = dict(config.rules)
    rules["vague-link-text"] = replace(rules["vague-link-text"], decides="always")
    return replace(config, rules=rules)


def _copied(folder: Path, config: Config) -> Config:
    """Another page now says at length what one says already, so that one of the two should link to the other."""
    passage = " ".join(f"word{number} that is said on both of them," for number in range(40))
    for name in ("weak", "event"):
        page = folder / "docs" / f"{name}.md"
        page.write_text(f"{page.read_text(encoding='utf-8')}\n{passage}\n", encoding="utf-8")
    return config


def _redirect(folder: Path, config: Config) -> Config:
    (folder / "data").mkdir()
    (folder / "data" / "redirects.yml").write_text("- sources: [/gone/]\n  target: /weak/\n", encoding="utf-8")
    return config.located(folder)


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (lambda folder, config: config, set()),
        (_words_alone, {"weak.md"}),
        (_anchor, _EVERY),
        (_new_page, {*_EVERY, "new.md"}),
        (_gone_page, _EVERY - {"weak.md"}),
        (_severity, _EVERY),
        (_decides, _EVERY),
        (_day, {"event.md"}),
        (_copied, {"weak.md", "event.md"}),
        (_redirect, _EVERY),
    ],
)
def test_the_handbook_is_asked_again_about_what_its_change_may_reach(
    handbook: Path, finished: list[str], change: Callable[[Path, Config], Config], again: set[str]
) -> None:
    (handbook / "mkdocs.yml").write_text("site_name: Handbook\n", encoding="utf-8")
    config = _told(default_config())
    cold = _reviewed(config)
    assert sorted(finished) == sorted(_EVERY)
    config = change(handbook, config)
    finished.clear()

    warm = _reviewed(config)

    assert set(finished) == again
    assert warm == _reviewed(replace(config, use_cache=False))
    assert warm != cold or change not in {_anchor, _copied, _day, _gone_page, _new_page}


@pytest.mark.parametrize("told", ["pages of a branch", "other hosts", "fixes"])
def test_what_no_later_run_may_go_by_is_not_remembered(handbook: Path, finished: list[str], told: str) -> None:
    config = _told(default_config())
    found = runner.find_pages(["docs"], config)
    for _ in range(2):
        finished.clear()
        if told == "fixes":
            runner.fix_pages(found, config, write=False)
        elif told == "other hosts":
            runner.review_pages(found, replace(config, check_external=True, rules={}))
        else:
            runner.review_pages(found, replace(config, use_cache=False))
        assert set(finished) == _EVERY


def test_a_page_that_is_not_under_review_and_changes_during_a_run_leaves_nothing_behind(
    handbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (handbook / "mkdocs.yml").write_text("site_name: Handbook\n", encoding="utf-8")
    config, weak = _told(default_config()), handbook / "docs" / "weak.md"
    before = weak.read_bytes()
    reads: list[str] = []

    def changing(path: Path) -> bytes:
        data = read_bytes(path)
        if path.name == weak.name:
            reads.append(path.name)
            weak.write_text("# Weak\n\n## Elsewhere\n", encoding="utf-8")
        return data

    with monkeypatch.context() as patched:
        patched.setattr(survey, "read_bytes", changing)
        runner.review_paths(["docs/clean.md"], config)
    assert reads == ["weak.md", "weak.md"]

    for text in (before, weak.read_bytes()):
        weak.write_bytes(text)
        alone = runner.review_paths(["docs/clean.md"], replace(config, use_cache=False))
        assert as_data(runner.review_paths(["docs/clean.md"], config)) == as_data(alone)


def _kept_in(handbook: Path, name: str) -> int:
    with closing(sqlite3.connect(handbook / "cache" / f"{name}.sqlite3")) as database:
        [(number,)] = database.execute("SELECT count(*) FROM entries")
    return int(number)


def test_a_form_that_is_whole_and_says_something_else_is_no_end_of_a_run(handbook: Path, finished: list[str]) -> None:
    config = _told(default_config())
    cold = _reviewed(config)
    for name in ("reviews-1.sqlite3", "drafts-2.sqlite3"):
        with closing(sqlite3.connect(handbook / "cache" / name)) as database, database:
            for key, form in database.execute("SELECT key, entry FROM entries").fetchall():
                head = form[4:46] if name.startswith("drafts") else b""
                wrong = head + packed([1, 2, 3])
                database.execute("UPDATE entries SET entry = ? WHERE key = ?", (_checksum(key, wrong) + wrong, key))
        warm = runner.review_paths(["docs"], config)
        if name.startswith("reviews"):
            assert as_data(warm) == cold
        else:
            (handbook / "cache" / "reviews-1.sqlite3").unlink()
            told = [
                failure.message for page in runner.review_paths(["docs"], config).pages for failure in page.failures
            ]
            assert len(told) == len(_EVERY)
            assert all("--no-cache" in message for message in told)
            assert not (handbook / "cache" / "reviews-1.sqlite3").exists() or _kept_in(handbook, "reviews-1") == 0


def test_a_page_that_is_named_otherwise_is_looked_at_again(
    handbook: Path, looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pathway = handbook / "docs" / "courses" / "page.md"
    pathway.parent.mkdir()
    pathway.write_text("# Coaching\n\n## Goals\n\n- Ask\n- Listen\n\n## Activities\n\nAsk.\n", encoding="utf-8")
    config = _told(default_config())
    runner.review_paths(["docs/courses/page.md"], config)
    looked_at.clear()
    monkeypatch.chdir(pathway.parent)

    warm = runner.review_paths(["page.md"], config)

    assert looked_at == ["page.md"]
    assert as_data(warm) == as_data(runner.review_paths(["page.md"], replace(config, use_cache=False)))


@pytest.mark.parametrize("known", [False, True])
def test_a_page_that_changes_during_a_run_is_kept_as_what_was_reviewed(
    handbook: Path, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    config = _told(default_config())
    page = handbook / "docs" / "weak.md"
    if known:
        _reviewed(config)

    def changing(path: Path) -> bytes:
        data = read_bytes(path)
        if path.name == page.name:
            page.write_text("# Weaker\n\nRead [this](/clean/).\n", encoding="utf-8")
        return data

    before = page.read_bytes()
    at_rest = _reviewed(replace(config, use_cache=False))
    with monkeypatch.context() as patched:
        patched.setattr(drafting, "read_bytes", changing)
        during = _reviewed(config)
    after = _reviewed(replace(config, use_cache=False))
    assert during == (at_rest if known else after) != (after if known else at_rest)

    assert _reviewed(config) == after
    page.write_bytes(before)
    assert _reviewed(config) == at_rest


def test_after_an_interrupted_run_the_next_one_looks_at_the_rest(
    handbook: Path, looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config, draft_page = _told(default_config()), drafting.draft_page

    def interrupted(source: Source, *rest: Any) -> Draft:
        if source.path.name == "event.md":
            raise KeyboardInterrupt
        return draft_page(source, *rest)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(drafting, "draft_page", interrupted)
        _reviewed(config)
    assert looked_at == ["bad.md", "clean.md"]
    looked_at.clear()

    after = _reviewed(config)

    assert looked_at == ["event.md", "weak.md"]
    assert after == _reviewed(replace(config, use_cache=False))


def test_a_cache_that_is_broken_or_gone_is_only_slow(handbook: Path, looked_at: list[str]) -> None:
    config = _told(default_config())
    cold = _reviewed(config)
    [file] = (handbook / "cache").rglob("drafts-*.sqlite3")
    for content in (b"no database", b""):
        file.write_bytes(content)
        looked_at.clear()
        assert _reviewed(config) == cold
        assert set(looked_at) == _EVERY


def test_what_cannot_be_read_is_not_known(tmp_path: Path) -> None:
    cache = DraftCache(tmp_path)
    wrong = ["[]", "no JSON", "[[1, 2, 3], 4, 5, 6, 7, 8, 9, 10, 11, 12]", "null"]
    kept = {b"no": b"[]"} | {one.encode(): zlib.compress(one.encode()) for one in wrong}
    cache._store.put(kept)
    assert cache.get([*kept, b"unknown"]) == {}


def test_a_page_on_which_something_broke_is_not_kept(tmp_path: Path) -> None:
    draft = draft_page(Source(PurePath("page.md"), ">" * 400 + " deep\n"), (), Settings())
    assert draft.failures
    cache = DraftCache(tmp_path)
    cache.put({b"a": draft})
    assert cache.get([b"a"]) == {}


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.id)
def test_every_example_comes_back_as_it_was(rule: object, tmp_path: Path) -> None:
    examples = [example for one in _RULES if one is rule for example in one.examples]
    settings = Settings(clock=FixedClock(date(2026, 1, 1)))
    drafts = {
        str(number).encode(): draft_page(Source(PurePath(example.path), example.text), _RULES, settings, example.path)
        for number, example in enumerate(examples)
    }
    cache = DraftCache(tmp_path)
    cache.put(drafts)
    pages = {str(number).encode(): example.path for number, example in enumerate(examples)}
    back = {key: kept.draft(drafts[key].source, pages[key]) for key, kept in cache.get(list(drafts)).items()}
    assert back.keys() == {key for key, draft in drafts.items() if not draft.failures}
    for key, draft in back.items():
        before = drafts[key]
        assert draft.facts is not None
        assert before.facts is not None
        assert draft.facts.detail() == before.facts.detail()
        assert draft.facts.entry == before.facts.entry
        plain = json.loads(json.dumps([dict(one.attributes) for one in before.elements]))
        assert [dict(one.attributes) for one in draft.elements] == plain
        assert [one[:-1] for one in draft.elements] == [one[:-1] for one in before.elements]
        assert draft._replace(facts=None, elements=()) == before._replace(facts=None, elements=())


def test_the_key_of_rules_is_the_same_in_another_process_and_differs_with_each_of_them() -> None:
    settings = default_config().settings
    keys = {rules_key(_RULES[:number], settings) for number in range(len(_RULES))}
    assert len(keys) == len(_RULES)
    assert b"" not in keys


def test_what_nobody_can_compare_is_not_kept() -> None:
    with pytest.raises(NotPlainError):
        canonical(lambda: None)
    rule = replace(_RULES[0], message=object())  # type: ignore[arg-type]
    assert draft_cache.rules_key([rule], default_config().settings) == b""


def test_the_order_of_sets_and_keys_does_not_matter() -> None:
    assert canonical({"a": frozenset("xyz"), "b": 1}) == canonical({"b": 1, "a": frozenset("zyx")})
    assert canonical(("a", "b")) != canonical(("ab",))
