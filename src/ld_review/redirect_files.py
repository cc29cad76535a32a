"""The files in which a site keeps its redirects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ld_review.foreign import text_inside, tolerant_yaml
from ld_review.handbook.redirects import Redirects

REDIRECT_FILES = ("data/redirects.yml", "data/redirects.yaml", "static/_redirects", "public/_redirects", "_redirects")
"""Where redirects are looked for unless configuration names other files."""


def read_redirects(top: Path, names: tuple[str, ...]) -> Redirects:
    """The redirects in the files *names* below *top*; what cannot be read has none."""
    exact: dict[str, str] = {}
    families: list[str] = []
    for name in names:
        read: Callable[[str], Iterator[_Redirect]] = (
            _yaml_redirects if name.endswith((".yml", ".yaml")) else _line_redirects
        )
        for old, new, is_pattern in read(text_inside(top / name, top)):
            if is_pattern and len(old) > 1:  # else it says nothing about where the pattern holds
                families.append(old)
            elif not is_pattern and old:
                exact.setdefault(old, new)
    return Redirects(families=tuple(dict.fromkeys(families))).with_exact(exact.items())


class _Redirect(NamedTuple):
    old: str
    """Where it is a pattern, what all that it matches begins with."""
    new: str
    is_pattern: bool


def _yaml_redirects(text: str) -> Iterator[_Redirect]:
    """As ``data/redirects.yml`` of a Middleman site: ``sources``, ``target`` and ``comp_op``, ``=`` or ``~``."""
    try:
        entries = tolerant_yaml(text)
    except Exception:  # whatever a parser makes of what others wrote
        return
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, Mapping) or not isinstance(entry.get("target"), str):
            continue
        sources = entry.get("sources")
        for source in sources if isinstance(sources, list) else [sources]:
            if isinstance(source, str):
                yield from _redirects(source, entry["target"], entry.get("comp_op", "=") != "=")


def _redirects(source: str, target: str, is_pattern: bool) -> Iterator[_Redirect]:
    if not is_pattern:
        yield _Redirect(source, target, False)
        return
    for one in source.split("|") if "(" not in source else (source,):
        yield _Redirect(_beginning(one.removeprefix("^")), target, True)


def _beginning(pattern: str) -> str:
    """What all that a pattern matches begins with."""
    end = next((at for at, mark in enumerate(pattern) if mark in r"\.^$*+?{}[]|()"), len(pattern))
    may_be_left_out = pattern[end : end + 1] in {"*", "?", "{"}
    return pattern[: max(0, end - may_be_left_out)]


def _line_redirects(text: str) -> Iterator[_Redirect]:
    """As the ``_redirects`` file that GitLab Pages and Netlify read: ``/old /new 301``, with ``*`` and ``:name``."""
    for line in text.splitlines():
        words = line.partition(" #")[0].split()
        if len(words) < 2 or words[0].startswith("#"):
            continue
        old, new, status = words[0], words[1], words[2] if len(words) > 2 else ""
        marks = [old.find(mark) for mark in ("*", "/:") if mark in old]
        if marks:
            yield _Redirect(old[: min(marks)], new, True)
        else:
            # Served at its own address, or only for some queries: it is there, but leads nowhere else.
            yield _Redirect(old, new, status.startswith(("2", "4")) or not new.startswith(("/", "http:", "https:")))
