"""The schemas of the files that people write say of a file what its loader says of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from jsonschema import Draft7Validator
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ld_review.checks import CHECKS, check_class
from ld_review.config_file import config_of
from ld_review.errors import LdReviewError, RuleError
from ld_review.file_schemas import configuration_schema, element_schema, profile_schema, rule_schema
from ld_review.own_files import rules_folder
from ld_review.rule import DIMENSIONS
from ld_review.rulebook import bundled_rules, read_rule
from ld_review.typed_yaml import Place, compose, members

ROOT = Path(__file__).parents[1]
RULES = bundled_rules().rules
SCHEMAS = {
    "configuration": configuration_schema(RULES, CHECKS),
    "rule": rule_schema(CHECKS),
    "element": element_schema(),
    "profile": profile_schema(),
}
VALIDATORS = {name: Draft7Validator(schema) for name, schema in SCHEMAS.items()}
_SHAPE = re.compile(
    r"has no option|lacks '|must be (?!between)|must hold keys|must name one kind|an example is either|at least one"
    r"|no (?:kind of|profile|preset|group) "
)
"""What the loader says of a file that has the wrong form, whatever its words mean."""
_FENCE = re.compile(r"^( *)```ya?ml title=(\S+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_VALUES: tuple[Any, ...] = ("xyzzy", "", 3, 2.5, True, None, ["xyzzy"], {"xyzzy": "plugh"}, [[]])
"""One of these is the wrong value for anything."""


def _data(text: str) -> Any:
    return _of(compose(text, Place("a file", RuleError)))


def _of(node: Node | None) -> Any:
    """A node as JSON has it."""
    if isinstance(node, MappingNode):
        return {key.value: _of(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_of(item) for item in node.value]
    assert isinstance(node, ScalarNode)
    single = node.tag.rpartition(":")[2] in ("int", "float", "bool", "null")
    return yaml.safe_load(node.value) if single else node.value


def _complaints(of: str, data: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in VALIDATORS[of].iter_errors(data)]


def _is_right(of: str, data: Any) -> bool:
    return bool(VALIDATORS[of].is_valid(data))


def _files(folder: str) -> list[Path]:
    return sorted(Path(str(rules_folder())).glob(f"{folder}/*.yaml"))


def _of_rule(rule: Any) -> dict[str, Any]:
    """A rule file, shortened to one example of each kind and two of everything else."""
    data: dict[str, Any] = _data(Path(rule.origin).read_text("utf-8"))
    first = {kind: next(one for one in data["examples"] if kind in one) for kind in ("flagged", "clean")}
    return {**data, "check": _shortened(data["check"]), "examples": list(first.values())}


def _shortened(check: Any) -> Any:
    """A check whose options hold at most two of everything."""
    if not isinstance(check, dict):
        return check
    [(kind, options)] = check.items()
    return {kind: {name: _two_of(value) for name, value in (options or {}).items()}}


def _two_of(value: Any) -> Any:
    if isinstance(value, dict):
        return dict(list(value.items())[:2])
    return value[:2] if isinstance(value, list) else value


SHIPPED = {rule.kind: _of_rule(rule) for rule in reversed(RULES)}
NOT_SHIPPED = {"capitalization": {"match": "$title"}, "sequence": {"patterns": [[{"LOWER": "learn"}]]}}
ONE_OF_EACH_KIND = [
    (kind, SHIPPED[kind] if kind in SHIPPED else {**SHIPPED["existence"], "check": {kind: NOT_SHIPPED[kind]}})
    for kind in CHECKS
]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name: str) -> None:
    Draft7Validator.check_schema(SCHEMAS[name])
    assert "$ref" not in SCHEMAS[name], "beside a reference nothing counts"


@pytest.mark.parametrize(
    ("of", "file"),
    [
        *(("rule", file) for dimension in DIMENSIONS for file in _files(dimension)),
        *(("element", file) for file in _files("elements")),
        *(("profile", file) for file in _files("profiles")),
    ],
    ids=lambda one: one.stem if isinstance(one, Path) else one,
)
def test_every_file_that_comes_with_the_package_is_right(of: str, file: Path) -> None:
    assert _complaints(of, _data(file.read_text("utf-8"))) == []


def test_every_file_that_the_documentation_shows_is_right() -> None:
    shown = []
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))):
        for indent, title, body in _FENCE.findall(page.read_text("utf-8")):
            of = "rule" if title.startswith("rules/") else "configuration" if title == ".ld-review.yaml" else ""
            if of:
                shown.append(of)
                assert _complaints(of, _data(re.sub(f"^{indent}", "", body, flags=re.MULTILINE))) == [], page.name
    assert {"rule", "configuration"} <= set(shown)


def _variants(value: Any) -> Iterator[Any]:
    """The same value with one thing in it that may be wrong: a key, a value, something left out."""
    yield from (other for other in _VALUES if other != value)
    if isinstance(value, dict):
        for key, inner in value.items():
            without = {one: other for one, other in value.items() if one != key}
            yield without
            yield {**without, f"{key}z": inner}
            yield {**without, key.replace("-", "_"): inner}
            yield from ({**value, key: other} for other in _variants(inner))
        yield {**value, "xyzzy": "plugh"}
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield [*value[:number], *value[number + 1 :]]
            yield from ([*value[:number], other, *value[number + 1 :]] for other in _variants(inner))


def _agree(of: str, data: Any, load: Callable[[str], object]) -> bool:
    """Hold schema and loader against each other; whether the loader takes it."""
    right = _is_right(of, data)
    text = json.dumps(data, ensure_ascii=False)
    try:
        load(text)
    except LdReviewError as error:
        assert not (right and _SHAPE.search(str(error))), f"the loader alone refuses {text}: {error}"
        return False
    assert right, f"the schema alone refuses {text}: {_complaints(of, data)}"
    return True


class _File:
    """A rule file that lies nowhere."""

    name = "some-rule.yaml"

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self.name

    def read_bytes(self) -> bytes:
        return self._text.encode("utf-8")


def _load_rule(text: str) -> object:
    return read_rule(_File(text), "async")  # type: ignore[arg-type]


def test_schema_and_loader_agree_on_rule_files_with_something_wrong() -> None:
    _, data = next(one for one in ONE_OF_EACH_KIND if one[0] == "handbook-link")
    data = {**data, "declared-severity": "error", "profiles": ["course"], "language": "en", "decides": "never"}
    data["examples"][0] |= {
        "replies": {"https://example.com/": {"dead": True, "reason": "gone"}},
        "today": "2026-02-03",
    }
    taken = [_agree("rule", one, _load_rule) for one in _variants(data)]
    assert 50 < sum(taken) < len(taken) - 300


@pytest.mark.parametrize(("kind", "data"), ONE_OF_EACH_KIND, ids=CHECKS)
def test_schema_and_loader_agree_on_the_options_of_every_kind_of_check(kind: str, data: dict[str, Any]) -> None:
    assert _agree("rule", data, _load_rule)
    for check in _variants(data["check"]):
        _agree("rule", {**data, "check": check}, _load_rule)
    options = data["check"][kind] if isinstance(data["check"], dict) else {}
    for name in members(check_class(kind)):
        for value in _VALUES:
            _agree("rule", {**data, "check": {kind: {**(options or {}), name: value}}}, _load_rule)


CONFIGURATION = """\
preset: gitlab
select: [async]
ignore: [heading-emoji]
severity: {placeholder-text: error}
options: {oversized-section: {max-words: 800}, undefined-acronym: {exceptions: [DRI]}}
exclude: ["archive/**"]
extend-include: ["*.mdx"]
baseline: known.json
fail-on: warning
require-suppression-reason: true
heading-ids: auto
packs: true
language: en
handbook: {layout: hugo, complete: true}
external: {timeout: 5, skip: ["*.example.com"]}
elements: {practice: {titles: [Kata], weak-titles: [Run]}}
hosts: {handbook: [handbook.example.com], retired: {old.example.com: new.example.com}}
paths:
  - {match: "content/**", profile: course, ignore: [all], severity: {async: error}, options: {long-video: {limit: 9}}}
"""


def test_schema_and_loader_agree_on_configurations_with_something_wrong(tmp_path: Path) -> None:
    def load(text: str) -> object:
        return config_of(text, tmp_path / ".ld-review.yaml")

    data = _data(CONFIGURATION)
    assert _agree("configuration", data, load)
    taken = [_agree("configuration", one, load) for one in _variants(data)]
    assert 50 < sum(taken) < len(taken) - 300


def test_everything_that_can_be_written_is_explained() -> None:
    for name, schema in SCHEMAS.items():
        own = {
            "ConfigurationFile",
            "PathsFile",
            "HandbookFile",
            "ExternalFile",
            "RuleFile",
            "ExampleFile",
            "ProfileFile",
        }
        for of in own & set(schema["definitions"]):
            properties = schema["definitions"][of]["properties"]
            assert [key for key, one in properties.items() if not one.get("description")] == [], (name, of)


def test_an_editor_learns_the_words_and_what_holds_by_default() -> None:
    configuration, rule = SCHEMAS["configuration"]["definitions"], SCHEMAS["rule"]["definitions"]
    assert "vague-link-text" in configuration["selector"]["anyOf"][0]["enum"]
    assert configuration["preset"] == {"enum": ["gitlab", "recommended", "strict"]}
    assert "pathway" in rule["profile"]["enum"]
    assert configuration["ConfigurationFile"]["properties"]["fail-on"]["default"] == "warning"
    words = rule["check-metric"]["properties"]["least-words"]
    assert (words["default"], words["description"].split(" are")[0]) == (100, "Fewer words than these")
    [of_rule] = configuration["options"]["properties"]["long-video"]["allOf"]
    assert of_rule == {"$ref": "#/definitions/check-time"}


@dataclass(frozen=True)
class _Shout:
    """Yield what is written in capitals."""

    loud: int
    """How many letters are too many."""
    tone: Literal["kind", "firm"] = "kind"


@dataclass(frozen=True)
class _Unreadable:
    """A kind of check whose annotations nobody can read."""

    what: Missing = None  # type: ignore[name-defined]  # noqa: F821 - that is the point


def test_kinds_of_installed_packages_are_in_it_whatever_they_are_like() -> None:
    kinds: Any = {**CHECKS, "shout": _Shout, "unreadable": _Unreadable}
    is_right = Draft7Validator(rule_schema(kinds)).is_valid
    data = _of_rule(RULES[0])
    assert is_right({**data, "check": {"shout": {"loud": 3, "tone": "firm"}}})
    assert not is_right({**data, "check": {"shout": {"tone": "firm"}}})
    assert not is_right({**data, "check": {"shout": {"loud": 3, "tone": "angry"}}})
    assert is_right({**data, "check": {"unreadable": {"what": 1}}})
