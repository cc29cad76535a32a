"""Which files to write into a repository, and why others are left alone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ld_review.config_file import config_of
from ld_review.files import UnreadableError, decoded, prepare_report, read_bytes, replace_page, report_file
from ld_review.foreign import text_inside
from ld_review.handbook.layout import Root
from ld_review.late import late
from ld_review.layouts import repository_of
from ld_review.start import hook, pipeline
from ld_review.start.insertion import NoPlaceError
from ld_review.start.origin import Origin
from ld_review.start.proposal import NAME, Proposal
from ld_review.start.sight import Sight

_TAME = late(r"(?:\.|\w[\w./-]*)\Z")
"""A path that means nothing in a shell, in YAML and in the variables of pipelines."""
_MOST_PATHS = 4
_BRANCH = late(r"ref: refs/(?:remotes/origin|heads)/([\w][\w./-]*)\s*\Z")


_GITLAB_HOST = late(r"^[ \t]*url[ \t]*=[ \t]*(?:[\w+]+://)?(?:[\w.-]+@)?[\w.-]*\bgitlab\b", re.MULTILINE)


class Change(NamedTuple):
    """A file as it is and as it is to be."""

    path: Path
    """Relative to the top."""
    before: str
    """Empty where it is new."""
    after: str
    old: bytes | None
    """The bytes it has now; None where it is new."""

    def write(self, top: Path) -> None:
        """Write the file in one step.

        Raises OSError where it cannot be written, UnreadableError where it is no longer what was looked at.
        """
        target = top / self.path
        if self.old is not None:
            replace_page(target, self.old, self.after)
            return
        if os.path.lexists(target):
            raise UnreadableError("it has come to be there meanwhile")
        prepare_report(target)
        with report_file(target) as file:
            file.write(self.after.encode("utf-8"))


class Left(NamedTuple):
    """A file that is left as it is."""

    path: Path
    why: str
    snippet: str = ""
    """What to put there by hand; empty for nothing."""


class Plan(NamedTuple):
    """What to do."""

    changes: tuple[Change, ...]
    left: tuple[Left, ...]


class Wish(NamedTuple):
    """What was asked for."""

    origin: Origin
    ci: bool = False
    """Whether the pipeline may be changed."""


def plan(sight: Sight, proposal: Proposal, wish: Wish) -> Plan:
    """What to write, given what was seen."""
    steps = (
        *_configuration(sight, proposal),
        *_hook(sight, wish),
        *_gitlab(sight, wish),
        *_github(sight, wish),
    )
    changes = tuple(step for step in steps if isinstance(step, Change))
    return Plan(changes, tuple(step for step in steps if isinstance(step, Left)))


def paths_to_review(sight: Sight) -> tuple[str, ...]:
    """What a pipeline reviews: the folders of the site as far as pages lie there, or everything that was looked at."""
    roots = sight.layout.roots
    top = sight.top if sight.guess else sight.site.top
    base = top.relative_to(sight.top).as_posix() if top.is_relative_to(sight.top) else "."
    found = dict.fromkeys(
        f"{'' if base == '.' else base + '/'}{folder}".rstrip("/") or "."
        for page in sight.pages
        for folder in _root_folders(page.entry.path, roots)
    )
    own = sight.start.relative_to(sight.top).as_posix()
    if any((sight.top / folder) in (sight.start, *sight.start.parents) for folder in found) or len(found) > _MOST_PATHS:
        found = {own: None}
    return tuple(sorted(found)) if found and all(map(_TAME.match, found)) else (".",)


def _root_folders(path: str, roots: Sequence[Root]) -> Iterator[str]:
    """The folder in which a page lies, of those that its site is made of."""
    own = path.split("/")[:-1]
    for root in roots:
        wanted = root.folder.split("/") if root.folder else []
        if len(own) >= len(wanted) and all(one in ("*", mine) for one, mine in zip(wanted, own, strict=False)):
            yield "/".join(own[: len(wanted)])
            return


def _configuration(sight: Sight, proposal: Proposal) -> Iterator[Change | Left]:
    existing = sight.config.path
    if existing is not None:
        path = Path(os.path.relpath(existing, sight.top))
        yield Left(
            path, "there already, and what counts" + ("; it could also say:" if proposal.text else ""), proposal.text
        )
    elif not proposal.text:
        yield Left(Path(NAME), "not needed: the defaults fit")
    elif os.path.lexists(sight.top / NAME):
        yield Left(Path(NAME), "there already, and cannot be read", proposal.text)
    else:
        config_of(proposal.text, sight.top / NAME)  # what cannot be read back is never written
        yield Change(Path(NAME), "", proposal.text, None)


def _hook(sight: Sight, wish: Wish) -> Iterator[Change | Left]:
    path = Path(hook.NAME)
    if repository_of(sight.top) is None:
        yield Left(path, "not needed: this is no git repository")
        return
    try:
        before, old = _read(sight.top, path)
        if old is not None and hook.has_hook(before):
            yield Left(path, "has the hook already")
        else:
            yield Change(path, before, hook.with_hook(before, wish.origin), old)
    except (NoPlaceError, UnreadableError, ValueError) as error:
        yield Left(path, f"left as it is: {error}; add:", hook.entry(wish.origin))


def _gitlab(sight: Sight, wish: Wish) -> Iterator[Change | Left]:
    path = Path(pipeline.GITLAB)
    if not _is_on_gitlab(sight.top) and not (wish.ci and not (sight.top / ".github").is_dir()):
        return
    paths = paths_to_review(sight)
    snippet = f"include:\n{_indented(pipeline.include(wish.origin, paths))}"
    try:
        before, old = _read(sight.top, path)
        if pipeline.mentions_us(before):
            yield Left(path, "names ld-review already")
            return
        after = pipeline.with_include(before, wish.origin, paths)
        snippet = f"include:\n{_indented(pipeline.include(wish.origin, paths, before))}"
        if wish.ci and wish.origin.url:
            yield Change(path, before, after, old)
        else:
            yield Left(path, f"left as it is, {_how(wish)}; for merge requests add:", snippet)
    except (NoPlaceError, UnreadableError, ValueError) as error:
        yield Left(path, f"left as it is: {error}; for merge requests add:", snippet)


def _is_on_gitlab(top: Path) -> bool:
    """Whether the files of the repository say so, or the address that it was cloned from."""
    if os.path.lexists(top / pipeline.GITLAB) or (top / ".gitlab").is_dir():
        return True
    return _GITLAB_HOST.search(text_inside(top / ".git" / "config", top)) is not None


def _github(sight: Sight, wish: Wish) -> Iterator[Change | Left]:
    folder, path = sight.top / ".github", Path(pipeline.WORKFLOW)
    if not folder.is_dir():
        return
    if any(pipeline.mentions_us(text_inside(file, sight.top)) for file in _workflows(sight.top)):
        yield Left(Path(pipeline.WORKFLOWS), "has a workflow with ld-review already")
        return
    text = pipeline.workflow(wish.origin, paths_to_review(sight), _branch(sight.top))
    if os.path.lexists(sight.top / path):
        yield Left(path, "there already, without ld-review; left as it is")
    elif not _stays_inside(sight.top, path):
        yield Left(path, "left alone: its folder leads out of the repository")
    elif wish.ci and wish.origin.known:
        yield Change(path, "", text, None)
    else:
        yield Left(path, f"not written, {_how(wish)}; for pull requests it would be:", text)


def _how(wish: Wish) -> str:
    if not wish.origin.url:
        return "--ci and --source URL write it"
    return "--ci writes it"


def _workflows(top: Path) -> list[Path]:
    folder = top / pipeline.WORKFLOWS
    return sorted(file for ending in ("yml", "yaml") for file in folder.glob(f"*.{ending}"))


def _branch(top: Path) -> str:
    """The main branch, as far as git's files tell."""
    for name in (".git/refs/remotes/origin/HEAD", ".git/HEAD"):
        found = _BRANCH.match(text_inside(top / name, top))
        if found:
            return found[1]
    return "main"


def _read(top: Path, path: Path) -> tuple[str, bytes | None]:
    """What is in a file, which is new where it is not there.

    Raises UnreadableError where it cannot be read, or leads out of the repository.
    """
    if not os.path.lexists(top / path):
        return "", None
    if not _stays_inside(top, path):
        raise UnreadableError("it leads out of the repository")
    data = read_bytes(top / path)
    return decoded(path, data).text, data


def _stays_inside(top: Path, path: Path) -> bool:
    return Path(os.path.realpath(top / path)).is_relative_to(os.path.realpath(top))


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())
