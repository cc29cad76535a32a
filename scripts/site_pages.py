"""What MkDocs asks on its way: the pages that lie outside of ``docs``, those of the rules, and where links lead."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

import rule_pages
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
OUTSIDE = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
"""Pages of the repository that are no part of ``docs``, and what they are called on the site."""
RULES = "rules"
"""What stands in ``nav`` where the rules are to stand."""
_FENCE = re.compile(r"^ *```.*?^ *```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<=\]\()(?!https?:|mailto:|#)([^)\s#]+)")
_TITLE = re.compile(r"^( *```\w+ title=)([^\s\"]+)$", re.MULTILINE)
_NAMED = re.compile(r"<(a|pre)\b.*?</\1>|<code>(?P<id>[a-z0-9-]+)</code>", re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what is made, and put the rules into the navigation."""
    for path, uri in OUTSIDE.items():
        files.append(File.generated(config, uri, content=(ROOT / path).read_text(encoding="utf-8")))
    for uri, text in rule_pages.pages():
        files.append(File.generated(config, uri, content=text))
    config.nav = _with_rules(config.nav)
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead links to the pages of the site, and put the titles of blocks into quotation marks."""
    if page.file.src_uri.startswith(f"{rule_pages.FOLDER}/"):
        return markdown
    here = {uri: path for path, uri in OUTSIDE.items()}.get(page.file.src_uri, f"docs/{page.file.src_uri}")
    return _TITLE.sub(
        r'\1"\2"', _outside_code(markdown, lambda text: _LINK.sub(lambda link: _led(link[1], here), text))
    )


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Make links of the ids of rules."""
    return _NAMED.sub(lambda code: _linked(code, page, files) if code["id"] else code[0], html)


def _linked(code: re.Match[str], page: Page, files: Files) -> str:
    file = files.get_file_from_path(rule_pages.address(code["id"]))
    return f'<a href="{file.url_relative_to(page.file)}">{code[0]}</a>' if file and file is not page.file else code[0]


def _led(target: str, here: str) -> str:
    """A link between files of the repository as one between pages of the site."""
    from_uri, to = _uri(here), posixpath.normpath(posixpath.join(posixpath.dirname(here), target))
    return posixpath.relpath(_uri(to), posixpath.dirname(from_uri) or ".")


def _uri(path: str) -> str:
    return OUTSIDE.get(path, path.removeprefix("docs/") if path.startswith("docs/") else f"../{path}")


def _outside_code(markdown: str, change: Any) -> str:
    parts, at = [], 0
    for code in _FENCE.finditer(markdown):
        parts += [change(markdown[at : code.start()]), code[0]]
        at = code.end()
    return "".join((*parts, change(markdown[at:])))


def _with_rules(nav: Any) -> Any:
    """The navigation, with the rules of each dimension where ``rules`` stands."""
    if isinstance(nav, list):
        return [inner for item in nav for inner in (_all_rules() if item == RULES else [_with_rules(item)])]
    return {title: _with_rules(inner) for title, inner in nav.items()} if isinstance(nav, dict) else nav


def _all_rules() -> list[Any]:
    every = rule_pages.rules()
    return [
        rule_pages.INDEX,
        *(
            {title: [rule_pages.address(rule.id) for rule in every if rule.dimension == dimension]}
            for dimension, title in rule_pages.TITLES.items()
        ),
    ]
