"""What a page is made of: from its labels and sentences to learning elements, each with its reason.

Two passes. What names itself (a container, a key, a title with a strong word) is an element anywhere. Only where that,
or the page's profile, shows that the page is learning content do weaker words count, and sentences and links.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ld_review.document import Block, Document
from ld_review.late import late
from ld_review.learning import durations
from ld_review.learning.element import STEPS, Element
from ld_review.learning.labels import (
    CONTAINER,
    CONTENTS,
    FRONT_MATTER,
    HEADING,
    LABEL,
    LEAD_IN,
    TITLE,
    Label,
    Outline,
    labels,
)
from ld_review.learning.objectives import Objective
from ld_review.learning.vocabulary import STRONG, Cue, Vocabulary
from ld_review.learning.wording import Wording
from ld_review.source import Span, Spans

TELLING = frozenset({"objective", "practice", "knowledge-check"})
"""One element of these kinds shows that a page is learning content (pedagogy measured on 547 ordinary pages: 2.4 %)."""

_VERB_LED = 0.6
"""From which share of items that begin with a verb a list under a weak label holds objectives."""
_VERB_LED_AMONG_OTHERS = 0.0
"""The same where something else on the page already tells of learning: some authors list topics as objectives."""
_EARLY = 1 / 3
_SIGNS = 2
_MOST_ITEMS = 60
_MOST_COLUMNS = 30
_COLON = (":", "\uff1a")
_LONGEST_LABEL = 6
_LONGEST_OBJECTIVE_WORDS = 60
_SENTENCE_END = late(r"(?<=[.!?])[\"')\]]*\s+(?=\S)|\n\s*\n")
_ABLE_TO = late(r"\b(?:be )?able to[\s:]+|\byou(?:'|\u2019)?ll learn (?:how )?(?:to )?[\s:]*", re.IGNORECASE)
_SIMPLE_ITEM = late(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(?P<text>\S.*)")
_LIASCRIPT = late(r"^[ \t]*\[(?:\[[^\[\]\n]{0,80}\]|\([ xX]\))\][ \t]?", re.MULTILINE)
_FRAME = late(
    r"\b(?:(?:this|previous|last|next|earlier|preceding) (?:unit|exercise|lab|hands-on(?: \w+)?|module)s?\b"
    r"|lab (?:environment|steps|instructions)\b)"
)
"""How a lesson speaks of itself."""
_QUESTION = late(r"\?\W*\Z|^\W*questions?\b", re.IGNORECASE)
_NOTHING_NEEDED = frozenset({"none", "no", "n/a", "nothing", "not needed", "none needed", "none required", "-"})
_FEWEST_STEPS = 3
_FEWEST_COMMANDS = 2
_BUSINESS = late(
    r"\b(?:revenue|okrs?|kpis?|kr\d?|arr|churn|q[1-4]|fy\d\d|quarter|attrition|headcount|slas?)\b|\d ?%",
    re.IGNORECASE,
)


class VerbTable(Protocol):
    """What is asked about verbs."""

    def take_apart(self, text: str) -> Objective:
        """An objective taken apart."""
        ...

    def starts_with_verb(self, text: str) -> bool:
        """Whether a text begins as an objective does."""
        ...


@dataclass(frozen=True)
class Ground:
    """What recognition looks at."""

    outline: Outline
    vocabulary: Vocabulary
    verbs: VerbTable
    wording: Wording

    @property
    def document(self) -> Document:
        """The page."""
        return self.outline.document


class _Found(list[Element]):
    """The elements found so far; of those of one kind that begin at one place the first stays."""

    def __init__(self) -> None:
        super().__init__()
        self._places: set[tuple[str, int]] = set()

    def add(self, element: Element) -> None:
        place = (element.kind, element.span.start)
        if place not in self._places:
            self._places.add(place)
            self.append(element)

    def tells(self) -> bool:
        """Whether any of them shows that the page is learning content."""
        return any(element.kind in TELLING for element in self)


class _Said:
    """Where a title, label or list says already what a sentence or link in it would only say again."""

    def __init__(self, found: Iterable[Element]) -> None:
        bodies: dict[str, list[Span]] = {}
        for element in found:
            bodies.setdefault(element.kind, []).append(element.body)
        self._bodies = {kind: Spans(spans) for kind, spans in bodies.items()}

    def holds(self, element: Element) -> bool:
        """Whether an element of the same kind, or an objective, holds this one."""
        kinds = (element.kind, "objective")
        return any(kind in self._bodies and self._bodies[kind].around(element.span) for kind in kinds)


def elements_of(
    document: Document, vocabulary: Vocabulary, verbs: VerbTable, wording: Wording, is_learning: bool = False
) -> tuple[Element, ...]:
    """The learning elements of a page, in order of place.

    *is_learning* says that the page is known to be learning content, by its profile or path.
    """
    ground = Ground(Outline(document), vocabulary, verbs, wording)
    found = _Found()
    weak: list[tuple[Label, Cue]] = []
    for label in labels(ground.outline):
        for cue in _cues(label, vocabulary):
            if cue.strength == STRONG or _names_page(ground, label, cue):
                _add_all(found, ground, label, cue)
            else:
                weak.append((label, cue))
    for element in (*_quizzes(ground), *_guided_steps(ground)):
        found.add(element)
    if is_learning or _is_learning(ground, found, weak):
        _add_weak(found, ground, weak)
    return tuple(sorted(found, key=lambda element: (element.span, element.kind)))


def _is_learning(ground: Ground, found: _Found, weak: Sequence[tuple[Label, Cue]]) -> bool:
    """Whether what names itself shows learning content: one telling element, or two of other kinds.

    A list under "Objectives" that reads like objectives counts as one of the two.
    """
    if found.tells() or ground.wording.addresses_learners:
        return True
    signs = {element.kind for element in found}
    share = _VERB_LED_AMONG_OTHERS if signs else _VERB_LED
    objectives = ((label, cue, _objective_spans(ground, label, cue)) for label, cue in weak if cue.kind == "objective")
    if any(_reads_as_objectives(ground, label, cue, spans, share) for label, cue, spans in objectives):
        signs.add("objective")
    return len(signs) >= _SIGNS


def _names_page(ground: Ground, label: Label, cue: Cue) -> bool:
    """Whether a title calls the whole page a summary: it is one, whatever the page is a part of."""
    if cue.kind != "summary":
        return False
    document = ground.document
    return label.source == TITLE or (label.source == HEADING and document.blocks[label.block].level == 1)


def _cues(label: Label, vocabulary: Vocabulary) -> Iterable[Cue]:
    if label.source == FRONT_MATTER:
        return (*vocabulary.in_key(label.text), *_in_text_of_key(label, vocabulary))
    if label.source == LEAD_IN:
        return vocabulary.in_lead_in(label.text)
    if label.source == CONTENTS:
        # A slug has lost its colon: "3-exercise-count-words".
        first, _, rest = label.text.partition(" ")
        return (*vocabulary.in_title(label.text), *vocabulary.in_title(f"{first}: {rest}"))
    if label.source == CONTAINER:
        return (*vocabulary.in_container(label.text), *(vocabulary.in_title(label.title) if label.title else ()))
    return vocabulary.in_title(label.text)


def _in_text_of_key(label: Label, vocabulary: Vocabulary) -> Iterator[Cue]:
    """What a text in front matter leads in to: ``abstract: |`` with "In this module, you will:" and a list."""
    if isinstance(label.value, str) and "\n" in label.value:
        before = label.value.partition("\n")[0]
        yield from (cue for cue in vocabulary.in_lead_in(before) if cue.kind == "objective")


def _add_all(found: _Found, ground: Ground, label: Label, cue: Cue) -> None:
    for element in _HANDLERS.get(cue.kind, _plain)(ground, label, cue):
        found.add(element)


def _add_weak(found: _Found, ground: Ground, weak: Sequence[tuple[Label, Cue]]) -> None:
    for label, cue in weak:
        _add_all(found, ground, label, cue)
    said = _Said(found)
    for element in (*_from_sentences(ground), *_from_links(ground)):
        if not said.holds(element):
            found.add(element)
    for element in (*_media(ground), *_durations_in_titles(ground), *_durations_in_parentheses(ground)):
        found.add(element)
    for element in _by_solution(ground, found):
        found.add(element)


# --- what a label makes -----------------------------------------------------------------------------------------------


def _reason(label: Label, cue: Cue) -> str:
    if label.source == CONTAINER:
        return f"the container {label.text!r}"
    if label.source == FRONT_MATTER:
        return f"the front matter key {label.text!r}"
    return f"the {label.source} {' '.join(label.text.split())[:80]!r}"


def _plain(ground: Ground, label: Label, cue: Cue) -> Iterator[Element]:
    """One element for one label, where the label has anything to say."""
    if label.source == FRONT_MATTER:
        if str(label.value).strip().lower() in _NOTHING_NEEDED and cue.kind == "prerequisite":
            yield Element("no-prerequisite", label.span, label.span, _reason(label, cue), cue.name)
        elif label.value not in (None, "", [], False, 0):
            yield Element(cue.kind, label.span, label.span, _reason(label, cue), cue.name)
    elif label.source in (HEADING, LABEL) and not _says_anything(ground, label):
        return
    else:
        stated = ground.outline.words(label.body).lower().strip(" .*-")
        none = cue.kind == "prerequisite" and stated.removeprefix(label.text.lower()).strip(" .:*-") in _NOTHING_NEEDED
        kind = "no-prerequisite" if none else cue.kind
        yield Element(kind, label.span, label.body, _reason(label, cue), cue.name)


def _says_anything(ground: Ground, label: Label) -> bool:
    return bool(ground.document.source[label.body].replace("-", "").strip()) or label.rest is not None


def _objectives(ground: Ground, label: Label, cue: Cue) -> Iterator[Element]:
    spans = _objective_spans(ground, label, cue)
    share = _VERB_LED if cue.strength == STRONG else _VERB_LED_AMONG_OTHERS
    if label.source not in (FRONT_MATTER, CONTAINER) and not _reads_as_objectives(ground, label, cue, spans, share):
        return
    for span in spans[:_MOST_ITEMS]:
        yield Element("objective", span, span, _reason(label, cue), cue.name, _promise(ground, span))


def _promise(ground: Ground, span: Span) -> dict[str, object]:
    """What an objective promises: its verb, the levels of it, and whether that can be observed."""
    text = ground.document.view("prose")[span.start : span.end]
    apart = ground.verbs.take_apart(text if text.strip() else ground.document.source[span])
    return {"verb": apart.verb, "opener": apart.opener.value, "levels": list(apart.levels)}


def _reads_as_objectives(
    ground: Ground, label: Label, cue: Cue, spans: Sequence[Span], share: float = _VERB_LED
) -> bool:
    """Whether the items under a label that others use too are objectives: most begin with a verb, none is business."""
    if not spans:
        return False
    texts = [ground.document.view("prose")[span.start : span.end] for span in spans]
    led = sum(map(ground.verbs.starts_with_verb, texts)) / len(texts)
    if cue.strength == STRONG and label.source != LEAD_IN:
        return True
    if any(len(text.split()) > _LONGEST_OBJECTIVE_WORDS for text in texts):
        return False
    if cue.strength == STRONG:
        return led >= _VERB_LED / 2
    early = label.span.start <= len(ground.document.source.text) * _EARLY
    return early and led >= share and not any(map(_BUSINESS.search, texts))


def _objective_spans(ground: Ground, label: Label, cue: Cue) -> list[Span]:
    if label.source == FRONT_MATTER:
        return _front_matter_items(ground.document, label)
    if label.source == LEAD_IN:
        return _items_of(ground, label.block)
    if cue.strength != STRONG:
        return _listed(ground, label, whole=False)
    return _listed(ground, label) or _tabled(ground, label) or _in_prose(ground, label) or _on_its_line(ground, label)


def _front_matter_items(document: Document, label: Label) -> list[Span]:
    value = label.value
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        spans = document.front_matter.spans
        key = next((key for key, span in spans.items() if span == label.span), "")
        items = [spans[f"{key}.{number}"] for number in range(len(value)) if f"{key}.{number}" in spans]
        return items or _found_in(document, label.span, value[:_MOST_ITEMS]) or ([label.span] if value else [])
    if isinstance(value, str) and value.strip():
        return _simple_items(document, label.span) or [label.span]
    return []


def _found_in(document: Document, span: Span, values: Iterable[object]) -> list[Span]:
    """Where texts stand in a span, one behind the other."""
    found, start = list[Span](), span.start
    for value in values:
        at = document.source.text.find(value, start, span.end) if isinstance(value, str) and value else -1
        if at >= 0:
            start = at + len(str(value))
            found.append(Span(at, start))
    return found


def _simple_items(document: Document, span: Span) -> list[Span]:
    """The items of a list in text that is no parsed Markdown: in front matter, in a fence of code."""
    found = []
    for line in re.finditer(r"[^\n]+", document.source.text[span.start : span.end]):
        match = _SIMPLE_ITEM.match(line[0])
        if match:
            start = span.start + line.start() + match.start("text")
            found.append(Span(start, start + len(match["text"].rstrip())))
    return found


def _on_its_line(ground: Ground, label: Label) -> list[Span]:
    """``**You will be able to:** trace a request``: what follows the label, where it begins as an objective does."""
    if label.rest is None:
        return []
    view = ground.document.view("prose")
    text = view[label.rest.start : label.rest.end]
    start = label.rest.start + len(text) - len(text.lstrip(" \t:*_"))
    begins = ground.verbs.starts_with_verb(view[start : label.rest.end])
    return [Span(start, label.rest.end)] if begins else []


def _listed(ground: Ground, label: Label, whole: bool = True) -> list[Span]:
    """The items of the lists under a label, up to the next heading where any stand before it, or unless *whole*."""
    document, blocks = ground.document, ground.document.blocks
    found: list[Span] = []
    for number in range(max(label.block, 0), len(blocks)):
        block = blocks[number]
        if block.span.start >= label.body.end:
            break
        if block.span.start < label.body.start and number != label.block:
            continue
        own = number == label.block
        if (block.kind == "code" and (own or label.source == CONTAINER)) or (block.kind == "paragraph" and own):
            found += _simple_items(document, block.span) if label.source == CONTAINER or block.kind == "code" else []
        if block.kind == "heading" and number > label.block and (found or not whole or label.source != HEADING):
            break
        if block.kind == "heading" and number > label.block and _names_another(ground, number):
            break
        if found and block.kind == "paragraph" and _begins_another(ground, number):
            break
        if block.kind == "list" and not document.inside(block, "item"):
            found += _items_of(ground, number)
    return found


def _begins_another(ground: Ground, number: int) -> bool:
    """Whether a paragraph behind the first list is a label for other things: "Resources:"."""
    block = ground.document.blocks[number]
    if block.parent >= 0 and ground.document.blocks[block.parent].kind == "item":
        return False
    text = ground.document.text(block)
    if not text.endswith(_COLON) or len(text.split()) > _LONGEST_LABEL:
        return False
    return not any(
        cue.kind == "objective" for cue in (*ground.vocabulary.in_title(text), *ground.vocabulary.in_lead_in(text))
    )


def _names_another(ground: Ground, number: int) -> bool:
    """Whether a heading names another element than objectives."""
    block = ground.document.blocks[number]
    title = ground.document.view("prose")[slice(*block.text_span)] if block.text_spans else ""
    return any(cue.kind not in {"objective", "lesson"} for cue in ground.vocabulary.in_title(title))


def _items_of(ground: Ground, number: int) -> list[Span]:
    """The texts of a list's items; an item that only leads in to others stands for those."""
    document = ground.document
    found: list[Span] = []
    for item in ground.outline.items(number):
        span = ground.outline.first_text(item)
        if span is None:
            continue
        inner = _inner_list(document, item)
        if inner is not None and document.source[span].rstrip(" *_").endswith((":", "\u2026", "...")):
            found += _items_of(ground, inner)
        else:
            found.append(span)
    return found


def _inner_list(document: Document, item: int) -> int | None:
    end = document.blocks[item].span.end
    for number in range(item + 1, len(document.blocks)):
        if document.blocks[number].span.start >= end:
            return None
        if document.blocks[number].kind == "list":
            return number
    return None


def _tabled(ground: Ground, label: Label) -> list[Span]:
    """The objectives in a table: the cells of the column that is named so."""
    document, column, found = ground.document, -1, list[Span]()
    for number in range(max(label.block, 0), len(document.blocks)):
        block = document.blocks[number]
        if block.span.start >= label.body.end:
            break
        if block.kind != "row" or block.span.start < label.body.start:
            continue
        following = document.blocks[number + 1 : number + 1 + _MOST_COLUMNS]
        cells = [one for one in following if one.kind == "cell" and one.parent == number]
        for place, cell in enumerate(cells):
            if not cell.text_spans:
                continue
            span = cell.text_span
            if cell.info == "header":
                if any(cue.kind == "objective" for cue in ground.vocabulary.in_title(document.source[span])):
                    column = place
            elif place == column:
                found.append(span)
    return found


def _in_prose(ground: Ground, label: Label) -> list[Span]:
    """What follows "able to" in the sentences under a label."""
    document, found = ground.document, list[Span]()
    view = document.view("prose")
    for number in range(max(label.block, 0), len(document.blocks)):
        block = document.blocks[number]
        if block.span.start >= label.body.end or (found and block.kind == "heading"):
            break
        if block.kind == "paragraph" and block.text_spans and block.span.start >= label.body.start:
            span = block.text_span
            for match in _ABLE_TO.finditer(view, span.start, span.end):
                end = _SENTENCE_END.search(view, match.end(), span.end)
                text = Span(match.end(), end.start() if end else span.end)
                if view[text.start : text.end].strip():
                    found.append(text)
    return found


def _duration(ground: Ground, label: Label, cue: Cue) -> Iterator[Element]:
    document = ground.document
    if label.source == FRONT_MATTER:
        minutes = durations.of_value(label.value, label.text)
        if minutes:
            yield _timed(label.span, label.body, minutes, label, cue)
        return
    view = document.view("prose")
    stated = durations.find(view, label.span.start, label.span.end)
    if not stated and label.rest is not None:
        stated = durations.find(view, label.rest.start, label.rest.end)
    if not stated:
        stated = durations.find(view, label.body.start, min(label.body.end, label.body.start + 400))
    alone = view[label.rest.start : label.rest.end].strip(" *_.") if label.rest and not stated else ""
    minutes = durations.of_value(alone) if alone and not alone.isdigit() else None
    if minutes and label.rest:
        yield _timed(Span(label.span.start, label.rest.end), label.body, minutes, label, cue)
    elif stated:
        span = Span(label.span.start, max(label.span.end, stated[0].span.end))
        yield Element("duration", span, label.body, _reason(label, cue), cue.name, _length(document, stated[0]))


def _timed(span: Span, body: Span, minutes: float, label: Label, cue: Cue) -> Element:
    return Element("duration", span, body, _reason(label, cue), cue.name, {"minutes": round(minutes, 1)})


def _summary(ground: Ground, label: Label, cue: Cue) -> Iterator[Element]:
    if label.source == FRONT_MATTER:
        if isinstance(label.value, (list, tuple)) and label.value:
            yield Element("summary", label.span, label.span, _reason(label, cue), cue.name)
        return
    yield from _plain(ground, label, cue)


def _solution(ground: Ground, label: Label, cue: Cue) -> Iterator[Element]:
    """A solution is a part of something: a container, a ``<details>``, or a heading of the third level and below."""
    block = ground.document.blocks[label.block]
    if label.source == TITLE or (label.source == HEADING and block.level < 3 and block.parent < 0):
        return
    body = ground.document.source[label.body]
    if label.source == CONTAINER and not label.title and re.search(r"\btranscript\b", body[:200], re.IGNORECASE):
        return
    yield from _plain(ground, label, cue)


def _lesson(ground: Ground, label: Label, cue: Cue) -> Iterator[Element]:
    if label.source in (HEADING, CONTAINER):
        yield from _plain(ground, label, cue)


def _titled(ground: Ground, label: Label, cue: Cue) -> Iterator[Element]:
    """Practice and checks: not in front matter unless it says something, not as a label inside a sentence."""
    if label.source == FRONT_MATTER and cue.kind == "practice":
        minutes = durations.of_value(label.value, label.text)
        if isinstance(label.value, (int, float, str)) and not minutes:
            return
    if label.source == LABEL and ground.document.inside(ground.document.blocks[label.block], "cell"):
        return
    yield from _plain(ground, label, cue)


_Handler = Callable[[Ground, Label, Cue], Iterator[Element]]
_HANDLERS: Mapping[str, _Handler] = {
    "objective": _objectives,
    "duration": _duration,
    "summary": _summary,
    "solution": _solution,
    "lesson": _lesson,
    "practice": _titled,
    "knowledge-check": _titled,
}


# --- what stands for itself -------------------------------------------------------------------------------------------


def _by_solution(ground: Ground, found: Sequence[Element]) -> Iterator[Element]:
    """What stands right above a solution is practice, whatever its title says, unless it is known to be a question."""
    document = ground.document
    known = Spans(element.body for element in found if element.kind in {"practice", "knowledge-check"})
    for solution in (element for element in found if element.kind == "solution"):
        section = None if known.around(solution.span) else _section_above(document, solution.span)
        if section is None:
            continue
        heading = document.blocks[document.sections[section].heading or 0]
        if heading.text_spans:
            body = Span(heading.span.end, document.sections[section].span.end)
            kind = "knowledge-check" if _QUESTION.search(document.text(heading)) else "practice"
            yield Element(kind, heading.text_span, body, "a solution stands under it", f"{kind}/structure/solution")


def _section_above(document: Document, span: Span) -> int | None:
    """The section that a solution answers: the one it lies in, but never the one it heads."""
    number: int | None = document.section_at(span.start)
    while number is not None:
        section = document.sections[number]
        if section.heading is not None and span.start >= document.blocks[section.heading].span.end:
            return number
        number = section.parent
    return None


def _quizzes(ground: Ground) -> Iterator[Element]:
    """Questions in LiaScript's notation."""
    text = ground.document.source.text
    if "[[" not in text and "[(" not in text:
        return
    marks = list(_LIASCRIPT.finditer(ground.document.view("prose")))
    if len(marks) >= 2:
        span = Span(*marks[0].span())
        yield Element(
            "knowledge-check",
            span,
            Span(span.start, marks[-1].end()),
            "choices to tick or gaps to fill",
            "knowledge-check/structure/liascript",
        )


def _from_sentences(ground: Ground) -> Iterator[Element]:
    view = ground.document.view("prose")
    for block in ground.document.blocks:
        if block.kind not in {"paragraph", "cell", "html"} or not block.text_spans:
            continue
        span = block.text_span
        if not ground.vocabulary.may_hold_sentence(view[span.start : span.end]):
            continue
        for start, end in _sentences(view, span):
            for cue in ground.vocabulary.in_sentence(view[start:end]):
                yield from _of_sentence(ground, Span(start, end), block.span, cue)


def _of_sentence(ground: Ground, span: Span, body: Span, cue: Cue) -> Iterator[Element]:
    if cue.kind == "duration":
        stated = durations.find(ground.document.view("prose"), span.start, span.end)
        for one in stated[:1]:
            reason = "a sentence that says how long it takes"
            yield Element("duration", one.span, body, reason, cue.name, _length(ground.document, one))
        return
    text = " ".join(ground.document.source[span].split())
    yield Element(cue.kind, span, body, f"the sentence {text[:80]!r}", cue.name)


def _sentences(view: str, span: Span) -> Iterator[tuple[int, int]]:
    start = span.start
    for match in _SENTENCE_END.finditer(view, span.start, span.end):
        if view[start : match.start()].strip():
            yield start, match.start()
        start = match.end()
    if view[start : span.end].strip():
        yield start, span.end


def _from_links(ground: Ground) -> Iterator[Element]:
    view = ground.document.view("prose")
    for link in ground.document.of("link"):
        if link.text_span is None:
            continue
        for cue in ground.vocabulary.in_link(view[link.text_span.start : link.text_span.end]):
            body = ground.document.blocks[link.block].span if link.block >= 0 else link.span
            text = " ".join(ground.document.source[link.text_span].split())
            yield Element(cue.kind, link.span, body, f"the link {text[:80]!r}", cue.name, {"url": link.target})


def _media(ground: Ground) -> Iterator[Element]:
    """Videos and recordings: frames and links to where they are shown, and ``<video>``."""
    document = ground.document
    for inline in document.of("iframe", "link", "html"):
        if inline.kind == "html":
            if inline.info not in {"video", "audio"}:
                continue
        elif not ground.vocabulary.is_media(inline.target):
            continue
        what = {"iframe": "an embedded video", "link": "a link to a video"}.get(inline.kind, f"<{inline.info}>")
        body = document.blocks[inline.block].span if inline.block >= 0 else inline.span
        attributes = {"url": inline.target, "embedded": inline.kind != "link"}
        yield Element("media", inline.span, body, what, f"media/structure/{inline.kind}", attributes)


_CALENDAR = late(r"\b(?:days?|weeks?|months?)\b", re.IGNORECASE)
_PARENTHESES = late(r"[(\[][^()\[\]]{2,40}[)\]]")
_ROUND_A_DURATION = 14
"""How many characters may stand around a duration in parentheses: "(approx. 5 minutes)"."""
_TITLE_TIME = late(r"[(\[~][^()\[\]]{0,40}[)\]]?\s*\Z|[-\u2013\u2014:|,]\s*~?[^-\u2013\u2014:|,]{1,25}\Z")


def _durations_in_titles(ground: Ground) -> Iterator[Element]:
    """``### Exercise (10 minutes)``, and the cells of a column of times."""
    document = ground.document
    view = document.view("prose")
    for section in document.sections:
        if section.heading is None or not document.blocks[section.heading].text_spans:
            continue
        span = document.blocks[section.heading].text_span
        stated = durations.find(view, span.start, span.end)
        if stated and _TITLE_TIME.search(view[span.start : span.end]):
            body = Span(document.blocks[section.heading].span.end, section.span.end)
            yield Element(
                "duration",
                stated[-1].span,
                body,
                "the time in the heading",
                "duration/structure/heading",
                _length(document, stated[-1]),
            )


def _durations_in_parentheses(ground: Ground) -> Iterator[Element]:
    """``(5 minutes)`` behind an item or in a cell, and the cells of a column of durations."""
    document = ground.document
    view = document.view("prose")
    durations_in: dict[tuple[int, int], bool] = {}
    row, column = -1, 0
    for block in document.blocks:
        if block.kind == "cell":
            row, column = block.parent, column + 1 if block.parent == row else 0
        if not block.text_spans or block.kind not in {"paragraph", "cell"}:
            continue
        span = block.text_span
        if block.kind == "cell":
            place = (document.blocks[row].parent, column)
            if block.info == "header":
                titles = ground.vocabulary.in_title(view[slice(*span)])
                durations_in[place] = any(cue.kind == "duration" for cue in titles)
            elif durations_in.get(place):
                for one in durations.find(view, *span)[:1]:
                    yield _stated(document, one, block.span, "a column of durations")
                continue
        for match in _PARENTHESES.finditer(view, *span):
            stated = durations.find(view, *match.span())
            if stated and len(match[0]) - (stated[0].span.end - stated[0].span.start) <= _ROUND_A_DURATION:
                yield _stated(document, stated[0], block.span, "a time in parentheses")


def _stated(document: Document, one: durations.Duration, body: Span, reason: str) -> Element:
    attributes = _length(document, one)
    return Element("duration", one.span, body, reason, "duration/structure/text", attributes)


def _length(document: Document, one: durations.Duration) -> dict[str, object]:
    """The minutes of a duration; days and weeks are a stretch of the calendar, of which nobody says what is work."""
    if _CALENDAR.search(document.source.text, *one.span):
        return {"calendar": " ".join(document.source[one.span].split())}
    return {"minutes": round(one.minutes, 1)}


def _guided_steps(ground: Ground) -> Iterator[Element]:
    """A walk-through that calls itself a lab, unit or tutorial, or leads its reader by the hand: numbered steps that
    begin with a verb, or code to run.

    Steps alone are no practice, since every how-to page has some.
    """
    items = [number for number, block in enumerate(ground.document.blocks) if _is_step(ground.document, block)]
    code = [block.span for block in ground.document.blocks if block.kind == "code"]
    if len(items) < _FEWEST_STEPS and len(code) < _FEWEST_COMMANDS:
        return
    frame = _FRAME.search(ground.wording.folded)
    if frame is None and not ground.wording.leads_by_hand:
        return
    view = ground.document.view("prose")
    steps = [span for number in items if (span := ground.outline.first_text(number))]
    steps = [span for span in steps if ground.verbs.starts_with_verb(view[span.start : span.end])]
    work = steps if len(steps) >= _FEWEST_STEPS else code if len(code) >= _FEWEST_COMMANDS else []
    if work:
        called = f"in {frame[0]!r}" if frame else "in a walk-through"
        body = Span(work[0].start, work[-1].end)
        yield Element("practice", work[0], body, f"{len(work)} steps to do {called}", STEPS)


def _is_step(document: Document, block: Block) -> bool:
    return block.kind == "item" and document.blocks[block.parent].info == "ordered"
