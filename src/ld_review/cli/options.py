"""The options that several commands share: where the configuration comes from, and what the command line changes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ld_review.cli.completion import presets, profiles, selectors, severities
from ld_review.cli.day import Day
from ld_review.errors import UsageError, near
from ld_review.finding import Severity

if TYPE_CHECKING:
    from ld_review.config import Config
    from ld_review.rule import Rule

Function = TypeVar("Function", bound=Callable[..., Any])

STDIN = "-"
"""The path that means: read the page from stdin."""
STDIN_FILENAME = click.option(
    "--stdin-filename", metavar="PATH", help="The path that the text from stdin (`-`) pretends to have."
)

BASELINE = (
    click.option(
        "--baseline",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="The file of known findings; default: .ld-review-baseline.json, if it is there.",
    ),
)

CONFIGURATION = (
    click.option(
        "--select",
        multiple=True,
        metavar="RULES",
        shell_complete=selectors,
        help="Also these: ids, dimensions, `all`; commas allowed.",
    ),
    click.option(
        "--ignore",
        multiple=True,
        metavar="RULES",
        shell_complete=selectors,
        help="Not these: ids, dimensions, `all`; commas allowed.",
    ),
    click.option(
        "--preset",
        metavar="NAME",
        shell_complete=presets,
        help="The rules to begin with: recommended, gitlab, strict.",
    ),
    click.option(
        "--severity",
        multiple=True,
        metavar="RULE=LEVEL",
        shell_complete=severities,
        help="error, warning or suggestion; repeatable.",
    ),
    click.option("--config", metavar="FILE", type=click.Path(path_type=Path), help="Use this configuration file."),
    click.option(
        "--profile",
        metavar="NAME",
        shell_complete=profiles,
        help="What kind of page all of them are: course, lab, reference ...",
    ),
    click.option(
        "--today",
        type=Day(),
        metavar="DATE",
        help="The day that counts as today; default: that of a page's last commit.",
    ),
    click.option("--isolated", is_flag=True, help="Use no configuration file."),
)


def decorated(*decorators: Callable[[Any], Any]) -> Callable[[Function], Function]:
    """One decorator of many, the first of them outermost, as if they stood above the function."""

    def decorate(function: Function) -> Function:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


def refuse_mixed_stdin(paths: Sequence[str], options: Mapping[str, Any]) -> None:
    """Raises UsageError where stdin is one of several paths, or named but not read."""
    if STDIN in paths and len(paths) > 1:
        raise UsageError("`-` (stdin) cannot be mixed with other paths")
    if options["stdin_filename"] and STDIN not in paths:
        raise UsageError("--stdin-filename is for text from stdin: give `-` as the path")


def stdin_name(options: Mapping[str, Any]) -> str:
    """The path that the text from stdin pretends to have."""
    return options["stdin_filename"] or "stdin.md"


def configured(options: Mapping[str, Any], paths: Sequence[str] = ()) -> Config:
    """The configuration for *paths*, stdin aside, with what the command line says above it.

    Raises ConfigError or UsageError where something in it cannot be used.
    """
    from ld_review.config_file import default_config, load_config  # noqa: PLC0415 - brings the rules
    from ld_review.runner import located  # noqa: PLC0415

    refuse_two_configurations(options)
    pages = [path for path in paths if path != STDIN]
    use_cache = not options.get("no_cache")
    if options["isolated"]:
        config = default_config(use_cache=use_cache)
    else:
        config = load_config(options["config"], _start(pages), use_cache=use_cache)
    return located(adjusted(config, options), pages or [path for path in [options.get("stdin_filename")] if path])


def refuse_two_configurations(options: Mapping[str, Any]) -> None:
    """Raises UsageError where a configuration file is named and none is to be used."""
    if options["isolated"] and options["config"]:
        raise UsageError("--isolated and --config exclude each other")


def adjusted(config: Config, options: Mapping[str, Any]) -> Config:
    """The configuration with what the command line says above it.

    Raises ConfigError or UsageError where something in it cannot be used.
    """
    if options["preset"]:
        config = config.with_preset(options["preset"])
    if options["profile"]:
        config = config.with_profile(options["profile"])
    if options["today"]:
        config = config.with_today(options["today"])
    severity = _severities(options["severity"])
    return config.with_command_line(_words(options["select"]), _words(options["ignore"]), severity)


def with_baseline(config: Config, options: Mapping[str, Any]) -> Config:
    """The configuration with the baseline that the options ask for, else with the one that is there."""
    from ld_review.baseline import NAME  # noqa: PLC0415 - brings the rules

    if options.get("no_baseline") or (options["isolated"] and not options["baseline"]):
        return config
    return config.with_baseline(NAME, options["baseline"])


def known_rule(rule_id: str, config: Config) -> Rule:
    """A rule by its id.

    Raises UsageError, with the near word, where there is none.
    """
    if rule_id in config.rules:
        return config.rules[rule_id]
    broken = [failure.message for failure in config.failures if failure.rule == rule_id]
    if broken:
        raise UsageError(f"the rule {rule_id!r} cannot be used: {broken[0]}")
    raise UsageError(f"no rule {rule_id!r}{near(rule_id, config.rules)}; `ld-review rules` lists them")


def all_rules(config: Config) -> tuple[Rule, ...]:
    """All rules, on or off, by their ids."""
    return tuple(config.rules[rule_id] for rule_id in sorted(config.rules))


def rules_here(config: Config) -> tuple[Rule, ...]:
    """The rules that are on for a page in the working directory."""
    return config.rules_for(Path.cwd() / "page.md")


def advice_here(config: Config) -> frozenset[str]:
    """The ids of the rules that are off for a page in the working directory, yet worth a look."""
    return frozenset(rule.id for rule in config.advice_for(Path.cwd() / "page.md"))


def _start(paths: Sequence[str]) -> Path:
    """Where to look for the configuration: here, or, where all pages lie elsewhere, with them."""
    here = Path.cwd()
    if not paths or any(_absolute(path).is_relative_to(here) for path in paths):
        return here
    return Path(os.path.commonpath(map(_absolute, paths)))


def _absolute(path: str) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolving links would lead elsewhere


def _words(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for text in texts for word in text.replace(",", " ").split())


def _severities(texts: Iterable[str]) -> dict[str, Severity]:
    severities = {}
    for word in _words(texts):
        rule, _, level = word.partition("=")
        if level not in list(Severity):
            levels = [severity.value for severity in Severity]
            raise UsageError(
                f"--severity {word}: expected RULE=LEVEL with a level of {', '.join(levels)}{near(level, levels)}"
            )
        severities[rule] = Severity(level)
    return severities
