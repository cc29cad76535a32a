"""Addresses that lead on to others."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import NamedTuple

from ld_review.handbook.target import is_own, tidy

_MOST_HOPS = 10


class Redirects(NamedTuple):
    """Where old addresses lead."""

    exact: Mapping[str, str] = {}
    """The new address or URL by the old one, which is tidied."""
    families: tuple[str, ...] = ()
    """What old addresses begin with that a pattern redirects, somewhere that only the server knows."""

    def final(self, address: str) -> str:
        """Where an address leads in the end; empty where it is not redirected, or only in a circle."""
        seen: set[str] = set()
        while (key := _key(address)) in self.exact and len(seen) < _MOST_HOPS:
            if key in seen:
                return ""
            seen.add(key)
            address = self.exact[key]
        return address if seen and key not in seen else ""

    def may_lead_on(self, address: str) -> bool:
        """Whether a pattern may redirect an address."""
        return bool(self.families) and address.startswith(self.families)

    def with_exact(self, pairs: Iterable[tuple[str, str]]) -> Redirects:
        """These redirects and further ones, where an old address has none yet."""
        return Redirects({**{tidy(old): new for old, new in pairs}, **self.exact}, self.families)

    def without(self, pages: Container[str]) -> Redirects:
        """These redirects less those of addresses, tidied, at which there are pages."""
        return Redirects({old: new for old, new in self.exact.items() if old not in pages}, self.families)


def _key(address: str) -> str:
    """An address as redirects know it; the URL of another host as it is."""
    return tidy(address.partition("#")[0].partition("?")[0]) if is_own(address) else address
