"""``ld-review schedule``: what is due when, until the launch."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from ld_review.cli.options import CONFIGURATION, configured, decorated
from ld_review.cli.process_options import (
    LAUNCH,
    OPEN,
    PROCESS_FOLDER,
    WEEKENDS,
    process_of,
    say_too_early,
    studied,
    wish_of,
)
from ld_review.cli.terminal import wants_color
from ld_review.errors import UsageError

if TYPE_CHECKING:
    from ld_review.process.schedule import Schedule
    from ld_review.process.study import Study

FORMATS = ("text", "markdown", "json", "ical")


@click.command("schedule")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@decorated(
    LAUNCH,
    OPEN,
    click.option("--model", "name", default="learning-pathway", show_default=True, metavar="MODEL"),
    click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True),
    WEEKENDS,
    PROCESS_FOLDER,
    click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True),
    *CONFIGURATION,
)
def schedule(paths: tuple[str, ...], **options: Any) -> int:
    """Show what is due when before a launch, and by whom; with PATHs, also what the pages show as done or open.

    Exit status: 0 the launch can be reached, 1 it is too early or something that the pages show is late, 2 a usage
    error.
    """
    from ld_review.process import schedule as process  # noqa: PLC0415 - brings the whole engine

    if options["launch"] is None and options["opening"] is None:
        raise UsageError("say when: --launch DATE, --open DATE, or both")
    config = configured(options, paths)
    study = studied(paths, config)
    model = process_of(config, options["process_folders"]).model(options["name"])
    made = process.schedule(model, wish_of(options), study if paths else None)
    for failure in study.failures:
        click.echo(f"failure: {failure}", err=True)
    _write(made, study, options)
    if made.earliest:
        say_too_early(made)
    return 2 if any(study.failures) else made.exit_status


def _write(made: Schedule, study: Study, options: dict[str, Any]) -> None:
    from ld_review.process import schedule_formats as formats  # noqa: PLC0415

    if options["form"] == "markdown":
        formats.write_markdown(made, sys.stdout)
    elif options["form"] == "json":
        formats.write_json(made, sys.stdout)
    elif options["form"] == "ical":
        from ld_review.process.calendar import as_calendar  # noqa: PLC0415

        click.echo(as_calendar(made, study.pages), nl=False)
    else:
        formats.write_text(made, sys.stdout, color=wants_color(options["color"], sys.stdout))
