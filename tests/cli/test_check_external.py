"""``--check-external``: other hosts are asked where that is wanted, and only then."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from ld_review import survey
from ld_review.external import Answer, External, State

Run = Callable[..., Result]
PAGE = """# Reading

The [old report](https://example.com/old#part "Report"), [the gone one](https://example.com/gone), [the one behind a
login](https://example.com/secret), [ours](/docs/clean.md) and [this](#reading).

> [Moved](https://example.com/old)
"""
RULES = ("--isolated", "--ignore", "all", "--select", "dead-external-link,moved-external-link")
ANSWERS = {
    "https://example.com/old#part": Answer(State.MOVED, "301", 301, "https://example.com/new#part"),
    "https://example.com/old": Answer(State.MOVED, "301", 301, "https://example.com/new"),
    "https://example.com/gone": Answer(State.DEAD, "404 Not Found", 404),
    "https://example.com/secret": Answer(State.UNKNOWN, "403 Forbidden", 403),
}


@pytest.fixture
def asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], External]]:
    """A page with links, hosts that answer, and what they were asked."""
    (folder / "docs/links.md").write_text(PAGE, encoding="utf-8")
    asked: list[tuple[list[str], External]] = []

    def answer(urls: Iterable[str], settings: External) -> Mapping[str, Answer]:
        asked.append((list(urls), settings))
        return ANSWERS

    monkeypatch.setattr(survey, "check_urls", answer)
    return asked


def test_nobody_is_asked_unless_that_is_wanted(run: Run, asked: list[Any]) -> None:
    assert run("docs/links.md", *RULES).exit_code == 0
    assert asked == []


def test_what_is_gone_and_what_has_moved_is_reported(run: Run, asked: list[Any]) -> None:
    result = run("docs/links.md", *RULES, "--check-external", "--format", "concise")
    assert result.exit_code == 1
    lines = [line.partition(" ")[2] for line in result.stdout.splitlines() if "docs/links.md" in line]
    assert sorted(lines) == [
        "suggestion: this page has moved to https://example.com/new [moved-external-link]",
        "suggestion: this page has moved to https://example.com/new#part [moved-external-link]",
        "warning: this page is gone: 404 Not Found [dead-external-link]",
    ]
    assert asked[0][0] == [
        "https://example.com/old#part",
        "https://example.com/gone",
        "https://example.com/secret",
        "https://example.com/old",
    ]


def test_a_link_that_moved_is_only_changed_where_unsafe_fixes_are_wanted_and_never_in_a_quotation(
    run: Run, folder: Path, asked: list[Any]
) -> None:
    run("docs/links.md", *RULES, "--check-external", "--fix")
    assert (folder / "docs/links.md").read_text(encoding="utf-8") == PAGE
    run("docs/links.md", *RULES, "--check-external", "--fix", "--unsafe-fixes")
    text = (folder / "docs/links.md").read_text(encoding="utf-8")
    assert text == PAGE.replace('old#part "Report"', 'new#part "Report"')


def test_the_configuration_says_how_to_ask(run: Run, folder: Path, asked: list[Any]) -> None:
    config = folder / "own.yaml"
    config.write_text("external: {timeout: 3, per-host: 1, skip: ['*.example.org']}\n", encoding="utf-8")
    arguments = ("docs/links.md", "--config", "own.yaml", *RULES[1:], "--check-external")
    run(*arguments)
    run(*arguments, "--no-cache")
    (_, first), (_, second) = asked
    assert (first.timeout, first.per_host, first.skip) == (3, 1, ("*.example.org",))
    assert first.cache is not None
    assert second.cache is None


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{timeout: 9000}", "own.yaml:1: external: timeout must be between"),
        ("{private: [intranet]}", "own.yaml:1: external has no option 'private'"),
        ("{pre-host: 2}", "did you mean 'per-host'?"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_told(run: Run, folder: Path, written: str, message: str) -> None:
    (folder / "own.yaml").write_text(f"external: {written}\n", encoding="utf-8")
    result = run("docs/clean.md", "--config", "own.yaml")
    assert result.exit_code == 2
    assert message in result.stderr


def test_where_the_library_is_missing_it_is_named(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "docs/links.md").write_text(PAGE, encoding="utf-8")
    importing = builtins.__import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if name == "ld_review.external.checking":
            raise ModuleNotFoundError("No module named 'urllib3'", name="urllib3")
        return importing(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    result = run("docs/links.md", *RULES, "--check-external")
    assert result.exit_code == 2
    assert "pip install 'ld-review[external]'" in result.stderr
