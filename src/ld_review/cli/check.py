"""``ld-review check``: review pages, write reports, mend what can be mended."""

from __future__ import annotations

import errno
import os
import sys
from codecs import getwriter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO, cast

import click

from ld_review.cli.completion import outputs as completed_outputs
from ld_review.cli.options import (
    BASELINE,
    CONFIGURATION,
    STDIN,
    STDIN_FILENAME,
    configured,
    decorated,
    refuse_mixed_stdin,
    stdin_name,
    with_baseline,
)
from ld_review.cli.processes import mapper_for
from ld_review.cli.shard import PARTS, SHARD, shard_of, write_shard
from ld_review.cli.terminal import ProgressBar, wants_color, width
from ld_review.errors import LdReviewError, UsageError, near
from ld_review.finding import Severity
from ld_review.reporters import FOR_PEOPLE, FORMATS, OF_A_FOLDER, OF_A_REPORT, OTHER_NAMES

if TYPE_CHECKING:
    from ld_review.config import Config
    from ld_review.parts import Parts
    from ld_review.past import Past
    from ld_review.review import Review
    from ld_review.runner import FixReview


class _Output(NamedTuple):
    """A report that goes to a file, or to a folder of files."""

    form: str
    path: Path
    folder: bool = False
    before: bool = False
    """Whether it is of the pages as they were."""

    def __str__(self) -> str:
        return f"--before {self.path}" if self.before else f"--output {self.form}={self.path}"


class _Format(click.Choice[str]):
    """One of the formats; an unknown one is answered with the likely right word."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        return super().get_invalid_choice_message(value, ctx) + _meant(str(value))


def _meant(form: str) -> str:
    """The format that was probably meant, as other tools name it or by its letters."""
    known = OTHER_NAMES.get(form.lower(), "")
    return f"; did you mean {known!r}?" if known else near(form, FORMATS)


_FAIL_ON = (*(severity.value for severity in Severity), "never")
_PATHS = click.argument("paths", nargs=-1, metavar="PATH...", type=click.Path())
_FIXES = (
    click.option("--fix", is_flag=True, help="Apply safe fixes, then report what is left."),
    click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also fixes that may change the meaning."),
    click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing."),
)
OPTIONS = (
    click.option(
        "--format",
        "form",
        type=_Format(FORMATS),
        default="text",
        envvar="LD_REVIEW_FORMAT",
        show_default=True,
        show_envvar=True,
        help="What to write to stdout.",
    ),
    click.option(
        "--output",
        "outputs",
        multiple=True,
        metavar="FORMAT=PATH",
        shell_complete=completed_outputs,
        help="Also write a report to a file; repeatable. `html=FOLDER/` writes an index and a file per page.",
    ),
    click.option(
        "--changed-since", metavar="REF", help="Only pages that are not as they were where this branch left REF."
    ),
    click.option("--changed-lines", is_flag=True, help="With --changed-since: only what the change itself brings."),
    click.option(
        "--before",
        metavar="FILE.json",
        help="With --changed-since: also write the review of the same pages as they were, for `ld-review compare`.",
    ),
    *BASELINE,
    click.option("--no-baseline", is_flag=True, help="Report also what the baseline knows."),
    click.option(
        "--link-base",
        metavar="URL",
        help="In `markdown` and `html`: link pages below this address, such as https://gitlab.com/a/b/-/blob/main; "
        "default: what GitLab's pipelines tell.",
    ),
    click.option("--fail-on", type=click.Choice(_FAIL_ON), help="Least severity that makes the exit status 1."),
    click.option("--exit-zero", is_flag=True, help="Exit with 0 even where there are findings."),
    click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out pages, as in .gitignore; repeatable."),
    click.option("--force-exclude", is_flag=True, help="Leave out excluded pages even where they are named."),
    click.option("--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Processes; default: one per core."),
    click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True),
    click.option("--quiet", "-q", is_flag=True, help="Findings only: no summary, no progress."),
    click.option("--verbose", "-v", is_flag=True, help="Every finding in full, and why its rule exists."),
    click.option("--statistics", is_flag=True, help="How often each rule found something, instead of the findings."),
    click.option("--check-external", is_flag=True, help="Also ask other hosts whether the pages linked to are there."),
    click.option("--no-cache", is_flag=True, help="Use nothing that is known from earlier runs."),
)


@click.command("check")
@decorated(_PATHS, *_FIXES, *OPTIONS, STDIN_FILENAME, SHARD, PARTS, *CONFIGURATION)
def check(paths: tuple[str, ...], **options: Any) -> int:
    """Review pages: files, folders, or `-` for stdin."""
    return review_and_report(paths, options | {"shard": shard_of(paths, options)})


def review_and_report(paths: Sequence[str], options: dict[str, Any], parts: Parts | None = None) -> int:
    """Review pages as the options say, where *parts* tell of some of them already."""
    outputs = _outputs(options["outputs"], options["before"])
    if OF_A_REPORT & {options["form"], *(one.form for one in outputs)}:
        options["link_base"] = link_base(options["link_base"])
    _refuse_contradictions(paths, options)
    config = configured(options, paths)
    if options["fail_on"]:
        config = replace(config, fail_on=None if options["fail_on"] == "never" else Severity(options["fail_on"]))
    if options["exclude"]:
        config = replace(config, exclude=(*config.exclude, *options["exclude"]))
    config = replace(config, check_external=options["check_external"])
    config = with_baseline(config, options)
    _prepare(outputs)
    if STDIN in paths:
        return _check_stdin(config, options, outputs)
    return _check_paths(paths, config, options, outputs, parts)


def _refuse_contradictions(paths: Sequence[str], options: dict[str, Any]) -> None:
    if not paths:
        raise UsageError("nothing to review: name files or folders, or `-` for stdin")
    refuse_mixed_stdin(paths, options)
    if options["unsafe_fixes"] and not (options["fix"] or options["diff"]):
        raise UsageError("--unsafe-fixes needs --fix or --diff")
    if options["baseline"] and options["no_baseline"]:
        raise UsageError("--baseline and --no-baseline exclude each other")
    _refuse_without_past(paths, options)


def _refuse_without_past(paths: Sequence[str], options: dict[str, Any]) -> None:
    if options["changed_lines"] and not options["changed_since"]:
        raise UsageError("--changed-lines needs --changed-since REF")
    if options["changed_lines"] and (options["fix"] or options["diff"]):
        raise UsageError("fixes are made on whole pages: leave out --changed-lines")
    if options["changed_since"] is not None and STDIN in paths:
        raise UsageError("--changed-since needs files: `-` (stdin) has no past")
    if options["before"] and not options["changed_since"]:
        raise UsageError("--before needs --changed-since REF")
    if options["before"] and (options["changed_lines"] or options["fix"] or options["diff"]):
        raise UsageError("--before is for whole pages as they are: leave out --changed-lines, --fix and --diff")


def _outputs(texts: Sequence[str], before: str | None = None) -> tuple[_Output, ...]:
    """The reports to write to files."""
    outputs: dict[str, _Output] = {}
    wanted = [_output(text) for text in texts]
    wanted += [_Output("json", Path(before), before=True)] if before else []
    for output in wanted:
        where = os.path.realpath(output.path)
        if where in outputs:
            raise UsageError(f"{output}: {outputs[where].form} goes to the same file")
        outputs[where] = output
    return tuple(outputs.values())


def _output(text: str) -> _Output:
    form, _, path = text.partition("=")
    if form not in FORMATS or not path:
        known = ", ".join(FORMATS)
        raise UsageError(f"--output {text}: expected FORMAT=PATH with a format of {known}{_meant(form)}")
    return _Output(form, Path(path), form in OF_A_FOLDER and _is_folder(path))


def _is_folder(path: str) -> bool:
    return path.endswith(("/", os.sep)) or os.path.isdir(path)  # noqa: PTH112 - a Path has no slash at its end


def _prepare(outputs: Iterable[_Output]) -> None:
    """Raises UsageError, before any work is done, where a report could not be written."""
    from ld_review.files import prepare_report  # noqa: PLC0415
    from ld_review.report_folder import prepare_folder  # noqa: PLC0415

    for output in outputs:
        try:
            (prepare_folder if output.folder else prepare_report)(output.path)
        except OSError as error:
            raise UsageError(f"{output}: cannot be written: {error.strerror or error}") from error


def _refuse_pages(outputs: Iterable[_Output], pages: Iterable[Path]) -> None:
    """Raises UsageError where a report would take the place of a page under review."""
    wanted = {os.path.realpath(one.path): one for one in outputs if one.path.exists()}
    for page in pages if wanted else ():
        if os.path.realpath(page) in wanted:
            raise UsageError(f"{wanted[os.path.realpath(page)]}: this is a page under review")


def _check_paths(
    paths: Sequence[str], config: Config, options: dict[str, Any], outputs: Sequence[_Output], parts: Parts | None
) -> int:
    from ld_review.past import touched  # noqa: PLC0415 - brings the whole engine
    from ld_review.runner import find_pages, fix_pages, review_change, review_pages  # noqa: PLC0415

    found = find_pages(paths, config, force_exclude=options["force_exclude"])
    _refuse_pages(outputs, found.pages)
    _hint_at_command(paths)
    past = _past(paths, config, options)
    found = touched(found, past) if past else found
    if options["shard"]:
        return write_shard(options["shard"], found, config, options)
    with mapper_for(len(found.pages), options["jobs"]) as mapper, ProgressBar(options["quiet"]) as bar:
        before = None
        if past and options["before"]:
            review, before = review_change(found, config, past, mapper, bar, parts=parts)
        elif not (options["fix"] or options["diff"]):
            review = review_pages(found, config, mapper, bar, past, parts=parts)
        else:
            unsafe, write = options["unsafe_fixes"], not options["diff"]
            result = fix_pages(found, config, mapper, bar, unsafe=unsafe, write=write, past=past)
            review = result.review
    if options["diff"]:
        return _show_diff(result, options)
    if options["fix"]:
        _say_fixed(result, options)
    return _report(review, options, outputs, config=config, before=before)


def _past(paths: Sequence[str], config: Config, options: dict[str, Any]) -> Past | None:
    """What the review is compared with, and a word about it."""
    if options["changed_since"] is None:
        return None
    from ld_review.past import read_past  # noqa: PLC0415 - runs git
    from ld_review.reporters.display import flat  # noqa: PLC0415
    from ld_review.reporters.text import counted  # noqa: PLC0415

    reference, lines, force = options["changed_since"], options["changed_lines"], options["force_exclude"]
    past = read_past(reference, paths, config, lines_only=lines, force_exclude=force)
    if not options["quiet"]:
        number = counted(len(past.pages), "page")
        click.echo(f"{number} changed since {flat(reference)} (compared with {past.changes.base[:10]})", err=True)
    return past


def _hint_at_command(paths: Sequence[str]) -> None:
    """A mistyped command is taken for a path, so say so."""
    from ld_review.cli import COMMANDS  # noqa: PLC0415 - which imports this module

    meant = near(paths[0], COMMANDS)
    if meant and not os.path.lexists(paths[0]):
        click.echo(f"{paths[0]} is no command{meant}", err=True)


def _check_stdin(config: Config, options: dict[str, Any], outputs: Sequence[_Output]) -> int:
    """Review, or fix, the text from stdin; a fixed text goes to stdout and the report to stderr."""
    from ld_review.files import encoded  # noqa: PLC0415
    from ld_review.runner import fix_bytes, review_bytes  # noqa: PLC0415

    data = sys.stdin.buffer.read()
    path = stdin_name(options)
    if not (options["fix"] or options["diff"]):
        return _report(review_bytes(data, path, config), options, outputs, config=config)
    result = fix_bytes(data, path, config, unsafe=options["unsafe_fixes"])
    if options["diff"]:
        return _show_diff(result, options)
    with _reader_may_leave():
        sys.stdout.buffer.write(encoded(result.fixed[0].after, data) if result.fixed else data)
        sys.stdout.flush()
    return _report(result.review, options, outputs, sys.stderr, config=config)


def _report(
    review: Review,
    options: dict[str, Any],
    outputs: Sequence[_Output],
    stream: TextIO | None = None,
    *,
    config: Config,
    before: Review | None = None,
) -> int:
    stream = stream or sys.stdout
    options = options | {"config": config}
    reviews = [(before if output.before and before else review, output) for output in outputs]
    unwritten = [trouble for one, output in reviews for trouble in _write(one, output, options)]
    color = wants_color(options["color"], stream)
    form = "statistics" if options["statistics"] else options["form"]
    if form not in FOR_PEOPLE and isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    with _reader_may_leave():
        _writer(form, stream, options, color=color)(review)
        stream.flush()
    looked_at_all = options["changed_since"] is None
    if looked_at_all and not review.pages and not review.failures and not options["quiet"]:
        click.echo("no pages found: all that was named is empty, ignored or excluded", err=True)
    if unwritten:
        raise LdReviewError("; ".join(unwritten))
    return 0 if options["exit_zero"] and review.exit_status == 1 else review.exit_status


def _write(review: Review, output: _Output, options: dict[str, Any]) -> Iterator[str]:
    """Write one report to its file; yields what kept it from being written."""
    from ld_review.files import report_file  # noqa: PLC0415

    try:
        if output.folder:
            _write_folder(review, output.path, options)
            return
        with report_file(output.path) as file:
            _writer(output.form, cast("TextIO", getwriter("utf-8")(file)), options, color=False)(review)
    except OSError as error:
        yield f"{output}: cannot be written: {error.strerror or error}"


def _write_folder(review: Review, folder: Path, options: dict[str, Any]) -> None:
    from ld_review.report.making import make_report  # noqa: PLC0415
    from ld_review.report_folder import write_folder  # noqa: PLC0415
    from ld_review.reporters.html_folder import documents  # noqa: PLC0415
    from ld_review.reporters.markdown import Links  # noqa: PLC0415

    report = make_report(review, options["config"], courses=True)
    write_folder(folder, documents(report, review, Links(options["link_base"] or "")))


@contextmanager
def _reader_may_leave() -> Iterator[None]:
    """A closed pipe cuts the report short, and changes nothing else: the exit status still tells what was found."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.EPIPE:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _writer(form: str, stream: TextIO, options: dict[str, Any], *, color: bool) -> Callable[[Review], None]:
    """The reporter for a format; each is imported only when it is asked for."""
    if form == "concise":
        from ld_review.reporters import concise  # noqa: PLC0415

        return lambda review: concise.write(review, stream, color=color)
    if form in {"text", "statistics"}:
        from ld_review.reporters import text  # noqa: PLC0415

        if form == "statistics":
            return lambda review: text.statistics(review, stream, color=color)
        look = text.Look(color, options["verbose"], not options["quiet"], width(stream))
        return lambda review: text.write(review, stream, look)
    if form in OF_A_REPORT:
        return _report_writer(form, stream, options)
    write = import_module(f"ld_review.reporters.{form}").write
    return lambda review: write(review, stream)


def _report_writer(form: str, stream: TextIO, options: dict[str, Any]) -> Callable[[Review], None]:
    """The writer of a format that is made of a report, for which the pages are read once more."""
    from ld_review.report.making import make_report  # noqa: PLC0415
    from ld_review.reporters.markdown import Links  # noqa: PLC0415

    reporter = import_module(f"ld_review.reporters.{form}")
    links, config = Links(options["link_base"] or ""), options["config"]
    if form == "html":
        return lambda review: reporter.write(make_report(review, config, courses=True), review, stream, links)
    return lambda review: reporter.write(make_report(review, config), stream, links)


def link_base(option: str | None) -> str:
    """The address below which places are linked: the option, else what GitLab's pipelines tell; empty for none.

    Raises UsageError where the option is no web address.
    """
    from ld_review.reporters.markdown import is_link_base  # noqa: PLC0415

    if option:
        if not is_link_base(option):
            raise UsageError(f"--link-base {option}: expected a web address such as https://gitlab.com/a/b/-/blob/main")
        return option
    source = os.environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")
    project = (source and os.environ.get("CI_MERGE_REQUEST_SOURCE_PROJECT_URL")) or os.environ.get("CI_PROJECT_URL")
    commit = source or os.environ.get("CI_COMMIT_SHA")
    told = f"{project}/-/blob/{commit}" if project and commit else ""
    return told if is_link_base(told) else ""


def _show_diff(result: FixReview, options: dict[str, Any]) -> int:
    """Show what would change; the status is 1 where anything would."""
    from ld_review.reporters.diff import write  # noqa: PLC0415

    with _reader_may_leave():
        write(result.fixed, sys.stdout, color=wants_color(options["color"], sys.stdout), raw=not sys.stdout.isatty())
        sys.stdout.flush()
    if not options["quiet"]:
        click.echo(_fixes(result, "would be made"), err=True)
    if result.review.failed:
        return 2
    return int(bool(result.fixed) and not options["exit_zero"])


def _say_fixed(result: FixReview, options: dict[str, Any]) -> None:
    if not options["quiet"]:
        click.echo(_fixes(result, "made"), err=True)


def _fixes(result: FixReview, what: str) -> str:
    from ld_review.reporters.display import flat  # noqa: PLC0415
    from ld_review.reporters.text import counted  # noqa: PLC0415

    number = sum(page.fixes for page in result.fixed)
    plural = "fix" if number == 1 else "fixes"
    notes = (f"{page.path}: {note}" for page in result.fixed for note in page.notes)
    return "\n".join((f"{number:,} {plural} {what} on {counted(len(result.fixed), 'page')}", *map(flat, notes)))
