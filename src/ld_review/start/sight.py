"""What a repository holds: its pages read once, without any rule."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from ld_review.cache_folder import cache_folder
from ld_review.config import Config
from ld_review.config_file import DEFAULT_PRESET
from ld_review.discovery import Discovery
from ld_review.drafting import Progress
from ld_review.engine import Settings, read_page
from ld_review.entry_cache import EntryCache
from ld_review.files import decoded, read_bytes
from ld_review.handbook.facts import Entry, facts_of, unread
from ld_review.handbook.handbook import Handbook
from ld_review.handbook.layout import DEFAULT_ROOTS, Layout, Root, default_layout, without_escapes
from ld_review.handbook.target import parts, tidy
from ld_review.hostbook import preset_hosts
from ld_review.hosts import check_place
from ld_review.late import late
from ld_review.layouts import Site, find_site
from ld_review.learning.profile import NO_PROFILE, Assigned
from ld_review.mapping import Mapper, mapped
from ld_review.rulebook import preset_names, read_preset
from ld_review.runner import find_pages
from ld_review.store import key_of
from ld_review.survey import entries_key, place_of

_DEEPEST_SITE = 2
"""How far below the top a site generator is looked for."""
_BEGINNING = 2_000
"""How many characters of a page are looked at for who wrote it."""
_BY_PROGRAM = late(
    r"\bdo not edit\b|\bauto-?generated\b|\bautomatically generated\b|\bgenerated (?:by|from|automatically)\b", re.I
)
_COMMENT = late(r"<!--.{0,500}?-->|^#[^\n]{0,500}$", re.DOTALL | re.MULTILINE)
_FEWEST_LINKS = 20
"""Fewer links tell nothing about how files become addresses."""
_ENOUGH_LEAD = 0.6
"""Which share of them must lead to pages."""
_MOST_FOLDERS = 8
"""How many folders, one inside of the other, are tried as the root of the site."""
_PAGES_THAT_TELL_A_PRESET = 5


class SeenPage(NamedTuple):
    """A page, as far as it was looked at."""

    path: Path
    """Absolute."""
    entry: Entry
    """What links know of it; its path is relative to the top of the site."""
    size: int = 0
    """In bytes."""
    profile: Assigned = NO_PROFILE
    language: str = ""
    """Empty where it could not be told."""
    by_program: bool = False
    """Whether it says that a program wrote it."""
    readable: bool = True
    key: bytes = b""
    """What its entry is kept under, so that the review after this need not read it again."""


class Guess(NamedTuple):
    """A layout that the configuration should name, since nothing at the top of the repository tells it."""

    layout: str
    roots: tuple[Root, ...]
    reason: str


class Sight(NamedTuple):
    """What was seen."""

    top: Path
    """Of the repository, or the folder that was named; absolute."""
    start: Path
    """The folder that was looked at; absolute."""
    config: Config
    """By which the pages were read."""
    pages: tuple[SeenPage, ...]
    outside: tuple[SeenPage, ...]
    """Pages that are not part of the site."""
    layout: Layout
    guess: Guess | None = None
    hosts: tuple[str, ...] = ()
    """Those that links tell, and nobody declares."""
    preset: str = ""
    """A preset other than the default one that knows hosts of this handbook."""

    @property
    def site(self) -> Site:
        """The site as it was found."""
        assert self.config.site is not None
        return self.config.site

    def inside(self, page: SeenPage) -> str:
        """The path of a page from the top, with slashes."""
        return page.path.relative_to(self.top).as_posix()


class _Job(NamedTuple):
    path: Path
    place: str
    settings: int


def look(
    start: Path, top: Path, config: Config, executor: Mapper | None = None, progress: Progress | None = None
) -> Sight:
    """Look at the pages below *start*, a folder inside *top*, both absolute, with a configuration that was located."""
    found = find_pages([start], config)
    seen = _seen(found, config, executor, progress)
    guess = None if config.handbook.layout or config.handbook.roots else _guess(top, config, seen)
    layout = config.settings.layout
    if guess:
        layout = replace(default_layout(guess.layout, guess.reason), roots=guess.roots)
        seen = [page._replace(entry=page.entry._replace(path=place_of(page.path, Site(top, layout)))) for page in seen]
    pages = tuple(page for page in seen if _lies_in(page.entry.path, layout.roots))
    outside = tuple(page for page in seen if not _lies_in(page.entry.path, layout.roots))
    hosts = _hosts(pages, layout, config)
    preset = _preset(pages, config, hosts)
    hosts = tuple(host for host in hosts if host not in _handbook_hosts(preset))
    return Sight(top, start, config, pages, outside, layout, guess, hosts, preset)


def _seen(found: Discovery, config: Config, executor: Mapper | None, progress: Progress | None) -> list[SeenPage]:
    numbers: dict[int, int] = {}
    kinds: list[tuple[Settings, bytes]] = []
    jobs = []
    for page in found.pages:
        own = config.settings_for(page)
        if id(own) not in numbers:
            numbers[id(own)] = len(kinds)
            kinds.append((own, entries_key(own)))
        jobs.append(_Job(page, place_of(page, config.site), numbers[id(own)]))
    seen: list[SeenPage] = []
    for pages in mapped(_see, tuple(kinds), jobs, executor):
        seen += pages
        if progress:
            progress(len(seen), len(jobs))
    EntryCache(cache_folder() if config.use_cache else None).put({page.key: page.entry for page in seen if page.key})
    return seen


def _see(kinds: Sequence[tuple[Settings, bytes]], job: _Job) -> SeenPage:
    settings, kept = kinds[job.settings]
    try:
        data = read_bytes(job.path)
        page, _ = read_page(decoded(job.path, data), settings)
        entry = facts_of(page, job.place, settings.heading_ids).entry
        text = page.document.source.text[:_BEGINNING]
        by_program = any(_BY_PROGRAM.search(comment[0]) for comment in _COMMENT.finditer(text))
        key = key_of(data, job.place, kept)
        return SeenPage(job.path, entry, len(data), page.course.profile, page.language.code, by_program, key=key)
    except Exception:  # the review says what is wrong with a page
        return SeenPage(job.path, unread(job.place), readable=False)


def _lies_in(path: str, roots: Iterable[Root]) -> bool:
    return any(_is_below(path, root.folder) for root in roots)


def _is_below(path: str, folder: str) -> bool:
    """Whether a path lies in a folder, of which a part may be ``*``."""
    wanted = folder.split("/") if folder else []
    own = path.split("/")[:-1]
    return len(own) >= len(wanted) and all(part in ("*", mine) for part, mine in zip(wanted, own, strict=False))


def _guess(top: Path, config: Config, seen: Sequence[SeenPage]) -> Guess | None:
    """What tells the layout where nothing at the top of the repository does."""
    site = config.site
    if site is None or site.layout.name != "plain":
        return _guess_below(top, site) if site and site.top != top else None
    below = list(_sites_below(top, seen))
    if len(below) == 1:
        return _guess_below(top, below[0])
    return None if below else _guess_by_links([page.entry for page in seen])


def _sites_below(top: Path, seen: Iterable[SeenPage]) -> Iterator[Site]:
    """The sites in folders that hold pages, without those inside of another."""
    folders = {
        folder: None
        for page in seen
        for folder in reversed(page.path.relative_to(top).parents)
        if 0 < len(folder.parts) <= _DEEPEST_SITE
    }
    taken: list[Path] = []
    for folder in sorted(folders, key=lambda folder: len(folder.parts)):
        if not any(folder.is_relative_to(other) for other in taken):
            site = find_site(top / folder, top / folder)
            if site.layout.name != "plain":
                taken.append(folder)
                yield site


def _guess_below(top: Path, site: Site) -> Guess | None:
    """What the configuration has to say of a site in a folder; None where it cannot say all."""
    if site.layout.languages or site.layout.pretty != default_layout(site.layout.name).pretty:
        return None
    folder = site.top.relative_to(top).as_posix()
    base = site.layout.base
    roots = tuple(Root(f"{folder}/{root.folder}".rstrip("/"), f"{base}{root.prefix}") for root in site.layout.roots)
    there = tuple(root for root in roots if "*" in root.folder or (top / root.folder).exists())
    plain = all(without_escapes(root.folder) == root.folder for root in there)
    return Guess(site.layout.name, there, f"{site.layout.reason} lies in {folder}") if there and plain else None


def _guess_by_links(entries: Sequence[Entry]) -> Guess | None:
    """The layout by which most of the links that begin with a slash lead to pages."""
    targets = {
        tidy(found.path) for entry in entries for found in map(parts, entry.targets) if _tells(found.path, found.host)
    }
    if len(targets) < _FEWEST_LINKS:
        return None
    best, most = None, max(_leading(default_layout("plain"), entries, targets), int(_ENOUGH_LEAD * len(targets)))
    for name in sorted(set(DEFAULT_ROOTS) - {"plain"}, key=lambda name: (not _named_for(name, entries), name)):
        for folder in _main_folders(entries):
            layout = replace(default_layout(name), roots=(Root(folder),))
            leading = _leading(layout, entries, targets)
            if leading > most:
                best, most = layout, leading
    if best is None:
        return None
    return Guess(best.name, best.roots, f"{most:,} of {len(targets):,} links from the root lead to pages so")


def _tells(path: str, host: str) -> bool:
    return not host and path.startswith("/") and len(path) > 1


def _leading(layout: Layout, entries: Iterable[Entry], targets: set[str]) -> int:
    addresses = {tidy(layout.address(entry.path, entry.named)) for entry in entries}
    return len(targets & addresses)


def _named_for(layout: str, entries: Sequence[Entry]) -> bool:
    """Whether files are named as a generator asks for; of those that make equal addresses it decides."""
    mark = {"hugo": "_index.md", "middleman": ".html.md", "mkdocs": "/index.md"}.get(layout)
    return bool(mark) and any(entry.path.endswith(str(mark)) for entry in entries)


def _main_folders(entries: Sequence[Entry]) -> tuple[str, ...]:
    """The top folder and those below it that hold at least half of the pages."""
    counts = Counter(
        str(folder) for entry in entries for folder in PurePosixPath(entry.path).parents if str(folder) != "."
    )
    main = sorted(folder for folder, number in counts.items() if 2 * number >= len(entries))
    return ("", *main[:_MOST_FOLDERS])


def _hosts(pages: Sequence[SeenPage], layout: Layout, config: Config) -> tuple[str, ...]:
    known = _known_hosts(config)
    told = Handbook(layout, [page.entry for page in pages], hosts=known).hosts
    return tuple(sorted(host for host in told if host.removeprefix("www.") not in known and _is_place(host)))


def _is_place(host: str) -> bool:
    """Whether a configuration may name a host."""
    try:
        check_place(host)
    except ValueError:
        return False
    return True


def _handbook_hosts(preset: str) -> frozenset[str]:
    presets = read_preset(preset) if preset else ()
    return frozenset(host for one in presets for host in preset_hosts(one).in_group("handbook"))


def _known_hosts(config: Config) -> frozenset[str]:
    return frozenset(config.settings_for(config.root / "page.md").hosts.in_group("handbook"))


def _preset(pages: Sequence[SeenPage], config: Config, told: Iterable[str]) -> str:
    """The preset whose own hosts many pages link to, or serve the handbook."""
    if config.path is not None:
        return ""
    served = {*told, *(config.site.hosts if config.site else ())}
    usual = {one.name for one in read_preset(DEFAULT_PRESET)}
    for name in preset_names():
        for preset in read_preset(name):
            hosts = preset_hosts(preset)
            if preset.name in usual or not hosts.entries:
                continue
            linking = sum(any(hosts.groups_of(one) - {"handbook"} for one in page.entry.targets) for page in pages)
            if linking >= _PAGES_THAT_TELL_A_PRESET or served & set(hosts.in_group("handbook")):
                return name
    return ""
