"""What it costs to share a review among machines: the shards, their parts and the merge, for more and more pages.

    python benchmarks/shards.py HANDBOOK_FOLDER [SHARDS]

Processor seconds and peak memory of whole processes with one job each, for every fourth of the pages, every second, and
all. At the end one run over all pages, whose report must be that of the merge, to the byte.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ld_review.discovery import discover

STEPS = (4, 2, 1)


class Cost(NamedTuple):
    """Of one process."""

    seconds: float
    memory: float
    """In MB."""


def main() -> None:
    """Measure and print a table."""
    top, number = Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 4
    pages = discover([top]).pages
    print(f"{len(pages)} pages, {number} shards, Python {sys.version.split()[0]}\n")
    print(f"{'':13} | {'shards':^28} | {'parts':>6} | {'merge':^12}")
    print(f"{'pages':>6} {'MB':>6} | {'CPU s':>14} {'largest':>7} {'MB':>5} | {'MB':>6} | {'CPU s':>6} {'MB':>5}")
    for step in STEPS:
        with tempfile.TemporaryDirectory() as folder:
            _measure(top, set(pages[::step]), set(pages), Path(folder), number, alone=step == 1)


def _measure(top: Path, kept: set[Path], pages: set[Path], folder: Path, number: int, *, alone: bool) -> None:
    left = pages - kept

    def ignored(where: str, names: Sequence[str]) -> list[str]:
        return [name for name in names if Path(where, name) in left]

    shutil.copytree(top, folder / "handbook", ignore=ignored, symlinks=True)
    parts = ("--parts", str(folder / "parts"))
    costs = [_cost(folder, "check", "--shard", f"{one}/{number}", *parts, ".") for one in range(1, number + 1)]
    written = sum(file.stat().st_size for file in (folder / "parts").iterdir())
    merge = _cost(folder, "merge", *parts, "--format", "json", ".", out="merged")
    size = sum(page.stat().st_size for page in kept) / 1e6
    total, largest = sum(cost.seconds for cost in costs), max(cost.seconds for cost in costs)
    memory = max(cost.memory for cost in costs)
    shards = f"{total:14.1f} {largest:7.1f} {memory:5.0f}"
    print(
        f"{len(kept):6} {size:6.1f} | {shards} | {written / 1e6:6.1f} | {merge.seconds:6.1f} {merge.memory:5.0f}",
        flush=True,
    )
    if alone:
        cost = _cost(folder, "check", "--format", "json", ".", out="alone")
        same = (folder / "alone").read_bytes() == (folder / "merged").read_bytes()
        print(
            f"\none run: {cost.seconds:.1f} CPU s, {cost.memory:.0f} MB; its report is {'the same' if same else 'NOT'}"
        )


def _cost(folder: Path, command: str, *arguments: str, out: str = "ignored") -> Cost:
    run = [
        sys.executable,
        "-m",
        "ld_review",
        command,
        "--isolated",
        "--jobs",
        "1",
        "--no-cache",
        "--exit-zero",
        *arguments,
    ]
    measured = (
        "import resource, subprocess, sys\n"
        "with open(sys.argv[1], 'wb') as out:\n"
        "    done = subprocess.run(sys.argv[2:], stdout=out, stderr=subprocess.PIPE)\n"
        "if done.returncode and b'could not be reviewed' in done.stderr: sys.exit(done.stderr.decode())\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", measured, str(folder / out), *run],
        cwd=folder / "handbook",
        env={**os.environ, "LD_REVIEW_CACHE_DIR": str(folder / "cache")},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Cost(*map(float, result.stdout.split()))


if __name__ == "__main__":
    main()
