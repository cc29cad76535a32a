"""Pages read as far as their outlines need it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import PurePath
from typing import NamedTuple

from ld_review.config import Config
from ld_review.discovery import Discovery
from ld_review.engine import read_page
from ld_review.files import UnreadableError, bounded, decoded, read_bytes
from ld_review.learning.outline import Outline, outline
from ld_review.learning.profile import Assigned
from ld_review.review import Failure, bug
from ld_review.source import Source


class OutlinedPage(NamedTuple):
    """A page with its outline."""

    source: Source
    profile: Assigned
    language: str
    """A BCP 47 tag; empty where it could not be told."""
    outline: Outline


def outline_pages(found: Discovery, config: Config) -> tuple[list[OutlinedPage], list[Failure]]:
    """What the pages that were found are made of, and what went wrong with them."""
    pages, failures = list[OutlinedPage](), [*config.failures, *found.failures]
    for path in found.pages:
        page, wrong = _outlined(path, partial(read_bytes, path), config)
        pages += [page] if page else []
        failures += wrong
    return pages, failures


def outline_bytes(data: bytes, path: str | PurePath, config: Config) -> tuple[list[OutlinedPage], list[Failure]]:
    """What one page is made of that came from elsewhere, such as stdin, under the name *path*."""
    page, wrong = _outlined(PurePath(path), lambda: bounded(data, len(data)), config)
    return [page] if page else [], [*config.failures, *wrong]


def _outlined(path: PurePath, read: Callable[[], bytes], config: Config) -> tuple[OutlinedPage | None, list[Failure]]:
    """What one page is made of, whatever happens on it."""
    made = None
    try:
        page, wrong = read_page(decoded(path, read()), config.settings_for(path))
        sections = outline(page.document, page.course)
        made = OutlinedPage(page.document.source, page.course.profile, page.language.code, sections)
    except UnreadableError as error:
        wrong = [Failure(str(error))]
    except Exception as error:
        wrong = [bug(error)]
    return made, [one._replace(message=f"{path}: {one.message}") for one in wrong]
