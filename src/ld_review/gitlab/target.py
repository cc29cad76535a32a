"""Which merge request is meant, and with whose rights, told by options and by the variables of GitLab CI."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from ld_review.errors import UsageError
from ld_review.late import late
from ld_review.reporters.markdown_text import is_web

TOKENS = ("LD_REVIEW_GITLAB_TOKEN", "GITLAB_TOKEN")
"""The variables that may hold the token, the first that is set counts."""
HIDDEN = "[token]"
_TOKEN = late(r"[!-~]+\Z")
_NEEDED = "a project, group or personal access token with the scope `api` and at least the role Reporter"
_NAME = late(r"[a-z0-9][a-z0-9-]{0,39}\Z")


class Token:
    """A token that shows itself to nobody but who asks for its text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return HIDDEN

    def reveal(self) -> str:
        """The token itself."""
        return self._text

    def hidden_in(self, text: str) -> str:
        """*text* without the token."""
        return text.replace(self._text, HIDDEN)


class Target(NamedTuple):
    """A merge request, and what is known of the run that reviews it."""

    url: str
    """Of the server, without a slash at its end."""
    project: str
    """The project that the merge request belongs to: a number, or a path."""
    iid: int
    """The number of the merge request in its project."""
    name: str = "review"
    """Which note it is, where a merge request has several."""
    run: int = 0
    """The pipeline; later ones have higher numbers. 0 outside of one."""
    head: str = ""
    """The commit that was reviewed; empty where nobody says."""
    source_url: str = ""
    """The page of the project whose branch is reviewed; empty where nobody says."""
    pipeline_url: str = ""

    @property
    def api_path(self) -> str:
        """Where its notes are, below ``/api/v4``."""
        return f"/projects/{quote(self.project, safe='')}/merge_requests/{self.iid}"

    def blob_url(self, path: str, line: int) -> str:
        """The web address of a line of a page as it was reviewed; empty where it cannot be told."""
        if not self.source_url or not self.head or path.startswith(("../", "/")):
            return ""
        plain = "?plain=1" if path.endswith((".md", ".markdown")) else ""
        return f"{self.source_url}/-/blob/{self.head}/{quote(path.encode('utf-8', 'replace'))}{plain}#L{line}"


def target_of(
    environment: Mapping[str, str], url: str | None, project: str | None, iid: int | None, name: str
) -> Target:
    """The merge request that the options name, else that of the pipeline.

    Raises UsageError where something is missing.
    """
    if not _NAME.match(name):
        raise UsageError(f"--name {name}: expected up to 40 lower-case letters, digits and hyphens")
    url = url or environment.get("CI_SERVER_URL", "") or environment.get("CI_API_V4_URL", "").removesuffix("/api/v4")
    project = project or environment.get("CI_MERGE_REQUEST_PROJECT_ID") or environment.get("CI_PROJECT_ID", "")
    number = str(iid or environment.get("CI_MERGE_REQUEST_IID", ""))
    missing = [
        option for option, value in (("--url", url), ("--project", project), ("--merge-request", number)) if not value
    ]
    if missing:
        raise UsageError(
            f"no merge request is known: say {', '.join(missing)}, or run in a merge request pipeline of GitLab CI"
        )
    if not number.isdecimal() or not number.isascii() or int(number) < 1:
        raise UsageError("the number of the merge request (CI_MERGE_REQUEST_IID) is no number")
    return Target(
        _server(url),
        project,
        int(number),
        name,
        _whole(environment.get("CI_PIPELINE_ID", "")),
        _commit(environment.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or environment.get("CI_COMMIT_SHA", "")),
        _web(environment.get("CI_MERGE_REQUEST_SOURCE_PROJECT_URL") or environment.get("CI_PROJECT_URL", "")),
        _web(environment.get("CI_PIPELINE_URL", "")),
    )


def token_of(environment: Mapping[str, str]) -> Token:
    """The token of the environment.

    Raises UsageError where there is none, where it cannot be one, or where it is that of the job, which may not post.
    """
    for variable in TOKENS:
        text = environment.get(variable, "").strip()
        if text:
            return _token(text, variable, environment)
    job = (
        " CI_JOB_TOKEN will not do: GitLab lets it read notes, not write them." if "CI_JOB_TOKEN" in environment else ""
    )
    raise UsageError(
        f"no token: set {' or '.join(TOKENS)} to {_NEEDED}.{job} Protected variables are absent in pipelines of "
        "branches that are not protected, all variables in pipelines of forks"
    )


def _token(text: str, variable: str, environment: Mapping[str, str]) -> Token:
    if text == environment.get("CI_JOB_TOKEN", "").strip():
        raise UsageError(
            f"{variable} holds the token of the job (CI_JOB_TOKEN), which GitLab lets read notes, not write them; "
            f"it must be {_NEEDED}"
        )
    if text.startswith("$"):
        raise UsageError(f"{variable} holds the name of a variable that is not set, or not to be seen, here")
    if not _TOKEN.match(text):
        raise UsageError(f"{variable} holds white space or characters that no token has")
    return Token(text)


def _server(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and not (parts.query or parts.fragment)
        secret = parts.username is not None or parts.password is not None
    except ValueError:
        usable, secret = False, False
    if secret:
        raise UsageError("--url must hold no user name and no password; the token comes from the environment")
    if not usable:
        raise UsageError("--url is no web address of a server, such as https://gitlab.example.com")
    return url.rstrip("/").removesuffix("/api/v4")


def _web(url: str) -> str:
    return url.rstrip("/") if is_web(url) else ""


def _commit(text: str) -> str:
    return text if re.fullmatch(r"[0-9a-f]{7,64}", text) else ""


def _whole(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else 0
