"""``ld-review init``: look at a repository, and write what it takes to have its pages reviewed."""

from __future__ import annotations

import os
import shlex
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ld_review.cli.options import decorated
from ld_review.cli.processes import mapper_for
from ld_review.cli.terminal import ProgressBar, wants_color
from ld_review.errors import LdReviewError, UsageError

if TYPE_CHECKING:
    from ld_review.config import Config
    from ld_review.start.plan import Change, Left, Plan
    from ld_review.start.proposal import Proposal
    from ld_review.start.sight import SeenPage, Sight

_NAMED = 10
"""How many pages are named."""
_ASKED = "write down the findings of today, so that only new ones are reported?"
_QUICK = 500
"""How many pages a first look takes at most."""


@click.command("init")
@decorated(
    click.argument("folder", metavar="[FOLDER]", default=".", type=click.Path(exists=True, file_okay=False)),
    click.option("--yes", "-y", is_flag=True, help="Ask nothing, and write what is shown."),
    click.option("--ci", is_flag=True, help="Also change the pipeline of GitLab, or add a workflow of GitHub."),
    click.option(
        "--baseline", is_flag=True, help="Also write down the findings of today: only new ones are reported then."
    ),
    click.option("--source", metavar="URL[@TAG]", help="The git repository that ld-review comes from."),
    click.option("--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Processes; default: one per core."),
    click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True),
)
def init(folder: str, yes: bool, **options: Any) -> int:
    """Set up the review of a handbook: look at FOLDER, show what to write, and write it when you agree.

    Writes .ld-review.yaml with what differs from the defaults, a hook for pre-commit and, with --ci, a pipeline; all at
    the top of the repository. Nothing that is there is overwritten, and a second run changes nothing. Without --yes
    each file is asked for, and where there is no terminal nothing is written.
    """
    from ld_review.start.origin import origin_of  # noqa: PLC0415 - brings the whole engine
    from ld_review.start.plan import Wish, plan  # noqa: PLC0415
    from ld_review.start.proposal import propose  # noqa: PLC0415

    wish, jobs = Wish(origin_of(options["source"]), options["ci"]), options["jobs"]
    sight = _look(Path(os.path.abspath(folder)), jobs)  # noqa: PTH100 - resolving links would lead elsewhere
    proposal = propose(sight)
    planned = plan(sight, proposal, wish)
    _refuse_unknown_source(planned, wish.ci, wish.origin.url)
    _echo(_told(sight, proposal))
    agreed = _agreed(planned, sight, yes, wants_color(options["color"], sys.stdout))
    for change in agreed:
        _write(change, sight.top)
    _echo(_left(planned.left))
    if agreed or planned.left:
        click.echo()
    return _glimpse(sight, _config(sight, planned, agreed), options, yes)


def _refuse_unknown_source(planned: Plan, ci: bool, url: str) -> None:
    from ld_review.start import pipeline  # noqa: PLC0415

    if ci and not url and any(str(left.path) == pipeline.GITLAB and left.snippet for left in planned.left):
        raise UsageError(
            "--ci: where the component lies is not known; name the repository of ld-review on your server with "
            "--source https://gitlab.example.com/your-group/ld-review"
        )


def _look(start: Path, jobs: int | None) -> Sight:
    from ld_review.config_file import load_config  # noqa: PLC0415
    from ld_review.layouts import repository_of  # noqa: PLC0415
    from ld_review.runner import find_pages, located  # noqa: PLC0415
    from ld_review.start.sight import look  # noqa: PLC0415

    config = located(load_config(start=start), [start])
    top = repository_of(start) or (config.site.top if config.site else start)
    pages = len(find_pages([start], config).pages)
    with mapper_for(pages, jobs) as mapper, ProgressBar() as bar:
        return look(start, top, config, mapper, bar)


def _echo(lines: Iterator[str]) -> None:
    for line in lines:
        click.echo(line)


def _told(sight: Sight, proposal: Proposal) -> Iterator[str]:
    """What was seen, in words."""
    from ld_review.reporters.display import flat  # noqa: PLC0415
    from ld_review.reporters.text import counted  # noqa: PLC0415

    yield f"{flat(_relative(sight.top))}: {_layout(sight)}"
    size = sum(page.size for page in sight.pages)
    languages = ", ".join(f"{code} {number:,}" for code, number in _languages(sight.pages))
    yield f"pages: {counted(len(sight.pages), 'page')}, {_size(size)}" + (f"; languages: {languages}" * bool(languages))
    if sight.outside:
        first = flat(sight.inside(sight.outside[0]))
        yield f"beside the site: {counted(len(sight.outside), 'page')}, such as {first}"
    unreadable = [page for page in sight.pages if not page.readable]
    if unreadable:
        yield f"unreadable: {counted(len(unreadable), 'page')}, such as {flat(sight.inside(unreadable[0]))}"
    hosts = (*sight.site.hosts, *(f"{host} (told by links)" for host in sight.hosts))
    if hosts:
        yield f"hosts: {', '.join(map(flat, hosts))}"
    yield from _learning(sight, proposal)
    yield ""


def _layout(sight: Sight) -> str:
    from ld_review.reporters.display import flat  # noqa: PLC0415

    names = {"hugo": "Hugo", "mkdocs": "MkDocs", "middleman": "Middleman", "docusaurus": "Docusaurus"}
    layout = sight.layout
    if sight.config.handbook.layout or sight.config.handbook.roots:
        return f"a handbook of {names.get(layout.name, 'plain pages')}, as the configuration says"
    if layout.name == "plain":
        return "plain pages; no site generator left its marks here"
    if sight.guess:
        return f"a handbook of {names[layout.name]}, probably: {flat(sight.guess.reason)}"
    return f"a handbook of {names[layout.name]}, told by {flat(layout.reason)}"


def _languages(pages: Sequence[SeenPage]) -> list[tuple[str, int]]:
    """How many pages are written in each language, the most frequent first; those too short to tell come last."""
    counts = Counter(page.language for page in pages)
    untold = counts.pop("", 0)
    return [*counts.most_common(), *([("not told", untold)] if untold and counts else [])]


def _size(number: int) -> str:
    if number >= 1e5:
        return f"{number / 1e6:,.1f} MB"
    return f"{number / 1e3:.1f} kB" if number >= 1e3 else f"{number} bytes"


def _learning(sight: Sight, proposal: Proposal) -> Iterator[str]:
    """Which pages are learning content, and which of them could say so."""
    from ld_review.reporters.display import flat  # noqa: PLC0415
    from ld_review.reporters.text import counted  # noqa: PLC0415

    pages = [page for page in sight.pages if page.entry.learning]
    if not pages:
        yield "learning content: none recognised"
        return
    kinds = Counter(page.profile.name for page in pages).most_common()
    declared = sum(page.profile.declared for page in pages)
    counts = ", ".join(f"{number:,} {name}" for name, number in kinds)
    yield f"learning content: {counted(len(pages), 'page')} ({counts}), {declared:,} of them declared"
    folders = tuple(f"{one.folder}/" for one in proposal.learning)
    could = [page for page in pages if _could_declare(page) and not sight.inside(page).startswith(folders or ("\0",))]
    if not could:
        return
    could.sort(key=lambda page: -page.profile.points)
    yield f"could declare it in their front matter, such as `ld_review: {{profile: {could[0].profile.name}}}`:"
    for page in could[:_NAMED]:
        yield f"  {page.profile.name:<13} {flat(sight.inside(page))}"
    if len(could) > _NAMED:
        yield f"  and {len(could) - _NAMED:,} more; `ld-review outline PATH` says what a page shows of it"


def _could_declare(page: SeenPage) -> bool:
    return page.profile.sure and not page.profile.declared


def _relative(path: Path) -> str:
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def _agreed(planned: Plan, sight: Sight, yes: bool, color: bool) -> tuple[Change, ...]:
    """The changes that are to be made: each is shown, then asked for."""
    from ld_review.reporters import diff  # noqa: PLC0415

    agreed = []
    for change in planned.changes:
        diff.write([change], sys.stdout, color=color, raw=False)
        if yes or (_may_ask() and click.confirm(f"write {change.path}?", default=True)):
            agreed.append(change)
        click.echo()
    if planned.changes and not yes and not _may_ask():
        click.echo("nothing was written: there is no terminal to ask on; --yes writes what is shown", err=True)
    return tuple(agreed)


def _may_ask() -> bool:
    return sys.stdin.isatty()


def _write(change: Change, top: Path) -> None:
    from ld_review.files import UnreadableError  # noqa: PLC0415

    try:
        change.write(top)
    except OSError as error:
        raise LdReviewError(f"{change.path}: cannot be written: {error.strerror or error}") from error
    except UnreadableError as error:
        raise LdReviewError(f"{change.path}: left as it is: {error}") from error
    click.echo(f"wrote {change.path}")


def _left(left: Sequence[Left]) -> Iterator[str]:
    from ld_review.reporters.display import flat, harmless  # noqa: PLC0415

    for one in left:
        yield f"{flat(str(one.path))}: {flat(one.why)}"
        yield from (f"    {harmless(line)}".rstrip() for line in one.snippet.splitlines())


def _glimpse(sight: Sight, config: Config, options: Mapping[str, Any], yes: bool) -> int:
    """Tell what a review finds with the configuration that there is now, or that there would be, and how to go on."""
    from ld_review.baseline import NAME  # noqa: PLC0415
    from ld_review.reporters.display import harmless  # noqa: PLC0415
    from ld_review.reporters.text import Look, summary  # noqa: PLC0415
    from ld_review.runner import find_pages, located, review_pages  # noqa: PLC0415
    from ld_review.start.plan import paths_to_review  # noqa: PLC0415

    if not sight.pages:
        click.echo("no pages found: all is empty, ignored or excluded", err=True)
        return 0
    named = [os.path.relpath(sight.top / path) for path in paths_to_review(sight)]
    config = located(config, named).with_baseline(NAME)
    found = find_pages(named, config)
    step = -(-len(found.pages) // _QUICK)
    some = f" at every {_ordinal(step)} of {len(found.pages):,} pages" if step > 1 else ""
    if step > 1:
        found = found._replace(pages=found.pages[::step], folders=False)
    with mapper_for(len(found.pages), options["jobs"]) as mapper, ProgressBar() as bar:
        review = review_pages(found, config, mapper, bar)
    click.echo(f"a first look{some}: {next(summary(review, Look()))}")
    shown = harmless(" ".join(shlex.quote(path) for path in named))
    status = 0
    if config.baseline is None and any(review.counts.values()):
        status = _offer_baseline(named, shown, options, yes)
    click.echo("go on with:")
    click.echo(f"  ld-review --format statistics {shown}    # which rules find most")
    click.echo(f"  ld-review {shown}    # each finding with its place and reason")
    return status


def _offer_baseline(named: Sequence[str], shown: str, options: Mapping[str, Any], yes: bool) -> int:
    """Write down the findings of today, where that is wanted."""
    from ld_review.cli.baseline import baseline  # noqa: PLC0415

    wanted = options["baseline"] if yes else _may_ask() and click.confirm(_ASKED, default=options["baseline"])
    if wanted:
        status: int = click.get_current_context().invoke(baseline, paths=tuple(named), jobs=options["jobs"])
        return status
    if yes or not _may_ask():
        click.echo(f"to be told of new findings alone: ld-review baseline {shown}")
    return 0


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")


def _config(sight: Sight, planned: Plan, agreed: Sequence[Change]) -> Config:
    """The configuration that counts after this run; where nobody was asked, the one that was shown."""
    from ld_review.config_file import config_of  # noqa: PLC0415
    from ld_review.start.proposal import NAME  # noqa: PLC0415

    shown = [change for change in planned.changes if str(change.path) == NAME]
    if shown and (not _may_ask() or shown[0] in agreed):
        return config_of(shown[0].after, sight.top / NAME)
    return sight.config
