"""What git knows: when a page was last changed, and which commit is checked out."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path, PurePath
from typing import NamedTuple

from ld_review.clock import SystemClock

_PATIENCE = 10
"""In seconds."""


class Commit(NamedTuple):
    """What is checked out."""

    id: str
    """Its first digits."""
    changed: bool
    """Whether files that git knows differ from it."""


def checked_out(folder: Path) -> Commit | None:
    """The commit that is checked out around *folder*; None where git knows none."""
    id_ = _git(folder, "rev-parse", "--short=10", "HEAD")
    if not id_:
        return None
    return Commit(id_, bool(_git(folder, "status", "--porcelain", "--untracked-files=no", "--", ".")))


def _git(folder: Path, *arguments: str) -> str:
    """What git says about *folder* in a line or more; empty where it fails or is not there."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.SubprocessError, ValueError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


class CommitClock(NamedTuple):
    """The day of the last commit of each page, so that a finding comes with a change and not with a new day.

    Where git knows no commit of a page, or there is no git, it is the day of this machine.
    """

    start: Path
    """What paths are relative to; absolute."""

    def today(self, path: PurePath) -> date:
        """The day of the last commit of the page at *path*."""
        page = self.start / path
        try:
            return date.fromisoformat(_git(page.parent, "log", "-1", "--format=%cs", "--", page.name))
        except ValueError:
            return SystemClock().today(path)
