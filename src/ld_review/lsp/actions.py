"""Fixes and suppressions as code actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from lsprotocol.types import (
    CodeAction,
    CodeActionKind,
    Diagnostic,
    OptionalVersionedTextDocumentIdentifier,
    TextDocumentEdit,
    TextEdit,
    WorkspaceEdit,
)

from ld_review.finding import Edit, Finding, Fix
from ld_review.fixing import fitted
from ld_review.lsp.places import Places
from ld_review.lsp.silencing import ways
from ld_review.reporters.markdown_text import shortened
from ld_review.review import PageReview
from ld_review.source import Source, Span

FIX_ALL = "source.fixAll.ld-review"
KINDS: tuple[str, ...] = (CodeActionKind.QuickFix.value, FIX_ALL)
_MOST_SHOWN = 40
_MOST_SILENCED = 8
"""Each takes several parses of the page, and nobody reads a longer list."""
_MOST_COMPARED = 4_000
"""Lines above which a page is replaced whole."""


class Target(NamedTuple):
    """The page that is to be edited, as the client knows it."""

    uri: str
    version: int | None
    places: Places
    versioned: bool
    """Whether the client takes edits that hold for one version alone."""

    def edit(self, edits: Iterable[Edit]) -> WorkspaceEdit:
        """*edits*, which fit the text, for the client."""
        texts = [TextEdit(self.places.range(one.span), one.replacement) for one in edits]
        if not self.versioned:
            return WorkspaceEdit(changes={self.uri: texts})
        document = OptionalVersionedTextDocumentIdentifier(uri=self.uri, version=self.version)
        return WorkspaceEdit(document_changes=[TextDocumentEdit(document, list(texts))])


def wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether a client that asks for the kinds *only* wants actions of *kind*."""
    return not only or any(kind == one or kind.startswith(f"{one}.") for one in only if one)


def quick_fixes(
    target: Target, review: PageReview, around: Span, shown: Sequence[Diagnostic], heading_ids: str
) -> Iterator[CodeAction]:
    """What can be done about the findings that touch *around*: fixes first, the safe ones preferred."""
    touched = [finding for finding in review.findings if _touch(finding.span, around)]
    for finding in sorted(touched, key=lambda one: not (one.fix and one.fix.safe)):
        if finding.fix:
            yield CodeAction(
                _title(review.source, finding, finding.fix),
                kind=CodeActionKind.QuickFix,
                diagnostics=_about(finding, shown, target.places),
                is_preferred=finding.fix.safe or None,
                edit=target.edit(fitted(review.source.text, finding.fix.edits)),
            )
    for finding in touched[:_MOST_SILENCED]:
        for way in ways(review.source, finding, heading_ids):
            yield CodeAction(
                way.title,
                kind=CodeActionKind.QuickFix,
                diagnostics=_about(finding, shown, target.places),
                edit=target.edit([way.edit]),
            )


def changes(old: str, new: str) -> list[Edit]:
    """Edits of whole lines that make *new* of *old*, so that a cursor elsewhere stays where it is."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if max(len(before), len(after)) > _MOST_COMPARED:
        return [Edit(Span(0, len(old)), new)]
    starts = [0]
    for line in before:
        starts.append(starts[-1] + len(line))
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [
        Edit(Span(starts[first], starts[last]), "".join(after[left:right]))
        for tag, first, last, left, right in codes
        if tag != "equal"
    ]


def _touch(span: Span, around: Span) -> bool:
    return span.start <= around.end and around.start <= span.end


def _about(finding: Finding, shown: Sequence[Diagnostic], places: Places) -> list[Diagnostic] | None:
    """Those of the client's diagnostics that are this finding."""
    place = places.range(finding.span)
    return [one for one in shown if one.code == finding.rule and one.range == place] or None


def _title(source: Source, finding: Finding, fix: Fix) -> str:
    return _doing(source, finding, fix) + ("" if fix.safe else " (may change the meaning)")


def _doing(source: Source, finding: Finding, fix: Fix) -> str:
    if len(fix.edits) > 1:
        return f"Fix {finding.rule} at {len(fix.edits)} places"
    [(span, replacement)] = fix.edits
    old, new = shortened(source[span], _MOST_SHOWN), shortened(replacement, _MOST_SHOWN)
    if old and new:
        return f"Replace '{old}' with '{new}'"
    if old or new:
        return f"Delete '{old}'" if old else f"Insert '{new}'"
    return f"Fix {finding.rule}"
