"""The report on a handbook as a folder: an index, and a file for each page that has something to say."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple, TextIO

from ld_review.report.model import PageReport, Report
from ld_review.reporters.html import write_index, write_page
from ld_review.reporters.html_page import show_page
from ld_review.reporters.markdown import Links
from ld_review.review import PageReview, Review

INDEX = "index.html"
PAGES = "pages"
_HOME = f"../{INDEX}"
_LONGEST_NAME = 60


class Document(NamedTuple):
    """A file of the report."""

    name: str
    """From the folder of the report, with forward slashes."""
    write: Callable[[TextIO], None]


def documents(report: Report, review: Review, links: Links | None = None) -> Iterator[Document]:
    """The files of *report*, which was made of *review*: the index last, so that it leads to what is there."""
    links = links or Links()
    told = [
        (page, reviewed)
        for page, reviewed in zip(report.pages, review.pages, strict=True)
        if _has_something_to_say(page)
    ]
    files = {page.path: f"{PAGES}/{file_name(page.path)}" for page, _ in told}
    for page, reviewed in told:
        yield Document(files[page.path], partial(_write_page, report, page, reviewed, links))
    yield Document(INDEX, partial(_write_index, report, files))


def file_name(path: str) -> str:
    """A name for the file about a page that is safe on any system, the same in each run, and no other page's."""
    slug = re.sub(r"[^a-z0-9]+", "-", path.lower().removesuffix(".md"))[-_LONGEST_NAME:].strip("-")
    tail = hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{slug or 'page'}-{tail}.html"


def _has_something_to_say(page: PageReport) -> bool:
    return bool(page.groups or page.advice or page.content or page.not_assessed)


def _write_page(report: Report, page: PageReport, reviewed: PageReview, links: Links, stream: TextIO) -> None:
    write_page(report, show_page(page, reviewed, links), stream, home=_HOME)


def _write_index(report: Report, files: Mapping[str, str], stream: TextIO) -> None:
    write_index(report, files, stream)
