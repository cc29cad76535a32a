"""Patterns that are compiled when they are first used: of those of the whole program a page needs half."""

from __future__ import annotations

import re
from typing import Any, cast

_USES = (
    "search",
    "match",
    "fullmatch",
    "finditer",
    "findall",
    "sub",
    "subn",
    "split",
    "pattern",
    "flags",
    "groupindex",
)


def late(expression: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern of a regular expression, which must be right: it is compiled at its first use and not here."""
    return cast("re.Pattern[str]", _Late(expression, flags))


class _Late:
    """Stands for a pattern, and from its first use on does at once what the pattern does."""

    def __init__(self, expression: str, flags: int) -> None:
        self._told = expression, flags

    def __getattr__(self, name: str) -> Any:
        if name not in _USES:
            raise AttributeError(name)
        pattern = re.compile(*self._told)
        self.__dict__.update({use: getattr(pattern, use) for use in _USES})
        return self.__dict__[name]
