"""When each file of a repository was last committed: the history read once for all files, as far back as is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from ld_review.git import git

_STRIDE = 500
"""How many commits are read at once."""


class History:
    """The days of the last commits of files, as ``git log -1 -- FILE`` tells them one by one."""

    def __init__(self, top: Path) -> None:
        self._days: dict[bytes, date] = {}
        self._more = _last_changes(top)

    def day(self, name: bytes) -> date | None:
        """The day of the last commit of a file, named from the top of the repository; None where there is none.

        Raises GitError where git cannot tell.
        """
        while name not in self._days:
            found = next(self._more, None)
            if found is None:
                return None
            self._days |= dict.fromkeys(found.names, found.day)
        return self._days[name]


class _Found(NamedTuple):
    """Files whose last commit is found."""

    names: set[bytes]
    day: date


class _Commit(NamedTuple):
    """A commit, and the files that are not as they were at each of its parents; at none, for the first commit."""

    id: bytes
    parents: Sequence[bytes]
    day: date
    changed: Sequence[set[bytes]]


def _last_changes(top: Path) -> Iterator[_Found]:
    """Find the last commits of all files, the newest first.

    A file is followed to the first parent that has it as it is; a commit of which no parent has it so is its last one.
    Nearly all files go along the trunk, from each commit to its first parent, and only those that left it are named.
    """
    trunk: bytes | None = None
    left: set[bytes] = set()
    waiting: defaultdict[bytes, set[bytes]] = defaultdict(set)
    for commit in _commits(top):
        here = waiting.pop(commit.id, set())
        changed = commit.changed[0] & here
        if trunk in (None, commit.id):
            changed |= commit.changed[0] - left
            left |= changed
            trunk = next(iter(commit.parents), b"")
        for parent in commit.parents[:1]:
            waiting[parent] |= here - changed
        for parent, others in zip(commit.parents[1:], commit.changed[1:], strict=True):
            waiting[parent] |= changed - others
            changed &= others
        yield _Found(changed, commit.day)


def _commits(top: Path) -> Iterator[_Commit]:
    """All commits that led to the one that is checked out, each before its parents."""
    told = git(top, "log", "--topo-order", "--no-show-signature", "--format=%H %cs %P", "HEAD")
    lines = iter(told.splitlines())
    while stride := [line.split() for line in islice(lines, _STRIDE)]:
        changed = _changed(top, [pair for id_, _, *parents in stride for pair in _pairs(id_, parents)])
        for id_, day, *parents in stride:
            sides = [*islice(changed, len(_pairs(id_, parents)))]
            yield _Commit(id_, parents, date.fromisoformat(day.decode()), sides)


def _pairs(id_: bytes, parents: Sequence[bytes]) -> Sequence[tuple[bytes, ...]]:
    """A commit with each of its parents, or alone where it has none."""
    return [(id_, parent) for parent in parents] or [(id_,)]


def _changed(top: Path, pairs: Sequence[tuple[bytes, ...]]) -> Iterator[set[bytes]]:
    """For each pair of a commit and its parent the names of the files in which they differ."""
    said = git(
        top,
        *("diff-tree", "--stdin", "--always", "--root", "-r", "-z", "--name-status", "--no-renames"),
        given=b"".join(b" ".join(pair) + b"\n" for pair in pairs),
    )
    words = iter(said.split(b"\0")[1:])
    names: set[bytes] = set()
    for word in words:
        if len(word) == 1:  # a status, with a name behind it; else the hash of the next commit, or the end
            names.add(next(words))
        else:
            yield names
            names = set()
