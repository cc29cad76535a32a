"""A baseline knows findings again, whatever else happens to their pages, and never anything new."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flagged import baseline_of, page
from ld_review.baseline import Baseline, likeness, read_baseline, sketch, updated, without_known, write_baseline
from ld_review.errors import ConfigError
from ld_review.finding import Finding, Severity
from ld_review.fingerprint import fingerprints
from ld_review.review import Failure, PageReview
from ld_review.source import Source, Span

PAGE = """\
# Coaching

A first paragraph that says what coaching is, vague.

## Listen

Vague words, long words; and what a listener does with them.

## Ask

Vague again. Another paragraph which nobody would flag for anything.
"""


def new(baseline: Baseline, *pages: PageReview) -> list[str]:
    """The texts of the findings that are not known."""
    kept, _ = without_known(pages, baseline)
    return [one.source[finding.span] for one in kept for finding in one.findings]


def test_all_that_is_known_is_left_out_and_counted(tmp_path: Path) -> None:
    known = baseline_of(tmp_path, page(tmp_path / "a.md", PAGE))
    [clean], said = without_known([page(tmp_path / "a.md", PAGE)], known)
    assert (clean.findings, clean.fingerprints) == ((), ())
    assert (said.subtracted, said.gone) == (4, 0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A first", "Another sentence.\n\nA first"),
        ("## Listen", "## Silence\n\nNothing.\n\n## Listen"),
        ("# Coaching", "# Mentoring"),
        ("## Ask", "## Ask more"),
        ("## Ask\n\nVague again.", "## Ask"),
        ("\n", "\r\n"),
    ],
)
def test_what_happens_elsewhere_on_a_page_brings_nothing_back(tmp_path: Path, before: str, after: str) -> None:
    known = baseline_of(tmp_path, page(tmp_path / "a.md", PAGE))
    assert new(known, page(tmp_path / "a.md", PAGE.replace(before, after))) == []


def test_one_more_of_its_like_is_new(tmp_path: Path) -> None:
    known = baseline_of(tmp_path, page(tmp_path / "a.md", PAGE))
    assert new(known, page(tmp_path / "a.md", PAGE.replace("Vague again", "Vague again, vague again"))) == ["vague"]


def test_the_findings_of_one_page_are_not_known_on_another(tmp_path: Path) -> None:
    known = baseline_of(tmp_path, page(tmp_path / "a.md", PAGE))
    assert len(new(known, page(tmp_path / "a.md", PAGE), page(tmp_path / "b.md", PAGE))) == 4


def test_a_page_that_moved_and_was_edited_stays_known(tmp_path: Path) -> None:
    known = baseline_of(tmp_path, page(tmp_path / "a.md", PAGE))
    (tmp_path / "a.md").unlink()
    assert new(known, page(tmp_path / "b" / "c.md", PAGE + "\nA long line more.\n")) == ["long"]


def test_another_page_in_the_place_of_one_is_new(tmp_path: Path) -> None:
    known = baseline_of(tmp_path, page(tmp_path / "a.md", PAGE))
    other = "# Mentoring\n\nWhatever stands here is vague, since nobody knew what to write.\n"
    pages = page(tmp_path / "a.md", other), page(tmp_path / "b.md", PAGE)
    assert new(known, *pages) == ["vague"]


def test_pages_that_change_places_stay_known(tmp_path: Path) -> None:
    other = "# Mentoring\n\nWhatever stands here is vague, since nobody knew what to write.\n"
    known = baseline_of(tmp_path, page(tmp_path / "a.md", PAGE), page(tmp_path / "b.md", other))
    assert new(known, page(tmp_path / "a.md", other), page(tmp_path / "b.md", PAGE)) == []


def test_what_is_gone_is_counted_and_dropped_and_nothing_is_added(tmp_path: Path) -> None:
    known = baseline_of(tmp_path, page(tmp_path / "a.md", PAGE))
    now = page(tmp_path / "a.md", PAGE.replace("Vague again", "Clear") + "\nA long one.\n")
    assert without_known([now], known)[1].gone == 1
    done = updated(known, [now], add=False, in_scope=lambda _: True)
    assert (done.kept, done.dropped, done.added, done.new) == (3, 1, 0, {"long": 1})
    assert new(done.baseline, now) == ["long"]
    assert updated(done.baseline, [now], add=True, in_scope=lambda _: True).added == 1


def test_what_was_not_looked_for_is_not_gone(tmp_path: Path) -> None:
    known = baseline_of(tmp_path, page(tmp_path / "a.md", PAGE))
    now = replace(page(tmp_path / "a.md", "# Coaching\n"), judged=frozenset({"long"}))
    assert without_known([now], known)[1].gone == 1
    assert updated(known, [now], add=False, in_scope=lambda _: True).kept == 3


def test_a_page_that_is_nowhere_is_gone_where_it_would_have_been_found(tmp_path: Path) -> None:
    known = baseline_of(tmp_path, page(tmp_path / "a.md", PAGE))
    (tmp_path / "a.md").unlink()
    assert without_known([], known, whole=True)[1].gone == 4
    assert without_known([], known)[1].gone == 0
    assert updated(known, [], add=False, in_scope=lambda place: place == "a.md").dropped == 4
    assert updated(known, [], add=False, in_scope=lambda place: place == "b.md").kept == 4


def test_a_page_that_was_not_reviewed_stays(tmp_path: Path) -> None:
    known = baseline_of(tmp_path, page(tmp_path / "a.md", PAGE), page(tmp_path / "b.md", PAGE))
    done = updated(known, [page(tmp_path / "a.md", PAGE)], add=False, in_scope=lambda _: True)
    assert done.baseline.pages == known.pages


def test_the_file_is_sorted_and_stable_and_harmless(tmp_path: Path) -> None:
    hostile = "# X\n\nlong \x1b[2J\u202e vague\n"
    pages = page(tmp_path / "b.md", PAGE), page(tmp_path / "a.md", hostile)
    known = baseline_of(tmp_path, *pages)
    text = known.file.read_text()
    assert text == baseline_of(tmp_path, *reversed(pages)).file.read_text()
    assert list(json.loads(text)["pages"]) == ["a.md", "b.md"]
    assert all(one.isprintable() for one in text.replace("\n", ""))
    write_baseline(updated(known, pages, add=False, in_scope=lambda _: True).baseline)
    assert known.file.read_text() == text


def test_an_edit_changes_no_line_of_the_file_that_is_not_about_a_finding(tmp_path: Path) -> None:
    known = baseline_of(tmp_path, page(tmp_path / "a.md", PAGE * 8))
    now = page(tmp_path / "a.md", PAGE * 8 + "\nNothing to flag in this line which is added at the end.\n")
    assert updated(known, [now], add=False, in_scope=lambda _: True).baseline.pages == known.pages


def test_names_that_are_no_utf_8(tmp_path: Path) -> None:
    name = b"caf\xe9.md".decode("utf-8", "surrogateescape")
    done = updated(Baseline(tmp_path / "x.json", {}), [page(tmp_path / name, PAGE)], add=True, in_scope=lambda _: True)
    write_baseline(done.baseline)
    assert read_baseline(tmp_path / "x.json").pages.keys() == {name}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", r":1: not JSON"),
        ('{\n "version": 1,\n "pages": {,}\n}', r":3: not JSON"),
        ("[]", r":1: the baseline must be keys and values"),
        ('{"pages": {}}', r":1: version must be 1, found None"),
        ('{\n "version": 2, "pages": {}}', r":2: version must be 1, found 2"),
        ('{"version": 1,\n "pages": []}', r":2: pages must be keys and values"),
        ('{"version": 1, "pages": {\n"a.md": {"rules": {}, "rule": {}}}}', r":2: pages: 'a.md': no key 'rule'"),
        ('{"version": 1, "pages": {\n"a.md": {\n"rules": {"long":\n3}}}}', r":3: pages: 'a.md': rules: 'long' must"),
        ('{"version": 1, "pages": {"a.md": {"rules": {"long": {\n"12": 3}}}}}', r":2: .*'long': '12' must be a text"),
        ('{"version": 1, "pages": {\n"a.md": {"rules": {}},\n"a.md": {"rules": {}}}}', r":3: 'a.md' stands here twice"),
        ("[" * 100_000, r"x.json: nested too deep"),
        ('{"version": true, "pages": {}}', r":1: version must be 1, found True"),
        ('{"version": 1.0, "pages": {}}', r":1: version must be 1, found 1.0"),
        ('{"version": NaN, "pages": {}}', r":1: version must be 1, found nan"),
        ('{\n"version": ' + "9" * 5_000 + "}", r":2: version must be 1, found inf"),
        ('{"version": 1, "pages": {"a.md": {"rules": {"long": {\n"12": ' + "9" * 90 + "}}}}}", r":2: .* found 9{60}…$"),
        ('{"version": 1,\n "pages": {"a.md":\n[]}}', r":2: pages: 'a.md' must be keys and values, found \[\]"),
        ('{"version": 1, "pages": {"a.md": {\n"sketch": 1, "rules": {}}}}', r":2: .*sketch must be a text, found 1"),
        ('{\n<<<<<<< HEAD\n "version": 1,', r":2: a merge conflict is not resolved: <<<<<<< HEAD"),
        ('{\n "version": 1,\r\n=======\r\n', r":3: a merge conflict is not resolved: ======="),
    ],
)
def test_a_broken_file_is_told_by_line_and_key(tmp_path: Path, text: str, error: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(ConfigError, match=error):
        read_baseline(tmp_path / "x.json")


ALIKE = """\
{"version": 1, "pages": {
 "a.md": {"sketch": "", "rules": {
  "long": {
   "12": "vague",
   "13": "rules"},
  "vague": {
   "12": "long"}}},
 "rules": {"sketch": "a.md", "rules": {
  "long": {
   "12": "long"}}}}}
"""


@pytest.mark.parametrize(
    ("before", "after", "error"),
    [
        ('"13": "rules"', '"12": "rules"', r":5: '12' stands here twice$"),
        ('"13": "rules"', '"13": 5', r":5: pages: 'a.md': rules: 'long': '13' must be a text, found 5$"),
        ('"vague": {', '"long": {', r":6: 'long' stands here twice$"),
        ('"vague": {', '"vague": 1, "x": {', r":6: pages: 'a.md': rules: 'vague' must be keys and values, found 1$"),
        ('"12": "long"', '"12": {}', r":7: pages: 'a.md': rules: 'vague': '12' must be a text, found {}$"),
        ('"rules": {"sketch"', '"a.md": {"sketch"', r":8: 'a.md' stands here twice$"),
        ('"sketch": "a.md", ', '"sketches": "", ', r":8: pages: 'rules': no key 'sketches'; there are sketch, rules$"),
        (
            '"12": "long"}}}}}',
            '"12": null}}}}}',
            r":10: pages: 'rules': rules: 'long': '12' must be a text, found None$",
        ),
    ],
)
def test_the_line_is_that_of_the_entry_and_not_of_another_that_reads_alike(
    tmp_path: Path, before: str, after: str, error: str
) -> None:
    file = tmp_path / "x.json"
    file.write_text(ALIKE)
    assert read_baseline(file).size == 4
    assert before in ALIKE
    file.write_text(ALIKE.replace(before, after, 1))
    with pytest.raises(ConfigError, match=error):
        read_baseline(file)


def test_a_missing_file_says_how_it_is_made(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="ld-review baseline PATH"):
        read_baseline(tmp_path / "x.json")


def test_texts_are_alike_by_the_lines_they_share() -> None:
    assert likeness(sketch(PAGE), sketch(PAGE + "one more line that is rather short\n")) >= 0.5
    assert likeness(sketch(PAGE), sketch("Something else that is long enough to be a line.\n")) == 0
    assert likeness(sketch(""), sketch("")) == 0


def test_names_that_no_file_can_have_are_gone(tmp_path: Path) -> None:
    names = ["x" * 5_000, "nul\0", "a/" * 3_000, "../" * 50 + "x", ""]
    file = tmp_path / "x.json"
    written = {"version": 1, "pages": {name: {"rules": {"long": {"12": "x"}}} for name in names[:-2]}}
    file.write_text(json.dumps(written))
    known = read_baseline(file)
    assert without_known([], known, whole=True)[1].gone == 3
    assert updated(known, [], add=False, in_scope=lambda _: True).dropped == 3


def test_a_page_that_cannot_be_read_is_known_again_later(tmp_path: Path) -> None:
    known = baseline_of(tmp_path, page(tmp_path / "a.md", PAGE))
    unread = PageReview(Source(PurePath(tmp_path / "a.md"), ""), failures=(Failure("not UTF-8"),))
    done = updated(known, [unread], add=False, in_scope=lambda _: True)
    assert done.baseline.pages == known.pages
    (tmp_path / "a.md").unlink()
    assert new(done.baseline, page(tmp_path / "b.md", PAGE)) == []


def test_pages_of_one_template_that_move_take_their_own_findings_along(tmp_path: Path) -> None:
    words = ["vague1", "vague2", "vague3"]
    texts = {word: PAGE.replace("Vague again. ", f"{word}\n\n") for word in words}
    known = baseline_of(tmp_path, *(page(tmp_path / f"{word}.md", text) for word, text in texts.items()))
    for word in words:
        (tmp_path / f"{word}.md").unlink()
    moved = [page(tmp_path / "new" / f"{word}.md", texts[word]) for word in reversed(words)]
    assert new(known, *moved) == []
    assert without_known(moved, known, whole=True)[1].gone == 0


def test_a_table_that_is_laid_out_anew_stays_known(tmp_path: Path) -> None:
    def table(width: int) -> PageReview:
        text = f"# Coaching\n\n| vague{' ' * width} | x{' ' * width} |\n| - | - |\n| a{' ' * width} | b |\n"
        one, whole = page(tmp_path / "a.md", text), Finding("long", Span(12, len(text)), "", Severity.WARNING)
        prints = fingerprints(one.source, (), [whole])
        return replace(one, findings=(whole,), fingerprints=prints)

    known = baseline_of(tmp_path, table(0))
    assert new(known, table(500)) == []
    assert updated(known, [table(500)], add=True, in_scope=lambda _: True).baseline.pages["a.md"].rules == (
        known.pages["a.md"].rules
    )


WORDS = st.sampled_from(
    ["plain", "clear", "words", "# no heading", "*emphasis*", "`code`", "[x](y)", "ü\U0001f600", "---"]
)
CLEAN = st.lists(WORDS, max_size=6).map(" ".join)
FLAGGED = st.sampled_from(["vague", "long", "vague, long", "so long, long"])
PARAGRAPHS = st.lists(st.tuples(CLEAN, FLAGGED | st.just("")).map(" - ".join).map(lambda one: f"> {one}"), max_size=6)
SECTIONS = st.lists(st.tuples(st.sampled_from(["Listen", "Ask", "Plan"]), PARAGRAPHS), min_size=1, max_size=4)


def written(sections: list[tuple[str, list[str]]]) -> str:
    return "\n\n".join(block for title, texts in sections for block in (f"## {title}", *texts)) + "\n"


def kept_order(text: str) -> list[tuple[str, str]]:
    one = page("page.md", text)
    return [(finding.rule, mark) for finding, mark in zip(one.findings, one.fingerprints, strict=True)]


@given(SECTIONS, st.data())
def test_edits_elsewhere_change_no_fingerprint_and_no_order(sections, data) -> None:
    """Paragraphs without a finding are put in anywhere; blank lines and white space change."""
    edited = []
    for title, texts in sections:
        extra = data.draw(st.lists(CLEAN.map(lambda one: f"> {one}"), max_size=2))
        at = data.draw(st.integers(0, len(texts)))
        edited.append((title, [*texts[:at], *extra, *texts[at:]]))
    text = written(edited).replace("\n\n", data.draw(st.sampled_from(["\n\n", "\n\n\n", "\r\n\r\n"])))
    assert kept_order(text) == kept_order(written(sections))


@given(st.dictionaries(st.sampled_from(["a.md", "b/c.md", "d.md"]), SECTIONS, min_size=1))
@settings(max_examples=50, deadline=None)
def test_with_its_baseline_a_handbook_is_clean(handbook) -> None:
    with TemporaryDirectory() as folder:
        pages = [page(Path(folder) / name, written(sections)) for name, sections in sorted(handbook.items())]
        known = baseline_of(Path(folder), *pages)
        clean, said = without_known(pages, known, whole=True)
        assert not any(one.findings for one in clean)
        assert (said.subtracted, said.gone) == (sum(len(one.findings) for one in pages), 0)


@given(SECTIONS, st.data())
@settings(max_examples=50, deadline=None)
def test_a_new_finding_is_always_reported(sections, data) -> None:
    number = data.draw(st.integers(0, len(sections) - 1))
    flagged = data.draw(FLAGGED)
    edited = [
        (title, [*texts, f"> {flagged}"] if at == number else texts) for at, (title, texts) in enumerate(sections)
    ]
    with TemporaryDirectory() as folder:
        known = baseline_of(Path(folder), page(Path(folder) / "a.md", written(sections)))
        found = [one.lower() for one in new(known, page(Path(folder) / "a.md", written(edited)))]
    assert Counter(found) == Counter(re.findall("vague|long", flagged))


@given(SECTIONS, st.sampled_from(["b.md", "c/a.md", "c/d/e.md"]))
@settings(max_examples=50, deadline=None)
def test_a_renamed_page_stays_clean(sections, name) -> None:
    with TemporaryDirectory() as folder:
        known = baseline_of(Path(folder), page(Path(folder) / "a.md", written(sections)))
        (Path(folder) / "a.md").unlink()
        assert new(known, page(Path(folder) / name, written(sections))) == []


@given(SECTIONS, st.data())
@settings(max_examples=50, deadline=None)
def test_one_new_finding_is_one_new_line_of_the_file(sections, data) -> None:
    """And where nothing was known of the page, or by this rule, what stands around it."""
    number = data.draw(st.integers(0, len(sections) - 1))
    edited = [(title, [*texts, "> vague"] if at == number else texts) for at, (title, texts) in enumerate(sections)]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "a.md"
        one = page(file, written(sections))
        known = baseline_of(Path(folder), one, page(Path(folder) / "b.md", PAGE))
        before = known.file.read_text().replace(",\n", "\n").splitlines()
        now = updated(known, [page(file, written(edited))], add=True, in_scope=lambda _: True)
        write_baseline(now.baseline)
        after = known.file.read_text().replace(",\n", "\n").splitlines()
    changed = [line for line in difflib.ndiff(before, after) if line[0] in "+-" and '"sketch"' not in line]
    around = 0 if any(finding.rule == "vague" for finding in one.findings) else 2 if one.findings else 6
    assert len(changed) == 1 + around
    assert now.added == 1


BROKEN = st.sampled_from(
    [
        "",
        ",",
        "{",
        "}",
        '"',
        "[]",
        "null",
        "true",
        "-",
        "1e999",
        "9" * 4_999,
        "\\",
        "\0",
        "\ufeff",
        '"a": 1,',
        "<<<<<<< x\n",
    ]
)


@given(st.data())
@settings(deadline=None)
def test_whatever_happens_to_the_file_the_error_names_a_line_of_it(broken_file, data) -> None:
    text = broken_file.read_text()
    lines = text.splitlines(keepends=True)
    match data.draw(st.sampled_from(["put in", "cut", "line twice", "line gone", "lines swapped", "value"])):
        case "put in":
            at = data.draw(st.integers(0, len(text)))
            text = text[:at] + data.draw(BROKEN) + text[at:]
        case "cut":
            text = text[: data.draw(st.integers(0, len(text)))]
        case "line twice":
            at = data.draw(st.integers(0, len(lines) - 1))
            text = "".join([*lines[: at + 1], *lines[at:]])
        case "line gone":
            at = data.draw(st.integers(0, len(lines) - 1))
            text = "".join(lines[:at] + lines[at + 1 :])
        case "lines swapped":
            text = "".join(data.draw(st.permutations(lines)))
        case _:
            values = list(re.finditer(r': ("[^"]*"|1)', text))
            value = data.draw(st.sampled_from(values))
            text = text[: value.start(1)] + data.draw(BROKEN) + text[value.end(1) :]
    file = broken_file.with_name("broken.json")
    file.write_text(text)
    try:
        known = read_baseline(file)
    except ConfigError as error:
        number = re.match(r"\S*broken\.json:(\d+): \S", str(error))
        assert number, str(error)[:300]
        assert 1 <= int(number[1]) <= text.count("\n") + 1
        assert len(str(error).rpartition("broken.json")[2]) < 300
    else:
        write_baseline(replace(known, file=file))
        assert read_baseline(file).pages == known.pages


@pytest.fixture(scope="module")
def broken_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("broken")
    return baseline_of(folder, page(folder / "a.md", PAGE), page(folder / "b.md", PAGE + "\nA long one.\n")).file
