"""Many pages: read, reviewed one by one or side by side, and rewritten where a fix was asked for."""

from __future__ import annotations

import os
import pickle
import secrets
import stat
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from ld_review.config import Config, load_config
from ld_review.discovery import Discovery, Wanted, discover
from ld_review.engine import Settings, read_page, review_page
from ld_review.fixing import fix_page
from ld_review.learning.outline import Outline, outline
from ld_review.learning.profile import Assigned
from ld_review.review import Failure, PageReview, Review
from ld_review.rule import Rule
from ld_review.source import Source

MAX_BYTES = 5_000_000
"""The largest page that is read; the largest of two real handbooks has a tenth of it."""
_SNIFFED = 8192
_CHUNKS = 64
_CHUNK_PAGES = 32
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Progress = Callable[[int, int], None]
"""Called with how many pages are done, and of how many."""


class Mapper(Protocol):
    """What runs a function over many things: any ``concurrent.futures.Executor``."""

    def map(self, fn: Callable[..., Any], /, *iterables: Iterable[Any]) -> Iterator[Any]:
        """Yield ``fn(item)`` for each item, in order."""
        ...


class OutlinedPage(NamedTuple):
    """A page with its outline."""

    source: Source
    profile: Assigned
    language: str
    """A BCP 47 tag; empty where it could not be told."""
    outline: Outline


class FixedPage(NamedTuple):
    """A page that a fix changes."""

    path: PurePath
    before: str
    after: str
    fixes: int
    """How many findings were mended."""
    notes: tuple[str, ...] = ()
    """Which fixes were left out, and why."""


class FixReview(NamedTuple):
    """What was fixed, and the review of the pages as they are after it."""

    review: Review
    fixed: tuple[FixedPage, ...]


class _Fixing(NamedTuple):
    """Which fixes to make, and whether to write them."""

    unsafe: bool
    write: bool


class _RuleSet(NamedTuple):
    """What some pages of a run have in common."""

    rules: Sequence[Rule]
    settings: Settings

    def review(self, source: Source) -> PageReview:
        """Review a page by these rules."""
        return review_page(source, self.rules, self.settings)


class _Work(NamedTuple):
    """What is done to every page."""

    rule_sets: tuple[_RuleSet, ...]
    fixing: _Fixing | None


class _Job(NamedTuple):
    """One page, and which of the rule sets holds for it."""

    path: Path
    rule_set: int


class _Outcome(NamedTuple):
    review: PageReview
    fixed: FixedPage | None = None


class _UnreadableError(Exception):
    """A page cannot be read; the message says why."""


def review_text(text: str, path: str | PurePath = "page.md", config: Config | None = None) -> PageReview:
    """Review one page that is at hand; *path* says which settings hold for it and need not exist.

    Without *config*, the configuration file nearest to the working directory counts.
    """
    config = config or load_config()
    where = PurePath(path)
    return review_page(Source(where, text), config.rules_for(where), config.settings_for(where))


def review_paths(
    paths: Iterable[str | os.PathLike[str]],
    config: Config | None = None,
    executor: Mapper | None = None,
    progress: Progress | None = None,
    *,
    force_exclude: bool = False,
) -> Review:
    """Review files and folders; what cannot be read becomes a failure in the review of its page.

    With *executor*, any ``concurrent.futures.Executor``, pages are reviewed side by side; the result is the same.
    Without *config*, the configuration file nearest to the working directory counts.
    """
    config = config or load_config()
    return review_pages(find_pages(paths, config, force_exclude=force_exclude), config, executor, progress)


def fix_paths(
    paths: Iterable[str | os.PathLike[str]],
    config: Config | None = None,
    executor: Mapper | None = None,
    progress: Progress | None = None,
    *,
    unsafe: bool = False,
    write: bool = True,
    force_exclude: bool = False,
) -> FixReview:
    """Fix files and folders, and review them again.

    A page is replaced in one step, and only once its fixed text was reviewed without failure. Nothing is written
    where *write* is false: the result then says what would be.
    """
    config = config or load_config()
    found = find_pages(paths, config, force_exclude=force_exclude)
    return fix_pages(found, config, executor, progress, unsafe=unsafe, write=write)


def find_pages(paths: Iterable[str | os.PathLike[str]], config: Config, *, force_exclude: bool = False) -> Discovery:
    """The pages that *paths* name, less what the configuration and ignore files leave out."""
    return discover(paths, Wanted(tuple(config.exclude), tuple(config.extend_include), config.root, force_exclude))


def review_pages(
    found: Discovery, config: Config, executor: Mapper | None = None, progress: Progress | None = None
) -> Review:
    """Review the pages that were found."""
    return _run(found, config, executor, progress).review


def fix_pages(
    found: Discovery,
    config: Config,
    executor: Mapper | None = None,
    progress: Progress | None = None,
    *,
    unsafe: bool = False,
    write: bool = True,
) -> FixReview:
    """Fix the pages that were found, and review them again."""
    return _run(found, config, executor, progress, _Fixing(unsafe, write))


def outline_pages(found: Discovery, config: Config) -> tuple[list[OutlinedPage], list[Failure]]:
    """What the pages that were found are made of, and what went wrong with them."""
    pages, failures = list[OutlinedPage](), [*config.failures, *found.failures]
    for path in found.pages:
        page, wrong = _outlined(path, partial(read_bytes, path), config)
        pages += [page] if page else []
        failures += wrong
    return pages, failures


def outline_bytes(data: bytes, path: str | PurePath, config: Config) -> tuple[list[OutlinedPage], list[Failure]]:
    """What one page is made of that came from elsewhere, such as stdin, under the name *path*."""
    page, wrong = _outlined(PurePath(path), lambda: _bounded(data, len(data)), config)
    return [page] if page else [], [*config.failures, *wrong]


def _outlined(path: PurePath, read: Callable[[], bytes], config: Config) -> tuple[OutlinedPage | None, list[Failure]]:
    """What one page is made of, whatever happens on it."""
    made = None
    try:
        page, wrong = read_page(_decoded(path, read()), config.settings_for(path))
        sections = outline(page.document, page.course)
        made = OutlinedPage(page.document.source, page.course.profile, page.language.code, sections)
    except _UnreadableError as error:
        wrong = [Failure(str(error))]
    except Exception as error:
        wrong = [_bug(error)]
    return made, [one._replace(message=f"{path}: {one.message}") for one in wrong]


def review_bytes(data: bytes, path: str | PurePath, config: Config) -> Review:
    """Review one page as it came from elsewhere, such as stdin, under the name *path*."""
    return _single(data, path, config, None).review


def fix_bytes(data: bytes, path: str | PurePath, config: Config, *, unsafe: bool = False) -> FixReview:
    """Fix one page as it came from elsewhere, and write nothing."""
    return _single(data, path, config, _Fixing(unsafe, write=False))


def encoded(text: str, old: bytes) -> bytes:
    """A fixed text as bytes, with the byte-order mark that *old* has."""
    return (_BYTE_ORDER_MARK if old.startswith(_BYTE_ORDER_MARK) else b"") + text.encode("utf-8")


def read_bytes(path: Path) -> bytes:
    """The bytes of a page, and no more of a huge one than it takes to refuse it.

    Raises _UnreadableError where it cannot be read or is too large.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
            size = max(os.fstat(file.fileno()).st_size, len(data))
    except OSError as error:
        raise _UnreadableError(f"cannot be read: {error.strerror or error}") from error
    return _bounded(data, size)


def _bounded(data: bytes, size: int) -> bytes:
    if len(data) <= MAX_BYTES:
        return data
    limit = f"{MAX_BYTES / 1e6:.0f} MB"
    raise _UnreadableError(f"too large to review: {size / 1e6:.1f} MB, at most {limit}; split it, or exclude it")


def _decoded(path: PurePath, data: bytes) -> Source:
    if data.startswith(_UTF_16):
        raise _UnreadableError("not UTF-8 but UTF-16; save the page as UTF-8")
    if b"\0" in data[:_SNIFFED]:
        raise _UnreadableError("a binary file, not a page; rename or exclude it")
    try:
        return Source.from_bytes(path, data)
    except UnicodeDecodeError as error:
        raise _UnreadableError(_not_utf8(data, error)) from error


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> str:
    start = error.start + len(_BYTE_ORDER_MARK) * data.startswith(_BYTE_ORDER_MARK)
    line = data.count(b"\n", 0, start) + 1
    return f"not UTF-8: byte 0x{data[start]:02x} on line {line}; save the page as UTF-8"


def _run(
    found: Discovery,
    config: Config,
    executor: Mapper | None,
    progress: Progress | None,
    fixing: _Fixing | None = None,
) -> FixReview:
    rule_sets, jobs = _planned(found.pages, config)
    outcomes: list[_Outcome] = []
    for done in _mapped(jobs, _Work(rule_sets, fixing), executor):
        outcomes += done
        if progress:
            progress(len(outcomes), len(jobs))
    return _summed(outcomes, rule_sets, config, found.failures)


def _single(data: bytes, path: str | PurePath, config: Config, fixing: _Fixing | None) -> FixReview:
    where = PurePath(path)
    rule_set = _RuleSet(config.rules_for(where), config.settings_for(where))
    outcome = _guarded(where, lambda: _bounded(data, len(data)), rule_set, fixing)
    return _summed([outcome], (rule_set,), config, ())


def _summed(
    outcomes: Sequence[_Outcome], rule_sets: Iterable[_RuleSet], config: Config, failures: Sequence[Failure]
) -> FixReview:
    pages = tuple(outcome.review for outcome in outcomes)
    failures = (*config.failures, *failures)
    review = Review(pages, _named_rules(pages, rule_sets), failures, config.fail_on)
    return FixReview(review, tuple(outcome.fixed for outcome in outcomes if outcome.fixed))


def _planned(pages: Iterable[Path], config: Config) -> tuple[tuple[_RuleSet, ...], tuple[_Job, ...]]:
    """The jobs, and the rule sets they share: equal ones are the same object in the configuration."""
    numbers: dict[tuple[int, int], int] = {}
    rule_sets: list[_RuleSet] = []
    jobs = []
    for page in pages:
        rule_set = _RuleSet(config.rules_for(page), config.settings_for(page))
        key = (id(rule_set.rules), id(rule_set.settings))
        if key not in numbers:
            numbers[key] = len(rule_sets)
            rule_sets.append(rule_set)
        jobs.append(_Job(page, numbers[key]))
    return tuple(rule_sets), tuple(jobs)


def _named_rules(pages: Iterable[PageReview], rule_sets: Iterable[_RuleSet]) -> Mapping[str, Rule]:
    named = {finding.rule for page in pages for finding in page.findings}
    rules = {rule.id: rule for rule_set in rule_sets for rule in rule_set.rules if rule.id in named}
    return MappingProxyType(dict(sorted(rules.items())))


def _mapped(jobs: Sequence[_Job], work: _Work, executor: Mapper | None) -> Iterator[list[_Outcome]]:
    """Do the jobs in order, chunk by chunk. What they share is packed once and unpacked once in each worker."""
    size = max(1, min(_CHUNK_PAGES, len(jobs) // _CHUNKS))
    chunks = [jobs[start : start + size] for start in range(0, len(jobs), size)]
    if executor is None:
        return map(partial(_work_through, work), chunks)
    return executor.map(partial(_unpack_and_work, pickle.dumps(work)), chunks)


def _unpack_and_work(packed: bytes, jobs: Sequence[_Job]) -> list[_Outcome]:
    return _work_through(_unpacked(packed), jobs)


@lru_cache(maxsize=2)
def _unpacked(packed: bytes) -> _Work:
    work: _Work = pickle.loads(packed)
    return work


def _work_through(work: _Work, jobs: Sequence[_Job]) -> list[_Outcome]:
    return [
        _guarded(job.path, partial(read_bytes, job.path), work.rule_sets[job.rule_set], work.fixing) for job in jobs
    ]


def _guarded(path: PurePath, read: Callable[[], bytes], rule_set: _RuleSet, fixing: _Fixing | None) -> _Outcome:
    """The outcome of one page, whatever happens on it."""
    try:
        data = read()
        before = rule_set.review(_decoded(path, data))
        return _Outcome(before) if fixing is None else _fixed(before, data, rule_set, fixing)
    except _UnreadableError as error:
        return _Outcome(_failed(path, Failure(str(error))))
    except Exception as error:
        return _Outcome(_failed(path, _bug(error)))


def _bug(error: Exception) -> Failure:
    message = f"internal error, please report: {type(error).__name__}: {error}"
    return Failure(message, traceback="".join(traceback.format_exception(error)))


def _failed(path: PurePath, failure: Failure) -> PageReview:
    return PageReview(Source(path, ""), failures=(failure,))


def _fixed(before: PageReview, data: bytes, rule_set: _RuleSet, fixing: _Fixing) -> _Outcome:
    fixed = fix_page(before.source, rule_set.review, fixing.unsafe)
    after = fixed.review
    if after.source.text == before.source.text:
        return _Outcome(before)
    if len(after.failures) > len(before.failures):
        return _Outcome(_with(before, Failure("not fixed: the fixed text could not be reviewed")))
    if fixing.write:
        try:
            _write(Path(before.path), data, after.source.text)
        except (OSError, _UnreadableError) as error:
            return _Outcome(_with(before, Failure(f"not fixed: {getattr(error, 'strerror', None) or error}")))
    return _Outcome(after, FixedPage(before.path, before.source.text, after.source.text, fixed.applied, fixed.notes))


def _with(page: PageReview, failure: Failure) -> PageReview:
    return replace(page, failures=(*page.failures, failure))


def _write(path: Path, old: bytes, text: str) -> None:
    """Replace a page in one step; a link stays a link, the mode and a byte-order mark are kept.

    Raises OSError where it cannot be written, _UnreadableError where it is no longer what was reviewed.
    """
    target = Path(os.path.realpath(path))
    status = target.stat()
    # Named before it is made, so that an interrupt at any time finds what to take away.
    temporary = target.with_name(f".ld-review-{secrets.token_hex(16)}")
    try:
        with open(temporary, "xb", opener=partial(os.open, mode=0o600)) as file:
            file.write(encoded(text, old))
        temporary.chmod(stat.S_IMODE(status.st_mode))
        with suppress(OSError, AttributeError):
            os.chown(temporary, status.st_uid, status.st_gid)
        if target.read_bytes() != old:
            raise _UnreadableError("the page changed while it was being fixed")
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
