"""What the options of a kind of check are called, what they hold when nobody says otherwise, and what they do."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from itertools import pairwise
from typing import Any, NamedTuple

from ld_review.checks.base import Check


class Option(NamedTuple):
    """One option, as its dataclass documents it."""

    name: str
    default: str
    meaning: str


def options_of(kind: type[Check]) -> Iterator[Option]:
    """The options of a kind of check, in the order in which it declares them."""
    meanings = _meanings(kind)
    members: Any = kind
    for member in fields(members):
        if member.init and not member.name.startswith("_"):
            yield Option(member.name, as_yaml(_default(member)), meanings.get(member.name, ""))


def changed_options(check: Check) -> dict[str, Any]:
    """The options that *check* does not leave as they are."""
    check_fields: Any = check
    values = {member.name: (getattr(check, member.name), _default(member)) for member in fields(check_fields)}
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


def _default(member: Field[Any]) -> Any:
    if member.default_factory is not MISSING:
        return member.default_factory()
    return member.default


def _meanings(kind: type[Check]) -> dict[str, str]:
    """The texts under the fields of a dataclass and of those it builds on, which Python itself does not keep."""
    found: dict[str, str] = {}
    for ancestor in reversed(kind.__mro__[:-1]):
        try:
            source = textwrap.dedent(inspect.getsource(ancestor))
        except (OSError, TypeError):
            continue
        found |= _documented(ast.parse(source).body[0])
    return found


def _documented(tree: ast.stmt) -> dict[str, str]:
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    return {
        statement.target.id: " ".join(str(text.value.value).replace("``", "`").split())
        for statement, text in pairwise(body)
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
    }
