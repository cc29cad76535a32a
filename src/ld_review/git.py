"""Git, asked in one way: a path is a name and never a pattern, nothing prompts, and what is asked changes nothing."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from ld_review.errors import UsageError

_PATIENCE = 120
"""In seconds."""
_OF_A_HOOK = frozenset(("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX"))
"""What git tells the hooks it runs. It would make the folder of a page the top of that repository."""
_MANNERS = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}


class GitError(UsageError):
    """Git could not do it; the message says why in its words."""

    status = 0
    """Its exit status; 0 where it did not get that far."""


def git(folder: Path, *arguments: str, given: bytes = b"", environment: Mapping[str, str] | None = None) -> bytes:
    """What git answers about the repository around *folder*.

    Raises GitError where it cannot: there is no git, no repository, no such thing, or no answer in time.
    """
    command = ["git", "-C", str(folder), "--literal-pathspecs", "-c", "core.fsmonitor=false", *arguments]
    around = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
    try:
        done = subprocess.run(
            command,
            input=given,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
            env=around | _MANNERS | dict(environment or {}),
        )
    except subprocess.TimeoutExpired:
        raise GitError(f"no answer within {_PATIENCE} seconds") from None
    except (OSError, ValueError) as error:
        raise GitError(str(error)) from None
    if done.returncode:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())
        problem = GitError(said.removeprefix("fatal: ") or f"exit status {done.returncode}")
        problem.status = done.returncode
        raise problem
    return done.stdout
