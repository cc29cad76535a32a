"""Pages on which each of a few words is a finding, so that a test knows what is on them without any rule."""

from __future__ import annotations

import re
from pathlib import Path, PurePath

from ld_review.baseline import Baseline, read_baseline, updated, write_baseline
from ld_review.finding import Finding, Severity
from ld_review.fingerprint import fingerprints
from ld_review.handbook.facts import sections_of
from ld_review.markdown import parse
from ld_review.review import PageReview
from ld_review.source import Source, Span

RULES = frozenset({"vague", "long"})


def page(path: Path | str, text: str) -> PageReview:
    """A page on which each ``vague`` and each ``long``, with what hangs on it, is a finding."""
    document = parse(Source(PurePath(path), text))
    found = tuple(
        Finding(match[1].lower(), Span(*match.span()), "", Severity.WARNING)
        for match in re.finditer("(?i)(vague|long)[0-9]*", text)
    )
    prints = fingerprints(document.source, sections_of(document), found)
    return PageReview(document.source, found, fingerprints=prints, judged=RULES)


def baseline_of(folder: Path, *pages: PageReview) -> Baseline:
    """The baseline of these pages, as it is read from its file."""
    for one in pages:
        Path(one.path).parent.mkdir(parents=True, exist_ok=True)
        Path(one.path).write_text(one.source.text)
    done = updated(Baseline(folder / ".ld-review-baseline.json", {}), pages, add=True, in_scope=lambda _: True)
    write_baseline(done.baseline)
    return read_baseline(done.baseline.file)
