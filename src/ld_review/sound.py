"""Whether a draft that came from elsewhere holds what one holds that was made here: types, places, names."""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from math import isfinite
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from ld_review.engine import Draft, Settings
from ld_review.handbook.copies import PageText
from ld_review.handbook.facts import Detail, SectionFact
from ld_review.learning.element import KINDS
from ld_review.rule import Rule
from ld_review.source import Source, Span

_Test = Callable[[Any, int], bool]
"""Whether a value is what it should be, in a text of so many characters."""
_DEEPEST = 20
_LARGEST = 1 << 53


def is_sound(draft: Draft, rules: Sequence[Rule], settings: Settings) -> bool:
    """Whether a draft, with its source, can have been made by these rules; that it was, nobody can tell."""
    facts, size = draft.facts, len(draft.source.text)
    if facts is None or not is_value(draft, Draft, size):
        return False
    detail = facts.detail()
    return (
        is_value(detail, Detail, size)
        and _is_outline(detail.sections)
        and _names_known(draft, {rule.id for rule in rules}, settings)
        and _is_text(facts.text, size)
    )


def is_value(value: Any, kind: Any, size: int = 0) -> bool:
    """Whether *value* is of the type *kind*, a tuple with names, throughout; *size* is the length of the text that its
    spans lie in."""
    return _test(kind)(value, size)


def _names_known(draft: Draft, rules: Collection[str], settings: Settings) -> bool:
    kinds, profiles = settings.lexicon.kinds, settings.lexicon.profiles.by_name
    return (
        draft.ran <= frozenset(rules)
        and all(finding.rule in rules for finding in draft.findings)
        and all(element.kind in kinds or element.kind in KINDS for element in draft.elements)
        and draft.profile.name in profiles
    )


def _is_outline(sections: Sequence[SectionFact]) -> bool:
    """Whether there is a top, and each section lies in one before it."""
    parents = (section.parent for section in sections)
    return bool(sections) and all(parent is None or 0 <= parent < number for number, parent in enumerate(parents))


def _is_text(packed: bytes, size: int) -> bool:
    """Whether copies can be told by it."""
    if not packed:
        return True
    try:
        text = PageText.unpacked(packed)
    except struct.error:
        return False
    whole = all(_is_span(one.span, size) and not len(one.words) % 2 and not len(one.keys) % 4 for one in text.passages)
    return whole and not len(text.headings) % 4 and text.packed() == packed


# --- types ------------------------------------------------------------------------------------------------------------


@cache
def _test(kind: Any) -> _Test:
    """How a value is held against a type, made once for each."""
    if kind in _SPECIAL:
        return _SPECIAL[kind]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _any([_test(one) for one in arguments])
    if origin in (tuple, frozenset):
        return _items(origin, arguments)
    if origin is not None:
        return _mapping(*map(_test, arguments))
    if hasattr(kind, "_fields"):
        return _fields(kind)
    return lambda value, _: type(value) is kind


def _any(tests: Iterable[_Test]) -> _Test:
    tests = tuple(tests)
    return lambda value, size: any(test(value, size) for test in tests)


def _items(kind: Any, arguments: tuple[Any, ...]) -> _Test:
    if kind is frozenset or arguments[-1] is ...:
        each = _test(arguments[0])
        return lambda value, size: isinstance(value, kind) and all(each(one, size) for one in value)
    tests = tuple(map(_test, arguments))
    return lambda value, size: isinstance(value, kind) and _fit(tests, value, size)


def _fit(tests: Sequence[_Test], values: Sequence[Any], size: int) -> bool:
    return len(values) == len(tests) and all(test(one, size) for test, one in zip(tests, values, strict=True))


def _mapping(key: _Test, item: _Test) -> _Test:
    return lambda value, size: (
        isinstance(value, Mapping) and all(key(one, size) and item(value[one], size) for one in value)
    )


def _fields(kind: Any) -> _Test:
    hints = get_type_hints(kind)
    tests = tuple(_test(hints[name]) for name in kind._fields)
    return lambda value, size: type(value) is kind and _fit(tests, value, size)


def _is_span(value: Any, size: int) -> bool:
    return (
        type(value) is Span
        and type(value.start) is int
        and type(value.end) is int
        and 0 <= value.start <= value.end <= size
    )


def _is_number(value: Any, _: int) -> bool:
    return type(value) is int and abs(value) < _LARGEST


def _is_words(value: Any, _: int) -> bool:
    """Whether it is a text that can be written: half of a pair of surrogates cannot."""
    if type(value) is not str:
        return False
    try:
        value.isascii() or value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_json(value: Any, size: int, deep: int = 0) -> bool:
    """Whether it is a value of JSON, and a number where it is one."""
    if isinstance(value, (list, tuple)):
        return deep < _DEEPEST and all(_is_json(one, size, deep + 1) for one in value)
    if isinstance(value, dict):
        return deep < _DEEPEST and all(
            _is_words(key, size) and _is_json(one, size, deep + 1) for key, one in value.items()
        )
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, (bool, NoneType)) or _is_number(value, size) or _is_words(value, size)


_SPECIAL: Mapping[Any, _Test] = {
    Span: _is_span,
    str: _is_words,
    int: _is_number,
    object: _is_json,
    Source: lambda value, _: isinstance(value, Source),
}
