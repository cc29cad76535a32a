"""The configuration: found upwards, read strictly, and asked which rules and settings hold for a page."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Literal, NamedTuple

from yaml.nodes import MappingNode, Node, SequenceNode

from ld_review.checks import CHECKS
from ld_review.elementbook import bundled_lexicon, with_words
from ld_review.engine import Settings
from ld_review.errors import ConfigError, RuleError, UsageError, near
from ld_review.external import External
from ld_review.finding import Severity
from ld_review.handbook.layout import Layout, Root, default_layout, without_escapes
from ld_review.hostbook import bundled_hosts, preset_hosts, read_hosts
from ld_review.hosts import hosts_of
from ld_review.layouts import REDIRECT_FILES, Site, find_site
from ld_review.learning import Lexicon
from ld_review.learning.vocabulary import Words
from ld_review.review import Failure
from ld_review.rule import Rule
from ld_review.rulebook import Preset, bundled_rules, preset_names, read_preset, read_rules, with_options
from ld_review.selection import GROUPS, Decision, Layer, decide
from ld_review.suppression import UNREASONED
from ld_review.typed_yaml import MOST_CHARACTERS, Place, build, compose, entries, node_of

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

NAMES = (".ld-review.yaml", ".ld-review.yml", "pyproject.toml")
"""The files that are looked for in each folder, the first of them that counts."""
DEFAULT_PRESET = "recommended"
_PYPROJECT = "pyproject.toml"
_TABLE = "ld-review"
_TABLE_HEADER = re.compile(r"^\s*\[+\s*tool\s*\.\s*[\"']?ld-review\b", re.MULTILINE)
_PIPELINE = re.compile(r"[A-Za-z]\w*\Z")
_EMPTY = MappingNode("tag:yaml.org,2002:map", [])
_RENDERERS = {
    "kramdown": ("_config.yml", "_config.yaml"),
    "gitlab": (".gitlab-ci.yml", ".gitlab"),
    "github": (".github",),
}
"""What stands at the top of a repository of plain pages, by the heading ids that whoever shows them makes."""


@dataclass(frozen=True)
class _File:
    """The keys of a configuration file."""

    preset: str = DEFAULT_PRESET
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    options: Mapping[str, Node] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    extend_include: tuple[str, ...] = ()
    paths: tuple[Node, ...] = ()
    fail_on: Literal["suggestion", "warning", "error", "never"] = "warning"
    require_suppression_reason: bool = False
    heading_ids: Literal["auto", "kramdown", "hugo", "gitlab", "github", "mkdocs"] = "auto"
    handbook: Node | None = None
    external: Node | None = None
    language: str = ""
    spacy_pipeline: str = ""
    packs: bool = True
    elements: Mapping[str, Words] = field(default_factory=dict)
    hosts: Node | None = None


@dataclass(frozen=True)
class _HandbookFile:
    """The keys of ``handbook``."""

    layout: Literal["auto", "hugo", "middleman", "mkdocs", "docusaurus", "plain"] = "auto"
    roots: tuple[str, ...] | Mapping[str, str] = ()
    redirects: tuple[str, ...] = ()
    complete: bool = False


@dataclass(frozen=True)
class _ExternalFile:
    """The keys of ``external``."""

    timeout: float = External.timeout
    concurrency: int = External.concurrency
    per_host: int = External.per_host
    delay: float = External.delay
    retries: int = External.retries
    skip: tuple[str, ...] = ()
    keep: float = External.keep


@dataclass(frozen=True)
class _PathsFile:
    """The keys of an entry of ``paths``."""

    match: str | tuple[str, ...]
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    options: Mapping[str, Node] = field(default_factory=dict)
    language: str = ""
    profile: str = ""


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
    command_line: tuple[Layer, ...] = ()
    handbook: HandbookConfig = field(default_factory=HandbookConfig)
    external: External = field(default_factory=External)
    """How links that lead elsewhere are asked, where that is wanted."""
    check_external: bool = False
    """Whether they are asked over the network."""
    use_cache: bool = True
    """Whether what is known from earlier runs counts."""
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

    def located(self, start: Path) -> Config:
        """The configuration for pages below *start*, a folder, with the layout of the site that they belong to."""
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
            ids = layout.heading_ids or _renderer(site.top) or Settings.heading_ids
        settings = replace(self.settings, layout=layout, heading_ids=ids)
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


def load_config(path: Path | None = None, start: Path | None = None) -> Config:
    """The configuration in *path*, or in the nearest file upwards from *start* (the working directory).

    Without any file, the defaults hold. Raises ConfigError where the file cannot be used.
    """
    start = (start or Path.cwd()).absolute()
    if path is not None:
        return _loaded(path.absolute(), _read(path, Place(str(path), ConfigError), named=True))
    for folder in _upwards(start if start.is_dir() else start.parent):
        for name in NAMES:
            file = folder / name
            if file.is_file():
                node = _read(file, Place(_shown(file), ConfigError))
                if node is not None:
                    return _loaded(file, node)
    return default_config(start if start.is_dir() else start.parent)


def default_config(root: Path | None = None) -> Config:
    """The configuration without any file; *root* (the working directory) is what globs are relative to."""
    return _made((root or Path.cwd()).absolute(), None, _EMPTY, Place("the defaults", ConfigError))


def _upwards(folder: Path) -> Iterator[Path]:
    """The folder and those around it, up to the top of the repository."""
    for one in (folder, *folder.parents):
        yield one
        if (one / ".git").exists():
            return


def _shown(file: Path) -> str:
    relative = os.path.relpath(file)
    return str(file) if relative.startswith("..") else relative


def _loaded(file: Path, node: Node | None) -> Config:
    return _made(file.parent, file, node or _EMPTY, Place(_shown(file), ConfigError))


def _read(file: Path, place: Place, named: bool = False) -> Node | None:
    """The configuration in a file; None where a ``pyproject.toml`` has none."""
    text = _text(file, place)
    if file.suffix != ".toml":
        return compose(text, place) or _EMPTY
    if not named and _TABLE not in text:
        return None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{place.file}: not TOML: {error}") from None
    except RecursionError:
        raise ConfigError(f"{place.file}: nested too deep") from None
    tool = data.get("tool")
    table = tool.get(_TABLE) if isinstance(tool, dict) else None
    if table is None and named:
        raise ConfigError(f"{place.file}: there is no table [tool.{_TABLE}]")
    return None if table is None else node_of(table, text, _TABLE_HEADER)


def _text(file: Path, place: Place) -> str:
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_CHARACTERS + 1)
    except OSError as error:
        raise ConfigError(f"{place.file}: cannot be read: {error.strerror or error}") from None
    if len(data) > MOST_CHARACTERS:
        raise ConfigError(f"{place.file}: too large: more than {MOST_CHARACTERS} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{place.file}: not UTF-8: byte {error.start}") from None


class _Gathered(NamedTuple):
    """The rules from all that may bring some."""

    rules: dict[str, Rule]
    failures: tuple[Failure, ...]
    layers: tuple[Layer, ...]
    """What selects the rules that no preset knows."""

    def known(self) -> set[str]:
        """The ids that a configuration may name: also those of rules that cannot be used."""
        return {*self.rules, *(failure.rule for failure in self.failures)}


def _made(root: Path, file: Path | None, node: Node, place: Place) -> Config:
    read: _File = build(_File, node, place, "the configuration")
    _check_names(read, node, place)
    gathered = _gathered(root, read, node, place)
    incomplete = any(not failure.rule for failure in gathered.failures)
    check = _SelectorCheck(place, set() if incomplete else gathered.known())
    check.all(node)
    lexicon = _lexicon(read, node, place)
    overrides = tuple(_override(one, check, lexicon) for one in read.paths)
    select = {*read.select, UNREASONED} if read.require_suppression_reason else read.select
    own = Layer(place.file, frozenset(select), frozenset(read.ignore), read.severity)
    config = Config(
        root=root,
        path=file,
        rules=_with_pipeline(gathered.rules, read.spacy_pipeline),
        failures=gathered.failures,
        exclude=read.exclude,
        extend_include=read.extend_include,
        fail_on=None if read.fail_on == "never" else Severity(read.fail_on),
        settings=Settings(
            heading_ids=Settings.heading_ids if read.heading_ids == "auto" else read.heading_ids,
            language=read.language,
            known_rules=frozenset(gathered.known()),
            lexicon=lexicon,
            hosts=bundled_hosts() + read_hosts(read.hosts, place),
        ),
        handbook=_handbook(read.handbook, place),
        external=_external(read.external, place),
        heading_ids_told=read.heading_ids != "auto",
        presets=read_preset(read.preset),
        layers=(*gathered.layers, own),
        options=(Options(place, read.options),),
        overrides=overrides,
    )
    _try_options(config)
    return config.located(root)


def _check_names(read: _File, node: Node, place: Place) -> None:
    names, preset, pipeline = preset_names(), read.preset, read.spacy_pipeline
    if preset not in names:
        at = _value(node, "preset")
        raise place.wrong(at, f"no preset {preset!r}; there are {', '.join(names)}{near(preset, names)}")
    if pipeline and not _PIPELINE.match(pipeline):
        # A path would let the repository under review say what is loaded.
        at = _value(node, "spacy-pipeline")
        raise place.wrong(at, f"spacy-pipeline must be the name of an installed pipeline, found {pipeline!r}")


def _lexicon(read: _File, node: Node, place: Place) -> Lexicon:
    """The bundled lexicon with the words that the configuration adds."""
    lexicon = bundled_lexicon()
    for kind in read.elements:
        if kind not in lexicon.kinds:
            names = ", ".join(lexicon.kinds)
            at = _value(_value(node, "elements") or node, kind)
            raise place.wrong(at, f"elements: no kind {kind!r}; there are {names}{near(kind, lexicon.kinds)}")
    return with_words(lexicon, read.elements) if read.elements else lexicon


def _value(node: Node, name: str) -> Node | None:
    return next((value for key, value in node.value if key.value.replace("_", "-") == name), None)


def _gathered(root: Path, read: _File, node: Node, place: Place) -> _Gathered:
    from ld_review.plugins import Packs, installed  # noqa: PLC0415 - not where packs are off

    bundled = bundled_rules()
    rules = {rule.id: rule for rule in bundled.rules}
    errors = list(bundled.errors)
    packs = installed() if read.packs else Packs(dict(CHECKS))
    layers = [_add(rules, errors, packs.rules.values(), "an installed rule pack")]
    for folder in read.rules:
        if not (root / folder).is_dir():
            raise place.wrong(_value(node, "rules"), f"rules: no such folder: {folder}")
        found = read_rules(root / folder, packs.kinds)
        errors += found.errors
        layers.append(_add(rules, errors, found.rules, f"the rules in {folder}"))
    failures = (*packs.failures, *(Failure(str(error), error.rule) for error in errors))
    return _Gathered(rules, failures, tuple(layer for layer in layers if layer.select))


def _add(rules: dict[str, Rule], errors: list[RuleError], found: Iterable[Rule], where: str) -> Layer:
    """Add rules to those there are, and the layer that selects them: whoever brings a rule wants it."""
    added = set()
    for rule in found:
        if rule.id in rules:
            error = RuleError(f"{rule.origin}: there is a rule {rule.id!r} already, in {rules[rule.id].origin}")
            error.rule = rule.id
            errors.append(error)
            continue
        rules[rule.id] = rule
        added.add(rule.id)
    return Layer(where, frozenset(id_ for id_ in added if not rules[id_].off))


def _with_pipeline(rules: Mapping[str, Rule], pipeline: str) -> dict[str, Rule]:
    """The rules, where those that match token patterns use a trained pipeline."""
    if not pipeline:
        return dict(rules)
    options = node_of({"pipeline": pipeline})
    place = Place("spacy-pipeline", ConfigError)
    return {id_: with_options(rule, options, place) if rule.kind == "sequence" else rule for id_, rule in rules.items()}


def _renderer(root: Path) -> str:
    """The heading ids of whoever shows the plain pages of a repository; empty where nothing tells."""
    for folder in _upwards(root):
        for renderer, marks in _RENDERERS.items():
            if any((folder / mark).exists() for mark in marks):
                return renderer
    return ""


def _handbook(node: Node | None, place: Place) -> HandbookConfig:
    if node is None:
        return HandbookConfig()
    read: _HandbookFile = build(_HandbookFile, node, place, "handbook")
    pairs = read.roots.items() if isinstance(read.roots, Mapping) else ((folder, "") for folder in read.roots)
    try:
        roots = tuple(Root(without_escapes(folder), prefix.rstrip("/")) for folder, prefix in pairs)
        redirects = tuple(map(without_escapes, read.redirects))
    except ValueError as error:
        raise place.wrong(node, f"handbook: {error}") from None
    layout = None if read.layout == "auto" else default_layout(read.layout, "the configuration")
    return HandbookConfig(layout, roots, redirects or REDIRECT_FILES, read.complete)


def _external(node: Node | None, place: Place) -> External:
    if node is None:
        return External()
    read: _ExternalFile = build(_ExternalFile, node, place, "external")
    try:
        return External(**{name: getattr(read, name) for name in _ExternalFile.__dataclass_fields__})
    except ConfigError as error:
        raise place.wrong(node, str(error)) from None


class _SelectorCheck(NamedTuple):
    """Finds rules that are not there; where *known* is empty, a pack is missing and nothing can be said."""

    place: Place
    known: set[str]

    def all(self, node: Node) -> None:
        """Check all that names a rule in a configuration, or in an entry of its ``paths``."""
        words: dict[str, Callable[[Node], list[Node]]] = {
            "select": _items,
            "ignore": _items,
            "severity": _keys,
            "options": _keys,
        }
        for key, value in entries(node, self.place, "the configuration"):
            if key.value in words and self.known:
                groups = () if key.value == "options" else GROUPS
                self._known(str(key.value), words[key.value](value), {*self.known, *groups})

    def _known(self, key: str, nodes: Iterable[Node], known: set[str]) -> None:
        for node in nodes:
            if node.value not in known:
                raise self.place.wrong(node, f"{key}: no rule {node.value!r}{near(str(node.value), known)}")


def _items(node: Node) -> list[Node]:
    return list(node.value) if isinstance(node, SequenceNode) else []


def _keys(node: Node) -> list[Node]:
    return [key for key, _ in node.value] if isinstance(node, MappingNode) else []


def _override(node: Node, check: _SelectorCheck, lexicon: Lexicon) -> Override:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - only where paths differ

    read: _PathsFile = build(_PathsFile, node, check.place, "an entry of paths")
    check.all(node)
    known = lexicon.profiles.by_name
    if read.profile and read.profile not in known:
        at = _value(node, "profile")
        expected = f"; there are {', '.join(known)}{near(read.profile, known)}"
        raise check.place.wrong(at, f"no profile {read.profile!r}{expected}")
    globs = (read.match,) if isinstance(read.match, str) else read.match
    try:
        spec = GitIgnoreSpec.from_lines(globs)
    except ValueError as error:
        raise check.place.wrong(node, f"match: {error}") from None
    name = f"{check.place.file}, paths {', '.join(globs)}"
    layer = Layer(name, frozenset(read.select), frozenset(read.ignore), read.severity)
    return Override(spec, layer, Options(check.place, read.options), read.language, read.profile)


def _try_options(config: Config) -> None:
    """Raise where the options of a rule do not fit, whether it is on or not."""
    for place, options in (*config.options, *(override.options for override in config.overrides)):
        for id_, node in options.items():
            if id_ in config.rules:
                with_options(config.rules[id_], node, place)


def _effective(rule: Rule, decision: Decision, options: Iterable[Options]) -> Rule:
    for place, of_rules in options:
        if rule.id in of_rules:
            rule = with_options(rule, of_rules[rule.id], place)
    return rule if rule.severity is decision.severity else replace(rule, severity=decision.severity)
