"""Requests to GitLab: one at a time, patient with limits and short troubles, and clear about refusals.

A request that makes something is not sent again after an answer that leaves open whether it was made: whoever sent it
has to look.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ld_review import __version__
from ld_review.errors import LdReviewError, UsageError
from ld_review.gitlab.target import Target, Token
from ld_review.reporters.display import flat
from ld_review.reporters.markdown_text import shortened

if TYPE_CHECKING:
    import requests

ATTEMPTS = 5
_LONGEST_WAIT = 60.0
"""In seconds; a server that asks for more is not waited for."""
_TIMEOUT = 30.0
_PER_PAGE = 100
_MOST_PAGES = 100
_LONGEST_ANSWER = 300
_TOO_MANY = 429
_SHORT_TROUBLE = frozenset({408, 500, 502, 503, 504, 520, 521, 522, 523, 524})
_REASONS = {
    401: "the token is not accepted: it has expired, was revoked, or belongs to another server",
    403: "the token may not do this: it needs the scope `api`, and its user at least the role Reporter in the project",
    404: "there is no such project or merge request, or the user of the token may not see it",
    413: "this is more than the server takes",
    _TOO_MANY: "the server asks to send less",
}


class GitLabError(LdReviewError):
    """GitLab refused, or could not be reached."""

    status: int = 0
    """The HTTP status of the answer; 0 without one."""


class MaybeDoneError(GitLabError):
    """Something may have been made, or not."""


class Client:
    """Speaks for the user of a token with the API of one server."""

    def __init__(self, target: Target, token: Token, sleep: Callable[[float], None] | None = None) -> None:
        try:
            import gitlab  # noqa: PLC0415 - an extra, and slow to import
            import requests  # noqa: PLC0415
        except ImportError as error:
            raise UsageError("posting needs the package python-gitlab: pip install 'ld-review[gitlab]'") from error
        self.target = target
        self._sleep, self._token = sleep or time.sleep, token
        self._retry_after = ""
        session = requests.Session()
        session.max_redirects = 0  # the token would follow to wherever a redirect leads
        session.hooks["response"].append(self._remember)
        self._gitlab = gitlab.Gitlab(
            target.url,
            private_token=token.reveal(),
            timeout=_TIMEOUT,
            user_agent=f"ld-review/{__version__}",
            session=session,
        )
        self._refusal, self._trouble = gitlab.GitlabError, requests.RequestException

    def close(self) -> None:
        """Let go of the connections."""
        self._gitlab.session.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def user(self) -> int:
        """The number of the user whose token it is."""
        doing = "asking whose token it is"
        user = self._data(self._call("get", "/user", doing), doing)
        number = user.get("id") if isinstance(user, dict) else None
        if not isinstance(number, int):
            raise GitLabError(f"{doing}: the answer names no user; is this the address of a GitLab server?")
        return number

    def each(self, below: str, doing: str, **query: Any) -> Iterator[dict[str, Any]]:
        """The objects of a list of the merge request, from all its pages."""
        number: str = "1"
        for _ in range(_MOST_PAGES):
            response = self._call(
                "get", self._path(below), doing, query={**query, "page": int(number), "per_page": _PER_PAGE}
            )
            items = self._data(response, doing)
            if not isinstance(items, list):
                raise GitLabError(f"{doing}: the answer is no list; is this the address of a GitLab server?")
            yield from (item for item in items if isinstance(item, dict))
            number = response.headers.get("X-Next-Page", "").strip()
            if not number.isdecimal():
                return

    def post(self, below: str, doing: str, data: Mapping[str, Any]) -> Any:
        """Make something. Raises MaybeDoneError where it is not known whether it was made."""
        return self._data(self._call("post", self._path(below), doing, data=data), doing)

    def put(self, below: str, doing: str, data: Mapping[str, Any]) -> Any:
        """Change something."""
        return self._data(self._call("put", self._path(below), doing, data=data), doing)

    def delete(self, below: str, doing: str) -> None:
        """Delete something; nothing happens where it is gone already."""
        try:
            self._call("delete", self._path(below), doing)
        except GitLabError as error:
            if error.status != 404:
                raise

    def pause(self, attempt: int) -> None:
        """Wait before another attempt, longer each time."""
        self._sleep(float(2**attempt))

    def _path(self, below: str) -> str:
        return f"{self.target.api_path}/{below}"

    def _call(
        self,
        verb: str,
        path: str,
        doing: str,
        *,
        query: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> requests.Response:
        for attempt in range(ATTEMPTS):
            self._retry_after = ""
            try:
                return self._gitlab.http_request(
                    verb,
                    path,
                    query_data=dict(query or {}),
                    post_data=dict(data) if data is not None else None,
                    obey_rate_limit=False,
                    retry_transient_errors=False,
                )
            except self._refusal as refusal:
                error = self._explained(doing, refusal.response_code or 0, str(refusal.error_message))
            except self._trouble as trouble:
                error = self._unreached(doing, type(trouble).__name__)
            wait = self._wait(error, attempt)
            if error.status != _TOO_MANY and verb == "post" and (not error.status or error.status in _SHORT_TROUBLE):
                raise MaybeDoneError(str(error)) from None
            if wait is None:
                raise error from None
            self._sleep(wait)
        raise error from None

    def _wait(self, error: GitLabError, attempt: int) -> float | None:
        """How long before the next attempt; None where there shall be none."""
        if error.status and error.status != _TOO_MANY and error.status not in _SHORT_TROUBLE:
            return None
        asked = float(self._retry_after) if self._retry_after.isdecimal() else float(2**attempt)
        return asked if asked <= _LONGEST_WAIT else None

    def _remember(self, response: requests.Response, *_: Any, **__: Any) -> None:
        self._retry_after = response.headers.get("Retry-After", "").strip()[:10]

    def _explained(self, doing: str, status: int, answer: str) -> GitLabError:
        reason = _REASONS.get(status, "the server is in trouble" if status >= 500 else "GitLab refused")
        asked = f"; it asks to wait {self._retry_after} seconds" if self._retry_after.isdecimal() else ""
        answer = self._shown(answer)
        error = GitLabError(f"{doing}: {status} {reason}{asked}{f' ({answer})' if answer else ''}")
        error.status = status
        return error

    def _unreached(self, doing: str, kind: str) -> GitLabError:
        if kind == "TooManyRedirects":
            error = GitLabError(f"{doing}: the server sends elsewhere; give its own address, with https, as --url")
            error.status = 302
            return error
        return GitLabError(f"{doing}: the server could not be reached, or broke off ({kind})")

    def _shown(self, answer: str) -> str:
        """What the server said, on one line, without the token even where the server repeats it."""
        text = answer[2:-1] if answer.startswith(("b'", 'b"')) else answer
        return shortened(flat(self._token.hidden_in(text)), _LONGEST_ANSWER)

    def _data(self, response: requests.Response, doing: str) -> Any:
        try:
            return response.json()
        except ValueError:
            raise GitLabError(f"{doing}: the answer is no JSON; is this the address of a GitLab server?") from None
