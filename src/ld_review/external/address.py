"""Which URLs may be asked at all, and which machines."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from string import ascii_lowercase, digits
from typing import NamedTuple

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from ld_review.external.settings import External

_LONGEST = 2000
_LONGEST_HOST = 253
_HOST_LETTERS = frozenset(f"{ascii_lowercase}{digits}-_.")
"""What else stands in a name is a gap to fill in: ``https://$HOST.com``."""
_PORTS = {"http": 80, "https": 443}
_FIRST_FREE_PORT = 1024
_NOT_PUBLIC = ("alt", "example", "internal", "invalid", "local", "localhost", "onion", "test")
"""Top-level names that the public name system will never hold."""
_FOR_EXAMPLES = ("example.com", "example.net", "example.org", "home.arpa")
_CARRIES_IPV4 = IPv6Network("64:ff9b::/96")


class NotAskedError(Exception):
    """A URL is not asked; the message says why, without repeating the URL."""


class Address(NamedTuple):
    """A URL as it is asked: normalised, ASCII, without user name."""

    scheme: str
    host: str
    """In lower case, an IPv6 address without its brackets."""
    port: int
    target: str
    """Path and query."""
    fragment: str = ""
    """Never sent; kept for the new address of what has moved."""

    @property
    def authority(self) -> str:
        """Host and port as the ``Host`` header names them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def page(self) -> str:
        """The URL without its fragment: two links with the same one are asked once."""
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def full(self) -> str:
        """The URL with its fragment."""
        return f"{self.page}#{self.fragment}" if self.fragment else self.page


def read_address(url: str) -> Address:
    """The address that a URL names; one without scheme, ``//example.com``, is taken as https.

    Raises NotAskedError where it is not the URL of a web page that anyone may see.
    """
    if len(url) > _LONGEST:
        raise NotAskedError(f"the URL is longer than {_LONGEST:,} characters")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in url):
        raise NotAskedError("the URL holds control characters")
    parts = _parsed(f"https:{url}" if url.startswith("//") else url)
    if parts.scheme not in _PORTS:
        raise NotAskedError("the URL is neither http nor https")
    if parts.auth is not None:
        raise NotAskedError("the URL holds a user name or a password")
    host = (parts.host or "").strip("[]")
    if not host.rstrip(".") or len(host) > _LONGEST_HOST or not (":" in host or _HOST_LETTERS.issuperset(host)):
        raise NotAskedError("the URL names no host")
    query = "" if parts.query is None else f"?{parts.query}"
    port = parts.port or _PORTS[parts.scheme]
    return Address(parts.scheme, host, port, f"{parts.path or '/'}{query}", parts.fragment or "")


def _parsed(url: str) -> Url:
    try:
        return parse_url(url)
    except (LocationParseError, UnicodeError) as error:
        raise NotAskedError("the URL is not a valid one") from error


def why_not(address: Address, settings: External) -> str:
    """Why an address is not asked, as far as its words tell; empty where it may be."""
    host = address.host.rstrip(".")
    if fits(host, settings.skip):
        return "the host is on the list of those to skip"
    if fits(host, settings.private):
        return ""
    if ":" not in host and ("." not in host or host.rsplit(".", 1)[-1] in _NOT_PUBLIC or _below(host, _FOR_EXAMPLES)):
        return "the host is a name for examples or for private networks"
    if address.port < _FIRST_FREE_PORT and address.port not in _PORTS.values():
        return f"port {address.port} is not one of the web"
    return ""


def fits(host: str, patterns: Iterable[str]) -> bool:
    """Whether a host fits any of the patterns: its own name, or ``*.`` and a name that it lies below."""
    for pattern in patterns:
        wanted = pattern.lower()
        if host == wanted or (wanted.startswith("*.") and host.endswith(wanted[1:]) and host != wanted[1:]):
            return True
    return False


def _below(host: str, names: Iterable[str]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in names)


def is_public(machine: str) -> bool:
    """Whether an IP address belongs to the public internet: the host of a URL may not lead into a private network."""
    ip = ip_address(machine.partition("%")[0])
    inner = _carried(ip)
    if inner:
        return is_public(str(inner))
    site_local = isinstance(ip, IPv6Address) and ip.is_site_local
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or site_local)


def _carried(ip: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to."""
    if isinstance(ip, IPv4Address):
        return None
    if ip in _CARRIES_IPV4:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
