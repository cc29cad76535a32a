"""The one note on a merge request: found again by a hidden first line and its author, and brought up to date."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

from ld_review.gitlab.client import ATTEMPTS, Client, GitLabError, MaybeDoneError
from ld_review.gitlab.target import Target
from ld_review.late import late

_RUN = late(r"<!-- ld-review:run ([0-9]{1,18}) findings ([0-9]{1,9}) -->")
_SLASH = late(r"(?m)^([^\S\n]*)/")


class Outcome(StrEnum):
    """What became of the note."""

    CREATED = "made"
    UPDATED = "updated"
    UNCHANGED = "left as it is: it says the same"
    LATER = "left as it is: a later pipeline wrote it"


class Note(NamedTuple):
    """A note that is there already."""

    id: int
    body: str

    @property
    def run(self) -> int:
        """The pipeline that wrote it; 0 where it does not say."""
        found = _RUN.search(self._second_line)
        return int(found[1]) if found else 0

    @property
    def findings(self) -> int:
        """How many findings it told of."""
        found = _RUN.search(self._second_line)
        return int(found[2]) if found else 0

    @property
    def _second_line(self) -> str:
        return "\n".join(self.body.splitlines()[1:2])


def marker(target: Target) -> str:
    """The first line of the note."""
    return f"<!-- ld-review:note v1 {target.name} -->"


def body_of(target: Target, text: str, findings: int) -> str:
    """The whole body of the note. No line of *text* is left that GitLab would take for a command."""
    return f"{marker(target)}\n<!-- ld-review:run {target.run} findings {findings} -->\n{without_commands(text)}"


def without_commands(text: str) -> str:
    """*text* with an escape before each slash that begins a line."""
    return _SLASH.sub(r"\1\/", text)


def notes_of(client: Client) -> list[Note]:
    """The notes with our first line that the user of the token wrote, oldest first."""
    user = client.user
    found = client.each(
        "notes",
        "reading the notes of the merge request",
        sort="asc",
        order_by="created_at",
        activity_filter="only_comments",
    )
    return sorted(Note(note["id"], note["body"]) for note in found if _is_ours(note, client.target, user))


def _is_ours(note: dict[str, Any], target: Target, user: int) -> bool:
    body = note.get("body")
    author = note.get("author") or {}
    return (
        isinstance(body, str)
        and body.split("\n", 1)[0].rstrip() == marker(target)
        and author.get("id") == user
        and not note.get("system")
    )


def post_note(client: Client, body: str) -> Outcome:
    """Write *body* into the note, or make it where there is none.

    Of two runs at once both may make one. Each looks again, keeps the oldest and deletes the others, so one is left.
    """
    unsure = False
    for attempt in range(ATTEMPTS):
        found = notes_of(client)
        if found:
            outcome = _brought_up_to_date(client, found, body)
            if outcome:
                return Outcome.CREATED if unsure and outcome is Outcome.UNCHANGED else outcome
            continue
        try:
            client.post("notes", "writing the note", {"body": body})
        except MaybeDoneError:
            if attempt == ATTEMPTS - 1:
                raise
            unsure = True
            client.pause(attempt)
            continue
        found = notes_of(client)
        outcome = _brought_up_to_date(client, found, body) if len(found) > 1 else None
        return Outcome.CREATED if outcome in {None, Outcome.UNCHANGED} else outcome
    raise GitLabError("writing the note: it is deleted as often as it is written")


def _brought_up_to_date(client: Client, found: list[Note], body: str) -> Outcome | None:
    """None where the note was deleted in the meantime."""
    first, *others = found
    for other in others:
        client.delete(f"notes/{other.id}", "deleting a second note")
    if first.run > client.target.run > 0:
        return Outcome.LATER
    if first.body.strip() == body.strip():
        return Outcome.UNCHANGED
    try:
        client.put(f"notes/{first.id}", "updating the note", {"body": body})
    except GitLabError as error:
        if error.status != 404:
            raise
        return None
    return Outcome.UPDATED
