"""The configuration: asked which rules and settings hold for a page, and what is known of the site."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple

from yaml.nodes import Node

from ld_review.clock import SYSTEM_CLOCK, FixedClock
from ld_review.commits import CommitClock
from ld_review.engine import Settings
from ld_review.errors import RuleError, UsageError, near
from ld_review.external import External
from ld_review.finding import Severity
from ld_review.handbook.layout import Layout, Root
from ld_review.hostbook import preset_hosts
from ld_review.hosts import hosts_of
from ld_review.layouts import Site, find_site, renderer_of, repository_of
from ld_review.redirect_files import REDIRECT_FILES
from ld_review.review import Failure
from ld_review.rule import Rule
from ld_review.rulebook import Preset, read_preset, with_options
from ld_review.selection import GROUPS, Decision, Layer, advises, decide
from ld_review.typed_yaml import Place

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class Options(NamedTuple):
    """Options for the checks of rules, by the rules' ids, and the file that gives them."""

    place: Place
    options: Mapping[str, Node]


class Override(NamedTuple):
    """What holds for some paths alone."""

    spec: GitIgnoreSpec
    layer: Layer
    options: Options
    language: str
    profile: str


class HandbookConfig(NamedTuple):
    """What the configuration says of the handbook as a whole."""

    layout: Layout | None = None
    """None to tell it from the files."""
    roots: tuple[Root, ...] = ()
    redirects: tuple[str, ...] = REDIRECT_FILES
    complete: bool = False


@dataclass(frozen=True)
class Config:
    """What a run goes by. ``dataclasses.replace`` makes another."""

    root: Path = field(default_factory=Path.cwd)
    """The folder that paths and globs are relative to; absolute."""
    path: Path | None = None
    """The configuration file; None where there is none."""
    rules: Mapping[str, Rule] = field(default_factory=dict)
    """All rules there are, on or off, by id, as their files have them."""
    failures: tuple[Failure, ...] = ()
    """Rule files and packs that cannot be used."""
    exclude: tuple[str, ...] = ()
    extend_include: tuple[str, ...] = ()
    fail_on: Severity | None = Severity.WARNING
    settings: Settings = field(default_factory=Settings)
    presets: tuple[Preset, ...] = ()
    layers: tuple[Layer, ...] = ()
    """Above the presets, below the paths."""
    options: tuple[Options, ...] = ()
    overrides: tuple[Override, ...] = ()
    process: tuple[Path, ...] = ()
    """Folders of support models, of which the later replace the earlier."""
    command_line: tuple[Layer, ...] = ()
    handbook: HandbookConfig = field(default_factory=HandbookConfig)
    external: External = field(default_factory=External)
    """How links that lead elsewhere are asked, where that is wanted."""
    check_external: bool = False
    """Whether they are asked over the network."""
    use_cache: bool = True
    """Whether what is known from earlier runs counts."""
    each_alone: bool = False
    """Whether each page is reviewed as if the others were not under review, so that dead links to it are said at it."""
    baseline_named: Path | None = None
    """The file of known findings that the configuration names; absolute."""
    baseline: Path | None = None
    """The one whose findings are left out; None for none."""
    site: Site | None = None
    """What was found out about the site; its paths are relative to ``site.top``."""
    heading_ids_told: bool = False
    """Whether the configuration names the heading ids, so that the layout does not count."""
    _for_paths: dict[tuple[int, ...], tuple[tuple[Rule, ...], Settings]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def rules_for(self, path: PurePath | str) -> tuple[Rule, ...]:
        """The rules that are on for a page, with the severity and the options that they have there.

        Pages for which the same settings hold get the same object. Raises ConfigError where options do not fit.
        """
        return self._for(path)[0]

    def settings_for(self, path: PurePath | str) -> Settings:
        """The settings for a page; pages for which the same settings hold get the same object."""
        return self._for(path)[1]

    def decisions(self, path: PurePath | str) -> dict[str, Decision]:
        """Of each rule, by id, whether it is on for a page, and why."""
        layers = self._layers(self._matching(path))
        return {id_: decide(self.rules[id_], layers) for id_ in sorted(self.rules)}

    def advice_for(self, path: PurePath | str) -> tuple[Rule, ...]:
        """The rules that are off for a page and whose findings a report may show as worth a look."""
        layers = self._layers(self._matching(path))
        return tuple(self.rules[id_] for id_ in sorted(self.rules) if advises(self.rules[id_], layers))

    def with_preset(self, name: str) -> Config:
        """The configuration with another preset.

        Raises ConfigError where there is none of this name.
        """
        return replace(self, presets=read_preset(name))

    def with_profile(self, name: str) -> Config:
        """The configuration for pages that all have one profile, whatever they or their paths declare.

        Raises UsageError where there is none of this name.
        """
        known = self.settings.lexicon.profiles.by_name
        if name not in known:
            raise UsageError(f"no profile {name!r}; there are {', '.join(known)}{near(name, known)}")
        return replace(self, settings=replace(self.settings, forced_profile=name))

    def with_today(self, day: date) -> Config:
        """The configuration for a review that takes *day* for today."""
        return replace(self, settings=replace(self.settings, clock=FixedClock(day)))

    def with_command_line(
        self,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        severity: Mapping[str, Severity] | None = None,
    ) -> Config:
        """The configuration with a layer above all others.

        Raises UsageError for what is neither a rule nor a dimension nor ``all``.
        """
        layer = Layer("the command line", frozenset(select), frozenset(ignore), severity or {})
        known = (*self.rules, *GROUPS)
        for word in (*layer.select, *layer.ignore, *layer.severity):
            if word not in known:
                raise UsageError(f"no rule {word!r}{near(word, known)}")
        return replace(self, command_line=(*self.command_line, layer))

    def with_baseline(self, name: str, file: Path | None = None) -> Config:
        """The configuration for a review without the findings that are known: by *file*, else by the one that it names
        itself, else by a file *name* at its root or at the top of the repository, if there is one."""
        named = file or self.baseline_named
        if named:
            return replace(self, baseline=Path(os.path.abspath(named)))  # noqa: PTH100 - links are kept
        folders = (self.root, repository_of(self.root) or self.root)
        found = next((folder / name for folder in folders if (folder / name).is_file()), None)
        return replace(self, baseline=found)

    def located(self, start: Path) -> Config:
        """The configuration for pages below *start*, a folder, with the layout of the site that they belong to.

        Unless somebody named the day, it is for each page that of its last commit.
        """
        start = Path(os.path.normpath(start.absolute()))
        site = find_site(start, self.root if start.is_relative_to(self.root) and self.path else None)
        wanted = self.handbook
        layout = wanted.layout or site.layout
        if wanted.roots:
            layout = replace(layout, roots=wanted.roots)
        if wanted.layout or wanted.roots:
            site = site._replace(top=self.root, known=True)
        ids = self.settings.heading_ids
        if not self.heading_ids_told:
            ids = layout.heading_ids or renderer_of(site.top) or Settings.heading_ids
        clock = self.settings.clock
        if clock is SYSTEM_CLOCK:
            clock = CommitClock(Path.cwd())
        settings = replace(self.settings, layout=layout, heading_ids=ids, clock=clock)
        return replace(self, site=site._replace(layout=layout), settings=settings)

    def _for(self, path: PurePath | str) -> tuple[tuple[Rule, ...], Settings]:
        matching = self._matching(path)
        if matching not in self._for_paths:
            self._for_paths[matching] = self._rules(matching), self._settings(matching)
        return self._for_paths[matching]

    def _matching(self, path: PurePath | str) -> tuple[int, ...]:
        """The numbers of the overrides that hold for a path."""
        if not self.overrides:
            return ()
        relative = os.path.relpath(path, self.root).replace(os.sep, "/")
        if relative.startswith("../"):
            return ()
        return tuple(number for number, override in enumerate(self.overrides) if override.spec.match_file(relative))

    def _layers(self, matching: Iterable[int]) -> tuple[Layer, ...]:
        presets = (Layer(f"preset {one.name!r}", frozenset(one.rules), severity=one.severity) for one in self.presets)
        paths = (self.overrides[number].layer for number in matching)
        return (*presets, *self.layers, *paths, *self.command_line)

    def _rules(self, matching: tuple[int, ...]) -> tuple[Rule, ...]:
        layers = self._layers(matching)
        presets = (Options(Place(one.origin, RuleError), one.options) for one in self.presets)
        options = (*presets, *self.options, *(self.overrides[number].options for number in matching))
        decided = ((rule, decide(rule, layers)) for _, rule in sorted(self.rules.items()))
        return tuple(_effective(rule, decision, options) for rule, decision in decided if decision.on)

    def _settings(self, matching: tuple[int, ...]) -> Settings:
        """The settings, where the last override that says something about one counts."""
        said: dict[str, str] = {}
        for override in (self.overrides[number] for number in matching):
            said |= {"language": override.language} if override.language else {}
            said |= {"profile": override.profile} if override.profile else {}
        hosts = sum((preset_hosts(preset) for preset in self.presets), self.settings.hosts)
        hosts += hosts_of("handbook", self.site.hosts if self.site else ())
        return replace(self.settings, hosts=hosts, **said)  # type: ignore[arg-type]


def _effective(rule: Rule, decision: Decision, options: Iterable[Options]) -> Rule:
    for place, of_rules in options:
        if rule.id in of_rules:
            rule = with_options(rule, of_rules[rule.id], place)
    return rule if rule.severity is decision.severity else replace(rule, severity=decision.severity)
