"""Patterns that are compiled at their first use are right, all of them, and do what a pattern does."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module

import pytest

import ld_review
from ld_review.late import late


def _patterns() -> Iterator[tuple[str, object]]:
    for module in pkgutil.walk_packages(ld_review.__path__, "ld_review."):
        if not module.name.endswith("__main__"):
            for name, value in vars(import_module(module.name)).items():
                for number, one in enumerate(value if isinstance(value, tuple) else (value,)):
                    if type(one) is type(late("")):
                        yield f"{module.name}:{name}:{number}", one


def test_every_pattern_of_the_program_can_be_compiled() -> None:
    found = dict(_patterns())
    assert len(found) > 200
    for name, pattern in found.items():
        assert pattern.search("") is None or pattern.pattern is not None, name  # type: ignore[attr-defined]


def test_it_is_compiled_once_and_only_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def compiled(expression: str, flags: int) -> re.Pattern[str]:
        made.append(expression)
        return re.compile(expression, flags)

    monkeypatch.setattr("ld_review.late.re", type("re", (), {"compile": staticmethod(compiled)}))
    pattern = late(r"(?P<word>[a-z]+)", re.IGNORECASE)
    assert made == []
    assert pattern.match("One two")
    assert pattern.sub("x", "One two") == "x x"
    assert [match["word"] for match in pattern.finditer("One two")] == ["One", "two"]
    assert pattern.flags & re.IGNORECASE
    assert made == [r"(?P<word>[a-z]+)"]


def test_what_a_pattern_does_not_have_it_does_not_have() -> None:
    with pytest.raises(AttributeError):
        late("a").nothing  # type: ignore[attr-defined]  # noqa: B018
