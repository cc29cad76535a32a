"""Frozen values as JSON knows them, and back: rules and words that were read once are taken from there the next time.

No class but the program's own frozen ones is made, and of those only what their fields say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from importlib import import_module
from typing import Any

from ld_review.canonical import NotPlainError

_TUPLE, _LIST, _SET, _MAPPING, _DATE, _ENUM, _VALUE = range(7)
_OURS = "ld_review."


def form_of(value: Any) -> list[Any]:
    """The form of *value*: numbers, texts, lists, tuples, sets, mappings, days, enums, and frozen classes of them.

    Raises NotPlainError for anything else.
    """
    classes: dict[str, int] = {}
    form = _form(value, classes)
    return [[*classes], form]


def value_of(form: Any) -> Any:
    """The value back. Raises ValueError, TypeError, LookupError, AttributeError or ImportError where *form* is no form
    of a value."""
    addresses, inner = form
    return _Reading([_class(address) for address in addresses]).value(inner)


def _form(value: Any, classes: dict[str, int]) -> Any:
    if value is None or isinstance(value, (bool, int, float)) or type(value) is str:
        return value
    if isinstance(value, Enum):
        return [_ENUM, _number(value, classes), value.value]
    if isinstance(value, date):
        return [_DATE, value.isoformat()]
    return [*_parts(value, classes)]


def _parts(value: Any, classes: dict[str, int]) -> Iterator[Any]:
    if isinstance(value, Mapping):
        yield _MAPPING
        yield from (_form(part, classes) for pair in value.items() for part in pair)
    elif isinstance(value, Set):
        yield _SET
        yield from (_form(part, classes) for part in sorted(value))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from (_VALUE, _number(value, classes))
        yield from (_form(getattr(value, one.name), classes) for one in fields(value) if one.init)
    elif isinstance(value, (tuple, list)):
        yield from (_VALUE, _number(value, classes)) if hasattr(value, "_fields") else [_tag(value)]
        yield from (_form(part, classes) for part in value)
    else:
        raise NotPlainError(f"{type(value).__qualname__} is no plain value")


def _tag(value: Sequence[Any]) -> int:
    return _TUPLE if isinstance(value, tuple) else _LIST


def _number(value: Any, classes: dict[str, int]) -> int:
    made = type(value)
    return classes.setdefault(f"{made.__module__}:{made.__qualname__}", len(classes))


def _class(address: str) -> Callable[..., Any]:
    module, _, name = address.partition(":")
    if not module.startswith(_OURS):
        raise ValueError(f"{address} is not ours")
    found = getattr(import_module(module), name)
    if not isinstance(found, type) or not (is_dataclass(found) or issubclass(found, (tuple, Enum))):
        raise ValueError(f"{address} is no frozen value")
    return _made_by_name(found) if is_dataclass(found) else found


def _made_by_name(made: type) -> Callable[..., Any]:
    """What makes a dataclass from the values of its fields, in their order: some take them by name alone."""
    names = [one.name for one in fields(made) if one.init]
    return lambda *values: made(**dict(zip(names, values, strict=True)))


class _Reading:
    """Makes values of forms, which name classes by number."""

    def __init__(self, classes: Sequence[Callable[..., Any]]) -> None:
        self._classes = classes

    def value(self, form: Any) -> Any:
        """The value of a form."""
        if not isinstance(form, list):
            return form
        tag, *parts = form
        if tag == _DATE:
            return date.fromisoformat(parts[0])
        if tag in (_ENUM, _VALUE):
            made = self._classes[parts[0]]
            return made(*map(self.value, parts[1:]))
        values = [*map(self.value, parts)]
        if tag == _MAPPING:
            return dict(zip(values[::2], values[1::2], strict=True))
        return values if tag == _LIST else tuple(values) if tag == _TUPLE else frozenset(values)
