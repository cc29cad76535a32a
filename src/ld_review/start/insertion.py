"""An entry put at the end of a list in a YAML file of somebody else's, of which every other byte stays as it is."""

from __future__ import annotations

import textwrap
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ld_review.foreign import tolerant_node


class NoPlaceError(Exception):
    """There is no place for the entry that is sure to be right; the message says why."""


def value_of(node: Node | None, key: str) -> Node | None:
    """The value of a key of a mapping; None where it has none."""
    pairs = node.value if isinstance(node, MappingNode) else ()
    return next((value for name, value in pairs if name.value == key), None)


def items_of(node: Node | None) -> list[Node]:
    """The items of a sequence."""
    return list(node.value) if isinstance(node, SequenceNode) else []


def word_of(node: Node | None) -> str:
    """The text of a scalar."""
    return str(node.value) if isinstance(node, ScalarNode) else ""


def with_item(text: str, key: str, item: str) -> str:
    """*text* with *item*, lines that begin with ``- ``, at the end of the list that the top-level *key* holds.

    Where there is no such key it is put at the end of the text. Raises NoPlaceError where the list is written in
    another way, and where the result would not hold the old content and the item, and nothing else.
    """
    break_ = "\r\n" if "\r\n" in text else "\n"
    try:
        node = tolerant_node(text)
        listed = value_of(node, key)
        if node is not None and not isinstance(node, MappingNode):
            raise NoPlaceError("it is no mapping")
        at, lines = _end(text), f"{key}:\n{textwrap.indent(item, '  ')}"
        if listed is not None:
            at, lines = _place(text, listed, key), textwrap.indent(item, " " * _indent(listed))
        gap = break_ if text[:at] and not text[:at].endswith("\n") else ""
        made = text[:at] + gap + lines.replace("\n", break_) + text[at:]
        if _plain(tolerant_node(made)) != _expected(node, key, item):
            raise NoPlaceError(f"`{key}` is written in a way that leaves no sure place")
    except ValueError as error:
        raise NoPlaceError(str(error)) from None
    return made


def _end(text: str) -> int:
    """Where a new key may stand: at the end, or before the mark that ends a document."""
    stripped = text.rstrip()
    return len(stripped) - 3 if stripped.endswith("\n...") else len(text)


def _place(text: str, listed: Node, key: str) -> int:
    """Where the last item of a list ends, with the line that it ends on."""
    if not isinstance(listed, SequenceNode) or listed.flow_style or not listed.value:
        raise NoPlaceError(f"`{key}` is not a list with a line for each item")
    end = _last(listed)
    if text[:end].endswith("\n"):
        return end
    line = text.find("\n", end)
    return len(text) if line < 0 else line + 1


def _indent(listed: Node) -> int:
    return int(listed.start_mark.column)


def _last(node: Node) -> int:
    """Where what stands in a node ends, without the comments behind it."""
    if not isinstance(node, (MappingNode, SequenceNode)) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return max(map(_last, last)) if isinstance(last, tuple) else _last(last)


def _plain(node: Node | None) -> Any:
    """What a node holds, so that two can be compared."""
    if isinstance(node, MappingNode):
        return [(_plain(key), _plain(value)) for key, value in node.value]
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.value]
    return (node.tag, node.value) if node is not None else []


def _expected(node: Node | None, key: str, item: str) -> Any:
    added = _plain(yaml.compose(item, Loader=yaml.SafeLoader))
    pairs = _plain(node)
    name = ("tag:yaml.org,2002:str", key)
    if name not in [one for one, _ in pairs]:
        return [*pairs, (name, added)]
    return [(one, [*value, *added] if one == name else value) for one, value in pairs]
