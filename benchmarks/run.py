"""How long a review takes, in processor seconds: a page, ten pages, a handbook, cold, and against parsing alone.

    python benchmarks/run.py [HANDBOOK_FOLDER ...] [--rounds 3]

Without a folder the example handbook is reviewed, repeated until it is as large as a real one. Processor time is
quoted, since wall-clock time on a shared machine says little; the ratio to parsing alone holds on any machine.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from markdown_it import MarkdownIt
from processes import cost_of

from ld_review.config_file import default_config
from ld_review.discovery import Wanted, discover
from ld_review.engine import read_page, review_page
from ld_review.markdown import parse
from ld_review.source import Source

FEW = 10
EXAMPLES = Path(__file__).parents[1] / "examples" / "handbook"


def main() -> None:
    """Measure and print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folders", type=Path, nargs="*")
    options.add_argument("--rounds", type=int, default=3)
    asked = options.parse_args()
    folders, best = asked.folders, partial(_best, rounds=asked.rounds)
    sources = list(_read(folders)) if folders else [page for page in _read([EXAMPLES]) for _ in range(400)]
    size = sum(len(source.text.encode()) for source in sources) / 1e6
    print(f"{len(sources)} pages, {size:.1f} MB, Python {sys.version.split()[0]}\n")
    config = default_config()
    rules, settings = config.rules_for("page.md"), config.settings_for("page.md")
    stock = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    alone = best(sources, lambda source: stock.parse(source.text))
    steps = {
        "parsing alone, markdown-it-py": alone,
        "our document, exact places": best(sources, lambda source: parse(_fresh(source))),
        "and its learning elements": best(sources, lambda source: read_page(_fresh(source), settings)),
        f"review, {len(rules)} rules": best(sources, lambda source: review_page(_fresh(source), rules, settings)),
    }
    print(f"{'step':34}{'CPU s':>8}{'MB/s':>8}{'ratio':>8}")
    for name, seconds in steps.items():
        print(f"{name:34}{seconds:8.2f}{size / seconds:8.2f}{seconds / alone:8.2f}")
    print(f"\npeak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB\n")
    _processes(sources, folders, asked.rounds)


def _read(folders: list[Path]) -> list[Source]:
    found = discover(folders, Wanted(root=Path.cwd())).pages
    return [Source.from_bytes(page, Path(page).read_bytes()) for page in found]


def _fresh(source: Source) -> Source:
    return Source(source.path, source.text)


def _best(sources: list[Source], step, *, rounds: int) -> float:
    """The least processor time of some rounds over all pages."""
    times = []
    for _ in range(rounds):
        gc.collect()
        began = time.process_time()
        for source in sources:
            step(source)
        times.append(time.process_time() - began)
    return min(times)


def _processes(sources: list[Source], folders: list[Path], rounds: int) -> None:
    """Whole processes, from the start of Python on: what the hook and the pipeline pay, with what earlier runs kept."""
    middle = sorted(sources, key=lambda source: abs(len(source.text) - 20_000))
    print(f"{'new process':34}{'CPU s':>8}{'MB':>8}")
    with tempfile.TemporaryDirectory() as kept, tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "0.md"
        for number, source in enumerate(middle[:FEW]):
            (Path(folder) / f"{number}.md").write_text(source.text, encoding="utf-8")
        row = partial(_row, environment={"LD_REVIEW_CACHE_DIR": kept}, rounds=rounds)
        row("python alone", [sys.executable, "-c", "pass"])
        one = _command(str(page))
        row("one page of 20 KB, nothing kept", one, before=lambda: _empty(Path(kept)))
        row("the same page, its text changed", one, before=lambda: _change(page))
        row("the same page, nothing changed", one)
        row("ten such pages, nothing changed", _command(folder), warm=True)
        if folders:
            everything = _command(*map(str, folders))
            row("all, nothing kept", everything, before=lambda: _empty(Path(kept)), rounds=1)
            row("all, nothing changed", everything)


def _empty(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


def _change(page: Path) -> None:
    page.write_text(page.read_text(encoding="utf-8") + "\nAnother line.\n", encoding="utf-8")


def _command(*paths: str) -> list[str]:
    return [sys.executable, "-m", "ld_review", "--isolated", "--jobs", "1", "--format", "concise", *paths]


def _row(
    name: str,
    command: list[str],
    *,
    environment: Mapping[str, str],
    rounds: int,
    before: Callable[[], None] = lambda: None,
    warm: bool = False,
) -> None:
    """Print processor seconds and peak memory of a new process with this command, the best of some rounds.

    *before* is done before each round; with *warm* there is one more round that does not count.
    """
    costs = []
    for _ in range(rounds + warm):
        before()
        costs.append(cost_of(command, environment=environment))
    best = min(costs[warm:], key=lambda cost: cost.cpu)
    print(f"{name:34}{best.cpu:8.2f}{best.memory:8.0f}")


if __name__ == "__main__":
    main()
