"""How deep YAML from outside is nested: the C parser behind PyYAML recurses, and crashes where it is too deep."""

from __future__ import annotations

from typing import Any

from ld_review.late import late

MOST_NESTED = 100
"""Deeper than anything a person writes."""

_OPENING = late(r"[\[{]|[-?:][ \t]")


def too_deep(text: str, loader: Any) -> bool:
    """Whether *text* is nested deeper than ``MOST_NESTED``; False where it is no YAML at all.

    Each level takes a bracket, an indicator or an indentation, so most texts are known to be shallow by counting.
    """
    deepest_indentation = max((len(line) - len(line.lstrip(" ")) for line in text.split("\n")), default=0)
    on_one_line = max(sum(1 for _ in _OPENING.finditer(line)) for line in text.split("\n"))
    if text.count("[") + text.count("{") + on_one_line + deepest_indentation <= MOST_NESTED:
        return False
    return _depth(text, loader) > MOST_NESTED


def _depth(text: str, loader: Any) -> int:
    import yaml  # noqa: PLC0415 - a page without front matter need not pay for it

    depth = deepest = 0
    try:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                deepest = max(deepest, depth)
                if deepest > MOST_NESTED:
                    break
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        return 0 if deepest <= MOST_NESTED else deepest
    return deepest
