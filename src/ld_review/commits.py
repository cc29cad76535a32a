"""When a page was last changed, as git knows it."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path, PurePath
from typing import NamedTuple

from ld_review.clock import SystemClock

_PATIENCE = 10
"""In seconds."""


class CommitClock(NamedTuple):
    """The day of the last commit of each page, so that a finding comes with a change and not with a new day.

    Where git knows no commit of a page, or there is no git, it is the day of this machine.
    """

    start: Path
    """What paths are relative to; absolute."""

    def today(self, path: PurePath) -> date:
        """The day of the last commit of the page at *path*."""
        page = self.start / path
        command = ["git", "-C", str(page.parent), "log", "-1", "--format=%cs", "--", page.name]
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_PATIENCE, check=False
            )
            return date.fromisoformat(done.stdout.strip())
        except (OSError, subprocess.SubprocessError, ValueError):
            return SystemClock().today(path)
