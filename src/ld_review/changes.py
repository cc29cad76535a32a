"""What a branch changes: the pages that are not as they were where it left another, as git knows them.

Names of files and contents of pages are hostile: names travel between NULs or quoted, contents are asked for by their
hashes, and a count of lines says where a change ends, so that no line can pose as the head of another file.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import NamedTuple

from ld_review.errors import UsageError
from ld_review.git import GitError, git
from ld_review.late import late
from ld_review.source import Source, Span, Spans

_DIFF = (
    "-c",
    "diff.relative=false",
    "diff",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--ignore-submodules=all",
    "--find-renames",
)
_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_HASH = late(r"[0-9a-f]{7,64}")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_ESCAPED = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_LINK, _SUBMODULE = b"120000", b"160000"


class Change(NamedTuple):
    """What became of one file."""

    path: Path
    """Where it is now, or was where it is deleted; absolute."""
    old: Path | None = None
    """Where it was; None where it is new."""
    blob: str = ""
    """The hash of what it held; empty where it is new."""
    deleted: bool = False


class Lines(NamedTuple):
    """Lines of a file as git counts them: from 1, and only ``\\n`` ends one."""

    first: int
    number: int


@dataclass(frozen=True)
class Changes:
    """All that is not as it was at one commit: committed since, staged, only in the working tree, or untracked."""

    top: Path
    """The top of the repository."""
    reference: str
    """As it was asked for."""
    base: str
    """The hash of the commit."""
    all: tuple[Change, ...]
    """In the order of their paths."""

    @cached_property
    def _by_path(self) -> Mapping[str, Change]:
        return {str(change.path): change for change in self.all if not change.deleted}

    def of(self, path: PurePath | str) -> Change | None:
        """What became of the page at *path*; None where it is as it was."""
        folder, name = os.path.split(os.path.abspath(path))  # noqa: PTH100 - the last part may be a link
        return self._by_path.get(str(Path(os.path.realpath(folder)) / name))

    def contents(self, changes: Iterable[Change]) -> dict[Path, bytes]:
        """What files held before, by their old paths."""
        wanted = [change for change in changes if change.old is not None]
        if not wanted:
            return {}
        said = git(self.top, "cat-file", "--batch", given="".join(f"{one.blob}\n" for one in wanted).encode())
        return {one.old: data for one, data in zip(wanted, _blobs(said), strict=True) if one.old is not None}

    def lines(self, pages: Iterable[Path]) -> dict[Path, tuple[Lines, ...]]:
        """The lines of *pages*, paths as in ``all``, that were added or changed."""
        names = [os.fsencode(page.relative_to(self.top).as_posix()) for page in pages]
        if not names:
            return {}
        with _with_untracked(self.top, names) as environment:
            said = git(
                self.top,
                *_DIFF,
                *("-U0", "--inter-hunk-context=0", "--text", "--src-prefix=a/", "--dst-prefix=b/", self.base, "--"),
                environment=environment,
            )
        found: dict[Path, list[Lines]] = {}
        for name, lines in _hunks(said):
            found.setdefault(self.top / os.fsdecode(name), []).append(lines)
        return {page: tuple(found.get(page, ())) for page in (self.top / os.fsdecode(name) for name in names)}


def changes_since(reference: str, start: Path, is_page: Callable[[Path], bool]) -> Changes:
    """What changed since the branch that *start*, a folder, is on left *reference*.

    Untracked files count where they are pages. Raises UsageError where git cannot tell, with what to do
    about it.
    """
    if shutil.which("git") is None:
        raise UsageError("--changed-since needs git, which is not installed here")
    try:
        top = Path(os.fsdecode(git(start, "rev-parse", "--show-toplevel").removesuffix(b"\n"))).resolve()
    except GitError as error:
        raise UsageError(f"--changed-since needs a git repository: {error}") from None
    try:
        base = _merge_base(top, reference)
        untracked = [name for name in _untracked(top) if is_page(top / os.fsdecode(name))]
        with _with_untracked(top, untracked) as environment:
            said = git(top, *_DIFF, "--raw", "-z", "--abbrev=40", base, "--", environment=environment)
    except GitError as error:
        raise UsageError(f"--changed-since {reference}: git says: {error}") from None
    return Changes(top, reference, base, tuple(sorted(_changes(said, top))))


def touched_spans(source: Source, lines: Iterable[Lines]) -> Spans:
    """Where lines stand on a page."""
    starts = [0, *(match.end() for match in re.finditer("\n", source.text))]
    end = len(source.text)
    starts += [end]
    return Spans(
        Span(starts[first - 1], max(starts[min(first - 1 + number, len(starts) - 1)], starts[first - 1] + 1))
        for first, number in lines
        if number and first <= len(starts)
    )


def _merge_base(top: Path, reference: str) -> str:
    """Where the current branch left *reference*."""
    shallow = git(top, "rev-parse", "--is-shallow-repository").strip() == b"true"
    commits = []
    for name in (reference, "HEAD"):
        try:
            found = git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        except GitError:
            raise UsageError(_unknown(name, shallow)) from None
        commits.append(found.decode().strip())
    try:
        return git(top, "merge-base", *commits).decode().strip()
    except GitError as error:
        if error.status != 1:
            raise
    if shallow:
        raise UsageError(
            f"--changed-since {reference}: this clone is shallow, and where the branch left {reference} is not in it; "
            f"{_MORE}"
        )
    raise UsageError(f"--changed-since {reference}: it has no commit in common with the current branch")


_MORE = (
    "fetch more with `git fetch --unshallow`; in GitLab CI set the variable GIT_DEPTH to 0, on GitHub fetch-depth to 0"
)


def _unknown(name: str, shallow: bool) -> str:
    if name == "HEAD":
        return "--changed-since: the repository has no commit yet"
    remote, _, branch = name.partition("/")
    if branch:
        what = f"{remote} {branch}:refs/remotes/{name}"
    else:
        what = f"origin {name}" if _HASH.fullmatch(name) else f"origin {name}:{name}"
    said = f"--changed-since {name}: no such commit in this clone; fetch it with `git fetch {what}`"
    return f"{said}. The clone is shallow: {_MORE}" if shallow else said


def _untracked(top: Path) -> Iterator[bytes]:
    listed = git(top, "ls-files", "-z", "--others", "--exclude-standard", "--full-name")
    return (name for name in listed.split(b"\0") if name and not name.endswith(b"/"))


class _with_untracked:  # noqa: N801 - reads as a function
    """An environment in which git takes untracked files for added ones, so that it follows their renames too.

    They are added to a copy of the index; what is in the repository stays as it is.
    """

    def __init__(self, top: Path, names: Sequence[bytes]) -> None:
        self._top, self._names = top, names
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Mapping[str, str]:
        if not self._names:
            return {}
        index = self._top / os.fsdecode(git(self._top, "rev-parse", "--git-path", "index").removesuffix(b"\n"))
        self._folder = tempfile.TemporaryDirectory(prefix="ld-review-")
        copy = Path(self._folder.name) / "index"
        if index.exists():
            shutil.copy2(index, copy)
        environment = {"GIT_INDEX_FILE": str(copy)}
        try:
            git(
                self._top,
                *("-c", "core.splitIndex=false", "add", "--intent-to-add", "--force"),
                *("--pathspec-from-file=-", "--pathspec-file-nul"),
                given=b"\0".join(self._names),
                environment=environment,
            )
        except BaseException:
            self.__exit__()
            raise
        return environment

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            self._folder.cleanup()


def _changes(said: bytes, top: Path) -> Iterator[Change]:
    """Read what ``--raw -z`` says."""
    words = iter(said.split(b"\0"))
    for head in words:
        if not head:
            continue
        old_mode, new_mode, blob, _, status = head.removeprefix(b":").split(b" ")
        old = new = top / os.fsdecode(next(words))
        if status[:1] in (b"R", b"C"):
            new = top / os.fsdecode(next(words))
        if _SUBMODULE in (old_mode, new_mode):
            continue
        was_file = status[:1] != b"A" and old_mode != _LINK
        yield Change(new, old if was_file else None, blob.decode() if was_file else "", status[:1] == b"D")


def _hunks(said: bytes) -> Iterator[tuple[bytes, Lines]]:
    """Read a patch without context: the files it changes and the lines it adds there."""
    lines = iter(said.split(b"\n"))
    name = b""
    for line in lines:
        if line.startswith(b"diff --git "):
            name = b""
        elif line.startswith(b"+++ "):
            name = _name(line.removeprefix(b"+++ "))
        elif hunk := _HUNK.match(line):
            removed, first, added = (int(number) if number else 1 for number in hunk.groups())
            if name:
                yield name, Lines(first, added)
            left = removed + added
            while left > 0:
                left -= not next(lines, b"").startswith(b"\\")


def _name(written: bytes) -> bytes:
    """A file's name as a patch has it; empty for no file."""
    written = written.removesuffix(b"\t")
    if written.startswith(b'"'):
        written = _ESCAPE.sub(_unescaped, written[1:-1])
    return written.removeprefix(b"b/") if written.startswith(b"b/") else b""


def _unescaped(match: re.Match[bytes]) -> bytes:
    mark = match[1]
    return bytes([int(mark, 8) & 0xFF]) if mark.isdigit() else _ESCAPED.get(mark, mark)


def _blobs(said: bytes) -> Iterator[bytes]:
    """Read what ``cat-file --batch`` says; nothing of what is missing."""
    at = 0
    while at < len(said):
        end = said.index(b"\n", at)
        _, *rest = said[at:end].split(b" ")
        size = int(rest[-1]) if len(rest) == 2 and rest[0] == b"blob" else -1
        yield said[end + 1 : end + 1 + size] if size >= 0 else b""
        at = end + 1 + size + 1
