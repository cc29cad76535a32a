"""``ld-review outline PATH``: the course as it was recognised."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ld_review.cli.options import (
    CONFIGURATION,
    STDIN,
    STDIN_FILENAME,
    configured,
    decorated,
    refuse_mixed_stdin,
    stdin_name,
)
from ld_review.cli.terminal import wants_color
from ld_review.outlining import outline_bytes, outline_pages
from ld_review.reporters import outline as reporter
from ld_review.runner import find_pages


@click.command("outline")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@decorated(
    click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True),
    click.option("--skeletons", is_flag=True, help="Show Markdown to paste for what was not found."),
    STDIN_FILENAME,
    click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True),
    *CONFIGURATION,
)
def outline(paths: tuple[str, ...], form: str, skeletons: bool, color: str, **options: Any) -> int:
    """Show what pages are made of: sections with their learning elements and times, objectives against practice.

    PATH is a file, a folder, or `-` for stdin.
    """
    refuse_mixed_stdin(paths, options)
    config = configured(options, paths)
    if STDIN in paths:
        outlined, failures = outline_bytes(sys.stdin.buffer.read(), stdin_name(options), config)
    else:
        outlined, failures = outline_pages(find_pages(map(Path, paths), config), config)
    for failure in failures:
        click.echo(f"failure: {failure.message}", err=True)
    if form == "json":
        reporter.write_json(outlined, sys.stdout)
    else:
        for number, page in enumerate(outlined):
            if number:
                click.echo()
            reporter.write_text(page, sys.stdout, color=wants_color(color, sys.stdout), skeletons=skeletons)
    return 2 if failures else 0
