"""The metadata at the top of a page: YAML between ``---``, tolerated in TOML between ``+++``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from ld_review.document import FrontMatter
from ld_review.late import late
from ld_review.source import Span
from ld_review.yaml_depth import MOST_NESTED, too_deep

_OPENING = late(r"(---|\+\+\+)[ \t]*(?:\r\n|\n|\r)")
_YAML_PAGE = late(r"### ?YamlMime:\w+[ \t]*(?:\r\n|\n|\r)")
"""The first line of a page of Microsoft's docfx that is metadata alone."""
_CLOSING = {
    "---": re.compile(r"(?<=[\r\n])(?:---|\.\.\.)[ \t]*(?=[\r\n]|\Z)"),
    "+++": re.compile(r"(?<=[\r\n])\+\+\+[ \t]*(?=[\r\n]|\Z)"),
}
_BEGINS_WITH_A_KEY = late(r"(?:[ \t]*(?:#[^\r\n]*)?[\r\n]+)*(?:[\w\"'][^:\r\n]*:(?:[ \t\r\n]|\Z)|\Z|[{\[?-])")
"""What tells metadata from a thematic break at the top of a page, with another one further down."""
_TOML_MARK = late(
    r"""^[ \t]*(?:(?P<key>"[^"\n]*"|'[^'\n]*'|[\w-]+)[ \t]*=|\[(?P<table>[^\n]*?)\][ \t\r]*(?:\#[^\n]*)?$)""",
    re.MULTILINE,
)
"""Where a key or a table begins, and so what stands before it ends."""
_MOST_NODES = 10_000
"""More than any page needs; an alias that unfolds to more is an attack."""


def read(text: str) -> FrontMatter:
    """The front matter of a page's text; without a span where the page has none."""
    opening = _OPENING.match(text)
    if opening is None:
        whole = _YAML_PAGE.match(text)
        return _yaml(text[whole.end() :], whole.end(), Span(0, len(text))) if whole else FrontMatter()
    closing = _CLOSING[opening[1]].search(text, opening.end())
    if closing is None:
        return FrontMatter()
    span = Span(0, closing.end())
    if opening[1] == "+++":
        return _toml(text[opening.end() : closing.start()], opening.end(), span)
    inner = text[opening.end() : closing.start()]
    return _yaml(inner, opening.end(), span) if _BEGINS_WITH_A_KEY.match(inner) else FrontMatter()


def _toml_places(text: str, offset: int, data: dict[str, Any]) -> dict[str, Span]:
    """Where the value of each key at the top stands; of a table all its lines. tomllib itself keeps no places."""
    marks = list(_TOML_MARK.finditer(text))
    tables = [mark for mark in marks if mark["table"] is not None]
    top = tables[0].start() if tables else len(text)
    keys = [mark for mark in marks if mark.start() < top]
    places: dict[str, Span] = {}
    for group, last in ((keys, top), (tables, len(text))):
        begins = [*(mark.start() for mark in group), last]
        for mark, end in zip(group, begins[1:], strict=True):
            name, body = (mark["key"] or mark["table"]).strip("\"'"), text[mark.end() : end]
            if name in data and body.strip():
                start = mark.end() + len(body) - len(body.lstrip())
                places.setdefault(name, Span(offset + start, offset + mark.end() + len(body.rstrip())))
    return places


def _toml(text: str, offset: int, span: Span) -> FrontMatter:
    try:
        data = tomllib.loads(text.replace("\r\n", "\n").replace("\r", "\n"))
        return FrontMatter(span, data, _toml_places(text, offset, data))
    except tomllib.TOMLDecodeError as error:
        return FrontMatter(span, error=str(error))


def _yaml(text: str, offset: int, span: Span) -> FrontMatter:
    import yaml  # noqa: PLC0415 - a page without front matter need not pay for it

    loader = yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader
    if too_deep(text, loader):
        return FrontMatter(span, error=f"line 2: nested deeper than {MOST_NESTED} levels")
    try:
        reader = loader(text)
        node = reader.get_single_node()
        if node is None:
            return FrontMatter(span)
        # A block of YAML ends where the next one begins: what it holds ends before the white space between them.
        spans = {
            key: Span(offset + start, offset + start + len(text[start:end].rstrip()))
            for key, start, end in _places(node)
        }
        data = reader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        if "nesting depth" in str(error.problem):  # libyaml's own bound, where it has one
            return FrontMatter(span, error=f"line {line}: nested deeper than {MOST_NESTED} levels")
        return FrontMatter(span, error=f"line {line}: {error.problem or error.context}")
    except (yaml.YAMLError, ValueError, RecursionError, _TooLargeError) as error:
        return FrontMatter(span, error=" ".join(str(error).split()) or type(error).__name__)
    if not isinstance(data, dict):
        return FrontMatter(span, error=f"line 2: expected keys and values, found {type(data).__name__}")
    return FrontMatter(span, {str(key): value for key, value in data.items()}, spans)


class _TooLargeError(Exception):
    """Aliases that unfold without end."""


def _places(node: Any, prefix: str = "", seen: list[int] | None = None) -> Iterator[tuple[str, int, int]]:
    """Every value's dotted key and where it stands, as indices into the text that was read."""
    import yaml  # noqa: PLC0415

    seen = [0] if seen is None else seen
    seen[0] += 1
    if seen[0] > _MOST_NODES:
        raise _TooLargeError(f"more than {_MOST_NODES} values")
    if prefix:
        yield prefix, node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.MappingNode):
        children = [(str(key.value), value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        children = [(str(number), value) for number, value in enumerate(node.value)]
    else:
        return
    for key, value in children:
        yield from _places(value, f"{prefix}.{key}" if prefix else key, seen)
