"""What it costs to look across pages: for a whole handbook, for one page of it, and for two and four times the pages.

    python benchmarks/handbook.py HANDBOOK_FOLDER

Processor seconds. A larger handbook is made of the same pages at further addresses, each linking as the original does.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from ld_review.checks.base import AcrossPages
from ld_review.checks.copy import Copy
from ld_review.config import Config
from ld_review.config_file import default_config
from ld_review.engine import Draft, draft_page
from ld_review.handbook.facts import PageFacts
from ld_review.handbook.handbook import Handbook
from ld_review.runner import find_pages
from ld_review.source import Source
from ld_review.survey import place_of

SIZES = (1, 2, 4)
_ROOT = re.compile(r"\A(.*?(?:source|content|docs)/)?")


def main() -> None:
    """Measure and print two tables."""
    top = Path(sys.argv[1])
    config = default_config(top).located(top)
    drafts = _drafts(top, config)
    print(f"{len(drafts)} pages, Python {sys.version.split()[0]}\n")
    print(f"{'step':44}{'CPU s':>8}{'MB':>8}")
    for size in SIZES:
        _across(list(_multiplied(drafts, size)), config, f"links of {size}x the pages")
    _across([draft.facts for draft in drafts if draft.facts], config, "copies", copies=True)
    _processes(top, drafts)


def _drafts(top: Path, config: Config) -> list[Draft]:
    found = []
    for page in find_pages([top], config).pages:
        source = Source.from_bytes(page, page.read_bytes())
        rules = config.rules_for(page)
        found.append(draft_page(source, rules, config.settings_for(page), place_of(page, config.site)))
    return found


def _multiplied(drafts: Iterable[Draft], size: int) -> Iterable[PageFacts]:
    for number in range(size):
        for draft in drafts:
            if draft.facts is None:
                continue
            entry = draft.facts.entry
            path = _ROOT.sub(rf"\g<0>again-{number}/", entry.path, count=1) if number else entry.path
            yield draft.facts._replace(entry=entry._replace(path=path))


def _across(pages: Sequence[PageFacts], config: Config, name: str, *, copies: bool = False) -> None:
    """Ask all rules that look across pages about all of them."""
    checks = [rule.check for rule in config.rules_for(config.root / "page.md")]
    wanted = [one for one in checks if isinstance(one, AcrossPages) and isinstance(one, Copy) is copies]
    before, began = _memory(), time.process_time()
    handbook = Handbook(
        config.settings.layout,
        [page.entry for page in pages],
        reviewed=frozenset(page.entry.path for page in pages),
        texts={page.entry.path: page.text for page in pages},
    )
    for page in pages:
        detail = page.detail()
        for check in wanted:
            for _ in check.find_across(page.entry, detail, handbook):
                pass
    print(f"{name:44}{time.process_time() - began:8.2f}{_memory() - before:8.0f}")


def _memory() -> float:
    """What this process holds, in MB."""
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


def _processes(top: Path, drafts: Sequence[Draft]) -> None:
    """One page in a new process: alone, against the handbook, and against it once more."""
    page = min((draft.source for draft in drafts), key=lambda source: abs(len(source.text) - 20_000)).path
    command = [sys.executable, "-m", "ld_review", "--jobs", "1", "--exit-zero", "--quiet", "--isolated", str(page)]
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments in (
            ("one page alone", ["--ignore", "handbook-first"]),
            ("one page, the handbook read for the first time", []),
            ("one page, the handbook known", []),
        ):
            print(f"{name:48}{_seconds([*command, *arguments], folder):4.2f}")


def _seconds(command: list[str], cache: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "LD_REVIEW_CACHE_DIR": cache}
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
