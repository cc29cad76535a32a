"""What the fields of a class are for: the texts under them, which Python itself does not keep."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Mapping
from functools import cache
from itertools import pairwise


@cache
def meanings(kind: type) -> Mapping[str, str]:
    """The meaning of each field that has one, also of those that the class inherits."""
    found: dict[str, str] = {}
    for ancestor in reversed(kind.__mro__[:-1]):
        try:
            source = textwrap.dedent(inspect.getsource(ancestor))
        except (OSError, TypeError):
            continue
        found |= _documented(ast.parse(source).body[0])
    return found


def as_line(text: str) -> str:
    """A docstring on one line, with the backticks of Markdown."""
    return " ".join(text.replace("``", "`").split())


def _documented(tree: ast.stmt) -> dict[str, str]:
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    return {
        statement.target.id: as_line(str(text.value.value))
        for statement, text in pairwise(body)
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
    }
