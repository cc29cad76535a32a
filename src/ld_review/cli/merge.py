"""``ld-review merge``: one review of what the shards of several machines tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from ld_review.cli.check import OPTIONS, review_and_report
from ld_review.cli.options import CONFIGURATION, STDIN, decorated
from ld_review.cli.shard import FOLDER, PARTS
from ld_review.errors import UsageError

if TYPE_CHECKING:
    from ld_review.parts import Parts
    from ld_review.sharding import Shard

_NAMED = 5
"""How many pages or shards are named."""
_NOT_HERE = {"fix": False, "unsafe_fixes": False, "diff": False, "stdin_filename": None, "shard": None}


@click.command("merge")
@click.argument("paths", nargs=-1, metavar="PATH...", type=click.Path())
@decorated(PARTS, *OPTIONS, *CONFIGURATION)
def merge(paths: tuple[str, ...], **options: Any) -> int:
    """Review pages, with the parts that `ld-review check --shard I/N PATH...` wrote.

    Says what one machine alone would say, to the byte: give it the same checkout, PATHs, configuration and options. A
    page that no part knows as it is here is looked at here.
    """
    from ld_review.parts import Parts  # noqa: PLC0415 - brings the whole engine

    if STDIN in paths:
        raise UsageError("parts tell of files: `-` (stdin) is none")
    if not paths:
        raise UsageError("nothing to review: name the files and folders that the shards were made of")
    parts = Parts(options["parts"] or FOLDER)
    _say(_wrong(parts), options)
    status = review_and_report(paths, options | _NOT_HERE, parts)
    _say(_taken(parts), options)
    return status


def _say(words: Iterator[str], options: dict[str, Any]) -> None:
    from ld_review.reporters.display import flat  # noqa: PLC0415

    for line in () if options["quiet"] else words:
        click.echo(flat(line), err=True)


def _wrong(parts: Parts) -> Iterator[str]:
    """What is wrong with parts, before they are needed."""
    yield from (f"left out: {trouble}" for trouble in parts.troubles)
    parts.troubles.clear()
    if parts.missing:
        yield f"no part of {_shards(parts.missing)}: what is missing is looked at here"


def _shards(missing: Sequence[Shard]) -> str:
    return f"shard{'s' * (len(missing) > 1)} {_listed(list(map(str, missing)))}"


def _taken(parts: Parts) -> Iterator[str]:
    """What became of parts."""
    yield from parts.troubles
    taken = parts.taken
    for file, header in parts.headers.items():
        if header.pages and not taken.rules & {*header.rules}:
            yield f"{file}: made by other rules, options or configuration: nothing of it was taken"
    expected = parts.without
    surprising = [place for place in taken.anew if place not in expected]
    yield f"{taken.pages - len(taken.anew):,} of {taken.pages:,} pages taken from {_counted(parts)}"
    if broken := len(taken.anew) - len(surprising):
        yield f"looked at here, since something broke on them in their shard: {broken:,}"
    if surprising:
        yield f"looked at here, since no part knows them as they are: {len(surprising):,} ({_listed(surprising)})"


def _counted(parts: Parts) -> str:
    number = len(parts.headers)
    return "1 part" if number == 1 else f"{number:,} parts"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
