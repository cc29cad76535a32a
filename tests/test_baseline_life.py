"""A baseline in the life of a handbook: pages are written, moved, swapped and deleted, and it is brought up to date."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from flagged import baseline_of, page
from ld_review.baseline import Baseline, Updated, read_baseline, updated, without_known, write_baseline
from ld_review.review import PageReview

_FIRST_LINES = 14
_MOST_LINES = 19
"""Of a page: more new ones would make another page of it."""
_FOLDERS = ("", "one/", "two/", "two/three/")


@dataclass
class Written:
    """A page as its author thinks of it."""

    number: int
    lines: int = _FIRST_LINES
    """How many lines it has that tell it from others."""
    sections: list[list[str]] = field(default_factory=lambda: [["## Part", ""], ["## Part", ""], ["### Part", ""]])
    ending: str = "\n"
    front_matter: str = ""

    def text(self) -> str:
        """The page; what is flagged stands on short lines."""
        filler = [f"Line {number} of page {self.number} says nothing.\n" for number in range(self.lines)]
        share = 1 + len(filler) // len(self.sections)
        parts = [
            "\n".join([heading, "", *filler[at * share : (at + 1) * share], *blocks])
            for at, (heading, *blocks) in enumerate(self.sections)
        ]
        return (self.front_matter + "# Page\n\n" + "\n\n".join(parts) + "\n").replace("\n", self.ending)

    def words(self) -> Counter[str]:
        """What is flagged on it."""
        return Counter(word for section in self.sections for word in section if word.startswith("vague"))


class Life(RuleBasedStateMachine):
    """What a baseline says, beside what it ought to say."""

    @initialize()
    def begin(self) -> None:
        self.top = Path(tempfile.mkdtemp())
        self.pages: dict[str, Written] = {}
        self.known: dict[int, Counter[str]] = {}
        self.place_of: dict[int, str] = {}
        """Where a page was when the baseline was written."""
        self.count = 0
        for name in ("a.md", "one/b.md", "two/c.md"):
            self._write(name, self._new())
        self.baseline: Baseline = baseline_of(self.top, *self._reviews())
        self._remember({page.number: page.words() for page in self.pages.values()})

    def teardown(self) -> None:
        shutil.rmtree(self.top)

    # What people do

    @rule(folder=st.sampled_from(_FOLDERS))
    def write_a_page(self, folder: str) -> None:
        self._write(f"{folder}{self.count}.md", self._new())

    @rule(data=st.data(), at=st.integers(0, 2), before=st.booleans())
    def flag_a_word(self, data: st.DataObject, at: int, before: bool) -> None:
        """One of a page's own two words, which may stand there already."""
        name = self._some(data)
        written = self.pages[name]
        word = f"vague{2 * written.number + data.draw(st.integers(0, 1))}"
        section = written.sections[at % len(written.sections)]
        section.insert(1 if before else len(section), word)
        self._write(name, written)

    @rule(data=st.data())
    def mend_a_word(self, data: st.DataObject) -> None:
        name = self._some(data)
        section = data.draw(st.sampled_from(self.pages[name].sections))
        if len(section) > 2:
            section.pop()
        self._write(name, self.pages[name])

    @rule(data=st.data())
    def edit_elsewhere(self, data: st.DataObject) -> None:
        name = self._some(data)
        written = self.pages[name]
        match data.draw(st.sampled_from(["line", "heading", "move", "level", "section", "ending", "front matter"])):
            case "line":
                written.lines = min(written.lines + 1, _MOST_LINES)
            case "heading":
                data.draw(st.sampled_from(written.sections))[0] = f"## Part {data.draw(st.integers(0, 3))}"
            case "move":
                written.sections.insert(0, written.sections.pop())
            case "level":
                section = data.draw(st.sampled_from(written.sections))
                section[0] = f"#{section[0]}" if section[0].startswith("## ") else section[0][1:]
            case "section":
                written.sections.insert(data.draw(st.integers(0, 2)), ["## New", "- a list", "- of two"])
            case "ending":
                written.ending = "\r\n" if written.ending == "\n" else "\n"
            case _:
                written.front_matter = "" if written.front_matter else "---\nowner: nobody\n---\n\n"
        self._write(name, written)

    @rule(data=st.data(), folder=st.sampled_from(_FOLDERS))
    def move_a_page(self, data: st.DataObject, folder: str) -> None:
        """Perhaps to where another one is, which is then gone."""
        name = self._some(data)
        target = data.draw(st.sampled_from([*self.pages, f"{folder}moved.md"]))
        self._write(target, self._taken(name))

    @rule(folder=st.sampled_from(["one/", "two/"]), into=st.sampled_from(["four/", "five/six/"]))
    def move_a_folder(self, folder: str, into: str) -> None:
        for name in [name for name in self.pages if name.startswith(folder)]:
            self._write(name.replace(folder, into, 1), self._taken(name))

    @precondition(lambda self: len(self.pages) > 1)
    @rule(data=st.data())
    def swap_two_pages(self, data: st.DataObject) -> None:
        one, other = data.draw(st.permutations(sorted(self.pages)))[:2]
        first, second = self._taken(one), self._taken(other)
        self._write(one, second)
        self._write(other, first)

    @precondition(lambda self: len(self.pages) > 1)
    @rule(data=st.data())
    def delete_a_page(self, data: st.DataObject) -> None:
        self._taken(self._some(data))

    @rule(add=st.booleans())
    def bring_it_up_to_date(self, add: bool) -> None:
        now = {written.number: written.words() for written in self.pages.values()}
        stays = {number: words & now.get(number, Counter()) for number, words in self.known.items()}
        new = {number: words - self.known.get(number, Counter()) for number, words in now.items()}
        before = self.baseline.size
        done = self._updated(add)
        assert done.kept == _size(stays)
        assert done.dropped == before - _size(stays)
        assert done.added == (_size(new) if add else 0)
        assert sum(done.new.values()) == (0 if add else _size(new))
        assert self.baseline.size == done.kept + done.added
        self._remember(now if add else stays)
        text = self.baseline.file.read_bytes()
        self._updated(add)
        assert self.baseline.file.read_bytes() == text

    # What holds at all times

    @invariant()
    def only_what_is_new_is_reported(self) -> None:
        clean, said = without_known(self._reviews(), self.baseline, whole=True)
        subtracted = 0
        for written, left in zip(self.pages.values(), clean, strict=True):
            known = self.known.get(written.number, Counter())
            assert _words(left) == written.words() - known
            subtracted += (written.words() & known).total()
        assert said.subtracted == subtracted
        assert said.gone == _size(self.known) - subtracted

    @invariant()
    def a_page_that_is_looked_at_alone_has_the_same_findings(self) -> None:
        for name, written in self.pages.items():
            before = self.place_of.get(written.number)
            if before in (None, name) or before not in self.pages:  # else nobody knows that two changed places
                [left], _ = without_known([page(self.top / name, written.text())], self.baseline)
                assert _words(left) == written.words() - self.known.get(written.number, Counter())

    # How it is done

    def _new(self) -> Written:
        self.count += 1
        word = f"vague{2 * self.count}"
        return Written(self.count, sections=[["## Part", "", word], ["## Part", "", word], ["### Part", ""]])

    def _some(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(sorted(self.pages)))

    def _write(self, name: str, written: Written) -> None:
        self.pages.pop(name, None)
        self.pages[name] = written
        file = self.top / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(written.text().encode())

    def _taken(self, name: str) -> Written:
        (self.top / name).unlink()
        return self.pages.pop(name)

    def _reviews(self) -> list[PageReview]:
        return [page(self.top / name, written.text()) for name, written in self.pages.items()]

    def _updated(self, add: bool) -> Updated:
        done = updated(self.baseline, self._reviews(), add=add, in_scope=lambda _: True)
        write_baseline(done.baseline)
        self.baseline = read_baseline(done.baseline.file)
        assert self.baseline == done.baseline
        return done

    def _remember(self, words: dict[int, Counter[str]]) -> None:
        self.known = {number: some for number, some in words.items() if some}
        self.place_of = {written.number: name for name, written in self.pages.items() if written.number in self.known}


def _words(review: PageReview) -> Counter[str]:
    return Counter(review.source[finding.span] for finding in review.findings)


def _size(words: dict[int, Counter[str]]) -> int:
    return sum(some.total() for some in words.values())


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40, stateful_step_count=12, deadline=None)
