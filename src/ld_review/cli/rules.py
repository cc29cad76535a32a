"""``ld-review rules`` and ``ld-review rule ID``: what is looked for, and on whose authority."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

import click

from ld_review.check_options import as_yaml, changed_options, options_of
from ld_review.cli.completion import rule_ids
from ld_review.cli.options import CONFIGURATION, advice_here, all_rules, configured, decorated, known_rule, rules_here
from ld_review.cli.terminal import wants_color, width
from ld_review.finding import Finding
from ld_review.reporters.display import excerpt, flat, harmless, paint
from ld_review.rule import DIMENSIONS, Example, Rule
from ld_review.source import Source, Span

_NARROW = 100
_FORMAT = click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
_COLOR = click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True)


@click.command("rules")
@decorated(_FORMAT, _COLOR, *CONFIGURATION)
def rules(form: str, color: str, **options: Any) -> None:
    """List the rules, and whether they are on here (✓)."""
    config = configured(options)
    every = all_rules(config)
    here = {rule.id: rule for rule in rules_here(config)}
    if form == "json":
        data = [_as_data(here.get(rule.id, rule), on=rule.id in here) for rule in every]
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    click.echo("\n".join(_listed(every, here, advice_here(config), wants_color(color, sys.stdout))), color=True)


@click.command("rule")
@click.argument("rule_id", metavar="ID", shell_complete=rule_ids)
@decorated(
    _FORMAT,
    _COLOR,
    click.option("--verbose", "-v", is_flag=True, help="Show all options, not only those that the rule sets."),
    *CONFIGURATION,
)
def rule(rule_id: str, form: str, color: str, verbose: bool, **options: Any) -> None:
    """Say what a rule asks for, why, on whose authority, and show its examples as they are marked."""
    config = configured(options)
    here = {one.id: one for one in rules_here(config)}
    found = here.get(rule_id) or known_rule(rule_id, config)
    if form == "json":
        click.echo(json.dumps(_as_data(found, on=rule_id in here, whole=True), ensure_ascii=False, indent=2))
        return
    click.echo("\n".join(_told(found, rule_id in here, wants_color(color, sys.stdout), verbose)), color=True)


def is_fixable(rule: Rule) -> bool:
    """Whether the rule can mend what it finds, as its examples show."""
    return rule.fixes and any(example.fixed is not None for example in rule.examples)


def _as_data(rule: Rule, *, on: bool, whole: bool = False) -> dict[str, Any]:
    data = {
        "id": rule.id,
        "dimension": rule.dimension,
        "severity": rule.severity.value,
        "on": on,
        "off": rule.off,
        "advice": rule.advice,
        "summary": rule.summary,
        "fixable": is_fixable(rule),
        "check": rule.kind,
        "language": rule.language,
        "since": rule.since,
        "origin": rule.origin,
        "authority": [one._asdict() for one in rule.authority],
    }
    if whole:
        data |= {"why": rule.why, "message": rule.message, "examples": [_example_data(one) for one in rule.examples]}
    return data


def _example_data(example: Example) -> dict[str, Any]:
    return {
        **example._asdict(),
        "handbook": dict(example.handbook),
        "before": dict(example.before),
        "today": example.today.isoformat(),
        "flagged": [{"start": start, "end": end} for start, end in example.flagged],
    }


def _listed(every: Sequence[Rule], here: Mapping[str, Rule], advice: frozenset[str], color: bool) -> Iterator[str]:
    longest = max((len(rule.id) for rule in every), default=0)
    for dimension in DIMENSIONS:
        members = sorted((rule for rule in every if rule.dimension == dimension), key=lambda rule: rule.id)
        if not members:
            continue
        yield paint(dimension, "bold", color)
        for rule in members:
            shown = here.get(rule.id, rule)
            mark = "✓" if rule.id in here else "?" if rule.id in advice else " "
            severity = paint(f"{shown.severity:<10}", shown.severity, color)
            fix = "fix" if is_fixable(shown) else "   "
            yield f"  {mark} {rule.id:<{longest}}  {severity}  {fix}  {flat(rule.summary)}"
        yield ""
    yield (
        f"{len(here)} of {len(every)} rules are on here (✓), {len(advice)} more are worth a look (?); "
        "`fix`: can be mended with --fix. More: ld-review rule ID"
    )


def _told(rule: Rule, on: bool, color: bool, verbose: bool) -> Iterator[str]:
    columns = min(width(sys.stdout), _NARROW)
    yield f"{paint(rule.id, 'bold', color)} · {rule.dimension} · {paint(rule.severity, rule.severity, color)}"
    yield from textwrap.wrap(flat(rule.summary), columns)
    yield ""
    yield from _paragraphs(rule.why, columns)
    yield ""
    yield f"{_state(rule, on)} {_fixing(rule)}"
    for title, url in rule.authority:
        yield f"Authority: {flat(title)} <{flat(url)}>"
    yield f"Check: {rule.kind}, since {flat(rule.since)}, from {harmless(rule.origin)}"
    yield from _options(rule, columns, color, verbose)
    yield from _examples(rule, columns, color)


def _paragraphs(text: str, columns: int) -> Iterator[str]:
    for number, paragraph in enumerate(text.strip().split("\n\n")):
        if number:
            yield ""
        yield from textwrap.wrap(flat(paragraph), columns)


def _state(rule: Rule, on: bool) -> str:
    if on:
        return "On here."
    reason = f": {flat(rule.off)}" if rule.off else ""
    advice = ", yet worth a look" if rule.advice else ""
    return f"Off here{advice}{reason}; `--select {rule.id}` puts it on."


def _fixing(rule: Rule) -> str:
    if not is_fixable(rule):
        return "It has no fix."
    return "It can be mended with --fix." if rule.safe else "It can be mended with --fix --unsafe-fixes."


def _options(rule: Rule, columns: int, color: bool, verbose: bool) -> Iterator[str]:
    """What the rule sets itself, or all that can be set."""
    changed = changed_options(rule.check)
    options = [option for option in options_of(type(rule.check)) if verbose or option.name in changed]
    if not options:
        return
    yield ""
    more = "" if verbose else "; -v shows all"
    yield paint("Options", "bold", color) + f" (to change in the configuration, under `options: {rule.id}:`{more})"
    for option in options:
        value = as_yaml(changed[option.name]) if option.name in changed else option.default
        yield from textwrap.wrap(
            f"{option.name}: {harmless(value)}", columns, initial_indent="  ", subsequent_indent="      ", max_lines=3
        )
        yield from textwrap.wrap(option.meaning, columns, initial_indent="      ", subsequent_indent="      ")


def _examples(rule: Rule, columns: int, color: bool) -> Iterator[str]:
    """The examples, marked by the engine itself and not by their own marks."""
    for example in rule.examples:
        findings = _found(rule, example)
        yield ""
        where = f", in {harmless(example.path)} ({example.layout})" if example.handbook else ""
        yield paint("Flagged" if example.flagged else "Clean", "bold", color) + where
        yield from _marked(Source(PurePath(example.path), example.text), findings, columns, color)
        others = [("beside", *page) for page in example.handbook] + [("before", *page) for page in example.before]
        for word, path, text in others:
            yield paint(f"  {word} {harmless(path)}", "faint", color)
            yield from (f"    {harmless(line)}".rstrip() for line in text.rstrip("\n").split("\n"))
        if example.fixed is not None:
            yield paint("  after the fix", "faint", color)
            yield from (f"    {harmless(line)}".rstrip() for line in example.fixed.rstrip("\n").split("\n"))


def _found(rule: Rule, example: Example) -> Sequence[Finding]:
    from ld_review.testing import review_example  # noqa: PLC0415 - brings the parser

    return review_example(rule, example, example.text).findings


def _marked(source: Source, findings: Sequence[Finding], columns: int, color: bool) -> Iterator[str]:
    last = len(source.line_starts) - source.text.endswith(("\n", "\r"))
    for number in range(1, last + 1):
        line = source.line(number)
        yield f"    {excerpt(source, Span(line.start, line.start), columns - 4).text}".rstrip()
        for finding in findings:
            if source.position(finding.span.start).line == number:
                marker = excerpt(source, finding.span, columns - 4).marker
                yield f"    {paint(marker, finding.severity, color)} {flat(finding.message)}"
