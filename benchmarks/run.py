"""How long a review takes, in processor seconds: a page, ten pages, a handbook, cold, and against parsing alone.

    python benchmarks/run.py [HANDBOOK_FOLDER ...]

Without a folder the example handbook is reviewed, repeated until it is as large as a real one. Processor time is
quoted, since wall-clock time on a shared machine says little; the ratio to parsing alone holds on any machine.
"""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from markdown_it import MarkdownIt

from ld_review.config_file import default_config
from ld_review.discovery import Wanted, discover
from ld_review.engine import read_page, review_page
from ld_review.markdown import parse
from ld_review.source import Source

ROUNDS = 3
EXAMPLES = Path(__file__).parents[1] / "examples" / "handbook"


def main() -> None:
    """Measure and print a table."""
    folders = [Path(name) for name in sys.argv[1:]]
    sources = list(_read(folders)) if folders else [page for page in _read([EXAMPLES]) for _ in range(400)]
    size = sum(len(source.text.encode()) for source in sources) / 1e6
    print(f"{len(sources)} pages, {size:.1f} MB, Python {sys.version.split()[0]}\n")
    config = default_config()
    rules, settings = config.rules_for("page.md"), config.settings_for("page.md")
    stock = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    alone = _best(sources, lambda source: stock.parse(source.text))
    steps = {
        "parsing alone, markdown-it-py": alone,
        "our document, exact places": _best(sources, lambda source: parse(_fresh(source))),
        "and its learning elements": _best(sources, lambda source: read_page(_fresh(source), settings)),
        f"review, {len(rules)} rules": _best(sources, lambda source: review_page(_fresh(source), rules, settings)),
    }
    print(f"{'step':34}{'CPU s':>8}{'MB/s':>8}{'ratio':>8}")
    for name, seconds in steps.items():
        print(f"{name:34}{seconds:8.2f}{size / seconds:8.2f}{seconds / alone:8.2f}")
    print(f"\npeak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB\n")
    _processes(sources, folders)


def _read(folders: list[Path]) -> list[Source]:
    found = discover(folders, Wanted(root=Path.cwd())).pages
    return [Source.from_bytes(page, Path(page).read_bytes()) for page in found]


def _fresh(source: Source) -> Source:
    return Source(source.path, source.text)


def _best(sources: list[Source], step) -> float:
    """The least processor time of some rounds over all pages."""
    times = []
    for _ in range(ROUNDS):
        gc.collect()
        began = time.process_time()
        for source in sources:
            step(source)
        times.append(time.process_time() - began)
    return min(times)


def _processes(sources: list[Source], folders: list[Path]) -> None:
    """Whole processes, from the start of Python on: what the hook and the pipeline pay."""
    middle = sorted(sources, key=lambda source: abs(len(source.text) - 20_000))
    with tempfile.TemporaryDirectory() as folder:
        for number, source in enumerate(middle[:10]):
            (Path(folder) / f"{number}.md").write_text(source.text, encoding="utf-8")
        runs = {
            "python alone": [sys.executable, "-c", "pass"],
            "one page of 20 KB": _command(f"{folder}/0.md"),
            "ten pages of 20 KB": _command(folder),
        }
        if folders:
            runs["all of it"] = _command(*map(str, folders))
        print(f"{'new process':34}{'CPU s':>8}{'MB':>8}")
        for name, command in runs.items():
            seconds, memory = _child(command)
            print(f"{name:34}{seconds:8.2f}{memory:8.0f}")


def _command(*paths: str) -> list[str]:
    return [sys.executable, "-m", "ld_review", "--isolated", "--jobs", "1", "--format", "json", *paths]


def _child(command: list[str]) -> tuple[float, float]:
    """Processor seconds and peak memory of a new process with this command, the best of some rounds."""
    measured = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)\n"
    )
    rounds = []
    for _ in range(ROUNDS):
        result = subprocess.run([sys.executable, "-c", measured, *command], capture_output=True, text=True, check=True)
        seconds, memory = map(float, result.stdout.split())
        rounds.append((seconds, memory))
    return min(rounds)


if __name__ == "__main__":
    main()
