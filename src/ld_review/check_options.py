"""What the options of a kind of check are called, what they hold when nobody says otherwise, and what they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any, NamedTuple

from ld_review.checks.base import Check
from ld_review.meanings import meanings
from ld_review.typed_schema import default_of


class Option(NamedTuple):
    """One option, as its dataclass documents it."""

    name: str
    default: str
    meaning: str


def options_of(kind: type[Check]) -> Iterator[Option]:
    """The options of a kind of check, in the order in which it declares them."""
    known = meanings(kind)
    members: Any = kind
    for member in fields(members):
        if member.init and not member.name.startswith("_"):
            yield Option(member.name, as_yaml(default_of(member)), known.get(member.name, ""))


def changed_options(check: Check) -> dict[str, Any]:
    """The options that *check* does not leave as they are."""
    check_fields: Any = check
    values = {member.name: (getattr(check, member.name), default_of(member)) for member in fields(check_fields)}
    return {name: value for name, (value, default) in values.items() if value != default and not name.startswith("_")}


def as_yaml(value: Any) -> str:
    """A value on one line, as it would stand in a rule file."""
    if value is MISSING:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{as_yaml(key)}: {as_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (tuple, list, set, frozenset)):
        return "[" + ", ".join(as_yaml(item) for item in value) + "]"
    if isinstance(value, str):
        return value if value.replace("-", "").isalnum() else "'" + value.replace("'", "''") + "'"
    return str(value)
