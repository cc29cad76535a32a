"""The files in ``rules/process``, and in a team's own folder: YAML in, support models out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, TypeVar

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ld_review.errors import LdReviewError, RuleError, UsageError, near
from ld_review.late import late
from ld_review.own_files import rules_folder
from ld_review.process.conditions import CHECKS
from ld_review.process.model import Condition, From, Model, Question, Step
from ld_review.rulebook import text_of, yaml_files
from ld_review.typed_yaml import Place, build, compose, entries

QUESTIONS, CONDITIONS = "questions", "conditions"
"""The names of the files that all models share."""
_NAME = late(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_QUICK_ACTION = late(r"/[a-z_]+(?: .*)?\Z")
_BRACES = late(r"\{([^{}]*)\}")
_LONGEST = 520
"""Weeks, on either side of the launch; no timeline is longer."""
_Named = TypeVar("_Named")


@dataclass(frozen=True)
class _QuestionFile:
    """The keys of a question."""

    ask: str
    help: str = ""
    kind: Literal["text", "number", "date", "url", "choice"] = "text"
    choices: tuple[str, ...] = ()
    from_: From = ""


@dataclass(frozen=True)
class _ConditionFile:
    """The keys of a condition."""

    says: str
    check: Node


@dataclass(frozen=True)
class _StepFile:
    """The keys of a step."""

    action: str
    who: str
    weeks: int = 0
    days: int = 0
    weeks_after: int = 0
    days_after: int = 0
    opens: bool = False
    note: str = ""
    done_when: Node | None = None
    needs: Node | None = None

    def __post_init__(self) -> None:
        offsets = (self.weeks, self.days, self.weeks_after, self.days_after)
        if sum(map(bool, offsets)) > 1:
            raise ValueError("give one of 'weeks', 'days', 'weeks-after' and 'days-after'")
        if not all(0 <= offset <= _LONGEST for offset in offsets):
            raise ValueError(f"weeks and days must lie between 0 and {_LONGEST}")

    @property
    def before(self) -> int:
        """How many days before the launch."""
        return self.weeks * 7 + self.days - self.weeks_after * 7 - self.days_after


@dataclass(frozen=True)
class _ModelFile:
    """The keys of a support model."""

    row: str
    when: str
    title: str
    template: str = ""
    profile: str = ""
    asks: Node | None = None
    gate: Node | None = None
    checklist: tuple[str, ...] = ()
    timeline: tuple[Node, ...] = ()
    timeline_from: str = ""
    quick_actions: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProcessBook:
    """The models there are, by name, and the files that cannot be used."""

    models: Mapping[str, Model]
    questions: Mapping[str, Question]
    errors: Mapping[str, LdReviewError]
    """By the name of the model that the file would have made."""

    def model(self, name: str) -> Model:
        """A model. Raises UsageError where there is none of this name, and the error of its file."""
        if name in self.errors:
            raise self.errors[name]
        if name not in self.models:
            known = ", ".join(self.models)
            raise UsageError(f"no support model {name!r}{near(name, self.models)}; there are {known}")
        return self.models[name]


def read_process(folders: Iterable[Path] = ()) -> ProcessBook:
    """The models that come with the package, and those in *folders*, of which the later replace the earlier.

    A folder may hold questions and conditions of its own; a model that cannot be used spoils no other. Raises
    UsageError where a folder is not there, RuleError where its questions or conditions cannot be used.
    """
    every: list[Traversable] = [rules_folder() / "process"]
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"process: no such folder: {folder}")
        every.append(folder)
    files = [{file.name.rpartition(".")[0]: file for file in yaml_files(folder)} for folder in every]
    questions: dict[str, Question] = {}
    conditions: dict[str, Condition] = {}
    for one in files:
        questions |= _shared(one, QUESTIONS, _question)
        conditions |= _shared(one, CONDITIONS, _condition)
    models: dict[str, Model] = {}
    errors: dict[str, LdReviewError] = {}
    for name, file in ((name, file) for one in files for name, file in one.items()):
        if name in (QUESTIONS, CONDITIONS):
            continue
        models.pop(name, None)
        errors.pop(name, None)
        try:
            models[name] = _model(name, file, questions, conditions)
        except LdReviewError as error:
            errors[name] = error
    return ProcessBook(dict(sorted(models.items())), questions, errors)


def _shared(files: Mapping[str, Traversable], name: str, read: Any) -> dict[str, Any]:
    if name not in files:
        return {}
    place = Place(str(files[name]), RuleError)
    node = compose(text_of(files[name]), place)
    if node is None:
        return {}
    return {key.value: read(key, value, place) for key, value in entries(node, place, name)}


def _question(key: ScalarNode, node: Node, place: Place) -> Question:
    _check_name(key, place)
    what = f"the question {key.value!r}"
    read: _QuestionFile = build(_QuestionFile, node, place, what)
    try:
        return Question(key.value, read.ask.strip(), read.help.strip(), read.kind, read.choices, read.from_)
    except ValueError as error:
        raise place.wrong(node, f"{what}: {error}") from None


def _condition(key: ScalarNode, node: Node, place: Place) -> Condition:
    _check_name(key, place)
    what = f"the condition {key.value!r}"
    read: _ConditionFile = build(_ConditionFile, node, place, what)
    pairs = list(entries(read.check, place, f"{what}: check"))
    if len(pairs) != 1:
        raise place.wrong(read.check, f"{what}: check must hold one kind: {', '.join(CHECKS)}")
    kind, options = pairs[0]
    if kind.value not in CHECKS:
        hint = near(kind.value, CHECKS) or f"; there are {', '.join(CHECKS)}"
        raise place.wrong(kind, f"{what}: no kind of condition {kind.value!r}{hint}")
    return Condition(key.value, read.says.strip(), build(CHECKS[kind.value], options, place, f"{what}: {kind.value}"))


def _check_name(key: ScalarNode, place: Place) -> None:
    if not _NAME.fullmatch(key.value):
        raise place.wrong(key, f"{key.value!r} must be small letters and digits with dashes between")


def _model(
    name: str, file: Traversable, questions: Mapping[str, Question], conditions: Mapping[str, Condition]
) -> Model:
    place = Place(str(file), RuleError)
    if not _NAME.fullmatch(name):
        raise place.wrong(None, f"the name of a model, {name!r}, must be small letters and digits with dashes between")
    node = compose(text_of(file), place)
    if node is None:
        raise place.wrong(None, "the file is empty; a model needs a row, a when and a title")
    read: _ModelFile = build(_ModelFile, node, place, "a model")
    _check_title(read.title, _value(node, "title"), place)
    _check_quick_actions(read.quick_actions, _value(node, "quick-actions"), place)
    timeline = tuple(_step(one, conditions, place) for one in read.timeline)
    _check_timeline(timeline, _value(node, "timeline"), place)
    return Model(
        name,
        read.row.strip(),
        read.when.strip(),
        read.template,
        read.title.strip(),
        read.profile,
        _chosen(read.asks, questions, place, "asks: no question"),
        _chosen(read.gate, conditions, place, "gate: no condition"),
        read.checklist,
        timeline,
        read.timeline_from.strip(),
        read.quick_actions,
        str(file),
    )


def _step(node: Node, conditions: Mapping[str, Condition], place: Place) -> Step:
    read: _StepFile = build(_StepFile, node, place, "a step of the timeline")
    done_when = _chosen(read.done_when, conditions, place, "done-when: no condition")
    needs = _chosen(read.needs, conditions, place, "needs: no condition")
    return Step(read.action, read.who, read.before, read.opens, read.note, done_when, needs)


def _chosen(node: Node | None, known: Mapping[str, _Named], place: Place, what: str) -> tuple[_Named, ...]:
    """What a list of names names, each at its line."""
    return tuple(_named(item, known, place, what) for item in _items(node, place, what))


def _named(item: Node, known: Mapping[str, _Named], place: Place, what: str) -> _Named:
    if not isinstance(item, ScalarNode) or item.value not in known:
        raise place.wrong(item, f"{what} {item.value!r}{near(str(item.value), known)}")
    return known[item.value]


def _items(node: Node | None, place: Place, what: str) -> Iterator[Node]:
    if node is None:
        return
    if not isinstance(node, SequenceNode):
        raise place.wrong(node, f"{what.partition(':')[0]} must be a list of names")
    yield from node.value


def _check_title(title: str, node: Node | None, place: Place) -> None:
    for word in _BRACES.findall(title):
        if word != "title":
            raise place.wrong(node, f"title: no {{{word}}}; the one word in braces is {{title}}")


def _check_quick_actions(lines: Sequence[str], node: Node | None, place: Place) -> None:
    for line in lines:
        if not _QUICK_ACTION.match(line):
            raise place.wrong(node, f"quick-actions: {line!r} must be one line that begins with / and a command")


def _check_timeline(timeline: Sequence[Step], node: Node | None, place: Place) -> None:
    if timeline and sum(step.opens for step in timeline) != 1:
        raise place.wrong(node, "timeline: exactly one step has `opens: true`, the one that opens the issue")
    if timeline and not any(step.days == 0 for step in timeline):
        raise place.wrong(node, "timeline: no step is the launch; the launch has neither weeks nor days")
    if any(earlier.days < later.days for earlier, later in pairwise(timeline)):
        raise place.wrong(node, "timeline: the steps must stand in the order in which they are due")


def _value(node: Node, name: str) -> Node | None:
    pairs = node.value if isinstance(node, MappingNode) else ()
    return next((value for key, value in pairs if key.value.replace("_", "-") == name), None)
