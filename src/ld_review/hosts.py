"""Which kind of place a destination leads to: documents, decks, learning platforms and more, told by host and path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

from ld_review.errors import near
from ld_review.hints import OneOf
from ld_review.late import late

GROUPS = (
    "handbook",
    "document",
    "deck",
    "spreadsheet",
    "form",
    "drive",
    "whiteboard",
    "video",
    "recording-store",
    "learning-platform",
    "course-library",
    "chat",
    "retired",
)
"""The groups of hosts; ``rules/hosts.yaml`` says who belongs to each, and a configuration may add to them."""
Group = Annotated[str, OneOf(GROUPS)]

NONE: frozenset[str] = frozenset()
_MOST_REMEMBERED = 10_000
_PLACE = late(r"(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[^\s?#]*)?\Z")
_HAS_SCHEME = late(r"(?i)(?:[a-z][a-z0-9+.-]*:|//)")
_ACCOUNT = late(r"/(?:a/[^/]+|u/\d+)(?=/)")
"""Google puts the account into the path: ``/a/example.com/document/d/x``, ``/document/u/0/d/x``."""


_VIDEOS: Mapping[str, re.Pattern[str]] = {
    "youtube.com": late(r"/(?:embed/(?!videoseries)|live/|shorts/|watch\?(?:[^#]*&)?v=)([\w-]{11})"),
    "youtube-nocookie.com": late(r"/embed/(?!videoseries)([\w-]{11})"),
    "youtu.be": late(r"/([\w-]{11})(?![\w-])"),
    "vimeo.com": late(r"/(\d+)"),
    "player.vimeo.com": late(r"/video/(\d+)"),
}
"""Where the paths of videos hold what tells one from another."""


class Entry(NamedTuple):
    """A place that belongs to a group."""

    place: str
    """``host`` or ``host/path``, where ``*.host`` is the host and all below it, and a path is the beginning of one."""
    group: str
    moved: str = ""
    """Where it moved, of a retired one."""

    @property
    def path(self) -> str:
        """The beginning of the path, without a slash at its end."""
        _, slash, path = self.place.partition("/")
        return f"/{path}".rstrip("/") if slash else ""


class Known(NamedTuple):
    """What is known of a destination."""

    groups: frozenset[str] = NONE
    moved: str = ""
    """Where its host moved; empty where nobody says."""


@dataclass(frozen=True)
class Hosts:
    """The groups of hosts, ready to be asked."""

    entries: tuple[Entry, ...] = ()
    _told: dict[str, Known] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What is known of destinations asked for before: each rule about links asks for every link of a page."""

    def __add__(self, more: Hosts) -> Hosts:
        return Hosts(self.entries + more.entries) if more.entries else self

    def in_group(self, group: str) -> tuple[str, ...]:
        """The hosts of a group, without paths."""
        return tuple(entry.place.partition("/")[0] for entry in self.entries if entry.group == group)

    def groups_of(self, target: str) -> frozenset[str]:
        """The groups that a destination belongs to."""
        return self.known(target).groups

    def known(self, target: str) -> Known:
        """What is known of a destination; a page of one's own belongs to no group."""
        if "//" not in target:
            return _UNKNOWN
        if target not in self._told:
            if len(self._told) >= _MOST_REMEMBERED:
                self._told.clear()
            self._told[target] = self._looked_up(target)
        return self._told[target]

    def _looked_up(self, target: str) -> Known:
        host, path = address(target)
        entries = [entry for entry in self._of_host(host.removeprefix("www.")) if _begins(path, host, entry.path)]
        if not entries:
            return _UNKNOWN
        return Known(frozenset(entry.group for entry in entries), next((one.moved for one in entries if one.moved), ""))

    def _of_host(self, host: str) -> Iterable[Entry]:
        yield from self._by_host.get(host, ())
        above = host
        while above:
            yield from self._by_host.get(f"*.{above}", ())
            above = above.partition(".")[2]

    @cached_property
    def _by_host(self) -> Mapping[str, tuple[Entry, ...]]:
        found: dict[str, tuple[Entry, ...]] = {}
        for entry in self.entries:
            host = entry.place.partition("/")[0]
            found[host] = (*found.get(host, ()), entry)
        return found


_UNKNOWN = Known()


def hosts_of(group: str, hosts: Iterable[str]) -> Hosts:
    """Hosts that all belong to one group."""
    return Hosts(tuple(Entry(host.lower(), group) for host in hosts))


def check_groups(option: str, groups: Iterable[str]) -> None:
    """Raise ValueError, naming *option*, where one of *groups* is no group of hosts."""
    for group in groups:
        if group not in GROUPS:
            raise ValueError(f"option {option!r}: no group of hosts {group!r}{near(group, GROUPS)}")


def check_place(place: str) -> None:
    """Raise ValueError where *place* is not ``host`` or ``host/path``."""
    if "://" in place:
        raise ValueError(f"{place!r}: write the host without {place.partition('://')[0]}://")
    if not _PLACE.match(place):
        raise ValueError(f"{place!r} is not a host such as example.com, *.example.com or example.com/path")


@lru_cache(maxsize=4096)
def address(target: str) -> tuple[str, str]:
    """The host of a destination, without its port and in lower case, and all behind the host.

    A destination without a host is all path; one with another scheme than HTTP has a host that nothing is equal to.
    """
    if not _HAS_SCHEME.match(target):
        return "", target
    try:
        parts = urlsplit(target)
        host = parts.hostname if parts.scheme.lower() in {"http", "https", ""} else None
    except ValueError:
        return "?", ""
    if not host:
        return "?", ""
    path = target[target.index("//") + 2 + len(parts.netloc) :]
    return host.lower(), path if path.startswith("/") else f"/{path}"


def recording(target: str) -> str:
    """What tells a video from others, however its address is written; of anything else the address itself."""
    host, path = address(target.replace("&amp;", "&"))
    host = host.removeprefix("www.").removeprefix("m.")
    if host in _VIDEOS and (found := _VIDEOS[host].match(path)):
        return f"video {found[1]}"
    return f"{host}{path.partition('#')[0].rstrip('/')}"


def _begins(path: str, host: str, start: str) -> bool:
    """Whether *path* is at or below *start*."""
    if not start:
        return True
    if host.endswith(".google.com"):
        path = _ACCOUNT.sub("", path)
    return path.startswith(start) and path[len(start) : len(start) + 1] in {"", "/", "?", "#"}
