"""Two reviews of the same pages, told apart: what is resolved, what is new, what remains."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple

from ld_review.finding import Severity
from ld_review.recorded import RecordedFinding, RecordedPage, RecordedReview, Verdict


class VerdictChange(NamedTuple):
    """A dimension on which the verdict of a page is another one now."""

    dimension: str
    before: Verdict
    after: Verdict


class PageComparison(NamedTuple):
    """A page of the new review, against the old one."""

    path: str
    old_path: str = ""
    """What it was called in the old review; empty where it was not there."""
    new: tuple[RecordedFinding, ...] = ()
    remaining: tuple[RecordedFinding, ...] = ()
    """As they stand in the new review."""
    resolved: tuple[RecordedFinding, ...] = ()
    """As they stood in the old review."""
    unknown: tuple[RecordedFinding, ...] = ()
    """Of the old review, not found again, but the new one could not look for them."""
    verdicts: tuple[VerdictChange, ...] = ()

    @property
    def moved(self) -> bool:
        """Whether it has another name now."""
        return self.old_path not in {"", self.path}

    @property
    def changed(self) -> bool:
        """Whether there is anything to say beside what remains."""
        return self.moved or bool(self.new or self.resolved or self.unknown or self.verdicts)


@dataclass(frozen=True)
class Comparison:
    """A new review against an old one."""

    pages: tuple[PageComparison, ...] = ()
    """In the order of the new review."""
    gone: tuple[RecordedPage, ...] = ()
    """Pages of the old review that the new one does not have: deleted, or not reviewed this time."""
    failed: bool = False
    """Whether the new review could not look at everything."""

    def count(self, what: str) -> int:
        """How many findings are ``new``, ``remaining``, ``resolved`` or ``unknown``."""
        return sum(len(getattr(page, what)) for page in self.pages)

    @property
    def new(self) -> Iterator[tuple[PageComparison, RecordedFinding]]:
        """The new findings, each with its page."""
        return ((page, finding) for page in self.pages for finding in page.new)

    def exit_status(self, fail_on: Severity | None = Severity.WARNING) -> int:
        """0, or 1 with a new finding at or above *fail_on*, or 2 where something could not be reviewed."""
        if self.failed:
            return 2
        least = fail_on.rank if fail_on else len(Severity)
        return int(any(finding.severity.rank >= least for _, finding in self.new))


def compare(old: RecordedReview, new: RecordedReview) -> Comparison:
    """Tell two reviews apart, page by page, finding by finding."""
    before = {page.path: page for page in old.pages}
    names = {page.path: page.path for page in new.pages if page.path in before}
    left = [page for page in old.pages if page.path not in names]
    names |= _moves(left, [page for page in new.pages if page.path not in names])
    broken = frozenset(failure.rule for failure in new.failures if failure.rule)
    pages = tuple(_compared(before.get(names.get(page.path, "")), page, broken) for page in new.pages)
    known = set(names.values())
    return Comparison(pages, tuple(page for page in old.pages if page.path not in known), new.failed)


def _compared(old: RecordedPage | None, new: RecordedPage, broken: frozenset[str]) -> PageComparison:
    if old is None:
        return PageComparison(new.path, new=new.findings)
    fresh, remaining = _told_apart(new.findings, old.findings)
    lost, _ = _told_apart(old.findings, new.findings)
    silent = broken | {failure.rule for failure in new.failures}
    all_silent = "" in silent or bool(new.not_assessed and not old.not_assessed)
    unknown = tuple(finding for finding in lost if all_silent or finding.rule in silent)
    resolved = tuple(finding for finding in lost if not (all_silent or finding.rule in silent))
    return PageComparison(new.path, old.path, fresh, remaining, resolved, unknown, tuple(_verdicts(old, new)))


def _told_apart(
    findings: Iterable[RecordedFinding], others: Iterable[RecordedFinding]
) -> tuple[tuple[RecordedFinding, ...], tuple[RecordedFinding, ...]]:
    """The findings that the others lack, and those that they have."""
    known = Counter(finding.fingerprint for finding in others)
    lacking: list[RecordedFinding] = []
    having: list[RecordedFinding] = []
    for finding in findings:
        known[finding.fingerprint] -= 1
        (having if known[finding.fingerprint] >= 0 else lacking).append(finding)
    return tuple(lacking), tuple(having)


def _verdicts(old: RecordedPage, new: RecordedPage) -> Iterator[VerdictChange]:
    before = dict(old.verdicts)
    for dimension, after in new.verdicts:
        if dimension in before and before[dimension].verdict != after.verdict:
            yield VerdictChange(dimension, before[dimension], after)


class _Pair(NamedTuple):
    """A page that is gone and one that came, and how much they have in common."""

    likeness: float
    old: str
    new: str


def _moves(gone: Sequence[RecordedPage], came: Sequence[RecordedPage]) -> dict[str, str]:
    """The old paths of pages that clearly are old ones under another name, by their new paths.

    Clear is what shares at least half of all findings of both, more than with any other page, and more than one of
    them or the name of the file.
    """
    pairs = list(_pairs(gone, came))
    best_old, best_new = _best(pairs, "old"), _best(pairs, "new")
    return {pair.new: pair.old for pair in pairs if best_old[pair.old] == pair == best_new[pair.new]}


def _pairs(gone: Sequence[RecordedPage], came: Sequence[RecordedPage]) -> Iterator[_Pair]:
    sizes: dict[str, int] = {}
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for page in gone:
        prints = _prints(page)
        sizes[page.path] = len(prints)
        for one in prints:
            holders[one].append(page.path)
    for page in came:
        prints = _prints(page)
        shared = Counter(path for one in prints for path in _few(holders.get(one, ())))
        for path, common in shared.items():
            likeness = common / (len(prints) + sizes[path] - common)
            if likeness >= 0.5 and (common > 1 or _name(path) == _name(page.path)):
                yield _Pair(likeness, path, page.path)


def _prints(page: RecordedPage) -> set[str]:
    return {finding.fingerprint for finding in page.findings}


def _few(paths: Sequence[str]) -> Sequence[str]:
    """Pages that share a finding, where they are few: what many have tells none of them, and costs a square."""
    return paths if len(paths) <= 20 else ()


def _best(pairs: Iterable[_Pair], side: str) -> Mapping[str, _Pair | None]:
    """For each page of a side the pair that is more alike than all others; None where two are as much alike."""
    best: dict[str, _Pair | None] = {}
    likeness: dict[str, float] = {}
    for pair in pairs:
        name = getattr(pair, side)
        if pair.likeness > likeness.get(name, 0.0):
            best[name], likeness[name] = pair, pair.likeness
        elif pair.likeness == likeness[name]:
            best[name] = None
    return best


def _name(path: str) -> str:
    """What tells a page from others in its folder: of an index it is the folder."""
    pure = PurePosixPath(path)
    return pure.parent.name if pure.stem.split(".")[0] in {"index", "_index", "README"} else pure.name
