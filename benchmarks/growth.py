"""How the time and memory of a review grow with the pages, and which pages and rules take longest, and why.

    python benchmarks/growth.py FOLDER [--sizes 1,2,4,8] [--rounds 1] [--slowest 20] [--write docs/performance.md]

A larger handbook is made of the same pages in further folders, half of whose longer words are others, each time
different ones. The whole command runs over it in one process, cold and then warm. After that every page of FOLDER is
taken apart: how long parsing takes, the learning elements, what is kept of it for the handbook, and each rule that
looks at one page. What several rules share, such as a view, is booked on the first that asks. ``--sizes=`` leaves out
the first part, ``--slowest 0`` the second.

With ``--write`` the tables replace those between the two comments ``growth:begin`` and ``growth:end`` of a Markdown
page.
"""

from __future__ import annotations

import argparse
import gc
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple
from zlib import crc32

from processes import Cost, cost_of
from tables import machine, replace_between, spread, table

from ld_review.checks.copy import Copy
from ld_review.config import Config
from ld_review.config_file import default_config
from ld_review.document import Document
from ld_review.engine import read_page
from ld_review.handbook.facts import facts_of
from ld_review.markdown import parse
from ld_review.runner import find_pages
from ld_review.source import Source
from ld_review.survey import place_of

ROUNDS = 3
"""How often a page that seems slow is taken apart; the least counts."""
LEAST_BYTES = 2_000
"""A smaller page is not held against others by the byte: what every page costs would be all there is to see."""
MIDDLE = range(5_000, 20_000)
LARGEST = 20
LEAST_SHARE = 0.01
_TOP = re.compile(r"\A(.*?(?:source|content|docs)/)?")
_WORD = re.compile(r"\b[a-z]{5,}\b")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Apart(NamedTuple):
    """A page with the processor seconds of each step of its review."""

    place: str
    source: Source
    size: int
    steps: dict[str, float]
    profile: str

    @property
    def seconds(self) -> float:
        """Of all steps together."""
        return sum(self.steps.values())

    @property
    def by_size(self) -> float:
        """Microseconds for each KB."""
        return self.seconds / self.size * 1e9


def main() -> None:
    """Measure, print, and write what was asked for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--sizes", default="1,2,4,8", help="how many times the pages, with commas between them")
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--slowest", type=int, default=20)
    options.add_argument("--write", type=Path, help="the page whose tables to replace")
    asked = options.parse_args()
    sizes = [int(size) for size in asked.sizes.split(",") if size]
    command = (
        f"python benchmarks/growth.py FOLDER --sizes={asked.sizes} --rounds {asked.rounds} --slowest {asked.slowest}"
    )
    lines = [f"`{command}`, {machine()}.", ""]
    config = default_config().located(asked.folder)
    pages = find_pages([asked.folder], config).pages
    if sizes:
        lines += [*_growth(pages, asked.folder, sizes, asked.rounds), ""]
    if asked.slowest:
        _apart(pages[0], config)  # what is read and compiled once is no page's
        lines += _slowest([_apart(page, config) for page in pages], config, asked.slowest)
    text = "\n".join(lines).rstrip()
    print(text)
    if asked.write:
        replace_between(asked.write, "growth", text)


def _growth(pages: Sequence[Path], folder: Path, sizes: Sequence[int], rounds: int) -> Iterator[str]:
    """A table of what the whole command takes for one, two, four ... times the pages."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        for size in sizes:
            copy = Path(name, "pages", str(size))
            (copy / ".git").mkdir(parents=True)
            count = sum(_write_again(page, folder, copy, range(size)) for page in pages)
            runs = [_whole(copy, Path(name, "cache", f"{size}-{number}")) for number in range(rounds)]
            rows.append(_growth_row(size, len(pages) * size, count, runs))
    heads = ("pages", "MB", "findings", "cold, CPU s", "ms a page", "peak MB", "warm, CPU s", "ms a page", "peak MB")
    yield from table(["", *heads], rows)


def _growth_row(size: int, pages: int, count: int, runs: Sequence[tuple[Cost, Cost, int]]) -> list[str]:
    cells = [f"{size}x", f"{pages:,}", f"{count / 1e6:.1f}", f"{runs[0][2]:,}"]
    for costs in zip(*((cold, warm) for cold, warm, _ in runs), strict=True):
        cpu = [cost.cpu for cost in costs]
        cells += [spread(cpu, 1), f"{median(cpu) / pages * 1e3:.2f}", spread([cost.memory for cost in costs], 0)]
    return cells


def _write_again(page: Path, folder: Path, copy: Path, numbers: range) -> int:
    """Write a page as often as there are numbers, and say how many bytes that makes."""
    source = Source.from_bytes(page, page.read_bytes())
    count = 0
    for number in numbers:
        path = page.relative_to(folder).as_posix()
        target = copy / (_TOP.sub(rf"\g<0>again-{number}/", path, count=1) if number else path)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = _reworded(source, number) if number else source.text
        count += target.write_bytes(text.encode())
    return count


def _reworded(source: Source, number: int) -> str:
    """The text of a page, half of whose longer words below its headings are others: links to headings lead there."""
    parts, end = [], 0
    document = parse(source)
    view = document.without("prose", [block.span for block in document.blocks if block.kind == "heading"])
    turned = str.maketrans(_LETTERS, _LETTERS[number:] + _LETTERS[:number])
    for word in _WORD.finditer(view):
        if crc32(f"{number}{word[0]}".encode()) % 2:
            parts += (source.text[end : word.start()], word[0].translate(turned))
            end = word.end()
    return "".join([*parts, source.text[end:]])


def _whole(folder: Path, cache: Path) -> tuple[Cost, Cost, int]:
    """What the command takes cold and warm, and how much it finds."""
    command = (sys.executable, "-m", "ld_review", "check", ".", "--isolated", "--jobs", "1", "--exit-zero", "--quiet")
    output = cache.with_suffix(".txt")
    cache.mkdir(parents=True)
    costs = []
    for state in ("cold", "warm"):
        environment = {"LD_REVIEW_CACHE_DIR": str(cache)}
        cost = cost_of([*command, "--format", "concise"], folder, output=output, environment=environment)
        if cost.status:
            sys.exit(f"the command ended with {cost.status}: {output.read_text('utf-8')[-500:]}")
        print(f"{folder.name}x, {state}: {cost.cpu:.1f} CPU s, {cost.wall:.1f} s", file=sys.stderr)
        costs.append(cost)
    with output.open("rb") as file:
        return costs[0], costs[1], sum(1 for _ in file)


def _apart(path: Path, config: Config) -> Apart:
    """Take the review of a page apart."""
    source = Source.from_bytes(path, path.read_bytes())
    place, settings, rules = place_of(path, config.site), config.settings_for(path), config.rules_for(path)
    steps = {"parse": _seconds(lambda: parse(_fresh(source), settings.heading_ids))}
    began = time.process_time()
    page, _ = read_page(_fresh(source), settings)
    steps["elements"] = max(0.0, time.process_time() - began - steps["parse"])
    copies = any(isinstance(rule.check, Copy) for rule in rules)
    steps["facts"] = _seconds(lambda: facts_of(page, place, settings.heading_ids, with_text=copies))
    for rule in rules:
        if rule.looks_across or not rule.reads(page.course.profile.name, page.course.spec.learning):
            continue
        if not rule.language or page.language.reads(rule.language):
            steps[rule.id] = _seconds(lambda rule=rule: [*rule.check.find(page)])
    return Apart(place, source, len(source.text.encode()), steps, page.course.profile.name)


def _seconds(step: Callable[[], object]) -> float:
    began = time.process_time()
    step()
    return time.process_time() - began


def _fresh(source: Source) -> Source:
    return Source(source.path, source.text)


def _slowest(pages: Sequence[Apart], config: Config, number: int) -> Iterator[str]:
    """Tables of the slowest pages, by themselves and by their size, and of the steps."""
    sized = [page for page in pages if page.size >= LEAST_BYTES]
    yield "The slowest pages:\n"
    yield from _page_table(_again(sorted(pages, key=lambda page: -page.seconds), config, number, _by_page))
    yield f"\nThe slowest pages of at least {LEAST_BYTES / 1e3:g} KB for their size:\n"
    yield from _page_table(_again(sorted(sized, key=lambda page: -page.by_size), config, number, _by_size))
    yield "\nThe steps and rules that take most, and what they take by size of the page:\n"
    yield from _step_table(pages)


def _by_page(page: Apart) -> float:
    return page.seconds


def _by_size(page: Apart) -> float:
    return page.by_size


def _again(pages: Sequence[Apart], config: Config, number: int, key: Callable[[Apart], float]) -> list[Apart]:
    """The slowest, once those that seem slow were taken apart some times more: another process may have been why."""
    sure = []
    for page in pages[: 2 * number]:
        rounds = [_apart(Path(page.source.path), config).steps for _ in range(ROUNDS)]
        sure.append(page._replace(steps={step: min(one[step] for one in rounds) for step in page.steps}))
    return sorted(sure, key=key, reverse=True)[:number]


def _page_table(pages: Sequence[Apart]) -> Iterator[str]:
    heads = ("page", "profile", "what it holds", "where the time goes", "KB", "CPU ms", "µs a KB")
    yield from table(heads, map(_page_row, pages), left=4)


def _page_row(page: Apart) -> list[str]:
    steps = sorted(page.steps.items(), key=lambda step: -step[1])[:4]
    goes = ", ".join(f"{name} {seconds / page.seconds:.0%}" for name, seconds in steps)
    numbers = f"{page.size / 1e3:.1f}", f"{page.seconds * 1e3:.1f}", f"{page.by_size:.0f}"
    return [f"`{page.place}`", page.profile or "–", _contents(parse(_fresh(page.source))), goes, *numbers]


def _contents(document: Document) -> str:
    """What a page is made of, by number."""
    counts = Counter(block.kind for block in document.blocks) + Counter(inline.kind for inline in document.inlines)
    return ", ".join(f"{number} {kind}" for kind, number in counts.most_common(5))


def _step_table(pages: Sequence[Apart]) -> Iterator[str]:
    groups = {
        f"{MIDDLE.start / 1e3:g} to {MIDDLE.stop / 1e3:g} KB": [page for page in pages if page.size in MIDDLE],
        f"the {LARGEST} largest": sorted(pages, key=lambda page: -page.size)[:LARGEST],
    }
    totals = _totals(pages)
    whole, by_group = sum(totals.values()), [_by_kilobyte(some) for some in groups.values()]
    rows = [
        [name, f"{seconds:.2f}", f"{seconds / whole:.1%}", *(f"{group.get(name, 0):.1f}" for group in by_group)]
        for name, seconds in sorted(totals.items(), key=lambda step: -step[1])
        if seconds >= LEAST_SHARE * whole
    ]
    yield from table(("step", "CPU s", "of all", *(f"µs a KB, {name}" for name in groups)), rows)


def _totals(pages: Sequence[Apart]) -> dict[str, float]:
    totals: dict[str, float] = defaultdict(float)
    for page in pages:
        for name, seconds in page.steps.items():
            totals[name] += seconds
    return totals


def _by_kilobyte(pages: Sequence[Apart]) -> dict[str, float]:
    """Microseconds of each step for each KB of the pages on which it was taken."""
    sizes: dict[str, int] = defaultdict(int)
    for page in pages:
        for name in page.steps:
            sizes[name] += page.size
    return {name: seconds / sizes[name] * 1e9 for name, seconds in _totals(pages).items()}


if __name__ == "__main__":
    gc.freeze()
    main()
