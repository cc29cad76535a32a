"""Rule files: what they may hold, and what is said about those that cannot be used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ld_review.checks import CHECKS, check_class
from ld_review.checks.builtin import Builtin
from ld_review.checks.existence import Existence
from ld_review.errors import ConfigError, RuleError
from ld_review.finding import Severity
from ld_review.rule import Authority, Example, Rule
from ld_review.rulebook import (
    bundled_rules,
    preset_names,
    read_preset,
    read_rule,
    read_rules,
    rules_folder,
    with_options,
)
from ld_review.source import Span
from ld_review.typed_yaml import Place, compose, node_of

GOOD = """\
summary: Link text that does not say where the link goes
why: |
  Read out of context, it tells nothing.
authority:
  - title: WCAG 2.2
    url: https://www.w3.org/TR/WCAG22/
severity: warning
since: 0.1
message: "'{match}' says nothing"
check:
  existence:
    terms: [click here, no, 2024]
    scope: link-text
    ignorecase: true
examples:
  - flagged: |
      [<mark>click here</mark>](a.md)
    fixed: |
      [the syllabus](a.md)
    path: course.md
  - clean: Click here.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "async").mkdir()
    return tmp_path


def _write(folder: Path, text: str, name: str = "async/vague.yaml") -> Path:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def _error(folder: Path, text: str, name: str = "async/vague.yaml") -> str:
    with pytest.raises(RuleError) as raised:
        read_rule(_write(folder, text, name))
    return str(raised.value).removeprefix(f"{folder}/")


def test_a_rule_file_becomes_a_rule(folder: Path) -> None:
    file = _write(folder, GOOD)
    assert read_rule(file) == Rule(
        id="vague",
        dimension="async",
        summary="Link text that does not say where the link goes",
        why="Read out of context, it tells nothing.",
        authority=(Authority("WCAG 2.2", "https://www.w3.org/TR/WCAG22/"),),
        severity=Severity.WARNING,
        since="0.1",
        message="'{match}' says nothing",
        kind="existence",
        check=Existence(terms=("click here", "no", "2024"), scope="link-text"),
        examples=(
            Example("[click here](a.md)\n", (Span(1, 11),), "[the syllabus](a.md)\n", "course.md"),
            Example("Click here.", ()),
        ),
        origin=str(file),
    )


def test_a_check_without_options_is_named_alone(folder: Path) -> None:
    check = re.compile(r"check:\n(?:  .*\n)+")
    for text in ("check: builtin\n", "check:\n  builtin:\n"):
        assert read_rule(_write(folder, check.sub(text, GOOD))).check == Builtin()


@pytest.mark.parametrize(
    ("line", "safe", "fixes"),
    [("", True, True), ("fix: safe", True, True), ("fix: unsafe", False, True), ("fix: none", False, False)],
)
def test_a_rule_says_what_its_fixes_are_worth(folder: Path, line: str, safe: bool, fixes: bool) -> None:
    rule = read_rule(_write(folder, GOOD + line))
    assert (rule.safe, rule.fixes) == (safe, fixes)


def test_only_a_rule_that_is_off_is_advice(folder: Path) -> None:
    assert read_rule(_write(folder, GOOD + "off: noisy\nadvice: true\n")).advice
    assert not read_rule(_write(folder, GOOD + "off: noisy\n")).advice
    assert "advice: only a rule that is off is advice" in _error(folder, GOOD + "advice: true\n")


def test_an_empty_mark_is_a_place_without_length(folder: Path) -> None:
    rule = read_rule(_write(folder, GOOD.replace("click here</mark>", "</mark>click here")))
    assert rule.examples[0].flagged == (Span(1, 1),)


def test_words_of_options_need_no_quotes(folder: Path) -> None:
    check = "check:\n  substitution:\n    swap: {no: yes, on: 1.10, 2024-05-01: null-island}\n"
    rule = read_rule(_write(folder, re.sub(r"check:\n(?:  .*\n)+", check, GOOD)))
    assert vars(rule.check)["swap"] == {"no": "yes", "on": "1.10", "2024-05-01": "null-island"}


BROKEN = [
    # what is replaced, by what, and the message after "async/vague.yaml:"
    ("    terms:", "    term:", "12: existence has no option 'term'; did you mean 'terms'?"),
    ("terms: [click here, no, 2024]", "terms: click", "12: existence: terms must be a list, found 'click'"),
    ("terms: [click here, no, 2024]", "terms: [[x]]", "12: existence: terms must be a text, found a list"),
    ("ignorecase: true", "ignorecase: maybe", "14: existence: ignorecase must be true or false, found 'maybe'"),
    ("  existence:", "  existance:", "11: no kind of check 'existance'; there are "),
    ("  existence:", "  metric: {}\n  existence:", "11: check must name one kind of check, found 2"),
    ("severity: warning", "severity: warn", "7: a rule: severity must be 'suggestion', 'warning' or 'error', found"),
    ("summary:", "sumary:", "1: a rule has no option 'sumary'; did you mean 'summary'?"),
    ("since: 0.1\n", "", "1: a rule lacks 'since'"),
    ("severity: warning", "severity: warning\nseverity: error", "8: 'severity' stands here twice"),
    ("since: 0.1", "since:", "8: a rule: since must be a text, found nothing"),
    ("https://www", "http://www", "5: authority: url must begin with https://"),
    ("    url:", "    link:", "6: a rule: authority has no option 'link'"),
    ("'{match}' says", "{} says", "9: message: {} is not a named word such as {match}"),
    ("'{match}' says", "{match.x} says", "9: message: {match.x} is not a named word"),
    ("'{match}' says", "{match says", "9: message: expected '}' before end of string; write {{ for a brace"),
    ("<mark>click here</mark>", "click here", "16: a flagged example needs <mark>...</mark>"),
    ("</mark>", "", "16: a flagged example needs <mark>...</mark>"),
    ("<mark>click", "<mark><mark>click", "16: a flagged example needs <mark>...</mark>"),
    ("  - clean: Click here.", "", "16: examples: at least one must be clean"),
    ("clean: Click here.", "flagged: <mark>x</mark>", "16: examples: at least one must be clean"),
    ("clean: Click here.", "clean: <mark>x</mark>", "21: a clean example holds no <mark>"),
    ("summary: Link", "profiles: [corse]\nsummary: Link", "1: profiles: no profile 'corse'; did you mean 'course'?"),
    ("clean: Click here.", "clean: x\n    profile: labb", "21: an example: no profile 'labb'; did you mean 'lab'?"),
    ("clean: Click here.", "path: x", "21: an example is either flagged or clean"),
    ("clean: Click here.", "cleen: x", "21: an example has no option 'cleen'; did you mean 'clean'?"),
    ("why: |", "why: [", "4: not YAML: did not find expected"),
    ("why: |", "why: &anchor |", None),
    ("summary: Link", "summary: &a Link\nfix: *a\nwhat: Link", "1: an alias to this value"),
    ("summary: Link", "summary: \x07Link", "1: not YAML: "),
    ("summary: Link", "? [a, b]\n: x\nsummary: Link", "1: a key must be a word"),
    ("summary: Link", "- Link", "2: not YAML: "),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), BROKEN)
def test_what_is_wrong_is_said_with_file_line_and_key(folder: Path, old: str, new: str, message: str | None) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    if message is None:
        assert read_rule(_write(folder, text)).id == "vague"
        return
    assert _error(folder, text).startswith(f"async/vague.yaml:{message}")


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("", "async/vague.yaml", "async/vague.yaml: the file is empty"),
        ("- a\n", "async/vague.yaml", "async/vague.yaml:1: a rule must hold keys and values, found a list"),
        (GOOD, "asink/vague.yaml", "asink/vague.yaml: the folder names the dimension: one of handbook-first"),
        (GOOD, "async/Vague_Link.yaml", "async/Vague_Link.yaml: 'Vague_Link' cannot be the id of a rule"),
        (GOOD, "async/all.yaml", "async/all.yaml: 'all' cannot be the id of a rule"),
        ("[" * 20_000, "async/vague.yaml", "async/vague.yaml: nested too deep"),
        ("- " * 500_000, "async/vague.yaml", "async/vague.yaml: nested too deep"),
        ("[" * 3_000 + "]" * 3_000, "async/vague.yaml", "async/vague.yaml: nested too deep"),
        ("#" * 1_000_001, "async/vague.yaml", "async/vague.yaml: too large"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_a_file_that_is_no_rule_is_refused(folder: Path, text: str, name: str, message: str) -> None:
    assert _error(folder, text, name).startswith(message)


def test_an_error_of_the_check_itself_stands_at_its_options(folder: Path) -> None:
    message = _error(folder, GOOD.replace("terms: [click here, no, 2024]", "patterns: ['(']"))
    assert message.startswith("async/vague.yaml:12: existence: option 'patterns': '(' is not a regular expression")


def test_a_rule_file_that_is_not_utf8_is_refused(folder: Path) -> None:
    (folder / "async/vague.yaml").write_bytes(b"summary: caf\xe9\n")
    with pytest.raises(RuleError, match="not UTF-8: byte 12"):
        read_rule(folder / "async/vague.yaml")


def test_a_broken_file_leaves_the_other_rules(folder: Path) -> None:
    _write(folder, GOOD)
    _write(folder, "summary: x\n", "async/broken.yaml")
    _write(folder, GOOD, "handbook-first/other.yml")
    _write(folder, GOOD, "handbook-first/vague.yaml")
    _write(folder, "no rule", "presets/team.yaml")
    _write(folder, "no rule", "async/.hidden.yaml")
    _write(folder, "no rule", "async/README.md")
    rules, errors = read_rules(folder)
    assert [rule.id for rule in rules] == ["other", "vague"]
    assert [error.rule for error in errors] == ["broken", "vague"]


def test_the_folder_of_a_dimension_can_be_read_alone(folder: Path) -> None:
    _write(folder, GOOD)
    assert [rule.dimension for rule in read_rules(folder / "async").rules] == ["async"]


def test_options_replace_those_of_the_rule_file(folder: Path) -> None:
    rule = read_rule(_write(folder, GOOD))
    place = Place("config.yaml", ConfigError)
    changed = with_options(rule, node_of({"terms": ["here"]}), place)
    assert changed.check == Existence(terms=("here",), scope="link-text")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("term: [x]", "config.yaml:1: vague: existence has no option 'term'; did you mean 'terms'?"),
        ("# why\nterms: []", "config.yaml:2: vague: existence: "),
        ("terms: 1", "config.yaml:1: vague: existence: terms must be a list, found '1'"),
        ("[]", "config.yaml:1: vague: existence must hold keys and values, found a list"),
    ],
)
def test_options_that_do_not_fit_are_refused(folder: Path, options: str, message: str) -> None:
    rule = read_rule(_write(folder, GOOD))
    place = Place("config.yaml", ConfigError)
    node = compose(options, place)
    assert node is not None
    with pytest.raises(ConfigError, match=re.escape(message)):
        with_options(rule, node, place)


def test_every_kind_of_check_can_be_imported() -> None:
    for kind in CHECKS:
        assert callable(check_class(kind).find)


def test_the_rules_that_come_along_can_all_be_used() -> None:
    rules, errors = bundled_rules()
    assert errors == ()
    assert rules


def test_presets_name_rules_that_are_there() -> None:
    known = {rule.id for rule in bundled_rules().rules}
    assert {"recommended", "gitlab", "strict"} <= set(preset_names())
    for name in preset_names():
        for preset in read_preset(name):
            assert set(preset.rules) | set(preset.severity) | set(preset.options) <= known | {"all"}


def test_the_preset_gitlab_stands_on_the_recommended_one() -> None:
    assert [preset.name for preset in read_preset("gitlab")] == ["recommended", "gitlab"]


def test_a_preset_that_is_not_there_is_refused_with_the_near_one() -> None:
    with pytest.raises(ConfigError, match=r"no preset 'gitlb'.*did you mean 'gitlab'"):
        read_preset("gitlb")


def test_rule_files_are_yaml_that_others_read_alike() -> None:
    for file in Path(str(rules_folder())).rglob("*.yaml"):
        assert isinstance(yaml.safe_load(file.read_text(encoding="utf-8")), dict), file


def test_every_pattern_of_the_rules_that_come_along_can_be_used() -> None:
    rules = read_rules(rules_folder())
    assert not rules.errors
    assert len(rules.rules) == len(bundled_rules().rules)
