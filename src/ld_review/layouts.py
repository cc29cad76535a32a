"""Which layout a handbook has: told from what its site generator leaves at its top, and read from there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ld_review.foreign import text_inside, tolerant_yaml
from ld_review.handbook.layout import Layout, Root, default_layout, without_escapes
from ld_review.late import late

_FILES_READ = {
    "hugo": (
        "hugo.toml",
        "hugo.yaml",
        "hugo.yml",
        "config.toml",
        "config/_default/hugo.toml",
        "config/_default/hugo.yaml",
    ),
    "mkdocs": ("mkdocs.yml", "mkdocs.yaml"),
}
_HUGO_MARKS = (*_FILES_READ["hugo"], "hugo.json", "config/_default")
_DOCUSAURUS_MARKS = tuple(f"docusaurus.config.{ending}" for ending in ("js", "ts", "mjs", "cjs"))
_RENDER_LINK = ("layouts/_default/_markup/render-link.html", "layouts/_markup/render-link.html")
_DIRECTORY_INDEXES = late(r"^[ \t]*activate[ \t(]+:directory_indexes\b", re.MULTILINE)
_RENDERERS = {
    "kramdown": ("_config.yml", "_config.yaml"),
    "gitlab": (".gitlab-ci.yml", ".gitlab"),
    "github": (".github",),
}
"""What stands at the top of a repository of plain pages, by the heading ids that whoever shows them makes."""
_PLAIN = default_layout("plain", "no marks of a site generator")


class Site(NamedTuple):
    """What was found out about the site that a handbook is."""

    top: Path
    """The folder that paths in the handbook are relative to; absolute."""
    layout: Layout
    hosts: tuple[str, ...] = ()
    """The hosts that the generator's own configuration names."""
    redirects: tuple[tuple[str, str], ...] = ()
    """Redirects that the generator's own configuration names."""
    known: bool = False
    """Whether anything told the layout; otherwise it is a guess."""


def find_site(start: Path, outermost: Path | None = None) -> Site:
    """The site that *start*, a folder, belongs to: the outermost folder around it with the marks of a generator.

    Looks no further up than *outermost* or the top of the repository. Where nothing has marks, what lies there, or else
    in *start*, are plain pages.
    """
    found = None
    for folder in upwards(start.absolute(), outermost):
        found = _site_at(folder) or found
    if found is None:
        *_, last = upwards(start.absolute(), outermost)
        is_top = last == outermost or (last / ".git").exists()
        found = Site(last if is_top else start.absolute(), _PLAIN, known=is_top)
    return found


def upwards(start: Path, outermost: Path | None = None) -> Iterator[Path]:
    """A folder and those around it, up to *outermost* or the top of the repository."""
    for folder in (start, *start.parents):
        yield folder
        if folder == outermost or (folder / ".git").exists():
            return


def repository_of(start: Path) -> Path | None:
    """The top of the repository that a folder lies in."""
    *_, last = upwards(start)
    return last if (last / ".git").exists() else None


def _site_at(top: Path) -> Site | None:
    """The site whose top is this folder; None where no generator left its marks here."""
    for detect in (_hugo, _mkdocs, _docusaurus, _middleman):
        found = detect(top)
        if found is not None:
            return found
    return None


def _hugo(top: Path) -> Site | None:
    mark = _first(top, _HUGO_MARKS) or next(_hugo_content(top), "")
    if not mark or (mark == "config.toml" and not (top / "content").is_dir()):
        return None
    data = _data(top, _FILES_READ["hugo"])
    languages, roots = _hugo_languages(data)
    url = data.get("baseURL") or data.get("baseurl")
    layout = Layout(
        "hugo",
        roots or (Root(_folder(data.get("contentDir"), "content")),),
        languages,
        language_in_path=bool(data.get("defaultContentLanguageInSubdir")),
        base=_base_of(url),
        pretty=not data.get("uglyURLs"),
        source_links=_first(top, _RENDER_LINK) != "",
        reason=mark,
    )
    return Site(top, layout, _host_of(url), known=True)


def _hugo_content(top: Path) -> Iterator[str]:
    """Where no configuration is at hand: a ``content`` folder with a section page."""
    content = top / "content"
    if (content / "_index.md").is_file():
        yield "content/_index.md"
    elif content.is_dir():
        yield from (f"content/{one.parent.name}/_index.md" for one in sorted(content.glob("*/_index.md")))


def _hugo_languages(data: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[Root, ...]]:
    """The languages by which file names end, the default first, and the folders that languages have of their own."""
    languages = data.get("languages")
    if not isinstance(languages, Mapping):
        return (), ()
    default = _word(data.get("defaultContentLanguage")).lower() or "en"
    by_name = {name.lower(): own for name, own in languages.items() if isinstance(name, str)}
    names = sorted(by_name, key=lambda name: (name != default, name))
    roots = []
    for name in names:
        own = by_name[name]
        if isinstance(own, Mapping) and own.get("contentDir"):
            in_subfolder = name != default or data.get("defaultContentLanguageInSubdir")
            roots.append(Root(_folder(own["contentDir"], "content"), f"/{name}" if in_subfolder else ""))
    return tuple(names), tuple(roots)


def _mkdocs(top: Path) -> Site | None:
    mark = _first(top, _FILES_READ["mkdocs"])
    if not mark:
        return None
    data = _data(top, _FILES_READ["mkdocs"])
    pretty = data.get("use_directory_urls") is not False
    url = data.get("site_url")
    docs = Root(_folder(data.get("docs_dir"), "docs"))
    layout = Layout("mkdocs", (docs,), base=_base_of(url), pretty=pretty, reason=mark)
    redirects = tuple(
        (layout.address(f"{docs.folder}/{old}"), new if "://" in new else _mkdocs_address(layout, new))
        for old, new in _mkdocs_redirects(data)
    )
    return Site(top, layout, _host_of(url), tuple(pair for pair in redirects if all(pair)), known=True)


def _mkdocs_address(layout: Layout, page: str) -> str:
    """The address of a page that a redirect names by its file, with the fragment that may follow."""
    file, mark, fragment = page.partition("#")
    address = layout.address(f"{layout.roots[0].folder}/{file}")
    return f"{address}{mark}{fragment}" if address else ""


def _mkdocs_redirects(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    plugins = data.get("plugins")
    named = plugins.items() if isinstance(plugins, Mapping) else _pairs(plugins)
    for name, own in named:
        maps = own.get("redirect_maps") if name == "redirects" and isinstance(own, Mapping) else None
        if isinstance(maps, Mapping):
            yield from ((old, new) for old, new in maps.items() if isinstance(old, str) and isinstance(new, str))


def _pairs(plugins: Any) -> Iterator[tuple[Any, Any]]:
    for plugin in plugins if isinstance(plugins, list) else ():
        yield from plugin.items() if isinstance(plugin, Mapping) else ()


def _docusaurus(top: Path) -> Site | None:
    mark = _first(top, _DOCUSAURUS_MARKS)
    if not mark:
        return None
    return Site(top, default_layout("docusaurus", mark), known=True)


def _middleman(top: Path) -> Site | None:
    for pattern in ("sites/*/source", "source"):
        for folder in sorted(top.glob(pattern)):
            if _first(top, ("config.rb",)) or any(_named_for_middleman(folder)):
                reason = (
                    "config.rb" if (top / "config.rb").is_file() else f"{folder.relative_to(top).as_posix()}/*.html.md"
                )
                layout = replace(default_layout("middleman", reason), pretty=_has_directory_indexes(top))
                return Site(top, layout, known=True)
    return None


def _has_directory_indexes(top: Path) -> bool:
    return _DIRECTORY_INDEXES.search(text_inside(top / "config.rb", top)) is not None


def _named_for_middleman(folder: Path) -> Iterator[Path]:
    for depth in ("*", "*/*", "*/*/*"):
        yield from folder.glob(f"{depth}.html.md")


def _first(top: Path, names: tuple[str, ...]) -> str:
    return next((name for name in names if (top / name).exists()), "")


def _folder(value: Any, otherwise: str) -> str:
    """A folder that a generator's configuration names, where it stays inside."""
    try:
        return without_escapes(value) if isinstance(value, str) else otherwise
    except ValueError:
        return otherwise


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _host_of(url: Any) -> tuple[str, ...]:
    """The host that serves the handbook; none where it serves other things too, each below a path of its own."""
    try:
        host = urlsplit(_word(url)).hostname
    except ValueError:
        host = None
    return (host,) if host and not _base_of(url) else ()


def _base_of(url: Any) -> str:
    """What the addresses of a site begin with, by its own URL, such as ``/docs``."""
    try:
        return urlsplit(_word(url)).path.rstrip("/")
    except ValueError:
        return ""


def _data(top: Path, names: tuple[str, ...]) -> Mapping[str, Any]:
    """The configuration of a generator; nothing where it cannot be read, since it is not ours to complain about."""
    name = _first(top, names)
    text = text_inside(top / name, top) if name else ""
    if not text:
        return {}
    import tomllib  # noqa: PLC0415 - for the configuration of a generator alone

    try:
        data = tomllib.loads(text) if name.endswith(".toml") else tolerant_yaml(text)
    except Exception:  # whatever a parser makes of what others wrote
        data = None
    return data if isinstance(data, Mapping) else {}


def renderer_of(top: Path) -> str:
    """The heading ids of whoever shows the plain pages of a repository; empty where nothing tells."""
    for folder in upwards(top):
        for renderer, marks in _RENDERERS.items():
            if any((folder / mark).exists() for mark in marks):
                return renderer
    return ""
