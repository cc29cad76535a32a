"""When to review: on opening, a moment after the last keystroke, and again when the handbook or its rules change.

Reviews are made by one thread, what lies around the pages is read by another, and neither keeps the editor waiting.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar, cast

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from ld_review import __version__
from ld_review.errors import LdReviewError
from ld_review.files import UnreadableError
from ld_review.lsp import actions
from ld_review.lsp.diagnostics import diagnostics
from ld_review.lsp.grounds import Ground, Grounds, Wish, bounded_source
from ld_review.lsp.hover import hover
from ld_review.lsp.places import Places
from ld_review.lsp.symbols import symbols
from ld_review.review import Failure, PageReview, bug
from ld_review.rule import Rule
from ld_review.source import Source
from ld_review.survey import read_around

DELAY = 0.2
"""Seconds after the last keystroke."""
_SETTLING = 0.5
"""Seconds after the last change of a file: a checkout changes many."""
_WATCHED = ("**/*.{yaml,yml,toml}", "**/*.{md,markdown,erb}", "**/.{git,ld-review-}ignore", "**/_redirects")
_NO_PAGES = (".yaml", ".yml", ".toml", ".json")
_Result = TypeVar("_Result")


@dataclass(eq=False)
class Buffer:
    """An open page. Its text and version move on while older ones are still being reviewed."""

    uri: str
    path: Path
    is_file: bool
    version: int | None
    text: str
    looked: asyncio.Future[Looked | None] | None = None
    """The review of the text as it is now, once somebody asked for it."""
    waiting: asyncio.Task[None] | None = None


class Looked(NamedTuple):
    """What was seen on one version of a page."""

    version: int | None
    source: Source
    review: PageReview
    ground: Ground | None
    """None where no configuration can be used."""
    moved: bool = False
    """Whether other pages may have to be looked at again."""

    def rules(self) -> dict[str, Rule]:
        """The rules that looked, by their ids."""
        return self.ground.rules(Path(self.source.path)) if self.ground else {}


class Server(LanguageServer):
    """The pages that are open, and what holds for them."""

    def __init__(self, wish: Wish, delay: float) -> None:
        # Whole texts: as changes the library would split lines where Markdown and editors do not.
        super().__init__("ld-review", __version__, types.TextDocumentSyncKind.Full)
        self._delay = delay
        self._grounds = Grounds(wish)
        self._buffers: dict[str, Buffer] = {}
        self._reviewer = ThreadPoolExecutor(1, "review")
        self._surveyor = ThreadPoolExecutor(1, "survey")
        self._surveys: dict[Ground, asyncio.Task[None]] = {}
        self._reloading: asyncio.Task[None] | None = None
        self._reload_fully = False

    def opened(self, document: types.TextDocumentItem) -> None:
        """A page is there: look at it at once."""
        path, is_file = self._path(document.uri)
        if path.suffix.lower() in _NO_PAGES:
            return
        self.closed(document.uri)
        self._buffers[document.uri] = Buffer(document.uri, path, is_file, document.version, document.text)
        self._schedule(self._buffers[document.uri], 0)

    def changed(self, uri: str, version: int | None, text: str) -> None:
        """Somebody types."""
        buffer = self._buffers.get(uri)
        if buffer:
            buffer.version, buffer.text = version, text
            self._schedule(buffer, self._delay)

    def saved(self, uri: str) -> None:
        """A file was written: for some it says what holds for all."""
        path, _ = self._path(uri)
        if path.suffix.lower() in _NO_PAGES:
            self.files_changed([uri])
        elif uri in self._buffers:
            asyncio.ensure_future(self._look_again(self._buffers[uri]))  # noqa: RUF006 - it ends with a schedule

    def closed(self, uri: str) -> None:
        """A page is no longer looked at; what its file says counts again."""
        buffer = self._buffers.pop(uri, None)
        if buffer is None:
            return
        if buffer.waiting:
            buffer.waiting.cancel()
        if buffer.is_file:
            self._reviewer.submit(self._forget, buffer.path)
        self._publish(uri, None, [])
        self._reload(full=False)

    def files_changed(self, uris: Iterable[str]) -> None:
        """Files were changed, made or deleted, here or by another program."""
        suffixes = {self._path(uri)[0].suffix.lower() for uri in uris if uri not in self._buffers}
        if suffixes:
            self._reload(full=bool(suffixes.intersection(_NO_PAGES)) or "" in suffixes)

    def reload(self) -> None:
        """Read everything again that the reviews depend on."""
        self._reload(full=True)

    async def look(self, uri: str) -> Looked | None:
        """The review of a page as it is now; None where it is not open, excluded, or was changed meanwhile."""
        buffer = self._buffers.get(uri)
        if buffer is None:
            return None
        if buffer.looked is None:
            buffer.looked = asyncio.ensure_future(self._in_thread(self._reviewer, self._looked, buffer, buffer.version))
        return await asyncio.shield(buffer.looked)

    async def work(self, do: Callable[..., _Result], *arguments: object) -> _Result:
        """Have something done by the thread that makes reviews."""
        return await self._in_thread(self._reviewer, do, *arguments)

    def places(self, source: Source) -> Places:
        """Where things are on a page, in the units that the client chose."""
        return Places(source, types.PositionEncodingKind(self.server_capabilities.position_encoding).value)

    def can(self, capability: str) -> bool:
        """Whether the client says that it can do something."""
        return bool(get_capability(self.client_capabilities, capability, False))

    def shutdown(self) -> None:
        """Stop, without waiting for what nobody will read."""
        for executor in (self._reviewer, self._surveyor):
            executor.shutdown(wait=False, cancel_futures=True)
        super().shutdown()  # type: ignore[no-untyped-call]

    def _path(self, uri: str) -> tuple[Path, bool]:
        """The path of a page, and whether it is that of a file; what was never saved lies in the first folder."""
        path = None
        with suppress(ValueError):
            path = to_fs_path(uri)
        if path and "\0" not in path:
            return Path(os.path.abspath(path)), True  # noqa: PTH100 - resolving links would lead elsewhere
        folders = [to_fs_path(folder) for folder in self.workspace.folders]
        root = next((folder for folder in folders if folder), None) or self.workspace.root_path
        return Path(root or Path.cwd()) / "untitled.md", False

    def _schedule(self, buffer: Buffer, delay: float) -> None:
        """Look at a page after *delay*, unless something else happens to it before."""
        buffer.looked = None
        if buffer.waiting:
            buffer.waiting.cancel()
        buffer.waiting = asyncio.ensure_future(self._look_later(buffer, delay))

    async def _look_again(self, buffer: Buffer) -> None:
        """Look at a page once more: it was saved, and may have been committed."""
        await self.work(self._forget_all)
        self._schedule(buffer, 0)

    async def _look_later(self, buffer: Buffer, delay: float) -> None:
        await asyncio.sleep(delay)
        looked = await self.look(buffer.uri)
        self._say_news()
        if looked is None or looked.version != buffer.version or buffer.uri not in self._buffers:
            return
        found = diagnostics(buffer.uri, looked.review, looked.rules(), self.places(looked.source))
        self._publish(buffer.uri, looked.version, found)
        if looked.ground is None:
            return
        if looked.ground.around is None:
            self._survey(looked.ground)
        if looked.moved:
            for other in self._buffers.values():
                if other is not buffer:
                    self._schedule(other, 0)

    def _looked(self, buffer: Buffer, version: int | None) -> Looked | None:
        """Review one version of a page; runs beside the editor, and does nothing where that version is gone."""
        text = buffer.text
        if buffer.version != version or buffer.uri not in self._buffers:
            return None
        try:
            source = bounded_source(buffer.path, text)
            ground = self._grounds.of(buffer.path)
            if not buffer.is_file:
                return Looked(version, source, ground.alone(source), ground)
            if not ground.is_reviewed(buffer.path):
                return Looked(version, source, PageReview(source), ground)
            review, moved = ground.review(source)
            return Looked(version, source, review, ground, moved)
        except (LdReviewError, UnreadableError) as error:
            return self._failed(buffer, version, Failure(str(error)))
        except Exception as error:  # whatever is on the page, the server goes on
            return self._failed(buffer, version, bug(error))

    @staticmethod
    def _failed(buffer: Buffer, version: int | None, failure: Failure) -> Looked:
        source = Source(buffer.path, "")
        return Looked(version, source, PageReview(source, failures=(failure,)), None)

    def _survey(self, ground: Ground) -> None:
        """Read what lies around the pages of a ground, unless that is being done."""
        if ground not in self._surveys:
            self._surveys[ground] = asyncio.ensure_future(self._survey_now(ground))

    async def _survey_now(self, ground: Ground) -> None:
        try:
            around = await self._in_thread(self._surveyor, read_around, ground.config)
            await self.work(ground.settle, around)
        except Exception as error:  # a handbook that cannot be read leaves the page to itself
            self._show(bug(error).message)
            return
        finally:
            del self._surveys[ground]
        for buffer in self._buffers.values():
            self._schedule(buffer, 0)

    def _reload(self, *, full: bool) -> None:
        """Soon, read the handbook again, and with *full* the configuration and the rules too."""
        if self._reloading:
            self._reloading.cancel()
        self._reload_fully |= full
        self._reloading = asyncio.ensure_future(self._reload_soon())

    async def _reload_soon(self) -> None:
        await asyncio.sleep(_SETTLING)
        full, self._reload_fully, self._reloading = self._reload_fully, False, None
        await self.work(self._begin_again, full)
        for buffer in self._buffers.values():
            self._schedule(buffer, 0)
        for ground in self._grounds:
            self._survey(ground)

    def _begin_again(self, full: bool) -> None:
        if full:
            self._grounds.reload()
            for buffer in tuple(self._buffers.values()):
                with suppress(LdReviewError):
                    self._grounds.of(buffer.path)
        self._forget_all()

    def _forget_all(self) -> None:
        for ground in self._grounds:
            ground.forget()

    def _forget(self, path: Path) -> None:
        for ground in self._grounds:
            ground.close(path)

    def _say_news(self) -> None:
        for message in self._grounds.news():
            self._show(message)

    def _show(self, message: str) -> None:
        self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"ld-review: {message}"))

    def _publish(self, uri: str, version: int | None, found: list[types.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))

    @staticmethod
    async def _in_thread(executor: ThreadPoolExecutor, do: Callable[..., _Result], *arguments: object) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(executor, do, *arguments)


def made_server(wish: Wish, delay: float = DELAY) -> Server:
    """A server with all that it can do."""
    server = Server(wish, delay)
    _register_pages(server)
    _register_changes(server)
    _register_answers(server)
    _register_actions(server)
    return server


def serve(wish: Wish, delay: float = DELAY) -> None:
    """Speak the protocol on stdin and stdout until the client leaves; whatever else is printed goes to stderr.

    Then the process ends at once: what is still being read is of no use to anybody.
    """
    speaking = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    made_server(wish, delay).start_io(sys.stdin.buffer, speaking)
    os._exit(0)


def _register_pages(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.opened(params.text_document)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        server.changed(document.uri, document.version, server.workspace.get_text_document(document.uri).source)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.saved(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri)


def _register_changes(server: Server) -> None:
    @server.feature(types.INITIALIZED)
    async def initialized(_: types.InitializedParams) -> None:
        if server.can("workspace.did_change_watched_files.dynamic_registration"):
            watchers = [types.FileSystemWatcher(glob) for glob in _WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            one = types.Registration("watched", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            with suppress(JsonRpcException):  # then files count as saved in the editor, and when it is asked to reload
                await server.client_register_capability_async(types.RegistrationParams([one]))

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(params: types.DidChangeWatchedFilesParams) -> None:
        server.files_changed(change.uri for change in params.changes)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def configured(_: types.DidChangeConfigurationParams) -> None:
        server.reload()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def moved(_: types.DidChangeWorkspaceFoldersParams) -> None:
        server.reload()


def _register_answers(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hovered(params: types.HoverParams) -> types.Hover | None:
        looked = await server.look(params.text_document.uri)
        if looked is None:
            return None
        places = server.places(looked.source)
        formats = get_capability(server.client_capabilities, "text_document.hover.content_format", None)
        markdown = formats is None or types.MarkupKind.Markdown in formats
        offset = places.offset(params.position)
        return hover(looked.review, looked.rules(), offset, places, markdown=markdown)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def outlined(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        looked = await server.look(params.text_document.uri)
        if looked is None or looked.ground is None:
            return []
        page = await server.work(looked.ground.read, looked.source)
        return await server.work(symbols, page, server.places(looked.source))


def _register_actions(server: Server) -> None:
    options = types.CodeActionOptions(code_action_kinds=list(actions.KINDS), resolve_provider=True)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def offered(params: types.CodeActionParams) -> list[types.CodeAction]:
        looked = await server.look(params.text_document.uri)
        if looked is None or looked.ground is None:
            return []
        only = params.context.only
        found: list[types.CodeAction] = []
        if actions.wanted(types.CodeActionKind.QuickFix.value, only):
            found += await server.work(_quick_fixes, server, looked, params)
        if actions.wanted(actions.FIX_ALL, only) and any(one.fix and one.fix.safe for one in looked.review.findings):
            found.append(await _fix_all(server, looked, params.text_document.uri, now=bool(only)))
        return found

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolved(action: types.CodeAction) -> types.CodeAction:
        uri = action.data.get("uri") if isinstance(action.data, dict) else None
        looked = await server.look(str(uri)) if uri else None
        if looked is None or looked.ground is None:
            return action
        return await _fix_all(server, looked, str(uri), now=True)


def _target(server: Server, uri: str, looked: Looked) -> actions.Target:
    versioned = server.can("workspace.workspace_edit.document_changes")
    return actions.Target(uri, looked.version, server.places(looked.source), versioned)


def _quick_fixes(server: Server, looked: Looked, params: types.CodeActionParams) -> Sequence[types.CodeAction]:
    ground = cast("Ground", looked.ground)
    target = _target(server, params.text_document.uri, looked)
    ids = ground.config.settings_for(looked.source.path).heading_ids
    around = target.places.span(params.range)
    return list(actions.quick_fixes(target, looked.review, around, params.context.diagnostics, ids))


async def _fix_all(server: Server, looked: Looked, uri: str, *, now: bool) -> types.CodeAction:
    """The action that applies all safe fixes; the work is put off where the client can ask for it later."""
    action = types.CodeAction("Fix all that is safe to fix (ld-review)", kind=actions.FIX_ALL)
    properties = get_capability(
        server.client_capabilities, "text_document.code_action.resolve_support.properties", None
    )
    if not now and "edit" in (properties or ()):
        action.data = {"uri": uri}
        return action
    fixed = await server.work(cast("Ground", looked.ground).fixed, looked.source)
    edits = actions.changes(looked.source.text, fixed.review.source.text)
    action.edit = _target(server, uri, looked).edit(edits)
    return action
