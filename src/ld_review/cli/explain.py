"""``ld-review explain PATH``: what holds for one page, and what made it so."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ld_review.cli.options import CONFIGURATION, configured, decorated
from ld_review.cli.terminal import wants_color
from ld_review.discovery import page_named
from ld_review.reporters.display import harmless, paint
from ld_review.runner import find_pages, review_paths
from ld_review.survey import place_of, read_entry

if TYPE_CHECKING:
    from ld_review.config import Config


@click.command("explain")
@click.argument("path", type=click.Path(path_type=Path))
@decorated(
    click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True),
    *CONFIGURATION,
)
def explain(path: Path, color: str, **options: Any) -> None:
    """Say which rules are on for a page, and what put them on; which configuration counts; which language it is in."""
    config = configured(options, [str(path)])
    click.echo("\n".join(_explained(path, config, wants_color(color, sys.stdout))), color=True)


def _explained(path: Path, config: Config, color: bool) -> Iterator[str]:
    settings = config.settings_for(path)
    preset = ", ".join(preset.name for preset in reversed(config.presets))
    yield f"page: {harmless(str(path))}"
    yield f"  {_taken(path, config)}"
    yield f"configuration: {harmless(str(config.path)) if config.path else 'none found; the defaults hold'}"
    yield f"preset: {preset or 'none'}"
    yield f"language: {_language(path, config)}"
    yield f"heading ids: {settings.heading_ids}"
    yield from _site(path, config)
    for failure in config.failures:
        yield f"{paint('failure', 'error', color)}: {harmless(failure.message)}"
    yield ""
    yield from _decisions(path, config, color)


def _site(path: Path, config: Config) -> Iterator[str]:
    """What is known of the site that the page belongs to, and where the page is on it."""
    site = config.site
    if site is None or not site.known:
        yield "layout: not known, so links to other pages are only followed among the folders under review"
        return
    layout = site.layout
    roots = ", ".join(f"{root.folder or '.'}/" + (f" at {root.prefix}" if root.prefix else "") for root in layout.roots)
    yield f"layout: {layout.name} ({harmless(layout.reason)}), pages in {harmless(roots)} of {harmless(str(site.top))}"
    place = place_of(path, site)
    entry = read_entry(path, place, config.settings_for(path)) if path.is_file() else None
    address = layout.address(place, entry.named if entry else {})
    yield f"address: {harmless(address) if address else 'none; it makes no page of its own'}"
    yield f"hosts: {harmless(', '.join(config.settings_for(path).hosts.in_group('handbook'))) or 'none declared'}"


def _taken(path: Path, config: Config) -> str:
    if not path.is_file():
        return "there is no such file; this is what would hold for it"
    if find_pages([path], config, force_exclude=True).pages:
        return "reviewed" if page_named(path.name) else "reviewed when it is named"
    return "ignored or excluded; reviewed only when it is named"


def _language(path: Path, config: Config) -> str:
    settings = config.settings_for(path)
    if settings.language:
        return f"{settings.language} (by configuration)"
    if not path.is_file():
        return "told from the page"
    [page] = review_paths([path], config).pages or (None,)
    return harmless(page.language) if page and page.language else "could not be told"


def _decisions(path: Path, config: Config, color: bool) -> Iterator[str]:
    decisions = config.decisions(path)
    longest = max(map(len, decisions), default=0)
    on = {rule_id: decision for rule_id, decision in decisions.items() if decision.on}
    yield paint(f"on: {len(on)} rules", "bold", color)
    for rule_id, decision in on.items():
        severity = paint(f"{decision.severity:<10}", decision.severity, color)
        yield f"  {rule_id:<{longest}}  {severity}  {harmless(decision.because)}"
    yield paint(f"off: {len(decisions) - len(on)} rules", "bold", color)
    for rule_id, decision in decisions.items():
        if not decision.on:
            yield f"  {rule_id:<{longest}}  {harmless(decision.because)}"
