"""``ld-review request``: the text of a request to the learning team, its gate and its schedule."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ld_review.cli.completion import models
from ld_review.cli.options import CONFIGURATION, configured, decorated
from ld_review.cli.process_options import (
    LAUNCH,
    OPEN,
    PROCESS_FOLDER,
    WEEKENDS,
    process_of,
    say_too_early,
    studied,
    wish_of,
)
from ld_review.errors import UsageError

if TYPE_CHECKING:
    from ld_review.process.book import ProcessBook
    from ld_review.process.model import Model, Question
    from ld_review.process.request import Answer, Request
    from ld_review.process.schedule import Schedule
    from ld_review.process.study import Study


@click.command("request")
@click.argument("name", required=False, metavar="[MODEL]", shell_complete=models)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@decorated(
    click.option("--list", "listed", is_flag=True, help="List the support models, and what each asks."),
    click.option("--source", is_flag=True, help="Print the file of the model, to begin one of your own."),
    click.option("--answer", "words", multiple=True, metavar="KEY=VALUE", help="Answer a question; repeatable."),
    click.option("--answers", "file", metavar="FILE", type=click.Path(path_type=Path), help="Answers in YAML."),
    click.option("--title", metavar="TEXT", help="What it is about; else the title of the pages."),
    click.option("--format", "form", type=click.Choice(("markdown", "json")), default="markdown", show_default=True),
    click.option("--quick-actions", is_flag=True, help="End with the quick actions of the model: labels, due date."),
    LAUNCH,
    OPEN,
    WEEKENDS,
    PROCESS_FOLDER,
    *CONFIGURATION,
)
def request(name: str | None, paths: tuple[str, ...], listed: bool, source: bool, **options: Any) -> int:
    """Write the text of a request to the learning team, ready to paste into an issue.

    It is filled in from the pages and their review. What nobody has answered is asked for on a terminal, and an error
    elsewhere. `--list` shows the models.

    Exit status: 0 ready to be opened, 1 something must be true of the pages first or the launch is too early, 2 a usage
    error or an open question.
    """
    if name is None and not listed:
        raise UsageError("name a support model; `ld-review request --list` shows them")
    config = configured(options, paths)
    book = process_of(config, options["process_folders"])
    if name is None or listed:
        return _list(book)
    model = book.model(name)
    return _print_source(model) if source else _write(model, book, studied(paths, config), options)


def _write(model: Model, book: ProcessBook, study: Study, options: dict[str, Any]) -> int:
    from ld_review.process import request_formats as formats  # noqa: PLC0415
    from ld_review.process.request import request as made_request  # noqa: PLC0415 - brings the whole engine

    answers = _complete(model, study, _given(model, book, options))
    schedule = _schedule(model, study, options)
    made = made_request(model, study, answers, schedule)
    for failure in study.failures:
        click.echo(f"failure: {failure}", err=True)
    write = formats.write_json if options["form"] == "json" else formats.write_markdown
    write(made, sys.stdout, quick_actions=options["quick_actions"])
    return _status(made)


def _given(model: Model, book: ProcessBook, options: dict[str, Any]) -> dict[str, Answer]:
    """What was answered in advance; the command line counts more than the file."""
    from ld_review.process.request import answers_of_file, answers_of_words  # noqa: PLC0415

    words = options["words"] + ((f"title={options['title']}",) if options["title"] else ())
    of_file = answers_of_file(options["file"], model, book) if options["file"] else {}
    return of_file | answers_of_words(words, model)


def _complete(model: Model, study: Study, given: dict[str, Answer]) -> dict[str, Answer]:
    """All answers: those of the pages, those that were given, and those that a person gives now.

    Raises UsageError, with all that is missing, where nobody can be asked.
    """
    from ld_review.process.request import Answer, answers_of_pages, unanswered  # noqa: PLC0415

    answers = answers_of_pages(model, study) | given
    missing = unanswered(model, study, answers)
    if missing and not _can_ask():
        lines = [f"  --answer {one.id}=...  {one.ask}" + (f" ({one.help})" if one.help else "") for one in missing]
        count = "1 question is" if len(missing) == 1 else f"{len(missing)} questions are"
        raise UsageError("\n".join((f"{count} not answered; answer here, or in a file with --answers:", *lines)))
    return answers | {question.id: Answer(_ask(question)) for question in missing}


def _can_ask() -> bool:
    return sys.stdin.isatty()


def _ask(question: Question) -> str:
    def checked(text: str) -> str:
        wrong = question.wrong(text)
        if wrong:
            raise click.UsageError(wrong)
        return text.strip()

    hint = f" ({question.help})" if question.help else ""
    answer: str = click.prompt(f"{question.ask}{hint}\n ", prompt_suffix="> ", value_proc=checked, err=True)
    return answer


def _schedule(model: Model, study: Study, options: dict[str, Any]) -> Schedule | None:
    from ld_review.process.schedule import schedule  # noqa: PLC0415

    if options["launch"] is None and options["opening"] is None:
        return None
    return schedule(model, wish_of(options), study if study.pages else None)


def _status(made: Request) -> int:
    from ld_review.process.conditions import State  # noqa: PLC0415
    from ld_review.process.schedule_formats import outcome_text  # noqa: PLC0415

    status = 0
    for condition, outcome in made.gate:
        if outcome.state is State.NOT_MET:
            click.echo(f"before it is opened: {outcome_text(condition, outcome)}", err=True)
            status = 1
    if made.schedule and made.schedule.earliest:
        say_too_early(made.schedule)
        status = 1
    return 2 if any(made.study.failures) else status


def _list(book: ProcessBook) -> int:
    for model in book.models.values():
        click.echo(f"{click.style(model.name, bold=True)}: {model.row}")
        click.echo(f"  {model.when}")
        click.echo(f"  pages: {model.profile or 'any'}; asks: {', '.join(question.id for question in model.asks)}")
    for error in book.errors.values():
        click.echo(f"failure: {error}", err=True)
    return 2 if book.errors else 0


def _print_source(model: Model) -> int:
    from ld_review.rulebook import text_of  # noqa: PLC0415

    click.echo(text_of(Path(model.origin)), nl=False)
    return 0
