"""Find images that say nothing to those who cannot see them, or that another host shows or withholds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from ld_review.checks.base import Match
from ld_review.checks.phrases import Deadline, Phrase, optional
from ld_review.checks.structural import Structural
from ld_review.document import Document, Inline
from ld_review.hosts import address
from ld_review.late import late
from ld_review.page import Page, folded

_FILE_NAME = late(r"\S+\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?|avif)", re.IGNORECASE)
_SEPARATORS = late(r"[\s_-]+")


@dataclass(frozen=True, kw_only=True)
class Image(Structural):
    """Yield each image whose alternative text is missing or says nothing, or that stands elsewhere.

    Words: ``{text}``, ``{file}``, ``{host}``, ``{count}``.

    ``alt=""`` in HTML is how an author says that a picture is decoration, so it does not count; Markdown has no way to
    say that.
    """

    missing: bool = True
    """Whether an image with no alternative text counts."""
    file_name: bool = True
    """Whether an alternative text that is the name of the file counts."""
    elsewhere: bool = False
    """Whether an image that is loaded from another host counts."""
    unless: str = ""
    """A regular expression; an image in whose address it finds something does not count."""
    vague: tuple[str, ...] = ()
    """Alternative texts that say nothing, in any case."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.missing or self.file_name or self.vague or self.elsewhere):
            raise ValueError("option 'missing': ask for missing, file-name, elsewhere or some vague texts")
        _ = self._unless

    @cached_property
    def _unless(self) -> Phrase | None:
        return optional("unless", self.unless)

    @cached_property
    def _vague(self) -> frozenset[str]:
        return frozenset(map(folded, self.vague))

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.together(list(self.kept(page, self._all(page.document))))

    def _all(self, document: Document) -> Iterator[Match]:
        deadline = Deadline(len(document.source.text))
        for image in document.of("image"):
            if self._unless and deadline.search(self._unless, image.target):
                continue
            text = "" if image.text_span is None else document.source[image.text_span]
            if self._says_nothing(image, text.strip()):
                marked = image.text_span if text.strip() else image.span
                yield Match(marked or image.span, _words(image, text))
            elif self.elsewhere and "//" in image.target and address(image.target)[0]:
                yield Match(image.target_span or image.span, _words(image, text))

    def _says_nothing(self, image: Inline, text: str) -> bool:
        if not text:
            return self.missing and not _is_decoration(image)
        if folded(text) in self._vague:
            return True
        return self.file_name and _is_file_name(text, image.target)


def _words(image: Inline, text: str) -> dict[str, str]:
    return {"text": text, "file": _file(image.target), "host": address(image.target)[0]}


def _is_decoration(image: Inline) -> bool:
    return image.info == "html" and image.text_span is not None


def _is_file_name(text: str, target: str) -> bool:
    if _FILE_NAME.fullmatch(text):
        return True
    stem = PurePosixPath(_file(target)).stem.casefold()
    # A one-word name can be a good alternative text, such as that of a person or a product.
    return text.casefold() == stem and len(_SEPARATORS.split(stem)) > 1 and " " not in text


def _file(target: str) -> str:
    return target.partition("?")[0].rpartition("/")[2]
