"""The whole handbook around the pages of a run: found, read as far as links need it, and kept for the next run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path, PurePath
from typing import NamedTuple

from ld_review.cache import EntryCache, key_of, settings_key
from ld_review.cache_folder import cache_folder
from ld_review.checks.base import AcrossPages
from ld_review.config import Config
from ld_review.discovery import Wanted, discover
from ld_review.engine import Settings, read_page
from ld_review.external import State, check_urls
from ld_review.files import UnreadableError, decoded, read_bytes
from ld_review.handbook.facts import Entry, PageFacts, facts_of
from ld_review.handbook.handbook import Handbook, Reply
from ld_review.handbook.layout import Root
from ld_review.handbook.target import parts
from ld_review.layouts import Site, read_redirects
from ld_review.mapping import Mapper, mapped
from ld_review.rule import Rule


class _Unread(NamedTuple):
    """A page of the handbook that is not under review, and what its entry is kept by."""

    place: str
    file: Path
    key: bytes
    settings: int


def place_of(path: PurePath | str, site: Site | None) -> str:
    """Where a page lies in the handbook: relative to its top, with slashes; as it was named where it lies outside."""
    if site is None:
        return PurePath(path).as_posix()
    relative = os.path.relpath(path, site.top).replace(os.sep, "/")
    return PurePath(path).as_posix() if relative.startswith("../") else relative


def looks_across(rule: Rule) -> bool:
    """Whether a rule asks for more than one page."""
    return isinstance(rule.check, AcrossPages)


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
    site, wanted = config.site, config.handbook
    entries = [page.entry for page in pages]
    others: list[Entry] = []
    if site is not None and site.known:
        reviewed = {entry.path for entry in entries}
        others = _others(config, site, reviewed, EntryCache(_cache(config)), executor)
    redirects = read_redirects(site.top, wanted.redirects).with_exact(site.redirects) if site else None
    return Handbook(
        config.settings.layout,
        chain(entries, others),
        redirects,
        config.settings_for(config.root / "page.md").hosts.in_group("handbook"),
        whole=bool(site and (site.known or folders)),
        complete=wanted.complete,
        reviewed=frozenset(entry.path for entry in entries),
        texts={page.entry.path: page.text for page in pages if page.text},
        replies=_replies(config, pages) if config.check_external else None,
    )


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


def _others(config: Config, site: Site, reviewed: set[str], cache: EntryCache, executor: Mapper | None) -> list[Entry]:
    """The entries of the pages that are not under review."""
    unread, kinds = _listed(config, site, reviewed)
    known = cache.get([page.key for page in unread])
    missing = [page for page in unread if page.key not in known]
    read = dict(
        zip((page.key for page in missing), chain.from_iterable(mapped(_entry, kinds, missing, executor)), strict=True)
    )
    cache.put({key: entry for key, entry in read.items() if entry is not None})
    found = {**known, **{key: entry for key, entry in read.items() if entry is not None}}
    return [found[page.key]._replace(path=page.place) for page in unread if page.key in found]


def _listed(config: Config, site: Site, reviewed: set[str]) -> tuple[list[_Unread], tuple[Settings, ...]]:
    """The pages that are not under review, and the settings by which they are read."""
    kinds: dict[int, int] = {}
    settings: list[Settings] = []
    keys: list[bytes] = []
    unread = []
    for file in _pages(config, site):
        place = place_of(file, site)
        if place in reviewed:
            continue
        own = config.settings_for(file)
        if id(own) not in kinds:
            kinds[id(own)] = len(settings)
            settings.append(own)
            keys.append(settings_key(_parts(own)))
        number = kinds[id(own)]
        try:
            unread.append(_Unread(place, file, key_of(read_bytes(file), place, keys[number]), number))
        except UnreadableError:
            continue  # nothing is known of it, and it is not under review
    return unread, tuple(settings)


def _parts(settings: Settings) -> Iterator[str]:
    """All in the settings that an entry depends on."""
    yield from (settings.heading_ids, settings.language, settings.profile, settings.forced_profile)
    yield repr(settings.lexicon.kinds)


def _pages(config: Config, site: Site) -> Iterator[Path]:
    """All pages of the handbook, those that are excluded from review too: links may lead there."""
    roots = [folder for root in config.settings.layout.roots for folder in _folders(site.top, root)]
    wanted = Wanted(extend_include=tuple(config.extend_include), root=config.root)
    yield from discover(roots, wanted).pages


def _folders(top: Path, root: Root) -> Iterator[Path]:
    found = top.glob(root.folder) if "*" in root.folder else [top / root.folder]
    return (folder for folder in found if folder.is_dir())


def _entry(kinds: Sequence[Settings], page: _Unread) -> Entry | None:
    return read_entry(page.file, page.place, kinds[page.settings])


def read_entry(file: Path, place: str, settings: Settings) -> Entry | None:
    """What links need to know of the page in a file; None where it cannot be read."""
    try:
        read, _ = read_page(decoded(file, read_bytes(file)), settings)
        return facts_of(read, place, settings.heading_ids).entry
    except Exception:  # a page that is not under review never stops a run
        return None
