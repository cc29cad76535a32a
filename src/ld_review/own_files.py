"""The files that come with the program: where they are, and what changes when one of them does."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import distribution
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from ld_review.errors import RuleError
from ld_review.late import late

State = Callable[[Path], str]
"""What is asked of a file to see whether it has changed."""

_OF_PACKAGE = late(r"ld_review/.*\.(?:py|yaml),sha256=")


def rules_folder() -> Traversable:
    """The folder of the rules that come with the package: inside a wheel, beside ``src`` in a checkout."""
    installed = files("ld_review") / "rules"
    if installed.is_dir():
        return installed
    checkout = Path(__file__).resolve().parents[2] / "rules"
    if checkout.is_dir():
        return checkout
    raise RuleError(f"the rules that come with ld-review are missing: neither {installed} nor {checkout} is a folder")


def by_time(file: Path) -> str:
    """What changes when somebody writes a file: known without reading it, and on this machine alone."""
    stat = file.stat()
    return f"{stat.st_size}:{stat.st_mtime_ns}"


def by_content(file: Path) -> str:
    """What a file holds: the same on every machine."""
    return hashlib.blake2b(file.read_bytes(), digest_size=16).hexdigest()


@cache
def own_state(state: State = by_time) -> str:
    """What changes when the *state* of a file of the program or of its rules does.

    By time it is of an installed package its list of files with their hashes, the same whenever it is installed.
    """
    package, rules = Path(str(files("ld_review"))), Path(str(rules_folder()))
    if not rules.is_relative_to(package):
        return f"{_states(str(package), state)};{_states(str(rules), state)}"
    return (_listed() if state is by_time else "") or _states(str(package), state)


def _listed() -> str:
    """The files of the package with their hashes, as the list has them that came with it; empty where there is none.

    Other lines of that list tell of this machine: where the command lies, what was compiled.
    """
    record = distribution("ld-review").read_text("RECORD") or ""
    return "\n".join(sorted(line for line in record.splitlines() if _OF_PACKAGE.match(line)))


def _states(folder: str, state: State) -> str:
    named = sorted((os.path.relpath(file.path, folder), Path(file.path)) for file in _files(folder))
    return ";".join(f"{name}:{state(file)}" for name, file in named)


def _files(folder: str) -> Iterator[os.DirEntry[str]]:
    for one in os.scandir(folder):
        if one.is_dir():
            yield from _files(one.path)
        elif one.name.endswith((".py", ".yaml")):
            yield one
