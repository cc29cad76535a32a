"""What the shell offers when somebody presses the tabulator: rules, presets, profiles, formats and their like."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from ld_review.errors import LdReviewError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from ld_review.config import Config


def selectors(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Rules, dimensions and ``all``; of a list with commas the last word."""
    from ld_review.selection import GROUPS  # noqa: PLC0415

    before, comma, word = incomplete.rpartition(",")
    groups = _beginning((f"{before}{comma}{group}" for group in GROUPS), incomplete)
    return groups + _rules(context, word, f"{before}{comma}")


def rule_ids(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Rules alone."""
    return _rules(context, incomplete)


def severities(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Rules, and behind the sign the levels."""
    from ld_review.finding import Severity  # noqa: PLC0415

    rule, sign, level = incomplete.partition("=")
    if sign:
        return _beginning((f"{rule}={one.value}" for one in Severity if one.value.startswith(level)), incomplete)
    return _rules(context, incomplete, after="=")


def presets(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The presets there are."""
    from ld_review.rulebook import preset_names  # noqa: PLC0415

    return _beginning(preset_names(), incomplete)


def profiles(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The profiles there are."""
    config = _config(context)
    return _beginning(config.settings.lexicon.profiles.by_name if config else (), incomplete)


def outputs(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The formats, each with the sign behind which the path follows."""
    from ld_review.reporters import FORMATS  # noqa: PLC0415

    return _beginning((f"{form}=" for form in FORMATS), incomplete)


def models(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The support models, also a team's own."""
    from ld_review.process.book import read_process  # noqa: PLC0415

    config = _config(context)
    try:
        return _beginning(read_process(config.process if config else ()).models, incomplete)
    except LdReviewError:
        return []


def schemas(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The schemas there are."""
    from ld_review.cli.json_schema import SCHEMAS  # noqa: PLC0415

    return _beginning(SCHEMAS, incomplete)


def _rules(context: click.Context, word: str, before: str = "", after: str = "") -> list[CompletionItem]:
    config = _config(context)
    rules = config.rules if config else {}
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - only where a shell asks

    return [
        CompletionItem(f"{before}{id_}{after}", help=" ".join(rules[id_].summary.split()))
        for id_ in sorted(rules)
        if id_.startswith(word)
    ]


def _config(context: click.Context) -> Config | None:
    """The configuration that would count; a broken one is no reason to offer nothing."""
    from ld_review.config_file import default_config, load_config  # noqa: PLC0415

    try:
        return default_config() if context.params.get("isolated") else load_config(context.params.get("config"))
    except LdReviewError:
        return default_config()


def _beginning(words: Iterable[str], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem  # noqa: PLC0415

    return [CompletionItem(word) for word in words if word.startswith(incomplete)]
