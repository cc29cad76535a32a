"""Kinds of check and rule packs from installed packages, through the entry points that they declare.

Nothing is loaded from the working directory: the repository under review may belong to anyone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, is_dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ld_review.checks import CHECKS
from ld_review.checks.base import Check
from ld_review.errors import PluginError
from ld_review.review import Failure
from ld_review.rule import Rule
from ld_review.rulebook import read_rules

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

CHECK_GROUP = "ld_review.checks"
"""Entry points named as a kind of check, each an address ``module:Class``."""
RULE_GROUP = "ld_review.rules"
"""Entry points that name a package with folders of rule files."""
_METADATA = (".dist-info", ".egg-info")
_NAMES_A_GROUP = b"[ld_review."


@dataclass
class Packs:
    """What installed packages bring, and what of it cannot be used."""

    kinds: dict[str, str | type[Check]] = field(default_factory=dict)
    """All kinds of check: ours and theirs."""
    rules: dict[str, Rule] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)


@cache
def installed() -> Packs:
    """The packs of this environment, loaded once."""
    return load(tuple(sys.path))


def load(search_path: tuple[str, ...]) -> Packs:
    """The packs of the distributions in the folders of *search_path*."""
    packs = Packs(dict(CHECKS))
    found = list(_distributions(search_path))
    for distribution in found:
        for entry in distribution.entry_points.select(group=CHECK_GROUP):
            _add_check(packs, distribution, entry)
    for distribution in found:
        for entry in distribution.entry_points.select(group=RULE_GROUP):
            _add_rules(packs, distribution, entry)
    return packs


def _distributions(search_path: tuple[str, ...]) -> Iterator[Distribution]:
    """The distributions that declare an entry point of ours; the first of a name counts, as for imports."""
    names = set()
    for metadata in _declaring(search_path):
        from importlib.metadata import Distribution  # noqa: PLC0415 - most environments hold no pack

        distribution = Distribution.at(metadata)
        if distribution.name not in names:
            names.add(distribution.name)
            yield distribution


def _declaring(search_path: tuple[str, ...]) -> Iterator[Path]:
    here = os.path.realpath(Path.cwd())
    for folder in dict.fromkeys(search_path):
        if not folder or os.path.realpath(folder) == here or not os.path.isdir(folder):  # noqa: PTH112 - many, fast
            continue
        for name in sorted(os.listdir(folder)):  # noqa: PTH208
            if name.endswith(_METADATA) and _names_a_group(Path(folder, name, "entry_points.txt")):
                yield Path(folder, name)


def _names_a_group(file: Path) -> bool:
    try:
        return _NAMES_A_GROUP in file.read_bytes()
    except OSError:
        return False


def _add_check(packs: Packs, distribution: Distribution, entry: EntryPoint) -> None:
    try:
        if entry.name in packs.kinds:
            raise PluginError("the name is taken")
        packs.kinds[entry.name] = _check_class(entry)
    except Exception as error:
        packs.failures.append(_failure(distribution, f"the check {entry.name!r}", error))


def _check_class(entry: EntryPoint) -> type[Check]:
    found: Any = entry.load()
    if not (isinstance(found, type) and is_dataclass(found) and callable(getattr(found, "find", None))):
        raise PluginError(f"{entry.value} is not a dataclass with a method 'find'")
    check_class: type[Any] = found
    return check_class


def _add_rules(packs: Packs, distribution: Distribution, entry: EntryPoint) -> None:
    try:
        rules, errors = read_rules(files(import_module(entry.value)), packs.kinds)
    except Exception as error:
        packs.failures.append(_failure(distribution, f"the rule pack {entry.name!r}", error))
        return
    packs.failures += [Failure(f"{_named(distribution)}: {error}", error.rule) for error in errors]
    for rule in rules:
        packs.rules.setdefault(rule.id, rule)


def _failure(distribution: Distribution, what: str, error: Exception) -> Failure:
    reason = str(error) if isinstance(error, PluginError) else f"{type(error).__name__}: {error}"
    return Failure(f"{_named(distribution)}: {what} cannot be loaded: {' '.join(reason.split())}")


def _named(distribution: Distribution) -> str:
    return f"{distribution.name} {distribution.version}"
