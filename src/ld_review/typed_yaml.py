"""YAML into typed values, with errors that name file, line and key: dataclasses are the schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ld_review.errors import LdReviewError, near
from ld_review.late import late

MOST_CHARACTERS = 1_000_000
"""Far more than a rule or a configuration needs."""
_MOST_BRACKETS = 10_000
_NESTED_ON_A_LINE = late(r"(?:[-?:][ \t]+){100}")
MOST_DIGITS = 15
"""Of a number, before its point and behind it."""
_INTEGER = late(rf"[-+]?[0-9]{{1,{MOST_DIGITS}}}\Z")
_NUMBER = late(rf"[-+]?[0-9]{{1,{MOST_DIGITS}}}(?:\.[0-9]{{1,{MOST_DIGITS}}})?\Z")
_TAG = "tag:yaml.org,2002:"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Place(NamedTuple):
    """The file that is read, and which error says what is wrong with it."""

    file: str
    error: type[LdReviewError]

    def wrong(self, node: Node | None, message: str) -> LdReviewError:
        """An error at the line of *node*; without a node, or where lines are not known, about the file."""
        line = node.start_mark.line + 1 if node is not None and node.start_mark is not None else 0
        return self.error(f"{self.file}:{line}: {message}" if line else f"{self.file}: {message}")


class Member(NamedTuple):
    """A key that a mapping may have."""

    field: str
    annotation: Any
    required: bool


def compose(text: str, place: Place) -> Node | None:
    """The node at the top of a YAML text; None where it holds nothing.

    Raises the error of *place* where it is not YAML, too large, nested too deep, holds aliases or a key twice.
    """
    _bounded(text, place)
    try:
        node: Node | None = yaml.compose(text, Loader=_LOADER)
        if node is not None:
            _plain(node, place, set())
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        if "nesting depth" in str(error.problem):  # libyaml's own bound, where it has one
            raise place.error(f"{place.file}: nested too deep") from None
        raise place.error(f"{place.file}:{line}: not YAML: {error.problem or error.context}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else 1
        raise place.error(f"{place.file}:{line}: not YAML: {error.reason}") from None
    except yaml.YAMLError as error:
        raise place.error(f"{place.file}: not YAML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise place.error(f"{place.file}: nested too deep") from None
    return node


def _bounded(text: str, place: Place) -> None:
    # The C loader recurses without a bound, so what nests too deep must not reach it.
    if len(text) > MOST_CHARACTERS:
        raise place.error(f"{place.file}: too large: {len(text)} characters, at most {MOST_CHARACTERS}")
    if text.count("[") + text.count("{") > _MOST_BRACKETS or _NESTED_ON_A_LINE.search(text):
        raise place.error(f"{place.file}: nested too deep")


def _plain(node: Node, place: Place, seen: set[int]) -> None:
    if id(node) in seen:
        raise place.wrong(node, "an alias to this value; write the value out instead")
    seen.add(id(node))
    if isinstance(node, MappingNode):
        keys = set()
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                raise place.wrong(key, "a key must be a word")
            if key.value in keys:
                raise place.wrong(key, f"{key.value!r} stands here twice")
            keys.add(key.value)
            _plain(value, place, seen)
    elif isinstance(node, SequenceNode):
        for item in node.value:
            _plain(item, place, seen)


def node_of(value: Any, text: str = "", start: re.Pattern[str] | None = None) -> Node:
    """A node for a value that was not read from YAML.

    Its lines are told from *text* as well as can be: each word stands at or after its key, and all of them after
    *start*. Without *text* it has no lines.
    """
    found = start.search(text) if start else None
    return _node(value, text, found.start() if found else 0)


def _node(value: Any, text: str, at: int) -> Node:
    mark = _mark(text, at)
    if isinstance(value, Mapping):
        places = [max(_word_place(text, str(key), at), at) for key in value]
        pairs = [
            (_node(str(key), text, place), _node(item, text, place))
            for (key, item), place in zip(value.items(), places, strict=True)
        ]
        return MappingNode(f"{_TAG}map", pairs, mark)
    if isinstance(value, (list, tuple)):
        return SequenceNode(f"{_TAG}seq", [_node(item, text, at) for item in value], mark)
    if isinstance(value, bool):
        return ScalarNode(f"{_TAG}bool", str(value).lower(), mark)
    if isinstance(value, str):
        return ScalarNode(f"{_TAG}str", value, _mark(text, max(_word_place(text, value, at), at)))
    tag = {int: "int", float: "float", NoneType: "null"}.get(type(value), "str")
    return ScalarNode(f"{_TAG}{tag}", "" if value is None else str(value), mark)


def _word_place(text: str, word: str, at: int) -> int:
    """Where *word* stands on its own at or after *at*; -1 where it does not."""
    found = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])").search(text, at) if text else None
    return found.start() if found else -1


def _mark(text: str, at: int) -> Any:
    return yaml.Mark("", at, text.count("\n", 0, at), 0, None, 0) if text else None


def entries(node: Node, place: Place, what: str) -> Iterator[tuple[ScalarNode, Node]]:
    """The keys and values of a mapping."""
    if not isinstance(node, MappingNode):
        raise place.wrong(node, f"{what} must hold keys and values, found {_found(node)}")
    yield from node.value


def build(kind: type, node: Node, place: Place, what: str) -> Any:
    """A dataclass or named tuple from a mapping whose keys are its fields.

    Dashes and underscores in keys are the same. Raises the error of *place* for a key that is unknown or missing, a
    value of a wrong type, and for a ValueError of the class itself.
    """
    values = arguments(kind, node, place, what)
    missing = [name for name, member in members(kind).items() if member.required and member.field not in values]
    if missing:
        raise place.wrong(node, f"{what} lacks {_listed(missing)}")
    try:
        return kind(**values)
    except (ValueError, TypeError) as error:
        raise place.wrong(node, f"{what}: {error}") from error


def arguments(kind: type, node: Node, place: Place, what: str) -> dict[str, Any]:
    """The values of a mapping as the fields of *kind* want them; none need be there."""
    known = members(kind)
    values = {}
    for key, value in entries(node, place, what):
        name = key.value.replace("_", "-")
        if name not in known:
            expected = f"; it knows {', '.join(known)}" if known and not near(name, known) else near(name, known)
            raise place.wrong(key, f"{what} has no option {key.value!r}{expected}")
        member = known[name]
        values[member.field] = convert(member.annotation, value, place, f"{what}: {key.value}")
    return values


@cache
def members(kind: type, with_hints: bool = False) -> Mapping[str, Member]:
    """What a mapping for *kind* may hold, by key: the field's name with dashes.

    *with_hints* leaves in the annotations what they say beside the type.
    """
    hints = get_type_hints(kind, include_extras=with_hints)
    if is_dataclass(kind):
        required = {
            field.name: field.default is MISSING and field.default_factory is MISSING
            for field in fields(kind)
            if field.init and not field.name.startswith("_")
        }
    else:
        required = {name: name not in kind._field_defaults for name in kind._fields}  # type: ignore[attr-defined]
    return {name.rstrip("_").replace("_", "-"): Member(name, hints[name], needed) for name, needed in required.items()}


def convert(annotation: Any, node: Node, place: Place, what: str) -> Any:
    """The value of a node as *annotation* wants it: a type, a Literal, a union, ``tuple[T, ...]``, ``Mapping[str, T]``,
    a dataclass, or ``Node`` and ``Any`` for what is read later.
    """
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return _union(annotation, node, place, what)
    if origin is Literal:
        return _one_of(get_args(annotation), node, place, what)
    if origin in (tuple, list, frozenset):
        return _items(annotation, node, place, what)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(annotation, node, place, what)
    if annotation is Node:
        return node
    if annotation is Any or annotation is object:
        return _untyped(node)
    return _single(annotation, node, place, what)


def _single(annotation: Any, node: Node, place: Place, what: str) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return annotation(_one_of(tuple(member.value for member in annotation), node, place, what))
    if annotation in SCALARS:
        return _scalar(annotation, node, place, what)
    return build(annotation, node, place, what)


def _scalar(annotation: type, node: Node, place: Place, what: str) -> Any:
    wanted, tags, pattern, make = SCALARS[annotation]
    fits = isinstance(node, ScalarNode) and node.tag.removeprefix(_TAG) in tags and pattern.match(node.value)
    if not fits:
        raise place.wrong(node, f"{what} must be {wanted}, found {_found(node)}")
    return make(node.value)


_ANYTHING = late(r"")
_ISO_DATE = late(
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])\Z|\d{4}-(?:0[13-9]|1[0-2])-(?:29|30)\Z|\d{4}-(?:0[13578]|1[02])-31\Z"
)


class Scalar(NamedTuple):
    """How a single value of a type is written."""

    wanted: str
    """How it is called in an error."""
    tags: frozenset[str]
    """What YAML may take it for."""
    pattern: re.Pattern[str]
    make: Callable[[str], Any]


SCALARS: Mapping[Any, Scalar] = {
    # A text is taken as it is written, so that `no`, `1.10` and `2024-05-01` need no quotes.
    str: Scalar("a text", frozenset({"str", "int", "float", "bool", "timestamp"}), _ANYTHING, str),
    int: Scalar("a whole number", frozenset({"int"}), _INTEGER, int),
    float: Scalar("a number", frozenset({"int", "float"}), _NUMBER, float),
    bool: Scalar("true or false", frozenset({"bool"}), _ANYTHING, lambda text: text.lower() in ("true", "yes", "on")),
    date: Scalar("a day such as 2026-03-05", frozenset({"timestamp", "str"}), _ISO_DATE, date.fromisoformat),
    NoneType: Scalar("nothing", frozenset({"null"}), _ANYTHING, lambda text: None),
}
"""The types of single values."""


def _union(annotation: Any, node: Node, place: Place, what: str) -> Any:
    choices = sorted(get_args(annotation), key=lambda choice: choice is str)
    problem: LdReviewError | None = None
    for choice in choices:
        try:
            return convert(choice, node, place, what)
        except LdReviewError as error:
            problem = error if problem is None or choice is not NoneType else problem
    raise problem or place.wrong(node, f"{what} cannot be used")


def _one_of(choices: tuple[Any, ...], node: Node, place: Place, what: str) -> Any:
    for choice in choices:
        if isinstance(node, ScalarNode) and node.value == str(choice):
            return choice
    words = [str(choice) for choice in choices]
    hint = near(str(node.value), words) if isinstance(node, ScalarNode) else ""
    raise place.wrong(node, f"{what} must be {_listed(words, 'or')}, found {_found(node)}{hint}")


def _items(annotation: Any, node: Node, place: Place, what: str) -> Any:
    if not isinstance(node, SequenceNode):
        raise place.wrong(node, f"{what} must be a list, found {_found(node)}")
    make: Any = get_origin(annotation)
    of_items = [choice for choice in get_args(annotation) if choice is not Ellipsis]
    if make is not tuple or Ellipsis in get_args(annotation):
        return make(convert(of_items[0], item, place, what) for item in node.value)
    if len(of_items) != len(node.value):
        raise place.wrong(node, f"{what} must be a list of {len(of_items)}, found {len(node.value)}")
    return tuple(convert(one, item, place, what) for one, item in zip(of_items, node.value, strict=True))


def _mapping(annotation: Any, node: Node, place: Place, what: str) -> dict[Any, Any]:
    of_key, of_value = get_args(annotation)
    return {
        convert(of_key, key, place, what): convert(of_value, value, place, f"{what}: {key.value}")
        for key, value in entries(node, place, what)
    }


def _untyped(node: Node) -> Any:
    if isinstance(node, MappingNode):
        return {key.value: _untyped(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_untyped(item) for item in node.value]
    tag = node.tag.removeprefix(_TAG)
    kind = {"int": int, "float": float, "bool": bool, "null": NoneType}.get(tag, str)
    _, _, pattern, make = SCALARS[kind]
    return make(node.value) if pattern.match(node.value) else node.value


def _found(node: Node) -> str:
    if isinstance(node, MappingNode):
        return "keys and values"
    if isinstance(node, SequenceNode):
        return "a list"
    return repr(node.value) if node.value else "nothing"


def _listed(words: list[str], last: str = "and") -> str:
    quoted = [repr(word) for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"
