"""How far the review agrees with three people who reviewed the same pages.

    python benchmarks/readers.py FOLDER [--write docs/accuracy.md] [--show] [--inferred]

FOLDER holds ``groundtruth/reviews.jsonl`` and ``corpora/gitlab-handbook``. ``readers.json`` beside this program says
which rule finds which of their points: a page, the index of the point, and the rules of which one has to find something
there; which question of the report asks a person about it; and it judges each error and warning that none of them
raised. With ``--write`` the tables replace those between the comments ``readers:begin`` and ``readers:end`` of a
Markdown page; with ``--show`` what is not found is listed.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ld_review.config_file import default_config
from ld_review.finding import Severity
from ld_review.questionbook import bundled_questions
from ld_review.report.making import make_report
from ld_review.review import PageReview
from ld_review.rule import DIMENSIONS
from ld_review.runner import review_paths

JUDGED = Path(__file__).with_name("readers.json")
BEGIN, END = "<!-- readers:begin -->", "<!-- readers:end -->"


class Read(NamedTuple):
    """A page as the readers and as the review see it."""

    path: str
    said: dict[str, Any]
    page: PageReview
    questions: frozenset[str]
    """What the report asks a person."""

    def lines(self) -> dict[str, list[int]]:
        """Of each rule the lines where it found something."""
        lines = defaultdict(list)
        for finding in self.page.findings:
            lines[finding.rule].append(self.page.source.position(finding.span.start).line)
        return lines


def main() -> None:
    """Measure, print, and write what was asked for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--write", type=Path)
    options.add_argument("--show", action="store_true")
    options.add_argument("--inferred", action="store_true", help="leave the profiles to the review")
    asked = options.parse_args()
    reviews = asked.folder / "groundtruth" / "reviews.jsonl"
    if not reviews.is_file():
        print(f"no reviews in {asked.folder}: nothing to measure")
        return
    pages = _read(reviews, asked.folder / "corpora" / "gitlab-handbook", inferred=asked.inferred)
    judged = json.loads(JUDGED.read_text("utf-8"))
    text = "\n".join((*_verdicts(pages), "", *_shares(pages, judged, show=asked.show), "", *_unraised(pages, judged)))
    print(text)
    if asked.write:
        page = asked.write.read_text("utf-8")
        before, after = page.split(BEGIN)[0], page.split(END)[1]
        asked.write.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", "utf-8")


def _read(reviews: Path, handbook: Path, *, inferred: bool) -> list[Read]:
    """The pages, each with the profile that the readers gave it, those of one profile in one run."""
    said = [json.loads(line) for line in reviews.read_text("utf-8").splitlines()]
    found = {}
    for profile in dict.fromkeys(one["profile"] for one in said):
        config = default_config().with_preset("gitlab")
        config = config if inferred else config.with_profile(profile)
        paths = [handbook / one["path"] for one in said if one["profile"] == profile]
        review = review_paths(paths, config)
        asked = {page.path: frozenset(one.ask for one in page.questions) for page in make_report(review, config).pages}
        for page in review.pages:
            found[page.path.relative_to(handbook).as_posix()] = (page, asked[review.place(page)])
    return [Read(one["path"], one, *found[one["path"]]) for one in said]


def _verdicts(pages: list[Read]) -> Iterator[str]:
    agreed, rows = 0, []
    for page in pages:
        for verdict in page.page.verdicts:
            theirs = page.said["verdict"][verdict.dimension]
            agreed += theirs == verdict.outcome
            if theirs != verdict.outcome:
                rows.append(f"| {_short(page.path)} | {verdict.dimension} | {theirs} | {verdict.outcome} |")
    yield f"Verdicts: **{agreed} of {len(pages) * len(DIMENSIONS)}** agree. The others:\n"
    yield "| page | dimension | readers | review |"
    yield "| --- | --- | --- | --- |"
    yield from rows


def _shares(pages: list[Read], judged: dict[str, Any], *, show: bool) -> Iterator[str]:
    """Of what at least two readers said, how much is found."""
    found: Counter[tuple[str, str]] = Counter()
    asked: Counter[tuple[str, str]] = Counter()
    words = {question.id: question.ask for question in bundled_questions()}
    every: Counter[tuple[str, str]] = Counter()
    for page in pages:
        lines = page.lines()
        for index, point in enumerate(page.said["findings"]):
            key = (point["dimension"], point["from_the_source_alone"])
            if point["readers"] < 2 or key[1] == "no":
                continue
            every[key] += 1
            rules = judged["found"].get(page.path, {}).get(str(index), [])
            hit = any(_found(rule, point["line"], lines) for rule in rules)
            found[key] += hit
            question = judged["asked"].get(page.path, {}).get(str(index), "")
            asked[key] += not hit and words.get(question) in page.questions
            if show and not hit:
                print(f"not found: {_short(page.path)} {index} [{key[1]}] {point['problem'][:150]}")
    yield "| what at least two readers said | the source alone shows it | in part |"
    yield "| --- | --: | --: |"
    for dimension in (*DIMENSIONS, ""):
        cells = []
        for kind in ("yes", "partly"):
            keys = [key for key in every if key[1] == kind and dimension in ("", key[0])]
            more = sum(asked[key] for key in keys)
            cells.append(
                f"{sum(found[key] for key in keys)} of {sum(every[key] for key in keys)}"
                + (f", {more} more asked" if more else "")
            )
        yield f"| {dimension or '**all**'} | {' | '.join(cells)} |"


def _found(rule: str, line: int, lines: dict[str, list[int]]) -> bool:
    """Whether a rule found something; ``rule@`` wants it within five lines of what the readers marked."""
    name, near, _ = rule.partition("@")
    return any(not near or abs(one - line) <= 5 for one in lines.get(name, ()))


def _unraised(pages: list[Read], judged: dict[str, Any]) -> Iterator[str]:
    """Each error and warning that no reader raised, with what somebody judged it to be."""
    right = Counter[str]()
    rows = []
    for page in pages:
        lines = page.lines()
        raised = {rule.partition("@")[0] for rules in judged["found"].get(page.path, {}).values() for rule in rules}
        heavy = {one.rule for one in page.page.findings if one.severity is not Severity.SUGGESTION}
        for rule in sorted(heavy - raised):
            verdict = judged["unraised"].get(page.path, {}).get(rule, "not judged")
            right[verdict.split(":")[0]] += 1
            rows.append(f"| {_short(page.path)} | `{rule}` | {len(lines[rule])} | {verdict} |")
    counts = ", ".join(f"{number} {verdict}" for verdict, number in right.most_common())
    yield f"Errors and warnings that no reader raised: **{counts or 'none'}**.\n"
    yield "| page | rule | findings | judged |"
    yield "| --- | --- | --: | --- |"
    yield from rows


def _short(path: str) -> str:
    parts = path.split("/")
    return "/".join(parts[-2:]) if parts[-1].startswith("index.") else parts[-1]


if __name__ == "__main__":
    main()
