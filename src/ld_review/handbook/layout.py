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
from unicodedata import category
from urllib.parse import quote

from ld_review.late import late

_ENDING = late(
    r"(?:\.html)?\.(?:md|markdown|mdx|mdown|mkdn|mkd|haml|slim|adoc|asciidoc|org|rst)(?:\.erb)?\Z|\.html?(?:\.erb)?\Z",
    re.IGNORECASE,
)
_DATED = late(r"\d{4}-\d{2}-\d{2}(?:-|\Z)")
_NUMBERED = late(r"\A(?!\d+[-_.]\d)\d+\s*[-_.]+\s*(?=[^-_.\s])")
_PARTIAL = late(r"_(?!_)")
_HUGO_MARKS = frozenset("./\\_#+~-@")
_HEX = late(r"[0-9A-Fa-f]{2}")
_AROUND_HYPHEN = late(r"\s*-\s*")
_BLANKS = late(r"\s+")
_SAFE = "/%:@!$&'*+,;=~.-_"
_LOOSE_PERCENT = late(r"%(?![0-9A-Fa-f]{2})")


_Named = Mapping[str, str]


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
    language_in_path: bool = False
    """Of Hugo: whether the first of them has a prefix too."""
    base: str = ""
    """What all addresses begin with, where the site is not at the root of its host: ``/docs``."""
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
    def may_resolve_sources(self) -> bool:
        """Whether a theme, which nobody sees, may turn links to source files into addresses."""
        return self.name != "middleman"

    @property
    def lists_pages(self) -> bool:
        """Whether the site usually lists all its pages in a menu, so that a page to which none links is found."""
        return self.name in _WITH_MENU

    def address(self, path: str, named: Mapping[str, str] = MappingProxyType({})) -> str:
        """The address of the page in the file *path*; empty where the file makes no page, or nobody can tell which.

        *named* holds what its front matter says: ``url``, ``slug`` and ``id``.
        """
        own = self._under_root(path)
        address = _ADDRESSES[self.name](self, *own, named) if own else ""
        return f"{self.base}{address}" if address else ""

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


def _split(inner: str) -> tuple[str, str]:
    """The folder of a file, with a slash at its end unless empty, and its name without endings."""
    folder, slash, name = inner.rpartition("/")
    return folder + slash, _ENDING.sub("", name)


def _hugo(layout: Layout, prefix: str, inner: str, named: _Named) -> str:
    folder, name = _split(inner)
    stem, dot, ending = name.rpartition(".")
    language = layout.languages[0] if layout.languages and not prefix else ""
    if dot and ending.lower() in layout.languages:
        name, language = stem, ending.lower()
    if language and (layout.language_in_path or language != layout.languages[0]):
        prefix = f"{prefix}/{language}"
    if named.get("url"):
        return _hugo_url(prefix, named["url"])
    slug = named.get("slug", "")
    if name in ("_index", "index"):
        if slug and name == "index" and folder:
            folder = f"{folder.rstrip('/').rpartition('/')[0]}/{slug}/".lstrip("/")
        return _served(prefix, _hugo_path(folder))
    return _served(prefix, _hugo_path(folder) + _hugo_path(slug or name) + ("/" if layout.pretty else ".html"))


def _hugo_url(prefix: str, url: str) -> str:
    """The address that front matter names, below the language of the page unless it begins with a slash."""
    if ":" in url:
        return ""  # a pattern, filled in from what else is known of the page
    whole = url if url.startswith("/") else _served(prefix, url)
    return whole if whole.endswith("/") or "." in whole.rpartition("/")[2] else f"{whole}/"


def _hugo_path(path: str) -> str:
    """As Hugo makes a path of a file name: lower case, each run of blanks to a hyphen, all but a few marks dropped."""
    kept = "".join(mark for at, mark in enumerate(path) if _stays_in_hugo_path(mark, path[at + 1 : at + 3]))
    return _BLANKS.sub("-", _AROUND_HYPHEN.sub("-", kept.strip())).lower()


def _stays_in_hugo_path(mark: str, after: str) -> bool:
    if mark.isalpha() or mark.isdecimal() or mark.isspace() or mark in _HUGO_MARKS:
        return True
    return category(mark)[0] == "M" or (mark == "%" and _HEX.match(after) is not None)


def _middleman(layout: Layout, prefix: str, inner: str, _named: _Named) -> str:
    folder, name = _split(inner)
    if any(map(_PARTIAL.match, inner.split("/"))) or _DATED.match(name):
        return ""  # a partial; a post, whose address its blog decides
    if name == "index":
        return _served(prefix, folder)
    return _served(prefix, f"{folder}{name}" + ("/" if layout.pretty else ".html"))


def _mkdocs(layout: Layout, prefix: str, inner: str, _named: _Named) -> str:
    folder, name = _split(inner)
    if name in ("index", "README"):
        return _served(prefix, folder)
    return _served(prefix, f"{folder}{name}" + ("/" if layout.pretty else ".html"))


def _docusaurus(_layout: Layout, prefix: str, inner: str, named: _Named) -> str:
    folder, name = _split(inner)
    slug = named.get("slug", "")
    if any(part.startswith("_") for part in inner.split("/")):
        return ""
    if slug.startswith("/"):
        return _served(prefix, slug.lstrip("/"))
    if prefix == "/blog" and any(map(_DATED.match, inner.split("/"))):
        return ""  # a post, whose address holds its date
    above = folder.rstrip("/").rpartition("/")[2]
    folder = "".join(f"{_NUMBERED.sub('', part)}/" for part in folder.split("/")[:-1])
    if not slug and name.lower() in {"index", "readme", above.lower()}:
        return _served(prefix, folder)
    own = slug or named.get("id") or _NUMBERED.sub("", name)
    return _served(prefix, normpath(f"/{folder}{own}").lstrip("/") + "/" * own.endswith("/"))


def _plain(_layout: Layout, prefix: str, inner: str, _named: _Named) -> str:
    return _served(prefix, inner)


def _served(prefix: str, path: str) -> str:
    return f"{prefix}/{path}"


_ADDRESSES: Mapping[str, Callable[[Layout, str, str, _Named], str]] = MappingProxyType(
    {"hugo": _hugo, "middleman": _middleman, "mkdocs": _mkdocs, "docusaurus": _docusaurus, "plain": _plain}
)
_HEADING_IDS = MappingProxyType({"hugo": "hugo", "middleman": "kramdown", "mkdocs": "mkdocs", "docusaurus": "github"})
_WITH_MENU = frozenset({"hugo", "mkdocs", "docusaurus"})
_SERVED_ONLY = frozenset({"hugo", "middleman"})
FURTHER_PAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "hugo": (".html", ".htm", ".adoc", ".asciidoc", ".org", ".rst"),
        "middleman": (".html", ".html.erb", ".html.haml", ".html.slim"),
        "mkdocs": (".html", ".mdown", ".mkdn", ".mkd"),
        "docusaurus": (".mdx",),
    }
)
"""What the names of files end in that make pages too, but are not read."""
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
    return Layout(name, DEFAULT_ROOTS[name], pretty=name != "middleman", reason=reason)


def without_escapes(folder: str) -> str:
    """A folder as configuration writes it, relative to the top: no ``.``, no slash at its ends.

    Raises ValueError where it leads out of the top folder.
    """
    cleaned = normpath(folder.strip().strip("/") or ".")
    if cleaned == ".." or cleaned.startswith(("../", "/")):
        raise ValueError(f"{folder!r} leads out of the handbook")
    return "" if cleaned == "." else cleaned


def as_link(address: str) -> str:
    """An address as it can stand in a link: blanks, brackets and the like escaped."""
    return quote(_LOOSE_PERCENT.sub("%25", address), safe=_SAFE)


def url_as_link(url: str) -> str:
    """As ``as_link``, where query and fragment may follow."""
    return quote(_LOOSE_PERCENT.sub("%25", url), safe=f"{_SAFE}?#")


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
