from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import handbooks
from ld_review.checks import CHECKS

Run = Callable[..., Result]


def test_rules_are_listed_with_what_is_on_here(run: Run) -> None:
    lines = run("rules", "--ignore", "long-word").stdout.splitlines()
    assert any(line.split() == ["✓", "weak-verb", "warning", "A", "verb", "nobody", "can", "observe"] for line in lines)
    assert any(line.split()[:3] == ["long-word", "suggestion", "fix"] for line in lines)
    assert lines[0] == "handbook-first"


def test_rules_as_json_say_the_same(run: Run) -> None:
    listed = {rule["id"]: rule for rule in json.loads(run("rules", "--format", "json").stdout)}
    rule = listed["long-word"]
    assert (rule["on"], rule["fixable"], rule["severity"], rule["dimension"]) == (
        True,
        True,
        "suggestion",
        "handbook-first",
    )
    assert listed["unused-suppression"]["on"] is False


def test_a_rule_is_told_with_reason_authority_options_and_marked_examples(run: Run) -> None:
    shown = run("rule", "long-word").stdout
    for part in (
        "long-word · handbook-first · suggestion",
        "It is shorter.",
        "On here. It can be mended with --fix.",
        "Authority: Handbook, words <https://example.org/words>",
        "swap: {utilize: use}",
        "    We utilize it.\n       ^^^^^^^ write use, not 'utilize'\n  after the fix\n    We use it.\n",
        "Clean\n    We use it.\n",
    ):
        assert part in shown
    assert "ignorecase" not in shown
    assert "ignorecase: true\n      Whether case is ignored." in run("rule", "long-word", "-v").stdout


def test_a_rule_that_is_off_says_how_to_put_it_on(run: Run) -> None:
    assert "Off here; `--select unused-suppression` puts it on." in run("rule", "unused-suppression").stdout


def test_a_rule_that_is_advice_is_told_from_one_that_is_only_off(run: Run, folder: Path) -> None:
    assert "Off here, yet worth a look: " in run("rule", "owner-missing").stdout
    assert "Off here: " in run("rule", "urgency").stdout
    listed = {rule["id"]: rule for rule in json.loads(run("rules", "--format", "json").stdout)}
    assert (listed["owner-missing"]["advice"], listed["urgency"]["advice"]) == (True, False)


def test_advice_is_marked_in_the_list_unless_it_is_ignored(run: Run, folder: Path) -> None:
    def marked() -> set[str]:
        return {line.split()[1] for line in run("rules").stdout.splitlines() if line.split()[:1] == ["?"]}

    assert marked() == set()
    handbooks.write(folder, {".ld-review.yaml": "select: [chat-as-only-venue]\n"})
    assert "owner-missing" in marked()
    assert not marked() & {"chat-as-only-venue", "urgency"}


def test_a_rule_as_json_has_its_examples(run: Run) -> None:
    rule = json.loads(run("rule", "long-word", "--format", "json").stdout)
    assert rule["examples"][0]["flagged"] == [{"start": 3, "end": 10}]


def test_an_unknown_rule_is_refused_with_the_near_word(run: Run) -> None:
    result = run("rule", "long-wrod")
    assert result.exit_code == 2
    assert "no rule 'long-wrod'; did you mean 'long-word'?" in result.stderr


def test_a_rule_that_cannot_be_used_says_why(run: Run, folder: Path) -> None:
    handbooks.write(folder, {"rules/async/broken.yaml": "summary: x\n"})
    result = run("rule", "broken")
    assert result.exit_code == 2
    assert "the rule 'broken' cannot be used: " in result.stderr


def test_a_page_is_explained(run: Run, folder: Path) -> None:
    by_path = "paths:\n  - match: docs/weak.md\n    ignore: [weak-verb]\n    language: en\n"
    handbooks.write(folder, {".ld-review.yaml": handbooks.CONFIG + by_path})
    lines = run("explain", "docs/weak.md").stdout.splitlines()
    assert lines[:4] == [
        "page: docs/weak.md",
        "  reviewed",
        f"configuration: {folder}/.ld-review.yaml",
        "preset: recommended",
    ]
    assert "language: en (by configuration)" in lines
    assert any(line.split()[:5] == ["long-word", "suggestion", "selected", "by", ".ld-review.yaml"] for line in lines)
    [off] = [line for line in lines if line.split()[:1] == ["weak-verb"]]
    assert off.endswith("ignored by .ld-review.yaml, paths docs/weak.md")
    assert lines.index(off) > next(number for number, line in enumerate(lines) if line.startswith("off: "))


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("docs/new.md", "there is no such file; this is what would hold for it"),
        ("notes.txt", "reviewed when it is named"),
        ("drafts/a.md", "ignored or excluded; reviewed only when it is named"),
    ],
)
def test_it_is_explained_whether_a_page_is_reviewed(run: Run, folder: Path, name: str, state: str) -> None:
    handbooks.write(folder, {"notes.txt": "x", "drafts/a.md": "x", ".gitignore": "drafts/\n"})
    assert run("explain", name).stdout.splitlines()[1] == f"  {state}"


def test_without_configuration_the_defaults_are_named(run: Run) -> None:
    assert "configuration: none found; the defaults hold" in run("explain", "docs/weak.md", "--isolated").stdout


def test_rules_that_keep_their_promises_pass(run: Run) -> None:
    result = run("test", "long-word", "rules/async/forbidden-word.yaml", "rules/adult-learning")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "3 rules, 6 examples, 0 not as promised"
    assert "reported      long-word example 1" in result.stdout


BROKEN_PROMISES = [
    pytest.param("<mark>Know</mark> it.", "missing", ["- <mark>Know</mark> it.", "+ Know it."], id="missing"),
    pytest.param(
        "<mark>Understand it</mark>.",
        "misplaced",
        ["- <mark>Understand it</mark>.", "+ <mark>Understand</mark> it."],
        id="misplaced",
    ),
    pytest.param(
        "<mark>Understand</mark>, understand!",
        "noisy",
        ["- <mark>Understand</mark>, understand!", "+ <mark>Understand</mark>, <mark>understand</mark>!"],
        id="noisy",
    ),
]


@pytest.mark.parametrize(("example", "word", "difference"), BROKEN_PROMISES)
def test_a_broken_promise_is_shown_with_its_difference(
    run: Run, folder: Path, example: str, word: str, difference: list[str]
) -> None:
    text = handbooks.WEAK_VERB.replace("<mark>Understand</mark> it.", example)
    handbooks.write(folder, {"rules/adult-learning/weak-verb.yaml": text})
    result = run("test", "rules/adult-learning/weak-verb.yaml")
    assert result.exit_code == 1
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines[0].split() == [word, "weak-verb", "example", "1"]
    assert [line for line in lines if line[:2] in ("- ", "+ ")] == difference
    assert lines[-1] == "1 rule, 2 examples, 1 not as promised"


def test_an_unusable_rule_file_does_not_stop_the_others(run: Run, folder: Path) -> None:
    handbooks.write(folder, {"rules/async/broken.yaml": "summary: x\n"})
    result = run("test", "rules/async/broken.yaml", "long-word", "-q")
    assert result.exit_code == 2
    assert result.stdout.startswith("unusable  rules/async/broken.yaml")


def test_without_names_all_rules_are_tested(run: Run) -> None:
    assert "weak-verb example 1" in run("test").stdout


@pytest.mark.parametrize(
    ("name", "message"),
    [("no.yaml", "no such rule file: no.yaml"), ("weak-vreb", "did you mean 'weak-verb'?")],
)
def test_a_rule_to_test_that_is_not_there_is_refused(run: Run, name: str, message: str) -> None:
    result = run("test", name)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_new_rule_passes_its_own_test_and_runs(run: Run, folder: Path) -> None:
    result = run("new-rule", "empty-talk", "--dimension", "async")
    assert result.stdout == (
        "wrote rules/async/empty-talk.yaml; edit it, then run: ld-review test rules/async/empty-talk.yaml\n"
    )
    assert run("test", "rules/async/empty-talk.yaml").exit_code == 0
    handbooks.write(folder, {"docs/new.md": "We want synergy effects.\n"})
    assert "[empty-talk]" in run("docs/new.md", "--select", "empty-talk", "--format", "concise").stdout


def test_a_new_rule_never_overwrites(run: Run, folder: Path) -> None:
    result = run("new-rule", "weak-verb", "--dimension", "adult-learning")
    assert result.exit_code == 2
    assert "rules/adult-learning/weak-verb.yaml is there already; it was left as it is" in result.stderr
    assert (folder / "rules/adult-learning/weak-verb.yaml").read_text() == handbooks.WEAK_VERB


@pytest.mark.parametrize("kind", [kind for kind in CHECKS if kind != "builtin"])
def test_there_is_a_template_for_every_kind_of_check(run: Run, folder: Path, kind: str) -> None:
    import yaml

    assert run("new-rule", "some-thing", "--check", kind, "--dir", "mine").exit_code == 0
    written = yaml.safe_load((folder / "mine/handbook-first/some-thing.yaml").read_text())
    assert list(written["check"]) == [kind]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("Bad_Name",), "use lower-case words joined by hyphens"),
        (("../evil",), "use lower-case words joined by hyphens"),
        (("async",), "it names a group of rules"),
        (("x-y", "--check", "existance"), "did you mean 'existence'?"),
        (("x-y", "--dimension", "asynch"), "did you mean 'async'?"),
    ],
)
def test_a_new_rule_with_a_wrong_name_is_refused(run: Run, arguments: tuple[str, ...], message: str) -> None:
    result = run("new-rule", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_the_json_schema_is_printed(run: Run) -> None:
    assert json.loads(run("json-schema").stdout)["title"] == "A review by ld-review"


@pytest.mark.parametrize(
    ("what", "title"),
    [
        ("review", "A review by ld-review"),
        ("configuration", "A configuration of ld-review"),
        ("rule", "A rule of ld-review"),
        ("element", "A kind of learning element for ld-review"),
        ("profile", "A profile of ld-review"),
    ],
)
def test_there_is_a_schema_of_each_kind_of_file(run: Run, what: str, title: str) -> None:
    assert json.loads(run("json-schema", what).stdout)["title"] == title


def test_a_schema_that_is_not_there_is_refused_with_the_near_word(run: Run) -> None:
    result = run("json-schema", "configuraton")
    assert result.exit_code == 2
    assert "there are review, configuration, rule, element, profile; did you mean 'configuration'?" in result.stderr


def test_your_own_rules_are_in_the_schema_of_the_configuration(run: Run, folder: Path) -> None:
    run("new-rule", "my-own", "--dir", "mine")
    assert "my-own" not in run("json-schema", "configuration").stdout
    (folder / ".ld-review.yaml").write_text("rules: [mine]\n")
    own = json.loads(run("json-schema", "configuration").stdout)["definitions"]["options"]["properties"]["my-own"]
    assert own["description"] == "A page with my own"


def test_a_configuration_that_cannot_be_used_still_gets_its_schema(run: Run, folder: Path) -> None:
    (folder / ".ld-review.yaml").write_text("fail-on: sometimes\n")
    result = run("json-schema", "configuration")
    assert result.exit_code == 0
    assert ".ld-review.yaml:1: the configuration: fail-on must be" in result.stderr
    assert json.loads(result.stdout)["title"] == "A configuration of ld-review"


def test_a_new_rule_names_the_schema_that_lies_beside_it(run: Run, folder: Path) -> None:
    run("new-rule", "one", "--dir", "mine")
    assert "$schema" not in (folder / "mine/handbook-first/one.yaml").read_text()
    (folder / "mine/rule.schema.json").write_text(run("json-schema", "rule").stdout)
    run("new-rule", "two", "--dir", "mine")
    first, *rest = (folder / "mine/handbook-first/two.yaml").read_text().splitlines()
    assert first == "# yaml-language-server: $schema=../rule.schema.json"
    assert rest[0].startswith("# The id of the rule")
    assert run("test", "mine/handbook-first/two.yaml").exit_code == 0


def test_help_lists_every_command(run: Run) -> None:
    shown = run("--help").stdout
    for name in ("check", "rules", "rule", "explain", "test", "new-rule", "json-schema"):
        assert f"\n  {name} " in shown
        assert run(name, "--help").exit_code == 0


def test_the_version_is_told(run: Run) -> None:
    from ld_review import __version__

    assert run("--version").stdout == f"ld-review {__version__}\n"
