"""Real handbooks are reviewed alike with an empty cache, a full one and none, whatever changes in between."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import handbooks
from ld_review import drafting
from ld_review.config import Config
from ld_review.config_file import load_config
from ld_review.engine import draft_page
from ld_review.reporters.json import as_data
from ld_review.runner import review_paths
from ld_review.source import Source

pytestmark = pytest.mark.corpus

_EVERY = {"handbook-hugo": 1, "gitlab-handbook": 12}
"""Of the larger handbook each twelfth page, which saves two minutes; ``benchmarks/cache.py`` takes all."""
_FEW = {"handbook-hugo": 48, "gitlab-handbook": 200}
_COURSE = """\
# A course in asking

## Learning objectives

- Understand questions

## Part

Read [the rest](/handbook/zz-rest/#there) and [the old page](/handbook/zz-old/). Click [here](https://docs.example.com/x).

1. Ask.

## Listen & ask

It follows [asking](#part), and comes [before](#listen--ask) the workshop.

## Workshop

Join us on 2020-06-04 at 15:00 UTC in the room.
"""
_REST = "# The rest\n\n## There\n\nAsk before you answer.\n"


def _sample(corpora: list[Path], name: str, every: int, to: Path) -> Path:
    """Each so many-th page of a handbook, where it lies there."""
    [top] = {Path(*page.parts[: page.parts.index(name) + 1]) for page in corpora if name in page.parts}
    pages = [page for page in corpora if page.is_relative_to(top)]
    for page in pages[::every]:
        copy = to / page.relative_to(top)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(page, copy)
    return to


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a cache of its own beside it."""
    folder = tmp_path / "handbook"
    (folder / ".git").mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("LD_REVIEW_CACHE_DIR", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """The pages that are looked at, and not only remembered."""
    seen: list[Path] = []

    def draft(source: Source, *rest: Any) -> object:
        seen.append(Path(source.path))
        return draft_page(source, *rest)

    monkeypatch.setattr(drafting, "draft_page", draft)
    return seen


@pytest.mark.parametrize("name", _EVERY)
def test_every_page_is_remembered_as_it_was_found(
    corpora: list[Path], top: Path, looked_at: list[Path], name: str
) -> None:
    """All that a review says of each page, as JSON; only those on which something broke are looked at again."""
    _sample(corpora, name, _EVERY[name], top)
    config = load_config(start=top).with_today(date(2026, 3, 5))
    cold = review_paths(["."], config)
    assert len(looked_at) == len(cold.pages) > 200
    looked_at.clear()
    warm = as_data(review_paths(["."], config))
    broken = [Path(page.path) for page in cold.pages if page.failures]
    assert looked_at == broken
    assert len(broken) < 10
    assert warm == as_data(cold)
    assert warm == as_data(review_paths(["."], replace(config, use_cache=False)))


@dataclass
class Told:
    """A handbook and what its configuration says, to be changed."""

    top: Path
    patch: pytest.MonkeyPatch
    options: dict[str, Any] = field(default_factory=dict)
    today: date = date(2026, 3, 5)

    def config(self) -> Config:
        (self.top / ".ld-review.yaml").write_text(json.dumps(self.options), encoding="utf-8")
        return load_config(start=self.top).with_today(self.today)

    def edit(self, name: str, before: str, after: str) -> None:
        page = self.top / name
        text = page.read_text(encoding="utf-8")
        assert before in text
        page.write_text(text.replace(before, after), encoding="utf-8")

    def say(self, **options: Any) -> None:
        self.options |= options


_RULE = handbooks.FORBIDDEN.replace("forbidden", "questions")
_CHANGES: dict[str, Callable[[Told], None]] = {
    "a page": lambda it: it.edit("content/handbook/zz-rest.md", "Ask before", "Click [here](/x), ask before"),
    "the anchor of another page": lambda it: it.edit("content/handbook/zz-rest.md", "## There", "## Elsewhere"),
    "a redirect": lambda it: handbooks.write(it.top, {"static/_redirects": "/handbook/zz-old/ /handbook/zz-rest/\n"}),
    "a page that is new": lambda it: handbooks.write(it.top, {"content/handbook/zz-new.md": _COURSE}),
    "a page that moved": lambda it: (it.top / "content/handbook/zz-rest.md").rename(it.top / "content/zz-moved.md"),
    "a page that is gone": lambda it: (it.top / "content/handbook/zz-new.md").unlink(),
    "a severity": lambda it: it.say(severity={"vague-link-text": "error"}),
    "an option": lambda it: it.say(options={"oversized-paragraph": {"max": 30}}),
    "a rule of one's own": lambda it: it.say(rules=["rules"]),
    "the words of that rule": lambda it: it.edit("rules/async/own-word.yaml", "must not stand", "ought not to stand"),
    "the check of that rule": lambda it: it.edit("rules/async/own-word.yaml", "[questions]", "[objectives]"),
    "a preset": lambda it: it.say(preset="gitlab"),
    "a rule less": lambda it: it.say(ignore=["oversized-paragraph"]),
    "the words of an element": lambda it: it.say(elements={"practice": {"titles": ["Part"]}}),
    "a host": lambda it: it.say(hosts={"handbook": ["docs.example.com"]}),
    "the profile of some pages": lambda it: it.say(paths=[{"match": "zz-*", "profile": "reference"}]),
    "the ids of headings": lambda it: it.say(**{"heading-ids": "mkdocs"}),
    "the language": lambda it: it.say(language="de"),
    "the language once more": lambda it: it.say(language="en"),
    "the layout": lambda it: it.say(handbook={"layout": "plain"}),
    "the day": lambda it: setattr(it, "today", date(2020, 6, 1)),
    "the version of the program": lambda it: it.patch.setattr("ld_review.store.version", lambda _: "99"),
    "all but the pages, back": lambda it: (it.options.clear(), it.patch.undo()),
}
_SAYS_THE_SAME = {"the version of the program"}


def test_after_each_change_what_is_remembered_is_what_would_be_found(corpora: list[Path], top: Path) -> None:
    """One change after the other, with the same cache all the way, and each of them is seen in the review."""
    for name, every in _FEW.items():
        _sample(corpora, name, every, top)
    pages = {"content/handbook/zz-course.md": _COURSE, "content/handbook/zz-rest.md": _REST}
    handbooks.write(top, {"hugo.toml": "", "rules/async/own-word.yaml": _RULE, **pages})
    with pytest.MonkeyPatch.context() as patch:
        told = Told(top, patch)
        before = as_data(review_paths(["."], told.config()))
        assert before["summary"]["pages"] > 25
        for name, change in _CHANGES.items():
            change(told)
            config = told.config()
            warm = as_data(review_paths(["."], config))
            assert warm == as_data(review_paths(["."], replace(config, use_cache=False))), name
            assert (warm == before) is (name in _SAYS_THE_SAME), name
            before = warm
