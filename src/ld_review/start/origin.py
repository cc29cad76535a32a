"""Where the ld-review that runs was installed from, so that hooks and pipelines install the same."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from ld_review import __version__
from ld_review.errors import UsageError
from ld_review.late import late

_VERSION = late(r"v?\d[\w.+-]*\Z")
_ADDRESS = late(r"(?:ssh://[\w.-]+@|[\w.+-]+://)[^\s\"'<>\\^`{|}$@]+\Z")
PLACEHOLDER = "https://example.com/your-group/ld-review"


class Origin(NamedTuple):
    """Where ld-review comes from."""

    url: str = ""
    """Of a git repository; empty for none."""
    revision: str = f"v{__version__}"
    """The tag or commit there."""
    from_index: bool = False
    """Whether it was installed by its name alone."""

    @property
    def known(self) -> bool:
        """Whether others can install the same."""
        return bool(self.url) or self.from_index

    @property
    def project(self) -> str:
        """The path of the repository on its server."""
        return urlsplit(self.url or PLACEHOLDER).path.strip("/").removesuffix(".git")

    @property
    def requirement(self) -> str:
        """What pip installs."""
        if self.from_index:
            return f"ld-review=={__version__}"
        return f"git+{self.url or PLACEHOLDER}@{self.revision}"


def origin_of(source: str | None) -> Origin:
    """The origin that *source* names, ``URL`` or ``URL@REVISION``; without it, that of the package as it is installed.

    Raises UsageError where it is no address of a git repository.
    """
    if source is None:
        return _installed()
    where, at, revision = source.removeprefix("git+").rpartition("@")
    url = where if at and "/" not in revision else source.removeprefix("git+")
    revision = revision if at and "/" not in revision else ""
    if not _ADDRESS.match(url):
        raise UsageError(f"--source {source}: expected a git address such as {PLACEHOLDER}")
    if revision and not re.match(r"[\w.+-]+\Z", revision):
        raise UsageError(f"--source {source}: {revision!r} is no tag or commit")
    return Origin(url.rstrip("/"), revision or f"v{__version__}")


def _installed() -> Origin:
    try:
        told = distribution("ld-review").read_text("direct_url.json")
        return told_origin(json.loads(told) if told else None)
    except (PackageNotFoundError, ValueError):
        return Origin()


def told_origin(data: Any) -> Origin:
    """The origin that the record of an installation (PEP 610) tells; without one it came from an index."""
    if data is None:
        return Origin(from_index=True)
    git = data.get("vcs_info") if isinstance(data, Mapping) else None
    if not isinstance(git, Mapping) or git.get("vcs") != "git":
        return Origin()
    url = _without_account(str(data.get("url", "")))
    asked, commit = str(git.get("requested_revision", "")), str(git.get("commit_id", ""))
    revision = asked if _VERSION.match(asked) else commit
    return Origin(url, revision) if _ADDRESS.match(url) and revision else Origin()


def _without_account(url: str) -> str:
    """A web address without the name and password that may stand in it."""
    split = urlsplit(url)
    if split.scheme not in {"http", "https"}:
        return url
    return urlunsplit(split._replace(netloc=split.netloc.rpartition("@")[2]))
