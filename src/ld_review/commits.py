"""What git knows: when a page was last changed, and which commit is checked out."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path, PurePath
from threading import Lock
from typing import NamedTuple

from ld_review.clock import SYSTEM_CLOCK
from ld_review.git import GitError, git
from ld_review.history import History
from ld_review.layouts import repository_of

_FEW = 8
"""How many pages git is asked for one by one; for more it costs less to read the history once."""


class Commit(NamedTuple):
    """What is checked out."""

    id: str
    """Its first digits."""
    changed: bool
    """Whether files that git knows differ from it."""


def checked_out(folder: Path) -> Commit | None:
    """The commit that is checked out around *folder*; None where git knows none."""
    try:
        id_ = git(folder, "rev-parse", "--short=10", "HEAD").decode().strip()
        changed = git(folder, "status", "--porcelain", "--untracked-files=no", "--", ".")
    except GitError:
        return None
    return Commit(id_, bool(changed))


class CommitClock:
    """The day of the last commit of each page, so that a finding comes with a change and not with a new day.

    Where git knows no commit of a page, or there is no git, it is the day of this machine.
    """

    def __init__(self, start: Path) -> None:
        self.start = start
        """What paths are relative to; absolute."""
        self._lock = Lock()
        self.forget()

    def __reduce__(self) -> tuple[type[CommitClock], tuple[Path]]:
        return CommitClock, (self.start,)  # a process that gets it asks for itself

    def today(self, path: PurePath) -> date:
        """The day of the last commit of the page at *path*."""
        with self._lock:
            if path not in self._days:
                self._days[path] = self._asked(self.start / path) or SYSTEM_CLOCK.today(path)
            return self._days[path]

    def forget(self) -> None:
        """Ask git again."""
        self._days: dict[PurePath, date] = {}
        self._histories: dict[Path, History] = {}

    def _asked(self, page: Path) -> date | None:
        folder = Path(os.path.realpath(page.parent))
        try:
            if len(self._days) < _FEW:
                said = git(folder, "log", "-1", "--no-show-signature", "--format=%cs", "--", page.name)
                return date.fromisoformat(said.decode().strip())
            top = repository_of(folder)
            return self._history(top).day(os.fsencode((folder / page.name).relative_to(top))) if top else None
        except (GitError, ValueError):
            return None

    def _history(self, top: Path) -> History:
        if top not in self._histories:
            self._histories[top] = History(top)
        return self._histories[top]
