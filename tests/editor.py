"""An editor for tests: a real client that talks to a real process of the language server."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from attrs import evolve as replace
from lsprotocol import types
from pygls.lsp.client import LanguageClient

_PATIENCE = 60
PLAIN = types.ClientCapabilities()
"""An editor that can do next to nothing."""
MODERN = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        workspace_folders=True,
    ),
    text_document=types.TextDocumentClientCapabilities(
        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown, types.MarkupKind.PlainText]),
        document_symbol=types.DocumentSymbolClientCapabilities(hierarchical_document_symbol_support=True),
        code_action=types.CodeActionClientCapabilities(
            data_support=True,
            resolve_support=types.ClientCodeActionResolveOptions(["edit"]),
        ),
    ),
)
"""An editor that can do what VS Code can, as far as it matters here."""
SERVER = (sys.executable, "-m", "ld_review", "lsp")


class Editor:
    """What a person does, and what they see."""

    def __init__(self, client: LanguageClient, answer: types.InitializeResult) -> None:
        self.client = client
        self.answer = answer
        self.versions: dict[str, int] = {}
        self.published: list[types.PublishDiagnosticsParams] = []
        self.messages: list[str] = []
        self.registered: list[types.Registration] = []
        self.news = asyncio.Event()

    def open(self, path: Path, text: str | None = None) -> str:
        return self.open_uri(path.as_uri(), path.read_bytes().decode() if text is None else text)

    def open_uri(self, uri: str, text: str) -> str:
        self.versions[uri] = 1
        item = types.TextDocumentItem(uri, "markdown", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def type(self, uri: str, text: str) -> None:
        self.versions[uri] += 1
        document = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def close(self, uri: str) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def touched(self, *paths: Path) -> None:
        events = [types.FileEvent(path.as_uri(), types.FileChangeType.Changed) for path in paths]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))

    async def seen(self, uri: str, enough: Callable[[list[types.Diagnostic]], bool] = bool) -> list[types.Diagnostic]:
        """The diagnostics of the newest version of a page, once there are *enough*."""

        def found() -> list[types.Diagnostic] | None:
            last = next((one for one in reversed(self.published) if one.uri == uri), None)
            current = last is not None and last.version == self.versions[uri]
            return list(last.diagnostics) if last and current and enough(list(last.diagnostics)) else None

        return await self.until(found)

    async def until(self, found: Callable[[], Any]) -> Any:
        """What *found* gives, once that is not None."""
        async with asyncio.timeout(_PATIENCE):
            while (result := found()) is None:
                self.news.clear()
                await self.news.wait()
        return result

    async def actions(self, uri: str, place: types.Range, only: Sequence[str] | None = None, shown: Any = ()) -> Any:
        context = types.CodeActionContext(list(shown), list(only) if only else None)
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), place, context)
        return await self.client.text_document_code_action_async(params) or []

    async def hover(self, uri: str, line: int, character: int) -> types.Hover | None:
        place = types.Position(line, character)
        return await self.client.text_document_hover_async(types.HoverParams(types.TextDocumentIdentifier(uri), place))

    async def symbols(self, uri: str) -> Sequence[types.DocumentSymbol]:
        params = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
        return await self.client.text_document_document_symbol_async(params)  # type: ignore[return-value]


@asynccontextmanager
async def editor(
    *folders: Path,
    capabilities: types.ClientCapabilities = MODERN,
    encodings: list[str] | None = None,
    arguments: Sequence[str] = (),
) -> AsyncIterator[Editor]:
    """An editor that has *folders* open and can do what a real one says it can."""
    client = LanguageClient("editor", "1")
    if encodings is not None:
        known = [types.PositionEncodingKind(one) for one in encodings]
        capabilities = replace(capabilities, general=types.GeneralClientCapabilities(position_encodings=known))
    opened = [types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders]
    made = Editor(client, None)  # type: ignore[arg-type]
    _listen(client, made)
    await client.start_io(*SERVER, "--delay", "20", *arguments)
    root = folders[0].as_uri() if folders else None
    params = types.InitializeParams(capabilities=capabilities, root_uri=root, workspace_folders=opened or None)
    made.answer = await client.initialize_async(params)
    client.initialized(types.InitializedParams())
    try:
        yield made
        await asyncio.wait_for(client.shutdown_async(None), _PATIENCE)
        client.exit(None)
    finally:
        if sys.exc_info()[0] and client._server:
            client._server.kill()
        await client.stop()


def _listen(client: LanguageClient, made: Editor) -> None:
    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def published(params: types.PublishDiagnosticsParams) -> None:
        made.published.append(params)
        made.news.set()

    @client.feature(types.WINDOW_SHOW_MESSAGE)
    def shown(params: types.ShowMessageParams) -> None:
        made.messages.append(params.message)
        made.news.set()

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def registered(params: types.RegistrationParams) -> None:
        made.registered += params.registrations
        made.news.set()


def run(story: Coroutine[Any, Any, None]) -> None:
    """Run one story from beginning to end."""
    asyncio.run(story)


def edited(text: str, edit: types.WorkspaceEdit, units: str = "utf-16") -> str:
    """The text after an edit, as an editor would make it that knows nothing of the server."""
    edits = next(iter(edit.changes.values())) if edit.changes else edit.document_changes[0].edits  # type: ignore
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        at += len(line)
        at += 2 if text.startswith("\r\n", at) else 1
    for one in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
        first, last = (
            starts[place.line] + _characters(lines[place.line], place.character, units)
            for place in (one.range.start, one.range.end)
        )
        text = text[:first] + one.new_text + text[last:]
    return text


def _characters(line: str, length: int, units: str) -> int:
    if units == "utf-32":
        return length
    width, form = (2, "utf-16-le") if units == "utf-16" else (1, "utf-8")
    return len(line.encode(form)[: length * width].decode(form))
