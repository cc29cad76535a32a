"""Which pages a run is about: the files and folders that were named, less what is ignored."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple

from ld_review.errors import near
from ld_review.review import Failure

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

PAGE_ENDINGS = (".md", ".markdown", ".md.erb")
IGNORE_FILES = (".gitignore", ".ld-review-ignore")
_SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__", "site-packages"})
_VIRTUALENV_MARK = "pyvenv.cfg"


class Discovery(NamedTuple):
    """The pages of a run, in the order of their paths, and what was named but is not there."""

    pages: tuple[Path, ...]
    failures: tuple[Failure, ...] = ()
    folders: bool = False
    """Whether all that was named are folders."""


@dataclass(frozen=True)
class Wanted:
    """What the configuration and the command line say about pages."""

    exclude: tuple[str, ...] = ()
    """Globs as in ``.gitignore``, relative to ``root``."""
    extend_include: tuple[str, ...] = ()
    """Globs of further page names, relative to ``root``."""
    root: Path | None = None
    """The folder of the configuration; None for the working directory."""
    force_exclude: bool = False
    """Whether what is ignored stays ignored even when it is named."""
    ignore_files: tuple[str, ...] = IGNORE_FILES
    """The names of the files that say what is ignored."""


class _Layer(NamedTuple):
    """The patterns of one folder, which know the paths below it."""

    folder: str
    """Absolute, with a slash at its end."""
    spec: GitIgnoreSpec

    def verdict(self, path: str) -> bool | None:
        """True where *path* is ignored, False where it is taken back, None where nothing is said."""
        if not path.startswith(self.folder):
            return None
        return self.spec.check_file(path[len(self.folder) :]).include


def discover(paths: Iterable[str | os.PathLike[str]], wanted: Wanted | None = None) -> Discovery:
    """Find the pages that *paths* name: files as they are, folders with all pages below them.

    A page is found once, however many ways lead to it, and keeps the shortest way, best without links. A path that does
    not exist becomes a failure; the others are still looked at.
    """
    wanted = wanted or Wanted()
    found: dict[str, Path] = {}
    failures = []
    named = [Path(path) for path in paths]
    for path in named:
        if not os.path.lexists(path):
            failures.append(Failure(_missing(path)))
            continue
        for page, identity in _pages(path, wanted, failures.append):
            found[identity] = page if identity not in found else min(found[identity], page, key=_directness)
    return Discovery(tuple(sorted(found.values(), key=_order)), tuple(failures), all(path.is_dir() for path in named))


def page_named(name: str) -> bool:
    """Whether a file of this name is a page without further configuration."""
    return name.lower().endswith(PAGE_ENDINGS)


def _order(path: PurePath) -> tuple[str, ...]:
    return path.parts


def _directness(path: Path) -> tuple[bool, int, str]:
    return os.path.realpath(path) != str(path.absolute()), len(path.parts), str(path)


def _missing(path: Path) -> str:
    try:
        neighbours = [neighbour.name for neighbour in path.parent.iterdir()]
    except OSError:
        return f"no such file or folder: {path} (its folder {path.parent} does not exist either)"
    return f"no such file or folder: {path}{near(path.name, neighbours)}"


def _pages(path: Path, wanted: Wanted, fail: Callable[[Failure], None]) -> Iterator[tuple[Path, str]]:
    """The pages that one named path stands for, each with what tells it from others."""
    if path.is_dir():
        yield from _Walk.of(path, wanted, fail).pages()
        return
    if not wanted.force_exclude or not is_ignored(path, wanted):
        yield path, os.path.realpath(path)


def is_ignored(path: Path, wanted: Wanted) -> bool:
    """Whether a page, which need not be there, is left out where all of its folder is looked at."""
    folder = _absolute(path.parent)
    layers = (*_outer_layers(folder, wanted), *_layers_of(folder, wanted.ignore_files))
    return _ignored(folder + path.name, layers) or _folder_ignored(folder, layers)


def _folder_ignored(folder: str, layers: Sequence[_Layer]) -> bool:
    """Whether *folder* or one around it is ignored; a pattern such as ``drafts/`` knows folders alone."""
    return any(_ignored(folder[: end + 1], layers) for end, mark in enumerate(folder) if mark == "/" and end)


def _ignored(path: str, layers: Sequence[_Layer]) -> bool:
    """Whether the innermost layer that speaks of *path* (a folder ends in a slash) ignores it."""
    for layer in reversed(layers):
        verdict = layer.verdict(path)
        if verdict is not None:
            return verdict
    return False


def _absolute(folder: Path) -> str:
    """The real path of a folder, with a slash at its end."""
    real = os.path.realpath(folder).replace(os.sep, "/")
    return real if real.endswith("/") else real + "/"


def _outer_layers(folder: str, wanted: Wanted) -> tuple[_Layer, ...]:
    """The layers from outside *folder*: of the repository around it and of the configuration."""
    layers: list[_Layer] = []
    root = _repository(folder)
    info = _read_lines(root + ".git/info/exclude")
    if info:
        layers.append(_Layer(root, _spec(info)))
    inner = folder[len(root) :].split("/")[:-1]
    for depth in range(len(inner)):
        layers += _layers_of(root + "".join(f"{part}/" for part in inner[:depth]), wanted.ignore_files)
    if wanted.exclude:
        layers.append(_Layer(_absolute(wanted.root or Path()), _spec(wanted.exclude)))
    return tuple(layers)


def _repository(folder: str) -> str:
    """The folder whose ignore files count from: of the repository, else the working directory, else *folder* itself."""
    outer = folder
    while outer:
        if os.path.lexists(outer + ".git"):
            return outer
        outer = outer[: outer.rstrip("/").rfind("/") + 1]
    here = _absolute(Path())
    return here if folder.startswith(here) else folder


def _layers_of(folder: str, names: Iterable[str]) -> tuple[_Layer, ...]:
    """The ignore files that stand in a folder, as one layer."""
    lines = [line for name in names for line in _read_lines(folder + name)]
    return (_Layer(folder, _spec(lines)),) if lines else ()


def _read_lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8", "replace").splitlines()
    except OSError:
        return []


def _spec(lines: Iterable[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - costs more than one page does; most runs need none

    return GitIgnoreSpec.from_lines(lines)


@dataclass(frozen=True)
class _Walk:
    """One named folder and what is known about the way below it."""

    start: Path
    layers: tuple[_Layer, ...]
    inside: str
    """The real folder that links may not leave."""
    is_page: Callable[[str, str], bool]
    fail: Callable[[Failure], None]
    ignore_files: tuple[str, ...]

    @classmethod
    def of(cls, start: Path, wanted: Wanted, fail: Callable[[Failure], None]) -> _Walk:
        """A walk from *start*, which is taken even where it is ignored, unless ``force_exclude`` says otherwise."""
        folder = _absolute(start)
        layers = _outer_layers(folder, wanted)
        if not wanted.force_exclude and _folder_ignored(folder, layers):
            layers = ()
        return cls(start, layers, _repository(folder), page_test(wanted), fail, wanted.ignore_files)

    def pages(self) -> Iterator[tuple[Path, str]]:
        """All pages below the start. Links to folders are not followed, so that no folder is entered twice."""
        real = _absolute(self.start)
        if _folder_ignored(real, self.layers):
            return
        waiting = [(self.start, real, self.layers)]
        while waiting:
            folder, real, layers = waiting.pop()
            entries = self._entries(folder)
            if folder != self.start and any(entry.name == _VIRTUALENV_MARK for entry in entries):
                continue
            if any(entry.name in self.ignore_files for entry in entries):
                layers = (*layers, *_layers_of(real, self.ignore_files))
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if self._enters(entry, real, layers):
                        waiting.append((folder / entry.name, f"{real}{entry.name}/", layers))
                elif self._takes(entry, real, layers):
                    yield folder / entry.name, self._identity(entry, real)

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                return list(entries)
        except OSError as error:
            self.fail(Failure(f"cannot list the folder {folder}: {error.strerror}"))
            return []

    @staticmethod
    def _enters(entry: os.DirEntry[str], real: str, layers: Sequence[_Layer]) -> bool:
        if entry.name.startswith(".") or entry.name in _SKIPPED_FOLDERS:
            return False
        return not (layers and _ignored(f"{real}{entry.name}/", layers))

    def _takes(self, entry: os.DirEntry[str], real: str, layers: Sequence[_Layer]) -> bool:
        path = real + entry.name
        if entry.name.startswith(".") or not self.is_page(entry.name, path):
            return False
        if entry.is_symlink() and not self._may_follow(path):
            return False
        return not (layers and _ignored(path, layers))

    def _may_follow(self, link: str) -> bool:
        """Whether a link leads to a page inside; one that leads nowhere is kept, to be reported."""
        try:
            mode = Path(link).stat().st_mode
        except OSError:
            return True
        return stat.S_ISREG(mode) and os.path.realpath(link).startswith(self.inside)

    @staticmethod
    def _identity(entry: os.DirEntry[str], real: str) -> str:
        return os.path.realpath(entry.path) if entry.is_symlink() else real + entry.name


def page_test(wanted: Wanted) -> Callable[[str, str], bool]:
    """How to tell a page, given a file's name and its real path."""
    if not wanted.extend_include:
        return _is_page
    return partial(_is_wanted, _Layer(_absolute(wanted.root or Path()), _spec(wanted.extend_include)))


def _is_page(name: str, _path: str) -> bool:
    return page_named(name)


def _is_wanted(further: _Layer, name: str, path: str) -> bool:
    return page_named(name) or bool(further.verdict(path))
