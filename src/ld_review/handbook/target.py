"""The destination of a link, taken apart."""

from __future__ import annotations

from functools import lru_cache
from posixpath import normpath
from typing import NamedTuple
from urllib.parse import unquote

from ld_review.late import late

_SCHEME = late(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_WEB = late(
    r"(?i)(?:https?:)?//(?:[^/?#@]*@)?(?P<host>[^/?#@:\\\[\]]+)(?::(?P<port>\d{1,5}))?"
    r"(?P<path>(?:/[^?#]*)?)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?\Z"
)
"""A web address. A host in brackets, all digits, is none that serves a handbook."""
_SLASHES = late(r"/{2,}")
_DEFAULT_FILE = late(r"(?:^|(?<=/))index\.html?\Z")
_TEMPLATE = late(r"<%|\{\{|\{%|\ue000")
_LAST_PORT = 65535
LONGEST = 2000
"""A longer destination is no address that anybody typed."""


class Target(NamedTuple):
    """The parts of a destination."""

    host: str
    """In lower case, with a port that is not the usual one; empty where it names none; ``?`` where it is no web
    address."""
    path: str
    """As written, escapes and all; empty where it leads to the page itself."""
    query: str
    fragment: str
    """As written, without ``#``."""

    @property
    def suffix(self) -> str:
        """Query and fragment, as they stand behind the path."""
        return (f"?{self.query}" if self.query else "") + (f"#{self.fragment}" if self.fragment else "")


@lru_cache(maxsize=8192)
def parts(target: str) -> Target:
    """The parts of a destination; its host is ``?`` where it is of another scheme than HTTP, made by a template, or
    cannot be read."""
    target = target.strip()
    if len(target) > LONGEST or _TEMPLATE.search(target) or not target.isprintable():
        return Target("?", "", "", "")
    if is_own(target):
        before, _, fragment = target.partition("#")
        path, _, query = before.partition("?")
        return Target("", path, query, fragment)
    web = _WEB.match(target)
    if web is None:
        return Target("?", "", "", "")
    host, port, path, query, fragment = web.groups(default="")
    if port and int(port) > _LAST_PORT:
        return Target("?", "", "", "")
    usual = not port or int(port) in (80, 443)
    return Target(host.lower() + ("" if usual else f":{int(port)}"), path or "/", query, fragment)


def is_own(target: str) -> bool:
    """Whether a destination names neither scheme nor host."""
    return not (_SCHEME.match(target) or target.startswith("//"))


def tidy(path: str) -> str:
    """A path as two that lead to the same place have it in common: no escapes, slashes single, dots resolved, without
    the default file name, ``.html`` or a slash at its end; the root is empty."""
    path = _DEFAULT_FILE.sub("", _SLASHES.sub("/", unquote(path)))
    if "/." in path:
        path = normpath(path)
    return path.rstrip("/").removesuffix(".html")


def resolved(base: str, path: str) -> str:
    """A path relative to the address *base*, as a browser resolves it. An empty path is *base* itself."""
    if not path or path.startswith("/"):
        return path or base
    whole = base[: base.rfind("/") + 1] + path
    if "./" not in whole and not whole.endswith(("/.", "/..")):
        return whole
    plain = normpath(whole)
    plain = f"/{plain.lstrip('/')}" if whole.startswith("/") else plain
    return f"{plain.rstrip('/')}/" if whole.endswith(("/", "/.", "/..")) else plain
