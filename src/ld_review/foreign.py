"""Files of other programs: read as far as they can be, and never complained about, since they are not ours."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

from ld_review.typed_yaml import MOST_CHARACTERS
from ld_review.yaml_depth import too_deep

_MOST_VALUES = 200_000
"""More than the configuration of any generator holds; aliases that unfold to more are an attack."""


class _TolerantLoader(yaml.SafeLoader):
    """Reads YAML with tags of programs, such as ``!!python/name:...`` in ``mkdocs.yml``, as nothing."""


_TolerantLoader.add_multi_constructor("", lambda loader, suffix, node: None)
_TOLERANT: Any = _TolerantLoader


def tolerant_yaml(text: str) -> Any:
    """What a text in YAML holds; nothing where it is nested too deep, or its aliases unfold to too much."""
    if too_deep(text, _TOLERANT):
        return None
    loader = _TOLERANT(text)
    try:
        node = loader.get_single_node()
        return None if node is None or _unfolds(node) else loader.construct_document(node)
    finally:
        loader.dispose()


def tolerant_node(text: str) -> yaml.Node | None:
    """The node at the top of a text in YAML, with the places where all in it stands; None where there is nothing.

    Raises ValueError, which names the line, where it is no YAML, nested too deep, or its aliases unfold to too much.
    """
    if too_deep(text, _TOLERANT):
        raise ValueError("nested too deep")
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=_TOLERANT)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ValueError(f"line {line}: not YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(f"not YAML: {' '.join(str(error).split())}") from None
    if node is not None and _unfolds(node):
        raise ValueError("its aliases unfold to too much")
    return node


def _unfolds(node: yaml.Node) -> bool:
    """Whether a node holds too many values, each counted as often as it is referred to."""
    waiting, seen = [node], 0
    while waiting and seen <= _MOST_VALUES:
        seen += 1
        value = waiting.pop().value
        for one in value if isinstance(value, list) else ():
            waiting += one if isinstance(one, tuple) else (one,)
    return seen > _MOST_VALUES


def text_inside(file: Path, top: Path) -> str:
    """What a file holds; nothing where it is no file, leads out of *top*, or is too large."""
    if not _is_inside(file, top):
        return ""
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_CHARACTERS + 1)
    except OSError:
        return ""
    return data.decode("utf-8-sig", "replace") if len(data) <= MOST_CHARACTERS else ""


def _is_inside(file: Path, top: Path) -> bool:
    """Whether this is a file, and stays in a folder where links are followed."""
    try:
        return file.is_file() and Path(os.path.realpath(file)).is_relative_to(os.path.realpath(top))
    except OSError:  # a name that no file can have
        return False
