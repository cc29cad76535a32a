"""``ld-review json-schema``: the form of what is written, and of what people write."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import click

from ld_review.cli.completion import schemas
from ld_review.errors import LdReviewError, UsageError, near

if TYPE_CHECKING:
    from ld_review.rule import Rule


@click.command("json-schema")
@click.argument("what", default="review", metavar="[WHAT]", shell_complete=schemas)
def json_schema(what: str) -> None:
    """Print the JSON Schema of a file that you write, for your editor, or of a review as JSON.

    WHAT is `review` (of `--format json`; the default), `configuration` (of .ld-review.yaml), `rule`, `element` or
    `profile`. The rules and kinds of check that there are here are in it: your own, and those of installed packages.
    """
    if what not in SCHEMAS:
        raise UsageError(f"no schema {what!r}; there are {', '.join(SCHEMAS)}{near(what, SCHEMAS)}")
    schema = SCHEMAS[what]()
    click.echo(schema if isinstance(schema, str) else json.dumps(schema, ensure_ascii=False, indent=2) + "\n", nl=False)


def _review() -> str:
    return files("ld_review.reporters").joinpath("review.schema.json").read_text("utf-8")


def _configuration() -> dict[str, Any]:
    from ld_review.file_schemas import configuration_schema  # noqa: PLC0415 - brings the rules
    from ld_review.plugins import installed  # noqa: PLC0415

    return configuration_schema(_rules(), installed().kinds)


def _rule() -> dict[str, Any]:
    from ld_review.file_schemas import rule_schema  # noqa: PLC0415 - brings the rules
    from ld_review.plugins import installed  # noqa: PLC0415

    return rule_schema(installed().kinds)


def _element() -> dict[str, Any]:
    from ld_review.file_schemas import element_schema  # noqa: PLC0415 - brings the rules

    return element_schema()


def _profile() -> dict[str, Any]:
    from ld_review.file_schemas import profile_schema  # noqa: PLC0415 - brings the rules

    return profile_schema()


def _rules() -> list[Rule]:
    """The rules that there are here; a broken configuration is a reason to want its schema, and none to have none."""
    from ld_review.config_file import default_config, load_config  # noqa: PLC0415 - brings the rules

    try:
        config = load_config()
    except LdReviewError as error:
        click.echo(f"without your own rules: {error}", err=True)
        config = default_config()
    return [config.rules[id_] for id_ in sorted(config.rules)]


SCHEMAS: Mapping[str, Callable[[], str | dict[str, Any]]] = {
    "review": _review,
    "configuration": _configuration,
    "rule": _rule,
    "element": _element,
    "profile": _profile,
}
"""The schemas there are."""
