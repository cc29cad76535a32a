"""Whole handbooks for tests: in memory, or as a repository in a folder."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

import handbooks
from ld_review import Config, PageReview, Review, load_config
from ld_review.engine import Settings, draft_page, finish_page
from ld_review.handbook.facts import Entry
from ld_review.handbook.handbook import Handbook
from ld_review.handbook.layout import Layout, default_layout
from ld_review.handbook.redirects import Redirects
from ld_review.rulebook import bundled_rules
from ld_review.source import Source

RULES = {rule.id: rule for rule in bundled_rules().rules}
LINK_RULES = (
    "absolute-handbook-link",
    "dead-anchor-link",
    "dead-page-link",
    "dead-same-page-link",
    "document-relative-link",
    "double-slash-in-link",
    "missing-leading-slash",
    "missing-trailing-slash",
    "redirected-link",
    "source-file-link",
    "wrong-case-in-link",
)
"""The rules about where links lead that tell the same of a page, whatever else is under review."""
CONFIG = f"ignore: [all]\nselect: [{', '.join(LINK_RULES)}, orphaned-course]\nhandbook: {{complete: true}}\n"


def settings_of(layout: str | Layout) -> Settings:
    layout = default_layout(layout) if isinstance(layout, str) else layout
    return replace(Settings(), layout=layout, heading_ids=layout.heading_ids or "kramdown")


def entry_of(path: str, text: str, layout: str | Layout = "hugo") -> Entry:
    facts = draft_page(Source(PurePath(path), text), (), settings_of(layout), path).facts
    assert facts is not None
    return facts.entry


def book(
    pages: Mapping[str, str],
    layout: str | Layout = "hugo",
    redirects: Mapping[str, str] | None = None,
    **more: Any,
) -> Handbook:
    """A handbook of these pages, all of which are known."""
    entries = [entry_of(path, text, layout) for path, text in pages.items()]
    found = Redirects().with_exact((redirects or {}).items())
    return Handbook(settings_of(layout).layout, entries, found, **{"complete": True, **more})


def review(path: str, text: str, handbook: Handbook, rules: Iterable[str] = LINK_RULES) -> PageReview:
    """The review of one page of a handbook."""
    chosen, settings = [RULES[id_] for id_ in rules], settings_of(handbook.layout)
    draft = draft_page(Source(PurePath(path), text), chosen, settings, path)
    return finish_page(draft, chosen, settings, handbook)


def findings(path: str, pages: Mapping[str, str], layout: str | Layout = "hugo", **more: Any) -> list[tuple[str, str]]:
    """The rules and the marked texts of the findings on one page of a handbook."""
    page = review(path, pages[path], book(pages, layout, **more))
    assert not page.failures, page.failures
    return [(finding.rule, page.source[finding.span]) for finding in page.findings]


def repository(folder: Path, files: Mapping[str, str | bytes], config: str = CONFIG) -> Config:
    """The configuration of a new repository with these files."""
    (folder / ".git").mkdir(parents=True)
    handbooks.write(folder, {".ld-review.yaml": config, **{path: _text(text) for path, text in files.items()}})
    return load_config(start=folder)


def by_page(found: Review, folder: Path) -> dict[str, list[tuple[str, str, str]]]:
    """Of each page the rules, the marked texts and the messages of its findings."""
    assert not found.failures
    return {
        Path(page.path).absolute().relative_to(folder).as_posix(): [
            (finding.rule, page.source[finding.span], finding.message) for finding in page.findings
        ]
        for page in found.pages
    }


def _text(text: str | bytes) -> str | bytes:
    return inspect.cleandoc(text) + "\n" if isinstance(text, str) and text.startswith("\n") else text
