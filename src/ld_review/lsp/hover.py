"""What a rule says for itself, over the place that it flags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lsprotocol.types import Hover, MarkupContent, MarkupKind

from ld_review.finding import Finding
from ld_review.lsp.places import Places
from ld_review.reporters.display import flat
from ld_review.reporters.markdown_text import code, inline, link
from ld_review.review import PageReview
from ld_review.rule import Rule

_MOST = 5


def hover(
    review: PageReview, rules: Mapping[str, Rule], offset: int, places: Places, *, markdown: bool = True
) -> Hover | None:
    """The reason and the authority of what is flagged at *offset*; None where nothing is."""
    here = [one for one in review.findings if one.span.start <= offset <= one.span.end][:_MOST]
    if not here:
        return None
    tell, rule_off = (_markdown, "\n\n---\n\n") if markdown else (_plain, "\n\n")
    text = rule_off.join("\n\n".join(tell(finding, rules.get(finding.rule))) for finding in here)
    kind = MarkupKind.Markdown if markdown else MarkupKind.PlainText
    return Hover(MarkupContent(kind, text), places.range(here[0].span))


def _markdown(finding: Finding, rule: Rule | None) -> Iterator[str]:
    yield f"**{finding.rule}** · {f'{rule.dimension} · ' if rule else ''}{finding.severity}"
    yield inline(finding.message)
    if rule:
        yield from (inline(paragraph) for paragraph in _paragraphs(rule))
        yield "\n".join(f"- {link(one.title, one.url)}" for one in rule.authority)
        yield f"More: {code(f'ld-review rule {rule.id}')}"


def _plain(finding: Finding, rule: Rule | None) -> Iterator[str]:
    yield f"{finding.rule} ({f'{rule.dimension}, ' if rule else ''}{finding.severity})"
    yield flat(finding.message)
    if rule:
        yield from (flat(paragraph) for paragraph in _paragraphs(rule))
        yield "\n".join(f"{flat(one.title)} <{flat(one.url)}>" for one in rule.authority)
        yield f"More: ld-review rule {rule.id}"


def _paragraphs(rule: Rule) -> list[str]:
    return [paragraph for paragraph in rule.why.split("\n\n") if paragraph.strip()]
