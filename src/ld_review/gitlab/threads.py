"""Threads at the lines of a diff: one for each new finding, with a suggestion where a safe fix can be one.

A thread is known again by a hidden first line and its author. What was found once is not said twice, and a thread is
resolved when its finding is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ld_review import fixing
from ld_review.comparison import Comparison
from ld_review.errors import LdReviewError
from ld_review.finding import Edit, Fix
from ld_review.gitlab.changes import ChangedFile, Line
from ld_review.gitlab.client import ATTEMPTS, Client, GitLabError, MaybeDoneError
from ld_review.gitlab.note import without_commands
from ld_review.late import late
from ld_review.recorded import RecordedEdit, RecordedFinding, RecordedReview
from ld_review.reporters.markdown_text import code, inline, link
from ld_review.review import digest
from ld_review.source import Position, Source, Span

_MARKER = late(r"<!-- ld-review:finding ([0-9a-f]{32}) -->")
_LONGEST = 500
_MOST_AROUND = 100
"""Lines above and below its own that GitLab lets a suggestion replace."""
_LONGEST_SUGGESTION = 20_000
_ODD = late(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
"""Line breaks of other kinds, and what a request cannot carry: such lines are left to people."""
_COMMAND = late(r"(?m)^[^\S\n]*/")
_BACKTICKS = late(r"`{3,}")


class Versions(NamedTuple):
    """The commits that a diff lies between, as GitLab wants them."""

    base_sha: str
    start_sha: str
    head_sha: str


class Thread(NamedTuple):
    """A thread to be opened."""

    key: str
    """What it is known by."""
    file: ChangedFile
    line: int
    body: str

    def position(self, versions: Versions) -> dict[str, Any]:
        """Its place, as GitLab wants it: with the old line only where the line is not a changed one."""
        old = self.file.lines[self.line].old
        return {
            "position_type": "text",
            **versions._asdict(),
            "old_path": self.file.old_path,
            "new_path": self.file.new_path,
            "new_line": self.line,
            **({} if old is None else {"old_line": old}),
        }


class Plan(NamedTuple):
    """What there is to say at lines."""

    threads: tuple[Thread, ...] = ()
    """The most important first."""
    elsewhere: int = 0
    """New findings at lines that the diff does not show."""
    files: frozenset[str] = frozenset()
    """Those of the diff."""


class Posted(NamedTuple):
    """What became of the threads."""

    opened: int = 0
    known: int = 0
    """There already."""
    resolved: int = 0
    misplaced: int = 0
    """Whose place GitLab did not accept."""
    left: int = 0
    """Not opened, since there are enough for one time."""
    forbidden: int = 0
    """Not resolved, since the token may not."""


def plan(comparison: Comparison, files: Mapping[str, ChangedFile], read: Callable[[str], Source | None]) -> Plan:
    """Threads for the new findings at lines of the diff.

    *read* gives a page as it was reviewed. Where its line is not the one that the diff shows there, the review is of
    another state of the page, and nothing is said.
    """
    threads, elsewhere = [], 0
    shown: dict[str, Mapping[int, Line]] = {}
    new = sorted(comparison.new, key=lambda one: -one[1].severity.rank)
    for page, finding in new:
        file = files.get(page.path)
        if file and page.path not in shown:
            source = read(page.path)
            shown[page.path] = _shown_lines(file, source) if source else {}
        made = _thread(finding, file, shown[page.path]) if file else None
        if made:
            threads.append(made)
        else:
            elsewhere += 1
    return Plan(tuple(threads), elsewhere, frozenset(files))


def _thread(finding: RecordedFinding, file: ChangedFile, shown: Mapping[int, Line]) -> Thread | None:
    suggested = _suggestion(finding, shown)
    line = min(max(finding.start.line, suggested.first), suggested.last) if suggested else finding.start.line
    if line not in shown:
        return None
    key = key_of(file.new_path, finding.fingerprint)
    parts = [f"<!-- ld-review:finding {key} -->", without_commands(_words(finding))]
    parts += [suggested.block(line)] if suggested else []
    return Thread(key, file, line, "\n".join((*parts, "")))


def key_of(path: str, fingerprint: str) -> str:
    """What the thread of a finding is known by."""
    return digest(path, fingerprint)


def _shown_lines(file: ChangedFile, source: Source) -> Mapping[int, Line]:
    """The lines of the diff that are the same on the page as it was reviewed."""
    lines = len(source.line_starts)
    return {
        number: line
        for number, line in file.lines.items()
        if number <= lines and source[source.line(number)] == _bare(number, line.text)
    }


def _bare(number: int, text: str) -> str:
    return (text.removeprefix("\ufeff") if number == 1 else text).removesuffix("\r")


def _words(finding: RecordedFinding) -> str:
    said = f"**{finding.severity.value}**: {inline(finding.message, _LONGEST)} ({code(finding.rule)})"
    authority = "; ".join(link(title, url) for title, url in finding.authority)
    return f"{said}\n\n<sub>{authority}</sub>\n" if authority else f"{said}\n"


class _Suggestion(NamedTuple):
    first: int
    last: int
    text: str
    """With a line break at its end."""

    def block(self, line: int) -> str:
        """It as Markdown, in a thread at *line*."""
        longest = max((len(run) for run in _BACKTICKS.findall(self.text)), default=2)
        fence = "`" * (longest + 1)
        return f"{fence}suggestion:-{line - self.first}+{self.last - line}\n{self.text}{fence}"


def _suggestion(finding: RecordedFinding, shown: Mapping[int, Line]) -> _Suggestion | None:
    """The safe fix of a finding as whole lines; None where there is none that GitLab can show and apply."""
    edits = finding.safe_fix
    if not edits:
        return None
    first, last = min(edit.start.line for edit in edits), _last_line(edits)
    numbers = range(first, last + 1)
    if not 0 < len(numbers) <= 2 * _MOST_AROUND + 1 or not all(number in shown for number in numbers):
        return None
    text = "".join(f"{shown[number].text}\n" for number in numbers)
    fixed = _fixed(text, first, edits)
    usable = fixed.endswith("\n") and fixed != text and len(fixed) <= _LONGEST_SUGGESTION
    if not usable or _ODD.search(text) or _ODD.search(fixed) or "\ufeff" in text or _COMMAND.search(fixed):
        return None
    found = _Suggestion(first, last, fixed)
    line = min(max(finding.start.line, first), last)
    return found if max(line - first, last - line) <= _MOST_AROUND else None


def _last_line(edits: Iterable[RecordedEdit]) -> int:
    """The last line that is changed: not the one at whose first column an edit ends, behind a line break."""
    return max(edit.end.line - (edit.end.column == 1 and edit.end.line > edit.start.line) for edit in edits)


def _fixed(text: str, first: int, edits: Iterable[RecordedEdit]) -> str:
    """*text*, which begins with line *first*, after the edits; unchanged where they do not fit into it."""
    starts = [0]
    for line in text.split("\n")[:-1]:
        starts.append(starts[-1] + len(line) + 1)

    def offset(position: Position) -> int:
        number = position.line - first
        if not 0 <= number < len(starts):
            return -1
        end = starts[number + 1] if number + 1 < len(starts) else starts[number] + 1
        return starts[number] + position.column - 1 if position.column <= end - starts[number] else -1

    made = [Edit(Span(offset(start), offset(end)), replacement) for start, end, replacement in edits]
    if any(not 0 <= edit.span.start <= edit.span.end for edit in made):
        return text
    return fixing.apply(text, [Fix(tuple(made))])[0]


class _Standing(NamedTuple):
    """A thread that is there already."""

    id: str
    key: str
    path: str
    resolved: bool


def post_threads(client: Client, made: Plan, versions: Versions, review: RecordedReview, most: int) -> Posted:
    """Open the threads that are not there yet, at most so many, and resolve those whose finding is gone."""
    standing = {thread.key: thread for thread in _standing(client)}
    wanted = [thread for thread in made.threads if thread.key not in standing]
    opened = misplaced = 0
    for thread in wanted[:most]:
        if _opened(client, thread, versions):
            opened += 1
        else:
            misplaced += 1
    over = list(_over(standing.values(), review, made.files))
    resolved = sum(_resolved(client, thread) for thread in over)
    known = len(made.threads) - len(wanted)
    return Posted(opened, known, resolved, misplaced, max(len(wanted) - most, 0), len(over) - resolved)


def _standing(client: Client) -> Iterator[_Standing]:
    for discussion in client.each("discussions", "reading the threads of the merge request"):
        notes = discussion.get("notes") or [{}]
        first = notes[0]
        found = _MARKER.match(first.get("body") or "")
        if found and (first.get("author") or {}).get("id") == client.user:
            place = first.get("position") or {}
            yield _Standing(str(discussion["id"]), found[1], place.get("new_path") or "", bool(first.get("resolved")))


def _opened(client: Client, thread: Thread, versions: Versions) -> bool:
    """Whether the thread is there now; not where GitLab does not accept its place."""
    data = {"body": thread.body, "position": thread.position(versions)}
    for attempt in range(ATTEMPTS):
        try:
            client.post("discussions", "opening a thread", data)
        except MaybeDoneError:
            if attempt == ATTEMPTS - 1:
                raise
            client.pause(attempt)
            if any(one.key == thread.key for one in _standing(client)):
                return True
        except GitLabError as error:
            if error.status != 400:
                raise
            return False
        else:
            return True
    return False


def _over(standing: Iterable[_Standing], review: RecordedReview, files: frozenset[str]) -> Iterator[_Standing]:
    """The open threads whose findings the review does not have any more, and those on pages that no longer change."""
    sound = {page.path for page in review.pages if not (page.failures or page.not_assessed)}
    keys = {key_of(page.path, finding.fingerprint) for page, finding in review.findings}
    for thread in standing:
        looked = thread.path in sound or thread.path not in files
        if looked and not (thread.resolved or thread.key in keys or review.failures):
            yield thread


def _resolved(client: Client, thread: _Standing) -> bool:
    """Resolve a thread; not where the token may not, which takes more than to open one."""
    try:
        client.put(f"discussions/{thread.id}", "resolving a thread", {"resolved": True})
    except GitLabError as error:
        if error.status != 403:
            raise
        return False
    return True


def versions_of(client: Client) -> Versions:
    """The commits of the newest version of the merge request's diff."""
    newest = next(client.each("versions", "reading the versions of the merge request"), None)
    try:
        if newest is None:
            raise KeyError
        return Versions(newest["base_commit_sha"], newest["start_commit_sha"], newest["head_commit_sha"])
    except KeyError:
        raise LdReviewError("the merge request has no diff yet, so there is no line for a thread") from None


def files_of(client: Client) -> Iterator[dict[str, Any]]:
    """The files of the merge request's diff, as GitLab tells them."""
    return client.each("diffs", "reading the diff of the merge request")
