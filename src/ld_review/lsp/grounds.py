"""What holds for a page in the editor: the nearest configuration that can be used, and the handbook around the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from ld_review.config import Config
from ld_review.config_file import default_config, find_config, load_config
from ld_review.engine import Draft, draft_page, finish_page, read_page, review_page
from ld_review.errors import LdReviewError
from ld_review.files import bounded
from ld_review.fixing import FixedPage, fix_page
from ld_review.handbook.handbook import Handbook
from ld_review.page import Page
from ld_review.review import PageReview
from ld_review.rule import Rule
from ld_review.runner import find_pages
from ld_review.source import Source
from ld_review.survey import Around, place_of


class Wish(NamedTuple):
    """What the command line asks of every configuration."""

    file: Path | None = None
    """The one configuration that counts; None to look for the nearest."""
    isolated: bool = False
    """Whether none counts."""
    adjust: Callable[[Config], Config] = lambda config: config
    """What it says above the configuration. May raise LdReviewError."""


class Ground:
    """The pages that share a configuration and a handbook: open ones as they are written, the others as they are saved.

    Its methods are called by one thread at a time.
    """

    def __init__(self, config: Config, around: Around | None) -> None:
        self.config = config
        self._around = around
        self._drafts: dict[Path, Draft] = {}
        self._handbook: Handbook | None = None
        self._reviewed: dict[Path, bool] = {}

    @property
    def around(self) -> Around | None:
        """What is known of the other pages; None before anybody looked."""
        return self._around

    def settle(self, around: Around) -> None:
        """Take note of the other pages."""
        self._around, self._handbook = around, None

    def forget(self) -> None:
        """Ask again what files say: which day counts, what is ignored. Something was saved or committed."""
        self.config.settings.clock.forget()
        self._drafts.clear()
        self._reviewed.clear()

    def is_reviewed(self, path: Path) -> bool:
        """Whether a page is not excluded or ignored; one that was never saved is neither."""
        if path not in self._reviewed:
            found = path.exists() and not find_pages([path], self.config, force_exclude=True).pages
            self._reviewed[path] = not found
        return self._reviewed[path]

    def rules(self, path: Path) -> dict[str, Rule]:
        """The rules that are on for a page, by their ids."""
        return {rule.id: rule for rule in self.config.rules_for(path)}

    def review(self, source: Source) -> tuple[PageReview, bool]:
        """Review a page as it is written, and say whether what other pages know of it has changed.

        Until somebody has looked around, links to other pages are neither right nor wrong.
        """
        path = Path(source.path)
        before = self._drafts.get(path)
        draft = before if before and before.source.text == source.text else self._draft(source)
        moved = draft is not before and (before is None or _entry(before) != _entry(draft))
        self._drafts[path] = draft
        if moved:
            self._handbook = None
        rules, settings = self.config.rules_for(path), self.config.settings_for(path)
        return finish_page(draft, rules, settings, self._whole(draft)), moved

    def alone(self, source: Source) -> PageReview:
        """Review a page that is not part of the handbook."""
        return review_page(source, self.config.rules_for(source.path), self.config.settings_for(source.path))

    def close(self, path: Path) -> None:
        """Forget how a page was written."""
        self._drafts.pop(path, None)
        self._handbook = None

    def fixed(self, source: Source) -> FixedPage:
        """A page after its safe fixes."""
        return fix_page(source, self._review_again)

    def read(self, source: Source) -> Page:
        """A page as far as its outline needs it."""
        page, _ = read_page(source, self.config.settings_for(source.path))
        return page

    def _draft(self, source: Source) -> Draft:
        path = source.path
        place = place_of(path, self.config.site)
        return draft_page(source, self.config.rules_for(path), self.config.settings_for(path), place)

    def _whole(self, draft: Draft) -> Handbook:
        if self._around is None:
            entries = [draft.facts.entry] if draft.facts else []
            return Handbook(self.config.settings.layout, entries, whole=False)
        if self._handbook is None:
            known = (one.facts for one in self._drafts.values())
            # Without their texts, by which copies are told: then it holds until a page has other headings or links.
            self._handbook = self._around.with_pages([facts._replace(text=b"") for facts in known if facts])
        return self._handbook

    def _review_again(self, source: Source) -> PageReview:
        """The review of a page that nobody else is to know of."""
        draft = self._draft(source)
        if self._around is None or draft.facts is None:
            return self.alone(source)
        rules, settings = self.config.rules_for(source.path), self.config.settings_for(source.path)
        return finish_page(draft, rules, settings, self._around.with_pages([draft.facts]))


class Grounds:
    """The grounds of all pages. Where a configuration breaks, the last one that could be used stays in force."""

    def __init__(self, wish: Wish) -> None:
        self._wish = wish
        self._good: dict[Path | None, Config] = {}
        self._wrong: dict[Path | None, str] = {}
        self._read: set[Path | None] = set()
        self._by_folder: dict[Path, Ground] = {}
        self._grounds: dict[tuple[Path | None, Path | None], Ground] = {}
        self._before: dict[tuple[Path | None, Path | None], Ground] = {}
        self._said: dict[Path | None, list[str]] = {}
        self._news: SimpleQueue[str] = SimpleQueue()

    def __iter__(self) -> Iterator[Ground]:
        """All that are in use."""
        return iter(tuple(self._grounds.values()))

    def of(self, path: Path) -> Ground:
        """The ground that a page stands on.

        Raises ConfigError or UsageError where its configuration cannot be used and never could.
        """
        folder = path.parent
        if folder not in self._by_folder:
            self._by_folder[folder] = self._ground(folder)
        return self._by_folder[folder]

    def reload(self) -> None:
        """Read the configurations again when the next page is asked for."""
        self._read.clear()
        self._by_folder.clear()
        self._before, self._grounds = self._grounds, {}

    def news(self) -> list[str]:
        """What is wrong with configurations and was not told yet."""
        return [self._news.get() for _ in range(self._news.qsize())]

    def _ground(self, folder: Path) -> Ground:
        file = self._wish.file or (None if self._wish.isolated else find_config(folder))
        config = self._config(file, folder).located(folder)
        key = (file, config.site.top if config.site else None)
        if key not in self._grounds:
            before = self._before.get(key)
            self._grounds[key] = Ground(config, before.around if before else None)
        return self._grounds[key]

    def _config(self, file: Path | None, folder: Path) -> Config:
        if file not in self._read:
            self._read.add(file)
            try:
                config = load_config(file) if file else default_config(folder)
                self._good[file] = self._wish.adjust(config)
                self._wrong.pop(file, None)
                self._tell(file, [failure.message for failure in config.failures])
            except LdReviewError as error:
                self._wrong[file] = str(error)
                kept = "; the last one that could be used stays in force" if file in self._good else ""
                self._tell(file, [f"{error}{kept}"])
        if file not in self._good:
            raise LdReviewError(self._wrong[file])
        return self._good[file]

    def _tell(self, file: Path | None, messages: list[str]) -> None:
        """Note what is wrong, each trouble once as long as it lasts."""
        for message in messages:
            if message not in self._said.get(file, ()):
                self._news.put(message)
        self._said[file] = messages


def bounded_source(path: Path, text: str) -> Source:
    """The page in a buffer.

    Raises UnreadableError where it is larger than a page may be.
    """
    data = text.encode("utf-8", "surrogatepass")
    bounded(data, len(data))
    return Source(path, text)


def _entry(draft: Draft) -> object:
    return draft.facts.entry if draft.facts else None
