"""Annotations into JSON Schema: what ``typed_yaml`` reads a value as, told to editors and other programs.

The dialect is draft 7, which editors know best.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import Enum
from inspect import getdoc
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from yaml.nodes import Node

from ld_review.hints import Named, OneOf, ReadAs
from ld_review.meanings import as_line, meanings
from ld_review.typed_yaml import MOST_DIGITS, SCALARS, Member, members

Schema = dict[str, Any]

DIALECT = "http://json-schema.org/draft-07/schema#"
_JSON_TYPES = {
    "str": "string",
    "timestamp": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "null": "null",
}
_MOST = 10**MOST_DIGITS
_SAYS_NOTHING: tuple[Any, ...] = (MISSING, None, "", (), frozenset(), sys.maxsize, math.inf, -math.inf)


class Choice(NamedTuple):
    """The words that a text may be, each with what it means."""

    meanings: Mapping[str, str]
    others: bool = False
    """Whether it may be another word as well, which is known elsewhere."""


class Writer:
    """Writes the schemas of annotations, and keeps those of classes and of what is named, which the others refer to."""

    def __init__(self, named: Mapping[str, Choice | Callable[[Writer], Schema]] = MappingProxyType({})) -> None:
        self.definitions: dict[str, Schema] = {}
        self._named = named
        self._classes: dict[str, type] = {}

    def document(self, title: str, schema: Schema) -> Schema:
        """A whole document of what was written."""
        definitions = {name: self.definitions[name] for name in sorted(self.definitions)}
        return {"$schema": DIALECT, "title": title, **_beside(schema), "definitions": definitions}

    def of(self, annotation: Any) -> Schema:
        """What a value of *annotation* may be."""
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self._hinted(arguments[0], arguments[1:])
        if origin in (Union, UnionType):
            return {"anyOf": [self.of(choice) for choice in arguments]}
        if origin is Literal:
            return {"enum": [str(choice) for choice in arguments]}
        if origin in (tuple, list, frozenset):
            return self._list(arguments, fixed=origin is tuple and Ellipsis not in arguments)
        if origin is not None and issubclass(origin, Mapping):
            return self._mapping(*arguments)
        if annotation in (Node, Any, object):
            return {}
        return self._single(annotation)

    def object_of(self, *kinds: type, whole: bool = True) -> Schema:
        """A mapping whose keys are the fields of these classes, in one; unless it is *whole*, none need be there."""
        found = {name: (kind, member) for kind in kinds for name, member in members(kind, with_hints=True).items()}
        schema = _closed({name: self._property(*one) for name, one in found.items()})
        needs = [has(name) for name, (_, member) in found.items() if member.required and whole]
        return {"description": as_line(getdoc(kinds[0]) or ""), **schema, **({"allOf": needs} if needs else {})}

    def defined(self, name: str, make: Callable[[], Schema]) -> Schema:
        """A reference to what *make* makes when it is first asked for."""
        if name not in self.definitions:
            self.definitions[name] = {}  # what holds itself refers to itself
            self.definitions[name] = make()
        return {"$ref": f"#/definitions/{name}"}

    def _hinted(self, annotation: Any, hints: tuple[object, ...]) -> Schema:
        for hint in hints:
            if isinstance(hint, OneOf):
                return {"enum": list(hint.words)}
            if isinstance(hint, ReadAs):
                return self.of(hint.annotation)
            if isinstance(hint, Named):
                return self.defined(hint.name, lambda name=hint.name: self._make(name))  # type: ignore[misc]
        return self.of(annotation)

    def _make(self, name: str) -> Schema:
        known = self._named[name]
        if not isinstance(known, Choice):
            return known(self)
        some: Schema = {"enum": list(known.meanings)}
        return {"anyOf": [some, self.of(str)]} if known.others else some

    def _list(self, arguments: tuple[Any, ...], *, fixed: bool) -> Schema:
        if not fixed:
            return {"type": "array", "items": self.of(arguments[0])}
        items = [self.of(item) for item in arguments]
        return {"type": "array", "items": items, "minItems": len(items), "maxItems": len(items)}

    def _mapping(self, of_key: Any, of_value: Any) -> Schema:
        value = self.of(of_value)
        words = self._words(of_key)
        if words is None:
            return {"type": "object", "additionalProperties": value}
        properties = {word: _with(value, {"description": meaning}) for word, meaning in words.meanings.items()}
        return {"type": "object", "properties": properties, "additionalProperties": value if words.others else False}

    def _words(self, of_key: Any) -> Choice | None:
        """The words that a key may be; None where it may be any."""
        for hint in get_args(of_key)[1:] if get_origin(of_key) is Annotated else ():
            if isinstance(hint, OneOf):
                return Choice(dict.fromkeys(hint.words, ""))
            known = self._named[hint.name] if isinstance(hint, Named) else None
            if isinstance(known, Choice):
                return known
        return None

    def _single(self, annotation: Any) -> Schema:
        if isinstance(annotation, type) and issubclass(annotation, Enum):
            return self.defined(self._name(annotation), lambda: {"enum": [member.value for member in annotation]})
        if annotation in SCALARS:
            return _scalar(annotation)
        return self.defined(self._name(annotation), lambda: self.object_of(annotation))

    def _name(self, kind: type) -> str:
        name = kind.__name__
        while self._classes.setdefault(name, kind) is not kind:
            name += "-"  # two packages may use one name
        return name

    def _property(self, kind: type, member: Member) -> Schema:
        told = {"description": meanings(kind).get(member.field, ""), "default": _default(kind, member.field)}
        return _with(self.of(member.annotation), told)


def _closed(properties: Mapping[str, Schema]) -> Schema:
    """A mapping that holds these keys and no others. Dashes and underscores in keys are the same."""
    schema: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    patterns = {f"^{name.replace('-', '[-_]')}$": _untold(one) for name, one in properties.items() if "-" in name}
    return {**schema, "patternProperties": patterns} if patterns else schema


def has(name: str, *, something: bool = False) -> Schema:
    """That a key is there; with *something*, that it is not empty."""
    filled = {"not": {"type": "null"}} if something else {}
    spellings = dict.fromkeys((name, name.replace("-", "_")))
    there: list[Schema] = [
        {"required": [one], **({"properties": {one: filled}} if filled else {})} for one in spellings
    ]
    return there[0] if len(there) == 1 else {"anyOf": there}


def has_one_of(names: Iterable[str]) -> Schema:
    """That exactly one of these keys is there and not empty."""
    return {"oneOf": [has(name, something=True) for name in names]}


def _scalar(annotation: type) -> Schema:
    scalar = SCALARS[annotation]
    types = sorted({_JSON_TYPES[tag] for tag in scalar.tags} - ({"integer"} if "float" in scalar.tags else set()))
    schema: Schema = {"type": types[0] if len(types) == 1 else types}
    if annotation in (int, float):
        return {**schema, "exclusiveMinimum": -_MOST, "exclusiveMaximum": _MOST}
    if annotation is date:
        return {**schema, "pattern": f"^(?:{scalar.pattern.pattern.replace(chr(92) + 'Z', '')})$"}
    return schema


def _with(schema: Schema, told: Mapping[str, Any]) -> Schema:
    """A schema with what is told of it beside."""
    said = {key: value for key, value in told.items() if value not in _SAYS_NOTHING}
    return {**said, **_beside(schema)} if said else schema


def _untold(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key not in ("description", "default")}


def _beside(schema: Schema) -> Schema:
    """A schema beside which something may stand: in this dialect nothing counts beside a reference."""
    return {"allOf": [schema]} if "$ref" in schema else schema


def _default(kind: Any, name: str) -> Any:
    """What a field holds when nobody says otherwise, as JSON has it; MISSING where it is nothing to be written."""
    if not is_dataclass(kind):
        return _as_json(kind._field_defaults.get(name, MISSING))
    field = next(one for one in fields(kind) if one.name == name)
    return _as_json(default_of(field))


def default_of(field: Field[Any]) -> Any:
    """What a field of a dataclass holds when nobody says otherwise; MISSING where somebody must."""
    return field.default if field.default_factory is MISSING else field.default_factory()


def _as_json(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list, frozenset)):
        return [_as_json(item) for item in value] or MISSING
    if isinstance(value, Mapping):
        return {str(key): _as_json(item) for key, item in value.items()} or MISSING
    return value if isinstance(value, (str, int, float, bool)) else MISSING
