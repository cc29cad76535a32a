"""The configuration: where it is found, what it may say, and what holds for a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ld_review.config import Config
from ld_review.config_file import load_config
from ld_review.errors import ConfigError, UsageError
from ld_review.finding import Severity

RULE = """\
summary: A word to avoid
why: Because.
authority: [{{title: Us, url: https://example.org/}}]
severity: suggestion
since: "0.1"
message: "{{match}}"
check: {{existence: {{terms: [{term}]}}}}
examples: [{{flagged: <mark>{term}</mark>}}, {{clean: Other.}}]
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A repository with two rules of its own, ``synergy`` (async) and ``leverage`` (adult-learning)."""
    for name, term in (("async/synergy", "synergy"), ("adult-learning/leverage", "leverage")):
        file = tmp_path / "repository" / "own" / f"{name}.yaml"
        file.parent.mkdir(parents=True)
        file.write_text(RULE.format(term=term), encoding="utf-8")
    root = tmp_path / "repository"
    (root / ".git").mkdir()
    (root / "docs" / "old").mkdir(parents=True)
    monkeypatch.chdir(root)
    yield root


def _config(repository: Path, text: str = "", name: str = ".ld-review.yaml") -> Config:
    own = "rules: [own]\n" if "rules:" not in text and name.endswith("yaml") else ""
    (repository / name).write_text(own + text, encoding="utf-8")
    return load_config(start=repository)


def _own(config: Config, path: str = "page.md") -> dict[str, str]:
    """The repository's own rules that are on, with their severity."""
    return {rule.id: rule.severity.value for rule in config.rules_for(path) if rule.id in ("synergy", "leverage")}


def test_advice_is_asked_for_apart_from_the_rules_that_are_on(repository: Path) -> None:
    config = _config(repository, "paths:\n  - match: drafts/**\n    ignore: [async]\n")
    advice = {rule.id for rule in config.advice_for("page.md")}
    assert "owner-missing" in advice
    assert not advice & {rule.id for rule in config.rules_for("page.md")}
    assert config.advice_for("drafts/page.md") == ()
    chosen = _config(repository, "select: [owner-missing]\n")
    assert "owner-missing" not in {rule.id for rule in chosen.advice_for("page.md")}


def test_without_a_file_the_defaults_hold(repository: Path) -> None:
    config = load_config(start=repository)
    assert (config.path, config.root, config.fail_on) == (None, repository, Severity.WARNING)
    assert "unused-suppression" in {rule.id for rule in config.rules_for("page.md")}
    assert config.failures == ()


@pytest.mark.parametrize("name", [".ld-review.yaml", ".ld-review.yml"])
def test_the_nearest_file_upwards_counts(repository: Path, name: str) -> None:
    (repository / name).write_text("fail-on: error", encoding="utf-8")
    (repository / "docs" / name).write_text("fail-on: never", encoding="utf-8")
    assert load_config(start=repository / "docs" / "old").fail_on is None
    assert load_config(start=repository / "docs" / "old" / "page.md").path == repository / "docs" / name
    assert load_config(start=repository).fail_on is Severity.ERROR


def test_a_file_above_the_repository_does_not_count(repository: Path) -> None:
    (repository.parent / ".ld-review.yaml").write_text("fail-on: never", encoding="utf-8")
    assert load_config(start=repository / "docs").path is None


def test_a_pyproject_counts_where_it_has_a_table(repository: Path) -> None:
    (repository / "pyproject.toml").write_text('[tool.ld-review]\nfail-on = "error"\n', encoding="utf-8")
    (repository / "docs" / "pyproject.toml").write_text("[tool.ruff]\n", encoding="utf-8")
    assert load_config(start=repository / "docs").fail_on is Severity.ERROR


def test_the_own_file_comes_before_pyproject(repository: Path) -> None:
    (repository / "pyproject.toml").write_text('[tool.ld-review]\nfail-on = "error"\n', encoding="utf-8")
    assert _config(repository, "fail-on: never").fail_on is None


def test_a_broken_pyproject_of_others_is_no_concern(repository: Path) -> None:
    (repository / "pyproject.toml").write_text("[tool\n", encoding="utf-8")
    assert load_config(start=repository).path is None


def test_a_named_file_counts_alone(repository: Path) -> None:
    file = repository / "team.yaml"
    file.write_text("fail-on: never", encoding="utf-8")
    _config(repository, "fail-on: error")
    assert load_config(file).fail_on is None


def test_every_key_arrives(repository: Path) -> None:
    config = _config(
        repository,
        "preset: strict\nexclude: [drafts/]\nextend-include: ['*.txt']\nfail-on: suggestion\nheading-ids: hugo\n"
        "language: en\nrequire-suppression-reason: true\npacks: false\nignore: [unused-suppression]\n",
    )
    assert (config.exclude, config.extend_include, config.fail_on) == (("drafts/",), ("*.txt",), Severity.SUGGESTION)
    assert (config.settings.heading_ids, config.settings.language) == ("hugo", "en")
    on = {rule.id for rule in config.rules_for("page.md")}
    assert {"suppression-without-reason", "synergy"} <= on
    assert "unused-suppression" not in on
    assert set(config.rules) == config.settings.known_rules


def test_the_same_can_be_said_in_toml(repository: Path) -> None:
    text = """
[tool.ld-review]
rules = ["own"]
ignore = ["async"]
severity = { leverage = "error" }
require-suppression-reason = true

[tool.ld-review.options.leverage]
terms = ["leveraging"]

[[tool.ld-review.paths]]
match = "docs/**"
select = ["synergy"]
"""
    config = _config(repository, text, "pyproject.toml")
    assert _own(config) == {"leverage": "error"}
    assert _own(config, "docs/page.md") == {"leverage": "error", "synergy": "suggestion"}
    (leverage,) = (rule for rule in config.rules_for("page.md") if rule.id == "leverage")
    assert vars(leverage.check)["terms"] == ("leveraging",)


@pytest.mark.parametrize(
    ("text", "path", "own"),
    [
        ("", "page.md", {"synergy": "suggestion", "leverage": "suggestion"}),
        ("ignore: [synergy]", "page.md", {"leverage": "suggestion"}),
        ("ignore: [adult-learning]", "page.md", {"synergy": "suggestion"}),
        ("ignore: [all]", "page.md", {}),
        ("ignore: [all]\nselect: [synergy]", "page.md", {"synergy": "suggestion"}),
        ("severity: {async: error, leverage: warning}", "page.md", {"synergy": "error", "leverage": "warning"}),
        ("paths: [{match: docs/, ignore: [synergy]}]", "docs/old/page.md", {"leverage": "suggestion"}),
        ("paths: [{match: docs/, ignore: [synergy]}]", "page.md", {"synergy": "suggestion", "leverage": "suggestion"}),
        (
            "paths: [{match: docs/, ignore: [all]}, {match: [docs/old/, x], select: [synergy]}]",
            "docs/old/page.md",
            {"synergy": "suggestion"},
        ),
        ("paths: [{match: docs/, severity: {all: error}}]", "docs/a.md", {"synergy": "error", "leverage": "error"}),
        ("ignore: [async]\npaths: [{match: '*.md', ignore: [all]}]", "../else.md", {"leverage": "suggestion"}),
    ],
)  # fmt: skip
def test_what_is_on_for_a_page(repository: Path, text: str, path: str, own: dict[str, str]) -> None:
    config = _config(repository, text)
    assert _own(config, path) == own
    assert _own(config, str(repository / path)) == own


def test_later_options_win_key_by_key(repository: Path) -> None:
    config = _config(
        repository,
        "options: {synergy: {terms: [synergies], whole: true}}\n"
        "paths: [{match: docs/, options: {synergy: {terms: [both]}}}]",
    )

    def check(path: str) -> dict[str, object]:
        return vars(next(rule for rule in config.rules_for(path) if rule.id == "synergy").check)

    assert (check("page.md")["terms"], check("page.md")["whole"]) == (("synergies",), True)
    assert (check("docs/page.md")["terms"], check("docs/page.md")["whole"]) == (("both",), True)


def test_pages_with_the_same_settings_share_them(repository: Path) -> None:
    config = _config(repository, "paths: [{match: docs/, language: de}]")
    assert config.rules_for("a.md") is config.rules_for("b.md")
    assert config.settings_for("docs/a.md") is config.settings_for("docs/b.md")
    assert (config.settings_for("docs/a.md").language, config.settings_for("a.md").language) == ("de", "")


def test_the_command_line_has_the_last_word(repository: Path) -> None:
    config = _config(repository, "ignore: [synergy]\npaths: [{match: docs/, ignore: [all]}]")
    assert config.rules_for("docs/page.md") == ()
    changed = config.with_command_line(select=["synergy"], ignore=["leverage"], severity={"synergy": Severity.ERROR})
    assert _own(changed, "docs/page.md") == _own(changed) == {"synergy": "error"}
    assert _own(config) == {"leverage": "suggestion"}
    with pytest.raises(UsageError, match="no rule 'sinergy'; did you mean 'synergy'"):
        config.with_command_line(select=["sinergy"])


def test_another_preset_can_be_taken(repository: Path) -> None:
    config = _config(repository, "select: [synergy]")
    assert {preset.name for preset in config.with_preset("strict").presets} == {"strict"}
    with pytest.raises(ConfigError, match="no preset 'strickt'"):
        config.with_preset("strickt")


def test_a_copy_decides_anew(repository: Path) -> None:
    config = _config(repository)
    assert _own(config)
    assert _own(replace(config, rules={})) == {}


def test_each_decision_says_why(repository: Path) -> None:
    config = _config(repository, "ignore: [synergy]\npaths: [{match: docs/, select: [async]}]")
    assert config.decisions("page.md")["synergy"].because == "ignored by .ld-review.yaml"
    assert config.decisions("docs/page.md")["synergy"].because == "selected by .ld-review.yaml, paths docs/ ('async')"
    assert config.decisions("page.md")["leverage"].because == "selected by the rules in own"
    assert config.decisions("page.md")["unused-suppression"].because == "selected by preset 'recommended'"


WRONG = [
    # after "rules: [own]" on line 1
    ("selekt: [all]", ".ld-review.yaml:2: the configuration has no option 'selekt'; did you mean 'select'?"),
    ("preset: gitlb", ".ld-review.yaml:2: no preset 'gitlb'; there are gitlab, recommended, strict"),
    ("ignore: all", ".ld-review.yaml:2: the configuration: ignore must be a list, found 'all'"),
    ("select:\n  - all\n  - sinergy", ".ld-review.yaml:4: select: no rule 'sinergy'; did you mean 'synergy'?"),
    ("ignore: [asynch]", ".ld-review.yaml:2: ignore: no rule 'asynch'; did you mean 'async'?"),
    ("severity:\n  sinergy: error", ".ld-review.yaml:3: severity: no rule 'sinergy'; did you mean 'synergy'?"),
    ("severity: {synergy: eror}", ".ld-review.yaml:2: the configuration: severity: synergy must be 'suggestion', "),
    ("options: {async: {}}", ".ld-review.yaml:2: options: no rule 'async'"),
    ("options:\n  synergy:\n    term: [x]", ".ld-review.yaml:4: synergy: existence has no option 'term'; did you mean"),
    ("options:\n  synergy:\n    terms: []", ".ld-review.yaml:4: synergy: existence: option 'terms': "),
    ("fail-on: errors", ".ld-review.yaml:2: the configuration: fail-on must be 'suggestion', 'warning', 'error' or"),
    ("packs: maybe", ".ld-review.yaml:2: the configuration: packs must be true or false, found 'maybe'"),
    ("spacy-pipeline: ./model", ".ld-review.yaml:2: spacy-pipeline must be the name of an installed pipeline, found"),
    ("paths: [{ignore: [all]}]", ".ld-review.yaml:2: an entry of paths lacks 'match'"),
    ("paths:\n  - match: x\n    ignores: []", ".ld-review.yaml:4: an entry of paths has no option 'ignores'; did you"),
    ("paths:\n  - match: x\n    select: [sinergy]", ".ld-review.yaml:4: select: no rule 'sinergy'"),
    ("paths:\n  - match: x\n    options: {synergy: {term: 1}}", ".ld-review.yaml:4: synergy: existence has no option"),
    ("select: [all", ".ld-review.yaml:3: not YAML: "),
    ("select: &a [all]\nignore: *a", ".ld-review.yaml:2: an alias to this value"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_what_is_wrong_is_said_with_file_line_and_key(repository: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        _config(repository, text + "\n")
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('selekt = ["all"]', "pyproject.toml:5: the configuration has no option 'selekt'; did you mean 'select'?"),
        ('ignore = ["sinergy"]', "pyproject.toml:5: ignore: no rule 'sinergy'"),
        ("packs = 1", "pyproject.toml:5: the configuration: packs must be true or false, found '1'"),
        ("[tool.ld-review.severity]\nasync = 1", "pyproject.toml:6: the configuration: severity: async must be"),
        ("packs = ", "pyproject.toml: not TOML: Invalid value"),
    ],
)
def test_what_is_wrong_in_toml_is_said_too(repository: Path, text: str, message: str) -> None:
    start = '[project]\nname = "packs"\n\n[tool.ld-review]\n'
    with pytest.raises(ConfigError) as raised:
        _config(repository, f"{start}{text}\n", "pyproject.toml")
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"select: [caf\xe9]", "not UTF-8: byte 12"),
        (b"#" * 50_000_000, "too large: more than 1000000 bytes"),
        (b"[" * 20_000, "nested too deep"),
        (b"- a\n", "the configuration must hold keys and values, found a list"),
    ],
    ids=["not UTF-8", "50 MB", "nested", "a list"],
)
def test_a_hostile_file_is_refused(repository: Path, data: bytes, message: str) -> None:
    (repository / ".ld-review.yaml").write_bytes(data)
    with pytest.raises(ConfigError, match=message):
        load_config(start=repository)


def test_a_named_file_that_is_not_there_is_refused(repository: Path) -> None:
    with pytest.raises(ConfigError, match=r"missing\.yaml: cannot be read: No such file"):
        load_config(Path("missing.yaml"))


def test_a_named_pyproject_without_a_table_is_refused(repository: Path) -> None:
    (repository / "pyproject.toml").write_text("[tool.ruff]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"there is no table \[tool\.ld-review\]"):
        load_config(Path("pyproject.toml"))


def test_a_folder_of_rules_that_is_not_there_is_refused(repository: Path) -> None:
    with pytest.raises(ConfigError, match=r"\.ld-review\.yaml:1: rules: no such folder: missing"):
        _config(repository, "rules: [missing]")


def test_a_broken_rule_is_a_failure_and_may_still_be_named(repository: Path) -> None:
    (repository / "own/async/broken.yaml").write_text("summary: x", encoding="utf-8")
    config = _config(repository, "ignore: [broken]")
    assert [failure.rule for failure in config.failures] == ["broken"]
    assert _own(config) == {"synergy": "suggestion", "leverage": "suggestion"}


def test_a_rule_cannot_take_the_place_of_another(repository: Path) -> None:
    (repository / "own/async/unused-suppression.yaml").write_text(RULE.format(term="x"), encoding="utf-8")
    config = _config(repository)
    assert "there is a rule 'unused-suppression' already" in config.failures[0].message
    assert config.rules["unused-suppression"].kind == "builtin"


def test_an_own_rule_that_is_off_waits_to_be_selected(repository: Path) -> None:
    file = repository / "own/async/synergy.yaml"
    file.write_text(f"{file.read_text(encoding='utf-8')}off: noisy\n", encoding="utf-8")
    assert _own(_config(repository, "select: [all]")) == {"leverage": "suggestion"}
    assert "synergy" in _own(_config(repository, "select: [synergy]"))


@pytest.mark.parametrize(
    ("mark", "generator"),
    [("hugo.toml", "hugo"), ("_config.yml", "kramdown"), (".gitlab-ci.yml", "gitlab"), ("setup.cfg", "kramdown")],
)
def test_heading_ids_are_told_from_the_repository(repository: Path, mark: str, generator: str) -> None:
    (repository / mark).touch()
    assert load_config(start=repository / "docs").settings.heading_ids == generator


def test_a_pipeline_reaches_the_checks_that_use_one(repository: Path) -> None:
    text = RULE.format(term="x").replace("existence: {terms: [x]}", "sequence: {patterns: [[{LOWER: x}]]}")
    (repository / "own/async/tokens.yaml").write_text(text, encoding="utf-8")
    config = _config(repository, "spacy-pipeline: en_core_web_sm")
    assert vars(config.rules["tokens"].check)["pipeline"] == "en_core_web_sm"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("roots: [contnet]", "handbook: roots: there is no contnet; did you mean 'content'?"),
        ("roots: {docs/nowhere: /x}", "handbook: roots: there is no docs/nowhere"),
        ("redirects: [data/redirects.yml]", "handbook: redirects: there is no data/redirects.yml"),
        ("roots: [../x]", "handbook: '../x' leads out of the handbook"),
    ],
)
def test_folders_and_files_of_the_handbook_that_are_not_there_are_told(
    repository: Path, written: str, message: str
) -> None:
    (repository / "content").mkdir(exist_ok=True)
    (repository / ".ld-review.yaml").write_text(f"handbook:\n  {written}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(message)):
        load_config(start=repository)
