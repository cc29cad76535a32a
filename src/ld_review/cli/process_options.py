"""What ``schedule`` and ``request`` have in common: days, models, and the review of the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ld_review.cli.day import Day
from ld_review.cli.options import STDIN
from ld_review.errors import UsageError

if TYPE_CHECKING:
    from ld_review.config import Config
    from ld_review.process.book import ProcessBook
    from ld_review.process.schedule import Schedule, Wish
    from ld_review.process.study import Study


LAUNCH = click.option("--launch", type=Day(), metavar="DATE", help="The day of the launch, as YYYY-MM-DD.")
OPEN = click.option("--open", "opening", type=Day(), metavar="DATE", help="The day the issue is, or was, opened.")
WEEKENDS = click.option(
    "--weekends",
    type=click.Choice(("skip", "keep")),
    default="skip",
    show_default=True,
    help="Whether anything may be due on a Saturday or Sunday.",
)
PROCESS_FOLDER = click.option(
    "--process-folder",
    "process_folders",
    multiple=True,
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Models of your own; one with the name of another replaces it. Repeatable.",
)


def process_of(config: Config, folders: Sequence[Path]) -> ProcessBook:
    """The models of the package, of the configuration, and of the command line, later ones first."""
    from ld_review.process.book import read_process  # noqa: PLC0415

    return read_process((*config.process, *folders))


def studied(paths: Sequence[str], config: Config) -> Study:
    """The pages with their review."""
    from ld_review.process.study import study  # noqa: PLC0415 - brings the whole engine
    from ld_review.review import Review  # noqa: PLC0415
    from ld_review.runner import find_pages, review_pages  # noqa: PLC0415

    if STDIN in paths:
        raise UsageError("`-` (stdin) has no place in the handbook: name the files of the pages")
    if not paths:
        return study(Review((), failures=config.failures), config)
    found = find_pages(paths, config)
    if not found.pages and not found.failures:
        click.echo("no pages found: all that was named is empty, ignored or excluded", err=True)
    return study(review_pages(found, config), config)


def wish_of(options: dict[str, Any]) -> Wish:
    """What the options ask of a schedule."""
    from ld_review.process.schedule import Wish  # noqa: PLC0415

    today = options["today"] or date.today()
    return Wish(options["launch"], options["opening"], today, options["weekends"] == "keep")


def say_too_early(made: Schedule) -> None:
    """Tell, on stderr, that the launch cannot be reached, and which one can."""
    from ld_review.process.schedule_formats import too_early  # noqa: PLC0415

    hint = "" if made.opening_told else "; is the issue open already? say since when: --open DATE"
    click.echo(f"too early: {too_early(made)}{hint}", err=True)
