"""The whole handbook around the pages of a run: found, read as far as links need it, and kept for the next run."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from pathlib import Path, PurePath
from typing import NamedTuple

from ld_review.cache_folder import cache_folder
from ld_review.canonical import canonical
from ld_review.config import Config
from ld_review.discovery import Wanted, discover, page_named, page_test
from ld_review.engine import Settings, read_page
from ld_review.entry_cache import EntryCache
from ld_review.external import State, check_urls
from ld_review.files import UnreadableError, decoded, read_bytes
from ld_review.handbook.facts import Entry, PageFacts, facts_of, unread
from ld_review.handbook.handbook import Handbook, Reply
from ld_review.handbook.layout import FURTHER_PAGES, Root
from ld_review.handbook.redirects import Redirects
from ld_review.handbook.target import parts
from ld_review.layouts import Site
from ld_review.mapping import Mapper, mapped
from ld_review.redirect_files import read_redirects
from ld_review.store import key_of, settings_key


class _Unread(NamedTuple):
    """A page of the handbook that is not under review, and what its entry is kept by."""

    place: str
    file: Path
    key: bytes
    """Empty where it cannot be read."""
    settings: int


class _Kind(NamedTuple):
    """How pages are read for which the same settings hold."""

    settings: Settings
    key: bytes
    """What stands for the settings."""


def place_of(path: PurePath | str, site: Site | None) -> str:
    """Where a page lies in the handbook: relative to its top, with slashes; as it was named where it lies outside."""
    if site is None:
        return PurePath(path).as_posix()
    top = f"{site.top}{os.sep}"
    if str(path).startswith(top) and ".." not in str(path):
        return str(path)[len(top) :].replace(os.sep, "/")
    relative = os.path.relpath(path, site.top).replace(os.sep, "/")
    if relative.startswith("../"):  # unless it only looks so, where a link leads to one of the two
        folder, name = os.path.split(path)
        real = os.path.join(os.path.realpath(folder), name)  # noqa: PTH118 - of a path that need not be one
        relative = os.path.relpath(real, os.path.realpath(site.top)).replace(os.sep, "/")
    return PurePath(path).as_posix() if relative.startswith("../") else relative


@dataclass(frozen=True)
class Around:
    """The handbook around the pages under review, which take their places in it when they have been read."""

    config: Config
    listed: Sequence[_Unread] = ()
    """Its other pages."""
    kinds: Sequence[_Kind] = ()
    redirects: Redirects | None = None
    executor: Mapper | None = None

    @cached_property
    def entries(self) -> Sequence[Entry]:
        """The entries of its other pages, as their files have them: read where they are not known from earlier runs."""
        return [entry._replace(path=page.place) for page, (_, entry) in zip(self.listed, self._read, strict=True)]

    @cached_property
    def _read(self) -> Sequence[tuple[bytes, Entry]]:
        """The entries with their keys, which are empty where a page cannot be read."""
        cache = EntryCache(_cache(self.config))
        known = cache.get([page.key for page in self.listed if page.key])
        missing = [page for page in self.listed if page.key and page.key not in known]
        read = list(chain.from_iterable(mapped(_entry, self.kinds, missing, self.executor)))
        cache.put({key: entry for key, entry in read if key})
        found = {page.place: one for page, one in zip(missing, read, strict=True)}
        return [found.get(page.place) or (page.key, known.get(page.key) or unread(page.place)) for page in self.listed]

    @property
    def is_as_listed(self) -> bool:
        """Whether no page has changed between its listing and its reading."""
        return all(page.key == key for page, (key, _) in zip(self.listed, self._read, strict=True))

    def state(self, pages: Mapping[str, bytes], *, folders: bool = False) -> bytes:
        """What the handbook is known by in which there is at each place in *pages*, those under review, the entry that
        its bytes stand for. Whatever a rule may learn from it but for the texts of pages is the same where it is."""
        asked = canonical((self.config.settings.layout, self._hosts, self._flags(folders), self.redirects))
        reviewed = (f"{place}\0{mark.hex()}" for place, mark in sorted(pages.items()))
        others = (f"{page.place}\0{page.key.hex()}" for page in self.listed if page.place not in pages)
        return settings_key([asked, *reviewed, "", *sorted(others)])

    def with_pages(self, pages: Sequence[PageFacts], *, folders: bool = False) -> Handbook:
        """The whole handbook, in which *pages*, those under review, are as they were read.

        Where the layout is not known, *folders* says that whole folders are under review, so that what is not among
        them does not exist.
        """
        config = self.config
        entries = [page.entry for page in pages]
        reviewed = frozenset(entry.path for entry in entries)
        whole, complete, each_alone = self._flags(folders)
        return Handbook(
            config.settings.layout,
            chain(entries, (entry for entry in self.entries if entry.path not in reviewed)),
            self.redirects,
            self._hosts,
            whole=whole,
            complete=complete,
            reviewed=reviewed,
            texts={page.entry.path: page.text for page in pages if page.text},
            replies=_replies(config, pages) if config.check_external else None,
            each_alone=each_alone,
        )

    @property
    def _hosts(self) -> tuple[str, ...]:
        """The hosts that are declared to serve it."""
        config = self.config
        return tuple(sorted(config.settings_for(config.root / "page.md").hosts.in_group("handbook")))

    def _flags(self, folders: bool) -> tuple[bool, bool, bool]:
        """Whether it is whole, complete, and asked for each page alone."""
        config = self.config
        return bool(config.site and (config.site.known or folders)), config.handbook.complete, config.each_alone


def survey(
    config: Config,
    pages: Sequence[PageFacts],
    executor: Mapper | None = None,
    *,
    folders: bool = False,
) -> Handbook:
    """The handbook that *pages*, those under review, belong to.

    Its other pages are read where the layout is known; otherwise *folders* says that whole folders are under review, so
    that what is not among them does not exist.
    """
    reviewed = frozenset(page.entry.path for page in pages)
    return look_around(config, reviewed, executor).with_pages(pages, folders=folders)


def look_around(config: Config, reviewed: Collection[str] = frozenset(), executor: Mapper | None = None) -> Around:
    """List the handbook, as far as its layout is known, without the pages that are *reviewed*; it is read where
    somebody asks for it."""
    site = config.site
    if site is None:
        return Around(config)
    redirects = read_redirects(site.top, config.handbook.redirects).with_exact(site.redirects)
    listed, kinds = _listed(config, site, reviewed) if site.known else ([], ())
    return Around(config, listed, kinds, redirects, executor)


def read_around(config: Config) -> Around:
    """The handbook, with all of its pages read already."""
    around = look_around(config)
    _ = around.entries
    return around


def _cache(config: Config) -> Path | None:
    return cache_folder() if config.use_cache else None


def _replies(config: Config, pages: Sequence[PageFacts]) -> dict[str, Reply]:
    """What other hosts say of the URLs that pages link to, where they are dead or have moved."""
    links = (link.target for page in pages for link in page.detail().links)
    urls = dict.fromkeys(target for target in links if parts(target).host not in ("", "?"))
    answers = check_urls(urls, replace(config.external, cache=_cache(config)))
    return {
        url: Reply(answer.state is State.DEAD, answer.reason, answer.address)
        for url, answer in answers.items()
        if answer.state in (State.DEAD, State.MOVED)
    }


def _listed(config: Config, site: Site, reviewed: Collection[str]) -> tuple[list[_Unread], tuple[_Kind, ...]]:
    """The pages that are not under review, and the ways in which they are read."""
    numbers: dict[int, int] = {}
    kinds: list[_Kind] = []
    listed = []
    for file, is_read in _pages(config, site):
        place = place_of(file, site)
        if place in reviewed:
            continue
        own = config.settings_for(file)
        if id(own) not in numbers:
            numbers[id(own)] = len(kinds)
            kinds.append(_Kind(own, entries_key(own)))
        number = numbers[id(own)]
        listed.append(_Unread(place, file, _key(file, place, kinds[number]) if is_read else b"", number))
    return listed, tuple(kinds)


def _key(file: Path, place: str, kind: _Kind) -> bytes:
    try:
        return key_of(read_bytes(file), place, kind.key)
    except UnreadableError:
        return b""


def entries_key(settings: Settings) -> bytes:
    """What stands for the settings in the keys of the entries that are kept."""
    return settings_key(_parts(settings))


def _parts(settings: Settings) -> Iterator[str]:
    """All in the settings that an entry depends on."""
    yield from (settings.heading_ids, settings.language, settings.profile, settings.forced_profile)
    yield repr(settings.lexicon.kinds)


def _pages(config: Config, site: Site) -> Iterator[tuple[Path, bool]]:
    """All pages of the handbook, those that are excluded from review too: links may lead there.

    Of each it says whether it can be read: of those in another markup all there is to know is that they are there.
    """
    layout = config.settings.layout
    roots = [folder for root in layout.roots for folder in _folders(site.top, root)]
    own, root = tuple(config.extend_include), config.root
    if not site.top.is_relative_to(root):
        own, root = (), site.top
    further = tuple(f"*{ending}" for ending in FURTHER_PAGES.get(layout.name, ()))
    is_read = page_test(Wanted(extend_include=own, root=root))
    wanted = Wanted(extend_include=(*own, *further), root=root, ignore_files=(".gitignore",))
    for file in discover(roots, wanted).pages:
        yield file, is_read(file.name, os.path.realpath(file)) if own else page_named(file.name)


def _folders(top: Path, root: Root) -> Iterator[Path]:
    """The folders that a root stands for, as far as they are there and do not lead out of the handbook."""
    found = [top]
    for part in filter(None, root.folder.split("/")):
        found = [below for folder in found for below in (_below(folder) if part == "*" else (folder / part,))]
    real = os.path.realpath(top)
    return (folder for folder in found if folder.is_dir() and Path(os.path.realpath(folder)).is_relative_to(real))


def _below(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _entry(kinds: Sequence[_Kind], page: _Unread) -> tuple[bytes, Entry]:
    """The entry of a page with its key, which is empty where the page cannot be read."""
    settings, key = kinds[page.settings]
    try:
        data = read_bytes(page.file)
        read, _ = read_page(decoded(page.file, data), settings)
        return key_of(data, page.place, key), facts_of(read, page.place, settings.heading_ids).entry
    except Exception:  # a page that is not under review never stops a run
        return b"", unread(page.place)


def read_entry(file: Path, place: str, settings: Settings) -> Entry:
    """What links need to know of the page in a file, as far as it can be read."""
    return _entry([_Kind(settings, b"")], _Unread(place, file, b"", 0))[1]
