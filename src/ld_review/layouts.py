"""Which layout a handbook has: told from what its site generator leaves at its top, and read from there."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import yaml

from ld_review.handbook.layout import Layout, Root, default_layout, without_escapes
from ld_review.handbook.redirects import Redirects
from ld_review.typed_yaml import MOST_CHARACTERS

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
REDIRECT_FILES = ("data/redirects.yml", "data/redirects.yaml", "static/_redirects", "public/_redirects", "_redirects")
"""Where redirects are looked for unless configuration names other files."""
_MOST_LEVELS = 12
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
    for folder in _upwards(start.absolute(), outermost):
        found = _site_at(folder) or found
    if found is None:
        *_, last = _upwards(start.absolute(), outermost)
        is_top = last == outermost or (last / ".git").exists()
        found = Site(last if is_top else start.absolute(), _PLAIN, known=is_top)
    return found


def _upwards(start: Path, outermost: Path | None) -> Iterator[Path]:
    for level, folder in enumerate((start, *start.parents)):
        yield folder
        if folder == outermost or level == _MOST_LEVELS or (folder / ".git").exists():
            return


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
    layout = Layout(
        "hugo",
        roots or (Root(_folder(data.get("contentDir"), "content")),),
        languages,
        pretty=not data.get("uglyURLs"),
        source_links=_first(top, _RENDER_LINK) != "",
        reason=mark,
    )
    return Site(top, layout, _host_of(data.get("baseURL") or data.get("baseurl")), known=True)


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
    default = str(data.get("defaultContentLanguage", "en"))
    names = sorted(map(str, languages), key=lambda name: (name != default, name))
    roots = []
    for name in names:
        own = languages.get(name)
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
    layout = Layout("mkdocs", (Root(_folder(data.get("docs_dir"), "docs")),), pretty=pretty, reason=mark)
    redirects = tuple((layout.address(f"{layout.roots[0].folder}/{old}"), new) for old, new in _mkdocs_redirects(data))
    resolved = tuple(
        (old, layout.address(f"{layout.roots[0].folder}/{new}") if _inside(new) else new) for old, new in redirects
    )
    return Site(top, layout, _host_of(data.get("site_url")), resolved, known=True)


def _mkdocs_redirects(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    plugins = data.get("plugins")
    for plugin in plugins if isinstance(plugins, list) else ():
        own = plugin.get("redirects") if isinstance(plugin, Mapping) else None
        maps = own.get("redirect_maps") if isinstance(own, Mapping) else None
        if isinstance(maps, Mapping):
            yield from ((str(old), str(new)) for old, new in maps.items())


def _inside(new: str) -> bool:
    return "://" not in new


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
                return Site(top, default_layout("middleman", reason), known=True)
    return None


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


def _host_of(url: Any) -> tuple[str, ...]:
    try:
        host = urlsplit(url).hostname if isinstance(url, str) else None
    except ValueError:
        host = None
    return (host,) if host else ()


def _data(top: Path, names: tuple[str, ...]) -> Mapping[str, Any]:
    """The configuration of a generator; nothing where it cannot be read, since it is not ours to complain about."""
    name = _first(top, names)
    text = _text(top / name) if name else ""
    try:
        data = tomllib.loads(text) if name.endswith(".toml") else yaml.load(text, Loader=_TOLERANT)
    except (tomllib.TOMLDecodeError, yaml.YAMLError, RecursionError, ValueError):
        data = None
    return data if isinstance(data, Mapping) else {}


class _TolerantLoader(yaml.SafeLoader):
    """Reads YAML with tags of programs, such as ``!!python/name:...`` in ``mkdocs.yml``, as nothing."""


_TolerantLoader.add_multi_constructor("", lambda loader, suffix, node: None)
_TOLERANT: Any = _TolerantLoader


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_CHARACTERS + 1)
    except OSError:
        return ""
    return data.decode("utf-8", "replace") if len(data) <= MOST_CHARACTERS else ""


def read_redirects(top: Path, names: tuple[str, ...]) -> Redirects:
    """The redirects in the files *names* below *top*; what cannot be read has none."""
    exact: dict[str, str] = {}
    families: list[str] = []
    for name in names:
        file = top / name
        if not file.is_file() or not os.path.realpath(file).startswith(f"{os.path.realpath(top)}{os.sep}"):
            continue
        read: Callable[[str], Iterator[_Redirect]] = (
            _yaml_redirects if name.endswith((".yml", ".yaml")) else _line_redirects
        )
        for old, new, is_pattern in read(_text(file)):
            if is_pattern and len(old) > 1:  # else it says nothing about where the pattern holds
                families.append(old)
            elif not is_pattern and old:
                exact.setdefault(old, new)
    return Redirects(families=tuple(dict.fromkeys(families))).with_exact(exact.items())


class _Redirect(NamedTuple):
    old: str
    """Where it is a pattern, what all that it matches begins with."""
    new: str
    is_pattern: bool


def _yaml_redirects(text: str) -> Iterator[_Redirect]:
    """As ``data/redirects.yml`` of a Middleman site: ``sources``, ``target`` and ``comp_op``, ``=`` or ``~``."""
    try:
        entries = yaml.load(text, Loader=_TOLERANT)
    except (yaml.YAMLError, RecursionError, ValueError):
        return
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, Mapping) or not isinstance(entry.get("target"), str):
            continue
        sources = entry.get("sources")
        for source in sources if isinstance(sources, list) else [sources]:
            if isinstance(source, str):
                yield _redirect(source, entry["target"], entry.get("comp_op", "=") != "=")


def _redirect(source: str, target: str, is_pattern: bool) -> _Redirect:
    if not is_pattern:
        return _Redirect(source, target, False)
    plain = source.removeprefix("^")
    end = next((at for at, mark in enumerate(plain) if mark in r"\.^$*+?{}[]|()"), len(plain))
    return _Redirect(plain[:end], target, True)


def _line_redirects(text: str) -> Iterator[_Redirect]:
    """As the ``_redirects`` file that GitLab Pages and Netlify read: ``/old /new 301``, with ``*`` and ``:name``."""
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if len(words) < 2:
            continue
        marks = [words[0].find(mark) for mark in ("*", "/:") if mark in words[0]]
        yield _Redirect(words[0][: min(marks)], words[1], True) if marks else _Redirect(words[0], words[1], False)
