"""The server of these tests refuses what GitLab's description does not allow."""

from __future__ import annotations

import json

import pytest

from fake_gitlab import SPEC, Request, commands, diff, violations

HEADERS = {"private-token": "x", "content-type": "application/json"}
NOTES = "/api/v4/projects/42/merge_requests/7/notes"
DISCUSSIONS = "/api/v4/projects/42/merge_requests/7/discussions"

described = pytest.mark.skipif(not SPEC.exists(), reason="GitLab's OpenAPI description is not beside the project")


def _violations(method, path, data=None, query=None, headers=HEADERS):
    body = json.dumps(data).encode() if data is not None else b""
    return violations(Request(method, path, query or {}, headers, body))


@described
def test_what_gitlab_describes_is_accepted():
    assert _violations("POST", NOTES, {"body": "hello"}) == []
    assert _violations("GET", NOTES, query={"page": "1", "sort": "asc", "order_by": "created_at"}) == []
    position = {"position_type": "text", "base_sha": "a", "start_sha": "b", "head_sha": "c", "new_line": 3}
    assert _violations("POST", DISCUSSIONS, {"body": "x", "position": position}) == []


@described
@pytest.mark.parametrize(
    ("method", "path", "data", "query"),
    [
        ("POST", NOTES, {"text": "no body"}, {}),
        ("GET", NOTES, None, {"sort": "upwards"}),
        ("GET", NOTES, None, {"page": "first"}),
        ("PUT", NOTES, {"body": "no number"}, {}),
        ("POST", DISCUSSIONS, {"body": "x", "position": {"position_type": "txt"}}, {}),
        ("POST", DISCUSSIONS, {"body": "x", "position": {"position_type": "text", "new_line": "3"}}, {}),
        ("GET", "/api/v4/projects/42/merge_requests/seven/notes", None, {}),
        ("GET", "/api/v4/nobody", None, {}),
    ],
)
def test_what_gitlab_does_not_describe_is_not(method, path, data, query):
    assert _violations(method, path, data, query)


@described
def test_a_request_without_a_token_is_not():
    assert _violations("GET", NOTES, headers={"content-type": "application/json"})


def test_commands_are_seen():
    assert commands("/close\nsee /docs\n  /merge now\n\\/label") == ["/close", "  /merge now"]


def test_a_diff_has_hunks_and_no_names():
    assert diff("a\nb\n", "a\nc\n") == "@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
