"""The pages of a handbook by their addresses, and where a link on one of them leads."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import copy as shallow_copy
from functools import cached_property
from posixpath import dirname, normpath
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeVar
from urllib.parse import unquote

from ld_review.handbook.anchors import Anchors
from ld_review.handbook.copies import Copy, PageText, find_copies
from ld_review.handbook.facts import Detail, Entry, LinkFact
from ld_review.handbook.layout import Layout, first_folder, folders
from ld_review.handbook.redirects import Redirects
from ld_review.handbook.target import Target, parts, resolved, tidy
from ld_review.late import late

_Value = TypeVar("_Value")
Leads = Literal["page", "redirect", "source", "dead", "unknown", "elsewhere"]

_FILE = late(r"\.[a-z0-9]{1,8}\Z", re.IGNORECASE)
_SOURCE = late(r"\.(?:md|markdown|mdx)(?:\.erb)?/?\Z", re.IGNORECASE)
_OF_NO_HEADING = late(r"\A(?:top\Z|_|sts=|:~:|L\d+|/|!|\?|.*[=&])", re.IGNORECASE)
"""Fragments that a script or the browser reads: the top of the page, search terms, text fragments, lines of a file."""
_MOST_UNFOUND = 0.1
"""Where more of the addresses that are linked to in a top folder lead nowhere, the folder is taken to be incomplete:
of whole handbooks two to six in a hundred do."""
_FEW = 20
"""Fewer addresses tell nothing about a folder, so that all folders together count."""
_LINKS_THAT_TELL_A_HOST = 5
_SHARE_THAT_TELLS_A_HOST = 0.2


class Leading(NamedTuple):
    """Where a link leads."""

    leads: Leads
    """``page``; ``redirect``: an old address; ``source``: to a file that the site does not serve; ``dead``;
    ``unknown``: this handbook cannot tell; ``elsewhere``: to another host."""
    target: Target
    path: str = ""
    """The path that a browser asks for, as written otherwise."""
    page: Entry | None = None
    """The page it leads to, after all redirects."""
    address: str = ""
    """The address of that page; where a redirect leaves the handbook, the URL it leads to."""


class Reply(NamedTuple):
    """What another host said of a page."""

    dead: bool
    """Whether it is gone."""
    reason: str
    """In words of our own."""
    address: str = ""
    """Where it has moved for good."""


class Broken(NamedTuple):
    """A link on a page that a change leaves alone, which led somewhere before the change and does no more."""

    path: str
    """The file in which it stands."""
    target: Target
    """Its destination."""
    address: str
    """Where it led, without fragment: the address of the page, or one that led on to it."""
    is_anchor: bool
    """Whether the page is still there, and only the fragment is gone."""


class Handbook:
    """All pages, ready to be asked. Nothing in it changes."""

    def __init__(
        self,
        layout: Layout,
        entries: Iterable[Entry],
        redirects: Redirects | None = None,
        hosts: Iterable[str] = (),
        *,
        whole: bool = True,
        complete: bool = False,
        reviewed: frozenset[str] = frozenset(),
        texts: Mapping[str, bytes] = MappingProxyType({}),
        replies: Mapping[str, Reply] | None = None,
        each_alone: bool = False,
    ) -> None:
        """Index the pages.

        *hosts* are those that serve the handbook. *whole* says that *entries* are all its pages, so that one that is
        missing does not exist; *complete* that even a folder with many dead links is not merely half there. *reviewed*
        are the files of the pages under review: links on them are looked at where they stand. *texts* are what copies
        are told by, of the pages among which they are looked for. *replies* say what other hosts said of the URLs that
        pages link to; None where nobody asked. *each_alone* says that each page under review counts as if it were the
        only one.
        """
        self.layout = layout
        self.whole = whole
        self.reviewed = reviewed
        self.replies = replies
        self.each_alone = each_alone
        self.before: Handbook | None = None
        self._moved: Mapping[str, str] = {}
        self._texts = texts
        # In the order of their paths, so that where two pages claim an address, the same one has it in every run.
        in_order = sorted(entries, key=lambda entry: entry.path)
        self.entries: Mapping[str, Entry] = {entry.path: entry for entry in in_order}
        self.addresses: Mapping[str, str] = {
            path: layout.address(path, entry.named) for path, entry in self.entries.items()
        }
        self._declared_hosts = frozenset(host.lower() for host in hosts)
        self._complete = complete
        self._by_key: dict[str, str] = {}
        for path, address in sorted(self.addresses.items(), key=_stands_aside):
            if address:
                self._by_key.setdefault(self._key(address), path)
        self._told_redirects = redirects or Redirects()
        self.redirects = self._told_redirects.with_exact(self._aliases()).without(self._by_key)
        self._anchors: dict[str, Anchors] = {}
        self._led: dict[tuple[bool, str], Leading] = {}
        self._own_links: tuple[Detail | None, tuple[tuple[LinkFact, Leading], ...]] = (None, ())

    def _key(self, address: str) -> str:
        return tidy(address) if self.layout.name != "plain" else unquote(address).rstrip("/")

    def _aliases(self) -> Iterator[tuple[str, str]]:
        for path, entry in self.entries.items():
            address = self.addresses[path]
            for alias in entry.aliases if address else ():
                old = parts(alias)
                if old.path.startswith("/") and not old.host:
                    yield f"{self.layout.base}{old.path}", address
                elif old.path and not old.host:
                    yield resolved(f"{dirname(address.rstrip('/'))}/", old.path), address

    @cached_property
    def _by_lower_key(self) -> Mapping[str, str]:
        return {key.lower(): path for key, path in self._by_key.items()}

    @cached_property
    def _folders(self) -> frozenset[str]:
        return folders(address for address in self.addresses.values() if address)

    @cached_property
    def _top_folders(self) -> frozenset[str]:
        return frozenset(first_folder(address) for address in self.addresses.values() if address.count("/") > 1)

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The hosts that serve the handbook: those declared, and each to which pages link by addresses that exist."""
        linked: defaultdict[str, set[str]] = defaultdict(set)
        abroad = (target for entry in self.entries.values() for target in entry.targets if "//" in target)
        for target in {target.partition("#")[0] for target in abroad}:
            found = parts(target)
            if found.host and found.host != "?":
                linked[found.host].add(found.path)
        return self._declared_hosts | {host for host, paths in linked.items() if self._serves(paths)}

    def _serves(self, paths: set[str]) -> bool:
        if self.layout.name == "plain" or len(paths) < _LINKS_THAT_TELL_A_HOST:
            return False
        deep = [path for path in paths if path.strip("/").count("/")]
        there = sum(self._key(path) in self._by_key for path in deep)
        return there >= _LINKS_THAT_TELL_A_HOST and there >= _SHARE_THAT_TELLS_A_HOST * len(paths)

    def is_top_folder(self, name: str) -> bool:
        """Whether pages lie below a folder of this name at the root of the site."""
        return name in self._top_folders

    def named(self, name: str) -> tuple[str, ...]:
        """The addresses of the pages with this last part, in lower case."""
        return self._by_name.get(name, ())

    def beside(self, key: str) -> tuple[str, ...]:
        """The addresses of the pages in the same folder as a tidied address."""
        return self._by_folder.get(key.rpartition("/")[0], ())

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[str, ...]]:
        return _grouped((key.rpartition("/")[2].lower(), self.addresses[path]) for key, path in self._by_key.items())

    @cached_property
    def _by_folder(self) -> Mapping[str, tuple[str, ...]]:
        return _grouped((key.rpartition("/")[0], self.addresses[path]) for key, path in self._by_key.items())

    def is_declared_host(self, host: str) -> bool:
        """Whether configuration says that a host serves the handbook."""
        return host in self._declared_hosts

    def own_links(self, entry: Entry, detail: Detail) -> tuple[tuple[LinkFact, Leading], ...]:
        """The links of a page that do not lead elsewhere, and where they lead; kept for the page last asked for."""
        if self._own_links[0] is not detail:
            led = ((link, self.follow(entry.path, link.target)) for link in detail.links)
            self._own_links = detail, tuple((link, where) for link, where in led if where.leads != "elsewhere")
        return self._own_links[1]

    def follow(self, path: str, target: str) -> Leading:
        """Where a link with the destination *target*, on the page in the file *path*, leads."""
        found = parts(target)
        if found.host and found.host not in self.hosts:
            return Leading("elsewhere", found)
        if not found.path.startswith("/"):
            return self._follow(path, found)
        # What begins at the root leads to the same place from every page.
        key = (found.host == "", found.path)
        led = self._led.get(key)
        if led is None:
            led = self._led[key] = self._follow(path, found)
        return led._replace(target=found)

    def _follow(self, path: str, target: Target) -> Leading:
        own = self.addresses.get(path, "")
        if not target.host and not target.path:
            # What a file without an address links to in itself may stand on the page that takes it in.
            return Leading("page", target, own, self.entries[path], own) if own else Leading("unknown", target)
        if self.layout.follows_source_links and not target.host:
            found = self._source(path, target.path)
            if found:
                return Leading("page", target, self.addresses[found], self.entries[found], self.addresses[found])
        if not own and not target.path.startswith("/"):
            return Leading("unknown", target)
        wanted = resolved(own, target.path)
        led = self._at(wanted)
        if led is None and _SOURCE.search(wanted):
            found = self._source(path, target.path.rstrip("/"))
            if found:
                return Leading("source", target, wanted, self.entries[found], self.addresses[found])
        if led is None:
            missing = self._is_missing_file(path, target.path)
            return Leading("dead" if missing else self._not_found(wanted), target, wanted)
        return led._replace(target=target, path=wanted)

    def _at(self, wanted: str) -> Leading | None:
        """The page at an address, or where it is redirected to."""
        key = self._key(wanted)
        found = self._by_key.get(key)
        if found:
            return Leading("page", parts(""), wanted, self.entries[found], self.addresses[found])
        on = self.redirects.final(wanted)
        if not on:
            found = self._by_lower_key.get(key.lower())
            return Leading("page", parts(""), wanted, self.entries[found], self.addresses[found]) if found else None
        new = parts(on)
        found = self._by_key.get(self._key(new.path)) if not new.host or new.host in self.hosts else None
        return Leading("redirect", parts(""), wanted, self.entries[found] if found else None, on)

    def _source(self, path: str, link: str) -> str:
        """The page whose source file a link names, relative to the file it stands in or to a root."""
        link = unquote(link)
        if link.startswith("/"):
            tries = [link[1:], *(f"{root.folder}{link}" for root in self.layout.roots if "*" not in root.folder)]
        else:
            tries = [resolved(f"/{path}", link)[1:]]
        return next((one for one in tries if one in self.entries), "")

    def _is_missing_file(self, path: str, link: str) -> bool:
        """Whether a link names the file of a page that is not there, in a folder where pages are."""
        if link.startswith("/") or not (self.whole and self.layout.follows_source_links and _SOURCE.search(link)):
            return False
        return normpath(f"{dirname(path)}/{unquote(link)}".lstrip("/")).rpartition("/")[0] in self._file_folders

    @cached_property
    def _file_folders(self) -> frozenset[str]:
        return frozenset(map(dirname, self.entries))

    def _not_found(self, wanted: str) -> Leads:
        """What it means that no page has an address."""
        if not self.whole or first_folder(wanted) not in self._top_folders or self.redirects.may_lead_on(wanted):
            return "unknown"
        if self._may_be_no_page(wanted) or first_folder(wanted) in self.incomplete:
            return "unknown"
        return "dead"

    def _may_be_no_page(self, wanted: str) -> bool:
        """Whether an address may be that of a picture, a folder or a file, none of which the handbook knows."""
        if self.layout.name == "plain":
            folder = wanted.rstrip("/") + "/"
            return not _SOURCE.search(wanted) or folder in self._folders
        ending = _FILE.search(wanted)
        return ending is not None and ending[0].lower() not in (".html", ".md")

    @cached_property
    def incomplete(self) -> Mapping[str, tuple[int, int]]:
        """The top folders of which too much is missing to call a page dead: how many addresses of how many."""
        if self._complete or not self.whole:
            return {}
        linked: Counter[str] = Counter()
        missing: Counter[str] = Counter()
        for wanted in self._wanted():
            top = first_folder(wanted)
            if top in self._top_folders and not self._may_be_no_page(wanted):
                linked[top] += 1
                missing[top] += self._at(wanted) is None
        share = missing.total() / max(linked.total(), _FEW)
        return {
            top: (missing[top], number)
            for top, number in sorted(linked.items())
            if missing[top] and (missing[top] / number if number >= _FEW else share) > _MOST_UNFOUND
        }

    def _wanted(self) -> set[str]:
        """The addresses, tidied, to which any page links by their whole path."""
        targets = {target.partition("#")[0] for entry in self.entries.values() for target in entry.targets}
        found = (parts(target) for target in targets if target.startswith("/") or "//" in target)
        return {tidy(one.path) for one in found if not one.host or one.host in self.hosts}

    def has_anchor(self, entry: Entry, fragment: str) -> bool | None:
        """Whether a fragment leads somewhere on a page; None where nobody can tell."""
        name = unquote(fragment)
        if not name or _OF_NO_HEADING.match(name):
            return True
        names = self.anchors(entry).names
        if name in names or fragment in names:
            return True
        return None if entry.generated else False

    def anchors(self, entry: Entry) -> Anchors:
        """The fragments that lead somewhere on a page."""
        found = self._anchors.get(entry.path)
        if found is None or found.in_order is not entry.anchors:
            found = self._anchors[entry.path] = Anchors(entry.anchors)
        return found

    @cached_property
    def linked_from(self) -> Mapping[str, frozenset[str]]:
        """By the file of each page that is linked to, the files of the other pages that do."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for path, entry in self.entries.items():
            for target in entry.targets:
                page = self.follow(path, target).page
                if page is not None and page.path != path:
                    found[page.path].add(path)
        return {path: frozenset(by) for path, by in found.items()}

    @cached_property
    def copies(self) -> Mapping[str, tuple[Copy, ...]]:
        """By the file of each page that should link to another, the text that it has from there."""
        if len(self._texts) < 2:
            return {}
        texts = {path: PageText.unpacked(text) for path, text in self._texts.items()}
        learning = {path for path in texts if self.entries[path].learning}
        found: defaultdict[str, list[Copy]] = defaultdict(list)
        for copy in find_copies(texts, learning, self.linked_from):
            found[copy.page].append(copy)
        return {path: tuple(copies) for path, copies in found.items()}

    def since(self, before: Handbook, moved: Mapping[str, str]) -> Handbook:
        """This handbook, knowing how it was before a change.

        *moved* gives the files of all pages that the change touches as they were, and where they are now; where they
        were, if they are gone.
        """
        later = shallow_copy(self)
        later.before, later._moved = before, moved
        return later

    def earlier(self, entries: Iterable[Entry], reviewed: frozenset[str] = frozenset()) -> Handbook:
        """The same handbook with other pages in it."""
        return Handbook(
            self.layout,
            entries,
            self._told_redirects,
            self.hosts,
            whole=self.whole,
            complete=self._complete,
            reviewed=reviewed,
            replies=self.replies,
            each_alone=self.each_alone,
        )

    @cached_property
    def broken(self) -> Mapping[str, tuple[Broken, ...]]:
        """By the file of each page that a change touches, the links it breaks on other pages, not under review."""
        before, found = self.before, defaultdict[str, list[Broken]](list)
        if before is None:
            return {}
        names = before.last_parts_to(self._moved)
        for path, entry in self.entries.items():
            if path in self.reviewed:
                continue
            for target in entry.targets:
                if not _may_end_in(names, target):
                    continue
                led = before.follow(path, target)
                page = led.page
                if page is not None and page.path in self._moved and before.arrives(led):
                    address = led.path if led.leads == "redirect" else before.addresses[page.path]
                    found[self._moved[page.path]] += self._broken(path, target, address)
        return {path: tuple(links) for path, links in found.items()}

    def _broken(self, path: str, target: str, address: str) -> Iterator[Broken]:
        """A link that led to *address*, where it leads there no more."""
        led = self.follow(path, target)
        if led.page is not None:
            if self.has_anchor(led.page, led.target.fragment) is False:
                yield Broken(path, led.target, address, is_anchor=True)
        elif led.leads in ("dead", "unknown") and not self.redirects.may_lead_on(led.path):
            yield Broken(path, led.target, address, is_anchor=False)

    @cached_property
    def broken_links(self) -> frozenset[tuple[str, Target]]:
        """Each of those links by the file in which it stands and its destination."""
        return frozenset((one.path, one.target) for links in self.broken.values() for one in links)

    def arrives(self, led: Leading) -> bool:
        """Whether a link leads to a page, and to a place on it."""
        return led.page is not None and self.has_anchor(led.page, led.target.fragment) is not False

    def last_parts_to(self, paths: Collection[str]) -> frozenset[str]:
        """The last parts, in lower case, of all addresses that lead to the pages in these files."""
        addresses = {self.addresses[path] for path in paths if self.addresses.get(path)}
        wanted = {tidy(address) for address in addresses}
        old = (address for address in self.redirects.exact if tidy(parts(self.redirects.final(address)).path) in wanted)
        files = (path.rpartition("/")[2].lower() for path in paths)
        return frozenset((*map(_last_part, (*addresses, *old)), *files))

    def leading_to(self, name: str) -> Iterator[tuple[str, Leading]]:
        """The links, on pages other than those under review, to addresses whose last part is *name*, in lower case, and
        the files in which they stand. Those that climb to such an address (``..``) are not among them."""
        return ((path, self.follow(path, target)) for path, target in self._from_elsewhere.get(name, ()))

    @cached_property
    def _from_elsewhere(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        asked = {_last_part(self.addresses[path]) for path in self.reviewed if path in self.addresses}
        others = (entry for path, entry in self.entries.items() if self.each_alone or path not in self.reviewed)
        links = ((entry.path, target) for entry in others for target in entry.targets if _may_end_in(asked, target))
        return _grouped((_last_part(target), (path, target)) for path, target in links)


def _may_end_in(names: Collection[str], target: str) -> bool:
    """Whether the last part of a destination, tidied, can be one of *names*; found out without much ado."""
    last = target.partition("#")[0].partition("?")[0].rstrip("/").rpartition("/")[2].lower()
    return last.removesuffix(".html") in names or "%" in last or last.startswith(("index.", "."))


def _last_part(target: str) -> str:
    """The last part of the address in a destination, tidied and in lower case."""
    return tidy(target.partition("#")[0].partition("?")[0]).rpartition("/")[2].lower()


def _grouped(pairs: Iterable[tuple[str, _Value]]) -> Mapping[str, tuple[_Value, ...]]:
    groups: defaultdict[str, list[_Value]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}


def _stands_aside(place: tuple[str, str]) -> tuple[bool, str]:
    """A key that puts a README behind the index that stands beside it: where there are both, the index is the page."""
    path, _ = place
    return path.rpartition("/")[2].lower().startswith("readme."), path
