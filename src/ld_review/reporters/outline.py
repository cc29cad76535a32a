"""The outline of a page: a tree for a terminal, or plain data for a program."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TextIO

from ld_review.learning import durations
from ld_review.learning.alignment import Coverage
from ld_review.learning.async_path import WAYS
from ld_review.learning.element import Element
from ld_review.learning.events.event import KIND as LIVE_EVENT
from ld_review.learning.outline import Outline, Part
from ld_review.learning.profile import Assigned
from ld_review.outlining import OutlinedPage
from ld_review.reporters.display import flat, harmless, paint
from ld_review.reporters.text import counted
from ld_review.source import Source, Span

_KIND_WIDTH = 18
_SHOWN = 60
_RECORDED = {"linked": "recorded", "promised": "to be recorded", "refused": "not recorded"}


def write_text(page: OutlinedPage, stream: TextIO, *, color: bool = False, skeletons: bool = False) -> None:
    """Write the tree of sections, the table of objectives and what is missing."""
    stream.writelines(f"{line}\n" for line in _lines(page, color, skeletons))


def write_json(pages: Sequence[OutlinedPage], stream: TextIO) -> None:
    """Write all pages as one JSON list."""
    json.dump([as_data(page) for page in pages], stream, ensure_ascii=False, indent=2)
    stream.write("\n")


def as_data(page: OutlinedPage) -> dict[str, Any]:
    """The outline as plain lists and dictionaries; lines count from 1."""
    outline, source = page.outline, page.source
    return {
        "path": source.path.as_posix(),
        "title": outline.title,
        "profile": {"name": page.profile.name, "declared": page.profile.declared, "reason": page.profile.reason},
        "language": page.language,
        "words": outline.times.words,
        "minutes": {
            "stated": outline.times.whole.minutes() if outline.times.whole else None,
            "parts": round(outline.times.parts_minutes, 1),
            "reading": round(outline.times.reading, 1),
            "watching": round(outline.times.watching, 1),
        },
        "sections": [_part_data(part, source) for part in outline.parts],
        "objectives": [_coverage_data(one, source) for one in outline.coverage],
        "async_path": [{"way": way.name, **_element_data(way.element, source)} for way in outline.ways],
        "missing": [
            {"element": kind.id, "demand": demand, "accepts": kind.accepts, "skeleton": kind.skeleton}
            for kind, demand in outline.missing
        ],
    }


def _part_data(part: Part, source: Source) -> dict[str, Any]:
    return {
        "title": part.title,
        "line": _line(part.span, source),
        "words": part.words,
        "minutes": part.minutes,
        "elements": [_element_data(element, source) for element in part.elements],
        "sections": [_part_data(inner, source) for inner in part.parts],
    }


def _element_data(element: Element, source: Source) -> dict[str, Any]:
    return {
        "kind": element.kind,
        "line": _line(element.span, source),
        "text": _quoted(element.span, source, 200),
        "reason": element.reason,
        "attributes": dict(element.attributes),
    }


def _coverage_data(one: Coverage, source: Source) -> dict[str, Any]:
    return {
        "text": _quoted(one.objective.span, source, 400),
        "line": _line(one.objective.span, source),
        "taught": round(one.taught, 2),
        "covered_by": [_element_data(element, source) for element in one.covered_by],
    }


def _lines(page: OutlinedPage, color: bool, skeletons: bool) -> Iterator[str]:
    outline = page.outline
    yield paint(f"{harmless(str(page.source.path))}: {flat(outline.title)}", "bold", color)
    yield _profile(page.profile)
    yield _times(outline)
    yield ""
    for part in outline.parts:
        yield from _part(part, page.source, color, 1)
    if outline.coverage:
        yield ""
        yield from _table(outline.coverage, page.source, color)
    if outline.events or outline.ways:
        yield ""
        yield from _ways(outline, page.source, color)
    if outline.missing:
        yield ""
        yield from _missing(page, color, skeletons)


def _profile(profile: Assigned) -> str:
    how = (
        f"declared by {profile.reason}" if profile.declared else f"inferred: {profile.reason or 'nothing tells of it'}"
    )
    return f"profile: {profile.name} ({flat(how)})"


def _times(outline: Outline) -> str:
    times = outline.times
    whole = times.whole.minutes() if times.whole else None
    parts = [f"{durations.said(whole)} stated" if whole else "no time stated for the whole"]
    if times.parts:
        parts.append(f"{durations.said(times.parts_minutes)} stated for its parts")
    parts.append(f"{times.words:,} words, {durations.said(times.reading)} to read")
    if times.watching:
        parts.append(f"{durations.said(times.watching)} to watch")
    return f"time: {', '.join(parts)}"


def _part(part: Part, source: Source, color: bool, depth: int) -> Iterator[str]:
    indent = "  " * depth
    minutes = f"  {durations.said(part.minutes)}" if part.minutes else ""
    line = paint(f"{_line(part.span, source):>5} ", "place", color)
    title = paint(flat(part.title), "bold", color) if part.title else "(before the first heading)"
    yield f"{line}{indent}{title}{minutes}"
    for element in part.elements:
        yield _element(element, source, color, depth + 1)
    for inner in part.parts:
        yield from _part(inner, source, color, depth + 1)


def _element(element: Element, source: Source, color: bool, depth: int) -> str:
    line = paint(f"{_line(element.span, source):>5} ", "place", color)
    kind = paint(f"{element.kind:<{_KIND_WIDTH}}", "suggestion", color)
    return f"{line}{'  ' * depth}{kind}{_quoted(element.span, source, _SHOWN)}{_note(element)}"


def _note(element: Element) -> str:
    if element.kind == LIVE_EVENT:
        return _event_note(element)
    if element.kind == "duration":
        minutes = element.minutes()
        return f"  = {durations.said(minutes)}" if minutes else ""
    if element.kind == "objective" and element.attributes.get("verb"):
        levels = element.attributes.get("levels")
        level = levels[0] if isinstance(levels, (list, tuple)) and levels else ""
        vague = element.attributes.get("opener") in {"vague", "masked"}
        return "  (not observable)" if vague else f"  ({level})" if level else ""
    return ""


def _event_note(element: Element) -> str:
    """When it is, whether it is recorded, and whether people must come."""
    said = element.attributes
    when = [
        *_texts(said, "dates")[:2],
        *_texts(said, "recurring"),
        *_texts(said, "times")[:2],
        *_texts(said, "zones")[:1],
    ]
    recorded = _RECORDED.get(str(said.get("recording")), "")
    told = ", ".join(filter(None, (" ".join(when), recorded, *_texts(said, "attendance"))))
    return f"  ({flat(told)})" if told else ""


def _texts(attributes: Mapping[str, object], name: str) -> list[str]:
    value = attributes.get(name)
    return list(map(str, value)) if isinstance(value, (list, tuple)) else [str(value)] if value else []


def _table(coverage: Sequence[Coverage], source: Source, color: bool) -> Iterator[str]:
    yield paint("objectives, and what practises or checks them (by shared words: a hint)", "bold", color)
    for one in coverage:
        yield f"{_line(one.objective.span, source):>5}   {_quoted(one.objective.span, source, 90)}"
        for element in one.covered_by[:3]:
            yield f"{_line(element.span, source):>9}   {element.kind}: {_quoted(element.span, source, _SHOWN)}"
        if not one.covered_by:
            yield f"{'':9}   {'nothing found' if one.words else 'cannot tell'}"


def _ways(outline: Outline, source: Source, color: bool) -> Iterator[str]:
    """What lets people learn without being there, a line for each way; the events stand in the tree above."""
    events = f"{counted(len(outline.events), 'live event')}; " if outline.events else ""
    yield paint(f"{events}what lets people learn without being there", "bold", color)
    for name in WAYS:
        shown = [way.element for way in outline.ways if way.name == name]
        if shown:
            more = f" and {len(shown) - 1} more" if len(shown) > 1 else ""
            yield f"{_line(shown[0].span, source):>5}   {name}: {_quoted(shown[0].span, source, _SHOWN)}{more}"
    if not outline.ways:
        yield f"{'':5}   nothing found"


def _missing(page: OutlinedPage, color: bool, skeletons: bool) -> Iterator[str]:
    yield paint(f"not found, though asked of a page of profile {page.profile.name}:", "bold", color)
    for kind, demand in page.outline.missing:
        yield f"  {kind.name} ({demand}): {flat(kind.accepts)}"
        if skeletons and kind.skeleton:
            yield from (f"      {line}".rstrip() for line in kind.skeleton.rstrip("\n").split("\n"))
    if not skeletons:
        yield "  --skeletons shows Markdown to paste and fill in"


def _line(span: Span, source: Source) -> int:
    return source.position(span.start).line


def _quoted(span: Span, source: Source, most: int) -> str:
    text = flat(" ".join(source[span].replace("**", "").replace("__", "").split()))
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
