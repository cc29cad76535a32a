"""``ld-review compare``: what became of the findings of an earlier review."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ld_review.cli.terminal import wants_color
from ld_review.finding import Severity

FAIL_ON = (*(severity.value for severity in Severity), "never")


@click.command("compare")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(("text", "markdown", "json")), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    default="warning",
    show_default=True,
    help="Least severity of a new finding that makes the exit status 1.",
)
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True)
def compare(old: Path, new: Path, form: str, fail_on: str, color: str) -> int:
    """Compare two reviews that `--output json=PATH` wrote: what is resolved, what is new, what remains.

    Findings are told by their fingerprints, which stay when the page is edited elsewhere, or moved. Exit status: 0
    nothing new at or above --fail-on, 1 something new, 2 a file that cannot be used, or a new review that could not
    look at everything.
    """
    from ld_review.comparison import compare as compared  # noqa: PLC0415
    from ld_review.recorded import read_review  # noqa: PLC0415
    from ld_review.reporters import comparison as formats  # noqa: PLC0415

    told = compared(read_review(old), read_review(new))
    if form == "json":
        formats.write_json(told, sys.stdout)
    elif form == "markdown":
        formats.write_markdown(told, sys.stdout)
    else:
        formats.write_text(told, sys.stdout, color=wants_color(color, sys.stdout))
    return told.exit_status(None if fail_on == "never" else Severity(fail_on))
