"""The files that come with the program: where they are, and what changes when one of them does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from ld_review.errors import RuleError


def rules_folder() -> Traversable:
    """The folder of the rules that come with the package: inside a wheel, beside ``src`` in a checkout."""
    installed = files("ld_review") / "rules"
    if installed.is_dir():
        return installed
    checkout = Path(__file__).resolve().parents[2] / "rules"
    if checkout.is_dir():
        return checkout
    raise RuleError(f"the rules that come with ld-review are missing: neither {installed} nor {checkout} is a folder")


@cache
def own_state() -> str:
    """What changes when a file of the program or of its rules does, found out without reading them all.

    Of an installed package it is its list of files with their hashes, the same wherever and whenever it is installed;
    of a checkout when each file was written.
    """
    installed = files("ld_review") / "rules"
    record = distribution("ld-review").read_text("RECORD") if installed.is_dir() else None
    return record or ";".join(_written(str(folder)) for folder in (files("ld_review"), rules_folder()))


def _written(folder: str) -> str:
    stats = ((file.path, file.stat()) for file in sorted(_files(folder), key=lambda file: file.path))
    return ";".join(f"{path}:{stat.st_size}:{stat.st_mtime_ns}" for path, stat in stats)


def _files(folder: str) -> Iterator[os.DirEntry[str]]:
    for one in os.scandir(folder):
        if one.is_dir():
            yield from _files(one.path)
        elif one.name.endswith((".py", ".yaml")):
            yield one
