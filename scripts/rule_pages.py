"""A page for each rule and an index of all, as Markdown for the documentation site, told by the rules themselves.

What stands in a rule file is data: nothing of it is read as Markdown or HTML but words between backticks, as code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from ld_review.check_options import Option, as_yaml, changed_options, options_of
from ld_review.cli.rules import is_fixable
from ld_review.config_file import default_config
from ld_review.finding import Finding
from ld_review.rule import DIMENSIONS, Example, Rule
from ld_review.rulebook import bundled_rules, preset_names
from ld_review.selection import Decision
from ld_review.testing import review_example

FOLDER = "rule"
INDEX = f"{FOLDER}/index.md"
TITLES = {"handbook-first": "Handbook first", "adult-learning": "Adult learning theory", "async": "Bias for async"}
_CODE = re.compile(r"`([^`\n]+)`")
_NOT_PLAIN = re.compile(r"[^\w ,']|_")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_WIDEST = 80
_SHORT = 60


class Standing(NamedTuple):
    """What the presets say of a rule, by their names."""

    decisions: Mapping[str, Decision]
    advice: bool


def address(rule: str) -> str:
    """Where the page of a rule lies among the sources of the site."""
    return f"{FOLDER}/{rule}.md"


@cache
def rules() -> tuple[Rule, ...]:
    """The rules that come with the package, by their ids."""
    return tuple(sorted(bundled_rules().rules, key=lambda rule: rule.id))


def pages() -> Iterator[tuple[str, str]]:
    """Every page, the index first: its address and its Markdown."""
    standings = _standings()
    yield INDEX, "\n".join(_index(rules(), standings))
    for rule in rules():
        yield address(rule.id), "\n".join(page(rule, standings[rule.id]))


def page(rule: Rule, standing: Standing) -> Iterator[str]:
    """The lines of the page of a rule."""
    title, summary = json.dumps(rule.id), json.dumps(_flat(rule.summary))
    yield from ("---", f"title: {title}", f"description: {summary}", "---", "")
    yield from (f"# {inert(rule.id)}", "", f"{inline(rule.summary)}.", "")
    yield from _facts(rule, standing)
    yield from ("", "## Why", "")
    yield from (f"{inline(paragraph)}\n" for paragraph in rule.why.strip().split("\n\n"))
    if rule.off:
        yield from ("## Why it is off", "", f"{inline(rule.off)}.", "")
    yield from ("## On whose authority", "")
    yield from (f"- {_link(title, url)}" for title, url in rule.authority)
    yield from ("", "## Examples", "")
    for example in rule.examples:
        yield from _example(rule, example)
    yield from _options(rule)


def inert(text: str) -> str:
    """A text in which neither Markdown nor HTML means anything, on one line."""
    shown = _CONTROL.sub("\ufffd", text.replace("\r\n", "\n"))
    return _NOT_PLAIN.sub(lambda found: f"&#{ord(found[0])};", shown)


def inline(text: str) -> str:
    """A text on one line, with words between backticks as code."""
    parts = _CODE.split(_flat(text))
    return "".join(f"<code>{inert(part)}</code>" if number % 2 else inert(part) for number, part in enumerate(parts))


def _standings() -> dict[str, Standing]:
    presets = {name: default_config().with_preset(name) for name in ("recommended", *preset_names())}
    decisions = {name: config.decisions("page.md") for name, config in presets.items()}
    advice = {rule.id for rule in presets["recommended"].advice_for("page.md")}
    return {
        rule.id: Standing({name: found[rule.id] for name, found in decisions.items()}, rule.id in advice)
        for rule in rules()
    }


def _index(every: Sequence[Rule], standings: Mapping[str, Standing]) -> Iterator[str]:
    on = sum(standing.decisions["recommended"].on for standing in standings.values())
    yield from ("---", "title: All rules", "hide: [toc]", "---", "", "# All rules", "")
    yield f"{len(every)} rules, {on} of them on unless you say otherwise (preset `recommended`). In the terminal"
    yield from ("`ld-review rule ID` shows one, also your own and those of installed packages.", "")
    yield "On: ✓ in `recommended`; ? off, yet [worth a look](../rules.md) in a report that asks for it."
    yield from ("Fix: ✓ `--fix` mends it; ! with `--unsafe-fixes` alone.", "")
    for dimension in DIMENSIONS:
        yield from (
            f"## {TITLES[dimension]}",
            "",
            "| rule | severity | on | fix | flags |",
            "| --- | --- | :-: | :-: | --- |",
        )
        for rule in every:
            if rule.dimension == dimension:
                yield _row(rule, standings[rule.id])
        yield ""


def _row(rule: Rule, standing: Standing) -> str:
    decision = standing.decisions["recommended"]
    on = "✓" if decision.on else "?" if standing.advice else ""
    fix = ("✓" if rule.safe else "!") if is_fixable(rule) else ""
    link = f"[{inert(rule.id)}]({rule.id}.md)"
    return f"| {link} | {_severity(decision.severity)} | {on} | {fix} | {inline(rule.summary)} |"


def _facts(rule: Rule, standing: Standing) -> Iterator[str]:
    facts = {
        "dimension": f'<a href="../#{_anchor(TITLES[rule.dimension])}">{TITLES[rule.dimension]}</a>',
        "severity": f"{_severity(rule.severity)}{_where_declared(rule)}",
        "on": _presets(standing),
        "fix": _fixing(rule),
        "reads": _reading(rule),
        "kind of check": f'<a href="../../rules/#kinds-of-check"><code>{inert(rule.kind)}</code></a>',
        "since": inert(rule.since),
    }
    yield '<dl class="facts">'
    yield from (f"<dt>{name}</dt><dd>{fact}</dd>" for name, fact in facts.items())
    yield "</dl>"


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _severity(severity: str) -> str:
    return f'<span class="severity {severity}">{severity}</span>'


def _where_declared(rule: Rule) -> str:
    if rule.declared_severity is None:
        return ""
    return f", {_severity(rule.declared_severity)} where somebody declared the profile of the page"


def _presets(standing: Standing) -> str:
    on = [f"<code>{name}</code>" for name, decision in standing.decisions.items() if decision.on]
    if on:
        return f"in {_listed(on, 'and')}"
    advice = ", yet worth a look in a report that asks for it" if standing.advice else ""
    return f"in no preset{advice}; <code>select</code> puts it on"


def _fixing(rule: Rule) -> str:
    if not is_fixable(rule):
        return "none"
    return "<code>--fix</code>" if rule.safe else "<code>--fix --unsafe-fixes</code>: read what it changes"


def _reading(rule: Rule) -> str:
    profiles = [f"<code>{inert(name)}</code>" for name in sorted(rule.profiles)]
    pages = f"pages of the profile {_listed(profiles, 'or')}"
    if not rule.profiles:
        pages = "learning content" if rule.dimension == "adult-learning" else "every page"
    return f"{pages}{f', in the language <code>{inert(rule.language)}</code>' if rule.language else ''}"


def _listed(words: Sequence[str], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def _link(title: str, url: str) -> str:
    return f'<a href="{inert(url)}">{inert(_flat(title))}</a>'


def _example(rule: Rule, example: Example) -> Iterator[str]:
    findings = sorted(review_example(rule, example, example.text).findings, key=lambda finding: finding.span)
    word = "flagged" if findings else "clean"
    yield f'<div class="example {word}">'
    yield f'<p class="example-title">{word.capitalize()}{_where(example)}</p>'
    yield _block(_marked(example.text, findings))
    if findings:
        yield "<ul>"
        yield from (f"<li>{message}</li>" for message in dict.fromkeys(inert(_flat(one.message)) for one in findings))
        yield "</ul>"
    yield from _others("Beside it", example.handbook)
    yield from _others("Before the change", example.before)
    if example.fixed is not None:
        yield f'<p class="example-title">Fixed</p>\n{_block(inert(example.fixed))}'
    yield from ("</div>", "")


def _where(example: Example) -> str:
    told = [f"<code>{inert(example.path)}</code>"] if example.handbook or example.path != "page.md" else []
    told += [f"declared as {inert(example.profile)}"] if example.profile else []
    return f" ({', '.join(told)})" if told else ""


def _others(title: str, others: Iterable[tuple[str, str]]) -> Iterator[str]:
    for path, text in others:
        yield f'<p class="example-title">{title}: <code>{inert(path)}</code></p>\n{_block(inert(text))}'


def _marked(text: str, findings: Sequence[Finding]) -> str:
    """The text with marks around what the rule finds, fainter where it is only named beside the first."""
    marks = {span: ' class="also"' for one in findings for span in one.also} | {one.span: "" for one in findings}
    parts, at = [], 0
    for span in sorted(marks, key=lambda span: (span.start, -span.end)):
        if span.start >= at:
            parts += [inert(text[at : span.start]), f"<mark{marks[span]}>{inert(text[span.start : span.end])}</mark>"]
            at = span.end
    return "".join((*parts, inert(text[at:])))


def _block(marked: str) -> str:
    return f"<pre><code>{marked.removesuffix('&#10;')}</code></pre>"


def _options(rule: Rule) -> Iterator[str]:
    changed = changed_options(rule.check)
    options = list(options_of(type(rule.check)))
    if not options:
        return
    yield from ("## Options", "", "To change in [the configuration](../engineers.md#configuration), such as:", "")
    name, value = next(_changeable(rule, options, changed))
    yield from ('```yaml title=".ld-review.yaml"', "options:", f"  {rule.id}:", f"    {_key(name)}: {value}", "```", "")
    yield from ("| option | here | default | what it does |", "| --- | --- | --- | --- |")
    for option in options:
        here = _value(as_yaml(changed[option.name])) if option.name in changed else ""
        yield f"| `{_key(option.name)}` | {here} | {_value(option.default)} | {inline(option.meaning)} |"


def _changeable(rule: Rule, options: Iterable[Option], changed: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Options with the values they have here, those first whose change is the likeliest: numbers, then short values."""
    told = [(one.name, as_yaml(changed[one.name]) if one.name in changed else one.default) for one in options]
    told = [(name, value) for name, value in told if _value(value)]
    yield from ((name, value) for name, value in told if name in changed and value.replace(".", "").isdigit())
    yield from ((name, value) for name, value in told if name in changed and len(value) < _SHORT and "`" not in value)
    yield from told


def _key(name: str) -> str:
    return name.replace("_", "-")


def _value(text: str) -> str:
    """A value as code, cut where it is long; nothing where there is no bound or nothing at all."""
    if text in ("", "''", "[]", "{}", "None", str(2**63 - 1), "inf", "-inf"):
        return ""
    shown = text if len(text) <= _WIDEST else f"{text[:_WIDEST]} …"
    return f"<code>{inert(_flat(shown))}</code>"


def _flat(text: str) -> str:
    return " ".join(text.split())
