"""Our rules about links beside link checkers that a user would take: what each finds, and what it costs.

    python benchmarks/peers_links.py [--differences] [HANDBOOK_FOLDER ...]

Without a folder the small trees of ``tests/fixtures/links`` are checked, on which every line says whether its link
is dead. On a handbook only links to an anchor on their own page (``#there``) can be compared: the others are addresses
of a site, which the peers do not know. Peers that are not on PATH are left out, with a word.
"""

from __future__ import annotations

import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

TREES = Path(__file__).parents[1] / "tests" / "fixtures" / "links"
RULES = "dead-same-page-link,dead-anchor-link,dead-page-link,source-file-link"
TITLE = f"{'':34}"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_DESTINATION = re.compile(r"\]\(\s*<?(#[^)\s>]*)|\]:\s*<?(#[^\s>]*)")


class Found(NamedTuple):
    """A link that a tool calls dead."""

    path: str
    """Relative to the folder, as the copy for the peers has it."""
    line: int
    target: str
    """What the tool says is missing; empty where it does not say."""


class Run(NamedTuple):
    """What a tool said of a folder, and what it took."""

    found: frozenset[Found]
    processor: float
    wall: float


class Peer(NamedTuple):
    """Another checker."""

    name: str
    command: Callable[[Path, bool], list[str]]
    """The words of the command, given the work folder and whether the tree is MkDocs'."""
    read: Callable[[str, Path], Iterator[Found]]


def main() -> None:
    """Check each folder with all tools and print a table of it."""
    words = [word for word in sys.argv[1:] if word != "--differences"]
    differences = len(words) < len(sys.argv) - 1
    peers = [peer for peer in PEERS if _is_there(peer.name)]
    for folder in map(Path, words):
        _compare(folder.resolve(), peers, differences)
    for tree in () if words else sorted(TREES.iterdir()):
        _judge(tree, peers, differences)


def _is_there(name: str) -> bool:
    if shutil.which(name):
        said = subprocess.run([name, "--version"], capture_output=True, text=True, check=False).stdout
        print(f"{name}: {said.splitlines()[0] if said else 'no version'}")
        return True
    print(f"{name}: not on PATH, left out")
    return False


def _judge(tree: Path, peers: list[Peer], differences: bool) -> None:
    """Hold what each tool finds in a small tree against what the tree says of itself."""
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work, "pages").resolve()
        shutil.copytree(tree, folder)
        Path(folder, ".git").mkdir()
        dead, lines = set(_dead_lines(folder)), set(_link_lines(folder))
        print(f"\n{tree.name}: {len(lines)} links, {len(dead)} dead\n{TITLE}{'found':>8}{'missed':>8}{'false':>8}")
        mkdocs = (tree / "mkdocs.yml").exists()
        for name, run in [("ld-review", _ours(folder)), *_all(peers, Path(work), mkdocs)]:
            said = {(found.path, found.line) for found in run.found}
            counts = len(said & dead), len(dead - said), len(said - dead)
            print(f"{name:34}" + "".join(f"{count:8}" for count in counts))
            if differences:
                _list("missed", dead - said)
                _list("false", said - dead)


def _dead_lines(folder: Path) -> Iterator[tuple[str, int]]:
    return ((path, number) for path, number, word in _links(folder) if word == "dead")


def _link_lines(folder: Path) -> Iterator[tuple[str, int]]:
    return ((path, number) for path, number, _ in _links(folder))


def _links(folder: Path) -> Iterator[tuple[str, int, str]]:
    """Where the links of a tree stand that say of themselves whether they are dead."""
    for page in sorted(folder.rglob("*.md")):
        hidden = ""
        for number, line in enumerate(page.read_text("utf-8").split("\n"), 1):
            if line.startswith(("```", "<!--", "-->")):
                hidden = "" if hidden else line
            told = re.match(r"(?:> )?(?:- )?!?(?:\[|<a [^>]*>)(dead|live)\b", line)
            if told and not hidden:
                yield page.relative_to(folder).as_posix(), number, told[1]


def _compare(handbook: Path, peers: list[Peer], differences: bool) -> None:
    """Hold what each tool finds on the pages of a handbook against what we find."""
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work, "pages")
        pages = _copy(handbook, folder)
        ours = _ours(handbook)
        here = _anchors(ours)
        print(f"\n{handbook.name}: {pages} pages; beside the {len(here)} dead '#there' we find", end=" ")
        print(f"{sum(not found.target.startswith('#') for found in ours.found)} other dead links")
        print(f"{TITLE}{'both':>8}{'we':>8}{'it':>8}{'CPU s':>8}{'wall s':>8}")
        print(f"{'ld-review, all links':34}{'':24}{ours.processor:8.1f}{ours.wall:8.1f}")
        for name, run in _all(peers, Path(work), mkdocs=False):
            its = _anchors(run)
            counts = len(here & its), len(here - its), len(its - here)
            print(f"{name:34}" + "".join(f"{count:8}" for count in counts) + f"{run.processor:8.1f}{run.wall:8.1f}")
            if differences:
                _list("we alone", here - its)
                _list("it alone", its - here)


def _anchors(run: Run) -> set[tuple[str, str]]:
    """The anchors that pages are missing of themselves, each once for each page; some tools tell them in lower case."""
    return {(found.path, unquote(found.target).lower()) for found in run.found if found.target.startswith("#")}


def _list(what: str, rows: set[tuple[str, int]] | set[tuple[str, str]]) -> None:
    for row in sorted(rows):
        print(f"    {what}: {row[0]} {row[1]}")


def _copy(handbook: Path, folder: Path) -> int:
    """Copy the pages so that a tool that looks for ``*.md`` finds those with a template too."""
    pages = 0
    for page in sorted(handbook.rglob("*.md*")):
        inner = page.relative_to(handbook)
        if not (page.is_file() and page.name.endswith((".md", ".md.erb"))) or inner.as_posix().startswith("."):
            continue
        target = folder / _peers_name(inner.as_posix())
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(page, target)
        pages += 1
    return pages


def _peers_name(path: str) -> str:
    return f"{path.removesuffix('.md.erb')}.erb.md" if path.endswith(".md.erb") else path


# --- the tools ----------------------------------------------------------------------------------------------------


def _ours(folder: Path) -> Run:
    command = [sys.executable, "-m", "ld_review", "check", "--isolated", "--jobs", "1", "--no-cache"]
    selected = ["--ignore", "all", "--select", RULES, "--format", "json", str(folder)]
    said, processor, wall = _timed([*command, *selected], Path.cwd())
    found = set()
    for page in json.loads(said)["pages"]:
        text = Path(folder, page["path"]).read_text("utf-8") if page["findings"] else ""
        path = _peers_name(Path(folder, page["path"]).relative_to(folder).as_posix())
        for one in page["findings"]:
            target = text[one["start"]["offset"] : one["end"]["offset"]]
            found.add(Found(path, one["start"]["line"], target))
    return Run(frozenset(found), processor, wall)


def _all(peers: list[Peer], work: Path, mkdocs: bool) -> Iterator[tuple[str, Run]]:
    for peer in peers:
        said, processor, wall = _timed(peer.command(work, mkdocs), work / "pages")
        yield peer.name, Run(frozenset(peer.read(_COLOUR.sub("", said), work / "pages")), processor, wall)


def _timed(command: list[str], folder: Path) -> tuple[str, float, float]:
    """What a command says, and the processor and wall-clock seconds it takes."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout or done.stderr, used, ended - began


def _rumdl(_work: Path, mkdocs: bool) -> list[str]:
    command = ["rumdl", "check", "--isolated", "--no-cache", "-e", "MD051,MD057", "--output-format", "json", "."]
    return [*command, "--flavor", "mkdocs"] if mkdocs else command


def _read_rumdl(said: str, _folder: Path) -> Iterator[Found]:
    for one in json.loads(said or "[]"):
        missing = re.search(r"anchor '(#.*?)' does", one["message"])
        yield Found(one["file"].removeprefix("./"), one["line"], missing[1] if missing else "")


def _markdownlint(work: Path, _mkdocs: bool) -> list[str]:
    config = work / ".markdownlint-cli2.jsonc"
    config.write_text('{"config": {"default": false, "MD051": true}, "noBanner": true, "noProgress": true}')
    return ["markdownlint-cli2", "--config", str(config), "**/*.md"]


def _read_markdownlint(said: str, folder: Path) -> Iterator[Found]:
    """It says where the link stands, and not where it leads."""
    for one in re.finditer(r"^(.+?\.md):(\d+)(?::(\d+))? error MD051", said, re.MULTILINE):
        lines = Path(folder, one[1]).read_text("utf-8").split("\n")[int(one[2]) - 1 :]
        target = _DESTINATION.search("\n".join(lines[:9])[int(one[3] or 1) - 1 :])
        yield Found(one[1], int(one[2]), (target[1] or target[2]) if target else "")


def _remark(work: Path, _mkdocs: bool) -> list[str]:
    """Its plugins must stand beside its settings."""
    settings, beside = work / "remark.mjs", work / "node_modules"
    settings.write_text(
        "import frontmatter from 'remark-frontmatter'\nimport gfm from 'remark-gfm'\n"
        "import links from 'remark-validate-links'\n"
        "export default {plugins: [frontmatter, gfm, [links, {repository: false, root: '.'}]]}\n"
    )
    if not beside.exists():
        beside.symlink_to(Path(shutil.which("remark") or "").absolute().parents[1])
    return ["remark", "--no-config", "--rc-path", str(settings), "--quiet", "--no-stdout", "."]


def _read_remark(said: str, _folder: Path) -> Iterator[Found]:
    path = ""
    for line in said.split("\n"):
        if line.endswith(".md"):
            path = line.strip()
        one = re.match(r"(\d+):\d+-\d+:\d+ .*?Cannot find (?:heading for|file) `(.*?)`( in `.*?`)?", line.strip())
        if one:
            yield Found(path, int(one[1]), "" if one[3] else one[2])


PEERS = (
    Peer("rumdl", _rumdl, _read_rumdl),
    Peer("markdownlint-cli2", _markdownlint, _read_markdownlint),
    Peer("remark", _remark, _read_remark),
)


if __name__ == "__main__":
    main()
