"""``ld-review lsp``: the language server, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ld_review.cli.options import CONFIGURATION, adjusted, decorated, refuse_two_configurations
from ld_review.errors import UsageError


@click.command("lsp")
@decorated(
    click.option("--stdio", is_flag=True, help="On stdin and stdout, as always; for editors that say so."),
    click.option(
        "--delay",
        type=click.IntRange(0, 10_000),
        metavar="MS",
        default=200,
        show_default=True,
        help="How long nobody must have typed before a page is looked at.",
    ),
    *CONFIGURATION,
)
def lsp(stdio: bool, delay: int, **options: Any) -> None:
    """Review pages while they are written, in an editor that speaks the Language Server Protocol.

    The editor starts it; `docs/editors.md` says how. The other options hold for every page.
    """
    try:
        import pygls  # noqa: F401, PLC0415 - an extra
    except ImportError as error:
        raise UsageError("the language server needs pygls: pip install 'ld-review[lsp]'") from error
    refuse_two_configurations(options)
    file: Path | None = options["config"]

    from ld_review.lsp.grounds import Wish  # noqa: PLC0415 - brings the whole engine
    from ld_review.lsp.server import serve  # noqa: PLC0415

    wish = Wish(file and file.absolute(), options["isolated"], lambda config: adjusted(config, options))
    serve(wish, delay / 1000)
