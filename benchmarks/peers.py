"""ld-review and other linters of Markdown and prose, side by side in one run over the same pages.

    python benchmarks/peers.py FOLDER [--rounds 3] [--limit 300] [--only NAME,...] [--write docs/performance.md]

The pages of FOLDER are copied, so that all tools read the same: each under a name that ends in ``.md``, without what
the folder holds of settings for any of them. Of them are taken one page of about 20 KB, the ten nearest to that size,
and all. In each round every tool runs once, so that what else the machine does hits all alike. One that keeps a cache
runs twice in a row: cold, with nothing kept, and warm. One that is not done within the limit is stopped, and not asked
again.

Tools are taken from PATH; each is left out, with a word, where it is not there or does not start. With ``--write`` the
tables replace those between the two comments ``peers:begin`` and ``peers:end`` of a Markdown page.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from processes import Cost, cost_of
from tables import machine, replace_between, spread, table

from ld_review.config_file import default_config
from ld_review.runner import find_pages

PAGE_SIZE = 20_000
FEW = 10
LONGEST_REASON = 120
_VERSION = re.compile(r"\d+\.\d+[\w.]*")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Place(NamedTuple):
    """Where a tool works, besides the folder of the pages, in which it is started."""

    settings: Path
    cache: Path


class Tool(NamedTuple):
    """A linter, asked as somebody would who wants to know all that it finds on some pages."""

    name: str
    checks: str
    """What it looks for, as of the version that the documentation shows."""
    command: Callable[[Place], Sequence[str]]
    version: tuple[str, ...]
    """The command that tells its version; the first word of it has to be there."""
    configure: Callable[[Path], None] = lambda settings: None
    """Writes its settings into a folder; raises ``LookupError`` with what is missing."""
    cached: bool = False
    fine: tuple[int, ...] = (0, 1)
    """How a run ends that looked at everything."""


class Ready(NamedTuple):
    """A tool that can be run."""

    tool: Tool
    version: str
    place: Place


class Pages(NamedTuple):
    """Some pages in a folder of their own."""

    title: str
    folder: Path


class Run(NamedTuple):
    """One run of a tool."""

    cost: Cost
    lines: int
    """How many it printed."""
    trouble: str = ""
    """Why it does not count."""


def main() -> None:
    """Measure, print, and write what was asked for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--limit", type=float, default=300, help="seconds for one run of one tool")
    options.add_argument("--only", help="names of tools, with commas between them")
    options.add_argument("--write", type=Path, help="the page whose tables to replace")
    asked = options.parse_args()
    told = machine()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name).resolve()
        inputs = _inputs(asked.folder, work)
        ready, absent = _ready([tool for tool in _tools() if _is_wanted(tool, asked.only)], work)
        runs = {pages: _runs(pages, ready, asked.rounds, asked.limit) for pages in inputs}
    command = f"python benchmarks/peers.py FOLDER --rounds {asked.rounds} --limit {asked.limit:g}"
    text = "\n".join([f"`{command}`, {told}.", "", *_tables(ready, runs), *_words(absent, runs)])
    print(text)
    if asked.write:
        replace_between(asked.write, "peers", text)


def _is_wanted(tool: Tool, only: str | None) -> bool:
    return not only or tool.name in only.split(",")


def _inputs(folder: Path, work: Path) -> list[Pages]:
    """One page, a few, and all, each with its path in the folder."""
    found = find_pages([folder], default_config()).pages
    if not found:
        sys.exit(f"{folder}: there are no pages")
    nearest = sorted(found, key=lambda page: abs(page.stat().st_size - PAGE_SIZE))
    chosen = {"one": nearest[:1], "ten": nearest[:FEW], "all": found}
    return [_copied(pages, folder, work / name) for name, pages in chosen.items()]


def _copied(pages: Sequence[Path], folder: Path, copy: Path) -> Pages:
    (copy / ".git").mkdir(parents=True)
    for page in pages:
        relative = page.relative_to(folder)
        while relative.suffix != ".md" and ".md" in relative.suffixes:
            relative = relative.with_suffix("")
        target = copy / relative
        if relative.suffix != ".md" or target.exists():
            target = copy / f"{page.relative_to(folder)}.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(page, target)
    size = sum(page.stat().st_size for page in pages)
    number = f"{len(pages):,} pages" if len(pages) > 1 else "one page"
    return Pages(f"{number}, {size / 1e6:.1f} MB" if size > 1e6 else f"{number}, {size / 1e3:.0f} KB", copy)


def _ready(tools: Sequence[Tool], work: Path) -> tuple[list[Ready], list[str]]:
    """The tools that can be run, and why the others cannot."""
    ready, absent = [], []
    for tool in tools:
        place = Place(work / "settings" / tool.name, work / "cache" / tool.name)
        place.settings.mkdir(parents=True)
        try:
            version = _version(tool)
            tool.configure(place.settings)
            ready.append(Ready(tool, version, place))
        except LookupError as error:
            absent.append(f"{tool.name}: {error.args[0]}")
    return ready, absent


def _version(tool: Tool) -> str:
    if not shutil.which(tool.version[0]):
        raise LookupError("not on PATH")
    asked = subprocess.run(tool.version, capture_output=True, text=True, check=False)
    told = _VERSION.search(asked.stdout)
    if not told:
        raise LookupError(f"does not start: {_last_line(asked.stderr)}")
    return told[0]


def _runs(pages: Pages, ready: Sequence[Ready], rounds: int, limit: float) -> dict[tuple[str, str], list[Run]]:
    """All runs over some pages, by the tool and whether it was cold or warm."""
    runs: dict[tuple[str, str], list[Run]] = defaultdict(list)
    for number in range(rounds):
        for one in ready:
            name = one.tool.name
            if any(run.trouble for run in runs[name, "cold"] + runs[name, "warm"]):
                continue
            shutil.rmtree(one.place.cache, ignore_errors=True)
            one.place.cache.mkdir(parents=True)
            for state in ("cold", "warm") if one.tool.cached else ("cold",):
                run = _run(one, pages, limit)
                runs[name, state].append(run)
                print(f"{pages.title}, round {number + 1}: {name}, {state}: {run.cost.wall:.2f} s", file=sys.stderr)
                if run.trouble:
                    break
    return {key: some for key, some in runs.items() if some}


def _run(one: Ready, pages: Pages, limit: float) -> Run:
    output = one.place.settings.with_suffix(".output")
    environment = {"LD_REVIEW_CACHE_DIR": str(one.place.cache)}
    cost = cost_of(one.tool.command(one.place), pages.folder, output=output, limit=limit, environment=environment)
    said = output.read_text("utf-8", errors="replace")
    trouble = f"not done after {limit:g} s" if cost.stopped else ""
    if not trouble and cost.status not in one.tool.fine:
        trouble = f"exit status {cost.status}: {_last_line(said)}"
    return Run(cost, said.count("\n"), trouble)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in _COLOUR.sub("", text).splitlines() if line.strip()]
    return lines[-1][:LONGEST_REASON] if lines else "it said nothing"


def _tables(ready: Sequence[Ready], runs: dict[Pages, dict[tuple[str, str], list[Run]]]) -> Iterator[str]:
    yield from table(["tool", "version", "what it checks"], ([t.name, v, t.checks] for t, v, _ in ready), left=3)
    for pages, some in runs.items():
        yield ""
        yield from table([pages.title, "CPU s", "wall s", "MB", "lines printed"], _rows(ready, some))


def _rows(ready: Sequence[Ready], runs: dict[tuple[str, str], list[Run]]) -> Iterator[list[str]]:
    for one in ready:
        for state in ("cold", "warm"):
            some = runs.get((one.tool.name, state), [])
            whole = [run for run in some if not run.trouble]
            if some:
                name = f"{one.tool.name}, {state}" if one.tool.cached else one.tool.name
                yield [name, *_cells(whole)] if whole else [name, "–", "–", "–", "–"]


def _cells(runs: Sequence[Run]) -> list[str]:
    costs = [run.cost for run in runs]
    return [
        spread([cost.cpu for cost in costs]),
        spread([cost.wall for cost in costs]),
        spread([cost.memory for cost in costs], 0),
        spread([run.lines for run in runs], 0),
    ]


def _words(absent: Sequence[str], runs: dict[Pages, dict[tuple[str, str], list[Run]]]) -> Iterator[str]:
    """What is not in the tables, and why."""
    troubles = {
        f"{name} on {pages.title}: {run.trouble}"
        for pages, some in runs.items()
        for (name, _), its in some.items()
        for run in its
        if run.trouble
    }
    for why in (*absent, *sorted(troubles)):
        yield from ("", f"Left out: {why}")


def _tools() -> list[Tool]:
    ours = Counter(rule.dimension for rule in default_config().rules_for("page.md"))
    own = (sys.executable, "-m", "ld_review")
    return [
        Tool(
            "ld-review",
            f"{ours.total()} rules ({', '.join(f'{name} {number}' for name, number in sorted(ours.items()))}), "
            "what makes a page a course, links and copies across all pages",
            lambda place: (*own, "check", ".", "--isolated", "--exit-zero"),
            (*own, "--version"),
            cached=True,
            fine=(0,),
        ),
        Tool(
            "rumdl",
            "70 rules of Markdown's form, dead links to files and headings",
            lambda place: ("rumdl", "check", ".", "--isolated", "--disable", "MD013", "--cache-dir", str(place.cache)),
            ("rumdl", "--version"),
            cached=True,
        ),
        Tool(
            "markdownlint-cli2",
            "52 rules of Markdown's form, dead links to headings of the same page",
            lambda place: (
                "markdownlint-cli2",
                "--config",
                str(place.settings / ".markdownlint-cli2.jsonc"),
                "**/*.md",
            ),
            ("markdownlint-cli2", "--help"),
            _configure_markdownlint,
        ),
        Tool(
            "remark",
            "14 rules of Markdown's form, the recommended preset",
            lambda place: (
                *("remark", "--no-config", "--rc-path", str(place.settings / "remark.mjs")),
                *("--quiet", "--no-stdout", "."),
            ),
            ("remark", "--version"),
            _configure_remark,
        ),
        Tool(
            "textlint",
            "one rule package of prose, write-good's",
            lambda place: (
                *("textlint", "--config", str(place.settings / "textlint.json")),
                *("--rules-base-directory", str(_package("textlint", "textlint-rule-write-good").parent)),
                *("--cache", "--cache-location", str(place.cache / "textlint"), "."),
            ),
            ("textlint", "--version"),
            _configure_textlint,
            cached=True,
        ),
        Tool(
            "write-good",
            "8 checks of prose, no Markdown",
            lambda place: ("sh", "-c", "find . -name '*.md' -print0 | xargs -0 -s 1000000 write-good"),
            ("write-good", "--version"),
            fine=(0, 123, 124),
        ),
        Tool(
            "proselint",
            "122 checks of prose, no Markdown",
            lambda place: ("proselint", "check", "."),
            ("proselint", "version"),
        ),
        Tool(
            "alex",
            "two lists, of inconsiderate and of profane words",
            lambda place: ("alex", "--quiet", "**/*.md"),
            ("alex", "--version"),
        ),
        Tool(
            "vale",
            f"{len(VALE_RULES)} rules of prose, one of each common kind, made for this comparison",
            lambda place: ("vale", "--config", str(place.settings / "vale.ini"), "--output", "line", "--no-exit", "."),
            ("vale", "--version"),
            _configure_vale,
            fine=(0,),
        ),
    ]


def _configure_markdownlint(settings: Path) -> None:
    wanted = {"config": {"default": True, "MD013": False}, "noBanner": True, "noProgress": True}
    (settings / ".markdownlint-cli2.jsonc").write_text(json.dumps(wanted), "utf-8")


def _configure_remark(settings: Path) -> None:
    names = ("remark-frontmatter", "remark-preset-lint-recommended")
    paths = [(_package("remark", name) / "index.js").as_uri() for name in names]
    lines = [f"import plugin{number} from {json.dumps(path)}" for number, path in enumerate(paths)]
    (settings / "remark.mjs").write_text("\n".join([*lines, "export default {plugins: [plugin0, plugin1]}"]), "utf-8")


def _configure_textlint(settings: Path) -> None:
    _package("textlint", "textlint-rule-write-good")
    (settings / "textlint.json").write_text(json.dumps({"rules": {"write-good": True}}), "utf-8")


def _configure_vale(settings: Path) -> None:
    style = settings / "styles" / "Peers"
    style.mkdir(parents=True)
    for name, rule in VALE_RULES.items():
        (style / f"{name}.yml").write_text(json.dumps(rule), "utf-8")
    lines = ("StylesPath = styles", "MinAlertLevel = suggestion", "[*.md]", "BasedOnStyles = Peers")
    (settings / "vale.ini").write_text("\n".join(lines), "utf-8")


def _package(program: str, name: str) -> Path:
    """The folder of a package of Node that is installed together with a program."""
    for folder in Path(shutil.which(program) or program).resolve().parents:
        if (folder / "node_modules" / name).is_dir():
            return folder / "node_modules" / name
    raise LookupError(f"{name} is not installed beside it")


VALE_RULES: dict[str, dict[str, object]] = {
    "Weak": {
        "extends": "existence",
        "message": "'%s' says little",
        "ignorecase": True,
        "tokens": ["very", "quite", "simply", "basically", "of course"],
    },
    "Plain": {
        "extends": "substitution",
        "message": "'%s', not '%s'",
        "ignorecase": True,
        "swap": {"utilize": "use", "commence": "begin", "in order to": "to", "prior to": "before", "due to": "by"},
    },
    "Long": {
        "extends": "occurrence",
        "message": "a sentence of more than 30 words",
        "scope": "sentence",
        "max": 30,
        "token": r"\b\w+\b",
    },
    "Twice": {"extends": "repetition", "message": "'%s' twice", "alpha": True, "tokens": [r"[^\s]+"]},
    "Here": {
        "extends": "existence",
        "message": "'%s' does not tell where the link leads",
        "scope": "link",
        "ignorecase": True,
        "tokens": ["here", "this", "link"],
    },
}


if __name__ == "__main__":
    main()
