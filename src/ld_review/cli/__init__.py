"""The command: ``ld-review PATH...`` and its companions."""

from __future__ import annotations

import click

from ld_review import __version__
from ld_review.cli.group import CommandGroup

COMMANDS = {
    "check": ("check", "Review pages: the default, so that `ld-review docs` will do."),
    "init": ("init", "Set up the review of a handbook: configuration, hook, pipeline, baseline."),
    "baseline": ("baseline", "Write down the findings of today, so that only new ones are reported."),
    "merge": ("merge", "Review pages of which several machines looked at a shard each (`check --shard`)."),
    "outline": ("outline", "Show what pages are made of: their learning elements, times and objectives."),
    "schedule": ("schedule", "Show what is due when before a launch, and what the pages show as done."),
    "request": ("request", "Write the text of a request to the learning team, and say what it still lacks."),
    "compare": ("compare", "Compare two reviews: what is resolved, what is new, what remains."),
    "gitlab": ("gitlab", "Post the review on a merge request of GitLab."),
    "rules": ("rules", "List the rules, and whether they are on here."),
    "rule": ("rules", "Say what a rule asks for, why, and on whose authority."),
    "explain": ("explain", "Say which rules are on for a page, and what put them on."),
    "test": ("rule_test", "Run the examples of rules."),
    "new-rule": ("new_rule", "Write a template for a rule of your own."),
    "lsp": ("lsp", "Review pages while they are written: the language server for editors."),
    "json-schema": ("json_schema", "Print the JSON Schema of your files, for an editor, or of `--format json`."),
}


@click.group(
    cls=CommandGroup,
    commands_by_name=COMMANDS,
    default="check",
    no_args_is_help=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 clean, 1 findings, 2 something could not be used or reviewed. To review a file or folder "
    "that has the name of a command, write ./NAME.",
)
@click.version_option(__version__, message="ld-review %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """Review learning content written as handbook Markdown.

    Looks at three dimensions: handbook first, adult learning theory, bias for async. `ld-review PATH...` is
    `ld-review check PATH...`; `ld-review check --help` lists its options.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
