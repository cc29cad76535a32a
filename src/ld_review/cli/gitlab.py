"""``ld-review gitlab``: the review on a merge request."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ld_review.cli.options import CONFIGURATION, STDIN, configured, decorated
from ld_review.errors import UsageError

if TYPE_CHECKING:
    from ld_review.comparison import Comparison
    from ld_review.gitlab.client import Client
    from ld_review.gitlab.summary import Told
    from ld_review.gitlab.target import Target
    from ld_review.gitlab.threads import Plan, Posted
    from ld_review.recorded import RecordedReview
    from ld_review.source import Source

MOST_THREADS = 20
MOST_CHARACTERS = 900_000
"""Of a report in a note; GitLab takes a million for the whole note."""


@click.group("gitlab")
def gitlab() -> None:
    """Post the review on a merge request of GitLab."""


@gitlab.command("comment")
@click.argument("paths", nargs=-1, metavar="REVIEW.json|PATH...", type=click.Path())
@decorated(
    click.option(
        "--baseline",
        metavar="OLD.json",
        type=click.Path(path_type=Path),
        help="The review of the target branch: the note then says what is new and what is resolved.",
    ),
    click.option(
        "--threads",
        is_flag=True,
        help="Also open threads at changed lines for what is new, with suggestions made of safe fixes.",
    ),
    click.option(
        "--max-threads",
        type=click.IntRange(min=1, max=200),
        default=MOST_THREADS,
        show_default=True,
        metavar="N",
        help="New threads in one run.",
    ),
    click.option("--dry-run", is_flag=True, help="Print what would be posted, and post nothing."),
    click.option("--name", default="review", show_default=True, help="Which note, where there are several."),
    click.option(
        "--report",
        metavar="FILE.md",
        type=click.Path(path_type=Path),
        help="A report in Markdown that ld-review wrote, to stand in the note in place of the list of findings.",
    ),
    click.option("--report-url", metavar="URL", help="Where the whole report is, for the note to link to."),
    click.option("--url", metavar="URL", help="The server; default: that of the pipeline."),
    click.option("--project", metavar="ID|PATH", help="The project; default: that of the pipeline."),
    click.option(
        "--merge-request", "iid", type=click.IntRange(min=1), metavar="IID", help="Default: that of the pipeline."
    ),
    *CONFIGURATION,
)
def comment(paths: tuple[str, ...], **options: Any) -> int:
    """Write the review into one note on a merge request, which later runs bring up to date.

    Takes a review that `--output json=PATH` wrote, or reviews the PATHs. The token comes from LD_REVIEW_GITLAB_TOKEN
    or GITLAB_TOKEN. Exit status: 0 posted, whatever was found; 2 it could not be posted.
    """
    from ld_review.comparison import compare  # noqa: PLC0415
    from ld_review.gitlab.summary import Told  # noqa: PLC0415
    from ld_review.gitlab.target import target_of  # noqa: PLC0415
    from ld_review.recorded import from_top, read_review  # noqa: PLC0415
    from ld_review.reporters.markdown_text import is_web  # noqa: PLC0415

    if not paths:
        raise UsageError("nothing to post: name a review that --output json=PATH wrote, or pages")
    if options["threads"] and not options["baseline"]:
        raise UsageError("--threads needs --baseline OLD.json, so that only what is new is said at lines")
    if options["report_url"] and not is_web(options["report_url"]):
        raise UsageError("--report-url is no web address")
    target = target_of(os.environ, options["url"], options["project"], options["iid"], options["name"])
    review, top = _review(paths, options)
    comparison = None
    if options["baseline"]:
        comparison = compare(from_top(read_review(options["baseline"]), Path.cwd(), top), review)
    told = Told(review, comparison, report_url=options["report_url"] or "", report=_report(options["report"]))
    return _show(told, target, top, options) if options["dry_run"] else _post(told, target, top, options)


def _review(paths: Sequence[str], options: dict[str, Any]) -> tuple[RecordedReview, Path]:
    """The review, with paths from the top of the repository, and where that is."""
    from ld_review.recorded import from_top, read_review, review_of  # noqa: PLC0415

    here = Path.cwd()
    if any(path.endswith(".json") for path in paths):
        if len(paths) > 1:
            raise UsageError("name one review, or pages, not both")
        from ld_review.layouts import repository_of  # noqa: PLC0415

        top = repository_of(here) or here
        return from_top(read_review(Path(paths[0])), here, top), top
    if STDIN in paths:
        raise UsageError("`-` (stdin) is no page of a merge request: name the files of the pages")
    from ld_review.reporters.json import as_data  # noqa: PLC0415
    from ld_review.runner import find_pages, review_pages  # noqa: PLC0415 - brings the whole engine

    config = configured(options, paths)
    review = review_pages(find_pages(paths, config), config)
    top = Path(review.top)
    return from_top(review_of(as_data(review)), here, top), top


def _report(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"--report {path}: cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}"
        ) from error
    if len(text) > MOST_CHARACTERS:
        raise UsageError(f"--report {path}: longer than the {MOST_CHARACTERS:,} characters that a note may have")
    return text


def _body(told: Told, target: Target) -> str:
    from ld_review.gitlab.note import body_of  # noqa: PLC0415
    from ld_review.gitlab.summary import summary  # noqa: PLC0415

    return body_of(target, summary(told, target), told.findings)


def _post(told: Told, target: Target, top: Path, options: dict[str, Any]) -> int:
    from ld_review.gitlab.client import Client  # noqa: PLC0415
    from ld_review.gitlab.note import notes_of, post_note  # noqa: PLC0415
    from ld_review.gitlab.target import token_of  # noqa: PLC0415
    from ld_review.gitlab.threads import post_threads, versions_of  # noqa: PLC0415

    with Client(target, token_of(os.environ)) as client:
        standing = notes_of(client)
        if not (standing or told.review.pages or told.review.failures):
            click.echo("note: none, since no page was reviewed")
            return 0
        before = standing[0].findings if standing else 0
        outcome = post_note(client, _body(told._replace(before=before), target))
        click.echo(f"note: {outcome.value}")
        if options["threads"] and told.comparison is not None:
            versions = versions_of(client)
            if not _is_stale(target, versions.head_sha):
                plan = _plan(client, told.comparison, top)
                _say(post_threads(client, plan, versions, told.review, options["max_threads"]), plan)
    return 0


def _is_stale(target: Target, head: str) -> bool:
    stale = bool(target.head) and not head.startswith(target.head)
    if stale:
        click.echo("threads: left to the pipeline of a later commit, which the merge request has by now")
    return stale


def _plan(client: Client, comparison: Comparison, top: Path) -> Plan:
    from ld_review.gitlab.changes import changed_files  # noqa: PLC0415
    from ld_review.gitlab.threads import files_of, plan  # noqa: PLC0415

    return plan(comparison, changed_files(files_of(client)), _reader(top))


def _reader(top: Path) -> Callable[[str], Source | None]:
    """Reads pages of the repository, and nothing outside of it."""
    from ld_review.source import Source  # noqa: PLC0415

    def read(path: str) -> Source | None:
        file = (top / path).resolve()
        try:
            return Source.from_bytes(Path(path), file.read_bytes()) if file.is_relative_to(top.resolve()) else None
        except (OSError, UnicodeDecodeError):
            return None

    return read


def _say(posted: Posted, plan: Plan) -> None:
    words = [f"{posted.opened} opened", f"{posted.known} there already", f"{posted.resolved} resolved"]
    words += [f"{posted.left} not opened, above --max-threads"] if posted.left else []
    words += [f"{posted.misplaced} at places that GitLab does not accept"] if posted.misplaced else []
    words += (
        [f"{posted.forbidden} not resolved, for which the token needs the role Developer"] if posted.forbidden else []
    )
    words += [f"{plan.elsewhere} new findings at lines that the diff does not show"] if plan.elsewhere else []
    click.echo(f"threads: {'; '.join(words)}")


def _show(told: Told, target: Target, top: Path, options: dict[str, Any]) -> int:
    """Print what would be posted. Only the diff, for threads, is asked of the server, and only with a token."""
    from ld_review.gitlab.client import Client  # noqa: PLC0415
    from ld_review.gitlab.target import token_of  # noqa: PLC0415

    sys.stdout.write(_body(told, target))
    if options["threads"] and told.comparison is not None:
        try:
            token = token_of(os.environ)
        except UsageError as error:
            click.echo(f"threads are not shown, since only the server knows the diff: {error}", err=True)
            return 0
        with Client(target, token) as client:
            plan = _plan(client, told.comparison, top)
        for thread in plan.threads[: options["max_threads"]]:
            click.echo(f"\n{thread.file.new_path}:{thread.line}\n{thread.body}", nl=False)
        _say_plan(plan)
    return 0


def _say_plan(plan: Plan) -> None:
    click.echo(
        f"{len(plan.threads)} threads, of which those that are there already are left out when posting; "
        f"{plan.elsewhere} new findings at lines that the diff does not show",
        err=True,
    )
