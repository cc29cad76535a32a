"""Findings, elements and the rest as JSON knows them, and back: the form in which they are kept between runs."""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import Any

from ld_review.finding import Edit, Finding, Fix, Severity
from ld_review.learning.element import Element
from ld_review.source import Span

_MARK_BYTES = 16
BROKEN = (ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError, zlib.error)
"""What reading a form may raise that somebody else has made."""


def mark_of(data: bytes) -> bytes:
    """What stands for these bytes: 16 bytes."""
    return hashlib.blake2b(data, digest_size=_MARK_BYTES).digest()


def as_json(parts: Any) -> str:
    """Plain parts on one line of ASCII."""
    return json.dumps(parts, ensure_ascii=True, separators=(",", ":"))


def packed(parts: Any) -> bytes:
    """Plain parts as few bytes."""
    return zlib.compress(as_json(parts).encode("ascii"), 1)


def unpacked(data: bytes) -> Any:
    """The parts back. Raises one of ``BROKEN`` where *data* is anything else."""
    return json.loads(zlib.decompress(data))


def plain_finding(finding: Finding) -> list[Any]:
    """A finding as plain parts."""
    return [*finding[:3], finding.severity.value, *finding[4:]]


def finding_of(parts: list[Any]) -> Finding:
    """The finding back."""
    rule, span, message, severity, fix, also, paste = parts
    edits = Fix(tuple(Edit(Span(*where), text) for where, text in fix[0]), fix[1]) if fix else None
    return Finding(rule, Span(*span), message, Severity(severity), edits, tuple(Span(*one) for one in also), paste)


def plain_element(element: Element) -> list[Any]:
    """An element as plain parts."""
    return [*element[:-1], dict(element.attributes)]


def element_of(parts: list[Any]) -> Element:
    """The element back."""
    kind, span, body, *rest = parts
    return Element(kind, Span(*span), Span(*body), *rest)
