"""How often learning elements and course pages are recognised, on pages that people labelled.

    python benchmarks/accuracy.py FOLDER [--write docs/accuracy.md]

FOLDER holds ``groundtruth/labels.jsonl`` with its pages, ``groundtruth/pages.tsv``, ``corpora/gitlab-handbook``, and in
``eval`` the two programs that compare a review with them. With ``--write`` the tables replace those between the two
comments ``accuracy:begin`` and ``accuracy:end`` of a Markdown page.

Besides, each source of pages is measured once more as if its author were new: without every cue of the vocabulary that
no other source confirms.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from tables import replace_between

from ld_review.elementbook import bundled_lexicon
from ld_review.learning import Lexicon, recognise
from ld_review.markdown import parse
from ld_review.source import Source

ELEMENTS = {
    "has_objectives": ("objectives", "objective"),
    "has_practice": ("practice", "practice"),
    "has_knowledge_check": ("knowledge check", "knowledge-check"),
    "has_reflection": ("reflection", "reflection"),
    "has_summary": ("summary", "summary"),
    "duration_stated": ("duration", "duration"),
    "has_prerequisites": ("prerequisites", "prerequisite"),
}


def main() -> None:
    """Measure, print, and write what was asked for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--write", type=Path)
    asked = options.parse_args()
    if not (asked.folder / "groundtruth" / "labels.jsonl").is_file():
        print(f"no labelled pages in {asked.folder}: nothing to measure")
        return
    text = "\n".join(_tables(asked.folder))
    print(text)
    if asked.write:
        replace_between(asked.write, "accuracy", text)


def _tables(folder: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        yield from _element_tables(folder, _review(folder / "groundtruth", work / "labelled.json"), work)
        yield ""
        yield from _course_pages(folder, _review(folder / "corpora" / "gitlab-handbook", work / "handbook.json"))


def _review(folder: Path, output: Path) -> Path:
    """What the command says of the pages of a folder, with no rule on: elements and profiles are always there."""
    command = [sys.executable, "-m", "ld_review", "check", str(folder), "--isolated", "--ignore", "all", "--quiet"]
    with output.open("w", encoding="utf-8") as file:
        subprocess.run([*command, "--format", "json", "--exit-zero"], stdout=file, check=False)
    return output


def _element_tables(folder: Path, review: Path, work: Path) -> Iterator[str]:
    rows = [json.loads(line) for line in (folder / "groundtruth" / "labels.jsonl").read_text("utf-8").splitlines()]
    for kind in ("orig", "plain"):
        totals = work / f"{kind}.json"
        program = [sys.executable, str(folder / "eval" / "elements.py"), str(review)]
        labels = str(folder / "groundtruth" / "labels.jsonl")
        subprocess.run([*program, labels, "--kind", kind, "--json", str(totals)], stdout=subprocess.DEVNULL, check=True)
        new = _as_new_authors(folder / "groundtruth", rows, kind)
        yield f"**{'As the authors wrote them' if kind == 'orig' else 'In plain Markdown'}** (`{kind}`):\n"
        yield '| element | pages | precision | recall | F1 | "missing" is right | F1 as a new author\'s |'
        yield "| --- | --: | --: | --: | --: | --: | --: |"
        for field, counts in json.loads(totals.read_text("utf-8")).items():
            yield _row(ELEMENTS[field][0], counts, new[field])
        yield ""


def _row(name: str, counts: dict[str, float], new: Counter[str]) -> str:
    tp, fp, fn, tn = (int(counts[cell]) for cell in ("tp", "fp", "fn", "tn"))
    return (
        f"| {name} | {int(counts['n'])} | {_share(tp, tp + fp)} | {_share(tp, tp + fn)} | {counts['f1']:.3f} "
        f"| {_share(tn, tn + fn)} | {_share(2 * new['tp'], 2 * new['tp'] + new['fp'] + new['fn'])} |"
    )


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.3f}" if whole else "–"


def _course_pages(folder: Path, review: Path) -> Iterator[str]:
    pages = folder / "groundtruth" / "pages.tsv"
    program = [sys.executable, str(folder / "eval" / "course_pages.py"), str(review), str(pages)]
    said = subprocess.run(program, capture_output=True, text=True, check=True).stdout
    yield from ("```text", said.strip(), "```")


def _as_new_authors(folder: Path, rows: list[dict[str, object]], kind: str) -> dict[str, Counter[str]]:
    """For each element the counts, where each source is read without the cues that only it has."""
    with ProcessPoolExecutor() as pool:
        cues = list(pool.map(partial(_cues, folder, kind, frozenset()), rows, chunksize=20))
        used: dict[str, set[str]] = defaultdict(set)
        for row, found in zip(rows, cues, strict=True):
            used[str(row["source"])] |= {cue for _, cue in found}
        jobs = {source: used[source] - set().union(*(used[one] for one in used if one != source)) for source in used}
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for source, gone in jobs.items():
            own = [row for row in rows if row["source"] == source]
            for row, found in zip(
                own, pool.map(partial(_cues, folder, kind, frozenset(gone)), own, chunksize=20), strict=True
            ):
                _count(counts, row, {element for element, _ in found})
    return counts


def _count(counts: dict[str, Counter[str]], row: dict[str, object], found: Iterable[str]) -> None:
    kinds = set(found)
    for field, (_, element) in ELEMENTS.items():
        truth = row.get(field)
        if truth is not None:
            counts[field][("t" if (element in kinds) == truth else "f") + ("p" if element in kinds else "n")] += 1


def _cues(folder: Path, kind: str, gone: frozenset[str], row: dict[str, object]) -> set[tuple[str, str]]:
    """The kinds of element on a page with the cues that told, without those that are *gone*."""
    lexicon = _lexicon(gone)
    path = folder / str(row[f"{kind}_file"])
    document = parse(Source.from_bytes(path, path.read_bytes()))
    return {(element.kind, element.cue) for element in recognise(document, lexicon).elements}


@cache
def _lexicon(gone: frozenset[str]) -> Lexicon:
    lexicon = bundled_lexicon()
    words = lexicon.vocabulary.without(gone).kinds
    kinds = {id_: replace(kind, words=words.get(id_, kind.words)) for id_, kind in lexicon.kinds.items()}
    return Lexicon(kinds, lexicon.verbs, lexicon.profiles)


if __name__ == "__main__":
    main()
