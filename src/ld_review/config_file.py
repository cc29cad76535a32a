"""The configuration file: found upwards, and read strictly."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from yaml.nodes import MappingNode, Node, SequenceNode

from ld_review.bundled import Bundled, bundled
from ld_review.checks import CHECKS
from ld_review.config import Config, HandbookConfig, Options, Override
from ld_review.elementbook import with_words
from ld_review.engine import Settings
from ld_review.errors import ConfigError, RuleError, near
from ld_review.external import External
from ld_review.finding import Severity
from ld_review.handbook.layout import Root, default_layout, without_escapes
from ld_review.hints import Named, ReadAs
from ld_review.hostbook import HostsFile, read_hosts
from ld_review.late import late
from ld_review.layouts import upwards
from ld_review.learning import Lexicon
from ld_review.learning.vocabulary import Words
from ld_review.redirect_files import REDIRECT_FILES
from ld_review.review import Failure
from ld_review.rule import Rule
from ld_review.rulebook import preset_names, read_preset, read_rules, with_options
from ld_review.selection import GROUPS, Layer
from ld_review.suppression import UNREASONED
from ld_review.typed_yaml import MOST_CHARACTERS, Place, build, compose, entries, node_of

NAMES = (".ld-review.yaml", ".ld-review.yml", "pyproject.toml")
"""The files that are looked for in each folder, the first of them that counts."""
DEFAULT_PRESET = "recommended"
Selector = Annotated[str, Named("selector")]
"""The id of a rule, a dimension or ``all``."""
_TABLE = "ld-review"
_TABLE_HEADER = late(r"^\s*\[+\s*tool\s*\.\s*[\"']?ld-review\b", re.MULTILINE)
_PIPELINE = late(r"[A-Za-z]\w*\Z")
_EMPTY = MappingNode("tag:yaml.org,2002:map", [])


@dataclass(frozen=True)
class HandbookFile:
    """What is known of the handbook as a whole; what is left out is told from the repository."""

    layout: Literal["auto", "hugo", "middleman", "mkdocs", "docusaurus", "plain"] = "auto"
    """Which site generator makes addresses of files."""
    roots: tuple[str, ...] | Mapping[str, str] = ()
    """The folders of the pages, or these with what their addresses begin with."""
    redirects: tuple[str, ...] = ()
    """Files that say which address leads on to which."""
    complete: bool = False
    """Whether no page is elsewhere, so that every link to a missing one is dead."""


@dataclass(frozen=True)
class ExternalFile:
    """How other hosts are asked about links, where ``--check-external`` asks them."""

    timeout: float = External.timeout
    """How many seconds one request may take."""
    concurrency: int = External.concurrency
    """How many requests may be on their way at once."""
    per_host: int = External.per_host
    """How many of them to one host."""
    delay: float = External.delay
    """How many seconds lie at least between the starts of two requests to one host."""
    retries: int = External.retries
    """How often a request is repeated that failed for what may pass."""
    skip: tuple[str, ...] = ()
    """Hosts that are not asked: names, or ``*.example.com`` for all below one."""
    keep: float = External.keep
    """How many seconds an answer counts that says alive or moved; any other counts for an hour."""


@dataclass(frozen=True)
class PathsFile:
    """What holds for some paths alone; later entries beat earlier ones."""

    match: str | tuple[str, ...]
    """Which paths: globs as in ``.gitignore``, from the folder of this file."""
    select: tuple[Selector, ...] = ()
    """Rules to put on: ids, dimensions or ``all``."""
    ignore: tuple[Selector, ...] = ()
    """Rules to put off: ids, dimensions or ``all``."""
    severity: Mapping[Selector, Severity] = field(default_factory=dict)
    """How much the findings of rules weigh."""
    options: Annotated[Mapping[str, Node], Named("options")] = field(default_factory=dict)
    """Other options for the checks of rules, by the rules' ids."""
    language: str = ""
    """The language of the pages, such as ``en``; without it, it is told from each page."""
    profile: Annotated[str, Named("profile")] | Literal[""] = ""
    """What kind of page they are."""


@dataclass(frozen=True)
class ConfigurationFile:
    """What ld-review goes by in a repository; what is left out is as it is by default."""

    preset: Annotated[str, Named("preset")] = DEFAULT_PRESET
    """The rules to begin with."""
    select: tuple[Selector, ...] = ()
    """Rules to put on beside the preset: ids, dimensions or ``all``."""
    ignore: tuple[Selector, ...] = ()
    """Rules to put off: ids, dimensions or ``all``."""
    severity: Mapping[Selector, Severity] = field(default_factory=dict)
    """How much the findings of rules weigh."""
    options: Annotated[Mapping[str, Node], Named("options")] = field(default_factory=dict)
    """Other options for the checks of rules, by the rules' ids."""
    rules: tuple[str, ...] = ()
    """Folders of your own rules."""
    process: tuple[str, ...] = ()
    """Folders of your own support models."""
    exclude: tuple[str, ...] = ()
    """What is not reviewed: globs as in ``.gitignore``."""
    extend_include: tuple[str, ...] = ()
    """What is reviewed beside ``*.md``, ``*.markdown`` and ``*.md.erb``: globs."""
    paths: tuple[Annotated[Node, ReadAs(PathsFile)], ...] = ()
    """What holds for some paths alone."""
    baseline: str = ""
    """The file of known findings, which are left out; by default ``.ld-review-baseline.json``, if it is there."""
    fail_on: Literal["suggestion", "warning", "error", "never"] = "warning"
    """From which severity on findings make the exit status 1."""
    require_suppression_reason: bool = False
    """Whether a suppression without a reason is a finding."""
    heading_ids: Literal["auto", "kramdown", "hugo", "gitlab", "github", "mkdocs"] = "auto"
    """Who makes ids of headings; without it, it is told from the layout."""
    handbook: Annotated[Node | None, ReadAs(HandbookFile)] = None
    """What is known of the handbook as a whole."""
    external: Annotated[Node | None, ReadAs(ExternalFile)] = None
    """How other hosts are asked about links."""
    language: str = ""
    """The language of the pages, such as ``en``; without it, it is told from each page."""
    spacy_pipeline: str = ""
    """An installed trained pipeline of spaCy, for rules that match token patterns."""
    packs: bool = True
    """Whether rules and kinds of check from installed packages count."""
    elements: Mapping[Annotated[str, Named("element")], Words] = field(default_factory=dict)
    """Your own words by which learning elements are known; plain words, never patterns."""
    hosts: Annotated[Node | None, ReadAs(HostsFile)] = None
    """Your own hosts, by group, each a list, or a mapping that says where they moved."""


def load_config(path: Path | None = None, start: Path | None = None, *, use_cache: bool = True) -> Config:
    """The configuration in *path*, or in the nearest file upwards from *start* (the working directory).

    Without any file, the defaults hold. Without *use_cache* the rules that come along are read from their files in any
    case. Raises ConfigError where the file cannot be used.
    """
    start = (start or Path.cwd()).absolute()
    if path is not None:
        return _loaded(path.absolute(), _read(path, Place(str(path), ConfigError), named=True), use_cache)
    for folder in upwards(start if start.is_dir() else start.parent):
        for name in NAMES:
            file = folder / name
            if file.is_file():
                node = _read(file, Place(_shown(file), ConfigError))
                if node is not None:
                    return _loaded(file, node, use_cache)
    return default_config(start if start.is_dir() else start.parent, use_cache=use_cache)


def find_config(folder: Path) -> Path | None:
    """The file that ``load_config`` would read for *folder*, whether it can be used or not."""
    for above in upwards(folder.absolute()):
        for name in NAMES:
            file = above / name
            if file.is_file() and _counts(file):
                return file
    return None


def _counts(file: Path) -> bool:
    try:
        return file.suffix != ".toml" or _read(file, Place(str(file), ConfigError)) is not None
    except ConfigError:
        return True


def config_of(text: str, file: Path) -> Config:
    """The configuration that *file*, absolute, would be with this text; it need not be there.

    Raises ConfigError where it cannot be used.
    """
    return _loaded(file, compose(text, Place(_shown(file), ConfigError)))


def default_config(root: Path | None = None, *, use_cache: bool = True) -> Config:
    """The configuration without any file; *root* (the working directory) is what globs are relative to."""
    return _made((root or Path.cwd()).absolute(), None, _EMPTY, Place("the defaults", ConfigError), use_cache)


def _shown(file: Path) -> str:
    relative = os.path.relpath(file)
    return str(file) if relative.startswith("..") else relative


def _loaded(file: Path, node: Node | None, use_cache: bool = True) -> Config:
    return _made(file.parent, file, node or _EMPTY, Place(_shown(file), ConfigError), use_cache)


def _read(file: Path, place: Place, named: bool = False) -> Node | None:
    """The configuration in a file; None where a ``pyproject.toml`` has none."""
    text = _text(file, place)
    if file.suffix != ".toml":
        return compose(text, place) or _EMPTY
    if not named and _TABLE not in text:
        return None
    import tomllib  # noqa: PLC0415 - most configurations are YAML

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


def _made(root: Path, file: Path | None, node: Node, place: Place, use_cache: bool) -> Config:
    given = bundled(use_cache=use_cache)
    read: ConfigurationFile = build(ConfigurationFile, node, place, "the configuration")
    _check_names(read, node, place)
    gathered = _gathered(given, root, read, node, place)
    incomplete = any(not failure.rule for failure in gathered.failures)
    check = _SelectorCheck(place, set() if incomplete else gathered.known())
    check.all(node)
    lexicon = _lexicon(given.lexicon, read, node, place)
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
            hosts=given.hosts + read_hosts(read.hosts, place),
        ),
        handbook=_handbook(root, read.handbook, place),
        external=_external(read.external, place),
        heading_ids_told=read.heading_ids != "auto",
        presets=read_preset(read.preset),
        layers=(*gathered.layers, own),
        options=(Options(place, read.options),),
        overrides=overrides,
        process=_process(root, read, node, place),
        use_cache=use_cache,
        baseline_named=root / read.baseline if read.baseline else None,
    )
    _try_options(config)
    return config.located(root)


def _check_names(read: ConfigurationFile, node: Node, place: Place) -> None:
    names, preset, pipeline = preset_names(), read.preset, read.spacy_pipeline
    if preset not in names:
        at = _value(node, "preset")
        raise place.wrong(at, f"no preset {preset!r}; there are {', '.join(names)}{near(preset, names)}")
    if pipeline and not _PIPELINE.match(pipeline):
        # A path would let the repository under review say what is loaded.
        at = _value(node, "spacy-pipeline")
        raise place.wrong(at, f"spacy-pipeline must be the name of an installed pipeline, found {pipeline!r}")


def _lexicon(lexicon: Lexicon, read: ConfigurationFile, node: Node, place: Place) -> Lexicon:
    """The lexicon that comes along with the words that the configuration adds."""
    for kind in read.elements:
        if kind not in lexicon.kinds:
            names = ", ".join(lexicon.kinds)
            at = _value(_value(node, "elements") or node, kind)
            raise place.wrong(at, f"elements: no kind {kind!r}; there are {names}{near(kind, lexicon.kinds)}")
    return with_words(lexicon, read.elements) if read.elements else lexicon


def _value(node: Node, name: str) -> Node | None:
    return next((value for key, value in node.value if key.value.replace("_", "-") == name), None)


def _gathered(given: Bundled, root: Path, read: ConfigurationFile, node: Node, place: Place) -> _Gathered:
    from ld_review.plugins import Packs, installed  # noqa: PLC0415 - not where packs are off

    rules = {rule.id: rule for rule in given.rules.rules}
    errors = list(given.rules.errors)
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


def _process(root: Path, read: ConfigurationFile, node: Node, place: Place) -> tuple[Path, ...]:
    """The folders of a team's own support models; what is in them is read when somebody asks for one."""
    for folder in read.process:
        if not (root / folder).is_dir():
            raise place.wrong(_value(node, "process"), f"process: no such folder: {folder}")
    return tuple(root / folder for folder in read.process)


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


def _handbook(root: Path, node: Node | None, place: Place) -> HandbookConfig:
    if node is None:
        return HandbookConfig()
    read: HandbookFile = build(HandbookFile, node, place, "handbook")
    pairs = read.roots.items() if isinstance(read.roots, Mapping) else ((folder, "") for folder in read.roots)
    try:
        roots = tuple(Root(without_escapes(folder), prefix.rstrip("/")) for folder, prefix in pairs)
        redirects = tuple(map(without_escapes, read.redirects))
    except ValueError as error:
        raise place.wrong(node, f"handbook: {error}") from None
    for key, names in (("roots", [one.folder for one in roots]), ("redirects", redirects)):
        for name in names:
            if "*" not in name and not (root / name).exists():
                hint = near(Path(name).name, _beside(root / name))
                raise place.wrong(_value(node, key), f"handbook: {key}: there is no {name}{hint}")
    layout = None if read.layout == "auto" else default_layout(read.layout, "the configuration")
    return HandbookConfig(layout, roots, redirects or REDIRECT_FILES, read.complete)


def _beside(path: Path) -> list[str]:
    """What lies in the folder in which *path* is expected."""
    return [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []


def _external(node: Node | None, place: Place) -> External:
    if node is None:
        return External()
    read: ExternalFile = build(ExternalFile, node, place, "external")
    try:
        return External(**{name: getattr(read, name) for name in ExternalFile.__dataclass_fields__})
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

    read: PathsFile = build(PathsFile, node, check.place, "an entry of paths")
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
