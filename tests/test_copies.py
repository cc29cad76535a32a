from __future__ import annotations

import random
from pathlib import PurePath
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ld_review.document import Document
from ld_review.handbook.copies import FORM_PAGES, MOST_PAGES, Copy, PageText, find_copies, text_of
from ld_review.markdown import parse
from ld_review.source import Source, Span


def document(text: str) -> Document:
    return parse(Source(PurePath("page.md"), text))


def prose(about: str, words: int = 60) -> str:
    """Words that no text about anything else has."""
    return " ".join(f"{about}{number}" for number in range(words))


def passages(text: str) -> list[str]:
    page = document(text)
    return [page.source[passage.span] for passage in text_of(page).passages]


def copies(pages: dict[str, str], **known: object) -> list[Copy]:
    return find_copies({path: text_of(document(text)) for path, text in pages.items()}, **known)  # type: ignore[arg-type]


def told(pages: dict[str, str], **known: object) -> list[tuple[str, str]]:
    return [(copy.page, copy.other) for copy in copies(pages, **known)]


class TestTextOf:
    def test_takes_paragraphs_items_and_cells_of_enough_words(self) -> None:
        texts = [prose(kind, 25) for kind in ("paragraph", "item", "nested", "cell")]
        page = "# Title\n\n{}\n\n- {}\n  - {}\n\n| a | b |\n|---|---|\n| {} | short |\n".format(*texts)
        assert passages(page) == texts

    def test_takes_nothing_shorter(self) -> None:
        assert passages(prose("paragraph", 24)) == []

    @pytest.mark.parametrize(
        "page",
        [
            "> {}",
            "> - {}",
            "```\n{}\n```",
            "    {}",
            "## {}",
            "---\ndescription: {}\n---\n",
            "- {}\n{{:toc}}",
            "## Message for the team\n\n{}",
            "## Templates\n\n### For the first day\n\n{}",
            "Copyright of the authors. {}",
        ],
        ids=["quote", "in-quote", "fence", "code", "heading", "front-matter", "toc", "message", "template", "licence"],
    )
    def test_leaves_out_what_is_not_the_page_speaking(self, page: str) -> None:
        assert passages(page.format(prose("word", 40))) == []

    def test_a_contract_has_no_passages(self) -> None:
        clause = "The parties hereby agree, pursuant to the terms herein and notwithstanding any others, that "
        assert passages(f"{clause}{prose('one')}\n\n{prose('two')}") == []
        assert len(passages(f"We act pursuant to the law. {prose('one')}\n\n{prose('two')}")) == 2

    def test_case_marks_punctuation_links_and_line_endings_do_not_count(self) -> None:
        plain = text_of(document("We plan every release with the team and we write down what we learned.\n" * 3))
        rich = (
            "We plan **every** [Release](https://example.org/) with\nthe team, and\n_we_ write down what we learned!\n"
        )
        for text in (rich * 3, (rich * 3).replace("\n", "\r\n")):
            assert [passage.words for passage in text_of(document(text)).passages] == [
                passage.words for passage in plain.passages
            ]

    def test_a_passage_spans_its_words(self) -> None:
        text = prose("word", 30)
        page = f"# Title\r\n\r\n1. **{text}**.\r\n"
        (passage,) = text_of(document(page)).passages
        assert page[passage.span.start : passage.span.end] == f"{text}**."
        assert passage.length == 30

    def test_hashes_are_the_same_everywhere(self) -> None:
        (passage,) = text_of(document(" ".join(["word"] * 25))).passages
        assert passage.words == b"\x11\x75" * 25
        assert passage.keys.hex() == "3393f25b"

    @given(st.text(), st.text(alphabet="ab \n#>-|", max_size=400))
    def test_any_text_is_read_and_comes_back_from_the_cache(self, text: str, marks: str) -> None:
        page = text_of(document(f"{text}\n\n{marks}\n\n# {text}\n\n{prose('end')}"))
        assert PageText.unpacked(page.packed()) == page


class TestFindCopies:
    def test_finds_the_same_text_on_another_page(self) -> None:
        page, other = f"# Course\n\n{prose('a')}\n", f"# Guide\n\nFirst.\n\n{prose('a')}\n\n{prose('b')}\n"
        text = prose("a")
        assert copies({"course.md": page, "guide.md": other}) == [
            Copy(
                "course.md",
                Span(page.index(text), page.index(text) + len(text)),
                60,
                "guide.md",
                5,
            )
        ]

    def test_finds_an_edited_copy(self) -> None:
        edited = prose("a", 80).replace("a20 ", "changed ").replace("a50 ", "")
        assert told({"course.md": edited, "guide.md": prose("a", 80)}) == [("course.md", "guide.md")]

    def test_a_text_after_the_same_pattern_is_no_copy(self) -> None:
        other = " ".join(word if number % 6 else f"b{number}" for number, word in enumerate(prose("a").split()))
        assert told({"course.md": other, "guide.md": prose("a")}) == []

    def test_a_page_does_not_copy_itself(self) -> None:
        assert told({"course.md": f"{prose('a')}\n\n{prose('a')}", "guide.md": prose("b")}) == []

    def test_a_sentence_is_no_copy_but_two_of_them_are(self) -> None:
        one, two = prose("a", 30), prose("b", 30)
        assert told({"course.md": one, "guide.md": one}) == []
        assert told({"course.md": f"{one}\n\n{two}", "guide.md": f"{two}\n\n{one}"}) == [("course.md", "guide.md")]

    def test_passages_in_a_row_are_one_copy(self) -> None:
        shared = f"{prose('a')}\n\n- {prose('b')}\n- Short.\n- {prose('c')}"
        (copy,) = copies({"course.md": f"# Title\n\n{shared}", "guide.md": f"{shared}\n\n{prose('more')}"})
        assert (copy.span, copy.words, copy.also) == (Span(9, 9 + len(shared)), 180, ())

    def test_passages_that_do_not_follow_each_other_are_told_together(self) -> None:
        page = f"{prose('a')}\n\n{prose('own', 30)}\n\n{prose('b')}\n\n{prose('c')}"
        (copy,) = copies({"course.md": page, "guide.md": "\n\n".join(map(prose, "abcdefg"))})
        assert page[copy.span.start : copy.span.end] == f"{prose('b')}\n\n{prose('c')}"
        assert [page[span.start : span.end] for span in copy.also] == [prose("a")]
        assert copy.words == 180

    def test_a_passage_on_many_pages_is_boilerplate(self) -> None:
        pages = {f"page-{letter}.md": f"{prose('a')}\n\n{prose(letter)}" for letter in "bcdefg"}
        assert len(pages) == MOST_PAGES + 1
        assert told(pages) == []
        pages.popitem()
        assert len(told(pages)) == MOST_PAGES - 1

    def test_each_passage_is_told_of_once(self) -> None:
        pages = {"a.md": prose("a"), "b.md": f"{prose('a')}\n\n{prose('b')}", "c.md": "\n\n".join(map(prose, "abc"))}
        assert told(pages) == [("a.md", "c.md"), ("b.md", "c.md")]


class TestWhichPageIsTold:
    PAGES: ClassVar = {"long.md": f"{prose('a')}\n\n{prose('b')}", "short.md": prose("a")}

    def test_the_one_with_less_text(self) -> None:
        assert told(self.PAGES) == [("short.md", "long.md")]

    def test_the_one_that_is_learning_content(self) -> None:
        assert told(self.PAGES, learning={"long.md"}) == [("long.md", "short.md")]
        assert told(self.PAGES, learning={"long.md", "short.md"}) == [("short.md", "long.md")]

    def test_the_one_that_links_to_the_other(self) -> None:
        known = {"learning": {"short.md"}, "linked_from": {"short.md": {"long.md"}}}
        assert told(self.PAGES, **known) == [("long.md", "short.md")]

    def test_links_both_ways_tell_nothing(self) -> None:
        both = {"short.md": {"long.md"}, "long.md": {"short.md"}}
        assert told(self.PAGES, linked_from=both) == [("short.md", "long.md")]


class TestWhatRepeatsOnPurpose:
    @pytest.mark.parametrize(
        ("path", "other"),
        [
            ("blog/2022-03-04-news.md", "guide.md"),
            ("newsletter/edition-2022-03/index.md", "guide.md"),
            ("okrs/fy21-q4.md", "okrs/fy22-q1.md"),
            ("templates/page.md", "guide.md"),
            ("direction/template.html.md", "guide.md"),
            ("team/_members.md.erb", "guide.md"),
        ],
    )
    def test_records_templates_and_partials_do_not_count(self, path: str, other: str) -> None:
        assert told({path: prose("a"), other: prose("a")}) == []

    @pytest.mark.parametrize("path", ["course/_index.md", "year-2022/index.md", "contemplate.md"])
    def test_other_pages_do(self, path: str) -> None:
        assert len(told({path: prose("a"), "guide.md": prose("a")})) == 1

    @staticmethod
    def forms(count: int) -> dict[str, str]:
        headings = "## Duties\n\nMany.\n\n## Skills\n\nSome.\n\n## Pay\n\nGood.\n\n"
        return {f"job-{chr(97 + n // 26)}{chr(97 + n % 26)}.md": headings + prose(f"own{n}") for n in range(count)}

    def test_pages_after_a_form_do_not_count(self) -> None:
        pages = self.forms(FORM_PAGES + 1)
        pages["job-aa.md"] += f"\n\n{prose('a')}"
        pages["job-ab.md"] += f"\n\n{prose('a')}"
        pages["guide.md"] = prose("b")
        pages["job-ac.md"] += f"\n\n{prose('b')}"
        assert told({path: pages[path] for path in sorted(pages)[:-1]}) != []
        pages["job-zz.md"] = pages["job-ad.md"]
        assert told(pages) == []

    def test_a_lesson_after_a_form_still_counts_beside_another_page(self) -> None:
        pages = self.forms(FORM_PAGES + 5)
        lessons = set(pages)
        pages["guide.md"] = f"{prose('a')}\n\n{prose('b')}"
        pages["job-aa.md"] += f"\n\n{prose('a')}"
        pages["job-ab.md"] += f"\n\n{prose('c')}"
        pages["job-ac.md"] += f"\n\n{prose('c')}"
        assert told(pages, learning=lessons) == [("job-aa.md", "guide.md")]


WORDS = st.text(alphabet="abcdefghij", min_size=1, max_size=6)
TEXT = st.lists(WORDS, min_size=30, max_size=80).map(" ".join)
PAGE = st.lists(TEXT, min_size=1, max_size=3).map("\n\n".join)
PAGES = st.dictionaries(st.text(alphabet="abcdef", min_size=1, max_size=4), PAGE, max_size=5)


OTHER_WORDS = st.text(alphabet="klmnopqrst", min_size=1, max_size=6)
"""None of the words of ``PAGES``: where a third page has nearly the same passage, each may be told beside that one."""


@settings(max_examples=60, deadline=None)
@given(PAGES, st.lists(OTHER_WORDS, min_size=50, max_size=120, unique=True).map(" ".join), PAGE, PAGE)
def test_an_unchanged_passage_is_always_found(pages: dict[str, str], shared: str, before: str, after: str) -> None:
    pages |= {"one/page.md": f"{before}\n\n{shared}", "two/page.md": f"{shared}\n\n{after}"}
    found = copies(pages)
    pair = {"one/page.md", "two/page.md"}
    assert any({copy.page, copy.other} == pair for copy in found)


@settings(max_examples=60, deadline=None)
@given(PAGES, TEXT, st.randoms(use_true_random=False))
def test_the_order_of_the_pages_does_not_matter(pages: dict[str, str], shared: str, chance: random.Random) -> None:
    texts = {path: text_of(document(f"{text}\n\n{shared} {shared}")) for path, text in pages.items()}
    order = list(texts)
    chance.shuffle(order)
    assert find_copies({path: texts[path] for path in order}) == find_copies(texts)


@given(st.integers(2, 6), st.integers(25, 90))
def test_pages_without_a_word_in_common_have_no_copies(pages: int, words: int) -> None:
    assert copies({f"{letter}.md": prose(letter, words) for letter in "abcdef"[:pages]}) == []


@settings(max_examples=60, deadline=None)
@given(PAGES)
def test_every_copy_names_passages_of_both_pages_and_each_passage_once(pages: dict[str, str]) -> None:
    pages |= {f"{path}-again": f"{text}\n\n{prose('own')}" for path, text in pages.items()}
    texts = {path: text_of(document(text)) for path, text in pages.items()}
    seen = set()
    for copy in find_copies(texts):
        starts = {passage.span.start for passage in texts[copy.page].passages}
        assert copy.page != copy.other
        assert copy.other_line in {passage.line for passage in texts[copy.other].passages}
        for span in (copy.span, *copy.also):
            assert span.start in starts
            assert (copy.page, span.start) not in seen
            seen.add((copy.page, span.start))


def test_a_page_full_of_one_passage_costs_no_more_than_others() -> None:
    many = "\n\n".join([prose("a", 30)] * 3_000)
    assert told({"many.md": many, "guide.md": f"{prose('b')}\n\n{prose('a', 30)}"}) == []
