"""The places of a page where an author says what something is: containers, front matter, headings, labels, lead-ins.

They are what learning elements are recognised from; nothing here knows a word of any element.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from ld_review.document import Block, Document, Inline
from ld_review.late import late
from ld_review.source import Span

CONTAINER = "container"
FRONT_MATTER = "front matter"
TITLE = "title"
HEADING = "heading"
LABEL = "label"
SUMMARY = "summary line"
LEAD_IN = "lead-in"
CONTENTS = "entry of the contents"
SOURCES = (CONTAINER, FRONT_MATTER, CONTENTS, TITLE, HEADING, SUMMARY, LABEL, LEAD_IN)
"""In order of trust."""

_LONGEST_TITLE = 160
_LONGEST_LABEL_WORDS = 9
_LONGEST_LEAD_IN = 400
_LONGEST_LABELLED = 100
"""In blocks: more than these are not about one label."""
_CONTENTS_KEYS = frozenset({"units", "lessons", "modules", "episodes", "chapters", "contents", "sections", "syllabus"})
_NAME = late(r"[\w][\w-]*")
_CLASS = late(r"\.([A-Za-z][\w-]*)")
_TITLE_ATTRIBUTE = late(r"""title\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ATTRIBUTES = late(r"\{[^{}]*\}")
_ADMONITION = late(r"(?:!!!|\?\?\?)\+?[ \t]+([\w-]+)[^\n\"]*(?:\"([^\"\n]*)\")?")
_SHORTCODE = late(r"\{\{[<%]-?\s*([A-Za-z][\w/.-]*)|\{%-?\s*(?:icon\s+)?([A-Za-z][\w-]*)")
_HTML_CLASS = late(r"""\bclass\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_OPENING_LABEL = late(r"(?P<label>[^\n:\uff1a]{2,60}?)[ \t]*[:\uff1a](?=\s|\Z)")
_SENTENCE = late(r"(?:[.!?][\"')\]]*\s+)(?=\S)")
_ENDED = (".", "!", "?")
"""A sentence that ends so does not lead in to what follows."""
_SLUG = late(r"(?:\A\d+)?[-_]+|[\"']")
_QUOTED = late(r"\"([^\"]{1,80})\"")
_TYPE = late(r"""\btype\s*=\s*["']?([A-Za-z][\w-]*)""")
_FIRST_WORD = late(r"[^\w\n]{0,12}")
_METADATA_LINE = late(r"^[ \t]*([A-Za-z][\w -]{1,40}?)[ \t]*:[ \t]*(\S[^\n]*)$", re.MULTILINE)
_MACRO_MARK = late(r"^[ \t]*@(?:(?P<end>end\b)|(?P<name>\w{3,40})[ \t]*\n)", re.MULTILINE)
_PLAIN_TAGS = frozenset(
    """a abbr audio b blockquote br button center code col colgroup details div em figcaption figure font form h1 h2 h3
    h4 h5 h6 hr i iframe img input kbd label li ol p pre s script section small source span strong style sub summary
    sup svg table tbody td th thead tr tt u ul video""".split()  # noqa: SIM905 - a list would fill a page
)
_TAG = late(r"<[^<>]*>")
_COLONS = (":", "\uff1a")
_RUN_IN = (*_COLONS, ".", "!", "?")
_AFTER_LABEL = (*_COLONS, "-", "\u2013", "\u2014", "(")
_EMPHASIS_MARKS = " \t*_:.\u00a0"


class Label(NamedTuple):
    """Words by which an author says what follows, or what something is."""

    source: str
    """One of ``SOURCES``."""
    text: str
    """The words; of a container its name, of front matter the key."""
    span: Span
    """Where they stand."""
    body: Span
    """What they are about."""
    block: int
    """Index of the block that holds them; -1 in front matter."""
    rest: Span | None = None
    """What follows the words on their line."""
    title: str = ""
    """Of a container: the title that it carries."""
    value: Any = None
    """Of front matter: what the key holds."""


@dataclass(frozen=True)
class Outline:
    """A document with the neighbours of its blocks at hand."""

    document: Document

    @cached_property
    def following(self) -> tuple[int, ...]:
        """For each block the index of the next block with the same parent; -1 where it is the last."""
        blocks = self.document.blocks
        following, last = [-1] * len(blocks), dict[int, int]()
        for number in range(len(blocks) - 1, -1, -1):
            parent = blocks[number].parent
            following[number] = last.get(parent, -1)
            last[parent] = number
        return tuple(following)

    @cached_property
    def strong_of(self) -> Mapping[int, list[Inline]]:
        """What is set in bold in each block that holds any."""
        strong: dict[int, list[Inline]] = {}
        for inline in self.document.of("strong"):
            strong.setdefault(inline.block, []).append(inline)
        return strong

    @cached_property
    def section_ends(self) -> tuple[int, ...]:
        """For each block the offset at which the section that holds it ends."""
        document, ends, number = self.document, list[int](), 0
        bodies = [section.body.end for section in document.sections]
        for block in document.blocks:
            while number < len(bodies) - 1 and bodies[number] <= block.span.start:
                number += 1
            ends.append(bodies[number])
        return tuple(ends)

    def items(self, number: int) -> list[int]:
        """The indices of the items of the list *number*, without those of lists inside it."""
        blocks, found = self.document.blocks, list[int]()
        end = blocks[number].span.end
        for inner in range(number + 1, len(blocks)):
            if blocks[inner].span.start >= end:
                break
            if blocks[inner].parent == number:
                found.append(inner)
        return found

    def first_text(self, number: int) -> Span | None:
        """The text of the first paragraph of an item; of a block of text its own."""
        blocks = self.document.blocks
        if blocks[number].text_spans:
            return blocks[number].text_span
        end = blocks[number].span.end
        for inner in range(number + 1, len(blocks)):
            if blocks[inner].span.start >= end:
                return None
            if blocks[inner].kind in {"paragraph", "heading"} and blocks[inner].text_spans:
                begins_with_code = self.document.source.text[blocks[inner].span.start] == "`"
                return blocks[inner].span if begins_with_code else blocks[inner].text_span
        return None

    def words(self, span: Span) -> str:
        """The prose of a span, white space collapsed."""
        return " ".join(self.document.view("prose")[span.start : span.end].split())


def labels(outline: Outline) -> list[Label]:
    """All labels of a page, in order of place."""
    document = outline.document
    metadata = (*_front_matter(document), *_in_first_comment(document))
    found = [*metadata, *_from_blocks(outline), *_from_inlines(outline)]
    return sorted(found, key=lambda label: (label.span.start, SOURCES.index(label.source)))


def _front_matter(document: Document) -> Iterator[Label]:
    metadata = document.front_matter
    for key, span in metadata.spans.items():
        around, _, name = key.rpartition(".")
        if not name.isdigit():
            value = _value(metadata.data, key)
            yield Label(FRONT_MATTER, name, span, span, -1, value=value)
            if key.lower() == "title" and isinstance(value, str):
                yield Label(TITLE, value[:_LONGEST_TITLE], span, Span(span.start, len(document.source.text)), -1)
        elif around.rpartition(".")[2].lower() in _CONTENTS_KEYS:
            words = _SLUG.sub(" ", re.split(r"[./]", document.source[span].strip())[-1])
            yield Label(CONTENTS, words.strip(), span, span, -1)


def _in_first_comment(document: Document) -> Iterator[Label]:
    """The metadata of LiaScript: ``key: value`` and ``@macro ... @end`` in a comment at the top of the page."""
    first = next((block for block in document.blocks if block.kind != "rule"), None)
    if first is None or first.kind != "comment" or "\n" not in document.source[first.span]:
        return
    text = document.source.text
    lines = ((match[1], Span(*match.span(2))) for match in _METADATA_LINE.finditer(text, *first.span))
    for name, span in (*lines, *_macros(text, first.span)):
        yield Label(FRONT_MATTER, name.strip(), span, span, -1, value=document.source[span].strip())


def _macros(text: str, inside: Span) -> Iterator[tuple[str, Span]]:
    """The names and bodies of ``@macro ... @end``, in one pass: one that is never closed costs no more."""
    opened = None
    for mark in _MACRO_MARK.finditer(text, *inside):
        if mark["end"] is None:
            opened = opened or mark
        elif opened:
            yield opened["name"], Span(opened.end(), mark.start())
            opened = None


def _value(data: Any, key: str) -> Any:
    for part in key.split("."):
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, (list, tuple)) and part.isdigit() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data


def _from_blocks(outline: Outline) -> Iterator[Label]:
    document = outline.document
    yield from _headings(document)
    for number, block in enumerate(document.blocks):
        if block.kind == "paragraph" and block.text_spans:
            yield from _paragraph(outline, number)
        elif block.kind in {"container", "code"} and block.info:
            yield from _container(document, number)
        elif block.kind == "attribute":
            yield from _attributes(document, number)
        elif block.kind == "heading" and block.parent >= 0 and block.text_spans:
            yield from _quoted_heading(document, number)
        elif block.kind == "quote" and block.info:
            yield _alert(document, number)
        elif block.kind == "row":
            yield from _pair(outline, number)


def _headings(document: Document) -> Iterator[Label]:
    made = {one.block: one for one in document.of("template")}
    for section in document.sections:
        if section.heading is None:
            continue
        heading = document.blocks[section.heading]
        body = Span(heading.span.end, section.span.end)
        if heading.text_spans:
            span = heading.text_span
            if span.end - span.start <= _LONGEST_TITLE:
                yield Label(HEADING, document.view("prose")[span.start : span.end], span, body, section.heading)
        elif section.heading in made:
            quoted = _QUOTED.search(document.source.text, *made[section.heading].span)
            if quoted:
                yield Label(HEADING, quoted[1].replace("-", " "), Span(*quoted.span(1)), body, section.heading)


def _quoted_heading(document: Document, number: int) -> Iterator[Label]:
    """``> ## Exercise``: a heading that makes no section names the quote that it stands in."""
    around = document.blocks[document.blocks[number].parent]
    if around.kind == "quote":
        span = document.blocks[number].text_span
        body = Span(document.blocks[number].span.end, max(around.span.end, document.blocks[number].span.end))
        yield Label(HEADING, document.view("prose")[span.start : span.end], span, body, number)


def _container(document: Document, number: int) -> Iterator[Label]:
    """``::: challenge``, ``:::{exercise} Title``, ``:::tip[Title]``, ``::: {.exercise}``, and the same as a fence."""
    block = document.blocks[number]
    info = block.info if block.kind == "container" else _first_line(document, block)
    if block.kind == "code" and not (info.startswith("{") or info.isalpha()):
        return
    names = _CLASS.findall(info) or _NAME.findall(info)[:1]
    end = document.source.line(document.source.position(block.span.start).line).end
    title = _container_title(info, names)
    for name in names:
        yield Label(CONTAINER, name.lower(), Span(block.span.start, end), block.span, number, title=title)


def _container_title(info: str, names: Sequence[str]) -> str:
    attribute = _TITLE_ATTRIBUTE.search(info)
    if attribute:
        return attribute[1] or attribute[2] or ""
    words = _ATTRIBUTES.sub("", info).strip()
    for name in names:
        words = words.removeprefix(name).strip()
    return " ".join(words.strip("[]").split())


def _alert(document: Document, number: int) -> Label:
    """``> [!TIP] Title``."""
    block = document.blocks[number]
    line = document.source.line(document.source.position(block.span.start).line)
    title = document.source[Span(block.span.start, line.end)].partition("]")[2].lstrip("+-").strip()
    return Label(CONTAINER, block.info.lower(), Span(block.span.start, line.end), block.span, number, title=title)


def _pair(outline: Outline, number: int) -> Iterator[Label]:
    """``| Duration | 30 minutes |``: a row of two cells, the first of which names the second."""
    blocks = outline.document.blocks
    cells = [one for one in range(number + 1, min(number + 4, len(blocks))) if blocks[one].parent == number]
    if len(cells) != 2 or not all(blocks[one].kind == "cell" and blocks[one].text_spans for one in cells):
        return
    words, rest = (blocks[one].text_span for one in cells)
    if words.end - words.start <= _LONGEST_TITLE / 2:
        text = outline.document.view("prose")[words.start : words.end]
        yield Label(LABEL, text, words, blocks[number].span, cells[0], rest)


def _first_line(document: Document, block: Block) -> str:
    line = document.source[block.span].partition("\n")[0].strip()
    return line.lstrip("`~").strip()


def _attributes(document: Document, number: int) -> Iterator[Label]:
    """``{: .challenge}``: what it is attached to is what it labels."""
    block = document.blocks[number]
    names = _CLASS.findall(block.info)
    if not names or not number:
        return
    owner = number - 1
    while document.blocks[owner].parent != block.parent and document.blocks[owner].parent >= 0:
        owner = document.blocks[owner].parent
    if document.blocks[owner].kind == "heading":
        body = next((one.span for one in document.sections if one.heading == owner), document.blocks[owner].span)
    else:
        body = document.blocks[owner].span
    for name in names:
        yield Label(CONTAINER, name.lower(), block.span, body, owner)


def _paragraph(outline: Outline, number: int) -> Iterator[Label]:
    document, block = outline.document, outline.document.blocks[number]
    span = block.text_span
    view = document.view("prose")
    text = view[span.start : span.end]
    admonition = _ADMONITION.match(text)
    if admonition:
        mark = Span(span.start, span.start + admonition.end())
        end = outline.section_ends[number] if text.count("\n") == 0 else span.end
        body = Span(span.start, _indented_end(outline, number, end))
        yield Label(CONTAINER, admonition[1].lower(), mark, body, number, title=admonition[2] or "")
        return
    yield from _label_lines(outline, number, span)
    lead_in = _lead_in(outline, number, span)
    if lead_in:
        yield lead_in


def _indented_end(outline: Outline, number: int, end: int) -> int:
    """Where what is indented under an admonition ends."""
    blocks, last = outline.document.blocks, outline.document.blocks[number].span.end
    following = outline.following[number]
    while following >= 0 and blocks[following].kind == "code" and blocks[following].span.start < end:
        last = blocks[following].span.end
        following = outline.following[following]
    return last


def _label_lines(outline: Outline, number: int, span: Span) -> Iterator[Label]:
    """``**Exercise**``, ``**Time:** 25 min`` and ``Duration: 25 min`` at the start of a line."""
    view = outline.document.view("prose")
    strong = outline.strong_of.get(number, [])
    if not strong and not any(colon in view[span.start : span.end] for colon in _COLONS):
        return
    starts = [one.text_span.start if one.text_span else one.span.start for one in strong]
    start = span.start
    for line in view[span.start : span.end].split("\n"):
        begin, end = start + len(line) - len(line.lstrip()), start + len(line.rstrip())
        start += len(line) + 1
        if begin < end and (strong or ":" in line or "\uff1a" in line):
            first = _FIRST_WORD.match(view, begin, end)
            begin = first.end() if first else begin
            at = bisect_left(starts, begin)
            bold = strong[at] if at < len(starts) and starts[at] == begin else None
            label = _label_of_line(outline, number, Span(begin, end), bold)
            if label:
                yield label
    yield from _labels_inside(outline, number, span, strong)


def _labels_inside(outline: Outline, number: int, span: Span, strong: Sequence[Inline]) -> Iterator[Label]:
    """``**Audience:** all. **Time:** 45 minutes``: bold labels behind the first of a line."""
    view = outline.document.view("prose")
    marked = [
        one.text_span for one in strong if one.text_span and view[slice(*one.text_span)].rstrip().endswith(_COLONS)
    ]
    for at, words in enumerate(marked):
        following = marked[at + 1] if at + 1 < len(marked) else None
        line_start = view.rfind("\n", span.start, words.start) + 1
        if not view[max(line_start, span.start) : words.start].strip():
            continue
        line_end = view.find("\n", words.end, span.end)
        end = min(span.end if line_end < 0 else line_end, following.start if following else span.end)
        yield _label(outline, number, words, Span(words.end, max(end, words.end)), whole=False)


def _label_of_line(outline: Outline, number: int, line: Span, strong: Inline | None) -> Label | None:
    document = outline.document
    view = document.view("prose")
    if strong is not None and strong.text_span is not None:
        words = Span(line.start, min(strong.text_span.end, line.end))
        after = view[words.end : line.end].lstrip(" \t*_")
        text = view[words.start : words.end].strip()
        whole = not after.strip(_EMPHASIS_MARKS)
        if text and (whole or text.endswith(_RUN_IN) or after.startswith(_AFTER_LABEL)):
            rest = Span(line.end - len(after), line.end)
            return _label(outline, number, words, rest, whole)
        return None
    match = _OPENING_LABEL.match(view, line.start, line.end)
    if match is None or len(match["label"].split()) > _LONGEST_LABEL_WORDS:
        return None
    rest = Span(match.end(), line.end)
    return _label(outline, number, Span(*match.span("label")), rest, not view[rest.start : rest.end].strip())


def _label(outline: Outline, number: int, words: Span, rest: Span, whole: bool) -> Label:
    text = outline.words(words)
    body = Span(words.start, _label_end(outline, number) if whole else outline.document.blocks[number].span.end)
    return Label(LABEL, text, words, body, number, rest)


def _label_end(outline: Outline, number: int) -> int:
    """What a label that is a paragraph of its own is about: up to the next such label, or the end of the section."""
    blocks, end = outline.document.blocks, outline.document.blocks[number].span.end
    following = outline.following[number]
    for _ in range(_LONGEST_LABELLED):
        if following < 0 or blocks[following].span.start >= outline.section_ends[number]:
            break
        if _is_label(outline, following):
            break
        end = blocks[following].span.end
        following = outline.following[following]
    return end


def _is_label(outline: Outline, number: int) -> bool:
    block = outline.document.blocks[number]
    if block.kind != "paragraph" or not block.text_spans:
        return block.kind in {"rule", "heading"}
    text = outline.document.source[block.span]
    return text.startswith(("**", "__")) and text.rstrip(" :").endswith(("**", "__")) and "\n" not in text


def _lead_in(outline: Outline, number: int, span: Span) -> Label | None:
    """The last sentence of a paragraph that stands right before a list."""
    following = outline.following[number]
    if following < 0 or outline.document.blocks[following].kind != "list":
        return None
    view = outline.document.view("prose")
    begin = max(span.start, span.end - _LONGEST_LEAD_IN)
    text = view[begin : span.end]
    starts = [match.end() for match in _SENTENCE.finditer(text)]
    begin += starts[-1] if starts else 0
    if text.rstrip(" \t*_").endswith(_ENDED) and not text.rstrip(" \t*_").endswith("..."):
        return None
    return Label(
        LEAD_IN,
        " ".join(view[begin : span.end].split()),
        Span(begin, span.end),
        outline.document.blocks[following].span,
        following,
    )


class _Ends:
    """Where the elements of HTML end, by tag."""

    def __init__(self, document: Document) -> None:
        self._ends: dict[str, list[Inline]] = {}
        for inline in document.of("html"):
            if inline.info.startswith("/"):
                self._ends.setdefault(inline.info[1:], []).append(inline)

    def after(self, tag: str, offset: int) -> Inline | None:
        """The first closing *tag* that starts at or after *offset*."""
        ends: Sequence[Inline] = self._ends.get(tag, ())
        at = bisect_left(ends, offset, key=lambda one: one.span.start)
        return ends[at] if at < len(ends) else None

    def element(self, inline: Inline) -> Span:
        """From an opening tag to the next closing one."""
        end = self.after(inline.info, inline.span.end)
        return Span(inline.span.start, (end or inline).span.end)


def _from_inlines(outline: Outline) -> Iterator[Label]:
    """``<summary>``, elements whose tag or class names them, and shortcodes."""
    document = outline.document
    ends = _Ends(document)
    for inline in document.of("html", "template"):
        if inline.kind == "template":
            yield from _shortcode(document, inline)
        elif inline.info == "summary":
            yield from _summary(document, inline, ends)
        elif inline.info in {"div", "section", "details", "aside"}:
            yield from _html_class(document, inline, ends)
        elif inline.info not in _PLAIN_TAGS and not inline.info.startswith("/"):
            yield Label(CONTAINER, inline.info.lower(), inline.span, ends.element(inline), inline.block)


def _shortcode(document: Document, inline: Inline) -> Iterator[Label]:
    match = _SHORTCODE.match(document.source.text, *inline.span)
    if match:
        name = (match[1] or match[2]).rpartition("/")[2]
        title = _TITLE_ATTRIBUTE.search(document.source.text, *inline.span)
        words = (title[1] or title[2] or "") if title else ""
        kind = _TYPE.search(document.source.text, *inline.span)
        for one in (name, kind[1] if kind else ""):
            if one:
                yield Label(CONTAINER, one.lower(), inline.span, inline.span, inline.block, title=words)


def _html_class(document: Document, inline: Inline, ends: _Ends) -> Iterator[Label]:
    match = _HTML_CLASS.search(document.source.text, *inline.span)
    for name in (match[1] or match[2] or "").split() if match else ():
        yield Label(CONTAINER, name.lower(), inline.span, ends.element(inline), inline.block)


def _summary(document: Document, inline: Inline, ends: _Ends) -> Iterator[Label]:
    close = ends.after("summary", inline.span.end)
    if close is None or close.span.start - inline.span.end > 4 * _LONGEST_TITLE:
        return
    span = Span(inline.span.end, close.span.start)
    text = _TAG.sub(" ", document.source[span]).replace("#", " ").replace(">", " ")
    end = ends.after("details", close.span.end)
    body = Span(close.span.end, end.span.start if end else close.span.end)
    yield Label(SUMMARY, " ".join(text.split()), span, body, inline.block)
