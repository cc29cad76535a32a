"""One text for a value made of plain parts, the same in every process: what a cache is keyed by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any


class NotPlainError(TypeError):
    """A value holds something of which nobody knows whether it is the same in the next process."""


def canonical(value: Any) -> str:
    """The text of *value*: numbers, texts, lists, tuples, sets, mappings, enums, and dataclasses of them.

    Fields that dataclasses leave out of comparison do not count. Raises NotPlainError for anything else.
    """
    return "".join(_parts(value))


def _parts(value: Any) -> Iterator[str]:
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        yield repr(value)
    elif isinstance(value, Enum):
        yield f"{type(value).__name__}.{value.name}"
    elif is_dataclass(value) and not isinstance(value, type):
        yield f"{type(value).__module__}.{type(value).__qualname__}"
        yield from _listed("(", (getattr(value, one.name) for one in fields(value) if one.compare), ")")
    elif isinstance(value, Mapping):
        yield from _listed("{", (part for key in sorted(value) for part in (key, value[key])), "}")
    elif isinstance(value, Set):
        yield from _listed("<", sorted(value), ">")
    elif isinstance(value, (tuple, list)):
        yield from _listed("[", value, "]")
    else:
        raise NotPlainError(f"{type(value).__qualname__} is no plain value")


def _listed(begin: str, values: Any, end: str) -> Iterator[str]:
    yield begin
    for value in values:
        yield from _parts(value)
        yield ","
    yield end
