"""Find links inside the handbook that lead nowhere, or not the straight way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Literal, NamedTuple

from ld_review.checks.base import AcrossPages, Match
from ld_review.finding import Edit
from ld_review.handbook.anchors import Nearest
from ld_review.handbook.facts import Detail, Entry, LinkFact
from ld_review.handbook.handbook import Handbook, Leading
from ld_review.handbook.layout import as_link, first_folder, url_as_link
from ld_review.handbook.target import parts, tidy

Problem = Literal[
    "absolute",
    "dead-anchor-elsewhere",
    "dead-anchor-here",
    "dead-page",
    "double-slash",
    "missing-leading-slash",
    "missing-trailing-slash",
    "redirected",
    "relative",
    "source-file",
    "wrong-case",
]

_QUOTED_MAY_STAY = frozenset({"absolute", "relative", "redirected", "missing-trailing-slash"})
"""What is no fault in a quotation, or in a text that is sent elsewhere."""
_MOST_GUESSED = 300
"""How many links of a page are told what may have been meant: a page with more has another trouble than those."""
_MOST_COMPARED = 300
"""Of the pages beside one that is missing."""
_TOLD_BY_ONE_PAGE = frozenset({"absolute", "dead-anchor-here", "missing-leading-slash"})


class _Asked(NamedTuple):
    """A link, where it leads, and on which page of which handbook it stands."""

    link: LinkFact
    led: Leading
    own: str
    handbook: Handbook
    guess: bool = True
    """Whether to look for what may have been meant."""


class _Answer(NamedTuple):
    """What is wrong with a link."""

    better: str = ""
    """The destination it should have; empty where nobody can tell."""
    safe: bool = True
    near: str = ""
    """How the message goes on about what may have been meant."""


@dataclass(frozen=True, kw_only=True)
class HandbookLink(AcrossPages):
    """Yield each link inside the handbook that has the problem asked for.

    Words: ``{target}``, ``{better}`` (the destination it should have), ``{fragment}``, ``{page}`` (the file it leads
    to), ``{near}`` (``; did you mean ...?`` or nothing).
    """

    problem: Problem
    """What is wrong: ``dead-page``; ``dead-anchor-here`` and ``dead-anchor-elsewhere``, a fragment that the same or
    another page does not have; ``redirected``; ``wrong-case``; ``double-slash``; ``missing-leading-slash``;
    ``missing-trailing-slash``; ``relative``, a destination that does not begin at the root; ``absolute``, one that
    names the handbook's own host; ``source-file``, a file that the site does not serve."""

    def can_tell(self, handbook: Handbook) -> bool:
        """Whether this handbook is enough to find all there is."""
        return handbook.whole or self.problem in _TOLD_BY_ONE_PAGE

    def find_across(self, entry: Entry, detail: Detail, handbook: Handbook) -> Iterator[Match]:
        """Yield what is found on a page of the handbook, in order of place."""
        own = entry.path
        judge, guesses = _PROBLEMS[self.problem], _MOST_GUESSED
        for link, led in handbook.own_links(entry, detail):
            if link.quoted and self.problem in _QUOTED_MAY_STAY:
                continue
            answer = judge(_Asked(link, led, own, handbook, guess=guesses > 0))
            if answer is not None:
                guesses -= 1
                yield _match(link, led, answer)


def _match(link: LinkFact, led: Leading, answer: _Answer) -> Match:
    words = {
        "target": link.target,
        "better": answer.better,
        "fragment": led.target.fragment,
        "page": led.page.path if led.page else "",
        "near": answer.near,
    }
    mendable = answer.better and answer.better != link.target and link.target_span and not link.quoted
    edits = (Edit(link.target_span, answer.better),) if mendable and link.target_span else ()
    return Match(link.place, words, edits, safe=answer.safe)


def _dead_page(asked: _Asked) -> _Answer | None:
    if asked.led.leads != "dead":
        return None
    other = _nearest_address(asked.led.path, asked.handbook) if asked.guess else ""
    return _Answer(near=f"; did you mean '{other}'?" if other else "")


def _nearest_address(wanted: str, handbook: Handbook) -> str:
    """A page whose address ends as the wanted one does, or hardly differs from it."""
    wanted = tidy(wanted)
    name = wanted.rpartition("/")[2].lower()
    same = handbook.named(name) or handbook.named("-".join(name.removesuffix(".md").split()))
    if len(same) == 1:
        return same[0]
    beside = handbook.beside(wanted)
    if len(beside) > _MOST_COMPARED:
        beside = tuple(other for other in beside if tidy(other).rpartition("/")[2][:2].lower() == name[:2])
    close = get_close_matches(wanted, beside[:_MOST_COMPARED], n=1, cutoff=0.85)
    return close[0] if close else ""


def _dead_anchor_here(asked: _Asked) -> _Answer | None:
    page = asked.led.page
    return _dead_anchor(asked) if page is not None and page.path == asked.own else None


def _dead_anchor_elsewhere(asked: _Asked) -> _Answer | None:
    page = asked.led.page
    return _dead_anchor(asked) if page is not None and page.path != asked.own else None


def _dead_anchor(asked: _Asked) -> _Answer | None:
    page, fragment = asked.led.page, asked.led.target.fragment
    if page is None or asked.handbook.has_anchor(page, fragment) is not False:
        return None
    found = asked.handbook.anchors(page).nearest(fragment) if asked.guess else Nearest()
    near = f"; did you mean '#{found.anchor}'?" if found.anchor else ""
    better = asked.link.target.partition("#")[0] + f"#{found.anchor}" if found.sure else ""
    return _Answer(better, safe=False, near=near)


def _redirected(asked: _Asked) -> _Answer | None:
    led = asked.led
    if led.leads != "redirect":
        return None
    new, target = parts(led.address), led.target
    arrives = led.page is not None and asked.handbook.has_anchor(led.page, led.target.fragment)
    safe = not led.target.fragment or bool(arrives)
    query = f"?{target.query}" if target.query and not new.query else ""
    fragment = f"#{target.fragment}" if target.fragment else ""
    return _Answer(url_as_link(led.address) + ("" if new.fragment else query + fragment), safe)


def _wrong_case(asked: _Asked) -> _Answer | None:
    led = asked.led
    if led.leads != "page" or led.page is None or asked.handbook.layout.follows_source_links:
        return None
    wanted, there = tidy(led.path), tidy(led.address)
    return _straight(led) if wanted != there and wanted.lower() == there.lower() else None


def _double_slash(asked: _Asked) -> _Answer | None:
    led = asked.led
    return _straight(led) if led.leads == "page" and "//" in led.target.path else None


def _missing_trailing_slash(asked: _Asked) -> _Answer | None:
    led = asked.led
    short = led.leads == "page" and led.address.endswith("/") and bool(led.target.path)
    return _straight(led) if short and f"{led.target.path}/" == led.address else None


def _missing_leading_slash(asked: _Asked) -> _Answer | None:
    led, target = asked.led, asked.led.target
    if target.host or target.path.startswith("/") or led.leads not in ("dead", "unknown", "source"):
        return None
    handbook = asked.handbook
    if handbook.layout.follows_source_links or not handbook.is_top_folder(first_folder(target.path)):
        return None
    if led.leads == "source" or "/" not in target.path:
        return None
    return _Answer(f"/{asked.link.target.strip()}")


def _relative(asked: _Asked) -> _Answer | None:
    led, target = asked.led, asked.led.target
    if led.leads != "page" or target.host or not target.path or target.path.startswith("/"):
        return None
    if asked.handbook.layout.follows_source_links:
        return None
    if led.page is not None and led.page.path == asked.own and target.fragment:
        return _Answer(f"#{target.fragment}")
    return _straight(led)


def _absolute(asked: _Asked) -> _Answer | None:
    target, handbook = asked.led.target, asked.handbook
    if not target.host or not (handbook.is_declared_host(target.host) or asked.led.leads in ("page", "redirect")):
        return None
    known = asked.led.leads in ("page", "redirect")
    return _Answer(f"/{target.path.lstrip('/')}{target.suffix}", safe=known)  # two slashes would begin with a host


def _source_file(asked: _Asked) -> _Answer | None:
    never_served = not asked.handbook.layout.may_resolve_sources
    return _straight(asked.led) if asked.led.leads == "source" and never_served else None


def _straight(led: Leading) -> _Answer:
    """The address as the site serves it, with what stood behind the path."""
    return _Answer(as_link(led.address) + led.target.suffix)


_PROBLEMS: Mapping[str, Callable[[_Asked], _Answer | None]] = MappingProxyType(
    {
        "absolute": _absolute,
        "dead-anchor-elsewhere": _dead_anchor_elsewhere,
        "dead-anchor-here": _dead_anchor_here,
        "dead-page": _dead_page,
        "double-slash": _double_slash,
        "missing-leading-slash": _missing_leading_slash,
        "missing-trailing-slash": _missing_trailing_slash,
        "redirected": _redirected,
        "relative": _relative,
        "source-file": _source_file,
        "wrong-case": _wrong_case,
    }
)
