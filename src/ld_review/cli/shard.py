"""``--shard I/N``: the pages of one machine of many, each looked at by itself, and what they tell written to a part."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ld_review.cli.options import STDIN
from ld_review.cli.processes import mapper_for
from ld_review.cli.terminal import ProgressBar
from ld_review.errors import LdReviewError, UsageError
from ld_review.sharding import Shard

if TYPE_CHECKING:
    from ld_review.config import Config
    from ld_review.discovery import Discovery
    from ld_review.parts import Drafted

FOLDER = Path("ld-review-parts")
"""Where parts lie unless somebody says otherwise."""

PARTS = click.option(
    "--parts",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help=f"Where the parts of shards lie; default: {FOLDER}.",
)
SHARD = click.option(
    "--shard",
    metavar="I/N",
    help="Of N machines this is the I-th: look at its share of the pages, and write a part for `ld-review merge`.",
)
_FIXES = {"fix": "--fix", "diff": "--diff"}
_WHOLE = {
    "outputs": "--output",
    "form": "--format",
    "statistics": "--statistics",
    "check_external": "--check-external",
}


def shard_of(paths: Sequence[str], options: dict[str, Any]) -> Shard | None:
    """The shard that was asked for, if one was.

    Raises UsageError where something beside it makes no sense.
    """
    if options["shard"] is None:
        if options["parts"]:
            raise UsageError("--parts needs --shard I/N; `ld-review merge` reads parts")
        return None
    shard = Shard.named(options["shard"])
    if STDIN in paths:
        raise UsageError("--shard needs files: `-` (stdin) is one page")
    for name, option in _FIXES.items():
        if options[name]:
            raise UsageError(f"a shard is looked at and not mended: leave out {option} or --shard")
    source = click.get_current_context().get_parameter_source
    for name, option in _WHOLE.items():
        if source(name) is ParameterSource.COMMANDLINE:
            raise UsageError(f"a shard is not the whole review: give {option} to `ld-review merge`")
    return shard


def write_shard(shard: Shard, found: Discovery, config: Config, options: dict[str, Any]) -> int:
    """Look at the pages of a shard and write its part; the merge tells what is wrong with them."""
    from ld_review.files import prepare_report  # noqa: PLC0415
    from ld_review.parts import part_name, write_part  # noqa: PLC0415 - brings the whole engine
    from ld_review.runner import draft_pages  # noqa: PLC0415
    from ld_review.sharding import pages_of  # noqa: PLC0415

    file = (options["parts"] or FOLDER) / part_name(shard)
    own = found._replace(pages=pages_of(found.pages, shard))
    with _writing(file):
        prepare_report(file)
    with mapper_for(len(own.pages), options["jobs"]) as mapper, ProgressBar(options["quiet"]) as bar:
        drafted = draft_pages(own, config, mapper, bar)
    with _writing(file):
        write_part(file, shard, drafted)
    for failure in found.failures:
        click.echo(f"failure: {failure.message}", err=True)
    if not options["quiet"]:
        click.echo(_told(shard, found, drafted, file), err=True)
    return 0


@contextmanager
def _writing(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LdReviewError(f"{file}: cannot be written: {error.strerror or error}") from error


def _told(shard: Shard, found: Discovery, drafted: Sequence[Drafted], file: Path) -> str:
    left = sum(not page.is_whole for page in drafted)
    rest = f"; {left:,} left to the merge, since something broke on them" if left else ""
    return f"shard {shard}: {len(drafted):,} of {len(found.pages):,} pages in {os.path.relpath(file)}{rest}"
