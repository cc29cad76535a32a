"""A GitLab of one merge request: keeps notes and threads, and takes only what GitLab would take."""

from __future__ import annotations

import difflib
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

SPEC = Path(__file__).parents[2] / "shared" / "schemas" / "gitlab-openapi-v3-trimmed.yaml"
TOKEN = "glpat-Zx81_secret-of-the-tests"
READ_ONLY = "glpat-Rd12_may-only-read"
EXPIRED = "glpat-Ex55_expired"
JOB = "glcbt-64_token-of-the-job"
BOT, SOMEBODY = 9, 3
BASE, START, HEAD = "b" * 40, "c" * 40, "d" * 40


class Answer(NamedTuple):
    status: int
    data: Any
    headers: Mapping[str, str] = {}


class Trouble(NamedTuple):
    """What the server answers once instead of doing its work, or (*after*) although it did it."""

    method: str
    path: str
    answer: Answer | None
    """None: it hangs up."""
    after: bool = False


class Request(NamedTuple):
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class FakeGitLab:
    """Its state. ``violations`` says what was sent that GitLab's own description does not allow."""

    files: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By path after the change: the text before and after."""
    renamed: dict[str, str] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    discussions: list[dict[str, Any]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    most_on_a_page: int = 2
    longest_note: int = 1_000_000
    project: str = "42"
    before_create: Callable[[], None] = lambda: None
    requests: list[Request] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    url: str = ""
    _lock: Any = field(default_factory=threading.RLock)
    _last: int = 100

    def answer(self, request: Request) -> Answer | None:
        with self._lock:
            self.requests.append(request)
            self.violations += violations(request)
            trouble = next((one for one in self.troubles if _meant(one, request)), None)
            if trouble:
                self.troubles.remove(trouble)
                if not trouble.after:
                    return trouble.answer
        answer = self._answer(request)
        return trouble.answer if trouble else answer

    def _answer(self, request: Request) -> Answer:
        token = request.headers.get("private-token", "")
        if token == EXPIRED:
            said = "Token is expired. You can either do re-authorization or token refresh."
            return Answer(401, {"error": "invalid_token", "error_description": said})
        if token not in {TOKEN, READ_ONLY}:
            return Answer(401, {"message": "401 Unauthorized"})
        if request.method != "GET" and token == READ_ONLY:
            said = "The request requires higher privileges than provided by the access token."
            return Answer(403, {"error": "insufficient_scope", "error_description": said, "scope": "api"})
        if request.path == "/api/v4/user":
            return Answer(200, {"id": BOT, "username": "project_42_bot"})
        match = re.fullmatch(r"/api/v4/projects/([^/]+)/merge_requests/(\d+)/(\w+)(?:/(\w+))?", request.path)
        if not match or unquote(match[1]) != self.project or match[2] != "7":
            return Answer(404, {"message": "404 Not found"})
        handler: Callable[[Request, str], Answer] = getattr(self, f"_{request.method.lower()}_{match[3]}")
        return handler(request, match[4] or "")

    def _get_notes(self, request: Request, _: str) -> Answer:
        with self._lock:
            return self._page(request, list(self.notes))

    def _get_discussions(self, request: Request, _: str) -> Answer:
        with self._lock:
            return self._page(request, list(self.discussions))

    def _get_versions(self, request: Request, _: str) -> Answer:
        newest = {"id": 2, "base_commit_sha": BASE, "start_commit_sha": START, "head_commit_sha": HEAD}
        return self._page(request, [newest, {**newest, "id": 1, "head_commit_sha": "e" * 40}])

    def _get_diffs(self, request: Request, _: str) -> Answer:
        files = [
            {"old_path": self.renamed.get(path, path), "new_path": path, "diff": diff(*texts), "deleted_file": False}
            for path, texts in self.files.items()
        ]
        return self._page(request, files)

    def _page(self, request: Request, items: list[Any]) -> Answer:
        """Pages hold fewer than what was asked for, as GitLab's may."""
        number = int(request.query.get("page", "1"))
        end = number * self.most_on_a_page
        following = str(number + 1) if end < len(items) else ""
        return Answer(200, items[end - self.most_on_a_page : end], {"X-Next-Page": following, "X-Page": str(number)})

    def _post_notes(self, request: Request, _: str) -> Answer:
        self.before_create()
        body = json.loads(request.body)["body"]
        if len(body) > self.longest_note:
            return Answer(413, {"message": "413 Request Entity Too Large"})
        with self._lock:
            self.notes.append(self._note(body))
            return Answer(201, self.notes[-1])

    def _put_notes(self, request: Request, number: str) -> Answer:
        with self._lock:
            note = next((one for one in self.notes if str(one["id"]) == number), None)
            if note is None:
                return Answer(404, {"message": "404 Not found"})
            note["body"] = json.loads(request.body)["body"]
            return Answer(200, note)

    def _delete_notes(self, _: Request, number: str) -> Answer:
        with self._lock:
            left = [one for one in self.notes if str(one["id"]) != number]
            gone, self.notes[:] = len(left) < len(self.notes), left
            return Answer(204, None) if gone else Answer(404, {"message": "404 Not found"})

    def _post_discussions(self, request: Request, _: str) -> Answer:
        data = json.loads(request.body)
        with self._lock:
            if not self._is_place(data["position"]):
                return Answer(400, {"message": '400 Bad request - Note {:line_code=>["can\'t be blank"]}'})
            note = self._note(data["body"]) | {"position": data["position"], "resolvable": True, "resolved": False}
            self.discussions.append({"id": f"{len(self.discussions):040x}", "notes": [note]})
            return Answer(201, self.discussions[-1])

    def _put_discussions(self, request: Request, number: str) -> Answer:
        with self._lock:
            found = next(one for one in self.discussions if one["id"] == number)
            found["notes"][0]["resolved"] = json.loads(request.body)["resolved"]
            return Answer(200, found)

    def _note(self, body: str, author: int = BOT) -> dict[str, Any]:
        self._last += 1
        return {"id": self._last, "body": body, "system": False, "author": {"id": author}}

    def put_in(self, body: str, author: int = SOMEBODY, **more: Any) -> None:
        """A note that somebody else wrote."""
        self.notes.append(self._note(body, author) | more)

    def _is_place(self, position: dict[str, Any]) -> bool:
        path = position["new_path"]
        shas = (position["base_sha"], position["start_sha"], position["head_sha"])
        if path not in self.files or shas != (BASE, START, HEAD) or position["position_type"] != "text":
            return False
        if position["old_path"] != self.renamed.get(path, path):
            return False
        return (position.get("old_line"), position.get("new_line")) in _places(*self.files[path])

    def suggested(self, discussion: dict[str, Any]) -> str:
        """The text of the page after somebody applied the suggestion of a thread."""
        note = discussion["notes"][0]
        fence, above, below, text = re.search(
            r"^(`{3,})suggestion:-(\d+)\+(\d+)\n(.*?)^\1$", note["body"], re.MULTILINE | re.DOTALL
        ).groups()
        assert fence not in text
        lines = self.files[note["position"]["new_path"]][1].split("\n")
        line = note["position"]["new_line"]
        lines[line - 1 - int(above) : line + int(below)] = text.removesuffix("\n").split("\n")
        return "\n".join(lines)

    @property
    def bodies(self) -> list[str]:
        return [note["body"] for note in self.notes if note["author"]["id"] == BOT]

    @property
    def commands(self) -> list[str]:
        """The lines of all that was posted that GitLab would obey."""
        threads = [one["notes"][0]["body"] for one in self.discussions]
        return [line for body in (*self.bodies, *threads) for line in commands(body)]


def commands(body: str) -> list[str]:
    """The lines of a body that GitLab would take for quick actions, were it as strict about fences as it can be."""
    return [line for line in body.split("\n") if re.match(r"\s*/\w", line)]


def _meant(trouble: Trouble, request: Request) -> bool:
    return trouble.method == request.method and request.path.endswith(trouble.path)


def diff(old: str, new: str) -> str:
    """As GitLab shows it: hunks with three lines around, no file names."""
    rows = list(difflib.unified_diff(old.split("\n")[:-1], new.split("\n")[:-1], lineterm="", n=3))[2:]
    return "".join(f"{row}\n" for row in rows)


def _places(old: str, new: str) -> set[tuple[int | None, int | None]]:
    """The pairs of old and new line at which a thread can be, worked out without reading a diff."""
    matcher = difflib.SequenceMatcher(None, old.split("\n")[:-1], new.split("\n")[:-1])
    places: set[tuple[int | None, int | None]] = set()
    for group in matcher.get_grouped_opcodes(3):
        for kind, old_start, old_end, new_start, new_end in group:
            if kind == "equal":
                places |= {(old_start + n + 1, new_start + n + 1) for n in range(old_end - old_start)}
            else:
                places |= {(line + 1, None) for line in range(old_start, old_end)}
                places |= {(None, line + 1) for line in range(new_start, new_end)}
    return places


@cache
def _description() -> Any:
    """GitLab's description of its API; None where it is not beside the project."""
    if not SPEC.exists():
        return None
    import yaml
    from openapi_core import OpenAPI

    spec = yaml.load(SPEC.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    schemes = spec["components"].setdefault("securitySchemes", {})
    schemes["token"] = {"type": "apiKey", "in": "header", "name": "PRIVATE-TOKEN"}
    spec["security"] = [{"token": []}]
    return OpenAPI.from_dict(spec)


def violations(request: Request) -> list[str]:
    """What GitLab's description says against a request; nothing where there is no description here."""
    description = _description()
    if description is None:
        return []
    from openapi_core.testing import MockRequest

    asked = MockRequest(
        "https://gitlab.com",
        request.method.lower(),
        request.path,
        args=request.query,
        headers=request.headers,
        data=request.body or None,
        content_type=request.headers.get("content-type", "application/json"),
    )
    errors = list(description.iter_request_errors(asked))
    where = f"{request.method} {request.path}"
    return [f"{where}: {error} {getattr(error, '__cause__', '')}" for error in errors]


@contextmanager
def running(state: FakeGitLab) -> Iterator[FakeGitLab]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = state.answer(Request(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body))
            if answer is None:
                self.close_connection = True
                return
            raw = answer.data if isinstance(answer.data, bytes) else json.dumps(answer.data).encode()
            raw = b"" if answer.status == 204 else raw
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        state.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
