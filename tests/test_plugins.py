"""Packs from installed packages: what they bring, and how they fail."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ld_review import plugins

RULE = """\
summary: A word
why: Because.
authority: [{title: Us, url: https://example.org/}]
severity: warning
since: "1.0"
message: "{match}"
check: shout
examples: [{flagged: <mark>A</mark>}, {clean: b}]
"""

CODE = """\
from dataclasses import dataclass
from ld_review.checks.base import Match
from ld_review.source import Span

@dataclass(frozen=True)
class Shout:
    least: int = 1

    def find(self, page):
        for at, char in enumerate(page.document.view("prose")):
            if char.isupper():
                yield Match(Span(at, at + 1))

class NoDataclass:
    pass
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages, on the import path."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    for name in [name for name in sys.modules if name.startswith("shouting")]:
        del sys.modules[name]


def _install(site: Path, entry_points: str, rule: str = RULE, name: str = "shouting-pack") -> None:
    package = site / "shouting"
    (package / "rules" / "async").mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text(CODE, encoding="utf-8")
    (package / "rules" / "__init__.py").touch()
    (package / "rules" / "async" / "no-capitals.yaml").write_text(rule, encoding="utf-8")
    metadata = site / f"{name.replace('-', '_')}-1.2.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(entry_points, encoding="utf-8")


BOTH = "[ld_review.checks]\nshout = shouting:Shout\n\n[ld_review.rules]\nshouting = shouting.rules\n"


def test_a_pack_brings_checks_and_rules(site: Path) -> None:
    _install(site, BOTH)
    packs = plugins.load((str(site),))
    assert packs.failures == []
    assert packs.rules["no-capitals"].kind == "shout"
    assert "existence" in packs.kinds


def test_the_rules_of_a_pack_do_what_their_examples_say(site: Path) -> None:
    from ld_review.testing import verify_all

    _install(site, BOTH)
    verdicts = verify_all(plugins.load((str(site),)).rules.values())
    assert [verdict.word for _, _, verdict in verdicts] == ["reported", "clean"]


@pytest.mark.parametrize(
    ("entry_points", "message"),
    [
        (
            "[ld_review.checks]\nshout = shouting.missing:Shout",
            "the check 'shout' cannot be loaded: ModuleNotFoundError: No module named 'shouting.missing'",
        ),
        ("[ld_review.checks]\nshout = shouting:Whisper", "the check 'shout' cannot be loaded: AttributeError: "),
        (
            "[ld_review.checks]\nshout = shouting:NoDataclass",
            "the check 'shout' cannot be loaded: shouting:NoDataclass is not a dataclass with a method 'find'",
        ),
        ("[ld_review.checks]\nexistence = shouting:Shout", "the check 'existence' cannot be loaded: the name is taken"),
        (
            "[ld_review.rules]\nshouting = shouting.missing",
            "the rule pack 'shouting' cannot be loaded: ModuleNotFoundError: ",
        ),
    ],
)
def test_a_pack_that_cannot_be_loaded_is_named_with_its_version(site: Path, entry_points: str, message: str) -> None:
    _install(site, entry_points)
    packs = plugins.load((str(site),))
    assert [failure.message.startswith(f"shouting-pack 1.2: {message}") for failure in packs.failures] == [True]
    assert packs.rules == {}


def test_a_broken_rule_of_a_pack_is_named_with_file_and_line(site: Path) -> None:
    _install(site, BOTH, RULE.replace("check: shout", "check: {shout: {leest: 2}}"))
    (failure,) = plugins.load((str(site),)).failures
    assert failure.rule == "no-capitals"
    assert failure.message.startswith("shouting-pack 1.2: ")
    assert failure.message.endswith("no-capitals.yaml:7: shout has no option 'leest'; did you mean 'least'?")


def test_a_pack_that_is_there_twice_is_loaded_once(site: Path, tmp_path: Path) -> None:
    _install(site, BOTH)
    other = tmp_path / "other"
    other.mkdir()
    _install(other, BOTH)
    assert plugins.load((str(site), str(other), str(site))).failures == []


def test_nothing_is_loaded_from_the_working_directory(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(site, BOTH)
    monkeypatch.chdir(site)
    for path in ("", ".", str(site)):
        assert plugins.load((path,)).rules == {}
    assert "shouting" not in sys.modules


def test_other_packages_are_not_looked_into(site: Path) -> None:
    _install(site, "[console_scripts]\nshout = shouting:main\n")
    (site / "not_a_folder-1.0.dist-info").touch()
    packs = plugins.load((str(site), str(site / "missing")))
    assert (packs.rules, packs.failures) == ({}, [])


def test_packs_reach_the_configuration_unless_it_says_no(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ld_review.config_file import load_config

    _install(site, BOTH)
    monkeypatch.setattr(plugins, "installed", lambda: plugins.load((str(site),)))
    (tmp_path / ".git").mkdir()
    config = load_config(start=tmp_path)
    assert "no-capitals" in {rule.id for rule in config.rules_for("page.md")}
    assert config.decisions("page.md")["no-capitals"].because == "selected by an installed rule pack"
    (tmp_path / ".ld-review.yaml").write_text("packs: false", encoding="utf-8")
    assert "no-capitals" not in load_config(start=tmp_path).rules
