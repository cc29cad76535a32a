"""Learning elements are recognised as their examples say, in a team's own words too, and in linear time."""

from __future__ import annotations

import time
from difflib import ndiff
from pathlib import Path, PurePath

import pytest

from ld_review import elementbook
from ld_review.config_file import load_config
from ld_review.elementbook import ElementExample, bundled_lexicon, examples
from ld_review.errors import ConfigError, RuleError
from ld_review.learning import recognise
from ld_review.learning.element import KINDS, Element
from ld_review.markdown import parse
from ld_review.own_files import rules_folder
from ld_review.runner import review_text
from ld_review.source import Source, Span
from ld_review.testing import marked

DESCRIBED = [kind for kind in KINDS if kind != "no-prerequisite"]
EXAMPLES = [
    pytest.param(kind, example, id=f"{kind}-{number}")
    for kind in DESCRIBED
    for number, example in enumerate(examples(kind), start=1)
]


def elements_of(text: str, path: str = "page.md") -> tuple[Element, ...]:
    return recognise(parse(Source(PurePath(path), text)), bundled_lexicon()).elements


def spans_of(kind: str, text: str, path: str = "page.md") -> list[Span]:
    return [element.span for element in elements_of(text, path) if element.kind == kind]


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_an_element_is_recognised_as_its_example_says(kind: str, example: ElementExample) -> None:
    promised = marked(example.text, example.spans)
    found = marked(example.text, spans_of(kind, example.text, example.path))
    lines = ndiff(promised.splitlines(), found.splitlines())
    assert found == promised, "\n".join(line for line in lines if not line.startswith("?"))


@pytest.mark.parametrize("kind", DESCRIBED)
def test_a_kind_says_what_it_is_and_shows_it(kind: str) -> None:
    described = bundled_lexicon().kinds[kind]
    assert described.summary
    assert not described.summary.endswith(".")
    assert described.name
    assert described.accepts
    assert sum(bool(example.spans) for example in examples(kind)) >= 2
    assert sum(not example.spans for example in examples(kind)) >= 2


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_elements_are_in_order_and_inside_the_text(kind: str, example: ElementExample) -> None:
    found = elements_of(example.text, example.path)
    assert [element.span for element in found] == sorted(element.span for element in found)
    assert len({(element.kind, element.span.start) for element in found}) == len(found)
    for element in found:
        for span in (element.span, element.body):
            assert 0 <= span.start <= span.end <= len(example.text)
        assert example.text[slice(*element.span)].strip()
        assert element.cue.startswith(element.kind.removeprefix("no-"))


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_other_ends_of_lines_only_shift_elements(kind: str, example: ElementExample) -> None:
    def shifted(at: int) -> int:
        return at + example.text.count("\n", 0, at)

    unix = elements_of(example.text, example.path)
    dos = elements_of(example.text.replace("\n", "\r\n"), example.path)
    assert [(one.kind, one.span, one.cue, one.minutes()) for one in dos] == [
        (one.kind, Span(shifted(one.span.start), shifted(one.span.end)), one.cue, one.minutes()) for one in unix
    ]


# --- files that cannot be used ----------------------------------------------------------------------------------------

GOOD = """\
summary: Something to do
name: practice
accepts: a heading
titles: [exercise]
examples: [{found: "## <mark>Exercise</mark>"}, {not-found: "## Rest"}]
"""
WRONG_ELEMENTS = [
    ("", "practice.yaml: the file is empty; an element needs a summary, a name, words and examples"),
    (f"{GOOD}titels: [x]\n", "practice.yaml:6: an element has no option 'titels'; did you mean 'titles'?"),
    (f"{GOOD}weak-title: [x]\n", "practice.yaml:6: an element has no option 'weak-title'"),
    (GOOD.replace("[exercise]", "exercise"), "practice.yaml:4: an element: titles must be a list, found 'exercise'"),
    (GOOD.replace("name: practice\n", ""), "practice.yaml:1: an element lacks 'name'"),
    (GOOD.replace("examples:", "example:"), "practice.yaml:5: an element has no option 'example'; did you mean"),
    ("- a", "practice.yaml:1: an element must hold keys and values, found a list"),
    ("titles: [a", "practice.yaml:2: not YAML: "),
]
WRONG_EXAMPLES = [
    ("[{fund: x}]", "practice.yaml:5: an example has no option 'fund'; did you mean 'found'?"),
    ("[{path: a.md}]", "practice.yaml:5: an example is either found or not-found"),
    ("[{found: a, not-found: b}]", "practice.yaml:5: an example is either found or not-found"),
    ("[{found: unmarked}]", "practice.yaml:5: a found example needs <mark>...</mark> around what is found"),
    ("[{found: '<mark>a<mark>b</mark></mark>'}]", "practice.yaml:5: a found example needs <mark>"),
]
WRONG_PROFILES = [
    ("", "course.yaml: the file is empty; a profile needs a summary"),
    (
        "summary: x\nrequired: [practise]",
        "course.yaml:1: no kind of learning element 'practise'; there are objective, ",
    ),
    ("summary: x\nexpects: [practice]", "course.yaml:2: a profile has no option 'expects'; did you mean 'expected'?"),
    ("required: []", "course.yaml:1: a profile lacks 'summary'"),
]


def test_a_pattern_that_cannot_be_used_is_told_with_the_examples(folder: Path) -> None:
    file = folder / "elements" / "practice.yaml"
    file.write_text(GOOD.replace("[exercise]", "['(exercise']"), encoding="utf-8")
    with pytest.raises(RuleError, match=r"practice\.yaml: titles: '\(exercise' is not a regular expression: "):
        examples("practice")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of rules with one kind of element and one profile, in place of those that come along."""
    for name, text in (("elements/practice", GOOD), ("profiles/course", "summary: A course")):
        file = tmp_path / f"{name}.yaml"
        file.parent.mkdir()
        file.write_text(text, encoding="utf-8")
    (tmp_path / "verbs.yaml").write_bytes((rules_folder() / "verbs.yaml").read_bytes())
    monkeypatch.setattr(elementbook, "rules_folder", lambda: tmp_path)
    return tmp_path


def read() -> None:
    """Read the lexicon anew, past the cache."""
    bundled_lexicon.__wrapped__()


def message_of(folder: Path, name: str, text: str) -> str:
    """What is wrong with the file of this name, where *text* stands in it."""
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as raised:
        read()
        elementbook.examples("practice")
    return str(raised.value).removeprefix(f"{(folder / name).parent}/")


def test_files_that_are_good_are_read(folder: Path) -> None:
    read()
    found, near_miss = elementbook.examples("practice")
    assert found == ElementExample("## Exercise", (Span(3, 11),))
    assert near_miss == ElementExample("## Rest", ())


@pytest.mark.parametrize(("text", "message"), WRONG_ELEMENTS)
def test_an_element_that_cannot_be_used_names_file_line_and_key(folder: Path, text: str, message: str) -> None:
    assert message_of(folder, "elements/practice", text).startswith(message)


@pytest.mark.parametrize(("text", "message"), WRONG_EXAMPLES)
def test_an_example_that_cannot_be_used_names_file_and_line(folder: Path, text: str, message: str) -> None:
    text = f"{GOOD.partition('examples:')[0]}examples: {text}"
    assert message_of(folder, "elements/practice", text).startswith(message)


@pytest.mark.parametrize(("text", "message"), WRONG_PROFILES)
def test_a_profile_that_cannot_be_used_names_file_line_and_key(folder: Path, text: str, message: str) -> None:
    assert message_of(folder, "profiles/course", text).startswith(message)


def test_a_file_for_a_kind_that_is_not_there_is_refused(folder: Path) -> None:
    message = message_of(folder, "elements/practise", GOOD)
    assert message.startswith("practise.yaml: no kind of learning element 'practise'; there are objective, practice, ")


# --- a team's own words -----------------------------------------------------------------------------------------------


def practice(tmp_path: Path, config: str, text: str) -> list[str]:
    """What is practice in a text, by this configuration."""
    (tmp_path / ".ld-review.yaml").write_text(config, encoding="utf-8")
    found = review_text(text, "page.md", load_config(start=tmp_path)).elements
    return [text[slice(*element.span)] for element in found if element.kind == "practice"]


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("titles: [Dry Run]", "## Dry run\n\nGo.\n", ["Dry run"]),
        ("titles: [dry run]", "**DRY RUN:** go.\n", ["DRY RUN:"]),
        ("titles: [dry run]", "## Dry running\n\nGo.\n", []),
        ("titles: ['C++ kata (x)']", "## C++ kata (x)\n\nGo.\n", ["C++ kata (x)"]),
        ("titles: ['C++ sprint']", "## C++ sprint\n\nGo.\n", ["C++ sprint"]),
        ("titles: ['C++ sprint']", "## CCC sprint\n\nGo.\n", []),
        ("titles: ['s.print']", "## Sxprint\n\nGo.\n", []),
        ("titles: ['Sprint?']", "## Sprint?\n\nGo.\n", ["Sprint?"]),
        ("titles: ['[sprint']", "## [sprint\n\nGo.\n", ["[sprint"]),
        ("title-starts: [dojo]", "## Dojo with a friend\n\nGo.\n", ["Dojo with a friend"]),
        ("containers: [dojo]", "::: dojo\nGo.\n:::\n", ["::: dojo"]),
        ("front-matter: [dojos]", "---\ntitle: x\ndojos: [one]\n---\n", ["[one]"]),
        ("lead_ins: [in this dojo]", "In this dojo you will:\n\n- go\n", ["In this dojo you will:"]),
        ("sentences: [enter the dojo]", "## Quiz\n\n1. Who?\n\nNow enter the dojo.\n", ["Now enter the dojo."]),
        ("sentences: [enter the dojo]", "Now enter the dojo.\n", []),
        ("not-titles: [dry]", "## Dry exercise\n\nGo.\n\n## Exercise\n\nGo.\n", ["Exercise"]),
    ],
)
def test_a_team_has_its_own_words(tmp_path: Path, words: str, text: str, found: list[str]) -> None:
    assert practice(tmp_path, f"elements: {{practice: {{{words}}}}}\n", text) == found


def test_own_words_are_added_to_those_that_come_along(tmp_path: Path) -> None:
    text = "## Dry run\n\nGo.\n\n## Exercise 1\n\nGo.\n"
    assert practice(tmp_path, "elements: {practice: {titles: [dry run]}}", text) == ["Dry run", "Exercise 1"]
    assert practice(tmp_path, "", text) == ["Exercise 1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("elements:\n  practise: {titles: [x]}", ".ld-review.yaml:2: elements: no kind 'practise'; there are "),
        (
            "elements: {practice: {title: [x]}}",
            ".ld-review.yaml:1: the configuration: elements: practice has no option",
        ),
        ("elements: {practice: [x]}", ".ld-review.yaml:1: the configuration: elements: practice must hold keys"),
        ("elements: {practice: {titles: x}}", ".ld-review.yaml:1: the configuration: elements: practice: titles must"),
    ],
)
def test_own_words_that_cannot_be_used_name_file_line_and_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as raised:
        practice(tmp_path, f"{text}\n", "x")
    assert str(raised.value).startswith(message)


def test_a_wrong_kind_names_the_likely_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no kind 'reflexion'; .*; did you mean 'reflection'"):
        practice(tmp_path, "elements: {reflexion: {titles: [x]}}", "x")


# --- hostile pages ----------------------------------------------------------------------------------------------------

START = "# Lesson 1\n\n## Exercise\n\nDo it.\n\n"
"""What makes a page learning content, so that all words are looked for."""
HOSTILE = {
    "nested details": lambda size: "<details><summary>Solution</summary>\n" * (size // 4),
    "summaries that do not end": lambda size: "<summary>Solution " * (size // 2),
    "details side by side": lambda size: "<details><summary>Solution</summary>\n\nx\n\n</details>\n\n" * (size // 8),
    "bold labels in a line": lambda size: "**Exercise** " * size,
    "bold labels in lines": lambda size: "**Time:** 5 minutes\n" * (size // 2),
    "one line": lambda size: "Take a moment to think about it or ask yourself " * (size // 4),
    "one line of numbers": lambda size: "1 - " * size * 2,
    "one word": lambda size: "x" * size * 20,
    "labels": lambda size: "**Foo:**\n\n" * size,
    "labels with rests": lambda size: "**Exercise 1:** go\n\n" * (size // 2),
    "shortcodes": lambda size: '{{< quiz title="x" >}}\n' * (size // 2),
    "headings": lambda size: "## Lesson 1: x\n\n" * (size // 2),
    "headings of objectives": lambda size: "## Learning objectives\n\n" * (size // 2),
    "headings over lists": lambda size: "## Learning objectives\n\n- Describe a branch\n\n" * (size // 4),
    "lead-ins": lambda size: "You will be able to:\n\n- go\n\n" * (size // 4),
    "lead-ins to one list": lambda size: "By the end of this course:\n\n" * (size // 4) + "- Name it\n" * (size // 4),
    "items that lead in": lambda size: "## Learning objectives\n\n" + "- you will:\n  - go\n" * (size // 4),
    "solutions": lambda size: "### Task\n\nx\n\n#### Solution\n\ny\n\n" * (size // 8),
    "attributes": lambda size: "> x\n{: .challenge}\n\n" * (size // 4),
    "admonitions": lambda size: '!!! question "x"\n    y\n\n' * (size // 4),
    "containers": lambda size: "::: challenge\n" * (size // 4),
    "links": lambda size: "[quiz](https://youtu.be/x) " * (size // 4),
    "a wide table": lambda size: "|" + " Duration |" * (size // 16) + "\n|" + "---|" * (size // 16) + "\n",
    "a long table": lambda size: "| Duration |\n|---|\n" + "| 5 min |\n" * (size // 4),
    "front matter": lambda size: "---\nobjectives:\n" + "  - Name it\n" * (size // 4) + "---\n",
    "parentheses": lambda size: "(5 minutes " * size,
    "items that stand nowhere": lambda size: "+++\nobjectives = [" + '"\\u0041b",\n' * size * 4 + "]\n+++\n",
    "macros that do not end": lambda size: "<!--\n" + "@abc\n" * size + "-->\n",
}
FROM_THE_TOP = frozenset({"front matter", "items that stand nowhere", "macros that do not end"})
"""Pages whose shape needs the first line."""
SIZE, LARGEST = 500, 8_000
MEASURABLE = 0.02
"""Seconds; what takes less says nothing."""
MOST_GROWTH = 3.5
"""What twice the text may take; two would be linear, four quadratic."""


def seconds(text: str) -> float:
    """How long recognition takes, less the parsing; the better of two."""
    document = parse(Source(PurePath("page.md"), text))
    document.view("prose")
    best = float("inf")
    for _ in range(2):
        began = time.process_time()
        recognise(document, bundled_lexicon())
        best = min(best, time.process_time() - began)
    return best


@pytest.mark.parametrize("name", HOSTILE)
def test_recognition_takes_linear_time(name: str) -> None:
    text = HOSTILE[name]

    def page(size: int) -> str:
        return text(size) if name in FROM_THE_TOP else START + text(size)

    size = SIZE
    while seconds(page(2 * size)) < MEASURABLE and size < LARGEST:
        size *= 2
    ratios = []
    for _ in range(3):
        once, twice = seconds(page(size)), seconds(page(2 * size))
        ratios.append(twice / once)
        if twice < MEASURABLE or ratios[-1] < MOST_GROWTH:
            return
    pytest.fail(f"twice the text takes {min(ratios):.1f} times as long")


@pytest.mark.parametrize(
    "text",
    [
        "<details><summary>Solution</summary>\n" * 10_000,
        "**Exercise** " * 20_000,
        "Take a moment to think. " * 8_500,
        "**Foo:**\n\n" * 20_000,
        '{{< quiz title="x" >}}\n\n' * 5_000,
    ],
    ids=["details", "bold labels", "one line", "labels", "shortcodes"],
)
def test_a_huge_page_is_done_in_seconds(text: str) -> None:
    assert seconds(START + text) < 5
