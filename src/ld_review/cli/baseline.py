"""``ld-review baseline``: write down the findings that are there today, so that only new ones are reported."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ld_review.cli.options import BASELINE, CONFIGURATION, configured, decorated, with_baseline
from ld_review.cli.processes import mapper_for
from ld_review.cli.terminal import ProgressBar
from ld_review.errors import LdReviewError, UsageError

if TYPE_CHECKING:
    from ld_review.baseline import Baseline, Updated
    from ld_review.config import Config
    from ld_review.review import Review


_SAID_ELSEWHERE = "incoming"


@click.command("baseline")
@decorated(
    click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path()),
    click.option("--update", is_flag=True, help="Drop what is gone from the baseline that there is; add nothing."),
    click.option("--add", is_flag=True, help="With --update: also add what is new."),
    *BASELINE,
    click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out pages, as in .gitignore; repeatable."),
    click.option("--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Processes; default: one per core."),
    click.option("--quiet", "-q", is_flag=True, help="Say nothing where all goes well."),
    *CONFIGURATION,
)
def baseline(paths: tuple[str, ...], **options: Any) -> int:
    """Write the findings of today to a file; `ld-review check` leaves them out from then on.

    PATHs are files and folders; without any, the folder of the configuration counts. The file is
    .ld-review-baseline.json beside the configuration, unless --baseline or the configuration names another.
    """
    if options["add"] and not options["update"]:
        raise UsageError("--add needs --update")
    config = configured(options, paths)
    named, paths = paths, paths or (os.path.relpath(config.root),)
    if options["exclude"]:
        config = replace(config, exclude=(*config.exclude, *options["exclude"]))
    known = _known(config, options)
    review = _reviewed(paths, config, options)
    done = _updated(known, review, paths, options)
    _write(done.baseline)
    if not options["quiet"]:
        click.echo(_told(done, review, options, new=bool(named)))
    for page in review.pages:
        for failure in page.failures:
            click.echo(f"failure: {page.path}: {failure.message}", err=True)
    for failure in review.failures:
        click.echo(f"failure: {failure.message}", err=True)
    return 2 if review.failed else 0


def _known(config: Config, options: dict[str, Any]) -> Baseline:
    """The baseline that there is, where it is to be updated; else an empty one."""
    from ld_review.baseline import NAME, Baseline, read_baseline  # noqa: PLC0415 - after the options were read

    file = with_baseline(config, options).baseline or config.root / NAME
    if options["update"]:
        return read_baseline(file)
    if file.exists():
        ways = "--update drops what is gone, --update --add also adds what is new"
        raise UsageError(f"{os.path.relpath(file)} is there already: {ways}")
    return Baseline(file, {})


def _reviewed(paths: tuple[str, ...], config: Config, options: dict[str, Any]) -> Review:
    from ld_review.runner import find_pages, review_pages  # noqa: PLC0415

    # As from the hook, which reviews one page at a time, and without what only other hosts know.
    config = replace(config, each_alone=True, baseline=None)
    found = find_pages(paths, config)
    with mapper_for(len(found.pages), options["jobs"]) as mapper, ProgressBar(options["quiet"]) as bar:
        return review_pages(found, config, mapper, bar)


def _updated(known: Baseline, review: Review, paths: tuple[str, ...], options: dict[str, Any]) -> Updated:
    from ld_review.baseline import updated  # noqa: PLC0415

    folders = [known.place(path) for path in paths if Path(path).is_dir()]

    def in_scope(place: str) -> bool:
        return any(folder == "." or place.startswith(f"{folder}/") for folder in folders)

    return updated(known, review.pages, add=options["add"] or not options["update"], in_scope=in_scope)


def _write(known: Baseline) -> None:
    from ld_review.baseline import write_baseline  # noqa: PLC0415

    try:
        write_baseline(known)
    except OSError as error:
        raise LdReviewError(f"{os.path.relpath(known.file)}: cannot be written: {error.strerror or error}") from error


def _told(done: Updated, review: Review, options: dict[str, Any], *, new: bool) -> str:
    """What was done; what is new only where somebody said in which pages."""
    from ld_review.reporters.text import counted  # noqa: PLC0415

    file, size = os.path.relpath(done.baseline.file), counted(done.baseline.size, "known finding")
    pages = counted(len(done.baseline.pages), "page")
    if not options["update"]:
        return f"{file}: {size} on {pages}; commit it, and `ld-review check` reports only what is new"
    told = f"{file}: {size} on {pages}: {done.dropped:,} dropped, {done.added:,} added"
    # What is said at a page that is reviewed alone stands elsewhere in a run over all pages: it is counted there.
    kinds = {rule: review.rules[rule].kind for rule in done.new}
    number = sum(number for rule, number in done.new.items() if kinds[rule] != _SAID_ELSEWHERE)
    return f"{told}; {counted(number, 'new finding')} not in it (--update --add adds)" if new and number else told
