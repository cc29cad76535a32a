"""How a file of the handbook maps to the address of a page, for each kind of site generator.

Paths are relative to the top folder of the handbook, with slashes. An address is the path of a URL as the site serves
it: ``/handbook/values/``. Nothing here opens a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from posixpath import normpath
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote

_ENDING = re.compile(r"(?:\.html)?(?:\.md|\.markdown|\.mdx)(?:\.erb)?\Z", re.IGNORECASE)
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}-")
_NUMBERED = re.compile(r"\A\d+\s*[-_.]+\s*(?=[^\d_.\- ])")
_NOT_IN_HUGO_PATH = re.compile(r"[^\w./%+~#@ -]")
_BLANKS = re.compile(r"[ -]+")
_FOLDER_PAGES = frozenset({"index", "readme"})


class Root(NamedTuple):
    """A folder whose pages make a site."""

    folder: str
    """Relative to the top folder; empty for the top folder itself. A part may be ``*``."""
    prefix: str = ""
    """What its addresses begin with, such as ``/de``."""


@dataclass(frozen=True)
class Layout:
    """How the files of a handbook map to addresses."""

    name: str = "plain"
    """hugo, middleman, mkdocs, docusaurus or plain."""
    roots: tuple[Root, ...] = (Root(""),)
    languages: tuple[str, ...] = ()
    """Of Hugo: the languages that a file name can end in, ``page.de.md``; the first has no prefix."""
    pretty: bool = True
    """Whether the page ``a.md`` is served at ``/a/`` and not at ``/a.html``."""
    source_links: bool = False
    """Whether a site that would not otherwise does resolve links to source files."""
    reason: str = ""
    """What told the layout, in words."""

    @property
    def heading_ids(self) -> str:
        """The strategy for heading ids that goes with the generator; empty for plain folders, which have none."""
        return _HEADING_IDS.get(self.name, "")

    @property
    def follows_source_links(self) -> bool:
        """Whether a link to the file ``../page.md`` works on the site."""
        return self.source_links or self.name not in _SERVED_ONLY

    @property
    def lists_pages(self) -> bool:
        """Whether the site usually lists all its pages in a menu, so that a page to which none links is found."""
        return self.name in _WITH_MENU

    def address(self, path: str, named: Mapping[str, str] = MappingProxyType({})) -> str:
        """The address of the page in the file *path*; empty where the file makes no page, or nobody can tell which.

        *named* holds what its front matter says: ``url``, ``permalink`` and ``slug``.
        """
        own = self._under_root(path)
        if own is None:
            return ""
        prefix, inner = own
        whole = named.get("url") or named.get("permalink") or ""
        if whole and self.name != "plain":
            return _joined(prefix if self.name == "docusaurus" else "", whole)
        return _ADDRESSES[self.name](self, prefix, inner, named.get("slug", ""))

    def holds(self, path: str) -> bool:
        """Whether a file lies in one of the roots."""
        return self._under_root(path) is not None

    def _under_root(self, path: str) -> tuple[str, str] | None:
        """The prefix of the innermost root that holds a file, and its path there."""
        best: tuple[int, str, str] | None = None
        for folder, prefix in self.roots:
            inner = _below(folder, path)
            if inner is not None and (best is None or len(inner) < best[0]):
                best = len(inner), prefix, inner
        return best[1:] if best else None


def _below(folder: str, path: str) -> str | None:
    if not folder:
        return path
    parts, own = folder.split("/"), path.split("/")
    if len(own) <= len(parts):
        return None
    if all(part in ("*", mine) for part, mine in zip(parts, own, strict=False)):
        return "/".join(own[len(parts) :])
    return None


def _joined(prefix: str, address: str) -> str:
    whole = f"{prefix}/{address.strip('/')}"
    whole = whole if whole.startswith("/") else f"/{whole}"
    return whole if whole.endswith((".html", "/")) else f"{whole}/"


def _split(inner: str) -> tuple[str, str]:
    """The folder of a file, with a slash at its end unless empty, and its name without endings."""
    folder, slash, name = inner.rpartition("/")
    return folder + slash, _ENDING.sub("", name)


def _hugo(layout: Layout, prefix: str, inner: str, slug: str) -> str:
    folder, name = _split(inner)
    stem, dot, language = name.rpartition(".")
    if dot and language in layout.languages:
        name = stem
        prefix = prefix if language == layout.languages[0] else f"{prefix}/{language}"
    if name in ("_index", "index"):
        if slug and name == "index" and folder:
            folder = f"{folder.rstrip('/').rpartition('/')[0]}/{slug}/".lstrip("/")
        return _served(prefix, _hugo_path(folder))
    return _served(prefix, _hugo_path(folder) + _hugo_path(slug or name) + ("/" if layout.pretty else ".html"))


def _hugo_path(path: str) -> str:
    """As Hugo makes a path of a file name: lower case, blanks to hyphens, other marks dropped."""
    return _NOT_IN_HUGO_PATH.sub("", _BLANKS.sub("-", path)).lower()


def _middleman(_layout: Layout, prefix: str, inner: str, _slug: str) -> str:
    folder, name = _split(inner)
    if name.startswith("_") or _DATED.match(name):
        return ""  # a partial; a post, whose address its blog decides
    return _served(prefix, folder if name == "index" else f"{folder}{name}.html")


def _mkdocs(layout: Layout, prefix: str, inner: str, _slug: str) -> str:
    folder, name = _split(inner)
    if name.lower() in _FOLDER_PAGES:
        return _served(prefix, folder)
    return _served(prefix, f"{folder}{name}" + ("/" if layout.pretty else ".html"))


def _docusaurus(_layout: Layout, prefix: str, inner: str, slug: str) -> str:
    folder, name = _split(inner)
    if name.startswith("_"):
        return ""
    folder = "".join(f"{_NUMBERED.sub('', part)}/" for part in folder.split("/")[:-1])
    if slug.startswith("/"):
        return _served(prefix, slug.strip("/"))
    name = slug or _NUMBERED.sub("", name)
    is_folder = name.lower() in _FOLDER_PAGES or f"{name}/" == folder[-len(name) - 1 :]
    return _served(prefix, folder if is_folder else f"{folder}{name}")


def _plain(_layout: Layout, prefix: str, inner: str, _slug: str) -> str:
    return _served(prefix, inner)


def _served(prefix: str, path: str) -> str:
    return f"{prefix}/{path}"


_ADDRESSES: Mapping[str, Callable[[Layout, str, str, str], str]] = MappingProxyType(
    {"hugo": _hugo, "middleman": _middleman, "mkdocs": _mkdocs, "docusaurus": _docusaurus, "plain": _plain}
)
_HEADING_IDS = MappingProxyType({"hugo": "hugo", "middleman": "kramdown", "mkdocs": "mkdocs", "docusaurus": "github"})
_WITH_MENU = frozenset({"hugo", "mkdocs", "docusaurus"})
_SERVED_ONLY = frozenset({"hugo", "middleman"})
PLAIN = Layout()
"""Folders of pages, as a repository shows them."""
NAMES = tuple(_ADDRESSES)
"""The layouts there are."""
DEFAULT_ROOTS: Mapping[str, tuple[Root, ...]] = MappingProxyType(
    {
        "hugo": (Root("content"),),
        "middleman": (Root("source"), Root("sites/*/source")),
        "mkdocs": (Root("docs"),),
        "docusaurus": (Root("docs", "/docs"), Root("blog", "/blog")),
        "plain": (Root(""),),
    }
)
"""Where the pages of each layout lie unless somebody says otherwise."""


def default_layout(name: str, reason: str = "") -> Layout:
    """The layout of this name with its usual folders."""
    return Layout(name, DEFAULT_ROOTS[name], reason=reason)


def without_escapes(folder: str) -> str:
    """A folder as configuration writes it, relative to the top: no ``.``, no slash at its ends.

    Raises ValueError where it leads out of the top folder.
    """
    cleaned = normpath(folder.strip().strip("/") or ".")
    if cleaned == ".." or cleaned.startswith(("../", "/")):
        raise ValueError(f"{folder!r} leads out of the handbook")
    return "" if cleaned == "." else cleaned


def as_link(address: str) -> str:
    """An address as it can stand in a link: blanks and the like escaped."""
    return quote(address, safe="/%:@!$&'*+,;=~.-_")


def first_folder(address: str) -> str:
    """The first part of an address: ``handbook`` of ``/handbook/values/``."""
    return address.lstrip("/").partition("/")[0]


def folders(addresses: Iterable[str]) -> frozenset[str]:
    """Every folder on the way to the addresses, with a slash at its end."""
    found: set[str] = set()
    for address in addresses:
        end = address.rfind("/")
        while end >= 0 and address[: end + 1] not in found:
            found.add(address[: end + 1])
            end = address.rfind("/", 0, end)
    return frozenset(found)
