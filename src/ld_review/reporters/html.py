"""The report as one HTML file: readable without script, in light and dark, on paper; page text harmless.

Every word that is put into a template goes through ``harmless`` and is escaped, without a word of the template's. The
policy of the file lets nothing be loaded, and no script run but ours.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from ld_review.learning import durations
from ld_review.report.model import Report
from ld_review.reporters.display import harmless
from ld_review.reporters.html_index import make_index
from ld_review.reporters.html_page import ShownPage, show_page
from ld_review.reporters.markdown import DIMENSION_NAMES, Links, common_questions, page_names
from ld_review.reporters.markdown_text import is_web, shortened
from ld_review.review import Review
from ld_review.verdict import Outcome

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = "templates"
_OUTCOMES = {Outcome.NEEDS_CHANGES: "needs changes", Outcome.READY: "ready", Outcome.NOT_ASSESSED: "not assessed"}
_AT_A_TIME = 64 * 1024
_LONGEST_TITLE = 160


class _Words(NamedTuple):
    """What dimensions and verdicts are called."""

    dimensions: Mapping[str, str]
    outcomes: Mapping[str, str]


class _Look(NamedTuple):
    """Style and script, and the hashes by which the policy knows them."""

    style: str
    style_hash: str
    script: str
    script_hash: str


WORDS = _Words(DIMENSION_NAMES, {outcome.value: said for outcome, said in _OUTCOMES.items()})


def write(report: Report, review: Review, stream: TextIO, links: Links | None = None) -> None:
    """Write *report*, which was made of *review*, as one file; of a handbook only what stands in its index."""
    links = links or Links()
    if report.scope == "handbook":
        write_index(report, {}, stream)
    elif report.scope == "page":
        write_page(report, show_page(report.pages[0], review.pages[0], links), stream)
    else:
        _write_course(report, review, stream, links)


def write_page(report: Report, page: ShownPage, stream: TextIO, *, home: str = "") -> None:
    """Write a file about one page; *home* is the file about all of them."""
    title = shortened(page.report.title or page.report.path, _LONGEST_TITLE)
    failures = () if home else report.failures
    _render("page.html.j2", report, stream, title=title, page=page, home=home, failures=failures)


def write_index(report: Report, files: Mapping[str, str], stream: TextIO) -> None:
    """Write the file about all pages of a handbook; *files* are those about single pages, by the path of the page."""
    title = f"Content review of {len(report.pages):,} pages"
    _render("index.html.j2", report, stream, title=title, index=make_index(report, files), failures=report.failures)


def _write_course(report: Report, review: Review, stream: TextIO, links: Links) -> None:
    names, common = page_names(report.pages), common_questions(report.pages)
    pages = tuple(
        show_page(page, reviewed, links, number=number, name=names[page.path], common=common)
        for number, (page, reviewed) in enumerate(zip(report.pages, review.pages, strict=True), 1)
    )
    title = f"Content review of {len(pages):,} pages" if pages else "Content review of no pages"
    words = {"title": title, "pages": pages, "common": common, "verdicts": report.verdicts}
    _render("course.html.j2", report, stream, failures=report.failures, **words)


def _render(template: str, report: Report, stream: TextIO, **values: Any) -> None:
    common = {"look": _look(), "words": WORDS, "made": report.made, "not_assessed": report.not_assessed}
    stream.writelines(_joined(_environment().get_template(template).generate(**common, **values)))


def _joined(pieces: Iterator[str]) -> Iterator[str]:
    """The same text in fewer pieces."""
    held: list[str] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size > _AT_A_TIME:
            yield "".join(held)
            held.clear()
            size = 0
    yield "".join(held)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only a report in HTML needs it

    environment = Environment(
        loader=PackageLoader("ld_review.reporters", _TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters |= {"minutes": durations.said, "thousands": "{:,}".format, "web": is_web}
    return environment


def _shown(value: object) -> object:
    """What a template shows of a value; markup is the template's own."""
    if hasattr(value, "__html__"):
        return value
    return "\t".join(map(harmless, str(value).split("\t")))


@lru_cache(maxsize=1)
def _look() -> _Look:
    from markupsafe import Markup  # noqa: PLC0415 - comes with jinja2

    style, script = _bundled("report.css"), _bundled("report.js")
    return _Look(Markup(style), _hash(style), Markup(script), _hash(script))


def _bundled(name: str) -> str:
    return resources.files("ld_review.reporters").joinpath(_TEMPLATES, name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}"
