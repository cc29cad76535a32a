"""What kind of terminal this is: colours, width, and a bar for work that takes a while."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

WIDTH_WITHOUT_TERMINAL = 120
_WIDEST = 160
_PATIENCE = 1.0
"""Seconds of silence before a bar appears."""


def wants_color(choice: str, stream: TextIO, environment: Mapping[str, str] | None = None) -> bool:
    """Whether to colour: the option, else NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, GitLab's job log, else a terminal."""
    if choice != "auto":
        return choice == "always"
    environment = os.environ if environment is None else environment
    if environment.get("NO_COLOR"):
        return False
    if _is_on(environment.get("FORCE_COLOR")) or _is_on(environment.get("CLICOLOR_FORCE")):
        return True
    if environment.get("CI") and environment.get("GITLAB_CI"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


def _is_on(value: str | None) -> bool:
    return value not in {None, "", "0", "false"}


def width(stream: TextIO) -> int:
    """How many columns to fill."""
    if not stream.isatty() and "COLUMNS" not in os.environ:
        return WIDTH_WITHOUT_TERMINAL
    return min(shutil.get_terminal_size().columns, _WIDEST)


class ProgressBar:
    """A bar on stderr, once the work has taken a second; nothing where nobody watches."""

    def __init__(self, quiet: bool = False) -> None:
        self._shown = not quiet and sys.stderr.isatty() and not os.environ.get("CI")
        self._due = time.monotonic() + _PATIENCE
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> ProgressBar:
        return self

    def __call__(self, done: int, total: int) -> None:
        """Say that *done* pages of *total* are done."""
        if not self._shown or (self._bar is None and time.monotonic() < self._due):
            return
        if self._bar is None:
            self._start(total)
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done)

    def _start(self, total: int) -> None:
        from rich.console import Console  # noqa: PLC0415 - costs more than one page does
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

        columns = (TextColumn("Reviewing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("", total=total)
        self._bar.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
