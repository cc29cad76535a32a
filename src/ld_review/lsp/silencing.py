"""Comments that silence a finding, written where the page stays what it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ld_review import suppression
from ld_review.document import Document
from ld_review.finding import Edit, Finding
from ld_review.fixing import fitted
from ld_review.late import late
from ld_review.markdown import parse
from ld_review.source import Source, Span

PLACEHOLDER = "TODO: say why"
_LEAD = late(r"[ \t>]*")
_ABOUT_COMMENTS = (suppression.UNUSED, suppression.UNKNOWN, suppression.UNREASONED)


class Way(NamedTuple):
    """One way to silence a finding."""

    title: str
    edit: Edit


def ways(source: Source, finding: Finding, heading_ids: str) -> list[Way]:
    """The comments that would silence *finding* and change nothing else: no block, no heading id, no cell of a table.

    Where none fits on or above the line, as in front matter or code, there is one for the whole page.
    """
    if finding.rule in _ABOUT_COMMENTS:
        return []
    before = _shape(parse(source, heading_ids))
    line = source.position(finding.span.start).line
    found = []
    for title, edits in (
        ("on this line", _on_line(source, finding.rule, line)),
        ("with a comment above", _above(source, finding.rule, line)),
    ):
        fitting = (edit for edit in edits if _fits(source, edit, line, before, heading_ids))
        found += [Way(f"Silence {finding.rule} {title}", edit) for edit in [next(fitting, None)] if edit]
    return found or [Way(f"Silence {finding.rule} on the whole page", _at_end(source, finding.rule))]


def _comment(verb: str, rule: str) -> str:
    return f"<!-- ld-review-{verb} {rule} -- {PLACEHOLDER} -->"


def _on_line(source: Source, rule: str, line: int) -> Iterator[Edit]:
    """At the end of the line, before white space that may be a hard break, or in the last cell of a row."""
    start, end = source.line(line)
    end = start + len(source.text[start:end].rstrip())
    comment = _comment("disable-line", rule)
    yield Edit(Span(end, end), f" {comment}")
    if source.text[:end].endswith("|"):
        yield Edit(Span(end - 1, end - 1), f"{comment} ")


def _above(source: Source, rule: str, line: int) -> Iterator[Edit]:
    """On a line of its own, as far to the right as the line below it."""
    start, end = source.line(line)
    lead = _LEAD.match(source.text, start, end)
    comment = _comment("disable-next-line", rule)
    for before in dict.fromkeys((lead[0] if lead else "", "")):
        [edit] = fitted(source.text, [Edit(Span(start, start), f"{before}{comment}\n")])
        yield edit


def _at_end(source: Source, rule: str) -> Edit:
    end = len(source.text)
    gap = "\n" if source.text.endswith("\n") else "\n\n"
    [edit] = fitted(source.text, [Edit(Span(end, end), f"{gap}{_comment('disable-file', rule)}\n")])
    return edit


def _fits(source: Source, edit: Edit, line: int, before: object, heading_ids: str) -> bool:
    start = edit.span.start
    after = parse(Source(source.path, source.text[:start] + edit.replacement + source.text[start:]), heading_ids)
    wanted = line + edit.replacement.count("\n")
    written = range(start, start + len(edit.replacement))
    silences = any(one.line == wanted and one.span.start in written for one in suppression.read(after))
    return silences and _shape(after) == before


def _shape(document: Document) -> object:
    """What a page is made of, comments aside."""
    blocks = [(one.kind, one.level, one.info, one.id) for one in document.blocks if one.kind != "comment"]
    inlines = [(one.kind, one.target) for one in document.inlines if one.kind != "comment"]
    return blocks, inlines, [section.id for section in document.sections]
