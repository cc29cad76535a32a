"""``ld-review json-schema``: the form of ``--format json``."""

from __future__ import annotations

from importlib.resources import files

import click


@click.command("json-schema")
def json_schema() -> None:
    """Print the JSON Schema of `--format json`."""
    click.echo(files("ld_review.reporters").joinpath("review.schema.json").read_text("utf-8"), nl=False)
