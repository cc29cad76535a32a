"""What one page alone told in an earlier run: kept by its bytes, its place, the rules and all that they go by."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePath
from typing import Any

from ld_review.cache import State, Store, by_time, read_entry, settings_key, written_entry
from ld_review.canonical import NotPlainError, canonical
from ld_review.engine import Draft, Settings
from ld_review.finding import Edit, Finding, Fix, Severity
from ld_review.handbook.facts import Detail, LinkFact, PageFacts, SectionFact
from ld_review.learning.element import Element
from ld_review.learning.profile import Assigned
from ld_review.rule import Rule
from ld_review.source import Source, Span
from ld_review.suppression import Suppression

_FILE = "drafts-1.sqlite3"
"""The number is that of the form of what it holds."""
_MOST_DRAFTS = 20_000
_ASKED = ("markdown-it-py", "mdit-py-plugins", "PyYAML", "regex", "textstat", "spacy")
"""The packages that have a say in what is found."""
_OURS = "ld_review."


class DraftCache:
    """The drafts of pages that nothing broke on; without a folder it keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._store = Store(folder / _FILE if folder else None, _MOST_DRAFTS)
        self.keeps = folder is not None
        """Whether it keeps anything."""

    def key(self, rules: Iterable[Rule], settings: Settings) -> bytes:
        """What stands for rules and settings in the keys of what is kept here."""
        return rules_key(rules, settings)

    def believes(self, draft: Draft, rules: Sequence[Rule], settings: Settings) -> bool:
        """Whether a draft, with its source, is taken for what it says: what was kept here is."""
        return True

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Draft]:
        """The drafts that are known, by key, with a source that is empty; those that cannot be read are not known."""
        found = {}
        for key, text in self._store.get(keys):
            try:
                found[key] = read_draft(json.loads(zlib.decompress(text)))
            except (*NO_DRAFT, zlib.error):
                continue
        return found

    def put(self, drafts: Mapping[bytes, Draft]) -> None:
        """Keep drafts, but for those on which something broke: it may not break again."""
        kept = {key: draft for key, draft in drafts.items() if can_be_kept(draft)}
        self._store.put({key: zlib.compress(written_draft(draft).encode("ascii"), 1) for key, draft in kept.items()})


def can_be_kept(draft: Draft) -> bool:
    """Whether a draft is all that the page tells: what broke may not break again."""
    return draft.facts is not None and not draft.failures


def rules_key(rules: Iterable[Rule], settings: Settings, state: State = by_time) -> bytes:
    """What stands for the rules and all that they go by, beside the page; empty where part of it cannot be compared.

    A kind of check from another package counts as another one after each change of the *state* of its file.
    """
    try:
        parts = [canonical(_of_rule(rule, state)) for rule in rules]
        parts += [canonical(settings.lexicon.kinds), canonical((settings.layout, settings.hosts.entries))]
        parts.append(canonical((settings.heading_ids, settings.language, settings.profile, settings.forced_profile)))
        parts.append(canonical(settings.known_rules))
    except (NotPlainError, OSError):
        return b""
    return settings_key([*parts, *packages().values()], state)


def _of_rule(rule: Rule, state: State) -> tuple[Any, ...]:
    module = type(rule.check).__module__
    origin = "" if module.startswith(_OURS) else f"{module}:{state(_file_of(module))}"
    said = (rule.id, rule.dimension, rule.severity, rule.message, rule.kind, rule.check, rule.declared_severity)
    return (*said, rule.profiles, rule.language, rule.safe, rule.fixes, origin)


def _file_of(module: str) -> Path:
    import sys  # noqa: PLC0415 - for kinds of check from elsewhere alone

    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None:
        raise NotPlainError(f"{module} has no file")
    return Path(file)


def packages() -> dict[str, str]:
    """The versions of the packages that have a say in what is found; empty where one is not there."""
    return {package: _version(package) for package in _ASKED}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


# --- as JSON ----------------------------------------------------------------------------------------------------------


def written_draft(draft: Draft) -> str:
    """A draft as JSON, without its source and the path of its page."""
    facts = draft.facts
    assert facts is not None
    parts = [
        [written_entry(facts.entry), facts.detail(), b64encode(facts.text).decode("ascii")],
        [_plain_finding(finding) for finding in draft.findings],
        sorted(draft.ran),
        draft.partial,
        draft.suppressions,
        draft.language,
        draft.not_assessed,
        draft.profile,
        [[*element[:-1], dict(element.attributes)] for element in draft.elements],
        draft.today.isoformat() if draft.today else None,
        draft.generated,
    ]
    return json.dumps(parts, ensure_ascii=True, separators=(",", ":"))


def _plain_finding(finding: Finding) -> list[Any]:
    return [*finding[:3], finding.severity.value, *finding[4:]]


NO_DRAFT = (ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError)
"""What is raised for that which is no draft."""


def read_draft(parts: Any) -> Draft:
    """A draft as it was written, with a source that is empty. Raises one of ``NO_DRAFT`` for most of what is none."""
    facts, findings, ran, partial, suppressions, language, unread, profile, elements, day, generated = parts
    return Draft(
        _NOTHING,
        _facts(*facts),
        tuple(map(_finding, findings)),
        (),
        frozenset(ran),
        bool(partial),
        tuple(map(_suppression, suppressions)),
        str(language),
        str(unread),
        Assigned(*profile),
        tuple(Element(kind, Span(*span), Span(*body), *rest) for kind, span, body, *rest in elements),
        date.fromisoformat(day) if day else None,
        str(generated),
    )


_NOTHING = Source(PurePath(), "")


def _facts(entry: str, detail: list[Any], text: str) -> PageFacts:
    known = read_entry(entry)
    if known is None:
        raise ValueError("no entry")
    sections, links = detail
    return PageFacts.of(known, Detail(tuple(map(_section, sections)), tuple(map(_link, links))), b64decode(text))


def _section(parts: list[Any]) -> SectionFact:
    start, text, *rest = parts
    return SectionFact(start, Span(*text), *rest)


def _link(parts: list[Any]) -> LinkFact:
    span, target, target_span, quoted = parts
    return LinkFact(Span(*span), target, Span(*target_span) if target_span else None, quoted)


def _finding(parts: list[Any]) -> Finding:
    rule, span, message, severity, fix, also, paste = parts
    edits = Fix(tuple(Edit(Span(*where), text) for where, text in fix[0]), fix[1]) if fix else None
    return Finding(rule, Span(*span), message, Severity(severity), edits, tuple(Span(*one) for one in also), paste)


def _suppression(parts: list[Any]) -> Suppression:
    verb, span, rules, reason, line = parts
    return Suppression(verb, Span(*span), tuple(rules), reason, line)
