"""What is kept of a page from an earlier run is what this run would find, and never more."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePath

import pytest

import handbooks
from ld_review import draft_cache, runner
from ld_review.canonical import NotPlainError, canonical
from ld_review.clock import FixedClock
from ld_review.config import Config
from ld_review.config_file import default_config, load_config
from ld_review.draft_cache import DraftCache, rules_key
from ld_review.engine import Settings, draft_page
from ld_review.files import read_bytes
from ld_review.finding import Severity
from ld_review.reporters.json import as_data
from ld_review.source import Source

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


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the pages that are looked at, and not only remembered."""
    seen: list[str] = []

    def draft(source: Source, *rest: object) -> object:
        seen.append(source.path.name)
        return draft_page(source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(runner, "draft_page", draft)
    return seen


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
        patched.setattr(runner, "read_bytes", changing)
        during = _reviewed(config)
    after = _reviewed(replace(config, use_cache=False))
    assert during == (at_rest if known else after) != (after if known else at_rest)

    assert _reviewed(config) == after
    page.write_bytes(before)
    assert _reviewed(config) == at_rest


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
    back = cache.get(list(drafts))
    assert back.keys() == {key for key, draft in drafts.items() if not draft.failures}
    for key, draft in back.items():
        before = drafts[key]
        assert draft.facts is not None
        assert before.facts is not None
        assert draft.facts.detail() == before.facts.detail()
        assert draft.facts.entry == before.facts.entry._replace(path="")
        plain = json.loads(json.dumps([dict(one.attributes) for one in before.elements]))
        assert [dict(one.attributes) for one in draft.elements] == plain
        assert [one[:-1] for one in draft.elements] == [one[:-1] for one in before.elements]
        assert draft._replace(source=before.source, facts=None, elements=()) == before._replace(facts=None, elements=())


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
