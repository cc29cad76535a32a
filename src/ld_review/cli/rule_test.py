"""``ld-review test``: hold rules against their own examples."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from ld_review.cli.completion import rule_ids
from ld_review.cli.options import CONFIGURATION, all_rules, configured, decorated, known_rule
from ld_review.cli.terminal import wants_color
from ld_review.errors import RuleError, UsageError
from ld_review.reporters.display import harmless, paint
from ld_review.reporters.text import counted
from ld_review.rule import Rule
from ld_review.rulebook import read_rule, read_rules
from ld_review.testing import Verdict, judge


@click.command("test")
@click.argument("named", nargs=-1, metavar="RULE...", shell_complete=rule_ids)
@decorated(
    click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True),
    click.option("--quiet", "-q", is_flag=True, help="Say nothing of what is right."),
    *CONFIGURATION,
)
def test(named: tuple[str, ...], color: str, quiet: bool, **options: Any) -> int:
    """Run the examples of rules: files, folders or ids; without any, of all rules there are.

    `reported`: flagged where the example says so. `missing`: not flagged. `noisy`: flagged where nothing was to be.
    """
    colored = wants_color(color, sys.stdout)
    failed, examples = 0, 0
    rules, errors = _rules(named, options)
    for error in errors:
        click.echo(f"{paint('unusable', 'error', colored)}  {error}", color=True)
    for rule in rules:
        verdicts = [judge(rule, example) for example in rule.examples]
        examples += len(verdicts)
        failed += sum(not verdict.good for verdict in verdicts)
        for line in _lines(rule, verdicts, quiet, colored):
            click.echo(line, color=True)
    if not quiet:
        click.echo(f"{counted(len(rules), 'rule')}, {counted(examples, 'example')}, {failed} not as promised")
    return 2 if errors else int(failed > 0)


def _lines(rule: Rule, verdicts: Sequence[Verdict], quiet: bool, color: bool) -> Iterator[str]:
    for number, verdict in enumerate(verdicts, 1):
        if verdict.good and quiet:
            continue
        word = paint(f"{verdict.word:<13}", "faint" if verdict.good else "error", color)
        yield f"{word} {rule.id} example {number}"
        if not verdict.good:
            yield from (f"    {harmless(line)}" for line in verdict.difference.split("\n"))


def _rules(named: Sequence[str], options: dict[str, Any]) -> tuple[list[Rule], list[RuleError]]:
    if not named:
        return list(all_rules(configured(options))), []
    rules: list[Rule] = []
    errors: list[RuleError] = []
    for name in named:
        try:
            found, wrong = _named(name, options)
            rules += found
            errors += wrong
        except RuleError as error:
            errors.append(error)
    return rules, errors


def _named(name: str, options: dict[str, Any]) -> tuple[Sequence[Rule], Sequence[RuleError]]:
    path = Path(name)
    if path.is_dir():
        return read_rules(path)
    if path.suffix in {".yaml", ".yml"}:
        if not path.exists():
            raise UsageError(f"no such rule file: {path}")
        return (read_rule(path),), ()
    return (known_rule(name, configured(options)),), ()
