"""The JSON Schemas of the files that people write, made of what reads them."""

from __future__ import annotations

from collections.abc import Iterable
from inspect import getdoc

from ld_review import elementbook, rulebook
from ld_review.checks import Kinds, check_class
from ld_review.checks.base import Check
from ld_review.config_file import ConfigurationFile
from ld_review.elementbook import ElementFile, ProfileFile, bundled_lexicon
from ld_review.learning.vocabulary import Words
from ld_review.meanings import as_line
from ld_review.rule import Rule
from ld_review.rulebook import RuleFile, preset_names
from ld_review.selection import GROUPS
from ld_review.typed_schema import Choice, Schema, Writer, has, has_one_of


def configuration_schema(rules: Iterable[Rule], kinds: Kinds) -> Schema:
    """What a configuration may say, where there are these rules and kinds of check."""
    known = {rule.id: rule for rule in rules}
    selectors = {**dict.fromkeys(GROUPS, ""), **{id_: rule.summary for id_, rule in known.items()}}
    writer = Writer(
        {
            "selector": Choice(selectors, others=True),
            "options": lambda writer: _options(known.values(), kinds, writer),
            "preset": Choice(dict.fromkeys(preset_names(), "")),
            "profile": _profiles(),
            "element": Choice({id_: kind.summary for id_, kind in bundled_lexicon().kinds.items()}),
        }
    )
    return writer.document("A configuration of ld-review", writer.of(ConfigurationFile))


def rule_schema(kinds: Kinds) -> Schema:
    """What a rule file may hold, where there are these kinds of check."""
    writer = Writer({"check": lambda writer: _check(kinds, writer), "profile": _profiles()})
    schema = writer.of(RuleFile)
    keys = writer.definitions["RuleFile"]["properties"]
    keys["authority"] |= {"minItems": 1}
    keys["examples"] |= {"allOf": [{"contains": has(kind, something=True)} for kind in rulebook.EITHER]}
    writer.definitions["ExampleFile"] |= has_one_of(rulebook.EITHER)
    return writer.document("A rule of ld-review", schema)


def element_schema() -> Schema:
    """What a file in ``rules/elements`` may hold."""
    writer = Writer()
    schema = writer.object_of(ElementFile, Words)
    writer.definitions["ExampleFile"] |= has_one_of(elementbook.EITHER)
    return writer.document("A kind of learning element for ld-review", schema)


def profile_schema() -> Schema:
    """What a file in ``rules/profiles`` may hold."""
    writer = Writer()
    return writer.document("A profile of ld-review", writer.of(ProfileFile))


def _profiles() -> Choice:
    return Choice({name: one.summary for name, one in bundled_lexicon().profiles.by_name.items()})


def _options(rules: Iterable[Rule], kinds: Kinds, writer: Writer) -> Schema:
    """Options by the ids of rules; a rule that is not known may have any."""
    of_rules = {
        rule.id: {"description": rule.summary, "allOf": [_kind(rule.kind, kinds, writer, whole=False)]}
        for rule in rules
        if rule.kind in kinds
    }
    return {"type": "object", "properties": of_rules, "additionalProperties": {"type": "object"}}


def _check(kinds: Kinds, writer: Writer) -> Schema:
    """One kind of check with its options; its name alone where it needs none."""
    alone = [kind for kind in kinds if _stands_alone(check_class(kind, kinds))]
    with_options: Schema = {}
    for kind in kinds:
        options = _kind(kind, kinds, writer, whole=True)
        optional = {"anyOf": [options, {"type": "null"}]}
        told = {"description": as_line(getdoc(check_class(kind, kinds)) or "")}
        with_options[kind] = told | (optional if kind in alone else {"minProperties": 1, "allOf": [options]})
    one = {"properties": with_options, "additionalProperties": False, "minProperties": 1, "maxProperties": 1}
    return {"anyOf": [{"type": "object", **one}, {"enum": alone}]}


def _kind(kind: str, kinds: Kinds, writer: Writer, *, whole: bool) -> Schema:
    """The options of a kind of check; where it is *whole*, all that it needs must be there."""
    made = check_class(kind, kinds)
    return writer.defined(f"check-{kind}", lambda: _options_of(made, writer, whole))


def _options_of(made: type[Check], writer: Writer, whole: bool) -> Schema:
    try:
        return writer.object_of(made, whole=whole)
    except Exception:  # the class may be that of any package
        return {"type": "object"}


def _stands_alone(made: type[Check]) -> bool:
    """Whether a check can be made without any options."""
    try:
        made()
    except Exception:  # the class may be that of any package
        return False
    return True
