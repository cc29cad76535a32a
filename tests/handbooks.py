"""A small handbook with rules of its own, so that tests do not change with the rules that come with the package."""

from __future__ import annotations

from pathlib import Path

WEAK_VERB = """\
summary: A verb nobody can observe
why: Nobody can see it.
authority: [{title: "Handbook, objectives", url: "https://example.org/objectives"}]
severity: warning
since: "0.1"
message: "'{match}' cannot be observed"
profiles: [reference, hub, course]
check: {existence: {terms: [understand]}}
examples: [{flagged: "<mark>Understand</mark> it."}, {clean: "`understand`"}]
"""
SWAPPED = """\
summary: A word that has a better one
why: It is shorter.
authority: [{title: "Handbook, words", url: "https://example.org/words"}]
severity: suggestion
since: "0.1"
message: "write {better}, not '{match}'"
check: {substitution: {swap: {utilize: use}}}
examples: [{flagged: "We <mark>utilize</mark> it.", fixed: "We use it."}, {clean: "We use it."}]
"""
FORBIDDEN = """\
summary: A word that must not stand here
why: It must not.
authority: [{title: "Handbook, law", url: "https://example.org/law"}]
severity: error
since: "0.1"
message: "'{match}' must not stand here"
check: {existence: {terms: [forbidden]}}
examples: [{flagged: "<mark>forbidden</mark>"}, {clean: "allowed"}]
"""
RULES = {"adult-learning/weak-verb": WEAK_VERB, "handbook-first/long-word": SWAPPED, "async/forbidden-word": FORBIDDEN}
CONFIG = """\
rules: [rules]
ignore: [all]
select: [weak-verb, long-word, forbidden-word]
"""
CLEAN = "# Clean\n\nNothing to see here.\n"
WEAK = "# Goals\n\n- Understand feedback\n"
LONG = "# Words\n\nWe utilize words.\n"
BAD = "# Law\n\nThis is forbidden.\n"


def build(folder: Path, pages: dict[str, str | bytes] | None = None, config: str = CONFIG) -> Path:
    """A repository in *folder* with the rules above and these pages."""
    (folder / ".git").mkdir()
    write(folder, {f"rules/{name}.yaml": text for name, text in RULES.items()})
    write(folder, {".ld-review.yaml": config, **(pages or {})})
    return folder


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
