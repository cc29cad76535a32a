"""Rule files and presets: YAML in, rules out, with errors that name file, line and key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple

from yaml.nodes import MappingNode, Node, ScalarNode

from ld_review.checks import CHECKS, Kinds, check_class
from ld_review.checks.base import Check
from ld_review.checks.phrases import trusted
from ld_review.errors import ConfigError, RuleError, near
from ld_review.finding import Severity
from ld_review.handbook.handbook import Reply
from ld_review.hints import Named, ReadAs
from ld_review.late import late
from ld_review.own_files import rules_folder
from ld_review.rule import DAY_OF_EXAMPLES, DIMENSIONS, Authority, Decides, Example, Rule
from ld_review.source import Span
from ld_review.typed_yaml import Place, arguments, build, compose, entries

_ID = late(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MARK = late(r"<mark>|</mark>")
_ENDINGS = (".yaml", ".yml")
EITHER = ("flagged", "clean")
"""What an example is; a rule needs one of each."""
_NO_OPTIONS = MappingNode("tag:yaml.org,2002:map", [])


class ExampleFile(NamedTuple):
    """A text that the rule flags, or leaves alone though it looks alike."""

    flagged: str | None = None
    """A text with ``<mark>`` around exactly what is found."""
    clean: str | None = None
    """A near miss: what looks alike and is right."""
    fixed: str | None = None
    """The flagged text after all fixes."""
    path: str = "page.md"
    """Where the page stands."""
    profile: Annotated[str, Named("profile")] | Literal[""] = ""
    """What kind of page it is declared to be."""
    layout: Literal["hugo", "middleman", "mkdocs", "docusaurus", "plain"] = "hugo"
    """Of which kind its handbook is."""
    handbook: Mapping[str, str] = MappingProxyType({})
    """The other pages of the handbook: paths and texts."""
    replies: Mapping[str, Reply] = MappingProxyType({})
    """What other hosts say of addresses."""
    before: Mapping[str, str] = MappingProxyType({})
    """Pages as they were before a change: paths and texts."""
    today: date = DAY_OF_EXAMPLES
    """The day on which it is read."""


@dataclass(frozen=True)
class RuleFile:
    """A rule: what may be wrong, why, on whose authority, how to look, what to say, and how it looks."""

    summary: str
    """In one line, the pattern that is flagged, not the cure."""
    why: str
    """What it costs the learner or the team."""
    authority: tuple[Authority, ...]
    """Where the standard can be read; at least one."""
    severity: Severity
    """How much its findings weigh."""
    since: str
    """The version that brought it."""
    message: str
    """What the author reads; words in braces come from the check, ``{match}`` is what was found."""
    check: Annotated[Node, Named("check")]
    """One kind of check, with its options."""
    examples: tuple[Annotated[Node, ReadAs(ExampleFile)], ...]
    """At least one that is flagged and one that is clean: they are its tests and its documentation."""
    declared_severity: Severity | None = None
    """How much its findings weigh where somebody declared the profile of the page."""
    profiles: tuple[Annotated[str, Named("profile")], ...] = ()
    """The profiles of the pages it reads; without it learning content for adult learning, else every page."""
    language: str = ""
    """The language of the pages it reads, such as ``en``; without it the rule reads structure."""
    fix: Literal["safe", "unsafe", "none"] = "safe"
    """What the fixes of the check are worth."""
    off: str = ""
    """Why it is off unless it is selected by its id."""
    advice: bool = False
    """Whether what it finds is worth a look although it is off."""
    decides: Decides = "never"
    """Whether a suggestion is enough for a page to need changes; ``declared``: where somebody declared its profile."""


@dataclass(frozen=True)
class Preset:
    """Rules that belong together, with the severities and options they have there."""

    name: str
    rules: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    options: Mapping[str, Node] = field(default_factory=dict)
    extends: str = ""
    origin: str = ""
    hosts: Node | None = None
    """The hosts that it adds to groups."""


@dataclass(frozen=True)
class _PresetFile:
    """The keys of a preset file."""

    rules: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    options: Mapping[str, Node] = field(default_factory=dict)
    extends: str = ""
    hosts: Node | None = None


class Rulebook(NamedTuple):
    """The rules of a folder, and what is wrong with those that cannot be used."""

    rules: tuple[Rule, ...]
    errors: tuple[RuleError, ...] = ()


@cache
def bundled_rules() -> Rulebook:
    """The rules that come with the package."""
    with trusted():
        return read_rules(rules_folder())


def read_rules(folder: Traversable, kinds: Kinds = CHECKS) -> Rulebook:
    """The rules in the folders of the dimensions in *folder*, or, where it is named like one, in *folder* itself.

    A file that cannot be used becomes an error beside the rules that can.
    """
    rules: dict[str, Rule] = {}
    errors = []
    for dimension, file in _rule_files(folder):
        try:
            rule = read_rule(file, dimension, kinds)
            if rule.id in rules:
                raise _named(RuleError(f"{file}: the rule {rule.id!r} stands in {rules[rule.id].origin} too"), rule.id)
            rules[rule.id] = rule
        except RuleError as error:
            errors.append(error)
    return Rulebook(tuple(rules.values()), tuple(errors))


def read_rule(file: Traversable, dimension: str = "", kinds: Kinds = CHECKS) -> Rule:
    """One rule file. Its folder names its dimension, unless *dimension* does.

    Raises RuleError where it cannot be used.
    """
    id_ = file.name.rpartition(".")[0]
    try:
        return _read_rule(file, id_, dimension or _folder_name(file), kinds)
    except RuleError as error:
        raise _named(error, id_) from error.__cause__


def with_options(rule: Rule, options: Node, place: Place) -> Rule:
    """The rule with other options for its check.

    Raises the error of *place* where its check cannot take them.
    """
    kind: Any = type(rule.check)
    values = arguments(kind, options, place, f"{rule.id}: {rule.kind}")
    try:
        return replace(rule, check=replace(rule.check, **values))  # type: ignore[type-var]
    except (ValueError, TypeError) as error:
        raise place.wrong(options, f"{rule.id}: {rule.kind}: {error}") from error


@cache
def preset_names() -> tuple[str, ...]:
    """The presets there are; ``strict`` is computed."""
    folder = rules_folder() / "presets"
    found = [file.name.rpartition(".")[0] for file in yaml_files(folder)] if folder.is_dir() else []
    return tuple(sorted({*found, "strict"}))


@cache
def profile_names() -> tuple[str, ...]:
    """The profiles there are."""
    return tuple(file.name.rpartition(".")[0] for file in yaml_files(rules_folder() / "profiles"))


@cache
def read_preset(name: str) -> tuple[Preset, ...]:
    """A preset after those that it extends.

    Raises RuleError where its file cannot be used, ConfigError where there is none of this name.
    """
    presets: list[Preset] = []
    while name:
        preset = _read_preset(name)
        if any(preset.name == other.name for other in presets):
            raise RuleError(f"{preset.origin}: extends itself")
        presets.insert(0, preset)
        name = preset.extends
    return tuple(presets)


def _read_preset(name: str) -> Preset:
    if name == "strict":
        return Preset(name, ("all",))
    if name not in preset_names():
        raise ConfigError(f"no preset {name!r}; there are {', '.join(preset_names())}{near(name, preset_names())}")
    file = rules_folder() / "presets" / f"{name}.yaml"
    place = Place(str(file), RuleError)
    node = compose(text_of(file), place) or _NO_OPTIONS
    found: _PresetFile = build(_PresetFile, node, place, "a preset")
    return Preset(name, found.rules, found.severity, found.options, found.extends, str(file), found.hosts)


def _rule_files(folder: Traversable) -> Iterator[tuple[str, Traversable]]:
    if folder.name in DIMENSIONS:
        yield from ((folder.name, file) for file in yaml_files(folder))
        return
    for dimension in DIMENSIONS:
        inner = folder / dimension
        if inner.is_dir():
            yield from ((dimension, file) for file in yaml_files(inner))


def yaml_files(folder: Traversable) -> list[Traversable]:
    """The YAML files in a folder, in order of their names."""
    found = [file for file in folder.iterdir() if file.name.endswith(_ENDINGS) and not file.name.startswith(".")]
    return sorted(found, key=lambda file: file.name)


def _folder_name(file: Traversable) -> str:
    return Path(str(file)).absolute().parent.name


def _named(error: RuleError, rule: str) -> RuleError:
    error.rule = rule
    return error


def text_of(file: Traversable) -> str:
    """The text of a file. Raises RuleError where it cannot be read."""
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise RuleError(f"{file}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise RuleError(f"{file}: not UTF-8: byte {error.start}") from error


def _read_rule(file: Traversable, id_: str, dimension: str, kinds: Kinds) -> Rule:
    place = Place(str(file), RuleError)
    _check_names(place, id_, dimension)
    node = compose(text_of(file), place)
    if node is None:
        raise place.wrong(None, "the file is empty; a rule needs a summary, a check, examples and more")
    found: RuleFile = build(RuleFile, node, place, "a rule")
    at = {key.value: value for key, value in entries(node, place, "a rule")}
    _check_message(found.message, at["message"], place)
    if found.advice and not found.off:
        raise place.wrong(at["advice"], "advice: only a rule that is off is advice; say under 'off' why it is")
    if found.advice and found.decides != "never":
        raise place.wrong(at["decides"], "decides: advice is never part of a verdict")
    _check_profiles(found.profiles, at.get("profiles"), place, "profiles")
    kind, check = _check(found.check, place, kinds)
    return Rule(
        id=id_,
        dimension=dimension,
        summary=found.summary.strip(),
        why=found.why.strip(),
        authority=_authority(found.authority, at["authority"], place),
        severity=found.severity,
        declared_severity=found.declared_severity,
        profiles=frozenset(found.profiles),
        since=found.since,
        message=found.message,
        kind=kind,
        check=check,
        examples=_examples(found.examples, at["examples"], place),
        language=found.language,
        safe=found.fix == "safe",
        fixes=found.fix != "none",
        off=found.off,
        advice=found.advice,
        decides=found.decides,
        origin=str(file),
    )


def _check_names(place: Place, id_: str, dimension: str) -> None:
    if dimension not in DIMENSIONS:
        raise place.wrong(
            None,
            f"the folder names the dimension: one of {', '.join(DIMENSIONS)}, found {dimension!r}"
            f"{near(dimension, DIMENSIONS)}",
        )
    if not _ID.fullmatch(id_) or id_ in (*DIMENSIONS, "all"):
        raise place.wrong(None, f"{id_!r} cannot be the id of a rule: use lower-case words joined by hyphens")


def _check_message(message: str, node: Node, place: Place) -> None:
    try:
        words = [word for _, word, *_ in Formatter().parse(message) if word is not None]
    except ValueError as error:
        raise place.wrong(node, f"message: {error}; write {{{{ for a brace") from None
    for word in words:
        if not word.isidentifier():
            raise place.wrong(node, f"message: {{{word}}} is not a named word such as {{match}}")


def _check_profiles(profiles: Iterable[str], node: Node | None, place: Place, what: str) -> None:
    names = profile_names()
    for profile in profiles:
        if profile not in names:
            expected = near(profile, names) or f"; there are {', '.join(names)}"
            raise place.wrong(node, f"{what}: no profile {profile!r}{expected}")


def _check(node: Node, place: Place, kinds: Kinds) -> tuple[str, Check]:
    """The kind of check and the check: from ``check: kind``, or from ``check: {kind: options}``."""
    pairs = [(node, None)] if isinstance(node, ScalarNode) else list(entries(node, place, "check"))
    if len(pairs) != 1:
        raise place.wrong(node, f"check must name one kind of check, found {len(pairs)}")
    name, options = pairs[0]
    kind = str(name.value)
    if kind not in kinds:
        raise place.wrong(name, f"no kind of check {kind!r}; there are {', '.join(kinds)}{near(kind, kinds)}")
    try:
        made = check_class(kind, kinds)
    except (ImportError, AttributeError) as error:
        raise place.wrong(name, f"the check {kind!r} cannot be loaded: {error}") from error
    if options is None or options.tag.endswith(":null"):
        options = MappingNode(_NO_OPTIONS.tag, [], name.start_mark, name.end_mark)
    check: Check = build(made, options, place, kind)
    return kind, check


def _authority(authority: tuple[Authority, ...], node: Node, place: Place) -> tuple[Authority, ...]:
    if not authority:
        raise place.wrong(node, "authority: name at least one, with title and url")
    for one in authority:
        if not one.url.startswith("https://"):
            raise place.wrong(node, f"authority: url must begin with https://, found {one.url!r}")
    return authority


def _examples(nodes: tuple[Node, ...], node: Node, place: Place) -> tuple[Example, ...]:
    examples = tuple(_example(node, place) for node in nodes)
    there = {"flagged" if example.flagged else "clean" for example in examples}
    for kind in EITHER:
        if kind not in there:
            raise place.wrong(node, f"examples: at least one must be {kind}")
    return examples


def _example(node: Node, place: Place) -> Example:
    found: ExampleFile = build(ExampleFile, node, place, "an example")
    if (found.flagged is None) == (found.clean is None):
        raise place.wrong(node, f"an example is either {' or '.join(EITHER)}")
    _check_profiles([found.profile] if found.profile else [], node, place, "an example")
    if found.clean is not None:
        if found.fixed is not None or _MARK.search(found.clean):
            raise place.wrong(node, "a clean example holds no <mark> and is not fixed")
        text, spans = found.clean, tuple[Span, ...]()
    else:
        text, spans = unmarked(found.flagged or "", node, place)
    pages, replies = tuple(found.handbook.items()), tuple(found.replies.items())
    before = tuple(found.before.items())
    return Example(
        text, spans, found.fixed, found.path, found.profile, found.layout, pages, replies, before, found.today
    )


def unmarked(marked: str, node: Node, place: Place, called: str = "flagged") -> tuple[str, tuple[Span, ...]]:
    """The text of an example without its ``<mark>``, and the spans that were marked.

    Raises the error of *place* where marks are missing, nested or not closed.
    """
    parts = _MARK.split(marked)
    marks = _MARK.findall(marked)
    if not marks or marks != ["<mark>", "</mark>"] * (len(marks) // 2):
        raise place.wrong(node, f"a {called} example needs <mark>...</mark> around what is {called}, not nested")
    offsets, length = [], 0
    for part in parts[:-1]:
        length += len(part)
        offsets.append(length)
    return "".join(parts), tuple(map(Span, offsets[::2], offsets[1::2]))
