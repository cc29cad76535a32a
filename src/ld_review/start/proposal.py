"""The configuration that fits what was seen: only what differs from the defaults, each with its reason."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

import yaml

from ld_review.errors import ConfigError
from ld_review.foreign import text_inside
from ld_review.late import late
from ld_review.reporters.display import flat
from ld_review.start.sight import SeenPage, Sight
from ld_review.typed_yaml import Place, compose

NAME = ".ld-review.yaml"
_HEAD = "# What ld-review goes by here, where it differs from the defaults.\n"
_ARCHIVES = frozenset({"archive", "archives", "archived", "deprecated", "obsolete", "attic"})
_INDEX = late(r"(?:_?index|readme)(?:\.[\w.-]+)?\Z", re.IGNORECASE)
_FEWEST = 3
"""Fewer pages do not tell what a folder is for."""
_NEARLY_ALL = 0.9
_SPECIAL = late(r"([\\*?\[\]]|\A[!#]| \Z)")
_SUBMODULE = late(r"^[ \t]*path[ \t]*=([^\n]*)", re.MULTILINE)
_ATTRIBUTE = late(r"^([^\s#\"]+)[ \t][^\n]*?\blinguist-(generated|vendored)(?![-\w]|=false)", re.MULTILINE)


class LeftOut(NamedTuple):
    """A folder whose pages need no review."""

    folder: str
    """Relative to the top."""
    pages: int
    reason: str


class LearningFolder(NamedTuple):
    """A folder whose pages surely are learning content of one kind."""

    folder: str
    profile: str
    pages: int
    other: tuple[str, ...] = ()
    """Pages in it that are not: its index pages."""


class Proposal(NamedTuple):
    """What a configuration should say."""

    text: str
    """Empty where the defaults fit."""
    left_out: tuple[LeftOut, ...] = ()
    learning: tuple[LearningFolder, ...] = ()


def propose(sight: Sight) -> Proposal:
    """The configuration that fits what was seen, less what holds already."""
    paths = [sight.inside(page) for page in (*sight.pages, *sight.outside)]
    left_out = tuple(one for one in _left_out(sight) if is_expressible(one.folder, paths))
    kept = [page for page in sight.pages if not any(_below(sight.inside(page), one.folder) for one in left_out)]
    learning = tuple(one for one in _learning_folders(sight, kept) if is_expressible(one.folder, paths))
    parts = (
        *_preset_lines(sight),
        *_handbook_lines(sight),
        *_host_lines(sight),
        *_exclude_lines(left_out),
        *_path_lines(learning),
    )
    return Proposal("\n".join((_HEAD, *parts)) if parts else "", left_out, learning)


def is_expressible(folder: str, pages: Iterable[str]) -> bool:
    """Whether a pattern can stand for *folder*, and for nothing else among *pages*: some names fit in none."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - only where there is a folder to speak of

    glob = f"{glob_of(folder)}/**"
    try:
        node = compose(scalar(glob), Place(NAME, ConfigError))
        spec = GitIgnoreSpec.from_lines([glob])
    except (ConfigError, ValueError):
        return False
    return node is not None and node.value == glob and all(spec.match_file(one) == _below(one, folder) for one in pages)


def scalar(text: str) -> str:
    """*text* as YAML has it, on one line."""
    plain = text.isprintable()  # what is not, a line break or a mark of direction, is escaped
    dumped: str = yaml.safe_dump(text, width=float("inf"), allow_unicode=plain, default_style=None if plain else '"')
    return dumped.removesuffix("\n").removesuffix("\n...")


def glob_of(path: str) -> str:
    """The pattern, as in ``.gitignore``, that matches *path*, a file or a folder below the top, and nothing else."""
    return "/" + _SPECIAL.sub(r"\\\1", path)


def _below(path: str, folder: str) -> bool:
    return path.startswith(f"{folder}/")


def _preset_lines(sight: Sight) -> Iterator[str]:
    if sight.preset:
        yield f"# pages link to hosts that this preset knows\npreset: {scalar(sight.preset)}\n"


def _handbook_lines(sight: Sight) -> Iterator[str]:
    guess = sight.guess
    if not guess:
        return
    lines = [f"# {flat(guess.reason)}", "handbook:", f"  layout: {guess.layout}", "  roots:"]
    with_prefix = any(root.prefix for root in guess.roots)
    for root in guess.roots:
        folder = scalar(root.folder or ".")
        lines.append(f"    {folder}: {scalar(root.prefix or '/')}" if with_prefix else f"    - {folder}")
    yield "\n".join(lines) + "\n"


def _host_lines(sight: Sight) -> Iterator[str]:
    if sight.hosts:
        hosts = "".join(f"    - {scalar(host)}\n" for host in sight.hosts)
        yield f"hosts:\n  # links there lead to pages of this handbook\n  handbook:\n{hosts}"


def _exclude_lines(left_out: Sequence[LeftOut]) -> Iterator[str]:
    if left_out:
        lines = (f"  - {scalar(glob_of(one.folder) + '/')}  # {one.reason}, {_pages(one.pages)}\n" for one in left_out)
        yield f"exclude:\n{''.join(lines)}"


def _path_lines(learning: Sequence[LearningFolder]) -> Iterator[str]:
    if not learning:
        return
    lines = ["paths:"]
    for one in learning:
        if one.other:
            globs = (f"{glob_of(one.folder)}/**", *(f"!{glob_of(page)}" for page in one.other))
            lines += ("  - match:", *(f"      - {scalar(glob)}" for glob in globs))
        else:
            lines.append(f"  - match: {scalar(f'{glob_of(one.folder)}/**')}")
        lines.append(f"    profile: {scalar(one.profile)}  # as {_pages(one.pages)} in it show")
    yield "\n".join(lines) + "\n"


def _pages(number: int) -> str:
    return f"{number:,} page" if number == 1 else f"{number:,} pages"


def _left_out(sight: Sight) -> Iterator[LeftOut]:
    """The outermost folders that are not kept up, come from elsewhere, or are made by programs."""
    below = _by_folder(sight, (*sight.pages, *sight.outside))
    reasons = {**_made_by_programs(below), **_declared(sight)}
    taken: list[str] = []
    for folder in sorted(below, key=lambda folder: folder.count("/")):
        reason = "not kept up, by its name" if _name(folder) in _ARCHIVES else reasons.get(folder, "")
        if reason and not any(_below(folder, other) for other in taken):
            taken.append(folder)
            yield LeftOut(folder, len(below[folder]), reason)


def _name(folder: str) -> str:
    return folder.rpartition("/")[2].casefold().strip("_")


def _made_by_programs(below: Mapping[str, Sequence[SeenPage]]) -> dict[str, str]:
    return {
        folder: "made by a program, as the pages say"
        for folder, pages in below.items()
        if len(pages) >= _FEWEST and sum(page.by_program for page in pages) >= _NEARLY_ALL * len(pages)
    }


def _declared(sight: Sight) -> dict[str, str]:
    """Folders that the files of git say come from elsewhere or are made by programs."""
    found = {}
    for path in _SUBMODULE.findall(text_inside(sight.top / ".gitmodules", sight.top)):
        found[path.strip().strip("/")] = "a submodule"
    for pattern, what in _ATTRIBUTE.findall(text_inside(sight.top / ".gitattributes", sight.top)):
        folder = pattern.removesuffix("**").removesuffix("*").strip("/")
        found[folder] = f"{what}, as .gitattributes says"
    return found


def _by_folder(sight: Sight, pages: Iterable[SeenPage]) -> dict[str, list[SeenPage]]:
    """The pages below each folder."""
    below: defaultdict[str, list[SeenPage]] = defaultdict(list)
    for page in pages:
        for folder in PurePosixPath(sight.inside(page)).parents:
            if str(folder) != ".":
                below[str(folder)].append(page)
    return below


def _learning_folders(sight: Sight, pages: Sequence[SeenPage]) -> Iterator[LearningFolder]:
    """The outermost folders, all but the roots of the site, whose pages surely are of one kind."""
    below = _by_folder(sight, pages)
    taken: list[str] = []
    for folder in sorted(below, key=lambda folder: (folder.count("/"), folder)):
        if any(_below(folder, other) for other in taken) or len(below[folder]) == len(pages):
            continue
        found = _learning_folder(sight, folder, below[folder])
        if found:
            taken.append(folder)
            yield found


def _learning_folder(sight: Sight, folder: str, pages: Sequence[SeenPage]) -> LearningFolder | None:
    kinds = Counter(page.profile.name for page in pages if page.entry.learning)
    if not kinds:
        return None
    [(profile, number)] = kinds.most_common(1)
    others = [page for page in pages if page.profile.name != profile]
    sure = sum(page.profile.name == profile and page.profile.sure and not page.profile.declared for page in pages)
    if not all(_INDEX.match(page.path.name) for page in others) or len(others) > number / 2:
        return None
    if number < _FEWEST or sure < max(_FEWEST, number * 2 / 3):
        return None
    return LearningFolder(folder, profile, number, tuple(sight.inside(page) for page in others))
