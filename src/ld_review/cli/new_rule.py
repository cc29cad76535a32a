"""``ld-review new-rule``: a template for a rule file, which passes its own test where the check allows it."""

from __future__ import annotations

import textwrap
from pathlib import Path

import click

from ld_review.check_options import options_of
from ld_review.checks import CHECKS, check_class
from ld_review.errors import UsageError, near
from ld_review.late import late
from ld_review.rule import DIMENSIONS

_ID = late(r"[a-z0-9]+(?:-[a-z0-9]+)*")

SCHEMA = "rule.schema.json"
"""Where the schema for editors is looked for, in the folder of the rules."""

_TEMPLATE = """\
{schema}# The id of the rule is the name of this file, its dimension the name of the folder.
# Try it with: ld-review test {path}

# One line, on what is flagged (not on the cure).
summary: {summary}

# For the author who asks "says who?": the reason, in two or three sentences.
why: |
  Say here what goes wrong for the reader when this stands on a page.

# Where the standard can be read; at least one.
authority:
  - title: Name of the handbook page or study
    url: https://example.com/

severity: suggestion        # error, warning or suggestion
since: "0.1"                # the version in which the rule first appears

# Words in braces come from the check; {{match}} is what was found.
message: "{message}"

# language: en              # where the rule reads words: pages in other languages are skipped
# fix: unsafe               # safe (as the check says), unsafe (ask before), none
# off: too noisy by default # ships switched off, for this reason

check:
{check}

# <mark> says exactly what is flagged. `clean` is a near miss: what looks alike and is right.
examples:
{examples}
"""

_EXISTENCE = """\
  existence:
    terms:                  # plain words and phrases; for regular expressions see `patterns`
      - synergy effects"""

_EXISTENCE_EXAMPLES = """\
  - flagged: |
      We use <mark>synergy effects</mark> between teams.
  - clean: |
      The word `synergy effects` is code here, and code is not prose."""

_OTHER_EXAMPLES = """\
  - flagged: |
      Text with <mark>what is flagged</mark>.
  - clean: |
      Text that looks alike and is right."""


@click.command("new-rule")
@click.argument("rule_id", metavar="ID")
@click.option("--check", "kind", default="existence", show_default=True, help="The kind of check.")
@click.option("--dimension", default="handbook-first", show_default=True, help=f"One of {', '.join(DIMENSIONS)}.")
@click.option("--dir", "folder", default="rules", show_default=True, type=click.Path(file_okay=False, path_type=Path))
def new_rule(rule_id: str, kind: str, dimension: str, folder: Path) -> None:
    """Write a template for a rule of your own, with comments that say what goes where."""
    _refuse_wrong_names(rule_id, kind, dimension)
    path = folder / dimension / f"{rule_id}.yaml"
    text = template(path, rule_id, kind, has_schema=(folder / SCHEMA).is_file())
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} is there already; it was left as it is") from None
    click.echo(f"wrote {path}; edit it, then run: ld-review test {path}")


def template(path: Path, rule_id: str, kind: str, *, has_schema: bool = False) -> str:
    """The text of a rule file for a check of *kind*; an editor is told of the schema, where there is one."""
    plain = kind == "existence"
    return _TEMPLATE.format(
        schema=f"# yaml-language-server: $schema=../{SCHEMA}\n" if has_schema else "",
        path=path,
        summary=f"A page with {rule_id.replace('-', ' ')}",
        message="'{match}' says little; say what happens" if plain else f"{rule_id.replace('-', ' ')}",
        check=_check(kind),
        examples=_EXISTENCE_EXAMPLES if plain else _OTHER_EXAMPLES,
    )


def _refuse_wrong_names(rule_id: str, kind: str, dimension: str) -> None:
    if not _ID.fullmatch(rule_id):
        raise UsageError(f"{rule_id!r} cannot be the id of a rule: use lower-case words joined by hyphens")
    if rule_id in (*DIMENSIONS, "all"):
        raise UsageError(f"{rule_id!r} cannot be the id of a rule: it names a group of rules")
    if kind not in CHECKS:
        raise UsageError(f"no kind of check {kind!r}; there are {', '.join(CHECKS)}{near(kind, CHECKS)}")
    if dimension not in DIMENSIONS:
        raise UsageError(f"no dimension {dimension!r}; there are {', '.join(DIMENSIONS)}{near(dimension, DIMENSIONS)}")


def _check(kind: str) -> str:
    """The check, with each of its options as a comment."""
    lines = _EXISTENCE.split("\n") if kind == "existence" else [f"  {kind}:"]
    for option in options_of(check_class(kind)):
        if kind == "existence" and option.name == "terms":
            continue
        lines += textwrap.wrap(option.meaning, 100, initial_indent="    # ", subsequent_indent="    # ")
        lines.append(f"    # {option.name}: {option.default}".rstrip())
    return "\n".join(lines)
